/**
 * Conflicts that git wrote into a version itself, with markers of 8 or 9 characters: renames that meet, and the ancestors of a
 * criss-cross history. Nothing may take such a text for a side, or for a file without markers.
 */
import { describe, expect, it } from 'vitest';
import { run as audit } from '../../server/cli/audit.ts';
import { run as check } from '../../server/cli/check.ts';
import { run as choose } from '../../server/cli/choose.ts';
import { run as mergetool } from '../../server/cli/mergetool.ts';
import { run as preview } from '../../server/cli/preview.ts';
import { run as resolve } from '../../server/cli/resolve.ts';
import { run as undo } from '../../server/cli/undo.ts';
import { nobodys } from '../../server/git/keepWhole.ts';
import { openRepository } from '../../server/git/repository.ts';
import { unmergedFiles } from '../../server/git/unmerged.ts';
import { ownConflicts } from '../../server/text/longMarkers.ts';
import { command, repository, type TestRepository } from '../support/repositories.ts';

const lines = (five: string, name = 'line') =>
  [1, 2, 3, 4, 5, 6, 7, 8, 9].map((n) => `${n === 5 ? five : `${name} ${n}`}\n`).join('');

/** Both sides rename, or add, what meets; `topic` is merged into `main`, and stops. */
function stopped(steps: {
  readonly base: (repo: TestRepository) => void;
  readonly theirs: (repo: TestRepository) => void;
  readonly ours: (repo: TestRepository) => void;
}): TestRepository {
  const repo = repository();
  steps.base(repo);
  repo.commit('Start');
  repo.git('switch', '-qc', 'topic');
  steps.theirs(repo);
  repo.commit('Change it there');
  repo.git('switch', '-q', 'main');
  steps.ours(repo);
  repo.commit('Change it here');
  expect(repo.tryGit(['merge', 'topic']).code).toBe(1);
  return repo;
}

/** Theirs adds a file where ours renames one to, whose content both edit. */
const renameAdd = () =>
  stopped({
    base: (repo) => repo.write('one.txt', lines('line 5')),
    theirs: (repo) => {
      repo.write('one.txt', lines('T5'));
      repo.write('uno.txt', 'other a\nother b\nother c\n');
    },
    ours: (repo) => {
      repo.git('mv', 'one.txt', 'uno.txt');
      repo.write('uno.txt', lines('O5'));
    },
  });

/** Both rename one file, to two names, and edit it. */
const twoNames = () =>
  stopped({
    base: (repo) => repo.write('one.txt', lines('line 5')),
    theirs: (repo) => {
      repo.git('mv', 'one.txt', 'uno.txt');
      repo.write('uno.txt', lines('T5'));
    },
    ours: (repo) => {
      repo.git('mv', 'one.txt', 'eins.txt');
      repo.write('eins.txt', lines('O5'));
    },
  });

/** Each side renames another file to the same name, and both edit both. */
const oneName = () =>
  stopped({
    base: (repo) => {
      repo.write('one.txt', lines('line 5'));
      repo.write('two.txt', lines('row 5', 'row'));
    },
    theirs: (repo) => {
      repo.write('one.txt', lines('T5'));
      repo.git('mv', 'two.txt', 'both.txt');
      repo.write('both.txt', lines('T6', 'row'));
    },
    ours: (repo) => {
      repo.git('mv', 'one.txt', 'both.txt');
      repo.write('both.txt', lines('O5'));
      repo.write('two.txt', lines('O6', 'row'));
    },
  });

/** Each branch merges the other's first commit in its own way; then they meet. */
function crissCross(style: string): TestRepository {
  const repo = repository();
  repo.git('config', 'merge.conflictStyle', style);
  repo.write('t.txt', lines('line 5'));
  repo.commit('Start');
  repo.git('switch', '-qc', 'topic');
  repo.write('t.txt', lines('T5'));
  const theirs = repo.commit('There');
  repo.git('switch', '-q', 'main');
  repo.write('t.txt', lines('O5'));
  const ours = repo.commit('Here');
  repo.tryGit(['merge', '-q', theirs]);
  repo.write('t.txt', lines('M5'));
  repo.commit('Merge there');
  repo.git('switch', '-q', 'topic');
  repo.tryGit(['merge', '-q', ours]);
  repo.write('t.txt', lines('N5'));
  repo.commit('Merge here');
  repo.git('switch', '-q', 'main');
  expect(repo.tryGit(['merge', 'topic']).code).toBe(1);
  return repo;
}

