/** What the index is about to commit, against HEAD, as far as it may hold conflict markers that are new there. */
import { isUtf8 } from 'node:buffer';
import { readBlobs } from './blobs.ts';
import { fields } from './git.ts';
import { inRepository, type Repository } from './repository.ts';

export interface StagedFile {
  readonly path: string;
  readonly text: string;
  /** The text HEAD has there. */
  readonly before?: string;
}

/** Lines that may be markers of any size. Git looks for them: a merge may have staged thousands of files, and every command asks. */
const MARKER = '^(<<<|===|>>>|[|][|][|])';

/** Staged regular files, UTF-8 text, of which a line that looks like a marker differs from HEAD. */
export async function stagedWithMarkers(
  repo: Repository,
  options: { signal?: AbortSignal | undefined } = {},
): Promise<StagedFile[]> {
  const head = await inRepository(repo, ['rev-parse', '--verify', '--quiet', 'HEAD'], { ...options, ok: [0, 1, 128] });
  // Before the first commit, against the empty tree, whose id git computes for the repository's own hash.
  const empty = async () => (await inRepository(repo, ['hash-object', '-t', 'tree', '--stdin'], options)).stdout;
  const tree = (head.code === 0 ? head.stdout : await empty()).toString('latin1').trim();
  const plain = ['--no-renames', '--no-ext-diff', '--no-textconv'];
  const args = ['diff-index', '--cached', '-z', '--diff-filter=AM', ...plain, `-G${MARKER}`, tree];
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
