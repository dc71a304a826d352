/**
 * Ollama through its own package. The package has no signal per request and misses calls that wait for headers, so each
 * request has its own client whose fetch carries ours.
 */
import { type ChatRequest, type GenerateRequest, Ollama } from 'ollama';
import { fetchWithin, type ModelServer } from './address.ts';
import { type Asked, faultOf, retrying } from './faults.ts';
import { type Capabilities, MOST, ModelError, type Prompt, type TextModel } from './provider.ts';
import { endpoint } from './stream.ts';

export interface ModelOptions extends ModelServer {
  readonly model: string;
  /** Tokens. One value for all tasks: a change makes Ollama load the model again. */
  readonly contextLength: number;
}

const KEPT = '30m';

export function ollamaModel(options: ModelOptions): TextModel {
  const client = (signal: AbortSignal) => clientFor(options, signal);
  const asked: Asked = { server: 'Ollama', address: options.address, model: options.model };
  let known: Promise<Capabilities> | undefined;
  const capabilities = async (signal: AbortSignal): Promise<Capabilities> => {
    try {
      const shown = await client(signal).show({ model: options.model });
      // The package types `model_info` as a Map; on the wire it is a plain object.
      const found = Object.entries(shown.model_info ?? {}).find(([key]) => key.endsWith('.context_length'))?.[1];
      const told = shown.capabilities ?? [];
      return {
        insert: told.includes('insert'),
        thinking: told.includes('thinking'),
        // A base model's template is its prompt and nothing else.
        chat: !/^\s*\{\{-?\s*\.Prompt\s*-?\}\}\s*$/.test(shown.template ?? ''),
        ...(typeof found === 'number' ? { contextLength: found } : {}),
      };
    } catch (error) {
      throw faultOf(error, asked, signal);
    }
  };
  const kept = (signal: AbortSignal): Promise<Capabilities> => {
    known ??= capabilities(signal).catch((error: unknown) => {
      known = undefined;
      throw error;
    });
    return known;
  };
  return {
    name: options.model,
    complete: (prompt, signal) => stream(options, asked, prompt, signal, kept),
    capabilities: kept,
  };
}

const clientFor = (server: ModelServer, signal: AbortSignal) =>
  new Ollama({ host: endpoint(server, ''), fetch: fetchWithin(server, signal) });

type Generate = GenerateRequest & { stream: true; truncate: boolean };
type Chat = ChatRequest & { stream: true; truncate: boolean };

const common = (options: ModelOptions, prompt: Prompt) => ({
  model: options.model,
  ...(prompt.schema ? { format: prompt.schema } : {}),
  stream: true as const,
  truncate: false, // else a long prompt loses its start in silence
  keep_alive: KEPT,
  options: {
    num_ctx: options.contextLength,
    num_predict: Math.max(1, prompt.maxTokens),
    temperature: prompt.temperature ?? 0,
    ...(prompt.seed === undefined ? {} : { seed: prompt.seed }),
    stop: [...(prompt.stop ?? [])],
  },
});

function generateRequest(options: ModelOptions, prompt: Prompt): Generate {
  if (prompt.raw && prompt.suffix !== undefined) throw new TypeError('Ollama ignores the suffix of a raw prompt');
  return {
    ...common(options, prompt),
    prompt: prompt.prompt,
    ...(prompt.suffix === undefined ? {} : { suffix: prompt.suffix }),
    ...(prompt.raw ? { raw: true } : {}),
  };
}

function chatRequest(options: ModelOptions, prompt: Prompt, thinking: boolean): Chat {
  const turns = (prompt.turns ?? []).map(({ role, text }) => ({ role, content: text }));
  return {
    ...common(options, prompt),
    messages: [{ role: 'system', content: prompt.system ?? '' }, ...turns, { role: 'user', content: prompt.prompt }],
    ...(thinking ? { think: false } : {}),
  };
}

async function* stream(
  options: ModelOptions,
  asked: Asked,
  prompt: Prompt,
  signal: AbortSignal,
  capabilities: (signal: AbortSignal) => Promise<Capabilities>,
): AsyncGenerator<string> {
  // Leaving the package's loop leaves the server generating: `ended` stops it on the wire.
  const ended = new AbortController();
  const wire = AbortSignal.any([signal, ended.signal]);
  let length = 0;
  try {
    const thinking = prompt.system !== undefined && (await capabilities(wire)).thinking === true;
    const parts = await retrying(async (): Promise<AsyncIterable<string>> => {
      if (prompt.system !== undefined) {
        return texts(
          await clientFor(options, wire).chat(chatRequest(options, prompt, thinking)),
          (part) => part.message?.content,
        );
      }
      return texts(await clientFor(options, wire).generate(generateRequest(options, prompt)), (part) => part.response);
    }, wire);
    for await (const text of parts) {
      length += text.length;
      if (length > MOST) throw new ModelError('babble', `${options.model} did not stop; its answer was cut off.`);
      if (text !== '') yield text;
    }
  } catch (error) {
    throw faultOf(error, asked, signal);
  } finally {
    ended.abort();
  }
}

async function* texts<T>(parts: AsyncIterable<T>, of: (part: T) => string | undefined): AsyncGenerator<string> {
  for await (const part of parts) yield of(part) ?? '';
}

export interface PullProgress {
  readonly status: string;
  /** Bytes; absent while the server does not know. */
  readonly done?: number;
  readonly total?: number;
}

/** Let Ollama fetch a model. The user asked for exactly that; the traffic is Ollama's own. */
export async function* pullModel(
  server: ModelServer,
  model: string,
  signal: AbortSignal,
): AsyncGenerator<PullProgress> {
  const ended = new AbortController();
  try {
    const parts = await clientFor(server, AbortSignal.any([signal, ended.signal])).pull({ model, stream: true });
    for await (const { status, completed, total } of parts) {
      yield { status, ...(completed === undefined ? {} : { done: completed }), ...(total ? { total } : {}) };
    }
  } catch (error) {
    throw faultOf(error, { server: 'Ollama', address: server.address, model }, signal);
  } finally {
    ended.abort();
  }
}
