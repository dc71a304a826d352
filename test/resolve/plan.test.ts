import { expect, it } from 'vitest';
import type { Tier } from '../../server/resolve/candidate.ts';
import type { Ranker } from '../../server/resolve/rank.ts';
import { type ApplyPolicy, resolveFile } from '../../server/resolve/resolve.ts';
import type { FileJudge, Outlook } from '../../server/resolve/wholeFile.ts';
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

/** Theirs is safe. */
const sure: Ranker = {
  rank: ({ candidates }) =>
    candidates.map(({ generators }) => {
      const confidence = generators.includes('right') ? 0.99 : 0;
      return { confidence, tier: confidence > 0 ? 'safe' : 'possible', enough: 0.85 };
    }),
};

const file = (numbers: readonly string[]) => {
  const of = (value: (n: string) => string) => numbers.map((n, i) => `v${i} = ${value(n)}\n-\n-\n-\n-\n`).join('');
  return { path: 'a.unknown', sides: { base: of(() => 'o'), left: of(() => 'x'), right: of((n) => n) } };
};

const resolved = (numbers: readonly string[], policy: ApplyPolicy, files?: FileJudge) =>
  resolveFile(file(numbers), policy, { syntax: noSyntax, ranker, ...(files ? { files } : {}) });

const applied = (numbers: readonly string[], policy: ApplyPolicy, files?: FileJudge) =>
  resolved(numbers, policy, files).conflicts.map((one) => one.applied !== undefined);

/** Files are likely from .8 and safe from .9; the rest of every file stays as it is with this chance. */
const judge = (rest: number, warnings: Outlook['warnings'] = []): FileJudge => ({
  outlook: ({ conflicts }) => ({
    confidence: conflicts.reduce((all, { resolutions }) => all * (resolutions[0]?.confidence ?? 0), rest),
    rest,
    warnings,
  }),
  enough: 0.8,
  safe: 0.9,
  safeDecided: 0.85,
});

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

it('what git merged by itself counts: a file whose rest is in doubt keeps a marker', () => {
  expect(applied(['0.9'], likely, judge(0.95))).toEqual([true]);
  expect(applied(['0.9'], likely, judge(0.85))).toEqual([false]);
  expect(applied(['0.97', '0.93'], likely, judge(0.85))).toEqual([true, false]);
  expect(applied(['0.9'], { kind: 'confidence', atLeast: 0.75 }, judge(0.85))).toEqual([true]);
  expect(applied(['0.9'], { kind: 'confidence', atLeast: 0.8 }, judge(0.85))).toEqual([false]);
  // Where a conflict stays open anyway, the others are judged by themselves.
  expect(applied(['0.9', '0.3'], likely, judge(0.1))).toEqual([true, false]);
});

it('with a warning no tier leaves the file without a marker, and what is applied by number all the same carries it', () => {
  const warned = judge(1, [{ kind: 'lost', name: 'f', text: 'f, which ours removed, is still used' }]);
  const safe: ApplyPolicy = { kind: 'tier', tier: 'safe' };
  const services = { syntax: noSyntax, ranker: sure };
  const of = (policy: ApplyPolicy, files: FileJudge) => resolveFile(file(['0.99']), policy, { ...services, files });
  expect(of(safe, judge(1)).clean).toBe(true);
  // 0.99 × 0.9 is likely and not safe.
  expect(of(safe, judge(0.9)).clean).toBe(false);
  expect(of(likely, judge(0.9)).clean).toBe(true);
  // With decisions in the merge less was measured to be enough.
  const later: Ranker = { rank: (...asked) => sure.rank(...asked).map((one) => ({ ...one, afterDecisions: true })) };
  expect(resolveFile(file(['0.99']), safe, { ...services, ranker: later, files: judge(0.9) }).clean).toBe(true);
  expect(resolveFile(file(['0.99']), safe, { ...services, ranker: later, files: judge(0.85) }).clean).toBe(false);
  expect(of(safe, warned).clean).toBe(false);
  expect(of(likely, warned).clean).toBe(false);
  const [one] = of({ kind: 'confidence', atLeast: 0.9 }, warned).conflicts;
  expect(one?.applied?.evidence).toContainEqual({
    check: 'elsewhere',
    warnings: ['f, which ours removed, is still used'],
  });
});

it('a thousand warnings are told once for the file, five of them and how many more', () => {
  const many = Array.from({ length: 1200 }, (_, i) => ({
    kind: 'lost' as const,
    name: `f${i}`,
    text: `f${i} is lost`,
  }));
  const evidence = resolved(['0.97', '0.96'], { kind: 'confidence', atLeast: 0.9 }, judge(1, many)).conflicts.map(
    ({ applied }) => applied?.evidence,
  );
  expect(evidence[0]?.filter(({ check }) => check === 'elsewhere')).toEqual([]);
  expect(evidence[1]).toContainEqual({
    check: 'elsewhere',
    warnings: [...[0, 1, 2, 3, 4].map((i) => `f${i} is lost`), '1,195 more warnings'],
  });
});

it('judges a file by what its answers were worth before a single decision raised them', () => {
  const raised: Ranker = {
    rank: ({ candidates }) =>
      candidates.map(({ generators }) => {
        const own = generators.includes('right');
        return { confidence: own ? 0.95 : 0, sure: own ? 0.9 : 0, tier: own ? 'likely' : 'possible', enough: 0.85 };
      }),
  };
  const policy: ApplyPolicy = { kind: 'tier', tier: 'likely' };
  const count = (ranker: Ranker, n: number) =>
    resolveFile(file(Array.from({ length: n }, () => '0')), policy, { syntax: noSyntax, ranker }).conflicts.filter(
      ({ applied }) => applied,
    ).length;
  expect(count(raised, 1)).toBe(1);
  // .95 squared would do, .9 squared does not.
  expect(count(raised, 2)).toBe(1);
});
