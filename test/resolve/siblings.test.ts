/** What decided conflicts say about an open one: stage one's hits and misses, and what it would say had it known. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { families } from '../../server/resolve/features/generators.ts';
import {
  chosenOf,
  type FirstStage,
  familyDistribution,
  type SiblingFacts,
  siblingColumns,
  siblingRows,
} from '../../server/resolve/features/siblingFeatures.ts';
import { offsets } from '../../server/resolve/features/siblingTrust.ts';
import { nothingSeen } from '../../server/resolve/features/siblingViews.ts';

const stageOf = (probabilities: readonly number[]): FirstStage => ({
  probabilities,
  generators: [['left'], ['right'], ['token merge'], []].slice(-probabilities.length),
  kept: [[1, 0] as const, [0, 1] as const, [1, 1] as const].slice(1 - probabilities.length),
  basics: [],
  wentOn: undefined,
});

const factsOf = (path: string, stage: FirstStage, words: readonly string[] = []): SiblingFacts => ({
  path,
  situation: 'open',
  expected: familyDistribution(stage),
  edited: new Set(words),
  chosen: undefined,
});

const decidedAs = (stage: FirstStage, at: number, path = 'a.ts', words: readonly string[] = []): SiblingFacts => ({
  ...factsOf(path, stage, words),
  chosen: chosenOf(stage, at),
});

const wentThere = (at: number, side: 'left' | 'right'): SiblingFacts => ({
  ...factsOf('c.ts', leftish),
  chosen: chosenOf(leftish, at, side),
});

function seen(stage: FirstStage, decided: readonly SiblingFacts[], words: readonly string[] = []) {
  const { values, places, count } = siblingRows(factsOf('a.ts', stage, words), stage, { decided, open: [] });
  const width = siblingColumns.length;
  expect(values).toHaveLength(width * count);
  const kept = values.slice();
  return {
    places: [...places],
    of: (name: string, row = 0) => kept[row * width + siblingColumns.indexOf(name)] ?? Number.NaN,
  };
}

const leftish = stageOf([0.7, 0.2, 0.05, 0.05]);

it('counts the hits of stage one, how sure it was when wrong, and texts that were no candidate', () => {
  const { of } = seen(leftish, [decidedAs(leftish, 0), decidedAs(leftish, 1, 'b.js'), decidedAs(leftish, -1)]);
  expect(of('trust.all usual')).toBeCloseTo(1 / 3, 9);
  expect(of('trust.file usual')).toBeCloseTo(1 / 2, 9);
  expect(of('trust.all over')).toBeCloseTo(1 / 3 - 0.7, 9);
  expect(of('trust.all none')).toBeCloseTo(1 / 3, 9);
  expect(of('trust.wrong top')).toBeCloseTo(0.7, 9);
  expect(of('trust.streak')).toBe(0);
  expect(of('own.none')).toBeCloseTo(0.05, 9);
  expect(familyDistribution(leftish)[families.indexOf('none')]).toBeCloseTo(0.05, 9);
});

it('decisions against what was expected move the probabilities their way, and more the more there are', () => {
  const moved = (n: number) => {
    const { of } = seen(
      leftish,
      Array.from({ length: n }, () => decidedAs(leftish, 1)),
    );
    const p = [0, 1, 2, 3].map((row) => Math.exp(of('moved.p', row)));
    expect(p.reduce((a, b) => a + b)).toBeCloseTo(1, 9);
    return p;
  };
  const [one, four] = [moved(1), moved(4)];
  expect(one[1]).toBeGreaterThan(0.2);
  expect(four[1]).toBeGreaterThan(one[1] ?? 1);
  expect(four[1]).toBeGreaterThan(four[0] ?? 1);
});

it('tells what became of the same edit of a side elsewhere', () => {
  const words = ['+lname', '-lother', '+rthing'];
  const { of } = seen(leftish, [decidedAs(leftish, 1, 'b.ts', ['+lname', '-lother', '+relse'])], words);
  expect(of('edit.left sim')).toBe(1);
  expect(of('edit.right sim')).toBe(0);
  // Left's edit was not followed there: the candidate that follows it is far from that, the other is not.
  expect(of('edit.left off', 0)).toBe(1);
  expect(of('edit.left off', 1)).toBe(0);
});

it('tells whether decisions followed the side that went on from the other, or threw it away', () => {
  const here = { ...leftish, wentOn: 'left' as const };
  const decided = [wentThere(0, 'left'), wentThere(0, 'right'), wentThere(2, 'right'), decidedAs(leftish, 0)];
  const { of } = seen(here, decided);
  expect(['decided', 'followed', 'against', 'last', 'same', 'same followed'].map((name) => of(`went.${name}`))).toEqual(
    [...[3, 1 / 3, 1 / 3, 0, 1, 1]],
  );
  expect([0, 1, 2, 3].map((row) => of('went', row))).toEqual([1, -1, 0, 0]);
  expect(seen(leftish, decided).of('went')).toBeNaN();
  expect(seen(here, [decidedAs(leftish, 0)]).of('went.followed')).toBeNaN();
});

it('judges what stage one gives something, and "none" always', () => {
  expect(seen(stageOf([0.9985, 0.001, 0.0004, 0.0001]), []).places).toEqual([0, 3]);
  expect(seen(leftish, []).of('trust.all usual')).toBeNaN();
});

const someStage = fc
  .array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 4, maxLength: 4 })
  .filter((all) => all.some((one) => one > 0))
  .map((all) => stageOf(all.map((one) => one / all.reduce((a, b) => a + b))));
const someDecided = fc.tuple(someStage, fc.integer({ min: -1, max: 2 })).map(([stage, at]) => decidedAs(stage, at));

it('every number is finite or missing, whatever was decided', () => {
  fc.assert(
    fc.property(someStage, fc.array(someDecided, { maxLength: 5 }), (stage, all) => {
      const { values } = siblingRows(factsOf('a.ts', stage), stage, { decided: all, open: [] });
      expect(values.every((one) => Number.isNaN(one) || Number.isFinite(one))).toBe(true);
    }),
    { numRuns: 200 },
  );
});

it('no digit depends on how often it was asked before, nor on decisions that were taken back', () => {
  const many = fc.array(someDecided, { minLength: 1, maxLength: 70 });
  fc.assert(
    fc.property(someStage, many, fc.array(fc.nat(70), { maxLength: 6 }), (stage, all, lengths) => {
      const self = factsOf('a.ts', stage);
      const seen = nothingSeen();
      for (const n of lengths) siblingRows(self, stage, { decided: all.slice(0, n), open: [] }, seen);
      const again = siblingRows(self, stage, { decided: all, open: [] }, seen);
      expect(again.values).toEqual(siblingRows(self, stage, { decided: all, open: [] }).values);
    }),
    { numRuns: 60 },
  );
});

it('offsets settle at the greatest posterior, however many decisions went one way', () => {
  // A family of which little was expected, chosen every time; and now and then another.
  const expected = Float64Array.from(families, (_, f) => (f === 0 ? 0.9 : 0.1 / (families.length - 1)));
  let before = 0;
  for (let n = 1; n <= 60; n++) {
    const decided = Array.from({ length: n }, () => ({ family: 1, prior: expected }));
    const found = offsets(
      decided,
      decided.map(() => 1),
      1.5,
      12,
    );
    expect(found[1]).toBeGreaterThan(before);
    before = found[1] ?? 0;
    // There the posterior is flat: the prior's pull is what the decisions still miss.
    const power = found.map((one, f) => Math.exp(one) * (expected[f] ?? 0));
    const sum = power.reduce((a, b) => a + b);
    const gradient = found.map((one, f) => n * ((f === 1 ? 1 : 0) - (power[f] ?? 0) / sum) - 1.5 * one);
    expect(Math.max(...gradient.map(Math.abs))).toBeLessThan(0.02 * (n + 1.5));
  }
});
