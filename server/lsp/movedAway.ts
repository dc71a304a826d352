/** A file that one side deleted, its content in another file, where the other side edited it: one sentence about where the edit belongs. */
import { movedAway } from '../elsewhere.ts';
import type { UnmergedFile } from '../git/unmerged.ts';
import { movesIn } from '../resolve/reasons.ts';
import type { WorkTree } from './repositories.ts';
import type { Session } from './session.ts';

/** An unmerged file is read anew with every look at the repository, and so is this. */
const known = new WeakMap<UnmergedFile, Promise<string>>();

/** It says ours and theirs; empty where nothing was moved. Git is not asked about the content of a repository that is not trusted. */
export function saidOfAway(session: Session, tree: WorkTree, file: UnmergedFile): Promise<string> {
  const { base, left, right } = file.stages;
  if (session.client.untrusted || !base || (left && right)) return Promise.resolve('');
  const found = known.get(file) ?? movedAway(tree, file).then((moves) => movesIn({ check: 'moved', moves }));
  known.set(file, found);
  found.catch(() => known.delete(file));
  return found;
}
