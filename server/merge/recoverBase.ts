/**
 * The base of a marked conflict whose markers lack it (git's default style), from the stages: each side's text is found in
 * its stage, and the lines around it that are unchanged since the base say which base lines lie between.
 */

import type { Change } from '../diff/change.ts';
import { gitDiff } from '../diff/gitDiff.ts';
import { Interner } from '../diff/intern.ts';
import { splitLines } from '../text/lines.ts';
import type { Hunk, Sides } from './conflict.ts';

interface Stage {
  readonly lines: readonly string[];
  readonly changes: readonly Change[];
}

/** Fill in the base of every conflict that lacks it and can be located without doubt; the others keep no base. */
export function recoverBases(
  hunks: readonly Hunk[],
  stages: { readonly base?: string; readonly left: string; readonly right: string },
): Hunk[] {
  if (!hunks.some((hunk) => hunk.kind === 'conflict' && hunk.conflict.sides.base === undefined)) return [...hunks];
  if (stages.base === undefined) return [...hunks];
  const base = splitLines(stages.base);
  const interner = new Interner();
  const baseIds = interner.ids(base);
  const stage = (text: string): Stage => {
    const lines = splitLines(text);
    return { lines, changes: gitDiff(baseIds, interner.ids(lines)) };
  };
  const left = stage(stages.left);
  const right = stage(stages.right);
  const from = { left: 0, right: 0 };
  return hunks.map((hunk): Hunk => {
    if (hunk.kind === 'stable' || hunk.conflict.sides.base !== undefined) return hunk;
    const { conflict } = hunk;
    const l = locate(left, conflict.sides.left, from.left);
    const r = locate(right, conflict.sides.right, from.right);
    if (l) from.left = l.end;
    if (r) from.right = r.end;
    const text = baseBetween(base, left, right, l, r);
    if (text === undefined) return hunk;
    const sides: Sides = { base: text, left: conflict.sides.left, right: conflict.sides.right };
    return { kind: 'conflict', conflict: { ...conflict, sides } };
  });
}

interface Place {
  readonly start: number;
  readonly end: number;
  /** The same lines stand elsewhere in the stage too. */
  readonly doubtful: boolean;
}

/** Where a side's lines stand in its stage, at or after `from`; an empty side stands nowhere in particular. */
function locate(stage: Stage, text: string, from: number): Place | undefined {
  const wanted = splitLines(text);
  if (wanted.length === 0) return undefined;
  const places: number[] = [];
  for (let i = from; i + wanted.length <= stage.lines.length && places.length < 2; i++) {
    let same = true;
    for (let k = 0; same && k < wanted.length; k++) {
      const line = stage.lines[i + k];
      // The last line of a file may have gained a terminator inside the markers.
      same =
        line === wanted[k] ||
        (k === wanted.length - 1 && i + k === stage.lines.length - 1 && `${line}\n` === wanted[k]);
    }
    if (same) places.push(i);
  }
  const start = places[0];
  return start === undefined ? undefined : { start, end: start + wanted.length, doubtful: places.length > 1 };
}

/** Base range that a range of a stage came from: whole changes that it meets, else the matched lines. */
function toBase(stage: Stage, place: Place): { start: number; end: number } {
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

function baseBetween(
  base: readonly string[],
  left: Stage,
  right: Stage,
  l: Place | undefined,
  r: Place | undefined,
): string | undefined {
  const known = [
    l && !l.doubtful ? toBase(left, l) : undefined,
    r && !r.doubtful ? toBase(right, r) : undefined,
  ].filter((range) => range !== undefined);
  const sure =
    known.length > 0
      ? known
      : [l ? toBase(left, l) : undefined, r ? toBase(right, r) : undefined].filter((range) => range !== undefined);
  if (sure.length === 0) return undefined;
  const start = Math.min(...sure.map((range) => range.start));
  const end = Math.max(...sure.map((range) => range.end));
  return start <= end && end <= base.length ? base.slice(start, end).join('') : undefined;
}
