/** Blobs by object id, all through one `git cat-file --batch` process. */
import { fields, GitProblem } from './git.ts';
import { inRepository, type Repository } from './repository.ts';

const newline = 0x0a;

/**
 * Read blobs. Ids that name no object are absent from the answer (as in a partial clone that is offline).
 * @throws GitProblem when git fails.
 */
export async function readBlobs(
  repo: Repository,
  oids: Iterable<string>,
  options: { signal?: AbortSignal | undefined } = {},
): Promise<Map<string, Buffer>> {
  const wanted = [...new Set(oids)];
  const blobs = new Map<string, Buffer>();
  if (wanted.length === 0) return blobs;
  const input = `${wanted.join('\n')}\n`;
  const { stdout } = await inRepository(repo, ['cat-file', '--batch'], { input, signal: options.signal });
  let at = 0;
  for (const oid of wanted) {
    const end = stdout.indexOf(newline, at);
    if (end < 0) throw new GitProblem(`git cat-file ended before it answered for ${oid} in ${repo.root}.`);
    const header = stdout.toString('latin1', at, end);
    at = end + 1;
    if (header.endsWith(' missing')) continue;
    const size = Number(/ (\d+)$/.exec(header)?.[1] ?? Number.NaN);
    if (Number.isNaN(size)) throw new GitProblem(`git cat-file answered "${header}" for ${oid} in ${repo.root}.`);
    if (header.includes(' blob ')) blobs.set(oid, stdout.subarray(at, at + size));
    at += size + 1;
  }
  return blobs;
}

/** Ids of files, links and submodules in a commit or a tree; paths it does not have are absent. */
export async function blobsAt(
  repo: Repository,
  commit: string,
  paths: readonly string[],
  options: { signal?: AbortSignal | undefined } = {},
): Promise<Map<string, string>> {
  if (paths.length === 0) return new Map();
  const args = ['--literal-pathspecs', 'ls-tree', '-r', '-z', '--full-tree', commit, '--', ...paths];
  const { stdout } = await inRepository(repo, args, options);
  return new Map(
    fields(stdout).flatMap((entry) => {
      const match = /^1\d+ (?:blob|commit) ([0-9a-f]+)\t([\s\S]*)$/.exec(entry);
      return match?.[1] && match[2] !== undefined ? [[match[2], match[1]] as const] : [];
    }),
  );
}
