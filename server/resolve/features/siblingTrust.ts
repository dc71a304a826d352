/**
 * How well stage one has done in this merge so far, and what it would say had it known: its hits and misses in the decided
 * conflicts, and its probabilities moved by offsets for each family that explain the decisions.
 */
import { families } from './generators.ts';
import type { FirstStage } from './siblingFeatures.ts';
import { type DecidedView, groupNumber } from './siblingViews.ts';

const trustGroups = ['all', 'file', 'kind', 'alike', 'recent'] as const;
const GROUPED = trustGroups.slice(0, -1).map((name) => groupNumber(name as Parameters<typeof groupNumber>[0]));
const RECENT = trustGroups.length - 1;
const ofTrust = ['usual', 'over', 'likelihood', 'none'] as const;

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
const SAME = 0.85;
const SURE = 0.7;
const FADES = 0.7;
/** A family counts as offered where stage one gave its candidates at least this. */
const OFFERED = 0.03;

/** Numbers of one conflict: what is the same in all rows, and row by row. */
export interface Trust {
  readonly shared: Float64Array;
  readonly rows: Float64Array;
}

/** @param family of each candidate and of "none"; @param kept shares of both sides' edits that each follows. */
export function trustOf(
  views: readonly DecidedView[],
  stage: FirstStage,
  family: Int32Array,
  kept: readonly [Float64Array, Float64Array],
): Trust {
  const count = family.length;
  const shared = new Float64Array(trustColumns.length).fill(Number.NaN);
  const rows = new Float64Array(movedColumns.length * count).fill(Number.NaN);
  if (views.length === 0) return { shared, rows };
  const top = topOf(stage.probabilities);
  let at = putGroups(views, shared);
  for (const value of trackOf(views, top)) shared[at++] = value;
  const lean = leanOf(views, stage, kept);
  const edits = [editOf(views, 0), editOf(views, 1)] as const;
  const same = views.filter(({ sim }) => sim >= SAME);
  for (const value of [lean.left, lean.right, edits[0].most, edits[1].most, same.length]) shared[at++] = value;
  const moved = movedBy(offsetsOfAll(views), stage, family);
  const near = movedBy(
    offsets(
      views.map(({ decided }) => decided),
      views.map(nearness),
      0.7,
      8,
    ),
    stage,
    family,
  );
  for (const value of [moved.top, moved.none, moved.second, near.top, near.none]) shared[at++] = value;
  const proposals = proposalsOf(views);
  for (let k = 0; k < count; k++) {
    const f = family[k] ?? 0;
    const proposed = proposals.proposed[f] ?? 0;
    const [left, right] = [kept[0][k] ?? Number.NaN, kept[1][k] ?? Number.NaN];
    const values = [
      moved.p[k] ?? 0,
      (moved.p[k] ?? 0) - moved.top,
      moved.rank(k),
      near.p[k] ?? 0,
      (near.p[k] ?? 0) - near.top,
      proposed,
      (proposals.right[f] ?? 0) / proposed,
      (proposals.chosen[f] ?? 0) / (proposals.offered[f] ?? 0),
      lean.left * (left - lean.own[0]) + lean.right * (right - lean.own[1]),
      edits[0].off(left),
      edits[1].off(right),
      same.length === 0 ? Number.NaN : same.reduce((sum, { like }) => sum + (like[k] ?? 0), 0) / same.length,
    ];
    rows.set(values, k * movedColumns.length);
  }
  return { shared, rows };
}

function topOf(probabilities: readonly number[]): number {
  let top = 0;
  for (let k = 0; k < probabilities.length - 1; k++) top = Math.max(top, probabilities[k] ?? 0);
  return top;
}

