/**
 * Lines that one side moved elsewhere in its file while the other edited them where they stood. Git knows no moves: it shows a
 * deletion against an edit, and either side taken whole leaves the edit out of the place where the lines stand now. Any text,
 * no syntax: a block counts as moved where it stands, squeezed of white space, once more outside of the conflict than in the base.
 */

import { isSpace } from '../syntax/treeBuilder.ts';
import { conflictsOf, type Hunk, type Merge3, type Sides, withoutVirtualBase } from './conflict.ts';
import { lineMerge } from './lineMerge.ts';

export interface MovedEdit {
  /** The side that moved them; the other edited them. */
  readonly by: 'left' | 'right';
  /** The other file where they stand now; absent where it is their own. */
  readonly path?: string;
  /** 1-based, in that side's file. */
  readonly line: number;
  /** The first of the lines that says something, trimmed. */
  readonly name: string;
  /** The moved lines without white space, blank ones left out. */
  readonly keys: readonly string[];
  /** How often they stand in the base elsewhere: more than that is the moved block. */
  readonly elsewhere: number;
}

/** The three files around a conflict. */
export interface Versions {
  readonly base?: string;
  readonly left: string;
  readonly right: string;
}

/** So many lines that say something make a block, or one of so many units: less stands anywhere by chance. */
const LINES = 2;
const UNITS = 20;
/** What a side removed alone and whole, and what stands once in the base and once in its file, may be as short as this. */
const FEWEST = 3;
/** A line that stands more often is no place to begin from: time stays linear. */
const OFTEN = 16;
/** Larger files are not looked at, in UTF-16 units. */
export const LARGE = 3_000_000;

export const says = (key: string): boolean => /[\p{L}\p{N}]/u.test(key);
export const isSolid = (key: string): boolean => key.length >= 6 && /[\p{L}\p{N}]{2}/u.test(key);

/** The edits of a conflict that belong where the other side moved their lines, in the order of the base, ours first. */
export function movedEdits(conflict: Sides, files: Versions | undefined): MovedEdit[] {
  const { base, left, right } = withoutVirtualBase(conflict);
  if (files?.base === undefined || base === undefined || base === '' || left === base || right === base) return [];
  const lines = { base: linesOf(base), left: linesOf(left), right: linesOf(right) };
  return [
    ...movedBy('left', lines, { ...files, base: files.base }, files),
    ...movedBy('right', lines, { ...files, base: files.base }, files),
  ];
}

const known = new WeakMap<object, readonly MovedEdit[]>();

/** The same of all conflicts of a file. @param hunks its line merge, where a caller has it. */
export function movedInFile(files: Versions, hunks?: readonly Hunk[]): readonly MovedEdit[] {
  const { base, left, right } = files;
  if (base === undefined) return [];
  const kept = known.get(files);
  if (kept) return kept;
  const merged = hunks ?? lineMerge({ base, left, right }).hunks;
  const found = conflictsOf(merged).flatMap(({ sides }) => movedEdits(sides, files));
  known.set(files, found);
  return found;
}

/** Those whose lines stand in a text as they were moved there, without the edit, and its 1-based line. */
export function unedited(edits: readonly MovedEdit[], text: string): { edit: MovedEdit; line: number }[] {
  if (edits.length === 0) return [];
  const book = bookOf(text);
  return edits.flatMap((edit) => {
    const places = placesOf(edit.keys, book);
    const at = places.at(-1);
    return at === undefined || places.length <= edit.elsewhere ? [] : [{ edit, line: book.numbers[at] ?? 0 }];
  });
}

export type Lines = Pick<Book, 'keys' | 'texts'>;

/** The lines of a text that are not blank. */
export interface Book {
  readonly keys: readonly string[];
  readonly texts: readonly string[];
  /** 1-based. */
  readonly numbers: readonly number[];
  readonly places: ReadonlyMap<string, readonly number[]>;
}

export function linesOf(text: string): Lines & { readonly numbers: readonly number[] } {
  const keys: string[] = [];
  const texts: string[] = [];
  const numbers: number[] = [];
  text.split('\n').forEach((line, i) => {
    const key = unspaced(line);
    if (key === '') return;
    keys.push(key);
    texts.push(line);
    numbers.push(i + 1);
  });
  return { keys, texts, numbers };
}

