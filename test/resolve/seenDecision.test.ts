/** What a decision keeps for the others of its merge: read back to the digit, and heeded only where it is whole and of this model. */
import fc from 'fast-check';
import { beforeAll, expect, it } from 'vitest';
import type { ConflictContext } from '../../server/resolve/candidate.ts';
import { judge } from '../../server/resolve/judge.ts';
import { LearnedRanker } from '../../server/resolve/learnedRanker.ts';
import type { Services } from '../../server/resolve/resolve.ts';
import { factsOfSeen } from '../../server/resolve/seenDecision.ts';
import { loadServices } from '../../server/services.ts';
import { languageOf } from '../../server/syntax/languages.ts';

let services: Services;
let ranker: LearnedRanker;
beforeAll(async () => {
  services = await loadServices();
  await services.syntax.ready(languageOf(decided.path));
  if (!(services.ranker instanceof LearnedRanker)) throw new Error('the trained ranker did not load');
  ranker = services.ranker;
});

const decided: ConflictContext = {
  path: 'src/price.ts',
  sides: { base: '  const rate = 1;\n', left: '  const rate = low;\n', right: '  const rate = high;\n' },
  before: 'export function price(high: number, low: number) {\n',
  after: '  return rate;\n}\n',
};
const open: ConflictContext = {
  path: 'src/price.ts',
  sides: { base: '  const cap = 1;\n', left: '  const cap = low;\n', right: '  const cap = high;\n' },
  before: 'export function cap(high: number, low: number) {\n',
  after: '  return cap;\n}\n',
};
const { path, sides } = decided;
const ranked = (seen: unknown, chosen: string) =>
  ranker.rank(judge(open, services.syntax), { decided: [{ path, sides, chosen, seen }], open: [] });

it('comes back from disk as it was, numbers to the last digit, those that are missing too', () => {
  for (const chosen of [decided.sides.right, 'by hand\n']) {
    const seen = ranker.remember(judge(decided, services.syntax), chosen);
    const back: unknown = JSON.parse(JSON.stringify(seen));
    const { model, edited, ...facts } = seen;
    expect(factsOfSeen(model, path, back)).toEqual({ path, ...facts, edited: new Set(edited) });
    expect(factsOfSeen('another model', path, back)).toBeUndefined();
    expect(ranked(back, chosen)).toEqual(ranked(seen, chosen));
  }
});

it('changes what is known of the others: that the side was sure, or surprising, where it stood', () => {
  const seen = ranker.remember(judge(decided, services.syntax), decided.sides.right);
  const sure = { ...seen, chosen: { ...seen.chosen, p: 0.99, top: 0.99, first: true } };
  const surprising = { ...seen, chosen: { ...seen.chosen, p: 0.01, top: 0.9, first: false } };
  expect(ranked(sure, decided.sides.right)).not.toEqual(ranked(surprising, decided.sides.right));
});

it('is as if it were not there where it is broken', () => {
  const seen = ranker.remember(judge(decided, services.syntax), decided.sides.right);
  const without = ranked(undefined, decided.sides.right);
  const broken = fc
    .tuple(fc.constantFrom(...Object.keys(seen)), fc.anything())
    .map(([name, value]) => ({ ...seen, [name]: value }));
  fc.assert(
    fc.property(fc.oneof(fc.anything(), broken), (value) => {
      if (factsOfSeen(ranker.id, path, value) === undefined)
        expect(ranked(value, decided.sides.right)).toEqual(without);
    }),
    { numRuns: 200 },
  );
  for (const value of [
    {},
    null,
    'x',
    { ...seen, expected: [1] },
    { ...seen, chosen: { ...seen.chosen, firstFamily: 999 } },
  ])
    expect(factsOfSeen(ranker.id, path, value)).toBeUndefined();
});