/** Hits, calibration, likelihood and texts outside of the candidates, by group; the last group fades with age. */
function putGroups(views: readonly DecidedView[], shared: Float64Array): number {
  const width = ofTrust.length;
  const sums = new Float64Array(trustGroups.length * width);
  const weights = new Float64Array(trustGroups.length);
  views.forEach(({ decided, groups }, i) => {
    const { chosen } = decided;
    const first = chosen.first ? 1 : 0;
    const values = [first, first - chosen.top, decided.surprise, chosen.generators.length === 0 ? 1 : 0];
    const add = (group: number, weight: number) => {
      weights[group] = (weights[group] ?? 0) + weight;
      for (let v = 0; v < width; v++)
        sums[group * width + v] = (sums[group * width + v] ?? 0) + weight * (values[v] ?? 0);
    };
    for (let group = 0; group < GROUPED.length; group++) if (groups.includes(GROUPED[group] ?? -1)) add(group, 1);
    add(RECENT, FADES ** (views.length - 1 - i));
  });
  for (let i = 0; i < sums.length; i++) shared[i] = (sums[i] ?? 0) / (weights[Math.floor(i / width)] ?? 0);
  return sums.length;
}

/** How sure the wrong first answers were, how often the sure ones and those as sure as this one's were right, and since when. */
function trackOf(views: readonly DecidedView[], top: number): number[] {
  let [wrongTop, sure, sureRight, like, likeRight, streak] = [0, 0, 0, 0, 0, 0];
  const chosen = new Float64Array(FAMILIES);
  for (const { decided } of views) {
    const { top: said, first } = decided.chosen;
    chosen[decided.family] = (chosen[decided.family] ?? 0) + 1;
    if (!first) wrongTop = Math.max(wrongTop, said);
    streak = first ? streak + 1 : 0;
    if (said >= SURE) {
      sure++;
      if (first) sureRight++;
    }
    const weight = Math.exp(-Math.abs(said - top) / 0.15);
    like += weight;
    if (first) likeRight += weight;
  }
  let entropy = 0;
  for (const n of chosen) if (n > 0) entropy -= (n / views.length) * Math.log(n / views.length);
  return [wrongTop, sure, sureRight / sure, likeRight / like, streak, entropy];
}

