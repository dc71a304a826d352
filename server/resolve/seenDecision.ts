/**
 * What was known of a conflict when the user decided it, in a form that a file keeps: later only its sides are at hand, and not
 * what stood around it or what its path went through. Good for the model that made it, and for no other.
 */
import { families, generators } from './features/generators.ts';
import type { Chosen, Followed, Kept, SiblingFacts } from './features/siblingFeatures.ts';

/** JSON has no NaN: null stands for it once it was written. */
export interface SeenDecision {
  /** Names the model. */
  readonly model: string;
  readonly situation: string;
  readonly expected: readonly number[];
  readonly edited: readonly string[];
  readonly chosen: Chosen;
}

export function seenDecision(
  model: string,
  { situation, expected, edited, chosen }: Omit<SiblingFacts, 'path' | 'chosen'> & { readonly chosen: Chosen },
): SeenDecision {
  return { model, situation, expected, edited: [...edited], chosen };
}

/** Undefined where another model kept it, or where it is not what was kept. */
export function factsOfSeen(model: string, path: string, seen: unknown): SiblingFacts | undefined {
  if (!isFields(seen) || seen['model'] !== model) return undefined;
  const { situation, expected, edited } = seen;
  const chosen = chosenFrom(seen['chosen']);
  const numbers = numbersOf(expected);
  if (typeof situation !== 'string' || !isTexts(edited) || !chosen) return undefined;
  if (numbers?.length !== families.length || !isDistribution(numbers)) return undefined;
  return { path, situation, expected: numbers, edited: new Set(edited), chosen };
}

function chosenFrom(value: unknown): Chosen | undefined {
  if (!isFields(value)) return undefined;
  const { generators, first } = value;
  const numbers = numbersOf([value['p'], value['top'], value['firstFamily']]);
  const expected = keptFrom(value['expected']);
  const kept = keptFrom(value['kept']);
  const went = followedFrom(value['went']);
  if (!isTexts(generators) || typeof first !== 'boolean' || !numbers || !expected) return undefined;
  if (generators.some((name) => !known.has(name))) return undefined;
  const [p = 0, top = 0, firstFamily = 0] = numbers;
  const place = Number.isInteger(firstFamily) && firstFamily >= 0 && firstFamily < families.length;
  if (!place || !(p >= 0 && p <= 1 && top >= 0 && top <= 1)) return undefined;
  return { generators, kept, p, first, top, firstFamily, expected, went };
}

function followedFrom(value: unknown): Followed | undefined {
  if (!isFields(value)) return undefined;
  const { side, way } = value;
  if ((side !== 'left' && side !== 'right') || (way !== 1 && way !== 0 && way !== -1)) return undefined;
  return { side, way };
}

function keptFrom(value: unknown): Kept | undefined {
  const [left, right, ...more] = numbersOf(value) ?? [];
  if (left === undefined || right === undefined || more.length > 0) return undefined;
  return isShare(left) && isShare(right) ? [left, right] : undefined;
}

/** A record that somebody wrote by hand must not weigh more than a decision can. */
const isShare = (one: number): boolean => Number.isNaN(one) || (one >= -SLACK && one <= 1 + SLACK);

function isDistribution(numbers: readonly number[]): boolean {
  const sum = numbers.reduce((all, one) => all + one, 0);
  return numbers.every((one) => one >= 0) && Math.abs(sum - 1) < SLACK;
}

/** What adding up rounds. */
const SLACK = 1e-6;
const known: ReadonlySet<string> = new Set(generators);

function numbersOf(value: unknown): number[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const numbers = value.map((one: unknown) => (one === null ? Number.NaN : one));
  return numbers.every((one): one is number => typeof one === 'number') ? numbers : undefined;
}

const isTexts = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((one) => typeof one === 'string');

const isFields = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;
