/**
 * How well stage one has done in this merge so far, and what it would say had it known: its hits and misses in the decided
 * conflicts, and its probabilities moved by offsets for each family that explain the decisions.
 */
import { families } from './generators.ts';
import { type Scratch, scratch } from './scratch.ts';
import type { FirstStage } from './siblingFeatures.ts';
import {
  type DecidedFact,
  FIRST,
  FIRST_FAMILY,
  type History,
  KNOWN,
  LEFT,
  NONE,
  RIGHT,
  SURPRISE,
  TOP,
} from './siblingHistory.ts';
import { type DecidedView, groupNumber } from './siblingViews.ts';

const trustGroups = ['all', 'file', 'kind', 'alike', 'recent'] as const;
const ALL = 0;
const RECENT = trustGroups.length - 1;
/** Bits of the groups between these two. */
const NEAR = [groupNumber('file'), groupNumber('kind'), groupNumber('alike')].map((group) => 1 << group);
const [FILE = 0, KIND = 0] = NEAR;
const ofTrust = ['usual', 'over', 'likelihood', 'none'] as const;
const OF_TRUST = ofTrust.length;

/** The same for all candidates of a conflict. */
export const trustColumns: readonly string[] = [
  ...trustGroups.flatMap((group) => ofTrust.map((name) => `trust.${group} ${name}`)),
  ...['trust.wrong top', 'trust.sure', 'trust.sure right', 'trust.as sure', 'trust.streak', 'trust.entropy'],
  ...['lean.left', 'lean.right', 'edit.left sim', 'edit.right sim', 'same.decided'],
  ...['moved.top', 'moved.none', 'moved.second', 'near moved.top', 'near moved.none'],
];

/** Of each candidate. */
export const movedColumns: readonly string[] = [
  ...['moved.p', 'moved.of top', 'moved.rank', 'near moved.p', 'near moved.of top'],
  ...['proposed', 'proposed.right', 'offered.chosen', 'lean', 'edit.left off', 'edit.right off', 'same.jaccard'],
];

const FAMILIES = families.length;
const rooms = {
  shared: scratch(),
  rows: scratch(),
  like: scratch(),
  weights: scratch(),
  moved: scratch(),
  near: scratch(),
};
const SAME = 0.85;
const SURE = 0.7;
const FADES = 0.7;
/** A family counts as offered where stage one gave its candidates at least this. */
const OFFERED = 0.03;

/** Numbers of one conflict: what is the same in all rows, and row by row. Good until the next are asked for. */
export interface Trust {
  readonly shared: Float64Array;
  readonly rows: Float64Array;
}

/** What of it does not depend on the decisions. */
interface OwnTrust {
  /** What stage one gives its first candidate; of all and "none" the logarithms. */
  readonly top: number;
  readonly logs: Float64Array;
  /** Shares of both sides' edits that stage one expects to be followed. */
  readonly expected: Float64Array;
}

const owns = new WeakMap<FirstStage, OwnTrust>();

function ownTrust(stage: FirstStage, kept: Kept): OwnTrust {
  const known = owns.get(stage);
  if (known) return known;
  const { probabilities } = stage;
  const made = {
    top: Math.max(0, ...probabilities.slice(0, -1)),
    logs: Float64Array.from(probabilities, (p) => Math.log(p + 1e-6)),
    expected: Float64Array.of(expectedKept(stage, kept[0]), expectedKept(stage, kept[1])),
  };
  owns.set(stage, made);
  return made;
}

/** What the decisions say to all alike. */
interface CommonTrust {
  /** Hits, calibration, likelihood and texts outside of the candidates: of all decisions, and fading with age. */
  readonly all: Float64Array;
  readonly recent: Float64Array;
  /** How sure the wrong first answers were, how often the sure ones were right, since when; how mixed the choices are. */
  readonly wrongTop: number;
  readonly sure: number;
  readonly sureRight: number;
  readonly streak: number;
  readonly entropy: number;
  /** Whose edits were followed more than stage one expected: left, right. */
  readonly lean: Float64Array;
  readonly offset: Float64Array;
  /** By family: how often stage one proposed it first and was right, and how often it was offered and chosen. */
  readonly proposed: Float64Array;
  readonly right: Float64Array;
  readonly offered: Float64Array;
  readonly chosen: Float64Array;
  /** Offsets by the weights that the decisions have near a conflict: many stand in the same way to all of them. */
  readonly near: { readonly weights: Float64Array; readonly offset: Float64Array }[];
}

