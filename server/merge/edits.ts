/**
 * The edit account: what became, in a result, of every edit that a side made to the base. An insertion is kept where its
 * words stand in the result between the same neighbours; a deletion where its words are gone.
 */
import { histogramDiff } from '../diff/histogram.ts';
import { Interner } from '../diff/intern.ts';
import type { Tokens } from '../syntax/tree.ts';

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
}

type Lexer = (text: string) => Tokens;

interface Words {
  readonly text: string;
  readonly tokens: Tokens;
  readonly ids: Int32Array;
}

function wordsOf(text: string, tokensOf: Lexer, interner: Interner): Words {
  const tokens = tokensOf(text);
  const ids = new Int32Array(tokens.count);
  for (let i = 0; i < tokens.count; i++) ids[i] = interner.id(text.slice(tokens.start[i], tokens.end[i]));
  return { text, tokens, ids };
}

/** Old index → new index of the unchanged words, -1 for the others. */
function matching(a: Int32Array, b: Int32Array): Int32Array {
  const match = new Int32Array(a.length).fill(-1);
  let i = 0;
  let j = 0;
  for (const change of histogramDiff(a, b)) {
    while (i < change.aStart) match[i++] = j++;
    i = change.aEnd;
    j = change.bEnd;
  }
  while (i < a.length) match[i++] = j++;
  return match;
}

const cut = (words: Words, from: number, to: number): string =>
  from >= to ? '' : words.text.slice(words.tokens.start[from], words.tokens.end[to - 1]);

/** Source: every edit of base → side, judged in `result`. Texts are UTF-16; time is that of three token diffs. */
export function accountEdits(base: string, side: string, result: string, tokensOf: Lexer): EditAccount {
  const interner = new Interner();
  const b = wordsOf(base, tokensOf, interner);
  const s = wordsOf(side, tokensOf, interner);
  const r = wordsOf(result, tokensOf, interner);
  const account = { kept: [] as EditFate[], changed: [] as EditFate[], dropped: [] as EditFate[] };
  const inResult = side === result ? undefined : matching(s.ids, r.ids);
  const fromBase = matching(b.ids, r.ids);
  // Result words that stand for a base word which the side still has: such a word is no leftover of a deletion.
  for (const change of histogramDiff(b.ids, s.ids)) {
    let present = 0;
    for (let k = change.bStart; k < change.bEnd; k++) if (!inResult || (inResult[k] ?? -1) >= 0) present++;
    let gone = 0;
    for (let k = change.aStart; k < change.aEnd; k++) {
      const at = fromBase[k] ?? -1;
      // A word the side moved or re-added is matched through the side, not a leftover of its deletion.
      if (!inResult || at < 0 || matchedBySide(inResult, at, change.bStart, change.bEnd)) gone++;
    }
    const total = change.bEnd - change.bStart + (change.aEnd - change.aStart);
    const done = present + gone;
    const start = s.tokens.start[change.bStart] ?? (change.bStart > 0 ? (s.tokens.end[change.bStart - 1] ?? 0) : 0);
    const end = change.bEnd > change.bStart ? (s.tokens.end[change.bEnd - 1] ?? start) : start;
    const fate: EditFate = {
      start,
      end,
      removed: cut(b, change.aStart, change.aEnd),
      added: cut(s, change.bStart, change.bEnd),
    };
    const insertionLost = change.bEnd > change.bStart && present === 0;
    if (done === total) account.kept.push(fate);
    else if (done === 0 || (insertionLost && gone === 0)) account.dropped.push(fate);
    else account.changed.push(fate);
  }
  return account;
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
  const known = new Set<string>();
  for (const text of [base, left, right]) {
    const tokens = tokensOf(text);
    for (let i = 0; i < tokens.count; i++) known.add(text.slice(tokens.start[i], tokens.end[i]));
  }
  const tokens = tokensOf(result);
  const out = new Set<string>();
  for (let i = 0; i < tokens.count; i++) {
    const word = result.slice(tokens.start[i], tokens.end[i]);
    if (!known.has(word)) out.add(word);
  }
  return [...out];
}
