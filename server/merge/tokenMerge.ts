/**
 * Three-way merge of the tokens inside one hunk. Text between tokens travels with the token after it; where only one side
 * changed a token or the space before it, that side's layout stands.
 */
import type { DiffAlgorithm } from '../diff/change.ts';
import { histogramDiff } from '../diff/histogram.ts';
import { Interner } from '../diff/intern.ts';
import type { Tokens } from '../syntax/tree.ts';
import type { Span } from '../text/span.ts';
import type { Merge3 } from './conflict.ts';
import { mergeChanges } from './merge3.ts';

export type TokenPiece =
  | { readonly kind: 'stable'; readonly text: string }
  | { readonly kind: 'conflict'; readonly base: string; readonly left: string; readonly right: string };

interface Side {
  readonly text: string;
  readonly tokens: Tokens;
  readonly ids: Int32Array;
}

/** Text of tokens `[span)` with the space before each; the space after the last token of the text belongs to it. */
function slice(side: Side, span: Span): string {
  if (span.start >= span.end) return '';
  const from = span.start === 0 ? 0 : (side.tokens.end[span.start - 1] ?? 0);
  const to = span.end === side.tokens.count ? side.text.length : (side.tokens.end[span.end - 1] ?? 0);
  return side.text.slice(from, to);
}

const bare = (text: string): string => text.replace(/\s+/g, '');

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
  const base = side(sides.base, tokens.base);
  const left = side(sides.left, tokens.left);
  const right = side(sides.right, tokens.right);
  const regions = mergeChanges(
    { base: base.ids.length, left: left.ids.length, right: right.ids.length },
    diff(base.ids, left.ids),
    diff(base.ids, right.ids),
    false,
  );
  const pieces: TokenPiece[] = [];
  const stable = (text: string) => {
    const last = pieces[pieces.length - 1];
    if (last?.kind === 'stable') pieces[pieces.length - 1] = { kind: 'stable', text: joinWords(last.text, text) };
    else if (text !== '') pieces.push({ kind: 'stable', text });
  };
  for (const region of regions) {
    const l = slice(left, region.left);
    const r = slice(right, region.right);
    if (region.who === 'none') stable(mergeLayout(base, left, right, region));
    else if (region.who === 'left') stable(l);
    else if (region.who === 'right') stable(r);
    else if (bare(l) === bare(r)) stable(l);
    else pieces.push({ kind: 'conflict', base: slice(base, region.base), left: l, right: r });
  }
  return pieces;
}

/** The same tokens in all three: each gap three-way, left's where both changed it. */
function mergeLayout(base: Side, left: Side, right: Side, region: Merge3<Span>): string {
  const b = slice(base, region.base);
  const l = slice(left, region.left);
  const r = slice(right, region.right);
  if (l === r || r === b) return l;
  if (l === b) return r;
  let out = '';
  for (let k = 0; k < region.base.end - region.base.start; k++) {
    const at = (side: Side, start: number) => slice(side, { start: start + k, end: start + k + 1 });
    const [gb, gl, gr] = [at(base, region.base.start), at(left, region.left.start), at(right, region.right.start)];
    out += gl === gb ? gr : gl;
  }
  return out;
}
