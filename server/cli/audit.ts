/** `mortise audit`: what a finished merge lost of either side, where it is not git's merge, and markers that were committed. */

import { isUtf8 } from 'node:buffer';
import { elsewhereOf, missingAway } from '../elsewhere.ts';
import { mergeAttributes } from '../git/attributes.ts';
import { blobsAt, readBlobs } from '../git/blobs.ts';
import type { Operation } from '../git/operation.ts';
import {
  type Difference,
  type MergeCommit,
  mergeCommits,
  type Remerge,
  remerge,
  renamesBetween,
} from '../git/remerge.ts';
import { askRepository, openRepository, type Repository } from '../git/repository.ts';
import { type SameNumber, sameNumbers } from '../git/sameNumbers.ts';
import { looksBinary } from '../git/unmerged.ts';
import { type LeftoverOptions, leftoverMarkers } from '../merge/leftovers.ts';
import type { Elsewhere } from '../merge/movedAcross.ts';
import { type AuditedText, auditText } from '../resolve/auditFile.ts';
import { missingEdit } from '../resolve/moves.ts';
import { loadServices } from '../services.ts';
import { marked } from '../stagedMarkers.ts';
import type { Syntax } from '../syntax/syntax.ts';
import { lineAt } from '../text/lines.ts';
import { callingGit } from './called.ts';
import { count, type Io, progress, readArgs, startFolder, UsageError } from './io.ts';
import { isBad, showAudit, titleOf } from './showAudit.ts';

export const help = `Usage: mortise audit [COMMIT | FROM..TO] [--json] [-C DIR]

Look at a finished merge (HEAD where none is named; of a range, every merge in it): merge its
parents again as git does, and say which edits of either side the commit does not have, which
files are otherwise than git merged them, and where conflict markers were committed. What was
not taken inside a conflict was decided; outside of one nobody asked. What is otherwise than git
merged it and not compared line by line (binary, new on one side, too large, another mode),
and merges of three or more commits, are named: look at them yourself. Only reads; no work tree,
index or branch is touched. Needs git 2.38 or later.

      --json     one JSON line for each merge
  -C DIR         as if started in DIR

Exit code: 0 nothing is lost outside of conflicts, and no marker is committed; 1 something is, or
was not compared; 2 it could not be done.
`;

const options = { json: { type: 'boolean' }, C: { type: 'string', short: 'C' } } as const;

export interface AuditedFile extends Partial<AuditedText> {
  readonly path: string;
  /** What happened to the file as a whole. */
  readonly whole?: 'removed' | 'added' | 'changed';
  /** Git left it in conflict. */
  readonly conflicted: boolean;
  /** Whose change or deletion of the file as a whole the commit does not have, where git left no conflict. */
  readonly gone: readonly ('ours' | 'theirs')[];
  /** Something of it is otherwise than git merged it, and nothing tells whether an edit is lost by that. */
  readonly notCompared: boolean;
  /** The side that a conflict about a file without lines was decided for, where the other's change is not in the commit. */
  readonly taken?: 'ours' | 'theirs' | 'neither';
  /** 1-based lines of committed markers that neither parent has. */
  readonly markers: readonly number[];
  /** The same of lines that are half a conflict's. */
  readonly halfMarkers: readonly number[];
}

export interface Audit {
  readonly commit: string;
  readonly title: string;
  readonly ours: string;
  readonly theirs: string;
  readonly files: readonly AuditedFile[];
  /** Numbered files that both sides added under one number, and the commit has. */
  readonly sameNumbers: readonly SameNumber[];
}

