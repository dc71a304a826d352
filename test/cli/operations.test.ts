/** The driver and the mergetool as git starts them, in every operation of git that can stop on a conflict. */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { run as check } from '../../server/cli/check.ts';
import { run as choose } from '../../server/cli/choose.ts';
import { run as install } from '../../server/cli/install.ts';
import { run as resolve } from '../../server/cli/resolve.ts';
import { run as review } from '../../server/cli/review.ts';
import { run as undo } from '../../server/cli/undo.ts';
import { shippedRoot } from '../../server/services.ts';
import { rankByFixedTable } from '../support/fixedRanking.ts';
import { command, diverged, folder, openCase, type TestRepository, versionCase } from '../support/repositories.ts';

rankByFixedTable();

beforeAll(() => {
  if (!existsSync(join(shippedRoot(), 'dist', 'cli.cjs')))
    execFileSync(process.execPath, ['esbuild.mjs'], { cwd: shippedRoot() });
});

const both = { [versionCase.path]: versionCase, [openCase.path]: openCase };

const operations: Record<string, (repo: TestRepository) => { code: number; said: string }> = {
  merge: (repo) => repo.tryGit(['merge', 'topic']),
  'rebase --merge': (repo) => repo.tryGit(['rebase', '--merge', 'main', 'topic']),
  'rebase --apply': (repo) => repo.tryGit(['rebase', '--apply', 'main', 'topic']),
  'cherry-pick': (repo) => repo.tryGit(['cherry-pick', 'topic']),
  revert: (repo) => {
    // Taking back "Change it there" from a history that has gone on as `main` has.
    repo.git('checkout', '-q', 'topic');
    repo.git('checkout', '-q', 'main', '--', '.');
    repo.commit('Go on');
    return repo.tryGit(['revert', '--no-edit', 'HEAD~1']);
  },
  'stash pop': (repo) => {
    repo.git('checkout', '-q', '--detach', 'main~1');
    repo.git('checkout', '-q', 'topic', '--', '.');
    repo.git('stash', 'push', '-q');
    repo.git('checkout', '-q', 'main');
    return repo.tryGit(['stash', 'pop']);
  },
  'am -3': (repo) => {
    const patches = folder();
    repo.git('format-patch', '-q', '-1', '-o', patches, 'topic');
    return repo.tryGit(['am', '-3', `${patches}/0001-Change-it-there.patch`]);
  },
};

const unmerged = (repo: TestRepository): string[] => repo.git('diff', '--name-only', '--diff-filter=U').split('\n');

describe.each(Object.entries(operations))('in %s', (name, stop) => {
  it('the driver resolves what is safe before git stops, and undo brings its conflict back', async () => {
    const repo = diverged(both);
    await command(install, repo.root, ['--driver-only']);
    const { code, said } = stop(repo);
    expect(code, said).not.toBe(0);
    expect(unmerged(repo)).toEqual([openCase.path]);
    expect(repo.read(versionCase.path)).toBe(versionCase.merged);
    expect(repo.read(openCase.path)).toMatch(/^<{7} .*\n[\s\S]*^={7}\n[\s\S]*^>{7} .*$/m);
    const seen = await command(review, repo.root, [versionCase.path]);
    expect(seen.out).toContain('by the merge driver');
    expect(seen.out).not.toContain('no longer in the file');

    const undone = await command(undo, repo.root, [versionCase.path]);
    expect(undone).toMatchObject({ code: 0, err: '' });
    expect(repo.read(versionCase.path)).toMatch(/^<{7} .*\nversion=[\d.]+\n={7}\nversion=[\d.]+\n>{7} .*$/m);
    // With its base: without it git and we would take the file for one that both sides added.
    expect(repo.git('ls-files', '-u', versionCase.path).split('\n')).toHaveLength(3);
    expect(unmerged(repo).sort(), `${name}: ${undone.out}`).toEqual([versionCase.path, openCase.path].sort());
    expect((await command(review, repo.root, [versionCase.path])).out).toContain('(undone)');
  });

  it('the mergetool takes the file it resolves whole and leaves the other byte for byte', async () => {
    const repo = diverged(both);
    await command(install, repo.root, ['--mergetool-only']);
    const { code, said } = stop(repo);
    expect(code, said).not.toBe(0);
    expect(unmerged(repo).sort()).toEqual([versionCase.path, openCase.path].sort());
    const open = repo.bytes(openCase.path);
    const ran = repo.tryGit(['-c', 'mergetool.keepBackup=false', 'mergetool', '--no-prompt', '--tool=mortise']);
    expect(ran.code).not.toBe(0);
    expect(repo.read(versionCase.path)).toBe(versionCase.merged);
    expect(repo.bytes(openCase.path)).toEqual(open);
    expect(unmerged(repo)).toEqual([openCase.path]);
  });

  it('undo makes a path that was decided and staged unmerged again, with all its versions, the last one too', async () => {
    const repo = diverged(both);
    expect(stop(repo).code).not.toBe(0);
    const stages = repo.git('ls-files', '-u');
    for (const path of [versionCase.path, openCase.path])
      expect(await command(choose, repo.root, [path, 'theirs'])).toMatchObject({ code: 0 });
    repo.git('add', '-u');
    expect(unmerged(repo)).toEqual(['']);
    const undone = await command(undo, repo.root, [openCase.path]);
    expect(undone).toMatchObject({ code: 0, err: '', out: `${openCase.path}: conflict restored\n` });
    expect(unmerged(repo)).toEqual([openCase.path]);
    expect((await command(check, repo.root, [])).code).toBe(1);
    expect(await command(undo, repo.root, ['--all'])).toMatchObject({ code: 0, err: '' });
    expect(repo.git('ls-files', '-u')).toBe(stages);
    expect((await command(resolve, repo.root, ['--apply', 'none'])).out).toMatch(/0 conflicts resolved, 2 open/);
  });
});

