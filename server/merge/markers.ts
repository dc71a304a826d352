/**
 * Conflict markers as text: read them out of a file, and print hunks with them. What is read prints back to the same bytes,
 * whatever the style, the length of the markers, the line ends; half a conflict and what only looks like one stay text.
 */
import { splitLines } from '../text/lines.ts';
import { isGitsLabel } from '../text/longMarkers.ts';
import type { Span } from '../text/span.ts';
import type { Conflict, Hunk, Labels } from './conflict.ts';
import { chooseMarks, isInStage, type MarkStages } from './markerStages.ts';

export type MarkerStyle = 'merge' | 'diff3' | 'zdiff3';
export type LineEnd = '\n' | '\r\n';

/** The marker lines of one conflict as they stood, line ends included. `base` is absent in the `merge` style. */
export interface MarkerLines {
  readonly size: number;
  readonly left: string;
  readonly base?: string;
  readonly middle: string;
  readonly right: string;
}

/** A conflict that knows how its markers are (to be) written. */
export interface MarkedConflict extends Conflict {
  /** Line end of the markers. */
  readonly eol: LineEnd;
  /** Present when the conflict was read from a text. */
  readonly markers?: MarkerLines;
}

export type MarkedHunk =
  | { readonly kind: 'stable'; readonly text: string }
  | { readonly kind: 'conflict'; readonly conflict: MarkedConflict };

export const defaultMarkerSize = 7;

// ---------------------------------------------------------------------------------------------------------------- printing

export interface PrintOptions {
  /** Absent: each conflict in the style it was read in; one that was not read shows its base where it has one. */
  readonly style?: MarkerStyle;
  /** Absent: the length each conflict was read with, else 7. */
  readonly markerSize?: number;
  /** Replace the labels of every conflict. */
  readonly labels?: Labels;
  /** Line end of the markers. Absent: what the conflict was read with, else the one its surroundings use. */
  readonly eol?: LineEnd;
}

export function printHunks(hunks: readonly Hunk[], options: PrintOptions = {}): string {
  const parts: string[] = [];
  let last = '';
  const put = (text: string) => {
    if (text === '') return;
    parts.push(text);
    last = text;
  };
  for (const hunk of hunks) {
    if (hunk.kind === 'stable') {
      put(hunk.text);
      continue;
    }
    // A marker counts only at the start of a line.
    if (last !== '' && !last.endsWith('\n')) put(eolOf(hunk.conflict, options, last));
    for (const text of printConflict(hunk.conflict, options, last)) put(text);
  }
  return parts.join('');
}

/** `hunks` with each conflict's span set to where `printHunks` with the same options puts it. */
export function placeHunks(hunks: readonly Hunk[], options: PrintOptions = {}): Hunk[] {
  let at = 0;
  let last = '';
  return hunks.map((hunk): Hunk => {
    if (hunk.kind === 'stable') {
      at += hunk.text.length;
      last = hunk.text === '' ? last : hunk.text;
      return hunk;
    }
    if (last !== '' && !last.endsWith('\n')) at += eolOf(hunk.conflict, options, last).length;
    const printed = printConflict(hunk.conflict, options, last);
    const start = at;
    for (const text of printed) at += text.length;
    last = '\n';
    return { kind: 'conflict', conflict: { ...hunk.conflict, span: { start, end: at } } };
  });
}

function printConflict(conflict: Conflict, options: PrintOptions, before: string): string[] {
  const read = markersOf(conflict);
  const eol = eolOf(conflict, options, before);
  const size = options.markerSize ?? read?.size ?? defaultMarkerSize;
  const labels = options.labels ?? conflict.labels;
  const { sides } = conflict;
  const own = read && read.size === size && options.eol === undefined ? read : undefined;
  const line = (mark: string, label: string, was: string | undefined) => {
    if (was !== undefined && labelIn(was, size) === label) return was;
    return `${mark.repeat(size)}${label === '' ? '' : ` ${label}`}${eol}`;
  };
  const body = (text: string) => (text === '' || text.endsWith('\n') ? text : text + eol);
  const cut = options.style === 'zdiff3' ? commonEnds(sides.left, sides.right) : { head: 0, tail: 0 };
  const side = (text: string) => body(text.slice(cut.head, text.length - cut.tail));
  const out = [sides.left.slice(0, cut.head), line('<', labels.left, own?.left), side(sides.left)];
  if (showsBase(conflict, read, options.style)) {
    out.push(line('|', labels.base, own?.base), body(sides.base ?? ''));
  }
  out.push(own ? own.middle : `${'='.repeat(size)}${eol}`, side(sides.right), line('>', labels.right, own?.right));
  out.push(sides.left.slice(sides.left.length - cut.tail));
  return out;
}

