/** "Resolve Safe Conflicts": one command for a file or a repository, then a summary of what was done and why. Nothing is staged. */
import * as vscode from 'vscode';
import type { FileSummary, ResolveParams, Summary } from '../../server/lsp/protocol.ts';
import type { Model } from './model.ts';

const scheme = 'mortise-summary';

export class ResolveSafe implements vscode.TextDocumentContentProvider, vscode.Disposable {
  readonly #model: Model;
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  readonly onDidChange = this.#changed.event;
  readonly #parts: vscode.Disposable[];
  #last: Summary | undefined;

  constructor(model: Model) {
    this.#model = model;
    const uri = vscode.Uri.from({ scheme, path: '/What Mortise did.md' });
    this.#parts = [
      this.#changed,
      vscode.workspace.registerTextDocumentContentProvider(scheme, this),
      vscode.commands.registerCommand('mortise.resolveSafeInFile', () => {
        const open = vscode.window.activeTextEditor?.document.uri.toString();
        return open === undefined ? undefined : this.#resolve({ uri: open, tier: 'safe' });
      }),
      vscode.commands.registerCommand('mortise.resolveSafe', (node?: { root?: string }) =>
        this.#resolve({ tier: 'safe', ...(node?.root === undefined ? {} : { root: node.root }) }),
      ),
      vscode.commands.registerCommand('mortise.showSummary', () =>
        vscode.commands.executeCommand('markdown.showPreview', uri),
      ),
    ];
  }

  dispose(): void {
    for (const part of this.#parts) part.dispose();
  }

  provideTextDocumentContent(): string {
    return this.#last ? describe(this.#last) : 'Mortise has not resolved anything in this window yet.\n';
  }

  async #resolve(params: ResolveParams): Promise<Summary> {
    const location = { location: vscode.ProgressLocation.Window, title: 'Mortise: resolving safe conflicts' };
    const dirty = new Set(
      vscode.workspace.textDocuments.filter((open) => open.isDirty).map(({ uri }) => uri.toString()),
    );
    const summary = await vscode.window.withProgress(location, () => this.#model.server.resolve(params));
    // What nobody was editing is written to disk; what had unsaved work stays unsaved. One file under the user's eyes stays too.
    if (params.uri === undefined) await save(summary, dirty);
    this.#last = summary;
    this.#changed.fire(vscode.Uri.from({ scheme, path: '/What Mortise did.md' }));
    void tell(summary);
    return summary;
  }
}

async function save({ files }: Summary, dirtyBefore: ReadonlySet<string>): Promise<void> {
  for (const file of files.filter(({ resolved }) => resolved.length > 0)) {
    const document = await vscode.workspace.openTextDocument(vscode.Uri.parse(file.uri));
    if (!dirtyBefore.has(document.uri.toString())) await document.save();
  }
}

async function tell({ files, resolved, left }: Summary): Promise<void> {
  const conflicts = (n: number) => `${n} ${n === 1 ? 'conflict' : 'conflicts'}`;
  if (resolved === 0) {
    const why =
      left === 0 ? 'no conflict with markers was found.' : `none of the ${conflicts(left)} is safe to resolve unseen.`;
    const answer = await vscode.window.showInformationMessage(
      `Mortise: ${why}`,
      ...(left > 0 ? ['Next Conflict'] : []),
    );
    if (answer) await vscode.commands.executeCommand('mortise.next');
    return;
  }
  const touched = files.filter((file) => file.resolved.length > 0).length;
  const inFiles = `${touched} ${touched === 1 ? 'file' : 'files'}`;
  const rest = left === 0 ? 'None is left.' : `${left} ${left === 1 ? 'needs' : 'need'} a look.`;
  const actions = ['Show What Was Done', ...(left > 0 ? ['Next Conflict'] : [])];
  const said = `Mortise resolved ${conflicts(resolved)} in ${inFiles}; nothing is staged. ${rest}`;
  const answer = await vscode.window.showInformationMessage(said, ...actions);
  if (answer === 'Next Conflict') await vscode.commands.executeCommand('mortise.next');
  else if (answer) await vscode.commands.executeCommand('mortise.showSummary');
}

export function describe({ files, resolved, left }: Summary): string {
  const body = files.flatMap((file) => describeFile(file));
  return [
    '# What Mortise did',
    '',
    `${resolved} resolved, ${left} left to you. Nothing is staged. Undo in a file takes back all of it in that file; **Mortise: Restore Conflict** takes back one.`,
    '',
    ...body,
  ].join('\n');
}

function describeFile({ path, resolved, left }: FileSummary): string[] {
  const rows = resolved.map(({ line, reason, odds }) => `| ${line} | ${cell(reason)} | ${cell(odds)} |`);
  const rest = left === 0 ? 'No conflict is left in it.' : `${left} left to you.`;
  const table =
    rows.length > 0 ? ['| Line | What was done | How often the like was right |', '|---|---|---|', ...rows, ''] : [];
  return [`## ${path.replace(/[<>*_`[\]]/g, '\\$&')}`, '', ...table, rest, ''];
}

const cell = (text: string): string => text.replace(/[|<>*_`[\]\\]/g, '\\$&');
