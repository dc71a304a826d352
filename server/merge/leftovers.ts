/**
 * Marker lines that no whole conflict holds: someone resolved by hand and left half a marker. A line of equals signs alone may
 * be a heading's underline: it counts only beside an angled marker of its length. Of longer ones only those with git's labels count.
 */
import { splitLines } from '../text/lines.ts';
import { isGitsLabel, isVirtual, type LongConflict, ownConflicts } from '../text/longMarkers.ts';
import type { Span } from '../text/span.ts';
import { conflictsOf } from './conflict.ts';
import { lineMerge, lineMergeNoBase } from './lineMerge.ts';
import type { MarkStages } from './markerStages.ts';

export interface LeftoverOptions {
  readonly markerSize: number;
  /** Whole conflicts of the text: what lies in them is no leftover. */
  readonly conflicts: readonly Span[];
  /** Texts that the file may have come from (its sides, HEAD): a line that one of them has is text. */
  readonly known?: readonly (string | undefined)[];
  /** The versions that were merged: text as well, and they tell a divider that is left alone from a heading's underline. */
  readonly sides?: (Omit<MarkStages, 'base'> & { readonly base?: string | undefined }) | undefined;
}

export function leftoverMarkers(text: string, options: LeftoverOptions): Span[] {
  const { markerSize, conflicts, known = [], sides } = options;
  const found: { span: Span; mark: Mark; line: string }[] = [];
  let at = 0;
  for (const line of splitLines(text)) {
    const span = { start: at, end: at + line.length };
    at = span.end;
    const mark = markOf(line, markerSize);
    if (!mark || conflicts.some(({ start, end }) => span.start >= start && span.end <= end)) continue;
    found.push({ span, mark, line: line.trimEnd() });
  }
  if (found.length === 0 || (!sides && !found.some(({ mark }) => mark.angled))) return [];
  const base = sides?.base === undefined || isVirtual(sides.base) ? undefined : sides.base;
  // Git itself stopped in a side: what it wrote there is no text either.
  const inner = [sides?.left, sides?.right].map((side) => (side ? ownConflicts(side, base, markerSize) : []));
  const texts = new Set(
    [...known, base, withoutConflicts(sides?.left, inner[0]), withoutConflicts(sides?.right, inner[1])].flatMap(
      (one) => (one === undefined ? [] : splitLines(one).map((line) => line.trimEnd())),
    ),
  );
  const left = found.filter(({ line }) => !texts.has(line));
  const sizes = new Set(left.flatMap(({ mark }) => (mark.angled ? [mark.size] : [])));
  const beside = left.filter(({ mark }) => sizes.has(mark.size));
  if (beside.length > 0 || left.length === 0 || !sides) return beside.map(({ span }) => span);
  const alone = dividers(conflictsBetween(sides));
  const aloneWithin = dividers(inner.flat().map((one) => ({ ...one.sides, base: undefined })));
  return left
    .filter(({ span, mark }) => (mark.size === markerSize ? alone : aloneWithin)(text, span))
    .map(({ span }) => span);
}

const withoutConflicts = (side: string | undefined, conflicts: readonly LongConflict[] = []): string | undefined =>
  side === undefined
    ? undefined
    : conflicts.reduceRight((text, { span }) => text.slice(0, span.start) + text.slice(span.end), side);

interface Apart {
  readonly left: string;
  readonly base?: string | undefined;
  readonly right: string;
}

function conflictsBetween({ base, left, right }: NonNullable<LeftoverOptions['sides']>): readonly Apart[] {
  const { hunks } = base === undefined ? lineMergeNoBase(left, right) : lineMerge({ base, left, right });
  return conflictsOf(hunks).map(({ sides }) => sides);
}

/** Whether a line stands where git put a divider: under the last line of one side of a conflict, or above the first of the other. */
function dividers(apart: readonly Apart[]): (text: string, span: Span) => boolean {
  const conflicts = apart.map(({ left, base, right }) => [left, base ?? '', right].map(splitLines));
  const isLine = (line: string | undefined) => line !== undefined && line.trim() !== '';
  const above = new Set(conflicts.flatMap(([l = [], b = []]) => [l.at(-1), b.at(-1)]).filter(isLine));
  const below = new Set(conflicts.flatMap(([, b = [], r = []]) => [b[0], r[0]]).filter(isLine));
  return (text, { start, end }) => {
    const before = text.slice(text.lastIndexOf('\n', start - 2) + 1, start);
    const newline = text.indexOf('\n', end);
    return above.has(before) || below.has(text.slice(end, newline < 0 ? undefined : newline + 1));
  };
}

interface Mark {
  readonly size: number;
  readonly angled: boolean;
}

function markOf(line: string, markerSize: number): Mark | undefined {
  const unit = line[0] ?? '';
  if (unit === '' || !'<|=>'.includes(unit) || !line.startsWith(unit.repeat(markerSize))) return undefined;
  let size = markerSize;
  while (line[size] === unit) size++;
  const rest = line.slice(size).trimEnd();
  if (unit === '=' ? rest !== '' : rest !== '' && !rest.startsWith(' ')) return undefined;
  const angled = unit === '<' || unit === '>';
  return angled && size > markerSize && !isGitsLabel(rest.slice(1)) ? undefined : { size, angled };
}
