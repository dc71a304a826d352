/**
 * Before an operation goes on: files that are not what is staged of them. Git commits the index, so what the user undid, did not
 * save or changed since would be left out without a word. Nothing is saved or staged here unless the user asks for just that.
 */
import * as vscode from 'vscode';
import type { RepositoryView, UnsettledView } from '../../server/lsp/protocol.ts';
import type { Model } from './model.ts';

type Unsettled = UnsettledView['files'][number];

/** Whether to stop here; the user is told why. Also where that cannot be known. */
export async function isUnsettled(model: Model, { root }: RepositoryView): Promise<boolean> {
  const dirty = vscode.workspace.textDocuments.filter(({ isDirty, uri }) => isDirty && uri.scheme === 'file');
  try {
    const { files } = await model.server.unsettled({ root, unsaved: dirty.map(({ uri }) => uri.toString()) });
    // Not waited for: a warning stands until it is closed.
    void warn(model, root, files);
    return files.length > 0;
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    await vscode.window.showErrorMessage(`Mortise: whether every file is as it was staged is not known: ${said}`);
    return true;
  }
}

async function warn(model: Model, root: string, files: readonly Unsettled[]): Promise<void> {
  const [first] = files;
  if (!first) return;
  const more = files.length > 1 ? ` (and ${files.length - 1} more ${files.length === 2 ? 'file' : 'files'})` : '';
  const buttons: Record<Unsettled['why'], string[]> = {
    markers: [],
    unsaved: ['Save and Stage'],
    changed: ['Stage It Again'],
  };
  const said = `Mortise: git does not go on: ${inWords(first)}${more}. The commit would be made of what is staged.`;
  const answer = await vscode.window.showWarningMessage(said, 'Open File', ...buttons[first.why]);
  if (answer === undefined) return;
  const uri = vscode.Uri.parse(first.uri);
  if (answer !== 'Open File') return stageAgain(model, root, first);
  const at = new vscode.Position((first.line ?? 1) - 1, 0);
  await vscode.window.showTextDocument(uri, first.line === undefined ? {} : { selection: new vscode.Range(at, at) });
}

function inWords({ why, path, line }: Unsettled): string {
  if (why === 'markers') return `${path}:${line} has conflict markers again`;
  return why === 'unsaved' ? `${path} is not saved` : `${path} was changed after it was staged`;
}

async function stageAgain(model: Model, root: string, { uri, path }: Unsettled): Promise<void> {
  const document = vscode.workspace.textDocuments.find(
    (open) => open.uri.toString() === vscode.Uri.parse(uri).toString(),
  );
  try {
    if (document?.isDirty && !(await document.save())) return;
    await model.server.fileAction({ root, path, action: 'stage' });
  } catch (error) {
    await vscode.window.showErrorMessage(`Mortise: ${error instanceof Error ? error.message : String(error)}`);
  }
}
