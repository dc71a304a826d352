/**
 * Three-way merge of the tokens inside one hunk. The space between tokens is merged three-way too: where one side changed it,
 * that side's layout stands. In a conflict each side's words bring the space before them, so that both can stand in a row.
 */
import type { DiffAlgorithm } from '../diff/change.ts';
import { histogramDiff } from '../diff/histogram.ts';
import { Interner } from '../diff/intern.ts';
import type { Tokens } from '../syntax/tree.ts';
import type { Span } from '../text/span.ts';
import type { Merge3 } from './conflict.ts';
import { mergeChanges, type Region } from './merge3.ts';

export type TokenPiece =
  | { readonly kind: 'stable'; readonly text: string }
  | { readonly kind: 'conflict'; readonly base: string; readonly left: string; readonly right: string };

interface Side {
  readonly text: string;
  readonly tokens: Tokens;
  readonly ids: Int32Array;
}

/** White space (and nothing else) before token `i`; before the end of the text for `i` = count. */
function gap(side: Side, i: number): string {
  const from = i === 0 ? 0 : (side.tokens.end[i - 1] ?? 0);
  return side.text.slice(from, i >= side.tokens.count ? side.text.length : side.tokens.start[i]);
}

/** Text of tokens `[span)`, without the space around them. */
function inner(side: Side, { start, end }: Span): string {
  return start >= end ? '' : side.text.slice(side.tokens.start[start], side.tokens.end[end - 1]);
}

/** The same with the space before them; nothing for no tokens. */
function withGap(side: Side, span: Span): string {
  return span.start >= span.end ? '' : gap(side, span.start) + inner(side, span);
}

/** The same with the space after them. */
function withGapAfter(side: Side, span: Span): string {
  return span.start >= span.end ? '' : inner(side, span) + gap(side, span.end);
}

/** Replace every conflict by what `choose` gives for it. */
export function fillPieces(
  pieces: readonly TokenPiece[],
  choose: (conflict: Extract<TokenPiece, { kind: 'conflict' }>, index: number) => string,
): string {
  let index = 0;
  return pieces.reduce(
    (text, piece) => joinWords(text, piece.kind === 'stable' ? piece.text : choose(piece, index++)),
    '',
  );
}

const endsInWord = /[\p{L}\p{N}_$]$/u;
const startsInWord = /^[\p{L}\p{N}_$]/u;

/** Two fragments in a row; words that had something between them in their own side do not become one word. */
function joinWords(a: string, b: string): string {
  return endsInWord.test(a.slice(-2)) && startsInWord.test(b) ? `${a} ${b}` : a + b;
}

export function tokenMerge(
  sides: Merge3<string>,
  tokens: Merge3<Tokens>,
  diff: DiffAlgorithm = histogramDiff,
): readonly TokenPiece[] {
  if (sides.left === sides.right || sides.right === sides.base) return [{ kind: 'stable', text: sides.left }];
  if (sides.left === sides.base) return [{ kind: 'stable', text: sides.right }];
  const interner = new Interner();
  const side = (text: string, list: Tokens): Side => {
    const ids = new Int32Array(list.count);
    for (let i = 0; i < list.count; i++) ids[i] = interner.id(text.slice(list.start[i], list.end[i]));
    return { text, tokens: list, ids };
  };
  const files = {
    base: side(sides.base, tokens.base),
    left: side(sides.left, tokens.left),
    right: side(sides.right, tokens.right),
  };
  const lengths = { base: files.base.ids.length, left: files.left.ids.length, right: files.right.ids.length };
  const scripts = [diff(files.base.ids, files.left.ids), diff(files.base.ids, files.right.ids)] as const;
  return print(files, mergeChanges(lengths, ...scripts, false), lengths);
}

