/** A text is said to come first by the user's decisions only where it would not without them, among the conflicts there are now. */
import { expect, it } from 'vitest';
import type { OpenSibling } from '../../server/resolve/candidate.ts';
import type { Ranker } from '../../server/resolve/rank.ts';
import { bestResolution, keepConflicts } from '../../server/resolve/resolve.ts';
import { noSyntax } from '../../server/syntax/syntax.ts';

/** Theirs first beside `b.ts`, decided or not; ours where nothing is beside it. */
const ranker: Ranker = {
  rank: ({ candidates }, { decided, open }) => {
    const first = [...decided, ...open].some(({ path }) => path === 'b.ts') ? 'right' : 'left';
    return candidates.map(({ generators }) => ({
      confidence: generators.includes(first) ? 0.4 : 0.1,
      tier: 'possible',
      enough: 1,
    }));
  },
};

const sides = { base: 'x = 1\n', left: 'x = 2\n', right: 'x = 3\n' };
const b: OpenSibling = { path: 'b.ts', sides };
const context = { path: 'a.ts', sides, before: '', after: '' };
const says = (kept: ReturnType<typeof keepConflicts>, decided: boolean) => {
  const beside = decided ? { siblings: [{ ...b, chosen: sides.right }] } : { openSiblings: [b] };
  const best = bestResolution({ ...context, ...beside }, { syntax: noSyntax, ranker }, kept);
  return best?.evidence.some(({ check }) => check === 'decided');
};

it('what came first beside other conflicts is not what comes first here', () => {
  const kept = keepConflicts();
  // Alone it was ours: that says nothing of the merge in which b.ts is beside it.
  expect(bestResolution(context, { syntax: noSyntax, ranker }, kept)?.candidate.text).toBe(sides.left);
  expect(says(kept, true)).toBe(false);
});

it('nor does a decision need the ranker again, where it is the same conflicts', () => {
  let asked = 0;
  const counting: Ranker = {
    rank: (...of) => {
      asked++;
      return ranker.rank(...of);
    },
  };
  const kept = keepConflicts();
  const ask = (beside: object) =>
    bestResolution({ ...context, ...beside }, { syntax: noSyntax, ranker: counting }, kept);
  ask({ openSiblings: [b] });
  ask({ siblings: [{ ...b, chosen: sides.right }] });
  expect(asked).toBe(2);
  expect(says(kept, true)).toBe(false);
});
