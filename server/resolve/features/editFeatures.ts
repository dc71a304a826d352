/**
 * What became of every edit of both sides in a candidate, in order (bags of words cannot tell a kept edit from the same words
 * elsewhere), and whether the candidate's lines stand in the order of a sorted or dated list around them.
 */
import type { Change } from '../../diff/change.ts';
import { histogramDiff } from '../../diff/histogram.ts';
import type { Material } from '../material.ts';
import { compareVersions, type Version } from '../rules/version.ts';
import type { Row } from './conflictFeatures.ts';
import type { LineBook } from './lineBook.ts';

/** Old index → 1 where the token is matched in the new sequence. */
function survives(from: Int32Array, to: Int32Array, script: readonly Change[] = histogramDiff(from, to)): Uint8Array {
  const out = new Uint8Array(from.length).fill(1);
  for (const change of script) out.fill(0, change.aStart, change.aEnd);
  return out;
}

/** The edit script between two versions of the conflict, where it is known. */
function knownScript(m: Material, from: Int32Array, to: Int32Array): readonly Change[] | undefined {
  if (from === to) return [];
  if (from !== m.base.ids) return undefined;
  return to === m.left.ids ? m.leftDiff : to === m.right.ids ? m.rightDiff : undefined;
}

const inRange = (marks: Uint8Array, from: number, to: number): number => {
  let n = 0;
  for (let i = from; i < to; i++) n += marks[i] ?? 0;
  return n;
};

/** Of one side's edits: shares of regions kept whole, dropped whole, half kept; and of words. */
function fates(changes: readonly Change[], base: Uint8Array, side: Uint8Array): readonly number[] {
  let kept = 0;
  let dropped = 0;
  let words = 0;
  let followed = 0;
  for (const { aStart, aEnd, bStart, bEnd } of changes) {
    const deleted = aEnd - aStart;
    const inserted = bEnd - bStart;
    const done = inRange(side, bStart, bEnd) + deleted - inRange(base, aStart, aEnd);
    const all = deleted + inserted;
    if (done === all) kept++;
    else if (done === 0) dropped++;
    words += all;
    followed += done;
  }
  const n = Math.max(1, changes.length);
  return [kept / n, dropped / n, changes.length - kept - dropped, followed / Math.max(1, words)];
}

const FATES = ['kept', 'dropped', 'half kept', 'words kept'] as const;
const COLUMNS = {
  left: FATES.map((name) => `edits.left ${name}`),
  right: FATES.map((name) => `edits.right ${name}`),
};
/** Above so many tokens in candidate and sides the alignments are not computed: cheap features only. */
const MANY = 6000;

export function editFeatures(m: Material, ids: Int32Array, row: Row): void {
  const many = m.huge || ids.length + m.left.ids.length + m.right.ids.length + m.base.ids.length > MANY;
  const base = many ? undefined : survives(m.base.ids, ids, knownScript(m, m.base.ids, ids));
  for (const [side, own, changes] of [
    ['left', m.left.ids, m.leftDiff],
    ['right', m.right.ids, m.rightDiff],
  ] as const) {
    const values = base ? fates(changes, base, survives(own, ids, knownScript(m, own, ids))) : undefined;
    COLUMNS[side].forEach((name, i) => {
      row.put(name, values?.[i] ?? Number.NaN);
    });
  }
}

/** Whether theirs, taken whole, has every word that ours wrote and none that ours deleted; in long conflicts it may. */
export function theirsHasOurs(m: Material): boolean {
  const { base, left, right, leftDiff, rightDiff } = m;
  if (m.huge || 2 * right.ids.length + left.ids.length + base.ids.length > MANY) return true;
  const [kept] = fates(leftDiff, survives(base.ids, right.ids, rightDiff), survives(left.ids, right.ids));
  return leftDiff.length > 0 && kept === 1;
}

/**
 * Lines of a candidate between their neighbours: steps down in the alphabet, versions that rise and fall.
 * @param all the numbers of the lines, neighbours included.
 */
export function orderFeatures(all: readonly number[], book: LineBook, row: Row): void {
  const { texts, folded } = book;
  let down = 0;
  let downFolded = 0;
  for (let i = 1; i < all.length; i++) {
    const [a = 0, b = 0] = [all[i - 1], all[i]];
    if ((texts[a] ?? '') > (texts[b] ?? '')) down++;
    if ((folded[a] ?? '') > (folded[b] ?? '')) downFolded++;
  }
  row.put('order.steps down', down);
  row.put('order.steps down, folded', downFolded);
  let rises = 0;
  let falls = 0;
  let last: Version | undefined;
  for (const line of all.slice(0, 60)) {
    const version = book.versionIn(line);
    if (!version) continue;
    const order = last ? compareVersions(version, last) : 0;
    if (order > 0) rises++;
    if (order < 0) falls++;
    last = version;
  }
  row.put('order.versions rise', rises);
  row.put('order.versions fall', falls);
}
