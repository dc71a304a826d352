/** Commands that are printed must work where they are typed. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { asArgument, called, calling, callingGit } from '../../server/cli/called.ts';
import { run as choose } from '../../server/cli/choose.ts';
import { type Io, plainStyle } from '../../server/cli/io.ts';
import { run as resolve } from '../../server/cli/resolve.ts';
import { quoted } from '../../server/cli/show.ts';
import { openRepository } from '../../server/git/repository.ts';
import { command, folder, merging, repository, versionCase } from '../support/repositories.ts';

const nothing = () => undefined;
const standing = (cwd: string, program?: string): Io => ({
  ...{ out: nothing, outBytes: nothing, err: nothing, style: plainStyle, live: false, stdin: Readable.from([]) },
  ...{ cwd, program },
});

describe('the name of the program', () => {
  const root = mkdtempSync(join(tmpdir(), 'mortise-called-'));
  const program = join(root, 'tool', 'dist', 'cli.cjs');

  it('is mortise where the shell finds it, else the file that runs, from wherever it is typed', () => {
    const bin = join(root, 'bin');
    mkdirSync(bin);
    writeFileSync(join(bin, process.platform === 'win32' ? 'mortise.cmd' : 'mortise'), '');
    expect(called(standing(root, program), { PATH: bin })).toBe('mortise');
    for (const cwd of [root, join(root, 'tool'), '/'])
      expect(called(standing(cwd, program), { PATH: '' })).toBe(`node ${quoted(program)}`);
    const installed = join(root, 'node_modules', 'mortise', 'dist', 'cli.cjs');
    expect(called(standing(root, installed), { PATH: '', npm_command: 'exec' })).toBe('npx mortise');
    expect(called(standing(root, program), { PATH: '', npm_command: 'exec' })).toMatch(/^node /);
  });

  it('is not taken from the path that npm makes for its scripts', () => {
    const own = join(root, 'node_modules', '.bin');
    mkdirSync(own, { recursive: true });
    writeFileSync(join(own, process.platform === 'win32' ? 'mortise.cmd' : 'mortise'), '');
    expect(called(standing(root, program), { PATH: own })).toMatch(/^node /);
  });

  it('is followed by the repository where the user stands outside of it, and paths are from there', async () => {
    const made = repository();
    const repo = await openRepository(made.root);
    const inside = standing(made.root);
    expect([calling(inside, repo, 'choose'), asArgument(inside, repo, 'a b.ts', 3)]).toEqual([
      'mortise choose',
      "'a b.ts:3'",
    ]);
    const outside = standing(root);
    expect(calling(outside, repo, 'undo')).toBe(`mortise undo -C ${quoted(repo.root)}`);
    expect(asArgument(outside, repo, 'src/a.ts')).toBe('src/a.ts');
  });

  it('is followed by the repository also from another one that lies in it', async () => {
    const made = repository();
    made.write('lib/src/a.ts', 'x\n');
    made.git('init', '-q', 'lib');
    const repo = await openRepository(made.root);
    for (const folder of ['lib', 'lib/src']) {
      const nested = standing(made.at(folder));
      expect(calling(nested, repo, 'undo')).toBe(`mortise undo -C ${quoted(repo.root)}`);
      expect(callingGit(nested, repo, 'git add -u')).toBe(`git -C ${quoted(repo.root)} add -u`);
      expect(asArgument(nested, repo, 'a.ts')).toBe('a.ts');
    }
    made.write('other/a.ts', 'x\n');
    expect(calling(standing(made.at('other')), repo, 'undo')).toBe('mortise undo');
  });
});

it.skipIf(process.platform === 'win32')('prints git commands that work where the user stands', async () => {
  const change = { base: '1\n', ours: '2\n' };
  const gone = { ...change, theirs: undefined };
  const repo = merging({ 'sub/a b.txt': { ...change, theirs: '3\n' }, 'gone.txt': gone, 'too.txt': gone });
  const from = folder();
  const said = async (run: typeof resolve, ...args: string[]) =>
    (await command(run, from, ['-C', repo.root, ...args])).out;
  const unmerged = () => repo.git('diff', '--name-only', '--diff-filter=U').split('\n');
  const type = (out: string, begins: RegExp) => {
    const line = out.split('\n').find((one) => begins.test(one));
    execFileSync('sh', ['-c', line?.replace(begins, '') ?? 'false'], { cwd: from, stdio: 'pipe' });
  };

  type(await said(resolve, '--keep', 'ours', 'gone.txt'), /^.*When it is right: /);
  expect(unmerged()).toEqual(['sub/a b.txt', 'too.txt']);
  await said(resolve, '--keep', 'theirs', 'too.txt');
  type(await said(resolve, '--apply', 'none'), /^.*you kept theirs. When it is right: /);
  expect(unmerged()).toEqual(['sub/a b.txt']);
  const chosen = await said(choose, 'sub/a b.txt', 'ours');
  expect(chosen).toMatch(/then: git -C \S+ add 'sub\/a b.txt' && git -C \S+ merge --continue$/m);
  type(chosen.replace(/ && .*/, ''), /^.*look it over, then: /);
  expect(unmerged()).toEqual(['']);
  type(await said(resolve), /^ *go on: */);
  expect(repo.git('log', '-1', '--format=%P').split(' ')).toHaveLength(2);
  expect(await said(resolve)).not.toContain('go on');
});

it('a dry run says how to apply what it showed, and no more', async () => {
  const repo = merging({ 'sub/a b.properties': versionCase, 'c.properties': versionCase });
  const args = ['--min-confidence', '0.5', '--dry-run', 'a b.properties'];
  const { out } = await command(resolve, repo.at('sub'), args);
  expect(out).toContain("  apply it:         mortise resolve --min-confidence 0.5 'a b.properties'\n");
  const likely = await command(resolve, folder(), ['-C', repo.at('sub'), '--apply', 'likely', '--dry-run', '.']);
  expect(likely.out).toContain(`  apply it:         mortise resolve -C ${quoted(repo.root)} --apply likely sub\n`);
});
