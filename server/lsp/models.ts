/** The language models of one connection: which servers answer, which model the user chose for a task, and what went to them. */
import { totalmem } from 'node:os';
import type { CancellationToken, Connection } from 'vscode-languageserver/node';
import type { ChosenModel } from '../complete/model/modelCompletion.ts';
import { type ModelServer, unconfirmed } from '../model/address.ts';
import { Lanes } from '../model/lanes.ts';
import { pullModel } from '../model/ollama.ts';
import { ModelError, type TextModel } from '../model/provider.ts';
import { advise, choose } from '../model/recommend.ts';
import { relayModel } from '../model/relay.ts';
import { type FoundServer, findLocal, findServer, openModel, titles } from '../model/servers.ts';
import {
  type AccessAnswer,
  type AccessParams,
  type ChatAnswer,
  type ChatParams,
  type HealthView,
  type ModelsView,
  type ModelTask,
  modelNotifications,
  modelRequests,
  type PullParams,
  type SentView,
  type TextParams,
} from './modelProtocol.ts';
import { tokenOf } from './providers.ts';

export interface ModelConfig {
  readonly address: string;
  /** `complete`: empty is off. `merge`: empty is the best that is installed; `vscode:ID` is one of the editor's own. */
  readonly complete: string;
  readonly merge: string;
  readonly contextLength: number;
}

export const noModelConfig: ModelConfig = { address: '', complete: '', merge: '', contextLength: 8192 };

export async function readModelConfig(connection: Connection): Promise<ModelConfig> {
  const answer: unknown = await connection.workspace.getConfiguration('mortise.model').catch(() => undefined);
  const settings: Record<string, unknown> = typeof answer === 'object' && answer !== null ? { ...answer } : {};
  const text = (name: 'address' | 'complete' | 'merge') => {
    const value = settings[name];
    return typeof value === 'string' ? value.trim() : '';
  };
  const length = settings['contextLength'];
  return {
    address: text('address'),
    complete: text('complete'),
    merge: text('merge'),
    contextLength: typeof length === 'number' && length >= 512 ? Math.floor(length) : noModelConfig.contextLength,
  };
}

export interface TaskModel extends ChosenModel {
  readonly address: string;
}

/** What a server said is believed so long, in milliseconds. */
const FRESH = 30_000;
/** Prompts that are kept to be shown. */
const SENT = 200;

export class Models {
  readonly lanes = new Lanes<ModelTask | 'chat'>();
  readonly #connection: Connection;
  readonly #config: () => Promise<ModelConfig>;
  readonly #sent: SentView[] = [];
  readonly #opened = new Map<string, TaskModel>();
  readonly #listeners = new Map<number, (text: string) => void>();
  #found: { readonly at: number; readonly address: string; readonly servers: readonly FoundServer[] } | undefined;
  #next = 1;

