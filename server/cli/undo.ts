/** `mortise undo`: the conflict as it was, byte for byte, from our saved copy, else from git. */
import { isUtf8 } from 'node:buffer';
import { statSync } from 'node:fs';
import { appliedNow, mergedHere } from '../git/appliedNow.ts';
import { asCheckedOut, asStored } from '../git/filtered.ts';
import { type Operation, operation } from '../git/operation.ts';
import { askRepository, onDisk, openRepository, pathInRepository, type Repository } from '../git/repository.ts';
import {
  freshConflict,
  knowsConflict,
  recreateConflict,
  restoreBytes,
  restoreLink,
  restoreNothing,
  restoreStages,
  workTreeBytes,
} from '../git/restore.ts';
import {
  type AppliedEntry,
  digest,
  forgetDecisions,
  isInEditor,
  markUndone,
  NOTHING,
  readApplied,
  readSaved,
  saveConflicted,
} from '../git/saved.ts';
import { type Stages, unmergedFiles, unmergedPaths } from '../git/unmerged.ts';
import { readLink } from '../git/write.ts';
import { rerereResolved } from '../rerereResolved.ts';
import { isIn } from './conflicts.ts';
import { shown } from './goOn.ts';
import { count, type Io, readArgs, startFolder, UsageError } from './io.ts';
import { saidOfRerere } from './showOutcomes.ts';

export const help = `Usage: mortise undo PATHS… | --all

Bring conflicts back as they were before Mortise first wrote to the file: byte for byte from the
copy it saved. Where Mortise did not write, git writes the conflict anew (with its own labels),
and only with --force when the file is not as git left it. A path that was staged since
becomes unmerged again while the merge is still paused. A folder means the conflicts in it, and
nothing else there.

      --all     every file Mortise wrote to in this operation
      --force   also where the file was changed since, by you or another program (its bytes are
                kept under the git directory; the command prints where)
  -C DIR        as if started in DIR

Exit code: 0 done; 1 nothing to undo; 2 refused or failed.
`;

const options = { all: { type: 'boolean' }, force: { type: 'boolean' }, C: { type: 'string', short: 'C' } } as const;

export async function run(args: readonly string[], io: Io): Promise<number> {
  const { values, positionals } = readArgs(args, options);
  const from = startFolder(io, values.C);
  if (positionals.length === 0 && !values.all) throw new UsageError('undo wants paths, or --all.');
  const repo = await openRepository(from);
  const log = (await readApplied(repo)).filter((entry) => !entry.undone);
  const [now, unmerged] = await Promise.all([operation(repo), unmergedFiles(repo)]);
  const stages = new Map(unmerged.map((file) => [file.path, file.stages]));
  const entriesOf = (path: string) => standing(repo, now, path, stages.get(path), log);
  const paths = values.all
    ? [...new Set(log.map(({ path }) => path))]
    : positionals.flatMap((path) => filesOf(pathInRepository(repo, path, from), repo, [...stages.keys()], log));
  const asked = new Set(positionals.map((path) => pathInRepository(repo, path, from)));
  const wanted: { path: string; entries: readonly AppliedEntry[] }[] = [];
  for (const path of paths) {
    const entries = await entriesOf(path);
    // After an operation is over, what it left behind is no longer "all" of anything, least of all of the next one.
    const goesOn = async () => stages.has(path) || (await belongs(repo, now, path, entries));
    const named = !values.all && (stages.has(path) || asked.has(path));
    if (named || (entries.length > 0 && (await goesOn()))) wanted.push({ path, entries });
  }
  if (wanted.length === 0) {
    io.out('Mortise has applied nothing in this operation that could be undone.\n');
    return 1;
  }
  let failed = 0;
  for (const { path, entries } of wanted) {
    const said = await undoOne(repo, now, path, entries, values.force === true).catch((error: unknown): Said => {
      return { done: false, text: error instanceof Error ? error.message : String(error) };
    });
    if (said.done) io.out(`${shown(io, repo, path)}: ${said.text}\n`);
    else io.err(`mortise: ${path}: ${said.text}\n`);
    if (!said.done) failed++;
  }
  if (wanted.length > 1) io.out(`${count(wanted.length - failed, 'conflicted file')} restored.\n`);
  return failed > 0 ? 2 : 0;
}

