/**
 * A suffix array over token ids, sorted by the first `depth` tokens only: all that an n-gram model of that order asks.
 * Sorting is `depth` stable counting passes (radix), linear in the text, written as a generator so that a server can
 * build it in slices between keystrokes. Id 0 separates files; an n-gram never means anything across it.
 */

export interface SuffixArray {
  /** Token ids of all texts, a 0 after each. */
  readonly tokens: Int32Array;
  /** Positions in `tokens`, sorted by the `depth` tokens that start there. */
  readonly order: Int32Array;
  /** `first[id] … first[id + 1]` is the range of suffixes that start with `id`. */
  readonly first: Int32Array;
  readonly depth: number;
}

/** A half-open range of `order`. */
export interface Range {
  readonly lo: number;
  readonly hi: number;
}

const SLICE = 100_000;
/** Ranges up to so many times the probes are counted whole. */
export const EXACT = 4;
export const emptyRange: Range = { lo: 0, hi: 0 };

/** Builds in slices; `yield`s after about 100,000 steps. `vocabulary`: one more than the largest id. */
export function* buildSuffixArray(tokens: Int32Array, vocabulary: number, depth: number): Generator<void, SuffixArray> {
  const size = tokens.length;
  let from = new Int32Array(size);
  let to = new Int32Array(size);
  for (let i = 0; i < size; i++) from[i] = i;
  const starts = new Int32Array(vocabulary + 1);
  for (let i = 0; i < size; i++) starts[(tokens[i] ?? 0) + 1] = (starts[(tokens[i] ?? 0) + 1] ?? 0) + 1;
  for (let id = 0; id < vocabulary; id++) starts[id + 1] = (starts[id + 1] ?? 0) + (starts[id] ?? 0);
  const next = new Int32Array(vocabulary + 1);
  for (let pass = depth - 1; pass >= 0; pass--) {
    // Shifting the text only wraps the counts of the first `pass` tokens, so they are counted as id 0 past the end.
    next.set(countShifted(tokens, pass, vocabulary, starts));
    for (let done = 0; done < size; done += SLICE) {
      const stop = Math.min(size, done + SLICE);
      for (let i = done; i < stop; i++) {
        const position = from[i] ?? 0;
        const key = tokens[position + pass] ?? 0;
        const slot = next[key] ?? 0;
        next[key] = slot + 1;
        to[slot] = position;
      }
      yield;
    }
    [from, to] = [to, from];
  }
  return { tokens, order: from, first: starts, depth };
}

/** Bucket starts of `tokens` shifted left by `shift`, zeros coming in at the end. */
function countShifted(tokens: Int32Array, shift: number, vocabulary: number, starts: Int32Array): Int32Array {
  if (shift === 0) return starts;
  const shifted = Int32Array.from(starts);
  let zeros = 0;
  for (let i = 0; i < shift && i < tokens.length; i++) {
    const id = tokens[i] ?? 0;
    if (id === 0) continue;
    zeros++;
    for (let above = id + 1; above <= vocabulary; above++) shifted[above] = (shifted[above] ?? 0) - 1;
  }
  if (zeros > 0) for (let above = 1; above <= vocabulary; above++) shifted[above] = (shifted[above] ?? 0) + zeros;
  return shifted;
}

/** Runs a build to its end at once: for small texts, and tests. */
export function buildNow(tokens: Int32Array, vocabulary: number, depth: number): SuffixArray {
  if (tokens.length < 30_000 && vocabulary > 4 * tokens.length) return buildSmall(tokens, depth);
  const build = buildSuffixArray(tokens, vocabulary, depth);
  for (;;) {
    const step = build.next();
    if (step.done) return step.value;
  }
}

/** Ids of a small text are made dense first, so that cost follows the text and not the workspace's vocabulary. */
function buildSmall(tokens: Int32Array, depth: number): SuffixArray {
  const positions = Int32Array.from(tokens, (_, i) => i);
  positions.sort((x, y) => {
    for (let d = 0; d < depth; d++) {
      const difference = (tokens[x + d] ?? 0) - (tokens[y + d] ?? 0);
      if (difference !== 0) return difference;
    }
    return x - y;
  });
  return { tokens, order: positions, first: new Int32Array(0), depth };
}

/** The part of `range` (suffixes that agree on their first `at` tokens) whose token number `at` is `id`. */
export function narrow(array: SuffixArray, range: Range, at: number, id: number): Range {
  if (range.lo >= range.hi) return emptyRange;
  const { tokens, order, first } = array;
  if (at === 0 && first.length > 0) {
    if (id + 1 >= first.length) return emptyRange;
    return { lo: first[id] ?? 0, hi: first[id + 1] ?? 0 };
  }
  const lo = lowerBound(tokens, order, range.lo, range.hi, at, id);
  if (lo >= range.hi || (tokens[(order[lo] ?? 0) + at] ?? 0) !== id) return emptyRange;
  return { lo, hi: lowerBound(tokens, order, lo, range.hi, at, id + 1) };
}

function lowerBound(tokens: Int32Array, order: Int32Array, lo: number, hi: number, at: number, id: number): number {
  let low = lo;
  let high = hi;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((tokens[(order[middle] ?? 0) + at] ?? 0) < id) low = middle + 1;
    else high = middle;
  }
  return low;
}

export const wholeRange = (array: SuffixArray): Range => ({ lo: 0, hi: array.order.length });

/**
 * The tokens that stand at place `at` in a range, with their counts: exact in short ranges; in long ones from `samples`
 * even probes (a rare continuation of a common context may be missed, which a beam does not notice).
 */
export function continuations(array: SuffixArray, range: Range, at: number, samples: number): Map<number, number> {
  const found = new Map<number, number>();
  const { tokens, order } = array;
  const size = range.hi - range.lo;
  if (size <= EXACT * samples) {
    for (let i = range.lo; i < range.hi; i++) {
      const id = tokens[(order[i] ?? 0) + at] ?? 0;
      found.set(id, (found.get(id) ?? 0) + 1);
    }
    return found;
  }
  const step = size / samples;
  for (let k = 0; k < samples; k++) {
    const i = range.lo + Math.floor((k + 0.5) * step);
    const id = tokens[(order[i] ?? 0) + at] ?? 0;
    found.set(id, (found.get(id) ?? 0) + step);
  }
  return found;
}
