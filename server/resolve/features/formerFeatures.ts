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
  if (!former) return { shared: formerColumns.map(() => Number.NaN), rows };
  const place = placeOf(context);
  const had: { readonly left: number; readonly right: number } = {
    left: sharesOf(former.left, place, keys, (k, share) => {
      rows[OF_TEXT * k] = share;
    })(sides.right.squeezed),
    right: sharesOf(former.right, place, keys, (k, share) => {
      rows[OF_TEXT * k + 1] = share;
    })(sides.left.squeezed),
  };
  const versions = context.file?.versions;
  const whole = { left: wasWhole(former.left, versions?.right), right: wasWhole(former.right, versions?.left) };
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
  const wentOn = place && wentOnOf(former, had, place, sides);
  keys.forEach((key, k) => {
    const sign = !wentOn
      ? 0
      : key === sides[wentOn.side].squeezed
        ? 1
        : key === sides[otherOf(wentOn.side)].squeezed
          ? -1
          : 0;
    rows[OF_TEXT * k + 2] = wentOn && whole[wentOn.side] === 1 ? 2 * sign : sign;
  });
  return { shared, rows, ...(wentOn ? { wentOn } : {}) };
}

const otherOf = (side: 'left' | 'right') => (side === 'left' ? 'right' : 'left');

/** @param had share of each side's earlier versions that have the other's text in the place. */
function wentOnOf(
  former: Former,
  had: { readonly left: number; readonly right: number },
  place: Place,
  sides: { readonly left: Side; readonly right: Side },
): WentOn | undefined {
  if (had.left > 0 === had.right > 0 || sides.left.squeezed === sides.right.squeezed) return undefined;
  const side = had.left > 0 ? 'left' : 'right';
  const text = place.before + sides[otherOf(side)].squeezed + place.after;
  const version = former[side].find((one) => read(one).squeezed.includes(text));
  return version && { side, version };
}

interface Place {
  readonly before: string;
  readonly after: string;
}

function placeOf({ before, after }: ConflictContext): Place | undefined {
  let [above, below] = ['', ''];
  const lines = before.split('\n');
  for (let i = lines.length - 1; i >= 0 && above.length < AROUND; i--) above = squeeze(lines[i] ?? '') + above;
  for (const line of after.split('\n')) {
    if (below.length >= AROUND) break;
    below += squeeze(line);
  }
  return above.length + below.length < LEAST ? undefined : { before: above, after: below };
}

/** Gives each candidate's share; the answer gives that of any other text. Without a place nothing is known of any. */
function sharesOf(
  versions: readonly FormerVersion[],
  place: Place | undefined,
  keys: readonly string[],
  put: (candidate: number, share: number) => void,
): (key: string) => number {
  if (!place) return () => Number.NaN;
  const { before, after } = place;
  // Most versions have the place where it is now: one that has not cannot have a text there.
  const whole = versions.map((version) => read(version).squeezed);
  const texts = whole.filter((text) => text.includes(before) && text.includes(after));
  const share = (key: string): number => {
    const sought = before + key + after;
    let n = 0;
    for (const text of texts) if (text.includes(sought)) n++;
    return versions.length === 0 ? 0 : n / versions.length;
  };
  keys.forEach((key, k) => {
    put(k, share(key));
  });
  return share;
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
  if (versions.length === 0) return 0;
  const squeezed = squeeze(other);
  return versions.some((version) => read(version).squeezed === squeezed) ? 1 : 0;
}

interface Read {
  readonly squeezed: string;
  readonly lines: ReadonlySet<string>;
}

/** All conflicts of a file have the same versions. */
const reads = new WeakMap<FormerVersion, Read>();

function read(version: FormerVersion): Read {
  const known = reads.get(version);
  if (known) return known;
  const lines = version.text.split('\n').map(squeeze);
  const made = { squeezed: lines.join(''), lines: new Set(lines) };
  reads.set(version, made);
  return made;
}
