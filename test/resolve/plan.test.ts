import { expect, it } from 'vitest';
import type { Tier } from '../../server/resolve/candidate.ts';
import type { Ranker } from '../../server/resolve/rank.ts';
import { type ApplyPolicy, resolveFile } from '../../server/resolve/resolve.ts';
import { noSyntax } from '../../server/syntax/syntax.ts';

/** Theirs is likely from .85, with the confidence its own text names: `= 0.9`. */
const ranker: Ranker = {
  rank: ({ candidates }) =>
    candidates.map(({ text, generators }) => {
      const confidence = generators.includes('right') ? Number(text.split('= ')[1]) : 0;
      const tier: Tier = confidence >= 0.85 ? 'likely' : 'possible';
      return { confidence, tier, enough: 0.85 };
    }),
};

const file = (numbers: readonly string[]) => {
  const of = (value: (n: string) => string) => numbers.map((n, i) => `v${i} = ${value(n)}\n-\n-\n-\n-\n`).join('');
  return { path: 'a.unknown', sides: { base: of(() => 'o'), left: of(() => 'x'), right: of((n) => n) } };
};

const applied = (numbers: readonly string[], policy: ApplyPolicy) =>
  resolveFile(file(numbers), policy, { syntax: noSyntax, ranker }).conflicts.map((one) => one.applied !== undefined);

const likely: ApplyPolicy = { kind: 'tier', tier: 'likely' };

it('a file is left without a marker only where all of it together is likely', () => {
  expect(applied(['0.88'], likely)).toEqual([true]);
  expect(applied(['0.97', '0.93'], likely)).toEqual([true, true]);
  // 0.95 × 0.88 × 0.96 is less than the 0.85 that one alone must have: the least sure waits for the user.
  expect(applied(['0.95', '0.88', '0.96'], likely)).toEqual([true, false, true]);
  // With a marker left the user looks at the file anyway.
  expect(applied(['0.95', '0.5', '0.88'], likely)).toEqual([true, false, true]);
});

it('a confidence that the user names is taken at its word', () => {
  expect(applied(['0.95', '0.88', '0.96'], { kind: 'confidence', atLeast: 0.85 })).toEqual([true, true, true]);
});
