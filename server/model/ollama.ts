/**
 * Ollama through its own package. The package has no signal per request and misses calls that wait for headers, so each
 * request has its own client whose fetch carries ours.
 */
import { type GenerateRequest, Ollama } from 'ollama';
import { fetchWithin } from './address.ts';
import { type Capabilities, ModelError, type Prompt, type TextModel } from './provider.ts';

export interface OllamaOptions {
  readonly address: string;
  readonly model: string;
  /** Tokens. One value for all tasks: a change makes the server load the model again. */
  readonly contextLength: number;
  readonly confirmedRemote?: readonly string[];
}

/** UTF-16 units; a model that goes on past any asked length is cut off. */
const MOST = 200_000;

export function ollamaModel(options: OllamaOptions): TextModel {
  const client = (signal: AbortSignal) =>
    new Ollama({
      host: options.address,
      fetch: fetchWithin(options.address, options.confirmedRemote ?? [], signal),
    });
  return {
    name: options.model,
    complete: (prompt, signal) => stream(client, requestOf(options, prompt), options, signal),
    capabilities: async (signal): Promise<Capabilities> => {
      try {
        const shown = await client(signal).show({ model: options.model });
        // The package types `model_info` as a Map; on the wire it is a plain object.
        const found = Object.entries(shown.model_info ?? {}).find(([key]) => key.endsWith('.context_length'))?.[1];
        const insert = (shown.capabilities ?? []).includes('insert');
        return typeof found === 'number' ? { insert, contextLength: found } : { insert };
      } catch (error) {
        throw faultOf(error, options, signal);
      }
    },
  };
}

type Request = GenerateRequest & { stream: true; truncate: boolean };

function requestOf(options: OllamaOptions, prompt: Prompt): Request {
  return {
    model: options.model,
    prompt: prompt.prompt,
    ...(prompt.suffix === undefined ? {} : { suffix: prompt.suffix }),
    ...(prompt.schema ? { format: prompt.schema } : {}),
    stream: true,
    truncate: false, // else a long prompt loses its start in silence
    keep_alive: '30m',
    options: {
      num_ctx: options.contextLength,
      num_predict: Math.max(1, prompt.maxTokens),
      temperature: 0,
      stop: [...(prompt.stop ?? [])],
    },
  };
}

async function* stream(
  client: (signal: AbortSignal) => Ollama,
  request: Request,
  options: OllamaOptions,
  signal: AbortSignal,
): AsyncGenerator<string> {
  // Leaving the package's loop leaves the server generating: `ended` stops it on the wire.
  const ended = new AbortController();
  let length = 0;
  try {
    for await (const part of await client(AbortSignal.any([signal, ended.signal])).generate(request)) {
      const text = part.response ?? '';
      length += text.length;
      if (length > MOST) throw new ModelError('babble', `${options.model} did not stop; its answer was cut off.`);
      if (text !== '') yield text;
    }
  } catch (error) {
    throw faultOf(error, options, signal);
  } finally {
    ended.abort();
  }
}

/** What the user is told. A stream that breaks or carries an error line was killed; both come without an HTTP status. */
function faultOf(error: unknown, { address, model }: OllamaOptions, signal: AbortSignal): unknown {
  if (signal.aborted) return new DOMException('The request was aborted.', 'AbortError');
  if (error instanceof ModelError) return error;
  const said = error instanceof Error ? error.message : String(error);
  const status = error instanceof Error && 'status_code' in error ? error.status_code : undefined;
  const code = error instanceof Error && error.cause instanceof Error && 'code' in error.cause ? error.cause.code : '';
  if (code === 'ECONNREFUSED') return new ModelError('not-running', `Ollama does not answer at ${address}. Start it.`);
  if (status === 404) return new ModelError('missing', `${model} is not installed. Run "ollama pull ${model}".`);
  if (/does not support insert/.test(said)) return new ModelError('no-insert', `${model} cannot fill in the middle.`);
  if (/exceed(s|_)/.test(said)) return new ModelError('too-long', `The prompt is longer than ${model}'s context.`);
  if (status === 503) return new ModelError('busy', `Ollama at ${address} is busy. Try again.`);
  if (status === 403) return new ModelError('forbidden', `Ollama at ${address} refused: ${said}`);
  if (status === undefined) return new ModelError('killed', `Ollama stopped while ${model} was answering: ${said}`);
  return new ModelError('other', `Ollama at ${address}: ${said}`);
}
