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
  /** Signs at which the end of a word depends on what follows. */
  readonly joins?: string;
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
  rust: {
    ...c,
    joins: '!=',
    word: /'[\p{L}_][\p{L}\p{N}_]*(?!')|[\p{L}_][\p{L}\p{N}\p{M}_]*!?(?!=)|[\p{L}_][\p{L}\p{N}\p{M}_]*/uy,
  },
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
    joins: '!?=',
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
    joins: "'-",
    operators: /#{1,6}|`{3,}|\*\*|\[[ xX]\]|\]\(|-{3,}|={3,}/y,
    quotes: '',
    lineComments: [],
    blocks: [],
  },
};

const general: Family = { ...c, quotes: `"'\``, blocks: [], lineComments: [] };

/** What the first unit of a token, or the next of a word, says where it is ASCII; the expressions answer the rest. */
interface Table {
  /** 1 where a comment or a block may begin. */
  readonly marks: Uint8Array;
  /** Of a unit in a word that began with a letter: it goes on, it ends before this one, or the expression must be asked. */
  readonly word: Uint8Array;
  /** 1 for a sign that begins no longer operator. */
  readonly signs: Uint8Array;
}

const ends = 0;
const goesOn = 1;
const unclear = 2;

/** A run of units of one kind, but for what joins two runs in prose. */
function wordTable(pattern: RegExp, joins: string): Uint8Array {
  return Uint8Array.from({ length: 128 }, (_, unit) => {
    const sign = String.fromCharCode(unit);
    if (joins.includes(sign)) return unclear;
    return matchEnd(pattern, `a${sign}`, 0) === 2 ? goesOn : ends;
  });
}

const tables = new Map<Family, Table>();

function tableOf(family: Family): Table {
  const known = tables.get(family);
  if (known !== undefined) return known;
  const all = [...family.lineComments, ...family.blocks.map(([open]) => open)];
  const where = (is: (sign: string) => boolean) =>
    Uint8Array.from({ length: 128 }, (_, unit) => (is(String.fromCharCode(unit)) ? 1 : 0));
  const opens = (sign: string) => all.some((mark) => mark.startsWith(sign));
  const made = {
    marks: where(opens),
    word: wordTable(family.word, family.joins ?? ''),
    signs: where((sign) => family.operators === operators && '(){}[];,'.includes(sign) && !opens(sign)),
  };
  tables.set(family, made);
  return made;
}

const isLetter = (code: number): boolean => (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || code === 95;

/** The end of a word that begins with a letter. */
function wordEndAt(table: Uint8Array, pattern: RegExp, text: string, at: number): number {
  for (let end = at + 1; ; end++) {
    if (end === text.length) return end;
    const code = text.charCodeAt(end);
    const kind = code < 128 ? (table[code] ?? unclear) : unclear;
    if (kind === ends) return end;
    if (kind === unclear) return matchEnd(pattern, text, at);
  }
}

export function lexicalTokens(language: Language | undefined, text: string): Tokens {
  const family = language === undefined ? general : families[language.id];
  const table = tableOf(family);
  const out = new TokenList(text);
  let at = 0;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (isSpace(code)) at++;
    else if (isLetter(code) && table.marks[code] !== 1) at = out.add(at, wordEndAt(table.word, family.word, text, at));
    else if (code < 128 && table.signs[code] === 1) at = out.add(at, at + 1);
    else at = readToken(family, table, text, at, out);
  }
  return out.finish();
}

/** Add the token or tokens that begin at `at`; gives where they end. */
function readToken(family: Family, table: Table, text: string, at: number, out: TokenList): number {
  const unit = text[at] ?? '';
  const code = text.charCodeAt(at);
  if (code >= 128 || table.marks[code] === 1) {
    for (const [open, close] of family.blocks) {
      if (text.startsWith(open, at)) return readBlock(at, open, close, out);
    }
    for (const mark of family.lineComments) {
      if (text.startsWith(mark, at) && startsComment(text, at, mark)) return readComment(text, at, mark, out);
    }
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
let inComments: Uint8Array | undefined;

/** Where tokens are written down while a text is read: one reading is over before the next begins. */
let starts = new Int32Array(1024);
let stops = new Int32Array(1024);

/** Tokens as they are found, and what was not found, so that nothing is searched for twice. */
class TokenList {
  readonly #text: string;
  #count = 0;
  /** Closing marks that do not occur from some offset on. */
  #absent: Map<string, number> | undefined;

  constructor(text: string) {
    this.#text = text;
  }

  add(start: number, end: number): number {
    if (this.#count === starts.length) {
      starts = grow(starts);
      stops = grow(stops);
    }
    starts[this.#count] = start;
    stops[this.#count++] = end;
    return end;
  }

  /** Words, and each other sign on its own. */
  words(start: number, end: number): void {
    inComments ??= wordTable(word, "-'.");
    let at = start;
    while (at < end) {
      const code = this.#text.charCodeAt(at);
      if (isSpace(code)) at++;
      else {
        const next = isLetter(code) ? wordEndAt(inComments, word, this.#text, at) : matchEnd(word, this.#text, at);
        at = this.add(at, Math.min(end, next > at ? next : at + unitsAt(this.#text, at)));
      }
    }
  }

  find(mark: string, from: number): number {
    if (from >= (this.#absent?.get(mark) ?? Number.POSITIVE_INFINITY)) return -1;
    const found = this.#text.indexOf(mark, from);
    if (found < 0) this.#missing(mark, from);
    return found;
  }

  /** One past the closing quote on the same line, or -1. A line without one is not searched again. */
  stringEnd(at: number, quote: string): number {
    const searched = this.#absent?.get(quote);
    if (searched !== undefined && at < searched) return -1;
    for (let n = at + 1; n < this.#text.length; n++) {
      const unit = this.#text[n];
      if (unit === '\\') n++;
      else if (unit === quote) return n + 1;
      else if (unit === '\n') {
        this.#missing(quote, n);
        return -1;
      }
    }
    this.#missing(quote, this.#text.length);
    return -1;
  }

  #missing(mark: string, from: number): void {
    this.#absent ??= new Map();
    this.#absent.set(mark, from);
  }

  finish(): Tokens {
    return { count: this.#count, start: starts.slice(0, this.#count), end: stops.slice(0, this.#count) };
  }
}

function grow(from: Int32Array): Int32Array<ArrayBuffer> {
  const to = new Int32Array(from.length * 2);
  to.set(from);
  return to;
}
