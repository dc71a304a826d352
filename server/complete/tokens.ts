/**
 * Three ways to cut code for completion: lexical tokens for the n-gram model (comments left out, line ends kept where they
 * end a statement), subtoken terms for retrieval (`parseHTTPHeader` → parse, http, header), and a count of o200k tokens.
 * All are linear scans that never throw, so that minified and broken files cost time in proportion to their size only.
 */

import { type Letters, letters } from './letters.ts';

/** Counts model tokens. `estimateTokens` in the editor; the exact one where a budget is contractual (`o200k.ts`). */
export type CountTokens = (text: string) => number;

export interface LexOptions {
  /** `#` starts a comment (Python, shell, Ruby…), line ends end statements outside brackets. */
  readonly hash?: boolean;
}

/** Stands for a line end that ends a statement without a semicolon. Never the text of a real token. */
export const NEWLINE = '\n';

/** The tokens of most languages, and of those in which `#` starts a comment. */
export const token: Letters = letters(
  /\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|"""[\s\S]*?(?:"""|$)|'''[\s\S]*?(?:'''|$)|"(?:\\.|[^"\\\n])*"?|'(?:\\.|[^'\\\n])*'?|`(?:\\.|[^`\\])*`?|[\p{L}_$@][\p{L}\p{N}_$]*|\d[\w.]*|\n|=>|->|::|\?\.|\?\?=?|\.\.\.|[-+*/%&|^!=<>]=+|&&|\|\||\+\+|--|[^\s]/gu,
);
export const hashToken: Letters = letters(
  /#[^\n]*|"""[\s\S]*?(?:"""|$)|'''[\s\S]*?(?:'''|$)|[rbfu]{0,2}"(?:\\.|[^"\\\n])*"?|[rbfu]{0,2}'(?:\\.|[^'\\\n])*'?|[\p{L}_@][\p{L}\p{N}_]*|\d[\w.]*|\n|->|:=|\*\*|\/\/|[-+*/%&|^!=<>@]=|[^\s]/gu,
);

/** A token with the offset at which it starts; the text of a line end is `NEWLINE`. */
export interface LexedTokens {
  readonly texts: string[];
  readonly starts: number[];
}

const endsStatement = /^(?:[\p{L}\p{N}_$"'`)\]}]|\+\+$|--$)/u;
const continuesStatement =
  /^(?:[.,;:?)\]}=<>&|^%*+/-]|=>|\?\.|\?\?|(?:instanceof|in|of|as|satisfies|extends|implements|else)$)/;
const leavesOpen =
  /^(?:return|throw|new|typeof|await|yield|case|in|of|instanceof|extends|implements|as|import|export|const|let|var|else|from)$/;

/** Lexical tokens of code. Comments vanish; a line end stays only where it can end a statement that has no semicolon. */
export function lexCode(text: string, options: LexOptions = {}): LexedTokens {
  const texts: string[] = [];
  const starts: number[] = [];
  let pendingNewline = -1;
  let depth = 0;
  for (const match of text.matchAll((options.hash ? hashToken : token)(text))) {
    const word = match[0];
    const first = word.charCodeAt(0);
    if (first === 10) {
      if (pendingNewline < 0) pendingNewline = match.index;
      continue;
    }
    if (isComment(word, options.hash === true)) continue;
    if (pendingNewline >= 0) {
      const before = texts[texts.length - 1];
      if (before !== undefined && newlineEnds(before, word, depth, options.hash === true)) {
        texts.push(NEWLINE);
        starts.push(pendingNewline);
      }
      pendingNewline = -1;
    }
    if (first === 40 || first === 91) depth++;
    else if ((first === 41 || first === 93) && depth > 0) depth--;
    texts.push(word);
    starts.push(match.index);
  }
  const before = texts[texts.length - 1];
  if (pendingNewline >= 0 && before !== undefined && newlineEnds(before, NEWLINE, depth, options.hash === true)) {
    texts.push(NEWLINE);
    starts.push(pendingNewline);
  }
  return { texts, starts };
}

/** Whether a unit of text is white space. */
export const isSpaceAt = (text: string, at: number): boolean => {
  const unit = text.charCodeAt(at);
  return unit < 128 ? unit === 32 || (unit >= 9 && unit <= 13) : unit >= 128 && /\s/.test(text[at] ?? '');
};