export async function run(args: readonly string[], io: Io): Promise<number> {
  const { values, positionals } = readArgs(args, options);
  const [named = 'HEAD', ...rest] = positionals;
  if (rest.length > 0) throw new UsageError('audit wants one commit, or one range of commits.');
  const repo = await openRepository(startFolder(io, values.C));
  const all = await mergeCommits(repo, named, { signal: io.signal });
  const merges = all.filter(({ parents }) => parents.length === 2);
  const larger = all.filter(({ parents }) => parents.length > 2);
  const [only] = all;
  if (all.length === 1 && merges.length + larger.length === 0 && !named.includes('..') && only)
    throw new UsageError(`${named} is no merge commit. Name a merge, or a range as in HEAD~20..HEAD.`);
  const { syntax } = await loadServices();
  const bar = progress(io);
  let bad = 0;
  for (const [i, merge] of merges.entries()) {
    bar.say(`looking at ${merge.oid.slice(0, 10)} (${i + 1} of ${merges.length})`);
    const audit = await auditMerge(repo, merge, syntax, io.signal);
    bar.done();
    if (audit.files.some(isBad)) bad++;
    if (values.json) io.out(`${JSON.stringify(audit)}\n`);
    // Of many, those that are just git's merge are only counted.
    else if (merges.length === 1 || audit.files.length + audit.sameNumbers.length > 0) showAudit(io, audit);
  }
  for (const one of larger) {
    if (values.json) io.out(`${JSON.stringify({ commit: one.oid, title: one.title, notCompared: true })}\n`);
    else io.out(`${titleOf(io, one)}\n  ${notCompared(io, repo, one)}\n\n`);
  }
  if (!values.json && merges.length + larger.length === 0) io.out('There is no merge of two commits in it.\n');
  if (!values.json && merges.length > 1) io.out(`${count(merges.length, 'merge')}, ${bad} to look at.\n`);
  if (!values.json && larger.length > 0 && named.includes('..'))
    io.out(`${count(larger.length, 'merge')} of three or more commits not compared.\n`);
  return bad > 0 || larger.length > 0 ? 1 : 0;
}

const notCompared = (io: Io, repo: Repository, { oid, parents }: MergeCommit): string =>
  `${io.style.yellow(`not compared: it merges ${parents.length} commits at once`)}. To look at it yourself, against each of them: ${callingGit(io, repo, `git show -m --stat ${oid.slice(0, 10)}`)}`;

async function auditMerge(
  repo: Repository,
  merge: MergeCommit,
  syntax: Syntax,
  signal: AbortSignal | undefined,
): Promise<Audit> {
  const again = await remerge(repo, merge, { signal });
  const [left = '', right = ''] = merge.parents;
  const differing = new Map(again.differences.map((one) => [one.path, one]));
  // A conflict that was committed with its markers is just what git's merge has.
  const paths = [...new Set([...differing.keys(), ...again.conflicted.keys()])].sort();
  const at = (commit: string | undefined) =>
    commit === undefined ? new Map<string, string>() : blobsAt(repo, commit, paths, { signal });
  const [base, ours, theirs, own] = await Promise.all([at(again.base), at(left), at(right), at(merge.oid)]);
  // What git merged first, and stopped in, is in its stages, and no version of anybody's.
  const parents = [new Map(ours), new Map(theirs)];
  const stages = { left: new Map<string, string>(), right: new Map<string, string>() };
  // Of a criss-cross history git merges the bases first: where it stopped it says what it took for the base.
  for (const [path, found] of again.conflicted) {
    if (found.base) base.set(path, found.base.oid);
    if (found.left) stages.left.set(path, found.left.oid);
    if (found.right) stages.right.set(path, found.right.oid);
    // A renamed file has another path there.
    if (found.left && !ours.has(path)) ours.set(path, found.left.oid);
    if (found.right && !theirs.has(path)) theirs.set(path, found.right.oid);
  }
  if (again.base) await followRenames(repo, again, { base, ours, theirs }, { left, right, signal });
  const blobs = await readBlobs(
    repo,
    [base, ours, theirs, own, ...parents, stages.left, stages.right].flatMap((map) => [...map.values()]),
    { signal },
  );
  const attributes = await mergeAttributes(repo, paths, { signal });
  const textOf = (oids: ReadonlyMap<string, string>, path: string) => text(blobs.get(oids.get(path) ?? ''));
  const names = await Promise.all(
    [left, right].map((oid) => askRepository(repo, ['log', '-1', '--format=%h %s', oid])),
  );
  const files: AuditedFile[] = [];
  const operation = { key: merge.oid, commits: { left, right, ...(again.base ? { base: again.base } : {}) } };
  for (const path of paths) {
    const all = {
      base: textOf(base, path),
      left: textOf(ours, path),
      right: textOf(theirs, path),
      own: textOf(own, path),
    };
    const markerSize = attributes.get(path)?.markerSize ?? 7;
    const oids = { base: base.get(path), left: ours.get(path), right: theirs.get(path) };
    const known = parents.map((oids) => textOf(oids, path));
    const { base: was, left: mine = '', right: other = '' } = all;
    const sides =
      was === undefined || !again.conflicted.has(path) ? undefined : { base: was, left: mine, right: other };
    const elsewhere = await elsewhereOf({ repo, operation }, { path, sides, commit: merge.oid, signal });
    const merged = { left: textOf(stages.left, path), right: textOf(stages.right, path) };
    const asked = {
      path,
      again,
      difference: differing.get(path),
      oids,
      texts: all,
      known,
      merged,
      markerSize,
      elsewhere,
    };
    const one = auditOne(asked, syntax);
    const taken = one.lost === undefined && one.conflicted ? takenOf(oids, own.get(path)) : undefined;
    const moved = one.whole === 'removed' && one.conflicted ? await away(path, oids) : [];
    files.push({ ...one, ...(taken ? { taken } : {}), ...(moved.length > 0 ? { moved } : {}) });
  }
  async function away(path: string, oids: Oids): Promise<NonNullable<AuditedFile['moved']>> {
    const stageOf = (oid: string | undefined) => (oid === undefined ? undefined : { oid });
    const stages = { base: stageOf(oids.base), left: stageOf(oids.left), right: stageOf(oids.right) };
    const missing = await missingAway({ repo, operation }, { path, stages }, { commit: merge.oid, signal });
    return missing.map(({ edit, line }) => ({ line, said: missingEdit(edit, line) }));
  }
  return {
    commit: merge.oid,
    title: merge.title,
    ours: names[0] ?? left,
    theirs: names[1] ?? right,
    sameNumbers: await numbersIn(repo, operation, merge.oid, signal),
    files: files.filter((file) => differing.has(file.path) || marksOf(file) > 0 || file.taken !== undefined),
  };
}

