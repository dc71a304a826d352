/**
 * Merges of this repository's own history that touched some paths, and what was learned of them before: kept as lines of JSON
 * in git's own directory, where all its work trees find it. No network: a partial clone answers "missing".
 */
import { appendFile, mkdir, readFile, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { askRepository, type Repository } from './repository.ts';

export interface PastMerge {
  readonly commit: string;
  readonly parents: readonly [string, string];
  /** Commit time, Unix seconds. */
  readonly time: number;
  readonly author: string;
  readonly title: string;
}

/** One conflict of an earlier merge, and the text its author put in its place. */
export interface PastConflict {
  readonly base?: string;
  readonly left: string;
  readonly right: string;
  readonly text: string;
}

/** What one earlier merge says of one path: nothing where git merged it by itself. */
export interface PastFile {
  readonly merge: PastMerge;
  readonly path: string;
  readonly conflicts: readonly PastConflict[];
}

type Options = { readonly signal?: AbortSignal | undefined };

/** Merges of two parents on any branch that touched one of the paths, newest first. Stashes are no merges. */
export async function mergesOf(
  repo: Repository,
  paths: readonly string[],
  most: number,
  options: Options = {},
): Promise<PastMerge[]> {
  const log = ['--literal-pathspecs', 'log', '--no-show-signature', '--full-history', '--min-parents=2'];
  const shape = ['--max-parents=2', `-${most}`, '--format=%H%x00%P%x00%ct%x00%an%x00%s%x01'];
  const from = ['--exclude=refs/stash', '--all', 'HEAD', '--', ...paths];
  const env = { GIT_NO_LAZY_FETCH: '1' };
  const text = await askRepository(repo, [...log, ...shape, ...from], { ...options, env });
  return (text ?? '').split('\x01').flatMap((entry): PastMerge[] => {
    const [commit = '', parents = '', time, author = '', title = ''] = entry.replace(/^\n/, '').split('\0');
    const [left, right] = parents.split(' ');
    return left && right ? [{ commit, parents: [left, right], time: Number(time), author, title }] : [];
  });
}

/** Where two commits parted; undefined for unrelated histories. */
export async function partedAt(
  repo: Repository,
  [left, right]: PastMerge['parents'],
  options: Options = {},
): Promise<string | undefined> {
  const env = { GIT_NO_LAZY_FETCH: '1' };
  return (await askRepository(repo, ['merge-base', left, right], { ...options, env })) || undefined;
}

/** Above this the file begins anew, in bytes. */
const LARGE = 8_000_000;

const cacheFile = (repo: Pick<Repository, 'commonDir'>): string => join(repo.commonDir, 'mortise', 'past-merges.jsonl');

export async function readPast(repo: Pick<Repository, 'commonDir'>): Promise<PastFile[]> {
  const text = await readFile(cacheFile(repo), 'utf8').catch(() => '');
  return text.split('\n').flatMap((line): PastFile[] => {
    if (line === '') return [];
    try {
      // Our own lines; a torn one is passed over and learned again.
      return [JSON.parse(line) as PastFile];
    } catch {
      return [];
    }
  });
}

export async function keepPast(repo: Pick<Repository, 'commonDir'>, files: readonly PastFile[]): Promise<void> {
  if (files.length === 0) return;
  const file = cacheFile(repo);
  await mkdir(dirname(file), { recursive: true });
  const size = await stat(file).then(
    (found) => found.size,
    () => 0,
  );
  if (size > LARGE) await rm(file, { force: true });
  await appendFile(file, files.map((one) => `${JSON.stringify(one)}\n`).join(''));
}
