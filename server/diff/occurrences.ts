/** Elements of a diff are numbers that an `Interner` gave, counted from zero: what is known of each stands in an array, not in a map. */

/** One more than the largest element of two sequences. */
export function rangeOf(a: Int32Array, b: Int32Array): number {
  let most = -1;
  for (let i = 0; i < a.length; i++) most = Math.max(most, a[i] ?? 0);
  for (let i = 0; i < b.length; i++) most = Math.max(most, b[i] ?? 0);
  return most + 1;
}

/** How often each element stands in a sequence. @param range of `rangeOf`. */
export function occurrences(ids: Int32Array, range: number): Int32Array {
  const counts = new Int32Array(range);
  for (let i = 0; i < ids.length; i++) {
    const id = ids[i] ?? 0;
    counts[id] = (counts[id] ?? 0) + 1;
  }
  return counts;
}
