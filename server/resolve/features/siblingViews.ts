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
}

/** A decided conflict as one other sees it: nothing of it changes with later decisions. */
export interface DecidedView {
  readonly fact: SiblingFacts;
  readonly decided: DecidedFact;
  readonly sim: number;
  /** Numbers of the groups it belongs to, but for the last ones. */
  readonly groups: readonly number[];
  /** For each candidate of the other and for "none": how many generators it shares with what was chosen here. */
  readonly like: Float64Array;
}

const facts = new WeakMap<SiblingFacts, DecidedFact>();

function decidedFact(fact: SiblingFacts): DecidedFact {
  const known = facts.get(fact);
  if (known) return known;
  const chosen = fact.chosen ?? { generators: [], p: 0, first: false };
  const family = families.indexOf(familyOf(chosen.generators.length > 0 ? chosen.generators : undefined));
  const is = Float64Array.from(families, (_, f) => (f === family ? 1 : 0));
  const expected = Float64Array.from(families, (_, f) => fact.expected[f] ?? 0);
  const odds = is.map((one, f) => Math.log((one + 0.1) / ((expected[f] ?? 0) + 0.1)));
  const made = { chosen, family, is, expected, odds, surprise: Math.log(chosen.p + 1e-3) };
  facts.set(fact, made);
  return made;
}

function similarity(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  if (a.size + b.size === 0) return 0;
  const [few, many] = a.size <= b.size ? [a, b] : [b, a];
  let n = 0;
  for (const x of few) if (many.has(x)) n++;
  return n / (a.size + b.size - n);
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
  const sim = similarity(self.edited, fact.edited);
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
    groups,
    like: Float64Array.from(stage.probabilities, (_, k) =>
      likeness(decided.chosen, stage.generators[k] ?? [], k === last),
    ),
  };
}

/** What was seen for this conflict before is in `known`, which is kept as long as what is seen now. */
export function viewsOf(
  self: SiblingFacts,
  stage: FirstStage,
  decided: readonly SiblingFacts[],
  known: Map<SiblingFacts, DecidedView>,
): DecidedView[] {
  const views = decided.slice(-RECENT).map((fact) => known.get(fact) ?? viewOf(self, stage, fact));
  if (known.size > 2 * RECENT) known.clear();
  for (const view of views) known.set(view.fact, view);
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

/** @param kept shares of both sides' edits that each candidate follows: left ones, then right ones. */
export function sumsOf(views: readonly DecidedView[], kept: readonly [Float64Array, Float64Array]): GroupSums {
  const count = kept[0].length;
  const ofRows = () => new Float64Array(GROUPS * count);
  const ofFamilies = () => new Float64Array(GROUPS * FAMILIES);
  const sums: GroupSums = {
    sizes: new Int32Array(GROUPS),
    known: new Int32Array(GROUPS),
    like: ofRows(),
    offLeft: ofRows(),
    offRight: ofRows(),
    share: ofFamilies(),
    surprise: ofFamilies(),
    odds: ofFamilies(),
  };
  views.forEach((view, i) => {
    for (const group of view.groups) add(sums, group, view, kept);
    if (i >= views.length - 1) add(sums, groupNumber('last'), view, kept);
    if (i >= views.length - 3) add(sums, groupNumber('last3'), view, kept);
  });
  return sums;
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
