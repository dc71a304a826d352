/**
 * How conflicts like those of today were resolved in this repository's earlier merges: each merge that touched a conflicted
 * path is merged again as git does, and the text its author left is located. Bounded in time and number, newest first; what
 * was learned is kept in git's own directory, so that the next look goes on where this one stopped.
 */
import { ObjectReader } from '../git/objects.ts';
import {
  isShallow,
  keepPast,
  mergesOf,
  type Past,
  type PastConflict,
  type PastFile,
  type PastMerge,
  partedAt,
  pastKey,
  readPast,
  tipsOf,
} from '../git/pastMerges.ts';
import type { Repository } from '../git/repository.ts';
import type { Remembered } from '../git/rerere.ts';
import { regenerate } from '../resolve/regenerate.ts';
import { locateHunks } from './hunks.ts';
import { hasMarkers } from './mine.ts';

export interface PastOptions {
  /** No merge is begun after so many milliseconds; the search for merges before that has a limit of its own. */
  readonly limit: number;
  /** Git's own search for merges, in milliseconds; absent: 3 s. */
  readonly search?: number;
  readonly signal?: AbortSignal | undefined;
}

/** So many merges are looked at, for so many conflicted paths. */
const MERGES = 200;
const PATHS = 100;
/** Greater versions of a file are left out, in bytes; so are greater conflicts, in UTF-16 units. */
const LARGE = 300_000;
const LARGE_CONFLICT = 20_000;
/** Git's own search for merges. */
const SEARCH_MS = 3000;

/** Newest first. What git cannot read is left out; where its search takes too long, what is known already is all there is. */
export async function pastResolutions(
  repo: Repository,
  conflicted: readonly string[],
  options: PastOptions,
): Promise<Remembered[]> {
  const paths = conflicted.filter((path) => !regenerate(path)).slice(0, PATHS);
  if (paths.length === 0) return [];
  const past = await readPast(repo);
  const merges = await searched(repo, paths, past, options);
  if (!merges) return known(past, paths);
  const end = performance.now() + options.limit;
  const reader = new ObjectReader(repo.root);
  const files = new Map(past.files);
  const learned: Parameters<typeof keepPast>[1][number][] = [];
  const shallow = await isShallow(repo);
  try {
    for (const merge of merges) {
      const isKnown = (path: string) =>
        files.has(pastKey(merge.commit, path)) || past.none.has(pastKey(merge.commit, path));
      const fresh = paths.filter((path) => !isKnown(path));
      if (fresh.length === 0) continue;
      if (options.signal?.aborted || performance.now() > end) break;
      const read = await readMerge(repo, reader, merge, fresh, shallow);
      for (const file of read.files) files.set(pastKey(merge.commit, file.path), file);
      learned.push(...read.files);
      if (read.none.length > 0) learned.push({ commit: merge.commit, none: read.none });
    }
  } finally {
    reader.dispose();
    // A directory that cannot be written costs the next look its time and this one nothing.
    await keepPast(repo, learned).catch(() => undefined);
  }
  return merges.flatMap(({ commit }) => paths.flatMap((path) => rememberedOf(files.get(pastKey(commit, path)))));
}

/** The merges of these paths: asked of git once for as long as nothing that counts moves. Undefined where git took too long. */
async function searched(
  repo: Repository,
  paths: readonly string[],
  { search }: Past,
  { search: most = SEARCH_MS, signal }: PastOptions,
): Promise<readonly PastMerge[] | undefined> {
  const tips = await tipsOf(repo, { signal });
  const isCovered = search?.tips === tips && paths.every((path) => search.paths.includes(path));
  if (isCovered) return search.merges;
  const limit = AbortSignal.timeout(most);
  try {
    const merges = await mergesOf(repo, paths, MERGES, {
      signal: AbortSignal.any([limit, ...(signal ? [signal] : [])]),
    });
    await keepPast(repo, [{ tips, paths, merges }]).catch(() => undefined);
    return merges;
  } catch (error) {
    if (limit.aborted) return undefined;
    throw error;
  }
}

/** Of merges that the last search found: what it did not find may be of a ref that counts no more. */
function known({ files, search }: Past, paths: readonly string[]): Remembered[] {
  const found = new Set(search?.merges.map(({ commit }) => commit));
  return [...files.values()]
    .filter(({ path, merge }) => paths.includes(path) && found.has(merge.commit))
    .flatMap(rememberedOf)
    .sort((a, b) => b.at - a.at);
}

const rememberedOf = (file: PastFile | undefined): Remembered[] =>
  (file?.conflicts ?? []).map(({ base, left, right, text }) => ({
    sides: [left, right],
    ...(base === undefined ? {} : { base }),
    text,
    at: (file?.merge.time ?? 0) * 1000,
    ...(file
      ? { merge: { commit: file.merge.commit, author: file.merge.author, title: file.merge.title, path: file.path } }
      : {}),
  }));

/** What a merge says of each path; nothing of those whose base a shallow clone does not have. */
async function readMerge(
  repo: Repository,
  reader: ObjectReader,
  merge: PastMerge,
  paths: readonly string[],
  shallow: boolean,
): Promise<{ files: PastFile[]; none: string[] }> {
  let base: Promise<string | undefined> | undefined;
  const files: PastFile[] = [];
  const none: string[] = [];
  for (const path of paths) {
    const of = (commit: string) => reader.check(`${commit}:${path}`);
    const [left, right, merged] = await Promise.all([of(merge.parents[0]), of(merge.parents[1]), of(merge.commit)]);
    const all = [left, right, merged];
    const fit = all.every((fact) => fact?.type === 'blob' && fact.size <= LARGE) && left?.oid !== right?.oid;
    let conflicts: readonly PastConflict[] = [];
    if (fit && left && right && merged) {
      base ??= partedAt(repo, merge.parents);
      const parted = await base;
      if (parted === undefined && shallow) continue;
      const from = parted === undefined ? undefined : await of(parted);
      const bothChanged = from?.oid !== left.oid && from?.oid !== right.oid;
      if (bothChanged && (from?.size ?? 0) <= LARGE)
        conflicts = await conflictsIn(reader, [from?.oid, left.oid, right.oid, merged.oid]);
    }
    if (conflicts.length > 0) files.push({ merge, path, conflicts });
    else none.push(path);
  }
  return { files, none };
}

type Blobs = readonly [base: string | undefined, left: string, right: string, merged: string];

async function conflictsIn(reader: ObjectReader, [base, ...others]: Blobs): Promise<PastConflict[]> {
  const read = async (oid: string | undefined) => (oid === undefined ? Buffer.alloc(0) : reader.content(oid));
  const texts = (await Promise.all([base, ...others].map(read))).map(textOf);
  const [from, left, right, merged] = texts;
  if (from === undefined || left === undefined || right === undefined || merged === undefined) return [];
  if (texts.some((text) => text !== undefined && hasMarkers(text))) return [];
  return locateHunks({ base: from, left, right, merged })
    .hunks.flatMap(({ sides, resolution }) => (resolution === undefined ? [] : [{ ...sides, text: resolution }]))
    .filter((one) => one.left.length + one.right.length + one.text.length <= LARGE_CONFLICT);
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
