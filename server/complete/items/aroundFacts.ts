/**
 * What the tokens around a hole say of a proposal, as numbers for the ranker: its last name before and behind the hole, the
 * value on the other side of the operator, how much of the target's and the function's name it says.
 */
import { wordsOf } from '../../types/words.ts';
import { type HoleTokens, isWord } from '../holeTokens.ts';
import type { Lead } from './shapes.ts';

/** Read once a hole. */
export interface Around {
  /** Mentions of each word: within so many tokens before the hole, and behind it. */
  readonly before: ReadonlyMap<string, number>;
  readonly after: ReadonlyMap<string, number>;
  /** Tokens from the hole to the first mention of a word behind it. */
  readonly next: ReadonlyMap<string, number>;
  /** Names of the chain that stands before the hole's operator, the last one first. */
  readonly left: readonly string[];
  readonly target: ReadonlySet<string>;
  readonly callee: ReadonlySet<string>;
  readonly enclosing: ReadonlySet<string>;
}

const BEFORE = 1500;
const AFTER = 400;

export function around(
  tokens: HoleTokens,
  lead: Lead,
  target: string | undefined,
  enclosing: string | undefined,
): Around {
  const { texts } = tokens.before;
  const before = new Map<string, number>();
  for (let i = Math.max(0, texts.length - BEFORE); i < texts.length; i++) count(before, texts[i] ?? '');
  const after = new Map<string, number>();
  const next = new Map<string, number>();
  for (let i = 0; i < Math.min(AFTER, tokens.after.texts.length); i++) {
    const text = tokens.after.texts[i] ?? '';
    count(after, text);
    if (!next.has(text)) next.set(text, i);
  }
  const words = (name: string | undefined): Set<string> => new Set(name === undefined ? [] : wordsOf(name));
  const left = lead === 'operand' ? chainBefore(texts) : [];
  return {
    before,
    after,
    next,
    left,
    target: words(target),
    callee: words(tokens.callee),
    enclosing: words(enclosing),
  };
}

function count(counts: Map<string, number>, text: string): void {
  counts.set(text, (counts.get(text) ?? 0) + 1);
}

/** `a.b.c ===` gives c, b, a. */
function chainBefore(texts: readonly string[]): string[] {
  const names: string[] = [];
  for (let i = texts.length - 2; i >= 0; i -= 2) {
    const name = texts[i] ?? '';
    if (!isWord(name) && name !== 'this') break;
    names.push(name);
    if (!/^\??\.$/.test(texts[i - 1] ?? '')) break;
  }
  return names;
}

export const aroundColumns = [
  'lastBefore',
  'lastAfter',
  'rootNext',
  'leftLike',
  'leftRoot',
  'leftSame',
  'targetSaid',
  'calleeSaid',
  'enclosingSaid',
];

/** `words`: the proposal's names; `own`: the words of these. */
export function aroundValues(facts: Around, words: readonly string[], own: readonly string[]): number[] {
  const last = words.at(-1) ?? '';
  const root = words[0] ?? '';
  const { left } = facts;
  const said = new Set(own);
  const share = (of: ReadonlySet<string>): number =>
    of.size === 0 || said.size === 0 ? Number.NaN : [...of].filter((word) => said.has(word)).length / of.size;
  const next = facts.next.get(root);
  const hasLeft = left.length > 0 && last !== '';
  const leftWords = hasLeft ? wordsOf(left[0] ?? '') : [];
  const lastWords = wordsOf(last);
  const common = leftWords.filter((word) => lastWords.includes(word)).length;
  return [
    last === '' ? Number.NaN : Math.log1p(facts.before.get(last) ?? 0),
    last === '' ? Number.NaN : Math.log1p(facts.after.get(last) ?? 0),
    next === undefined ? Number.NaN : Math.log1p(next),
    hasLeft ? (2 * common) / Math.max(1, leftWords.length + lastWords.length) : Number.NaN,
    hasLeft ? (root === left.at(-1) ? 1 : 0) : Number.NaN,
    hasLeft ? (last === left[0] ? 1 : 0) : Number.NaN,
    share(facts.target),
    share(facts.callee),
    share(facts.enclosing),
  ];
}

const kinds: readonly [RegExp, number][] = [
  [/=>/, 5],
  [/^boolean\b|\bboolean$|^(?:true|false)\b/, 1],
  [/^["'`]/, 4],
  [/\[\]\)?$|^(?:readonly )?\[|^(?:Readonly)?Array</, 6],
  [/^string\b|\bstring$/, 2],
  [/^number\b|\bnumber$|^-?\d/, 3],
  [/^\{/, 7],
];

/** What kind of type a hole expects, from how it is printed; 0: nothing is known, 8: something with a name. */
export function kindOfType(expected: string | undefined): number {
  if (expected === undefined) return 0;
  const bare = expected.replace(/ \| (?:undefined|null)\b|^(?:undefined|null) \| /g, '');
  return kinds.find(([pattern]) => pattern.test(bare))?.[1] ?? 8;
}
