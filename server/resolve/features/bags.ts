/** Multisets of token ids: the cheap algebra most features are made of. */
export type Bag = ReadonlyMap<number, number>;

export function bagOf(ids: Iterable<number>): Map<number, number> {
  const bag = new Map<number, number>();
  for (const id of ids) bag.set(id, (bag.get(id) ?? 0) + 1);
  return bag;
}

export function size(bag: Bag): number {
  let n = 0;
  for (const count of bag.values()) n += count;
  return n;
}

/** |a ∩ b| with multiplicity. */
export function common(a: Bag, b: Bag): number {
  let n = 0;
  const [small, large] = a.size <= b.size ? [a, b] : [b, a];
  for (const [id, count] of small) n += Math.min(count, large.get(id) ?? 0);
  return n;
}

/** a − b with multiplicity. */
export function less(a: Bag, b: Bag): Map<number, number> {
  const out = new Map<number, number>();
  for (const [id, count] of a) {
    const rest = count - (b.get(id) ?? 0);
    if (rest > 0) out.set(id, rest);
  }
  return out;
}

/** Share of `part` that lies in `whole`; 0 for an empty part. */
export function contained(part: Bag, whole: Bag): number {
  return common(part, whole) / Math.max(1, size(part));
}
