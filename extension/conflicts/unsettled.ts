/**
 * Before an operation goes on: files that are not what is staged of them. Git commits the index, so what the user undid, did not
 * save or changed since would be left out without a word. Nothing is saved or staged here unless the user asks for just that, and
 * nothing that was never in conflict stops them for good.
 */
import * as vscode from 'vscode';
import type { RepositoryView, UnsettledView } from '../../server/lsp/protocol.ts';
import type { Model } from './model.ts';
import { isSaved } from './saved.ts';
import { type Stop, stillPaused, stillSettled } from './still.ts';
import { detailOf, inWords, mustStop, questionOf } from './unsettledWords.ts';

type Unsettled = UnsettledView['files'][number];

/** Whether to stop here; the user is told why, or asked. Also where that cannot be known. */
export async function isUnsettled(model: Model, view: RepositoryView): Promise<boolean> {
  const { root } = view;
  const { textDocuments, notebookDocuments } = vscode.workspace;
  const dirty = [...textDocuments, ...notebookDocuments].filter(({ isDirty, uri }) => isDirty && uri.scheme === 'file');
  try {
    const { files } = await model.server.unsettled({ root, unsaved: dirty.map(({ uri }) => uri.toString()) });
    const stops = files.filter(mustStop);
    // Not waited for: a warning stands until it is closed.
    void warn(model, view, stops);
    if (stops.length > 0 || files.length === 0) return stops.length > 0;
    const answer = await ask(model, view, files);
    return answer === 'look again' ? isUnsettled(model, view) : answer === 'stop';
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    await vscode.window.showErrorMessage(`Mortise: whether every file is as it was staged is not known: ${said}`);
    return true;
  }
}

async function warn(model: Model, stop: Stop, files: readonly Unsettled[]): Promise<void> {
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
  if (answer === 'Open File') await show(first);
  else await stageAgain(model, stop, first);
}

/** Files that were never in conflict: the user may mean to leave them out, and says so. */
async function ask(model: Model, stop: Stop, files: readonly Unsettled[]): Promise<'go' | 'stop' | 'look again'> {
  const [first] = files;
  if (!first) return 'go';
  const stages = { markers: [], unsaved: ['Save and Stage It'], changed: ['Stage It'] }[first.why];
  const answer = await vscode.window.showWarningMessage(
    questionOf(first),
    { modal: true, detail: detailOf(files) },
    ...stages,
    'Continue Anyway',
    'Open File',
  );
  // While it was asked a terminal may have gone on.
  if (answer === 'Continue Anyway') return (await stillPaused(model, stop)) ? 'go' : 'stop';
  if (answer === 'Open File') await show(first);
  if (answer === undefined || answer === 'Open File') return 'stop';
  return (await stageAgain(model, stop, first)) ? 'look again' : 'stop';
}

async function show({ uri, line }: Unsettled): Promise<void> {
  const at = new vscode.Position((line ?? 1) - 1, 0);
  const selection = line === undefined ? {} : { selection: new vscode.Range(at, at) };
  await vscode.commands.executeCommand('vscode.open', vscode.Uri.parse(uri), selection);
}

/** Answers whether it is staged. What the question was about may be over, or the file in conflict by now. */
async function stageAgain(model: Model, stop: Stop, { uri, path }: Unsettled): Promise<boolean> {
  const { textDocuments, notebookDocuments } = vscode.workspace;
  const same = (open: { readonly uri: vscode.Uri }) => open.uri.toString() === vscode.Uri.parse(uri).toString();
  const document = textDocuments.find(same) ?? notebookDocuments.find(same);
  try {
    if (!(await stillSettled(model, stop, path))) return false;
    if (document && !(await isSaved(document))) return false;
    await model.server.fileAction({ root: stop.root, path, action: 'stage' });
    return true;
  } catch (error) {
    await vscode.window.showErrorMessage(`Mortise: ${error instanceof Error ? error.message : String(error)}`);
    return false;
  }
}
