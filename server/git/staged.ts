/** What the index is about to commit, against HEAD: its paths, and texts that may hold conflict markers that are new there. */
import { isUtf8 } from 'node:buffer';
import { readBlobs } from './blobs.ts';
import { fields } from './git.ts';
import { inRepository, type Repository } from './repository.ts';

type Options = { readonly signal?: AbortSignal | undefined };

/** No filter or program of the user's, and the names as they are. */
const plain = ['--no-renames', '--no-ext-diff', '--no-textconv'];

export interface StagedFile {
  readonly path: string;
  readonly text: string;
  /** The text HEAD has there. */
  readonly before?: string;
}

/** Lines that may be markers of any size. Git looks for them: a merge may have staged thousands of files, and every command asks. */
const MARKER = '^(<<<|===|>>>|[|][|][|])';

/** Staged regular files, UTF-8 text, of which a line that looks like a marker differs from HEAD. */
export async function stagedWithMarkers(repo: Repository, options: Options = {}): Promise<StagedFile[]> {
  const args = [
    'diff-index',
    '--cached',
    '-z',
    '--diff-filter=AM',
    ...plain,
    `-G${MARKER}`,
    await headTree(repo, options),
  ];
  const entries = fields((await inRepository(repo, args, options)).stdout);
  const changed: { path: string; now: string; was: string }[] = [];
  for (let i = 0; i + 1 < entries.length; i += 2) {
    const match = /^:\d+ (100\d+) ([0-9a-f]+) ([0-9a-f]+) [AM]$/.exec(entries[i] ?? '');
    if (match) changed.push({ path: entries[i + 1] ?? '', was: match[2] ?? '', now: match[3] ?? '' });
  }
  const oids = changed.flatMap(({ now, was }) => (/^0+$/.test(was) ? [now] : [now, was]));
  const blobs = await readBlobs(repo, oids, options);
  return changed.flatMap(({ path, now, was }): StagedFile[] => {
    const bytes = blobs.get(now);
    if (!bytes || !isUtf8(bytes) || bytes.subarray(0, 8000).includes(0)) return [];
    const before = blobs.get(was)?.toString('utf8');
    return [{ path, text: bytes.toString('utf8'), ...(before === undefined ? {} : { before }) }];
  });
}

/** The versions of paths that were in conflict and are staged: git notes them until the commit. Text alone; of `paths` alone. */
export async function versionsBefore(
  repo: Repository,
  paths: readonly string[],
  options: Options = {},
): Promise<Map<string, { base?: string; left: string; right: string }>> {
  const wanted = new Set(paths);
  const oids = new Map<string, Partial<Record<string, string>>>();
  if (paths.length === 0) return new Map();
  for (const entry of fields((await inRepository(repo, ['ls-files', '--resolve-undo', '-z'], options)).stdout)) {
    const [, oid, stage = '', path = ''] = /^10\d+ ([0-9a-f]+) ([123])\t([\s\S]*)$/.exec(entry) ?? [];
    if (oid !== undefined && wanted.has(path)) oids.set(path, { ...oids.get(path), [stage]: oid });
  }
  const blobs = await readBlobs(
    repo,
    [...oids.values()].flatMap((stages) => Object.values(stages).flatMap((oid) => oid ?? [])),
    options,
  );
  const found = new Map<string, { base?: string; left: string; right: string }>();
  for (const [path, stages] of oids) {
    const [base, left, right] = ['1', '2', '3'].map((stage) => blobs.get(stages[stage] ?? '')?.toString('utf8'));
    if (left !== undefined && right !== undefined)
      found.set(path, { ...(base === undefined ? {} : { base }), left, right });
  }
  return found;
}

/** Every path that the next commit changes, those removed by it as well. */
export async function stagedPaths(repo: Repository, options: Options = {}): Promise<string[]> {
  const args = ['diff-index', '--cached', '--name-only', '-z', ...plain, await headTree(repo, options), '--'];
  return fields((await inRepository(repo, args, options)).stdout);
}

/** Tracked paths whose file is not what the index has. A submodule's own work is none of this commit's. */
export async function unstagedPaths(repo: Repository, options: Options = {}): Promise<string[]> {
  const args = ['diff', '--name-only', '-z', '--ignore-submodules=all', ...plain, '--'];
  return [...new Set(fields((await inRepository(repo, args, options)).stdout))];
}

/** Those of the paths that git tracks. */
export async function trackedOf(repo: Repository, paths: readonly string[], options: Options = {}): Promise<string[]> {
  if (paths.length === 0) return [];
  const args = ['--literal-pathspecs', 'ls-files', '-z', '--', ...paths];
  const tracked = new Set(fields((await inRepository(repo, args, options)).stdout));
  return paths.filter((path) => tracked.has(path));
}

async function headTree(repo: Repository, options: Options): Promise<string> {
  const head = await inRepository(repo, ['rev-parse', '--verify', '--quiet', 'HEAD'], { ...options, ok: [0, 1, 128] });
  // Before the first commit, against the empty tree, whose id git computes for the repository's own hash.
  const empty = async () => (await inRepository(repo, ['hash-object', '-t', 'tree', '--stdin'], options)).stdout;
  return (head.code === 0 ? head.stdout : await empty()).toString('latin1').trim();
}
