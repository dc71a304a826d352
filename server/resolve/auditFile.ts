/**
 * One file of a finished merge beside both parents: which edits of either side are not in it. An edit that git's own merge holds
 * and the commit does not was taken out by hand; inside a conflict that is what deciding means, outside of one nobody asked.
 */

import { histogramDiff } from '../diff/histogram.ts';
import { Interner } from '../diff/intern.ts';
import type { Hunk, Merge3 } from '../merge/conflict.ts';
import { movedLines } from '../merge/depth.ts';
import { accountBoth, type EditFate, wordsOf } from '../merge/edits.ts';
import { lineMerge } from '../merge/lineMerge.ts';
import { movedInFile, unedited } from '../merge/moved.ts';
import type { Elsewhere } from '../merge/movedAcross.ts';
import { languageOf } from '../syntax/languages.ts';
import type { Syntax } from '../syntax/syntax.ts';
import type { Span } from '../text/span.ts';
import { missingAcross, missingEdit } from './moves.ts';
import { isFreeOfIndentation } from './reformatted.ts';
import { togetherIn } from './together.ts';

export interface LostEdit {
  readonly side: 'ours' | 'theirs';
  /** 1-based, in that side's text. */
  readonly line: number;
  /** What it removed of the base. */
  readonly removed: string;
  /** The side's lines it wrote, whole; empty where it only removed. */
  readonly added: string;
  /** Only how deep these lines stand. */
  readonly depth?: 'indented' | 'dedented';
}

export interface AuditedText {
  readonly conflicts: number;
  /** Edits that git's merge holds outside of conflicts, and the commit does not. */
  readonly lost: readonly LostEdit[];
  /** Edits inside of conflicts that were not taken. */
  readonly decided: readonly LostEdit[];
  /** Edits inside of conflicts whose lines the other side moved, and that are not where these lines stand in the result. */
  readonly moved: readonly { readonly line: number; readonly said: string }[];
  /** What is right in each side and hardly is together. */
  readonly together: readonly string[];
  /** Something outside of the conflicts is not as git merged it. */
  readonly byHand: boolean;
}

/** Larger versions are compared as wholes alone, in UTF-16 units together. */
const LARGE = 3_000_000;

/** Undefined where the texts are too large. */
export function auditText(
  path: string,
  sides: Merge3<string>,
  result: string,
  { syntax, elsewhere }: { readonly syntax: Syntax; readonly elsewhere?: Elsewhere | undefined },
): AuditedText | undefined {
  const { base, left, right } = sides;
  if (base.length + left.length + right.length + result.length > LARGE) return undefined;
  const merged = lineMerge(sides);
  const lost: LostEdit[] = [];
  const decided: LostEdit[] = [];
  const dropped = droppedIn(path, sides, syntax);
  // What is missing in git's own text as well was no longer there to lose. Of a conflict it holds both sides.
  const byHand = !holdsAround(merged.hunks, result);
  const gits = dropped(merged.hunks.map(wholeOf).join(''), (side) => merged.hunks.map(partOf(side)).join(''));
  const own = dropped(result);
  for (const side of ['left', 'right'] as const) {
    const gone = new Set(gits[side].map(({ start, end }) => `${start} ${end}`));
    const missing = own[side].filter(({ start, end }) => !gone.has(`${start} ${end}`));
    // Where all around the conflicts is git's, what is missing is missing in one of them, however words are matched.
    const isInside = (edit: EditFate) => !byHand || merged.regions.some((region) => touches(region[side], edit));
    const inside = missing.filter(isInside);
    const name = side === 'left' ? 'ours' : 'theirs';
    decided.push(...byLines(name, sides[side], inside));
    lost.push(
      ...byLines(
        name,
        sides[side],
        missing.filter((edit) => !inside.includes(edit)),
      ),
    );
  }
  const missing = [...unedited(movedInFile(sides, merged.hunks), result), ...missingAcross(sides, path, elsewhere)];
  const moved = missing.map(({ edit, line }) => ({
    line,
    said: missingEdit(edit, line),
  }));
  const together = togetherIn(sides, result);
  return { conflicts: merged.regions.length, lost, decided, moved, together, byHand };
}