/** An unknown base is not shown as an empty one, unless git would: a conflict of a merge without a base. */
function showsBase(conflict: Conflict, read: MarkerLines | undefined, style: MarkerStyle | undefined): boolean {
  if (style === 'merge') return false;
  if (style === undefined) return read ? read.base !== undefined : conflict.sides.base !== undefined;
  return conflict.sides.base !== undefined || read === undefined;
}

/** The marker lines a conflict was read with. */
export function markersOf(conflict: Conflict): MarkerLines | undefined {
  return isMarked(conflict) ? conflict.markers : undefined;
}

function isMarked(conflict: Conflict): conflict is MarkedConflict {
  return 'eol' in conflict;
}

function eolOf(conflict: Conflict, options: PrintOptions, before: string): LineEnd {
  if (options.eol !== undefined) return options.eol;
  if (isMarked(conflict)) return conflict.eol;
  const { left, right, base } = conflict.sides;
  for (const text of [before.slice(before.lastIndexOf('\n', before.length - 2) + 1), left, right, base ?? '']) {
    const end = text.indexOf('\n');
    if (end >= 0) return text[end - 1] === '\r' ? '\r\n' : '\n';
  }
  return '\n';
}

/** Lengths of the common whole lines at both ends of two texts, as zdiff3 takes them out of a conflict. */
export function commonEnds(left: string, right: string): { readonly head: number; readonly tail: number } {
  const a = splitLines(left);
  const b = splitLines(right);
  let [from, toA, toB] = [0, a.length, b.length];
  let [head, tail] = [0, 0];
  while (from < toA && from < toB && a[from] === b[from]) head += a[from++]?.length ?? 0;
  while (toA > from && toB > from && a[toA - 1] === b[toB - 1]) {
    tail += a[--toA]?.length ?? 0;
    toB--;
  }
  return { head, tail };
}

// ----------------------------------------------------------------------------------------------------------------- reading

type Mark = '<' | '|' | '=' | '>';

interface MarkLine extends Span {
  readonly mark: Mark;
  readonly size: number;
}

/** A complete conflict: indices into the marker lines. */
interface Found {
  readonly left: number;
  readonly base: number | undefined;
  readonly middle: number;
  readonly right: number;
}

/** A conflict still open while reading, with what was found on its own level. */
interface Open {
  readonly left: number;
  readonly bars: number[];
  readonly equals: number[];
  /** Complete conflicts inside it: they count for themselves when this one turns out to be half a conflict. */
  readonly inner: Found[];
}

export interface ParseOptions {
  /** The file's `conflict-marker-size`, and longer ones that git wrote. Absent: any length from 7 up, each conflict with its own. */
  readonly markerSize?: number;
  /** Git's versions of the path: they tell a marker from a line that only looks like one, and a conflict from a quoted one. */
  readonly stages?: MarkStages | undefined;
}

/**
 * Every conflict of a text, and the text between. A conflict inside a conflict is text of the outer one, but for one that git
 * wrote into a side (`longMarkers.ts`): then the outer's marker lines are text until that is decided. Never throws; printing what
 * is returned gives `text` back.
 */
