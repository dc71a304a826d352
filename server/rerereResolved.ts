/**
 * Whether git's rerere put in what lies at an unmerged path: it resolves a conflict as it was resolved before while git stops,
 * and only git's own output, long gone, says so. It can as well have recorded, later, what the user wrote there by hand; the
 * times tell: putting a resolution in, git renews the resolution's time, then writes the file at once.
 */
import { isUtf8 } from 'node:buffer';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { onDisk, type Repository } from './git/repository.ts';
import { entriesOf, type Remembered, remembered } from './git/rerere.ts';
import { freshConflict } from './git/restore.ts';
import { parseMarkers } from './merge/markers.ts';

/** Milliseconds. */
const AT_ONCE = 2000;

/** When what rerere put there was resolved, Unix milliseconds; undefined where it was not rerere. */
export async function rerereResolved(repo: Repository, path: string, bytes: Buffer): Promise<number | undefined> {
  const written = await stat(onDisk(repo, path)).catch(() => undefined);
  if (!written || !isUtf8(bytes)) return undefined;
  const since = (used: number): number => written.mtimeMs - used;
  const entries = (await entriesOf(repo)).filter(({ used }) => since(used) >= 0 && since(used) < AT_ONCE);
  if (entries.length === 0) return undefined;
  for (const { name, at } of entries) {
    const after = await readFile(join(repo.commonDir, 'rr-cache', name, 'postimage')).catch(() => undefined);
    if (after?.equals(bytes)) return at;
  }
  // The rest of the file may be otherwise than it was then.
  const fresh = (await freshConflict(repo, path).catch(() => undefined))?.toString('utf8');
  return fresh === undefined ? undefined : answeredBy(await remembered(repo, entries), fresh, bytes.toString('utf8'));
}

/** When the youngest of the resolutions was made that together turn the conflicted text into the other. */
function answeredBy(all: readonly Remembered[], conflicted: string, text: string): number | undefined {
  let rebuilt = '';
  let at: number | undefined;
  for (const hunk of parseMarkers(conflicted)) {
    if (hunk.kind === 'stable') {
      rebuilt += hunk.text;
      continue;
    }
    const { left, right } = hunk.conflict.sides;
    const known = all.find(({ sides: [a, b] }) => (a === left && b === right) || (a === right && b === left));
    if (!known) return undefined;
    rebuilt += known.text;
    at = Math.max(at ?? 0, known.at);
  }
  return rebuilt === text ? at : undefined;
}
