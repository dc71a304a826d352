/**
 * What a candidate costs: the negative log of an estimated probability, from features that are cheap to compute. The
 * weights (costWeights.ts) are those of a conditional logit, the truth against the other candidates of its hole, fitted on
 * training repositories. It chooses what the ranker above (complete/items/rankItems.ts) sees.
 */

import type { HolePlace, TypedOrigin } from '../typeEngine.ts';
import { weights } from './costWeights.ts';

/** How a candidate's type stands to the expected one. */
export type Fit = 'same' | 'assignable' | 'nullable' | 'any' | 'open' | 'guessed' | 'unfit';

export interface CandidateFacts {
  readonly origin: TypedOrigin;
  readonly place: HolePlace;
  readonly fit: Fit;
  /** How often this text stood in the same kind of place, in this file and in others. */
  readonly seenHere: number;
  readonly seenElsewhere: number;
  /** Share of what stood in that place that had this text, 0–1. */
  readonly seenShare: number;
  /** Likeness of the candidate's last name to the hole's name or parameter, 0–1. */
  readonly likeness: number;
  /** UTF-16 units to the last mention of the root name; Infinity: none. */
  readonly distance: number;
  readonly depth: number;
  readonly isImport: boolean;
  readonly isLibrary: boolean;
  readonly isParameter: boolean;
  /** A member of `this`. */
  readonly isOwn: boolean;
  /** The root is mentioned nowhere since its declaration: it waits to be used. */
  readonly isUnused: boolean;
  /** Mentions of the root since its declaration, and behind the hole as far as it reaches; NaN where it is none of the file's. */
  readonly since: number;
  readonly later: number;
  readonly needsImport: boolean;
  /** Mentions of this very text in the file. */
  readonly mentions: number;
  /** UTF-16 units to the last mention of this very text. */
  readonly textDistance: number;
  readonly names: number;
  readonly length: number;
  readonly hasRequired: boolean;
  readonly filledArguments: number;
}

const origins: readonly TypedOrigin[] = [
  'variable',
  'property',
  'call',
  'constructor',
  'literal',
  'enum',
  'object',
  'function',
  'template',
  'await',
  'operator',
  'member',
];

/** Places of like habits share their weights. */
const groups: readonly (readonly HolePlace[])[] = [
  ['argument', 'element', 'spread'],
  ['initialiser', 'assignment', 'await'],
  ['property', 'jsxAttribute', 'jsxChild', 'template'],
  ['return', 'arrowBody', 'statement'],
  ['condition', 'operand', 'case', 'other'],
];

const measured: readonly [string, (facts: CandidateFacts) => number][] = [
  ['same', (f) => is(f.fit === 'same')],
  ['assignable', (f) => is(f.fit === 'assignable')],
  ['nullable', (f) => is(f.fit === 'nullable')],
  ['any', (f) => is(f.fit === 'any')],
  ['guessed', (f) => is(f.fit === 'guessed')],
  ['seenHere', (f) => Math.log1p(f.seenHere)],
  ['seenElsewhere', (f) => Math.log1p(f.seenElsewhere)],
  ['seenShare', (f) => f.seenShare],
  ['seenAtAll', (f) => is(f.seenHere + f.seenElsewhere > 0)],
  ['seenInFile', (f) => is(f.seenHere > 0)],
  ['likeness', (f) => f.likeness],
  ['sameName', (f) => is(f.likeness === 1)],
  ['nearness', (f) => nearness(f.distance)],
  ['veryNear', (f) => is(f.distance < 60)],
  ['unmentioned', (f) => is(f.distance === Number.POSITIVE_INFINITY && !f.isOwn)],
  ['isOwn', (f) => is(f.isOwn)],
  ['isOwnUnwritten', (f) => is(f.isOwn && f.mentions === 0)],
  ['depth', (f) => Math.min(f.depth, 10) / 10],
  ['isImport', (f) => is(f.isImport)],
  ['isLibrary', (f) => is(f.isLibrary)],
  ['isParameter', (f) => is(f.isParameter)],
  ['isUnused', (f) => is(f.isUnused)],
  ['isUnusedParameter', (f) => is(f.isUnused && f.isParameter)],
  ['needsImport', (f) => is(f.needsImport)],
  ['mentions', (f) => Math.log1p(f.mentions)],
  ['textNearness', (f) => nearness(f.textDistance)],
  ['names', (f) => Math.min(f.names, 6)],
  ['length', (f) => Math.log1p(f.length)],
  ['hasRequired', (f) => is(f.hasRequired)],
  ['arguments', (f) => f.filledArguments],
];

function is(truth: boolean): number {
  return truth ? 1 : 0;
}

function nearness(distance: number): number {
  return distance === Number.POSITIVE_INFINITY ? 0 : 1 / (1 + Math.log1p(distance / 20));
}

export function costOf(facts: CandidateFacts): number {
  const group = groups.findIndex((places) => places.includes(facts.place));
  const origin = origins.indexOf(facts.origin);
  let sum = group < 0 || origin < 0 ? 0 : (weights[group * origins.length + origin] ?? 0);
  const begin = groups.length * origins.length;
  for (const [i, [, measure]] of measured.entries()) sum += measure(facts) * (weights[begin + i] ?? 0);
  return -sum;
}

const fits: readonly Fit[] = ['same', 'assignable', 'nullable', 'any', 'open', 'guessed', 'unfit'];

/** What a ranker above is told of a candidate: the same measures, how its type fits, and whether its root waits for a use. */
export const factNames: readonly string[] = [...measured.map(([name]) => name), 'fit', 'since', 'later', 'waits'];

export function factValues(facts: CandidateFacts): number[] {
  const { since, later } = facts;
  const waits = Number.isNaN(since) ? Number.NaN : is(since + later === 0);
  return [
    ...measured.map(([, measure]) => measure(facts)),
    fits.indexOf(facts.fit),
    Math.log1p(since),
    Math.log1p(later),
    waits,
  ];
}
