/** Random choices that a seed repeats on every machine (mulberry32). */

export interface Sampler {
  /** In [0, 1). */
  readonly next: () => number;
  /** A whole number in [0, n). */
  readonly below: (n: number) => number;
  /** The items in random order; the given array stays as it is. */
  readonly shuffle: <T>(items: readonly T[]) => T[];
}

export function sampler(seed: number): Sampler {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  const below = (n: number): number => Math.floor(next() * n);
  const shuffle = <T>(items: readonly T[]): T[] => {
    const out = [...items];
    for (let i = out.length - 1; i > 0; i--) {
      const j = below(i + 1);
      const [x, y] = [out[i], out[j]];
      // Both lie within the array.
      out[i] = y as T;
      out[j] = x as T;
    }
    return out;
  };
  return { next, below, shuffle };
}
