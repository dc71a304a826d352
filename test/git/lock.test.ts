import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
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

  it('is given back when the work fails', async () => {
    await expect(underLock(folder, () => Promise.reject(new Error('no space')))).rejects.toThrow('no space');
    await underLock(folder, addOne);
    expect(await count()).toBe(1);
  });
});
