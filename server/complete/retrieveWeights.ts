/** Reads the trained weights; the built-in ones stand in where models/context.json is missing or of another make. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type NameWeights, nameFeatures } from './retrieveNames.ts';

const zero = Object.fromEntries([...nameFeatures, 'bias'].map((name) => [name, 0])) as Record<
  keyof NameWeights,
  number
>; // built from the list of keys

export const builtInWeights: NameWeights = {
  ...zero,
  bias: -6,
  similarBest: 1.5,
  similarSum: 0.8,
  ownCount: 0.6,
  imported: 1.5,
  inImportedFile: 1,
  declaredOwn: 0.7,
  memberOfKnown: 0.7,
  memberOwn: 1,
  memberNear: 1.5,
  like: 1,
  typedScore: 2.5,
  typedAny: 0.3,
  overlap: 1,
  overlapNear: 1.5,
  followLong: 3,
  followShort: 2,
  declared: 1,
  sameFolder: 0.4,
};

/** Weights for a family of languages: its own where it was trained, else the common ones. */
export function loadNameWeights(modelsDir: string): (family: string) => NameWeights {
  try {
    const parsed: unknown = JSON.parse(readFileSync(join(modelsDir, 'context.json'), 'utf8'));
    if (typeof parsed !== 'object' || parsed === null || !('families' in parsed)) return () => builtInWeights;
    const families = parsed.families as Record<string, Record<string, number>>; // our own file, checked name by name below
    return (family) => {
      const found = families[family] ?? families['other'];
      if (!found || ![...nameFeatures, 'bias'].every((name) => typeof found[name] === 'number')) return builtInWeights;
      return found as unknown as NameWeights; // every key was just checked
    };
  } catch {
    return () => builtInWeights;
  }
}
