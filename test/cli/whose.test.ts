/** Whose is whose, and what a choice costs, where git says little: uncommitted work, submodules, sparse checkouts. */
import { execFileSync } from 'node:child_process';
import { rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { run as choose } from '../../server/cli/choose.ts';
import { run as resolve } from '../../server/cli/resolve.ts';
import { command, diverged, merging, openCase, repository, TestRepository } from '../support/repositories.ts';

/** Types the command behind a word as a shell would. */
const paste = (repo: TestRepository, line: string | undefined) =>
  execFileSync('sh', ['-c', line ?? 'false'], { cwd: repo.root, stdio: 'pipe' });

it.each([['switch'], ['checkout']])('%s -m: theirs are the changes that have no other copy', async (word) => {
  const repo = diverged({ t: openCase, u: openCase });
  repo.write('t', 'mine\n');
  repo.git(word, '-m', 'topic');
  const { out } = await command(resolve, repo.root, []);
  expect(out).toMatch(/^switching from main to topic with changes that are not committed\n/);
  expect(out).toMatch(/ours: {3}topic \([0-9a-f]+ Change it there\)\n/);
  expect(out).toContain('theirs: local (your own changes, not committed: there is no other copy of them)');
  const said = 'Your own changes here are in no commit';
  expect((await command(choose, repo.root, ['t', 'ours'])).out).toContain(said);
});

it('says so only of such work', async () => {
  const repo = diverged({ t: openCase });
  repo.write('t', 'mine\n');
  repo.git('switch', '-m', 'topic');
  expect((await command(choose, repo.root, ['t', 'theirs'])).out).not.toContain('are in no commit');
  const merge = merging({ t: openCase });
  expect((await command(choose, merge.root, ['t', 'ours'])).out).not.toContain('are in no commit');
  // Unmerged paths of something else that git keeps no note of, after a switch of long ago.
  const other = diverged({ t: openCase });
  other.git('checkout', '-q', 'topic');
  other.git('checkout', '-q', 'main');
  other.tryGit(['merge', 'topic']);
  rmSync(other.at('.git/MERGE_HEAD'));
  const { out } = await command(resolve, other.root, []);
  expect(out).toMatch(/^in conflict, after an operation that git keeps no note of/);
});

/** A repository whose submodule `sub` both sides moved. */
function submodules(make: (sub: TestRepository) => { readonly ours: string; readonly theirs: string }): TestRepository {
  const sub = repository();
  sub.write('f', '1\n');
  const base = sub.commit('Start');
  const { ours, theirs } = make(sub);
  sub.git('checkout', '-q', base);
  const repo = repository();
  repo.git('-c', 'protocol.file.allow=always', 'submodule', '-q', 'add', sub.root, 'sub');
  repo.commit('Add it');
  const inside = new TestRepository(repo.at('sub'));
  const move = (commit: string, title: string) => {
    inside.git('checkout', '-q', commit);
    repo.commit(title);
  };
  repo.git('checkout', '-q', '-b', 'topic');
  move(theirs, 'Move it there');
  repo.git('checkout', '-q', 'main');
  repo.git('-c', 'protocol.file.allow=always', 'submodule', '-q', 'update');
  move(ours, 'Move it here');
  repo.tryGit(['merge', 'topic']);
  return repo;
}

function lines(sub: TestRepository, merged: boolean): { ours: string; theirs: string } {
  const side = (name: string) => {
    sub.git('checkout', '-q', '-b', name, 'main');
    sub.write(name, 'x\n');
    return sub.commit(name);
  };
  const both = { ours: side('left'), theirs: side('right') };
  if (merged) {
    sub.git('checkout', '-q', 'main');
    sub.git('merge', '-q', '--no-ff', '-m', 'Join them', 'left', 'right');
    sub.git('checkout', '-q', '-B', 'main', 'left');
    sub.git('merge', '-q', '-m', 'Join the two', 'right');
  }
  return both;
}

it('a submodule on two lines: the merge that holds both, and the command that takes it', async () => {
  const repo = submodules((sub) => lines(sub, true));
  const { out } = await command(resolve, repo.root, []);
  expect(out).toMatch(
    /ours \([0-9a-f]{10}\) and theirs \([0-9a-f]{10}\) are on different lines: to take one is to drop the other's work/,
  );
  const found = /a merge that holds both, [0-9a-f]{10} Join the two: (.*)$/m.exec(out)?.[1];
  paste(repo, found);
  expect(repo.git('ls-files', '-u')).toBe('');
  const inside = new TestRepository(repo.at('sub'));
  expect([inside.read('left'), inside.read('right')]).toEqual(['x\n', 'x\n']);
});

it('a submodule whose history is cut off: says nothing of which holds which', async () => {
  const repo = submodules((sub) => {
    sub.write('f', '2\n');
    const ours = sub.commit('Two');
    for (const n of ['3', '4']) {
      sub.write('f', n);
      sub.commit(n);
    }
    return { ours, theirs: sub.git('rev-parse', 'HEAD') };
  });
  const inside = new TestRepository(repo.at('sub'));
  writeFileSync(
    `${inside.git('rev-parse', '--absolute-git-dir')}/shallow`,
    `${inside.git('rev-parse', 'origin/main')}\n`,
  );
  // Git itself took the newer one; where the history is cut off it cannot.
  repo.git('reset', '-q', '--hard', 'HEAD~1');
  expect(repo.tryGit(['merge', 'topic']).code).toBe(1);
  const { out } = await command(resolve, repo.root, []);
  expect(out).toContain('sub');
  expect(out).not.toContain('different lines');
});

it('a submodule on two lines that nobody joined yet', async () => {
  const repo = submodules((sub) => lines(sub, false));
  const { out } = await command(resolve, repo.root, []);
  expect(out).toContain('are on different lines');
  const joined = /no merge of both is there: merge them in it \((.*)\), then: (.*)$/m.exec(out);
  paste(repo, `${joined?.[1]} && ${joined?.[2]}`);
  expect(repo.git('ls-files', '-u')).toBe('');
});

const apart = { base: 'a\nb\n', ours: 'a\nC\n', theirs: 'a\nB\n' };

it.each([true, false])(
  'outside of a sparse checkout, what is printed works as it stands: git rm typed: %s',
  async (removes) => {
    const repo = diverged({ 'in/t': apart, 'out/t': apart, 'out/u': { base: 'a\n', ours: 'b\n' } });
    repo.git('sparse-checkout', 'set', 'in');
    repo.tryGit(['merge', 'topic']);
    await command(choose, repo.root, ['in/t', 'ours']);
    const kept = await command(resolve, repo.root, ['--keep', 'theirs', 'out/u']);
    if (removes) paste(repo, /: (git rm .*)$/m.exec(kept.out)?.[1]);
    const { out } = await command(choose, repo.root, ['out/t', 'ours']);
    paste(repo, /then: (git add .*)$/m.exec(out)?.[1]);
    expect(repo.git('show', 'HEAD:out/t')).toBe('a\nC');
    expect(repo.git('ls-tree', '-r', '--name-only', 'HEAD')).toBe('in/t\nout/t');
    expect(repo.git('rev-list', '--count', '--merges', 'HEAD')).toBe('1');
  },
);

it('in a sparse checkout, removes neither a link whose target is not there nor what was kept', async () => {
  const repo = repository();
  const point = (target: string, title: string) => {
    repo.write('d/t', 'a\n');
    rmSync(repo.at('d/link'), { force: true });
    symlinkSync(target, repo.at('d/link'));
    repo.write('far/one', '1\n');
    return repo.commit(title);
  };
  point('../far/one', 'Start');
  repo.git('switch', '-qc', 'topic');
  point('../far/two', 'There');
  repo.git('switch', '-q', 'main');
  point('../far/three', 'Here');
  repo.git('sparse-checkout', 'set', 'd');
  repo.tryGit(['merge', 'topic']);
  await command(resolve, repo.root, ['--keep', 'theirs', 'd/link']);
  const { out } = await command(resolve, repo.root, []);
  expect(out).not.toContain('git rm');
  rmSync(repo.at('d/link'));
  const gone = (await command(resolve, repo.root, ['d/link'])).out;
  expect(gone).not.toMatch(/then: git rm/);
  await command(resolve, repo.root, ['--keep', 'theirs', 'd/link']);
  paste(repo, /then: (git add .*)$/m.exec(out)?.[1]);
  expect(repo.git('show', 'HEAD:d/link')).toBe('../far/two');
});
