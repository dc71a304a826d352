/**
 * What the rest of Mortise may ask of a language model, and what goes wrong with one in words a user can act on. Only this
 * folder knows the network. `noModel` stands where none is configured: everything else works without.
 */

export interface Prompt {
  /** Text before the hole; with `system`, what is asked. */
  readonly prompt: string;
  /** Text after the hole; only for a model that has `insert`. */
  readonly suffix?: string;
  /** Makes it a chat: the instructions that stand above everything that was read from files. */
  readonly system?: string;
  /** Earlier turns of a chat, oldest first, between `system` and `prompt`. */
  readonly turns?: readonly Turn[];
  /** Other files to show before the hole, most stable first; only for a server that has `infill`. */
  readonly extra?: readonly ExtraFile[];
  /** `prompt` already holds the model's own control tokens: the server must add none. */
  readonly raw?: boolean;
  /** JSON schema that the answer must follow. */
  readonly schema?: object;
  readonly stop?: readonly string[];
  /** Tokens; always sent, since servers take zero or nothing as "no limit". */
  readonly maxTokens: number;
  /** Default 0: the same question has the same answer. */
  readonly temperature?: number;
  readonly seed?: number;
}

export interface Turn {
  readonly role: 'user' | 'assistant';
  readonly text: string;
}

export interface ExtraFile {
  readonly path: string;
  readonly text: string;
}

export interface Capabilities {
  /** The server fills in the middle by its own template. */
  readonly insert: boolean;
  /** The server takes other files apart from the text (llama-server's `input_extra`). */
  readonly infill?: boolean;
  /** False: a base model without a chat template. */
  readonly chat?: boolean;
  /** It would think before it answers unless told not to. */
  readonly thinking?: boolean;
  /** Tokens the model was made for; undefined where the server does not say. */
  readonly contextLength?: number;
}

export interface TextModel {
  readonly name: string;
  /** Streams text. Throws ModelError, or AbortError once `signal` aborts. Leaving the loop ends the request on the wire. */
  complete(prompt: Prompt, signal: AbortSignal): AsyncIterable<string>;
  capabilities(signal: AbortSignal): Promise<Capabilities>;
}

export type ModelFault =
  | 'none'
  | 'not-running'
  | 'missing'
  | 'no-insert'
  | 'busy'
  | 'loading'
  | 'killed'
  | 'too-long'
  | 'refused-address'
  | 'redirected'
  | 'unauthorized'
  | 'babble'
  | 'forbidden'
  | 'other';

/** A message says what happened, where, and what to do. */
export class ModelError extends Error {
  override readonly name = 'ModelError';
  readonly fault: ModelFault;

  constructor(fault: ModelFault, message: string) {
    super(message);
    this.fault = fault;
  }
}

export const noModel: TextModel = {
  name: 'none',
  // biome-ignore lint/correctness/useYield: it has nothing to give, and says so on first use.
  async *complete() {
    throw new ModelError('none', 'No model is configured.');
  },
  capabilities: async () => ({ insert: false }),
};

/** UTF-16 units; a model that goes on past any asked length is cut off. */
export const MOST = 200_000;

/** The whole answer; for what cannot be used in part. */
export async function answerOf(model: TextModel, prompt: Prompt, signal: AbortSignal): Promise<string> {
  let text = '';
  for await (const part of model.complete(prompt, signal)) text += part;
  return text;
}
