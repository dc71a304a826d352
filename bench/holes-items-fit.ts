/**
 * `npm run bench:items-fit -- DUMP… > server/types/costWeights.ts`: fits the candidates' weights, a conditional logit (the
 * truth against the other candidates of its hole) by gradient descent with L2, from dumps of bench/holes-items.ts.
 */
import { readFileSync } from 'node:fs';
import { featureNames } from '../server/types/candidateCost.ts';

interface Dumped {
  readonly truth: number;
  readonly features: number[][];
}

const holes = process.argv.slice(2).flatMap((path) =>
  readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line): Dumped => JSON.parse(line)),
);
const usable = holes.filter((hole) => hole.truth >= 0 && hole.features.length > 1);
const size = featureNames.length;
const weights = new Float64Array(size);
const squares = new Float64Array(size).fill(1e-6);
const l2 = 0.6;

/** One pass of AdaGrad; the mean log loss. */
function pass(): number {
  const gradient = new Float64Array(size);
  let loss = 0;
  for (const { truth, features } of usable) {
    const scores = features.map((row) => row.reduce((sum, x, i) => sum + x * (weights[i] ?? 0), 0));
    const most = Math.max(...scores);
    const exp = scores.map((score) => Math.exp(score - most));
    const total = exp.reduce((a, b) => a + b, 0);
    loss -= Math.log((exp[truth] ?? 0) / total + 1e-12);
    for (const [j, row] of features.entries()) {
      const share = (exp[j] ?? 0) / total - (j === truth ? 1 : 0);
      for (let i = 0; i < size; i++) gradient[i] = (gradient[i] ?? 0) + share * (row[i] ?? 0);
    }
  }
  for (let i = 0; i < size; i++) {
    const g = ((gradient[i] ?? 0) + l2 * (weights[i] ?? 0)) / usable.length;
    squares[i] = (squares[i] ?? 0) + g * g;
    weights[i] = (weights[i] ?? 0) - (0.25 * g) / Math.sqrt(squares[i] ?? 1);
  }
  return loss / usable.length;
}

let loss = 0;
for (let i = 0; i < 400; i++) loss = pass();
console.error(
  `${holes.length} holes, ${usable.length} with the truth among the candidates; log loss ${loss.toFixed(3)}`,
);
const top = usable.filter(({ truth, features }) => {
  const scores = features.map((row) => row.reduce((sum, x, i) => sum + x * (weights[i] ?? 0), 0));
  return scores.every((score, i) => i === truth || score < (scores[truth] ?? 0));
});
console.error(`top-1 in training: ${((100 * top.length) / holes.length).toFixed(1)} %`);
for (const [i, name] of featureNames.entries()) console.error(`  ${name.padEnd(28)} ${(weights[i] ?? 0).toFixed(2)}`);
console.log(
  '/** By feature, in the order of `featureNames`. Written by bench/holes-items-fit.ts: do not edit by hand. */',
);
console.log(`export const weights: readonly number[] = [${[...weights].map((w) => w.toFixed(3)).join(', ')}];`);
