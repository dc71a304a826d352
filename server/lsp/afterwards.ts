/** What can be asked after deciding: the report of an operation, git's own merge to compare with, commits, and trailers. */
import { autoMergeText, changedSinceAutoMerge, showCommit } from '../git/autoMerge.ts';
import { onDisk } from '../git/repository.ts';
import { type AppliedEntry, isChosen, readApplied } from '../git/saved.ts';
import { writeTrailers } from '../git/trailer.ts';
import { inText } from '../places.ts';
import { accountedFor } from './accounted.ts';
import { toUri } from './convert.ts';
import type {
  AutoMergeFileParams,
  AutoMergeText,
  AutoMergeView,
  CommitParams,
  ReportView,
  RootParams,
  TrailerAnswer,
} from './protocol.ts';
import type { WorkTree } from './repositories.ts';
import type { Session } from './session.ts';
import { oddsOf } from './words.ts';

/** Entries of the paused operation, by file and line; where nothing is paused, those of the last one. */
export async function report(session: Session, { root }: RootParams): Promise<ReportView | null> {
  const tree = session.repositories.get(root);
  if (!tree) return null;
  const entries = (await latestOf(session, tree)).map(({ entry, undone }) => ({
    uri: toUri(onDisk(tree.repo, entry.path)),
    path: entry.path,
    line: entry.line,
    by: isChosen(entry) ? ('chosen' as const) : ('automatic' as const),
    tier: entry.tier,
    reason: entry.reason,
    odds: oddsOf(entry.confidence),
    evidence: entry.evidence,
    edits: accountedFor(entry.evidence),
    undone,
  }));
  return { title: tree.operation.kind === 'none' ? 'the last operation' : tree.operation.title, entries };
}

/** Of the paused operation, or of the last one; with whether it was taken back. */
async function latestOf(session: Session, tree: WorkTree): Promise<{ entry: AppliedEntry; undone: boolean }[]> {
  const log = await readApplied(tree.repo);
  const key = tree.operation.kind === 'none' ? log.at(-1)?.operation : tree.operation.key;
  const own = log.filter(({ operation }) => operation === key);
  const back = new Set<AppliedEntry>();
  const placeOf = new Map<AppliedEntry, string>();
  for (const path of new Set(own.map((one) => one.path))) {
    const text = (await session.read(toUri(onDisk(tree.repo, path))))?.getText() ?? '';
    const all = own.filter((one) => one.path === path);
    const now = await inText(tree.repo, all, text);
    for (const entry of all) {
      placeOf.set(entry, now.placeOf.get(entry) ?? '');
      if (entry.undone || now.back.has(entry)) back.add(entry);
    }
  }
  return latest(own, placeOf, back).map((entry) => ({ entry, undone: back.has(entry) }));
}

/** A conflict decided twice (taken back in between) counts once: as it stands, else as it was decided last. */
function latest(
  entries: readonly AppliedEntry[],
  placeOf: ReadonlyMap<AppliedEntry, string>,
  back: ReadonlySet<AppliedEntry>,
): AppliedEntry[] {
  const last = new Map<string, AppliedEntry>();
  for (const entry of entries) {
    const key = `${entry.path}\u0000${placeOf.get(entry)}`;
    const known = last.get(key);
    if (!known || back.has(known) || !back.has(entry)) last.set(key, entry);
  }
  return [...last.values()].sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : a.line - b.line));
}

export async function autoMerge(session: Session, { root }: RootParams): Promise<AutoMergeView | null> {
  const tree = session.repositories.get(root);
  const paths = tree && (await changedSinceAutoMerge(tree.repo));
  if (!tree || !paths) return null;
  return { files: paths.map((path) => ({ path, uri: toUri(onDisk(tree.repo, path)) })) };
}

export async function autoMergeFile(
  session: Session,
  { root, path }: AutoMergeFileParams,
): Promise<AutoMergeText | null> {
  const tree = session.repositories.get(root);
  const text = tree && (await autoMergeText(tree.repo, path));
  return text === undefined ? null : { text };
}

export async function commitText(session: Session, { root, commit }: CommitParams): Promise<string | null> {
  const tree = session.repositories.get(root);
  return (tree && (await showCommit(tree.repo, commit))) ?? null;
}

/** @throws with a sentence for the user. */
export async function trailers(session: Session, params: RootParams): Promise<TrailerAnswer> {
  if (session.client.untrusted) throw new Error('The workspace is not trusted: Mortise only shows its conflicts.');
  const tree = session.repositories.get(params.root);
  if (!tree) throw new Error(`${params.root} is not a repository Mortise knows.`);
  const all = tree.operation.kind === 'none' ? [] : await latestOf(session, tree);
  const entries = all.flatMap(({ entry, undone }) => (!isChosen(entry) && !undone ? [entry] : []));
  return { count: await writeTrailers(tree.repo, entries) };
}
