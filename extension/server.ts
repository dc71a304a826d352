/** The language server's process as the extension sees it: started on the first need, restarted by the client, asked in our words. */
import * as vscode from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import {
  type AutoMergeText,
  type AutoMergeView,
  type ChangedParams,
  type ClientOptions,
  commands,
  type DocumentConflicts,
  type FileActionParams,
  type HandoverAnswer,
  notifications,
  type ReportView,
  type RepositoryParams,
  type RepositoryView,
  type ResolveParams,
  type RestoreView,
  requests,
  type SameAnswer,
  type SideAnswer,
  type SideParams,
  type StagedMarkersView,
  type Summary,
  type TakeParams,
  type TrailerAnswer,
  type UnsettledParams,
  type UnsettledView,
} from '../server/lsp/protocol.ts';
import { SteadyCommands } from './conflicts/steadyCommands.ts';

export class Server implements vscode.Disposable {
  readonly #module: string;
  readonly #changed = new vscode.EventEmitter<ChangedParams>();
  readonly onChanged = this.#changed.event;
  readonly #taken = new vscode.EventEmitter<vscode.Uri>();
  /** The user decided a conflict of this document. */
  readonly onTaken = this.#taken.event;
  readonly #launched: ((client: LanguageClient) => void)[] = [];
  readonly #lenses = new SteadyCommands();
  #client: Promise<LanguageClient> | undefined;

  constructor(module: string) {
    this.#module = module;
  }

  get isStarted(): boolean {
    return this.#client !== undefined;
  }

  /** Called with each client before it starts: what it shall hear and answer. */
  onLaunch(listener: (client: LanguageClient) => void): void {
    this.#launched.push(listener);
  }

