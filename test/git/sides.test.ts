/** Who is who: the operation git stopped in, its step, the real names of its sides, and their times and commits. */
import { describe, expect, it } from 'vitest';
import { pathHistories, pathHistory, regionHistory, sideTimes } from '../../server/git/history.ts';
import { type Operation, operation } from '../../server/git/operation.ts';
import { openRepository } from '../../server/git/repository.ts';
import { diverged, openCase, repository, type TestRepository } from '../support/repositories.ts';

const { path, base, ours, theirs } = openCase;
const one = { [path]: { base, ours, theirs } };

async function paused(repo: TestRepository, ...args: string[]): Promise<Operation> {
  const { code, said } = repo.tryGit(args);
  expect(code, said).not.toBe(0);
  return operation(await openRepository(repo.root));
}

const short = (repo: TestRepository, revision: string) => repo.git('rev-parse', '--short', revision);

describe('operation', () => {
  it('is none where nothing is paused', async () => {
    const found = await operation(await openRepository(diverged(one).root));
    expect(found).toMatchObject({ kind: 'none', left: { name: 'main' } });
  });

  it('is none, without failing, before the first commit', async () => {
    expect((await operation(await openRepository(repository().root))).kind).toBe('none');
  });

  it('names both branches of a merge', async () => {
    const repo = diverged(one);
    const found = await paused(repo, 'merge', 'topic');
    expect(found).toMatchObject({
      kind: 'merge',
      title: 'merging topic into main',
      left: { name: 'main', title: 'Change it here', yours: true },
      right: { name: 'topic', text: `topic (${short(repo, 'topic')} Change it there)`, yours: false },
      next: { go: 'git merge --continue', stop: 'git merge --abort' },
    });
    expect(found.commits.base).toBe(repo.git('merge-base', 'main', 'topic'));
  });

  it('names a commit that was merged by its id, by a branch that points at it', async () => {
    const repo = diverged(one);
    expect((await paused(repo, 'merge', repo.git('rev-parse', 'topic'))).right.name).toBe('topic');
  });

  it('names a detached HEAD', async () => {
    const repo = diverged(one);
    repo.git('checkout', '-q', '--detach');
    expect((await paused(repo, 'merge', 'topic')).left.name).toBe('HEAD');
  });

  for (const backend of ['--merge', '--apply']) {
    it(`knows that a rebase swaps the sides (${backend})`, async () => {
      const repo = diverged(one);
      repo.write('other.txt', 'later\n');
      repo.commit('Add another');
      const picked = repo.git('rev-parse', 'main~1');
      const found = await paused(repo, 'rebase', backend, 'topic');
      expect(found).toMatchObject({
        kind: 'rebase',
        step: { n: 1, of: 2 },
        left: { name: 'topic', yours: false },
        right: { name: 'main', title: 'Change it here', yours: true },
        next: { go: 'git rebase --continue', stop: 'git rebase --abort' },
      });
      expect(found.title).toContain('rebasing main onto topic');
      expect(found.commits).toEqual({
        base: repo.git('rev-parse', `${picked}^`),
        left: repo.git('rev-parse', 'topic'),
        right: picked,
      });
    });
  }

  it('counts the steps of a rebase and tells them apart', async () => {
    const repo = diverged(one);
    repo.write(path, 'export const limit = 25;\n');
    repo.commit('Raise it again');
    const first = await paused(repo, 'rebase', 'topic');
    repo.write(path, theirs);
    repo.git('add', path);
    const second = await paused(repo, 'rebase', '--skip');
    expect([first.step, second.step]).toEqual([
      { n: 1, of: 2 },
      { n: 2, of: 2 },
    ]);
    expect(second.right.title).toBe('Raise it again');
    expect(second.key).not.toBe(first.key);
  });

  it('names what is cherry-picked, and its place in a sequence', async () => {
    const repo = diverged(one);
    repo.git('checkout', '-q', 'topic');
    repo.write('before.txt', 'fine\n');
    repo.commit('Goes through');
    repo.write(path, 'export const limit = 31;\n');
    repo.commit('Stops');
    repo.git('checkout', '-q', 'main');
    const single = await paused(repo, 'cherry-pick', 'topic');
    expect(single).toMatchObject({ kind: 'cherry-pick', right: { name: 'topic', title: 'Stops', yours: false } });
    expect(single.step).toBeUndefined();
    repo.git('cherry-pick', '--abort');
    const sequence = await paused(repo, 'cherry-pick', 'topic~1', 'topic');
    expect(sequence.step).toEqual({ n: 2, of: 2 });
    expect(sequence.title).toContain('Stops');
  });

  it('says what is reverted; the other side is the time before it', async () => {
    const repo = diverged(one);
    repo.write(path, 'export const limit = 40;\n');
    repo.commit('Raise it again');
    const found = await paused(repo, 'revert', '--no-edit', 'main~1');
    const reverted = repo.git('rev-parse', 'main~1');
    expect(found).toMatchObject({ kind: 'revert', left: { name: 'main' } });
    expect(found.right.text).toBe(`revert of ${short(repo, reverted)} Change it here`);
    expect(found.commits).toMatchObject({ base: reverted, right: repo.git('rev-parse', 'main~2') });
  });

  for (const verb of ['pop', 'apply']) {
    it(`recognises git stash ${verb}, which leaves no state file`, async () => {
      const repo = diverged(one);
      repo.write(path, 'export const limit = 99;\n');
      repo.git('stash', 'push', '-q', '-m', 'half done');
      repo.write(path, 'export const limit = 21;\n');
      repo.commit('Raise it a little');
      const found = await paused(repo, 'stash', verb);
      expect(found).toMatchObject({
        kind: 'stash',
        left: { name: 'main', title: 'Raise it a little' },
        right: { name: 'stash@{0}', title: 'On main: half done', yours: true },
      });
      expect(found.commits.base).toBe(repo.git('rev-parse', 'main~1'));
    });
  }

  it('names the patch that git am stopped on', async () => {
    const repo = diverged(one);
    repo.git('format-patch', '-q', '-o', 'patches', 'topic~1..topic');
    const found = await paused(repo, 'am', '-3', 'patches/0001-Change-it-there.patch');
    expect(found).toMatchObject({
      kind: 'am',
      step: { n: 1, of: 1 },
      left: { name: 'main', yours: true },
      right: { title: 'Change it there', text: 'patch "Change it there"' },
    });
  });

  it('looks at the work tree it was asked about', async () => {
    const repo = diverged(one);
    const linked = `${repo.root} linked`;
    repo.git('worktree', 'add', '-q', '-b', 'other', linked, 'main');
    expect(repo.tryGit(['-C', linked, 'merge', 'topic']).code).toBe(1);
    expect((await operation(await openRepository(linked))).kind).toBe('merge');
    expect((await operation(await openRepository(repo.root))).kind).toBe('none');
  });
});

