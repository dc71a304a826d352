/**
 * What Mortise applied to a path in the operation that is paused now. The merge driver runs before git has written down
 * which operation it stops in, so its entries are known by the versions they merged and not by the operation's key.
 */
import type { Operation } from './operation.ts';
import { askRepository, type Repository } from './repository.ts';
import { workTreeBytes } from './restore.ts';
import { type AppliedEntry, digest, readApplied } from './saved.ts';
import type { Stages } from './unmerged.ts';

/**
 * Oldest first; what was undone is left out. `stages` are the path's in the index, where it is unmerged; `log` is the whole
 * log, for who asks about many paths.
 */
export async function appliedNow(
  repo: Repository,
  operation: Operation,
  path: string,
  stages: Stages | undefined,
  log?: readonly AppliedEntry[],
): Promise<AppliedEntry[]> {
  const logged = (log ?? (await readApplied(repo))).filter((entry) => entry.path === path && !entry.undone);
  const all = await ofAttempt(repo, operation, path, logged);
  if (!all.some(({ by }) => by === 'driver')) return all.filter((entry) => entry.operation === operation.key);
  const sides = stages ? idsOf(stages) : await sidesOf(repo, operation, path);
  const bytes = await workTreeBytes(repo, path);
  const now = bytes && digest(bytes);
  return all.filter((entry) => {
    if (entry.operation === operation.key) return true;
    if (entry.by !== 'driver') return false;
    // Also after the merge is over, as long as nobody touched what the driver wrote.
    return entry.result === now || isOf(entry.stages, sides);
  });
}

/**
 * Without what was applied in another run of the same operation, which was given up: git merged the same versions again since.
 * Where a file lies there just as the last of it left it, it may be that run all the same (a copied repository has other times).
 */
async function ofAttempt(
  repo: Repository,
  { key, attempt }: Operation,
  path: string,
  logged: readonly AppliedEntry[],
): Promise<readonly AppliedEntry[]> {
  const isOther = (entry: AppliedEntry) =>
    entry.operation === key && entry.attempt !== undefined && attempt !== undefined && entry.attempt !== attempt;
  if (!logged.some(isOther)) return logged;
  const bytes = await workTreeBytes(repo, path);
  return bytes && logged.at(-1)?.result === digest(bytes) ? logged : logged.filter((entry) => !isOther(entry));
}

interface Sides {
  readonly left?: string | undefined;
  readonly right?: string | undefined;
}

const idsOf = (stages: Stages): Sides => ({ left: stages.left?.oid, right: stages.right?.oid });

/** A path that git staged: the versions its two commits have. */
async function sidesOf(repo: Repository, { commits }: Operation, path: string): Promise<Sides> {
  const ask = async (commit: string | undefined) =>
    commit === undefined ? undefined : askRepository(repo, ['rev-parse', '--verify', '--quiet', `${commit}:${path}`]);
  const [left, right] = await Promise.all([ask(commits.left), ask(commits.right)]);
  return { left: left?.trim(), right: right?.trim() };
}

/** Whether an entry of the driver merged just the versions that the paused operation has of its path. */
export async function mergedHere(repo: Repository, operation: Operation, entry: AppliedEntry): Promise<boolean> {
  return isOf(entry.stages, await sidesOf(repo, operation, entry.path));
}

/** Ids in the log may have a mode before them. */
function isOf(logged: AppliedEntry['stages'], { left, right }: Sides): boolean {
  if (!logged?.left || !logged.right || left === undefined || right === undefined) return false;
  return logged.left.endsWith(left) && logged.right.endsWith(right);
}