it('a later stop of a rebase does not give the index a conflict of a commit that is made', async () => {
  const repo = diverged({ 'a.txt': { base: 'a\n', ours: 'here\n', theirs: 'there\n' } });
  repo.git('checkout', '-q', 'topic');
  repo.write('b.txt', 'there\n');
  repo.commit('Add b there');
  repo.git('checkout', '-q', 'main');
  repo.write('b.txt', 'here\n');
  repo.commit('Add b here');
  expect(repo.tryGit(['rebase', 'main', 'topic']).code).not.toBe(0);
  expect((await command(choose, repo.root, ['a.txt', 'theirs'])).code).toBe(0);
  repo.git('add', '-u');
  expect(repo.tryGit(['rebase', '--continue']).code).not.toBe(0);
  const undone = await command(undo, repo.root, ['a.txt']);
  expect(undone.out).toContain('the commit that it was resolved for is made, so only the work tree shows it');
  expect(unmerged(repo)).toEqual(['b.txt']);
  // Until it is edited, nothing passes for done.
  const before = 'a.txt:1: conflict markers that undo brought back';
  expect(await command(check, repo.root, [])).toMatchObject({ code: 1, out: expect.stringContaining(before) });
  repo.write('b.txt', 'both\n');
  repo.git('add', '-u');
  expect((await command(resolve, repo.root, [])).out).toContain('to be edited and committed again: a.txt\n');
  expect(repo.tryGit(['rebase', '--continue']).code).toBe(0);
  expect((await command(check, repo.root, [])).out).toContain(before);
  repo.write('a.txt', 'there\n');
  expect(await command(check, repo.root, [])).toMatchObject({ code: 0, out: '' });
});

