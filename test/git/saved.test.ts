/** The log of what was applied: what cannot be read is not written anew without its lines. */
import { lstatSync, mkdirSync, symlinkSync } from 'node:fs';
import { expect, it } from 'vitest';
import { openRepository } from '../../server/git/repository.ts';
import { markUndone, readApplied } from '../../server/git/saved.ts';
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
