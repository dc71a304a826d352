/** Conflicts without markers: each is named, nothing is guessed, and `--keep` takes exactly one side. */

import { execFileSync } from 'node:child_process';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  unlinkSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { run as choose } from '../../server/cli/choose.ts';
import { run as preview } from '../../server/cli/preview.ts';
import { run as resolve } from '../../server/cli/resolve.ts';
import { run as review } from '../../server/cli/review.ts';
import { run as undo } from '../../server/cli/undo.ts';
import { openRepository } from '../../server/git/repository.ts';
import { recreateConflict, takeStage } from '../../server/git/restore.ts';
import { readApplied } from '../../server/git/saved.ts';
import { unmergedFiles } from '../../server/git/unmerged.ts';
import { replaceFile } from '../../server/git/write.ts';
import {
  command,
  diverged,
  folder,
  merging,
  openCase,
  repository,
  type TestRepository,
} from '../support/repositories.ts';

const kindOf = async (root: string) =>
  Object.fromEntries((await unmergedFiles(await openRepository(root))).map(({ path, kind }) => [path, kind]));

describe('unmerged kinds', () => {
  it('tells apart what git cannot merge, and takes the side asked for without staging', async () => {
    const nul = (n: number) => Buffer.from([0, 1, 2, n]);
    const repo = merging({
      'added.ts': { ours: 'a\n', theirs: 'b\n' },
      'gone.ts': { base: 'one\n', ours: 'two\n' },
      'image.bin': { base: nul(1), ours: nul(2), theirs: nul(3) },
      'latin.txt': { base: Buffer.from([0xe9, 10]), ours: Buffer.from([0xe8, 10]), theirs: Buffer.from([0xea, 10]) },
      [openCase.path]: openCase,
    });
    expect(await kindOf(repo.root)).toEqual({
      'added.ts': 'both-added',
      'gone.ts': 'modify-delete',
      'image.bin': 'binary',
      'latin.txt': 'not-utf8',
      [openCase.path]: 'both-modified',
    });
    const index = repo.index();
    const latin = repo.bytes('latin.txt');
    const listed = await command(resolve, repo.root, ['--apply', 'likely']);
    expect(listed.out).toContain('gone.ts  modified by ours, deleted by theirs');
    expect(repo.bytes('latin.txt')).toEqual(latin);
    expect((await command(resolve, repo.root, ['--keep', 'theirs', 'gone.ts', 'image.bin', 'latin.txt'])).code).toBe(0);
    expect(existsSync(repo.at('gone.ts'))).toBe(false);
    expect(repo.bytes('image.bin')).toEqual(nul(3));
    expect([...repo.bytes('latin.txt')]).toEqual([0xea, 10]);
    expect((await command(resolve, repo.root, ['--keep', 'base', 'added.ts'])).code).toBe(2);
    expect(repo.index()).toBe(index);
  });

  it('remembers the side that was kept, and how to decide anew', async () => {
    const nul = (n: number) => Buffer.from([0, 1, 2, n]);
    const repo = merging({
      'gone.ts': { base: 'one\n', ours: 'two\n' },
      'image.bin': { base: nul(1), ours: nul(2), theirs: nul(3) },
      'new.txt': { ours: 'here\n', theirs: 'there\n' },
      'text.txt': { base: 'one\n', ours: 'two\n', theirs: 'three\n' },
    });
    const { out } = await command(resolve, repo.root, ['--keep', 'theirs', '.']);
    expect(out).toContain('image.bin: theirs written. When it is right: git add image.bin\n');
    expect(out).toContain('What was there is saved: mortise undo image.bin\n');
    const listed = await command(resolve, repo.root, []);
    expect(listed.code).toBe(0);
    expect(listed.out).toMatch(/^ +you kept theirs\. When it is right: git rm gone\.ts$/m);
    expect(listed.out).toMatch(
      /^ +you kept theirs\. When it is right: git add image\.bin\n +decide anew: +mortise undo image/m,
    );
    expect(listed.out).toContain(
      'look it over, then: git add gone.ts image.bin new.txt text.txt && git merge --continue',
    );
    const json = JSON.parse((await command(resolve, repo.root, ['--json'])).out);
    expect(json.files).toMatchObject([
      { path: 'gone.ts', kept: 'theirs', open: false },
      { path: 'image.bin', kept: 'theirs', open: false },
      { path: 'new.txt', kept: 'theirs', open: false },
      { path: 'text.txt', kept: 'theirs', open: false },
    ]);
    expect(listed.out).toMatch(
      /^text\.txt .*\n +you kept theirs\. When it is right: git add text\.txt\n +decide anew/m,
    );
    expect((await command(choose, repo.root, ['text.txt', 'ours'])).err).toMatch(
      /you kept theirs\. .*mortise undo text/,
    );
    // Text that is edited since is the user's own.
    repo.write('text.txt', 'four\n');
    expect((await command(resolve, repo.root, ['text.txt'])).out).toMatch(/^text\.txt .*no markers left/m);
    repo.write('text.txt', 'three\n');
    expect((await command(choose, repo.root, ['image.bin', 'ours'])).err).toMatch(
      /you kept theirs\. .*mortise undo image/,
    );
    expect((await command(review, repo.root, [])).out).not.toContain('no longer in the file');
    // What was written over it is nobody's choice yet.
    repo.write('image.bin', nul(9));
    expect((await command(resolve, repo.root, ['image.bin'])).code).toBe(1);
    expect((await command(review, repo.root, ['image.bin'])).out).toContain('no longer in the file');
    repo.write('image.bin', nul(3));
    expect((await command(undo, repo.root, ['--all'])).code).toBe(0);
    expect(repo.bytes('image.bin')).toEqual(nul(2));
    expect((await command(resolve, repo.root, [])).code).toBe(1);
  });

  it('names a rename on both sides, and a symbolic link stays one', async () => {
    const text = 'alpha\nbeta\ngamma\ndelta\n';
    const repo = repository();
    const link = (target: string) => {
      unlinkSync(repo.at('link'));
      symlinkSync(target, repo.at('link'));
    };
    repo.write('old.txt', text);
    symlinkSync('one', repo.at('link'));
    repo.commit('Start');
    repo.git('checkout', '-q', '-b', 'topic');
    repo.git('mv', 'old.txt', 'theirs.txt');
    link('two');
    repo.commit('Rename there');
    repo.git('checkout', '-q', 'main');
    repo.git('mv', 'old.txt', 'ours.txt');
    link('three');
    repo.commit('Rename here');
    repo.tryGit(['merge', 'topic']);
    expect(await kindOf(repo.root)).toEqual({
      link: 'symlink',
      'old.txt': 'rename-rename',
      'ours.txt': 'rename-rename',
      'theirs.txt': 'rename-rename',
    });
    expect((await command(resolve, repo.root, ['--keep', 'theirs', 'link'])).code).toBe(0);
    expect(lstatSync(repo.at('link')).isSymbolicLink()).toBe(true);
    expect(readlinkSync(repo.at('link'))).toBe('two');
  });
});

