/**
 * What earlier versions of the file say: a text that one side had already, and changed since, is seldom what is wanted. Where
 * ours once stood as theirs stands now, a commit was taken over (picked, squashed, merged in part) and ours went on from it.
 */
import type { ConflictContext, Former, FormerVersion } from '../candidate.ts';
import { squeeze } from '../material.ts';

/** Of the conflict. They begin with `log.`: what is known of the history of a path is known together. */
export const formerColumns = [
  'log.former left',
  'log.former right',
  'log.former left had right',
  'log.former right had left',
  'log.former left had lines',
  'log.former right had lines',
  'log.former left was right',
  'log.former right was left',
] as const;

/**
 * Of each candidate: the share of a side's earlier versions that have its text in this place; and 1 for the side that went on from
 * the other, 2 where it once was the other's file as a whole, less than 0 for the other, 0 for what is neither.
 */
export const formerOfText = ['former.left', 'former.right', 'former.went'] as const;
const OF_TEXT = formerOfText.length;

/** The side whose file once had, in this place, what the other has now, and the newest version in which it had. */
export interface WentOn {
  readonly side: 'left' | 'right';
  readonly version: FormerVersion;
}

export interface FormerFacts {
  /** In the order of `formerColumns`. */
  readonly shared: readonly number[];
  /** Candidate by candidate, in the order of `formerOfText`. */
  readonly rows: Float64Array;
  readonly wentOn?: WentOn;
}

/** Squeezed text around a conflict that a place is known by: whole lines, at least so long where there is so much. */
const AROUND = 12;
/** Less around it than this names no place. */
const LEAST = 6;
/** Lines shorter than this say nothing by being there. */
const SOLID = 5;

interface Side {
  readonly text: string;
  readonly solid: readonly { readonly key: string }[];
  readonly squeezed: string;
}

/** @param keys the candidates' texts without white space. */
export function formerFacts(
  context: ConflictContext,
  sides: { readonly base: Side; readonly left: Side; readonly right: Side },
  keys: readonly string[],
): FormerFacts {
  const { former } = context;
  const rows = new Float64Array(OF_TEXT * keys.length).fill(Number.NaN);
  const versions = context.file?.versions;
  // Earlier versions of a file tell little where it is not known itself, and nothing was learned of that.
  if (!former || !versions) return { shared: formerColumns.map(() => Number.NaN), rows };
  readAll(former);
  const place = placeOf(context);
  const now = wholesOf(versions);
  const put = (side: 'left' | 'right', column: number) => {
    const share = sharesOf(former[side], place, { key: sides[side].squeezed, file: now[side] });
    keys.forEach((key, k) => {
      rows[OF_TEXT * k + column] = share(key);
    });
    return share(sides[otherOf(side)].squeezed);
  };
  const had = { left: put('left', 0), right: put('right', 1) };
  const whole = { left: wasWhole(former.left, now.right), right: wasWhole(former.right, now.left) };
  const shared = [
    former.left.length,
    former.right.length,
    had.left,
    had.right,
    linesHad(former.left, sides.base, sides.right),
    linesHad(former.right, sides.base, sides.left),
    whole.left,
    whole.right,
  ];
  const wentOn = place && wentOnOf(former, had, place, { ...sides, file: now.base });
  const marks = new Map<string, number>();
  if (wentOn) {
    const strength = whole[wentOn.side] === 1 ? 2 : 1;
    marks.set(sides[wentOn.side].squeezed, strength).set(sides[otherOf(wentOn.side)].squeezed, -strength);
  }
  keys.forEach((key, k) => {
    rows[OF_TEXT * k + 2] = marks.get(key) ?? 0;
  });
  return { shared, rows, ...(wentOn ? { wentOn } : {}) };
}

const otherOf = (side: 'left' | 'right') => (side === 'left' ? 'right' : 'left');

/**
 * What stood there from the start is no step, nor one that was taken back: between the other's text and its own the side then had the
 * base's again.
 * @param had share of each side's earlier versions that have the other's text in the place.
 * @param file of the base, squeezed; undefined where it is not known.
 */