let common: { readonly of: History; readonly trust: CommonTrust } | undefined;

function commonTrust(history: History): CommonTrust {
  if (common?.of !== history) common = { of: history, trust: readCommon(history) };
  return common.trust;
}

function readCommon({ decided }: History): CommonTrust {
  const n = decided.length;
  const [all, recent] = [new Float64Array(OF_TRUST), new Float64Array(OF_TRUST)];
  const lean = new Float64Array(2);
  const [proposed, right, offered, chosen] = [0, 1, 2, 3].map(() => new Float64Array(FAMILIES)) as Four;
  let [weights, wrongTop, sure, sureRight, streak, known] = [0, 0, 0, 0, 0, 0];
  decided.forEach((one, i) => {
    const { numbers, family, expected } = one;
    const [first, top] = [numbers[FIRST] ?? 0, numbers[TOP] ?? 0];
    const weight = FADES ** (n - 1 - i);
    weights += weight;
    addTrust(all, 0, one, 1);
    addTrust(recent, 0, one, weight);
    if (first === 0) wrongTop = Math.max(wrongTop, top);
    streak = first === 1 ? streak + 1 : 0;
    if (top >= SURE) {
      sure++;
      sureRight += first;
    }
    if (addLean(lean, one)) known++;
    const its = numbers[FIRST_FAMILY] ?? 0;
    proposed[its] = (proposed[its] ?? 0) + 1;
    right[its] = (right[its] ?? 0) + first;
    chosen[family] = (chosen[family] ?? 0) + 1;
    for (let f = 0; f < FAMILIES; f++)
      if (f === family || (expected[f] ?? 0) >= OFFERED) offered[f] = (offered[f] ?? 0) + 1;
  });
  let entropy = 0;
  for (const count of chosen) if (count > 0) entropy -= (count / n) * Math.log(count / n);
  return {
    ...{ all: all.map((sum) => sum / n), recent: recent.map((sum) => sum / weights) },
    ...{ wrongTop, sure, sureRight: sureRight / sure, streak, entropy, lean: lean.map((sum) => sum / (known + 2)) },
    ...{ offset: offsets(decided, new Float64Array(n).fill(1), 1.5, 12), proposed, right, offered, chosen, near: [] },
  };
}

type Four = [Float64Array, Float64Array, Float64Array, Float64Array];
type Kept = readonly [Float64Array, Float64Array];

/** In the order of `ofTrust`. */
function addTrust(sums: Float64Array, at: number, { numbers }: DecidedFact, weight: number): void {
  const [first, top] = [numbers[FIRST] ?? 0, numbers[TOP] ?? 0];
  sums[at] = (sums[at] ?? 0) + weight * first;
  sums[at + 1] = (sums[at + 1] ?? 0) + weight * (first - top);
  sums[at + 2] = (sums[at + 2] ?? 0) + weight * (numbers[SURPRISE] ?? 0);
  sums[at + 3] = (sums[at + 3] ?? 0) + weight * (numbers[NONE] ?? 0);
}

/** Whether it is known what was followed, and was expected to be. */
function addLean(sums: Float64Array, { numbers, chosen: { expected } }: DecidedFact): boolean {
  const [left, right] = [numbers[LEFT] ?? 0, numbers[RIGHT] ?? 0];
  if (numbers[KNOWN] !== 1 || Number.isNaN(left + right + expected[0] + expected[1])) return false;
  sums[0] = (sums[0] ?? 0) + left - expected[0];
  sums[1] = (sums[1] ?? 0) + right - expected[1];
  return true;
}

