/**
 * The structured rung of the ladder: texts for the conflicts of a line merge, by merging the syntax trees of the three
 * versions. Git's clean regions are given (conflictFiles.ts), so nothing outside the conflicts can change. Follows the
 * matching of GumTree and the set semantics of structured merge (Apel et al. 2011, JDime; Larsén et al. 2022, Spork).
 * Same input, same output; never throws; what it cannot merge it leaves open.
 */
import type { Language } from '../../syntax/languages.ts';
import type { Tree } from '../../syntax/tree.ts';
import type { Span } from '../../text/span.ts';
import type { Hunk, Merge3 } from '../conflict.ts';
import { type ConflictFiles, conflictFiles, sideNames } from '../conflictFiles.ts';
import { Shapes } from './shapes.ts';
import { NodeMerger } from './structuredNodes.ts';
import { type Output, textsOfConflicts } from './structuredOutput.ts';
import { SideView } from './structuredUnits.ts';

export interface StructuredText {
  readonly text: string;
  /** What was done, for people. */
  readonly notes: readonly string[];
}

export interface StructuredLimits {
  /** Nodes and comparisons looked at before the rest is left open. */
  readonly work?: number;
  /** UTF-16 units of the three conflict texts together. */
  readonly size?: number;
}

/**
 * One entry per conflict of the line merge, in order: undefined where structured merge leaves it open.
 * `parse` reads the three conflict files (with the regions in which they differ), which are not the sides themselves: where git merged cleanly they hold git's text.
 */
export function structuredMerge(
  line: { readonly hunks: readonly Hunk[] },
  parse: (
    versions: readonly { readonly text: string; readonly regions: readonly Span[] }[],
  ) => readonly (Tree | undefined)[],
  language: Language,
  limits: StructuredLimits = {},
): readonly (StructuredText | undefined)[] {
  const count = line.hunks.filter((hunk) => hunk.kind === 'conflict').length;
  const nothing = () => new Array<undefined>(count).fill(undefined);
  const files = conflictFiles(line.hunks);
  if (files === undefined || count === 0 || conflictSize(files) > (limits.size ?? 400_000)) return nothing();
  const [base, left, right] = parse(
    sideNames.map((side) => ({ text: files.file[side], regions: files.regions[side] })),
  );
  if (base === undefined || left === undefined || right === undefined) return nothing();
  const output = mergeTrees({ base, left, right }, files, language, limits);
  return textsOfConflicts(output, files);
}

function mergeTrees(trees: Merge3<Tree>, files: ConflictFiles, language: Language, limits: StructuredLimits): Output {
  const shapes = new Shapes();
  const view = (side: 'base' | 'left' | 'right') =>
    new SideView(side, trees[side], language, files.regions[side], files.regions.base, shapes);
  const merger = new NodeMerger(
    { base: view('base'), left: view('left'), right: view('right') },
    limits.work ?? 600_000,
  );
  merger.mergeFile();
  return merger.output;
}

function conflictSize(files: ConflictFiles): number {
  let size = 0;
  for (const regions of [files.regions.base, files.regions.left, files.regions.right]) {
    for (const region of regions) size += region.end - region.start;
  }
  return size;
}
