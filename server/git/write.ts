/**
 * Writing a work-tree file so that nothing is lost: only when its bytes are still those that were read, to a new file
 * that is synced and renamed over it, with the mode kept, and never through a symbolic link.
 */
import { randomBytes } from 'node:crypto';
import { rmSync, type Stats } from 'node:fs';
import { chmod, lstat, open, readFile, readlink, rename, rm, symlink } from 'node:fs/promises';
import { basename, dirname, join, relative, sep } from 'node:path';
import { GitProblem } from './git.ts';
import { tidyWhenKilled } from './killed.ts';

/** Somebody else wrote the file after it was read. */
export class ChangedMeanwhile extends GitProblem {}

/** Bytes of a regular file, or undefined where there is none (a missing file, a link, a folder). */
export async function readRegular(file: string): Promise<Buffer | undefined> {
  const found = await lstat(file).catch(() => undefined);
  return found?.isFile() ? readFile(file) : undefined;
}

/** Where a symbolic link points; undefined where there is none. */
export function readLink(file: string): Promise<Buffer | undefined> {
  return readlink(file, { encoding: 'buffer' }).catch(() => undefined);
}

interface Replacing {
  /** What the caller saw is where a symbolic link points; it is replaced itself, and nothing behind it. */
  readonly overLink?: boolean | undefined;
  /** Whether it can be run; else as it was. */
  readonly executable?: boolean | undefined;
}

/**
 * Replace a file's bytes. `expected` is what the caller read before deciding; undefined: the file must not exist.
 * `root`, where given, is the work tree: a folder of it that is a link is not git's, and what lies behind it is another file.
 * @throws GitProblem when the file changed meanwhile, is a symbolic link, or lies behind one.
 */
export async function replaceFile(
  file: string,
  bytes: Uint8Array,
  expected: Uint8Array | undefined,
  root?: string,
  how: Replacing = {},
): Promise<void> {
  await replace(file, expected, { root, ...how }, async (draft, found) => {
    const fresh = 0o666 & ~process.umask();
    const was = found?.isFile() ? found.mode & 0o7777 : fresh;
    const mode = how.executable === undefined ? was : asGit(was, how.executable);
    const handle = await open(draft, 'wx', mode);
    try {
      await handle.writeFile(bytes);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await chmod(draft, mode);
  });
}

/** A mode that can be run already, or not, stays; else whoever may read may run, as git has it. */
function asGit(mode: number, executable: boolean): number {
  if (((mode & 0o100) !== 0) === executable) return mode;
  return executable ? mode | ((mode & 0o444) >> 2) : mode & ~0o111;
}

/** Replace what lies there by a symbolic link. `expected` and what is thrown: as for `replaceFile`. */
export async function replaceByLink(
  file: string,
  target: Buffer,
  expected: Uint8Array | undefined,
  root: string,
  how: Pick<Replacing, 'overLink'> = {},
): Promise<void> {
  await replace(file, expected, { root, ...how }, (draft) => symlink(target, draft));
}

/** Whole or not at all: made beside the file, and renamed over it if that is still what was read. */
async function replace(
  file: string,
  expected: Uint8Array | undefined,
  { root, overLink = false }: Replacing & { readonly root?: string | undefined },
  make: (draft: string, found: Stats | undefined) => Promise<void>,
): Promise<void> {
  if (root !== undefined) await refuseForeignFolder(file, root);
  const found = await lstat(file).catch(() => undefined);
  if (found && !(overLink ? found.isSymbolicLink() : found.isFile()))
    throw new GitProblem(`${file} is not a regular file; Mortise leaves it alone.`);
  await refuseChanged(file, expected, overLink);
  // A name has at most 255 bytes, and of a character up to three each.
  const draft = join(dirname(file), `.${basename(file).slice(0, 60)}.${randomBytes(6).toString('hex')}.mortise`);
  // A draft must not stay in the work tree, where `git add` would take it along.
  const stopTidying = tidyWhenKilled(() => rmSync(draft, { force: true }));
  try {
    await make(draft, found);
    // Read once more: the window in which another program's write could be lost is now only the rename.
    await refuseChanged(file, expected, overLink);
    await rename(draft, file);
  } catch (error) {
    await rm(draft, { force: true }).catch(() => undefined);
    throw said(file, error);
  } finally {
    stopTidying();
  }
}

const reasons: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'your disk quota is used up',
  EFBIG: 'a file may not become so large here',
  EROFS: 'the disk is read-only',
  EACCES: 'its folder may not be written to',
  EPERM: 'its folder may not be written to',
};

/** What the system said, in words; the file is as it was. */
function said(file: string, error: unknown): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const why = reasons[code];
  return why === undefined ? error : new GitProblem(`${file} could not be written (${why}); it is as it was.`);
}

async function refuseChanged(file: string, expected: Uint8Array | undefined, isLink: boolean): Promise<void> {
  const now = isLink ? await readLink(file) : await readRegular(file);
  const same = now === undefined || expected === undefined ? now === expected : now.equals(expected);
  if (!same) {
    throw new ChangedMeanwhile(
      `${file} changed on disk while Mortise worked on it; nothing was written. Run the command again.`,
    );
  }
}

/**
 * Git makes room for a file by removing what is no folder on the way to it: a link to a folder, or a file, that the user put
 * there. Asked before git may write or anything be removed; folders that are missing are in nobody's way.
 * @throws GitProblem naming what is in the way, under the root.
 */
export async function refuseForeignFolder(file: string, root: string): Promise<void> {
  const parts = relative(root, file).split(sep).slice(0, -1);
  for (let depth = 1; depth <= parts.length; depth++) {
    const folder = join(root, ...parts.slice(0, depth));
    const found = await lstat(folder).catch(() => undefined);
    if (!found) return;
    if (found.isDirectory()) continue;
    const kind = found.isSymbolicLink() ? 'a symbolic link' : 'no folder';
    throw new GitProblem(
      `${parts.slice(0, depth).join('/')} is ${kind}; nothing was written. Move it away, then try again.`,
    );
  }
}