describe('the driver', () => {
  it('keeps ours and the conflict where the content is binary, as git does', async () => {
    const image = (end: number) => Buffer.from([0x89, 0, 1, 2, end]);
    const repo = diverged({ 'a.png': { base: image(1), ours: image(2), theirs: image(3) } });
    await command(install, repo.root, ['--driver-only']);
    const { code } = repo.tryGit(['merge', 'topic']);
    expect(code).toBe(1);
    expect(repo.bytes('a.png')).toEqual(image(2));
    expect(unmerged(repo)).toEqual(['a.png']);
  });

  it('merges text that is not UTF-8 as git does, byte for byte', async () => {
    const latin = (first: string, last: string) => Buffer.from(`${first}\xe9\n1\n2\n3\n4\n${last}\xe8\n`, 'latin1');
    const repo = diverged({ 'a.txt': { base: latin('a', 'a'), ours: latin('b', 'a'), theirs: latin('a', 'c') } });
    await command(install, repo.root, ['--driver-only']);
    expect(repo.tryGit(['merge', 'topic']).code).toBe(0);
    expect(repo.bytes('a.txt')).toEqual(latin('b', 'c'));
  });

  it('takes paths with spaces, quotes, a dash and unicode', async () => {
    const paths = ["it's a.properties", '-dash.properties', 'ü "x".properties', '$(touch ran).properties'];
    const repo = diverged(Object.fromEntries(paths.map((path) => [path, versionCase])));
    await command(install, repo.root, ['--driver-only']);
    const { code, said } = repo.tryGit(['merge', 'topic']);
    expect(code, said).toBe(0);
    for (const path of paths) expect(repo.read(path)).toBe(versionCase.merged);
    expect(existsSync(repo.at('ran'))).toBe(false);
    expect((await command(review, repo.root, ['./-dash.properties'])).out).toContain('-dash.properties');
  });

  it("prints what is left in the user's conflict style and marker size", async () => {
    const attributes = '*.properties conflict-marker-size=9\n';
    const lines = (version: string, mode: string) => `version=${version}\n${'x\n'.repeat(9)}mode=${mode}\n`;
    const repo = diverged({
      '.gitattributes': { base: attributes, ours: attributes, theirs: attributes },
      'a.properties': { base: lines('1.0.0', 'slow'), ours: lines('1.2.0', 'fast'), theirs: lines('1.1.0', 'off') },
    });
    repo.git('config', 'merge.conflictStyle', 'diff3');
    await command(install, repo.root, ['--driver-only']);
    expect(repo.tryGit(['merge', 'topic']).code).toBe(1);
    const text = repo.read('a.properties').replace(/^([<>|]{9}).*$/gm, '$1');
    expect(text).toBe(
      `version=1.2.0\n${'x\n'.repeat(9)}<<<<<<<<<\nmode=fast\n|||||||||\nmode=slow\n=========\nmode=off\n>>>>>>>>>\n`,
    );
  });

  it('says after the merge is committed that only the work tree shows the conflict again', async () => {
    const repo = diverged({ [versionCase.path]: versionCase });
    await command(install, repo.root, ['--driver-only']);
    expect(repo.tryGit(['merge', 'topic', '--no-edit']).code).toBe(0);
    const index = repo.index();
    const undone = await command(undo, repo.root, [versionCase.path]);
    expect(undone).toMatchObject({ code: 0, err: '' });
    expect(undone.out).toContain('the merge is over');
    expect(repo.read(versionCase.path)).toContain('<<<<<<< ');
    expect(repo.index()).toBe(index);
  });
});

it('undo --all brings back what the driver settled as HEAD has it', async () => {
  const larger = { base: 'version=1.0.0\n', ours: 'version=1.2.0\n', theirs: 'version=1.1.0\n' };
  const repo = diverged({ [versionCase.path]: larger, [openCase.path]: openCase });
  await command(install, repo.root, ['--driver-only']);
  expect(repo.tryGit(['merge', 'topic']).code).toBe(1);
  expect(unmerged(repo)).toEqual([openCase.path]);
  expect(repo.git('status', '--short', versionCase.path)).toBe('');
  expect((await command(undo, repo.root, ['--all'])).code).toBe(0);
  expect(unmerged(repo).sort()).toEqual([versionCase.path, openCase.path].sort());
  expect(repo.read(versionCase.path)).toContain('<<<<<<< ');
});

describe('undo --all in a second merge', () => {
  it.each([true, false])('leaves what the first one ended with alone (by the driver: %s)', async (driver) => {
    const repo = diverged({ [versionCase.path]: versionCase });
    if (driver) await command(install, repo.root, ['--driver-only']);
    repo.tryGit(['merge', 'topic', '--no-edit']);
    if (!driver) {
      await command(resolve, repo.root, ['--min-confidence', '0']);
      repo.commit('Merge topic');
    }
    expect(repo.read(versionCase.path)).toBe(versionCase.merged);
    const later = (mode: string, version: string) => {
      repo.write('second.properties', `version=${version}\n`);
      repo.write('mode.ts', `export const mode = '${mode}';\n`);
      return repo.commit(`Take ${mode}`);
    };
    later('slow', '1.0.0');
    repo.git('checkout', '-q', '-b', 'again');
    later('fast', '1.2.0');
    repo.git('checkout', '-q', 'main');
    later('careful', '1.1.0');
    expect(repo.tryGit(['merge', 'again']).code).toBe(1);
    await command(resolve, repo.root, ['--min-confidence', '0']);
    expect(repo.read('second.properties')).toBe('version=1.2.0\n');
    expect((await command(undo, repo.root, ['--all'])).code).toBe(0);
    for (const path of ['second.properties', 'mode.ts']) expect(repo.read(path)).toContain('<<<<<<< ');
    expect(repo.read(versionCase.path)).toBe(versionCase.merged);
    expect(repo.git('status', '--short', versionCase.path)).toBe('');
  });
});
