/** `mortise review`: what was resolved without the user looking, each beside the conflict it came from. */
import { isUtf8 } from 'node:buffer';
import { type Operation, operation } from '../git/operation.ts';
import { onDisk, openRepository, pathInRepository, type Repository } from '../git/repository.ts';
import { workTreeBytes } from '../git/restore.ts';
import { type AppliedEntry, digest, isChosen, isInEditor, NOTHING, readApplied } from '../git/saved.ts';
import { unmergedPaths } from '../git/unmerged.ts';
import { readLink } from '../git/write.ts';
import { type InText, inText } from '../places.ts';
import { rerereResolved } from '../rerereResolved.ts';
import { calling } from './called.ts';
import { shown } from './goOn.ts';
import { count, type Io, readArgs, startFolder, wholeNumber } from './io.ts';
import { block, tierWords, visible } from './show.ts';
import { saidOfRerere } from './showOutcomes.ts';

export const help = `Usage: mortise review [PATHS…] [options]

Show what Mortise applied (as merge driver, by resolve, choose, mergetool or the editor): the
conflict, the text that took its place, on what evidence, and whether it still stands.

      --last N   only the last N (default 50)
      --json     one JSON line each
  -C DIR         as if started in DIR

Exit code: 0; 2 it could not be done.
`;

const options = { last: { type: 'string' }, json: { type: 'boolean' }, C: { type: 'string', short: 'C' } } as const;

export async function run(args: readonly string[], io: Io): Promise<number> {
  const { values, positionals } = readArgs(args, options);
  const last = wholeNumber(values.last, '--last', 1, 1_000_000) ?? 50;
  const from = startFolder(io, values.C);
  const repo = await openRepository(from);
  const only = new Set(positionals.map((path) => pathInRepository(repo, path, from)));
  const all = await readApplied(repo);
  const log = all.filter(({ path }) => only.size === 0 || only.has(path)).slice(-last);
  if (values.json) {
    for (const entry of log) io.out(`${JSON.stringify(entry)}\n`);
    return 0;
  }
  const others = await rerereOnes(repo, only);
  for (const { path, at } of others) io.out(`${shown(io, repo, path)}: ${saidOfRerere(at)}, not Mortise.\n`);
  if (log.length === 0) {
    io.out('Mortise has applied nothing here.\n');
    return 0;
  }
  const inFiles = new Map<string, InText>();
  const seen: Seen[] = [];
  for (const entry of log) {
    const bytes = await workTreeBytes(repo, entry.path);
    const link = bytes || entry.by !== 'keep' ? undefined : await readLink(onDisk(repo, entry.path));
    const key = JSON.stringify([entry.operation, entry.path]);
    const isOwn = ({ path, operation }: AppliedEntry) => path === entry.path && operation === entry.operation;
    const inFile = inFiles.get(key) ?? (bytes && (await inText(repo, all.filter(isOwn), textOf(bytes))));
    if (inFile) inFiles.set(key, inFile);
    // Where another decision of the same conflict stands, this one was taken back before that.
    const isOver = inFile?.back.has(entry) === true && !inFile.open.has(entry);
    seen.push({ entry, bytes: bytes ?? link, inFile, undone: entry.undone === true || isOver });
  }
  const standing = seen.filter(({ undone }) => !undone);
  const undone = seen.filter((one) => one.undone);
  const now = await operation(repo);
  for (const one of [...standing, ...undone]) showEntry(io, shown(io, repo, one.entry.path), one, now);
  const back = standing.length > 0 ? ` Take one back: ${calling(io, repo, 'undo')} PATH` : '';
  io.out(`${count(standing.length, 'resolution')}${undone.length > 0 ? `, ${undone.length} undone` : ''}.${back}\n`);
  return 0;
}

/** Unmerged paths without markers that git's rerere resolved: nothing else tells of them. */
async function rerereOnes(repo: Repository, only: ReadonlySet<string>): Promise<{ path: string; at: number }[]> {
  const found: { path: string; at: number }[] = [];
  for (const path of await unmergedPaths(repo)) {
    const bytes = only.size > 0 && !only.has(path) ? undefined : await workTreeBytes(repo, path);
    const at = bytes && (await rerereResolved(repo, path, bytes));
    if (at !== undefined) found.push({ path, at });
  }
  return found;
}

const who: Record<AppliedEntry['by'], string> = {
  driver: 'by the merge driver',
  resolve: 'by mortise resolve',
  mergetool: 'by the mergetool',
  choose: 'chosen by you',
  keep: 'chosen by you',
  editor: 'in the editor',
};

/** An editor may have read it as Latin-1. */
const textOf = (bytes: Buffer): string => bytes.toString(isUtf8(bytes) ? 'utf8' : 'latin1');

/** What lies in the log of a merge that is over may look like a decision of this one. */
function ofEarlier({ operation: key }: AppliedEntry, now: Operation): string {
  const kind = key?.replace(/ .*/s, '');
  if (kind === undefined || kind === 'none' || now.kind === 'none' || key === now.key) return '';
  return kind === now.kind && STEPS.has(kind) ? `, at another stop of a ${kind}` : `, in another ${kind}`;
}

/** Operations that stop more than once. */
const STEPS = new Set(['rebase', 'am', 'cherry-pick', 'revert']);

interface Seen {
  readonly entry: AppliedEntry;
  readonly bytes: Buffer | undefined;
  readonly inFile: InText | undefined;
  readonly undone: boolean;
}

function showEntry(io: Io, name: string, { entry, bytes, inFile, undone }: Seen, now: Operation): void {
  const { style } = io;
  const when = new Date(entry.at).toISOString().replace('T', ' ').slice(0, 16);
  // A side that was taken stands in its conflict too, so the conflict must be gone.
  const isBack = inFile?.open.has(entry) === true;
  // A side taken whole is the whole file, or none.
  const isKept = (bytes ? digest(bytes) : NOTHING) === entry.result;
  // What the editor's undo took back is marked as undone once that is saved.
  const waits = isBack && isInEditor(entry);
  const stands = (entry.by === 'keep' ? isKept : inFile?.shows(entry) && !isBack)
    ? ''
    : style.yellow(waits ? ' (not saved in the editor: undo it there)' : ' (no longer in the file)');
  const state = undone ? style.yellow(' (undone)') : stands;
  // A person's own decision needs no odds.
  const number = isChosen(entry) ? '' : `  (${tierWords(entry.tier, entry.confidence)})`;
  io.out(
    `${style.bold(`${name}:${entry.line}`)}  ${style.dim(`${when} ${who[entry.by] ?? ''}${ofEarlier(entry, now)}`)}${state}\n`,
  );
  io.out(`  ${visible(entry.reason)}${number}\n`);
  if (entry.evidence.length > 0) io.out(`  ${style.dim(visible(entry.evidence.join(' · ')))}\n`);
  if (entry.conflict !== '') io.out(block(entry.conflict, '  - ', style.red, 24));
  if (entry.conflict !== '') io.out(block(entry.text, '  + ', style.green, 24));
  io.out('\n');
}