const marksOf = ({ markers, halfMarkers }: AuditedFile): number => markers.length + halfMarkers.length;

type Blobs = Map<string, string>;

/** A file that one side renamed has its other versions under the old name. */
async function followRenames(
  repo: Repository,
  { base: from = '', differences, conflicted }: Remerge,
  { base, ours, theirs }: { readonly base: Blobs; readonly ours: Blobs; readonly theirs: Blobs },
  { left, right, signal }: { readonly left: string; readonly right: string; readonly signal: AbortSignal | undefined },
): Promise<void> {
  const lost = differences.filter(({ path, git }) => git !== undefined && !conflicted.has(path) && !base.has(path));
  if (lost.length === 0) return;
  const [byOurs, byTheirs] = await Promise.all(
    [left, right].map((side) => renamesBetween(repo, from, side, { signal })),
  );
  const renamed = lost.flatMap(({ path }) => {
    const old = byOurs?.get(path) ?? byTheirs?.get(path);
    return old === undefined ? [] : [{ path, old }];
  });
  const olds = renamed.map(({ old }) => old);
  const [was, inOurs, inTheirs] = await Promise.all(
    [from, left, right].map((at) => blobsAt(repo, at, olds, { signal })),
  );
  for (const { path, old } of renamed) {
    for (const [known, found] of [
      [base, was],
      [ours, inOurs],
      [theirs, inTheirs],
    ] as const) {
      const oid = found?.get(old);
      if (!known.has(path) && oid !== undefined) known.set(path, oid);
    }
  }
}

function text(bytes: Buffer | undefined): string | undefined {
  return bytes && isUtf8(bytes) && !looksBinary(bytes) ? bytes.toString('utf8') : undefined;
}

type Oids = Readonly<Record<'base' | 'left' | 'right', string | undefined>>;

interface One {
  readonly path: string;
  readonly again: Remerge;
  readonly difference: Difference | undefined;
  readonly oids: Oids;
  readonly texts: Readonly<Record<'base' | 'left' | 'right' | 'own', string | undefined>>;
  /** The parents' own texts. */
  readonly known: readonly (string | undefined)[];
  /** What git merged, where it stopped: one that was renamed may hold a conflict of its own. */
  readonly merged: Readonly<Record<'left' | 'right', string | undefined>>;
  readonly markerSize: number;
  readonly elsewhere: Elsewhere | undefined;
}

