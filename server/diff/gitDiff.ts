// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * git's own default line diff (xdiff's Myers with its heuristics, cleanup of rare lines and compaction), ported so that our
 * hunks are git's hunks. Follows git 2.39's xdiff/xdiffi.c and xprepare.c step by step; names in comments are theirs.
 */
import type { Change } from './change.ts';
import { occurrences, rangeOf } from './occurrences.ts';

const MAX_COST_MIN = 256;
const HEUR_MIN_COST = 256;
const SNAKE = 20;
const K_HEUR = 4;
const KEEP_RUN = 4;
const MAX_EQUAL = 1024;
const SCAN_WINDOW = 100;
const FAR = 0x3fffffff;

/** A power of two near the square root, as xdl_bogosqrt. */
function bogoSqrt(n: number): number {
  let i = 1;
  for (let rest = n; rest > 0; rest >>= 2) i <<= 1;
  return i;
}

interface Side {
  readonly ids: Int32Array;
  /** 1 where the line is changed; one spare at the end stays 0. */
  readonly changed: Uint8Array;
  /** Lines that take part in the comparison, and their ids. */
  readonly index: Int32Array;
  readonly reduced: Int32Array;
}

export function gitDiff(a: Int32Array, b: Int32Array): readonly Change[] {
  const [left, right] = prepare(a, b);
  const diagonals = left.reduced.length + right.reduced.length + 3;
  const search = new Search(left, right, Math.max(bogoSqrt(diagonals), MAX_COST_MIN), diagonals);
  search.compare(0, left.reduced.length, 0, right.reduced.length, false);
  compact(left, right);
  compact(right, left);
  return script(left.changed, a.length, right.changed, b.length);
}

/** xdl_optimize_ctxs: common ends are left out, and lines that have no or too many partners are changed at once. */
function prepare(a: Int32Array, b: Int32Array): [Side, Side] {
  const least = Math.min(a.length, b.length);
  let start = 0;
  while (start < least && a[start] === b[start]) start++;
  let tail = 0;
  while (tail < least - start && a[a.length - 1 - tail] === b[b.length - 1 - tail]) tail++;
  const range = rangeOf(a, b);
  return [
    clean(a, occurrences(b, range), start, a.length - tail),
    clean(b, occurrences(a, range), start, b.length - tail),
  ];
}

/** xdl_cleanup_records for one side. */
function clean(ids: Int32Array, others: Int32Array, start: number, end: number): Side {
  const limit = Math.min(bogoSqrt(ids.length), MAX_EQUAL);
  const discard = new Uint8Array(ids.length + 1);
  for (let i = start; i < end; i++) {
    const partners = others[ids[i] ?? 0] ?? 0;
    discard[i] = partners === 0 ? 0 : partners >= limit ? 2 : 1;
  }
  const changed = new Uint8Array(ids.length + 1);
  const index = new Int32Array(Math.max(0, end - start));
  const reduced = new Int32Array(index.length);
  let kept = 0;
  for (let i = start; i < end; i++) {
    if (discard[i] === 1 || (discard[i] === 2 && !amongUnmatched(discard, i, start, end - 1))) {
      index[kept] = i;
      reduced[kept++] = ids[i] ?? -1;
    } else changed[i] = 1;
  }
  return { ids, changed, index, reduced: reduced.subarray(0, kept) };
}

/** xdl_clean_mmatch: a line with many partners that stands among lines without any. */
function amongUnmatched(discard: Uint8Array, i: number, first: number, last: number): boolean {
  const from = Math.max(first, i - SCAN_WINDOW);
  const to = Math.min(last, i + SCAN_WINDOW);
  let none0 = 0;
  let many0 = 1;
  for (let k = i - 1; k >= from; k--) {
    if (discard[k] === 0) none0++;
    else if (discard[k] === 2) many0++;
    else break;
  }
  if (none0 === 0) return false;
  let none1 = 0;
  let many1 = 1;
  for (let k = i + 1; k <= to; k++) {
    if (discard[k] === 0) none1++;
    else if (discard[k] === 2) many1++;
    else break;
  }
  if (none1 === 0) return false;
  const none = none0 + none1;
  const many = many0 + many1;
  return many * KEEP_RUN < many + none;
}

interface Split {
  readonly i1: number;
  readonly i2: number;
  readonly lowMinimal: boolean;
  readonly highMinimal: boolean;
}

/** Divide and conquer on the reduced lines (xdl_recs_cmp, xdl_split). */
class Search {
  readonly #a: Side;
  readonly #b: Side;
  readonly #maxCost: number;
  readonly #forward: Int32Array;
  readonly #backward: Int32Array;
  readonly #origin: number;

  constructor(a: Side, b: Side, maxCost: number, diagonals: number) {
    this.#a = a;
    this.#b = b;
    this.#maxCost = maxCost;
    this.#forward = new Int32Array(diagonals + 2);
    this.#backward = new Int32Array(diagonals + 2);
    this.#origin = b.reduced.length + 1;
  }

