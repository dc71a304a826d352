/**
 * Decided conflicts as they are for all others, and what a list of them says whoever looks. All open conflicts of a merge are
 * asked after the same decisions, so that is found once for each list. Numbers stand in flat arrays: fields that are now whole
 * and now not would have the compiler throw away what it made of every function that reads them.
 */
import { families, familyOf, generators } from './generators.ts';
import type { Chosen, SiblingFacts } from './siblingFeatures.ts';

const FAMILIES = families.length;

/** A decided conflict, as it is for all others. */
export interface DecidedFact {
  readonly chosen: Chosen;
  readonly family: number;
  /** Of each family: 1 for the one chosen, what the first stage expected, and the log odds of both. */
  readonly is: Float64Array;
  readonly expected: Float64Array;
  readonly odds: Float64Array;
  /** What the first stage expected of each family, none of them impossible. */
  readonly prior: Float64Array;
  /** By the places below. */
  readonly numbers: Float64Array;
  /** Which generators gave what was chosen. */
  readonly mask: Int32Array;
}

/** Places in `DecidedFact.numbers`. */
export const [FIRST, TOP, SURPRISE, NONE, LEFT, RIGHT, FIRST_FAMILY, KNOWN, GENERATORS] = [0, 1, 2, 3, 4, 5, 6, 7, 8];

const facts = new WeakMap<SiblingFacts, DecidedFact>();
const UNKNOWN: Chosen = {
  generators: [],
  kept: undefined,
  p: 0,
  first: false,
  top: 0,
  firstFamily: 0,
  expected: [Number.NaN, Number.NaN],
  went: undefined,
};

export function decidedFact(fact: SiblingFacts): DecidedFact {
  const known = facts.get(fact);
  if (known) return known;
  const chosen = fact.chosen ?? UNKNOWN;
  const { generators: names, kept } = chosen;
  const family = families.indexOf(familyOf(names.length > 0 ? names : undefined));
  const is = Float64Array.from(families, (_, f) => (f === family ? 1 : 0));
  const expected = Float64Array.from(families, (_, f) => fact.expected[f] ?? 0);
  const odds = is.map((one, f) => Math.log((one + 0.1) / ((expected[f] ?? 0) + 0.1)));
  const prior = expected.map((p) => p + 1e-3);
  const numbers = new Float64Array(9);
  numbers[FIRST] = chosen.first ? 1 : 0;
  numbers[TOP] = chosen.top;
  numbers[SURPRISE] = Math.log(chosen.p + 1e-3);
  numbers[NONE] = names.length === 0 ? 1 : 0;
  numbers[LEFT] = kept?.[0] ?? Number.NaN;
  numbers[RIGHT] = kept?.[1] ?? Number.NaN;
  numbers[FIRST_FAMILY] = chosen.firstFamily;
  numbers[KNOWN] = kept ? 1 : 0;
  numbers[GENERATORS] = names.length;
  const made = { chosen, family, is, expected, odds, prior, numbers, mask: maskOf(names) };
  facts.set(fact, made);
  return made;
}

const bits = new Map<string, number>(generators.map((name, i) => [name, i]));

function bitOf(name: string): number {
  const known = bits.get(name) ?? bits.size;
  bits.set(name, known);
  return known;
}

const masks = new WeakMap<readonly string[], Int32Array>();

/** Names of generators as a set, 32 to a number. */
export function maskOf(names: readonly string[]): Int32Array {
  const known = masks.get(names);
  if (known) return known;
  const all = names.map(bitOf);
  const mask = new Int32Array(1 + Math.floor(Math.max(0, ...all) / 32));
  for (const bit of all) mask[bit >> 5] = (mask[bit >> 5] ?? 0) | (1 << (bit & 31));
  masks.set(names, mask);
  return mask;
}

/** How many are in both. */
export function inBoth(a: Int32Array, b: Int32Array): number {
  let n = 0;
  for (let i = 0; i < a.length && i < b.length; i++) {
    let word = (a[i] ?? 0) & (b[i] ?? 0);
    for (; word !== 0; word &= word - 1) n++;
  }
  return n;
}

