/** Repositories for the flows that need more than one kind of conflict, made by the real git anew for each flow. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { removeFolder, TestRepository } from './repositories.ts';

const settings = (retries: number, pool: number, log: string): string =>
  `export const retries = ${retries};\n\n// Connections kept open.\n\nexport const pool = ${pool};\n\n// What is logged.\n\nexport const log = '${log}';\n`;

const long = (name: string, last: string): string =>
  `${Array.from({ length: 12 }, (_, i) => `line ${i + 1} of ${name}`).join('\n')}\n${last}\n`;

/** `feature` merged into `main`: twelve paths, every kind git distinguishes, six conflicts with markers among them. */
export function everyKind(): TestRepository {
  const repo = new TestRepository();
  const sub = submodule(repo);
  repo.commit('Start', {
    'settings.ts': settings(1, 4, 'warn'),
    'package.json': '{\n  "name": "shop",\n  "version": "1.0.0"\n}\n',
    'gone-here.ts': long('gone-here', 'end'),
    'gone-there.ts': long('gone-there', 'end'),
    'old-name.md': long('old-name', 'end'),
    'moved.md': long('moved', 'end'),
    'logo.bin': 'a\0b',
    'run.sh': '#!/bin/sh\necho start\n',
  });
  repo.git('checkout', '-q', '-b', 'feature');
  link(repo, 'latest', 'settings.ts');
  sub.point(2);
  repo.commit('Tune for the shop', {
    'settings.ts': settings(5, 16, 'info'),
    'package.json': '{\n  "name": "shop",\n  "version": "1.2.0"\n}\n',
    'gone-here.ts': long('gone-here', 'changed by feature'),
    'gone-there.ts': null,
    'old-name.md': null,
    'feature-name.md': long('old-name', 'end'),
    'moved.md': null,
    'logo.bin': 'a\0c',
    'added.ts': "export const who = 'feature';\n",
    'run.sh': '#!/bin/sh\necho feature\n',
  });
  repo.git('checkout', '-q', 'main');
  link(repo, 'latest', 'package.json');
  sub.point(1);
  repo.commit('Tune for the office', {
    'settings.ts': settings(3, 8, 'error'),
    'package.json': '{\n  "name": "shop",\n  "version": "1.1.0"\n}\n',
    'gone-here.ts': null,
    'gone-there.ts': long('gone-there', 'changed by main'),
    'old-name.md': null,
    'main-name.md': long('old-name', 'end'),
    'moved.md': null,
    'moved-by-main.md': long('moved', 'end'),
    'logo.bin': 'a\0d',
    'added.ts': "export const who = 'main';\n",
    'run.sh': '#!/bin/sh\necho main\n',
  });
  repo.stops('merge', 'feature');
  return repo;
}

function link(repo: TestRepository, name: string, to: string): void {
  rmSync(repo.path(name), { force: true });
  symlinkSync(to, repo.path(name));
}

/** A submodule with three commits, in place at its first; `point` checks another out. */
function submodule(repo: TestRepository): { point(n: number): void } {
  const at = repo.path('lib');
  const git = (...args: string[]) =>
    execFileSync(
      'git',
      ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.com', '-c', 'commit.gpgsign=false', ...args],
      {
        cwd: at,
        encoding: 'utf8',
      },
    ).trim();
  mkdirSync(at);
  git('init', '-q', '-b', 'main');
  const commits = [0, 1, 2].map((n) => {
    // Both later commits start from the first: neither is an ancestor of the other, which git would settle by itself.
    if (n > 0) git('checkout', '-q', '--detach', 'first');
    writeFileSync(join(at, 'version'), `${n}\n`);
    git('add', '-A');
    git('commit', '-q', '-m', `Version ${n}`);
    if (n === 0) git('tag', 'first');
    return git('rev-parse', 'HEAD');
  });
  const point = (n: number) => void git('checkout', '-q', '--detach', commits[n] ?? 'first');
  point(0);
  writeFileSync(repo.path('.gitmodules'), '[submodule "lib"]\n\tpath = lib\n\turl = ./lib\n');
  repo.git('-c', 'protocol.file.allow=always', 'add', '.gitmodules', 'lib');
  return { point };
}

const limits = (retries: number, pool: number): string =>
  `export const timeout = 30;\n\nexport const retries = ${retries};\n\n// Connections kept open.\n\nexport const pool = ${pool};\n`;

/** Three commits of `topic` onto `main`, of which the first and the third stop. */
export function rebaseTwice(): TestRepository {
  const repo = new TestRepository();
  repo.commit('Start the client', { 'limits.ts': limits(1, 4) });
  repo.git('checkout', '-q', '-b', 'topic');
  repo.commit('Retry five times', { 'limits.ts': limits(5, 4) });
  repo.commit('Describe limits', { 'limits.md': '# Limits\n' });
  repo.commit('Keep twenty connections', { 'limits.ts': limits(5, 20) });
  repo.git('checkout', '-q', 'main');
  repo.commit('Retry three times, keep eight', { 'limits.ts': limits(3, 8) });
  repo.git('checkout', '-q', 'topic');
  repo.stops('rebase', 'main');
  return repo;
}

