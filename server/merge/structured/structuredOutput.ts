/**
 * What a structured merge writes: pieces of text with the place each was copied from, and cut back into one text per
 * conflict. Everything between the conflicts must come out as git left it, else the conflicts beside it stay open.
 */
import type { Span } from '../../text/span.ts';
import { type ConflictFiles, type SideName, sideNames } from '../conflictFiles.ts';

export interface Piece {
  readonly text: string;
  readonly side?: SideName;
  /** Offset in that side's file. */
  readonly from: number;
  /** The merge left this open; the text is the left side's. */
  readonly open: boolean;
}

export class Output {
  readonly pieces: Piece[] = [];
  readonly notes: { readonly at: number; readonly note: string }[] = [];
  /** What was left open, as each side has it. */
  readonly opened: Partial<Record<SideName, Span>>[] = [];
  length = 0;

  copy(side: SideName, text: string, from: number, open = false): void {
    if (text !== '' || open) this.#push({ text, side, from, open });
  }

  write(text: string): void {
    if (text !== '') this.#push({ text, from: -1, open: false });
  }

  note(note: string): void {
    this.notes.push({ at: this.length, note });
  }

  #push(piece: Piece): void {
    this.pieces.push(piece);
    this.length += piece.text.length;
  }
}

interface Placed {
  readonly start: number;
  readonly end: number;
}

export interface ConflictText {
  readonly text: string;
  readonly notes: string[];
}

/** One text per conflict, undefined where it is open or its surroundings did not come out unchanged. */
export function textsOfConflicts(output: Output, files: ConflictFiles): (ConflictText | undefined)[] {
  const merged = output.pieces.map((piece) => piece.text).join('');
  const placed = placeStable(merged, output.pieces, files);
  const open = openRanges(output.pieces, merged);
  const left = openConflicts(output, files);
  return files.regions.left.map((_, i) => {
    if (left.has(i)) return undefined;
    const before = placed[i];
    const after = placed[i + 1];
    if (before === undefined || after === undefined || before.end > after.start) return undefined;
    if (open.some((range) => range.start <= after.start && range.end >= before.end)) return undefined;
    const around = widen(merged, before.end, after.start);
    const notes = output.notes.filter(({ at }) => at >= around.start && at <= around.end).map(({ note }) => note);
    return { text: merged.slice(before.end, after.start), notes: [...new Set(notes)] };
  });
}

/** Conflicts in which any side has a part of what was left open: the merged text alone shows the left's. */
function openConflicts(output: Output, files: ConflictFiles): Set<number> {
  const found = new Set<number>();
  for (const spans of output.opened) {
    for (const side of sideNames) {
      const span = spans[side];
      if (span === undefined) continue;
      files.regions[side].forEach((region, i) => {
        if (region.start < span.end && region.end > span.start) found.add(i);
      });
    }
  }
  return found;
}

/** With the white space around: what is open may be empty, and stand between the line before a conflict and the conflict. */
function openRanges(pieces: readonly Piece[], merged: string): Placed[] {
  const ranges: Placed[] = [];
  let at = 0;
  for (const piece of pieces) {
    if (piece.open) ranges.push(widen(merged, at, at + piece.text.length));
    at += piece.text.length;
  }
  return ranges;
}

function widen(merged: string, from: number, to: number): Placed {
  let start = from;
  let end = to;
  while (start > 0 && merged.charAt(start - 1).trim() === '') start--;
  while (end < merged.length && merged.charAt(end).trim() === '') end++;
  return { start, end };
}

/** Where each stable text stands in the merged text, in order; undefined where it does not come out whole. */
function placeStable(merged: string, pieces: readonly Piece[], files: ConflictFiles): (Placed | undefined)[] {
  const { stable } = files;
  const last = stable.length - 1;
  const candidates = copiedPlaces(pieces, files);
  let from = 0;
  return stable.map((text, k) => {
    if (k === 0) {
      from = merged.startsWith(text) ? text.length : 0;
      return merged.startsWith(text) ? { start: 0, end: text.length } : undefined;
    }
    if (k === last) {
      const start = merged.length - text.length;
      return start >= from && merged.endsWith(text) ? { start, end: merged.length } : undefined;
    }
    const start = candidates[k]?.find((at) => at >= from && merged.startsWith(text, at));
    if (start === undefined) return undefined;
    from = start + text.length;
    return { start, end: from };
  });
}

/** For each stable text the places in the output where its first unit that is not white space was copied, less what is before it. */
function copiedPlaces(pieces: readonly Piece[], files: ConflictFiles): number[][] {
  const found: number[][] = files.stable.map(() => []);
  const marks = files.stable.map((text) => text.search(/\S/));
  const starts = Object.fromEntries(sideNames.map((side) => [side, markOffsets(files.regions[side], marks)]));
  let at = 0;
  for (const piece of pieces) {
    const own = piece.side === undefined ? undefined : starts[piece.side];
    if (own !== undefined) {
      for (let k = firstFrom(own, piece.from); k < own.length; k++) {
        const mark = own[k] ?? 0;
        if (mark >= piece.from + piece.text.length) break;
        const blank = Math.max(0, marks[k] ?? 0);
        if ((marks[k] ?? -1) >= 0) found[k]?.push(at + mark - piece.from - blank);
      }
    }
    at += piece.text.length;
  }
  return found;
}

/** Offset of the first unit that is not white space in each stable text of one side. */
function markOffsets(regions: readonly Span[], marks: readonly number[]): number[] {
  return marks.map((mark, k) => (regions[k - 1]?.end ?? 0) + Math.max(0, mark));
}

/** Index of the first entry of a sorted list that is not below `offset`. */
function firstFrom(sorted: readonly number[], offset: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? 0) < offset) low = middle + 1;
    else high = middle;
  }
  return low;
}
