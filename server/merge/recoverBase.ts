/**
 * What the markers of a work-tree file do not say, from the three stages: the base of each conflict (git's default style
 * leaves it out), where its sides stand in the stages, and which conflict of the merge it is. The file may be half resolved
 * and edited elsewhere: its own left and right text are aligned line by line with the stages.
 */

import type { Change } from '../diff/change.ts';
import { gitDiff } from '../diff/gitDiff.ts';
import { Interner } from '../diff/intern.ts';
import { lineStarts, splitLines } from '../text/lines.ts';
import type { Span } from '../text/span.ts';
import type { Conflict, Hunk, Merge3, Sides } from './conflict.ts';
import type { LineMerge } from './lineMerge.ts';

/** The three versions git keeps of an unmerged path; `base` is absent for add/add. */
export interface Stages {
  readonly base?: string;
  readonly left: string;
  readonly right: string;
}

export interface RecoveredConflict {
  /** With its base, where that is beyond doubt. */
  readonly conflict: Conflict;
  /** Where the conflict stands in each stage text, as far as it could be told. */
  readonly regions: { readonly base?: Span; readonly left?: Span; readonly right?: Span };
  /** Index of the conflict of the given merge it belongs to: the first whose region in left or right it meets. */
  readonly original?: number;
}

/** Lines, half-open. */
interface Range {
  readonly start: number;
  readonly end: number;
}

interface Stage {
  readonly lines: readonly string[];
  readonly starts: Int32Array;
  readonly ids: Int32Array;
  /** Base to this stage; empty without a base. */
  readonly changes: readonly Change[];
}

/** Fill in the base of every conflict that lacks it and can be located without doubt; the others keep no base. */
export function recoverBases(hunks: readonly Hunk[], stages: Stages): Hunk[] {
  if (!hunks.some((hunk) => hunk.kind === 'conflict' && hunk.conflict.sides.base === undefined)) return [...hunks];
  return withBases(hunks, recoverConflicts(hunks, stages));
}

/** @param recovered what `recoverConflicts` gave for these hunks. */
export function withBases(hunks: readonly Hunk[], recovered: readonly RecoveredConflict[]): Hunk[] {
  let next = 0;
  return hunks.map((hunk): Hunk => {
    if (hunk.kind === 'stable') return hunk;
    return { kind: 'conflict', conflict: recovered[next++]?.conflict ?? hunk.conflict };
  });
}

/**
 * One for each conflict of `hunks` (as `parseMarkers` reads them), in order.
 * @param merge the line merge of the stages, when the caller wants to know which of its conflicts remain.
 */
export function recoverConflicts(hunks: readonly Hunk[], stages: Stages, merge?: LineMerge): RecoveredConflict[] {
  const interner = new Interner();
  const base = stages.base === undefined ? undefined : readStage(stages.base, interner);
  const left = readStage(stages.left, interner, base);
  const right = readStage(stages.right, interner, base);
  const inLeft = locate(hunks, 'left', left, interner);
  const inRight = locate(hunks, 'right', right, interner);
  const conflicts = hunks.flatMap((hunk) => (hunk.kind === 'conflict' ? [hunk.conflict] : []));
  return conflicts.map((conflict, i): RecoveredConflict => {
    const l = inLeft[i];
    const r = inRight[i];
    const b = base && baseOf(base, conflict.sides.base, { left, right }, l, r);
    const regions = {
      ...(base && b ? { base: spanOf(base, b) } : {}),
      ...(l ? { left: spanOf(left, l) } : {}),
      ...(r ? { right: spanOf(right, r) } : {}),
    };
    const original = merge && originalOf(merge, regions);
    return {
      conflict: base && b ? withBase(conflict, base.lines.slice(b.start, b.end).join('')) : conflict,
      regions,
      ...(original === undefined ? {} : { original }),
    };
  });
}

function readStage(text: string, interner: Interner, base?: Stage): Stage {
  const lines = splitLines(text);
  const ids = interner.ids(lines);
  return { lines, ids, starts: lineStarts(lines), changes: base ? gitDiff(base.ids, ids) : [] };
}

const spanOf = (stage: Stage, range: Range): Span => ({
  start: stage.starts[range.start] ?? 0,
  end: stage.starts[range.end] ?? 0,
});

/** A base that the markers showed stays as it is. */
function withBase(conflict: Conflict, base: string): Conflict {
  if (conflict.sides.base !== undefined) return conflict;
  const sides: Sides = { base, left: conflict.sides.left, right: conflict.sides.right };
  return { ...conflict, sides };
}

/**
 * Where the `name` side of each conflict stands in its stage. The marked file as this side reads it (stable text and this side
 * of each conflict) is aligned with the stage; what stands there whole, and in one piece, is located.
 */
