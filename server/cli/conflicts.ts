/**
 * The conflicts of a repository as every command sees them: sides from the index, markers and the user's own edits from
 * the work tree, names from the paused operation. Reading changes nothing.
 */
import { isUtf8 } from 'node:buffer';
import { type PathHistory, pathHistory, sideTimes } from '../git/history.ts';
import { readLearned } from '../git/learned.ts';
import { type Operation, operation } from '../git/operation.ts';
import { openRepository, pathInRepository, type Repository } from '../git/repository.ts';
import { type AppliedEntry, decisions, digest, logApplied, saveConflicted } from '../git/saved.ts';
import { type UnmergedFile, unmergedFiles } from '../git/unmerged.ts';
import { readRegular, replaceFile } from '../git/write.ts';
import { parseMarkers } from '../merge/markers.ts';
import { recoverBases } from '../merge/recoverBase.ts';
import type { DecidedSibling, OpenSibling, Resolution } from '../resolve/candidate.ts';
import { withOwnLayer } from '../resolve/ownRanker.ts';
import { type MarkedConflict, resolveMarked, type Services } from '../resolve/resolve.ts';
import { loadServices } from '../services.ts';
import { languageOf } from '../syntax/languages.ts';
import { applyEdits } from '../text/span.ts';
import { type Io, progress } from './io.ts';
import { describeEvidence } from './show.ts';

export interface Conflicted {
  readonly repo: Repository;
  readonly operation: Operation;
  readonly files: readonly ConflictedFile[];
}

export interface ConflictedFile {
  readonly unmerged: UnmergedFile;
  /** The work-tree file where its markers can be resolved; absent for other kinds of conflict and for a missing file. */
  readonly text?: string;
  readonly bytes?: Buffer;
  /** Each conflict still marked, best resolution first. */
  readonly conflicts: readonly MarkedConflict[];
}

/** So many open conflicts of other files are shown to the ranker. */
const openSiblingLimit = 50;

/** Every unmerged path of the repository around `cwd`, narrowed to `paths` (files or folders, relative to `cwd`). */
export async function readConflicts(io: Io, paths: readonly string[] = [], from = io.cwd): Promise<Conflicted> {
  const { signal } = io;
  const repo = await openRepository(from, signal ? { signal } : {});
  const only = paths.map((path) => pathInRepository(repo, path, from)).map((path) => path || '.');
  const [now, unmerged] = await Promise.all([
    operation(repo, { signal }),
    unmergedFiles(repo, { signal, paths: only }),
  ]);
  const [shipped, times, decided] = await Promise.all([
    loadServices(),
    sideTimes(repo, now, { signal }),
    decisions(repo, now),
  ]);
  const services = withOwnLayer(shipped, readLearned(repo));
  const seen = await Promise.all(unmerged.map((file) => readMarked(file)));
  const open = seen.flatMap(openConflicts).slice(0, 4 * openSiblingLimit);
  const siblings = decided.map(({ path, sides, chosen }): DecidedSibling => ({ path, sides, chosen }));
  const bar = progress(io);
  const files: ConflictedFile[] = [];
  for (const file of seen) {
    bar.say(`reading ${file.unmerged.path} (${files.length + 1} of ${seen.length})`);
    const history = file.text === undefined ? undefined : await pathHistory(repo, now, file.unmerged.path, { signal });
    files.push(
      await resolved(file, services, { open, siblings, ...(times ? { times } : {}), ...(history ? { history } : {}) }),
    );
  }
  bar.done();
  return { repo, operation: now, files };
}

async function readMarked(unmerged: UnmergedFile): Promise<Omit<ConflictedFile, 'conflicts'>> {
  if (!unmerged.texts) return { unmerged };
  const bytes = await readRegular(unmerged.file);
  return bytes && isUtf8(bytes) ? { unmerged, bytes, text: bytes.toString('utf8') } : { unmerged };
}

/** The stages as they would lie in the work tree: with CRLF where git checked the file out so. */
export function stagesLike(text: string, unmerged: UnmergedFile): UnmergedFile['texts'] {
  const { texts } = unmerged;
  if (!texts || !text.includes('\r\n') || /(^|[^\r])\n/.test(text)) return texts;
  const { base, left, right } = texts;
  if ([base, left, right].some((side) => side?.includes('\r'))) return texts;
  const convert = (side: string) => side.replaceAll('\n', '\r\n');
  return { ...(base === undefined ? {} : { base: convert(base) }), left: convert(left), right: convert(right) };
}

function openConflicts({ text, unmerged }: Omit<ConflictedFile, 'conflicts'>): OpenSibling[] {
  const stages = text === undefined ? undefined : stagesLike(text, unmerged);
  if (text === undefined || !stages) return [];
  const hunks = recoverBases(parseMarkers(text, { markerSize: unmerged.attributes.markerSize }), stages);
  return hunks.flatMap((hunk) =>
    hunk.kind === 'conflict' ? [{ path: unmerged.path, sides: hunk.conflict.sides }] : [],
  );
}

interface Around {
  readonly open: readonly OpenSibling[];
  readonly siblings: readonly DecidedSibling[];
  readonly times?: { readonly base: number; readonly left: number; readonly right: number };
  readonly history?: PathHistory;
}

async function resolved(
  file: Omit<ConflictedFile, 'conflicts'>,
  services: Services,
  { open, siblings, times, history }: Around,
): Promise<ConflictedFile> {
  const { unmerged, text } = file;
  const stages = text === undefined ? undefined : stagesLike(text, unmerged);
  if (text === undefined || !stages) return { ...file, conflicts: [] };
  await services.syntax.ready(languageOf(unmerged.path));
  const conflicts = resolveMarked(
    {
      path: unmerged.path,
      text,
      stages,
      markerSize: unmerged.attributes.markerSize,
      siblings,
      openSiblings: open.filter(({ path }) => path !== unmerged.path).slice(0, openSiblingLimit),
      ...(times ? { times } : {}),
      ...(history ? { history } : {}),
    },
    services,
  );
  return { ...file, conflicts };
}

/** 1-based line of an offset. */
export function lineAt(text: string, offset: number): number {
  let line = 1;
  for (let at = text.indexOf('\n'); at >= 0 && at < offset; at = text.indexOf('\n', at + 1)) line++;
  return line;
}

/** One conflict and the text that takes its place. */
export interface Choice {
  readonly conflict: MarkedConflict;
  readonly text: string;
  readonly resolution?: Resolution;
  /** One line; the resolution's own reason where there is one. */
  readonly reason: string;
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
  await replaceFile(unmerged.file, after, bytes, repo.root);
  const result = digest(after);
  await logApplied(
    repo,
    choices.map(({ conflict, text: chosen, resolution, reason }) => ({
      at: Date.now(),
      path: unmerged.path,
      by,
      operation: now.key,
      line: lineAt(text, conflict.span.start),
      conflict: text.slice(conflict.span.start, conflict.span.end),
      text: chosen,
      tier: resolution?.tier ?? 'user',
      origin: resolution?.candidate.origin.name ?? 'user',
      reason,
      confidence: resolution?.confidence ?? 1,
      evidence: resolution ? describeEvidence(resolution.evidence) : [],
      saved,
      result,
    })),
  );
}
