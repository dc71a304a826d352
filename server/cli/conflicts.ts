/**
 * The conflicts of a repository as every command sees them: sides from the index, markers and the user's own edits from
 * the work tree, names from the paused operation. Reading changes nothing.
 */
import { isUtf8 } from 'node:buffer';
import { existsSync } from 'node:fs';
import { resolve as resolvePath } from 'node:path';
import { asCandidate, type Earlier, heed, recall } from '../earlier.ts';
import { elsewhereOf, movedAway } from '../elsewhere.ts';
import { sideTimes } from '../git/history.ts';
import { type KeepWord, keptSide } from '../git/keepWhole.ts';
import { readLearned } from '../git/learned.ts';
import { type Operation, operation } from '../git/operation.ts';
import { type RepositoryPolicy, repositoryPolicy } from '../git/policyFile.ts';
import { openRepository, pathInRepository, type Repository } from '../git/repository.ts';
import type { Remembered } from '../git/rerere.ts';
import {
  type AppliedEntry,
  decisions,
  digest,
  logApplied,
  readApplied,
  saveConflicted,
  unlogApplied,
} from '../git/saved.ts';
import { type UnmergedFile, unmergedFiles } from '../git/unmerged.ts';
import { readRegular, replaceFile } from '../git/write.ts';
import { leftoverMarkers } from '../merge/leftovers.ts';
import { enclosingConflicts } from '../merge/markers.ts';
import type { MovedEdit } from '../merge/moved.ts';
import type { Elsewhere } from '../merge/movedAcross.ts';
import {
  type Around,
  aroundPath,
  decidedOnDisk,
  historiesOf,
  type MergeFacts,
  openConflicts,
  stagesLike,
} from '../mergeContext.ts';
import { rerereResolved } from '../rerereResolved.ts';
import type { Evidence, Resolution } from '../resolve/candidate.ts';
import { checkText } from '../resolve/checkRest.ts';
import { withOwnLayer } from '../resolve/ownRanker.ts';
import { type MarkedConflict, resolveMarked, type Services } from '../resolve/resolve.ts';
import { loadServices } from '../services.ts';
import { languageOf } from '../syntax/languages.ts';
import { lineAt } from '../text/lines.ts';
import { applyEdits, type Span } from '../text/span.ts';
import { earlierOnes } from './earlierOnes.ts';
import { type Io, progress, UsageError } from './io.ts';
import { describeEvidence } from './show.ts';

export interface Conflicted {
  readonly repo: Repository;
  readonly operation: Operation;
  readonly files: readonly ConflictedFile[];
  /** Paths that were not asked for and are not resolved either: the operation cannot go on before they are. */
  readonly elsewhere: readonly string[];
  readonly policy: RepositoryPolicy;
  readonly services: Services;
}

export interface ConflictedFile {
  readonly unmerged: UnmergedFile;
  /** The work-tree file where its markers can be resolved; absent for other kinds of conflict and for a missing file. */
  readonly text?: string;
  readonly bytes?: Buffer;
  /** Each conflict still marked, best resolution first. */
  readonly conflicts: readonly OpenConflict[];
  /** 1-based lines of markers that no whole conflict holds: someone left half of one. */
  readonly leftovers: readonly number[];
  /** 1-based lines of conflicts that stand around others, which are decided first. */
  readonly enclosing: readonly number[];
  /** A side that the user took whole, where it still lies there. */
  readonly kept?: KeepWord;
  /** Git's rerere put in what lies there, as it was resolved then. Unix milliseconds. */
  readonly rerere?: number;
  /** Where lines of it were moved to another file. */
  readonly elsewhere?: Elsewhere | undefined;
  /** Of a deleted file: what of it the deleting side has in another, where the other side edited it. */
  readonly away?: readonly MovedEdit[];
}

/** `earlier`: how git's rerere or an earlier merge of this repository resolved the same, and what was checked of that text. */
export type OpenConflict = MarkedConflict & { readonly earlier?: Earlier & { readonly evidence: readonly Evidence[] } };

