/**
 * What Mortise keeps under `<gitdir>/mortise/`: the conflicted bytes of every file before it first changed them
 * (`saved/`), a log of what it applied (`log.jsonl`), and what the user decided (`decisions.jsonl`). Nothing here is read
 * by git, and deleting the folder loses only `undo` and `review`.
 */
import { createHash, randomBytes } from 'node:crypto';
import { open, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { inOwnFolder, underLock } from './lock.ts';
import type { Operation } from './operation.ts';
import type { Repository } from './repository.ts';

/** One resolution that was applied to one conflict. */
export interface AppliedEntry {
  /** When, Unix milliseconds. */
  readonly at: number;
  /** Relative to the root, with `/`. */
  readonly path: string;
  /** Who: the merge driver, `resolve`, the mergetool, a choice of the user, or the editor. */
  readonly by: 'driver' | 'resolve' | 'mergetool' | 'choose' | 'keep' | 'editor';
  /** A person decided for just this text, which its number says nothing of. */
  readonly chosen?: true;
  /** Applied to a text in an editor: it is in the file once that is saved. */
  readonly inEditor?: true;
  readonly operation: string;
  /** Which run of the operation, where git tells (`Operation.attempt`). */
  readonly attempt?: string;
  /** 1-based line at which the conflict stood in the conflicted file. */
  readonly line: number;
  /** The conflict as it was, markers included, and the text that took its place. */
  readonly conflict: string;
  readonly text: string;
  readonly tier: string;
  readonly origin: string;
  readonly reason: string;
  readonly confidence: number;
  /** One line each: what was checked. */
  readonly evidence: readonly string[];
  /** Name of the saved copy of the whole conflicted file; `NOTHING` where there was no file. */
  readonly saved: string;
  /** The copy is the target of a symbolic link, which lay there. */
  readonly link?: boolean;
  /** The index stages, each `mode oid` or `oid`: where git staged the result (a clean driver merge), `undo` puts them back. */
  readonly stages?: { readonly base?: string; readonly left?: string; readonly right?: string };
  /** SHA-256 of the file's bytes after this was applied. */
  readonly result: string;
  /** Set when `undo` took it back. */
  readonly undone?: boolean;
}

/** Logs of before the field tell it by who wrote, and a mergetool's by how its reason begins. */
export const isChosen = ({
  chosen,
  by,
  tier,
  reason,
}: Pick<AppliedEntry, 'chosen' | 'by' | 'tier' | 'reason'>): boolean =>
  chosen ??
  (by === 'choose' || by === 'keep' || by === 'editor' || tier === 'user' || reason.startsWith('your choice'));

/** Logs of before the field tell it by who wrote, but for what the editor did in bulk. */
export const isInEditor = ({ inEditor, by }: Pick<AppliedEntry, 'inEditor' | 'by'>): boolean =>
  inEditor ?? by === 'editor';

/** A conflict the user decided, for conflicts that resemble it. Automatic choices are never recorded here. */
export interface Decision {
  readonly at: number;
  /** The operation's key: decisions of another operation are dropped. */
  readonly operation: string;
  readonly path: string;
  readonly sides: { readonly base?: string; readonly left: string; readonly right: string };
  readonly chosen: string;
  /** What the ranker knew of the conflict when it was decided, as `Ranker.remember` gave it. */
  readonly seen?: unknown;
}

/** In place of a copy's name, or of a result's hash: no file was there. */
export const NOTHING = 'none';

/** `<gitdir>/mortise`; there once something was written. */
export const ownFolder = (repo: Repository): string => join(repo.gitDir, 'mortise');
const folder = ownFolder;

export const digest = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/**
 * Keep a copy of a conflicted file's bytes; the name it can be read back by. The same bytes are kept once.
 * @throws GitProblem where that cannot be written, as all that writes here.
 */
export async function saveConflicted(repo: Repository, bytes: Uint8Array): Promise<string> {
  const name = digest(bytes);
  // Read, not merely found: a copy that a full disk or a crash cut short is written again.
  if ((await readSaved(repo, name)) !== undefined) return name;
  const at = join(folder(repo), 'saved');
  await inOwnFolder(folder(repo), () => inOwnFolder(at, () => writeWhole(join(at, name), bytes)));
  return name;
}

/** A saved copy, or undefined when it is gone or damaged. */
export async function readSaved(repo: Repository, name: string): Promise<Buffer | undefined> {
  if (!/^[0-9a-f]{64}$/.test(name)) return undefined;
  const bytes = await readFile(join(folder(repo), 'saved', name)).catch(() => undefined);
  return bytes && digest(bytes) === name ? bytes : undefined;
}

/**
 * Add to the log. It is written before the file it tells of: whoever is stopped between the two finds a line too many, and
 * never a change that cannot be undone.
 */
export async function logApplied(repo: Repository, entries: readonly AppliedEntry[]): Promise<void> {
  if (entries.length === 0) return;
  const text = entries.map((entry) => `${JSON.stringify(entry)}\n`).join('');
  await underLock(folder(repo), async (held) => {
    const handle = await open(join(folder(repo), 'log.jsonl'), 'a+');
    try {
      const { size } = await handle.stat();
      const last = Buffer.alloc(1);
      if (size > 0) await handle.read(last, 0, 1, size - 1);
      await held();
      try {
        // A line that was cut short must not swallow the next.
        await handle.appendFile(size > 0 && last.toString() !== '\n' ? `\n${text}` : text);
        await handle.sync();
      } catch (error) {
        await handle.truncate(size).catch(() => undefined); // Lines that are whole would tell of what will not be written.
        throw error;
      }
      if (size === 0) await syncFolder(folder(repo));
    } finally {
      await handle.close();
    }
  });
}

/**
 * Take lines out of the log again: what they tell of was not written after all. Each takes out one line: another process that
 * did the same in the same millisecond, and wrote the file, has an equal one, by which `undo` finds the way back.
 */
export async function unlogApplied(repo: Repository, entries: readonly AppliedEntry[]): Promise<void> {
  const gone = entries.map((entry) => JSON.stringify(entry));
  await rewriteLog(repo, (all) =>
    all.filter((entry) => {
      const at = gone.indexOf(JSON.stringify(entry));
      if (at >= 0) gone.splice(at, 1);
      return at < 0;
    }),
  );
}

/** The log, oldest first. A line that cannot be read (a write cut short) is passed over. */
export async function readApplied(repo: Repository): Promise<AppliedEntry[]> {
  return readLines(join(folder(repo), 'log.jsonl'), isApplied);
}

/** Mark entries as taken back: they stay in the log for `review`. */
export async function markUndone(repo: Repository, isUndone: (entry: AppliedEntry) => boolean): Promise<void> {
  await rewriteLog(repo, (all) => all.map((entry) => (isUndone(entry) ? { ...entry, undone: true } : entry)));
}

/** Mark entries, each by its JSON, as taken back or as standing again. */
export async function markAgain(repo: Repository, undone: ReadonlyMap<string, boolean>): Promise<void> {
  await rewriteLog(repo, (all) =>
    all.map(({ undone: was, ...entry }) => {
      const now = undone.get(JSON.stringify(was === undefined ? entry : { ...entry, undone: was })) ?? was;
      return now ? { ...entry, undone: true } : entry;
    }),
  );
}

async function rewriteLog(repo: Repository, change: (all: AppliedEntry[]) => AppliedEntry[]): Promise<void> {
  await underLock(folder(repo), async (held) => {
    const entries = change(await readApplied(repo));
    await writeWhole(join(folder(repo), 'log.jsonl'), linesOf(entries), held);
  });
}

export async function recordDecision(
  repo: Repository,
  operation: Operation,
  decision: Omit<Decision, 'at' | 'operation'>,
): Promise<void> {
  await rewriteDecisions(repo, (all) => [
    ...all.filter((one) => one.operation === operation.key && !sameConflict(one, decision)),
    { at: Date.now(), operation: operation.key, ...decision },
  ]);
}

type Decided = Pick<Decision, 'path'> & { readonly sides: Pick<Decision['sides'], 'left' | 'right'> };

/** One conflict, whichever base was recovered for it: decided again, it is one decision, the last. */
export const sameConflict = (one: Decided, other: Decided): boolean =>
  one.path === other.path && one.sides.left === other.sides.left && one.sides.right === other.sides.right;

/**
 * What the user decided in this operation, oldest first, whether or not it still holds (`decided.ts`). Those of an operation
 * that ended go from disk too, where that can be written.
 */
export async function decisions(repo: Repository, operation: Operation): Promise<Decision[]> {
  // They only help ranking: what cannot be read is left as it is, and nothing fails for it.
  const all = await readLines(decisionsFile(repo), isDecision).catch(() => []);
  const isLive = (one: Decision) => operation.kind !== 'none' && one.operation === operation.key;
  const live = all.filter(isLive);
  if (live.length < all.length) {
    const dropped = rewriteDecisions(repo, (now) => now.filter(isLive));
    await dropped.catch(() => undefined); // A read-only git directory: reading must not fail over tidying up.
  }
  return lastOfEach(live);
}

function lastOfEach(all: readonly Decision[]): Decision[] {
  const keyOf = ({ path, sides }: Decision) => JSON.stringify([path, sides.left, sides.right]);
  const last = new Map(all.map((one) => [keyOf(one), one]));
  return all.filter((one) => last.get(keyOf(one)) === one);
}

/** Take back the decisions on a path (its conflict is being restored). */
export async function forgetDecisions(repo: Repository, paths: ReadonlySet<string>): Promise<void> {
  const all = await readLines(decisionsFile(repo), isDecision);
  if (all.some((one) => paths.has(one.path)))
    await rewriteDecisions(repo, (now) => now.filter((one) => !paths.has(one.path)));
}

const decisionsFile = (repo: Repository): string => join(folder(repo), 'decisions.jsonl');

async function rewriteDecisions(repo: Repository, change: (all: Decision[]) => Decision[]): Promise<void> {
  await underLock(folder(repo), async (held) => {
    const all = change(await readLines(decisionsFile(repo), isDecision));
    await writeWhole(decisionsFile(repo), linesOf(all), held);
  });
}

const linesOf = (all: readonly object[]): string => all.map((one) => `${JSON.stringify(one)}\n`).join('');

async function readLines<T>(file: string, is: (value: unknown) => value is T): Promise<T[]> {
  // Only a file that is not there is empty: what cannot be read must not be written anew without its lines.
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) return '';
    throw error;
  });
  return text.split('\n').flatMap((line) => {
    const value = parse(line);
    return is(value) ? [value] : [];
  });
}

