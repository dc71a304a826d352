/**
 * The context inspector: what is known of the hole at the cursor, what a model would be given and why, and the candidates.
 * A plain Markdown document beside the code: it reads with every screen reader, folds, is searched and copied as any text.
 */
import * as vscode from 'vscode';
import { completionRequests, type FillAnswer, type Inspection } from '../../server/lsp/completionProtocol.ts';
import type { Server } from '../server.ts';
import { placeOf } from './complete.ts';

const scheme = 'mortise-context';
const address = vscode.Uri.from({ scheme, path: '/Context.md' });

export function registerInspector(server: Server): vscode.Disposable {
  const changed = new vscode.EventEmitter<vscode.Uri>();
  let shown: { readonly text: string; readonly folder: vscode.Uri | undefined } = { text: '', folder: undefined };
  return vscode.Disposable.from(
    changed,
    vscode.workspace.registerTextDocumentContentProvider(scheme, {
      onDidChange: changed.event,
      provideTextDocumentContent: () => shown.text,
    }),
    vscode.languages.registerDocumentLinkProvider({ scheme }, { provideDocumentLinks: (text) => links(text) }),
    vscode.commands.registerCommand('mortise.showContext', show),
    vscode.commands.registerCommand('mortise.fillMissingMembers', () => fillMissing(server)),
  );

  async function show(): Promise<void> {
    const editor = vscode.window.activeTextEditor;
    if (editor?.document.uri.scheme !== 'file') return tell('Put the cursor into a file first.');
    const client = await server.start();
    const options = { location: vscode.ProgressLocation.Window, title: 'Mortise: reading the context' };
    const seen = await vscode.window.withProgress(options, () =>
      client.sendRequest<Inspection | null>(
        completionRequests.inspect,
        placeOf(editor.document, editor.selection.active),
      ),
    );
    if (!seen) return tell('Nothing is known here; the log of the Mortise server says why.');
    shown = { text: seen.text, folder: vscode.workspace.getWorkspaceFolder(editor.document.uri)?.uri };
    changed.fire(address);
    const document = await vscode.workspace.openTextDocument(address);
    await vscode.window.showTextDocument(document, { viewColumn: vscode.ViewColumn.Beside, preview: true });
  }

  /** `### path (source, …)`: the path leads to the file. */
  function links(document: vscode.TextDocument): vscode.DocumentLink[] {
    const { folder } = shown;
    if (!folder) return [];
    return [...document.getText().matchAll(/^### (.+) \(\w+, \d+ tokens\)$/gm)].map((match) => {
      const start = match.index + 4;
      const path = match[1] ?? '';
      const range = new vscode.Range(document.positionAt(start), document.positionAt(start + path.length));
      return new vscode.DocumentLink(range, vscode.Uri.joinPath(folder, path));
    });
  }
}

async function fillMissing(server: Server): Promise<void> {
  const editor = vscode.window.activeTextEditor;
  if (editor?.document.uri.scheme !== 'file') return tell('Put the cursor into a file first.');
  const { document } = editor;
  const client = await server.start();
  const answer = await client.sendRequest<FillAnswer>(
    completionRequests.fillMissing,
    placeOf(document, editor.selection.active),
  );
  if ('problem' in answer) return tell(`${answer.problem.charAt(0).toUpperCase()}${answer.problem.slice(1)}.`);
  if (document.version !== answer.version) return tell('The text changed meanwhile; nothing was changed.');
  const edit = new vscode.WorkspaceEdit();
  for (const { range, newText } of answer.edits) {
    const { start, end } = range;
    edit.replace(document.uri, new vscode.Range(start.line, start.character, end.line, end.character), newText);
  }
  await vscode.workspace.applyEdit(edit);
  if (answer.left.length > 0) tell(`Still missing, since no value is known: ${answer.left.join(', ')}.`);
  if (!answer.checked) vscode.window.setStatusBarMessage('Mortise: filled, not type-checked', 8000);
}

function tell(sentence: string): void {
  void vscode.window.showInformationMessage(`Mortise: ${sentence}`);
}
