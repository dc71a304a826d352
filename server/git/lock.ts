/**
 * One writer at a time to what Mortise keeps under the git directory: the driver, a terminal and an editor may all be at work.
 * A lock is a file made exclusively; one whose owner died is taken over.
 */
import { mkdir, open, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { GitProblem } from './git.ts';

/** What is done under the lock takes milliseconds: a lock of this age (milliseconds) was left behind. */
const STALE = 10_000;
const PATIENCE = 15_000;

/** @throws GitProblem when the lock cannot be had, or the folder not be written. */
export async function underLock<T>(folder: string, act: () => Promise<T>): Promise<T> {
  await mkdir(folder, { recursive: true });
  const file = join(folder, 'lock');
  await take(file);
  try {
    return await act();
  } finally {
    await rm(file, { force: true });
  }
}

async function take(file: string): Promise<void> {
  const until = Date.now() + PATIENCE;
  for (let wait = 5; ; wait = Math.min(100, wait * 2)) {
    try {
      await (await open(file, 'wx')).close();
      return;
    } catch (error) {
      if (!isTaken(error)) throw error;
    }
    if (await isStale(file)) await takeAway(file);
    else if (Date.now() > until)
      throw new GitProblem(`another Mortise holds ${file}. Try again; if none is running, delete that file.`);
    else await sleep(wait);
  }
}

async function isStale(file: string): Promise<boolean> {
  const made = (await stat(file).catch(() => undefined))?.mtimeMs;
  return made !== undefined && Math.abs(Date.now() - made) > STALE;
}

/** One process alone takes a stale lock away, and looks again first: what others wait for may be a new one by then. */
async function takeAway(file: string): Promise<void> {
  const own = `${file}.stale`;
  try {
    await (await open(own, 'wx')).close();
  } catch (error) {
    if (!isTaken(error)) throw error;
    if (await isStale(own)) await rm(own, { force: true });
    else await sleep(5);
    return;
  }
  try {
    if (await isStale(file)) await rm(file, { force: true });
  } finally {
    await rm(own, { force: true });
  }
}

const isTaken = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'EEXIST';
