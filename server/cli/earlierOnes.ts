/** What every command, the driver and the mergetool know of how conflicts of these paths were resolved before. */
import type { Repository } from '../git/repository.ts';
import { type Remembered, remembered } from '../git/rerere.ts';
import { type PastOptions, pastResolutions } from '../mine/past.ts';

/** One look at earlier merges, in milliseconds; the next command goes on where it stopped. */
const PAST_MS = 1500;

/**
 * How git's rerere and earlier merges of the repository resolved conflicts of these paths, to `recall` from. Without them
 * everything else still works: a history that cannot be read is none.
 */
export async function earlierOnes(
  repo: Repository,
  paths: readonly string[],
  options: Partial<PastOptions> = {},
): Promise<readonly Remembered[]> {
  const [rerere, merges] = await Promise.all([
    remembered(repo),
    pastResolutions(repo, paths, { limit: PAST_MS, ...options }).catch(() => []),
  ]);
  return [...rerere, ...merges];
}
