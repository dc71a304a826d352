/**
 * A nested-cache n-gram model over lexical tokens (Hellendoorn & Devanbu 2017): order 6, Jelinek–Mercer, counts read from
 * suffix arrays. The buffer and recent edits weigh more than the workspace; an array with a negative weight takes the
 * file's version on disk out of the workspace's counts, so that the buffer alone stands for it.
 */
import { continuations, EXACT, narrow, type SuffixArray, wholeRange } from './suffixArray.ts';

export const ORDER = 6;
/** Probes of a long range, when asked what follows it. */
const PROBES = 192;

/** Token texts ↔ ids. Id 0 is the border between files. */
export class Vocabulary {
  readonly #ids = new Map<string, number>();
  readonly #texts: string[] = [''];

  id(text: string): number {
    const known = this.#ids.get(text);
    if (known !== undefined) return known;
    const id = this.#texts.length;
    this.#ids.set(text, id);
    this.#texts.push(text);
    return id;
  }

  find(text: string): number | undefined {
    return this.#ids.get(text);
  }

  text(id: number): string {
    return this.#texts[id] ?? '';
  }

  get size(): number {
    return this.#texts.length;
  }
}

export interface NgramSource {
  readonly array: SuffixArray;
  readonly weight: number;
  /** 1 where the token at this position of `array.tokens` has space before it. */
  readonly spaced: Uint8Array;
  /** Ranges of `array.tokens` that a source of negative weight takes out again: no example may come from there. */
  readonly hidden?: readonly (readonly [number, number])[];
}

/** Where a text stands in every source: for each context length 0…5 a range. */
export interface NgramState {
  /** `[lo, hi)` at `2 * (source * ORDER + length)`. */
  readonly ranges: Int32Array;
  /** Weighted occurrences of each context length, filled when first asked. */
  totals?: Float64Array;
  /** What follows each context length, as far as it was asked. */
  levels?: (Level | undefined)[];
}

/** What follows a context. */
interface Level {
  /** Weighted counts of the ids that follow. */
  readonly counts: ReadonlyMap<number, number>;
  /** Whether all were counted, or only probes were. */
  readonly isExact: boolean;
  /** Ids that follow, the most frequent first. */
  readonly ranked: readonly number[];
}

export interface Scored {
  readonly probability: number;
  readonly state: NgramState;
}

export class NgramModel {
  readonly #sources: readonly NgramSource[];
  readonly #uniform: number;
  /** Jelinek–Mercer weight of the longer context. */
  readonly #lambda: number;
  /** Levels by their length and ranges: partial texts that end alike share the short ones. */
  readonly #levels = new Map<string, Level>();

  constructor(sources: readonly NgramSource[], vocabulary: number, lambda = 0.5) {
    this.#sources = sources;
    this.#uniform = 1 / Math.max(1, vocabulary);
    this.#lambda = lambda;
  }

  start(history: readonly number[]): NgramState {
    const ranges = new Int32Array(2 * ORDER * this.#sources.length);
    for (let s = 0; s < this.#sources.length; s++) {
      const source = this.#sources[s];
      if (source) ranges[2 * s * ORDER + 1] = wholeRange(source.array).hi;
    }
    let state: NgramState = { ranges };
    for (const id of history.slice(1 - ORDER)) state = this.advance(state, id);
    return state;
  }

  /** The probability of `id` here, and where the text stands after it. */
  score(state: NgramState, id: number): Scored {
    return { probability: this.probability(state, id), state: this.advance(state, id) };
  }

  probability(state: NgramState, id: number): number {
    const totals = this.#totalsOf(state);
    let probability = this.#uniform;
    for (let length = 0; length < ORDER; length++) {
      const total = totals[length] ?? 0;
      if (total <= 0) continue;
      const level = state.levels?.[length];
      const count = level?.isExact ? (level.counts.get(id) ?? 0) : this.#count(state, length, id);
      probability = this.#lambda * (Math.max(0, count) / total) + (1 - this.#lambda) * probability;
    }
    return probability;
  }

  /** Where the text stands after `id`. */
  advance(state: NgramState, id: number): NgramState {
    const next = new Int32Array(state.ranges.length);
    for (let s = 0; s < this.#sources.length; s++) {
      const source = this.#sources[s];
      if (!source) continue;
      const base = 2 * s * ORDER;
      next[base + 1] = source.array.order.length;
      for (let length = 0; length + 1 < ORDER; length++) {
        const lo = state.ranges[base + 2 * length] ?? 0;
        const hi = state.ranges[base + 2 * length + 1] ?? 0;
        if (lo >= hi) continue;
        const found = narrow(source.array, { lo, hi }, length, id);
        next[base + 2 * length + 2] = found.lo;
        next[base + 2 * length + 3] = found.hi;
      }
    }
    return { ranges: next };
  }

  #totalsOf(state: NgramState): Float64Array {
    if (state.totals) return state.totals;
    const totals = new Float64Array(ORDER);
    for (let s = 0; s < this.#sources.length; s++) {
      const weight = this.#sources[s]?.weight ?? 0;
      for (let length = 0; length < ORDER; length++) {
        const at = 2 * (s * ORDER + length);
        const size = (state.ranges[at + 1] ?? 0) - (state.ranges[at] ?? 0);
        if (size > 0) totals[length] = (totals[length] ?? 0) + weight * size;
      }
    }
    state.totals = totals;
    return totals;
  }

