/**
 * Merges of this repository's own history that touched some paths, and what was learned of them before: kept as lines of JSON
 * in git's own directory, where all its work trees find it. No network: a partial clone answers "missing".
 */
import { createHash } from 'node:crypto';
import { appendFile, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { underLock } from './lock.ts';
import { askRepository, type Repository } from './repository.ts';
import { writeWhole } from './saved.ts';

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

/** What one earlier merge says of one path. */
export interface PastFile {
  readonly merge: PastMerge;
  readonly path: string;
  readonly conflicts: readonly PastConflict[];
}

/** The answer of one search, good until a ref moves, for its paths and any of them: a merge in which some were staged asks for fewer. */
interface Search {
  /** `tipsOf` when it was searched. */
  readonly tips: string;
  readonly paths: readonly string[];
  readonly merges: readonly PastMerge[];
}

/** A merge's paths in which there was nothing to learn: git merged them by itself, or they are none of its. */
interface Nothing {
  readonly commit: string;
  readonly none: readonly string[];
}

export interface Past {
  /** By `pastKey`. */
  readonly files: ReadonlyMap<string, PastFile>;
  /** `pastKey`s with nothing to learn. */
  readonly none: ReadonlySet<string>;
  readonly search: Search | undefined;
}

type Options = { readonly signal?: AbortSignal | undefined };

export const pastKey = (commit: string, path: string): string => `${commit}\u0000${path}`;

/** Greatest time a JavaScript date can be, in seconds; a commit may claim any. */
const LAST_SECOND = 8.64e12;

/** Whose merges count, as git's arguments; and what a branch that is being merged brings along, which does not. */
interface Trusted {
  readonly from: readonly string[];
  readonly strange: readonly string[];
}

/**
 * HEAD, the local branches and the upstream of the branch at work: what the user has or follows. Anybody can write a merge
 * with any author and title, so nothing of other fetched refs counts, nor of MERGE_HEAD where it left that history.
 */
async function trusted(repo: Repository, options: Options): Promise<Trusted> {
  const [named, rebased, merged] = await Promise.all([
    askRepository(repo, ['symbolic-ref', '-q', 'HEAD'], options),
    rebasedBranch(repo),
    askRepository(repo, ['rev-parse', '-q', '--verify', 'MERGE_HEAD^{commit}'], options),
  ]);
  const branch = named || rebased;
  const upstream = branch && (await askRepository(repo, ['for-each-ref', '--format=%(upstream)', branch], options));
  // The name of one that is gone is still configured.
  const there =
    upstream && (await askRepository(repo, ['rev-parse', '-q', '--verify', `${upstream}^{commit}`], options));
  const own = ['HEAD', ...(there ? [there] : [])];
  return { from: ['--branches', ...own], strange: merged ? [merged, '--not', ...own] : [] };
}

/** HEAD is nobody's branch while one is rebased. */
async function rebasedBranch({ gitDir }: Repository): Promise<string | undefined> {
  for (const state of ['rebase-merge', 'rebase-apply']) {
    const name = await readFile(join(gitDir, state, 'head-name'), 'utf8').catch(() => '');
    if (name.startsWith('refs/heads/')) return name.trim();
  }
  return undefined;
}

/**
 * Merges of two parents in the trusted history that touched one of the paths, newest first.
 * @throws what the signal throws when it stops git.
 */
export async function mergesOf(
  repo: Repository,
  paths: readonly string[],
  most: number,
  options: Options = {},
): Promise<PastMerge[]> {
  const { from, strange } = await trusted(repo, options);
  const log = ['--literal-pathspecs', 'log', '--no-show-signature', '--full-history', '--min-parents=2'];
  const shape = ['--max-parents=2', `-${most}`, '--format=%H%x00%P%x00%ct%x00%an%x00%s%x01'];
  const [text, others] = await Promise.all([
    askRepository(repo, [...log, ...shape, ...from, '--', ...paths], options),
    strange.length > 0 ? askRepository(repo, ['rev-list', '--min-parents=2', ...strange], options) : '',
  ]);
  const brought = new Set(others?.split('\n'));
  return (text ?? '').split('\x01').flatMap((entry): PastMerge[] => {
    const [commit = '', parents = '', time, author = '', title = ''] = entry.replace(/^\n/, '').split('\0');
    const [left, right] = parents.split(' ');
    const at = Number(time);
    if (!left || !right || brought.has(commit) || !(at >= 0 && at < LAST_SECOND)) return [];
    return [{ commit, parents: [left, right], time: at, author, title }];
  });
}

/** All that the answer of `mergesOf` depends on beside the paths, in short. */
export async function tipsOf(repo: Repository, options: Options = {}): Promise<string> {
  const { from, strange } = await trusted(repo, options);
  const tips = await askRepository(repo, ['rev-parse', ...from], options);
  return createHash('sha256')
    .update([tips, ...strange].join('\u0000'))
    .digest('hex');
}

/** Where two commits parted; undefined for unrelated histories, and where a shallow clone does not reach so far. */
export async function partedAt(
  repo: Repository,
  [left, right]: PastMerge['parents'],
  options: Options = {},
): Promise<string | undefined> {
  return (await askRepository(repo, ['merge-base', left, right], options)) || undefined;
}

export const isShallow = (repo: Pick<Repository, 'commonDir'>): Promise<boolean> =>
  stat(join(repo.commonDir, 'shallow')).then(
    () => true,
    () => false,
  );

/** Above this the older half is forgotten, in bytes. */
const LARGE = 8_000_000;

const cacheFolder = (repo: Pick<Repository, 'commonDir'>): string => join(repo.commonDir, 'mortise');
const cacheFile = (repo: Pick<Repository, 'commonDir'>): string => join(cacheFolder(repo), 'past-merges.jsonl');

export async function readPast(repo: Pick<Repository, 'commonDir'>): Promise<Past> {
  const text = await readFile(cacheFile(repo), 'utf8').catch(() => '');
  const files = new Map<string, PastFile>();
  const none = new Set<string>();
  let search: Search | undefined;
  for (const line of text.split('\n')) {
    const one = line === '' ? undefined : parsed(line);
    if (isFile(one)) files.set(pastKey(one.merge.commit, one.path), one);
    else if (isNothing(one)) for (const path of one.none) none.add(pastKey(one.commit, path));
    else if (isSearch(one)) search = one;
  }
  return { files, none, search };
}

/** A torn or foreign line is passed over, and what it said is learned again. */
function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

const isRecord = (one: unknown): one is Record<string, unknown> => typeof one === 'object' && one !== null;
const hasTexts = (one: unknown, ...names: string[]): boolean =>
  isRecord(one) && names.every((name) => typeof one[name] === 'string');

const isMerge = (one: unknown): boolean =>
  hasTexts(one, 'commit', 'author', 'title') && isRecord(one) && typeof one['time'] === 'number';
const isFile = (one: unknown): one is PastFile =>
  hasTexts(one, 'path') &&
  isRecord(one) &&
  isMerge(one['merge']) &&
  Array.isArray(one['conflicts']) &&
  one['conflicts'].every((conflict) => hasTexts(conflict, 'left', 'right', 'text'));
const isNothing = (one: unknown): one is Nothing => hasTexts(one, 'commit') && isRecord(one) && isTexts(one['none']);
const isTexts = (one: unknown): boolean => Array.isArray(one) && one.every((text) => typeof text === 'string');
const isSearch = (one: unknown): one is Search =>
  hasTexts(one, 'tips') &&
  isRecord(one) &&
  isTexts(one['paths']) &&
  Array.isArray(one['merges']) &&
  one['merges'].every(isMerge);

/** Add to what is kept. */
export async function keepPast(
  repo: Pick<Repository, 'commonDir'>,
  lines: readonly (PastFile | Nothing | Search)[],
): Promise<void> {
  if (lines.length === 0) return;
  const file = cacheFile(repo);
  const text = lines.map((one) => `${JSON.stringify(one)}\n`).join('');
  await underLock(cacheFolder(repo), async () => {
    const size = await stat(file).then(
      (found) => found.size,
      () => 0,
    );
    // The empty line ends one that was cut short.
    if (size + text.length <= LARGE) return appendFile(file, `\n${text}`);
    const before = await readFile(file, 'utf8');
    const half = before.indexOf('\n', before.length / 2);
    return writeWhole(file, before.slice(half + 1) + text);
  });
}
