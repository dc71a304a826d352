/**
 * What a candidate costs: the negative log of an estimated probability, from features that are cheap to compute. The
 * weights are those of a conditional logit, fitted by bench/holes-items-fit.ts on training repositories only.
 */
import type { TypedOrigin } from './typeEngine.ts';

/** How a candidate's type stands to the expected one. */
export type Fit = 'same' | 'assignable' | 'nullable' | 'any' | 'open' | 'guessed' | 'unfit';

export interface CandidateFacts {
  readonly origin: TypedOrigin;
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

export const featureNames = [
  'variable', 'property', 'call', 'constructor', 'literal', 'enum', 'object', 'function', 'template', 'await', 'operator', 'member',
  'same', 'assignable', 'nullable', 'any', 'open', 'unfit', 'seenHere', 'seenElsewhere', 'seenShare', 'seenAtAll', 'likeness', 'sameName',
  'near', 'unmentioned', 'depth', 'isImport', 'isLibrary', 'needsImport', 'mentions', 'textNear', 'names', 'length', 'hasRequired', 'arguments',
] as const; // biome-ignore format: one table

export function features(facts: CandidateFacts): number[] {
  const is = (truth: boolean): number => (truth ? 1 : 0);
  const origins = featureNames.slice(0, 12).map((name) => is(facts.origin === name));
  return [
    ...origins,
    is(facts.fit === 'same'),
    is(facts.fit === 'assignable'),
    is(facts.fit === 'nullable'),
    is(facts.fit === 'any'),
    is(facts.fit === 'open'),
    is(facts.fit === 'unfit'),
    Math.log1p(facts.seenHere),
    Math.log1p(facts.seenElsewhere),
    facts.seenShare,
    is(facts.seenHere + facts.seenElsewhere > 0),
    facts.likeness,
    is(facts.likeness === 1),
    facts.distance === Number.POSITIVE_INFINITY ? 0 : 1 / (1 + Math.log1p(facts.distance / 20)),
    is(facts.distance === Number.POSITIVE_INFINITY),
    Math.min(facts.depth, 10) / 10,
    is(facts.isImport),
    is(facts.isLibrary),
    is(facts.needsImport),
    Math.log1p(facts.mentions),
    facts.textDistance === Number.POSITIVE_INFINITY ? 0 : 1 / (1 + Math.log1p(facts.textDistance / 20)),
    Math.min(facts.names, 6),
    Math.log1p(facts.length),
    is(facts.hasRequired),
    facts.filledArguments,
  ];
}

/** By feature, in the order of `featureNames`. */
export const weights: readonly number[] = [
  0.6, 0.2, -0.3, -0.6, 0.4, 0.6, -0.8, -0.8, -0.5, -0.3, -0.6, 0.3,
  1.2, 0.7, -0.1, -0.6, 0, -3, 0.9, 0.4, 2.2, 0.6, 1.6, 0.8,
  1.6, -0.5, -0.5, -0.4, -1.2, -1.6, 0.3, 1, -0.3, -0.15, 1.2, -0.4,
]; // biome-ignore format: one table

export function costOf(facts: CandidateFacts): number {
  const values = features(facts);
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += (values[i] ?? 0) * (weights[i] ?? 0);
  return -sum;
}
