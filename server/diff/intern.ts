/** Gives equal strings equal small integers, so that every comparison after this one is of integers. */
export class Interner {
  readonly #ids = new Map<string, number>();

  /** How many different strings it was given. */
  get size(): number {
    return this.#ids.size;
  }

  id(text: string): number {
    let id = this.#ids.get(text);
    if (id === undefined) {
      id = this.#ids.size;
      this.#ids.set(text, id);
    }
    return id;
  }

  ids(texts: readonly string[]): Int32Array {
    const out = new Int32Array(texts.length);
    for (let i = 0; i < texts.length; i++) out[i] = this.id(texts[i] ?? '');
    return out;
  }
}
