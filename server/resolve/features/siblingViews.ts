/**
 * Decided conflicts as another conflict of the merge sees them, and the sums over those that stand near it in one respect.
 * After a decision this is asked for every open conflict: what does not change is kept, the rest is loops over flat arrays.
 */
import { families, familyOf } from './generators.ts';
import type { Chosen, FirstStage, SiblingFacts } from './siblingFeatures.ts';

/** So many decided conflicts are looked at, the latest. */
const RECENT = 60;

/** In which respects a decided conflict may stand near another. */
export const groupNames = ['all', 'file', 'kind', 'folder', 'situation', 'alike', 'last', 'last3'] as const;
const GROUPS = groupNames.length;
export const groupNumber = (name: (typeof groupNames)[number]): number => groupNames.indexOf(name);
const FAMILIES = families.length;

/** A decided conflict, as it is for all others. */
interface DecidedFact {
  readonly chosen: Chosen;
  readonly family: number;
  /** Of each family: 1 for the one chosen, what the first stage expected, and the log odds of both. */
  readonly is: Float64Array;
  readonly expected: Float64Array;
  readonly odds: Float64Array;
  readonly surprise: number;
  /** What the first stage expected of each family, none of them impossible. */
  readonly prior: Float64Array;
}

/** A decided conflict as one other sees it: nothing of it changes with later decisions. */
export interface DecidedView {
  readonly fact: SiblingFacts;
  readonly decided: DecidedFact;
  /** How much of the edited words both share; and of the left side's, of the right side's. */
  readonly sim: number;
  readonly sims: readonly [left: number, right: number];
  /** Numbers of the groups it belongs to, but for the last ones. */
  readonly groups: readonly number[];
  /** For each candidate of the other and for "none": how many generators it shares with what was chosen here. */
  readonly like: Float64Array;
}

const facts = new WeakMap<SiblingFacts, DecidedFact>();
const UNKNOWN: Chosen = {
  generators: [],
  p: 0,
  first: false,
  top: 0,
  firstFamily: 0,
  expected: [Number.NaN, Number.NaN],
};

function decidedFact(fact: SiblingFacts): DecidedFact {
  const known = facts.get(fact);
  if (known) return known;
  const chosen = fact.chosen ?? UNKNOWN;
  const family = families.indexOf(familyOf(chosen.generators.length > 0 ? chosen.generators : undefined));
  const is = Float64Array.from(families, (_, f) => (f === family ? 1 : 0));
  const expected = Float64Array.from(families, (_, f) => fact.expected[f] ?? 0);
  const odds = is.map((one, f) => Math.log((one + 0.1) / ((expected[f] ?? 0) + 0.1)));
  const prior = expected.map((p) => p + 1e-3);
  const made = { chosen, family, is, expected, odds, surprise: Math.log(chosen.p + 1e-3), prior };
  facts.set(fact, made);
  return made;
}

interface Similarity {
  readonly sim: number;
  readonly sims: readonly [left: number, right: number];
}

/** Edited words are marked with their side: `+lname`, `-rname`. */
const isLeft = (word: string): boolean => word.charCodeAt(1) === LEFT;
const LEFT = 'l'.charCodeAt(0);

const leftCounts = new WeakMap<ReadonlySet<string>, number>();

function leftCount(words: ReadonlySet<string>): number {
  const known = leftCounts.get(words);
  if (known !== undefined) return known;
  let n = 0;
  for (const word of words) if (isLeft(word)) n++;
  leftCounts.set(words, n);
  return n;
}

function similarity(a: ReadonlySet<string>, b: ReadonlySet<string>): Similarity {
  const [few, many] = a.size <= b.size ? [a, b] : [b, a];
  let n = 0;
  let left = 0;
  for (const x of few) {
    if (!many.has(x)) continue;
    n++;
    if (isLeft(x)) left++;
  }
  const [aLeft, bLeft] = [leftCount(a), leftCount(b)];
  const share = (common: number, all: number) => (all === 0 ? 0 : common / (all - common));
  return {
    sim: share(n, a.size + b.size),
    sims: [share(left, aLeft + bLeft), share(n - left, a.size + b.size - aLeft - bLeft)],
  };
}

