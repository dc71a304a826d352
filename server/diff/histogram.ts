/**
 * Diff on integers by rare elements, as people read: a large region is split at the elements that occur once on both sides
 * (patience diff), failing that at the longest run around the rarest common one (the idea of JGit's HistogramDiff); small rests
 * are solved exactly. What has no rare element, or splits too slowly, goes to git's Myers: time stays near linear.
 */
import type { Change } from './change.ts';
import { matchExactly } from './exact.ts';
import { gitDiff } from './gitDiff.ts';
import { rangeOf } from './occurrences.ts';

/** Elements more frequent than this in a region are no anchors. */
const MAX_OCCURRENCES = 64;
/** Regions up to this product of lengths are solved exactly. */
const EXACT = 40_000;

/** Elements looked at in search of rare runs, as a multiple of the input. */
const PATIENCE = 20;

/** How much longer than git's script one of a large input may be before git's is taken. */
const ASTRAY = 1.5;

interface Region {
  readonly aStart: number;
  readonly aEnd: number;
  readonly bStart: number;
  readonly bEnd: number;
}

export function histogramDiff(a: Int32Array, b: Int32Array): readonly Change[] {
  const match = new Int32Array(a.length).fill(-1);
  const patience = PATIENCE * (a.length + b.length);
  let work = 0;
  let slots: Int32Array | undefined;
  const open: Region[] = [{ aStart: 0, aEnd: a.length, bStart: 0, bEnd: b.length }];
  for (let region = open.pop(); region; region = open.pop()) {
    const { aStart, aEnd, bStart, bEnd } = trim(a, b, region, match);
    if (aStart >= aEnd || bStart >= bEnd) continue;
    if ((aEnd - aStart) * (bEnd - bStart) <= EXACT) {
      slots ??= new Int32Array(rangeOf(a, b));
      matchExactly(a, b, { aStart, aEnd, bStart, bEnd }, match, slots);
      continue;
    }
    slots ??= new Int32Array(rangeOf(a, b));
    const found = uniqueAnchors(a, b, { aStart, aEnd, bStart, bEnd }, slots.length);
    if (found.length > 0) {
      let [i, j] = [aStart, bStart];
      for (const anchor of found) {
        match[anchor.a] = anchor.b;
        if (anchor.a > i && anchor.b > j) open.push({ aStart: i, aEnd: anchor.a, bStart: j, bEnd: anchor.b });
        [i, j] = [anchor.a + 1, anchor.b + 1];
      }
      open.push({ aStart: i, aEnd, bStart: j, bEnd });
      continue;
    }
    work += aEnd - aStart + bEnd - bStart;
    const anchor = work > patience ? undefined : rarestRun(a, b, { aStart, aEnd, bStart, bEnd });
    if (!anchor) {
      matchByMyers(a.subarray(aStart, aEnd), b.subarray(bStart, bEnd), match.subarray(aStart, aEnd), bStart);
      continue;
    }
    for (let k = 0; k < anchor.length; k++) match[anchor.a + k] = anchor.b + k;
    open.push({ aStart, aEnd: anchor.a, bStart, bEnd: anchor.b });
    open.push({ aStart: anchor.a + anchor.length, aEnd, bStart: anchor.b + anchor.length, bEnd });
  }
  const changes = changesOf(match, b.length);
  // Repetitive text can lead every anchor astray: half a script longer than need be is no better reading.
  if (a.length * b.length <= EXACT || costOf(changes) * 4 < a.length + b.length) return changes;
  if (leastCost(a, b) * ASTRAY >= costOf(changes)) return changes;
  const other = gitDiff(a, b);
  return costOf(other) * ASTRAY < costOf(changes) ? other : changes;
}

/** No script is shorter than what one side has more of than the other, element by element. */
function leastCost(a: Int32Array, b: Int32Array): number {
  const counts = new Int32Array(rangeOf(a, b));
  for (let i = 0; i < a.length; i++) counts[a[i] ?? 0] = (counts[a[i] ?? 0] ?? 0) + 1;
  for (let i = 0; i < b.length; i++) counts[b[i] ?? 0] = (counts[b[i] ?? 0] ?? 0) - 1;
  let cost = 0;
  for (let id = 0; id < counts.length; id++) cost += Math.abs(counts[id] ?? 0);
  return cost;
}

const costOf = (changes: readonly Change[]): number =>
  changes.reduce((cost, change) => cost + change.aEnd - change.aStart + change.bEnd - change.bStart, 0);

