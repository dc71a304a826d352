/** What one candidate does with both sides' edits, how it fits its surroundings, and which generators gave it. */
import type { Merge3 } from '../../merge/conflict.ts';
import { type Words, wordsOf } from '../../merge/edits.ts';
import type { Syntax } from '../../syntax/syntax.ts';
import type { Candidate } from '../candidate.ts';
import { type Material, squeeze } from '../material.ts';
import { type Bag, size } from './bags.ts';
import { type ConflictFacts, isIdentifier, Row } from './conflictFeatures.ts';
import { editFeatures, orderFeatures } from './editFeatures.ts';
import { generatorIndex, generators } from './generators.ts';
import type { LineBook } from './lineBook.ts';

/** What all candidates of one conflict are compared with, computed once. Counts are by token number. */
export interface Compared {
  readonly counts: Readonly<Record<(typeof PARTS)[number], Count>>;
  /** Of each token: as often as both sides have it, and as often as the side that has it more often. */
  readonly inBoth: Int32Array;
  readonly inEither: Int32Array;
  /** 1 for tokens that are identifiers. */
  readonly names: Uint8Array;
  readonly balance: Merge3<number>;
  /** Squeezed ends of the text before and after. */
  readonly before: string;
  readonly after: string;
  readonly book: LineBook;
  /** Numbers of the nearby lines, and of the ones just before and just after. */
  readonly near: ReadonlySet<number>;
  readonly nearest: { readonly before: number; readonly after: number };
  /** The first candidate's row, whose names the others share. */
  first: Row | undefined;
}

interface Count {
  readonly of: Int32Array;
  readonly size: number;
}

const PARTS = ['left', 'base', 'right', 'added left', 'added right', 'removed left', 'removed right'] as const;
/** The parts that a candidate may keep, with their columns. */
const KEPT = PARTS.slice(0, 5).map((part) => ({ part, keeps: `keeps.${part}`, madeOf: `made of.${part}` }));
const SIDES = ['left', 'right'] as const;
const BY = generators.map((name) => `by.${name}`);

export function comparedOf(m: Material, facts: ConflictFacts): Compared {
  const { bags, added, removed } = facts;
  const words = m.words.length;
  const countOf = (bag: Bag): Count => {
    const of = new Int32Array(words);
    for (const [id, count] of bag) of[id] = count;
    return { of, size: size(bag) };
  };
  const left = countOf(bags.left);
  const right = countOf(bags.right);
  const { book } = m.found;
  const near = `${m.context.before.slice(-1500)}\n${m.context.after.slice(0, 1500)}`;
  return {
    counts: {
      left,
      right,
      base: countOf(bags.base),
      'added left': countOf(added.left),
      'added right': countOf(added.right),
      'removed left': countOf(removed.left),
      'removed right': countOf(removed.right),
    },
    inBoth: left.of.map((count, id) => Math.min(count, right.of[id] ?? 0)),
    inEither: left.of.map((count, id) => Math.max(count, right.of[id] ?? 0)),
    names: Uint8Array.from(m.words, (word) => (isIdentifier(word ?? '') ? 1 : 0)),
    balance: { base: brackets(m.base.text), left: brackets(m.left.text), right: brackets(m.right.text) },
    before: squeeze(m.context.before.slice(-200)).slice(-40),
    after: squeeze(m.context.after.slice(0, 200)).slice(0, 40),
    book,
    near: new Set([...book.linesOf(near)].filter((line) => (book.texts[line] ?? '').length > 3)),
    nearest: {
      before: book.numberOf(lastLine(m.context.before)),
      after: book.numberOf(squeeze(/[^\s].*/.exec(m.context.after.slice(0, 400))?.[0] ?? '')),
    },
    first: undefined,
  };
}

function lastLine(text: string): string {
  const trimmed = text.slice(-400).trimEnd();
  return squeeze(trimmed.slice(trimmed.lastIndexOf('\n') + 1));
}

function brackets(text: string): number {
  let n = 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit === 123 || unit === 40 || unit === 91) n++;
    else if (unit === 125 || unit === 41 || unit === 93) n--;
  }
  return n;
}

const PUNCTUATION = ',;{}()[]:';

/** First and last character of a text without white space, and whether two commas follow one another. */
interface Ends {
  readonly first: string;
  readonly last: string;
  readonly doubleComma: boolean;
}

function endFeatures(ends: Ends, around: Compared, row: Row): void {
  const last = ends.last || around.before.slice(-1);
  const next = around.after.slice(0, 1);
  const first = ends.first || next;
  const previous = around.before.slice(-1);
  const place = (char: string) => (char === '' ? -2 : PUNCTUATION.indexOf(char));
  row.put('end.last', place(last));
  row.put('end.next', place(next));
  row.put('end.first', place(first));
  row.put('end.previous', place(previous));
  row.put('end.comma', (last === ',' && /[})\]]/.test(next)) || (previous === ',' && /[})]/.test(first)) ? 1 : 0);
  row.put('end.double comma', ends.doubleComma ? 1 : 0);
}

/** What a candidate's text says beside the three versions alone, in parts, as they stand in its row. */
export interface TextNumbers {
  readonly ends: Ends;
  readonly lines: Int32Array;
  readonly balance: number;
  readonly tokens: Row;
  readonly repeats: Row;
  readonly edits: Row;
}

/** A candidate, its text without white space, and its place among the others. */
interface Placed {
  readonly candidate: Candidate;
  readonly key: string;
  readonly index: number;
  readonly of: number;
}