export function isComment(word: string, hash: boolean): boolean {
  if (hash) return word.charCodeAt(0) === 35;
  return word.charCodeAt(0) === 47 && (word.charCodeAt(1) === 47 || word.charCodeAt(1) === 42) && word.length > 1;
}

function newlineEnds(before: string, next: string, depth: number, hash: boolean): boolean {
  if (hash) return depth === 0 && before !== ',' && before !== '\\';
  return endsStatement.test(before) && !leavesOpen.test(before) && !continuesStatement.test(next);
}

/** An identifier, or a keyword. */
export const word: Letters = letters(/[\p{L}_$][\p{L}\p{N}_$]*/gu);

/** The identifiers of a text, each occurrence, keywords among them. */
export function identifiersOf(text: string): string[] {
  return text.match(word(text)) ?? [];
}

const subtoken = /\p{Lu}+(?=\p{Lu}\p{Ll})|\p{Lu}?\p{Ll}+|\p{Lu}+|\p{Lo}+|\d+/gu;
const subtokensOf = new Map<string, readonly string[]>();

/** `parseHTTPHeader2` → parse, http, header, 2. Memoised: identifiers repeat. */
export function subtokens(identifier: string): readonly string[] {
  const known = subtokensOf.get(identifier);
  if (known !== undefined) return known;
  if (subtokensOf.size > 300_000) subtokensOf.clear();
  const parts = identifier.length > 120 ? [] : (identifier.match(subtoken) ?? []).map((part) => part.toLowerCase());
  subtokensOf.set(identifier, parts);
  return parts;
}

const stopWords = new Set(
  (
    'abstract and any as async await bool boolean break case catch char class const continue def default del do double elif else enum except ' +
    'export extends false final finally float fn for from func function if implements import in instanceof int interface is lambda let ' +
    'long match mut namespace new nil none not null number or override package pass private protected pub public raise readonly ' +
    'return self static string struct super switch this throw throws true try type typeof undefined unknown use var void where while with yield'
  ).split(' '),
);

export const isKeyword = (text: string): boolean => stopWords.has(text);

/** Retrieval terms of a text: its identifiers whole (lower case, when they have parts) and their subtokens; keywords left out. */
export function termsOf(text: string): string[] {
  const terms: string[] = [];
  for (const identifier of identifiersOf(text)) {
    if (stopWords.has(identifier)) continue;
    const parts = subtokens(identifier);
    for (const part of parts) if (part.length > 1 && !stopWords.has(part)) terms.push(part);
    if (parts.length > 1) terms.push(identifier.toLowerCase());
  }
  return terms;
}

const estimate = letters(/[\p{L}]+|\d{1,3}|\n\s*|[^\p{L}\d\s]+|[ \t]+/gu);

/**
 * o200k tokens of a text, estimated: over 800-unit pieces of eight repositories the sum is 2 % above the exact count, a
 * piece about 9 % off, so that a budget met by the estimate is nearly always met. A camel part costs one token per 9 letters.
 */
export function estimateTokens(text: string): number {
  let count = 0;
  for (const match of text.matchAll(estimate(text))) {
    const piece = match[0];
    const first = piece.charCodeAt(0);
    if (first === 10) count += 1;
    else if (first === 32 || first === 9) count += piece.length > 1 ? 1 : 0;
    else if (piece.length === 1) count += 1;
    else if (/\p{L}/u.test(piece)) for (const part of subtokens(piece)) count += Math.ceil(part.length / 9);
    else count += Math.ceil(piece.length / 2);
  }
  return Math.ceil(count * 0.94);
}

/** A text's hash for dedupe: 53 bits of two FNV-1a halves, the same on every machine. */
export function hashText(text: string): number {
  let a = 0x811c9dc5;
  let b = 0x1b873593;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    a = Math.imul(a ^ code, 0x01000193);
    b = Math.imul(b ^ code, 0x85ebca6b) ^ (b >>> 13);
  }
  return (a >>> 0) * 0x200000 + ((b >>> 0) & 0x1fffff);
}
