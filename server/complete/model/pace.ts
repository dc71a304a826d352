/** When to ask a model: not at every key. The wait grows with slow typing gaps and shrinks with a slow model. */

/** Milliseconds. */
const LEAST = 30;
const MOST = 600;

export class Pace {
  #last = 0;
  #interval = 200;
  #latency = 300;

  /** A request came in now; how long to wait before it is sent. */
  wait(now: number): number {
    const gap = now - this.#last;
    // A pause is no typing.
    if (this.#last > 0 && gap < 2000) this.#interval = 0.7 * this.#interval + 0.3 * gap;
    this.#last = now;
    return Math.min(MOST, Math.max(LEAST, 1.5 * this.#interval - this.#latency));
  }

  answered(ms: number): void {
    this.#latency = 0.8 * this.#latency + 0.2 * ms;
  }

  get latency(): number {
    return this.#latency;
  }
}
