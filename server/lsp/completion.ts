/**
 * textDocument/inlineCompletion: ghost text from the workspace alone. Asked for by hand, the best completions; on its own
 * only one whose calibrated confidence passes the threshold. A text that changed meanwhile gets nothing: no stale result.
 */
import { dirname } from 'node:path';
import {
  type CancellationToken,
  type InlineCompletionItem,
  type InlineCompletionParams,
  InlineCompletionTriggerKind,
} from 'vscode-languageserver/node';
import type { Completer } from '../complete/complete.ts';
import { loadCompleter } from '../completionServices.ts';
import { toPath } from './convert.ts';
import type { Session } from './session.ts';

export type InlineCompletion = (
  session: Session,
  params: InlineCompletionParams,
  token: CancellationToken,
) => Promise<InlineCompletionItem[]>;

const SHOWN = 5;

let completer: Promise<Completer> | undefined;
const opened = new Set<string>();

/**
 * What the server declares. Undefined while server.ts binds no handler: a capability without one would fail every request.
 * To switch it on: bind `completeInline` to `connection.languages.inlineCompletion` and make this `completeInline`.
 */
export const inlineCompletion: InlineCompletion | undefined = undefined;

export const completeInline: InlineCompletion = async (session, params, token) => {
  const document = session.document(params.textDocument.uri);
  const path = toPath(params.textDocument.uri);
  if (!document || path === undefined) return [];
  const abort = new AbortController();
  const listening = token.onCancellationRequested(() => abort.abort());
  try {
    const version = document.version;
    completer ??= loadCompleter();
    const ready = await completer;
    const root = (await session.repositories.holding(dirname(path)))?.repo.root ?? dirname(path);
    if (!opened.has(root)) {
      opened.add(root);
      void ready.services.types.open(root); // later requests find it ready; this one does not wait
    }
    const offset = document.offsetAt(params.position);
    const hole = await ready.open({ root, path, text: document.getText(), offset }, abort.signal);
    if (!hole) return [];
    const context = await ready.context(hole, 512, abort.signal);
    const items = await ready.items(hole, context.likely, abort.signal);
    if (token.isCancellationRequested || document.version !== version) return [];
    const asked = params.context.triggerKind === InlineCompletionTriggerKind.Invoked;
    // Items with edits elsewhere go to the completion list: ghost text cannot bring an import along.
    const shown = items.filter((item) => !item.edits && (asked || item.confidence >= ready.model.threshold));
    return shown
      .slice(0, asked ? SHOWN : 1)
      .map((item) => ({ insertText: item.text, range: { start: params.position, end: params.position } }));
  } catch (error) {
    if (abort.signal.aborted) return [];
    throw error; // logged and answered with nothing by the server
  } finally {
    listening.dispose();
  }
};