/** Both sides' edits that are not in a text. */
function droppedIn(path: string, { base, left, right }: Merge3<string>, syntax: Syntax) {
  const language = languageOf(path);
  const interner = new Interner();
  const read = (text: string) => wordsOf(text, (source) => syntax.tokens(language, source), interner);
  const words = { base: read(base), left: read(left), right: read(right) };
  const scripts = {
    left: histogramDiff(words.base.ids, words.left.ids),
    right: histogramDiff(words.base.ids, words.right.ids),
  };
  /** @param at the text in which lines of a side are looked for at their depth: of two copies of a line only one is found. */
  return (
    text: string,
    at: (side: 'left' | 'right') => string = () => text,
  ): Record<'left' | 'right', readonly EditFate[]> => {
    const result = read(text);
    const found = accountBoth(words, scripts, result);
    if (isFreeOfIndentation(language?.id)) return { left: found.left.dropped, right: found.right.dropped };
    const gone = (side: 'left' | 'right') => {
      const there = at(side);
      const moved = movedLines(words, scripts, there === text ? result : read(there), language?.id === 'python');
      return moved[side].filter(({ fate }) => fate === 'dropped');
    };
    return { left: [...found.left.dropped, ...gone('left')], right: [...found.right.dropped, ...gone('right')] };
  };
}

const wholeOf = (hunk: Hunk): string =>
  hunk.kind === 'stable' ? hunk.text : hunk.conflict.sides.left + hunk.conflict.sides.right;

const partOf =
  (side: 'left' | 'right') =>
  (hunk: Hunk): string =>
    hunk.kind === 'stable' ? hunk.text : hunk.conflict.sides[side];

const touches = (region: Span, { start, end }: EditFate): boolean => start <= region.end && end >= region.start;

/** Whether a text is git's merge with something in place of each conflict. */
function holdsAround(hunks: readonly Hunk[], text: string): boolean {
  let at = 0;
  for (const [i, hunk] of hunks.entries()) {
    if (hunk.kind === 'conflict') continue;
    const isFirst = i === 0;
    const isLast = i === hunks.length - 1;
    const found = isLast ? text.length - hunk.text.length : text.indexOf(hunk.text, at);
    if (found < at || (isFirst && found !== 0) || !text.startsWith(hunk.text, found)) return false;
    at = found + hunk.text.length;
  }
  return hunks.length === 0 ? text === '' : hunks.at(-1)?.kind === 'conflict' || at === text.length;
}

/** Edits of words as people see them: those that share lines are one, and what was written is those lines. */
function byLines(side: LostEdit['side'], text: string, edits: readonly EditFate[]): LostEdit[] {
  const out: { start: number; end: number; removed: string; writes: boolean; depth?: LostEdit['depth'] }[] = [];
  for (const { start, end, removed, added, depth } of [...edits].sort((a, b) => a.start - b.start)) {
    const from = text.lastIndexOf('\n', start - 1) + 1;
    const newline = text.indexOf('\n', Math.max(start, end - 1));
    const last = out.at(-1);
    const writes = added !== '';
    if (last && from < last.end) {
      last.end = newline < 0 ? text.length : newline;
      last.removed = `${last.removed} ${removed}`.trim();
      last.writes ||= writes;
      if (depth === undefined) delete last.depth;
    } else {
      out.push({ start: from, end: newline < 0 ? text.length : newline, removed, writes, ...(depth ? { depth } : {}) });
    }
  }
  return out.map(({ start, end, removed, writes, depth }) => ({
    ...{ side, line: lineOf(text, start), removed },
    added: writes ? text.slice(start, end) : '',
    ...(depth ? { depth } : {}),
  }));
}

function lineOf(text: string, offset: number): number {
  let line = 1;
  for (let at = text.indexOf('\n'); at >= 0 && at < offset; at = text.indexOf('\n', at + 1)) line++;
  return line;
}
