/**
 * Markers longer than a file's own. Git writes them where it merged a side first, before it merged the sides: the file of a
 * rename that meets another one (one more for the two names), or the ancestors of a criss-cross history (two more for each level).
 * They are told from prose by what git puts behind them, and from those that a document quotes by their versions.
 */
import { splitLines } from './lines.ts';
import type { Span } from './span.ts';

/** `HEAD:its/path`, where the names differ, or `Temporary merge branch 1`: no marker of these lengths has another label. */
export const isGitsLabel = (label: string): boolean => /^(?:Temporary merge branch \d+(?::.+)?|\S.*:\S.*)$/.test(label);

/** The path that such a label tells, `topic:path` or `1a2b3c4 (A: title):path`; undefined where it tells none. */
export const pathInLabel = (label: string): string | undefined =>
  /^[^:(]*\(.*\):(.+)$/.exec(label)?.[1] ?? /^[^:]*:(.+)$/.exec(label)?.[1];

/** Whether git merged a text of several ancestors, and stopped. */
export const isVirtual = (base: string): boolean => /^<{7,} Temporary merge branch 1(?::[^\r\n]*)?\r?$/m.test(base);

export interface LongConflict {
  readonly span: Span;
  /** What stands behind its first and its last marker. */
  readonly labels: { readonly left: string; readonly right: string };
  readonly sides: { readonly left: string; readonly right: string };
}

/** The conflicts that git wrote into a version, outermost, with markers longer than the file's. */
export function longConflicts(text: string, markerSize: number): LongConflict[] {
  if (!text.includes('<'.repeat(markerSize + 1))) return [];
  const found: LongConflict[] = [];
  let open: Open | undefined;
  let at = 0;
  for (const line of splitLines(text)) {
    const end = at + line.length;
    const [, run = '', label = ''] = /^(<+|\|+|=+|>+)(?: ([^\r\n]*))?\r?\n?$/.exec(line) ?? [];
    const { mark, isLong } = { mark: run[0] ?? '', isLong: run.length > markerSize };
    if (!open && mark === '<' && isLong && isGitsLabel(label)) open = { at, left: label, size: run.length, from: end };
    else if (open && run.length === open.size) {
      if (mark === '|' && open.base === undefined) open.base = at;
      else if (mark === '=' && open.middle === undefined) [open.middle, open.after] = [at, end];
      else if (mark === '>' && open.middle !== undefined) {
        const sides = { left: text.slice(open.from, open.base ?? open.middle), right: text.slice(open.after, at) };
        if (isGitsLabel(label))
          found.push({ span: { start: open.at, end }, labels: { left: open.left, right: label }, sides });
        open = undefined;
      }
    }
    at = end;
  }
  return found;
}

/** Those that git wrote into a side: what its base has too is text. A base that git merged itself tells nothing. */
export function ownConflicts(side: string, base: string | undefined, markerSize: number): LongConflict[] {
  const found = longConflicts(side, markerSize);
  if (found.length === 0 || base === undefined || isVirtual(base)) return found;
  return found.filter(({ span }) => !base.includes(side.slice(span.start, span.end)));
}

/** A conflict whose last marker is not read yet, by where its lines begin and end. */
interface Open {
  readonly at: number;
  readonly left: string;
  readonly size: number;
  readonly from: number;
  base?: number;
  middle?: number;
  after?: number;
}
