/**
 * Picks, reverts and patches of which nothing is left: what was decided is what HEAD has already. Git refuses to go on with them as
 * with others ("the previous cherry-pick is now empty"); a rebase leaves them out by itself.
 */
import { lstat } from 'node:fs/promises';
import type { Operation } from './operation.ts';
import { askRepository, onDisk, type Repository } from './repository.ts';

const REFUSED: ReadonlySet<Operation['kind']> = new Set(['cherry-pick', 'revert', 'am']);
/** More paths than these are not compared. */
const COMPARED = 40;

/**
 * Not where anything else was changed in the work tree, or lies there untracked: what was decided may have been written elsewhere.
 * @param meant paths that would be staged as they lie in the work tree.
 */
export async function isEmptyPick(repo: Repository, { kind }: Operation, meant: readonly string[]): Promise<boolean> {
  if (!REFUSED.has(kind) || meant.length > COMPARED) return false;
  // Unmerged paths are none of these.
  const changed = ['--name-only', '--diff-filter=ACDMRT', '--ignore-submodules=none'];
  for (const args of [['--cached', ...changed, 'HEAD'], changed])
    if ((await askRepository(repo, ['diff', ...args, '--'])) !== '') return false;
  if ((await askRepository(repo, ['ls-files', '--others', '--exclude-standard', '--directory'])) !== '') return false;
  for (const path of meant) if (!(await isAtHead(repo, path))) return false;
  return true;
}

/** Mode and content; of a plain file, or one that is neither there nor in HEAD. */
async function isAtHead(repo: Repository, path: string): Promise<boolean> {
  const file = onDisk(repo, path);
  const entry = await askRepository(repo, ['--literal-pathspecs', 'ls-tree', 'HEAD', '--', path]);
  const found = await lstat(file).catch(() => undefined);
  if (entry === undefined) return false;
  if (entry === '' || !found) return entry === '' && !found;
  const [mode, , oid] = entry.split(/[ \t]/);
  if (!found.isFile() || mode !== (found.mode & 0o100 ? '100755' : '100644')) return false;
  return (await askRepository(repo, ['hash-object', `--path=${path}`, '--', file])) === oid;
}

/** What goes on instead: the commit is left out. */
export const skipping = (go: string): string => go.replace('--continue', '--skip');
