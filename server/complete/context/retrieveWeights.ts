/**
 * How much each piece of evidence says that a name is needed: the weights of a logistic model, set by hand. Weights fitted
 * on some hundred holes did no better on repositories they had not seen (docs/benchmarks-completion.md).
 */
import { type NameWeights, nameFeatures } from './nameFeatures.ts';

const zero = Object.fromEntries([...nameFeatures, 'bias'].map((name) => [name, 0])) as Record<
  keyof NameWeights,
  number
>; // built from the list of keys

export const nameWeights: NameWeights = {
  ...zero,
  bias: -6,
  similarBest: 1.5,
  similarSum: 0.8,
  lineBest: 0.5,
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
