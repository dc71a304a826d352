/**
 * Conflicts that `undo` brought back where git takes no note of them any more: the merge is over, or the commit made. No unmerged
 * path tells of them, so that nothing else keeps their markers out of a commit, or finds them in it.
 */
import type { Repository } from './repository.ts';
import { workTreeBytes } from './restore.ts';
import { digest, readApplied } from './saved.ts';
import { unmergedPaths } from './unmerged.ts';

/** What was saved before a side was kept whole may be anything. */
const hasMarkers = (bytes: Buffer): boolean => /^<{7}[\s\S]*^={7}[\s\S]*^>{7}/m.test(bytes.toString('latin1'));

export interface Reopened {
  readonly path: string;
  readonly bytes: Buffer;
}

/** Files that lie there byte for byte as Mortise saved them before it wrote, without being unmerged. */
export async function reopened(repo: Repository): Promise<Reopened[]> {
  const undone = (await readApplied(repo)).filter((entry) => entry.undone);
  if (undone.length === 0) return [];
  const unmerged = new Set(await unmergedPaths(repo));
  const found: Reopened[] = [];
  for (const path of new Set(undone.map((entry) => entry.path))) {
    const bytes = unmerged.has(path) ? undefined : await workTreeBytes(repo, path);
    const name = bytes && digest(bytes);
    const isBack = undone.some((entry) => entry.path === path && entry.saved === name);
    if (bytes && isBack && hasMarkers(bytes)) found.push({ path, bytes });
  }
  return found;
}
