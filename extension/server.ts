/** The language server's process as the extension sees it: started on the first need, restarted by the client, asked in our words. */
import * as vscode from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import {
  type ChangedParams,
  type ClientOptions,
  commands,
  type DocumentConflicts,
  type FileActionParams,
  notifications,
  type RepositoryView,
  type ResolveParams,
  type RestoreView,
  requests,
  type SideAnswer,
  type SideParams,
  type Summary,
  type TakeParams,
} from '../server/lsp/protocol.ts';

export class Server implements vscode.Disposable {
  readonly #module: string;
  readonly #changed = new vscode.EventEmitter<ChangedParams>();
  readonly onChanged = this.#changed.event;
  #client: Promise<LanguageClient> | undefined;

  constructor(module: string) {
    this.#module = module;
  }

  get isStarted(): boolean {
    return this.#client !== undefined;
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
    void this.stop();
  }

  async conflicts(uri: vscode.Uri): Promise<DocumentConflicts> {
    return (await this.start()).sendRequest(requests.conflicts, { uri: uri.toString() });
  }

  async repositories(): Promise<RepositoryView[]> {
    return (await this.start()).sendRequest(requests.repository);
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
    return answer !== null && answer.problem === undefined;
  }

  async resolve(params: ResolveParams): Promise<Summary> {
    const client = await this.start();
    return client.sendRequest('workspace/executeCommand', { command: commands.resolve, arguments: [params] });
  }

  async refresh(): Promise<void> {
    await (await this.start()).sendNotification(notifications.refresh);
  }

  async #launch(): Promise<LanguageClient> {
    // Loaded here and not at activation: the client library is most of the bundle's weight.
    const { LanguageClient, TransportKind } = await import('vscode-languageclient/node');
    const options: ClientOptions = { vscode: true, untrusted: !vscode.workspace.isTrusted };
    const client = new LanguageClient(
      'mortise',
      'Mortise',
      { module: this.#module, transport: TransportKind.ipc },
      { documentSelector: [{ scheme: 'file' }], initializationOptions: options },
    );
    client.onNotification(notifications.changed, (params: ChangedParams) => this.#changed.fire(params));
    await client.start();
    return client;
  }
}