it('are all named by a preview, a link too, of which git says no more than of a text', async () => {
  const repo = diverged({ 'a.txt': { base: 'a\n', ours: 'b\n', theirs: 'c\n' } });
  const link = (target: string) => {
    rmSync(repo.at('link'), { force: true });
    symlinkSync(target, repo.at('link'));
    repo.git('add', '-A');
    repo.git('commit', '-q', '-m', `Link ${target}`);
  };
  repo.git('checkout', '-q', 'topic');
  link('there');
  repo.git('checkout', '-q', 'main');
  link('here');
  const { code, out } = await command(preview, repo.root, ['topic']);
  expect(code).toBe(1);
  expect(out).toMatch(/^ {2}(?:link: changed by both, and no text to merge|.*\blink\b.*)$/m);
  expect(out).toContain('1 path to pick a side of');
});

it('are counted by a preview as resolve counts them once git has stopped, by the names that were given', async () => {
  const near = (a: number, b: number) => `a = ${a}\nx\nb = ${b}\nc\n`;
  const repo = diverged({
    'near.txt': { base: near(1, 1), ours: near(2, 2), theirs: near(3, 3) },
    'package-lock.json': { base: '{ "a": 1 }\n', ours: '{ "a": 2 }\n', theirs: '{ "a":  2 }\n' },
    'gone.txt': { base: 'a\n', theirs: 'b\n' },
    'gradle.properties': { base: 'version=1.0.0\n', ours: 'version=1.2.0\n', theirs: 'version=1.1.0\n' },
  });
  for (const style of ['merge', 'diff3']) {
    repo.git('config', 'merge.conflictStyle', style);
    const { out } = await command(preview, repo.root, ['topic', '--apply', 'likely']);
    expect(out).not.toMatch(/[0-9a-f]{40}/);
    expect(out).toMatch(/gone\.txt.* topic/);
    repo.tryGit(['merge', 'topic']);
    const { out: said } = await command(resolve, repo.root, ['--dry-run', '--apply', 'likely']);
    const [, resolved, open, paths] = /^(\d+ conflicts?) would be resolved, (\d+) open, (\d+ path)/m.exec(said) ?? [];
    expect(out).toContain(`${resolved} would be resolved, ${open} would stay open, ${paths} to pick a side of`);
    repo.git('merge', '--abort');
  }
});

