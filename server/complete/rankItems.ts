/**
 * One order for completions of two origins: a logistic model over what the n-gram, the type engine and the surroundings
 * say of each; its output is the confidence that users see and thresholds cut. Weights: models/complete.json, trained by
 * training/complete_items.py on repositories split by repository.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TypedOrigin } from '../types/typeEngine.ts';

export const itemFeatures = [
  'ngram',
  'ngramPerToken',
  'ngramGap',
  'ngramTop',
  'inBeam',
  'typed',
  'typedCost',
  'typedGap',
  'typedTop',
  'fits',
  'both',
  'tokens',
  'short',
  'likely',
  'visible',
  'unknown',
  'literal',
  'call',
  'member',
  'edits',
  'topLog',
  'noTypes',
] as const;

export type ItemFeature = (typeof itemFeatures)[number];
export type ItemRow = Readonly<Record<ItemFeature, number>>;

/** What is known of one completion before ranking. */
export interface ItemFacts {
  /** Natural log of the n-gram probability of the text and of stopping after it. */
  readonly ngramLog: number;
  readonly tokens: readonly string[];
  readonly inBeam: boolean;
  readonly typed?: {
    readonly cost: number;
    readonly fits: boolean;
    readonly origin: TypedOrigin;
    readonly edits: boolean;
  };
  /** Mean of the likelihood of its names that are not visible. */
  readonly likely: number;
  /** Shares of its names that stand in the window, and that nobody declares. */
  readonly visible: number;
  readonly unknown: number;
}

export function itemRows(facts: readonly ItemFacts[]): ItemRow[] {
  const bestLog = Math.max(-60, ...facts.map((fact) => fact.ngramLog));
  const bestCost = Math.min(30, ...facts.map((fact) => fact.typed?.cost ?? 30));
  const anyTyped = facts.some((fact) => fact.typed !== undefined);
  return facts.map((fact) => {
    const count = Math.max(1, fact.tokens.length);
    const cost = Math.min(20, fact.typed?.cost ?? 14);
    const log = Math.max(-60, fact.ngramLog);
    return {
      ngram: log / 10,
      ngramPerToken: log / count / 4,
      ngramGap: (log - bestLog) / 5,
      ngramTop: log >= bestLog ? 1 : 0,
      inBeam: fact.inBeam ? 1 : 0,
      typed: fact.typed ? 1 : 0,
      typedCost: cost / 10,
      typedGap: Math.min(3, (cost - bestCost) / 5),
      typedTop: fact.typed && fact.typed.cost <= bestCost ? 1 : 0,
      fits: fact.typed?.fits ? 1 : 0,
      both: fact.inBeam && fact.typed ? 1 : 0,
      tokens: Math.min(3, count / 8),
      short: count <= 3 ? 1 : 0,
      likely: fact.likely,
      visible: fact.visible,
      unknown: fact.unknown,
      literal:
        count === 1 && /^["'`\d]|^(?:true|false|null|undefined|None|True|False)$/.test(fact.tokens[0] ?? '') ? 1 : 0,
      call: fact.tokens.at(-1) === ')' ? 1 : 0,
      member: fact.tokens.includes('.') ? 1 : 0,
      edits: fact.typed?.edits ? 1 : 0,
      topLog: bestLog / 10,
      noTypes: anyTyped ? 0 : 1,
    };
  });
}

export interface ItemModel {
  readonly weights: Readonly<Record<ItemFeature | 'bias', number>>;
  /** Confidence of the best item below which nothing is shown as ghost text without being asked. */
  readonly threshold: number;
}

const none = Object.fromEntries([...itemFeatures, 'bias'].map((name) => [name, 0])) as Record<
  ItemFeature | 'bias',
  number
>; // built from the list of keys

export const builtInModel: ItemModel = {
  weights: {
    ...none,
    bias: -0.5,
    ngramGap: 1.2,
    ngram: 0.4,
    typed: 0.3,
    typedGap: -0.9,
    fits: 0.4,
    both: 0.6,
    unknown: -1.5,
    visible: 0.3,
    likely: 0.4,
    edits: -0.6,
    noTypes: -2.5,
  },
  // Set by hand, hence not calibrated: nothing is shown unasked until trained weights say what a confidence is worth.
  threshold: 1.01,
};

export function loadItemModel(modelsDir: string): ItemModel {
  try {
    const parsed: unknown = JSON.parse(readFileSync(join(modelsDir, 'complete.json'), 'utf8'));
    if (typeof parsed !== 'object' || parsed === null || !('weights' in parsed) || !('threshold' in parsed))
      return builtInModel;
    const weights = parsed.weights as Record<string, unknown>; // checked name by name on the next line
    if (
      ![...itemFeatures, 'bias'].every((name) => typeof weights[name] === 'number') ||
      typeof parsed.threshold !== 'number'
    )
      return builtInModel;
    return { weights: weights as ItemModel['weights'], threshold: parsed.threshold }; // every key was just checked
  } catch {
    return builtInModel;
  }
}

export function confidence(row: ItemRow, model: ItemModel): number {
  let sum = model.weights.bias;
  for (const name of itemFeatures) sum += model.weights[name] * row[name];
  return 1 / (1 + Math.exp(-sum));
}