/** A folder means the conflicted files in it and those that Mortise wrote to, each with its own checks; nothing else in it is touched. */
function filesOf(path: string, repo: Repository, unmerged: readonly string[], log: readonly AppliedEntry[]): string[] {
  const all = new Set([...unmerged, ...log.map((entry) => entry.path)]);
  const isFolder = statSync(onDisk(repo, path), { throwIfNoEntry: false })?.isDirectory() === true;
  if (all.has(path) || !isFolder) return [path];
  const within = [...all].filter((one) => isIn(one, path || '.'));
  if (within.length === 0) throw new UsageError(`${path || '.'} is a folder without a conflict of this operation.`);
  return within;
}

interface Said {
  readonly done: boolean;
  readonly text: string;
}

/**
 * What Mortise applied to a path that undoing would take back: in this operation; else, where the operation is over, what led
 * to just the bytes that lie there. An earlier merge's conflict of the same path is none of this one's.
 */
async function standing(
  repo: Repository,
  now: Operation,
  path: string,
  stages: Stages | undefined,
  log: readonly AppliedEntry[],
): Promise<readonly AppliedEntry[]> {
  const found = await appliedNow(repo, now, path, stages, log);
  if (found.length > 0 || stages) return found;
  const own = log.filter((entry) => entry.path === path);
  const last = own.at(-1);
  const bytes = last && (await workTreeBytes(repo, path));
  if (!last || !bytes || !(await isResult(repo, bytes, last))) return [];
  return own.filter((entry) => entry.operation === last.operation);
}

/** Whether a file lies there as the entry left it, as it was written or as git checks that out. */
async function isResult(repo: Repository, bytes: Buffer, { result, by, path }: AppliedEntry): Promise<boolean> {
  if (digest(bytes) === result) return true;
  // An editor of before logged its text, and may have written it as Latin-1.
  if (!isUtf8(bytes) && digest(Buffer.from(bytes.toString('latin1'))) === result) return true;
  if (digest(Buffer.from(bytes.toString('latin1').replaceAll('\r\n', '\n'), 'latin1')) === result) return true;
  const stored = by === 'driver' ? await asStored(repo, path, bytes) : undefined;
  return stored !== undefined && digest(stored) === result;
}

async function undoOne(
  repo: Repository,
  operation: Operation,
  path: string,
  log: readonly AppliedEntry[],
  force: boolean,
): Promise<Said> {
  const last = log.findLast((entry) => entry.path === path);
  const link = await readLink(onDisk(repo, path));
  // A link counts where Mortise may have put it there: as one side whole.
  const now = (await workTreeBytes(repo, path)) ?? (last?.by === 'keep' ? link : undefined);
  const first = last && firstOf(log, last);
  const saved = first && (await readSaved(repo, first.saved));
  const isOther = last !== undefined && now !== undefined && !force && !(await isResult(repo, now, last));
  if (isOther && isUnsaved(log, now, path))
    return {
      done: false,
      text: 'what was decided in the editor is not saved: undo it there, or save it and undo it here.',
    };
  if (isOther && digest(now) !== first?.saved) {
    if (await isAsGitWrote(repo, path, now)) {
      await markUndone(repo, taken(log, path));
      await forgetDecisions(repo, new Set([path]));
      return { done: true, text: 'already the conflict as git wrote it' };
    }
    return { done: false, text: 'it was changed after Mortise wrote it. --force restores the conflict all the same.' };
  }
  const backup =
    force && now ? ` (its bytes before: ${repo.gitDir}/mortise/saved/${await saveConflicted(repo, now)})` : '';
  const isNew = first?.saved === NOTHING;
  if (!first || !last || !(saved || isNew))
    return undoByGit(repo, operation, path, now, force ? { backup } : undefined);
  // First what another git may hold locked; a conflict in the file alone would pass for resolved.
  const unmerged = isStillOpen(operation, last)
    ? await restoreStages(repo, path, last.stages)
    : (await unmergedPaths(repo, { paths: [path] })).includes(path);
  const isLink = now !== undefined && now === link;
  if (!saved) await restoreNothing(repo, path, now);
  else if (first.link) await restoreLink(repo, path, saved, now, isLink);
  else await restoreBytes(repo, path, await checkedOut(repo, saved, now, last), now, isLink);
  const before = log.filter((entry) => entry.path === path && entry.at < first.at);
  // Git may have written the whole conflict anew in between: then nothing is decided any more.
  const isWhole = before.length > 0 && saved !== undefined && (await isAsGitWrote(repo, path, saved));
  await markUndone(repo, taken(isWhole ? log : log.filter(({ at }) => at >= first.at), path));
  await forgetDecisions(repo, new Set([path]));
  const also = unmerged ? '' : onlyHere(operation, last);
  const text = saved ? 'conflict restored' : 'removed again, as it was before';
  return { done: true, text: `${text}${isWhole ? '' : stillDecided(before)}${backup}${also}` };
}

