/**
 * Conflict markers to hunks and back. Printing what was parsed gives the same bytes. A conflict needs its opening, its
 * separator and its closing marker in order; anything less is plain text, and so is a row of `=` under a heading.
 */
import { splitLines } from '../text/lines.ts';
import type { Conflict, Hunk, Labels } from './conflict.ts';

export const DEFAULT_MARKER_SIZE = 7;

export interface PrintOptions {
  readonly style: 'merge' | 'diff3' | 'zdiff3';
  readonly markerSize?: number;
  /** Used where a conflict's own labels are empty. */
  readonly labels?: Labels;
}

type Marker = '<' | '|' | '=' | '>';

/** The marker a line is, with what stands after it; undefined for any other line. */
function markerOf(line: string, size: number): { kind: Marker; label: string } | undefined {
  const kind = line[0];
  if (kind !== '<' && kind !== '|' && kind !== '=' && kind !== '>') return undefined;
  for (let i = 1; i < size; i++) if (line[i] !== kind) return undefined;
  const rest = line.slice(size).replace(/\r?\n$|\r$/, '');
  if (kind === '=' ? rest.trim() !== '' : rest !== '' && !rest.startsWith(' ')) return undefined;
  return { kind, label: rest === '' ? '' : rest.slice(1) };
}

interface Found {
  readonly conflict: Conflict;
  readonly next: number;
}

/** The conflict that opens at line `at`, or undefined when it never closes. Inner conflicts of the same size stay text. */
function conflictAt(lines: readonly string[], starts: readonly number[], at: number, size: number): Found | undefined {
  const sides = { left: '', base: '', right: '' };
  const labels = { left: markerOf(lines[at] ?? '', size)?.label ?? '', base: '', right: '' };
  let part: 'left' | 'base' | 'right' = 'left';
  let hasBase = false;
  let depth = 0;
  for (let i = at + 1; i < lines.length; i++) {
    const line = lines[i] ?? '';
    const marker = markerOf(line, size);
    if (marker?.kind === '<') depth++;
    else if (depth > 0 && marker?.kind === '>') {
      depth--;
      sides[part] += line;
      continue;
    }
    if (depth === 0 && marker?.kind === '|' && part === 'left') {
      part = 'base';
      hasBase = true;
      labels.base = marker.label;
    } else if (depth === 0 && marker?.kind === '=' && part !== 'right') part = 'right';
    else if (marker?.kind === '>' && part === 'right') {
      labels.right = marker.label;
      const span = { start: starts[at] ?? 0, end: (starts[i] ?? 0) + line.length };
      const { base, left, right } = sides;
      return { conflict: { span, sides: hasBase ? { base, left, right } : { left, right }, labels }, next: i + 1 };
    } else if (marker?.kind === '>') return undefined;
    else sides[part] += line;
  }
  return undefined;
}

/** The length of the markers in a text: the most frequent among complete conflicts, 7 when there are none. */
export function detectMarkerSize(text: string): number {
  for (const match of text.matchAll(/^<{7,}(?= |\r?$)/gm)) {
    const size = match[0].length;
    if (new RegExp(`^>{${size}}(?= |\\r?$)`, 'm').test(text)) return size;
  }
  return DEFAULT_MARKER_SIZE;
}

/**
 * Hunks of a text with markers of `markerSize` (default: detected). Stable hunks join up to everything outside the markers.
 * Conflict spans are offsets into `text`, markers included.
 */
export function parseMarkers(text: string, options: { readonly markerSize?: number } = {}): Hunk[] {
  const size = options.markerSize ?? detectMarkerSize(text);
  if (!text.includes('<'.repeat(size))) return text === '' ? [] : [{ kind: 'stable', text }];
  const lines = splitLines(text);
  const starts: number[] = [];
  let offset = 0;
  for (const line of lines) {
    starts.push(offset);
    offset += line.length;
  }
  // Where no closing marker follows, no conflict opens: keeps half markers from costing a scan each.
  let lastClose = -1;
  lines.forEach((line, i) => {
    if (markerOf(line, size)?.kind === '>') lastClose = i;
  });
  const hunks: Hunk[] = [];
  let stable = '';
  for (let i = 0; i < lines.length; ) {
    const line = lines[i] ?? '';
    const found = i < lastClose && markerOf(line, size)?.kind === '<' ? conflictAt(lines, starts, i, size) : undefined;
    if (!found) {
      stable += line;
      i++;
      continue;
    }
    if (stable !== '') hunks.push({ kind: 'stable', text: stable });
    stable = '';
    hunks.push({ kind: 'conflict', conflict: found.conflict });
    i = found.next;
  }
  if (stable !== '') hunks.push({ kind: 'stable', text: stable });
  return hunks;
}

/** The line ending of the markers: that of the sides, as git decides it. */
function eolOf(conflict: Conflict): string {
  const { left, right, base } = conflict.sides;
  for (const side of [left, right, base ?? '']) {
    const end = side.indexOf('\n');
    if (end > 0) return side[end - 1] === '\r' ? '\r\n' : '\n';
  }
  return '\n';
}

const closed = (text: string, eol: string): string => (text === '' || text.endsWith('\n') ? text : text + eol);

function printConflict(conflict: Conflict, options: PrintOptions): string {
  const size = options.markerSize ?? DEFAULT_MARKER_SIZE;
  const eol = eolOf(conflict);
  const label = (name: keyof Labels) => conflict.labels[name] || options.labels?.[name] || '';
  const marker = (char: Marker, text: string) => char.repeat(size) + (text === '' ? '' : ` ${text}`) + eol;
  let { left, right } = conflict.sides;
  const { base } = conflict.sides;
  let [head, foot] = ['', ''];
  if (options.style === 'zdiff3') ({ left, right, head, foot } = zealous(left, right));
  const middle = options.style === 'merge' || base === undefined ? '' : marker('|', label('base')) + closed(base, eol);
  return `${head}${marker('<', label('left'))}${closed(left, eol)}${middle}${marker('=', '')}${closed(right, eol)}${marker('>', label('right'))}${foot}`;
}

/** zdiff3: lines that both sides start or end with stand outside the markers. */
function zealous(left: string, right: string): { left: string; right: string; head: string; foot: string } {
  const l = splitLines(left);
  const r = splitLines(right);
  const least = Math.min(l.length, r.length);
  let head = 0;
  while (head < least && l[head] === r[head]) head++;
  let foot = 0;
  while (foot < least - head && l[l.length - 1 - foot] === r[r.length - 1 - foot]) foot++;
  const inner = (lines: string[]) => lines.slice(head, lines.length - foot).join('');
  return { left: inner(l), right: inner(r), head: l.slice(0, head).join(''), foot: l.slice(l.length - foot).join('') };
}

/** A file again, with markers where hunks conflict. */
export function printHunks(hunks: readonly Hunk[], options: PrintOptions): string {
  return hunks.map((hunk) => (hunk.kind === 'stable' ? hunk.text : printConflict(hunk.conflict, options))).join('');
}
