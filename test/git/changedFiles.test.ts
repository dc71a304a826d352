/** The answer about other files is shared, but not what one of those who asked gave up; and it means the same in any environment. */
import { expect, it } from 'vitest';
import { changedFiles } from '../../server/git/changedFiles.ts';
import { operation } from '../../server/git/operation.ts';
import { openRepository } from '../../server/git/repository.ts';
import { stagesLike } from '../../server/mergeContext.ts';
import { merging } from '../support/repositories.ts';

const files = {
  'a.ts': { base: '1\n', ours: '2\n', theirs: '3\n' },
  'lib/b.ts': { ours: 'b\n' },
  'c.py': { ours: 'c\n' },
};

it('is asked again where who asked first gave up', async () => {
  const { root } = merging(files);
  const repo = await openRepository(root);
  const now = await operation(repo);
  const first = new AbortController();
  const given = changedFiles(repo, now, 'a.ts', { signal: first.signal });
  const other = changedFiles(repo, now, 'a.ts');
  first.abort();
  await expect(given).rejects.toThrow();
  expect((await other).left.map(({ path }) => path)).toEqual(['lib/b.ts', 'a.ts']);
  expect(await changedFiles(repo, now, 'a.ts')).toBe(await other);
});

it('finds files in folders whatever the environment makes of a pattern', async () => {
  for (const name of ['GIT_LITERAL_PATHSPECS', 'GIT_GLOB_PATHSPECS', 'GIT_NOGLOB_PATHSPECS', 'GIT_ICASE_PATHSPECS']) {
    const { root } = merging(files);
    const repo = await openRepository(root);
    const asked = { ...repo, env: { ...repo.env, [name]: '1' } };
    const { left } = await changedFiles(asked, await operation(repo), 'a.ts');
    expect(left.map(({ path }) => path)).toEqual(['lib/b.ts', 'a.ts']);
  }
});

it('is believed for a while where git fails', async () => {
  const { root } = merging(files);
  const repo = await openRepository(root);
  const now = await operation(repo);
  const gone = { ...now, commits: { ...now.commits, left: '1'.repeat(40) } };
  const problem: unknown = await changedFiles(repo, gone, 'a.ts').catch((error: unknown) => error);
  expect(problem).toBeInstanceOf(Error);
  expect(await changedFiles(repo, gone, 'a.ts').catch((error: unknown) => error)).toBe(problem);
});

it('is kept by stages that are the same object with CRLF too', () => {
  const unmerged = { texts: { base: '1\n', left: '2\n', right: '3\n' } };
  expect(stagesLike('x\r\n', unmerged)).toBe(stagesLike('y\r\n', unmerged));
  expect(stagesLike('x\r\n', unmerged)?.left).toBe('2\r\n');
});
