/** "Restore Conflict": brings back one conflict Mortise resolved, or the whole file as it was. An edit like any other: undo works. */
import * as vscode from 'vscode';
import type { RestoreView } from '../../server/lsp/protocol.ts';
import type { Model } from './model.ts';

type Entry = RestoreView['entries'][number];
type Item = vscode.QuickPickItem & { readonly entry?: Entry };

export function registerRestore(model: Model): vscode.Disposable {
  return vscode.commands.registerCommand('mortise.restore', async () => {
    const editor = vscode.window.activeTextEditor;
    if (editor) await restore(model, editor);
  });
}

async function restore(model: Model, editor: vscode.TextEditor): Promise<void> {
  const { document } = editor;
  const { entries, original, staged } = await model.server.applied(document.uri);
  if (entries.length === 0) {
    await vscode.window.showInformationMessage('Mortise has resolved nothing in this file that is not open again.');
    return;
  }
  const items: Item[] = entries.map((entry) => ({ label: `$(discard) Line ${entry.line}: ${entry.reason}`, entry }));
  if (original !== undefined) items.push({ label: '$(history) The whole file, as it was in conflict' });
  const picked = await vscode.window.showQuickPick(items, { title: 'Restore which conflict?' });
  if (!picked) return;
  const edit = picked.entry ? editFor(document, picked.entry) : wholeEdit(document, original ?? '');
  if (!edit) {
    const said = 'The text that took this conflict’s place was edited since. Restore the whole file, or undo.';
    await vscode.window.showWarningMessage(`Mortise: ${said}`);
    return;
  }
  if (!(await vscode.workspace.applyEdit(edit)) || !staged) return;
  try {
    await model.server.fileAction({ ...staged, action: 'reopen' });
  } catch (error) {
    await vscode.window.showWarningMessage(`Mortise: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** The occurrence of the applied text that is nearest to where the conflict stood. */
function editFor(document: vscode.TextDocument, { text, conflict, line }: Entry): vscode.WorkspaceEdit | undefined {
  const whole = document.getText();
  const wanted = document.offsetAt(new vscode.Position(Math.min(line - 1, document.lineCount - 1), 0));
  const at = text === '' ? wanted : nearest(whole, text, wanted);
  if (at === undefined) return undefined;
  const edit = new vscode.WorkspaceEdit();
  edit.replace(
    document.uri,
    new vscode.Range(document.positionAt(at), document.positionAt(at + text.length)),
    conflict,
  );
  return edit;
}

function nearest(whole: string, text: string, wanted: number): number | undefined {
  let best: number | undefined;
  for (let at = whole.indexOf(text); at >= 0; at = whole.indexOf(text, at + 1)) {
    const lineStart = at === 0 || whole[at - 1] === '\n';
    if (lineStart && (best === undefined || Math.abs(at - wanted) < Math.abs(best - wanted))) best = at;
  }
  return best;
}

function wholeEdit(document: vscode.TextDocument, original: string): vscode.WorkspaceEdit {
  const edit = new vscode.WorkspaceEdit();
  const all = new vscode.Range(new vscode.Position(0, 0), document.positionAt(document.getText().length));
  edit.replace(document.uri, all, original);
  return edit;
}