/** Whose edits were followed more than stage one expected. */
function leanOf(views: readonly DecidedView[], stage: FirstStage, kept: readonly [Float64Array, Float64Array]) {
  const sums = [0, 0];
  let known = 0;
  for (const { decided } of views) {
    const { kept: followed, expected } = decided.chosen;
    if (!followed || Number.isNaN(followed[0] + followed[1] + expected[0] + expected[1])) continue;
    known++;
    for (const side of [0, 1] as const) sums[side] = (sums[side] ?? 0) + followed[side] - expected[side];
  }
  const own = [expectedKept(stage, kept[0]), expectedKept(stage, kept[1])] as const;
  return { left: (sums[0] ?? 0) / (known + 2), right: (sums[1] ?? 0) / (known + 2), own };
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

/** Decided conflicts in which the same side made a similar edit: how far a candidate is from what became of it there. */
function editOf(views: readonly DecidedView[], side: 0 | 1) {
  let most = 0;
  const seen: { readonly weight: number; readonly followed: number }[] = [];
  for (const { sims, decided } of views) {
    const sim = sims[side];
    most = Math.max(most, sim);
    const followed = decided.chosen.kept?.[side] ?? Number.NaN;
    if (sim >= 0.2 && !Number.isNaN(followed)) seen.push({ weight: sim * sim, followed });
  }
  const off = (own: number): number => {
    let [sum, weight] = [0, 0];
    for (const one of seen) {
      sum += one.weight * Math.abs(one.followed - own);
      weight += one.weight;
    }
    return sum / weight;
  };
  return { most, off };
}

/** By family: how often stage one proposed it first and was right, and how often it was offered and chosen. */
function proposalsOf(views: readonly DecidedView[]) {
  const [proposed, right, offered, chosen] = [0, 1, 2, 3].map(() => new Float64Array(FAMILIES)) as Four;
  for (const { decided } of views) {
    const { firstFamily, first } = decided.chosen;
    proposed[firstFamily] = (proposed[firstFamily] ?? 0) + 1;
    if (first) right[firstFamily] = (right[firstFamily] ?? 0) + 1;
    chosen[decided.family] = (chosen[decided.family] ?? 0) + 1;
    for (let f = 0; f < FAMILIES; f++)
      if (f === decided.family || (decided.expected[f] ?? 0) >= OFFERED) offered[f] = (offered[f] ?? 0) + 1;
  }
  return { proposed, right, offered, chosen };
}

type Four = [Float64Array, Float64Array, Float64Array, Float64Array];

const nearness = ({ sim, groups }: DecidedView): number =>
  sim + 0.1 + (groups.includes(FILE) ? 0.3 : 0) + (groups.includes(KIND) ? 0.15 : 0);
const [FILE, KIND] = [groupNumber('file'), groupNumber('kind')];

/**
 * Offsets for each family under which stage one's expectations explain the decisions better, pulled towards none: the greatest
 * posterior under a Gaussian prior, by steps along each at once. A step is Newton's where that is short; where a decision is far
 * from expected its curvature is taken for as much as half of the distance, since Newton's own steps overshoot there and swing.
 */
export function offsets(
  decided: readonly Pick<DecidedView['decided'], 'family' | 'prior'>[],
  weights: readonly number[],
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
    decided.forEach(({ family, prior: expected }, i) => {
      const weight = weights[i] ?? 0;
      let sum = 0;
      for (let f = 0; f < FAMILIES; f++) sum += (power[f] ?? 0) * (expected[f] ?? 0);
      for (let f = 0; f < FAMILIES; f++) {
        const q = ((power[f] ?? 0) * (expected[f] ?? 0)) / sum;
        const off = (f === family ? 1 : 0) - q;
        up[f] = (up[f] ?? 0) + weight * off;
        down[f] = (down[f] ?? 0) + weight * Math.max(q * (1 - q), Math.abs(off) / 2);
      }
    });
    for (let f = 0; f < FAMILIES; f++) offset[f] = (offset[f] ?? 0) + (up[f] ?? 0) / (down[f] ?? 1);
  }
  return offset;
}

let last: { readonly facts: readonly unknown[]; readonly offset: Float64Array } | undefined;

/** All open conflicts of a merge are asked after the same decisions. */
function offsetsOfAll(views: readonly DecidedView[]): Float64Array {
  if (last?.facts.length === views.length && views.every(({ decided }, i) => decided === last?.facts[i]))
    return last.offset;
  const offset = offsets(
    views.map(({ decided }) => decided),
    views.map(() => 1),
    1.5,
    12,
  );
  last = { facts: views.map(({ decided }) => decided), offset };
  return offset;
}

interface Moved {
  /** Logarithms. */
  readonly p: Float64Array;
  /** Of a candidate; -1 for "none". */
  readonly rank: (k: number) => number;
  readonly top: number;
  readonly second: number;
  readonly none: number;
}

function movedBy(offset: Float64Array, { probabilities }: FirstStage, family: Int32Array): Moved {
  const p = Float64Array.from(probabilities, (own, k) => Math.log(own + 1e-6) + (offset[family[k] ?? 0] ?? 0));
  let sum = 0;
  for (const score of p) sum += Math.exp(score);
  const all = Math.log(sum);
  let [top, second] = [-99, -99];
  for (let k = 0; k < p.length; k++) {
    const own = (p[k] ?? 0) - all;
    p[k] = own;
    if (k === p.length - 1) break;
    second = Math.max(second, Math.min(top, own));
    top = Math.max(top, own);
  }
  const rank = (k: number): number => {
    const own = p[k] ?? 0;
    let before = 0;
    for (let i = 0; i < p.length - 1; i++) if ((p[i] ?? 0) > own) before++;
    return k === p.length - 1 ? -1 : before;
  };
  return { p, rank, top, second: second === -99 ? -9 : second, none: p.at(-1) ?? 0 };
}
