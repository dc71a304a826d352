/** Git's own answer for three versions of a file: `git merge-file`, byte for byte, with the user's conflict style. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type GitOptions, GitProblem, runGit } from './git.ts';

export interface GitMerge {
  readonly bytes: Buffer;
  /** Conflicts in `bytes`; git stops counting at 127. Undefined: git calls the content binary and merged nothing. */
  readonly conflicts: number | undefined;
}

export interface MergeFileOptions extends Pick<GitOptions, 'signal'> {
  readonly markerSize?: number | undefined;
  readonly labels?: { readonly left: string; readonly base: string; readonly right: string } | undefined;
  /** Without it, the `merge.conflictStyle` of the repository in `cwd`. */
  readonly style?: 'diff3' | 'zdiff3' | undefined;
  readonly cwd?: string | undefined;
}

/**
 * Merge three files on disk with git.
 * @throws GitProblem when git is missing or cannot read a file.
 */
export async function gitMergeFiles(
  files: { readonly base: string; readonly left: string; readonly right: string },
  options: MergeFileOptions = {},
): Promise<GitMerge> {
  const { labels, markerSize, style } = options;
  const args = [
    'merge-file',
    '-p',
    ...(style ? [`--${style}`] : []),
    ...(markerSize ? [`--marker-size=${markerSize}`] : []),
    ...(labels ? ['-L', labels.left, '-L', labels.base, '-L', labels.right] : []),
    files.left,
    files.base,
    files.right,
  ];
  const ok = Array.from({ length: 128 }, (_, i) => i).concat(255);
  const answer = await runGit(options.cwd ?? process.cwd(), args, { ok, signal: options.signal });
  if (answer.code === 255) {
    if (answer.stderr.includes('Cannot merge binary files')) return { bytes: Buffer.alloc(0), conflicts: undefined };
    throw new GitProblem(`git merge-file failed: ${answer.stderr.trim()}`, answer.code);
  }
  return { bytes: answer.stdout, conflicts: answer.code };
}

/** As `gitMergeFiles` for bytes in memory, through a temporary folder that is removed. */
export async function gitMergeBytes(
  sides: { readonly base: Uint8Array; readonly left: Uint8Array; readonly right: Uint8Array },
  options: MergeFileOptions = {},
): Promise<GitMerge> {
  const folder = await mkdtemp(join(tmpdir(), 'mortise-'));
  try {
    const files = { base: join(folder, 'base'), left: join(folder, 'left'), right: join(folder, 'right') };
    await Promise.all([
      writeFile(files.base, sides.base),
      writeFile(files.left, sides.left),
      writeFile(files.right, sides.right),
    ]);
    return await gitMergeFiles(files, options);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