/** Every unmerged path of the repository around `cwd`, narrowed to `paths` (files or folders, relative to `cwd`). */
export async function readConflicts(io: Io, paths: readonly string[] = [], from = io.cwd): Promise<Conflicted> {
  const { signal } = io;
  const repo = await openRepository(from, signal ? { signal } : {});
  const only = paths.map((path) => pathInRepository(repo, path, from)).map((path) => path || '.');
  const [now, unmerged] = await Promise.all([operation(repo, { signal }), unmergedFiles(repo, { signal })]);
  const [shipped, times, recorded, policy] = await Promise.all([
    loadServices(),
    sideTimes(repo, now, { signal }),
    decisions(repo, now),
    repositoryPolicy(repo),
  ]);
  const services = withOwnLayer(shipped, readLearned(repo));
  // Conflicts of files that were not asked for are read too: they are evidence for those that were.
  const seen = await Promise.all(unmerged.map((file) => readMarked(file)));
  const open = seen.flatMap(({ text, unmerged }) => openConflicts(text, unmerged));
  const decided = await decidedOnDisk(repo, recorded, unmerged);
  const facts: MergeFacts = { repo, operation: now, decided, open, ...(times ? { times } : {}) };
  const textual = unmerged.filter(({ texts }) => texts).map(({ path }) => path);
  const history = historiesOf(facts, textual, { signal });
  const log = await readApplied(repo);
  const bar = progress(io);
  const before = await earlierOnes(repo, textual, { signal });
  const files: ConflictedFile[] = [];
  const wanted = seen.filter(({ unmerged: { path } }) => only.length === 0 || only.some((one) => isIn(path, one)));
  for (const file of wanted) {
    bar.say(`reading ${file.unmerged.path} (${files.length + 1} of ${wanted.length})`);
    const { path } = file.unmerged;
    const sides = file.text === undefined ? undefined : stagesLike(file.text, file.unmerged);
    const elsewhere = await elsewhereOf(facts, { path, sides, signal });
    const past = { ...(sides ? await history(path) : {}), ...(elsewhere ? { elsewhere } : {}) };
    const around = aroundPath(facts, path, past);
    const read = await resolved(file, services, around, before);
    const settled = read.conflicts.length === 0 && read.leftovers.length === 0;
    const kept = settled ? await keptSide(repo, now, file.unmerged, log) : undefined;
    const rerere = settled && !kept && read.bytes ? await rerereResolved(repo, path, read.bytes) : undefined;
    const away = file.text === undefined ? await movedAway(facts, file.unmerged, signal) : [];
    files.push({
      ...read,
      ...(away.length > 0 ? { away } : {}),
      ...(kept ? { kept } : {}),
      ...(rerere === undefined ? {} : { rerere }),
    });
  }
  bar.done();
  const others = seen.filter((file) => !wanted.includes(file));
  const elsewhere: string[] = [];
  for (const { text, unmerged } of others) {
    const isOpen = text === undefined ? !(await keptSide(repo, now, unmerged, log)) : isMarked(text, unmerged);
    if (isOpen) elsewhere.push(unmerged.path);
  }
  return { repo, operation: now, files, elsewhere, policy, services };
}

/** Whether a path is a folder's or the very one. */
export const isIn = (path: string, folder: string): boolean =>
  folder === '.' || path === folder || path.startsWith(`${folder.replace(/\/+$/, '')}/`);

/** A path that names nothing is a slip of the pen: nothing is done before it is put right. */
export function refuseUnknown(paths: readonly string[], { repo, files }: Conflicted, from: string): void {
  const isConflicted = (path: string) => {
    const named = pathInRepository(repo, path, from) || '.';
    return files.some(({ unmerged }) => isIn(unmerged.path, named));
  };
  const missing = paths.filter((path) => !isConflicted(path) && !existsSync(resolvePath(from, path)));
  if (missing.length > 0) throw new UsageError(`${missing.join(', ')}: no such file, and not in conflict.`);
}

const isMarked = (text: string, unmerged: UnmergedFile): boolean =>
  openConflicts(text, unmerged).length > 0 || leftoverLines(text, unmerged, []).length > 0;

/** Lines of half markers, beside the whole conflicts at those spans. */
export function leftoverLines(text: string, unmerged: UnmergedFile, conflicts: readonly Span[]): number[] {
  const { markerSize } = unmerged.attributes;
  const sides = stagesLike(text, unmerged);
  const whole = [...conflicts, ...enclosingConflicts(text, { markerSize, stages: sides })];
  return leftoverMarkers(text, { markerSize, conflicts: whole, sides }).map(({ start }) => lineAt(text, start));
}