export function parseMarkers(text: string, options: ParseOptions = {}): readonly MarkedHunk[] {
  const lines = markerLines(text, options.markerSize);
  const { found } = conflictsIn(text, lines, options);
  const hunks: MarkedHunk[] = [];
  let at = 0;
  for (const conflict of found) {
    const read = readConflict(text, lines, conflict);
    if (!read) continue;
    if (read.span.start > at) hunks.push({ kind: 'stable', text: text.slice(at, read.span.start) });
    hunks.push({ kind: 'conflict', conflict: read });
    at = read.span.end;
  }
  if (at < text.length) hunks.push({ kind: 'stable', text: text.slice(at) });
  return hunks;
}

/** Conflicts of which a side holds one of git's own: `parseMarkers` answers those in them. In order. */
export function enclosingConflicts(text: string, options: ParseOptions = {}): Span[] {
  const lines = markerLines(text, options.markerSize);
  return conflictsIn(text, lines, options).enclosing.map((found) => spanOf(lines, found));
}

/** The length of the markers of the first conflict in a text; 7 when there is none. */
export function detectMarkerSize(text: string): number {
  const lines = markerLines(text, undefined);
  const first = conflictsIn(text, lines).found[0];
  return (first && lines[first.left]?.size) ?? defaultMarkerSize;
}

/** Lines that may be markers. A text without any `<` marker has none. */
function markerLines(text: string, size: number | undefined): MarkLine[] {
  if (!text.includes('<'.repeat(Math.max(1, size ?? defaultMarkerSize)))) return [];
  const lines: MarkLine[] = [];
  for (let start = 0; start < text.length; ) {
    const newline = text.indexOf('\n', start);
    const end = newline < 0 ? text.length : newline + 1;
    const mark = markAt(text, start);
    if (mark !== undefined) {
      let run = start + 1;
      while (text[run] === mark) run++;
      const length = run - start;
      const follows = run >= end ? '\n' : (text[run] ?? '\n');
      const closes = follows === '\n' || follows === ' ' || (follows === '\r' && run + 1 === newline);
      if (closes && length >= (size ?? defaultMarkerSize)) lines.push({ mark, size: length, start, end });
    }
    start = end;
  }
  return lines;
}

function markAt(text: string, at: number): Mark | undefined {
  switch (text.charCodeAt(at)) {
    case 60:
      return '<';
    case 61:
      return '=';
    case 62:
      return '>';
    case 124:
      return '|';
    default:
      return undefined;
  }
}

interface FoundAll {
  /** Those to decide, in order. */
  readonly found: readonly Found[];
  readonly enclosing: readonly Found[];
}

/**
 * Outermost conflicts in order, or in their place those that git wrote into their sides. Each length of markers is read for
 * itself; what lies in another conflict else is its text, and what a version of the file has is text of the file.
 */
function conflictsIn(text: string, lines: readonly MarkLine[], { markerSize, stages }: ParseOptions = {}): FoundAll {
  const stacks = new Map<number, Open[]>();
  const top: Found[] = [];
  lines.forEach((line, index) => {
    const stack = stacks.get(line.size) ?? [];
    if (!stacks.has(line.size)) stacks.set(line.size, stack);
    const open = stack[stack.length - 1];
    if (line.mark === '<') stack.push({ left: index, bars: [], equals: [], inner: [] });
    else if (!open) return;
    else if (line.mark === '|') open.bars.push(index);
    else if (line.mark === '=') open.equals.push(index);
    else if (open.equals.length > 0) {
      stack.pop();
      const outer = stack[stack.length - 1];
      (outer ? outer.inner : top).push(close(text, lines, open, index, stages));
    }
  });
  for (const stack of stacks.values()) for (const half of stack) top.push(...half.inner);
  const isWritten = (found: Found) => {
    const size = lines[found.left]?.size ?? 0;
    if (markerSize !== undefined && size > markerSize && !isGits(text, lines, found)) return false;
    const { start, end } = spanOf(lines, found);
    return !stages || !isInStage(text.slice(start, end), stages);
  };
  const written = top.filter(isWritten).sort((x, y) => spanOf(lines, x).start - spanOf(lines, y).start);
  const gits = written.filter((one) => isGits(text, lines, one));
  const enclosing: Found[] = [];
  // Both in the order of their first lines, and no outer one in another: each is looked at once.
  let next = 0;
  const found = withoutInner(lines, written).flatMap((outer) => {
    const inner: Found[] = [];
    for (let one = gits[next]; one && one.left < outer.right; one = gits[++next])
      if (isInSide(lines, one, outer)) inner.push(one);
    if (inner.length === 0) return [outer];
    enclosing.push(outer);
    return withoutInner(lines, inner);
  });
  return { found, enclosing };
}

