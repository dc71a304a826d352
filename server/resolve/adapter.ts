/**
 * A repository's own habits on top of the shipped model: the last layer refitted on its earlier merges. Twelve numbers:
 * one factor on the scores and an offset for each family of resolutions (Platt 1999's scaling, over a softmax).
 */

import { softmax } from '../model/trees.ts';
import { families, familyOf } from './features/generators.ts';

export interface Adapter {
  readonly version: 1;
  /** The model it was fitted for; with another it means nothing. */
  readonly model: string;
  readonly factor: number;
  /** In the order of `families`. */
  readonly offsets: readonly number[];
}

/** One conflict to learn from: scores of its candidates and of "none", the family of each, and which was chosen. */
export interface AdapterCase {
  readonly scores: readonly number[];
  readonly families: readonly number[];
  readonly chosen: number;
}

/** Families of a conflict's candidates, "none" last. */
export function familyIndexes(generators: readonly (readonly string[])[]): number[] {
  return [...generators.map((names) => families.indexOf(familyOf(names))), families.indexOf('none')];
}

export const plainAdapter = (model: string): Adapter => ({
  version: 1,
  model,
  factor: 1,
  offsets: families.map(() => 0),
});

export function adapted(scores: readonly number[], of: readonly number[], { factor, offsets }: Adapter): number[] {
  return scores.map((score, i) => factor * score + (offsets[of[i] ?? -1] ?? 0));
}

/** Strength of the pull towards the shipped model, in conflicts: a family seen a few times moves little. */
const PRIOR = 12;
const STEPS = 400;

/** Greatest likelihood under a Gaussian prior around the shipped model, by gradient ascent: the objective is concave. */
export function fitAdapter(cases: readonly AdapterCase[], model: string): Adapter {
  let fit = plainAdapter(model);
  for (let step = 0; step < STEPS; step++) {
    let factor = PRIOR * (1 - fit.factor) * 4;
    const offsets = fit.offsets.map((offset) => -PRIOR * offset);
    for (const { scores, families: of, chosen } of cases) {
      const p = softmax(adapted(scores, of, fit));
      p.forEach((share, i) => {
        const error = (i === chosen ? 1 : 0) - share;
        factor += error * (scores[i] ?? 0);
        const f = of[i] ?? -1;
        offsets[f] = (offsets[f] ?? 0) + error;
      });
    }
    const rate = 1 / (cases.length + PRIOR);
    fit = {
      ...fit,
      factor: Math.min(4, Math.max(0.1, fit.factor + 0.05 * rate * factor)),
      offsets: fit.offsets.map((offset, f) => offset + rate * (offsets[f] ?? 0)),
    };
  }
  return fit;
}

export interface Measured {
  readonly cases: number;
  /** Right among the first. */
  readonly first: number;
  /** Mean of −ln p of what was chosen. */
  readonly loss: number;
}

export function measure(cases: readonly AdapterCase[], adapter: Adapter): Measured & { readonly losses: number[] } {
  let first = 0;
  const losses = cases.map(({ scores, families: of, chosen }) => {
    const p = softmax(adapted(scores, of, adapter));
    const best = Math.max(...p.slice(0, -1));
    if (chosen < p.length - 1 && (p[chosen] ?? 0) >= best) first++;
    return -Math.log(Math.max(1e-6, p[chosen] ?? 0));
  });
  const loss = losses.reduce((a, b) => a + b, 0) / Math.max(1, cases.length);
  return { cases: cases.length, first, loss, losses };
}

/** Fewer later conflicts than this say too little to judge by. */
const ENOUGH = 20;

/** Better beyond chance: the mean gain exceeds twice its standard error, and no fewer first guesses are right. */
export function beats(cases: readonly AdapterCase[], adapter: Adapter): boolean {
  if (cases.length < ENOUGH) return false;
  const shipped = measure(cases, plainAdapter(adapter.model));
  const fitted = measure(cases, adapter);
  const gains = shipped.losses.map((loss, i) => loss - (fitted.losses[i] ?? 0));
  const mean = gains.reduce((a, b) => a + b, 0) / gains.length;
  const variance = gains.reduce((n, gain) => n + (gain - mean) ** 2, 0) / (gains.length - 1);
  return fitted.first >= shipped.first && mean > 2 * Math.sqrt(variance / gains.length);
}

/** What a file holds, when it is an adapter for this model. */
export function readAdapter(value: unknown, model: string): Adapter | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  // Written by us, perhaps by another version: every field is looked at.
  const given = value as Partial<Record<keyof Adapter, unknown>>;
  const { factor, offsets } = given;
  const number = (x: unknown): x is number => typeof x === 'number' && Number.isFinite(x) && Math.abs(x) < 20;
  if (given.version !== 1 || given.model !== model || !number(factor) || factor <= 0) return undefined;
  if (!Array.isArray(offsets) || offsets.length !== families.length || !offsets.every(number)) return undefined;
  return { version: 1, model, factor, offsets };
}
