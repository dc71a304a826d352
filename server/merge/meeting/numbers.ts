/**
 * Numbers that both sides gave away: each added an entry of its own to a list in which a number may stand once, and both took the
 * same. Read from lines, in any language. A list is the fields of one message or the values of one enumeration; elsewhere it is
 * lines of one form in a row whose numbers only rise, or only fall, on each side.
 */
import { nameWords } from '../../text/nameWords.ts';

export interface GivenTwice {
  readonly number: string;
  /** What ours and what theirs gave it to. */
  readonly names: readonly [string, string];
  /** Of the second of them, in the result. */
  readonly offset: number;
}

interface Entry {
  readonly name: string;
  readonly number: string;
  readonly offset: number;
}

/** Longer lines are no entry of a list that people number. */
const LINE = 200;
const PREFIX = 80;

interface Sides {
  readonly base: string;
  readonly left: string;
  readonly right: string;
}

/** What each side gave a number to that neither the base nor the other side has; with a number in common. */
export interface Contest {
  readonly ours: ReadonlySet<string>;
  readonly theirs: ReadonlySet<string>;
}

/** One pass over the lines of each version; undefined where no number is contested, as nearly everywhere. */
export function contestOf({ base, left, right }: Sides): Contest | undefined {
  const [had, inLeft, inRight] = [pairsOf(base), pairsOf(left), pairsOf(right)];
  const added = (pairs: ReadonlySet<string>, others: ReadonlySet<string>) =>
    new Set([...pairs].filter((pair) => !had.has(pair) && !others.has(pair)));
  const [ours, theirs] = [added(inLeft, inRight), added(inRight, inLeft)];
  const numberOf = (pair: string) => pair.slice(0, pair.indexOf(' '));
  const inTheirs = new Set([...theirs].map(numberOf));
  return [...ours].some((pair) => inTheirs.has(numberOf(pair))) ? { ours, theirs } : undefined;
}

/** @param result whole, or as much of it as stands around what is asked about. */
export function givenTwice({ ours, theirs }: Contest, result: string): GivenTwice[] {
  const found: GivenTwice[] = [];
  for (const { entries, anyOrder } of listsOf(result)) {
    const isOurs = (entry: Entry) => ours.has(pairOf(entry));
    const isTheirs = (entry: Entry) => theirs.has(pairOf(entry));
    const isList = anyOrder ? differ : steady;
    const known = entries.filter((one) => !isOurs(one) && !isTheirs(one));
    if (known.length === entries.length || known.length < (anyOrder ? 1 : 2)) continue;
    if (![isOurs, isTheirs].every((isAdded) => isList(entries.filter((one) => !isAdded(one))))) continue;
    // By number, each of which a side has once: a list may have thousands of entries of each side.
    const byNumber = new Map(entries.filter(isOurs).map((one) => [one.number, one]));
    const isNumbered = anyOrder || countsByOne(entries);
    const twice = entries.filter(isTheirs).flatMap((entry) => {
      const other = byNumber.get(entry.number);
      if (!other || other.name === entry.name) return [];
      // Asked of both names, so that it is all one which side is ours.
      const areAmounts = isNumbered ? areAlike(entry, other) : isAmount(entry) && isAmount(other);
      return areAmounts && !anyOrder ? [] : [{ entry, other }];
    });
    for (const { entry, other } of twice)
      found.push({
        number: entry.number,
        names: [other.name, entry.name],
        offset: Math.max(entry.offset, other.offset),
      });
  }
  return found;
}

/** What its name calls an amount is no number of a list, though settings may rise from line to line. */
const AMOUNTS =
  /^(?:time|timeout|delay|interval|duration|ttl|age|second|sec|minute|hour|day|milli|ms|size|limit|depth|page|batch|max|min|port|width|height|length|retrie|retry|count)s?$/;

/** In one word with what it is an amount of: `maxsize`. Not `export` or `account`, which end in one. */
const JOINED = /^(?:max|min)[a-z]{3,}$|(?:size|timeout|limit|width|height|length|delay|interval)s?$/;

const amountsOf = ({ name }: Entry): string[] =>
  nameWords(name).filter((word) => AMOUNTS.test(word) || JOINED.test(word));
const isAmount = (entry: Entry): boolean => amountsOf(entry).length > 0;

/** Both are called one kind of amount and are more than that: `retries_read` and `retries_write`. */
const areAlike = (some: Entry, other: Entry): boolean =>
  amountsOf(some).some((word) => amountsOf(other).includes(word) && nameWords(some.name).length > 1);

/** Numbers that count on by one, as people give them to things; settings rise by more. */
function countsByOne(entries: readonly Entry[]): boolean {
  const numbers = [...new Set(entries.map(asNumber))].sort((a, b) => a - b);
  return numbers.length > 2 && numbers.every((number, i) => i === 0 || number - (numbers[i - 1] ?? 0) === 1);
}

const pairOf = ({ number, name }: Pick<Entry, 'number' | 'name'>): string => `${number} ${name}`;

function pairsOf(text: string): ReadonlySet<string> {
  const pairs = new Set<string>();
  for (let start = 0; start < text.length; ) {
    const newline = text.indexOf('\n', start);
    const end = newline < 0 ? text.length : newline;
    const entry = end - start > LINE ? undefined : entryOf(text.slice(start, end));
    if (entry) pairs.add(pairOf(entry));
    start = end + 1;
  }
  return pairs;
}