function withoutInner(lines: readonly MarkLine[], sorted: readonly Found[]): Found[] {
  let last = 0;
  return sorted.filter((found) => {
    const { start, end } = spanOf(lines, found);
    if (start < last) return false;
    last = end;
    return true;
  });
}

const spanOf = (lines: readonly MarkLine[], { left, right }: Found): Span => ({
  start: lines[left]?.start ?? 0,
  end: lines[right]?.end ?? 0,
});

/** Longer markers in a side: those of a base are nobody's to decide. */
function isInSide(lines: readonly MarkLine[], { left, right }: Found, outer: Found): boolean {
  if ((lines[left]?.size ?? 0) <= (lines[outer.left]?.size ?? 0)) return false;
  const leftEnd = outer.base ?? outer.middle;
  return (left > outer.left && right < leftEnd) || (left > outer.middle && right < outer.right);
}

const isGits = (text: string, lines: readonly MarkLine[], { left, right }: Found): boolean =>
  [lines[left], lines[right]].every(
    (line) => line && isGitsLabel(labelIn(text.slice(line.start, line.end), line.size)),
  );

/** Which of the lines of `=` divides the sides: as the stages tell, else the first that is not the underline of a heading. */
function close(text: string, lines: readonly MarkLine[], open: Open, right: number, stages?: MarkStages): Found {
  const last = open.equals[open.equals.length - 1] ?? open.left;
  const base = open.bars.find((bar) => bar < last);
  const dividers = open.equals.filter((equal) => base === undefined || equal > base);
  const middle =
    dividers.length < 2 ? dividers[0] : (dividers.find((equal) => !underlines(text, lines[equal])) ?? dividers[0]);
  const guess: Found = { left: open.left, base, middle: middle ?? last, right };
  if (!stages || open.equals.length + open.bars.length < 2) return guess;
  return chooseMarks(guess, open, (found) => readConflict(text, lines, found)?.sides, stages);
}

function underlines(text: string, line: MarkLine | undefined): boolean {
  if (!line || line.start === 0) return false;
  const above = text.slice(text.lastIndexOf('\n', line.start - 2) + 1, line.start).trimEnd();
  return above !== '' && above.length <= line.size && markAt(above, 0) === undefined;
}

function readConflict(text: string, lines: readonly MarkLine[], found: Found): MarkedConflict | undefined {
  const left = lines[found.left];
  const base = found.base === undefined ? undefined : lines[found.base];
  const middle = lines[found.middle];
  const right = lines[found.right];
  if (!left || !middle || !right) return undefined;
  const raw = (line: MarkLine) => text.slice(line.start, line.end);
  const label = (line: MarkLine) => labelIn(raw(line), line.size);
  const leftEnd = base?.start ?? middle.start;
  return {
    span: { start: left.start, end: right.end },
    sides: {
      ...(base ? { base: text.slice(base.end, middle.start) } : {}),
      left: text.slice(left.end, leftEnd),
      right: text.slice(middle.end, right.start),
    },
    labels: { left: label(left), base: base ? label(base) : '', right: label(right) },
    eol: raw(left).endsWith('\r\n') ? '\r\n' : '\n',
    markers: {
      size: left.size,
      left: raw(left),
      ...(base ? { base: raw(base) } : {}),
      middle: raw(middle),
      right: raw(right),
    },
  };
}

/** What stands after the marker and its space, without the line end. */
function labelIn(line: string, size: number): string {
  const rest = line.slice(size).replace(/\r?\n$/, '');
  return rest.startsWith(' ') ? rest.slice(1) : rest;
}
