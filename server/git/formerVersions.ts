/**
 * A file as the commits of each side left it, between the base and now. Bounded in versions, in their size, and in all that is
 * read for one operation: what lies beyond is left out, and ranking is only less informed.
 */
import { isUtf8 } from 'node:buffer';
import { readBlobs } from './blobs.ts';
import type { Operation } from './operation.ts';
import { inRepository, type Repository } from './repository.ts';

/** So many versions of a side are looked at, newest first: training reads no more. */
export const FORMER_VERSIONS = 20;
/** Bytes of a version. */
export const FORMER_BYTES = 300_000;

export interface FormerVersion {
  readonly text: string;
  /** Abbreviated id and first line of the message of the commit that left it so. */
  readonly commit?: string;
  readonly subject?: string;
}

/** Newest first; the sides' own texts are not among them. */
export interface FormerTexts {
  readonly left: readonly FormerVersion[];
  readonly right: readonly FormerVersion[];
}

/** A commit that touched the path. */
export interface Touching {
  /** Anything that git takes for a commit. */
  readonly commit: string;
  readonly subject?: string;
}

/** What is asked of git for one path, as `COMMIT:PATH`. None for a path that a line cannot hold. */
export const namesOf = (commits: readonly Touching[], path: string): string[] =>
  path.includes('\n') ? [] : commits.slice(0, FORMER_VERSIONS).map(({ commit }) => `${commit}:${path}`);

/**
 * The distinct texts among the blobs, newest first, without the side's own.
 * @param blobs of `namesOf`, in their order; undefined where there is none.
 */
export function versionsOf(
  commits: readonly Touching[],
  blobs: readonly (Buffer | undefined)[],
  own: string | undefined,
): FormerVersion[] {
  const seen = new Set(own === undefined ? [] : [own]);
  return blobs.flatMap((bytes, i) => {
    if (!bytes || bytes.length > FORMER_BYTES || bytes.includes(0) || !isUtf8(bytes)) return [];
    const text = bytes.toString('utf8');
    if (seen.has(text)) return [];
    seen.add(text);
    const { commit, subject } = commits[i] ?? {};
    return [{ text, ...(commit ? { commit } : {}), ...(subject ? { subject } : {}) }];
  });
}

/** All that is kept for one operation, in bytes: a merge of long branches may have thousands of versions. */
const OPERATION_BYTES = 48_000_000;

const spent = new WeakMap<Operation, number>();

/** The commits of each side that touched a path, newest first. */
export interface Sided {
  readonly left: readonly Touching[];
  readonly right: readonly Touching[];
}

/**
 * What paths were on both sides since the base, for operations in which that means something: what is reverted, or lies in a stash,
 * is an earlier state by its nature. Two questions to git for all paths.
 */
export async function formerVersions(
  repo: Repository,
  operation: Operation,
  paths: ReadonlyMap<string, Sided>,
  options: { readonly signal?: AbortSignal | undefined } = {},
): Promise<ReadonlyMap<string, FormerTexts>> {
  const found = new Map<string, FormerTexts>();
  if (!HAVE_FORMER.has(operation.kind)) return found;
  const names = [...paths].flatMap(([path, sided]) =>
    (['left', 'right'] as const).flatMap((side) => namesOf([...sided[side], ...ownOf(operation, side)], path)),
  );
  const oids = await namedBlobs(repo, operation, names, options);
  const blobs = await readBlobs(repo, oids.values(), options);
  const textOf = (name: string | undefined) => blobs.get(oids.get(name ?? '') ?? '');
  for (const [path, sided] of paths) {
    const versions = (side: 'left' | 'right') => {
      const [own] = namesOf(ownOf(operation, side), path);
      const touching = sided[side];
      return versionsOf(touching, namesOf(touching, path).map(textOf), textOf(own)?.toString('utf8'));
    };
    found.set(path, { left: versions('left'), right: versions('right') });
  }
  return found;
}

const HAVE_FORMER: ReadonlySet<Operation['kind']> = new Set(['merge', 'rebase', 'cherry-pick']);

function ownOf({ commits }: Operation, side: 'left' | 'right'): readonly Touching[] {
  const commit = commits[side];
  return commit ? [{ commit }] : [];
}

/** Object ids of the blobs that are small enough to be read, as long as the operation has room for them. */
async function namedBlobs(
  repo: Repository,
  operation: Operation,
  names: readonly string[],
  options: { readonly signal?: AbortSignal | undefined },
): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  if (names.length === 0) return found;
  const ask = ['cat-file', '--batch-check=%(objectname) %(objecttype) %(objectsize)'];
  const { stdout } = await inRepository(repo, ask, { input: `${names.join('\n')}\n`, signal: options.signal });
  const known = new Set<string>();
  let bytes = spent.get(operation) ?? 0;
  stdout
    .toString('utf8')
    .split('\n')
    .forEach((line, i) => {
      const [oid = '', size] = /^([0-9a-f]+) blob (\d+)$/.exec(line)?.slice(1) ?? [];
      const name = names[i];
      if (name === undefined || size === undefined || Number(size) > FORMER_BYTES) return;
      if (!known.has(oid)) {
        if (bytes + Number(size) > OPERATION_BYTES) return;
        bytes += Number(size);
        known.add(oid);
      }
      found.set(name, oid);
    });
  spent.set(operation, bytes);
  return found;
}