function numbersOf(
  m: Material,
  compared: Compared,
  { candidate: { text: whole }, key }: Placed,
  syntax: Syntax,
): TextNumbers {
  const { numbers } = m.found;
  const known = numbers.get(whole);
  if (known) return known;
  const [like] = numbers.values();
  const made: TextNumbers = {
    ends: { first: key.slice(0, 1), last: key.slice(-1), doubleComma: key.includes(',,') },
    lines: compared.book.linesOf(whole),
    balance: brackets(whole),
    tokens: new Row(like?.tokens),
    repeats: new Row(like?.repeats),
    edits: new Row(like?.edits),
  };
  const text = m.huge ? whole.slice(0, 40_000) : whole;
  const words = sideOf(m, text) ?? wordsOf(text, (source) => syntax.tokens(m.language, source), m.interner);
  const counted = countWords(words, compared.inBoth.length);
  tokenFeatures(m, compared, counted, made.tokens);
  repeatFeatures(compared, counted, made.repeats);
  editFeatures(m, words.ids, made.edits);
  numbers.set(whole, made);
  return made;
}

/** A version of the conflict, whose words are known. */
const sideOf = (m: Material, text: string): Words | undefined =>
  m.huge ? undefined : [m.left, m.right, m.base].find((side) => side.text === text);

/** A candidate's row, and the numbers of its lines in the book. */
export function candidateFeatures(
  m: Material,
  compared: Compared,
  placed: Placed,
  syntax: Syntax,
): { readonly row: Row; readonly lines: Int32Array } {
  const { book } = compared;
  const row = new Row(compared.first);
  compared.first ??= row;
  const { ends, lines, balance, tokens, repeats, edits } = numbersOf(m, compared, placed, syntax);
  row.append(tokens);
  row.put('balance', balance);
  row.put('balance-base', balance - compared.balance.base);
  row.put('balance.breaks', balance === compared.balance.left || balance === compared.balance.right ? 0 : 1);
  row.put('lines', lines.length);
  row.put('lines.repeated', lines.length - new Set(lines).size);
  let around = 0;
  for (const line of lines) if (compared.near.has(line)) around++;
  row.put('lines.repeat around', around);
  row.append(repeats);
  endFeatures(ends, compared, row);
  row.append(edits);
  const { before, after } = compared.nearest;
  orderFeatures([before, ...lines.subarray(0, 400), after].filter((line) => line !== 0).slice(0, 400), book, row);
  row.put('place', placed.index);
  row.put('places', placed.of);
  generatorFeatures(placed.candidate, row);
  return { row, lines };
}

interface Counted {
  readonly length: number;
  /** How often each word of the versions stands in the candidate, by number. */
  readonly own: Int32Array;
  /** Words of no version, and how many of them are identifiers. */
  readonly unknown: number;
  readonly unknownNames: number;
}

function countWords({ text, tokens, ids }: Words, known: number): Counted {
  const own = new Int32Array(known);
  let unknown = 0;
  let unknownNames = 0;
  for (let i = 0; i < ids.length; i++) {
    const id = ids[i] ?? 0;
    if (id < known) {
      own[id] = (own[id] ?? 0) + 1;
      continue;
    }
    unknown++;
    if (isIdentifier(text.slice(tokens.start[i], tokens.end[i]))) unknownNames++;
  }
  return { length: ids.length, own, unknown, unknownNames };
}

/** |a ∩ b| with multiplicity. */
function commonOf(a: Int32Array, b: Int32Array): number {
  let n = 0;
  for (let id = 0; id < a.length; id++) n += Math.min(a[id] ?? 0, b[id] ?? 0);
  return n;
}

/** Which words of which version a candidate keeps, as bags. */
function tokenFeatures(m: Material, compared: Compared, { length: n, own, unknown, unknownNames }: Counted, row: Row) {
  const { counts, inBoth } = compared;
  row.put('size', n);
  row.put('size-left', n - m.left.ids.length);
  row.put('size-right', n - m.right.ids.length);
  row.put('size-base', n - m.base.ids.length);
  for (const { part, keeps, madeOf } of KEPT) {
    const shared = commonOf(own, counts[part].of);
    row.put(keeps, shared / Math.max(1, counts[part].size));
    row.put(madeOf, shared / Math.max(1, n));
  }
  const extra = own.map((count, id) => Math.max(0, count - (inBoth[id] ?? 0)));
  for (const side of SIDES) {
    const removed = counts[`removed ${side}`];
    row.put(`revives.${side}`, commonOf(removed.of, extra) / Math.max(1, removed.size));
  }
  row.put('invented', unknown);
  row.put('invented names', unknownNames);
}

/** Words that stand more often than in either side. */
function repeatFeatures({ inEither, names }: Compared, { own, unknown }: Counted, row: Row): void {
  let repeated = unknown;
  let repeatedNames = 0;
  for (let id = 0; id < own.length; id++) {
    const more = (own[id] ?? 0) - (inEither[id] ?? 0);
    if (more <= 0) continue;
    repeated += more;
    if (names[id] === 1) repeatedNames += more;
  }
  row.put('repeats.tokens', repeated);
  row.put('repeats.names', repeatedNames);
}

function generatorFeatures(candidate: Candidate, row: Row): void {
  row.put('generators', candidate.generators.length);
  let first = Number.POSITIVE_INFINITY;
  const flags = new Array<number>(generators.length).fill(0);
  for (const name of candidate.generators) {
    const i = generatorIndex(name);
    first = Math.min(first, i < 0 ? 99 : i);
    if (i >= 0) flags[i] = 1;
  }
  row.put('generator.first', first);
  BY.forEach((name, i) => {
    row.put(name, flags[i] ?? 0);
  });
}