function jaccard(a: readonly string[], b: readonly string[]): number {
  if (b.length === 0) return 0;
  let n = 0;
  for (const x of a) if (b.includes(x)) n++;
  return n / (a.length + b.length - n);
}

const likeness = (chosen: Chosen, names: readonly string[], none: boolean): number =>
  none ? (chosen.generators.length === 0 ? 1 : 0) : jaccard(names, chosen.generators);

/** What is compared of a path, read once for each conflict. */
interface Place {
  readonly kind: string;
  readonly folder: string;
}

const places = new WeakMap<SiblingFacts, Place>();

function placeOf(facts: SiblingFacts): Place {
  const known = places.get(facts);
  if (known) return known;
  const { path } = facts;
  const kind = /\.[^./\\]*$/.exec(path)?.[0] ?? path;
  const made = { kind, folder: path.slice(0, Math.max(0, path.lastIndexOf('/'))) };
  places.set(facts, made);
  return made;
}

function viewOf(self: SiblingFacts, stage: FirstStage, fact: SiblingFacts): DecidedView {
  const decided = decidedFact(fact);
  const last = stage.probabilities.length - 1;
  const { sim, sims } = similarity(self.edited, fact.edited);
  const [own, its] = [placeOf(self), placeOf(fact)];
  const groups = [groupNumber('all')];
  const add = (name: (typeof groupNames)[number], belongs: boolean) => {
    if (belongs) groups.push(groupNumber(name));
  };
  add('file', fact.path === self.path);
  add('kind', its.kind === own.kind);
  add('folder', its.folder === own.folder);
  add('situation', fact.situation === self.situation);
  add('alike', sim >= 0.4);
  return {
    fact,
    decided,
    sim,
    sims,
    groups,
    like: Float64Array.from(stage.probabilities, (_, k) =>
      likeness(decided.chosen, stage.generators[k] ?? [], k === last),
    ),
  };
}

/** What one conflict saw of the decided ones, for a caller that asks again after every decision. */
export interface Seen {
  readonly byFact: Map<SiblingFacts, DecidedView>;
  /** The sums over these views. */
  added: readonly DecidedView[];
  sums: GroupSums | undefined;
}

export const nothingSeen = (): Seen => ({ byFact: new Map(), added: [], sums: undefined });

export function viewsOf(
  self: SiblingFacts,
  stage: FirstStage,
  decided: readonly SiblingFacts[],
  { byFact }: Seen,
): DecidedView[] {
  const views = decided.slice(-RECENT).map((fact) => byFact.get(fact) ?? viewOf(self, stage, fact));
  if (byFact.size > 2 * RECENT) byFact.clear();
  for (const view of views) byFact.set(view.fact, view);
  return views;
}

/** Sums over the members of each group, in the order of the decisions. Per candidate: `[group * count + candidate]`. */
export interface GroupSums {
  /** Members of each group, and those of which it is known what they followed of both sides. */
  readonly sizes: Int32Array;
  readonly known: Int32Array;
  readonly like: Float64Array;
  /** Whose edits were followed so far, beside whose this candidate follows: it counts also where no family is shared. */
  readonly offLeft: Float64Array;
  readonly offRight: Float64Array;
  /** Per family: `[group * families + family]`. */
  readonly share: Float64Array;
  /** How much more often the family was chosen than the first stage expected: evidence about this merge alone. */
  readonly surprise: Float64Array;
  readonly odds: Float64Array;
}

/**
 * The last of several sums is only good until the next: decisions that come to those seen are added to what was summed.
 * @param kept shares of both sides' edits that each candidate follows: left ones, then right ones.
 */
