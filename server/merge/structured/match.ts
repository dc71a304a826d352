/**
 * Which units of two lists are versions of one another: equal shapes first (longest common subsequence), then equal
 * signatures, then fields, then what is similar enough, as GumTree does top-down (Falleri et al. 2014), one list at a time.
 */
import type { SideView, Unit, UnitList } from './structuredUnits.ts';

/** `match[i]` is the index in `b` of unit i of `a`, -1 for none. */
export type Matching = Int32Array;

/** Share of common tokens from which a unit with another (or no) signature is still the same unit. */
const SIMILAR = 0.6;
/** The same for units that stand at the same place among their neighbours, and how many of them at once. */
const SIMILAR_IN_PLACE = 0.3;
const IN_PLACE = 8;
/** The longest common subsequence is exact up to this many cells. */
const CELLS = 400_000;

interface Lists {
  readonly a: readonly Unit[];
  readonly b: readonly Unit[];
  readonly viewA: SideView;
  readonly viewB: SideView;
  /** Units may change places: then a signature is what a unit is. */
  readonly commutes: boolean;
}

export function matchLists(viewA: SideView, listA: UnitList, viewB: SideView, listB: UnitList): Matching {
  const commutes = listA.policy?.groups !== undefined;
  const lists: Lists = { a: listA.units, b: listB.units, viewA, viewB, commutes };
  const match = new Int32Array(lists.a.length).fill(-1);
  const taken = new Uint8Array(lists.b.length);
  const pair = (i: number, j: number) => {
    match[i] = j;
    taken[j] = 1;
  };
  matchEqual(lists, pair);
  const bySignature = (unit: Unit, view: SideView) => view.signature(unit);
  matchUnique(lists, match, taken, bySignature, commutes, pair);
  if (commutes)
    matchUnique(
      lists,
      match,
      taken,
      (unit, view) => (unit.named ? `${view.shapeOfUnit(unit)}` : undefined),
      true,
      pair,
    );
  matchUnique(
    lists,
    match,
    taken,
    (unit) => (unit.field === '' ? undefined : `${unit.field}\0${unit.type}`),
    false,
    pair,
  );
  matchSimilar(lists, match, taken, pair);
  matchInPlace(lists, match, taken, pair);
  return match;
}

function matchEqual({ a, b, viewA, viewB }: Lists, pair: (i: number, j: number) => void): void {
  // What lies outside of conflicts is compared by its place; shapes are read where that does not tell.
  const isEqual = (i: number, j: number): boolean => {
    const [one, other] = [a[i], b[j]];
    if (!one || !other || viewA.isOutside(one) !== viewB.isOutside(other)) return false;
    return !viewA.differs(one, viewB, other) && viewA.identity(one) === viewB.identity(other);
  };
  let from = 0;
  while (from < a.length && from < b.length && isEqual(from, from)) pair(from, from++);
  let endA = a.length;
  let endB = b.length;
  while (endA > from && endB > from && isEqual(endA - 1, endB - 1)) pair(--endA, --endB);
  if (endA === from || endB === from || (endA === from + 1 && endB === from + 1)) return;
  const idsA = a.map((unit, i) => (i >= from && i < endA ? viewA.identity(unit) : 0));
  const idsB = b.map((unit, j) => (j >= from && j < endB ? viewB.identity(unit) : 0));
  if ((endA - from) * (endB - from) <= CELLS) matchCommon(idsA, idsB, from, endA, endB, pair);
  else matchRare(idsA, idsB, from, endA, endB, pair);
}