/** As `replace(/\s+/g, '')`, a quarter of whose time it takes on a line. */
function unspaced(line: string): string {
  let out = '';
  let from = 0;
  for (let at = 0; at < line.length; at++) {
    const unit = line.charCodeAt(at);
    if ((unit > 32 && unit < 128) || !isSpace(unit)) continue;
    if (at > from) out += line.slice(from, at);
    from = at + 1;
  }
  return from === 0 ? line : out + line.slice(from);
}

export function bookOf(text: string): Book {
  const lines = linesOf(text);
  const places = new Map<string, number[]>();
  lines.keys.forEach((key, i) => {
    const known = places.get(key);
    if (known) known.push(i);
    else places.set(key, [i]);
  });
  return { ...lines, places };
}

const squeezedTexts = new WeakMap<object, Map<string, string>>();

/** A file without white space: it has the key of every line that it has. */
function squeezedIn(files: Versions, text: string): string {
  const own = squeezedTexts.get(files) ?? new Map<string, string>();
  squeezedTexts.set(files, own);
  const squeezed = own.get(text) ?? text.replace(/\s+/g, '');
  own.set(text, squeezed);
  return squeezed;
}

const books = new WeakMap<object, Map<string, Book>>();

/** Asked by every conflict of a file. */
function bookIn(files: Versions, text: string): Book {
  const own = books.get(files) ?? new Map<string, Book>();
  books.set(files, own);
  const book = own.get(text) ?? bookOf(text);
  own.set(text, book);
  return book;
}

function movedBy(by: 'left' | 'right', lines: Merge3<Lines>, files: Merge3<string>, owner: Versions): MovedEdit[] {
  const other = by === 'left' ? 'right' : 'left';
  if (files[by].length > LARGE) return [];
  const found: MovedEdit[] = [];
  const { base } = lines;
  const isAll = lines[by].keys.length === 0;
  for (const [start, end] of removedRuns(base.keys, lines[by].keys)) {
    const run = base.keys.slice(start, end);
    if (!isAll && !isBlock(run)) continue;
    // Mostly none of its lines stands anywhere in the file: then that need not be read line by line.
    const text = squeezedIn(owner, files[by]);
    if (!run.some((key) => (isAll || isSolid(key)) && text.includes(key))) continue;
    const own = bookIn(owner, files[by]);
    for (let at = start; at < end; ) {
      const block = longestFrom(base.keys, at, [start, end], own);
      if (!block) {
        at++;
        continue;
      }
      const keys = base.keys.slice(block.start, block.end);
      const enough =
        isBlock(keys) ||
        (isAll && keys.length === base.keys.length && isSingle(keys, [bookIn(owner, files.base), own]));
      const isEdited = enough && !holds(lines[other].keys, keys) && isKin(keys, block, lines, other);
      const elsewhere = isEdited ? isNew(keys, { by, other, lines, files, owner }) : undefined;
      if (elsewhere !== undefined) {
        const first = keys.findIndex(says);
        const name = (base.texts[block.start + Math.max(0, first)] ?? '').trim();
        found.push({ by, line: own.numbers[block.place] ?? 0, name, keys, elsewhere });
      }
      at = Math.max(block.end, at + 1);
    }
  }
  return found;
}

/** Stretches of base lines that a side's own text of the conflict lacks; what says nothing belongs to the lines around it. */
export function removedRuns(base: readonly string[], own: readonly string[]): [number, number][] {
  const left = new Map<string, number>();
  for (const key of own) left.set(key, (left.get(key) ?? 0) + 1);
  const runs: [number, number][] = [];
  let start = 0;
  const close = (end: number) => {
    if (end > start) runs.push([start, end]);
  };
  base.forEach((key, i) => {
    const count = isSolid(key) ? (left.get(key) ?? 0) : 0;
    if (count === 0) return;
    left.set(key, count - 1);
    close(i);
    start = i + 1;
  });
  close(base.length);
  return runs;
}

function isBlock(keys: readonly string[]): boolean {
  let solid = 0;
  for (const key of keys) {
    if (!isSolid(key)) continue;
    if (key.length >= UNITS || ++solid >= LINES) return true;
  }
  return false;
}

/** Whether a short block can be told from all others of both files. */
const isSingle = (keys: readonly string[], all: readonly Book[]): boolean =>
  keys.join('').length >= FEWEST && all.every((book) => placesOf(keys, book).length === 1);