it('prints commands of git that take just the path, whatever its name means to git', async () => {
  const both = { base: 'a\n', ours: 'b\n', theirs: 'c\n' };
  const repo = merging({ '*.star': both, 'o.star': both, ':colon': both });
  for (const name of ['*.star', ':colon']) {
    const { out } = await command(resolve, repo.root, ['--keep', 'theirs', name]);
    const printed = /When it is right: (git add .*)\n/.exec(out)?.[1] ?? '';
    expect(printed).toBe(`git add ':(literal)${name}'`);
    execFileSync('sh', ['-c', printed], { cwd: repo.root });
  }
  expect(repo.git('diff', '--name-only', '--diff-filter=U')).toBe('o.star');
});

describe('keeping a side where no file lies', () => {
  const deleted = () => merging({ 'a.txt': { base: '1\n', ours: '2\n', theirs: undefined } });
  const keep = (repo: TestRepository, side: string) => command(resolve, repo.root, ['--keep', side, 'a.txt']);

  it('is undone by removing what was written, and never by removing what came after', async () => {
    const repo = deleted();
    unlinkSync(repo.at('a.txt'));
    expect((await keep(repo, 'ours')).code).toBe(0);
    expect(repo.read('a.txt')).toBe('2\n');
    repo.write('a.txt', 'mine\n');
    expect((await command(undo, repo.root, ['a.txt'])).err).toContain('changed after Mortise wrote it');
    expect(repo.read('a.txt')).toBe('mine\n');
    repo.write('a.txt', '2\n');
    expect(await command(undo, repo.root, ['a.txt'])).toMatchObject({ code: 0, err: '' });
    expect(existsSync(repo.at('a.txt'))).toBe(false);
  });

  it('comes back to the first bytes over a side that has no file', async () => {
    const repo = deleted();
    const before = repo.bytes('a.txt');
    for (const side of ['theirs', 'ours', 'theirs', 'ours']) expect((await keep(repo, side)).code).toBe(0);
    expect((await keep(repo, 'theirs')).code).toBe(0);
    expect(existsSync(repo.at('a.txt'))).toBe(false);
    expect((await command(undo, repo.root, ['a.txt'])).err).toBe('');
    expect(repo.bytes('a.txt')).toEqual(before);
  });

  it('brings the link of a side back that lay there', async () => {
    const repo = repository();
    const put = (target: string) => {
      if (target !== 'one') unlinkSync(repo.at('a.txt'));
      symlinkSync(target, repo.at('a.txt'));
      repo.commit(`Point to ${target}`);
    };
    put('one');
    repo.git('checkout', '-q', '-b', 'topic');
    put('two');
    repo.git('checkout', '-q', 'main');
    put('three');
    repo.tryGit(['merge', 'topic']);
    for (const side of ['theirs', 'ours', 'theirs']) expect((await keep(repo, side)).code).toBe(0);
    expect(readlinkSync(repo.at('a.txt'))).toBe('two');
    expect((await command(undo, repo.root, ['a.txt'])).err).toBe('');
    expect(readlinkSync(repo.at('a.txt'))).toBe('three');
    await keep(repo, 'theirs');
    unlinkSync(repo.at('a.txt'));
    symlinkSync('mine', repo.at('a.txt'));
    expect((await command(undo, repo.root, ['a.txt'])).err).toContain('changed after Mortise wrote it');
    expect(readlinkSync(repo.at('a.txt'))).toBe('mine');
  });

  it('leaves a link or a folder of the user alone', async () => {
    const repo = deleted();
    unlinkSync(repo.at('a.txt'));
    symlinkSync('/etc/hostname', repo.at('a.txt'));
    for (const side of ['ours', 'theirs']) {
      expect(await keep(repo, side)).toMatchObject({ code: 2, err: expect.stringContaining('of neither side') });
      expect(readlinkSync(repo.at('a.txt'))).toBe('/etc/hostname');
    }
    unlinkSync(repo.at('a.txt'));
    repo.write('a.txt/own.txt', 'own\n');
    expect((await keep(repo, 'ours')).code).toBe(2);
    expect(repo.read('a.txt/own.txt')).toBe('own\n');
  });

  it.each(['out of the repository', 'within it'])('leaves a linked folder above the file alone: %s', async (where) => {
    const change = { base: '1\n', ours: '2\n' };
    const repo = merging({
      'src/a.txt': { ...change, theirs: '3\n' },
      'src/gone.txt': { ...change, theirs: undefined },
    });
    const other = where === 'within it' ? repo.at('lib') : folder();
    const opened = await openRepository(repo.root);
    const stages = Object.fromEntries((await unmergedFiles(opened)).map((file) => [file.path, file.stages]));
    mkdirSync(other, { recursive: true });
    renameSync(repo.at('src'), join(other, 'src'));
    symlinkSync(join(other, 'src'), repo.at('src'));
    const files = ['a.txt', 'gone.txt'].map((name) => join(other, 'src', name));
    const before = files.map((file) => readFileSync(file));
    const refusal = /src is a symbolic link; nothing was written/;
    for (const side of ['ours', 'theirs'])
      expect(await command(resolve, repo.root, ['--keep', side, '.'])).toMatchObject({
        code: 2,
        out: '',
        err: expect.stringMatching(refusal),
      });
    await expect(recreateConflict(opened, 'src/a.txt')).rejects.toThrow(refusal);
    for (const path of ['src/a.txt', 'src/gone.txt'])
      await expect(takeStage(opened, path, stages[path] ?? {}, 'right')).rejects.toThrow(refusal);
    expect(readlinkSync(repo.at('src'))).toBe(join(other, 'src'));
    expect(files.map((file) => readFileSync(file))).toEqual(before);
    expect(await readApplied(opened)).toEqual([]);
  });
});

describe('writing', () => {
  it('refuses a file that changed underneath, a link, and a way out of the repository', async () => {
    const repo = diverged({ 'a.txt': { base: '1\n', ours: '2\n', theirs: '3\n' } });
    const mine = Buffer.from('mine\n');
    await expect(replaceFile(repo.at('a.txt'), mine, Buffer.from('other\n'))).rejects.toThrow(/changed on disk/);
    expect(repo.read('a.txt')).toBe('2\n');
    symlinkSync('a.txt', repo.at('link'));
    await expect(replaceFile(repo.at('link'), mine, Buffer.from('2\n'))).rejects.toThrow(/not a regular file/);
    symlinkSync('..', repo.at('out'));
    await expect(replaceFile(repo.at('out/x.txt'), mine, undefined, repo.root)).rejects.toThrow(
      /is a symbolic link; nothing was written/,
    );
    expect(repo.read('a.txt')).toBe('2\n');
  });
});
