/**
 * How to finish, once nothing is in conflict: which paths to stage, and what goes on. Just the paths that were in conflict are
 * staged, since other work lies in the same tree; and nothing is said of going on while a commit would hold conflict markers.
 */
import { lstatSync } from 'node:fs';
import { relative } from 'node:path';
import { appliedNow } from '../git/appliedNow.ts';
import { isEmptyPick, skipping } from '../git/emptyPick.ts';
import { fields } from '../git/git.ts';
import type { Operation } from '../git/operation.ts';
import { reopened } from '../git/reopened.ts';
import { inRepository, onDisk, type Repository } from '../git/repository.ts';
import { knowsConflict } from '../git/restore.ts';
import { NOTHING } from '../git/saved.ts';
import { unmergedPaths, unmergedStages } from '../git/unmerged.ts';
import type { StagedMarker } from '../stagedMarkers.ts';
import { asArgument, asPathspec, calling, callingGit } from './called.ts';
import type { Conflicted } from './conflicts.ts';
import { count, type Io } from './io.ts';
import { visible } from './show.ts';

/** A repository path as the user would type it from where they stand. */
export const typed = (io: Io, repo: Repository, path: string): string => relative(io.cwd, onDisk(repo, path)) || path;

/** The same for reading: control characters escaped. */
export const shown = (io: Io, repo: Repository, path: string): string => visible(typed(io, repo, path));

/** More paths than these are not typed one by one. */
const TYPED = 8;
const NAMED = 3;

/** What is still in conflict beside the files that were asked for; else, where these are settled, how to finish. */
export async function nextAdvice(
  io: Io,
  { elsewhere, operation, repo }: Conflicted,
  settled: false | 'calm' | 'warned',
  marks: readonly StagedMarker[],
): Promise<string> {
  const { kind, next } = operation;
  const blocking = await blockers(io, repo, marks);
  if (elsewhere.length > 0) {
    const said = `${count(elsewhere.length, 'other path')} (${named(io, repo, elsewhere)})`;
    return `${blocking}  still in conflict: ${said}: ${calling(io, repo, 'resolve')}\n`;
  }
  if (!settled || blocking !== '') return blocking;
  const look = settled === 'warned' ? 'first see to what is marked ! above, then' : 'look it over, then';
  const meant = await unmergedPaths(repo, { signal: io.signal });
  const lost = await lostAgain(io, repo, operation, meant);
  if (lost !== '') return lost;
  const { command, others } = await staging(io, repo, meant);
  const stage = `  ${look}: ${command}`;
  const rest = others.length > 0 ? `  changed too, and not staged by that: ${named(io, repo, others)}\n` : '';
  // Git keeps the entry after a conflict, and it is the only other copy of the work: it goes last, and by itself.
  if (kind === 'stash' && next)
    return `${stage}\n${rest}  git kept the stash entry; when you need it no more: ${callingGit(io, repo, next.go)}\n`;
  if (next && others.length === 0 && (await isEmptyPick(repo, operation, meant))) return emptyAdvice(io, repo, next.go);
  return `${stage}${next ? ` && ${callingGit(io, repo, next.go)}` : ''}\n${rest}`;
}

/** Nothing is left to commit, and git does not go on with that. */
export const emptyAdvice = (io: Io, repo: Repository, go: string): string =>
  `  nothing of it is left to commit: HEAD has what was decided. To leave it out: ${callingGit(io, repo, skipping(go))}\n`;

const named = (io: Io, repo: Repository, paths: readonly string[]): string => {
  const more = paths.length > NAMED ? ` and ${paths.length - NAMED} more` : '';
  return `${paths
    .slice(0, NAMED)
    .map((path) => shown(io, repo, path))
    .join(', ')}${more}`;
};

