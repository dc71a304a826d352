/**
 * What the other conflicts of the same merge say about this one: those the user decided, and the first-stage predictions of
 * those still open. Automatic choices are never among the decided.
 */

import { Row } from './conflictFeatures.ts';
import { fileColumns } from './factFeatures.ts';
import { type Family, families, familyOf } from './generators.ts';
import { scratch } from './scratch.ts';
import { type History, historyOf, isSameList } from './siblingHistory.ts';
import { expectedKept, movedColumns, trustColumns, trustOf } from './siblingTrust.ts';
import { type GroupSums, groupNames, groupNumber, nearestOf, nothingSeen, sumsOf, viewsOf } from './siblingViews.ts';

/** A sibling reduced to what comparison needs. */
export interface SiblingFacts {
  readonly path: string;
  /** How the token merge of the conflict ended and which sides are empty (`situationOf`). */
  readonly situation: string;
  /** First-stage probability of each family, in the order of `families`. */
  readonly expected: readonly number[];
  /** Edited tokens of both sides, for similarity. */
  readonly edited: ReadonlySet<string>;
  readonly chosen: Chosen | undefined;
}

/** What the user decided, as far as it is one of the candidates. */
export interface Chosen {
  /** Generators that gave the chosen text; empty when none did. */
  readonly generators: readonly string[];
  /** Shares of each side's edited words that the chosen text follows; absent when it is no candidate. */
  readonly kept: Kept | undefined;
  /** What stage one gave the chosen text, and whether it was its first. */
  readonly p: number;
  readonly first: boolean;
  /** What stage one gave its first, and the family of that. */
  readonly top: number;
  readonly firstFamily: number;
  /** Shares of each side's edits that stage one expected to be followed. */
  readonly expected: Kept;
  readonly went: Followed | undefined;
}

/** What was chosen where one side once had what the other has now: that side (1), the other (-1), or neither (0). */
export interface Followed {
  readonly side: 'left' | 'right';
  readonly way: 1 | 0 | -1;
}

export type Kept = readonly [left: number, right: number];

export interface FirstStage {
  /** Probability of each candidate, then of "none": one longer than candidates. */
  readonly probabilities: readonly number[];
  readonly generators: readonly (readonly string[])[];
  /** Of each candidate: shares of both sides' edited words it follows. */
  readonly kept: readonly Kept[];
  /** A few numbers of the conflict, named in `basicNames`. */
  readonly basics: readonly number[];
  /** The side that once had what the other has now; undefined where the past is not known, or says nothing. */
  readonly wentOn: 'left' | 'right' | undefined;
}

/** Columns of stage one that stage two reads too. */
export const basicNames = [
  'language',
  'token.clean',
  'token.open',
  'tokens.left',
  'tokens.base',
  'tokens.right',
  'ratio.left base',
  'ratio.right base',
  'time.left-right',
  'log.share',
  'log.newer',
  'script.left regions',
  'script.right regions',
  ...fileColumns,
] as const;

const shown = [
  'left',
  'right',
  'token merge',
  'left first',
  'right first',
  'left words',
  'right words',
  'none',
] as const satisfies readonly Family[];

const shownFamilies = shown.map((name) => families.indexOf(name));

/** Whether decided conflicts followed the side that went on from the other, all of them and those in which it is the same side as here. */
const wentColumns = [
  'went.decided',
  'went.followed',
  'went.against',
  'went.last',
  'went.same',
  'went.same followed',
] as const;

const ofGroup = ['family', 'jaccard', 'surprise', 'log odds', 'off left', 'off right'] as const;

/** The columns of stage two, in the order of a row. */
export const siblingColumns: readonly string[] = [
  ...['p', 'p.rank', 'p.top', 'p.second', 'p.of top', 'p.none', 'family', 'family.p', 'candidates'],
  ...basicNames.map((name) => `c.${name}`),
  ...['kept.left', 'kept.right', 'open', 'open.family'],
  ...['decided', 'decided.file', 'decided.surprise', 'decided.usual'],
  ...groupNames.flatMap((group) => ofGroup.map((name) => `${group}.${name}`)),
  ...['near.sim', 'near.agrees', 'near.jaccard', 'weighted.jaccard', 'weighted.family'],
  ...shown.flatMap((name) => [`share.${name}`, `own.${name}`, `open.${name}`]),
  ...trustColumns,
  ...wentColumns,
  'went',
  ...movedColumns,
];

