/**
 * Whether the cursor stands in a comment, a string or a regular expression, where nothing is completed. One scan over the
 * text before it; what it takes for a string and is none (an apostrophe in markup, a lifetime) would silence the rest of the line.
 */
import { type Family, usesHash } from './index/indexFile.ts';
import { hashToken, isComment, isKeyword, token } from './tokens.ts';

/** A regular expression, from its first slash. */
const regex = /\/(?:\\[^\n]|\[(?:\\[^\n]|[^\]\\\n])*\]|[^/\\[\n])+\/[a-z]*/y;
/** Of a character in quotes; anything else behind a quote is a lifetime or a label. */
const character = /'(?:\\[^\n]*?|[^'\\\n]{1,2})'/y;

/** At the end of a line comment the cursor is in it. */
export const isProse = (text: string, offset: number, family: Family): boolean =>
  standing(text, offset, family) === 'prose';

/** A string that holds code at the offset: where it begins, and where the code does. */
export interface Interpolated {
  readonly string: number;
  readonly code: number;
}

/** The string around code in braces, in languages whose lexer takes such a string for one token. */
export function interpolatedAt(text: string, offset: number, family: Family): Interpolated | undefined {
  if (!braces[family] || !text.slice(Math.max(0, offset - 2000), offset).includes('{')) return undefined;
  if (family === 'ecma' && !isInValue(text, offset)) return undefined;
  const found = standing(text, offset, family);
  return typeof found === 'object' ? found : undefined;
}

/** Whether a `${` before the offset stays open there, be it in a template or not: without one there is no need to read all that stands before. */
function isInValue(text: string, offset: number): boolean {
  let closed = 0;
  for (let i = offset - 1; i > 0; i--) {
    const unit = text.charCodeAt(i);
    if (unit === CLOSE) closed++;
    else if (unit !== OPEN) continue;
    else if (closed > 0) closed--;
    else if (text.charCodeAt(i - 1) === DOLLAR) return true;
  }
  return false;
}

const [OPEN, CLOSE, DOLLAR] = [123, 125, 36];

/** What opens code in a string; twice, it is a brace in the text. */
const braces: Readonly<Partial<Record<Family, RegExp>>> = {
  python: /\{\{|\{|\}/g,
  csharp: /\{\{|\{|\}/g,
  kotlin: /\$\{|\{|\}/g,
  ruby: /#\{|\{|\}/g,
  ecma: /(?<!\\)\$\{|\{|\}/g,
};

function standing(text: string, offset: number, family: Family): 'code' | 'prose' | Interpolated {
  const hash = usesHash(family);
  const scan = new RegExp((hash ? hashToken : token)(text));
  let before = '';
  for (let match = scan.exec(text); match && match.index < offset; match = scan.exec(text)) {
    const { index } = match;
    let word = match[0];
    if (!hash && (isApostrophe(text, index, word, family) || isAddress(text, index, word, family))) {
      scan.lastIndex = index + 1;
      continue;
    }
    if (family === 'ecma' && /^\/=?$/.test(word) && startsValue(before)) {
      regex.lastIndex = index;
      word = regex.exec(text)?.[0] ?? word;
      scan.lastIndex = index + word.length;
      if (word.length > 2 && scan.lastIndex > offset) return 'prose';
    }
    if (word.trim() !== '') before = word;
    if (index + word.length >= offset) {
      const inside = insideOf(index, word, offset, hash);
      const code = inside || isTemplate(word, family) ? codeIn(text, index, offset, family) : undefined;
      if (code !== undefined) return { string: index, code };
      if (inside !== undefined) return inside ? 'prose' : 'code';
    }
  }
  return 'code';
}

/** Where the code begins that a string holds at the offset. */
function codeIn(text: string, index: number, offset: number, family: Family): number | undefined {
  const opens = braces[family];
  if (!opens || !holdsCode(text, index, family)) return undefined;
  const open: number[] = [];
  const part = text.slice(index, offset);
  for (const { 0: brace, index: at } of part.matchAll(opens)) {
    if (brace === '}') open.pop();
    // A brace in the code itself, else one of the text.
    else if (brace.endsWith('{') && brace !== '{{' && (open.length > 0 || brace !== '{' || !/[$#]/.test(opens.source)))
      open.push(at + brace.length);
  }
  const [start] = open;
  if (start === undefined) return undefined;
  // Behind a colon Python and C# say how a value is printed.
  const isFormat = (family === 'python' || family === 'csharp') && /^[^([{]*:/.test(part.slice(start));
  const isNested = open.length > 1 && family !== 'ecma';
  return isFormat || isNested ? undefined : index + start;
}

function holdsCode(text: string, index: number, family: Family): boolean {
  if (family === 'python') return /^[rb]?f/i.test(text.slice(index, index + 2));
  if (family === 'csharp') return /\$@?$/.test(text.slice(Math.max(0, index - 2), index));
  return text[index] === (family === 'ecma' ? '`' : '"');
}

const isTemplate = (word: string, family: Family): boolean => family === 'ecma' && word.startsWith('`');

/** Whether the offset, which the token reaches, is in prose; undefined where what follows decides. */
function insideOf(index: number, word: string, offset: number, hash: boolean): boolean | undefined {
  const end = index + word.length;
  if (isComment(word, hash)) return end > offset || !word.endsWith('*/');
  const quote = /^[rbfu]{0,2}("""|'''|["'`])/.exec(word)?.[1];
  if (quote === undefined) return end > offset ? false : undefined;
  if (end > offset) return true;
  return !(word.length > quote.length && word.endsWith(quote));
}

/** A quote that begins no string: in the words of markup (`Don't`), or before a lifetime (`&'a str`). */
function isApostrophe(text: string, index: number, word: string, family: Family): boolean {
  if (family === 'rust' && word.startsWith("'")) {
    character.lastIndex = index;
    return !character.test(text);
  }
  if (family !== 'ecma' || !/^["']/.test(word)) return false;
  const name = /[\p{L}\p{N}_$]+$/u.exec(text.slice(Math.max(0, index - 40), index))?.[0];
  return name !== undefined && !isKeyword(name);
}

/** `https://` outside of a string stands in markup. */
function isAddress(text: string, index: number, word: string, family: Family): boolean {
  return family === 'ecma' && word.startsWith('//') && /\bhttps?:$/.test(text.slice(Math.max(0, index - 8), index));
}

/**
 * Whether a slash behind this token begins a regular expression, where it would else divide, or end markup: behind `<`, `>` and
 * `}` it is more often that.
 */
function startsValue(before: string): boolean {
  return (
    before === '' ||
    /^(?:[([,;:?!&|^~+\-*%=]|&&|\|\||\?\?=?|=>|\.\.\.|[-+*/%&|^!=]=+)$/.test(before) ||
    /^(?:return|typeof|case|of|delete|void|throw|await|yield|else|do)$/.test(before)
  );
}
