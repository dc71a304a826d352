/**
 * Inline completion's place in the server. `server/complete` is not wired yet: while `inlineCompletion` is undefined the
 * capability is not declared, no client asks, and no server is started for the sake of a completion.
 */
import type { CancellationToken, InlineCompletionItem, InlineCompletionParams } from 'vscode-languageserver/node';
import type { Session } from './session.ts';

export type InlineCompletion = (
  session: Session,
  params: InlineCompletionParams,
  token: CancellationToken,
) => Promise<InlineCompletionItem[]>;

export const inlineCompletion: InlineCompletion | undefined = undefined;