export function familyDistribution(stage: Pick<FirstStage, 'probabilities' | 'generators'>): number[] {
  const out = new Array<number>(families.length).fill(0);
  const none = stage.probabilities.length - 1;
  stage.probabilities.forEach((p, i) => {
    const f = families.indexOf(familyOf(i === none ? undefined : stage.generators[i]));
    out[f] = (out[f] ?? 0) + p;
  });
  return out;
}

/** 1 for a text that is the side which went on from what the other has, -1 for the other's, 0 for what is neither. */
export function wayOf(side: 'left' | 'right', generators: readonly string[]): 1 | 0 | -1 {
  if (generators.includes(side)) return 1;
  return generators.includes(side === 'left' ? 'right' : 'left') ? -1 : 0;
}

/**
 * The decision on a conflict as stage two sees it; `at`: place of the chosen text among the candidates, -1 for none.
 * @param side which went on from the other, where that is known.
 */
export function chosenOf(stage: FirstStage, at: number, side?: 'left' | 'right'): Chosen {
  const p = stage.probabilities[at < 0 ? stage.probabilities.length - 1 : at] ?? 0;
  const concrete = stage.probabilities.slice(0, -1);
  const most = Math.max(...concrete);
  const expectedOf = (side: 0 | 1) =>
    expectedKept(
      stage,
      stage.kept.map((shares) => shares[side]),
    );
  const stageOne = {
    top: most,
    firstFamily: families.indexOf(familyOf(stage.generators[concrete.indexOf(most)])),
    expected: [expectedOf(0), expectedOf(1)] as const,
    went: side && { side, way: wayOf(side, stage.generators[at] ?? []) },
  };
  if (at < 0) return { generators: [], kept: undefined, p, first: false, ...stageOne };
  return { generators: stage.generators[at] ?? [], kept: stage.kept[at], p, first: p >= most, ...stageOne };
}

/** Stage two judges the candidates that stage one gives at least this, and "none". As in training/siblings.py. */
const WORTH = 0.002;

/** What of a conflict's rows does not depend on the others: found once. */
interface OwnPart {
  /** Which candidates are judged, "none" last; and stage one's answer for these alone. */
  readonly places: Int32Array;
  readonly judged: FirstStage;
  /** Family of each candidate and of "none", by number. */
  readonly family: Int32Array;
  /** Shares of both sides' edits that each follows. */
  readonly kept: readonly [Float64Array, Float64Array];
  /** A row that holds what is the same in all rows; the other numbers are missing. */
  readonly row: Float64Array;
  /** Row by row, what stands in the columns `EACH`. */
  readonly each: Float64Array;
}

type Three = [number, number, number];
const WIDTH = siblingColumns.length;
const FAMILIES = families.length;
const MOVES = movedColumns.length;
const columnOf = (name: string): number => siblingColumns.indexOf(name);
const EACH = ['p', 'p.rank', 'p.of top', 'family', 'family.p', 'kept.left', 'kept.right', 'went'].map(columnOf);
const BASICS = columnOf(`c.${basicNames[0]}`);
const [OPEN, OPEN_FAMILY, DECIDED] = [columnOf('open'), columnOf('open.family'), columnOf('decided')];
const GROUPS = columnOf(`${groupNames[0]}.${ofGroup[0]}`);
const [NEAR, WEIGHTED] = [columnOf('near.sim'), columnOf('weighted.jaccard')];
const SHOWN = columnOf(`share.${shown[0]}`);
const [TRUST, WENT, MOVED] = [trustColumns[0] ?? '', wentColumns[0], movedColumns[0] ?? ''].map(columnOf) as Three;
/** 1 for columns that never differ between the rows of one conflict. */
const SAME = Uint8Array.from(siblingColumns, (_, i) => {
  const differs =
    EACH.includes(i) || i === OPEN_FAMILY || (i >= GROUPS && i < NEAR) || (i > NEAR && i <= WEIGHTED + 1) || i >= MOVED;
  return differs ? 0 : 1;
});

/** 1 for columns that the conflict alone tells, whatever becomes of the others. */
export const ownColumns = Uint8Array.from(siblingColumns, (_, i) =>
  i < OPEN || isOwnShare(i) || i === MOVED - 1 ? 1 : 0,
);

function isOwnShare(column: number): boolean {
  return column >= SHOWN && column < TRUST && (column - SHOWN) % 3 === 1;
}

const owns = new WeakMap<FirstStage, OwnPart>();

