/**
 * The buffer around a hole as tokens: before it and after it, as two texts, so that nothing spans the hole. What the hole
 * is for is read from the tokens alone, in any language: what stands before it, what may follow it, and its name.
 */

import type { HoleView } from './context/retrieve.ts';
import type { WorkspaceIndex } from './index/index.ts';
import { storedToken, usesHash } from './index/indexFile.ts';
import { interpolatedAt } from './prose.ts';
import { lexAfter, lexBefore, lexTemplates } from './templateCode.ts';
import { isKeyword, isSpaceAt, type LexedTokens, lexCode, NEWLINE } from './tokens.ts';

export interface TokenText {
  readonly text: string;
  readonly texts: readonly string[];
  readonly starts: readonly number[];
  readonly ids: Int32Array;
  /** 1 where space stands before the token. */
  readonly spaced: Uint8Array;
}

export interface HoleTokens {
  readonly before: TokenText;
  readonly after: TokenText;
  /** Tokens that may follow the fill. */
  readonly stops: readonly string[];
  /** The name of what is filled: the variable, property or parameter, else the callee. */
  readonly target: string | undefined;
  /** For an argument: the callee's last name, and how many arguments stand before. */
  readonly callee: string | undefined;
  readonly argument: number;
}

function tokenText(text: string, { texts, starts }: LexedTokens, index: WorkspaceIndex): TokenText {
  return {
    text,
    texts,
    starts,
    ids: Int32Array.from(texts, (token) => index.vocabulary.id(storedToken(token))),
    spaced: Uint8Array.from(starts, (start) => (isSpaceAt(text, start - 1) ? 1 : 0)),
  };
}

export function holeTokens(index: WorkspaceIndex, view: HoleView): HoleTokens {
  const [before, after] = textsAround(index, view);
  const stops = stopsOf(after);
  // What a question mark follows is asked: the name before is that of the answers.
  if (stops[0] === '?') return { before, after, stops, target: undefined, callee: undefined, argument: 0 };
  const { callee, argument } = calleeOf(before.texts);
  return { before, after, stops, target: targetOf(before.texts) ?? callee, callee, argument };
}

/** The text before the hole and the one after it. A string whose braces hold the hole is cut away, and its braces are brackets. */
function textsAround(index: WorkspaceIndex, view: HoleView): readonly [TokenText, TokenText] {
  const { text, offset, suffixOffset, buffer } = view;
  const hash = usesHash(buffer.family);
  const isEcma = buffer.family === 'ecma';
  const lex = (part: string): LexedTokens => (isEcma ? lexTemplates(part) : lexCode(part, { hash }));
  const found = interpolatedAt(text, offset, buffer.family);
  const rest = text.slice(suffixOffset);
  if (found && isEcma) {
    const before = lexBefore(text, found.string, found.code, offset);
    return [tokenText(text.slice(0, offset), before, index), tokenText(rest, lexAfter(rest), index)];
  }
  const head = found
    ? `${text.slice(0, found.string)}${' '.repeat(found.code - found.string - 1)}(${text.slice(found.code, offset)}`
    : text.slice(0, offset);
  // A line end right before the hole means something only where the hole begins a line.
  const code = /\n\s*$/.test(head) ? head : head.trimEnd();
  return [tokenText(code, lex(code), index), tokenText(rest, lex(rest), index)];
}

/** The token that stands after the hole; at a line's end that nothing continues, the end of a statement. */
function stopsOf(after: TokenText): string[] {
  const next = after.texts.find((token) => token !== NEWLINE);
  const endsLine = /^[ \t]*(?:\n|\r|$)/.test(after.text);
  const continues = next !== undefined && /^(?:[.,)\]}:?]|\?\.|&&|\|\|)$/.test(next);
  return next === undefined || (endsLine && !continues) ? [NEWLINE, ';'] : [next];
}

/** `name =`, `name:`, `.name =`, `let name: Type =`: what the value will be called. */
function targetOf(texts: readonly string[]): string | undefined {
  const last = texts.at(-1);
  const isName = (token: string | undefined): token is string => token !== undefined && isWord(token);
  if (last === ':') return isName(texts.at(-2)) ? texts.at(-2) : undefined;
  if (last !== '=' && last !== '+=' && last !== ':=' && last !== '??=' && last !== '||=') return undefined;
  if (isName(texts.at(-2)) && texts.at(-3) !== ':') return texts.at(-2);
  // An annotation stands between: its colon, at most a dozen tokens back.
  for (let i = texts.length - 2; i > texts.length - 14 && i > 0; i--) {
    if (texts[i] === ':' && isName(texts[i - 1])) return texts[i - 1];
    if (/^(?:[;{}(]|const|let|var)$/.test(texts[i] ?? '')) break;
  }
  return texts.at(-2);
}

function calleeOf(texts: readonly string[]): { callee: string | undefined; argument: number } {
  let depth = 0;
  let argument = 0;
  for (let i = texts.length - 1; i >= 0 && i > texts.length - 400; i--) {
    const token = texts[i] ?? '';
    if (token === ')' || token === ']' || token === '}') depth++;
    else if (token === '(' || token === '[' || token === '{') {
      if (depth > 0) depth--;
      else {
        const name = token === '(' ? texts[i - 1] : undefined;
        return { callee: name !== undefined && isWord(name) ? name : undefined, argument };
      }
    } else if (depth === 0 && token === ',') argument++;
    else if (depth === 0 && token === ';') break;
  }
  return { callee: undefined, argument: 0 };
}

/** An identifier, and no keyword. */
export const isWord = (token: string): boolean => /^[\p{L}_$#][\p{L}\p{N}_$]*$/u.test(token) && !isKeyword(token);

export const isString = (token: string): boolean => /^[rbfu]{0,2}["'`]/.test(token);

/** Brackets open and close at each token: the end (exclusive) of the expression that starts at `from`. */
export function expressionEnd(token: (i: number) => string | undefined, from: number, most: number): number {
  let depth = 0;
  let conditional = 0;
  for (let i = from; i < from + most; i++) {
    const text = token(i);
    if (text === undefined || text === '') return i;
    if (text === '(' || text === '[' || text === '{') {
      // A block after a whole expression is not part of it.
      if (text === '{' && depth === 0 && i > from && /^[\w$)\]]/.test(token(i - 1) ?? '') && token(i - 1) !== 'return')
        return i;
      depth++;
    } else if (text === ')' || text === ']' || text === '}') {
      if (depth === 0) return i;
      depth--;
    } else if (depth === 0) {
      if (text === ',' || text === ';' || text === NEWLINE) return i;
      if (text === '?') conditional++;
      else if (text === ':' && conditional-- <= 0) return i;
    }
  }
  return -1;
}
