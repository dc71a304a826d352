/** Conflicts that are no two texts: each is named for what it is, and what is advised does what it says. */
import { execFileSync } from 'node:child_process';
import { rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { run as check } from '../../server/cli/check.ts';
import { run as choose } from '../../server/cli/choose.ts';
import { run as resolve } from '../../server/cli/resolve.ts';
import { run as undo } from '../../server/cli/undo.ts';
import { operation } from '../../server/git/operation.ts';
import { openRepository } from '../../server/git/repository.ts';
import { decisions } from '../../server/git/saved.ts';
import {
  command,
  diverged,
  folder,
  merging,
  openCase,
  repository,
  type TestRepository,
} from '../support/repositories.ts';

const lines = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => `${from + i}\n`).join('');

/** Two branches changed by hand; `main` is checked out and the merge stopped. */
function forked(
  base: (r: TestRepository) => void,
  there: (r: TestRepository) => void,
  here: (r: TestRepository) => void,
) {
  const repo = repository();
  base(repo);
  repo.commit('Start');
  repo.git('checkout', '-q', '-b', 'topic');
  there(repo);
  repo.commit('There');
  repo.git('checkout', '-q', 'main');
  here(repo);
  repo.commit('Here');
  expect(repo.tryGit(['-c', 'merge.directoryRenames=conflict', 'merge', 'topic']).code).toBe(1);
  return repo;
}

/** What `resolve` says, line by line; it has changed nothing. */
async function said(repo: TestRepository): Promise<string> {
  const before = [repo.index(), repo.git('status', '--porcelain')];
  const { out, code } = await command(resolve, repo.root, ['--apply', 'likely']);
  expect([repo.index(), repo.git('status', '--porcelain')]).toEqual(before);
  expect(code).toBe(1);
  return out;
}

describe('half a marker', () => {
  it.each([
    ['the end', /^>{7}.*\n/m],
    ['the beginning', /^<{7}.*\n/m],
    ['all but the end', /^(<{7}|={7}).*\n/gm],
  ])('is told by resolve and check where %s was deleted, unmerged and staged', async (_, gone) => {
    const repo = merging({ [openCase.path]: openCase });
    repo.write(openCase.path, repo.read(openCase.path).replace(gone, ''));
    const half = repo.bytes(openCase.path);
    const { out, code } = await command(resolve, repo.root, []);
    expect(code).toBe(1);
    expect(out).toContain('• half a marker');
    expect(out).not.toContain('git add');
    expect((await command(check, repo.root, [])).out).toMatch(/settings\.ts:\d: unmerged, half a conflict marker/);
    expect(repo.bytes(openCase.path)).toEqual(half);
    repo.git('add', '.');
    const staged = await command(check, repo.root, []);
    expect(staged).toMatchObject({ code: 1, out: expect.stringMatching(/:\d: half a conflict marker is staged/) });
  });

  it('is none where one side lies there whole, as a driver that died leaves it: that is said, with the way back', async () => {
    const repo = merging({ 'a.ts': { base: 'a\n', ours: 'b\n', theirs: 'c\n' } });
    repo.write('a.ts', 'b\n');
    const { out } = await command(resolve, repo.root, []);
    expect(out).toContain('no markers left: it is ours, whole, and nothing of the other side is in it');
    expect(out).toContain('undo --force a.ts');
    await command(undo, repo.root, ['--force', 'a.ts']);
    expect(repo.bytes('a.ts').toString()).toMatch(/^<<<<<<< .*\nb\n(?:\|+ .*\na\n)?=======\nc\n>>>>>>> .*\n$/);
    await command(choose, repo.root, ['a.ts', 'ours']);
    expect((await command(resolve, repo.root, [])).out).toContain('no markers left: stage it when it is right');
  });

  it('is none where the line is the text of a side, or a heading', async () => {
    const page = (title: string) => `${title}\n=======\n>>>>>>> quoted\n`;
    const repo = merging({ 'a.md': { base: page('Old'), ours: page('New here'), theirs: page('New there') } });
    await command(choose, repo.root, ['a.md', 'ours']);
    expect((await command(resolve, repo.root, [])).out).toContain('no markers left');
    repo.git('add', '.');
    expect((await command(check, repo.root, [])).code).toBe(0);
  });

  it('nor are whole ones that the merged side brings in a file of its own', async () => {
    const fixture = '<<<<<<< a\nx\n=======\ny\n>>>>>>> b\n';
    const repo = merging({ [openCase.path]: openCase, 'test/fixture.txt': { theirs: fixture } });
    await command(choose, repo.root, [openCase.path, 'ours']);
    repo.git('add', '.');
    expect(await command(check, repo.root, [])).toMatchObject({ code: 0, out: '' });
  });
});

