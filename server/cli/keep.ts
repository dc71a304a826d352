/** `mortise resolve --keep`: one side of whole paths, where there is no text to merge or the user wants it so. */

import { type KeepWord, keepable, keepWhole, nobodys } from '../git/keepWhole.ts';
import type { UnmergedFile } from '../git/unmerged.ts';
import { asArgument, asPathspec, called, calling, callingGit } from './called.ts';
import { type Conflicted, readConflicts, refuseUnknown } from './conflicts.ts';
import { shown, typed } from './goOn.ts';
import { type Io, UsageError } from './io.ts';
import { quoted } from './show.ts';

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
    io.err(`mortise: ${paths.join(', ')}: not in conflict. "${called(io)} resolve --apply none" lists what is.\n`);
    return 2;
  }
  refuseUnknown(paths, conflicted, from);
  let refused = 0;
  for (const { unmerged } of conflicted.files) {
    const said = await keepSide(io, conflicted, unmerged, word, dry);
    if (said.done) io.out(`${shown(io, conflicted.repo, unmerged.path)}: ${said.text}\n`);
    else io.err(`mortise: ${unmerged.path}: ${said.text}\n`);
    if (!said.done) refused++;
  }
  return refused > 0 ? 2 : 0;
}

async function keepSide(
  io: Io,
  { repo, operation }: Conflicted,
  unmerged: UnmergedFile,
  word: KeepWord,
  dry: boolean,
): Promise<{ done: boolean; text: string }> {
  const { path, stages, kind } = unmerged;
  const side = keepable[word];
  const git = (command: string) => callingGit(io, repo, command);
  const name = asPathspec(io, repo, path);
  if (path.includes('\ufffd')) return { done: false, text: 'its name is not UTF-8: use git checkout --ours|--theirs' };
  if (kind === 'submodule') {
    const oid = stages[side]?.oid;
    const how = oid
      ? `git -C ${quoted(typed(io, repo, path))} checkout ${oid.slice(0, 12)} && ${git('git add')} ${name}`
      : `${git('git rm')} --cached ${name}`;
    return { done: false, text: `a submodule's commit is checked out in the submodule itself: ${how}` };
  }
  if (word === 'base' && !stages.base)
    return { done: false, text: 'there is no base version: the path is new on both sides' };
  const refused = nobodys(unmerged, word);
  if (refused !== undefined) {
    const deciding = `${calling(io, repo, 'choose')} ${asArgument(io, repo, path)}`;
    return { done: false, text: `${refused}.\n  ${deciding}` };
  }
  const will = stages[side]
    ? `${word} written. When it is right: ${git('git add')} ${name}`
    : `${word} has no such file: removed. When that is right: ${git('git rm')} ${name}`;
  if (dry) return { done: true, text: `would keep ${word}` };
  await keepWhole(repo, operation, unmerged, word);
  const saved = `What was there is saved: ${calling(io, repo, 'undo')} ${asArgument(io, repo, path)}`;
  return { done: true, text: `${will}\n  ${saved}` };
}
