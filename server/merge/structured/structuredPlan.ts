/**
 * Decides, for the children of one node in three versions, what stands in the merge and in which order: by diff3 over
 * matched units where order matters, as a set where the language lets them change places.
 */
import type { Merge3 } from '../conflict.ts';
import { type SideName, sideNames } from '../conflictFiles.ts';
import type { Matching } from './match.ts';
import { planSet } from './structuredSet.ts';
import type { SideView, Unit, UnitList } from './structuredUnits.ts';

export type Lists = Merge3<UnitList>;

export type Item =
  | { readonly kind: 'all'; readonly units: Merge3<Unit>; readonly note?: string }
  | { readonly kind: 'one'; readonly side: SideName; readonly unit: Unit; readonly note?: string }
  /** Left open: both sides edited here, in ways that do not fit. */
  | { readonly kind: 'open'; readonly units: Merge3<readonly Unit[]> };

/** A stretch of the three lists between two units that all of them have. */
export interface Chunk {
  readonly base: readonly number[];
  readonly left: readonly number[];
  readonly right: readonly number[];
}

/** The lists of one node with their matching both ways. */
export interface Context {
  readonly views: Merge3<SideView>;
  readonly lists: Lists;
  /** From base to the side. */
  readonly match: { readonly left: Matching; readonly right: Matching };
  /** From the side to base. */
  readonly origin: { readonly left: Matching; readonly right: Matching };
}

export function planLists(views: Merge3<SideView>, lists: Lists, match: Context['match']): readonly Item[] {
  const context: Context = {
    views,
    lists,
    match,
    origin: {
      left: inverse(match.left, lists.left.units.length),
      right: inverse(match.right, lists.right.units.length),
    },
  };
  const items: Item[] = [];
  let at = { base: 0, left: 0, right: 0 };
  for (const anchor of [
    ...anchorsOf(context),
    { base: lists.base.units.length, left: lists.left.units.length, right: lists.right.units.length },
  ]) {
    const chunk = {
      base: indices(at.base, anchor.base),
      left: indices(at.left, anchor.left),
      right: indices(at.right, anchor.right),
    };
    if (chunk.base.length + chunk.left.length + chunk.right.length > 0) items.push(...planChunk(context, chunk));
    const units = unitsAt(lists, anchor);
    if (units !== undefined) items.push({ kind: 'all', units });
    at = { base: anchor.base + 1, left: anchor.left + 1, right: anchor.right + 1 };
  }
  const once = withoutRepeats(context, items);
  return repeats(context, once)
    ? [{ kind: 'open', units: { base: lists.base.units, left: lists.left.units, right: lists.right.units } }]
    : once;
}

/** An addition that git already placed elsewhere, word for word, is not written again. */
function withoutRepeats({ views, lists }: Context, items: readonly Item[]): readonly Item[] {
  if (lists.base.policy?.groups === undefined || !items.some((item) => item.kind === 'one')) return items;
  const key = (side: SideName, unit: Unit) => {
    const signature = views[side].signature(unit);
    return signature === undefined ? undefined : `${views[side].shapeOfUnit(unit)}\0${signature}`;
  };
  const placed = new Set<string>();
  for (const item of items) {
    if (item.kind !== 'all' || !views.left.isOutside(item.units.left)) continue;
    const own = key('left', item.units.left);
    if (own !== undefined) placed.add(own);
  }
  return items.filter((item) => item.kind !== 'one' || !placed.has(key(item.side, item.unit) ?? ''));
}

/** Whether a signature would stand more often than in the base, where the language wants each once. */
function repeats({ views, lists }: Context, items: readonly Item[]): boolean {
  if (lists.base.policy?.groups === undefined || !items.some((item) => item.kind === 'one')) return false;
  const counts = (signatures: readonly (string | undefined)[]) => {
    const map = new Map<string, number>();
    for (const signature of signatures) if (signature !== undefined) map.set(signature, (map.get(signature) ?? 0) + 1);
    return map;
  };
  const merged = counts(
    items.map((item) => {
      if (item.kind === 'open') return undefined;
      if (item.kind === 'one') return views[item.side].signature(item.unit);
      const left = views.left.signature(item.units.left);
      return left === views.base.signature(item.units.base) ? views.right.signature(item.units.right) : left;
    }),
  );
  // The sides do not excuse it: git may have put one of the two into all three versions.
  const base = counts(lists.base.units.map((unit) => views.base.signature(unit)));
  return [...merged].some(([signature, count]) => count > Math.max(1, base.get(signature) ?? 0));
}

function unitsAt(lists: Lists, at: Merge3<number>): Merge3<Unit> | undefined {
  const base = lists.base.units[at.base];
  const left = lists.left.units[at.left];
  const right = lists.right.units[at.right];
  return base && left && right ? { base, left, right } : undefined;
}

