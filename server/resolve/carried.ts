/**
 * How far decisions of the user carry. They move order and number of all other conflicts; whether bulk follows them is asked here too:
 * two do not carry what was unlikely by itself, and none carry what all of them went against, nor statements of both sides in a row:
 * that many routes, fields and imports were kept of both says nothing of which of two statements comes first.
 */
import { isFreeOfOrder } from '../merge/lines/freeOrder.ts';
import { addedBy, isLong, isMere, rowsOfBoth } from '../merge/lines/rows.ts';
import { splitLines } from '../text/lines.ts';
import type { ConflictContext, DecidedSibling } from './candidate.ts';
import { squeeze } from './material.ts';

export type Way = 'ours' | 'theirs' | 'both';

/** What a text is, white space aside: one of the sides, or something of both. */
export function wayTaken(text: string, { left, right }: Pick<ConflictContext['sides'], 'left' | 'right'>): Way {
  if (text === left) return 'ours';
  if (text === right) return 'theirs';
  const own = squeeze(text);
  return own === squeeze(left) ? 'ours' : own === squeeze(right) ? 'theirs' : 'both';
}

/**
 * By itself: what two decisions raise from below it to where bulk acts was right 5 times in 7 (14 conflicts of eight repositories, which
 * the model knew), from above it 19 times in 20.
 */
const UNLIKELY = 0.3;

const HALF = 0.5;

/** Of the same decision, which is a sibling of all the others, once. */
const ways = new WeakMap<DecidedSibling, Way>();

export function decidedWay(decided: DecidedSibling): Way {
  const way = ways.get(decided) ?? wayTaken(decided.chosen, decided.sides);
  ways.set(decided, way);
  return way;
}

interface Carried {
  readonly decided: readonly DecidedSibling[];
  /** With so many a tier is given by them; they are that many or more. */
  readonly least: number;
  /** The candidates' texts, with their numbers by themselves, as if nothing had been decided, and with the decisions. */
  readonly texts: readonly string[];
  readonly own: readonly number[];
  readonly undecided: () => readonly number[];
  readonly after: readonly number[];
  readonly sides: ConflictContext['sides'];
  readonly path: string;
}

export interface Carry {
  /** No greater than the number after the decisions. */
  readonly sure: number;
  /** It counts by itself, as if nothing had been decided, and needs as much for a tier as it would then. */
  readonly alone: boolean;
}

/** What bulk may count on of each candidate. */
export function carried({ decided, least, texts, own, undecided, after, sides, path }: Carried): readonly Carry[] {
  const gone = new Set(decided.map(decidedWay));
  let before: readonly number[] | undefined;
  return after.map((p, i): Carry => {
    const text = texts[i];
    // Only one can stand as high as bulk asks; the others need not be read.
    if (p < HALF || text === undefined) return { sure: p, alone: false };
    const way = wayTaken(text, sides);
    const isUnlikely = decided.length === least && (own[i] ?? 0) < UNLIKELY;
    if (gone.has(way) && !isUnlikely && (way !== 'both' || isFree(text, sides, path))) return { sure: p, alone: false };
    before ??= undecided();
    return { sure: Math.min(p, before[i] ?? 0), alone: true };
  });
}

function isFree(text: string, { base, left, right }: ConflictContext['sides'], path: string): boolean {
  const added = addedBy([base ?? '', left, right]);
  if (added === undefined) return true;
  if (isLong(text)) return false;
  const had = new Set(splitLines(base ?? '').map((line) => line.trim()));
  // What both wrote (`return;`) belongs to whose lines it stands behind.
  return isFreeOfOrder(
    rowsOfBoth(text, added, (line) => isMere(line) || !had.has(line.trim())),
    path,
  );
}
