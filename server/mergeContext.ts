/**
 * What a paused operation tells about each of its conflicts: commit times, the commits of both sides that touched the path,
 * what the user decided, and what is still open elsewhere. One assembly, so that terminal, editor and `batch` rank alike.
 */
import { isUtf8 } from 'node:buffer';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { decidedText, stillDecided } from './decided.ts';
import type { MergeAttributes } from './git/attributes.ts';
import { type PathPast, pathHistories, pathHistory, sideTimes } from './git/history.ts';
import { type Operation, operation } from './git/operation.ts';
import { onDisk, openRepository, type Repository } from './git/repository.ts';
import { type Decision, decisions } from './git/saved.ts';
import { type UnmergedFile, unmergedFiles } from './git/unmerged.ts';
import { readRegular } from './git/write.ts';
import { parseMarkers } from './merge/markers.ts';
import type { Elsewhere } from './merge/movedAcross.ts';
import { recoverBases } from './merge/recoverBase.ts';
import type { ConflictContext, DecidedSibling, OpenSibling } from './resolve/candidate.ts';

type Signal = { readonly signal?: AbortSignal | undefined };

/** What ranking reads beside the conflict itself. */
export interface Around extends Pick<ConflictContext, 'times' | 'siblings' | 'openSiblings' | 'history' | 'former'> {
  readonly elsewhere?: Elsewhere | undefined;
}

/** So many open conflicts of other files are shown to the ranker. */
export const OPEN_SIBLINGS = 50;

/** Everything but the path's own history, of one operation at one moment. */
export interface MergeFacts {
  readonly repo: Repository;
  readonly operation: Operation;
  /** Those that still hold. */
  readonly decided: readonly Decision[];
  /** Files of all decisions, also of those taken back: with them, what holds may change. */
  readonly decidedFiles?: readonly string[];
  readonly open: readonly OpenSibling[];
  readonly times?: ConflictContext['times'];
}

export function aroundPath(
  facts: Omit<MergeFacts, 'repo' | 'operation'>,
  path: string,
  past: Pick<Around, 'history' | 'former' | 'elsewhere'> = {},
): Around {
  const { decided, open, times } = facts;
  return {
    siblings: decided.map(
      ({ path, sides, chosen, seen }): DecidedSibling => ({ path, sides, chosen, ...(seen ? { seen } : {}) }),
    ),
    openSiblings: open.filter((one) => one.path !== path).slice(0, OPEN_SIBLINGS),
    ...(times ? { times } : {}),
    ...(past.history ? { history: past.history } : {}),
    ...(past.former ? { former: past.former } : {}),
    ...(past.elsewhere ? { elsewhere: past.elsewhere } : {}),
  };
}

/** The commits of both sides that touched a path. Undefined where no operation is paused. */
export async function historyOf(
  { repo, operation: now }: Pick<MergeFacts, 'repo' | 'operation'>,
  path: string,
  options: Signal = {},
): Promise<PathPast | undefined> {
  return now.kind === 'none' ? undefined : pathHistory(repo, now, path, options);
}

/** From so many conflicted files on, their histories are asked for together. */
const TOGETHER = 9;

/** `historyOf` for the paths of one operation: two questions to git for all of them where they are many. */
export function historiesOf(
  facts: Pick<MergeFacts, 'repo' | 'operation'>,
  paths: readonly string[],
  options: Signal = {},
): (path: string) => Promise<PathPast | undefined> {
  if (paths.length < TOGETHER || facts.operation.kind === 'none') return (path) => historyOf(facts, path, options);
  const known = new Set(paths);
  let all: Promise<ReadonlyMap<string, PathPast>> | undefined;
  return async (path) => {
    if (!known.has(path)) return historyOf(facts, path, options);
    all ??= pathHistories(facts.repo, facts.operation, paths, options);
    return (await all).get(path);
  };
}

type Stages = Pick<UnmergedFile, 'path' | 'texts'> & { readonly attributes: Pick<MergeAttributes, 'markerSize'> };

