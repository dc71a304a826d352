/** A model that lives in the client (VS Code's own language models): the server asks, the client streams back. */
import { MOST, ModelError, type ModelFault, type Prompt, type TextModel } from './provider.ts';

/** Chat only. `onText` gets each part; resolves at the end. */
export type Relay = (
  question: {
    readonly model: string;
    readonly system: string;
    readonly turns: Prompt['turns'];
    readonly prompt: string;
  },
  onText: (text: string) => void,
  signal: AbortSignal,
) => Promise<{ readonly fault?: ModelFault; readonly message?: string }>;

export function relayModel(model: string, relay: Relay): TextModel {
  return {
    name: model,
    complete: (prompt, signal) => stream(model, relay, prompt, signal),
    capabilities: async () => ({ insert: false, chat: true }),
  };
}

async function* stream(model: string, relay: Relay, prompt: Prompt, signal: AbortSignal): AsyncGenerator<string> {
  const ended = new AbortController();
  const wire = AbortSignal.any([signal, ended.signal]);
  const parts: string[] = [];
  let wake = (): void => undefined;
  let over = false;
  signal.throwIfAborted();
  const asks = prompt.schema ? `\n\nAnswer with one JSON object of this schema:\n${JSON.stringify(prompt.schema)}` : '';
  const running = relay(
    { model, system: `${prompt.system ?? ''}${asks}`, turns: prompt.turns ?? [], prompt: prompt.prompt },
    (text) => {
      parts.push(text);
      wake();
    },
    wire,
  ).finally(() => {
    over = true;
    wake();
  });
  running.catch(() => undefined); // told below, by the await
  signal.addEventListener('abort', () => wake(), { once: true });
  try {
    let length = 0;
    while (!over || parts.length > 0) {
      signal.throwIfAborted(); // whether the client ends its side or not
      const text = parts.shift();
      if (text === undefined) {
        await new Promise<void>((done) => {
          wake = done;
          if (over || signal.aborted) done();
        });
        continue;
      }
      length += text.length;
      if (length > MOST) throw new ModelError('babble', `${model} did not stop; its answer was cut off.`);
      yield text;
    }
    const { fault, message } = await running;
    if (fault) throw new ModelError(fault, message ?? `${model} gave no answer.`);
  } catch (error) {
    if (signal.aborted) throw new DOMException('The request was aborted.', 'AbortError');
    throw error;
  } finally {
    ended.abort();
  }
}
