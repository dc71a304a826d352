/** The server's requests about models as the extension makes them, and what the server asks back: keys, consent, the editor's models. */
import * as vscode from 'vscode';
import {
  type AccessAnswer,
  type AccessParams,
  type ChatAnswer,
  type ChatParams,
  type HealthView,
  type ModelsView,
  modelNotifications,
  modelRequests,
  type ProposalProgress,
  type ProposeAnswer,
  type ProposeParams,
  type PullView,
  type SentView,
  type TextParams,
} from '../../server/lsp/modelProtocol.ts';
import type { Server } from '../server.ts';
import { Consent } from './consent.ts';

export class ModelClient implements vscode.Disposable {
  readonly #server: Server;
  readonly #context: vscode.ExtensionContext;
  readonly consent: Consent;
  readonly #progress = new vscode.EventEmitter<ProposalProgress>();
  readonly #health = new vscode.EventEmitter<HealthView>();
  readonly #pulling = new vscode.EventEmitter<PullView>();
  readonly #text = new vscode.EventEmitter<TextParams>();
  readonly onProgress = this.#progress.event;
  readonly onHealth = this.#health.event;
  readonly onPulling = this.#pulling.event;
  readonly onText = this.#text.event;

  constructor(server: Server, context: vscode.ExtensionContext) {
    this.#server = server;
    this.#context = context;
    this.consent = new Consent(context.globalState);
    server.onLaunch((client) => {
      client.onNotification(modelNotifications.progress, (one: ProposalProgress) => this.#progress.fire(one));
      client.onNotification(modelNotifications.health, (one: HealthView) => this.#health.fire(one));
      client.onNotification(modelNotifications.pulling, (one: PullView) => this.#pulling.fire(one));
      client.onNotification(modelNotifications.text, (one: TextParams) => this.#text.fire(one));
      client.onRequest(modelRequests.access, (params: AccessParams) => this.#access(params));
      client.onRequest(modelRequests.clientModel, (params: ChatParams, token: vscode.CancellationToken) =>
        this.#answerAsEditor(params, token),
      );
    });
  }

  dispose(): void {
    for (const emitter of [this.#progress, this.#health, this.#pulling, this.#text]) emitter.dispose();
  }

  get isServerStarted(): boolean {
    return this.#server.isStarted;
  }

  /** Undefined when the user stopped it. */
  async propose(params: ProposeParams, token: vscode.CancellationToken): Promise<ProposeAnswer | undefined> {
    const client = await this.#server.start();
    return client.sendRequest<ProposeAnswer>(modelRequests.propose, params, token).catch((error: unknown) => {
      if (token.isCancellationRequested) return undefined;
      throw error;
    });
  }

  async models(fresh: boolean): Promise<ModelsView> {
    return (await this.#server.start()).sendRequest(modelRequests.models, { fresh });
  }

  async sent(): Promise<readonly SentView[]> {
    return (await this.#server.start()).sendRequest(modelRequests.sent);
  }

  async pull(name: string, token: vscode.CancellationToken): Promise<void> {
    await (await this.#server.start()).sendRequest(modelRequests.pull, { name }, token);
  }

  async chat(params: ChatParams, token: vscode.CancellationToken): Promise<ChatAnswer> {
    return (await this.#server.start()).sendRequest(modelRequests.chat, params, token);
  }

  /** A failure in words, with what can be done about it. */
  async explain(fault: string, message: string): Promise<void> {
    const choose = 'Choose Model…';
    const key = 'Set Key…';
    const offers =
      fault === 'unauthorized'
        ? [key]
        : ['none', 'missing', 'not-running', 'no-insert', 'refused-address'].includes(fault)
          ? [choose]
          : [];
    const chosen = await vscode.window.showWarningMessage(`Mortise: ${message}`, ...offers);
    if (chosen === choose) await vscode.commands.executeCommand('mortise.chooseModel');
    if (chosen === key) await vscode.commands.executeCommand('mortise.setModelKey');
  }

  async setKey(address: string, key: string | undefined): Promise<void> {
    if (key) await this.#context.secrets.store(secretName(address), key);
    else await this.#context.secrets.delete(secretName(address));
  }

  /** Another machine is contacted only after the user has seen its address and said yes. */
  async #access({ address, remote }: AccessParams): Promise<AccessAnswer> {
    const key = await this.#context.secrets.get(secretName(address));
    const given = key === undefined ? {} : { key };
    if (!remote) return { allowed: true, ...given };
    if (!(await this.consent.allows(originOf(address)))) return { allowed: false };
    return { allowed: true, ...given };
  }

  /** One of the editor's own models: used only when the user named it in the settings; the editor asks for consent itself. */
  async #answerAsEditor(
    { id, model, system, turns, prompt }: ChatParams,
    token: vscode.CancellationToken,
  ): Promise<ChatAnswer> {
    const [found] = await vscode.lm.selectChatModels({ id: model });
    if (!found) return { fault: 'missing', message: `The editor has no language model "${model}".` };
    const messages = [
      vscode.LanguageModelChatMessage.User(system),
      ...turns.map(({ role, text }) =>
        role === 'user' ? vscode.LanguageModelChatMessage.User(text) : vscode.LanguageModelChatMessage.Assistant(text),
      ),
      vscode.LanguageModelChatMessage.User(prompt),
    ];
    try {
      const client = await this.#server.start();
      const response = await found.sendRequest(messages, { justification: 'Mortise proposes a resolution.' }, token);
      for await (const text of response.text) await client.sendNotification(modelNotifications.text, { id, text });
      return {};
    } catch (error) {
      return { fault: 'other', message: error instanceof Error ? error.message : String(error) };
    }
  }
}

const originOf = (address: string): string => (URL.canParse(address) ? new URL(address).origin : address);
const secretName = (address: string): string => `mortise.key:${originOf(address)}`;