describe('what is no text to merge', () => {
  it('is named: UTF-16 by attribute or by its bytes, latin-1, a pointer of Git LFS', async () => {
    const attributes = 'wide.txt working-tree-encoding=UTF-16LE\n';
    const pointer = (n: number) =>
      `version https://git-lfs.github.com/spec/v1\noid sha256:${String(n).repeat(64)}\nsize ${n}\n`;
    const wide = (word: string) => Buffer.from(`a = ${word}\n`, 'utf16le');
    const bom = (word: string) => Buffer.concat([Buffer.from([0xff, 0xfe]), wide(word)]);
    const latin = (word: string) => Buffer.from(`a = ${word} \xe9\n`, 'latin1');
    const repo = merging({
      '.gitattributes': { base: attributes, ours: attributes, theirs: attributes },
      'wide.txt': { base: wide('one'), ours: wide('two'), theirs: wide('three') },
      'bom.txt': { base: bom('one'), ours: bom('two'), theirs: bom('three') },
      'latin.txt': { base: latin('one'), ours: latin('two'), theirs: latin('three') },
      'big.psd': { base: pointer(1), ours: pointer(2), theirs: pointer(3) },
    });
    const out = await said(repo);
    expect(out).toMatch(/^wide\.txt {2}UTF-16LE text, changed by both$/m);
    expect(out).toMatch(/^bom\.txt {2}UTF-16 text, which git takes for binary/m);
    expect(out).toMatch(/^latin\.txt {2}text that is not UTF-8/m);
    expect(out).toMatch(/^big\.psd {2}kept in Git LFS/m);
    expect(out).not.toContain('git add');
    await command(resolve, repo.root, ['--keep', 'theirs', 'wide.txt', 'bom.txt', 'latin.txt', 'big.psd']);
    expect([...repo.bytes('wide.txt')]).toEqual([...wide('three')]);
    expect([...repo.bytes('bom.txt')]).toEqual([...bom('three')]);
    expect([...repo.bytes('latin.txt')]).toEqual([...latin('three')]);
    expect(repo.read('big.psd')).toBe(pointer(3));
    const undone = await command(undo, repo.root, ['--all']);
    expect(undone).toMatchObject({ code: 0, out: expect.stringMatching(/4 conflicted files restored/) });
    expect(repo.read('big.psd')).toContain('<<<<<<<');
  });

  it.runIf(process.platform === 'linux')('a name that is not UTF-8 is said to be out of reach', async () => {
    const name = Buffer.from('caf\xe9.ts', 'latin1');
    const put = (text: string) => (repo: TestRepository) =>
      writeFileSync(Buffer.concat([Buffer.from(`${repo.root}/`), name]), text);
    const repo = forked(put('a\n'), put('b\n'), put('c\n'));
    expect(await said(repo)).toContain('its name is not UTF-8');
    const [path = ''] = /^caf.*?\.ts/m.exec((await command(check, repo.root, [])).out) ?? [];
    expect((await command(resolve, repo.root, ['--keep', 'ours', path])).code).toBe(2);
  });

  it('a link against a file, a folder against a file, a file in a folder renamed there', async () => {
    const kinds = forked(
      (repo) => {
        repo.write('f', 'one\n');
        repo.write('a', 'one\n');
        for (const i of [1, 2, 3]) repo.write(`d/${i}`, lines(i, 20));
      },
      (repo) => {
        repo.write('f', 'two\n');
        repo.git('rm', '-q', 'a');
        repo.write('a/x', 'x\n');
        repo.write('d/new', 'new\n');
      },
      (repo) => {
        rmSync(repo.at('f'));
        symlinkSync('x', repo.at('f'));
        repo.write('a', 'two\n');
        repo.git('mv', 'd', 'e');
      },
    );
    const out = await said(kinds);
    expect(out).toMatch(/^f {2}added by ours, where theirs has another kind of file, which git moved to f~topic$/m);
    expect(out).toMatch(/^f~topic {2}f of theirs, moved aside by git: ours has something else there$/m);
    expect(out).toMatch(/^a~HEAD {2}a of ours, moved aside by git: theirs has something else there$/m);
    expect(out).toMatch(/^e\/new {2}added by theirs alone, at a place git is not sure of$/m);
    expect(out).toMatch(/^ +remove it: +mortise resolve --keep ours e\/new$/m);
    expect((await command(resolve, kinds.root, ['--keep', 'ours', 'e/new'])).code).toBe(0);
    expect(kinds.git('status', '--porcelain', 'e/new')).toMatch(/^(UA|UD|DU) /);
  });

  it('says which side alone made a file executable that both added', async () => {
    const repo = forked(
      (r) => r.write('x', 'x'),
      (r) => r.write('run.sh', 'two\n', 0o755),
      (r) => r.write('run.sh', 'one\n'),
    );
    expect(await said(repo)).toMatch(/^run\.sh {2}1 conflict, executable in theirs only$/m);
  });

  it('two new names: the command that keeps one, run as printed, settles all three paths', async () => {
    const repo = forked(
      (r) => r.write('old name.txt', lines(1, 20)),
      (r) => r.git('mv', 'old name.txt', 'there.txt'),
      (r) => r.git('mv', 'old name.txt', "it's here.txt"),
    );
    const out = await said(repo);
    const advice = [...out.matchAll(/keep this name: +(.*)$/gm)].map(([, line = '']) => line);
    expect(advice).toHaveLength(2);
    const mine = advice.find((line) => line.startsWith("git add 'it")) ?? '';
    execFileSync('sh', ['-c', mine], { cwd: repo.root, stdio: 'ignore' });
    expect(repo.git('ls-files', '-u')).toBe('');
    expect(repo.git('ls-files')).toBe("it's here.txt");
  });
});

