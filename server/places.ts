/**
 * What the log says of a file against its text. One file may have the same conflict in several places, so which of them an entry
 * decided, and which of them is open again, is told by the lines around it: from the first copy that was saved of the file, in
 * which all of them stood, to the copy that the entry began with, and to the text as it is.
 */
import { isUtf8 } from 'node:buffer';
import { gitDiff } from './diff/gitDiff.ts';
import { Interner } from './diff/intern.ts';
import type { Repository } from './git/repository.ts';
import { type AppliedEntry, readSaved } from './git/saved.ts';

/** A conflict, and where it began (1-based) in a text. */
interface Block {
  readonly conflict: string;
  readonly line: number;
}

export interface InText {
  /** Entries of one conflict in one place have one key. */
  readonly placeOf: ReadonlyMap<AppliedEntry, string>;
  /** Those whose conflict is back. */
  readonly open: ReadonlySet<AppliedEntry>;
  /** Those that the text does not show: the open ones, and those that another decision of the same conflict came after. */
  readonly back: ReadonlySet<AppliedEntry>;
  /** Whether its text stands there, of a conflict that the file has several times: in its place. */
  shows(entry: AppliedEntry): boolean;
}

/**
 * @param entries all of one path in one operation, oldest first, those that were undone as well: the first one's copy is what git
 * left.
 */
export async function inText(repo: Repository, entries: readonly AppliedEntry[], text: string): Promise<InText> {
  const now = plain(text);
  const first = await firstCopy(repo, entries);
  const placeOf = new Map<AppliedEntry, string>();
  const groups = new Map<string, AppliedEntry[]>();
  for (const entry of entries) {
    const place = await placeIn(repo, first, entry);
    placeOf.set(entry, place);
    groups.set(place, [...(groups.get(place) ?? []), entry]);
  }
  const isAsked = [...groups.keys()].some((place) => place.startsWith('#'));
  const around = first && isAsked ? linesOf(first.text, now) : undefined;
  const windows = new Map<string, string>();
  const open = new Set<AppliedEntry>();
  const back = new Set<AppliedEntry>();
  const shows = (entry: AppliedEntry) => (windows.get(placeOf.get(entry) ?? '') ?? now).includes(plain(entry.text));
  for (const [place, group] of groups) {
    const conflict = plain(group[0]?.conflict ?? '');
    const start = first && startOf(first, conflict, place);
    const isOpen = start === undefined || !around ? conflict !== '' && now.includes(conflict) : around.keeps(start);
    if (start !== undefined && around) windows.set(place, around.inPlaceOf(start, conflict));
    const last = group.findLast(shows) ?? group.at(-1);
    for (const entry of group) {
      if (isOpen) open.add(entry);
      if (isOpen || entry !== last) back.add(entry);
    }
  }
  return { placeOf, open, back, shows };
}

/** Those of `entries` that decided the conflict which begins in this line of `text`. */
export async function entriesAt(
  repo: Repository,
  entries: readonly AppliedEntry[],
  text: string,
  block: Block,
): Promise<AppliedEntry[]> {
  const same = entries.filter(({ conflict }) => plain(conflict) === plain(block.conflict));
  const first = await firstCopy(repo, entries);
  if (same.length === 0 || first === undefined) return same;
  const place = placeOfBlock(first, plainOf(text), block);
  const places = await Promise.all(same.map((entry) => placeIn(repo, first, entry)));
  return same.filter((_, i) => places[i] === place);
}

/** The file as it was before the first entry. */
interface FirstCopy {
  readonly name: string;
  readonly text: string;
  /** Lines, from 0, in which it has a conflict. */
  starts(conflict: string): readonly number[];
}

async function firstCopy(repo: Repository, entries: readonly AppliedEntry[]): Promise<FirstCopy | undefined> {
  const name = entries.find(({ conflict }) => conflict !== '')?.saved ?? '';
  const text = (await copyOf(repo, name))?.text;
  if (text === undefined) return undefined;
  const known = new Map<string, readonly number[]>();
  const starts = (conflict: string) => {
    const all = known.get(conflict) ?? startsOf(text, conflict);
    known.set(conflict, all);
    return all;
  };
  return { name, text, starts };
}

async function copyOf(repo: Repository, saved: string): Promise<Plain | undefined> {
  const bytes = await readSaved(repo, saved);
  return bytes && plainOf(bytes.toString(isUtf8(bytes) ? 'utf8' : 'latin1'));
}

/** Places that were found once: copies are named by their content, so an answer never changes. */
const found = new Map<string, string>();
const KEPT = 5_000;

