/** What may go wrong while files are written: a full disk, a kill, another git or Mortise at work. Nothing is lost then. */
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { existsSync, lstatSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { run as choose } from '../../server/cli/choose.ts';
import { run as install } from '../../server/cli/install.ts';
import { run as resolve } from '../../server/cli/resolve.ts';
import { run as review } from '../../server/cli/review.ts';
import { run as undo } from '../../server/cli/undo.ts';
import { openRepository } from '../../server/git/repository.ts';
import { type AppliedEntry, logApplied, markUndone, readApplied, saveConflicted } from '../../server/git/saved.ts';
import { replaceFile } from '../../server/git/write.ts';
import { shippedRoot } from '../../server/services.ts';
import { rankByFixedTable } from '../support/fixedRanking.ts';
import { command, diverged, merging, openCase, repository, versionCase } from '../support/repositories.ts';

rankByFixedTable();
const cli = join(shippedRoot(), 'dist', 'cli.cjs');
beforeAll(() => {
  if (!existsSync(cli)) spawnSync(process.execPath, ['esbuild.mjs'], { cwd: shippedRoot() });
});

const drafts = (root: string) => readdirSync(root).filter((name) => name.endsWith('.mortise'));

/** One conflict that the fixed table settles, in a file of some size. */
const large = {
  base: versionCase.base + '# filler\n'.repeat(40_000),
  ours: versionCase.ours + '# filler\n'.repeat(40_000),
  theirs: versionCase.theirs + '# filler\n'.repeat(40_000),
};

describe.skipIf(process.platform === 'win32')('a disk that is full', () => {
  /** No file may grow beyond so many blocks of 512 bytes: what a full disk does, for this process alone. */
  const limited = (root: string, ...args: string[]) =>
    spawnSync('sh', ['-c', `ulimit -f 512; exec "$0" "$@"`, process.execPath, cli, ...args], {
      cwd: root,
      encoding: 'utf8',
    });

  it('leaves the file, the index and the log as they were, and says so', async () => {
    const repo = merging({ [versionCase.path]: large });
    const [index, before] = [repo.index(), repo.bytes(versionCase.path)];
    const full = limited(repo.root, 'resolve');
    expect(full.status, full.stdout).toBe(2);
    expect(repo.bytes(versionCase.path)).toEqual(before);
    // With the copy for undo saved already, it is the file itself that cannot be written.
    expect((await command(resolve, repo.root, [])).code).toBe(0);
    expect((await command(undo, repo.root, ['--all'])).code).toBe(0);
    const again = limited(repo.root, 'resolve');
    expect(again.status).toBe(2);
    expect(again.stderr).toMatch(/could not be written .*it is as it was/);
    expect(repo.bytes(versionCase.path)).toEqual(before);
    expect(repo.index()).toBe(index);
    expect(drafts(repo.root)).toEqual([]);
    expect((await readApplied(await openRepository(repo.root))).filter((entry) => !entry.undone)).toEqual([]);
    expect((await command(resolve, repo.root, [])).code).toBe(0);
    expect((await command(undo, repo.root, ['--all'])).code).toBe(0);
    expect(repo.bytes(versionCase.path)).toEqual(before);
  });

  it('leaves the file where a side is to be kept whole, and its line out of the log', async () => {
    const size = 400_000;
    const image = { base: '\0'.repeat(size), ours: '\x01\0'.repeat(size), theirs: '\x02\0'.repeat(size) };
    const repo = merging({ 'image.bin': image });
    const before = repo.bytes('image.bin');
    const keep = ['--keep', 'theirs', 'image.bin'];
    expect((await command(resolve, repo.root, keep)).code).toBe(0);
    expect((await command(undo, repo.root, ['--all'])).code).toBe(0);
    const full = limited(repo.root, 'resolve', ...keep);
    expect(full.status, full.stdout).toBe(2);
    expect(full.stderr).toMatch(/could not be written .*it is as it was/);
    expect(repo.bytes('image.bin').equals(before)).toBe(true);
    expect((await readApplied(await openRepository(repo.root))).filter((entry) => !entry.undone)).toEqual([]);
  });
});

describe.skipIf(process.platform === 'win32')('what undo brings back', () => {
  it('has the mode that is staged where the file was removed since', async () => {
    const repo = merging({ [versionCase.path]: versionCase });
    const stages = repo.git('ls-files', '-s', versionCase.path).replaceAll('100644', '100755');
    execFileSync('git', ['update-index', '--index-info'], { cwd: repo.root, input: `${stages}\n` });
    await command(resolve, repo.root, []);
    rmSync(repo.at(versionCase.path));
    expect(await command(undo, repo.root, [versionCase.path])).toMatchObject({ code: 0, err: '' });
    expect(repo.mode(versionCase.path) & 0o111).toBe(0o111);
  });

  it.each(['a link', 'a pipe'])("never takes the place of %s of the user's own, whatever was forced", async (kind) => {
    const repo = merging({ [versionCase.path]: versionCase });
    rmSync(repo.at(versionCase.path));
    if (kind === 'a link') symlinkSync('nowhere', repo.at(versionCase.path));
    else execFileSync('mkfifo', [repo.at(versionCase.path)]);
    for (const force of [[], ['--force']]) {
      const refused = await command(undo, repo.root, [...force, versionCase.path]);
      expect(refused).toMatchObject({ code: 2, err: expect.stringContaining('Move it away') });
      expect(lstatSync(repo.at(versionCase.path)).isFile()).toBe(false);
    }
  });
});

describe('a process that is stopped', () => {
  it('between the log and the file leaves the conflict, and undo agrees with that', async () => {
    const repo = merging({ [versionCase.path]: versionCase });
    const before = repo.bytes(versionCase.path);
    await command(resolve, repo.root, []);
    repo.write(versionCase.path, before);
    expect((await command(review, repo.root, [])).out).toContain('no longer in the file');
    expect((await command(undo, repo.root, ['--all'])).code).toBe(0);
    expect(repo.bytes(versionCase.path)).toEqual(before);
    expect((await command(undo, repo.root, ['--all'])).code).toBe(1);
  });

  it.skipIf(process.platform === 'win32')(
    'by Ctrl-C among many files leaves each before or after, and all can go back',
    async () => {
      const paths = Array.from({ length: 40 }, (_, i) => `p${i}.properties`);
      const repo = merging(Object.fromEntries(paths.map((path) => [path, versionCase])));
      const [index, before] = [repo.index(), repo.bytes('p0.properties')];
      const isResolved = (path: string) => !repo.read(path).includes('<<<<<<<');
      const child = spawn(process.execPath, [cli, 'resolve'], { cwd: repo.root, stdio: 'ignore' });
      const ended = new Promise<NodeJS.Signals | null>((done) => child.on('close', (_, signal) => done(signal)));
      while (!paths.some(isResolved) && child.exitCode === null) await new Promise((next) => setTimeout(next, 2));
      child.kill('SIGINT');
      expect(await ended).toBe('SIGINT');
      expect(paths.filter(isResolved).length).toBeLessThan(paths.length);
      for (const path of paths) expect([before.toString(), versionCase.merged], path).toContain(repo.read(path));
      expect(drafts(repo.root)).toEqual([]);
      expect((await command(undo, repo.root, ['--all'])).code).toBe(0);
      for (const path of paths) expect(repo.bytes(path), path).toEqual(before);
      expect(repo.index()).toBe(index);
    },
  );

  it('in the middle of writing leaves no draft beside the file', async () => {
    const repo = repository();
    repo.write('a.bin', 'old');
    const bytes = Buffer.alloc(60_000_000, 'n');
    const keepRunning = () => undefined;
    process.on('SIGINT', keepRunning);
    const written = replaceFile(repo.at('a.bin'), bytes, Buffer.from('old'), repo.root).then(
      () => 'new',
      () => 'old',
    );
    while (drafts(repo.root).length === 0) await new Promise(setImmediate);
    process.emit('SIGINT', 'SIGINT');
    expect(drafts(repo.root)).toEqual([]);
    expect(repo.read('a.bin').slice(0, 3)).toBe('old');
    expect(await written).toBe('old');
    process.removeListener('SIGINT', keepRunning);
    expect(process.listeners('SIGINT')).not.toContain(keepRunning);
  });
});

describe('what is kept for undo', () => {
  const entry = (at: number): AppliedEntry => ({
    at,
    path: 'a',
    by: 'driver',
    operation: 'merge',
    line: 1,
    conflict: 'c',
    text: 't',
    tier: 'safe',
    origin: 'o',
    reason: 'r',
    confidence: 1,
    evidence: [],
    saved: 's',
    result: 'x',
  });

  it('is saved anew where the copy was cut short, and a cut line swallows no other', async () => {
    const repo = await openRepository(repository().root);
    const bytes = Buffer.from('<<<<<<< whole');
    const name = await saveConflicted(repo, bytes);
    writeFileSync(join(repo.gitDir, 'mortise', 'saved', name), '<<<<');
    await saveConflicted(repo, bytes);
    expect(readFileSync(join(repo.gitDir, 'mortise', 'saved', name))).toEqual(bytes);
    await logApplied(repo, [entry(1)]);
    const log = join(repo.gitDir, 'mortise', 'log.jsonl');
    writeFileSync(log, `${readFileSync(log, 'utf8')}{"at":2,"pa`);
    await logApplied(repo, [entry(3)]);
    expect((await readApplied(repo)).map(({ at }) => at)).toEqual([1, 3]);
  });

  it('loses no line when many write at once, and a lock left behind is taken over', async () => {
    const repo = await openRepository(repository().root);
    const numbers = Array.from({ length: 20 }, (_, i) => i);
    await Promise.all(numbers.flatMap((i) => [logApplied(repo, [entry(i)]), markUndone(repo, ({ at }) => at === i)]));
    expect((await readApplied(repo)).map(({ at }) => at).sort((a, b) => a - b)).toEqual(numbers);
    expect(readdirSync(join(repo.gitDir, 'mortise'))).toEqual(['log.jsonl']);
    const lock = join(repo.gitDir, 'mortise', 'lock');
    writeFileSync(lock, '');
    const old = new Date(Date.now() - 3_600_000);
    (await import('node:fs')).utimesSync(lock, old, old);
    await logApplied(repo, [entry(99)]);
    expect(existsSync(lock)).toBe(false);
  });
});

describe('another at work', () => {
  it("keeps undo from a half: with git's index locked nothing changes", async () => {
    const repo = merging({ [versionCase.path]: versionCase });
    const before = repo.bytes(versionCase.path);
    await command(resolve, repo.root, []);
    repo.git('add', versionCase.path);
    const [index, resolved] = [repo.index(), repo.bytes(versionCase.path)];
    repo.write('.git/index.lock', '');
    const refused = await command(undo, repo.root, [versionCase.path]);
    expect(refused).toMatchObject({ code: 2, err: expect.stringMatching(/another git is at work/) });
    expect(repo.bytes(versionCase.path)).toEqual(resolved);
    rmSync(repo.at('.git/index.lock'));
    expect(repo.index()).toBe(index);
    expect((await command(undo, repo.root, [versionCase.path])).code).toBe(0);
    expect(repo.bytes(versionCase.path)).toEqual(before);
  });

  it('two that resolve at once both end well, whoever wrote which file', async () => {
    const paths = Array.from({ length: 8 }, (_, n) => `${n}-${versionCase.path}`);
    const repo = merging(Object.fromEntries(paths.map((path) => [path, versionCase])));
    const before = paths.map((path) => repo.bytes(path));
    const both = await Promise.all([command(resolve, repo.root, []), command(resolve, repo.root, [])]);
    expect(both.map(({ code }) => code)).toEqual([0, 0]);
    expect(both.map(({ err }) => err).join('')).toContain('changed on disk meanwhile');
    for (const path of paths) expect(repo.read(path)).toBe(versionCase.merged);
    expect((await command(undo, repo.root, ['--all'])).code).toBe(0);
    expect(paths.map((path) => repo.bytes(path))).toEqual(before);
  });

  it('two that resolve at once leave a file that one of them wrote, and undo knows the way back', async () => {
    const repo = merging({ [versionCase.path]: versionCase, [openCase.path]: openCase });
    const before = repo.bytes(versionCase.path);
    await Promise.all([
      command(resolve, repo.root, []),
      command(resolve, repo.root, []),
      command(choose, repo.root, [openCase.path, 'ours']),
    ]);
    expect(repo.read(versionCase.path)).toBe(versionCase.merged);
    expect(repo.read(openCase.path)).toBe(openCase.ours);
    expect((await command(undo, repo.root, ['--all'])).code).toBe(0);
    expect(repo.bytes(versionCase.path)).toEqual(before);
    expect(drafts(repo.root)).toEqual([]);
  });
});

describe.skipIf(process.platform === 'win32')('a side that is being kept', () => {
  it('is whole or not there: killed while git makes its text the conflict stands, and undo agrees', async () => {
    const repo = merging({ 'a.txt': { base: '1\n', ours: '2\n', theirs: '3\n' } });
    const before = repo.read('a.txt');
    const pid = repo.at('.git/pid');
    repo.write('.git/info/attributes', 'a.txt filter=kills\n');
    repo.git('config', 'filter.kills.smudge', `sed s/2/two/; kill -9 $(cat '${pid}') 2>&-; true`);
    const script = 'echo $$ > "$0"; exec "$@"';
    const args = ['-c', script, pid, process.execPath, cli, 'resolve', '--keep', 'ours', 'a.txt'];
    expect(spawnSync('sh', args, { cwd: repo.root }).signal).toBe('SIGKILL');
    expect(repo.read('a.txt')).toBe(before);
    rmSync(pid);
    expect(await command(resolve, repo.root, ['--keep', 'ours', 'a.txt'])).toMatchObject({ code: 0, err: '' });
    expect(repo.read('a.txt')).toBe('two\n');
    expect(await command(undo, repo.root, ['a.txt'])).toMatchObject({ code: 0, err: '' });
    expect(repo.read('a.txt')).toBe(before);
  });
});

it("the driver applies nothing that it cannot log: git's own merge stands, with its conflict", async () => {
  const repo = diverged({ [versionCase.path]: versionCase });
  await command(install, repo.root, ['--driver-only']);
  repo.write('.git/mortise', 'in the way');
  const { code, said } = repo.tryGit(['merge', 'topic']);
  expect(code, said).toBe(1);
  expect(said).toContain("git's own merge is kept");
  expect(repo.read(versionCase.path)).toMatch(/^<{7} /m);
  expect(repo.git('ls-files', '-u', versionCase.path)).not.toBe('');
});
