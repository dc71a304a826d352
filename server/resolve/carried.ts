/**
 * How far decisions of the user carry. They move order and number of all other conflicts; whether bulk follows them is asked here too:
 * two do not carry what was unlikely by itself, and none carry what all of them went against.
 */
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
  /** The candidates' texts, with their numbers by themselves and with the decisions. */
  readonly texts: readonly string[];
  readonly alone: readonly number[];
  readonly after: readonly number[];
  readonly sides: ConflictContext['sides'];
}

/** Numbers that bulk may count on, of each candidate: no greater than those after the decisions. */
export function carried({ decided, least, texts, alone, after, sides }: Carried): readonly number[] {
  const gone = new Set(decided.map(decidedWay));
  return after.map((p, i) => {
    const own = alone[i] ?? 0;
    // Only one can stand as high as bulk asks; the others need not be read.
    if (p <= own || p < HALF) return p;
    const text = texts[i];
    const isAgainst = text !== undefined && !gone.has(wayTaken(text, sides));
    return isAgainst || (decided.length === least && own < UNLIKELY) ? own : p;
  });
}