function print(files: Merge3<Side>, regions: readonly Region[], lengths: Merge3<number>): readonly TokenPiece[] {
  const pieces: TokenPiece[] = [];
  const stable = (text: string) => {
    const last = pieces[pieces.length - 1];
    if (last?.kind === 'stable') pieces[pieces.length - 1] = { kind: 'stable', text: joinWords(last.text, text) };
    else if (text !== '') pieces.push({ kind: 'stable', text });
  };
  const put = (region: Region, cut: (side: Side, span: Span) => string) => {
    const of = (name: keyof Merge3<Side>) => cut(files[name], region[name]);
    if (region.who === 'left' || (region.who === 'both' && sameTokens(files, region))) stable(of('left'));
    else if (region.who === 'right') stable(of('right'));
    else pieces.push({ kind: 'conflict', base: of('base'), left: of('left'), right: of('right') });
  };
  /** The space before the next region is already out. */
  let spaced = false;
  let before: Region['who'] = 'none';
  regions.forEach((region, k) => {
    if (region.who === 'none') {
      stable(layout(files, region, before, spaced));
      spaced = false;
    } else if (k === 0) {
      // What begins the text has no space before it that it could take along: it takes the space after it.
      stable(gapAt(files, { base: 0, left: 0, right: 0 }, region.who));
      spaced = takesGapAfter(files, region, lengths);
      put(region, spaced ? withGapAfter : inner);
    } else if (region.who === 'both' && !spaced && !sameTokens(files, region)) put(region, withGap);
    else {
      const empty = region.who === 'right' ? isEmpty(region.right) : isEmpty(region.left);
      const space = spaced || empty ? '' : gapAt(files, starts(region), region.who);
      put(region, (side, span) => (isEmpty(span) ? '' : space + inner(side, span)));
      spaced &&= empty;
    }
    before = region.who;
  });
  if (!spaced) stable(gapAt(files, lengths, before));
  return pieces;
}

const isEmpty = (span: Span): boolean => span.start >= span.end;

const starts = (region: Region): Merge3<number> => ({
  base: region.base.start,
  left: region.left.start,
  right: region.right.start,
});

/** Whether the first region is one of whole lines, of an insertion, or of everything. */
function takesGapAfter(files: Merge3<Side>, region: Region, lengths: Merge3<number>): boolean {
  const names = ['base', 'left', 'right'] as const;
  if (names.every((name) => region[name].end === lengths[name])) return true;
  return names.some((name) => isEmpty(region[name]) || gap(files[name], region[name].end).includes('\n'));
}

function sameTokens({ left, right }: Merge3<Side>, region: Region): boolean {
  const count = region.left.end - region.left.start;
  if (count !== region.right.end - region.right.start) return false;
  for (let k = 0; k < count; k++)
    if (left.ids[region.left.start + k] !== right.ids[region.right.start + k]) return false;
  return true;
}

/** The space before a token, merged three-way; where both sides changed it, that of the side which changed the tokens beside it. */
function gapAt(files: Merge3<Side>, at: Merge3<number>, beside: Region['who']): string {
  const b = gap(files.base, at.base);
  const l = gap(files.left, at.left);
  const r = gap(files.right, at.right);
  if (l === r || r === b) return l;
  if (l === b) return r;
  return beside === 'right' ? r : l;
}

/** The same tokens in all three, with each space between them merged. */
function layout(files: Merge3<Side>, region: Region, before: Region['who'], spaced: boolean): string {
  const at = starts(region);
  const first = spaced ? '' : gapAt(files, at, before);
  const b = inner(files.base, region.base);
  const l = inner(files.left, region.left);
  const r = inner(files.right, region.right);
  if (l === r || r === b) return first + l;
  if (l === b) return first + r;
  let out = first;
  for (let k = 0; k < region.base.end - region.base.start; k++) {
    const token = { base: at.base + k, left: at.left + k, right: at.right + k };
    if (k > 0) out += gapAt(files, token, 'none');
    out += inner(files.left, { start: token.left, end: token.left + 1 });
  }
  return out;
}
