/**
 * The heavy half of `mortise merge`, loaded only when git's merge left conflicts: resolve those of the chosen tier and
 * print the rest as git would, in the user's conflict style.
 */
import { isUtf8 } from 'node:buffer';
import { createHash } from 'node:crypto';
import { resolve } from 'node:path';
import { heed, recall } from '../earlier.ts';
import { mergeAttributes } from '../git/attributes.ts';
import { tryGit } from '../git/git.ts';
import type { GitMerge } from '../git/mergeFile.ts';
import { repositoryPolicy } from '../git/policyFile.ts';
import { askRepository, openRepository, pathInRepository, type Repository } from '../git/repository.ts';
import { type AppliedEntry, digest, logApplied, saveConflicted, unlogApplied } from '../git/saved.ts';
import { heldPath } from '../held.ts';
import type { Hunk, Labels, Merge3 } from '../merge/conflict.ts';
import { lineMerge } from '../merge/lineMerge.ts';
import { type MarkerStyle, printHunks } from '../merge/markers.ts';
import { type FileConflict, type FileMerge, type FileResolution, resolveFile } from '../resolve/resolve.ts';
import { loadServices } from '../services.ts';
import { languageOf } from '../syntax/languages.ts';
import { ownConflicts } from '../text/longMarkers.ts';
import { earlierOnes } from './earlierOnes.ts';
import { describeEvidence } from './show.ts';

export interface MergeInput {
  readonly files: Merge3<string>;
  readonly bytes: Merge3<Buffer>;
  readonly path: string;
  readonly labels: Labels;
  readonly markerSize: number;
  readonly apply: 'safe' | 'likely' | 'none';
  /** Run by git as its merge driver: what is applied is logged, for `review` and `undo`. */
  readonly isDriver: boolean;
}

export interface BetterMerge {
  readonly bytes: Buffer;
  readonly open: number;
  /** Write down what is applied; called before the bytes are put in place. Answers how to take that back where they cannot be. */
  readonly log: () => Promise<() => Promise<void>>;
}

/** Git's line merge by our own port, for a machine without git; undefined for what is not UTF-8 text. */
export function portMerge(input: MergeInput): GitMerge | undefined {
  const texts = decodeSides(input.bytes);
  if (!texts) return undefined;
  const merged = lineMerge(texts, { labels: input.labels });
  const conflicts = merged.hunks.filter((hunk) => hunk.kind === 'conflict').length;
  const text = printHunks(merged.hunks, { style: 'merge', markerSize: input.markerSize });
  return { bytes: Buffer.from(text), conflicts: Math.min(127, conflicts) };
}

/** A merge with fewer conflicts than git's, or undefined where nothing of the tier was found. */
export async function mergeConflicts(input: MergeInput, git: GitMerge): Promise<BetterMerge | undefined> {
  const texts = decodeSides(input.bytes);
  const tier = texts && input.isDriver ? await allowedTier(input) : input.apply;
  if (!texts || tier === 'none') return undefined;
  // Git merged a renamed file first, and stopped in it: no text made of that may be called clean.
  if ([texts.left, texts.right].some((side) => ownConflicts(side, texts.base, input.markerSize).length > 0))
    return undefined;
  const services = await loadServices();
  await services.syntax.ready(languageOf(input.path));
  const { path, labels, markerSize } = input;
  const ask = (heed?: FileMerge['heed']) =>
    resolveFile(
      { path, sides: texts, labels, markerSize, ...(heed ? { heed } : {}) },
      { kind: 'tier', tier },
      services,
    );
  const alone = ask();
  if (alone.conflicts.every((conflict) => !conflict.applied)) return undefined;
  const heed = await heedEarlier(input, alone);
  const file = heed ? ask(heed) : alone;
  const applied = file.conflicts.filter((conflict) => conflict.applied);
  if (applied.length === 0) return undefined;
  const open = file.conflicts.length - applied.length;
  const text = open === 0 ? file.text : await inStyle(file, input);
  const bytes = Buffer.from(text);
  return { bytes, open, log: async () => (input.isDriver ? logDriver(input, git, file, bytes) : nothing) };
}

/**
 * Asked only where something would be applied, and for no longer than a merge may wait for each such file: what git's search
 * does not find in that time does not count here.
 */
const PAST = { search: 1000, limit: 500 };

/** What earlier merges take *safe* from; undefined where they know none of the conflicts. By hand there need be no repository. */
async function heedEarlier(input: MergeInput, { conflicts }: FileResolution): Promise<FileMerge['heed']> {
  const here = input.isDriver
    ? { repo: await openRepository(process.cwd()), path: input.path }
    : await byHand(input.path);
  if (!here) return undefined;
  const { repo, path } = here;
  const before = await earlierOnes(repo, [path], PAST);
  const isKnown = ({ context }: FileConflict) => recall(before, path, context.sides) !== undefined;
  return conflicts.some(isKnown)
    ? (context, resolutions) => heed(resolutions, recall(before, path, context.sides))
    : undefined;
}

