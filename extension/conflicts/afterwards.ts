/** After deciding: what was done and why, what the resolution changed against git's own merge, and what goes into the commit. */
import { posix } from 'node:path';
import * as vscode from 'vscode';
import type { ReportEntry, ReportView, SameNumberView } from '../../server/lsp/protocol.ts';
import { repositoryFor } from './choose.ts';
import type { Model } from './model.ts';
import { cell, counted } from './words.ts';

const summaryScheme = 'mortise-summary';
const mergedScheme = 'mortise-auto-merge';

export function registerAfterwards(model: Model): vscode.Disposable {
  const changed = new vscode.EventEmitter<vscode.Uri>();
  const shown = new Set<string>();
  const refresh = () => {
    for (const uri of shown) changed.fire(vscode.Uri.parse(uri));
  };
  return vscode.Disposable.from(
    changed,
    model.server.onTaken(refresh),
    model.onRepositories(refresh),
    vscode.workspace.registerTextDocumentContentProvider(summaryScheme, {
      onDidChange: changed.event,
      provideTextDocumentContent: async (uri) => {
        shown.add(uri.toString());
        const view = model.repositories.find(({ root }) => root === uri.query);
        return describe(await model.server.report(uri.query), uri.query, view?.sameNumbers);
      },
    }),
    vscode.workspace.registerTextDocumentContentProvider(mergedScheme, {
      provideTextDocumentContent: async ({ query }) => {
        const asked = new URLSearchParams(query);
        return (await model.server.autoMergeText(asked.get('root') ?? '', asked.get('path') ?? ''))?.text ?? '';
      },
    }),
    vscode.commands.registerCommand('mortise.showSummary', async (node?: unknown) => {
      const view = await repositoryFor(model, node);
      const uri = vscode.Uri.from({ scheme: summaryScheme, path: '/What Mortise did.md', query: view?.root ?? '' });
      changed.fire(uri);
      await vscode.commands.executeCommand('markdown.showPreview', uri);
    }),
    vscode.commands.registerCommand('mortise.showChanges', (node?: unknown) => showChanges(model, node)),
    vscode.commands.registerCommand('mortise.addTrailers', (node?: unknown) => addTrailers(model, node)),
  );
}

/** Only what the resolution changed: git's own merge on the left, markers included, the work tree on the right. */
async function showChanges(model: Model, node: unknown): Promise<void> {
  const view = await repositoryFor(model, node);
  const answer = view && (await model.server.autoMerge(view.root));
  if (!view || !answer) {
    const said =
      'git kept no merge of its own to compare with (AUTO_MERGE): nothing is paused, or git is older than 2.34.';
    await vscode.window.showInformationMessage(`Mortise: ${said}`);
    return;
  }
  if (answer.files.length === 0) {
    await vscode.window.showInformationMessage('Mortise: nothing was changed against git’s own merge yet.');
    return;
  }
  const rows = answer.files.map(({ uri, path }) => {
    const file = vscode.Uri.parse(uri);
    // The same path on both sides: else the editor takes it for a rename.
    const query = new URLSearchParams({ root: view.root, path }).toString();
    return [file, vscode.Uri.from({ scheme: mergedScheme, path: file.path, query }), file];
  });
  await vscode.commands.executeCommand('vscode.changes', 'What the resolution changed', rows);
}

/** Says how many; used on its own and before going on, where the setting asks for it. */
export async function addTrailers(model: Model, node: unknown): Promise<void> {
  const view = await repositoryFor(model, node);
  if (!view) return;
  try {
    const { count } = await model.server.trailers(view.root);
    const said =
      count === 0
        ? 'Mortise: nothing was resolved automatically, or git has prepared no commit message.'
        : `Mortise: ${counted(count, 'automatic resolution')} listed in the commit message.`;
    await vscode.window.showInformationMessage(said);
  } catch (error) {
    await vscode.window.showErrorMessage(`Mortise: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function describe(report: ReportView | null, root: string, twice: readonly SameNumberView[] = []): string {
  const numbers = twice.map(({ said }) => `Look before you commit: ${cell(said)}. Git merges them without a word.\n`);
  const standing = report?.entries.filter(({ undone }) => !undone) ?? [];
  if (!report || standing.length === 0) {
    const nothing =
      'Nothing yet: no conflict of this operation was resolved through Mortise, or all of it was taken back.';
    return ['# What Mortise did\n', ...numbers, `${nothing}\n`].join('\n');
  }
  const automatic = standing.filter(({ by }) => by === 'automatic');
  const chosen = standing.filter(({ by }) => by === 'chosen');
  const undone = report.entries.length - standing.length;
  return [
    '# What Mortise did',
    '',
    ...numbers,
    `${cell(posix.basename(root.replaceAll('\\', '/')))}, ${cell(report.title)}: **${automatic.length} automatic**, **${chosen.length} chosen by you**, ${undone} taken back. ${droppedIn(standing)}`,
    '',
    'Nothing was staged by this. Undo takes back a step; *Mortise: Restore Conflict* brings back one conflict; *Mortise: Show Only What the Resolution Changed* compares with git’s own merge.',
    '',
    ...section('Automatic', automatic),
    ...section('Chosen by you', chosen),
  ].join('\n');
}

/** Never more than was computed: where nothing is known of one, no word stands for all. */
function droppedIn(entries: readonly ReportEntry[]): string {
  const of = (what: ReportEntry['edits']) => entries.filter(({ edits }) => edits === what).length;
  const [dropped, unknown] = [of('dropped'), of('unknown')];
  if (dropped + unknown === 0) return 'No edit of either side was dropped.';
  const some = dropped > 0 ? `**In ${dropped} an edit of one side was dropped**, named below.` : '';
  const rest = unknown > 0 ? `Of ${unknown} it was not computed whether an edit was dropped.` : '';
  return `${some} ${rest}`.trim();
}

function section(title: string, entries: readonly ReportEntry[]): string[] {
  if (entries.length === 0) return [];
  const rows = entries.map(({ path, line, reason, tier, odds, evidence }) => {
    const how = tier === 'possible' && odds === 'not measured' ? 'your choice' : `${tier}, ${odds}`;
    return `| ${cell(path)}:${line} | ${cell(reason)} | ${cell(how)} | ${evidence.map(cell).join('<br>')} |`;
  });
  return [
    `## ${title}`,
    '',
    '| Where | What was done | How often the like was right | What was checked |',
    '|---|---|---|---|',
    ...rows,
    '',
  ];
}