  compare(from1: number, to1: number, from2: number, to2: number, minimal: boolean): void {
    const open: [number, number, number, number, boolean][] = [[from1, to1, from2, to2, minimal]];
    const a = this.#a.reduced;
    const b = this.#b.reduced;
    for (let task = open.pop(); task; task = open.pop()) {
      let [off1, lim1, off2, lim2] = task;
      while (off1 < lim1 && off2 < lim2 && a[off1] === b[off2]) {
        off1++;
        off2++;
      }
      while (off1 < lim1 && off2 < lim2 && a[lim1 - 1] === b[lim2 - 1]) {
        lim1--;
        lim2--;
      }
      if (off1 === lim1) for (; off2 < lim2; off2++) this.#b.changed[this.#b.index[off2] ?? 0] = 1;
      else if (off2 === lim2) for (; off1 < lim1; off1++) this.#a.changed[this.#a.index[off1] ?? 0] = 1;
      else {
        const split = this.#split(off1, lim1, off2, lim2, task[4]);
        open.push(
          [split.i1, lim1, split.i2, lim2, split.highMinimal],
          [off1, split.i1, off2, split.i2, split.lowMinimal],
        );
      }
    }
  }

  #split(off1: number, lim1: number, off2: number, lim2: number, minimal: boolean): Split {
    const a = this.#a.reduced;
    const b = this.#b.reduced;
    const kf = this.#forward;
    const kb = this.#backward;
    const o = this.#origin;
    const dmin = off1 - lim2;
    const dmax = lim1 - off2;
    const fmid = off1 - off2;
    const bmid = lim1 - lim2;
    const odd = ((fmid - bmid) & 1) !== 0;
    let [fmin, fmax, bmin, bmax] = [fmid, fmid, bmid, bmid];
    kf[o + fmid] = off1;
    kb[o + bmid] = lim1;
    for (let cost = 1; ; cost++) {
      let snake = false;
      if (fmin > dmin) kf[o + --fmin - 1] = -1;
      else ++fmin;
      if (fmax < dmax) kf[o + ++fmax + 1] = -1;
      else --fmax;
      for (let d = fmax; d >= fmin; d -= 2) {
        const down = kf[o + d - 1] ?? 0;
        const across = kf[o + d + 1] ?? 0;
        let i1 = down >= across ? down + 1 : across;
        const before = i1;
        let i2 = i1 - d;
        while (i1 < lim1 && i2 < lim2 && a[i1] === b[i2]) {
          i1++;
          i2++;
        }
        if (i1 - before > SNAKE) snake = true;
        kf[o + d] = i1;
        if (odd && bmin <= d && d <= bmax && (kb[o + d] ?? 0) <= i1)
          return { i1, i2, lowMinimal: true, highMinimal: true };
      }
      if (bmin > dmin) kb[o + --bmin - 1] = FAR;
      else ++bmin;
      if (bmax < dmax) kb[o + ++bmax + 1] = FAR;
      else --bmax;
      for (let d = bmax; d >= bmin; d -= 2) {
        const up = kb[o + d - 1] ?? 0;
        const across = kb[o + d + 1] ?? 0;
        let i1 = up < across ? up : across - 1;
        const before = i1;
        let i2 = i1 - d;
        while (i1 > off1 && i2 > off2 && a[i1 - 1] === b[i2 - 1]) {
          i1--;
          i2--;
        }
        if (before - i1 > SNAKE) snake = true;
        kb[o + d] = i1;
        if (!odd && fmin <= d && d <= fmax && i1 <= (kf[o + d] ?? 0))
          return { i1, i2, lowMinimal: true, highMinimal: true };
      }
      if (minimal) continue;
      const box = { off1, lim1, off2, lim2, fmid, bmid, fmin, fmax, bmin, bmax };
      if (snake && cost > HEUR_MIN_COST) {
        const found = this.#goodSnake(cost, box);
        if (found) return found;
      }
      if (cost >= this.#maxCost) return this.#giveUp(box);
    }
  }

