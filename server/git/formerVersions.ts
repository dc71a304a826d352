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

/** All versions of a side of a path together. */
const SIDE_BYTES = 1_500_000;

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
  let room = SIDE_BYTES;
  return blobs.flatMap((bytes, i) => {
    if (!bytes || bytes.length > Math.min(FORMER_BYTES, room) || bytes.includes(0) || !isUtf8(bytes)) return [];
    room -= bytes.length;
    const text = bytes.toString('utf8');
    if (seen.has(text)) return [];
    seen.add(text);
    const { commit, subject } = commits[i] ?? {};
    return [{ text, ...(commit ? { commit } : {}), ...(subject ? { subject } : {}) }];
  });
}

/** All that is kept for one operation, in bytes: a merge of long branches may have thousands of versions. */
const OPERATION_BYTES = 24_000_000;
/** So many operations are remembered, the latest. */
const OPERATIONS = 3;

/** The commits of each side that touched a path, newest first. */
export interface Sided {
  readonly left: readonly Touching[];
  readonly right: readonly Touching[];
}

/** What was read for an operation: asked again, the answer is the same, however much was read since. */
interface Known {
  /** Undefined where it cannot be told. */
  readonly found: Map<string, FormerTexts | undefined>;
  readonly oids: Set<string>;
  bytes: number;
}

const operations = new Map<string, Known>();

function knownOf(repo: Repository, { key }: Operation): Known {
  const id = `${repo.gitDir}\u0000${key}`;
  const known = operations.get(id) ?? { found: new Map(), oids: new Set(), bytes: 0 };
  operations.delete(id);
  operations.set(id, known);
  for (const old of operations.keys()) if (operations.size > OPERATIONS) operations.delete(old);
  return known;
}

const idOf = (path: string, { left, right }: Sided): string =>
  [path, ...[...left, undefined, ...right].map((one) => one?.commit ?? '')].join('\u0000');

/**
 * What paths were on both sides since the base, for operations in which that means something: what is reverted, or lies in a stash,
 * is an earlier state by its nature, and who picks a commit wants just that one, had or not. Nothing where one base is not known,
 * or the path was renamed.
 * Two questions to git for all paths.
 */
export async function formerVersions(
  repo: Repository,
  operation: Operation,
  paths: ReadonlyMap<string, Sided>,
  options: { readonly signal?: AbortSignal | undefined } = {},
): Promise<ReadonlyMap<string, FormerTexts>> {
  const { base, left, right } = operation.commits;
  if (!HAVE_FORMER.has(operation.kind) || !base || !left || !right) return new Map();
  const known = knownOf(repo, operation);
  const unread = new Map([...paths].filter(([path, sided]) => !known.found.has(idOf(path, sided))));
  const sides = [
    ['left', left],
    ['right', right],
  ] as const;
  const names = [...unread].flatMap(([path, sided]) =>
    sides.map(([side, own]) => ({
      names: namesOf(sided[side], path),
      own: namesOf([{ commit: own }, { commit: base }], path),
    })),
  );
  const oids = await namedBlobs(repo, known, names, options);
  const blobs = await readBlobs(repo, oids.values(), options);
  const textOf = (name: string | undefined) => blobs.get(oids.get(name ?? '') ?? '');
  for (const [path, sided] of unread) {
    const versions = (side: 'left' | 'right', commit: string) => {
      const [own] = namesOf([{ commit }], path);
      const touching = sided[side];
      return versionsOf(touching, namesOf(touching, path).map(textOf), textOf(own)?.toString('utf8'));
    };
    // What one side renamed has a history under two names, of which one is asked for.
    const isThroughout = namesOf([{ commit: base }, { commit: left }, { commit: right }], path).every(textOf);
    const found = isThroughout ? { left: versions('left', left), right: versions('right', right) } : undefined;
    known.found.set(idOf(path, sided), found);
  }
  return new Map(
    [...paths].flatMap(([path, sided]) => {
      const found = known.found.get(idOf(path, sided));
      return found ? [[path, found] as const] : [];
    }),
  );
}

const HAVE_FORMER: ReadonlySet<Operation['kind']> = new Set(['merge', 'rebase']);

/** Object ids of the blobs that are small enough to be read, as long as their side and the operation have room for them. */
async function namedBlobs(
  repo: Repository,
  known: Known,
  sides: readonly { readonly names: readonly string[]; readonly own: readonly string[] }[],
  options: { readonly signal?: AbortSignal | undefined },
): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  const asked = sides.flatMap(({ names, own }) => [...own, ...names]);
  if (asked.length === 0) return found;
  const ask = ['cat-file', '--batch-check=%(objectname) %(objecttype) %(objectsize)'];
  const { stdout } = await inRepository(repo, ask, { input: `${asked.join('\n')}\n`, signal: options.signal });
  const answers = stdout.toString('utf8').split('\n');
  let at = 0;
  for (const { names, own } of sides) {
    let room = SIDE_BYTES;
    for (const [i, name] of [...own, ...names].entries()) {
      const [oid = '', size] = /^([0-9a-f]+) blob (\d+)$/.exec(answers[at++] ?? '')?.slice(1) ?? [];
      if (size === undefined || Number(size) > FORMER_BYTES || Number(size) > room) continue;
      const isNew = !known.oids.has(oid);
      if (isNew && known.bytes + Number(size) > OPERATION_BYTES) continue;
      if (isNew) known.bytes += Number(size);
      known.oids.add(oid);
      if (i >= own.length) room -= Number(size);
      found.set(name, oid);
    }
  }
  return found;
}