/** Match equal ends of a region; returns what lies between them. */
function trim(a: Int32Array, b: Int32Array, region: Region, match: Int32Array): Region {
  let { aStart, aEnd, bStart, bEnd } = region;
  while (aStart < aEnd && bStart < bEnd && a[aStart] === b[bStart]) match[aStart++] = bStart++;
  while (aStart < aEnd && bStart < bEnd && a[aEnd - 1] === b[bEnd - 1]) match[--aEnd] = --bEnd;
  return { aStart, aEnd, bStart, bEnd };
}

/** Elements that occur once in both parts of a region: the longest series of them that is in order on both sides. */
function uniqueAnchors(a: Int32Array, b: Int32Array, region: Region, range: number): { a: number; b: number }[] {
  const { aStart, aEnd, bStart, bEnd } = region;
  const inA = places(a, aStart, aEnd, range);
  const inB = places(b, bStart, bEnd, range);
  const is: number[] = [];
  const js: number[] = [];
  for (let i = aStart; i < aEnd; i++) {
    const id = a[i] ?? 0;
    const j = inB[id] ?? 0;
    if (j <= 0 || inA[id] !== i + 1) continue;
    is.push(i);
    js.push(j - 1);
  }
  // Patience sorting: `tops[n]` ends the best series of length n + 1, `before` links it to the one below.
  const tops: number[] = [];
  const before = new Int32Array(js.length).fill(-1);
  for (let k = 0; k < js.length; k++) {
    let [low, high] = [0, tops.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((js[tops[middle] ?? 0] ?? 0) < (js[k] ?? 0)) low = middle + 1;
      else high = middle;
    }
    before[k] = low > 0 ? (tops[low - 1] ?? -1) : -1;
    tops[low] = k;
  }
  const anchors: { a: number; b: number }[] = [];
  for (let k = tops[tops.length - 1] ?? -1; k >= 0; k = before[k] ?? -1) anchors.push({ a: is[k] ?? 0, b: js[k] ?? 0 });
  return anchors.reverse();
}

/** One more than where each element occurs in a part, 0 for those that do not, -1 for those that do more than once. */
function places(ids: Int32Array, start: number, end: number, range: number): Int32Array {
  const found = new Int32Array(range);
  for (let i = start; i < end; i++) {
    const id = ids[i] ?? 0;
    found[id] = found[id] === 0 ? i + 1 : -1;
  }
  return found;
}

function matchByMyers(a: Int32Array, b: Int32Array, match: Int32Array, offset: number): void {
  let i = 0;
  let j = 0;
  for (const change of gitDiff(a, b)) {
    while (i < change.aStart) match[i++] = offset + j++;
    i = change.aEnd;
    j = change.bEnd;
  }
  while (i < a.length) match[i++] = offset + j++;
}

/** The longest common run among those through the rarest common element of a region. */
function rarestRun(a: Int32Array, b: Int32Array, region: Region): { a: number; b: number; length: number } | undefined {
  const { aStart, aEnd, bStart, bEnd } = region;
  const places = new Map<number, number[]>();
  for (let i = aStart; i < aEnd; i++) {
    const id = a[i] ?? -1;
    const list = places.get(id);
    if (list) list.push(i);
    else places.set(id, [i]);
  }
  const occurrences = (i: number) => places.get(a[i] ?? -1)?.length ?? 0;
  let best: { a: number; b: number; length: number } | undefined;
  let bestRarity = MAX_OCCURRENCES + 1;
  for (let j = bStart; j < bEnd; ) {
    let next = j + 1;
    const list = places.get(b[j] ?? -1);
    if (list && list.length <= bestRarity && list.length <= MAX_OCCURRENCES) {
      for (const i of list) {
        let start = i;
        let from = j;
        while (start > aStart && from > bStart && a[start - 1] === b[from - 1]) {
          start--;
          from--;
        }
        let end = i + 1;
        let to = j + 1;
        let rarity = list.length;
        while (end < aEnd && to < bEnd && a[end] === b[to]) {
          rarity = Math.min(rarity, occurrences(end));
          end++;
          to++;
        }
        next = Math.max(next, to);
        if (!best || end - start > best.length || rarity < bestRarity) {
          best = { a: start, b: from, length: end - start };
          bestRarity = Math.min(bestRarity, rarity);
        }
      }
    }
    j = next;
  }
  return best;
}

/** A matching (a index → b index or -1, increasing) as an edit script. */
export function changesOf(match: Int32Array, bLength: number): readonly Change[] {
  const changes: Change[] = [];
  let i = 0;
  let j = 0;
  while (i < match.length || j < bLength) {
    if (i < match.length && match[i] === j) {
      i++;
      j++;
      continue;
    }
    const aStart = i;
    const bStart = j;
    while (i < match.length && (match[i] ?? -1) < 0) i++;
    j = i < match.length ? (match[i] ?? bLength) : bLength;
    changes.push({ aStart, aEnd: i, bStart, bEnd: j });
  }
  return changes;
}