export function cherryPick(): TestRepository {
  const repo = new TestRepository();
  repo.commit('Start the client', { 'limits.ts': limits(1, 4) });
  repo.git('checkout', '-q', '-b', 'fix');
  repo.commit('Retry five times', { 'limits.ts': limits(5, 4) });
  repo.git('checkout', '-q', 'main');
  repo.commit('Retry three times', { 'limits.ts': limits(3, 4) });
  repo.stops('cherry-pick', 'fix');
  return repo;
}

/** A linked work tree of its own, stopped in a merge, while the main one is quiet. */
export function linkedWorkTree(): { repo: TestRepository; tree: string; remove(): void } {
  const repo = new TestRepository();
  repo.commit('Start the client', { 'limits.ts': limits(1, 4) });
  repo.git('branch', 'side');
  repo.commit('Retry three times', { 'limits.ts': limits(3, 4) });
  const parent = realpathSync(mkdtempSync(join(tmpdir(), 'mortise-tree-')));
  const tree = join(parent, 'side-tree');
  repo.git('worktree', 'add', '-q', tree, 'side');
  const inTree = new TestRepository(tree);
  inTree.commit('Retry five times', { 'limits.ts': limits(5, 4) });
  inTree.stops('merge', 'main');
  return { repo, tree, remove: () => removeFolder(parent) };
}

/** One conflict, and a migration of each side under one number, which git merges without a word. */
export function sameMigration(): TestRepository {
  const repo = new TestRepository();
  const migration = (name: string) => `create table ${name} (id integer primary key);\n`;
  repo.commit('Start', { 'limits.ts': limits(1, 4), 'db/migrate/0011_start.sql': migration('shops') });
  repo.git('checkout', '-q', '-b', 'feature');
  repo.commit('Add rooms', { 'limits.ts': limits(5, 4), 'db/migrate/0012_rooms.sql': migration('rooms') });
  repo.git('checkout', '-q', 'main');
  repo.commit('Add users', { 'limits.ts': limits(3, 4), 'db/migrate/0012_users.sql': migration('users') });
  repo.stops('merge', 'feature');
  return repo;
}

/** So many packages whose version both sides raised: one decision, again and again. */
export function versionBumps(count: number): TestRepository {
  const repo = new TestRepository();
  const at = (version: string) =>
    Object.fromEntries(
      Array.from({ length: count }, (_, i) => [
        `packages/p${i}/package.json`,
        `{\n  "name": "p${i}",\n  "version": "${version}.${i}"\n}\n`,
      ]),
    );
  repo.commit('Start', at('1.0'));
  repo.git('checkout', '-q', '-b', 'feature');
  repo.commit('Raise to 1.2', at('1.2'));
  repo.git('checkout', '-q', 'main');
  repo.commit('Raise to 1.1', at('1.1'));
  repo.stops('merge', 'feature');
  return repo;
}

/** One file with so many conflicts, and (with `files`) so many files with one each. */
export function manyConflicts(inOne: number, files: number): TestRepository {
  const repo = new TestRepository();
  const at = (who: string) => ({
    'many.ts': Array.from(
      { length: inOne },
      // Git joins conflicts that three lines or fewer keep apart.
      (_, i) => `export const value${i} = '${who}${i}';\n\n// Next to ${i}.\n\n// It stays.\n\n`,
    ).join(''),
    ...Object.fromEntries(
      Array.from({ length: files }, (_, i) => [`src/f${i % 40}/file${i}.ts`, `export const file = '${who}${i}';\n`]),
    ),
  });
  repo.commit('Start', at('base'));
  repo.git('checkout', '-q', '-b', 'feature');
  repo.commit('Feature', at('feature'));
  repo.git('checkout', '-q', 'main');
  repo.commit('Main', at('main'));
  repo.stops('merge', 'feature');
  return repo;
}

/** `feature` merged into main and decided by hand; then into `release`, where git stops on the same conflict. */
export function mergedBefore(): TestRepository {
  const repo = new TestRepository();
  const at = (retries: string) =>
    `/** Limits of the client. */\nexport const timeout = 30;\n\nexport const retries = ${retries};\n\nexport const pool = 4;\n`;
  repo.commit('Start the client', { 'limits.ts': at('1') });
  repo.git('checkout', '-q', '-b', 'feature');
  repo.commit('Retry five times', { 'limits.ts': at('5') });
  repo.git('checkout', '-q', 'main');
  repo.commit('Retry three times', { 'limits.ts': at('3') });
  repo.git('branch', 'release');
  repo.stops('merge', 'feature');
  repo.commit('Merge feature: the larger limit', { 'limits.ts': at('Math.max(3, 5)') });
  repo.git('checkout', '-q', 'release');
  repo.stops('merge', 'feature');
  return repo;
}
