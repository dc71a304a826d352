/**
 * How a command that is printed for the user to type must begin: `mortise` where a shell finds that, else by the file that is
 * running, and with `-C` where they stand outside of the repository, or in another one that lies in it.
 */
import { existsSync } from 'node:fs';
import { delimiter, dirname, isAbsolute, join, relative } from 'node:path';
import { onDisk, type Repository } from '../git/repository.ts';
import type { Io } from './io.ts';
import { quoted } from './show.ts';

/** `mortise`, `npx mortise`, or `node /path/to/cli.cjs`. */
export function called({ program }: Io, env: NodeJS.ProcessEnv = process.env): string {
  if (program === undefined) return 'mortise';
  // What npx starts may start others, which it did not install.
  if (env['npm_command'] === 'exec' && /[\\/]node_modules[\\/]/.test(program)) return 'npx mortise';
  if (isOnPath(env)) return 'mortise';
  // From the root of the disk: what is typed in another folder, or another terminal, must not fail.
  return `node ${quoted(program)}`;
}

/** Folders that npm puts on the path of what it runs are not on the path of the user's shell. */
function isOnPath(env: NodeJS.ProcessEnv): boolean {
  const folders = (env['PATH'] ?? env['Path'] ?? '').split(delimiter);
  const names = process.platform === 'win32' ? ['mortise.cmd', 'mortise.exe'] : ['mortise'];
  return folders
    .filter((folder) => folder !== '' && !/node_modules[\\/]\.bin[\\/]?$/.test(folder))
    .some((folder) => names.some((name) => existsSync(join(folder, name))));
}

const isOutside = ({ cwd }: Io, repo: Repository): boolean => {
  const way = relative(repo.root, cwd);
  return isAbsolute(way) || way.split(/[\\/]/)[0] === '..' || isNested(cwd, way);
};

/** Whether git, started there, finds another repository first, as of a submodule. */
function isNested(cwd: string, way: string): boolean {
  let at = cwd;
  for (const _ of way.split(/[\\/]/).filter((name) => name !== '')) {
    if (existsSync(join(at, '.git'))) return true;
    at = dirname(at);
  }
  return false;
}

const where = (io: Io, repo: Repository): string => (isOutside(io, repo) ? ` -C ${quoted(repo.root)}` : '');

/** The same for a command about a repository, followed by its name and a space. */
export const calling = (io: Io, repo: Repository, name: string): string => `${called(io)} ${name}${where(io, repo)}`;

/** A command of git's (`git add -u`) as it works from there, and in a sparse checkout. */
export const callingGit = (io: Io, repo: Repository, command: string): string =>
  command
    .replace(/^git (?:--literal-pathspecs )?(?:add|rm)\b/, (said) => (repo.sparse ? `${said} --sparse` : said))
    .replace(/^git\b/, () => `git${where(io, repo)}`);

/** A repository path as a command of git's wants it, quoted: there `*` stands for more than itself, and so does `:` at the beginning. */
export function asPathspec(io: Io, repo: Repository, path: string): string {
  const typed = isOutside(io, repo) ? path : relative(io.cwd, onDisk(repo, path)) || path;
  return quoted(/[*?[\\]|^:/.test(typed) ? `:(literal)${typed}` : typed);
}

/** A repository path as that command wants it, quoted. */
export function asArgument(io: Io, repo: Repository, path: string, line?: number): string {
  const typed = isOutside(io, repo) ? path : relative(io.cwd, onDisk(repo, path)) || path;
  return quoted(line === undefined ? typed : `${typed}:${line}`);
}
