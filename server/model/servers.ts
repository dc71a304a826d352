/** Which server answers at an address, what it has, and the model behind a name. */
import { type ModelServer, webAddress } from './address.ts';
import { faultOf, field } from './faults.ts';
import { llamacppModel } from './llamacpp.ts';
import { type ModelOptions, ollamaModel } from './ollama.ts';
import { contextLengthOf, modelEntries, openaiModel } from './openai.ts';
import { ModelError, type TextModel } from './provider.ts';
import { getJson } from './stream.ts';

export type ServerKind = 'ollama' | 'llamacpp' | 'openai';

export interface ModelEntry {
  readonly name: string;
  /** Bytes of its weights. */
  readonly size?: number;
  readonly parameters?: string;
  /** Fills in the middle by the server's own template; absent where the server does not say. */
  readonly insert?: boolean;
  readonly contextLength?: number;
  /** Where the server has it run, if that is not the server's own machine: never used without a confirmation. */
  readonly remote?: string;
}

export interface FoundServer {
  readonly kind: ServerKind;
  readonly address: string;
  readonly models: readonly ModelEntry[];
}

export const titles: Readonly<Record<ServerKind, string>> = {
  ollama: 'Ollama',
  llamacpp: 'llama-server',
  openai: 'an OpenAI-compatible server',
};

/** Where such servers listen unless told otherwise: Ollama, llama-server, LM Studio, vLLM. */
export const usual: readonly string[] = [
  'http://127.0.0.1:11434',
  'http://127.0.0.1:8080',
  'http://127.0.0.1:1234',
  'http://127.0.0.1:8000',
];

const CLOUD = 'https://ollama.com';

/** Milliseconds for a server to say what it is. */
const PROBE = 2000;

/** What answers at an address. @throws ModelError: not running, refused, unauthorized, or no model server at all. */
export async function findServer(server: ModelServer, signal: AbortSignal): Promise<FoundServer> {
  const limited = AbortSignal.any([signal, AbortSignal.timeout(PROBE)]);
  const { address } = server;
  const asked = { server: 'The model server', address, model: 'a model' };
  try {
    const tags = await getJson(server, '/api/tags', limited).catch((error: unknown) => {
      const fault = faultOf(error, asked, limited);
      // Another kind of server answers 404 or anything else here; one that is not there or not allowed ends the search.
      if (
        fault instanceof ModelError &&
        fault.fault !== 'other' &&
        fault.fault !== 'missing' &&
        fault.fault !== 'killed'
      )
        throw fault;
      if (!(fault instanceof ModelError)) throw fault;
      return undefined;
    });
    const listed = field(tags, 'models');
    if (Array.isArray(listed)) return { kind: 'ollama', address, models: listed.flatMap(ollamaEntry) };
    const entries = await modelEntries(server, limited);
    const kind = entries.some((entry) => field(entry, 'owned_by') === 'llamacpp') ? 'llamacpp' : 'openai';
    return { kind, address, models: entries.flatMap((entry) => openaiEntry(entry, kind)) };
  } catch (error) {
    if (!signal.aborted && limited.aborted) {
      throw new ModelError('not-running', `${address} did not answer in ${PROBE / 1000} s.`);
    }
    throw faultOf(error, asked, signal);
  }
}

/** Every server that answers at its usual place on this machine. */
export async function findLocal(signal: AbortSignal, addresses = usual): Promise<readonly FoundServer[]> {
  const found = await Promise.all(addresses.map((address) => findServer({ address }, signal).catch(() => undefined)));
  signal.throwIfAborted();
  return found.flatMap((one) => one ?? []);
}

export function openModel(kind: ServerKind, options: ModelOptions): TextModel {
  if (kind === 'ollama') return ollamaModel(options);
  return kind === 'llamacpp' ? llamacppModel(options) : openaiModel(options);
}

function ollamaEntry(entry: unknown): ModelEntry[] {
  const name = field(entry, 'name');
  if (typeof name !== 'string') return [];
  const [size, told] = [field(entry, 'size'), field(entry, 'capabilities')];
  const parameters = field(field(entry, 'details'), 'parameter_size');
  const length = field(field(entry, 'details'), 'context_length');
  const remote = remoteOf(entry, name);
  return [
    {
      name,
      ...(typeof size === 'number' ? { size } : {}),
      ...(typeof parameters === 'string' ? { parameters } : {}),
      ...(Array.isArray(told) ? { insert: told.includes('insert') } : {}),
      ...(typeof length === 'number' ? { contextLength: length } : {}),
      ...(remote === undefined ? {} : { remote }),
    },
  ];
}

/**
 * Ollama lists its cloud's models beside the installed ones and passes what they are asked on to there. Whatever it says of a
 * host, such a model is remote: a host without a scheme is read as one of the web, and what cannot be read is the cloud.
 */
function remoteOf(entry: unknown, name: string): string | undefined {
  const [host, model] = [field(entry, 'remote_host'), field(entry, 'remote_model')];
  if (typeof host === 'string' && host !== '')
    return (webAddress(host) ?? webAddress(`https://${host}`))?.origin ?? CLOUD;
  return (typeof model === 'string' && model !== '') || /[-:]cloud$/i.test(name) ? CLOUD : undefined;
}

function openaiEntry(entry: unknown, kind: ServerKind): ModelEntry[] {
  const name = field(entry, 'id');
  if (typeof name !== 'string') return [];
  const length = contextLengthOf(entry);
  const size = field(field(entry, 'meta'), 'size');
  return [
    {
      name,
      ...(kind === 'llamacpp' ? { insert: true } : {}),
      ...(typeof size === 'number' ? { size } : {}),
      ...(length === undefined ? {} : { contextLength: length }),
    },
  ];
}