describe('a file that git renamed onto another', () => {
  it('offers the conflict in it first, then the one around it, and never a side with markers', async () => {
    const repo = renameAdd();
    expect(repo.read('uno.txt')).toContain('<<<<<<<< HEAD:uno.txt');
    const listed = await command(resolve, repo.root, ['--apply', 'likely']);
    expect(listed.code).toBe(1);
    expect(listed.out).toContain('uno.txt:1\n      one side holds a conflict itself: decide that, then this');
    expect(listed.out).toContain('0 conflicts resolved, 2 open');
    expect(listed.out).not.toContain('│ <');
    const json = JSON.parse((await command(resolve, repo.root, ['--json', '--min-confidence', '0'])).out);
    expect(json).toMatchObject({ resolved: 0, open: 2, files: [{ enclosing: [1], open: true, leftovers: [] }] });
    expect(json.files[0].conflicts).toMatchObject([{ line: 6, sides: { left: 'O5\n', right: 'T5\n' } }]);
    const inner = await command(choose, repo.root, ['uno.txt:6', 'theirs']);
    expect(inner.out).toContain('The conflict around it is next:');
    expect(inner.out).not.toContain('git add');
    expect((await command(check, repo.root, [])).out).toBe('uno.txt:1: unmerged, conflict markers\n');
    const outer = await command(choose, repo.root, ['uno.txt', 'ours']);
    expect(outer.out).toContain('None left in this file.');
    expect(repo.read('uno.txt')).toBe(lines('T5'));
    await command(undo, repo.root, ['uno.txt']);
    expect(repo.read('uno.txt')).toContain('<<<<<<<< HEAD:uno.txt');
  });

  it('is not staged, committed or audited with its markers unseen', async () => {
    const repo = oneName();
    expect((await command(resolve, repo.root, [])).out).toContain('0 conflicts resolved, 3 open');
    const tool = await command(mergetool, repo.root, ['', 'both.txt', 'both.txt', 'both.txt']);
    expect(tool).toMatchObject({ code: 1, err: expect.stringContaining('choose both.txt') });
    // Only the outer markers are taken out by hand.
    repo.write('both.txt', repo.read('both.txt').replace(/^(?:<{7}|={7}|>{7})(?: .*)?\n/gm, ''));
    expect((await command(resolve, repo.root, [])).out).toContain('0 conflicts resolved, 2 open');
    repo.git('add', 'both.txt');
    const staged = await command(check, repo.root, []);
    expect(staged.code).toBe(1);
    expect(staged.out.match(/^both\.txt:\d+: conflict markers are staged$/gm)).toHaveLength(2);
    expect((await command(resolve, repo.root, [])).out).not.toContain('git merge --continue');
    repo.git('commit', '-q', '--no-edit');
    const { code, out } = await command(audit, repo.root, []);
    expect(code).toBe(1);
    expect(out).toContain('2 conflicts committed with their markers');
  });

  it('is not staged with the divider of its own conflict alone', async () => {
    const repo = oneName();
    repo.write('both.txt', repo.read('both.txt').replace(/^(?:<{7,}|={7}|>{7,}|\|{7,})(?: .*)?\n/gm, ''));
    expect(repo.read('both.txt')).toMatch(/^={8}\n/m);
    repo.git('add', 'both.txt');
    const staged = await command(check, repo.root, []);
    expect(staged.code).toBe(1);
    expect(staged.out).toMatch(/^both\.txt:\d+: /m);
    repo.git('commit', '-q', '--no-edit');
    const told = await command(audit, repo.root, []);
    expect(told.code).toBe(1);
    expect(told.out).toContain('both.txt');
  });

  it('is foreseen as it will be', async () => {
    const repo = oneName();
    repo.git('merge', '--abort');
    const { out } = await command(preview, repo.root, ['topic']);
    expect(out).toContain('both.txt: 3 conflicts, 0 resolved, 3 open');
  });

  it('keeps what a side itself has', async () => {
    const repo = oneName();
    await command(resolve, repo.root, ['--keep', 'ours', 'both.txt']);
    expect(repo.read('both.txt')).toBe(lines('O5'));
    expect((await command(resolve, repo.root, [])).out).toContain('you kept ours');
    await command(resolve, repo.root, ['--keep', 'theirs', 'both.txt']);
    expect(repo.read('both.txt')).toBe(lines('T6', 'row'));
  });

  it('says of two names that the text is in conflict as well', async () => {
    const repo = twoNames();
    const listed = await command(resolve, repo.root, ['--apply', 'likely']);
    expect(listed.out).toMatch(/eins\.txt {2}1 conflict\n {2}• open {2}eins\.txt:5\n/);
    expect(listed.out).not.toContain('keep this name: ');
    expect((await command(check, repo.root, [])).out).toContain('eins.txt:5: unmerged, conflict markers');
    const files = await unmergedFiles(await openRepository(repo.root), { paths: ['eins.txt', 'one.txt', 'uno.txt'] });
    expect(files.find(({ path }) => path === 'eins.txt')?.texts).toEqual({
      base: lines('line 5'),
      left: lines('O5'),
      right: lines('T5'),
    });
    await command(resolve, repo.root, ['--keep', 'theirs', 'uno.txt']);
    expect(repo.read('uno.txt')).toBe(lines('T5'));
    const chosen = await command(choose, repo.root, ['eins.txt', 'ours']);
    expect(chosen.out).not.toContain('--continue');
    expect(repo.read('eins.txt')).toBe(lines('O5'));
    const after = await command(resolve, repo.root, []);
    expect(after.out).toContain('keep this name:  git add eins.txt && git rm one.txt uno.txt');
    repo.git('add', 'eins.txt');
    repo.git('rm', '-qf', 'one.txt', 'uno.txt');
    expect((await command(check, repo.root, [])).code).toBe(0);
  });
});

