/** Merge bases in memory are those of `git merge-base --all`, on histories no person would make. */
import { afterAll, describe, expect, it } from 'vitest';
import { commitGraph } from '../../server/git/objects.ts';
import { CommitGraph } from '../../server/mine/mergeBases.ts';
import { sampler } from '../../server/mine/sampler.ts';
import { makeHistory } from './history.ts';

const history = makeHistory();
afterAll(() => history.dispose());

/** Commits whose one to three parents are drawn from the ten before, with times that say nothing. */
function tangle(seed: number, size: number): void {
  const random = sampler(seed);
  let stream = '';
  for (let i = 1; i <= size; i++) {
    const parents = [
      ...new Set(Array.from({ length: random.below(4) }, () => Math.max(1, i - 1 - random.below(10)))),
    ].filter((p) => p < i);
    stream += `commit refs/heads/c${i}\nmark :${i}\ncommitter a <a@b> ${1_000_000 + random.below(1000)} +0000\ndata 0\n`;
    parents.forEach((p, k) => {
      stream += `${k === 0 ? 'from' : 'merge'} :${p}\n`;
    });
    stream += '\n';
  }
  history.git(['fast-import', '--quiet', '--force'], undefined, stream);
}

describe('merge bases', () => {
  it("are git's", async () => {
    const size = 60;
    tangle(7, size);
    const graph = new CommitGraph(await commitGraph(history.folder));
    const random = sampler(3);
    const answers = new Set<number>();
    for (let n = 0; n < 60; n++) {
      const [a, b] = [1 + random.below(size), 1 + random.below(size)].map((i) => history.git(['rev-parse', `c${i}`]));
      if (a === undefined || b === undefined || a === b) continue;
      let expected: string[] = [];
      try {
        expected = history.git(['merge-base', '--all', a, b]).split('\n');
      } catch {
        // Exit code 1: they have nothing in common.
      }
      const ours = graph.mergeBases(a, b).map(({ oid }) => oid);
      expect(ours.sort()).toEqual(expected.sort());
      answers.add(ours.length);
    }
    // The tangle has to hold pairs with no base, one, and several.
    expect([...answers].sort()).toEqual(expect.arrayContaining([0, 1, 2]));
  });
});