function indices(from: number, to: number): number[] {
  return Array.from({ length: Math.max(0, to - from) }, (_, i) => from + i);
}

function inverse(match: Matching, size: number): Matching {
  const back = new Int32Array(size).fill(-1);
  match.forEach((j, i) => {
    if (j >= 0) back[j] = i;
  });
  return back;
}

/** Base units that both sides keep in one order: the longest such chain. */
function anchorsOf({ lists, match }: Context): Merge3<number>[] {
  const kept: Merge3<number>[] = [];
  for (let i = 0; i < lists.base.units.length; i++) {
    const left = match.left[i] ?? -1;
    const right = match.right[i] ?? -1;
    if (left >= 0 && right >= 0) kept.push({ base: i, left, right });
  }
  const inOrder = kept.every(
    (at, k) => k === 0 || ((kept[k - 1]?.left ?? 0) < at.left && (kept[k - 1]?.right ?? 0) < at.right),
  );
  if (inOrder) return kept;
  const chain = longestChain(kept.slice(0, 1500));
  return lists.base.policy?.groups === undefined ? chain : outsideMoves(kept, chain);
}

/** Where units changed places, what they passed is no anchor: the stretch is merged as one set. */
function outsideMoves(kept: readonly Merge3<number>[], chain: readonly Merge3<number>[]): Merge3<number>[] {
  let anchors = [...chain];
  for (const at of kept) {
    if (chain.includes(at)) continue;
    const passed = (anchor: Merge3<number>) => {
      const sides = [anchor.base < at.base, anchor.left < at.left, anchor.right < at.right];
      return sides.some((side) => side !== sides[0]);
    };
    anchors = anchors.filter((anchor) => !passed(anchor));
  }
  return anchors;
}

function longestChain(kept: readonly Merge3<number>[]): Merge3<number>[] {
  const length = new Int32Array(kept.length).fill(1);
  const before = new Int32Array(kept.length).fill(-1);
  let best = -1;
  kept.forEach((at, k) => {
    for (let j = 0; j < k; j++) {
      const earlier = kept[j];
      if (earlier && earlier.left < at.left && earlier.right < at.right && (length[j] ?? 0) + 1 > (length[k] ?? 0)) {
        length[k] = (length[j] ?? 0) + 1;
        before[k] = j;
      }
    }
    if (best < 0 || (length[k] ?? 0) > (length[best] ?? 0)) best = k;
  });
  const chain: Merge3<number>[] = [];
  for (let k = best; k >= 0; k = before[k] ?? -1) {
    const at = kept[k];
    if (at) chain.push(at);
  }
  return chain.reverse();
}

export function shapesOf(context: Context, side: SideName, at: readonly number[]): number[] {
  const { views, lists } = context;
  return at.flatMap((i) => {
    const unit = lists[side].units[i];
    return unit ? [views[side].identity(unit)] : [];
  });
}

export function ones(context: Context, side: SideName, at: readonly number[]): Item[] {
  return at.flatMap((i): Item[] => {
    const unit = context.lists[side].units[i];
    return unit ? [{ kind: 'one', side, unit }] : [];
  });
}

export function open(context: Context, chunk: Chunk): Item[] {
  const units = (side: SideName) => chunk[side].flatMap((i) => context.lists[side].units[i] ?? []);
  return [{ kind: 'open', units: { base: units('base'), left: units('left'), right: units('right') } }];
}

function planChunk(context: Context, chunk: Chunk): Item[] {
  const base = shapesOf(context, 'base', chunk.base).join();
  const left = shapesOf(context, 'left', chunk.left).join();
  const right = shapesOf(context, 'right', chunk.right).join();
  if (left === base) return ones(context, 'right', chunk.right);
  if (right === base || left === right) return ones(context, 'left', chunk.left);
  if (hasError(context, chunk)) return open(context, chunk);
  if (oneGroup(context, chunk)) return planSet(context, chunk);
  return open(context, chunk);
}

function hasError({ views, lists }: Context, chunk: Chunk): boolean {
  return sideNames.some((side) => chunk[side].some((i) => views[side].hasError(lists[side].units[i]?.node ?? 0)));
}

function oneGroup({ views, lists }: Context, chunk: Chunk): boolean {
  let group: number | undefined;
  for (const side of sideNames) {
    for (const i of chunk[side]) {
      const unit = lists[side].units[i];
      if (unit === undefined) continue;
      const own = views[side].group(lists[side], unit);
      if (own < 0 || (group !== undefined && own !== group)) return false;
      group = own;
    }
  }
  return true;
}
