/**
 * git's three-way line merge (`git merge-file --diff3`), ported from xdiff/xmerge.c so that our conflicts are git's
 * conflicts, with the place of each in the three texts. test/merge/lineMerge.test.ts holds it against the real git.
 */
import type { Change } from '../diff/change.ts';
import { gitDiff } from '../diff/gitDiff.ts';
import { Interner } from '../diff/intern.ts';
import { lineStarts, splitLines } from '../text/lines.ts';
import type { Span } from '../text/span.ts';
import type { Hunk, Labels, Merge3 } from './conflict.ts';

export interface LineMerge {
  readonly hunks: readonly Hunk[];
  /** One for each conflict, in order: where its sides stand in base, left and right. */
  readonly regions: readonly Merge3<Span>[];
  readonly clean: boolean;
}

/** A region of xdl_do_merge: mode 0 conflicts, 1 takes left, 2 takes right. Lines. */
interface Piece {
  mode: 0 | 1 | 2;
  readonly i0: number;
  chg0: number;
  readonly i1: number;
  chg1: number;
  readonly i2: number;
  chg2: number;
}

const none: Labels = { left: '', base: '', right: '' };

/** The merge of an add/add: git merges against an empty base. */
export function lineMergeNoBase(left: string, right: string, labels: Labels = none): LineMerge {
  const merged = lineMerge({ base: '', left, right }, labels);
  const hunks = merged.hunks.map((hunk): Hunk => {
    if (hunk.kind === 'stable') return hunk;
    const { sides, ...rest } = hunk.conflict;
    return { kind: 'conflict', conflict: { ...rest, sides: { left: sides.left, right: sides.right } } };
  });
  return { ...merged, hunks };
}

export function lineMerge(sides: Merge3<string>, labels: Labels = none): LineMerge {
  const whole = trivial(sides);
  if (whole !== undefined)
    return { hunks: whole === '' ? [] : [{ kind: 'stable', text: whole }], regions: [], clean: true };
  const interner = new Interner();
  const lines = { base: splitLines(sides.base), left: splitLines(sides.left), right: splitLines(sides.right) };
  const ids = { base: interner.ids(lines.base), left: interner.ids(lines.left), right: interner.ids(lines.right) };
  const left = gitDiff(ids.base, ids.left);
  const right = gitDiff(ids.base, ids.right);
  const starts = { base: lineStarts(lines.base), left: lineStarts(lines.left), right: lineStarts(lines.right) };
  return print(sides, starts, mergeScripts(left, right, ids), labels);
}

function trivial({ base, left, right }: Merge3<string>): string | undefined {
  if (left === right || right === base) return left;
  if (left === base) return right;
  return undefined;
}

/** xdl_do_merge at XDL_MERGE_EAGER, the level of diff3 output. */
function mergeScripts(left: readonly Change[], right: readonly Change[], ids: Merge3<Int32Array>): Piece[] {
  const pieces: Piece[] = [];
  let l = 0;
  let r = 0;
  while (l < left.length && r < right.length) {
    const x = left[l];
    const y = right[r];
    if (!x || !y) break;
    if (x.aEnd < y.aStart) {
      append(pieces, {
        mode: 1,
        i0: x.aStart,
        chg0: x.aEnd - x.aStart,
        i1: x.bStart,
        chg1: x.bEnd - x.bStart,
        i2: y.bStart - y.aStart + x.aStart,
        chg2: x.aEnd - x.aStart,
      });
      l++;
      continue;
    }
    if (y.aEnd < x.aStart) {
      append(pieces, {
        mode: 2,
        i0: y.aStart,
        chg0: y.aEnd - y.aStart,
        i1: x.bStart - x.aStart + y.aStart,
        chg1: y.aEnd - y.aStart,
        i2: y.bStart,
        chg2: y.bEnd - y.bStart,
      });
      r++;
      continue;
    }
    if (!sameChange(x, y, ids)) append(pieces, conflictOf(x, y));
    if (x.aEnd >= y.aEnd) r++;
    if (y.aEnd >= x.aEnd) l++;
  }
  for (; l < left.length; l++) {
    const x = left[l];
    if (x)
      append(pieces, {
        mode: 1,
        i0: x.aStart,
        chg0: x.aEnd - x.aStart,
        i1: x.bStart,
        chg1: x.bEnd - x.bStart,
        i2: x.aStart + ids.right.length - ids.base.length,
        chg2: x.aEnd - x.aStart,
      });
  }
  for (; r < right.length; r++) {
    const y = right[r];
    if (y)
      append(pieces, {
        mode: 2,
        i0: y.aStart,
        chg0: y.aEnd - y.aStart,
        i1: y.aStart + ids.left.length - ids.base.length,
        chg1: y.aEnd - y.aStart,
        i2: y.bStart,
        chg2: y.bEnd - y.bStart,
      });
  }
  return pieces;
}

