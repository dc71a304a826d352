/**
 * llama-server: `/infill` fills in the middle with the model's own tokens and takes other files beside the text; chat and
 * schema go through its OpenAI routes. `/v1/completions` ignores a suffix in silence and is never used with one.
 */
import { type Asked, faultOf, field } from './faults.ts';
import type { ModelOptions } from './ollama.ts';
import { contextLengthOf, modelEntries, openaiModel, texts } from './openai.ts';
import type { Capabilities, Prompt, TextModel } from './provider.ts';

export function llamacppModel(options: ModelOptions): TextModel {
  const asked: Asked = { server: 'llama-server', address: options.address, model: options.model };
  const openai = openaiModel(options, 'llama-server');
  return {
    name: options.model,
    complete: (prompt, signal) =>
      prompt.suffix === undefined
        ? openai.complete(prompt, signal)
        : texts(options, asked, '/infill', infillBody(prompt), signal),
    capabilities: async (signal): Promise<Capabilities> => {
      try {
        const entries = await modelEntries(options, signal);
        const own = entries.find((entry) => field(entry, 'id') === options.model) ?? entries[0];
        const length = own === undefined ? undefined : contextLengthOf(own);
        return { insert: true, infill: true, ...(length === undefined ? {} : { contextLength: length }) };
      } catch (error) {
        throw faultOf(error, asked, signal);
      }
    },
  };
}

/** The last line before the hole is `prompt`, what stands above it `input_prefix`, as the server wants it. */
export function infillBody(prompt: Prompt): object {
  const cut = prompt.prompt.lastIndexOf('\n') + 1;
  return {
    input_prefix: prompt.prompt.slice(0, cut),
    prompt: prompt.prompt.slice(cut),
    input_suffix: prompt.suffix ?? '',
    input_extra: (prompt.extra ?? []).map(({ path, text }) => ({ filename: path, text })),
    n_predict: Math.max(1, prompt.maxTokens),
    temperature: prompt.temperature ?? 0,
    ...(prompt.seed === undefined ? {} : { seed: prompt.seed }),
    stop: [...(prompt.stop ?? [])],
    cache_prompt: true,
    n_cache_reuse: 256,
    stream: true,
  };
}