/** The conflicts still marked in a file of the work tree. */
export function openConflicts(text: string | undefined, unmerged: Stages): OpenSibling[] {
  const stages = text === undefined ? undefined : stagesLike(text, unmerged);
  if (text === undefined || !stages) return [];
  const hunks = recoverBases(parseMarkers(text, { markerSize: unmerged.attributes.markerSize, stages }), stages);
  return hunks.flatMap((hunk) =>
    hunk.kind === 'conflict' ? [{ path: unmerged.path, sides: hunk.conflict.sides }] : [],
  );
}

const converted = new WeakMap<object, UnmergedFile['texts']>();

/** The stages as they would lie in the work tree, the same object each time, by which answers are kept: with CRLF where git checked the file out so. */
export function stagesLike(text: string, unmerged: Pick<UnmergedFile, 'texts'>): UnmergedFile['texts'] {
  const { texts } = unmerged;
  if (!texts || !text.includes('\r\n') || /(^|[^\r])\n/.test(text)) return texts;
  const { base, left, right } = texts;
  if ([base, left, right].some((side) => side?.includes('\r'))) return texts;
  const known = converted.get(texts);
  if (known) return known;
  const convert = (side: string) => side.replaceAll('\n', '\r\n');
  const found = { ...(base === undefined ? {} : { base: convert(base) }), left: convert(left), right: convert(right) };
  converted.set(texts, found);
  return found;
}

/** The facts of the operation a repository is stopped in; undefined where it is not, or where there is no repository. */
export async function readMergeFacts(root: string, options: Signal = {}): Promise<MergeFacts | undefined> {
  const repo = await openRepository(root, options.signal ? { signal: options.signal } : {});
  const now = await operation(repo, options);
  if (now.kind === 'none') return undefined;
  const [files, recorded, times] = await Promise.all([
    unmergedFiles(repo, options),
    decisions(repo, now),
    sideTimes(repo, now, options),
  ]);
  const open: OpenSibling[] = [];
  for (const file of files) {
    if (open.length > 4 * OPEN_SIBLINGS) break;
    const bytes = file.texts ? await readRegular(file.file) : undefined;
    open.push(...openConflicts(bytes && isUtf8(bytes) ? bytes.toString('utf8') : undefined, file));
  }
  const decided = await decidedOnDisk(repo, recorded, files);
  const decidedFiles = [...new Set(recorded.map(({ path }) => onDisk(repo, path)))];
  return { repo, operation: now, decided, decidedFiles, open, ...(times ? { times } : {}) };
}

/** The decisions that the files of the work tree still show. */
export function decidedOnDisk(
  repo: Repository,
  recorded: readonly Decision[],
  unmerged: readonly UnmergedFile[],
): Promise<Decision[]> {
  const sizes = new Map(unmerged.map(({ path, attributes }) => [path, attributes.markerSize]));
  return stillDecided(recorded, async (path) => {
    const bytes = await readRegular(onDisk(repo, path));
    return bytes && isUtf8(bytes) ? decidedText(bytes.toString('utf8'), sizes.get(path)) : undefined;
  });
}

/** Facts by root, read again when the index or a decision changed: for many requests about one operation. */
export class MergeFactsCache {
  readonly #known = new Map<string, { readonly key: string; readonly facts: MergeFacts | undefined }>();

  /** Undefined also where git is absent or fails: a request is then answered from what it holds itself. */
  async read(root: string): Promise<MergeFacts | undefined> {
    const kept = this.#known.get(root);
    if (kept && kept.key === (await stampOf(kept.facts))) return kept.facts;
    const facts = await readMergeFacts(root).catch(() => undefined);
    this.#known.set(root, { key: await stampOf(facts), facts });
    return facts;
  }
}

async function stampOf(facts: MergeFacts | undefined): Promise<string> {
  if (!facts) return '';
  const { gitDir } = facts.repo;
  const files = ['index', 'HEAD', 'MERGE_HEAD', join('mortise', 'decisions.jsonl')].map((name) => join(gitDir, name));
  const times = [...files, ...(facts.decidedFiles ?? [])].map((file) =>
    stat(file).then(
      (found) => found.mtimeMs,
      () => 0,
    ),
  );
  return (await Promise.all(times)).join(' ');
}
