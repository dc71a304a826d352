/**
 * Decided conflicts as another conflict of the merge sees them, and the sums over those that stand near it in one respect.
 * After a decision this is asked for every open conflict: what does not change is kept, the rest is loops over flat arrays.
 */
import { families } from './generators.ts';
import type { FirstStage, SiblingFacts } from './siblingFeatures.ts';
import {
  addFamilies,
  type DecidedFact,
  decidedFact,
  GENERATORS,
  type History,
  inBoth,
  KNOWN,
  LEFT,
  maskOf,
  NONE,
  RECENT,
  RIGHT,
} from './siblingHistory.ts';

/** In which respects a decided conflict may stand near another. */
export const groupNames = ['all', 'file', 'kind', 'folder', 'situation', 'alike', 'last', 'last3'] as const;
const GROUPS = groupNames.length;
export const groupNumber = (name: (typeof groupNames)[number]): number => groupNames.indexOf(name);
const FAMILIES = families.length;
const ALL = groupNumber('all');
const LATEST = groupNumber('last');

/** A decided conflict as one other sees it: nothing of it changes with later decisions. */
export interface DecidedView {
  readonly fact: SiblingFacts;
  readonly decided: DecidedFact;
  /** How much of the edited words both share; then of the left side's and of the right side's. */
  readonly sims: Float64Array;
  /** A bit for each group it belongs to, but for the last ones. */
  readonly groups: number;
  /**
   * For each candidate of the other and for "none": how many generators it shares with what was chosen here; then how far it is from
   * following as much of the left side's edits as was followed here, of all candidates; then of the right side's.
   */
  readonly rows: Float64Array;
}

/** Edited words are marked with their side: `+lname`, `-rname`. */
const isLeft = (word: string): boolean => word.charCodeAt(1) === LEFT_MARK;
const LEFT_MARK = 'l'.charCodeAt(0);

const leftCounts = new WeakMap<ReadonlySet<string>, number>();

function leftCount(words: ReadonlySet<string>): number {
  const known = leftCounts.get(words);
  if (known !== undefined) return known;
  let n = 0;
  for (const word of words) if (isLeft(word)) n++;
  leftCounts.set(words, n);
  return n;
}

const share = (common: number, all: number): number => (all === 0 ? 0 : common / (all - common));

function similarity(a: ReadonlySet<string>, b: ReadonlySet<string>): Float64Array {
  const [few, many] = a.size <= b.size ? [a, b] : [b, a];
  let n = 0;
  let left = 0;
  for (const x of few) {
    if (!many.has(x)) continue;
    n++;
    if (isLeft(x)) left++;
  }
  const lefts = leftCount(a) + leftCount(b);
  const sims = new Float64Array(3);
  sims[0] = share(n, a.size + b.size);
  sims[1] = share(left, lefts);
  sims[2] = share(n - left, a.size + b.size - lefts);
  return sims;
}

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

type Kept = readonly [Float64Array, Float64Array];

function viewOf(self: SiblingFacts, stage: FirstStage, kept: Kept, fact: SiblingFacts): DecidedView {
  const decided = decidedFact(fact);
  const sims = similarity(self.edited, fact.edited);
  const [own, its] = [placeOf(self), placeOf(fact)];
  const belongs = [
    true,
    fact.path === self.path,
    its.kind === own.kind,
    its.folder === own.folder,
    fact.situation === self.situation,
    (sims[0] ?? 0) >= 0.4,
  ];
  let groups = 0;
  for (let i = 0; i < belongs.length; i++) if (belongs[i]) groups |= 1 << i;
  return { fact, decided, sims, groups, rows: rowsOf(stage, kept, decided) };
}

function rowsOf({ generators }: FirstStage, [left, right]: Kept, { numbers, mask }: DecidedFact): Float64Array {
  const count = generators.length;
  const rows = new Float64Array(3 * count);
  const size = numbers[GENERATORS] ?? 0;
  for (let k = 0; k < count; k++) {
    const names = generators[k] ?? [];
    const both = inBoth(maskOf(names), mask);
    rows[k] = k === count - 1 ? (numbers[NONE] ?? 0) : size === 0 ? 0 : both / (names.length + size - both);
    rows[count + k] = Math.abs((numbers[LEFT] ?? 0) - (left[k] ?? Number.NaN));
    rows[2 * count + k] = Math.abs((numbers[RIGHT] ?? 0) - (right[k] ?? Number.NaN));
  }
  return rows;
}

/** What one conflict saw of the decided ones, for a caller that asks again after every decision. */
export interface Seen {
  readonly byFact: Map<SiblingFacts, DecidedView>;
  /** The sums over these views. */
  added: readonly DecidedView[];
  sums: GroupSums | undefined;
}