function parse(line: string): unknown {
  try {
    return line === '' ? undefined : JSON.parse(line);
  } catch {
    return undefined; // A line cut short by a full disk or a crash: the rest of the log still counts.
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

const isApplied = (value: unknown): value is AppliedEntry =>
  isRecord(value) &&
  typeof value['path'] === 'string' &&
  typeof value['saved'] === 'string' &&
  typeof value['at'] === 'number' &&
  typeof value['conflict'] === 'string' &&
  Array.isArray(value['evidence']);

const isDecision = (value: unknown): value is Decision =>
  isRecord(value) &&
  typeof value['operation'] === 'string' &&
  typeof value['path'] === 'string' &&
  typeof value['chosen'] === 'string' &&
  isRecord(value['sides']);

/** The names in it are on the disk. Not every system can be asked for that. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => undefined);
  await handle?.sync().catch(() => undefined);
  await handle?.close();
}

/** Whole or not at all, and on the disk when this returns. @param held throws where it must not be written after all. */
export async function writeWhole(
  file: string,
  content: string | Uint8Array,
  held?: () => Promise<void>,
): Promise<void> {
  const draft = `${file}.${randomBytes(4).toString('hex')}.new`;
  try {
    const handle = await open(draft, 'wx');
    try {
      await handle.writeFile(content);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await held?.();
    await rename(draft, file);
    await syncFolder(dirname(file));
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}
