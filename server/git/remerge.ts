/**
 * A merge commit beside what git makes of its parents: which files git leaves in conflict, and which the commit has otherwise
 * than git. By `git merge-tree`: no work tree, index or ref is touched.
 */
import { fields, GitProblem, gitVersion } from './git.ts';
import { type MergeTree, readMergeTree } from './predict.ts';
import { askRepository, inRepository, type Repository } from './repository.ts';

type Options = { readonly signal?: AbortSignal | undefined };

export interface MergeCommit {
  readonly oid: string;
  readonly title: string;
  readonly parents: readonly string[];
}

/** A path with other content, or another mode, in the commit than in git's merge. */
export interface Difference {
  readonly path: string;
  /** Blob in git's merge, with markers where git stopped; absent where git's merge has no such file. */
  readonly git?: string;
  /** Blob in the commit; absent where it has no such file. */
  readonly own?: string;
  /** Both have it, with another mode. */
  readonly mode: boolean;
}

export interface Remerge {
  /** The commit from which both sides come; absent for unrelated histories. */
  readonly base?: string;
  readonly conflicted: MergeTree['staged'];
  readonly differences: readonly Difference[];
}

/**
 * The merges that a revision or a range names, newest first: of a range those in it, of a revision that commit alone.
 * @throws GitProblem when it names nothing.
 */
export async function mergeCommits(repo: Repository, named: string, options: Options = {}): Promise<MergeCommit[]> {
  const isRange = named.includes('..');
  const args = ['log', '--no-show-signature', '-z', '--format=%H%x01%s%x01%P', ...(isRange ? ['--merges'] : ['-1'])];
  const listed = await askRepository(repo, [...args, '--end-of-options', named, '--'], options);
  if (listed === undefined) throw new GitProblem(`"${named}" names no commit, or range of commits, here.`);
  return fields(Buffer.from(listed)).flatMap((entry) => {
    const [oid, title = '', parents = ''] = entry.trim().split('\x01');
    return oid ? [{ oid, title, parents: parents.split(' ').filter((parent) => parent !== '') }] : [];
  });
}

/** @throws GitProblem when git is older than 2.38, or cannot merge the parents. */
export async function remerge(repo: Repository, commit: MergeCommit, options: Options = {}): Promise<Remerge> {
  const [major, minor] = await gitVersion();
  if (major < 2 || (major === 2 && minor < 38))
    throw new GitProblem(`an audit needs git 2.38 or later (git merge-tree); this is ${major}.${minor}.`);
  const [left = '', right = ''] = commit.parents;
  // Our own driver must not run, nor log what never happens.
  const how = ['--write-tree', '--allow-unrelated-histories', '-z', '--messages'];
  const answer = await inRepository(repo, ['merge-tree', ...how, left, right], {
    ...options,
    env: { MORTISE: '0' },
    ok: [0, 1, 128],
  });
  if (answer.code === 128) throw new GitProblem(`git cannot merge its parents again: ${answer.stderr.trim()}`);
  const parts = fields(answer.stdout);
  const tree = parts[0] ?? '';
  const base = await askRepository(repo, ['merge-base', left, right], options);
  const conflicted: MergeTree['staged'] = answer.code === 0 ? new Map() : readMergeTree(parts).staged;
  const raw = await inRepository(repo, ['diff-tree', '-r', '-z', '--no-renames', tree, commit.oid], options);
  return { ...(base ? { base } : {}), conflicted, differences: readRaw(fields(raw.stdout)) };
}

/** `:<mode> <mode> <oid> <oid> <status>`, `<path>`. */
function readRaw(parts: readonly string[]): Difference[] {
  const out: Difference[] = [];
  for (let at = 0; at + 1 < parts.length; at += 2) {
    const [was, mode, git = '', own = ''] = (parts[at] ?? '').split(' ');
    const path = parts[at + 1] ?? '';
    const isThere = (oid: string) => !/^0*$/.test(oid);
    const otherMode = isThere(git) && isThere(own) && was !== `:${mode}`;
    out.push({ path, mode: otherMode, ...(isThere(git) ? { git } : {}), ...(isThere(own) ? { own } : {}) });
  }
  return out;
}

/** Files that a commit has under another name than an earlier one: old names by new ones, as git's merges find them. */
export async function renamesBetween(
  repo: Repository,
  from: string,
  to: string,
  options: Options = {},
): Promise<Map<string, string>> {
  const args = ['diff-tree', '-r', '-z', '--name-status', '--find-renames', '--diff-filter=R', from, to];
  const parts = fields((await inRepository(repo, args, options)).stdout);
  const found = new Map<string, string>();
  for (let at = 0; at + 2 < parts.length; at += 3) found.set(parts[at + 2] ?? '', parts[at + 1] ?? '');
  return found;
}