  #count(state: NgramState, length: number, id: number): number {
    let count = 0;
    for (let s = 0; s < this.#sources.length; s++) {
      const source = this.#sources[s];
      if (!source) continue;
      const lo = state.ranges[2 * (s * ORDER + length)] ?? 0;
      const hi = state.ranges[2 * (s * ORDER + length) + 1] ?? 0;
      if (lo >= hi) continue;
      const found = narrow(source.array, { lo, hi }, length, id);
      count += source.weight * (found.hi - found.lo);
    }
    return count;
  }

  /** Likely next tokens, from the longest contexts down, until at least `enough` are known. */
  next(state: NgramState, enough: number): number[] {
    const found = new Set<number>();
    for (let length = ORDER - 1; length >= 0 && found.size < enough; length--) {
      for (const id of this.#levelOf(state, length).ranked.slice(0, enough)) found.add(id);
    }
    return [...found].slice(0, 2 * enough);
  }

  #levelOf(state: NgramState, length: number): Level {
    const own = state.levels?.[length];
    if (own) return own;
    let key = String(length);
    for (let s = 0; s < this.#sources.length; s++) {
      const at = 2 * (s * ORDER + length);
      key += ` ${state.ranges[at]} ${state.ranges[at + 1]}`;
    }
    const level = this.#levels.get(key) ?? this.#readLevel(state, length);
    this.#levels.set(key, level);
    state.levels ??= new Array<Level | undefined>(ORDER).fill(undefined);
    state.levels[length] = level;
    return level;
  }

  #readLevel(state: NgramState, length: number): Level {
    const counts = new Map<number, number>();
    let isExact = true;
    for (let s = 0; s < this.#sources.length; s++) {
      const source = this.#sources[s];
      if (!source) continue;
      const lo = state.ranges[2 * (s * ORDER + length)] ?? 0;
      const hi = state.ranges[2 * (s * ORDER + length) + 1] ?? 0;
      if (lo >= hi) continue;
      if (hi - lo > EXACT * PROBES) isExact = false;
      for (const [id, count] of continuations(source.array, { lo, hi }, length, PROBES)) {
        counts.set(id, (counts.get(id) ?? 0) + source.weight * count);
      }
    }
    const ranked = [...counts]
      .filter(([id, count]) => id !== 0 && count > 0)
      .sort((x, y) => y[1] - x[1] || x[0] - y[0])
      .map(([id]) => id);
    return { counts, isExact, ranked };
  }

  /** Whether space usually stands before `id` here, told by one place where it follows the longest known context. */
  isSpaced(state: NgramState, id: number): boolean {
    for (let length = ORDER - 1; length >= 0; length--) {
      for (let s = 0; s < this.#sources.length; s++) {
        const source = this.#sources[s];
        if (!source || source.weight <= 0) continue;
        const base = 2 * (s * ORDER + length);
        const found = narrow(
          source.array,
          { lo: state.ranges[base] ?? 0, hi: state.ranges[base + 1] ?? 0 },
          length,
          id,
        );
        if (found.lo < found.hi) return source.spaced[(source.array.order[found.lo] ?? 0) + length] === 1;
      }
    }
    return false;
  }
}
