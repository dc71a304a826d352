/** A mined file cut into its conflicts, each with the text the developers put in its place where that can be told. */
import type { Hunk, Sides } from '../merge/conflict.ts';
import { type LineMergeOptions, lineMerge } from '../merge/lineMerge.ts';
import { alignResolutions } from './align.ts';
import type { MinedRecord } from './record.ts';
import { unicodeLines } from './same.ts';

export interface MinedHunk {
  /** Place among the file's conflicts. */
  readonly index: number;
  readonly sides: Sides;
  /** Merged text around the conflict: to the neighbouring conflicts. */
  readonly before: string;
  readonly after: string;
  /** What the developers left there; absent where it is ambiguous. */
  readonly resolution?: string;
}

export interface MinedHunks {
  readonly hunks: readonly MinedHunk[];
  /** The developers changed nothing outside the conflicts: a tool can reach their file. */
  readonly whole: boolean;
}

/** @param options how the conflicts are cut; whole ones with their base where nothing is said. */
export function locateHunks(
  record: Pick<MinedRecord, 'base' | 'left' | 'right' | 'merged'>,
  options?: LineMergeOptions,
): MinedHunks {
  const { hunks } = lineMerge({ base: record.base, left: record.left, right: record.right }, options);
  const { contexts, conflicts } = cut(hunks);
  const lines = unicodeLines(record.merged);
  const { ranges, whole } = alignResolutions(
    contexts.map((text) => unicodeLines(text)),
    lines,
  );
  const located = conflicts.map((sides, index): MinedHunk => {
    const range = ranges[index];
    const around = { before: contexts[index] ?? '', after: contexts[index + 1] ?? '' };
    if (!range) return { index, sides, ...around };
    return { index, sides, ...around, resolution: lines.slice(range.start, range.end).join('') };
  });
  return { hunks: located, whole };
}

function cut(hunks: readonly Hunk[]): { contexts: string[]; conflicts: Sides[] } {
  const contexts = [''];
  const conflicts: Sides[] = [];
  for (const hunk of hunks) {
    if (hunk.kind === 'conflict') {
      conflicts.push(hunk.conflict.sides);
      contexts.push('');
    } else contexts[contexts.length - 1] += hunk.text;
  }
  return { contexts, conflicts };
}
