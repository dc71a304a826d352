/**
 * One side of a conflicted path taken whole, as the terminal and the editor do it: what lay there is saved and the change logged
 * before the file is touched, so that `review` shows it and `undo` takes it back. Nothing is staged.
 */
import { appliedNow } from './appliedNow.ts';
import { GitProblem } from './git.ts';
import type { Operation } from './operation.ts';
import { onDisk, type Repository } from './repository.ts';
import { stageContent, takeStage } from './restore.ts';
import { type AppliedEntry, digest, logApplied, NOTHING, saveConflicted, unlogApplied } from './saved.ts';
import type { Stages, UnmergedFile } from './unmerged.ts';
import { readLink, readRegular, refuseForeignFolder, replaceFile } from './write.ts';

export const keepable = { ours: 'left', theirs: 'right', base: 'base' } as const;
export type KeepWord = keyof typeof keepable;

type Kept = Pick<UnmergedFile, 'path' | 'stages' | 'nested'>;

/** Why a side cannot be taken: it is a merge of git's own that stopped, and nobody's text. */
export function nobodys({ nested }: Kept, word: KeepWord): string | undefined {
  if (nested?.[keepable[word]] !== 'none') return undefined;
  return word === 'base'
    ? "its base is git's own merge of several ancestors, and has conflict markers in it: nobody wrote that"
    : `what git calls ${word} there is a merge of its own, and has conflict markers in it: decide these instead`;
}

/** @throws GitProblem where git has no such side, but a merge of its own with markers in it. */
export async function keepWhole(repo: Repository, operation: Operation, kept: Kept, word: KeepWord): Promise<void> {
  const { path, stages, nested } = kept;
  const refused = nobodys(kept, word);
  if (refused !== undefined) throw new GitProblem(`${path}: ${refused}.`);
  const found = nested?.[keepable[word]];
  const own = found === 'none' ? undefined : found;
  const file = onDisk(repo, path);
  await refuseForeignFolder(file, repo.root); // What is read through a link is not what lies at this path.
  const before = await readRegular(file);
  const link = before ? undefined : await readLink(file);
  const there = before ?? link;
  const stage = own ?? stages[keepable[word]];
  const content = stage && (await stageContent(repo, path, stage));
  // Logged first, as everywhere: stopped in between, there is a line too many and nothing that cannot be undone.
  const entry: AppliedEntry = {
    at: Date.now(),
    path,
    by: 'keep',
    chosen: true,
    operation: operation.key,
    ...(operation.attempt ? { attempt: operation.attempt } : {}),
    line: 1,
    conflict: '',
    text: '',
    tier: 'user',
    origin: `keep ${word}`,
    reason: `kept ${word} whole`,
    confidence: 1,
    evidence: [],
    saved: there ? await saveConflicted(repo, there) : NOTHING,
    ...(link ? { link: true } : {}),
    result: content ? digest(content) : NOTHING,
  };
  await logApplied(repo, [entry]);
  try {
    if (own && content) await replaceFile(file, content, before, repo.root);
    else await takeStage(repo, path, stages, keepable[word], { content });
  } catch (error) {
    await unlogApplied(repo, [entry]).catch(() => undefined); // The reason why nothing was written is what matters.
    throw error;
  }
}

/** The hash of what lies at a path, a file or a link's target. */
async function lying(repo: Repository, path: string): Promise<string> {
  const file = onDisk(repo, path);
  const bytes = (await readRegular(file)) ?? (await readLink(file));
  return bytes ? digest(bytes) : NOTHING;
}

/** Which side of an unmerged path was taken whole and still lies there; undefined where that is not so. */
export async function keptSide(
  repo: Repository,
  operation: Operation,
  { path, stages }: { readonly path: string; readonly stages: Stages },
  log: readonly AppliedEntry[],
): Promise<KeepWord | undefined> {
  const last = (await appliedNow(repo, operation, path, stages, log)).at(-1);
  if (last?.by !== 'keep' || last.result !== (await lying(repo, path))) return undefined;
  const word = last.origin.replace(/^keep /, '');
  return word === 'ours' || word === 'theirs' || word === 'base' ? word : undefined;
}
