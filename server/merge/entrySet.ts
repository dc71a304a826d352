/** Three-way merge of lists of keyed entries (imports, keys of a map) written one after the other in plain text. */
import type { Merge3 } from './conflict.ts';

export interface Entry {
  readonly key: string;
  /** Whole lines without the last line break, comments above it and empty lines before it included. */
  readonly text: string;
  /** What decides whether two versions of it are equal. */
  readonly value: string;
}

/** Joins two changed versions of one entry; undefined leaves the whole open. `'drop'` removes it. */
export type JoinEntries<T extends Entry> = (base: T | undefined, left: T, right: T) => T | 'drop' | undefined;

/** Undefined where an entry is edited on one side and deleted on the other, or edited on both and `join` cannot. */
export function mergeEntries<T extends Entry>(lists: Merge3<readonly T[]>, join: JoinEntries<T>): T[] | undefined {
  const base = byKey(lists.base);
  const left = byKey(lists.left);
  const right = byKey(lists.right);
  if (base === undefined || left === undefined || right === undefined) return undefined;
  const result = new Map<string, T>();
  for (const key of new Set([...base.keys(), ...left.keys(), ...right.keys()])) {
    const merged = mergeOne(base.get(key), left.get(key), right.get(key), join);
    if (merged === undefined) return undefined;
    if (merged !== 'drop') result.set(key, merged);
  }
  const keys = orderedKeys(lists, result);
  if (keys === undefined) return undefined;
  const ordered = keys.flatMap((key) => result.get(key) ?? []);
  return sortLike(lists, ordered);
}

function byKey<T extends Entry>(entries: readonly T[]): Map<string, T> | undefined {
  const map = new Map(entries.map((entry) => [entry.key, entry]));
  return map.size === entries.length ? map : undefined;
}

function mergeOne<T extends Entry>(
  base: T | undefined,
  left: T | undefined,
  right: T | undefined,
  join: JoinEntries<T>,
): T | 'drop' | undefined {
  if (left?.value === right?.value)
    return left === undefined ? 'drop' : left.text === base?.text ? (right ?? left) : left;
  if (left?.value === base?.value) return right ?? 'drop';
  if (right?.value === base?.value) return left ?? 'drop';
  return left === undefined || right === undefined ? undefined : join(base, left, right);
}

/** The left's order with the right's additions beside the entry they follow there; undefined where both reorder. */
function orderedKeys<T extends Entry>(
  lists: Merge3<readonly T[]>,
  result: ReadonlyMap<string, T>,
): string[] | undefined {
  const keys = (entries: readonly T[]) => entries.map((entry) => entry.key).filter((key) => result.has(key));
  const left = keys(lists.left);
  const right = keys(lists.right);
  const inBase = new Set(lists.base.map((entry) => entry.key));
  const shared = (list: readonly string[], other: readonly string[]) => list.filter((key) => other.includes(key));
  const common = keys(lists.base).filter((key) => left.includes(key) && right.includes(key));
  const leftMoved = shared(left, common).join('\0') !== common.join('\0');
  const rightMoved = shared(right, common).join('\0') !== common.join('\0');
  if (leftMoved && rightMoved && shared(left, right).join('\0') !== shared(right, left).join('\0')) return undefined;
  const [first, second] = rightMoved ? [right, left] : [left, right];
  const out = [...first];
  let previous: string | undefined;
  for (const key of second) {
    if (!out.includes(key)) {
      let at = previous === undefined ? 0 : out.indexOf(previous) + 1;
      // Left's additions at one place stand before right's.
      while (!rightMoved && at < out.length && !inBase.has(out[at] ?? '') && !second.includes(out[at] ?? '')) at++;
      out.splice(at, 0, key);
    }
    previous = key;
  }
  return out;
}

const compareUnits = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
const comparers = [compareUnits, (a: string, b: string) => compareUnits(a.toLowerCase(), b.toLowerCase())];

function sortLike<T extends Entry>(lists: Merge3<readonly T[]>, merged: T[]): T[] {
  const longest = Math.max(lists.left.length, lists.right.length);
  const grouped = merged.some((entry, i) => i > 0 && /^\s*\n/.test(entry.text));
  if (longest < 2 || grouped) return merged;
  const compare = comparers.find((by) => [lists.base, lists.left, lists.right].every((list) => isSorted(list, by)));
  return compare === undefined ? merged : merged.sort((a, b) => compare(a.key, b.key));
}

function isSorted(list: readonly Entry[], compare: (a: string, b: string) => number): boolean {
  return list.every((entry, i) => i === 0 || compare(list[i - 1]?.key ?? '', entry.key) <= 0);
}
