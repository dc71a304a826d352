/**
 * The result of a resolution drawn beside the conflict it would replace, as plain data: one entry for each line of the
 * conflict, in a column right of the text. Every entry says in words where its line comes from.
 */
import type { ConflictView, LineOrigin, ResolutionView } from '../../server/lsp/protocol.ts';

export interface OverlayLine {
  /** Line of the document. */
  readonly line: number;
  /** Columns of space between the end of the document's line and the overlay. */
  readonly gap: number;
  readonly text: string;
  readonly from: LineOrigin | 'header';
}

/** The overlay starts no further right than this: a long line pushes only its own entry. */
const WIDEST = 72;
const TAG = 10;

export function overlay(
  conflict: ConflictView,
  at: number,
  lines: readonly string[],
  tabSize: number,
): readonly OverlayLine[] {
  const resolution = conflict.resolutions[at];
  if (!resolution) return [];
  const first = conflict.range.start.line;
  const widths = lines.map((line) => columns(line, tabSize));
  const column = Math.min(WIDEST, Math.max(...widths)) + 3;
  const entries: { text: string; from: OverlayLine['from'] }[] = [
    { text: header(resolution, at, conflict.resolutions.length) + heldBack(conflict, resolution), from: 'header' },
    ...body(resolution, conflict, tabSize),
  ];
  if (entries.length > lines.length) {
    const hidden = entries.length - lines.length + 1;
    entries.splice(lines.length - 1, entries.length, {
      text: `│ … ${hidden} more lines: see the hover`,
      from: 'header',
    });
  }
  return entries.map(({ text, from }, i) => ({
    line: first + i,
    gap: Math.max(2, column - (widths[i] ?? 0)),
    text,
    from,
  }));
}

/** Why what is safe by itself wants a look all the same. */
export const heldBack = ({ held }: ConflictView, { tier }: ResolutionView): string =>
  held !== undefined && tier === 'safe' ? ` · look first: ${held}` : '';

function header({ reason, tier, odds }: ResolutionView, at: number, of: number): string {
  const measured = odds.replace(' like this were resolved so', '');
  return `┌ Result ${at + 1} of ${of} · ${tier}, ${measured} · ${reason}`;
}

function body(
  resolution: ResolutionView,
  conflict: ConflictView,
  tabSize: number,
): { text: string; from: LineOrigin }[] {
  if (resolution.lines.length === 0)
    return [{ text: `│ ${'nothing'.padEnd(TAG)} (these lines are removed)`, from: 'base' }];
  return resolution.lines.map(({ text, from }) => ({
    text: `│ ${tag(from, conflict)} ${spaced(text, tabSize)}`,
    from,
  }));
}

/** A word for each origin, so that colour is never the only sign. */
function tag(from: LineOrigin, { names }: ConflictView): string {
  const word = { both: 'both', base: 'base', mixed: 'combined', invented: 'NEW', left: names.left, right: names.right }[
    from
  ];
  return (word.length > TAG ? `${word.slice(0, TAG - 1)}…` : word).padEnd(TAG);
}

export function columns(text: string, tabSize: number): number {
  let width = 0;
  for (const unit of text) width += unit === '\t' ? tabSize - (width % tabSize) : 1;
  return width;
}

function spaced(text: string, tabSize: number): string {
  let out = '';
  for (const unit of text) out += unit === '\t' ? ' '.repeat(tabSize - (out.length % tabSize)) : unit;
  return out;
}
