/**
 * Any server that speaks OpenAI's chat and completions: LM Studio, vLLM, SGLang, TGI, a team's gateway, llama-server. Prompts
 * keep their stable part first, which is what prefix caches of such servers need.
 */
import type { ModelServer } from './address.ts';
import { type Asked, faultOf, field, HttpRefusal, saidIn } from './faults.ts';
import type { ModelOptions } from './ollama.ts';
import { type Capabilities, MOST, ModelError, type Prompt, type TextModel } from './provider.ts';
import { events, getJson } from './stream.ts';

export function openaiModel(options: ModelOptions, server = 'The model server'): TextModel {
  const asked: Asked = { server, address: options.address, model: options.model };
  return {
    name: options.model,
    complete: (prompt, signal) =>
      prompt.system === undefined
        ? texts(options, asked, '/v1/completions', completionBody(options, prompt), signal)
        : texts(options, asked, '/v1/chat/completions', chatBody(options, prompt), signal),
    capabilities: async (signal): Promise<Capabilities> => {
      try {
        const entries = await modelEntries(options, signal);
        const own = entries.find((entry) => field(entry, 'id') === options.model);
        const length = own === undefined ? undefined : contextLengthOf(own);
        return { insert: false, ...(length === undefined ? {} : { contextLength: length }) };
      } catch (error) {
        throw faultOf(error, asked, signal);
      }
    },
  };
}

/** Entries of `/v1/models`. */
export async function modelEntries(server: ModelServer, signal: AbortSignal): Promise<readonly unknown[]> {
  const data = field(await getJson(server, '/v1/models', signal), 'data');
  return Array.isArray(data) ? data : [];
}

/** vLLM says `max_model_len`, LM Studio `max_context_length`, llama-server `meta.n_ctx`. */
export function contextLengthOf(entry: unknown): number | undefined {
  const told =
    field(entry, 'max_model_len') ??
    field(entry, 'max_context_length') ??
    field(entry, 'context_length') ??
    field(field(entry, 'meta'), 'n_ctx');
  return typeof told === 'number' ? told : undefined;
}

const common = (options: ModelOptions, prompt: Prompt) => ({
  model: options.model,
  max_tokens: Math.max(1, prompt.maxTokens),
  temperature: prompt.temperature ?? 0,
  ...(prompt.seed === undefined ? {} : { seed: prompt.seed }),
  // The API takes four at most.
  ...(prompt.stop && prompt.stop.length > 0 ? { stop: prompt.stop.slice(0, 4) } : {}),
  stream: true,
});

/** A `suffix` is ignored in silence by most of these servers: whoever asks must put the model's tokens into the prompt. */
function completionBody(options: ModelOptions, prompt: Prompt): object {
  if (prompt.suffix !== undefined)
    throw new ModelError('no-insert', `${options.model} cannot fill in the middle here.`);
  return { ...common(options, prompt), prompt: prompt.prompt };
}

function chatBody(options: ModelOptions, prompt: Prompt): object {
  const { schema } = prompt;
  return {
    ...common(options, prompt),
    messages: [
      { role: 'system', content: prompt.system },
      ...(prompt.turns ?? []).map(({ role, text }) => ({ role, content: text })),
      { role: 'user', content: prompt.prompt },
    ],
    ...(schema
      ? { response_format: { type: 'json_schema', json_schema: { name: 'answer', strict: true, schema } } }
      : {}),
  };
}

/** Text of a stream of choices; shared with llama-server's own route, which says `content`. */
export async function* texts(
  server: ModelServer,
  asked: Asked,
  path: string,
  body: object,
  signal: AbortSignal,
): AsyncGenerator<string> {
  let length = 0;
  try {
    for await (const event of events(server, path, body, signal)) {
      const error = field(event, 'error');
      if (error !== undefined)
        throw new HttpRefusal(Number(field(error, 'code')) || 500, saidIn(JSON.stringify({ error })));
      const text = textOf(event);
      length += text.length;
      if (length > MOST) throw new ModelError('babble', `${asked.model} did not stop; its answer was cut off.`);
      if (text !== '') yield text;
    }
  } catch (error) {
    throw faultOf(error, asked, signal);
  }
}

function textOf(event: unknown): string {
  const choices = field(event, 'choices');
  const first: unknown = Array.isArray(choices) ? choices[0] : undefined;
  const text =
    field(field(first, 'delta'), 'content') ??
    field(first, 'text') ??
    field(field(first, 'message'), 'content') ??
    field(event, 'content');
  return typeof text === 'string' ? text : '';
}