function sameChange(x: Change, y: Change, ids: Merge3<Int32Array>): boolean {
  if (x.aStart !== y.aStart || x.aEnd !== y.aEnd || x.bEnd - x.bStart !== y.bEnd - y.bStart) return false;
  for (let k = 0; k < x.bEnd - x.bStart; k++) if (ids.left[x.bStart + k] !== ids.right[y.bStart + k]) return false;
  return true;
}

function conflictOf(x: Change, y: Change): Piece {
  const off = x.aStart - y.aStart;
  const ffo = off + (x.aEnd - x.aStart) - (y.aEnd - y.aStart);
  const i0 = off > 0 ? x.aStart - off : x.aStart;
  const i1 = off > 0 ? x.bStart - off : x.bStart;
  const i2 = off > 0 ? y.bStart : y.bStart + off;
  return {
    mode: 0,
    i0,
    chg0: x.aEnd - i0 - Math.min(0, ffo),
    i1,
    chg1: x.bEnd - i1 - Math.min(0, ffo),
    i2,
    chg2: y.bEnd - i2 + Math.max(0, ffo),
  };
}

/** xdl_append_merge: a piece that touches the one before joins it. */
function append(pieces: Piece[], piece: Piece): void {
  const last = pieces[pieces.length - 1];
  if (last && (piece.i1 <= last.i1 + last.chg1 || piece.i2 <= last.i2 + last.chg2)) {
    if (piece.mode !== last.mode) last.mode = 0;
    last.chg0 = piece.i0 + piece.chg0 - last.i0;
    last.chg1 = piece.i1 + piece.chg1 - last.i1;
    last.chg2 = piece.i2 + piece.chg2 - last.i2;
  } else pieces.push(piece);
}

/** xdl_fill_merge_buffer, as values: what is not in a piece is left's text. */
function print(sides: Merge3<string>, starts: Merge3<Int32Array>, pieces: readonly Piece[], labels: Labels): LineMerge {
  const hunks: Hunk[] = [];
  const regions: Merge3<Span>[] = [];
  const span = (of: Int32Array, line: number, count: number): Span => ({
    start: of[line] ?? 0,
    end: of[line + count] ?? 0,
  });
  const cut = (text: string, { start, end }: Span) => text.slice(start, end);
  let stable = '';
  let at = 0;
  const flush = () => {
    if (stable !== '') hunks.push({ kind: 'stable', text: stable });
    stable = '';
  };
  for (const piece of pieces) {
    stable += cut(sides.left, { start: starts.left[at] ?? 0, end: starts.left[piece.i1] ?? 0 });
    const region = {
      base: span(starts.base, piece.i0, piece.chg0),
      left: span(starts.left, piece.i1, piece.chg1),
      right: span(starts.right, piece.i2, piece.chg2),
    };
    if (piece.mode === 1) stable += cut(sides.left, region.left);
    else if (piece.mode === 2) stable += cut(sides.right, region.right);
    else {
      flush();
      regions.push(region);
      hunks.push({
        kind: 'conflict',
        conflict: {
          span: { start: 0, end: 0 },
          sides: {
            base: cut(sides.base, region.base),
            left: cut(sides.left, region.left),
            right: cut(sides.right, region.right),
          },
          labels,
        },
      });
    }
    at = piece.i1 + piece.chg1;
  }
  stable += sides.left.slice(starts.left[at] ?? 0);
  flush();
  return { hunks, regions, clean: regions.length === 0 };
}
