/**
 * How conflicts like those of today were resolved in this repository's earlier merges: each merge that touched a conflicted
 * path is merged again as git does, and the text its author left is located. Bounded in time and number, newest first; what
 * was learned is kept in git's own directory, so that the next look goes on where this one stopped.
 */
import { ObjectReader } from '../git/objects.ts';
import {
  keepPast,
  mergesOf,
  type PastConflict,
  type PastFile,
  type PastMerge,
  partedAt,
  readPast,
} from '../git/pastMerges.ts';
import type { Repository } from '../git/repository.ts';
import type { Remembered } from '../git/rerere.ts';
import { locateHunks } from './hunks.ts';
import { hasMarkers } from './mine.ts';

export interface PastOptions {
  /** No merge is begun after so many milliseconds. */
  readonly limit: number;
  readonly signal?: AbortSignal | undefined;
}

/** So many merges are looked at, for so many conflicted paths. */
const MERGES = 200;
const PATHS = 100;
/** Greater versions of a file are left out, in bytes. */
const LARGE = 300_000;
/** Git's own search for merges. */
const SEARCH_MS = 4000;

/** Newest first. What git cannot read is left out. */
export async function pastResolutions(
  repo: Repository,
  conflicted: readonly string[],
  options: PastOptions,
): Promise<Remembered[]> {
  const paths = conflicted.slice(0, PATHS);
  if (paths.length === 0) return [];
  const end = performance.now() + options.limit;
  const key = (merge: string, path: string) => `${merge}\u0000${path}`;
  const known = new Map((await readPast(repo)).map((file) => [key(file.merge.commit, file.path), file]));
  const search = AbortSignal.any([AbortSignal.timeout(SEARCH_MS), ...(options.signal ? [options.signal] : [])]);
  const merges = await mergesOf(repo, paths, MERGES, { signal: search });
  const reader = new ObjectReader(repo.root);
  const learned: PastFile[] = [];
  try {
    for (const merge of merges) {
      const fresh = paths.filter((path) => !known.has(key(merge.commit, path)));
      if (fresh.length === 0) continue;
      if (options.signal?.aborted || performance.now() > end) break;
      learned.push(...(await readMerge(repo, reader, merge, fresh)));
    }
  } finally {
    reader.dispose();
    await keepPast(repo, learned);
  }
  for (const file of learned) known.set(key(file.merge.commit, file.path), file);
  return merges.flatMap(({ commit }) => paths.flatMap((path) => rememberedOf(known.get(key(commit, path)))));
}

const rememberedOf = (file: PastFile | undefined): Remembered[] =>
  (file?.conflicts ?? []).map(({ base, left, right, text }) => ({
    sides: [left, right],
    ...(base === undefined ? {} : { base }),
    text,
    at: (file?.merge.time ?? 0) * 1000,
    ...(file ? { merge: { commit: file.merge.commit, author: file.merge.author, title: file.merge.title } } : {}),
  }));

async function readMerge(
  repo: Repository,
  reader: ObjectReader,
  merge: PastMerge,
  paths: readonly string[],
): Promise<PastFile[]> {
  let base: Promise<string | undefined> | undefined;
  const done: PastFile[] = [];
  for (const path of paths) {
    const of = (commit: string) => reader.check(`${commit}:${path}`);
    const [left, right, merged] = await Promise.all([of(merge.parents[0]), of(merge.parents[1]), of(merge.commit)]);
    const all = [left, right, merged];
    const fit = all.every((fact) => fact?.type === 'blob' && fact.size <= LARGE) && left?.oid !== right?.oid;
    let conflicts: readonly PastConflict[] = [];
    if (fit && left && right && merged) {
      base ??= partedAt(repo, merge.parents);
      const parted = await base;
      const from = parted === undefined ? undefined : await of(parted);
      const bothChanged = from?.oid !== left.oid && from?.oid !== right.oid;
      if (bothChanged && (from?.size ?? 0) <= LARGE)
        conflicts = await conflictsIn(reader, [from?.oid, left.oid, right.oid, merged.oid]);
    }
    done.push({ merge, path, conflicts });
  }
  return done;
}

type Blobs = readonly [base: string | undefined, left: string, right: string, merged: string];

async function conflictsIn(reader: ObjectReader, [base, ...others]: Blobs): Promise<PastConflict[]> {
  const read = async (oid: string | undefined) => (oid === undefined ? Buffer.alloc(0) : reader.content(oid));
  const texts = (await Promise.all([base, ...others].map(read))).map(textOf);
  const [from, left, right, merged] = texts;
  if (from === undefined || left === undefined || right === undefined || merged === undefined) return [];
  if (texts.some((text) => text !== undefined && hasMarkers(text))) return [];
  return locateHunks({ base: from, left, right, merged }).hunks.flatMap(({ sides, resolution }) =>
    resolution === undefined ? [] : [{ ...sides, text: resolution }],
  );
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function textOf(bytes: Buffer | undefined): string | undefined {
  if (!bytes || bytes.includes(0)) return undefined;
  try {
    return utf8.decode(bytes);
  } catch {
    return undefined;
  }
}