function ownPart(stage: FirstStage): OwnPart {
  const known = owns.get(stage);
  if (known) return known;
  const { probabilities } = stage;
  const last = probabilities.length - 1;
  const isJudged = (k: number) => k === last || (probabilities[k] ?? 0) >= WORTH;
  const places = Int32Array.from(probabilities.keys()).filter(isJudged);
  const family = places.map((k) => families.indexOf(familyOf(k === last ? undefined : (stage.generators[k] ?? []))));
  const keptOf = (side: 0 | 1) => Float64Array.from(places, (k) => stage.kept[k]?.[side] ?? Number.NaN);
  const kept = [keptOf(0), keptOf(1)] as const;
  const own = familyDistribution(stage);
  const ranks = rankOf(probabilities);
  const sorted = probabilities.slice(0, -1).sort((a, b) => b - a);
  const top = Math.max(sorted[0] ?? 0, 1e-6);
  const row = new Float64Array(WIDTH).fill(Number.NaN);
  row[columnOf('p.top')] = Math.log(top);
  row[columnOf('p.second')] = Math.log((sorted[1] ?? 0) + 1e-4);
  row[columnOf('p.none')] = probabilities[last] ?? 0;
  row[columnOf('candidates')] = probabilities.length;
  row.set(
    basicNames.map((_, i) => stage.basics[i] ?? Number.NaN),
    BASICS,
  );
  shownFamilies.forEach((f, i) => {
    row[SHOWN + 3 * i + 1] = own[f] ?? 0;
  });
  const each = new Float64Array(EACH.length * places.length);
  places.forEach((k, i) => {
    const f = family[i] ?? -1;
    const log = Math.log((probabilities[k] ?? 0) + 1e-4);
    const went = stage.wentOn ? wayOf(stage.wentOn, k === last ? [] : (stage.generators[k] ?? [])) : Number.NaN;
    const numbers = [log, ranks[k] ?? 99, log - Math.log(top), f, own[f] ?? 0, kept[0][i] ?? 0, kept[1][i] ?? 0, went];
    each.set(numbers, EACH.length * i);
  });
  const only = <T>(all: readonly T[]): T[] => all.filter((_, k) => isJudged(k));
  const { kept: all, basics, wentOn } = stage;
  const judged = { probabilities: only(probabilities), generators: only(stage.generators), kept: all, basics, wentOn };
  const made = { places, judged, family, kept, row, each };
  owns.set(stage, made);
  return made;
}

const [roomShared, roomRows] = [scratch(), scratch()];

/** Rows one behind the other, in the order of `siblingColumns`: good until the next are asked for. */
export interface SiblingRows {
  /** Which candidate each row is of; the last is of "none". */
  readonly places: Int32Array;
  readonly values: Float64Array;
  readonly count: number;
  /** 1 for columns that have one value in all rows. */
  readonly same: Uint8Array;
}

/**
 * One row of numbers for each candidate that is judged and a last one for "none". Sums add in the order of the decisions, so that no digit
 * depends on how often it was asked.
 * @param seen what was seen of decided conflicts for this one before, by a caller that asks after every decision.
 */
export function siblingRows(
  self: SiblingFacts,
  stage: FirstStage,
  others: { readonly decided: readonly SiblingFacts[]; readonly open: readonly SiblingFacts[] },
  seen = nothingSeen(),
): SiblingRows {
  const own = ownPart(stage);
  const count = own.family.length;
  const history = historyOf(others.decided);
  // Who asks what would be without decisions goes on to ask with them.
  const so = history.facts.length === 0 ? nothingSeen() : seen;
  const views = viewsOf(self, own.judged, own.kept, history, so);
  const sums = sumsOf(views, history, count, so);
  const expectedOpen = expectedOf(others.open);
  const near = nearestOf(views);
  const shared = roomShared(WIDTH);
  shared.set(own.row);
  shared[OPEN] = others.open.length;
  shared[DECIDED] = others.decided.length;
  shared[DECIDED + 1] = sums.sizes[groupNumber('file')] ?? 0;
  shared[DECIDED + 2] = history.surprise;
  shared[DECIDED + 3] = history.usual;
  shared[NEAR] = near?.sims[0] ?? Number.NaN;
  shownFamilies.forEach((f, i) => {
    shared[SHOWN + 3 * i] = history.chosen[f] ?? Number.NaN;
    shared[SHOWN + 3 * i + 2] = expectedOpen[f] ?? Number.NaN;
  });
  const trust = trustOf(views, history, own.judged, own);
  shared.set(trust.shared, TRUST);
  shared.set(wentOf(history.went, stage.wentOn), WENT);
  const values = roomRows(WIDTH * count);
  const weight = sums.weight[0] ?? 0;
  for (let k = 0; k < count; k++) {
    const start = k * WIDTH;
    values.set(shared, start);
    for (let i = 0; i < EACH.length; i++) values[start + (EACH[i] ?? 0)] = own.each[k * EACH.length + i] ?? Number.NaN;
    const family = own.family[k] ?? -1;
    values[start + OPEN_FAMILY] = expectedOpen[family] ?? Number.NaN;
    putGroups(sums, { at: k, of: count, family }, values, start + GROUPS);
    for (let i = 0; i < MOVES; i++) values[start + MOVED + i] = trust.rows[k * MOVES + i] ?? Number.NaN;
    if (!near) continue;
    values[start + NEAR + 1] = near.decided.family === family ? 1 : 0;
    values[start + NEAR + 2] = near.rows[k] ?? Number.NaN;
    values[start + WEIGHTED] = (sums.alike[k] ?? 0) / weight;
    values[start + WEIGHTED + 1] = (sums.alikeFamilies[family] ?? 0) / weight;
  }
  return { places: own.places, values, count, same: sameIn(sums) };
}

