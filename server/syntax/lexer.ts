/**
 * Lexical tokens for token merge, by hand-made sticky expressions for each family of languages. Always the lexer, never the
 * leaves of a tree: the three sides must be cut alike, and a broken side has a tree of another shape. A short string is one
 * token; a long one and a comment are cut into words, so that two edits in different words of one merge.
 *
 * Every unit that is not white space lies in exactly one token, and the time is linear on any input: an expression that
 * scans ahead for a closing quote remembers where there is none.
 */
import type { Language, LanguageId } from './languages.ts';
import type { Tokens } from './tree.ts';
import { isSpace } from './treeBuilder.ts';

/** A string above this many units is cut into words. */
const shortString = 40;

interface Family {
  /** Names, with the characters the language allows beyond letters. */
  readonly word: RegExp;
  readonly operators: RegExp;
  /** Quotes that open a string which ends on its line. */
  readonly quotes: string;
  /** To the end of the line. */
  readonly lineComments: readonly string[];
  /** Open and close. What is inside is cut into words, and nothing in it opens a string. */
  readonly blocks: readonly (readonly [open: string, close: string])[];
}

const name = /[\p{L}_$][\p{L}\p{N}\p{M}_$]*/uy;
const dashed = /[\p{L}_$@.#%-]?[\p{L}\p{N}\p{M}_$-]+/uy;
const prose = /[\p{L}\p{N}\p{M}_]+(?:['’-][\p{L}\p{N}\p{M}_]+)*/uy;
const shellWord = /\$?[\p{L}_][\p{L}\p{N}\p{M}_]*/uy;
const number = /0[xXbBoO][\da-fA-F_]+[uUlLn]*|\d[\d_]*(?:\.\d[\d_]*)*(?:[eE][+-]?\d+)?[a-zA-Z%]*/y;
/** `>>` is not among them: it may close two type arguments. */
const operators =
  />>>=|\.\.\.|===|!==|\*\*=|<<=|>>=|>>>|&&=|\|\|=|\?\?=|<=>|\.\.=|=>|->|::|\?\.|\?\?|\?:|&&|\|\||\+\+|--|\*\*|\/\/=|<<|<=|>=|==|!=|[-+*/%&|^]=|:=|\.\.|<-|[!=]~/y;
const single = /(?!)/y;

const c: Family = { word: name, operators, quotes: `"'`, lineComments: ['//'], blocks: [['/*', '*/']] };
const ecma: Family = { ...c, quotes: `"'\`` };
const markup: Family = {
  word: dashed,
  operators: /<!--|-->|<\/|\/>|<!|<\?|\?>|\{\{|\}\}/y,
  quotes: `"'`,
  lineComments: [],
  blocks: [['<!--', '-->']],
};
const keyed: Family = { word: dashed, operators: single, quotes: `"'`, lineComments: ['#'], blocks: [] };

const families: Readonly<Record<LanguageId, Family>> = {
  typescript: ecma,
  tsx: ecma,
  javascript: ecma,
  java: {
    ...c,
    blocks: [
      ['/*', '*/'],
      ['"""', '"""'],
    ],
  },
  csharp: { ...c, word: /[@#]?[\p{L}_][\p{L}\p{N}\p{M}_]*/uy },
  kotlin: {
    ...c,
    blocks: [
      ['/*', '*/'],
      ['"""', '"""'],
    ],
  },
  go: {
    ...c,
    blocks: [
      ['/*', '*/'],
      ['`', '`'],
    ],
  },
  // A lifetime is no open quote.
  rust: { ...c, word: /'[\p{L}_][\p{L}\p{N}_]*(?!')|[\p{L}_][\p{L}\p{N}\p{M}_]*!?(?!=)|[\p{L}_][\p{L}\p{N}\p{M}_]*/uy },
  c: { ...c, word: /#?[\p{L}_][\p{L}\p{N}\p{M}_]*/uy },
  cpp: { ...c, word: /#?[\p{L}_][\p{L}\p{N}\p{M}_]*/uy },
  php: { ...c, word: /\$?[\p{L}_][\p{L}\p{N}\p{M}_]*/uy, lineComments: ['//', '# '] },
  python: {
    word: name,
    operators,
    quotes: `"'`,
    lineComments: ['#'],
    blocks: [
      ['"""', '"""'],
      ["'''", "'''"],
    ],
  },
  ruby: {
    word: /[@:$]{0,2}[\p{L}_][\p{L}\p{N}\p{M}_]*[?!]?(?!=)|[\p{L}_][\p{L}\p{N}\p{M}_]*/uy,
    operators,
    quotes: `"'\``,
    lineComments: ['#'],
    blocks: [],
  },
  bash: {
    word: shellWord,
    operators: /&&|\|\||;;|<<-?|>>|\[\[|\]\]|\$\(\(|\)\)|\$[({]|--?(?=\p{L})/uy,
    quotes: `"'`,
    lineComments: ['#'],
    blocks: [],
  },
  json: { word: name, operators: single, quotes: `"'`, lineComments: ['//'], blocks: [['/*', '*/']] },
  yaml: { ...keyed, operators: /<<:|---|\|[-+]?|>[-+]?/y },
  toml: {
    ...keyed,
    operators: /\[\[|\]\]/y,
    blocks: [
      ['"""', '"""'],
      ["'''", "'''"],
    ],
  },
  properties: { ...keyed, quotes: '', lineComments: ['#', '!'] },
  xml: markup,
  html: markup,
  css: {
    word: /(?:--|[.#@$%]|-)?[\p{L}_][\p{L}\p{N}\p{M}_-]*/uy,
    operators: /::|[~|^$*]=|&&/y,
    quotes: `"'`,
    lineComments: ['//'],
    blocks: [['/*', '*/']],
  },
  markdown: {
    word: prose,
    operators: /#{1,6}|`{3,}|\*\*|\[[ xX]\]|\]\(|-{3,}|={3,}/y,
    quotes: '',
    lineComments: [],
    blocks: [],
  },
};

const general: Family = { ...c, quotes: `"'\``, blocks: [], lineComments: [] };

export function lexicalTokens(language: Language | undefined, text: string): Tokens {
  const family = language === undefined ? general : families[language.id];
  const out = new TokenList(text);
  let at = 0;
  while (at < text.length) {
    if (isSpace(text.charCodeAt(at))) at++;
    else at = readToken(family, text, at, out);
  }
  return out.finish();
}

/** Add the token or tokens that begin at `at`; gives where they end. */
function readToken(family: Family, text: string, at: number, out: TokenList): number {
  const unit = text[at] ?? '';
  for (const [open, close] of family.blocks) {
    if (text.startsWith(open, at)) return readBlock(at, open, close, out);
  }
  for (const mark of family.lineComments) {
    if (text.startsWith(mark, at) && startsComment(text, at, mark)) return readComment(text, at, mark, out);
  }
  if (unit >= '0' && unit <= '9') {
    const end = matchEnd(number, text, at);
    if (end > at) return out.add(at, end);
  }
  const wordEnd = matchEnd(family.word, text, at);
  if (wordEnd > at) return out.add(at, wordEnd);
  if (family.quotes.includes(unit)) return readString(at, unit, out);
  const end = matchEnd(family.operators, text, at);
  return out.add(at, end > at ? end : at + unitsAt(text, at));
}

/** `#` begins a comment only after a space, and so does `//` unless it is that of an address. */
function startsComment(text: string, at: number, mark: string): boolean {
  if (at === 0) return true;
  const before = text[at - 1] ?? '';
  return mark === '//' ? before !== ':' : isSpace(before.charCodeAt(0)) || /[;{}()[\],'"]/.test(before);
}

function readComment(text: string, at: number, mark: string, out: TokenList): number {
  const newline = text.indexOf('\n', at);
  const end = newline < 0 ? text.length : newline;
  const marked = at + mark.trimEnd().length;
  out.add(at, marked);
  out.words(marked, end);
  return end;
}

function readBlock(at: number, open: string, close: string, out: TokenList): number {
  const found = out.find(close, at + open.length);
  out.add(at, at + open.length);
  // Without an end the opening is only a mark, and what follows is read as code.
  if (found < 0) return at + open.length;
  out.words(at + open.length, found);
  return out.add(found, found + close.length);
}

/** A string that ends on its line; without an end on it the quote stands alone. */
function readString(at: number, quote: string, out: TokenList): number {
  const end = out.stringEnd(at, quote);
  if (end < 0) return out.add(at, at + 1);
  if (end - at <= shortString) return out.add(at, end);
  out.add(at, at + 1);
  out.words(at + 1, end - 1);
  return out.add(end - 1, end);
}

function unitsAt(text: string, at: number): number {
  return (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1;
}

function matchEnd(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : at;
}

const word = /[\p{L}\p{N}\p{M}_$]+(?:[-'’.][\p{L}\p{N}\p{M}_$]+)*/uy;

/** Tokens as they are found, and what was not found, so that nothing is searched for twice. */
class TokenList {
  readonly #text: string;
  #start = new Int32Array(256);
  #end = new Int32Array(256);
  #count = 0;
  /** Closing marks that do not occur from some offset on. */
  readonly #absent = new Map<string, number>();

  constructor(text: string) {
    this.#text = text;
  }

  add(start: number, end: number): number {
    if (this.#count === this.#start.length) {
      this.#start = grow(this.#start);
      this.#end = grow(this.#end);
    }
    this.#start[this.#count] = start;
    this.#end[this.#count++] = end;
    return end;
  }

  /** Words, and each other sign on its own. */
  words(start: number, end: number): void {
    let at = start;
    while (at < end) {
      if (isSpace(this.#text.charCodeAt(at))) at++;
      else {
        const next = matchEnd(word, this.#text, at);
        at = this.add(at, Math.min(end, next > at ? next : at + unitsAt(this.#text, at)));
      }
    }
  }

  find(mark: string, from: number): number {
    if (from >= (this.#absent.get(mark) ?? Number.POSITIVE_INFINITY)) return -1;
    const found = this.#text.indexOf(mark, from);
    if (found < 0) this.#absent.set(mark, from);
    return found;
  }

  /** One past the closing quote on the same line, or -1. A line without one is not searched again. */
  stringEnd(at: number, quote: string): number {
    const searched = this.#absent.get(quote);
    if (searched !== undefined && at < searched) return -1;
    for (let n = at + 1; n < this.#text.length; n++) {
      const unit = this.#text[n];
      if (unit === '\\') n++;
      else if (unit === quote) return n + 1;
      else if (unit === '\n') {
        this.#absent.set(quote, n);
        return -1;
      }
    }
    this.#absent.set(quote, this.#text.length);
    return -1;
  }

  finish(): Tokens {
    return { count: this.#count, start: this.#start.slice(0, this.#count), end: this.#end.slice(0, this.#count) };
  }
}

function grow(from: Int32Array): Int32Array<ArrayBuffer> {
  const to = new Int32Array(from.length * 2);
  to.set(from);
  return to;
}
