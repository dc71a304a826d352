/** How one text became another, in tree-sitter's terms: an edited tree is parsed again only where it changed. */
import { Edit, type Tree as WasmTree } from 'web-tree-sitter';
import { commonPrefix, commonSuffix } from '../text/common.ts';
import type { Span } from '../text/span.ts';

/** A text, and where it differs from the other versions: as many regions in each, equal text between them. */
export interface Version {
  readonly text: string;
  readonly regions?: readonly Span[];
}

/** Tell a tree of `from` that its text is now `to`. */
export function editTree(tree: WasmTree, from: Version, to: Version): void {
  const regions = from.regions?.length === to.regions?.length ? (from.regions ?? []) : [];
  const pairs =
    regions.length > 0 && to.regions
      ? regions.map((old, i) => [old, to.regions?.[i] ?? old] as const)
      : [changedSpans(from.text, to.text)];
  // From the end, so that what stands before an edit is still where the old text has it.
  for (const [old, now] of [...pairs].reverse()) {
    const removed = from.text.slice(old.start, old.end);
    const added = to.text.slice(now.start, now.end);
    if (removed === added) continue;
    const startPosition = positionOf(from.text, old.start);
    tree.edit(
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
}

/** The least span of each text outside of which they are equal. */
function changedSpans(from: string, to: string): readonly [Span, Span] {
  const start = commonPrefix(from, to);
  const tail = commonSuffix(from, to, Math.min(from.length, to.length) - start);
  return [
    { start, end: from.length - tail },
    { start, end: to.length - tail },
  ];
}

interface Position {
  readonly row: number;
  readonly column: number;
}

function positionOf(text: string, offset: number): Position {
  return advance({ row: 0, column: 0 }, text.slice(0, offset));
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
