/**
 * The edit account: what became, in a result, of every edit that a side made to the base. An insertion is kept where its
 * words stand in the result between the same neighbours; a deletion where its words are gone.
 */
import type { Change } from '../diff/change.ts';
import { histogramDiff } from '../diff/histogram.ts';
import { Interner } from '../diff/intern.ts';
import type { Tokens } from '../syntax/tree.ts';
import type { Merge3 } from './conflict.ts';

/** One side's edits against the base, by what became of them in a result. */
export interface EditAccount {
  readonly kept: readonly EditFate[];
  readonly changed: readonly EditFate[];
  readonly dropped: readonly EditFate[];
}

/** One edit: `removed` of the base became `added` in the side; the span is in the side's text. */
export interface EditFate {
  readonly start: number;
  readonly end: number;
  readonly removed: string;
  readonly added: string;
  /** Only the depth of these lines is another (`depth.ts`). */
  readonly depth?: 'indented' | 'dedented';
}

type Lexer = (text: string) => Tokens;

/** A text as words: their places, and numbers of one interner, so that words of several texts compare. */
export interface Words {
  readonly text: string;
  readonly tokens: Tokens;
  readonly ids: Int32Array;
}

export function wordsOf(text: string, tokensOf: Lexer, interner: Interner): Words {
  const tokens = tokensOf(text);
  const ids = new Int32Array(tokens.count);
  for (let i = 0; i < tokens.count; i++) ids[i] = interner.id(text.slice(tokens.start[i], tokens.end[i]));
  return { text, tokens, ids };
}

/** Old index → new index of the unchanged words, -1 for the others. */
export function matching(a: Int32Array, b: Int32Array, changes: readonly Change[] = histogramDiff(a, b)): Int32Array {
  const match = new Int32Array(a.length).fill(-1);
  let i = 0;
  let j = 0;
  for (const change of changes) {
    while (i < change.aStart) match[i++] = j++;
    i = change.aEnd;
    j = change.bEnd;
  }
  while (i < a.length) match[i++] = j++;
  return match;
}

/** New index → old index. */
export function inverse(match: Int32Array, { ids: { length } }: Pick<Words, 'ids'>): Int32Array {
  const out = new Int32Array(length).fill(-1);
  match.forEach((to, from) => {
    if (to >= 0) out[to] = from;
  });
  return out;
}

export const cut = (words: Words, from: number, to: number): string =>
  from >= to ? '' : words.text.slice(words.tokens.start[from], words.tokens.end[to - 1]);

/** One side of a conflict beside its base, and the edit script between them. */
interface Edited {
  readonly base: Words;
  readonly side: Words;
  readonly changes: readonly Change[];
}

interface Both<T> {
  readonly left: T;
  readonly right: T;
}

/** The accounts of both sides in one result. Scripts are those of `histogramDiff`, base → side. */
export const accountBoth = (
  sides: Merge3<Words>,
  scripts: Both<readonly Change[]>,
  result: Words,
): { left: EditAccount; right: EditAccount } => accountsOf(placeBoth(sides, scripts, result));

/** Both sides' edits found in a result, before anything is said of them. */
export function placeBoth(sides: Merge3<Words>, scripts: Both<readonly Change[]>, result: Words): Both<Placed> {
  const { base } = sides;
  const fromBase = matching(base.ids, result.ids);
  return {
    left: place({ base, side: sides.left, changes: scripts.left }, result, fromBase),
    right: place({ base, side: sides.right, changes: scripts.right }, result, fromBase),
  };
}

export const accountsOf = ({ left, right }: Both<Placed>): { left: EditAccount; right: EditAccount } => ({
  left: accountOf(left, right),
  right: accountOf(right, left),
});

/** One side's edits found in a result: where each word of side and base stands in it. */
export interface Placed extends Edited {
  readonly result: Words;
  /** Side → result, -1 for what is not there; undefined where the result is the side. */
  readonly fromSide: Int32Array | undefined;
  readonly fromBase: Int32Array;
  /** Result → base, -1 for what the base does not have. */
  readonly toBase: Int32Array;
}

