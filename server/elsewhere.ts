/**
 * What a conflicted file's operation says of other files: where one side moved what the other edited here. Git is asked only where
 * a conflict may be about such lines. One answer for terminal, editor and `batch`.
 */
import { isUtf8 } from 'node:buffer';
import { blobsAt, readBlobs } from './git/blobs.ts';
import { changedFiles } from './git/changedFiles.ts';
import type { Operation } from './git/operation.ts';
import { onDisk, type Repository } from './git/repository.ts';
import type { Stages } from './git/unmerged.ts';
import { readRegular } from './git/write.ts';
import type { MovedEdit, Versions } from './merge/moved.ts';
import { type Elsewhere, mayHaveMoved, movedAcross, movedFrom, uneditedAcross } from './merge/movedAcross.ts';

interface Asked {
  readonly path: string;
  readonly sides: Versions | undefined;
  /** Another file as it is now, where it is not read from disk. */
  readonly textNow?: (file: string) => string | undefined;
  /** Of a finished merge: files are as this commit has them. */
  readonly commit?: string;
  readonly signal?: AbortSignal | undefined;
}

/** Undefined where nothing was moved, or git does not say: ranking and checking go on without. */
export async function elsewhereOf(
  { repo, operation }: { readonly repo: Repository; readonly operation: Pick<Operation, 'key' | 'commits'> },
  { path, sides, textNow, commit, signal }: Asked,
): Promise<Elsewhere | undefined> {
  if (!sides || !mayHaveMoved(sides)) return undefined;
  const files = await changedFiles(repo, operation, path, { signal }).catch(() => undefined);
  signal?.throwIfAborted();
  const moves = files ? movedFrom(sides, path, files) : [];
  if (!files || moves.length === 0) return undefined;
  const paths = [...new Set(moves.flatMap(({ path: to }) => to ?? []))];
  if (commit !== undefined) return { files, now: await textsAt(repo, commit, paths, signal) };
  const now = new Map<string, string>();
  for (const to of paths) {
    const file = onDisk(repo, to);
    const text = textNow?.(file) ?? (await textOnDisk(file));
    if (text !== undefined) now.set(to, text);
  }
  return { files, now };
}

/** The versions of a path in conflict, by what git calls their content. */
interface Deleted {
  readonly path: string;
  readonly stages: { readonly [side in keyof Stages]?: { readonly oid: string } | undefined };
}

/** Of a file that one side deleted and the other edited: the edits whose lines the deleting side has in another file. */
export async function movedAway(
  { repo, operation }: { readonly repo: Repository; readonly operation: Pick<Operation, 'key' | 'commits'> },
  { path, stages: { base, left, right } }: Deleted,
  signal?: AbortSignal,
): Promise<readonly MovedEdit[]> {
  const edited = left ?? right;
  if (!base || !edited || (left && right)) return [];
  const blobs = await readBlobs(repo, [base.oid, edited.oid], { signal });
  const [was, is] = [blobs.get(base.oid), blobs.get(edited.oid)];
  if (!was || !is || !isUtf8(was) || !isUtf8(is)) return [];
  const there = { base: was.toString('utf8'), left: '', right: '', [left ? 'left' : 'right']: is.toString('utf8') };
  if (!mayHaveMoved(there)) return [];
  const files = await changedFiles(repo, operation, path, { signal }).catch(() => undefined);
  signal?.throwIfAborted();
  return files ? movedAcross(there, path, files) : [];
}

/** Of a finished merge: those of such edits that its commit does not have where it has their lines. */
export async function missingAway(
  facts: { readonly repo: Repository; readonly operation: Pick<Operation, 'key' | 'commits'> },
  file: Deleted,
  { commit, signal }: { readonly commit: string; readonly signal?: AbortSignal | undefined },
): Promise<ReturnType<typeof uneditedAcross>> {
  const moves = await movedAway(facts, file, signal);
  const paths = [...new Set(moves.flatMap(({ path }) => path ?? []))];
  return moves.length === 0 ? [] : uneditedAcross(moves, await textsAt(facts.repo, commit, paths, signal));
}

async function textsAt(
  repo: Repository,
  commit: string,
  paths: readonly string[],
  signal: AbortSignal | undefined,
): Promise<Map<string, string>> {
  const oids = await blobsAt(repo, commit, paths, { signal });
  const blobs = await readBlobs(repo, oids.values(), { signal });
  return new Map(
    [...oids].flatMap(([path, oid]) => {
      const bytes = blobs.get(oid);
      return bytes && isUtf8(bytes) ? [[path, bytes.toString('utf8')] as const] : [];
    }),
  );
}

async function textOnDisk(file: string): Promise<string | undefined> {
  const bytes = await readRegular(file).catch(() => undefined);
  return bytes && isUtf8(bytes) ? bytes.toString('utf8') : undefined;
}
