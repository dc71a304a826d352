/**
 * Histogram diff on integers: split at the longest run around the rarest common element, recursively (the idea of JGit's
 * HistogramDiff); small rests by exact longest common subsequence. Time is bounded: what has no rare element is one change.
 */
import type { Change } from './change.ts';

/** Elements more frequent than this in a region are no anchors. */
const MAX_OCCURRENCES = 64;
/** Regions up to this product of lengths are solved exactly. */
const EXACT = 40_000;

interface Region {
  readonly aStart: number;
  readonly aEnd: number;
  readonly bStart: number;
  readonly bEnd: number;
}

export function histogramDiff(a: Int32Array, b: Int32Array): readonly Change[] {
  const match = new Int32Array(a.length).fill(-1);
  const open: Region[] = [{ aStart: 0, aEnd: a.length, bStart: 0, bEnd: b.length }];
  for (let region = open.pop(); region; region = open.pop()) {
    const { aStart, aEnd, bStart, bEnd } = trim(a, b, region, match);
    if (aStart >= aEnd || bStart >= bEnd) continue;
    if ((aEnd - aStart) * (bEnd - bStart) <= EXACT) {
      matchExactly(a, b, { aStart, aEnd, bStart, bEnd }, match);
      continue;
    }
    const anchor = rarestRun(a, b, { aStart, aEnd, bStart, bEnd });
    if (!anchor) continue;
    for (let k = 0; k < anchor.length; k++) match[anchor.a + k] = anchor.b + k;
    open.push({ aStart, aEnd: anchor.a, bStart, bEnd: anchor.b });
    open.push({ aStart: anchor.a + anchor.length, aEnd, bStart: anchor.b + anchor.length, bEnd });
  }
  return changesOf(match, b.length);
}

/** Match equal ends of a region; returns what lies between them. */
function trim(a: Int32Array, b: Int32Array, region: Region, match: Int32Array): Region {
  let { aStart, aEnd, bStart, bEnd } = region;
  while (aStart < aEnd && bStart < bEnd && a[aStart] === b[bStart]) match[aStart++] = bStart++;
  while (aStart < aEnd && bStart < bEnd && a[aEnd - 1] === b[bEnd - 1]) match[--aEnd] = --bEnd;
  return { aStart, aEnd, bStart, bEnd };
}

function matchExactly(a: Int32Array, b: Int32Array, region: Region, match: Int32Array): void {
  const { aStart, aEnd, bStart, bEnd } = region;
  const n = aEnd - aStart;
  const m = bEnd - bStart;
  const width = m + 1;
  const longest = new Uint16Array((n + 1) * width);
  for (let i = n - 1; i >= 0; i--) {
    for (let j = m - 1; j >= 0; j--) {
      const skip = Math.max(longest[(i + 1) * width + j] ?? 0, longest[i * width + j + 1] ?? 0);
      longest[i * width + j] = a[aStart + i] === b[bStart + j] ? (longest[(i + 1) * width + j + 1] ?? 0) + 1 : skip;
    }
  }
  let i = 0;
  let j = 0;
  while (i < n && j < m) {
    if (a[aStart + i] === b[bStart + j]) match[aStart + i++] = bStart + j++;
    else if ((longest[(i + 1) * width + j] ?? 0) >= (longest[i * width + j + 1] ?? 0)) i++;
    else j++;
  }
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
