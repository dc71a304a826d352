/**
 * Completions in the editor: ghost text and the completion list, asked of the server. Registered while completing is on;
 * the server starts with the first edit or the first request by hand, not before.
 */
import * as vscode from 'vscode';
import { completionNotifications, type Judged, type ReadyParams } from '../../server/lsp/completionProtocol.ts';
import type { Server } from '../server.ts';
import { isAskingOthers } from './providers.ts';

/** Language ids the server completes in. */
export const languages = [
  'typescript',
  'typescriptreact',
  'javascript',
  'javascriptreact',
  'python',
  'java',
  'csharp',
  'go',
  'rust',
  'c',
  'cpp',
  'kotlin',
  'php',
  'ruby',
  'shellscript',
];
export const selector: vscode.DocumentSelector = languages.map((language) => ({ scheme: 'file', language }));

type Point = Pick<vscode.Position, 'line' | 'character'>;

interface Ghost {
  readonly insertText: string;
  readonly range: { readonly start: Point; readonly end: Point };
  readonly data?: Judged;
}

/** Milliseconds that a number stands in the status bar. */
const SHOWN_FOR = 10_000;

export function provideCompletions(server: Server): vscode.Disposable {
  /** Documents the user typed in since the window opened: looking at a file starts nothing. */
  const edited = new Set<string>();
  let late: ReadyParams | undefined;
  let registered: vscode.Disposable | undefined;
  server.onLaunch((client) => {
    client.onNotification(completionNotifications.ready, (params: ReadyParams) => {
      if (!isStillThere(params)) return;
      // There is no way to ask the editor to look again on its own account: it is told to, and the answer is judged
      // as if nobody had asked.
      late = params;
      void vscode.commands.executeCommand('editor.action.inlineSuggest.trigger');
    });
  });
  const parts = vscode.Disposable.from(
    vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
      if (contentChanges.length > 0) edited.add(document.uri.toString());
    }),
    vscode.workspace.onDidCloseTextDocument(({ uri }) => edited.delete(uri.toString())),
    vscode.workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration('mortise.completion.enabled')) register();
    }),
    vscode.commands.registerCommand('mortise.completeHere', async () => {
      // Beside an open list only what goes on from its selected item would be shown.
      await vscode.commands.executeCommand('hideSuggestWidget');
      await vscode.commands.executeCommand('editor.action.inlineSuggest.trigger');
    }),
  );
  register();
  return { dispose: () => vscode.Disposable.from(parts, ...(registered ? [registered] : [])).dispose() };

  function register(): void {
    registered?.dispose();
    registered = undefined;
    if (!vscode.workspace.getConfiguration('mortise.completion').get('enabled', true)) return;
    registered = vscode.Disposable.from(
      vscode.languages.registerInlineCompletionItemProvider(selector, { provideInlineCompletionItems: ghosts }),
      vscode.languages.registerCompletionItemProvider(selector, { provideCompletionItems: list }, '.'),
    );
  }

  async function ghosts(
    document: vscode.TextDocument,
    position: vscode.Position,
    context: vscode.InlineCompletionContext,
    token: vscode.CancellationToken,
  ): Promise<vscode.InlineCompletionItem[]> {
    const isLate = late !== undefined && isStillThere(late);
    late = undefined;
    const isAsked = context.triggerKind === vscode.InlineCompletionTriggerKind.Invoke && !isLate;
    // The suggest widget owns the keys while it stands: ghost text beside it would answer to the wrong one.
    if (!isAsked && (context.selectedCompletionInfo || !edited.has(document.uri.toString()))) return [];
    const client = await server.start();
    if (token.isCancellationRequested) return [];
    const found = await client.sendRequest<readonly Ghost[] | null>(
      'textDocument/inlineCompletion',
      { ...placeOf(document, position), context: { triggerKind: isAsked ? 1 : 2 } },
      token,
    );
    if (token.isCancellationRequested) return [];
    if (isAsked) tellNumber(found?.[0]);
    return (found ?? []).map(({ insertText, range }) => new vscode.InlineCompletionItem(insertText, rangeOf(range)));
  }

  async function list(
    document: vscode.TextDocument,
    position: vscode.Position,
    token: vscode.CancellationToken,
  ): Promise<vscode.CompletionList> {
    // Our own question to the language's providers comes by here, too.
    if (isAskingOthers(document.uri, position)) return new vscode.CompletionList([], true);
    const client = await server.start();
    const found = await client.sendRequest<unknown>('textDocument/completion', placeOf(document, position), token);
    // The converter checks the shape; the server's type is LSP's own.
    const answer = await client.protocol2CodeConverter.asCompletionResult(found as never, undefined, token);
    if (Array.isArray(answer)) return new vscode.CompletionList(answer);
    return answer ?? new vscode.CompletionList([]);
  }
}

function rangeOf({ start, end }: { start: Point; end: Point }): vscode.Range {
  return new vscode.Range(start.line, start.character, end.line, end.character);
}

export function placeOf(document: vscode.TextDocument, position: vscode.Position) {
  return {
    textDocument: { uri: document.uri.toString() },
    position: { line: position.line, character: position.character },
  };
}

/** Whether the cursor and the text are what they were. */
function isStillThere({ uri, version, position }: ReadyParams): boolean {
  const editor = vscode.window.activeTextEditor;
  if (!editor || editor.document.version !== version || editor.document.uri.toString() !== uri) return false;
  const { active, isEmpty } = editor.selection;
  return isEmpty && active.line === position.line && active.character === position.character;
}

/** Who asks by hand gets the best there is, and what it is worth. */
function tellNumber(best: Ghost | undefined): void {
  const text = best?.data ? best.data.evidence : 'nothing is known that fits here';
  vscode.window.setStatusBarMessage(`Mortise: ${text}`, SHOWN_FOR);
}