/** Sums over some decisions, by family, and how many these are. */
export interface FamilySums {
  size: number;
  readonly share: Float64Array;
  /** How much more often the family was chosen than the first stage expected: evidence about this merge alone. */
  readonly surprise: Float64Array;
  readonly odds: Float64Array;
}

export const noSums = (): FamilySums => ({
  size: 0,
  share: new Float64Array(FAMILIES),
  surprise: new Float64Array(FAMILIES),
  odds: new Float64Array(FAMILIES),
});

/** @param at where the sums of its group begin. */
export function addFamilies(
  { share, surprise, odds }: Omit<FamilySums, 'size'>,
  at: number,
  decided: DecidedFact,
): void {
  for (let f = 0, to = at; f < FAMILIES; f++, to++) {
    const is = decided.is[f] ?? 0;
    share[to] = (share[to] ?? 0) + is;
    surprise[to] = (surprise[to] ?? 0) + is - (decided.expected[f] ?? 0);
    odds[to] = (odds[to] ?? 0) + (decided.odds[f] ?? 0);
  }
}

/** A list of decisions, in their order. */
export interface History {
  readonly facts: readonly SiblingFacts[];
  readonly decided: readonly DecidedFact[];
  readonly all: FamilySums;
  readonly last: FamilySums;
  readonly last3: FamilySums;
  /** Means: of the surprise, of how often stage one's first was chosen, and each family. Missing where nothing is decided. */
  readonly surprise: number;
  readonly usual: number;
  readonly chosen: Float64Array;
  /** Where a side had gone on from the other, by that side: how many, and how many followed it; all that followed the other; the latest. */
  readonly went: {
    readonly left: Went;
    readonly right: Went;
    readonly against: number;
    readonly last: number;
  };
}

interface Went {
  readonly n: number;
  readonly followed: number;
}

/** So many decided conflicts are looked at, the latest. */
export const RECENT = 60;

let latest: History | undefined;

/** All open conflicts of a merge are asked after the same decisions. */
export function historyOf(given: readonly SiblingFacts[]): History {
  if (latest && isSameList(latest.facts, given)) return latest;
  const list = given.slice(-RECENT);
  if (!latest || !isSameList(latest.facts, list)) latest = made(list);
  return latest;
}

export function isSameList<T>(a: readonly T[], b: readonly T[]): boolean {
  if (a === b) return true;
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

function made(list: readonly SiblingFacts[]): History {
  const decided = list.map(decidedFact);
  const sumsOf = (some: readonly DecidedFact[]) => {
    const sums = noSums();
    sums.size = some.length;
    for (const one of some) addFamilies(sums, 0, one);
    return sums;
  };
  const [all, last, last3] = [decided, decided.slice(-1), decided.slice(-3)].map(sumsOf) as [
    FamilySums,
    FamilySums,
    FamilySums,
  ];
  let [surprise, usual] = [0, 0];
  for (const { numbers } of decided) {
    surprise += numbers[SURPRISE] ?? 0;
    usual += numbers[FIRST] ?? 0;
  }
  const n = decided.length;
  // Zero by zero is what is missing.
  return {
    facts: list,
    decided,
    all,
    last,
    last3,
    surprise: surprise / n,
    usual: usual / n,
    chosen: all.share.map((one) => one / n),
    went: wentIn(decided),
  };
}

function wentIn(decided: readonly DecidedFact[]): History['went'] {
  const all = decided.flatMap(({ chosen }) => chosen.went ?? []);
  const of = (which: 'left' | 'right'): Went => {
    const own = all.filter(({ side }) => side === which);
    return { n: own.length, followed: own.filter(({ way }) => way === 1).length };
  };
  const against = all.filter(({ way }) => way === -1).length;
  return { left: of('left'), right: of('right'), against, last: all.at(-1)?.way ?? Number.NaN };
}