describe('lock files', () => {
  const lock = (n: number) => `# lock\nversion = 3\n\n[[package]]\nname = "a"\nversion = "1.${n}.0"\n`;
  it('are never resolved in bulk; the command that writes each anew is told, not run', async () => {
    const commands = {
      'package-lock.json': 'then: npm install --package-lock-only',
      'web/yarn.lock': 'then: yarn install',
      'pnpm-lock.yaml': 'then: pnpm install --lockfile-only',
      'Cargo.lock': 'mortise resolve --keep theirs Cargo.lock && cargo update --workspace',
      'go.sum': '&& go mod tidy',
      'poetry.lock': '&& poetry lock',
      'uv.lock': '&& uv lock',
      'Gemfile.lock': '&& bundle lock',
      'composer.lock': '&& composer update --lock',
    };
    const versions = { base: lock(1), ours: lock(3), theirs: lock(2) };
    const repo = merging(Object.fromEntries(Object.keys(commands).map((path) => [path, versions])));
    const out = await said(repo);
    expect(out).toMatch(/^0 conflicts resolved, 9 open/m);
    for (const advice of Object.values(commands)) expect(out).toContain(advice);
    const json = JSON.parse((await command(resolve, repo.root, ['--json', '--dry-run'])).out);
    for (const file of json.files)
      for (const conflict of file.conflicts)
        for (const { tier } of conflict.resolutions) expect(tier, file.path).not.toBe('safe');
  });

  it('a file marked as generated is said to be better written again', async () => {
    const attributes = 'api.ts linguist-generated\n';
    const same = { base: attributes, ours: attributes, theirs: attributes };
    const repo = merging({ '.gitattributes': same, 'api.ts': openCase });
    expect(await said(repo)).toContain('a program writes this file (linguist-generated): better run it again');
  });
});