type Read = Omit<ConflictedFile, 'conflicts' | 'leftovers' | 'enclosing'>;

async function readMarked(unmerged: UnmergedFile): Promise<Read> {
  if (!unmerged.texts) return { unmerged };
  const bytes = await readRegular(unmerged.file);
  return bytes && isUtf8(bytes) ? { unmerged, bytes, text: bytes.toString('utf8') } : { unmerged };
}

async function resolved(
  file: Read,
  services: Services,
  around: Around,
  before: readonly Remembered[],
): Promise<ConflictedFile> {
  const { unmerged, text } = file;
  const stages = text === undefined ? undefined : stagesLike(text, unmerged);
  if (text === undefined || !stages) return { ...file, conflicts: [], leftovers: [], enclosing: [] };
  await services.syntax.ready(languageOf(unmerged.path));
  const conflicts = resolveMarked(
    {
      path: unmerged.path,
      text,
      stages,
      markerSize: unmerged.attributes.markerSize,
      ...around,
    },
    services,
  ).map((conflict) => withEarlier(conflict, before, services));
  const leftovers = leftoverLines(
    text,
    unmerged,
    conflicts.map(({ span }) => span),
  );
  const { markerSize } = unmerged.attributes;
  const enclosing = enclosingConflicts(text, { markerSize, stages }).map(({ start }) => lineAt(text, start));
  return { ...file, conflicts, leftovers, enclosing, elsewhere: around.elsewhere };
}

/** A conflict with how the same was resolved before, which takes *safe* from what contradicts it. */
export function withEarlier(
  conflict: MarkedConflict,
  before: readonly Remembered[],
  { syntax }: Services,
): OpenConflict {
  const earlier = recall(before, conflict.context.path, conflict.context.sides);
  if (!earlier) return conflict;
  const evidence = checkText(asCandidate(earlier), conflict.context, syntax);
  return { ...conflict, earlier: { ...earlier, evidence }, resolutions: heed(conflict.resolutions, earlier) };
}

/** One conflict and the text that takes its place. */
export interface Choice {
  readonly conflict: MarkedConflict;
  readonly text: string;
  readonly resolution?: Resolution;
  /** One line; the resolution's own reason where there is one. */
  readonly reason: string;
  /** A person chose it. */
  readonly chosen?: true;
  /** What the choice says of the rest of the file, for the log. */
  readonly elsewhere?: readonly string[];
}

/**
 * Put choices into the work-tree file: the bytes as they were are saved first, the write refuses a file that changed
 * meanwhile, and each choice is logged. Nothing is staged.
 */
export async function writeChoices(
  { repo, operation: now }: Pick<Conflicted, 'repo' | 'operation'>,
  file: ConflictedFile,
  choices: readonly Choice[],
  by: AppliedEntry['by'],
): Promise<void> {
  const { text, bytes, unmerged } = file;
  if (text === undefined || !bytes || choices.length === 0) return;
  const edits = choices.map(({ conflict, text: chosen }) => ({ span: conflict.span, text: chosen }));
  const after = Buffer.from(applyEdits(text, edits));
  const saved = await saveConflicted(repo, bytes);
  const result = digest(after);
  const entries = choices.map(
    ({ conflict, text: written, resolution, reason, chosen, elsewhere = [] }): AppliedEntry => ({
      at: Date.now(),
      path: unmerged.path,
      by,
      ...(chosen ? { chosen } : {}),
      operation: now.key,
      ...(now.attempt ? { attempt: now.attempt } : {}),
      line: lineAt(text, conflict.span.start),
      conflict: text.slice(conflict.span.start, conflict.span.end),
      text: written,
      tier: resolution?.tier ?? 'user',
      origin: resolution?.candidate.origin.name ?? 'user',
      reason,
      confidence: resolution?.confidence ?? 1,
      evidence: describeEvidence([
        ...(resolution?.evidence ?? []),
        ...(elsewhere.length > 0 ? [{ check: 'elsewhere', warnings: elsewhere } as const] : []),
      ]),
      saved,
      result,
    }),
  );
  await logApplied(repo, entries);
  await replaceFile(unmerged.file, after, bytes, repo.root).catch(async (error: unknown) => {
    await unlogApplied(repo, entries).catch(() => undefined); // The reason why nothing was written is what matters.
    throw error;
  });
}