/** @param family of each candidate and of "none"; @param kept shares of both sides' edits that each follows. */
export function trustOf(
  views: readonly DecidedView[],
  history: History,
  stage: FirstStage,
  { family, kept }: { readonly family: Int32Array; readonly kept: Kept },
): Trust {
  const count = family.length;
  const shared = rooms.shared(trustColumns.length).fill(0);
  const rows = rooms.rows(movedColumns.length * count);
  if (views.length === 0) return { shared: shared.fill(Number.NaN), rows: rows.fill(Number.NaN) };
  const all = commonTrust(history);
  const own = ownTrust(stage, kept);
  putGroups(views, all, shared);
  let at = trustGroups.length * OF_TRUST;
  for (const value of [all.wrongTop, all.sure, all.sureRight, asSure(views, own.top), all.streak, all.entropy])
    shared[at++] = value;
  const [leanLeft = 0, leanRight = 0] = all.lean;
  const same = sameAs(views, count);
  for (const value of [leanLeft, leanRight, mostAlike(views, 1), mostAlike(views, 2), same.size]) shared[at++] = value;
  const moved = movedBy(all.offset, own.logs, family, rooms.moved);
  const near = movedBy(nearOffset(views, history, all), own.logs, family, rooms.near);
  for (const value of [moved.top, moved.none, moved.second, near.top, near.none]) shared[at++] = value;
  const [ownLeft = 0, ownRight = 0] = own.expected;
  for (let k = 0, to = 0; k < count; k++, to += movedColumns.length) {
    const f = family[k] ?? 0;
    const proposed = all.proposed[f] ?? 0;
    const [p, nearP] = [moved.p[k] ?? 0, near.p[k] ?? 0];
    rows[to] = p;
    rows[to + 1] = p - moved.top;
    rows[to + 2] = rankIn(moved.p, k);
    rows[to + 3] = nearP;
    rows[to + 4] = nearP - near.top;
    rows[to + 5] = proposed;
    rows[to + 6] = (all.right[f] ?? 0) / proposed;
    rows[to + 7] = (all.chosen[f] ?? 0) / (all.offered[f] ?? 0);
    rows[to + 8] =
      leanLeft * ((kept[0][k] ?? Number.NaN) - ownLeft) + leanRight * ((kept[1][k] ?? Number.NaN) - ownRight);
    rows[to + 9] = editOff(views, 1, count, k);
    rows[to + 10] = editOff(views, 2, count, k);
    rows[to + 11] = (same.like[k] ?? 0) / same.size;
  }
  return { shared, rows };
}

/** Each group's means; of the groups between the first and the last one this conflict's own. */
function putGroups(views: readonly DecidedView[], { all, recent }: CommonTrust, shared: Float64Array): void {
  shared.set(all, ALL);
  for (let i = 0; i < NEAR.length; i++) {
    const at = (1 + i) * OF_TRUST;
    let size = 0;
    for (const { decided, groups } of views) {
      if ((groups & (NEAR[i] ?? 0)) === 0) continue;
      size++;
      addTrust(shared, at, decided, 1);
    }
    for (let v = at; v < at + OF_TRUST; v++) shared[v] = (shared[v] ?? 0) / size;
  }
  shared.set(recent, RECENT * OF_TRUST);
}

/** How often a first answer that was as sure as this one's was right. */
function asSure(views: readonly DecidedView[], top: number): number {
  let [like, right] = [0, 0];
  for (const { decided } of views) {
    const weight = Math.exp(-Math.abs((decided.numbers[TOP] ?? 0) - top) / 0.15);
    like += weight;
    if (decided.numbers[FIRST] === 1) right += weight;
  }
  return right / like;
}

/** Decided conflicts with the same edits on both sides: how many, and what each candidate shares with what was chosen there. */
function sameAs(views: readonly DecidedView[], count: number) {
  const like = rooms.like(count).fill(0);
  let size = 0;
  for (const { sims, rows } of views) {
    if ((sims[0] ?? 0) < SAME) continue;
    size++;
    for (let k = 0; k < count; k++) like[k] = (like[k] ?? 0) + (rows[k] ?? 0);
  }
  return { size, like };
}

/** @param side 1 for left, 2 for right, as in `DecidedView.sims`. */
function mostAlike(views: readonly DecidedView[], side: 1 | 2): number {
  let most = 0;
  for (const { sims } of views) most = Math.max(most, sims[side] ?? 0);
  return most;
}

/** Decided conflicts in which the same side made a similar edit: how far a candidate is from what became of it there. */
function editOff(views: readonly DecidedView[], side: 1 | 2, count: number, k: number): number {
  let [sum, weight] = [0, 0];
  for (const { sims, decided, rows } of views) {
    const sim = sims[side] ?? 0;
    if (sim < 0.2 || Number.isNaN(decided.numbers[side === 1 ? LEFT : RIGHT] ?? Number.NaN)) continue;
    sum += sim * sim * (rows[side * count + k] ?? 0);
    weight += sim * sim;
  }
  return sum / weight;
}