  constructor(connection: Connection, config: () => Promise<ModelConfig>) {
    this.#connection = connection;
    this.#config = config;
    connection.onNotification(modelNotifications.text, ({ id, text }: TextParams) => this.#listeners.get(id)?.(text));
    connection.onRequest(modelRequests.sent, () => this.#sent);
    connection.onRequest(modelRequests.models, ({ fresh }: { fresh?: boolean }) => this.#view(fresh === true));
    connection.onRequest(modelRequests.pull, ({ name }: PullParams, token: CancellationToken) =>
      this.#pull(name, signalOf(token)),
    );
    connection.onRequest(modelRequests.chat, (params: ChatParams, token: CancellationToken) =>
      this.#chat(params, signalOf(token)),
    );
  }

  /** The model for a task. Undefined: the user chose none. @throws ModelError where a chosen one cannot be used. */
  async chosen(task: ModelTask, signal: AbortSignal): Promise<TaskModel | undefined> {
    const config = await this.#config();
    const name = config[task];
    if (task === 'complete' && name === '') return undefined;
    if (name.startsWith('vscode:')) {
      // They run elsewhere, and would be asked at every pause in typing.
      if (task === 'complete')
        throw new ModelError(
          'missing',
          "The editor's own models propose resolutions only. Choose another to complete.",
        );
      return this.#clientModel(name.slice('vscode:'.length), config.contextLength);
    }
    const servers = await this.#servers(config, signal, false);
    for (const server of servers) {
      const found = name === '' ? choose(task, server.models)?.name : named(server, name);
      if (found !== undefined) return this.#open(server, found, config);
    }
    const where = servers.map(({ address }) => address).join(', ');
    if (name === '')
      throw new ModelError(
        'missing',
        `No model at ${where} is fit for this. Choose one with "Mortise: Choose Model…".`,
      );
    throw new ModelError(
      'missing',
      `There is no model "${name}" at ${where}. Choose another with "Mortise: Choose Model…".`,
    );
  }

  log(sent: Omit<SentView, 'at'>): void {
    this.#sent.push({ at: Date.now(), ...sent });
    if (this.#sent.length > SENT) this.#sent.shift();
  }

  health(view: HealthView): void {
    void this.#connection.sendNotification(modelNotifications.health, view);
  }

  /** Tells the client how a piece of work with a model went. */
  async watched<T>(model: string, work: () => Promise<T>): Promise<T> {
    this.health({ state: 'working', model, message: `${model} is working` });
    try {
      const result = await work();
      this.health({ state: 'ready', model, message: `${model} answers` });
      return result;
    } catch (error) {
      const failed = error instanceof ModelError;
      this.health({
        state: failed ? 'failed' : 'ready',
        model,
        message: failed ? error.message : `${model} was stopped`,
      });
      throw error;
    }
  }

  stop(): void {
    this.lanes.stop();
  }

  async #servers(config: ModelConfig, signal: AbortSignal, fresh: boolean): Promise<readonly FoundServer[]> {
    const { address } = config;
    const kept = this.#found;
    if (!fresh && kept && kept.address === address && Date.now() - kept.at < FRESH) return kept.servers;
    const servers = address === '' ? await findLocal(signal) : [await findServer(await this.#server(address), signal)];
    if (servers.length === 0) {
      throw new ModelError(
        'not-running',
        'No model server answers on this machine. Start Ollama or llama-server, or set "mortise.model.address".',
      );
    }
    this.#found = { at: Date.now(), address, servers };
    return servers;
  }

  /** The server with what the user allowed: asked of the client, since confirmations and keys are kept there. */
  async #server(address: string): Promise<ModelServer> {
    const remote = unconfirmed({ address }) !== undefined;
    const params: AccessParams = { address, remote };
    const answer = await this.#connection
      .sendRequest<AccessAnswer | null>(modelRequests.access, params)
      .catch(() => null); // a client that does not know the question has confirmed nothing
    const allowed = answer?.allowed === true;
    return {
      address,
      confirmedRemote: remote && allowed ? [address] : [],
      ...(answer?.key ? { key: answer.key } : {}),
    };
  }

  async #open(server: FoundServer, model: string, config: ModelConfig): Promise<TaskModel> {
    const far = server.models.find(({ name }) => name === model)?.remote;
    if (far !== undefined) await this.#confirm(model, far);
    const access = config.address === '' ? { address: server.address } : await this.#server(server.address);
    const { contextLength } = config;
    // Asked each time: a key that was changed, or a confirmation taken back, is heeded at once.
    const key = JSON.stringify([server.kind, access, model, contextLength]);
    const kept = this.#opened.get(key);
    if (kept) return kept;
    const opened = {
      model: openModel(server.kind, { ...access, model, contextLength }),
      contextLength,
      address: server.address,
    };
    this.#opened.set(key, opened);
    return opened;
  }

  /** A model that its server on this machine runs on another one: to be confirmed like that other machine. */
  async #confirm(model: string, address: string): Promise<void> {
    const { confirmedRemote = [] } = await this.#server(address);
    if (unconfirmed({ address, confirmedRemote }) === undefined) return;
    throw new ModelError('refused-address', `${model} runs at ${address}, not on this machine. Confirm it first.`);
  }

  #clientModel(id: string, contextLength: number): TaskModel {
    const model: TextModel = relayModel(id, async (question, onText, signal) => {
      const own = this.#next++;
      this.#listeners.set(own, onText);
      const params: ChatParams = { id: own, ...question, turns: question.turns ?? [] };
      const { token, end } = tokenOf(signal);
      try {
        const answer = await this.#connection.sendRequest<ChatAnswer>(modelRequests.clientModel, params, token);
        return answer.fault ? { fault: 'other', message: answer.message ?? answer.fault } : {};
      } finally {
        end();
        this.#listeners.delete(own);
      }
    });
    return { model, contextLength, address: "the editor's own language models" };
  }

  async #view(fresh: boolean): Promise<ModelsView> {
    const config = await this.#config();
    const signal = AbortSignal.timeout(5000);
    const memory = totalmem();
    const advice = { complete: advise('complete', memory), merge: advise('merge', memory) };
    try {
      const servers = await this.#servers(config, signal, fresh);
      const pick = (task: ModelTask) =>
        config[task] !== ''
          ? config[task]
          : task === 'merge'
            ? servers.flatMap((one) => choose(task, one.models)?.name ?? [])[0]
            : undefined;
      const [complete, merge] = [pick('complete'), pick('merge')];
      return {
        servers: servers.map((one) => ({ ...one, title: titles[one.kind] })),
        chosen: { ...(complete === undefined ? {} : { complete }), ...(merge === undefined ? {} : { merge }) },
        advice,
      };
    } catch (error) {
      return { servers: [], chosen: {}, advice, problem: error instanceof Error ? error.message : String(error) };
    }
  }