async function byHand(path: string): Promise<{ readonly repo: Repository; readonly path: string } | undefined> {
  try {
    const file = resolve(path);
    const repo = await openRepository(file);
    return { repo, path: pathInRepository(repo, file) };
  } catch {
    return undefined; // No git, no repository, or a file of elsewhere: nothing was merged before that could be heeded.
  }
}

/** The driver is something in bulk like the others: what is held back there is held back here, and the repository may ask for less. */
async function allowedTier({ path, apply }: MergeInput): Promise<MergeInput['apply']> {
  if (apply === 'none') return apply;
  const repo = await openRepository(process.cwd());
  const [policy, attributes] = await Promise.all([repositoryPolicy(repo), mergeAttributes(repo, [path])]);
  const generated = attributes.get(path)?.generated === true;
  const isFree = (tier: string) => heldPath(path, { generated, tier, policy }) === undefined;
  return isFree(apply) ? apply : isFree('safe') ? 'safe' : 'none';
}

function decodeSides(bytes: Merge3<Buffer>): Merge3<string> | undefined {
  const { base, left, right } = bytes;
  if (![base, left, right].every((side) => isUtf8(side))) return undefined;
  return { base: base.toString('utf8'), left: left.toString('utf8'), right: right.toString('utf8') };
}

async function inStyle(file: FileResolution, input: MergeInput): Promise<string> {
  const style = await conflictStyle(process.cwd());
  return style === 'diff3'
    ? file.text
    : printHunks(hunksOf(file, input.labels), { style, markerSize: input.markerSize });
}

/** The user's `merge.conflictStyle`. */
export async function conflictStyle(cwd: string): Promise<MarkerStyle> {
  const style = await tryGit(cwd, ['config', '--get', 'merge.conflictStyle']).catch(() => undefined);
  return style === 'diff3' || style === 'zdiff3' ? style : 'merge';
}

function hunksOf(file: FileResolution, labels: Labels): Hunk[] {
  const hunks: Hunk[] = [];
  let at = 0;
  for (const { span, context, applied } of file.conflicts) {
    if (applied) continue;
    hunks.push({ kind: 'stable', text: file.text.slice(at, span.start) });
    hunks.push({ kind: 'conflict', conflict: { span, sides: context.sides, labels } });
    at = span.end;
  }
  hunks.push({ kind: 'stable', text: file.text.slice(at) });
  return hunks;
}

const nothing = async (): Promise<void> => undefined;

async function logDriver(
  input: MergeInput,
  git: GitMerge,
  file: FileResolution,
  bytes: Buffer,
): Promise<() => Promise<void>> {
  const repo = await openRepository(process.cwd());
  const saved = await saveConflicted(repo, git.bytes);
  const stages = await blobIds(repo, input.bytes);
  const { GIT_REFLOG_ACTION: operation = 'merge' } = process.env;
  const entries = file.conflicts.flatMap(({ span, context, applied }): AppliedEntry[] => {
    if (!applied) return [];
    const { sides } = context;
    const conflict: Hunk = { kind: 'conflict', conflict: { span, sides, labels: input.labels } };
    return [
      {
        at: Date.now(),
        path: input.path,
        by: 'driver',
        operation,
        line: file.text.slice(0, span.start).split('\n').length,
        conflict: printHunks([conflict], { style: 'diff3', markerSize: input.markerSize }),
        text: applied.candidate.text,
        tier: applied.tier,
        origin: applied.candidate.origin.name,
        reason: applied.candidate.origin.reason,
        confidence: applied.confidence,
        evidence: describeEvidence(applied.evidence),
        saved,
        ...(stages ? { stages } : {}),
        result: digest(bytes),
      },
    ];
  });
  await logApplied(repo, entries);
  return () => unlogApplied(repo, entries);
}

/** The blobs git handed to the driver, by the ids they have in its object store. An empty base is no base: add/add. */
async function blobIds(repo: Repository, { base, left, right }: Merge3<Buffer>): Promise<AppliedEntry['stages']> {
  const format = await askRepository(repo, ['rev-parse', '--show-object-format']);
  if (format !== 'sha1' && format !== 'sha256') return undefined;
  const oid = (content: Buffer) => createHash(format).update(`blob ${content.length}\0`).update(content).digest('hex');
  return { ...(base.length > 0 ? { base: oid(base) } : {}), left: oid(left), right: oid(right) };
}
