/**
 * What says nothing where it stands, in any language: a value assigned to itself, compared with itself or asked twice in one condition,
 * a getter that reads itself. It type-checks, and is never what somebody writes.
 */

import type { HoleView } from '../context/retrieve.ts';
import { type HoleTokens, isWord } from '../holeTokens.ts';
import { isKeyword, NEWLINE } from '../tokens.ts';

const compared = /^(?:[=!]==?|[<>]=?|-|&&|\|\||\?\?)$/;
const begins = new Set([
  '(',
  ',',
  '[',
  '{',
  '}',
  ';',
  '?',
  '!',
  '&&',
  '||',
  'return',
  '=>',
  'if',
  'while',
  'and',
  'or',
  NEWLINE,
]);

/** What stands before a statement: an argument that is named as the value it takes is none. */
const starts = new Set([';', '{', '}', ')', NEWLINE]);

/** Says of the tokens of a fill whether it is pointless in this hole. */
export function pointlessIn(
  { before }: Pick<HoleTokens, 'before'>,
  view: Pick<HoleView, 'text' | 'offset'>,
): (tokens: readonly string[]) => boolean {
  const { texts } = before;
  const last = texts.at(-1) ?? '';
  const never = new Set<string>();
  const chain = chainBefore(texts, texts.length - 1);
  const previous = chain && (texts[chain.start - 1] ?? NEWLINE);
  if (chain && last === '=' && starts.has(previous ?? '')) never.add(chain.text);
  if (chain && compared.test(last) && (begins.has(previous ?? '') || previous === '=')) {
    never.add(chain.text);
    never.add(`${chain.text}!`);
  }
  const self = ownMember(view.text.slice(Math.max(0, view.offset - 400), view.offset), texts);
  if (self !== undefined) never.add(self);
  return (tokens) => never.has(tokens.join('')) || (chain !== undefined && isAskedBefore(texts, chain, tokens));
}

/** Whether a fill asks and answers, where a question mark follows already: its condition alone is wanted. */
export function answersTwice({ stops }: Pick<HoleTokens, 'stops'>, tokens: readonly string[]): boolean {
  if (stops[0] !== '?') return false;
  let depth = 0;
  return tokens.some((token) => {
    if (token === '(' || token === '[' || token === '{') depth++;
    else if (token === ')' || token === ']' || token === '}') depth--;
    return depth === 0 && token === '?';
  });
}

interface Chain {
  readonly start: number;
  readonly text: string;
}

/** The name, or the names with dots between, that end before `end`. */
function chainBefore(texts: readonly string[], end: number): Chain | undefined {
  let start = end - 1;
  const isName = (i: number): boolean => isWord(texts[i] ?? '') || texts[i] === 'this' || texts[i] === 'self';
  if (!isName(start) || isKeyword(texts[start] ?? '')) return undefined;
  while (texts[start - 1] === '.' && isName(start - 2)) start -= 2;
  return texts[start - 1] === '.' || texts[start - 1] === '?.'
    ? undefined
    : { start, text: texts.slice(start, end).join('') };
}

/** `a !== x && a !== x`. */
function isAskedBefore(texts: readonly string[], { start, text }: Chain, tokens: readonly string[]): boolean {
  const operator = texts.at(-1) ?? '';
  if (!/^(?:[=!]==?|[<>]=?)$/.test(operator) || !/^(?:&&|\|\||and|or)$/.test(texts[start - 1] ?? '')) return false;
  const from = start - 1 - tokens.length;
  if (texts[from - 1] !== operator || tokens.some((token, i) => texts[from + i] !== token)) return false;
  return chainBefore(texts, from - 1)?.text === text;
}

/** `this.name` in a getter of that name and in the field's own initialiser. */
function ownMember(before: string, texts: readonly string[]): string | undefined {
  const getter = /\bget\s+([\w$]+)\s*\([^()]*\)[^{}]*\{\s*return\s+$/.exec(before)?.[1];
  const line = before.slice(before.lastIndexOf('\n') + 1);
  const words =
    /^\s+(?:(?:readonly|private|public|protected|static|override)\s+)*([\w$]+)\s*[?!]?\s*(?::[^=;{}()]*)?=\s*$/;
  const field = words.exec(line)?.[1];
  const name = getter ?? (field !== undefined && isInClassBody(texts) ? field : undefined);
  return name === undefined ? undefined : `this.${name}`;
}

/** Whether the innermost open brace is a class's own. */
function isInClassBody(texts: readonly string[]): boolean {
  let depth = 0;
  let at = texts.length - 1;
  for (; at >= 0 && depth <= 0; at--) {
    const text = texts[at] ?? '';
    if (/^[{([]$/.test(text)) depth++;
    else if (/^[})\]]$/.test(text)) depth--;
  }
  if (depth <= 0 || texts[at + 1] !== '{') return false;
  for (; at >= 0 && !/^[;{}]$/.test(texts[at] ?? ''); at--)
    if (texts[at] === 'class') return texts[at - 1] !== '.' && texts[at + 1] !== ':';
  return false;
}
