/** Work the user did by hand, and advice that could cost it: undo, the demo, and what is said when files are left. */
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { run as check } from '../../server/cli/check.ts';
import { run as choose } from '../../server/cli/choose.ts';
import { run as demo } from '../../server/cli/demo.ts';
import { run as resolve } from '../../server/cli/resolve.ts';
import { run as undo } from '../../server/cli/undo.ts';
import { command, folder, merging, openCase, versionCase } from '../support/repositories.ts';

it('undo says what was decided before an edit by hand and so stays decided; --force takes it back too', async () => {
  const far = Array.from({ length: 8 }, (_, i) => `${i}\n`).join('');
  const at = (a: number, b: number) => `a = ${a}\n${far}b = ${b}\n`;
  const repo = merging({ 'a.txt': { base: at(1, 1), ours: at(2, 2), theirs: at(3, 3) } });
  const whole = repo.bytes('a.txt');
  await command(choose, repo.root, ['a.txt:1', 'ours']);
  repo.write('a.txt', repo.read('a.txt').replace('4\n', 'four\n'));
  const edited = repo.bytes('a.txt');
  await command(choose, repo.root, ['a.txt', 'ours']);
  const { out } = await command(undo, repo.root, ['a.txt']);
  expect(out).toMatch(/conflict restored; decided before your edit, and so still: line 1 \(--force/);
  expect(repo.bytes('a.txt')).toEqual(edited);
  expect((await command(undo, repo.root, ['a.txt'])).code).toBe(2);
  expect((await command(undo, repo.root, ['--force', 'a.txt'])).out).not.toContain('decided before');
  expect(repo.bytes('a.txt')).toEqual(whole);
});

describe('undo of a file that Mortise did not write', () => {
  it.each([
    ['edited around its conflict', (text: string) => `// by hand\n${text}`],
    ['resolved', () => "export const mode = 'mine';\n"],
  ])('refuses one %s, and with --force keeps a copy', async (_, edit) => {
    const repo = merging({ [openCase.path]: openCase });
    const mine = edit(repo.read(openCase.path));
    repo.write(openCase.path, mine);
    expect(await command(undo, repo.root, [openCase.path])).toMatchObject({
      code: 2,
      err: expect.stringMatching(/changed, and not by Mortise.*--force/),
    });
    expect(repo.read(openCase.path)).toBe(mine);
    const forced = await command(undo, repo.root, ['--force', openCase.path]);
    expect(forced.code).toBe(0);
    expect(repo.read(openCase.path)).toContain('<<<<<<<');
    const copy = /its bytes before: (.*)\)/.exec(forced.out)?.[1] ?? '';
    expect(readFileSync(copy, 'utf8')).toBe(mine);
  });

  it('leaves the conflict as git wrote it byte for byte, labels too, and writes it where the file is gone', async () => {
    const repo = merging({ [openCase.path]: openCase });
    const [index, before] = [repo.index(), repo.read(openCase.path)];
    expect(await command(undo, repo.root, [openCase.path])).toMatchObject({
      code: 0,
      out: expect.stringMatching(/already the conflict/),
    });
    expect(repo.read(openCase.path)).toBe(before);
    rmSync(repo.at(openCase.path));
    expect((await command(undo, repo.root, [openCase.path])).code).toBe(0);
    expect(repo.read(openCase.path)).toContain('<<<<<<<');
    expect(repo.index()).toBe(index);
  });
});

describe('demo --dir', () => {
  it('refuses a folder that is not empty, and a merge in it stays as it is', async () => {
    const repo = merging({ [openCase.path]: openCase });
    const before = [repo.index(), repo.read(openCase.path), repo.git('rev-parse', 'HEAD')];
    expect(await command(demo, folder(), ['--dir', repo.root])).toMatchObject({
      code: 2,
      err: expect.stringMatching(/not empty/),
    });
    expect([repo.index(), repo.read(openCase.path), repo.git('rev-parse', 'HEAD')]).toEqual(before);
    expect(existsSync(repo.at('package.json'))).toBe(false);
  });

  it('refuses where GIT_DIR would lead git into another repository', async () => {
    const repo = merging({ [openCase.path]: openCase });
    const head = repo.git('rev-parse', 'HEAD');
    process.env['GIT_DIR'] = repo.at('.git');
    const ran = await command(demo, folder(), ['--dir', folder()]).finally(() => delete process.env['GIT_DIR']);
    expect(ran).toMatchObject({ code: 2, err: expect.stringMatching(/GIT_DIR is set/) });
    expect(repo.git('rev-parse', 'HEAD')).toBe(head);
  });
});

describe('what resolve advises', () => {
  it('does not say to stage and go on while another file of the operation has markers', async () => {
    const repo = merging({ 'a.ts': openCase, 'sub/b.ts': openCase });
    await command(choose, repo.root, ['a.ts', 'ours']);
    const one = await command(resolve, repo.root, ['a.ts']);
    expect(one.out).not.toContain('git add');
    expect(one.out).toContain('still in conflict: 1 other path (sub/b.ts)');
    await command(choose, repo.root, ['sub/b.ts', 'theirs']);
    const done = await command(resolve, repo.root, ['a.ts']);
    expect(done.out).toContain('git add a.ts sub/b.ts && git merge --continue');
    expect(done.out).not.toContain('still in conflict');
  });
});

