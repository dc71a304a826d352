/**
 * The trained part of judging names, models/context.json.gz: trees that correct the score by hand, trained by
 * training/names.py on TypeScript repositories. Other languages, and a missing or broken file: the score by hand alone.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { Forest, type TreeModel } from '../../model/trees.ts';
import type { Family } from '../index/indexFile.ts';
import { nameFeatures } from './nameFeatures.ts';

export interface NameModel {
  /** Corrected log odds: `scale` × those by hand + `bias` + the trees' sum. */
  readonly scale: number;
  readonly bias: number;
  readonly forest: Forest;
}

interface Stored {
  readonly version: 1;
  readonly scale: number;
  readonly bias: number;
  readonly trees: TreeModel;
}

export function loadNameModel(modelsDir: string, name = 'context.json.gz'): NameModel | undefined {
  try {
    const stored = JSON.parse(gunzipSync(readFileSync(join(modelsDir, name))).toString()) as Stored; // its parts are checked below
    const { version, scale, bias, trees } = stored;
    if (version !== 1 || typeof scale !== 'number' || typeof bias !== 'number') return undefined;
    return { scale, bias, forest: new Forest(trees, nameFeatures) };
  } catch {
    return undefined;
  }
}

/** The languages it has learned from. */
export const judges = (family: Family): boolean => family === 'ecma';

/** Log odds of each row, corrected. */
export function corrected(rows: readonly Float64Array[], byHand: readonly number[], model: NameModel): number[] {
  const width = nameFeatures.length;
  const flat = new Float64Array(rows.length * width);
  for (const [i, row] of rows.entries()) flat.set(row, i * width);
  const sums = model.forest.scoreAll(flat, rows.length);
  return byHand.map((odds, i) => model.scale * odds + model.bias + (sums[i] ?? 0));
}