function place(edited: Edited, result: Words, fromBase: Int32Array): Placed {
  return {
    ...edited,
    result,
    fromSide: edited.side.text === result.text ? undefined : matching(edited.side.ids, result.ids),
    fromBase,
    toBase: inverse(fromBase, result),
  };
}

/** Whether the inserted word `k` of the side stands in the result. */
function stands({ fromSide, toBase }: Placed, k: number, change: Change): boolean {
  if (!fromSide) return true;
  const at = fromSide[k] ?? -1;
  if (at < 0) return false;
  // A word of the base that merely looks like the inserted one does not count, unless this very edit replaced it.
  const origin = toBase[at] ?? -1;
  return origin < 0 || (origin >= change.aStart && origin < change.aEnd);
}

/**
 * All that a side wrote in one place stands in a row: a word of it that is taken for one of the base, which the other side removed, is
 * the written one after all.
 */
function standsInRow({ fromSide, toBase }: Placed, { bStart, bEnd }: Change, other: Placed): boolean {
  if (!fromSide || bEnd - bStart < ROW) return false;
  const first = fromSide[bStart] ?? -1;
  if (first < 0) return false;
  for (let k = bStart; k < bEnd; k++) {
    const at = first + k - bStart;
    if (fromSide[k] !== at) return false;
    const origin = toBase[at] ?? -1;
    if (origin >= 0 && !other.changes.some(({ aStart, aEnd }) => origin >= aStart && origin < aEnd)) return false;
  }
  return true;
}

/** Fewer words may stand anywhere. */
const ROW = 3;

/**
 * Where a side only removed words: near there the result has nothing beyond what this side has but what the other side wrote. Then no
 * word of it is left of them, whatever it looks like. Near, since a script may put equal words a little before or behind their place.
 */
function isGap({ base, fromSide, result }: Placed, other: Placed, { aStart, aEnd, bStart, bEnd }: Change): boolean {
  if (bEnd > bStart || !fromSide) return false;
  let before = bStart - 1;
  while (before >= 0 && (fromSide[before] ?? -1) < 0) before--;
  const place = before < 0 ? 0 : (fromSide[before] ?? 0) + 1;
  const near = 2 * (aEnd - aStart) + 20;
  const [from, to] = [Math.max(0, place - near), Math.min(result.ids.length, place + near)];
  const own = inverse(fromSide, result);
  const inOther = other.fromSide ? inverse(other.fromSide, result) : undefined;
  for (let at = from; at < to; at++) {
    if ((own[at] ?? -1) >= 0) continue;
    const k = inOther ? (inOther[at] ?? -1) : at;
    if (!other.changes.some((change) => k >= change.bStart && k < change.bEnd)) return false;
    // Scripts may match crosswise: what was removed stands there, and is the other side's insertion by its script.
    if (runAt(at) >= Math.min(ROW, aEnd - aStart)) return false;
  }
  return true;

  /** So many of the removed words stand in a row around this one, whosever the others are. */
  function runAt(at: number): number {
    let longest = 0;
    for (let k = aStart; k < aEnd; k++) {
      if (base.ids[k] !== result.ids[at]) continue;
      let [first, last] = [0, 0];
      while (k + first > aStart && base.ids[k + first - 1] === result.ids[at + first - 1]) first--;
      while (k + last + 1 < aEnd && base.ids[k + last + 1] === result.ids[at + last + 1]) last++;
      longest = Math.max(longest, last - first + 1);
    }
    return longest;
  }
}

/** 1 for the words of the result that an insertion of this side accounts for, all of whose words are there. */
function wordsOfWhole(placed: Placed): Uint8Array {
  const marks = new Uint8Array(placed.result.ids.length);
  for (const change of placed.changes) {
    if (!fate(placed.side, change.bStart, change.bEnd, (k) => stands(placed, k, change)).all) continue;
    for (let k = change.bStart; k < change.bEnd; k++) {
      const at = placed.fromSide ? (placed.fromSide[k] ?? -1) : k;
      if (at >= 0) marks[at] = 1;
    }
  }
  return marks;
}

