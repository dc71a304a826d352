/** Conflict markers that are staged: nothing goes on while a commit would hold them, and the user hears where they are. */
import * as vscode from 'vscode';
import type { StagedMarkersView } from '../../server/lsp/protocol.ts';
import type { Model } from './model.ts';
import { type Stop, stillPaused } from './still.ts';

type Mark = StagedMarkersView['marks'][number];

/** Tells of the first, with the ways out. A file that is meant to hold markers can be committed with git itself. */
export async function warnOfStagedMarkers(model: Model, stop: Stop, marks: readonly Mark[]): Promise<void> {
  const [first] = marks;
  if (!first) return;
  const others = new Set(marks.map(({ path }) => path)).size - 1;
  const more = others > 0 ? ` (and in ${others} more ${others === 1 ? 'file' : 'files'})` : '';
  const what = first.half ? 'half a conflict marker is' : 'conflict markers are';
  const said = `Mortise: ${first.path}:${first.line}: ${what} staged${more}, and would be committed.`;
  const reopen = 'Make It a Conflict Again';
  const answer = await vscode.window.showWarningMessage(said, 'Open File', ...(first.reopens ? [reopen] : []));
  if (answer === undefined) return;
  // What stands in the file stays: it may be half resolved by hand.
  if (answer === reopen && !((await stillPaused(model, stop)) && (await reopened(model, stop.root, first.path))))
    return;
  const at = new vscode.Position(first.line - 1, 0);
  await vscode.window.showTextDocument(vscode.Uri.parse(first.uri), { selection: new vscode.Range(at, at) });
}

async function reopened(model: Model, root: string, path: string): Promise<boolean> {
  try {
    await model.server.fileAction({ root, path, action: 'reopen' });
    return true;
  } catch (error) {
    await vscode.window.showErrorMessage(`Mortise: ${error instanceof Error ? error.message : String(error)}`);
    return false;
  }
}