/** What lies on disk is what a decision in the editor began with: that one and those after it are in the editor alone. */
function isUnsaved(log: readonly AppliedEntry[], now: Buffer, path: string): boolean {
  const own = log.filter((entry) => entry.path === path);
  const from = own.findIndex(({ saved }) => saved === digest(now));
  return from >= 0 && own.slice(from).every(isInEditor);
}

/** A file Mortise has no copy of: what stands there is the user's own work, unless it is the conflict as git wrote it. */
async function undoByGit(
  repo: Repository,
  operation: Operation,
  path: string,
  now: Buffer | undefined,
  forced: { readonly backup: string } | undefined,
): Promise<Said> {
  if (now && !forced) {
    if (!(await unmergedPaths(repo, { paths: [path] })).includes(path))
      return {
        done: false,
        text: 'Mortise did not write it, and it is not in conflict. --force asks git for one anew.',
      };
    const rerere = await rerereResolved(repo, path, now);
    if (rerere !== undefined) {
      const backup = `its bytes before: ${repo.gitDir}/mortise/saved/${await saveConflicted(repo, now)}`;
      await recreateConflict(repo, path);
      return { done: true, text: `${saidOfRerere(rerere)}; its conflict is written anew by git (${backup})` };
    }
    if (await isAsGitWrote(repo, path, now)) {
      await forgetDecisions(repo, new Set([path]));
      return { done: true, text: 'already the conflict as git wrote it' };
    }
    return {
      done: false,
      text: 'it was changed, and not by Mortise. --force saves a copy, then makes git write its conflict anew.',
    };
  }
  if (!(await knowsConflict(repo, path))) {
    const text = now
      ? 'git knows no conflict of it, nor did Mortise write it.'
      : 'no such file, and git knows no conflict of it.';
    return { done: false, text };
  }
  // What was removed and committed is over: its conflict back in the index would be one of nothing that goes on.
  if (operation.kind === 'none' && !forced && !(await unmergedPaths(repo, { paths: [path] })).includes(path))
    return { done: false, text: 'its conflict is over. --force has git put it back into the index and the work tree.' };
  await recreateConflict(repo, path);
  await forgetDecisions(repo, new Set([path]));
  return { done: true, text: `conflict written anew by git${forced?.backup ?? ''}` };
}

/** Whether it is the conflict as git writes it, in one of its styles: they cut a conflict differently where both sides added a line. */
async function isAsGitWrote(repo: Repository, path: string, now: Buffer): Promise<boolean> {
  if (!(await unmergedPaths(repo, { paths: [path] })).includes(path)) return false;
  const wanted = sidesOnly(now);
  for (const style of [undefined, 'merge', 'diff3', 'zdiff3'] as const) {
    const fresh = await freshConflict(repo, path, style ? { style } : {});
    if (fresh && sidesOnly(fresh) === wanted) return true;
  }
  return false;
}

