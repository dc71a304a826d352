/** Fills that a model gave, by what stood around the hole. Typing what a fill begins with leaves the rest of it. */
export class FillCache {
  readonly #fills = new Map<string, string>();
  readonly #most: number;

  constructor(most = 250) {
    this.#most = most;
  }

  put(prefix: string, suffix: string, fill: string): void {
    const key = keyOf(prefix, suffix);
    this.#fills.delete(key);
    this.#fills.set(key, fill);
    const oldest = this.#fills.keys().next().value;
    if (this.#fills.size > this.#most && oldest !== undefined) this.#fills.delete(oldest);
  }

  /** The place is as if it had never been asked about. */
  drop(prefix: string, suffix: string): void {
    this.#fills.delete(keyOf(prefix, suffix));
  }

  /** The fill for this place, or what is left of one whose beginning has been typed meanwhile (up to 80 units back). */
  get(prefix: string, suffix: string): string | undefined {
    for (let back = 0; back <= Math.min(80, prefix.length); back++) {
      const fill = this.#fills.get(keyOf(back === 0 ? prefix : prefix.slice(0, -back), suffix));
      if (fill === undefined) continue;
      const typed = prefix.slice(prefix.length - back);
      if (fill.startsWith(typed) && fill.length > typed.length) return fill.slice(typed.length);
      if (back === 0) return fill;
    }
    return undefined;
  }
}

/** The 400 units on each side tell places apart well enough. */
const keyOf = (prefix: string, suffix: string): string => `${prefix.slice(-400)}\u0000${suffix.slice(0, 400)}`;
