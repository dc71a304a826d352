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

/** Whether `side`, taken whole, loses an edit of the other side so. Found once: it is asked with each ranking. */
export function losesEdit(material: Material, side: 'left' | 'right'): boolean {
  const { lost } = material.found;
  const loses = lost[side] ?? readLoss(material, side);
  lost[side] = loses;
  return loses;
}

function readLoss(material: Material, side: 'left' | 'right'): boolean {
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
  const isLineGone = lineReader(lines, marksOf(changes, lines.length), marksOf(edits, lines.length), (token) =>
    Boolean(isWord[base.ids[token] ?? 0]),
  );
  let at = 0;
  return edits.some((edit) => {
    const added = other.ids.subarray(edit.bStart, edit.bEnd);
    if (!added.some((id) => isWord[id] && !has.has(id))) return false;
    // Both scripts are in order.
    while ((changes[at]?.aEnd ?? Number.POSITIVE_INFINITY) < edit.aEnd) at++;
    const gone = changes[at];
    if (gone && gone.aStart <= edit.aStart && gone.aEnd - gone.aStart > edit.aEnd - edit.aStart) {
      const removed = count(base.ids, gone.aStart, gone.aEnd);
      const isAround = removed - count(base.ids, edit.aStart, edit.aEnd) >= AROUND;
      if (isAround && count(own.ids, gone.bStart, gone.bEnd) < removed) return true;
    }
    return isLineGone(edit);
  });
}

/** 1 for the tokens of the base that a script replaced. */
function marksOf(script: readonly Change[], length: number): Uint8Array {
  const marks = new Uint8Array(length);
  for (const { aStart, aEnd } of script) marks.fill(1, aStart, aEnd);
  return marks;
}

/** Says whether of the lines of an edit, the edit itself aside, little is left in the side that is taken. */
function lineReader(
  lines: Int32Array,
  changed: Uint8Array,
  edited: Uint8Array,
  isWord: (token: number) => boolean,
): (edit: Change) => boolean {
  return ({ aStart, aEnd }) => {
    // Whole lines that were added stand in none.
    if (aStart === aEnd && lines[aStart] !== lines[aStart - 1]) return false;
    let token = Math.min(aStart, lines.length - 1);
    const last = lines[Math.max(aStart, aEnd - 1)];
    if (last === undefined) return false;
    while (token > 0 && lines[token - 1] === lines[token]) token--;
    let [all, kept] = [0, 0];
    for (; token < lines.length && (lines[token] ?? 0) <= last; token++) {
      if (edited[token] || !isWord(token)) continue;
      all++;
      if (!changed[token]) kept++;
    }
    return all > 0 && kept <= LEFT * all;
  };
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