/** Git labels a conflict that it writes anew `ours` and `theirs`; the labels say nothing about the user's work. */
const unlabelled = (bytes: Buffer): string =>
  bytes.toString('latin1').replace(/^(<{7,}|\|{7,}|>{7,})(?: [^\r\n]*)?(?=\r?$)/gm, '$1');

/** The same whether or not the markers have the base between them. */
const sidesOnly = (bytes: Buffer): string => unlabelled(bytes).replace(/^\|{7,}\r?\n(?:(?!={7,}\r?$).*\n)*/gm, '');

/** Just these entries of the log: those of an operation that is over stay as they are. */
function taken(log: readonly AppliedEntry[], path: string): (entry: AppliedEntry) => boolean {
  const at = new Set(log.flatMap((entry) => (entry.path === path ? [entry.at] : [])));
  return (entry) => entry.path === path && at.has(entry.at);
}

/** What was decided in a file before it was edited by hand is not taken back with what was decided after. */
function stillDecided(before: readonly AppliedEntry[]): string {
  if (before.length === 0) return '';
  const lines = [...new Set(before.map(({ line }) => line))];
  return `; decided before your edit, and so still: line${lines.length === 1 ? '' : 's'} ${lines.join(', ')} (--force takes that back too)`;
}

/** The first of the writes that led to the last: each started from the bytes the one before had left. */
function firstOf(log: readonly AppliedEntry[], last: AppliedEntry): AppliedEntry {
  const own = log.filter(({ path }) => path === last.path);
  let first = last;
  for (const entry of own.toReversed()) if (entry.result === first.saved || entry.saved === first.saved) first = entry;
  return first;
}

/**
 * Whether what was applied is of something that goes on, so that the index can still be given the conflict. A stash pop, a squash
 * and whatever git keeps no note of look like nothing once all is staged: they go on until a commit is made.
 */
function isStillOpen(now: Operation, { by, operation }: AppliedEntry): boolean {
  if (now.kind !== 'none') return operation === now.key || by === 'driver';
  const [kind = '', head] = operation.split(' ');
  return FORGOTTEN.has(kind) && head !== undefined && head !== '' && head === now.commits.left;
}

/** Of the others git keeps a note until they are committed or given up. */
const FORGOTTEN: ReadonlySet<string> = new Set(['stash', 'squash', 'none']);

/**
 * Whether what was applied to a path without a conflict in the index is of the operation that is paused, or of the last one. The
 * driver cannot know which it runs in: while one is paused, what it wrote and HEAD has already is of an earlier one, unless it
 * merged the very versions that this one has.
 */
async function belongs(
  repo: Repository,
  now: Operation,
  path: string,
  entries: readonly AppliedEntry[],
): Promise<boolean> {
  if (entries.some((entry) => entry.by !== 'driver' && isStillOpen(now, entry))) return true;
  const byDriver = entries.filter(({ by }) => by === 'driver');
  const last = byDriver.at(-1);
  if (!last) return false;
  if (now.kind === 'none' || (await mergedHere(repo, now, last))) return true;
  const changed = await askRepository(repo, ['--literal-pathspecs', 'diff', '--name-only', 'HEAD', '--', path]);
  return changed !== '';
}

/** Why a conflict that is in the work tree again is not one for git. */
function onlyHere(now: Operation, last: AppliedEntry): string {
  if (now.kind === 'none') return '; the merge is over, so only the work tree shows it: edit, then commit again';
  return isStillOpen(now, last)
    ? '; git no longer knows its versions, so the index keeps what was staged: edit, then stage it again'
    : '; the commit that it was resolved for is made, so only the work tree shows it: edit, then commit again';
}

/** The driver saved the conflict as git stores it, and wrote its result so, which git then checked out. */
async function checkedOut(
  repo: Repository,
  saved: Buffer,
  now: Buffer | undefined,
  entry: AppliedEntry,
): Promise<Buffer> {
  if (entry.by !== 'driver' || (now && digest(now) === entry.result)) return saved;
  return (await asCheckedOut(repo, entry.path, saved)) ?? saved;
}
