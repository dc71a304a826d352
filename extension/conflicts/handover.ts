/**
 * Hands a file over to VS Code's editor with three panes and takes it back. That editor replaces a text with markers by the
 * base plus what merges by itself, so that hunks resolved before vanish: it is handed a text without markers, in which they
 * stand, what is safe is filled in, and the rest is as in the base. The markers stay on disk until the user saves.
 */
import { posix } from 'node:path';
import * as vscode from 'vscode';
import type { HandoverAnswer } from '../../server/lsp/protocol.ts';
import type { Model } from './model.ts';
import { sideUri } from './sides.ts';
import { announce } from './words.ts';

/** What was handed over, to find again what is still to fill in and to come back. */
interface Handed {
  readonly marked: string;
  readonly answer: HandoverAnswer;
}

export function registerHandover(model: Model): vscode.Disposable {
  const handed = new Map<string, Handed>();
  const uriOf = (argument: unknown): vscode.Uri | undefined =>
    argument instanceof vscode.Uri ? argument : vscode.window.activeTextEditor?.document.uri;
  return vscode.Disposable.from(
    vscode.commands.registerCommand('mortise.openMergeEditor', async (argument?: unknown) => {
      const uri = uriOf(fileOf(argument) ?? argument);
      if (uri) await handOver(model, uri, handed);
    }),
    vscode.commands.registerCommand('mortise.fillProposals', async (argument?: unknown) => {
      const uri = uriOf(argument);
      if (uri) await fill(model, uri, handed.get(uri.toString()));
    }),
    vscode.commands.registerCommand('mortise.backToMarkers', async (argument?: unknown) => {
      const uri = uriOf(argument);
      if (uri) await takeBack(uri, handed.get(uri.toString()));
    }),
    vscode.workspace.onDidCloseTextDocument(({ uri }) => handed.delete(uri.toString())),
  );
}

/** A file's node of the conflicts view. */
function fileOf(argument: unknown): vscode.Uri | undefined {
  if (typeof argument !== 'object' || argument === null || !('file' in argument)) return undefined;
  const { file } = argument;
  const named = typeof file === 'object' && file !== null && 'uri' in file ? file.uri : undefined;
  return typeof named === 'string' ? vscode.Uri.parse(named) : undefined;
}

async function handOver(model: Model, uri: vscode.Uri, handed: Map<string, Handed>): Promise<void> {
  const document = await vscode.workspace.openTextDocument(uri);
  await model.read(uri);
  const found = await model.server.handover(uri, 'safe');
  const [left, right] = await Promise.all([
    model.server.side({ uri: uri.toString(), side: 'left' }),
    model.server.side({ uri: uri.toString(), side: 'right' }),
  ]);
  if (!found || found.version !== document.version || !left || !right) {
    await vscode.window.showInformationMessage('Mortise: git has no three versions of this file to open side by side.');
    return;
  }
  // Unsaved resolutions go to disk first, with the markers that are left: whatever happens in there, they are not lost.
  if (document.isDirty && !(await document.save())) return;
  const answer = await model.server.handover(uri, 'safe', true).catch((error: unknown) => {
    const said = error instanceof Error ? error.message : String(error);
    void vscode.window.showWarningMessage(`Mortise: ${said} The file stays as it is.`);
    return null;
  });
  if (!answer || answer.version !== document.version) return;
  handed.set(uri.toString(), { marked: document.getText(), answer });
  if (answer.open + answer.filled > 0) await replaceAll(document, answer.text);
  const name = posix.basename(uri.path);
  await vscode.commands.executeCommand('_open.mergeEditor', {
    base: sideUri(uri, 'base'),
    input1: { uri: sideUri(uri, 'right'), title: right.name, description: 'theirs', detail: name },
    input2: { uri: sideUri(uri, 'left'), title: left.name, description: 'ours', detail: name },
    output: uri,
  });
  const filled = answer.filled > 0 ? `, ${answer.filled} safe filled in` : '';
  announce(`Merge editor: ${answer.open} left to decide${filled}. The file on disk keeps its markers until you save.`);
}

async function fill(model: Model, uri: vscode.Uri, handed: Handed | undefined): Promise<void> {
  const document = vscode.workspace.textDocuments.find((open) => open.uri.toString() === uri.toString());
  const proposals = handed?.answer.proposals ?? [];
  if (!document || proposals.length === 0) {
    await vscode.window.showInformationMessage('Mortise: there is no likely proposal to fill in.');
    return;
  }
  const edit = new vscode.WorkspaceEdit();
  const filled: number[] = [];
  for (const [i, { before, base, after, text }] of proposals.entries()) {
    const at = placeOf(document.getText(), before, base, after);
    if (at === undefined) continue;
    edit.replace(uri, new vscode.Range(document.positionAt(at), document.positionAt(at + base.length)), text);
    filled.push(i);
  }
  const count = filled.length;
  if (count > 0 && (await vscode.workspace.applyEdit(edit))) await model.server.filled(uri, filled);
  const rest = proposals.length - count;
  announce(
    `Filled in ${count} likely ${count === 1 ? 'proposal' : 'proposals'}${rest > 0 ? `; ${rest} you changed already` : ''}. Undo takes them back.`,
  );
}

/** The one place where the base still stands: by the nearest text around it where the further text changed. */
function placeOf(whole: string, before: string, base: string, after: string): number | undefined {
  for (const length of [120, 60, 30]) {
    const head = before.slice(-length);
    const wanted = head + base + after.slice(0, length);
    const at = whole.indexOf(wanted);
    if (at >= 0 && whole.indexOf(wanted, at + 1) < 0) return at + head.length;
  }
  return undefined;
}

async function takeBack(uri: vscode.Uri, handed: Handed | undefined): Promise<void> {
  const document = vscode.workspace.textDocuments.find((open) => open.uri.toString() === uri.toString());
  if (!document || !handed) return;
  if (document.getText() !== handed.answer.text) {
    const detail = 'What you decided in the merge editor is taken back; undo in the file brings it again.';
    const said = 'Go back to the file with its markers?';
    const answer = await vscode.window.showWarningMessage(said, { modal: true, detail }, 'Go Back');
    if (answer === undefined) return;
  }
  await replaceAll(document, handed.marked);
  await document.save();
  await vscode.commands.executeCommand('workbench.action.closeActiveEditor');
  await vscode.window.showTextDocument(uri);
}

async function replaceAll(document: vscode.TextDocument, text: string): Promise<void> {
  const edit = new vscode.WorkspaceEdit();
  const all = new vscode.Range(new vscode.Position(0, 0), document.positionAt(document.getText().length));
  edit.replace(document.uri, all, text);
  await vscode.workspace.applyEdit(edit);
}
