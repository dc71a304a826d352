/**
 * Merges a chunk whose units may change places: deletions and additions of both sides hold, an edit against a deletion
 * stays open, so does one signature added twice with different content. Additions stand beside the unit they were added
 * to, and a sorted stretch stays sorted.
 */
import { type SideName, sideNames } from '../conflictFiles.ts';
import { type Chunk, type Context, type Item, ones, open } from './structuredPlan.ts';
import type { Unit } from './structuredUnits.ts';

type ChangedSide = 'left' | 'right';

/** A base unit that stays: kept by both, or an item of its own where order moved it. */
interface Kept {
  readonly base: number;
  readonly item: Item;
}

export function planSet(context: Context, chunk: Chunk): Item[] {
  const kept = survivors(context, chunk);
  const additions = kept === undefined ? undefined : addedUnits(context, chunk);
  if (kept === undefined || additions === undefined) return open(context, chunk);
  // Both replaced one thing, each by something else: which of the two is meant nobody can tell.
  const replaced = chunk.base.some((i) => (context.match.left[i] ?? -1) < 0 && (context.match.right[i] ?? -1) < 0);
  if (replaced && additions.left.length > 0 && additions.right.length > 0) return open(context, chunk);
  const order = mergedOrder(context, chunk, kept);
  if (order === undefined) return open(context, chunk);
  const items = insertAdditions(context, chunk, order, additions);
  const parent = context.lists.base.policy?.type ?? 'list';
  const note = `${parent.replaceAll('_', ' ')}: ${describe(chunk, kept, additions)}`;
  // The first item carries it, to the conflict it stands in.
  return sortIfSorted(context, items).map((item, i) => (i === 0 && item.kind !== 'open' ? { ...item, note } : item));
}

function describe(chunk: Chunk, kept: readonly Kept[], additions: Record<ChangedSide, readonly number[]>): string {
  const removed = chunk.base.length - kept.length;
  const parts = [
    additions.left.length > 0 ? `${additions.left.length} added on the left` : '',
    additions.right.length > 0 ? `${additions.right.length} added on the right` : '',
    removed > 0 ? `${removed} removed` : '',
  ];
  return parts.filter((part) => part !== '').join(', ') || 'order and edits united';
}

/** Undefined where one side deletes what the other edits, or a unit left the chunk. */
function survivors({ views, lists, match }: Context, chunk: Chunk): Kept[] | undefined {
  const kept: Kept[] = [];
  for (const i of chunk.base) {
    const base = lists.base.units[i];
    const l = match.left[i] ?? -1;
    const r = match.right[i] ?? -1;
    const left = lists.left.units[l];
    const right = lists.right.units[r];
    if (base === undefined) continue;
    if ((left && !chunk.left.includes(l)) || (right && !chunk.right.includes(r))) return undefined;
    if (left && right) kept.push({ base: i, item: { kind: 'all', units: { base, left, right } } });
    else if (left || right) {
      const side = left ? 'left' : 'right';
      const unit = left ?? right;
      if (unit && views[side].identity(unit) !== views.base.identity(base)) return undefined;
    }
  }
  return kept;
}

/** What each side added; what both added alike is left's alone. Undefined where one signature would stand twice. */
function addedUnits(context: Context, chunk: Chunk): Record<ChangedSide, number[]> | undefined {
  const { views, lists, origin } = context;
  const added = (side: ChangedSide) => chunk[side].filter((i) => (origin[side][i] ?? -1) < 0);
  if (
    chunk.left.some((i) => leavesChunk(origin.left[i] ?? -1, chunk)) ||
    chunk.right.some((i) => leavesChunk(origin.right[i] ?? -1, chunk))
  ) {
    return undefined;
  }
  const left = added('left');
  const shapes = new Set(
    left.flatMap((i) => {
      const unit = lists.left.units[i];
      return unit === undefined ? [] : [views.left.identity(unit)];
    }),
  );
  const right = added('right').filter((i) => {
    const unit = lists.right.units[i];
    return unit !== undefined && !shapes.has(views.right.identity(unit));
  });
  return repeatsSignature(context, left, right) ? undefined : { left, right };
}

function leavesChunk(base: number, chunk: Chunk): boolean {
  return base >= 0 && !chunk.base.includes(base);
}

