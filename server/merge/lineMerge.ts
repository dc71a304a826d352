// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * git's three-way line merge, so that our conflicts are git's conflicts, byte for byte, with the place of each in the three
 * texts. Follows what `git merge-file` does at each conflict style; test/merge/lineMerge.test.ts holds it against the real one.
 */
import type { Change } from '../diff/change.ts';
import { gitDiff } from '../diff/gitDiff.ts';
import { Interner } from '../diff/intern.ts';
import { lineStarts, splitLines } from '../text/lines.ts';
import type { Span } from '../text/span.ts';
import type { Hunk, Labels, Merge3 } from './conflict.ts';
import { type LineEnd, type MarkedConflict, type MarkerStyle, placeHunks } from './markers.ts';

export interface LineMerge {
  /** Spans of conflicts are where `printHunks` with the style and labels of the merge puts them. */
  readonly hunks: readonly Hunk[];
  /**
   * One for each conflict, in order: where its sides stand in base, left and right. In the `merge` style one conflict of the
   * merge may be printed as several; each then has the base region of the whole.
   */
  readonly regions: readonly Merge3<Span>[];
  readonly clean: boolean;
  /** How many stretches of lines each side changed against the base; absent where one side is the base or both are one. */
  readonly changed?: readonly [left: number, right: number];
}

export interface LineMergeOptions {
  readonly labels?: Labels;
  /** `diff3` by default: whole conflicts with their base. `merge` and `zdiff3` shrink them as git does. */
  readonly style?: MarkerStyle;
  /**
   * How far apart the parts of one conflict stay one in the `merge` style: `git merge` (zealous) joins across three lines,
   * `git merge-file` (the default here) also across any lines without a letter or digit.
   */
  readonly joins?: 'zealous' | 'zealous-alnum';
}

/** A stretch of lines of the three texts: 0 conflicts, 1 takes left, 2 takes right, 4 turned out to be the same. */
interface Piece {
  mode: 0 | 1 | 2 | 4;
  i0: number;
  chg0: number;
  i1: number;
  chg1: number;
  i2: number;
  chg2: number;
}

interface SideLines {
  readonly text: string;
  readonly lines: readonly string[];
  readonly ids: Int32Array;
}

const noLabels: Labels = { left: '', base: '', right: '' };

/** The merge of an add/add: git merges against an empty base. Its conflicts have no base. */
export function lineMergeNoBase(left: string, right: string, options: LineMergeOptions = {}): LineMerge {
  const merged = lineMerge({ base: '', left, right }, options);
  const hunks = merged.hunks.map((hunk): Hunk => {
    if (hunk.kind === 'stable') return hunk;
    const { sides, ...rest } = hunk.conflict;
    return { kind: 'conflict', conflict: { ...rest, sides: { left: sides.left, right: sides.right } } };
  });
  return { ...merged, hunks };
}

export function lineMerge(sides: Merge3<string>, options: LineMergeOptions = {}): LineMerge {
  const whole = trivial(sides);
  if (whole !== undefined)
    return { hunks: whole === '' ? [] : [{ kind: 'stable', text: whole }], regions: [], clean: true };
  const interner = new Interner();
  const read = (text: string): SideLines => {
    const lines = splitLines(text);
    return { text, lines, ids: interner.ids(lines) };
  };
  const files = { base: read(sides.base), left: read(sides.left), right: read(sides.right) };
  const scripts = [gitDiff(files.base.ids, files.left.ids), gitDiff(files.base.ids, files.right.ids)] as const;
  const pieces = mergeScripts(...scripts, files);
  const { style = 'diff3', joins = 'zealous-alnum' } = options;
  const shown =
    style === 'diff3'
      ? pieces
      : style === 'zdiff3'
        ? pieces.map((p) => withoutCommonEnds(p, files))
        : refine(pieces, files, joins);
  const merge = toHunks(shown, files, options.labels ?? noLabels, style);
  return { ...merge, changed: [scripts[0].length, scripts[1].length] };
}

function trivial({ base, left, right }: Merge3<string>): string | undefined {
  if (left === right || right === base) return left;
  if (left === base) return right;
  return undefined;
}

