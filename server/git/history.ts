/** Why a path is in conflict: the commits of each side since they parted, and the times of the three versions. All bounded. */
import { type FormerTexts, formerVersions } from './formerVersions.ts';
import type { Operation } from './operation.ts';
import { askRepository, type Repository } from './repository.ts';

export interface PathCommit {
  /** Abbreviated id. */
  readonly commit: string;
  /** Commit time, Unix seconds. */
  readonly time: number;
  readonly author: string;
  readonly subject: string;
}

export interface PathHistory {
  /** Newest first. */
  readonly left: readonly PathCommit[];
  readonly right: readonly PathCommit[];
}

export interface PathPast {
  readonly history: PathHistory;
  /** What the path was on both sides in between, where that means something. */
  readonly former?: FormerTexts;
}

type Options = { readonly signal?: AbortSignal | undefined; readonly limit?: number };

const format = '--format=%h%x00%ct%x00%an%x00%s%x01';
/** So many commits of a side are read, newest first. */
const LIMIT = 50;

/** The commits of each side that touched a path since the merge base, at most `limit` (50) a side, and what it was then. */
export async function pathHistory(
  repo: Repository,
  operation: Operation,
  path: string,
  options: Options = {},
): Promise<PathPast> {
  const [left, right] = await Promise.all(
    (['left', 'right'] as const).map(async (side) => {
      const range = await rangeOf(repo, operation, side, options);
      if (range === undefined) return [];
      return commits(repo, [...range, '--', path], options);
    }),
  );
  const history = { left: left ?? [], right: right ?? [] };
  return (await withFormer(repo, operation, new Map([[path, history]]), options)).get(path) ?? { history };
}

/** Ranking does without them where git fails. What is read is bounded by counts: no clock decides what is known. */
async function withFormer(
  repo: Repository,
  operation: Operation,
  histories: ReadonlyMap<string, PathHistory>,
  options: Options,
): Promise<ReadonlyMap<string, PathPast>> {
  const former = await formerVersions(repo, operation, histories, options).catch(() => undefined);
  options.signal?.throwIfAborted();
  return new Map(
    [...histories].map(([path, history]) => {
      const own = former?.get(path);
      return [path, own ? { history, former: own } : { history }];
    }),
  );
}

/** Paths of one question, and commits of one answer: command lines and time have bounds. */
const PATHS = 400;
const COMMITS = 3000;

/**
 * As `pathHistory`, for many paths with two questions to git instead of two for each. Git leaves out a side branch that came
 * to nothing for the paths it is asked for: asked for many, it may name a commit that it leaves out for one alone.
 */
export async function pathHistories(
  repo: Repository,
  operation: Operation,
  paths: readonly string[],
  options: Options = {},
): Promise<ReadonlyMap<string, PathPast>> {
  const found = new Map(paths.map((path) => [path, { left: [] as PathCommit[], right: [] as PathCommit[] }]));
  for (const side of ['left', 'right'] as const) {
    const range = await rangeOf(repo, operation, side, options);
    if (range === undefined) continue;
    for (let at = 0; at < paths.length; at += PATHS) {
      const asked = [...range, '--', ...paths.slice(at, at + PATHS)];
      for (const { commit, touched } of await commitsWithPaths(repo, asked, options)) {
        for (const path of touched) {
          const own = found.get(path)?.[side];
          if (own && own.length < (options.limit ?? LIMIT)) own.push(commit);
        }
      }
    }
  }
  return withFormer(repo, operation, found, options);
}

async function commitsWithPaths(
  repo: Repository,
  args: readonly string[],
  options: Options,
): Promise<{ commit: PathCommit; touched: readonly string[] }[]> {
  const shape = ['-z', '--name-only', '--no-renames', '--format=%x01%h%x00%ct%x00%an%x00%s'];
  const log = ['--literal-pathspecs', 'log', '--no-show-signature', '--no-merges', `-${COMMITS}`, ...shape];
  const text = await askRepository(repo, [...log, ...args], { signal: options.signal });
  return (text ?? '').split('\x01').flatMap((entry) => {
    const [commit, time, author = '', subject = '', ...names] = entry.split('\0');
    if (!commit || !time) return [];
    const touched = names.map((name) => name.replace(/^\n/, '')).filter((name) => name !== '');
    return [{ commit: { commit, time: Number(time), author, subject }, touched }];
  });
}

/**
 * The commits of one side that touched lines `[from, to]` (1-based) of a path, newest first; at most `limit` (8).
 * Line numbers are those of that side's version of the file.
 */
export async function regionHistory(
  repo: Repository,
  operation: Operation,
  side: 'left' | 'right',
  region: { readonly path: string; readonly from: number; readonly to: number },
  options: Options = {},
): Promise<readonly PathCommit[]> {
  const range = await rangeOf(repo, operation, side, options);
  if (range === undefined || region.to < region.from) return [];
  const lines = `-L${region.from},${region.to}:${region.path}`;
  return commits(repo, ['-s', '--no-ext-diff', '--no-textconv', lines, ...range], { limit: 8, ...options });
}

/** Which commits belong to a side: all since the base for the side that moved on, the one commit for what is being replayed. */
async function rangeOf(
  repo: Repository,
  operation: Operation,
  side: 'left' | 'right',
  options: Options,
): Promise<readonly string[] | undefined> {
  const { base, left, right } = operation.commits;
  if (operation.kind === 'merge') {
    if (!base || !left || !right) return undefined;
    return side === 'left' ? [`${base}..${left}`] : [`${base}..${right}`];
  }
  if (side === 'right') {
    if (operation.kind === 'revert') return base ? ['--no-walk', base] : undefined;
    return right ? ['--no-walk', right] : undefined;
  }
  if (!left || !base) return undefined;
  const common = await askRepository(repo, ['merge-base', base, left], { signal: options.signal });
  return common ? [`${common}..${left}`] : undefined;
}

async function commits(repo: Repository, args: readonly string[], options: Options): Promise<PathCommit[]> {
  const limit = `-${options.limit ?? LIMIT}`;
  const log = ['--literal-pathspecs', 'log', '--no-show-signature', '--no-merges', limit, format];
  // A path that a side never had, or a region past the end of its file, is no history rather than an error.
  const text = await askRepository(repo, [...log, ...args], { signal: options.signal });
  return (text ?? '').split('\x01').flatMap((entry) => {
    const [commit, time, author = '', subject = ''] = entry.replace(/^\n/, '').split('\0');
    return commit && time ? [{ commit, time: Number(time), author, subject }] : [];
  });
}

/** Commit times (Unix seconds) of what is merged; undefined unless all three are known. */
export async function sideTimes(
  repo: Repository,
  operation: Operation,
  options: { readonly signal?: AbortSignal | undefined } = {},
): Promise<{ readonly base: number; readonly left: number; readonly right: number } | undefined> {
  const { base, left, right } = operation.commits;
  if (!base || !left || !right) return undefined;
  const args = ['log', '--no-walk=unsorted', '--no-show-signature', '--format=%H %ct', base, left, right];
  const text = await askRepository(repo, args, options);
  const times = new Map(
    (text ?? '').split('\n').map((line) => {
      const [oid = '', time] = line.split(' ');
      return [oid, Number(time)];
    }),
  );
  const [b, l, r] = [times.get(base), times.get(left), times.get(right)];
  return b === undefined || l === undefined || r === undefined ? undefined : { base: b, left: l, right: r };
}