/**
 * @param other side; of an edit that is not whole, words that a whole insertion of the other side accounts for say nothing (ours
 *   adds `import json`, theirs `import re`: that an `import` is left does not mean that ours was changed).
 */
function accountOf(placed: Placed, other?: Placed): EditAccount {
  const { base: b, side: s, fromSide, fromBase } = placed;
  const account = { kept: [] as EditFate[], changed: [] as EditFate[], dropped: [] as EditFate[] };
  let others: Uint8Array | undefined; // Read for the first edit that is not whole: mostly all are.
  for (const change of placed.changes) {
    const { bStart, bEnd } = change;
    const inserted = fate(s, bStart, bEnd, (k) => stands(placed, k, change));
    const isWhole = inserted.all || (other !== undefined && standsInRow(placed, change, other));
    // A word the side moved or re-added is matched through the side, not a leftover of its deletion.
    const deleted = fate(b, change.aStart, change.aEnd, (k) => {
      const at = fromBase[k] ?? -1;
      return !fromSide || at < 0 || matchedBySide(fromSide, at, bStart, bEnd);
    });
    const edit = fateOf(b, s, change);
    if (isWhole && (deleted.all || (other && isGap(placed, other, change)))) {
      account.kept.push(edit);
      continue;
    }
    let left = inserted.any;
    if (left && !inserted.all && other) {
      others ??= wordsOfWhole(other);
      const marks = others;
      left = fate(s, bStart, bEnd, (k) => stands(placed, k, change) && marks[fromSide?.[k] ?? k] !== 1).any;
    }
    const isGone = !left && (bEnd > bStart || !deleted.any);
    (isGone ? account.dropped : account.changed).push(edit);
  }
  return account;
}

function fateOf(b: Words, s: Words, change: Change): EditFate {
  const start = s.tokens.start[change.bStart] ?? (change.bStart > 0 ? (s.tokens.end[change.bStart - 1] ?? 0) : 0);
  const end = change.bEnd > change.bStart ? (s.tokens.end[change.bEnd - 1] ?? start) : start;
  return { start, end, removed: cut(b, change.aStart, change.aEnd), added: cut(s, change.bStart, change.bEnd) };
}

/** Whether all, or any, of the words `[from, to)` satisfy `done`; signs count for "any" only where there is no word. */
function fate(words: Words, from: number, to: number, done: (k: number) => boolean): { all: boolean; any: boolean } {
  let all = true;
  let any = false;
  let anySign = false;
  let hasWord = false;
  for (let k = from; k < to; k++) {
    const isWord = /[\p{L}\p{N}_]/u.test(words.text.slice(words.tokens.start[k], words.tokens.end[k]));
    hasWord ||= isWord;
    if (!done(k)) all = false;
    else if (isWord) any = true;
    else anySign = true;
  }
  return { all, any: hasWord ? any : anySign };
}

function matchedBySide(inResult: Int32Array, at: number, from: number, to: number): boolean {
  for (let k = from; k < to; k++) if (inResult[k] === at) return true;
  return false;
}

/** Words of a result that stand in none of the three versions, each once. */
export function invented(
  base: string,
  left: string,
  right: string,
  result: string,
  tokensOf: Lexer,
): readonly string[] {
  const interner = new Interner();
  for (const text of [base, left, right]) wordsOf(text, tokensOf, interner);
  return inventedBeyond(interner.size, wordsOf(result, tokensOf, interner));
}

/** The words whose number is `known` or more, each once: those that the versions, numbered first, do not have. */
export function inventedBeyond(known: number, { text, tokens, ids }: Words): readonly string[] {
  const out = new Set<string>();
  ids.forEach((id, i) => {
    if (id >= known) out.add(text.slice(tokens.start[i], tokens.end[i]));
  });
  return [...out];
}