  /** A long snake far along: good enough to split at. */
  #goodSnake(cost: number, box: Box): Split | undefined {
    const { off1, lim1, off2, lim2 } = box;
    const a = this.#a.reduced;
    const b = this.#b.reduced;
    const o = this.#origin;
    let best = 0;
    let at = { i1: 0, i2: 0 };
    for (let d = box.fmax; d >= box.fmin; d -= 2) {
      const i1 = this.#forward[o + d] ?? 0;
      const i2 = i1 - d;
      const v = i1 - off1 + (i2 - off2) - Math.abs(d - box.fmid);
      if (v <= K_HEUR * cost || v <= best || off1 + SNAKE > i1 || i1 >= lim1 || off2 + SNAKE > i2 || i2 >= lim2)
        continue;
      for (let k = 1; a[i1 - k] === b[i2 - k]; k++) {
        if (k !== SNAKE) continue;
        best = v;
        at = { i1, i2 };
        break;
      }
    }
    if (best > 0) return { ...at, lowMinimal: true, highMinimal: false };
    for (let d = box.bmax; d >= box.bmin; d -= 2) {
      const i1 = this.#backward[o + d] ?? 0;
      const i2 = i1 - d;
      const v = lim1 - i1 + (lim2 - i2) - Math.abs(d - box.bmid);
      if (v <= K_HEUR * cost || v <= best || off1 >= i1 || i1 > lim1 - SNAKE || off2 >= i2 || i2 > lim2 - SNAKE)
        continue;
      for (let k = 0; a[i1 + k] === b[i2 + k]; k++) {
        if (k !== SNAKE - 1) continue;
        best = v;
        at = { i1, i2 };
        break;
      }
    }
    return best > 0 ? { ...at, lowMinimal: false, highMinimal: true } : undefined;
  }

  /** Too costly: split at the furthest point reached from either end. */
  #giveUp(box: Box): Split {
    const { off1, lim1, off2, lim2 } = box;
    const o = this.#origin;
    let [fbest, fbest1] = [-1, -1];
    for (let d = box.fmax; d >= box.fmin; d -= 2) {
      let i1 = Math.min(this.#forward[o + d] ?? 0, lim1);
      let i2 = i1 - d;
      if (lim2 < i2) [i1, i2] = [lim2 + d, lim2];
      if (fbest < i1 + i2) [fbest, fbest1] = [i1 + i2, i1];
    }
    let [bbest, bbest1] = [FAR, FAR];
    for (let d = box.bmax; d >= box.bmin; d -= 2) {
      let i1 = Math.max(off1, this.#backward[o + d] ?? 0);
      let i2 = i1 - d;
      if (i2 < off2) [i1, i2] = [off2 + d, off2];
      if (i1 + i2 < bbest) [bbest, bbest1] = [i1 + i2, i1];
    }
    return lim1 + lim2 - bbest < fbest - (off1 + off2)
      ? { i1: fbest1, i2: fbest - fbest1, lowMinimal: true, highMinimal: false }
      : { i1: bbest1, i2: bbest - bbest1, lowMinimal: false, highMinimal: true };
  }
}

interface Box {
  readonly off1: number;
  readonly lim1: number;
  readonly off2: number;
  readonly lim2: number;
  readonly fmid: number;
  readonly bmid: number;
  readonly fmin: number;
  readonly fmax: number;
  readonly bmin: number;
  readonly bmax: number;
}

/** A run of changed lines `[start, end)`, possibly empty, that slides over equal lines (struct xdlgroup). */
class Group {
  readonly #side: Side;
  start = 0;
  end = 0;

  constructor(side: Side) {
    this.#side = side;
    while (side.changed[this.end] === 1) this.end++;
  }

  get isEmpty(): boolean {
    return this.start === this.end;
  }

  next(): boolean {
    const { changed, ids } = this.#side;
    if (this.end === ids.length) return false;
    this.start = this.end + 1;
    this.end = this.start;
    while (changed[this.end] === 1) this.end++;
    return true;
  }

  previous(): boolean {
    if (this.start === 0) return false;
    this.end = this.start - 1;
    this.start = this.end;
    while (this.start > 0 && this.#side.changed[this.start - 1] === 1) this.start--;
    return true;
  }

  slideDown(): boolean {
    const { changed, ids } = this.#side;
    if (this.end >= ids.length || ids[this.start] !== ids[this.end]) return false;
    changed[this.start++] = 0;
    changed[this.end++] = 1;
    while (changed[this.end] === 1) this.end++;
    return true;
  }

  slideUp(): boolean {
    const { changed, ids } = this.#side;
    if (this.start <= 0 || ids[this.start - 1] !== ids[this.end - 1]) return false;
    changed[--this.start] = 1;
    changed[--this.end] = 0;
    while (this.start > 0 && changed[this.start - 1] === 1) this.start--;
    return true;
  }
}

/** xdl_change_compact without the indent heuristic, which merging does not use. */
function compact(side: Side, other: Side): void {
  const g = new Group(side);
  const go = new Group(other);
  for (;;) {
    if (!g.isEmpty) {
      let size: number;
      let earliest: number;
      let matching: number;
      do {
        size = g.end - g.start;
        matching = -1;
        while (g.slideUp()) go.previous();
        earliest = g.end;
        if (!go.isEmpty) matching = g.end;
        while (g.slideDown()) {
          go.next();
          if (!go.isEmpty) matching = g.end;
        }
      } while (size !== g.end - g.start);
      if (g.end !== earliest && matching !== -1) {
        while (go.isEmpty) {
          if (!g.slideUp()) break;
          go.previous();
        }
      }
    }
    if (!g.next()) break;
    go.next();
  }
}

function script(a: Uint8Array, aLength: number, b: Uint8Array, bLength: number): readonly Change[] {
  const changes: Change[] = [];
  let i = 0;
  let j = 0;
  while (i < aLength || j < bLength) {
    if (a[i] !== 1 && b[j] !== 1) {
      i++;
      j++;
      continue;
    }
    const aStart = i;
    const bStart = j;
    while (i < aLength && a[i] === 1) i++;
    while (j < bLength && b[j] === 1) j++;
    changes.push({ aStart, aEnd: i, bStart, bEnd: j });
  }
  return changes;
}
