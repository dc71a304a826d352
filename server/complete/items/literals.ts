/**
 * Strings and numbers that a hole may hold though no type names them: those that the buffer has near the hole, and strings
 * made as others were made of a name: `Alpha = token('app:Alpha')` tells what stands in `Beta = token(…)`.
 * In any language that lexes; how likely each is, the ranker says.
 */

import { type HoleTokens, isString, isWord } from '../holeTokens.ts';
import { NEWLINE, subtokens } from '../tokens.ts';
import { inAnyCase } from './analogy.ts';

export interface Literal {
  readonly text: string;
  /** How near and how often it stands, 0 to about 2. */
  readonly worth: number;
  /** Made of the hole's name. */
  readonly made: boolean;
}

const LONGEST = 60;
const MOST = 24;
const MOST_NUMBERS = 6;
const WITHIN = 3000;

export function literalsNear({ before, after, target }: HoleTokens): Literal[] {
  const found = new Map<string, number>();
  const own = ownNames(before.texts, target);
  const made = new Map<string, number>();
  const note = (texts: readonly string[], i: number, distance: number): void => {
    const token = texts[i] ?? '';
    if (!isLiteral(token) || isOfImport(texts, i)) return;
    const nearness = 1 / (1 + Math.log1p(distance / 8));
    found.set(token, Math.max(found.get(token) ?? 0, nearness) + (found.has(token) ? 0.05 : 0));
    if (own.length === 0 || !isString(token)) return;
    for (const name of ownNames(texts.slice(Math.max(0, i - 30), i), undefined)) {
      for (const mine of own) {
        const text = renamed(token, name, mine);
        if (text !== undefined) made.set(text, Math.max(made.get(text) ?? 0, nearness) + 0.1);
      }
    }
  };
  const { length } = before.texts;
  for (let i = Math.max(0, length - WITHIN); i < length; i++) note(before.texts, i, length - i);
  for (let i = 0; i < Math.min(WITHIN, after.texts.length); i++) note(after.texts, i, 2 * i + 8);
  const best = (list: Iterable<[string, number]>, most: number, isMade: boolean): Literal[] =>
    [...list]
      .sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
      .slice(0, most)
      .map(([text, worth]) => ({ text, worth, made: isMade }));
  const strings = [...found].filter(([text]) => isString(text));
  const numbers = [...found].filter(([text]) => !isString(text));
  return [...best(made, 6, true), ...best(strings, MOST, false), ...best(numbers, MOST_NUMBERS, false)];
}

/** What stands in three quotes documents more often than it is a value. */
const isLong = (token: string): boolean => /^[a-z]{0,2}(?:"""|''')/.test(token);

function isLiteral(token: string): boolean {
  if (isLong(token)) return false;
  if (/^\d/.test(token)) return true;
  return isString(token) && token.length <= LONGEST && token.length > 2 && !token.includes('${');
}

const isOfImport = (texts: readonly string[], i: number): boolean =>
  /^(?:from|import|require)$/.test(texts[texts[i - 1] === '(' ? i - 2 : i - 1] ?? '');

/** What the value at the end of these tokens is called: the key or the variable right before, and the variable of the statement. */
function ownNames(texts: readonly string[], target: string | undefined): string[] {
  const names = new Set<string>();
  if (target !== undefined && isWord(target)) names.add(target);
  for (let i = texts.length - 1; i > 0 && i > texts.length - 30; i--) {
    const token = texts[i] ?? '';
    if (token === ';' || token === NEWLINE || token === '}') break;
    const name = texts[i - 1] ?? '';
    if ((token === '=' || token === ':') && isWord(name)) names.add(name);
  }
  return [...names].slice(0, 3);
}

/** A string that says a name, saying another instead. */
function renamed(text: string, from: string, to: string): string | undefined {
  if (from === to || from.length < 3) return undefined;
  const changed = inAnyCase(text, { from: subtokens(from), to: subtokens(to) });
  return changed === text ? undefined : changed;
}
