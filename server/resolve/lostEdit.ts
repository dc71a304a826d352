/**
 * A side as it stands is without what the other edited where it removed or replaced the lines around that edit: moved them to a helper,
 * a constant, another file, or did without. The edit (a check, a rate) then has nowhere to stand, and it may still be wanted where the
 * lines went: a deletion against an edit, in the middle of a conflict.
 */
import type { Change } from '../diff/change.ts';
import { splitLines } from '../text/lines.ts';
import type { JudgedConflict } from './judge.ts';
import type { Material } from './material.ts';

/** So many words more than the edit itself were taken away around it, for it to be no other way of the same edit. */
const AROUND = 2;
/** Of a line's other words at most this share is left where the line counts as gone. */
const LEFT = 0.5;

const WORD = /[\p{L}\p{N}_$]/u;

/** Whether `side`, taken whole, loses an edit of the other side so. */
export function losesEdit(material: Material, side: 'left' | 'right'): boolean {
  const { hasBase, base, left, right, leftDiff, rightDiff, words } = material;
  if (!hasBase) return false;
  const [own, changes, other, edits] =
    side === 'left' ? [left, leftDiff, right, rightDiff] : [right, rightDiff, left, leftDiff];
  const isWord = words.map((word) => WORD.test(word));
  const count = (ids: Int32Array, from: number, to: number) => {
    let found = 0;
    for (let k = from; k < to; k++) if (isWord[ids[k] ?? 0]) found++;
    return found;
  };
  const has = new Set(own.ids);
  const lines = lineOfTokens(material);
  return edits.some((edit) => {
    const added = other.ids.subarray(edit.bStart, edit.bEnd);
    if (!added.some((id) => isWord[id] && !has.has(id))) return false;
    const gone = changes.find(({ aStart, aEnd }) => aStart <= edit.aStart && edit.aEnd <= aEnd);
    if (gone && gone.aEnd - gone.aStart > edit.aEnd - edit.aStart) {
      const removed = count(base.ids, gone.aStart, gone.aEnd);
      const isAround = removed - count(base.ids, edit.aStart, edit.aEnd) >= AROUND;
      if (isAround && count(own.ids, gone.bStart, gone.bEnd) < removed) return true;
    }
    return isLineGone({ edit, edits, changes, lines, isWord: (k) => isWord[base.ids[k] ?? 0] === true });
  });
}

interface Around {
  readonly edit: Change;
  readonly edits: readonly Change[];
  /** Of the side that is taken. */
  readonly changes: readonly Change[];
  readonly lines: Int32Array;
  readonly isWord: (token: number) => boolean;
}

/** Of the line that was edited, little else is left in the side that is taken. */
function isLineGone({ edit, edits, changes, lines, isWord }: Around): boolean {
  if (edit.aStart === edit.aEnd && lines[edit.aStart] !== lines[edit.aStart - 1]) return false;
  const [first, last] = [lines[Math.min(edit.aStart, lines.length - 1)], lines[Math.max(edit.aStart, edit.aEnd - 1)]];
  if (first === undefined || last === undefined) return false;
  const within = (token: number, some: readonly Change[]) =>
    some.some(({ aStart, aEnd }) => aStart <= token && token < aEnd);
  let [all, kept] = [0, 0];
  for (let token = lines.indexOf(first); token < lines.length && (lines[token] ?? 0) <= last; token++) {
    if (!isWord(token) || within(token, edits)) continue;
    all++;
    if (!within(token, changes)) kept++;
  }
  return all > 0 && kept <= LEFT * all;
}

/** The line of each token of the base. */
function lineOfTokens({ base: { text, tokens } }: Material): Int32Array {
  const lines = new Int32Array(tokens.count);
  let [line, end] = [-1, 0];
  const ends = splitLines(text).map(({ length }) => (end += length));
  for (let k = 0; k < tokens.count; k++) {
    while ((ends[line] ?? -1) <= (tokens.start[k] ?? 0) && line < ends.length) line++;
    lines[k] = line;
  }
  return lines;
}

/** It is one side whole, and an edit of the other has nowhere to stand in it: never safe, and likely only after decisions. */
export const losesMore = ({ material }: JudgedConflict, generators: readonly string[]): boolean =>
  (generators.includes('left') && losesEdit(material, 'left')) ||
  (generators.includes('right') && losesEdit(material, 'right'));
