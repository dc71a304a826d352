/** The model that a command was told to use: `--model NAME`, at `--address` or wherever a server of this machine has it. */
import { type ModelServer, unconfirmed } from '../model/address.ts';
import { ModelError, type TextModel } from '../model/provider.ts';
import { type FoundServer, findLocal, findServer, openModel, titles, usual } from '../model/servers.ts';
import { type Io, UsageError, wholeNumber } from './io.ts';

export const modelOptions = {
  model: { type: 'string' },
  address: { type: 'string' },
  remote: { type: 'boolean' },
  'context-length': { type: 'string' },
} as const;

export const modelHelp = `      --model NAME        a model of Ollama, llama-server or an OpenAI-compatible server
      --address URL       where it is served; the usual places on this machine by default
      --remote            confirm that code may be sent to another machine: that of --address, or
                          the one where the model runs
      --context-length N  tokens that prompt and answer share (8192)
  A key for the server is read from MORTISE_MODEL_KEY.
`;

export interface ModelValues {
  readonly model?: string | undefined;
  readonly address?: string | undefined;
  readonly remote?: boolean | undefined;
  readonly 'context-length'?: string | undefined;
}

export interface OpenedModel {
  readonly model: TextModel;
  readonly contextLength: number;
  readonly server: FoundServer;
}

/** @throws UsageError or ModelError with a sentence for the user. */
export async function openNamed(io: Io, values: ModelValues): Promise<OpenedModel> {
  const name = values.model ?? '';
  if (name === '') throw new UsageError('--model wants a name; "mortise models" lists them.');
  const contextLength = wholeNumber(values['context-length'], '--context-length', 512, 1_000_000) ?? 8192;
  const signal = io.signal ?? new AbortController().signal;
  const given = serverOf(values);
  const found = given ? [await findServer(given, signal)] : await findLocal(signal, places());
  if (found.length === 0) throw new ModelError('not-running', noServer);
  const server = found.find(({ models }) => models.some((one) => sameName(one.name, name)));
  if (!server) {
    const all = found.flatMap(({ models }) => models.map((one) => one.name));
    const listed = all.length > 0 ? `There are: ${all.slice(0, 12).join(', ')}.` : 'The server has no model yet.';
    throw new ModelError('missing', `No server has a model "${name}". ${listed}`);
  }
  const entry = server.models.find((one) => sameName(one.name, name));
  if (entry?.remote !== undefined && !values.remote)
    throw new UsageError(
      `${entry.name} runs at ${entry.remote}: code would be sent there. Add --remote if that is what you want.`,
    );
  const own = entry?.name ?? name;
  const options = { ...(given ?? { address: server.address }), model: own, contextLength };
  return { model: openModel(server.kind, options), contextLength, server };
}

export const noServer = `No model server answers on this machine (${usual.join(', ')}). Start Ollama or llama-server, or name one with --address.`;

/** The server that was named, if one was. @throws UsageError for another machine without --remote. */
export function serverOf(values: ModelValues): ModelServer | undefined {
  if (values.address === undefined) return undefined;
  if (!URL.canParse(values.address) || !/^https?:$/.test(new URL(values.address).protocol)) {
    throw new UsageError(`--address wants a URL like http://127.0.0.1:11434, not "${values.address}".`);
  }
  const { MORTISE_MODEL_KEY: key } = process.env;
  const server: ModelServer = {
    address: values.address,
    ...(key ? { key } : {}),
    confirmedRemote: values.remote ? [values.address] : [],
  };
  const far = unconfirmed(server);
  if (far !== undefined) {
    throw new UsageError(`${far} is another machine: code would be sent there. Add --remote if that is what you want.`);
  }
  return server;
}

/** The usual places, and where Ollama was told to listen if that is this machine. */
export function places(): readonly string[] {
  const { OLLAMA_HOST: host } = process.env;
  if (!host) return usual;
  const written = /^https?:\/\//.test(host) ? host : `http://${host}`;
  if (!URL.canParse(written)) return usual;
  const url = new URL(written);
  if (url.hostname === '0.0.0.0') url.hostname = '127.0.0.1';
  if (url.port === '' && url.protocol === 'http:') url.port = '11434';
  const address = url.origin;
  return unconfirmed({ address }) === undefined ? [address, ...usual.filter((one) => one !== address)] : usual;
}

/** Ollama's names carry a tag; `latest` need not be said. */
const sameName = (known: string, asked: string): boolean => known === asked || known === `${asked}:latest`;

export const describe = ({ kind, address }: FoundServer): string => `${titles[kind]} at ${address}`;