async function placeIn(repo: Repository, first: FirstCopy | undefined, entry: AppliedEntry): Promise<string> {
  const conflict = plain(entry.conflict);
  if (first === undefined || first.starts(conflict).length < 2) return conflict;
  const key = `${first.name} ${entry.saved} ${entry.line}`;
  const known = found.get(key);
  if (known !== undefined) return known;
  const copy = await copyOf(repo, entry.saved);
  const place = copy === undefined ? conflict : placeOfBlock(first, copy, entry);
  if (found.size >= KEPT) found.clear();
  found.set(key, place);
  return place;
}

/** `#2 …` of a conflict that stood there several times, the number being that of its place; else its text. */
function placeOfBlock(first: FirstCopy, copy: Plain, block: Block): string {
  const conflict = plain(block.conflict);
  const starts = first.starts(conflict);
  if (starts.length < 2) return conflict;
  const at = linesOf(copy.text, first.text).to(copy.at(block.line - 1));
  const nth = at === undefined ? -1 : starts.indexOf(at);
  return nth < 0 ? `line ${block.line} ${conflict}` : `#${nth} ${conflict}`;
}

function startOf(first: FirstCopy, conflict: string, place: string): number | undefined {
  const nth = /^#(\d+) /.exec(place)?.[1];
  return nth === undefined ? undefined : first.starts(conflict)[Number(nth)];
}

function startsOf(text: string, conflict: string): number[] {
  const starts: number[] = [];
  if (conflict === '') return starts;
  let line = 0;
  let from = 0;
  for (let at = text.indexOf(conflict); at >= 0; at = text.indexOf(conflict, at + conflict.length)) {
    line += text.slice(from, at).split('\n').length - 1;
    from = at;
    starts.push(line);
  }
  return starts;
}

interface Lines {
  /** The line of `b` that a line of `a` still is. */
  to(line: number): number | undefined;
  keeps(line: number): boolean;
  /** What stands in `b` where `a` has a conflict: all between the lines around it that both have. */
  inPlaceOf(line: number, conflict: string): string;
}

function linesOf(a: string, b: string): Lines {
  const [left, right] = [a.split('\n'), b.split('\n')];
  const interner = new Interner();
  const match = new Int32Array(left.length).fill(-1);
  let [i, j] = [0, 0];
  for (const { aStart, aEnd, bStart, bEnd } of [
    ...gitDiff(interner.ids(left), interner.ids(right)),
    { aStart: left.length, aEnd: left.length, bStart: right.length, bEnd: right.length },
  ]) {
    for (; i < aStart && j < bStart; i++, j++) match[i] = j;
    [i, j] = [aEnd, bEnd];
  }
  const at = (line: number) => match[line] ?? -1;
  return {
    to: (line) => (at(line) < 0 ? undefined : at(line)),
    keeps: (line) => at(line) >= 0,
    inPlaceOf: (line, conflict) => {
      let [before, after] = [line - 1, line + conflict.replace(/\n$/, '').split('\n').length];
      while (before >= 0 && at(before) < 0) before--;
      while (after < left.length && at(after) < 0) after++;
      return right
        .slice(before < 0 ? 0 : at(before) + 1, after < left.length ? at(after) + 1 : right.length)
        .join('\n');
    },
  };
}

/** A text in which a conflict reads alike however git wrote it: without labels, without the base between its markers. */
interface Plain {
  readonly text: string;
  /** The line, from 0, that a line of what was read is in it. */
  at(line: number): number;
}

const plain = (text: string): string => plainOf(text).text;

function plainOf(raw: string): Plain {
  const kept: string[] = [];
  const places: number[] = [];
  let marker = 0;
  let isBase = false;
  for (const line of raw
    .replaceAll('\r\n', '\n')
    .replace(/^\ufeff/, '')
    .split('\n')) {
    const run = /^(?:<{7,}|\|{7,}|={7,}|>{7,})(?= |$)/.exec(line)?.[0] ?? '';
    const isOwn = run.length === marker;
    if (run.startsWith('<') && marker === 0) marker = run.length;
    if (isBase && isOwn && run.startsWith('=')) isBase = false;
    if (marker > 0 && isOwn && run.startsWith('|')) isBase = true;
    if (isOwn && run.startsWith('>')) [marker, isBase] = [0, false];
    places.push(kept.length);
    if (!isBase) kept.push(run === '' || run.startsWith('=') ? line : run);
  }
  return { text: kept.join('\n'), at: (line) => places[line] ?? line };
}