/** Longest common subsequence by dynamic programming over the range that differs. */
function matchCommon(
  a: readonly number[],
  b: readonly number[],
  from: number,
  endA: number,
  endB: number,
  pair: (i: number, j: number) => void,
): void {
  const n = endA - from;
  const m = endB - from;
  const width = m + 1;
  const length = new Uint32Array((n + 1) * width);
  const at = (i: number, j: number) => length[i * width + j] ?? 0;
  for (let i = n - 1; i >= 0; i--) {
    for (let j = m - 1; j >= 0; j--) {
      length[i * width + j] = a[from + i] === b[from + j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  for (let i = 0, j = 0; i < n && j < m; ) {
    if (a[from + i] === b[from + j]) pair(from + i++, from + j++);
    else if (at(i + 1, j) >= at(i, j + 1)) i++;
    else j++;
  }
}

/** Long lists: what occurs once on both sides, in increasing order. */
function matchRare(
  a: readonly number[],
  b: readonly number[],
  from: number,
  endA: number,
  endB: number,
  pair: (i: number, j: number) => void,
): void {
  const count = new Map<number, number>();
  const place = new Map<number, number>();
  for (let i = from; i < endA; i++) count.set(a[i] ?? 0, (count.get(a[i] ?? 0) ?? 0) + 1);
  for (let j = from; j < endB; j++) {
    const id = b[j] ?? 0;
    place.set(id, place.has(id) ? -1 : j);
  }
  let last = from - 1;
  for (let i = from; i < endA; i++) {
    const id = a[i] ?? 0;
    const j = place.get(id) ?? -1;
    if (count.get(id) !== 1 || j <= last) continue;
    pair(i, j);
    last = j;
  }
}

/** Pairs what carries a key that occurs once among the unmatched of both lists. */
function matchUnique(
  lists: Lists,
  match: Matching,
  taken: Uint8Array,
  key: (unit: Unit, view: SideView) => string | undefined,
  mayCross: boolean,
  pair: (i: number, j: number) => void,
): void {
  const free = (units: readonly Unit[], view: SideView, isFree: (i: number) => boolean) => {
    const places = new Map<string, number>();
    units.forEach((unit, i) => {
      const k = isFree(i) ? key(unit, view) : undefined;
      if (k !== undefined) places.set(k, places.has(k) ? -1 : i);
    });
    return places;
  };
  const inA = free(lists.a, lists.viewA, (i) => match[i] === -1);
  if (inA.size === 0) return;
  const inB = free(lists.b, lists.viewB, (j) => taken[j] === 0);
  for (const [k, i] of inA) {
    const j = inB.get(k) ?? -1;
    if (i >= 0 && j >= 0 && (mayCross || !crosses(match, i, j))) pair(i, j);
  }
}

function crosses(match: Matching, i: number, j: number): boolean {
  for (let k = 0; k < match.length; k++) {
    const other = match[k] ?? -1;
    if (other >= 0 && k !== i && k < i !== other < j) return true;
  }
  return false;
}

/** What is left between matched neighbours: same type, most similar first. */
function matchSimilar(lists: Lists, match: Matching, taken: Uint8Array, pair: (i: number, j: number) => void): void {
  const found: { readonly i: number; readonly j: number; readonly score: number }[] = [];
  const freeB = lists.b.flatMap((unit, j) => (taken[j] === 0 && unit.named ? [j] : []));
  let budget = 2000;
  lists.a.forEach((unit, i) => {
    if (match[i] !== -1 || !unit.named) return;
    for (const j of freeB) {
      const other = lists.b[j];
      if (other === undefined || other.type !== unit.type || budget-- <= 0 || crosses(match, i, j)) continue;
      const score = similarity(lists.viewA.bag(unit.node), lists.viewB.bag(other.node));
      if (score >= SIMILAR && mayBeRenamed(lists, unit, other)) found.push({ i, j, score });
    }
  });
  found.sort((x, y) => y.score - x.score || x.i - y.i || x.j - y.j);
  for (const { i, j } of found) {
    if (match[i] === -1 && taken[j] === 0 && !crosses(match, i, j)) pair(i, j);
  }
}

/** As many units of one type on either side between two matched neighbours, and something in common: edited in place. */
function matchInPlace(lists: Lists, match: Matching, taken: Uint8Array, pair: (i: number, j: number) => void): void {
  let from = 0;
  let next = 0;
  for (let i = 0; i <= lists.a.length; i++) {
    const j = i === lists.a.length ? lists.b.length : (match[i] ?? -1);
    if (j < 0) continue;
    if (j < next) return;
    const between = j - next;
    if (between === i - from && between > 0 && between <= IN_PLACE)
      pairInPlace(lists, from, next, between, match, taken, pair);
    from = i + 1;
    next = j + 1;
  }
}

function pairInPlace(
  lists: Lists,
  from: number,
  next: number,
  count: number,
  match: Matching,
  taken: Uint8Array,
  pair: (i: number, j: number) => void,
): void {
  for (let k = 0; k < count; k++) {
    const a = lists.a[from + k];
    const b = lists.b[next + k];
    if (!a?.named || !b || a.type !== b.type || match[from + k] !== -1 || taken[next + k] !== 0) continue;
    const signature = lists.viewA.signature(a);
    if (lists.commutes && signature !== undefined && signature !== lists.viewB.signature(b)) continue;
    if (similarity(lists.viewA.bag(a.node), lists.viewB.bag(b.node)) >= SIMILAR_IN_PLACE) pair(from + k, next + k);
  }
}

/** With another signature only a thing of several lines is still the same thing: imports and keys are what they are called. */
function mayBeRenamed({ viewA, viewB, commutes }: Lists, a: Unit, b: Unit): boolean {
  const signature = viewA.signature(a);
  if (!commutes || signature === undefined || signature === viewB.signature(b)) return true;
  // An import with a list of names is the same one while most of the names are; one that is a mere path is not.
  if (viewA.language.imports.includes(a.type))
    return [viewA.slice(a.start, a.end), viewB.slice(b.start, b.end)].every((text) => text.includes('{'));
  return viewA.slice(a.start, a.end).includes('\n') && viewB.slice(b.start, b.end).includes('\n');
}

/** Dice coefficient of two bags of tokens. */
function similarity(a: ReadonlyMap<number, number>, b: ReadonlyMap<number, number>): number {
  let common = 0;
  let total = 0;
  for (const [token, count] of a) {
    common += Math.min(count, b.get(token) ?? 0);
    total += count;
  }
  for (const count of b.values()) total += count;
  return total === 0 ? 0 : (2 * common) / total;
}