/** The longest part of a run around one of its lines that stands in a file. */
export function longestFrom(
  base: readonly string[],
  at: number,
  [from, to]: readonly [number, number],
  { keys, places }: Book,
): { readonly start: number; readonly end: number; readonly place: number } | undefined {
  const key = base[at] ?? '';
  const all = says(key) ? (places.get(key) ?? []) : [];
  if (all.length > OFTEN) return undefined;
  let best: { start: number; end: number; place: number } | undefined;
  for (const place of all) {
    let [before, after] = [0, 1];
    while (at - before > from && place > before && base[at - before - 1] === keys[place - before - 1]) before++;
    while (at + after < to && base[at + after] === keys[place + after]) after++;
    const [start, end] = [at - before, at + after];
    if (!best || end - start > best.end - best.start) best = { start, end, place: place - before };
  }
  return best;
}

export function holds(keys: readonly string[], block: readonly string[]): boolean {
  return countIn(keys, block) > 0;
}

function countIn(keys: readonly string[], block: readonly string[]): number {
  let count = 0;
  const [first] = block;
  for (let at = keys.indexOf(first ?? ''); at >= 0; at = keys.indexOf(first ?? '', at + 1))
    if (block.every((key, i) => keys[at + i] === key)) count++;
  return count;
}

/** Where a block begins in a file, by the line of it that is rarest there. */
export function placesOf(block: readonly string[], { keys, places }: Book): number[] {
  let anchor = 0;
  let fewest: readonly number[] | undefined;
  for (const [i, key] of block.entries()) {
    const all = places.get(key) ?? [];
    if (fewest && all.length >= fewest.length) continue;
    [anchor, fewest] = [i, all];
  }
  return (fewest ?? [])
    .map((place) => place - anchor)
    .filter((start) => start >= 0 && block.every((key, i) => keys[start + i] === key));
}

interface Asked {
  readonly by: 'left' | 'right';
  readonly other: 'left' | 'right';
  readonly lines: Merge3<Lines>;
  readonly files: Merge3<string>;
  readonly owner: Versions;
}

/** How often a block stands in the base outside of the conflict, where the side that removed it has it more often, and the other not. */
function isNew(keys: readonly string[], { by, other, lines, files, owner }: Asked): number | undefined {
  const outside = (side: keyof Merge3<string>) =>
    placesOf(keys, bookIn(owner, files[side])).length - countIn(lines[side].keys, keys);
  const elsewhere = Math.max(0, outside('base'));
  return outside(by) > elsewhere && outside(other) <= elsewhere ? elsewhere : undefined;
}

/** What of a side's lines is asked for every block: the words of lines that the base has nowhere, and its lines by key. */
interface Kin {
  readonly anew: ReadonlySet<string>;
  readonly texts: ReadonlyMap<string, readonly string[]>;
}

const kins = new WeakMap<Lines, WeakMap<Lines, Kin>>();

function kinOf(base: Lines, side: Lines): Kin {
  const own = kins.get(base) ?? new WeakMap<Lines, Kin>();
  kins.set(base, own);
  const known = own.get(side);
  if (known) return known;
  const inBase = new Set(base.keys);
  const texts = new Map<string, string[]>();
  const anew = new Set<string>();
  side.keys.forEach((key, i) => {
    const text = side.texts[i] ?? '';
    const alike = texts.get(key);
    if (alike) alike.push(text);
    else texts.set(key, [text]);
    if (!inBase.has(key)) for (const word of wordsIn([text])) anew.add(word);
  });
  const found = { anew, texts };
  own.set(side, found);
  return found;
}

/** Whether what the other side has in place of a block is an edit of it, and neither its deletion nor something else. */
export function isKin(
  keys: readonly string[],
  { start, end }: { readonly start: number; readonly end: number },
  { base, ...sides }: Merge3<Lines>,
  other: 'left' | 'right',
): boolean {
  const { anew, texts } = kinOf(base, sides[other]);
  const there = new Set([...new Set(keys)].flatMap((key) => wordsIn(texts.get(key) ?? [])));
  const words = [...new Set(wordsIn(base.texts.slice(start, end)))];
  return words.length > 0 && words.filter((word) => there.has(word) || anew.has(word)).length * 2 >= words.length;
}

const wordsIn = (texts: readonly string[]): string[] => texts.flatMap((text) => text.match(/[\p{L}\p{N}_$]+/gu) ?? []);
