/**
 * Marker lines that no whole conflict holds: someone resolved by hand and left half a marker. A line of equals signs alone may
 * be a heading's underline: it counts only beside an angled marker.
 */
import { splitLines } from '../text/lines.ts';
import type { Span } from '../text/span.ts';

export interface LeftoverOptions {
  readonly markerSize: number;
  /** Whole conflicts of the text: what lies in them is no leftover. */
  readonly conflicts: readonly Span[];
  /** Texts that the file may have come from (its sides, HEAD): a line that one of them has is text. */
  readonly known?: readonly (string | undefined)[];
}

export function leftoverMarkers(text: string, { markerSize, conflicts, known = [] }: LeftoverOptions): Span[] {
  const found: { span: Span; angled: boolean; line: string }[] = [];
  let at = 0;
  for (const line of splitLines(text)) {
    const span = { start: at, end: at + line.length };
    at = span.end;
    const unit = line[0] ?? '';
    if (unit === '' || !'<|=>'.includes(unit) || !isMarker(line, unit, markerSize)) continue;
    if (conflicts.some(({ start, end }) => span.start >= start && span.end <= end)) continue;
    found.push({ span, angled: unit === '<' || unit === '>', line: line.trimEnd() });
  }
  if (!found.some(({ angled }) => angled)) return [];
  const texts = new Set(
    known.flatMap((one) => (one === undefined ? [] : splitLines(one).map((line) => line.trimEnd()))),
  );
  const left = found.filter(({ line }) => !texts.has(line));
  return left.some(({ angled }) => angled) ? left.map(({ span }) => span) : [];
}

function isMarker(line: string, unit: string, size: number): boolean {
  if (!line.startsWith(unit.repeat(size))) return false;
  const rest = line.slice(size).trimEnd();
  return unit === '=' ? rest === '' : rest === '' || rest.startsWith(' ');
}
