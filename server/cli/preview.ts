/** `mortise preview`: which conflicts a merge would stop on, and what would be done about them. Nothing is changed. */
import { isUtf8 } from 'node:buffer';
import { readBlobs } from '../git/blobs.ts';
import { type TriedConflict, tryMerge } from '../git/mergeTree.ts';
import { openRepository } from '../git/repository.ts';
import { resolveFile } from '../resolve/resolve.ts';
import { type LoadedServices, loadServices } from '../services.ts';
import { languageOf } from '../syntax/languages.ts';
import { count, type Io, readArgs, UsageError } from './io.ts';
import { readPolicy, shown } from './resolve.ts';

export const help = `Usage: mortise preview BRANCH [--into BRANCH] [--apply safe|likely|none]

Try the merge of BRANCH in git's object store (git 2.38 or later) and list the paths that would be
in conflict, with how many of the conflicts would be resolved. Work tree, index and branches are
not touched.

Options:
      --into BRANCH   merge into it instead of into HEAD
      --apply TIER    count resolutions of this tier: safe (default), likely, none
      --json          one JSON document on standard output
  -C DIR              as if started in DIR

Exit code: 0 git would merge it cleanly; 1 paths would be in conflict; 2 it could not be done.
`;

const options = {
  into: { type: 'string' },
  apply: { type: 'string' },
  json: { type: 'boolean' },
  C: { type: 'string', short: 'C' },
} as const;

/** `conflicts` and `resolved` are absent where the path has no text to merge: deleted, binary, renamed. */
interface Expected {
  readonly path: string;
  readonly conflicts?: number;
  readonly resolved?: number;
}

export async function run(args: readonly string[], io: Io): Promise<number> {
  const { values, positionals } = readArgs(args, options);
  const [branch] = positionals;
  if (branch === undefined || positionals.length > 1) throw new UsageError('preview wants one branch or commit.');
  const policy = readPolicy(values.apply, undefined);
  const repo = await openRepository(values.C ?? io.cwd);
  const into = values.into ?? 'HEAD';
  const merge = await tryMerge(repo, into, branch, { signal: io.signal });
  const oids = merge.conflicts.flatMap(({ base, left, right }) => [base, left, right].filter((oid) => oid !== undefined));
  const blobs = await readBlobs(repo, oids, { signal: io.signal });
  const services = merge.conflicts.length > 0 ? await loadServices() : undefined;
  const expected: Expected[] = [];
  for (const conflict of merge.conflicts) {
    if (services) expected.push(await expect(conflict, blobs, services, policy));
  }
  if (values.json) {
    io.out(`${JSON.stringify({ into, branch, clean: merge.clean, paths: expected }, null, 2)}\n`);
    return merge.clean ? 0 : 1;
  }
  for (const one of expected) io.out(`${shown(io, repo, one.path)}  ${describe(one)}\n`);
  const all = expected.reduce((sum, one) => sum + (one.conflicts ?? 0), 0);
  const done = expected.reduce((sum, one) => sum + (one.resolved ?? 0), 0);
  io.out(
    merge.clean
      ? `Merging ${branch} into ${into}: no conflicts.\n`
      : `Merging ${branch} into ${into}: ${count(expected.length, 'path')} in conflict, ${count(all, 'conflict')} in text, ` +
          `${done} of them resolved by Mortise. Nothing was changed.\n`,
  );
  return merge.clean ? 0 : 1;
}

function describe({ conflicts, resolved }: Expected): string {
  if (conflicts === undefined) return 'a side to pick: deleted, renamed, binary or linked';
  return `${count(conflicts, 'conflict')}, ${resolved} resolved`;
}

async function expect(
  { path, base, left, right }: TriedConflict,
  blobs: ReadonlyMap<string, Buffer>,
  services: LoadedServices,
  policy: ReturnType<typeof readPolicy>,
): Promise<Expected> {
  const texts = [base, left, right].map((oid) => textOf(oid === undefined ? undefined : blobs.get(oid)));
  const [before, ours, theirs] = texts;
  if (ours === undefined || theirs === undefined || (base !== undefined && before === undefined)) return { path };
  await services.syntax.ready(languageOf(path));
  const sides = { ...(before === undefined ? {} : { base: before }), left: ours, right: theirs };
  const { conflicts } = resolveFile({ path, sides }, policy, services);
  return { path, conflicts: conflicts.length, resolved: conflicts.filter(({ applied }) => applied).length };
}

function textOf(bytes: Buffer | undefined): string | undefined {
  return bytes && isUtf8(bytes) && !bytes.subarray(0, 8000).includes(0) ? bytes.toString('utf8') : undefined;
}
