/**
 * Picks, reverts and patches of which nothing is left: what was decided is what HEAD has already. Git refuses to go on with them as
 * with others ("the previous cherry-pick is now empty"); a rebase leaves them out by itself.
 */
import { existsSync } from 'node:fs';
import type { Operation } from './operation.ts';
import { askRepository, onDisk, type Repository } from './repository.ts';

const REFUSED: ReadonlySet<Operation['kind']> = new Set(['cherry-pick', 'revert', 'am']);
/** More paths than these are not compared. */
const COMPARED = 40;

/** @param meant paths that would be staged as they lie in the work tree. */
export async function isEmptyPick(repo: Repository, { kind }: Operation, meant: readonly string[]): Promise<boolean> {
  if (!REFUSED.has(kind) || meant.length > COMPARED) return false;
  // Unmerged paths are none of these.
  const staged = await askRepository(repo, ['diff', '--cached', '--name-only', '--diff-filter=ACDMRT', 'HEAD', '--']);
  if (staged === undefined || staged !== '') return false;
  for (const path of meant) {
    const at = await askRepository(repo, ['rev-parse', '--verify', '--quiet', `HEAD:${path}`]);
    const file = onDisk(repo, path);
    const now = existsSync(file) ? await askRepository(repo, ['hash-object', `--path=${path}`, '--', file]) : undefined;
    if (at !== now) return false;
  }
  return true;
}

/** What goes on instead: the commit is left out. */
export const skipping = (go: string): string => go.replace('--continue', '--skip');
