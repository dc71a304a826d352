/** What the file of a conflict is like around it, as git's line merge sees it: computed once for all of its conflicts. */
import type { Merge3 } from '../merge/conflict.ts';
import { type LineMerge, lineMerge } from '../merge/lineMerge.ts';
import { splitLines } from '../text/lines.ts';

export interface FileFacts {
  readonly lines: number;
  /** Lines that git merged by itself, and into how many stretches the conflicts cut them. */
  readonly stable: number;
  readonly stretches: number;
  /** Stretches of lines that each side changed against the base, conflicts included. */
  readonly changed: readonly [left: number, right: number];
  readonly conflicts: number;
}

/** Of a file with a base whose sides both differ from it; undefined else. */
export function fileFacts(base: string | undefined, { hunks, changed }: LineMerge): FileFacts | undefined {
  if (base === undefined || !changed) return undefined;
  let [stable, stretches, conflicts] = [0, 0, 0];
  for (const hunk of hunks) {
    if (hunk.kind === 'conflict') conflicts++;
    else {
      stretches++;
      stable += lineCount(hunk.text);
    }
  }
  return { lines: lineCount(base), stable, stretches, changed, conflicts };
}

const lineCount = (text: string): number => splitLines(text).length;

const known = new WeakMap<object, FileFacts | { readonly none: true }>();

/** The same of the three versions that git keeps of an unmerged path: asked after every keystroke, read once. */
export function fileFactsOf(stages: Partial<Merge3<string>> | undefined): FileFacts | undefined {
  if (stages?.base === undefined || stages.left === undefined || stages.right === undefined) return undefined;
  const { base, left, right } = stages;
  const before = known.get(stages);
  const found = before ?? fileFacts(base, lineMerge({ base, left, right })) ?? { none: true };
  known.set(stages, found);
  return 'none' in found ? undefined : found;
}