/** The share of a side's edits that stage one expects to be followed, over its candidates. */
export function expectedKept({ probabilities }: Pick<FirstStage, 'probabilities'>, kept: ArrayLike<number>): number {
  let [sum, weight] = [0, 0];
  for (let k = 0; k < probabilities.length - 1; k++) {
    const p = probabilities[k] ?? 0;
    sum += p * (kept[k] ?? Number.NaN);
    weight += p;
  }
  return sum / weight;
}

const nearness = ({ sims, groups }: DecidedView): number =>
  (sims[0] ?? 0) + 0.1 + ((groups & FILE) === 0 ? 0 : 0.3) + ((groups & KIND) === 0 ? 0 : 0.15);

/** So many are looked through, the latest. */
const NEARS = 8;

function nearOffset(views: readonly DecidedView[], { decided }: History, { near }: CommonTrust): Float64Array {
  const weights = rooms.weights(views.length);
  for (let i = 0; i < views.length; i++) {
    const view = views[i];
    if (view) weights[i] = nearness(view);
  }
  for (const known of near) if (isSame(known.weights, weights)) return known.offset;
  const offset = offsets(decided, weights, 0.7, 8);
  near.unshift({ weights: weights.slice(), offset });
  if (near.length > NEARS) near.pop();
  return offset;
}

function isSame(a: Float64Array, b: Float64Array): boolean {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/**
 * Offsets for each family under which stage one's expectations explain the decisions better, pulled towards none: the greatest
 * posterior under a Gaussian prior, by steps along each at once. A step is Newton's where that is short; where a decision is far
 * from expected its curvature is taken for as much as half of the distance, since Newton's own steps overshoot there and swing.
 */
export function offsets(
  decided: readonly Pick<DecidedView['decided'], 'family' | 'prior'>[],
  weights: ArrayLike<number>,
  prior: number,
  steps: number,
): Float64Array {
  const offset = new Float64Array(FAMILIES);
  const [up, down, power] = [0, 1, 2].map(() => new Float64Array(FAMILIES)) as [
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  for (let step = 0; step < steps; step++) {
    for (let f = 0; f < FAMILIES; f++) {
      up[f] = -prior * (offset[f] ?? 0);
      down[f] = prior;
      power[f] = Math.exp(offset[f] ?? 0);
    }
    for (let i = 0; i < decided.length; i++) {
      const one = decided[i];
      if (one === undefined) continue;
      const { family, prior: expected } = one;
      const weight = weights[i] ?? 0;
      let sum = 0;
      for (let f = 0; f < FAMILIES; f++) sum += (power[f] ?? 0) * (expected[f] ?? 0);
      for (let f = 0; f < FAMILIES; f++) {
        const q = ((power[f] ?? 0) * (expected[f] ?? 0)) / sum;
        const off = (f === family ? 1 : 0) - q;
        up[f] = (up[f] ?? 0) + weight * off;
        down[f] = (down[f] ?? 0) + weight * Math.max(q * (1 - q), Math.abs(off) / 2);
      }
    }
    for (let f = 0; f < FAMILIES; f++) offset[f] = (offset[f] ?? 0) + (up[f] ?? 0) / (down[f] ?? 1);
  }
  return offset;
}

interface Moved {
  /** Logarithms. */
  readonly p: Float64Array;
  readonly top: number;
  readonly second: number;
  readonly none: number;
}

function movedBy(offset: Float64Array, logs: Float64Array, family: Int32Array, room: Scratch): Moved {
  const p = room(logs.length);
  const none = p.length - 1;
  let sum = 0;
  for (let k = 0; k < p.length; k++) {
    const score = (logs[k] ?? 0) + (offset[family[k] ?? 0] ?? 0);
    p[k] = score;
    sum += Math.exp(score);
  }
  const all = Math.log(sum);
  let [top, second] = [-99, -99];
  for (let k = 0; k < p.length; k++) {
    const own = (p[k] ?? 0) - all;
    p[k] = own;
    if (k === none) break;
    second = Math.max(second, Math.min(top, own));
    top = Math.max(top, own);
  }
  return { p, top, second: second === -99 ? -9 : second, none: p[none] ?? 0 };
}

/** Of a candidate; -1 for "none". */
function rankIn(p: Float64Array, k: number): number {
  if (k === p.length - 1) return -1;
  const own = p[k] ?? 0;
  let before = 0;
  for (let i = 0; i < p.length - 1; i++) if ((p[i] ?? 0) > own) before++;
  return before;
}