  /** The running server's process; undefined while there is none. */
  async pid(): Promise<number | undefined> {
    return (await this.#client)?.serverProcess?.pid;
  }

  start(): Promise<LanguageClient> {
    this.#client ??= this.#launch();
    return this.#client;
  }

  async restart(): Promise<void> {
    await this.stop();
    await this.start();
  }

  async stop(): Promise<void> {
    const client = await this.#client;
    this.#client = undefined;
    await client?.dispose();
  }

  dispose(): void {
    this.#changed.dispose();
    this.#taken.dispose();
    this.#lenses.dispose();
    void this.stop();
  }

  async conflicts(uri: vscode.Uri): Promise<DocumentConflicts> {
    return (await this.start()).sendRequest(requests.conflicts, { uri: uri.toString() });
  }

  async repositories(params: RepositoryParams = {}): Promise<RepositoryView[]> {
    return (await this.start()).sendRequest(requests.repository, params);
  }

  async side(params: SideParams): Promise<SideAnswer | null> {
    return (await this.start()).sendRequest(requests.side, params);
  }

  async applied(uri: vscode.Uri): Promise<RestoreView> {
    return (await this.start()).sendRequest(requests.applied, { uri: uri.toString() });
  }

  /** @throws with a sentence for the user when git refuses. */
  async fileAction(params: FileActionParams): Promise<void> {
    await (await this.start()).sendRequest(requests.fileAction, params);
  }

  /** Whether it was done; where not, the server has told the user why. */
  async take(params: TakeParams): Promise<boolean> {
    const client = await this.start();
    const answer: { problem?: string } | null = await client.sendRequest('workspace/executeCommand', {
      command: commands.take,
      arguments: [params],
    });
    const done = answer !== null && answer.problem === undefined;
    if (done) this.#taken.fire(vscode.Uri.parse(params.uri));
    return done;
  }

  async resolve(params: ResolveParams): Promise<Summary> {
    const client = await this.start();
    return client.sendRequest('workspace/executeCommand', { command: commands.resolve, arguments: [params] });
  }

  /** What the user has chosen alike, and how many open conflicts are like it. */
  async same(uri: vscode.Uri): Promise<SameAnswer | null> {
    return (await this.start()).sendRequest(requests.same, { uri: uri.toString() });
  }

  /** @param key of the offer: where another holds by now, nothing is done and the summary says so. */
  async takeSame(uri: vscode.Uri, key: string): Promise<Summary | null> {
    const params = { command: commands.same, arguments: [{ uri: uri.toString(), key }] };
    return (await this.start()).sendRequest('workspace/executeCommand', params);
  }

  /**
   * @param apply the text is put in now, and what it fills in is logged.
   * @throws with a sentence for the user where that cannot be written.
   */
  async handover(uri: vscode.Uri, tier: 'safe' | 'likely', apply = false): Promise<HandoverAnswer | null> {
    return (await this.start()).sendRequest(requests.handover, { uri: uri.toString(), tier, apply });
  }

  async filled(uri: vscode.Uri, filled: readonly number[]): Promise<void> {
    await (await this.start()).sendRequest(requests.filled, { uri: uri.toString(), filled });
  }

  async report(root: string): Promise<ReportView | null> {
    return (await this.start()).sendRequest(requests.report, { root });
  }

  /** @throws with a sentence for the user: then nobody knows whether there are any. */
  async stagedMarkers(root: string): Promise<StagedMarkersView> {
    return (await this.start()).sendRequest(requests.stagedMarkers, { root });
  }

  /** @throws with a sentence for the user: then nobody knows whether there are any. */
  async unsettled(params: UnsettledParams): Promise<UnsettledView> {
    return (await this.start()).sendRequest(requests.unsettled, params);
  }

  async autoMerge(root: string): Promise<AutoMergeView | null> {
    return (await this.start()).sendRequest(requests.autoMerge, { root });
  }

  async autoMergeText(root: string, path: string): Promise<AutoMergeText | null> {
    return (await this.start()).sendRequest(requests.autoMergeText, { root, path });
  }

  async commit(root: string, commit: string): Promise<string | null> {
    return (await this.start()).sendRequest(requests.commit, { root, commit });
  }

  /** @throws with a sentence for the user. */
  async trailers(root: string): Promise<TrailerAnswer> {
    return (await this.start()).sendRequest(requests.trailers, { root });
  }

  async sample(folder: string): Promise<void> {
    await (await this.start()).sendRequest(requests.sample, { folder });
  }

  /** Show what the server and the client said, with the messages themselves where the trace level asks for them. */
  async showLog(): Promise<void> {
    (await this.start()).outputChannel.show();
  }

  async refresh(): Promise<void> {
    await (await this.start()).sendNotification(notifications.refresh);
  }

  /** A lens took a conflict without passing through `take`, ours or the editor's own. */
  #toldOf(params: unknown): void {
    if (typeof params === 'object' && params !== null && 'uri' in params && typeof params.uri === 'string')
      this.#taken.fire(vscode.Uri.parse(params.uri));
  }

  async #launch(): Promise<LanguageClient> {
    // Loaded here and not at activation: the client library is most of the bundle's weight.
    const { LanguageClient, TransportKind } = await import('vscode-languageclient/node');
    const options: ClientOptions = {
      vscode: true,
      untrusted: !vscode.workspace.isTrusted,
      providers: true,
    };
    const client = new LanguageClient(
      'mortise',
      'Mortise',
      { module: this.#module, transport: TransportKind.ipc },
      {
        documentSelector: [{ scheme: 'file' }],
        initializationOptions: options,
        // Links in our hovers: they show text and change nothing.
        markdown: { isTrusted: { enabledCommands: ['mortise.showEdit', 'mortise.showCommit'] } },
        middleware: {
          executeCommand: async (command, args, next) => {
            const answer: unknown = await next(command, args);
            if (command === commands.take) this.#toldOf(args[0]);
            return answer;
          },
          provideCodeLenses: async (document, token, next) =>
            (await next(document, token))?.map((lens) => this.#lenses.lens(lens)),
          resolveCodeLens: async (lens, token, next) => this.#lenses.lens(await next(lens, token)),
        },
      },
    );
    client.onNotification(notifications.changed, (params: ChangedParams) => this.#changed.fire(params));
    client.onNotification(notifications.taken, (params: unknown) => this.#toldOf(params));
    for (const listener of this.#launched) listener(client);
    await client.start();
    return client;
  }
}