/** Walk both edit scripts over the base. Changes that touch or overlap conflict, unless they are the same change. */
function mergeScripts(left: readonly Change[], right: readonly Change[], files: Merge3<SideLines>): Piece[] {
  const pieces: Piece[] = [];
  let l = 0;
  let r = 0;
  for (;;) {
    const x = left[l];
    const y = right[r];
    if (!x && !y) return pieces;
    if (x && (!y || x.aEnd < y.aStart)) {
      append(pieces, leftOnly(x, y ? y.bStart - y.aStart : files.right.ids.length - files.base.ids.length));
      l++;
    } else if (y && (!x || y.aEnd < x.aStart)) {
      append(pieces, rightOnly(y, x ? x.bStart - x.aStart : files.left.ids.length - files.base.ids.length));
      r++;
    } else if (x && y) {
      if (!sameChange(x, y, files)) append(pieces, conflictOf(x, y));
      if (x.aEnd >= y.aEnd) r++;
      if (y.aEnd >= x.aEnd) l++;
    }
  }
}

/** `shift` is how far right's line numbers are ahead of the base's there. */
function leftOnly(x: Change, shift: number): Piece {
  const count = x.aEnd - x.aStart;
  return {
    mode: 1,
    i0: x.aStart,
    chg0: count,
    i1: x.bStart,
    chg1: x.bEnd - x.bStart,
    i2: x.aStart + shift,
    chg2: count,
  };
}

function rightOnly(y: Change, shift: number): Piece {
  const count = y.aEnd - y.aStart;
  return {
    mode: 2,
    i0: y.aStart,
    chg0: count,
    i1: y.aStart + shift,
    chg1: count,
    i2: y.bStart,
    chg2: y.bEnd - y.bStart,
  };
}

function sameChange(x: Change, y: Change, files: Merge3<SideLines>): boolean {
  const count = x.bEnd - x.bStart;
  if (x.aStart !== y.aStart || x.aEnd !== y.aEnd || count !== y.bEnd - y.bStart) return false;
  for (let k = 0; k < count; k++) if (files.left.ids[x.bStart + k] !== files.right.ids[y.bStart + k]) return false;
  return true;
}

/** The smallest stretch of base that holds both changes. */
function conflictOf(x: Change, y: Change): Piece {
  const start = Math.min(x.aStart, y.aStart);
  const end = Math.max(x.aEnd, y.aEnd);
  const i1 = x.bStart - (x.aStart - start);
  const i2 = y.bStart - (y.aStart - start);
  return {
    mode: 0,
    i0: start,
    chg0: end - start,
    i1,
    chg1: x.bEnd + end - x.aEnd - i1,
    i2,
    chg2: y.bEnd + end - y.aEnd - i2,
  };
}

/** A piece that touches the one before joins it. */
function append(pieces: Piece[], piece: Piece): void {
  const last = pieces[pieces.length - 1];
  if (last && (piece.i1 <= last.i1 + last.chg1 || piece.i2 <= last.i2 + last.chg2)) {
    if (piece.mode !== last.mode) last.mode = 0;
    last.chg0 = piece.i0 + piece.chg0 - last.i0;
    last.chg1 = piece.i1 + piece.chg1 - last.i1;
    last.chg2 = piece.i2 + piece.chg2 - last.i2;
  } else pieces.push(piece);
}

/** zdiff3: lines that both sides begin or end a conflict with are taken out of it; the base stays whole. */
function withoutCommonEnds(piece: Piece, { left, right }: Merge3<SideLines>): Piece {
  if (piece.mode !== 0) return piece;
  let { i1, chg1, i2, chg2 } = piece;
  while (chg1 > 0 && chg2 > 0 && left.ids[i1] === right.ids[i2]) {
    i1++;
    i2++;
    chg1--;
    chg2--;
  }
  while (chg1 > 0 && chg2 > 0 && left.ids[i1 + chg1 - 1] === right.ids[i2 + chg2 - 1]) {
    chg1--;
    chg2--;
  }
  return { ...piece, i1, chg1, i2, chg2 };
}