function wentOnOf(
  former: Former,
  had: { readonly left: number; readonly right: number },
  { before, after }: Place,
  { file, ...sides }: Record<'base' | 'left' | 'right', Side> & { readonly file: string | undefined },
): WentOn | undefined {
  if (had.left > 0 === had.right > 0 || sides.left.squeezed === sides.right.squeezed) return undefined;
  const side = had.left > 0 ? 'left' : 'right';
  const has = (text: string) => (version: FormerVersion) => read(version).squeezed.includes(before + text + after);
  const other = sides[otherOf(side)].squeezed;
  if (file === undefined || file.includes(before + other + after)) return undefined;
  const versions = former[side];
  const newest = versions.findIndex(has(other));
  if (versions.slice(0, newest).some(has(sides.base.squeezed))) return undefined;
  // The one that brought it: the oldest without a gap.
  const gone = versions.findIndex((version, i) => i > newest && !has(other)(version));
  const version = versions[(gone < 0 ? versions.length : gone) - 1];
  return version && { side, version };
}

interface Place {
  readonly before: string;
  readonly after: string;
}

/** Marks of a file's ends, so that they are known as well as lines are. */
const [START, END] = ['\u0002', '\u0003'];

function placeOf({ before, after }: ConflictContext): Place | undefined {
  let [above, below] = ['', ''];
  const lines = before.split('\n');
  for (let i = lines.length - 1; i >= 0 && above.length < AROUND; i--) above = squeeze(lines[i] ?? '') + above;
  for (const line of after.split('\n')) {
    if (below.length >= AROUND) break;
    below += squeeze(line);
  }
  if (above.length + below.length < LEAST) return undefined;
  return { before: above || START, after: below || END };
}

/**
 * The share of a side's earlier versions that have a text in the place. A text that is not the side's own there, and yet stands in its
 * file with the same around it, is another place's: it counts for nothing. Without a place nothing is known.
 */
function sharesOf(
  versions: readonly FormerVersion[],
  place: Place | undefined,
  own: { readonly key: string; readonly file: string | undefined },
): (key: string) => number {
  if (!place) return () => Number.NaN;
  const { before, after } = place;
  // Most versions have the place where it is now: one that has not cannot have a text there.
  const whole = versions.map((version) => read(version).squeezed);
  const texts = whole.filter((text) => text.includes(before) && text.includes(after));
  return (key) => {
    const sought = before + key + after;
    if (texts.length === 0 || (key !== own.key && own.file?.includes(sought))) return 0;
    let n = 0;
    for (const text of texts) if (text.includes(sought)) n++;
    return n / versions.length;
  };
}

/** Of the lines that a side added: the most that one earlier version of the other had. */
function linesHad(versions: readonly FormerVersion[], base: Side, side: Side): number {
  const known = new Set(base.solid.map(({ key }) => key));
  const added = side.solid.filter(({ key }) => key.length >= SOLID && !known.has(key));
  if (added.length === 0) return Number.NaN;
  let most = 0;
  for (const version of versions) {
    const { lines } = read(version);
    let n = 0;
    for (const { key } of added) if (lines.has(key)) n++;
    most = Math.max(most, n);
  }
  return most / added.length;
}

function wasWhole(versions: readonly FormerVersion[], other: string | undefined): number {
  if (other === undefined) return Number.NaN;
  return versions.some((version) => read(version).squeezed === other) ? 1 : 0;
}

interface Read {
  readonly squeezed: string;
  readonly lines: ReadonlySet<string>;
}

/** All conflicts of a file have the same versions; those of another file are let go, as they take several times their text. */
let reads: { readonly of: Former; readonly byVersion: Map<FormerVersion, Read> } | undefined;

function readAll(former: Former): void {
  if (reads?.of !== former) reads = { of: former, byVersion: new Map() };
}

function read(version: FormerVersion): Read {
  const known = reads?.byVersion.get(version);
  if (known) return known;
  const lines = version.text.split('\n').map(squeeze);
  const made = { squeezed: marked(lines.join('')), lines: new Set(lines) };
  reads?.byVersion.set(version, made);
  return made;
}

const marked = (squeezed: string): string => START + squeezed + END;

type Versions = NonNullable<NonNullable<ConflictContext['file']>['versions']>;
type Wholes = { readonly base: string | undefined; readonly left: string; readonly right: string };

const wholes = new WeakMap<Versions, Wholes>();

/** The three files of today, squeezed as earlier versions are. */
function wholesOf(versions: Versions): Wholes {
  const known = wholes.get(versions);
  if (known) return known;
  const { base, left, right } = versions;
  const made = {
    base: base === undefined ? undefined : marked(squeeze(base)),
    left: marked(squeeze(left)),
    right: marked(squeeze(right)),
  };
  wholes.set(versions, made);
  return made;
}
