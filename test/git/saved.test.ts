/** The log of what was applied: what cannot be read is not written anew without its lines. */
import { existsSync, lstatSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { keepPast } from '../../server/git/pastMerges.ts';
import { openRepository } from '../../server/git/repository.ts';
import {
  type AppliedEntry,
  logApplied,
  markUndone,
  readApplied,
  saveConflicted,
  unlogApplied,
} from '../../server/git/saved.ts';
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

it('what cannot be written is told in a sentence, and no part of a removed repository comes back', async () => {
  const { root } = repository();
  const repo = await openRepository(root);
  const writes = [
    () => logApplied(repo, [entry]),
    () => saveConflicted(repo, Buffer.from('text')),
    () => keepPast(repo, [{ commit: 'abc', none: [] }]),
  ];
  writeFileSync(`${repo.gitDir}/mortise`, 'a file where the folder should be');
  for (const write of writes) await expect(write()).rejects.toThrow(/^Mortise cannot keep what undo needs: .*mortise/);
  rmSync(repo.gitDir, { recursive: true });
  for (const write of writes) await expect(write()).rejects.toThrow(/ENOENT/);
  expect(existsSync(repo.gitDir)).toBe(false);
});

it('who takes back what it logged leaves the equal line of another who did the same in the same millisecond', async () => {
  const { root } = repository();
  const repo = await openRepository(root);
  await Promise.all([logApplied(repo, [entry]), logApplied(repo, [entry])]);
  await unlogApplied(repo, [entry]);
  expect(await readApplied(repo)).toEqual([entry]);
});