function locate(
  hunks: readonly Hunk[],
  name: 'left' | 'right',
  stage: Stage,
  interner: Interner,
): (Range | undefined)[] {
  const view: string[] = [];
  const places: Range[] = [];
  hunks.forEach((hunk) => {
    const lines = splitLines(hunk.kind === 'stable' ? hunk.text : hunk.conflict.sides[name]);
    if (hunk.kind === 'conflict') places.push({ start: view.length, end: view.length + lines.length });
    for (const line of lines) view.push(line);
  });
  // Inside markers the last line of a file has gained a line end.
  const last = stage.lines[stage.lines.length - 1];
  const ids = interner.ids(view);
  if (last !== undefined && !last.endsWith('\n')) {
    const ended = new Set([`${last}\n`, `${last}\r\n`]);
    const lastId = stage.ids[stage.ids.length - 1] ?? 0;
    for (const { end } of places) if (ended.has(view[end - 1] ?? '')) ids[end - 1] = lastId;
  }
  const changes = gitDiff(ids, stage.ids);
  return places.map(
    (place) => throughChanges(place, changes) ?? unique(ids.subarray(place.start, place.end), stage.ids),
  );
}

/** The range of the new sequence that a range of the old one became, when nothing in it or right beside it changed. */
function throughChanges(range: Range, changes: readonly Change[]): Range | undefined {
  let shift = 0;
  for (const change of changes) {
    if (
      change.aEnd < range.start ||
      (change.aEnd === range.start && change.aStart < range.start && range.end > range.start)
    ) {
      shift = change.bEnd - change.aEnd;
    } else if (change.aEnd === range.start && change.aStart === change.aEnd && range.end > range.start) {
      shift = change.bEnd - change.aEnd;
    } else if (change.aStart > range.end || (change.aStart === range.end && range.end > range.start)) break;
    else return undefined;
  }
  return { start: range.start + shift, end: range.end + shift };
}

/** The only place where a sequence stands in another. */
function unique(wanted: Int32Array, ids: Int32Array): Range | undefined {
  if (wanted.length === 0) return undefined;
  let found: number | undefined;
  for (let at = ids.indexOf(wanted[0] ?? -1); at >= 0; at = ids.indexOf(wanted[0] ?? -1, at + 1)) {
    let k = 1;
    while (k < wanted.length && ids[at + k] === wanted[k]) k++;
    if (k < wanted.length) continue;
    if (found !== undefined) return undefined;
    found = at;
  }
  return found === undefined ? undefined : { start: found, end: found + wanted.length };
}

/** Base lines between: all that either side's range came from. A base shown in markers must stand there. */
function baseOf(
  base: Stage,
  shown: string | undefined,
  sides: { readonly left: Stage; readonly right: Stage },
  l: Range | undefined,
  r: Range | undefined,
): Range | undefined {
  const from = [l && toBase(sides.left, l), r && toBase(sides.right, r)].filter((range) => range !== undefined);
  if (from.length === 0) return undefined;
  // One side alone tells where, but not how far the other side's change reaches: only a shown base can confirm it.
  const start = Math.min(...from.map((range) => range.start));
  const end = Math.max(...from.map((range) => range.end));
  if (start > end || start < 0 || end > base.lines.length) return undefined;
  if (shown === undefined) return from.length === 2 ? { start, end } : undefined;
  const text = base.lines.slice(start, end).join('');
  return text === shown || `${text}\n` === shown || `${text}\r\n` === shown ? { start, end } : undefined;
}

/** Base range that a range of a stage came from: whole changes that it meets, else the matched lines. */
function toBase(stage: Stage, place: Range): Range {
  let shift = 0;
  let start: number | undefined;
  let end: number | undefined;
  for (const change of stage.changes) {
    if (change.bEnd < place.start || (change.bEnd === place.start && change.bStart < place.start)) {
      shift = change.aEnd - change.bEnd;
      continue;
    }
    if (change.bStart > place.end) break;
    start ??= Math.min(change.aStart, place.start + shift);
    end = Math.max(change.aEnd, place.end + change.aEnd - change.bEnd);
  }
  return { start: start ?? place.start + shift, end: end ?? place.end + shift };
}

/** The conflict of the merge that holds this one on both sides; failing that, the first it overlaps or touches. */
function originalOf(merge: LineMerge, regions: RecoveredConflict['regions']): number | undefined {
  const test = (name: 'left' | 'right', fits: (at: Span, region: Span) => boolean) => (region: Merge3<Span>) => {
    const at = regions[name];
    return at !== undefined && fits(at, region[name]);
  };
  const within = (at: Span, region: Span) => at.start >= region.start && at.end <= region.end;
  const overlaps = (at: Span, region: Span) => at.start < region.end && at.end > region.start;
  const touches = (at: Span, region: Span) => at.start <= region.end && at.end >= region.start;
  for (const fits of [within, overlaps, touches]) {
    const [left, right] = [test('left', fits), test('right', fits)];
    const both = merge.regions.findIndex((region) => left(region) && right(region));
    if (both >= 0) return both;
    const one = fits === within ? -1 : merge.regions.findIndex((region) => left(region) || right(region));
    if (one >= 0) return one;
  }
  return undefined;
}
