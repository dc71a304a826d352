/** `mortise resolve --keep`: one side of whole paths, where there is no text to merge or the user wants it so. */

import { readLink, takeStage } from '../git/restore.ts';
import { type AppliedEntry, digest, logApplied, NOTHING, saveConflicted, unlogApplied } from '../git/saved.ts';
import type { UnmergedFile } from '../git/unmerged.ts';
import { readRegular } from '../git/write.ts';
import { type Conflicted, readConflicts } from './conflicts.ts';
import { type Io, UsageError } from './io.ts';
import { quoted } from './show.ts';
import { shown } from './showOutcomes.ts';

const keepable = { ours: 'left', theirs: 'right', base: 'base' } as const;

export async function keepSides(
  io: Io,
  word: string,
  paths: readonly string[],
  from: string,
  dry: boolean,
): Promise<number> {
  if (word !== 'ours' && word !== 'theirs' && word !== 'base') {
    throw new UsageError(`--keep wants ours, theirs or base, not "${word}".`);
  }
  if (paths.length === 0) throw new UsageError('--keep wants the paths to take one side of.');
  const conflicted = await readConflicts(io, paths, from);
  if (conflicted.files.length === 0) {
    io.err(`mortise: ${paths.join(', ')}: not in conflict. "mortise resolve --apply none" lists what is.\n`);
    return 2;
  }
  let refused = 0;
  for (const { unmerged } of conflicted.files) {
    const said = await keepSide(conflicted, unmerged, word, dry);
    if (said.done) io.out(`${shown(io, conflicted.repo, unmerged.path)}: ${said.text}\n`);
    else io.err(`mortise: ${unmerged.path}: ${said.text}\n`);
    if (!said.done) refused++;
  }
  return refused > 0 ? 2 : 0;
}

async function keepSide(
  { repo, operation }: Conflicted,
  unmerged: UnmergedFile,
  word: keyof typeof keepable,
  dry: boolean,
): Promise<{ done: boolean; text: string }> {
  const { path, stages, kind } = unmerged;
  const side = keepable[word];
  if (path.includes('\ufffd')) return { done: false, text: 'its name is not UTF-8: use git checkout --ours|--theirs' };
  if (kind === 'submodule') {
    const oid = stages[side]?.oid;
    const how = oid
      ? `git -C ${quoted(path)} checkout ${oid.slice(0, 12)} && git add ${quoted(path)}`
      : `git rm --cached ${quoted(path)}`;
    return { done: false, text: `a submodule's commit is checked out in the submodule itself: ${how}` };
  }
  if (word === 'base' && !stages.base)
    return { done: false, text: 'there is no base version: the path is new on both sides' };
  const will = stages[side]
    ? `${word} written, stage it with: git add`
    : `${word} has no such file: removed, record it with: git rm`;
  if (dry) return { done: true, text: `would keep ${word}` };
  const before = await readRegular(unmerged.file);
  const link = before ? undefined : await readLink(unmerged.file);
  const there = before ?? link;
  // Logged first, as everywhere: stopped in between, there is a line too many and nothing that cannot be undone.
  const entry: AppliedEntry = {
    at: Date.now(),
    path,
    by: 'keep',
    operation: operation.key,
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
    result: 'not yet known',
  };
  await logApplied(repo, [entry]);
  try {
    await takeStage(repo, path, stages, side);
  } catch (error) {
    await unlogApplied(repo, [entry]);
    throw error;
  }
  const after = (await readRegular(unmerged.file)) ?? (await readLink(unmerged.file));
  await logApplied(repo, [{ ...entry, result: after ? digest(after) : NOTHING }]);
  await unlogApplied(repo, [entry]);
  return { done: true, text: will };
}
