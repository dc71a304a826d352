/** Numbered files that both sides added under one number: git merges them without a word, `resolve` and `audit` tell of them. */
import { renameSync } from 'node:fs';
import { expect, it } from 'vitest';
import { run as audit } from '../../server/cli/audit.ts';
import { run as resolve } from '../../server/cli/resolve.ts';
import { command, diverged, type TestRepository } from '../support/repositories.ts';

const paths = {
  'a.txt': { base: '1\n', ours: '2\n', theirs: '3\n' },
  'db/migrate/0011_start.sql': { base: 'a;\n', ours: 'a;\n', theirs: 'a;\n' },
  'db/migrate/0012_users.sql': { ours: 'b;\n' },
  'db/migrate/0012_rooms.sql': { theirs: 'c;\n' },
  'db/migrate/0013_both.sql': { ours: 'd;\n', theirs: 'd;\n' },
  'img/0012_a.png': { ours: 'x\n' },
  'img/0012_b.png': { theirs: 'y\n' },
};
const said = 'both sides added number 0012 to db/migrate: 0012_users.sql (ours), 0012_rooms.sql (theirs)';

const merging = (): TestRepository => {
  const repo = diverged(paths);
  repo.tryGit(['merge', 'topic']);
  return repo;
};
const commit = (repo: TestRepository) => {
  repo.write('a.txt', '4\n');
  repo.git('add', '-A');
  repo.git('commit', '-q', '--no-edit');
};

it('tells of them while the merge is paused, and of the commit that has them', async () => {
  const repo = merging();
  const { out } = await command(resolve, repo.root, []);
  expect(out.split('\n').filter((line) => line.startsWith('both sides added number'))).toEqual([said]);
  const json = JSON.parse((await command(resolve, repo.root, ['--json'])).out);
  expect(json.sameNumbers).toMatchObject([{ folder: 'db/migrate', number: '0012' }]);
  commit(repo);
  const told = await command(audit, repo.root, []);
  expect(told.out).toContain(`look: ${said}`);
  expect(told.code).toBe(0);
});

it('is silent once one of them has another number', async () => {
  const repo = merging();
  renameSync(repo.at('db/migrate/0012_users.sql'), repo.at('db/migrate/0014_users.sql'));
  expect((await command(resolve, repo.root, [])).out).not.toContain('both sides added');
  commit(repo);
  expect((await command(audit, repo.root, [])).out).not.toContain('both sides added');
});