describe('operations that leave little behind', () => {
  it('a squash names its branch, and decisions in it count', async () => {
    const repo = diverged({ [openCase.path]: openCase });
    expect(repo.tryGit(['merge', '--squash', 'topic']).code).toBe(1);
    const out = await said(repo);
    expect(out).toMatch(/^squashing topic into main$/m);
    expect(out).toMatch(/theirs: +topic \(\w+ Change it there\)/);
    await command(choose, repo.root, [openCase.path, 'theirs']);
    const opened = await openRepository(repo.root);
    expect(await decisions(opened, await operation(opened))).toHaveLength(1);
    expect((await command(resolve, repo.root, [])).out).toContain(`git add ${openCase.path} && git commit`);
  });

  it('a patch that git am could not apply: the way to a merge of it; one that is resolved: the way on', async () => {
    const repo = diverged({ [openCase.path]: openCase });
    const patches = folder();
    repo.git('format-patch', '-q', '-1', '-o', patches, 'topic');
    const patch = `${patches}/0001-Change-it-there.patch`;
    expect(repo.tryGit(['am', patch]).code).not.toBe(0);
    expect((await command(resolve, repo.root, [])).out).toContain('git am --abort && git am --3way PATCH');
    repo.git('am', '--abort');
    expect(repo.tryGit(['am', '--3way', patch]).code).not.toBe(0);
    await command(choose, repo.root, [openCase.path, 'theirs']);
    repo.git('add', '-u');
    expect((await command(resolve, repo.root, [])).out).toContain('go on:            git am --continue');
  });

  it('a pick without a commit is said to be one git keeps no note of', async () => {
    const repo = diverged({ [openCase.path]: openCase });
    expect(repo.tryGit(['cherry-pick', '-n', 'topic']).code).toBe(1);
    expect(await said(repo)).toMatch(/^in conflict, after an operation that git keeps no note of$/m);
  });
});

it('a command with a line end in its path is printed so that a shell reads it back', async () => {
  const repo = merging({ 'two\nlines.ts': openCase });
  const out = await said(repo);
  const word = /mortise choose (\$'.*')$/m.exec(out)?.[1] ?? '';
  expect(execFileSync('bash', ['-c', `printf %s ${word}`], { encoding: 'utf8' })).toBe('two\nlines.ts:1');
  expect((await command(choose, repo.root, ['two\nlines.ts:1', 'ours'])).code).toBe(0);
});

it('a criss-cross merge: the ancestor that git made up, markers in it, is no version to compare with or to go back to', async () => {
  const repo = repository();
  repo.git('config', 'merge.conflictStyle', 'diff3');
  const commit = (text: string) => {
    repo.write('f.ts', `export const mode = '${text}';\n`);
    return repo.commit(text);
  };
  commit('base');
  const ends = ['left', 'right'].map((name) => {
    repo.git('checkout', '-q', '-b', name, 'main');
    return commit(`${name} once`);
  });
  for (const [name, other] of [
    ['left', ends[1]],
    ['right', ends[0]],
  ] as const) {
    repo.git('checkout', '-q', name);
    expect(repo.tryGit(['merge', other ?? '']).code).toBe(1);
    commit(`${name} twice`);
  }
  expect(repo.tryGit(['merge', 'left']).code).toBe(1);
  const before = repo.read('f.ts');
  expect(before).toContain('Temporary merge branch 1');
  const json = JSON.parse((await command(resolve, repo.root, ['--json', '--dry-run'])).out);
  const [conflict] = json.files[0].conflicts;
  expect(conflict.sides).toEqual({
    left: "export const mode = 'right twice';\n",
    right: "export const mode = 'left twice';\n",
  });
  expect(conflict.resolutions[0].text).not.toBe('');
  for (const { text } of conflict.resolutions) expect(text).not.toMatch(/^[<|=>]{7}/m);
  await command(choose, repo.root, ['f.ts', 'theirs']);
  expect(repo.read('f.ts')).toBe("export const mode = 'left twice';\n");
  await command(undo, repo.root, ['f.ts']);
  expect(repo.read('f.ts')).toBe(before);
});
