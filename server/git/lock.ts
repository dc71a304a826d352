/**
 * One writer at a time to what Mortise keeps under the git directory: the driver, a terminal and an editor may all be at work.
 * A lock is a file made exclusively that names its owner; one whose owner died is taken over, and each removes only its own.
 */
import { randomBytes } from 'node:crypto';
import { readFileSync, readlinkSync, rmSync } from 'node:fs';
import { lstat, mkdir, open, readFile, rm } from 'node:fs/promises';
import { hostname, uptime } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { GitProblem } from './git.ts';
import { tidyWhenKilled } from './killed.ts';

/**
 * What is done under the lock takes milliseconds: one that does not change hands for so long (milliseconds) was left behind,
 * where nothing tells whether its owner lives.
 */
const STALE = 10_000;
const PATIENCE = 15_000;
/** Nobody works for so long: its owner is stopped, or its number is another's by now. */
const ABANDONED = 600_000;
/** Stands for what a lock holds that another user made and we may not read: no lock's own content. */
const UNREADABLE = 'unreadable';

interface Owner {
  readonly pid: number;
  /** Where that number means this process. */
  readonly place: string;
  /** Unix milliseconds, by the owner's clock. */
  readonly at: number;
  readonly token: string;
}

/**
 * Does work that writes in a folder of ours under the git directory, and makes the folder first: itself alone, since a
 * repository that was removed meanwhile must not come back in part.
 * @throws GitProblem with a sentence where the system refuses.
 */
export async function inOwnFolder<T>(folder: string, work: () => Promise<T>): Promise<T> {
  try {
    await mkdir(folder).catch((error: unknown) => {
      if (codeOf(error) !== 'EEXIST') throw error;
    });
    return await work();
  } catch (error) {
    // The system's own words name the file.
    if (!(error instanceof Error) || codeOf(error) === undefined) throw error;
    throw new GitProblem(`Mortise cannot keep what undo needs: ${error.message}.`);
  }
}

const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;

/**
 * @param act is given a check that the lock is still its own: asked before what cannot be taken back, since a process that
 * was stopped for long may have lost it meanwhile.
 * @throws GitProblem when the lock cannot be had, or the folder not be written.
 */
export function underLock<T>(folder: string, act: (held: () => Promise<void>) => Promise<T>): Promise<T> {
  return inOwnFolder(folder, () => holding(folder, act));
}

async function holding<T>(folder: string, act: (held: () => Promise<void>) => Promise<T>): Promise<T> {
  const file = join(folder, 'lock');
  const own = await take(file);
  const stopTidying = tidyWhenKilled(() => {
    try {
      if (readFileSync(file, 'utf8') === own) rmSync(file, { force: true });
    } catch {
      // Gone already; and whoever finds it left behind sees that its owner is dead.
    }
  });
  try {
    return await act(async () => {
      if ((await contentOf(file)) !== own)
        throw new GitProblem(
          `another Mortise took ${file} over meanwhile; nothing was written. Run the command again.`,
        );
    });
  } finally {
    stopTidying();
    const content = await contentOf(file).catch(() => undefined); // The work is done; what lies there now is not ours.
    if (content === own) await rm(file, { force: true });
  }
}

/** @returns what the lock holds: nobody else writes the same. */
async function take(file: string): Promise<string> {
  const own = JSON.stringify({ pid: process.pid, place, at: Date.now(), token: randomBytes(8).toString('hex') });
  const until = Date.now() + PATIENCE;
  let seen: { readonly content: string; readonly since: number } | undefined;
  for (let wait = 5; ; wait = Math.min(100, wait * 2)) {
    if (await make(file, own)) return own;
    const content = await contentOf(file);
    if (content !== undefined) {
      if (seen?.content !== content) seen = { content, since: performance.now() };
      if (await isLeft(file, content, performance.now() - seen.since)) {
        await takeAway(file, content);
        wait = 1;
      }
    }
    // In each turn, whatever is in the way: nobody waits for ever, or without a pause.
    if (Date.now() > until)
      throw new GitProblem(`another Mortise holds ${file}. Try again; if none is running, delete that file.`);
    await sleep(wait);
  }
}

/** Whether a lock was left behind, which has been looked at for so many milliseconds. */
async function isLeft(file: string, content: string, watched: number): Promise<boolean> {
  const owner = ownerIn(content);
  if (!owner) return isOld(file, content === UNREADABLE ? ABANDONED : STALE);
  // Of another machine, or of a container that has numbers of its own: its clock need not be ours.
  if (owner.place !== place) return watched > STALE;
  const now = Date.now();
  const isOfThisStart = owner.at >= now - uptime() * 1000 - 1000;
  return !isOfThisStart || !isAlive(owner.pid) || now - owner.at > ABANDONED;
}

/** One process alone takes a lock away, and looks again first: what others wait for may be a new one by then. */
async function takeAway(file: string, content: string): Promise<void> {
  const guard = `${file}.stale`;
  if (!(await make(guard, ''))) {
    await contentOf(guard); // Refuses what is no file.
    if (await isOld(guard)) await rm(guard, { force: true });
    else await sleep(5);
    return;
  }
  try {
    if ((await contentOf(file)) === content && (content !== '' || (await isOld(file)))) await rm(file, { force: true });
  } finally {
    await rm(guard, { force: true });
  }
}

/** @returns false where it is there already. */
async function make(file: string, content: string): Promise<boolean> {
  try {
    const handle = await open(file, 'wx');
    try {
      await handle.writeFile(content);
    } catch (error) {
      await rm(file, { force: true }); // A full disk: a lock that names nobody would be in the way for long.
      throw error;
    } finally {
      await handle.close();
    }
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}

async function isOld(file: string, limit = STALE): Promise<boolean> {
  const made = (await lstat(file).catch(() => undefined))?.mtimeMs;
  return made !== undefined && Math.abs(Date.now() - made) > limit;
}

/**
 * @returns undefined where no lock is there.
 * @throws GitProblem for a link, a folder or a pipe: no Mortise made it, so none will take it away.
 */
async function contentOf(file: string): Promise<string | undefined> {
  try {
    if (!(await lstat(file)).isFile())
      throw new GitProblem(`${file} is no regular file, so it is no lock of Mortise's. Delete it, then try again.`);
    return await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof GitProblem) throw error;
    return error instanceof Error && 'code' in error && error.code === 'ENOENT' ? undefined : UNREADABLE;
  }
}

/** Undefined also while the owner has not written its name yet. */
function ownerIn(content: string): Owner | undefined {
  try {
    const { pid, place: at, at: made, token } = JSON.parse(content) as Record<string, unknown>; // Each is looked at below.
    if (typeof pid !== 'number' || typeof at !== 'string' || typeof made !== 'number') return undefined;
    return Number.isSafeInteger(pid) && pid > 0 && typeof token === 'string'
      ? { pid, place: at, at: made, token }
      : undefined;
  } catch {
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // One that is not ours to ask is there all the same.
    return !(error instanceof Error && 'code' in error && error.code === 'ESRCH');
  }
}

const place = [process.platform, hostname(), namespace()].join(' ');

/** Containers share a host's name and not its process numbers. */
function namespace(): string {
  try {
    return readlinkSync('/proc/self/ns/pid');
  } catch {
    return ''; // Not Linux.
  }
}
