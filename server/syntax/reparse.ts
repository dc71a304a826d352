/** How one text became another, in tree-sitter's terms: an edited tree is parsed again only where it changed. */
import { Edit, type Tree as WasmTree } from 'web-tree-sitter';
import { commonPrefix, commonSuffix } from '../text/common.ts';
import type { Span } from '../text/span.ts';

/** A text, and where it differs from the other versions: as many regions in each, equal text between them. */
export interface Version {
  readonly text: string;
  readonly regions?: readonly Span[];
}

/** Where two texts differ, in order: what stands between two such pairs, and around them, is equal. */
export type Changed = readonly (readonly [old: Span, now: Span])[];

/** Tell a tree of `from` that its text is now `to`. */
export function editTree(tree: WasmTree, from: string, to: string, changed: Changed): void {
  const edits: Edit[] = [];
  let at = 0;
  let startPosition = { row: 0, column: 0 };
  for (const [old, now] of changed) {
    const removed = from.slice(old.start, old.end);
    const added = to.slice(now.start, now.end);
    if (removed === added) continue;
    startPosition = advance(startPosition, from.slice(at, old.start));
    at = old.start;
    edits.push(
      new Edit({
        startIndex: old.start,
        oldEndIndex: old.end,
        newEndIndex: old.start + added.length,
        startPosition,
        oldEndPosition: advance(startPosition, removed),
        newEndPosition: advance(startPosition, added),
      }),
    );
  }
  // From the end, so that what stands before an edit is still where the old text has it.
  for (const edit of edits.reverse()) tree.edit(edit);
}

/** Regions that stand for each other. */
export const changedRegions = (from: readonly Span[], to: readonly Span[]): Changed =>
  from.map((old, i) => [old, to[i] ?? old] as const);

/** The least span of each text outside of which they are equal. */
export function changedSpan(from: string, to: string): Changed {
  const start = commonPrefix(from, to);
  const tail = commonSuffix(from, to, Math.min(from.length, to.length) - start);
  return [
    [
      { start, end: from.length - tail },
      { start, end: to.length - tail },
    ],
  ];
}

interface Position {
  readonly row: number;
  readonly column: number;
}

function advance(from: Position, text: string): Position {
  let row = from.row;
  let last = -1;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) {
    row++;
    last = at;
  }
  return { row, column: last < 0 ? from.column + text.length : text.length - last - 1 };
}
