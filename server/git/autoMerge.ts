/**
 * What git merged by itself: since 2.34 its default merge writes the tree with its own result, markers included, to
 * AUTO_MERGE while it waits. The difference to the work tree is exactly what resolving changed.
 */
import { fields } from './git.ts';
import { askRepository, inRepository, type Repository } from './repository.ts';

/** Paths whose work tree text differs from git's own merge, in git's order; undefined where git kept no AUTO_MERGE. */
export async function changedSinceAutoMerge(repo: Repository): Promise<readonly string[] | undefined> {
  const tree = await askRepository(repo, ['rev-parse', '--verify', '--quiet', 'AUTO_MERGE^{tree}']);
  if (!tree) return undefined;
  const args = ['diff', '--no-ext-diff', '--no-textconv', '--no-renames', '--name-only', '-z', tree, '--'];
  return fields((await inRepository(repo, args)).stdout);
}

/** Git's own merge of a path; empty where it has none there, undefined where git kept no AUTO_MERGE. */
export async function autoMergeText(repo: Repository, path: string): Promise<string | undefined> {
  const tree = await askRepository(repo, ['rev-parse', '--verify', '--quiet', 'AUTO_MERGE^{tree}']);
  if (!tree) return undefined;
  const blob = await askRepository(repo, ['rev-parse', '--verify', '--quiet', `${tree}:${path}`]);
  if (!blob) return '';
  return (await inRepository(repo, ['cat-file', 'blob', blob])).stdout.toString('utf8');
}

/** Paths that were unmerged and are staged now: git remembers their conflicts until the operation ends. */
export async function stagedConflicts(repo: Repository): Promise<readonly string[]> {
  const listed = await inRepository(repo, ['ls-files', '--resolve-undo', '-z']);
  const paths = fields(listed.stdout).flatMap((entry) => /^\d+ [0-9a-f]+ [123]\t([\s\S]*)$/.exec(entry)?.[1] ?? []);
  return [...new Set(paths)];
}

/** One commit as `git show` prints it, without what a repository could configure to run. */
export async function showCommit(repo: Repository, commit: string): Promise<string | undefined> {
  if (!/^[0-9a-f]{4,64}$/.test(commit)) return undefined;
  const args = ['show', '--no-ext-diff', '--no-textconv', '--no-show-signature', '--no-color', '--stat', '-p', commit];
  return askRepository(repo, args);
}
