/**
 * A repository with a work tree, opened from any path in it: linked work trees, submodules and `GIT_DIR` included.
 * A bare repository is refused: nothing in it can be in conflict.
 */
import { existsSync, realpathSync, statSync } from 'node:fs';
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { type GitAnswer, type GitOptions, GitProblem, gitText, runGit } from './git.ts';

export interface Repository {
  /** Top of the work tree, absolute. */
  readonly root: string;
  /** This work tree's own git directory (MERGE_HEAD, index, our saved copies), absolute. */
  readonly gitDir: string;
  /** The directory all work trees share (refs, config, objects), absolute. */
  readonly commonDir: string;
  /** Handed to every git process, so that a `GIT_DIR` given relative stays right. */
  readonly env: Readonly<Record<string, string>>;
  /** The work tree is a sparse checkout: git adds and removes a path outside of it only with `--sparse`. */
  readonly sparse?: true;
}

interface Asking {
  readonly signal?: AbortSignal;
}

/**
 * Open the repository that holds a file or folder (which need not exist any more).
 * @throws GitProblem when there is none, when it is bare, or when git refuses it.
 */
export async function openRepository(path: string, options: Asking = {}): Promise<Repository> {
  const folder = existingFolder(resolve(path));
  const ask = (...args: string[]) => runGit(folder, ['rev-parse', ...args], { signal: options.signal, ok: [0, 128] });
  const [top, own, common] = await Promise.all([
    ask('--show-toplevel'),
    ask('--absolute-git-dir'),
    ask('--git-common-dir'),
  ]);
  if (own.code !== 0) throw refusal(folder, own);
  const gitDir = resolve(folder, line(own));
  if (top.code !== 0) throw await noWorkTree(folder, gitDir);
  const root = resolve(folder, line(top));
  const { GIT_DIR } = process.env;
  const env: Record<string, string> = GIT_DIR ? { GIT_DIR: gitDir, GIT_WORK_TREE: root } : {};
  const sparse = (await isSparse(root, gitDir, env, options)) ? ({ sparse: true } as const) : {};
  return { root, gitDir, commonDir: resolve(folder, line(common)), env, ...sparse };
}

/** Asked only where there is a list of what is checked out, which stays when it is not heeded any more. Git before 2.34 has no `--sparse`. */
async function isSparse(root: string, gitDir: string, env: Repository['env'], { signal }: Asking): Promise<boolean> {
  if (!existsSync(join(gitDir, 'info', 'sparse-checkout'))) return false;
  const ask = async (...args: string[]) => line(await runGit(root, args, { signal, env, ok: [0, 1] }));
  if ((await ask('config', '--type=bool', '--get', 'core.sparseCheckout')) !== 'true') return false;
  const [, major = '0', minor = '0'] = /(\d+)\.(\d+)/.exec(await ask('version')) ?? [];
  return Number(major) > 2 || (Number(major) === 2 && Number(minor) >= 34);
}

/** Run git at the top of a repository. */
export function inRepository(repo: Repository, args: readonly string[], options: GitOptions = {}): Promise<GitAnswer> {
  return runGit(repo.root, args, { ...options, env: { ...repo.env, ...options.env } });
}

/** As `inRepository`, text without the last line end; undefined where git exits with another code than 0. */
export async function askRepository(
  repo: Repository,
  args: readonly string[],
  options: GitOptions = {},
): Promise<string | undefined> {
  try {
    return await gitText(repo.root, args, { ...options, env: { ...repo.env, ...options.env } });
  } catch (problem) {
    if (problem instanceof GitProblem && problem.code !== undefined) return undefined;
    throw problem;
  }
}

/**
 * The path git uses for a file: relative to the root, with `/`.
 * @throws GitProblem when the file lies outside the work tree.
 */
export function pathInRepository(repo: Repository, file: string, from: string = process.cwd()): string {
  const path = relative(repo.root, realPath(resolve(from, file)));
  if (path === '..' || path.startsWith(`..${sep}`) || isAbsolute(path)) {
    throw new GitProblem(`${file} lies outside the repository at ${repo.root}.`);
  }
  return path.split(sep).join('/');
}

/** Links in the folders resolved, as git's root is; the file itself may be a link, or be gone. */
function realPath(file: string): string {
  const folder = existingFolder(dirname(file));
  return join(realpathSync(folder), relative(folder, file));
}

/** Where a repository path lies on disk. */
export function onDisk(repo: Repository, path: string): string {
  return join(repo.root, ...path.split('/'));
}

function existingFolder(path: string): string {
  let at = path;
  while (!existsSync(at) && dirname(at) !== at) at = dirname(at);
  return statSync(at).isDirectory() ? at : dirname(at);
}

function line(answer: GitAnswer): string {
  return answer.stdout.toString('utf8').replace(/\r?\n$/, '');
}

function refusal(folder: string, answer: GitAnswer): GitProblem {
  const said = answer.stderr.trim();
  if (/not a git repository/i.test(said)) {
    return new GitProblem(`${folder} is not in a git repository. Change into one, or name one with -C DIR.`);
  }
  return new GitProblem(`git refuses the repository at ${folder}: ${said}`, answer.code);
}

async function noWorkTree(folder: string, gitDir: string): Promise<GitProblem> {
  const bare = await gitText(folder, ['rev-parse', '--is-bare-repository']);
  const why = bare === 'true' ? `${gitDir} is a bare repository` : `${folder} lies inside the git directory ${gitDir}`;
  return new GitProblem(
    `${why}: there is no work tree to resolve in. Change into a work tree of it (git worktree list).`,
  );
}
