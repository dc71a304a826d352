/**
 * How probable a model finds a given text at a hole, from a server that tells log-probabilities: llama-server by a grammar that
 * allows that text's tokens alone, other servers that can echo a prompt (vLLM) by the figures of the prompt's own tokens.
 */

import { field } from '../../server/model/faults.ts';
import { type FimParts, fimPrompt } from '../../server/model/fim.ts';
import { infillBody } from '../../server/model/llamacpp.ts';
import type { ServerKind } from '../../server/model/servers.ts';

export interface Scored {
  /** Natural logarithm, of the whole text. */
  readonly logprob: number;
  readonly tokens: number;
  /** The model would have written exactly this by itself, always taking its likeliest token. */
  readonly likeliest: boolean;
  /** Tokens of the prompt as the server counts them, where it says so. */
  readonly prompt: number | undefined;
}

export interface Served {
  readonly kind: ServerKind;
  readonly address: string;
  readonly model: string;
}

/** @throws Error in words where the server does not tell what is needed. */
export async function scored(served: Served, parts: FimParts, text: string): Promise<Scored> {
  if (served.kind === 'llamacpp') return byGrammar(served, parts, text);
  if (served.kind === 'openai') return byEcho(served, parts, text);
  throw new Error('Ollama tells no log-probabilities of a given text: use a llama-server or vLLM');
}

/** The text's own tokens, in its usual spelling, forced one by one; the figures are those before the grammar chose. */
async function byGrammar({ address, model }: Served, parts: FimParts, text: string): Promise<Scored> {
  const own = fimPrompt(model, { insert: false }, parts);
  // The server's own route is for families whose tokens we do not know: it names a repository and a file even without context.
  const asked = own.raw
    ? { path: '/completion', body: { prompt: own.prompt, temperature: 0, cache_prompt: true } }
    : { path: '/infill', body: infillBody(fimPrompt(model, { insert: true, infill: true }, parts)) };
  const spelt = field(await post(`${address}/tokenize`, { content: text }), 'tokens');
  if (!Array.isArray(spelt) || spelt.length === 0) throw new Error('the server does not say the tokens of a text');
  const answer = await post(address + asked.path, {
    ...asked.body,
    n_predict: spelt.length,
    n_probs: 1,
    grammar: `root ::= ${spelt.map((id) => `<[${Number(id)}]>`).join(' ')}`,
    stop: [],
    stream: false,
  });
  const given = field(answer, 'completion_probabilities');
  if (!Array.isArray(given)) throw new Error(`no log-probabilities: ${JSON.stringify(answer).slice(0, 200)}`);
  let logprob = 0;
  let likeliest = true;
  for (const [i, id] of spelt.entries()) {
    const one: unknown = given[i];
    const [told, top] = [field(one, 'logprob'), field(one, 'top_logprobs')];
    if (field(one, 'id') !== id || typeof told !== 'number')
      throw new Error(`the server wrote ${given.length} of ${spelt.length} tokens`);
    logprob += told;
    likeliest &&= Array.isArray(top) && field(top[0], 'id') === id;
  }
  const evaluated = field(answer, 'tokens_evaluated');
  return { logprob, tokens: spelt.length, likeliest, prompt: typeof evaluated === 'number' ? evaluated : undefined };
}

async function byEcho({ address, model }: Served, parts: FimParts, text: string): Promise<Scored> {
  const { prompt, raw } = fimPrompt(model, { insert: false }, parts);
  if (raw !== true) throw new Error(`${model}: its tokens for filling in the middle are not known`);
  const body = { model, prompt: prompt + text, max_tokens: 1, temperature: 0, echo: true, logprobs: 1 };
  const answer = await post(`${address.replace(/\/v1$/, '')}/v1/completions`, body);
  const choices = field(answer, 'choices');
  const told = field(Array.isArray(choices) ? choices[0] : undefined, 'logprobs');
  const [values, offsets, tops] = [
    field(told, 'token_logprobs'),
    field(told, 'text_offset'),
    field(told, 'top_logprobs'),
  ];
  if (!Array.isArray(values) || !Array.isArray(offsets)) throw new Error('the server does not echo log-probabilities');
  let logprob = 0;
  let tokens = 0;
  let likeliest = true;
  for (const [i, at] of offsets.entries()) {
    const value: unknown = values[i];
    if (typeof at !== 'number' || at < prompt.length || at >= prompt.length + text.length) continue;
    if (typeof value !== 'number') throw new Error('a token without its log-probability');
    logprob += value;
    tokens++;
    const top: unknown = Array.isArray(tops) ? tops[i] : undefined;
    const best = typeof top === 'object' && top !== null ? Math.max(...Object.values(top).map(Number)) : value;
    likeliest &&= value >= best;
  }
  if (tokens === 0) throw new Error('the server echoed no token of the text');
  return { logprob, tokens, likeliest, prompt: undefined };
}

async function post(url: string, body: object): Promise<unknown> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${process.env['MORTISE_MODEL_KEY'] ?? ''}` },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${url} (${response.status}): ${text.slice(0, 300)}`);
  return JSON.parse(text);
}