  async #pull(name: string, signal: AbortSignal): Promise<null> {
    const config = await this.#config();
    const servers = await this.#servers(config, signal, true);
    const ollama = servers.find(({ kind }) => kind === 'ollama');
    if (!ollama) throw new ModelError('other', 'Only Ollama can fetch models, and it does not answer.');
    const server = config.address === '' ? { address: ollama.address } : await this.#server(ollama.address);
    for await (const step of pullModel(server, name, signal)) {
      void this.#connection.sendNotification(modelNotifications.pulling, { name, ...step });
    }
    this.#found = undefined;
    return null;
  }

  /** For other extensions, through the editor's registry of models: chat with one of ours. */
  async #chat({ id, model, system, turns, prompt }: ChatParams, signal: AbortSignal): Promise<ChatAnswer> {
    const config = await this.#config();
    try {
      const servers = await this.#servers(config, signal, false);
      const server = servers.find((one) => named(one, model) !== undefined);
      if (!server) return { fault: 'missing', message: `There is no model "${model}".` };
      const opened = await this.#open(server, named(server, model) ?? model, config);
      const said = [...turns.map(({ role, text }) => `${role}: ${text}`), prompt].join('\n\n');
      const about = 'a chat of another extension';
      this.log({ model: opened.model.name, address: opened.address, about, prompt: `${system}\n\n${said}` });
      for await (const text of opened.model.complete({ system, turns, prompt, maxTokens: 4096 }, signal)) {
        await this.#connection.sendNotification(modelNotifications.text, { id, text });
      }
      return {};
    } catch (error) {
      return {
        fault: error instanceof ModelError ? error.fault : 'other',
        message: error instanceof Error ? error.message : String(error),
      };
    }
  }
}

const named = ({ models }: FoundServer, asked: string): string | undefined =>
  models.find(({ name }) => name === asked || name === `${asked}:latest`)?.name;

function signalOf(token: CancellationToken): AbortSignal {
  const controller = new AbortController();
  if (token.isCancellationRequested) controller.abort();
  else token.onCancellationRequested(() => controller.abort());
  return controller.signal;
}