function auditOne(
  { path, again, difference, oids, texts, known, merged, markerSize, elsewhere }: One,
  syntax: Syntax,
): AuditedFile {
  const { base, left, right, own } = texts;
  const conflicted = again.conflicted.has(path);
  const sides = conflicted && left !== undefined && right !== undefined ? { base, left, right } : undefined;
  const stopped = sides && { ...sides, left: merged.left ?? sides.left, right: merged.right ?? sides.right };
  const marks = own === undefined ? undefined : committedMarkers(own, { known, sides: stopped, markerSize });
  const { markers = [], halfMarkers = [] } = marks ?? {};
  const audited =
    left !== undefined && right !== undefined && own !== undefined
      ? auditText(path, { base: base ?? '', left, right }, own, { syntax, elsewhere })
      : undefined;
  const { git, own: now } = difference ?? {};
  const whole = !difference ? undefined : now === undefined ? 'removed' : git === undefined ? 'added' : 'changed';
  const gone = difference && !conflicted && !audited ? goneFrom(difference, oids) : [];
  // A conflict about the whole file was decided, whatever came of it.
  const hasLines = base !== undefined && left !== undefined && right !== undefined;
  const isUnknown = !audited && gone.length === 0 && (!conflicted || hasLines);
  const notCompared = whole === 'changed' && (isUnknown || (difference?.mode === true && !conflicted));
  return { path, conflicted, gone, notCompared, markers, halfMarkers, ...(whole ? { whole } : {}), ...audited };
}

/** Of a file that both sides changed and nobody can merge by lines: whose version the commit has. */
function takenOf({ base, left, right }: Oids, own: string | undefined): AuditedFile['taken'] {
  if (left === undefined || right === undefined || left === right || left === base || right === base) return undefined;
  return own === left ? 'ours' : own === right ? 'theirs' : 'neither';
}

/** Those whose files the commit has: whoever saw it numbered one of them anew. */
async function numbersIn(
  repo: Repository,
  operation: Pick<Operation, 'commits'>,
  commit: string,
  signal: AbortSignal | undefined,
): Promise<SameNumber[]> {
  const found = await sameNumbers(repo, operation, { signal });
  if (found.length === 0) return [];
  const paths = found.flatMap(({ ours, theirs }) => [...ours, ...theirs]);
  const there = await blobsAt(repo, commit, paths, { signal });
  const isThere = (path: string) => there.has(path);
  return found.filter(({ ours, theirs }) => ours.some(isThere) && theirs.some(isThere));
}

/** Whose deed is not in the commit, as far as whole files tell: where it has what one side, or the base, has. */
function goneFrom({ git, own }: Difference, { base, left, right }: Oids): AuditedFile['gone'] {
  if (own === undefined) return [];
  const sides = [
    { name: 'ours', oid: left, other: right },
    { name: 'theirs', oid: right, other: left },
  ] as const;
  // Git's merge has no such file: who has none removed or renamed it. What no one had is an addition.
  const isGone = ({ oid, other }: (typeof sides)[number]) =>
    git === undefined ? base !== undefined && oid === undefined : own !== git && oid !== own && other === own;
  return sides.filter(isGone).map(({ name }) => name);
}

/** Lines of markers that are in neither parent: a test or a document may hold some. */
function committedMarkers(
  own: string,
  { known, sides, markerSize }: Pick<One, 'known' | 'markerSize'> & Pick<LeftoverOptions, 'sides'>,
): Pick<AuditedFile, 'markers' | 'halfMarkers'> {
  const whole = marked(own, markerSize);
  const isNew = ({ block }: { readonly block: string }) => !known.some((parent) => parent?.includes(block));
  const conflicts = whole.map(({ span }) => span);
  return {
    markers: whole.filter(isNew).map(({ line }) => line),
    halfMarkers: leftoverMarkers(own, { markerSize, conflicts, known, sides }).map(({ start }) => lineAt(own, start)),
  };
}
