/**
 * `npm run bench:context-fit -- FAMILY=ROWS.jsonl … [--out models/context.json]`: fits the weights by which names are
 * judged (server/complete/retrieveNames.ts) on what `bench:context --rows` wrote, by logistic regression with a little
 * ridge, Newton's method. A family keeps its weights in the file when no rows are given for it. `other` is fitted on all
 * rows that no type engine touched.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { nameFeatures } from '../server/complete/retrieveNames.ts';

const { values, positionals } = parseArgs({
  options: { out: { type: 'string', default: 'models/context.json' }, ridge: { type: 'string', default: '3' } },
  allowPositionals: true,
});

interface Rows {
  readonly features: readonly Float64Array[];
  readonly labels: readonly number[];
  readonly weights: readonly number[];
  readonly holes: number;
}

const size = nameFeatures.length + 1;

/** A line holds the rows of one hole: needed names, likely others, and every tenth of the unlikely ones. */
function read(paths: readonly string[]): Rows {
  const features: Float64Array[] = [];
  const labels: number[] = [];
  const weights: number[] = [];
  let holes = 0;
  const add = (row: readonly number[], label: number, weight: number): void => {
    if (row.length !== nameFeatures.length) throw new Error('the rows were written with other features');
    features.push(Float64Array.of(...row, 1));
    labels.push(label);
    weights.push(weight);
  };
  for (const path of paths) {
    for (const line of readFileSync(path, 'utf8').split('\n')) {
      if (line === '') continue;
      const hole = JSON.parse(line) as { hits: number[][]; likely: number[][]; sampled: number[][] }; // our own file
      holes++;
      for (const row of hole.hits) add(row, 1, 1);
      for (const row of hole.likely) add(row, 0, 1);
      for (const row of hole.sampled) add(row, 0, 10);
    }
  }
  return { features, labels, weights, holes };
}

function fitWeights({ features, labels, weights }: Rows, ridge: number): Float64Array {
  const at = new Float64Array(size);
  at[size - 1] = -5;
  for (let round = 0; round < 12; round++) {
    const gradient = new Float64Array(size);
    const hessian = Array.from({ length: size }, () => new Float64Array(size));
    features.forEach((row, n) => {
      let sum = 0;
      for (let i = 0; i < size; i++) sum += (at[i] ?? 0) * (row[i] ?? 0);
      const p = 1 / (1 + Math.exp(-sum));
      const weight = weights[n] ?? 1;
      const curve = Math.max(1e-9, p * (1 - p)) * weight;
      const off = ((labels[n] ?? 0) - p) * weight;
      for (let i = 0; i < size; i++) {
        const x = row[i] ?? 0;
        if (x === 0) continue;
        gradient[i] = (gradient[i] ?? 0) + off * x;
        const line = hessian[i] ?? gradient;
        for (let j = 0; j <= i; j++) line[j] = (line[j] ?? 0) + curve * x * (row[j] ?? 0);
      }
    });
    for (let i = 0; i < size; i++) {
      const line = hessian[i] ?? gradient;
      line[i] = (line[i] ?? 0) + ridge;
      gradient[i] = (gradient[i] ?? 0) - (i === size - 1 ? 0 : ridge * (at[i] ?? 0));
      for (let j = i + 1; j < size; j++) line[j] = hessian[j]?.[i] ?? 0;
    }
    const step = solve(hessian, gradient);
    let largest = 0;
    for (let i = 0; i < size; i++) {
      const move = Math.max(-4, Math.min(4, step[i] ?? 0));
      at[i] = (at[i] ?? 0) + move;
      largest = Math.max(largest, Math.abs(move));
    }
    if (largest < 1e-4) break;
  }
  return at;
}

/** Gaussian elimination with pivoting; changes its arguments. */
function solve(matrix: Float64Array[], vector: Float64Array): Float64Array {
  const value = (i: number, j: number): number => matrix[i]?.[j] ?? 0;
  for (let column = 0; column < size; column++) {
    let pivot = column;
    for (let i = column + 1; i < size; i++) if (Math.abs(value(i, column)) > Math.abs(value(pivot, column))) pivot = i;
    [matrix[column], matrix[pivot]] = [matrix[pivot] ?? vector, matrix[column] ?? vector];
    [vector[column], vector[pivot]] = [vector[pivot] ?? 0, vector[column] ?? 0];
    for (let i = 0; i < size; i++) {
      const factor = i === column ? 0 : value(i, column) / (value(column, column) || 1e-12);
      if (factor === 0) continue;
      const line = matrix[i] ?? vector;
      for (let j = column; j < size; j++) line[j] = (line[j] ?? 0) - factor * value(column, j);
      vector[i] = (vector[i] ?? 0) - factor * (vector[column] ?? 0);
    }
  }
  return vector.map((x, i) => x / (value(i, i) || 1e-12));
}

function named(at: Float64Array): Record<string, number> {
  const pairs = [...nameFeatures, 'bias'].map((name, i) => [name, Math.round((at[i] ?? 0) * 1000) / 1000] as const);
  return Object.fromEntries(pairs);
}

const old: unknown = existsSync(values.out) ? JSON.parse(readFileSync(values.out, 'utf8')) : {};
const families: Record<string, Record<string, number>> = { ...(old as { families?: object }).families }; // our own file
const given = new Map<string, string[]>();
for (const argument of positionals) {
  const [family = '', path = ''] = argument.split('=');
  given.set(family, [...(given.get(family) ?? []), path]);
}
const untyped = [...given].filter(([family]) => family !== 'ecma').flatMap(([, paths]) => paths);
if (untyped.length > 0) given.set('other', untyped);
for (const [family, paths] of given) {
  const rows = read(paths);
  families[family] = named(fitWeights(rows, Number(values.ridge)));
  console.log(`${family}: ${rows.holes} holes, ${rows.labels.filter((label) => label === 1).length} needed names`);
  console.log(JSON.stringify(families[family]));
}
writeFileSync(values.out, `${JSON.stringify({ families }, undefined, 1)}\n`);
