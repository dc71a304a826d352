/**
 * The language server: answers LSP and Mortise's own requests for one client. Each verb has its file; here they are bound,
 * and here their failures end: a request that fails is logged and answered with nothing.
 */
import {
  type CancellationToken,
  CodeActionKind,
  type Connection,
  type InitializeParams,
  type InitializeResult,
  MessageType,
  TextDocumentSyncKind,
  TextDocuments,
} from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import type { Services } from '../resolve/resolve.ts';
import { appliedTo } from './applied.ts';
import { bindCompletion, type CompletionBinding } from './bindCompletion.ts';
import { codeActions } from './codeAction.ts';
import { codeLenses, resolveLens } from './codeLens.ts';
import { type Config, defaults, readConfig } from './config.ts';
import { conflictsOf } from './conflicts.ts';
import { toPath } from './convert.ts';
import { diagnose } from './diagnostics.ts';
import { fileAction } from './fileAction.ts';
import { HandTaken } from './handTaken.ts';
import { hover } from './hover.ts';
import { noteOnDisk } from './logged.ts';
import { modelSources } from './modelSource.ts';
import { type ModelConfig, Models, noModelConfig, readModelConfig } from './models.ts';
import { executeMore, listenToMore } from './more.ts';
import { checkCommand, checking } from './parameters.ts';
import { bindProposals } from './propose.ts';
import {
  type ChangedParams,
  type ClientOptions,
  commands,
  type DecidedParams,
  type DocumentParams,
  type FileActionParams,
  notifications,
  type RepositoryParams,
  type ResolveParams,
  requests,
  type SideParams,
  type TakeParams,
} from './protocol.ts';
import { Tally } from './repository.ts';
import { applyPolicy, resolveByPolicy } from './resolve.ts';
import { Session } from './session.ts';
import { sideOf } from './side.ts';
import { decide, take } from './take.ts';

/** Time without a keystroke before a text is looked at again, in milliseconds. */
const QUIET = 150;

/** Serve one connection. `services` is asked for on the first conflict, not before. */
export function startServer(connection: Connection, services: () => Promise<Services>): void {
  new Server(connection, services).listen();
}

