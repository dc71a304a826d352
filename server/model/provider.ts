/**
 * What the rest of Mortise may ask of a language model, and what goes wrong with one in words a user can act on. Only this
 * folder knows the network. `noModel` stands where none is configured: everything else works without.
 */

export interface Prompt {
  readonly prompt: string;
  /** Text after the hole; only for a model that has `insert`. */
  readonly suffix?: string;
  /** JSON schema that the answer must follow. */
  readonly schema?: object;
  readonly stop?: readonly string[];
  /** Tokens; always sent, since servers take zero or nothing as "no limit". */
  readonly maxTokens: number;
}

export interface Capabilities {
  readonly insert: boolean;
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
  | 'killed'
  | 'too-long'
  | 'refused-address'
  | 'redirected'
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
