/** The log of what was applied: what cannot be read is not written anew without its lines. */
import { lstatSync, mkdirSync, symlinkSync } from 'node:fs';
import { expect, it } from 'vitest';
import { openRepository } from '../../server/git/repository.ts';
import { type AppliedEntry, logApplied, markUndone, readApplied, unlogApplied } from '../../server/git/saved.ts';
import { repository } from '../support/repositories.ts';

it('a log that is not there is empty, one that cannot be read is an error and stays as it is', async () => {
  const { root } = repository();
  const repo = await openRepository(root);
  expect(await readApplied(repo)).toEqual([]);
  const log = `${repo.gitDir}/mortise/log.jsonl`;
  mkdirSync(`${repo.gitDir}/mortise`);
  symlinkSync('log.jsonl', log);
  await expect(readApplied(repo)).rejects.toThrow('ELOOP');
  await expect(markUndone(repo, () => true)).rejects.toThrow('ELOOP');
  expect(lstatSync(log).isSymbolicLink()).toBe(true);
});

it('who takes back what it logged leaves the equal line of another who did the same in the same millisecond', async () => {
  const { root } = repository();
  const repo = await openRepository(root);
  const entry: AppliedEntry = {
    at: 1,
    path: 'a.ts',
    by: 'resolve',
    operation: 'merge',
    line: 1,
    conflict: 'both',
    text: 'one',
    tier: 'safe',
    origin: 'left',
    reason: 'why',
    confidence: 1,
    evidence: [],
    saved: 'name',
    result: 'hash',
  };
  await Promise.all([logApplied(repo, [entry]), logApplied(repo, [entry])]);
  await unlogApplied(repo, [entry]);
  expect(await readApplied(repo)).toEqual([entry]);
});
