/** Binds everything of completion to a connection: what the server declares, its requests, and what it hears of files. */
import type {
  CancellationToken,
  ClientCapabilities,
  CompletionParams,
  Connection,
  InlineCompletionParams,
  ServerCapabilities,
} from 'vscode-languageserver/node';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import type { Completer } from '../complete/complete.ts';
import { familyOf } from '../complete/index/indexFile.ts';
import type { CompletionSource } from '../complete/source.ts';
import { bindChatLsp } from './chatlsp.ts';
import { completionList, inlineCompletions } from './completion.ts';
import {
  type CompletionStatus,
  completionNotifications,
  completionRequests,
  type FillAnswer,
  type InspectParams,
  type PlaceParams,
  type ReadyParams,
} from './completionProtocol.ts';
import { Completions } from './completions.ts';
import { type CompletionConfig, completesIn } from './config.ts';
import { toPath, uriKey } from './convert.ts';
import { fillMissingAt, inspect } from './inspect.ts';
import { checking } from './parameters.ts';
import { withProviders } from './providers.ts';
import type { Session } from './session.ts';

export interface CompletionBinding {
  readonly completions: Completions;
  /** For clients that offer completions through LSP itself; ours asks with the same requests from providers of its own. */
  readonly capabilities: ServerCapabilities;
  /** To be called once the client is initialised. */
  watch(client: ClientCapabilities): Promise<void>;
}

/** File names that an index or a program may hold. */
const watched = '**/*.{ts,tsx,mts,cts,js,jsx,mjs,cjs,json,py,java,cs,go,rs,c,h,cc,cpp,hpp,kt,php,rb,sh}';

/** Milliseconds after a file was opened: who opens many in a row is looking for something. */
const WARM_AFTER = 300;

export interface BindingServices {
  readonly session: Session;
  readonly folders: () => readonly string[];
  readonly config: () => CompletionConfig;
  readonly configured: Promise<void>;
  /** The edge of a request: its failure is logged and answered with the first argument. */
  readonly guard: <T>(otherwise: T, work: () => Promise<T>) => Promise<T>;
  readonly signalOf: (token: CancellationToken) => AbortSignal;
  /** Sources after the workspace: a model. */
  readonly sources?: (completer: Completer) => readonly CompletionSource[];
}

export function bindCompletion(connection: Connection, services: BindingServices): CompletionBinding {
  const { session, guard, signalOf } = services;
  const log = (line: string) => connection.console.info(line);
  const completions = new Completions(session, {
    folders: services.folders,
    config: services.config,
    configured: services.configured,
    log,
    status: (status: CompletionStatus) => void connection.sendNotification(completionNotifications.status, status),
    ready: (params: ReadyParams) => void connection.sendNotification(completionNotifications.ready, params),
    types: (base) => withProviders(base, connection, session),
    ...(services.sources ? { sources: services.sources } : {}),
  });
  connection.languages.inlineCompletion.on((params: InlineCompletionParams, token) =>
    guard([], () => inlineCompletions(completions, params, signalOf(token))),
  );
  connection.onCompletion((params: CompletionParams, token) =>
    guard(null, () => completionList(completions, params, signalOf(token))),
  );
  const asked = checking(connection);
  asked.onRequest(completionRequests.fillMissing, (params: PlaceParams, token: CancellationToken) =>
    guard<FillAnswer>({ problem: 'it failed; the log says why' }, () =>
      fillMissingAt(completions, params, signalOf(token)),
    ),
  );
  asked.onRequest(completionRequests.inspect, (params: InspectParams, token: CancellationToken) =>
    guard(null, () => inspect(completions, params, signalOf(token))),
  );
  bindChatLsp(connection, {
    document: (uri) => session.document(uri),
    types: async (file) => (await completions.prepare(file)).completer.services.types,
    log,
  });
  connection.onDidChangeWatchedFiles(({ changes }) => {
    const paths = changes.flatMap(({ uri }) => toPath(uri) ?? []);
    void guard(undefined, () => completions.workspaces.changed(paths).then(() => completions.outdate()));
  });
  session.documents.onDidSave(({ document }) => {
    const path = toPath(document.uri);
    const { uri } = document;
    if (path === undefined) return;
    void guard(undefined, () => completions.workspaces.changed([path]).then(() => completions.outdate(uriKey(uri))));
  });
  let known: (client: ClientCapabilities) => void = () => undefined;
  const capabilities = new Promise<ClientCapabilities>((done) => {
    known = done;
  });
  // Ours starts nothing before the first edit; another editor's first key would wait for the project.
  const warm = async ({ uri, languageId, version }: TextDocument): Promise<void> => {
    const client = await capabilities;
    const completes = client.textDocument?.inlineCompletion ?? client.textDocument?.completion;
    const path = toPath(uri);
    if (session.client.vscode || !completes || path === undefined || familyOf(path) === undefined) return;
    await new Promise((done) => setTimeout(done, WARM_AFTER).unref());
    const document = session.document(uri);
    const { automatic, list } = services.config();
    if (document?.version !== version || !completesIn(services.config(), languageId) || !(automatic || list)) return;
    if (!/^<{7} /m.test(document.getText())) await completions.warm(path, document.getText());
  };
  session.documents.onDidOpen(({ document }) => void guard(undefined, () => warm(document)));
  return {
    completions,
    capabilities: {
      inlineCompletionProvider: true,
      completionProvider: { triggerCharacters: ['.'], resolveProvider: false },
    },
    watch: async (client) => {
      known(client);
      if (!client.workspace?.didChangeWatchedFiles?.dynamicRegistration) return;
      await connection.sendRequest('client/registerCapability', {
        registrations: [
          {
            id: 'mortise-files',
            method: 'workspace/didChangeWatchedFiles',
            registerOptions: { watchers: [{ globPattern: watched }] },
          },
        ],
      });
    },
  };
}
