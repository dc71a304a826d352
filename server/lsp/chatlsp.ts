/** ChatLSP's five requests (docs/protocol-chatlsp.md), bound to a connection. Failures and cancelled requests answer nothing. */
import type { CancellationToken, Connection } from 'vscode-languageserver/node';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import {
  aiTutorial,
  errorMessage,
  errorReport,
  expectedType,
  retrieveRelevantHeaders,
  retrieveRelevantTypes,
} from '../complete/chatlsp.ts';
import type { HoleRequest, TypeEngine } from '../types/typeEngine.ts';
import { completionRequests, type PlaceParams } from './completionProtocol.ts';
import { toPath } from './convert.ts';

/** What the requests need of the server: the open documents, and the engine, which is made on the first request. */
export interface ChatLspServices {
  document(uri: string): TextDocument | undefined;
  /** The engine, with the file's workspace opened. */
  types(file: string): Promise<TypeEngine>;
  log(line: string): void;
}

export function bindChatLsp(connection: Connection, services: ChatLspServices): void {
  const at = (params: PlaceParams): HoleRequest | undefined => {
    const document = services.document(params.textDocument.uri);
    const file = toPath(params.textDocument.uri);
    if (!document || file === undefined) return undefined;
    const offset = document.offsetAt(params.position);
    const end = params.end ? { suffixOffset: document.offsetAt(params.end) } : {};
    return { file, text: document.getText(), offset, ...end };
  };
  const bind = <P extends PlaceParams, R>(
    method: string,
    nothing: R,
    ask: (engine: TypeEngine, hole: HoleRequest, params: P, signal: AbortSignal) => Promise<R>,
  ): void => {
    connection.onRequest(method, async (params: P, token: CancellationToken): Promise<R> => {
      const abort = new AbortController();
      const listening = token.onCancellationRequested(() => abort.abort());
      try {
        const hole = at(params);
        return hole ? await ask(await services.types(hole.file), hole, params, abort.signal) : nothing;
      } catch (error) {
        if (!abort.signal.aborted) services.log(`${method}: ${error instanceof Error ? error.message : String(error)}`);
        return nothing;
      } finally {
        listening.dispose();
      }
    });
  };
  connection.onRequest(completionRequests.aiTutorial, (params: Pick<PlaceParams, 'textDocument'>) =>
    aiTutorial(toPath(params.textDocument.uri) ?? params.textDocument.uri),
  );
  bind(completionRequests.expectedType, { type: null, from: null, hole: null }, (engine, hole, _params, signal) =>
    expectedType(engine, hole, signal),
  );
  bind(completionRequests.relevantTypes, [], (engine, hole, _params, signal) =>
    retrieveRelevantTypes(engine, hole, signal),
  );
  bind<PlaceParams & { limit?: number }, Awaited<ReturnType<typeof retrieveRelevantHeaders>>>(
    completionRequests.relevantHeaders,
    [],
    (engine, hole, params, signal) => retrieveRelevantHeaders(engine, hole, params.limit, signal),
  );
  bind<PlaceParams & { fill: string }, { errors: Awaited<ReturnType<typeof errorReport>>; message: string }>(
    completionRequests.errorReport,
    { errors: null, message: '' },
    async (engine, hole, params, signal) => {
      const errors = await errorReport(engine, hole, params.fill, signal);
      return { errors, message: errorMessage(errors ?? []) };
    },
  );
}