/** A signature that one side adds and the other side's list has too. */
function repeatsSignature(
  { views, lists, origin }: Context,
  left: readonly number[],
  right: readonly number[],
): boolean {
  const signatures = (side: ChangedSide, at: readonly number[]) =>
    at.flatMap((i) => {
      const unit = lists[side].units[i];
      const signature = unit && views[side].signature(unit);
      return signature === undefined ? [] : [signature];
    });
  const news = (side: ChangedSide) =>
    [...lists[side].units.keys()].filter((i) => (origin[side][i] ?? -1) < 0 && touched(side, i));
  const touched = (side: ChangedSide, i: number) => {
    const unit = lists[side].units[i];
    return unit !== undefined && !views[side].isOutside(unit);
  };
  const inLeft = new Set(signatures('left', news('left')));
  const inRight = new Set(signatures('right', news('right')));
  return (
    signatures('left', left).some((s) => inRight.has(s) && signatures('right', right).includes(s)) ||
    signatures('right', right).some((s) => inLeft.has(s)) ||
    signatures('left', left).some((s) => inRight.has(s) && !signatures('right', right).includes(s) && !sharedShape(s))
  );
  function sharedShape(signature: string): boolean {
    // Added by both with equal content: `right` does not hold it any more.
    const ids = (side: ChangedSide) =>
      news(side).flatMap((i) => {
        const unit = lists[side].units[i];
        return unit && views[side].signature(unit) === signature ? [views[side].identity(unit)] : [];
      });
    const own = ids('left');
    return ids('right').every((id) => own.includes(id));
  }
}

/** The order of the survivors: of the side that changed it. Undefined where both did, differently. */
function mergedOrder({ match }: Context, chunk: Chunk, kept: readonly Kept[]): readonly Kept[] | undefined {
  const by = (side: ChangedSide) => [...kept].sort((x, y) => (match[side][x.base] ?? 0) - (match[side][y.base] ?? 0));
  const left = by('left');
  const right = by('right');
  const same = (x: readonly Kept[], y: readonly Kept[]) => x.every((entry, i) => entry.base === y[i]?.base);
  if (chunk.base.length === 0 || same(left, kept)) return right;
  return same(right, kept) || same(left, right) ? left : undefined;
}

/** Each addition stands after the survivor that precedes it on its side; left's before right's at one place. */
function insertAdditions(
  context: Context,
  chunk: Chunk,
  order: readonly Kept[],
  additions: Record<ChangedSide, readonly number[]>,
): Item[] {
  const after = (side: ChangedSide) => {
    const places = new Map<number, number[]>();
    let place = -1;
    for (const i of chunk[side]) {
      const base = context.origin[side][i] ?? -1;
      if (base >= 0 && order.some((entry) => entry.base === base)) place = base;
      else if (additions[side].includes(i)) places.set(place, [...(places.get(place) ?? []), i]);
    }
    return places;
  };
  const left = after('left');
  const right = after('right');
  const at = (place: number) => [
    ...ones(context, 'left', left.get(place) ?? []),
    ...ones(context, 'right', right.get(place) ?? []),
  ];
  return [...at(-1), ...order.flatMap((entry) => [entry.item, ...at(entry.base)])];
}

/** Imports and keys that both sides keep in order are merged in order. */
function sortIfSorted({ views, lists }: Context, items: readonly Item[]): Item[] {
  const textOf = (side: SideName, unit: Unit) =>
    views[side].slice(views[side].tree.start[unit.node] ?? unit.start, unit.end);
  let group = -1;
  const keyed = items.map((item) => {
    if (item.kind === 'open') return { item, key: undefined };
    const side = item.kind === 'one' ? item.side : 'left';
    const unit = item.kind === 'one' ? item.unit : item.units.left;
    group = views[side].group(lists[side], unit);
    return { item, key: textOf(side, unit) };
  });
  const groupOn = (side: SideName) =>
    lists[side].units.filter((unit) => views[side].group(lists[side], unit) === group);
  if (keyed.length < 2 || keyed.some(({ key }) => key === undefined || key.includes('\n'))) return [...items];
  for (const compare of comparers) {
    const sorted = sideNames.every((side) => {
      const keys = groupOn(side).map((unit) => textOf(side, unit));
      return isSorted(keys, compare);
    });
    const evidence = Math.max(groupOn('left').length, groupOn('right').length);
    if (sorted && evidence >= 3) return keyed.sort((x, y) => compare(x.key ?? '', y.key ?? '')).map(({ item }) => item);
  }
  return [...items];
}

const byUnit = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
const comparers: readonly ((a: string, b: string) => number)[] = [
  byUnit,
  (a, b) => byUnit(a.replace(/;$/, ''), b.replace(/;$/, '')),
  (a, b) => byUnit(a.toLowerCase(), b.toLowerCase()),
];

function isSorted(keys: readonly string[], compare: (a: string, b: string) => number): boolean {
  return keys.every((key, i) => i === 0 || compare(keys[i - 1] ?? '', key) <= 0);
}
