/**
 * The three versions of a file as its conflicts see them: git's clean text outside the conflicts, each side's own text
 * inside. They are equal but for the conflicts, so whatever a merge of them changes, it changes in a conflict: this is how
 * structured merge keeps git's clean regions byte for byte.
 */
import type { Span } from '../text/span.ts';
import type { Hunk, Merge3 } from './conflict.ts';

export interface ConflictFiles {
  readonly file: Merge3<string>;
  /** Where each conflict stands in each of the three. */
  readonly regions: Merge3<readonly Span[]>;
  /** The text before, between and after the conflicts: one more than there are conflicts. */
  readonly stable: readonly string[];
}

/** Undefined when a conflict has no base. */
export function conflictFiles(hunks: readonly Hunk[]): ConflictFiles | undefined {
  const file = { base: '', left: '', right: '' };
  const regions = { base: [] as Span[], left: [] as Span[], right: [] as Span[] };
  const stable = [''];
  for (const hunk of hunks) {
    if (hunk.kind === 'stable') stable[stable.length - 1] += hunk.text;
    const sides = hunk.kind === 'stable' ? { base: hunk.text, left: hunk.text, right: hunk.text } : hunk.conflict.sides;
    if (sides.base === undefined) return undefined;
    const texts = { base: sides.base, left: sides.left, right: sides.right };
    for (const side of sideNames) {
      const start = file[side].length;
      file[side] += texts[side];
      if (hunk.kind === 'conflict') regions[side].push({ start, end: file[side].length });
    }
    if (hunk.kind === 'conflict') stable.push('');
  }
  return { file, regions, stable };
}

export const sideNames = ['base', 'left', 'right'] as const;
export type SideName = (typeof sideNames)[number];
