/**
 * Which side's file lies in the work tree to the letter, where the other's differs: a merge driver that died leaves ours so (git
 * before 2.42 takes what it finds for a conflict), and who takes one side on purpose does the same. For terminal and editor.
 */
import type { UnmergedFile } from './git/unmerged.ts';
import { stagesLike } from './mergeContext.ts';

export function wholeSide(text: string, unmerged: Pick<UnmergedFile, 'texts'>): 'ours' | 'theirs' | undefined {
  const sides = stagesLike(text, unmerged);
  if (!sides || sides.left === sides.right) return undefined;
  return text === sides.left ? 'ours' : text === sides.right ? 'theirs' : undefined;
}