/** In the order of `wentColumns`. Zero by zero is what is missing. */
function wentOf({ left, right, against, last }: History['went'], side: 'left' | 'right' | undefined): number[] {
  const n = left.n + right.n;
  const same = side === 'left' ? left : side === 'right' ? right : NONE_WENT;
  return [n, (left.followed + right.followed) / n, against / n, last, same.n, same.followed / same.n];
}

const NONE_WENT = { n: 0, followed: 0 };

/** The same as rows with names, as training exports them. */
export function siblingFeatures(
  self: SiblingFacts,
  stage: FirstStage,
  decided: readonly SiblingFacts[],
  open: readonly SiblingFacts[],
): Row[] {
  const { values, count } = siblingRows(self, stage, { decided, open });
  let first: Row | undefined;
  return Array.from({ length: count }, (_, k) => {
    const row = new Row(first);
    first ??= row;
    siblingColumns.forEach((name, i) => {
      row.put(name, values[k * WIDTH + i] ?? Number.NaN);
    });
    return row;
  });
}

/** What a group says of a candidate, in the order of `ofGroup`: shares are missing where it has no members. */
function putGroups(
  { sizes, known, like, offLeft, offRight, share, surprise, odds }: GroupSums,
  { at, of, family }: { readonly at: number; readonly of: number; readonly family: number },
  values: Float64Array,
  start: number,
): void {
  for (let group = 0, to = start; group < sizes.length; group++, to += ofGroup.length) {
    const size = sizes[group] ?? 0;
    const followed = known[group] ?? 0;
    const [own, its] = [group * of + at, group * FAMILIES + family];
    // Zero by zero is what is missing.
    values[to] = (share[its] ?? 0) / size;
    values[to + 1] = (like[own] ?? 0) / size;
    values[to + 2] = surprise[its] ?? 0;
    values[to + 3] = odds[its] ?? 0;
    values[to + 4] = (offLeft[own] ?? 0) / followed;
    values[to + 5] = (offRight[own] ?? 0) / followed;
  }
}

/** A group without members says the same of all candidates. */
function sameIn({ sizes }: GroupSums): Uint8Array {
  const same = SAME.slice();
  sizes.forEach((size, group) => {
    const start = GROUPS + group * ofGroup.length;
    if (size === 0) same.fill(1, start, start + ofGroup.length);
  });
  return same;
}

let lastOpen: { readonly open: readonly SiblingFacts[]; readonly expected: Float64Array } | undefined;

/** What the first stage expects of the open conflicts, by family. Most conflicts of a merge have the same open ones beside them. */
function expectedOf(open: readonly SiblingFacts[]): Float64Array {
  if (lastOpen && isSameList(lastOpen.open, open)) return lastOpen.expected;
  const expected = expectationOf(open);
  lastOpen = { open, expected };
  return expected;
}

function expectationOf(open: readonly SiblingFacts[]): Float64Array {
  const sums = new Float64Array(FAMILIES);
  for (const { expected } of open) for (let f = 0; f < FAMILIES; f++) sums[f] = (sums[f] ?? 0) + (expected[f] ?? 0);
  return sums.map((sum) => (open.length === 0 ? Number.NaN : sum / open.length));
}

function rankOf(values: readonly number[]): number[] {
  const order = values.map((_, i) => i).sort((a, b) => (values[b] ?? 0) - (values[a] ?? 0));
  const ranks = new Array<number>(values.length).fill(0);
  order.forEach((i, rank) => {
    ranks[i] = rank;
  });
  return ranks;
}