describe('an ancestor that git merged of several', () => {
  it.each(['merge', 'diff3'])('is no base to go back to (%s)', async (style) => {
    const repo = crissCross(style);
    const index = repo.index();
    const before = repo.read('t.txt');
    const kept = await command(resolve, repo.root, ['--keep', 'base', 't.txt']);
    expect(kept).toMatchObject({ code: 2, out: '', err: expect.stringContaining('conflict markers in it') });
    expect(repo.read('t.txt')).toBe(before);
    expect((await command(resolve, repo.root, [])).out).toMatch(/t\.txt {2}1 conflict\n/);
    repo.git('checkout-index', '-f', '--stage=1', 't.txt');
    expect((await command(check, repo.root, [])).out).toBe('t.txt:5: unmerged, conflict markers\n');
    expect(repo.index()).toBe(index);
    repo.git('add', 't.txt');
    expect((await command(check, repo.root, [])).out).toBe('t.txt:5: conflict markers are staged\n');
  });
});

describe('prose', () => {
  const page = (five: string) =>
    `A Long Title\n============\n\nFirst\n=======\n\n>>>>>>>> eight levels: of a quotation\n${five}\n\n==========\nTable\n==========\n`;
  const example =
    'Git writes:\n\n<<<<<<<< HEAD:a.md\nx\n========\ny\n>>>>>>>> topic:b.md\n\nin such a case.\nAnd a last line.\n';

  it('is not taken for markers, whatever its underlines, also in a conflict', async () => {
    const repo = stopped({
      base: (one) => one.write('a.md', page('five')),
      theirs: (one) => one.write('a.md', page('there\n\nSection\n=======\n\n===========\nlonger here\n===========')),
      ours: (one) => one.write('a.md', page('here\n\nTopic 2\n=======')),
    });
    const found = await command(check, repo.root, []);
    expect(found.out).toBe('a.md:8: unmerged, conflict markers\n');
    repo.write('a.md', page('both\n\nMerged\n=======\n\n========\nAnother\n========'));
    expect((await command(resolve, repo.root, [])).out).toContain('no markers left');
    repo.git('add', 'a.md');
    expect((await command(check, repo.root, [])).code).toBe(0);
    repo.git('commit', '-q', '--no-edit');
    expect((await command(audit, repo.root, [])).out).toContain('no markers.');
  });

  it('may quote longer markers that its versions have', async () => {
    const repo = stopped({
      base: (one) => one.write('a.md', `five\n${example}`),
      theirs: (one) => one.write('a.md', `there\n${example}`),
      ours: (one) => one.write('a.md', `here\n${example}`),
    });
    expect((await command(check, repo.root, [])).out).toBe('a.md:1: unmerged, conflict markers\n');
    await command(choose, repo.root, ['a.md', 'ours']);
    repo.git('add', 'a.md');
    expect((await command(check, repo.root, [])).code).toBe(0);
    repo.git('commit', '-q', '--no-edit');
    expect((await command(audit, repo.root, [])).code).toBe(0);
  });

  it('may quote them where the mergetool is asked: nothing in it is a merge of its own', async () => {
    const repo = stopped({
      base: (one) => one.write('a.md', `five\n${example}`),
      theirs: (one) => one.write('a.md', `there\n${example}`),
      ours: (one) => one.write('a.md', `here\n${example}`),
    });
    for (const [i, name] of ['B', 'L', 'R'].entries()) repo.write(name, `${repo.git('show', `:${i + 1}:a.md`)}\n`);
    const { code, err } = await command(mergetool, repo.root, ['B', 'L', 'R', 'a.md']);
    expect(code).toBe(1);
    expect(err).toContain('1 conflict left open');
    expect(err).not.toContain('renamed');
    expect(ownConflicts(example, example, 7)).toEqual([]);
    expect(ownConflicts(example, 'other\n', 7)).toHaveLength(1);
    const virtual = `${example}<<<<<<<<< Temporary merge branch 1\n`;
    expect(ownConflicts(example, virtual, 7)).toHaveLength(1);
  });
});

it('names the side that is a merge of its own where it cannot be kept', () => {
  const refused = nobodys({ path: 'a', stages: {}, nested: { right: 'none' } }, 'theirs');
  expect(refused).toMatch(/^what git calls theirs there is a merge of its own/);
});
