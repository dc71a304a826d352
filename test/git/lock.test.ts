import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { build } from 'esbuild';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { underLock } from '../../server/git/lock.ts';

describe('one writer at a time', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mortise-lock-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const count = () => readFile(join(folder, 'count'), 'utf8').then(Number, () => 0);
  const addOne = async () => {
    const now = await count();
    await sleep(3);
    await writeFile(join(folder, 'count'), String(now + 1));
  };

  it('loses no write, also where a lock was left behind by a process that died', async () => {
    const old = new Date(Date.now() - 60_000);
    for (const left of [['lock'], ['lock', 'lock.stale'], []]) {
      await rm(join(folder, 'count'), { force: true });
      for (const name of left) {
        await writeFile(join(folder, name), '');
        await utimes(join(folder, name), old, old);
      }
      await Promise.all(Array.from({ length: 12 }, () => underLock(folder, addOne)));
      expect(await count()).toBe(12);
      expect(await readdir(folder)).toEqual(['count']);
    }
  });

  const lock = () => join(folder, 'lock');

  it('is not taken from a living owner, however old it looks', async () => {
    const old = new Date(Date.now() - 60_000);
    const slow = underLock(folder, async () => {
      const now = await count();
      await utimes(lock(), old, old);
      await sleep(300);
      await writeFile(join(folder, 'count'), String(now + 1));
    });
    await sleep(50);
    await Promise.all([slow, underLock(folder, addOne)]);
    expect(await count()).toBe(2);
  });

  const leaveBehind = async () => {
    const mine = await underLock(folder, () => readFile(lock(), 'utf8'));
    const { pid } = spawnSync(process.execPath, ['-e', '']);
    await writeFile(lock(), JSON.stringify({ ...JSON.parse(mine), pid }));
  };

  it('of an owner that died is taken over at once', async () => {
    await leaveBehind();
    const since = performance.now();
    await underLock(folder, addOne);
    expect(performance.now() - since).toBeLessThan(5000);
    expect(await readdir(folder)).toEqual(['count']);
  });

  it.each(['lock', 'lock.stale'])('is refused at once where %s is a link, a folder or a pipe', async (name) => {
    const at = join(folder, name);
    const make = [() => symlink('/nonexistent', at), () => symlink(folder, at), () => mkdir(at)];
    if (process.platform !== 'win32') make.push(async () => void spawnSync('mkfifo', [at]));
    for (const put of make) {
      await rm(folder, { recursive: true });
      await mkdir(folder);
      // One that is left behind, so that who waits must use the guard.
      if (name !== 'lock') await leaveBehind();
      await put();
      await expect(underLock(folder, addOne)).rejects.toThrow(`${at} is no regular file`);
      expect(await readdir(folder)).toEqual(name === 'lock' ? ['lock'] : ['lock', 'lock.stale']);
    }
  });

  it('of another is not given back, and its loss is seen before anything is written', async () => {
    const work = underLock(folder, async (held) => {
      await held();
      await writeFile(lock(), 'of another');
      await held();
    });
    await expect(work).rejects.toThrow('nothing was written');
    expect(await readFile(lock(), 'utf8')).toBe('of another');
  });

  it.each(['SIGINT', 'SIGTERM'] as const)('does not stay behind after %s', async (signal) => {
    const file = join(folder, 'lock.cjs');
    const entry = join(import.meta.dirname, '../../server/git/lock.ts');
    await build({ entryPoints: [entry], outfile: file, bundle: true, platform: 'node', logLevel: 'silent' });
    const script = `require(process.argv[1]).underLock(process.argv[2], () => new Promise((done) => {
      console.log('held');
      setTimeout(done, 60000);
    }))`;
    const child = spawn(process.execPath, ['-e', script, file, folder], { stdio: ['ignore', 'pipe', 'inherit'] });
    const ended = once(child, 'exit');
    await once(child.stdout, 'data');
    expect(await readdir(folder)).toContain('lock');
    child.kill(signal);
    expect(await ended).toEqual([null, signal]);
    expect(await readdir(folder)).not.toContain('lock');
  });

  it('is given back when the work fails', async () => {
    await expect(underLock(folder, () => Promise.reject(new Error('no space')))).rejects.toThrow('no space');
    await underLock(folder, addOne);
    expect(await count()).toBe(1);
  });
});