describe('history', () => {
  it('lists the commits of each side that touched the path, newest first', async () => {
    const repo = diverged({ ...one, 'other.txt': { base: 'x\n', ours: 'x\n', theirs: 'x\n' } });
    repo.write(path, 'export const limit = 22;\n');
    repo.commit('Raise it again');
    repo.write('other.txt', 'y\n');
    repo.commit('Not about it');
    const now = await paused(repo, 'merge', 'topic');
    const opened = await openRepository(repo.root);
    const { history, former } = await pathHistory(opened, now, path);
    const { left, right } = history;
    expect(left.map(({ subject }) => subject)).toEqual(['Raise it again', 'Change it here']);
    expect(right).toMatchObject([{ subject: 'Change it there', author: 'Ada Lovelace', time: 1767323045 }]);
    expect(await sideTimes(opened, now)).toEqual({ base: 1767323045, left: 1767323045, right: 1767323045 });
    expect((await pathHistory(opened, now, path, { limit: 1 })).history.left).toHaveLength(1);
    // What it was in between: neither side's own text is among them.
    const [, first] = left;
    expect(former).toEqual({
      left: [{ text: one[path].ours, commit: first?.commit, subject: 'Change it here' }],
      right: [],
    });
    const paths = [path, 'other.txt', 'absent.txt'];
    const together = await pathHistories(opened, now, paths);
    for (const each of paths) expect(together.get(each)).toEqual(await pathHistory(opened, now, each));
    expect((await pathHistories(opened, now, paths, { limit: 1 })).get(path)?.history.left).toHaveLength(1);
  });

  it('gives the replayed commit alone for the side of a rebase that is replayed', async () => {
    const repo = diverged(one);
    const now = await paused(repo, 'rebase', 'topic');
    const { history, former } = await pathHistory(await openRepository(repo.root), now, path);
    const { left, right } = history;
    expect(former).toEqual({ left: [], right: [] });
    expect(left.map(({ subject }) => subject)).toEqual(['Change it there']);
    expect(right.map(({ subject }) => subject)).toEqual(['Change it here']);
  });

  it('narrows to the lines of a region, and takes a region past the end for no history', async () => {
    const many = (first: string, last: string) => `${first}\n${'same\n'.repeat(20)}${last}\n`;
    const repo = diverged({ 'a.txt': { base: many('1', '1'), ours: many('2', '1'), theirs: many('3', '1') } });
    repo.write('a.txt', many('2', '9'));
    repo.commit('Change the last line');
    const now = await paused(repo, 'merge', 'topic');
    const opened = await openRepository(repo.root);
    const top = await regionHistory(opened, now, 'left', { path: 'a.txt', from: 1, to: 1 });
    expect(top.map(({ subject }) => subject)).toEqual(['Change it here']);
    expect(await regionHistory(opened, now, 'left', { path: 'a.txt', from: 500, to: 501 })).toEqual([]);
    expect(await regionHistory(opened, now, 'right', { path: 'gone.txt', from: 1, to: 1 })).toEqual([]);
  });
});

describe('openRepository', () => {
  it('opens from a file that is gone, in a folder with a line end in its name', async () => {
    const repo = repository();
    const odd = 'a b\nc é';
    repo.write(`${odd}/file`, 'x');
    expect((await openRepository(repo.at(`${odd}/gone/deeper`))).root).toBe(repo.root);
  });

  it('refuses a bare repository, the git directory and a folder outside, each in its words', async () => {
    const repo = repository();
    const bare = `${repo.root}.git`;
    repo.git('init', '-q', '--bare', bare);
    await expect(openRepository(bare)).rejects.toThrow(/bare repository/);
    await expect(openRepository(repo.at('.git'))).rejects.toThrow(/lies inside the git directory/);
    await expect(openRepository('/')).rejects.toThrow(/not in a git repository/);
  });

  it('runs neither the hooks nor the fsmonitor command of a repository', async () => {
    const repo = diverged(one);
    repo.write('.git/hooks/post-checkout', '#!/bin/sh\ntouch "$GIT_DIR/../ran"\n', 0o755);
    repo.write('.git/fsmonitor', '#!/bin/sh\ntouch ran\n', 0o755);
    repo.git('config', 'core.fsmonitor', '.git/fsmonitor');
    const { recreateConflict } = await import('../../server/git/restore.ts');
    expect(repo.tryGit(['-c', 'core.fsmonitor=false', 'merge', 'topic']).code).toBe(1);
    await recreateConflict(await openRepository(repo.root), path);
    expect(repo.tryGit(['-c', 'core.fsmonitor=false', 'ls-files', '-o']).said).not.toContain('ran');
  });
});
