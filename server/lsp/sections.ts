/** Where the parts of a marked conflict stand in its text: what lies between the markers, as spans of the whole file. */
import { splitLines } from '../text/lines.ts';
import type { Span } from '../text/span.ts';

export interface Sections {
  readonly left: Span;
  readonly base?: Span;
  readonly right: Span;
}

/** Nested conflicts (a base that is itself in conflict) have longer markers, which are passed over. */
export function sectionsOf(text: string, span: Span): Sections {
  const lines = splitLines(text.slice(span.start, span.end));
  const size = /^<+/.exec(lines[0] ?? '')?.[0].length ?? 7;
  const isMarker = (line: string, unit: string) => line.startsWith(unit.repeat(size)) && line[size] !== unit;
  let at = span.start;
  let start = at;
  let left: Span | undefined;
  let base: Span | undefined;
  let right: Span | undefined;
  lines.forEach((line, i) => {
    const next = at + line.length;
    if (i === 0) start = next;
    else if (isMarker(line, '|') && !left) {
      left = { start, end: at };
      start = next;
    } else if (isMarker(line, '=') && !right) {
      if (left) base = { start, end: at };
      else left = { start, end: at };
      start = next;
    } else if (i === lines.length - 1 && isMarker(line, '>')) right = { start, end: at };
    at = next;
  });
  const empty = { start: span.start, end: span.start };
  return { left: left ?? empty, ...(base ? { base } : {}), right: right ?? empty };
}