interface Form {
  readonly name: string;
  readonly number: string;
  /** How the line is written but for its name, its number and what follows. */
  readonly form: string;
}

/** What a line gives which number to; undefined where it is no such line. */
function entryOf(line: string): Form | undefined {
  if (line.length > LINE) return undefined;
  const found = /(?<![\w.$'"`/-])(?:0x[\da-f]+|\d+)(?![\w.%'"`/-])/i.exec(line);
  if (!found || found.index > PREFIX || isComment(line)) return undefined;
  const [number] = found;
  const rest = line.slice(found.index + number.length).trimStart();
  if (rest !== '' && !/^[,;:)\]}|[=#/]/.test(rest)) return undefined;
  const before = line.slice(0, found.index);
  const names = [...before.matchAll(/[\p{L}_$][\w$]*|'[^']*'|"[^"]*"/gu)];
  const last = names.at(-1);
  const end = rest.slice(0, 1);
  const squeezed = (text: string) => text.replace(/\s+/g, ' ').trim();
  if (!last) {
    const name = squeezed(rest.replace(/^[,:|=)\s]+/, '')).replace(/[\s,;)\]}]+$/, '');
    return name === '' || !/^[\s({[|]*$/.test(before)
      ? undefined
      : { name, number, form: `${squeezed(before)}# ${end}` };
  }
  const after = before.slice(last.index + last[0].length);
  if (!/^\s*(?:=|:|=>|\(|\|)?\s*$/.test(after)) return undefined;
  // A call is a statement; an entry of a list goes on.
  if (after.includes('(') && !line.trimEnd().endsWith(',')) return undefined;
  const head = squeezed(before.slice(0, last.index));
  return {
    name: last[0],
    number,
    form: `${head} w${squeezed(after)}# ${end === '' || end === '/' || end === '#' ? '' : end}`,
  };
}

const isComment = (line: string): boolean => /^\s*(?:\/\/|\/?\*|#(?!define)|--|<!--|;|%)/.test(line);
const isBeside = (line: string): boolean => /^\s*$/.test(line) || isComment(line) || /^\s*[@[]/.test(line);

interface List {
  readonly entries: readonly Entry[];
  /** A block that holds each number once, whatever their order; else a run of lines. */
  readonly anyOrder: boolean;
}

function listsOf(text: string): List[] {
  const lists: { entries: Entry[]; anyOrder: boolean }[] = [];
  const blocks: { kind: string; list: number }[] = [];
  let run: { form: string; list: number } | undefined;
  let offset = 0;
  const open = (anyOrder: boolean) => lists.push({ entries: [], anyOrder }) - 1;
  for (const line of text.split('\n')) {
    const at = offset;
    offset += line.length + 1;
    if (isBeside(line)) continue;
    const block = blocks.at(-1);
    const own = block && ownEntry(line, block.kind);
    const entry = own ? undefined : entryOf(line);
    if (own && block) lists[block.list]?.entries.push({ ...own, offset: at });
    if (entry) {
      const goesOn = run?.form === entry.form ? run : { form: entry.form, list: open(false) };
      lists[goesOn.list]?.entries.push({ name: entry.name, number: entry.number, offset: at });
      run = goesOn;
    } else if (!own) run = undefined;
    follow(line, blocks, open);
  }
  return lists;
}

/** Blocks that a line opens and closes. What is written in one line altogether changes nothing. */
function follow(line: string, blocks: { kind: string; list: number }[], open: (anyOrder: boolean) => number): void {
  if (!/[{}]/.test(line)) return;
  const bare = line.replace(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|\/\/.*$/g, '');
  let from = 0;
  for (const { 0: brace, index } of bare.matchAll(/[{}]/g)) {
    const head = bare.slice(from, index);
    from = index + 1;
    if (brace === '}') blocks.pop();
    else {
      const above = blocks.at(-1);
      const kind = /\benum\b/.test(head) ? 'enum' : /^\s*message\s/.test(head) ? 'message' : '';
      if (/^\s*oneof\s/.test(head) && above?.kind === 'message') blocks.push(above);
      else blocks.push({ kind, list: kind === '' ? -1 : open(true) });
    }
  }
}

/** In a block that gives each number once. */
function ownEntry(line: string, kind: string): Pick<Entry, 'name' | 'number'> | undefined {
  const found =
    kind === 'enum'
      ? /^\s*([\p{L}_]\w*)\s*(?:=\s*|\(\s*)(-?(?:0x[\da-f]+|\d+))\s*(?:[,;)}[/]|$)/iu.exec(line)
      : kind === 'message'
        ? /^\s*(?:(?:repeated|optional|required)\s+)?(?:map\s*<[^>]*>|[\w.]+)\s+(\w+)\s*=\s*(\d+)\s*[;[]/.exec(line)
        : null;
  const [, name, number] = found ?? [];
  return name === undefined || number === undefined ? undefined : { name, number };
}

const asNumber = ({ number }: Entry): number => Number(number);

const differ = (entries: readonly Entry[]): boolean => new Set(entries.map(asNumber)).size === entries.length;

/** Only rising, or only falling. */
function steady(entries: readonly Entry[]): boolean {
  const steps = entries.slice(1).map((entry, i) => Math.sign(asNumber(entry) - asNumber(entries[i] ?? entry)));
  return steps.every((step) => step === steps[0] && step !== 0);
}