export const nothingSeen = (): Seen => ({ byFact: new Map(), added: [], sums: undefined });

/** @param kept shares of both sides' edits that each candidate follows: left ones, then right ones. */
export function viewsOf(
  self: SiblingFacts,
  stage: FirstStage,
  kept: Kept,
  { facts }: History,
  { byFact, added }: Seen,
): DecidedView[] {
  const views: DecidedView[] = [];
  for (let i = 0; i < facts.length; i++) {
    const fact = facts[i];
    if (fact === undefined) continue;
    const last = added[i];
    let view = last?.fact === fact ? last : byFact.get(fact);
    if (view === undefined) {
      view = viewOf(self, stage, kept, fact);
      if (byFact.size > 2 * RECENT) byFact.clear();
      byFact.set(fact, view);
    }
    views.push(view);
  }
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
  readonly surprise: Float64Array;
  readonly odds: Float64Array;
  /** Everything decided, the more alike the more it counts: per candidate, per family, and the sum of the weights. */
  readonly alike: Float64Array;
  readonly alikeFamilies: Float64Array;
  readonly weight: Float64Array;
}

/** The last of several sums is only good until the next: decisions that come to those seen are added to what was summed. */
export function sumsOf(views: readonly DecidedView[], history: History, count: number, seen: Seen): GroupSums {
  const before = seen.added.length;
  let grows = seen.sums !== undefined && before <= views.length;
  for (let i = 0; grows && i < before; i++) grows = seen.added[i] === views[i];
  const sums = (grows ? seen.sums : undefined) ?? emptySums(count);
  for (let i = grows ? before : 0; i < views.length; i++) {
    const view = views[i];
    if (view === undefined) continue;
    for (let group = 0; group < LATEST; group++) {
      if ((view.groups & (1 << group)) === 0) continue;
      addRows(sums, group, view, count);
      if (group !== ALL) addFamilies(sums, group * FAMILIES, view.decided);
    }
    weigh(sums, view, count);
  }
  seen.added = views;
  seen.sums = sums;
  putLatest(sums, views, history, count);
  return sums;
}

/** What the last decisions say; of the families they say it to all alike. */
function putLatest(sums: GroupSums, views: readonly DecidedView[], { all, last, last3 }: History, count: number): void {
  for (let group = LATEST; group < GROUPS; group++) {
    sums.sizes[group] = 0;
    sums.known[group] = 0;
    for (const rows of [sums.like, sums.offLeft, sums.offRight]) rows.fill(0, group * count, (group + 1) * count);
    const n = group === LATEST ? 1 : 3;
    for (let i = Math.max(0, views.length - n); i < views.length; i++) {
      const view = views[i];
      if (view) addRows(sums, group, view, count);
    }
  }
  const put = (group: number, from: typeof all) => {
    sums.share.set(from.share, group * FAMILIES);
    sums.surprise.set(from.surprise, group * FAMILIES);
    sums.odds.set(from.odds, group * FAMILIES);
  };
  put(ALL, all);
  put(LATEST, last);
  put(LATEST + 1, last3);
}

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
    alike: new Float64Array(count),
    alikeFamilies: new Float64Array(FAMILIES),
    weight: new Float64Array(1),
  };
}

function addRows(
  { sizes, known, like, offLeft, offRight }: GroupSums,
  group: number,
  view: DecidedView,
  count: number,
) {
  const { rows, decided } = view;
  sizes[group] = (sizes[group] ?? 0) + 1;
  const start = group * count;
  for (let k = 0; k < count; k++) like[start + k] = (like[start + k] ?? 0) + (rows[k] ?? 0);
  if (decided.numbers[KNOWN] !== 1) return;
  known[group] = (known[group] ?? 0) + 1;
  for (let k = 0; k < count; k++) {
    offLeft[start + k] = (offLeft[start + k] ?? 0) + (rows[count + k] ?? 0);
    offRight[start + k] = (offRight[start + k] ?? 0) + (rows[2 * count + k] ?? 0);
  }
}

function weigh({ alike, alikeFamilies, weight }: GroupSums, { sims, rows, decided }: DecidedView, count: number): void {
  const sim = sims[0] ?? 0;
  const own = sim + 0.02;
  weight[0] = (weight[0] ?? 0) + sim + 0.02;
  for (let k = 0; k < count; k++) alike[k] = (alike[k] ?? 0) + own * (rows[k] ?? 0);
  alikeFamilies[decided.family] = (alikeFamilies[decided.family] ?? 0) + own;
}

/** The one most like it; of equal ones the latest. */
export function nearestOf(views: readonly DecidedView[]): DecidedView | undefined {
  let best: DecidedView | undefined;
  for (const view of views) if (best === undefined || (view.sims[0] ?? 0) >= (best.sims[0] ?? 0)) best = view;
  return best;
}