describe('commands that are printed', () => {
  it('are quoted for the shell, and no path is taken for an option', async () => {
    const repo = merging({ '$(touch pwn).ts': openCase, '-n.ts': openCase });
    const { out } = await command(resolve, repo.root, ['--apply', 'none']);
    expect(out).toContain("mortise choose '$(touch pwn).ts:1'");
    expect(out).toContain('mortise choose ./-n.ts:1');
    expect(out).not.toMatch(/(choose|-g) \$\(/);
    expect((await command(choose, repo.root, ['./-n.ts:1', 'ours'])).code).toBe(0);
  });

  it('refuse a folder that is not there, though its parent is a repository', async () => {
    const repo = merging({ [openCase.path]: openCase });
    for (const run of [resolve, undo, check, choose]) {
      const ran = await command(run, repo.root, [...(run === check ? [] : [openCase.path]), '-C', repo.at('typo')]);
      expect(ran).toMatchObject({ code: 2, err: expect.stringMatching(/typo: no such folder/) });
    }
  });

  it('say what is missing: a model for --guide, a conflict for undo', async () => {
    const repo = merging({ [openCase.path]: openCase });
    expect((await command(resolve, repo.root, ['--guide', 'x'])).err).toMatch(/--guide .*--model/);
    expect((await command(undo, repo.root, ['nosuch'])).err).toMatch(/nosuch: no such file/);
  });
});

it('takes a side that has no final newline as it is', async () => {
  const repo = merging({ 'a.txt': { base: 'b', ours: 'O', theirs: 'T' } });
  await command(choose, repo.root, ['a.txt', 'ours']);
  expect(repo.read('a.txt')).toBe('O');
});

describe('text that looks like markers', () => {
  it('takes a side whole that has a line of seven = under a heading', async () => {
    const page = (title: string) => `${title}\n=======\n\n${title.toLowerCase()}\n`;
    const [base, ours, theirs] = ['Introduction', 'Introductory', 'To begin with'].map(page);
    const repo = merging({ 'a.md': { base, ours, theirs } });
    expect((await command(choose, repo.root, ['a.md', 'ours'])).code).toBe(0);
    expect(repo.read('a.md')).toBe(ours);
  });

  it('neither resolves nor reports markers that HEAD has in the file', async () => {
    const quoted = '<<<<<<< a\nx\n=======\ny\n>>>>>>> b\n\n\n';
    const page = (last: string) => `${quoted}${last}\n`;
    const repo = merging({ 'fixture.md': { base: page('one'), ours: page('1'), theirs: page('I') } });
    const checked = await command(check, repo.root, []);
    expect(checked.out).toMatch(/^fixture\.md:8: unmerged, conflict markers\n$/);
    await command(choose, repo.root, ['fixture.md', 'ours']);
    expect(repo.read('fixture.md')).toBe(page('1'));
    expect((await command(check, repo.root, [])).out).toMatch(/^fixture\.md: unmerged \(.*\)\n$/);
    expect((await command(resolve, repo.root, [])).out).toContain('no markers left');
  });
});

it('resolve leaves a hunk that the user has begun to edit, and says why', async () => {
  const repo = merging({ [versionCase.path]: versionCase, 'other.properties': versionCase });
  repo.write(versionCase.path, repo.read(versionCase.path).replace('version=1.2.0', 'version=1.2.0-mine'));
  const mine = repo.bytes(versionCase.path);
  const ran = await command(resolve, repo.root, ['--min-confidence', '0']);
  expect(ran.out).toContain('not applied: you have begun to edit it');
  expect(repo.bytes(versionCase.path)).toEqual(mine);
  expect(repo.read('other.properties')).not.toContain('<<<<<<<');
});

describe('undo in a later operation', () => {
  it("never brings an earlier merge's conflict of the same path", async () => {
    const repo = merging({ [openCase.path]: openCase });
    await command(choose, repo.root, [openCase.path, 'ours']);
    repo.git('add', '-A');
    repo.git('commit', '-q', '-m', 'Merged');
    const merged = repo.git('rev-parse', 'HEAD');
    repo.git('checkout', '-q', 'topic');
    repo.write(openCase.path, "export const mode = 'later';\n");
    repo.commit('Later there');
    repo.git('checkout', '-q', 'main');
    repo.write(openCase.path, "export const mode = 'other';\n");
    repo.commit('Later here');
    expect(repo.tryGit(['merge', 'topic']).code).toBe(1);
    const conflict = repo.read(openCase.path);
    expect((await command(undo, repo.root, ['--all'])).code).toBe(1);
    expect((await command(undo, repo.root, [openCase.path])).out).toContain('already the conflict');
    expect((await command(undo, repo.root, ['--force', openCase.path])).code).toBe(0);
    const sides = (text: string) => text.replace(/^([<|>]{7}).*$/gm, '$1');
    expect(sides(repo.read(openCase.path))).toBe(sides(conflict));
    // Where the operation is over and its result lies there untouched, the way back is still known, to who names the path.
    repo.git('merge', '--abort');
    repo.git('checkout', '-q', merged);
    expect((await command(undo, repo.root, ['--all'])).code).toBe(1);
    const undone = await command(undo, repo.root, [openCase.path]);
    expect(undone.out).toContain('the merge is over');
    expect(repo.read(openCase.path)).toContain("mode = 'careful'");
  });
});
