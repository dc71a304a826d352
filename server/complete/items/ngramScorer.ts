/** Scores whole fills by the n-gram model. Fills share their beginnings, so each beginning is scored once. */
import type { NgramModel, NgramState } from '../index/ngram.ts';

interface Step {
  readonly state: NgramState;
  readonly log: number;
  readonly next: Map<number, Step>;
  stop: number | undefined;
}

export interface FillScore {
  /** Natural logs: of the tokens and of ending after them, of the first token, of the end. */
  readonly log: number;
  readonly firstLog: number;
  readonly stopLog: number;
}

export class NgramScorer {
  readonly model: NgramModel;
  readonly start: NgramState;
  /** Tokens that may follow. */
  readonly stops: readonly number[];
  readonly #root: Step;
  readonly #id: (token: string) => number;

  constructor(model: NgramModel, history: readonly number[], stops: readonly number[], id: (token: string) => number) {
    this.model = model;
    this.start = model.start(history);
    this.stops = stops;
    this.#root = { state: this.start, log: 0, next: new Map(), stop: undefined };
    this.#id = id;
  }

  score(tokens: readonly string[]): FillScore {
    let step = this.#root;
    let log = 0;
    let firstLog = 0;
    for (const [i, token] of tokens.entries()) {
      step = this.#follow(step, this.#id(token));
      log += step.log;
      if (i === 0) firstLog = step.log;
    }
    step.stop ??= this.#end(step.state);
    return { log: log + step.stop, firstLog, stopLog: step.stop };
  }

  #follow(step: Step, id: number): Step {
    const known = step.next.get(id);
    if (known) return known;
    const { probability, state } = this.model.score(step.state, id);
    const made: Step = { state, log: Math.log(probability), next: new Map(), stop: undefined };
    step.next.set(id, made);
    return made;
  }

  #end(state: NgramState): number {
    let probability = 0;
    for (const stop of this.stops) probability += this.model.probability(state, stop);
    return Math.log(Math.max(probability, 1e-9));
  }
}