/** Conflict markers that a commit would hold, though git calls their file merged, each with the way back; empty where there are none. */
export async function blockers(io: Io, repo: Repository, found: readonly StagedMarker[]): Promise<string> {
  const { style } = io;
  const byPath = new Map<string, StagedMarker[]>();
  for (const one of found) byPath.set(one.path, [...(byPath.get(one.path) ?? []), one]);
  let said = '';
  for (const [path, marks] of byPath) {
    const what = marks.every(({ half }) => half) ? 'half a conflict marker is' : 'conflict markers are';
    const lines = marks.map(({ line }) => line).join(', ');
    const byHand = `${callingGit(io, repo, 'git add')} ${asPathspec(io, repo, path)}`;
    const back = (await knowsConflict(repo, path))
      ? `      the conflict back: ${calling(io, repo, 'undo')} --force ${asArgument(io, repo, path)}\n`
      : '';
    const at = `${shown(io, repo, path)}:${lines}`;
    said += `  ${style.yellow(`! ${at}: ${what} staged, and would be committed`)}\n`;
    said += `${back}      or, finished by hand: ${byHand}\n`;
  }
  for (const { path } of await reopened(repo))
    if (!byPath.has(path))
      said += `  ${style.yellow(`! ${shown(io, repo, path)}: the conflict that undo brought back is in no merge of git's: edit it`)}\n`;
  return said;
}

/** A link too, wherever it points: in a sparse checkout its target often is not there. */
const lies = (repo: Repository, path: string): boolean =>
  lstatSync(onDisk(repo, path), { throwIfNoEntry: false }) !== undefined;

/** In a sparse checkout: what was taken for a path and lies there no more, with the way back. To remove it is nobody's decision. */
async function lostAgain(io: Io, repo: Repository, operation: Operation, meant: readonly string[]): Promise<string> {
  if (!repo.sparse) return '';
  let said = '';
  for (const path of meant.filter((one) => !lies(repo, one))) {
    const stages = await unmergedStages(repo, path, { signal: io.signal });
    const last = (await appliedNow(repo, operation, path, stages)).at(-1);
    if (!last || last.result === NOTHING) continue;
    const back =
      last.by === 'keep' ? `${calling(io, repo, 'resolve')} --${last.origin}` : `${calling(io, repo, 'undo')} --force`;
    const what = last.by === 'keep' ? last.reason : 'it was resolved';
    said += `  ${io.style.yellow(`! ${shown(io, repo, path)}: ${visible(what)}, and nothing lies there now`)}\n`;
    said += `      back: ${visible(back)} ${asArgument(io, repo, path)}\n`;
  }
  return said;
}

/** What stages the paths that were in conflict, and no other; `others`: tracked files that are changed too. */
async function staging(
  io: Io,
  repo: Repository,
  meant: readonly string[],
): Promise<{ readonly command: string; readonly others: readonly string[] }> {
  const git = (command: string) => callingGit(io, repo, command);
  const known = new Set(meant);
  const changed = ['diff', '--no-ext-diff', '--no-renames', '--name-only', '-z'];
  const listed = fields((await inRepository(repo, changed, { signal: io.signal })).stdout);
  const others = [...new Set(listed)].filter((path) => !known.has(path));
  const all = (paths: readonly string[]) => paths.map((path) => asPathspec(io, repo, path)).join(' ');
  if (repo.sparse) {
    // There `git add` does not find what is gone, whatever it is told.
    const there = meant.filter((path) => lies(repo, path));
    const gone = meant.filter((path) => !there.includes(path));
    const commands = [
      there.length > 0 && `${git('git add')} ${all(there)}`,
      gone.length > 0 && `${git('git rm')} ${all(gone)}`,
    ];
    return { command: commands.filter(Boolean).join(' && '), others };
  }
  if (meant.length <= TYPED && meant.every((path) => !path.includes('\ufffd')))
    return { command: `${git('git add')} ${all(meant)}`, others };
  if (others.length === 0) return { command: git('git add -u'), others };
  // From the top of the repository: there both name the paths alike.
  const top = (command: string) => callingGit({ ...io, cwd: '/' }, repo, command);
  const list = top('git diff --name-only --diff-filter=U -z');
  const add = top('git --literal-pathspecs add --pathspec-from-file=- --pathspec-file-nul');
  return { command: `${list} | ${add}`, others };
}