class Server {
  readonly #connection: Connection;
  readonly #documents = new TextDocuments(TextDocument);
  readonly #session: Session;
  readonly #handTaken: HandTaken;
  readonly #tally: Tally;
  readonly #models: Models;
  readonly #completion: CompletionBinding;
  readonly #timers = new Map<string, NodeJS.Timeout>();
  readonly #running = new Map<string, AbortController>();
  #folders: string[] = [];
  #client: InitializeParams['capabilities'] = {};
  #config: Config = defaults;
  #known: () => void = () => undefined;
  #settled: () => void = () => undefined;
  /** Settled once the workspace's repositories are read: requests about all of them wait for it. */
  readonly #ready = new Promise<void>((known) => {
    this.#known = known;
  });

  /** Settled once the user's settings are read. */
  readonly #configured = new Promise<void>((read) => {
    this.#settled = read;
  });

  constructor(connection: Connection, services: () => Promise<Services>) {
    this.#connection = connection;
    const log = (text: string) => connection.console.info(text);
    this.#session = new Session(this.#documents, services, { changed: () => this.#repositoriesChanged(), log });
    this.#handTaken = new HandTaken(this.#session, connection);
    this.#tally = new Tally(this.#session, () => this.#tell({}));
    this.#models = new Models(connection, () => this.#modelConfig());
    bindProposals(connection, this.#session, this.#models, () => this.#completion.completions.completer());
    this.#completion = bindCompletion(connection, {
      session: this.#session,
      folders: () => this.#folders,
      config: () => this.#config.completion,
      configured: this.#configured,
      sources: modelSources(this.#models, this.#session),
      guard: (otherwise, work) => this.#guard(otherwise, work),
      signalOf,
    });
  }

  listen(): void {
    const connection = this.#connection;
    connection.onInitialize((params) => this.#initialize(params));
    connection.onInitialized(() => void this.#initialized());
    connection.onShutdown(async () => {
      this.#models.stop();
      await this.#completion.completions.dispose();
      this.#session.repositories.dispose();
      this.#session.past.dispose();
      this.#tally.dispose();
      for (const timer of this.#timers.values()) clearTimeout(timer);
    });
    connection.onDidChangeConfiguration(() => void this.#guard(undefined, () => this.#configure()));
    this.#documents.onDidChangeContent(({ document }) => {
      this.#later(document.uri);
      this.#completion.completions.edited(document);
      void this.#guard(undefined, () => this.#handTaken.changed(document));
    });
    this.#documents.onDidClose(({ document }) => this.#closed(document.uri));
    this.#documents.onDidSave(
      ({ document }) => void this.#guard(undefined, () => noteOnDisk(this.#session, document.uri)),
    );
    this.#listenToLanguage();
    this.#listenToOurs();
    this.#documents.listen(connection);
    connection.listen();
  }

  #initialize(params: InitializeParams): InitializeResult {
    this.#client = params.capabilities;
    const options: unknown = params.initializationOptions;
    this.#session.client = typeof options === 'object' && options !== null ? (options as ClientOptions) : {};
    this.#folders = (params.workspaceFolders ?? []).flatMap(({ uri }) => toPath(uri) ?? []);
    return {
      serverInfo: { name: 'mortise' },
      capabilities: {
        textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental, save: true },
        codeLensProvider: { resolveProvider: true },
        codeActionProvider: { codeActionKinds: [CodeActionKind.QuickFix, 'source.resolveSafeConflicts'] },
        hoverProvider: true,
        executeCommandProvider: { commands: Object.values(commands) },
        workspace: { workspaceFolders: { supported: true, changeNotifications: true } },
        ...(this.#session.client.vscode ? {} : this.#completion.capabilities),
      },
    };
  }

  async #initialized(): Promise<void> {
    if (this.#client.workspace?.workspaceFolders) {
      this.#connection.workspace.onDidChangeWorkspaceFolders(({ added, removed }) => {
        const gone = removed.flatMap(({ uri }) => toPath(uri) ?? []);
        const come = added.flatMap(({ uri }) => toPath(uri) ?? []);
        this.#folders = [...this.#folders.filter((folder) => !gone.includes(folder)), ...come];
        this.#session.repositories.forget(gone);
        void this.#open(come);
      });
    }
    // A client may refuse any of these: what waits for them goes on with what is known.
    await this.#guard(undefined, () => this.#configure());
    this.#settled();
    await this.#guard(undefined, () => this.#completion.watch(this.#client));
    await this.#guard(undefined, () => this.#open(this.#folders));
    this.#known();
  }

  async #open(folders: readonly string[]): Promise<void> {
    await Promise.all(folders.map((folder) => this.#session.repositories.enter(folder)));
    this.#repositoriesChanged();
  }

  #modelConfig(): Promise<ModelConfig> {
    return this.#client.workspace?.configuration ? readModelConfig(this.#connection) : Promise.resolve(noModelConfig);
  }

  async #configure(): Promise<void> {
    if (!this.#client.workspace?.configuration) return;
    this.#config = await readConfig(this.#connection);
    for (const { uri } of this.#documents.all()) this.#later(uri);
    this.#refreshLenses();
  }

  #listenToLanguage(): void {
    const session = this.#session;
    this.#connection.onCodeLens(({ textDocument }) =>
      this.#guard([], () => (this.#config.codeLens ? codeLenses(session, textDocument.uri) : Promise.resolve([]))),
    );
    this.#connection.onCodeLensResolve((lens, token) =>
      this.#guard(lens, () => resolveLens(session, lens, signalOf(token))),
    );
    this.#connection.onCodeAction((params) => this.#guard([], () => codeActions(session, params)));
    this.#connection.onHover(({ textDocument, position }, token) =>
      this.#guard(null, async () => (await hover(session, textDocument.uri, position, signalOf(token))) ?? null),
    );
    this.#connection.onExecuteCommand(({ command, arguments: args }, token) => {
      checkCommand(command, args?.[0]);
      return this.#guard(null, () => this.#execute(command, args?.[0], token));
    });
  }

  #listenToOurs(): void {
    const [connection, session] = [this.#connection, this.#session];
    const asked = checking(connection);
    asked.onRequest(requests.conflicts, (params: DocumentParams, token: CancellationToken) =>
      this.#guard({ uri: params.uri, version: 0, conflicts: [] }, () => conflictsOf(session, params, signalOf(token))),
    );
    connection.onRequest(requests.repository, async (params?: RepositoryParams) => {
      await this.#ready;
      if (params?.fresh) await session.repositories.refresh();
      return this.#tally.views();
    });
    asked.onRequest(requests.resolve, async (params: ResolveParams, token: CancellationToken) => {
      await this.#ready;
      return resolveByPolicy(session, params, signalOf(token));
    });
    asked.onRequest(requests.decided, async (params: DecidedParams) => {
      const document = session.document(params.uri);
      const analysis = document && (await session.analyse(document));
      const open = analysis?.conflicts.find(({ id }) => id === params.conflict);
      if (analysis && open) await decide(session, analysis, open, params.text);
      return null;
    });
    asked.onRequest(requests.side, (params: SideParams) => this.#guard(null, () => sideOf(session, params)));
    asked.onRequest(requests.applied, (params: DocumentParams) =>
      this.#guard({ entries: [] }, () => appliedTo(session, params)),
    );
    // Its failure is the user's answer: it goes back as an error with a sentence.
    asked.onRequest(requests.fileAction, async (params: FileActionParams) => {
      await this.#ready;
      await fileAction(session, params);
      return null;
    });
    listenToMore(connection, session, {
      ready: this.#ready,
      guard: (otherwise, work) => this.#guard(otherwise, work),
      signalOf,
    });
    connection.onNotification(notifications.refresh, () => void session.repositories.refresh());
  }

  async #execute(command: string, argument: unknown, token: CancellationToken): Promise<unknown> {
    if (command === commands.take) {
      // Whatever went wrong: a click that does nothing and says nothing is not understood.
      const problem = await take(this.#session, this.#connection, argument as TakeParams).catch((error: unknown) => {
        this.#connection.console.error(error instanceof Error ? (error.stack ?? error.message) : String(error));
        return `nothing was done: ${error instanceof Error ? error.message : String(error)}`;
      });
      // The notification, not the library's request: that one waits until the user closes it.
      const warning = { type: MessageType.Warning, message: `Mortise: ${problem}` };
      if (problem === undefined) return {};
      // What was clicked may be a lens of a moment ago.
      this.#refreshLenses();
      await this.#connection.sendNotification('window/showMessage', warning);
      return { problem };
    }
    if (command === commands.resolve) {
      await this.#ready;
      return applyPolicy(this.#session, this.#connection, argument as ResolveParams, signalOf(token));
    }
    return (await executeMore(this.#session, this.#connection, command, argument)) ?? null;
  }

  /** Look at a document once the keys are quiet; what was under way for its older text is aborted. */
  #later(uri: string): void {
    clearTimeout(this.#timers.get(uri));
    this.#running.get(uri)?.abort();
    this.#timers.set(
      uri,
      setTimeout(() => void this.#look(uri), QUIET),
    );
  }

  async #look(uri: string): Promise<void> {
    const running = new AbortController();
    this.#running.set(uri, running);
    await this.#guard(undefined, async () => {
      const document = this.#session.document(uri);
      if (!document) return;
      const analysis = await this.#session.analyse(document);
      running.signal.throwIfAborted();
      this.#tell({ uri });
      const problems = this.#config.diagnostics ? await diagnose(this.#session, analysis, running.signal) : [];
      // It was changed or closed meanwhile: these are problems of a text that is no more.
      running.signal.throwIfAborted();
      await this.#connection.sendDiagnostics({ uri, version: document.version, diagnostics: problems });
      if (analysis.unmerged) this.#tally.restart();
    });
  }

  #closed(uri: string): void {
    clearTimeout(this.#timers.get(uri));
    this.#running.get(uri)?.abort();
    this.#session.forget(uri);
    this.#handTaken.closed(uri);
    this.#completion.completions.closed(uri);
    void this.#connection.sendDiagnostics({ uri, diagnostics: [] });
    this.#tally.restart();
    void this.#guard(undefined, () => noteOnDisk(this.#session, uri));
  }

  #repositoriesChanged(): void {
    for (const { uri } of this.#documents.all()) this.#later(uri);
    this.#tell({});
    this.#refreshLenses();
    this.#tally.restart();
  }

  #refreshLenses(): void {
    if (!this.#client.workspace?.codeLens?.refreshSupport) return;
    // A client that is shutting down may not answer; its lenses do not matter then.
    this.#connection.sendRequest('workspace/codeLens/refresh').catch(() => undefined);
  }

  #tell(params: ChangedParams): void {
    void this.#connection.sendNotification(notifications.changed, params);
  }

  /** The edge: an abort or a failure of one request ends here, logged, and is answered with `otherwise`. */
  async #guard<T>(otherwise: T, work: () => Promise<T>): Promise<T> {
    try {
      return await this.#session.busy(work());
    } catch (error) {
      if (!(error instanceof Error && error.name === 'AbortError')) {
        this.#connection.console.error(error instanceof Error ? (error.stack ?? error.message) : String(error));
      }
      return otherwise;
    }
  }
}

function signalOf(token: CancellationToken): AbortSignal {
  const controller = new AbortController();
  if (token.isCancellationRequested) controller.abort();
  else token.onCancellationRequested(() => controller.abort());
  return controller.signal;
}
