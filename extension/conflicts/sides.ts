/** Each version of a conflicted file as a clean read-only document with its own language features, and the diffs between them. */
import { posix } from 'node:path';
import * as vscode from 'vscode';
import type { Model } from './model.ts';

const scheme = 'mortise-side';
type Side = 'base' | 'left' | 'right';

export function provideSides(model: Model): vscode.Disposable {
  const provider: vscode.TextDocumentContentProvider = {
    async provideTextDocumentContent(uri) {
      const [side, file] = [uri.authority, uri.query];
      if (!isSide(side)) return '';
      return (await model.server.side({ uri: file, side }))?.text ?? '';
    },
  };
  const compare = (from: Side, to: Side) => async () => {
    const editor = vscode.window.activeTextEditor;
    if (editor) await showDiff(model, editor.document.uri, from, to);
  };
  /** The clean text of one side, beside the marked file: what other extensions say about the markers is not said there. */
  const read = (side: Side) => async () => {
    const editor = vscode.window.activeTextEditor;
    if (!editor) return;
    if ((await nameOf(model, editor.document.uri, side)) === undefined) return tellNone();
    const place = { preview: true, viewColumn: vscode.ViewColumn.Beside };
    await vscode.window.showTextDocument(sideUri(editor.document.uri, side), place);
  };
  return vscode.Disposable.from(
    vscode.workspace.registerTextDocumentContentProvider(scheme, provider),
    vscode.commands.registerCommand('mortise.openBase', read('base')),
    vscode.commands.registerCommand('mortise.openOurs', read('left')),
    vscode.commands.registerCommand('mortise.openTheirs', read('right')),
    vscode.commands.registerCommand('mortise.compareOurs', compare('base', 'left')),
    vscode.commands.registerCommand('mortise.compareTheirs', compare('base', 'right')),
    vscode.commands.registerCommand('mortise.compareSides', compare('left', 'right')),
  );
}

async function showDiff(model: Model, file: vscode.Uri, from: Side, to: Side): Promise<void> {
  const [one, other] = await Promise.all([nameOf(model, file, from), nameOf(model, file, to)]);
  if (one === undefined || other === undefined) {
    return tellNone();
  }
  const title = `${posix.basename(file.path)}: ${one} ↔ ${other}`;
  await vscode.commands.executeCommand('vscode.diff', sideUri(file, from), sideUri(file, to), title);
}

async function tellNone(): Promise<void> {
  await vscode.window.showInformationMessage('Mortise: git has no separate versions of this file to show.');
}

async function nameOf(model: Model, file: vscode.Uri, side: Side): Promise<string | undefined> {
  return (await model.server.side({ uri: file.toString(), side }))?.name;
}

/** The path keeps its name and ending, so that the editor finds the language. */
export const sideUri = (file: vscode.Uri, side: Side): vscode.Uri =>
  vscode.Uri.from({ scheme, authority: side, path: file.path, query: file.toString() });

const isSide = (text: string): text is Side => text === 'base' || text === 'left' || text === 'right';
