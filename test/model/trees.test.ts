/** Trees are asked column by column; what comes out is what walking them node by node gives, to the last digit. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type FlatTree, Forest, type TreeModel } from '../../server/model/trees.ts';
import { runs } from '../support/runs.ts';

const COLUMNS = 5;
const number = fc.constantFrom(-1, -0.5, -0, 0, 0.5, 1, 1e9, Number.NaN);

interface Shape {
  /** Where the node to be split stands among the leaves that are there, its column, and where a missing value goes. */
  readonly at: number;
  readonly column: number;
  readonly threshold: number;
  readonly missing: 0 | 1;
}

/** Grown leaf by leaf, as trainers do: up to 80 leaves, so that some trees need three sets. */
const tree = fc
  .array(
    fc.record<Shape>({
      at: fc.nat(),
      column: fc.nat(COLUMNS - 1),
      threshold: fc.constantFrom(-0.7, -0, 0, 0.5, 2),
      missing: fc.constantFrom(0, 1),
    }),
    { maxLength: 79 },
  )
  .map((splits): FlatTree => {
    const [f, t, l, r, m] = [[-1], [0.1], [0], [0], [0]] as [number[], number[], number[], number[], number[]];
    const leaf = (value: number) => {
      for (const [part, one] of [
        [f, -1],
        [t, value],
        [l, 0],
        [r, 0],
        [m, 0],
      ] as const)
        part.push(one);
      return f.length - 1;
    };
    for (const { at, column, threshold, missing } of splits) {
      const leaves = [...f.keys()].filter((i) => f[i] === -1);
      const node = leaves[at % leaves.length] ?? 0;
      const value = t[node] ?? 0;
      [f[node], t[node], m[node]] = [column, threshold, missing];
      l[node] = leaf(value * 1.3 + 0.01);
      r[node] = leaf(value * 0.7 - 0.03);
    }
    return { f, t, l, r, m };
  });

function walked(trees: readonly FlatTree[], row: readonly number[]): number {
  return trees.reduce((sum, { f, t, l, r, m }) => {
    let at = 0;
    while ((f[at] ?? -1) >= 0) {
      const value = row[f[at] ?? 0] ?? Number.NaN;
      const goesLeft = Number.isNaN(value) ? m[at] === 1 : value <= (t[at] ?? 0);
      at = (goesLeft ? l[at] : r[at]) ?? 0;
    }
    return sum + (t[at] ?? 0);
  }, 0);
}

const forests = fc.record({
  trees: fc.array(tree, { minLength: 1, maxLength: 4 }),
  rows: fc.array(fc.array(number, { minLength: COLUMNS, maxLength: COLUMNS }), { minLength: 1, maxLength: 4 }),
  flags: fc.array(fc.constantFrom(0, 1), { minLength: COLUMNS, maxLength: COLUMNS }),
});
const names = ['a', 'b', 'c', 'd', 'e'];
const modelOf = (trees: readonly FlatTree[]): TreeModel => ({ features: names, trees });

describe('trees', () => {
  it('score as walking them does, whatever is shared or known before', () => {
    fc.assert(
      fc.property(forests, ({ trees, rows, flags }) => {
        const forest = new Forest(modelOf(trees));
        const [first = []] = rows;
        const flat = Float64Array.from(
          rows.flatMap((row) => row.map((value, i) => (flags[i] === 1 ? (first[i] ?? 0) : value))),
        );
        const shown = rows.map((_, i) => walked(trees, [...flat.subarray(i * COLUMNS, (i + 1) * COLUMNS)]));
        const same = Uint8Array.from(flags);
        expect([...forest.scoreAll(flat, rows.length)]).toEqual(shown);
        expect([...forest.scoreAll(flat, rows.length, same)]).toEqual(shown);
        for (const some of [same, same.map((flag) => 1 - flag)]) {
          const before = forest.struckBy(some, flat, rows.length);
          expect([...forest.scoreAll(flat, rows.length, same, before)]).toEqual(shown);
        }
      }),
      runs(200),
    );
  });

  it('take a column that is no longer computed as missing', () => {
    fc.assert(
      fc.property(forests, ({ trees, rows }) => {
        const forest = new Forest(modelOf(trees), ['e', 'x', 'b']);
        for (const row of rows) {
          const [, b = Number.NaN, , , e = Number.NaN] = row;
          const score = forest.scoreAll(Float64Array.from([e, 7, b]), 1)[0];
          expect(score).toEqual(walked(trees, [Number.NaN, b, Number.NaN, Number.NaN, e]));
        }
      }),
      runs(200),
    );
  });

  it('refuse parts that do not fit', () => {
    const broken = (part: Partial<FlatTree>) => () =>
      new Forest(modelOf([{ f: [0, -1, -1], t: [0, 1, 2], l: [1, 0, 0], r: [2, 0, 0], m: [0, 0, 0], ...part }]));
    expect(broken({})).not.toThrow();
    expect(broken({ f: [9, -1, -1] })).toThrow(/column 9/);
    expect(broken({ l: [0, 0, 0] })).toThrow(/broken link/);
    expect(broken({ m: [] })).toThrow(/different lengths/);
  });
});
