/** "Resolve Safe Conflicts": one command for a file or a repository, then a summary of what was done and why. Nothing is staged. */
import * as vscode from 'vscode';
import type { ResolveParams, Summary } from '../../server/lsp/protocol.ts';
import { withEach } from './files.ts';
import type { Model } from './model.ts';

export function registerResolveSafe(model: Model): vscode.Disposable {
  return vscode.Disposable.from(
    vscode.commands.registerCommand('mortise.resolveSafeInFile', () => {
      const open = vscode.window.activeTextEditor?.document.uri.toString();
      return open === undefined ? undefined : resolveSafe(model, { uri: open, tier: 'safe' }).then(told);
    }),
    vscode.commands.registerCommand('mortise.resolveSafe', async (node?: { root?: string; thenNext?: boolean }) => {
      const summary = await resolveSafe(model, {
        tier: 'safe',
        ...(node?.root === undefined ? {} : { root: node.root }),
      });
      // Told afterwards: VS Code hands the focus of a notification that goes to the next one that is there.
      if (node?.thenNext && summary.left > 0) await vscode.commands.executeCommand('mortise.next');
      return told(summary);
    }),
  );
}

async function resolveSafe(model: Model, params: ResolveParams): Promise<Summary> {
  const location = { location: vscode.ProgressLocation.Window, title: 'Mortise: resolving safe conflicts' };
  const dirty = new Set(vscode.workspace.textDocuments.filter((open) => open.isDirty).map(({ uri }) => uri.toString()));
  const summary = await vscode.window.withProgress(location, () => model.server.resolve(params));
  // What nobody was editing is written to disk; what had unsaved work stays unsaved. One file under the user's eyes stays too.
  if (params.uri === undefined) await save(summary, dirty);
  return summary;
}

function told(summary: Summary): Summary {
  void tell(summary);
  return summary;
}

async function save({ files }: Summary, dirtyBefore: ReadonlySet<string>): Promise<void> {
  const changed = files.filter(({ resolved }) => resolved.length > 0);
  await withEach(changed, async ({ uri }) => {
    const document = await vscode.workspace.openTextDocument(vscode.Uri.parse(uri));
    if (!dirtyBefore.has(document.uri.toString())) await document.save();
  });
}

async function tell({ files, resolved, left }: Summary): Promise<void> {
  const refused = files.filter((file) => file.refused !== undefined);
  const [first] = refused;
  if (first) {
    const more = refused.length > 1 ? ` So it is with ${refused.length - 1} more.` : '';
    // Not waited for: a warning stands until it is closed.
    void vscode.window.showWarningMessage(`Mortise: ${first.path}: ${first.refused}${more}`);
    if (resolved === 0) return;
  }
  const conflicts = (n: number) => `${n} ${n === 1 ? 'conflict' : 'conflicts'}`;
  const held = files.flatMap((file) => file.held);
  const back = held.length === 0 ? '' : `, ${held.length} held back: ${held[0]?.why}`;
  if (resolved === 0) {
    const why =
      left === 0
        ? 'no conflict with markers was found.'
        : `none of the ${conflicts(left)} is safe to resolve unseen${back}.`;
    const answer = await vscode.window.showInformationMessage(
      `Mortise: ${why}`,
      ...(left > 0 ? ['Next Conflict'] : []),
    );
    if (answer) await vscode.commands.executeCommand('mortise.next');
    return;
  }
  const touched = files.filter((file) => file.resolved.length > 0).length;
  const inFiles = `${touched} ${touched === 1 ? 'file' : 'files'}`;
  const rest = left === 0 ? 'None is left.' : `${left} ${left === 1 ? 'needs' : 'need'} a look${back}.`;
  // Where nothing is left to decide the next step is git's, and another notice offers it.
  const actions = ['Show What Was Done', ...(left > 0 ? ['Next Conflict'] : [])];
  const said = `Mortise resolved ${conflicts(resolved)} in ${inFiles}; nothing is staged. ${rest}`;
  const answer = await vscode.window.showInformationMessage(said, ...actions);
  if (answer === 'Next Conflict') await vscode.commands.executeCommand('mortise.next');
  else if (answer) await vscode.commands.executeCommand('mortise.showSummary');
}