export function sumsOf(
  views: readonly DecidedView[],
  kept: readonly [Float64Array, Float64Array],
  seen: Seen,
): GroupSums {
  const grows = seen.added.length <= views.length && seen.added.every((view, i) => view === views[i]);
  const sums = (grows ? seen.sums : undefined) ?? emptySums(kept[0].length);
  for (let i = grows && seen.sums ? seen.added.length : 0; i < views.length; i++) {
    const view = views[i];
    if (view) for (const group of view.groups) add(sums, group, view, kept);
  }
  seen.added = views;
  seen.sums = sums;
  for (const [name, n] of LATEST) {
    const group = groupNumber(name);
    clear(sums, group, kept[0].length);
    for (const view of views.slice(-n)) add(sums, group, view, kept);
  }
  return sums;
}

const LATEST = [
  ['last', 1],
  ['last3', 3],
] as const;

function emptySums(count: number): GroupSums {
  const ofRows = () => new Float64Array(GROUPS * count);
  const ofFamilies = () => new Float64Array(GROUPS * FAMILIES);
  return {
    sizes: new Int32Array(GROUPS),
    known: new Int32Array(GROUPS),
    like: ofRows(),
    offLeft: ofRows(),
    offRight: ofRows(),
    share: ofFamilies(),
    surprise: ofFamilies(),
    odds: ofFamilies(),
  };
}

function clear(sums: GroupSums, group: number, count: number): void {
  for (const one of [sums.sizes, sums.known]) one[group] = 0;
  for (const rows of [sums.like, sums.offLeft, sums.offRight]) rows.fill(0, group * count, (group + 1) * count);
  for (const all of [sums.share, sums.surprise, sums.odds]) all.fill(0, group * FAMILIES, (group + 1) * FAMILIES);
}

function add(sums: GroupSums, group: number, view: DecidedView, own: readonly [Float64Array, Float64Array]): void {
  const { sizes, known, like, offLeft, offRight, share, surprise, odds } = sums;
  const { decided } = view;
  const [left, right] = own;
  const count = left.length;
  sizes[group] = (sizes[group] ?? 0) + 1;
  for (let f = 0, to = group * FAMILIES; f < FAMILIES; f++, to++) {
    const is = decided.is[f] ?? 0;
    share[to] = (share[to] ?? 0) + is;
    surprise[to] = (surprise[to] ?? 0) + is - (decided.expected[f] ?? 0);
    odds[to] = (odds[to] ?? 0) + (decided.odds[f] ?? 0);
  }
  for (let k = 0, to = group * count; k < count; k++, to++) like[to] = (like[to] ?? 0) + (view.like[k] ?? 0);
  if (!decided.chosen.kept) return;
  const [followedLeft, followedRight] = decided.chosen.kept;
  known[group] = (known[group] ?? 0) + 1;
  for (let k = 0, to = group * count; k < count; k++, to++) {
    offLeft[to] = (offLeft[to] ?? 0) + Math.abs(followedLeft - (left[k] ?? Number.NaN));
    offRight[to] = (offRight[to] ?? 0) + Math.abs(followedRight - (right[k] ?? Number.NaN));
  }
}

/** Everything decided, the more alike the more it counts. */
export function weightedOf(views: readonly DecidedView[], count: number) {
  let weight = 0;
  const like = new Float64Array(count);
  const family = new Float64Array(FAMILIES);
  for (const view of views) {
    const own = view.sim + 0.02;
    weight = weight + view.sim + 0.02;
    for (let k = 0; k < count; k++) like[k] = (like[k] ?? 0) + own * (view.like[k] ?? Number.NaN);
    family[view.decided.family] = (family[view.decided.family] ?? 0) + own;
  }
  return { weight, like, family };
}

/** The one most like it; of equal ones the latest. */
export function nearestOf(views: readonly DecidedView[]): DecidedView | undefined {
  let best: DecidedView | undefined;
  for (const view of views) if (best === undefined || view.sim >= best.sim) best = view;
  return best;
}
