/**
 * The code in JavaScript's templates, which the lexer takes for one string each: `a ${x.y} b ${z}` is read as that string and
 * then as a call with its values, (x.y, z). So what templates hold counts as written, and a hole in one has its neighbours.
 */
import { type LexedTokens, lexCode, NEWLINE } from './tokens.ts';

/** Stands before the bracket that holds a template's values. Never the text of a whole string. */
const OPEN = '`';
/** A template that goes on for longer is left alone. */
const LONGEST = 20_000;

interface Part {
  readonly start: number;
  readonly end: number;
}

/** Lexical tokens, with the values of whole templates behind these. */
export function lexTemplates(text: string): LexedTokens {
  const { texts, starts } = lexCode(text);
  if (!text.includes('${')) return { texts, starts };
  const found: LexedTokens = { texts: [], starts: [] };
  for (const [i, token] of texts.entries()) {
    const start = starts[i] ?? 0;
    push(found, token, start);
    if (token[0] !== '`' || !token.includes('${')) continue;
    const { parts, end } = valuesFrom(text, start + 1);
    // A template in a template was cut in two: how they belong together is not known here.
    if (end !== start + token.length || parts.length === 0) continue;
    pushValues(found, text, start, parts);
    push(found, ')', end - 1);
  }
  return found;
}

/** What stands before a hole whose template begins at `string` and whose own code begins at `code`. */
export function lexBefore(text: string, string: number, code: number, offset: number): LexedTokens {
  const found = lexTemplates(text.slice(0, string));
  const { parts } = valuesFrom(text.slice(0, code - 2), string + 1);
  pushValues(found, text, string, parts);
  if (parts.length > 0) push(found, ',', code - 2);
  pushCode(found, text, { start: code, end: offset });
  return found;
}

/** What stands behind a hole in a template; the offsets are those of `text`, which begins at the hole. */
export function lexAfter(text: string): LexedTokens {
  const close = closeOf(text, 0);
  if (close < 0) return lexTemplates(text);
  const { parts, end } = valuesFrom(text, close + 1);
  if (end < 0) return lexTemplates(text);
  const found: LexedTokens = { texts: [], starts: [] };
  pushCode(found, text, { start: 0, end: close });
  for (const part of parts) {
    push(found, ',', part.start - 2);
    pushCode(found, text, part);
  }
  push(found, ')', end - 1);
  const rest = lexTemplates(text.slice(end));
  for (const [i, token] of rest.texts.entries()) push(found, token, end + (rest.starts[i] ?? 0));
  return found;
}

function push({ texts, starts }: LexedTokens, text: string, start: number): void {
  texts.push(text);
  starts.push(start);
}

function pushValues(found: LexedTokens, text: string, start: number, parts: readonly Part[]): void {
  push(found, OPEN, start);
  push(found, '(', start);
  for (const [k, part] of parts.entries()) {
    if (k > 0) push(found, ',', part.start - 2);
    pushCode(found, text, part);
  }
}

function pushCode(found: LexedTokens, text: string, { start, end }: Part): void {
  const { texts, starts } = lexTemplates(text.slice(start, end));
  for (const [i, token] of texts.entries()) if (token !== NEWLINE) push(found, token, start + (starts[i] ?? 0));
}

/** The values from a place in a template's text on, and where it ends, behind its last mark; -1: it does not. */
function valuesFrom(text: string, from: number): { readonly parts: readonly Part[]; readonly end: number } {
  const parts: Part[] = [];
  const limit = Math.min(text.length, from + LONGEST);
  for (let i = from; i < limit; i++) {
    const char = text[i];
    if (char === '\\') i++;
    else if (char === '`') return { parts, end: i + 1 };
    else if (char === '$' && text[i + 1] === '{') {
      const end = closeOf(text, i + 2);
      if (end < 0) break;
      parts.push({ start: i + 2, end });
      i = end;
    }
  }
  return { parts, end: -1 };
}

/** Where the brace closes that code stands in; -1: nowhere. */
function closeOf(text: string, from: number): number {
  const limit = Math.min(text.length, from + LONGEST);
  let depth = 0;
  for (let i = from; i < limit; i++) {
    const char = text[i];
    if (char === '{') depth++;
    else if (char === '}') {
      if (depth-- === 0) return i;
    } else if (char === '`') {
      const { end } = valuesFrom(text, i + 1);
      if (end < 0) return -1;
      i = end - 1;
    } else if (char === '"' || char === "'") i = stringEnd(text, i);
  }
  return -1;
}

/** The last place of a string; where its line ends without a mark, the mark was none. */
function stringEnd(text: string, from: number): number {
  for (let i = from + 1; i < text.length && text[i] !== '\n'; i++) {
    if (text[i] === '\\') i++;
    else if (text[i] === text[from]) return i;
  }
  return from;
}
