/**
 * One side of a conflicted path taken whole, as the terminal and the editor do it: what lay there is saved and the change logged
 * before the file is touched, so that `review` shows it and `undo` takes it back. Nothing is staged.
 */
import { appliedNow } from './appliedNow.ts';
import { GitProblem } from './git.ts';
import type { Operation } from './operation.ts';
import { inRepository, onDisk, type Repository } from './repository.ts';
import { readLink, takeStage } from './restore.ts';
import { type AppliedEntry, digest, logApplied, NOTHING, saveConflicted, unlogApplied } from './saved.ts';
import type { Stage, Stages, UnmergedFile } from './unmerged.ts';
import { readRegular, refuseForeignFolder, replaceFile } from './write.ts';

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
  const will = await written(repo, path, own ?? stages[keepable[word]]);
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
    result: will,
  };
  await logApplied(repo, [entry]);
  try {
    if (own) await replaceFile(file, await ownBytes(repo, path, own), before, repo.root);
    else await takeStage(repo, path, stages, keepable[word]);
  } catch (error) {
    await unlogApplied(repo, [entry]);
    throw error;
  }
  const result = await lying(repo, path);
  if (result === will) return;
  await logApplied(repo, [{ ...entry, result }]);
  await unlogApplied(repo, [entry]);
}

/** The hash of what git will write for a stage: line ends, encodings and filters as for the work tree. */
async function written(repo: Repository, path: string, stage: Stages[keyof Stages]): Promise<string> {
  if (!stage) return NOTHING;
  const how = stage.mode === '120000' ? ['blob'] : ['--filters', `--path=${path}`];
  const { code, stdout } = await inRepository(repo, ['cat-file', ...how, stage.oid], { ok: [0, 1, 128] });
  return code === 0 ? digest(stdout) : 'not known'; // A filter that fails; checking out says why.
}

async function ownBytes(repo: Repository, path: string, { oid }: Stage): Promise<Buffer> {
  return (await inRepository(repo, ['cat-file', '--filters', `--path=${path}`, oid])).stdout;
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