/** The `merge` style: each conflict is cut down to where its sides differ, and parts close to one another are joined. */
function refine(pieces: readonly Piece[], files: Merge3<SideLines>, joins: 'zealous' | 'zealous-alnum'): Piece[] {
  const { left, right } = files;
  const parts = pieces.flatMap((piece): Piece[] => {
    if (piece.mode !== 0 || piece.chg1 === 0 || piece.chg2 === 0) return [{ ...piece }];
    const changes = gitDiff(
      left.ids.subarray(piece.i1, piece.i1 + piece.chg1),
      right.ids.subarray(piece.i2, piece.i2 + piece.chg2),
    );
    if (changes.length === 0) return [{ ...piece, mode: 4 }];
    return changes.map((change) => ({
      ...piece,
      i1: piece.i1 + change.aStart,
      chg1: change.aEnd - change.aStart,
      i2: piece.i2 + change.bStart,
      chg2: change.bEnd - change.bStart,
    }));
  });
  const joined: Piece[] = [];
  for (const part of parts) {
    const last = joined[joined.length - 1];
    const gap = last ? left.lines.slice(last.i1 + last.chg1, part.i1) : [];
    const near = gap.length <= 3 || (joins === 'zealous-alnum' && !gap.some((line) => /[0-9A-Za-z]/.test(line)));
    if (last?.mode === 0 && part.mode === 0 && near) {
      last.chg0 = part.i0 + part.chg0 - last.i0;
      last.chg1 = part.i1 + part.chg1 - last.i1;
      last.chg2 = part.i2 + part.chg2 - last.i2;
    } else joined.push(part);
  }
  return joined;
}

/** What is in no piece is left's text. */
function toHunks(pieces: readonly Piece[], files: Merge3<SideLines>, labels: Labels, style: MarkerStyle): LineMerge {
  const starts = {
    base: lineStarts(files.base.lines),
    left: lineStarts(files.left.lines),
    right: lineStarts(files.right.lines),
  };
  const span = (of: Int32Array, line: number, count: number): Span => ({
    start: of[line] ?? 0,
    end: of[line + count] ?? 0,
  });
  const cut = (side: SideLines, { start, end }: Span) => side.text.slice(start, end);
  const hunks: Hunk[] = [];
  const regions: Merge3<Span>[] = [];
  let stable = '';
  let at = 0;
  const flush = () => {
    if (stable !== '') hunks.push({ kind: 'stable', text: stable });
    stable = '';
  };
  for (const piece of pieces) {
    if (piece.mode === 4) continue;
    const region = {
      base: span(starts.base, piece.i0, piece.chg0),
      left: span(starts.left, piece.i1, piece.chg1),
      right: span(starts.right, piece.i2, piece.chg2),
    };
    stable += cut(files.left, { start: starts.left[at] ?? 0, end: region.left.start });
    at = piece.i1 + piece.chg1;
    if (piece.mode !== 0) {
      stable += piece.mode === 1 ? cut(files.left, region.left) : cut(files.right, region.right);
      continue;
    }
    flush();
    regions.push(region);
    const base = style === 'merge' ? {} : { base: cut(files.base, region.base) };
    const sides = { ...base, left: cut(files.left, region.left), right: cut(files.right, region.right) };
    const conflict: MarkedConflict = { span: { start: 0, end: 0 }, sides, labels, eol: markerEnd(files, piece) };
    hunks.push({ kind: 'conflict', conflict });
  }
  stable += files.left.text.slice(starts.left[at] ?? 0);
  flush();
  return { hunks: placeHunks(hunks, { style }), regions, clean: regions.length === 0 };
}

/** git ends markers in CRLF when the first line of base does and the lines before the conflict do not say otherwise. */
function markerEnd({ base, left, right }: Merge3<SideLines>, piece: Piece): LineEnd {
  if (endsCrlf(left, piece.i1 - 1) === false || endsCrlf(right, piece.i2 - 1) === false) return '\n';
  return endsCrlf(base, 0) === true ? '\r\n' : '\n';
}

/** Whether a line (the first, for -1) ends in CRLF; undefined where the text cannot tell. A last line without end is read as the one before. */
function endsCrlf({ lines }: SideLines, index: number): boolean | undefined {
  const i = Math.max(0, index);
  const line = lines[i];
  if (line === undefined) return undefined;
  if (line.endsWith('\n')) return line.endsWith('\r\n');
  return i === 0 ? undefined : (lines[i - 1] ?? '').endsWith('\r\n');
}
