/**
 * Candidates made of whole lines: a side, both in either order, each with base lines removed, unions, interleavings,
 * sorted unions. Blank lines travel with the line below them.
 */
import { histogramDiff } from '../diff/histogram.ts';
import { Interner } from '../diff/intern.ts';
import type { Material, Unit } from './material.ts';

export interface Generated {
  readonly name: string;
  readonly text: string;
}

const keysOf = (units: readonly Unit[], interner: Interner): Int32Array => interner.ids(units.map((unit) => unit.key));

/** Units of `from` that a diff does not match to a unit of `other`. */
function minus(from: readonly Unit[], other: readonly Unit[]): Unit[] {
  const interner = new Interner();
  const changes = histogramDiff(keysOf(other, interner), keysOf(from, interner));
  return changes.flatMap((change) => from.slice(change.bStart, change.bEnd));
}

/** `first`, then the units of `second` whose line is nowhere in `first`. */
function union(first: readonly Unit[], second: readonly Unit[]): Unit[] {
  const seen = new Set(first.map((unit) => unit.key));
  return [...first, ...second.filter((unit) => !seen.has(unit.key))];
}

/** Both sides woven along their common lines; where they differ, `first`'s lines stand before `second`'s. */
function interleave(first: readonly Unit[], second: readonly Unit[], order: 'first' | 'second'): Unit[] {
  const interner = new Interner();
  const out: Unit[] = [];
  let at = 0;
  for (const change of histogramDiff(keysOf(first, interner), keysOf(second, interner))) {
    const mine = first.slice(change.aStart, change.aEnd);
    const theirs = second.slice(change.bStart, change.bEnd);
    out.push(...first.slice(at, change.aStart), ...(order === 'first' ? [...mine, ...theirs] : [...theirs, ...mine]));
    at = change.aEnd;
  }
  out.push(...first.slice(at));
  return out;
}

function commonEnds(a: readonly Unit[], b: readonly Unit[]): { prefix: number; suffix: number } {
  const least = Math.min(a.length, b.length);
  let prefix = 0;
  while (prefix < least && a[prefix]?.key === b[prefix]?.key) prefix++;
  let suffix = 0;
  while (suffix < least - prefix && a[a.length - 1 - suffix]?.key === b[b.length - 1 - suffix]?.key) suffix++;
  return { prefix, suffix };
}

const byLine = (fold: (key: string) => string) => (x: Unit, y: Unit) => {
  const a = fold(x.text.trim());
  const b = fold(y.text.trim());
  return a < b ? -1 : a > b ? 1 : 0;
};

/** Joins units so that each starts on a line of its own, whatever lacked a terminator at the end of the file. */
export function joinUnits(units: readonly Unit[], eol: string): string {
  let out = '';
  // Asked of the last unit and not of `out`: looking into a long text under construction makes the engine copy it.
  let ended = true;
  for (const { text } of units) {
    if (!ended) out += eol;
    out += text;
    if (text !== '') ended = text.endsWith('\n');
  }
  return out;
}

/** Drops the trailing comma of the last line, or adds one, keeping what stands after it. */
function withComma(text: string, comma: boolean): string {
  const body = text.trimEnd();
  const tail = text.slice(body.length);
  if (comma) return body.endsWith(',') ? text : `${body},${tail}`;
  return body.endsWith(',') ? body.slice(0, -1) + tail : text;
}

export function lineCandidates(material: Material): Generated[] {
  const { left, right, base, context } = material;
  const eol = /\r\n/.test(context.sides.left + context.sides.right) ? '\r\n' : '\n';
  const out: Generated[] = [
    { name: 'left', text: left.text },
    { name: 'right', text: right.text },
  ];
  if (material.hasBase) out.push({ name: 'base', text: base.text });
  out.push({ name: 'empty', text: '' });
  const put = (name: string, units: readonly Unit[]) => out.push({ name, text: joinUnits(units, eol) });
  // A blank tail belongs to a side, not to the middle of a concatenation.
  const l = left.solid;
  const r = right.solid;
  const b = base.solid;
  const tail = [...left.units.slice(l.length), ...(l.length === left.units.length ? right.units.slice(r.length) : [])];
  const both = (name: string, units: readonly Unit[]) => put(name, [...units, ...tail]);
  both('left+right', [...l, ...r]);
  both('right+left', [...r, ...l]);
  if (material.huge) return out;

  const { prefix, suffix } = commonEnds(l, r);
  const lm = l.slice(prefix, l.length - suffix);
  const rm = r.slice(prefix, r.length - suffix);
  const head = l.slice(0, prefix);
  const foot = l.slice(l.length - suffix);
  both('left+right trimmed', [...head, ...lm, ...rm, ...foot]);
  both('right+left trimmed', [...head, ...rm, ...lm, ...foot]);

  const lNew = minus(l, b);
  const rNew = minus(r, b);
  both('left-base', lNew);
  both('right-base', rNew);
  both('left-base+right-base', [...lNew, ...rNew]);
  both('right-base+left-base', [...rNew, ...lNew]);
  both('left+right-base', [...l, ...rNew]);
  both('left-base+right', [...lNew, ...r]);
  both('right+left-base', [...r, ...lNew]);
  both('right-base+left', [...rNew, ...l]);

  const leftDeleted = new Set(minus(b, l).map((unit) => unit.key));
  const rightDeleted = new Set(minus(b, r).map((unit) => unit.key));
  both(
    'left minus right deletions',
    l.filter((unit) => !rightDeleted.has(unit.key)),
  );
  both(
    'right minus left deletions',
    r.filter((unit) => !leftDeleted.has(unit.key)),
  );

  const lr = union(l, r);
  const rl = union(r, l);
  const gone = (unit: Unit) =>
    (leftDeleted.has(unit.key) && !rNew.some((x) => x.key === unit.key)) ||
    (rightDeleted.has(unit.key) && !lNew.some((x) => x.key === unit.key));
  both('union', lr);
  both('union right first', rl);
  both(
    'union minus deletions',
    lr.filter((unit) => !gone(unit)),
  );
  both(
    'union minus deletions, right first',
    rl.filter((unit) => !gone(unit)),
  );
  both('interleaved', interleave(l, r, 'first'));
  both('interleaved, right first', interleave(l, r, 'second'));
  if (lr.length > 1 && lr.length <= 300) {
    const kept = lr.filter((unit) => !gone(unit));
    both('sorted union', [...kept].sort(byLine((x) => x)));
    both('sorted union, case folded', [...kept].sort(byLine((x) => x.toLowerCase())));
    both('sorted union of all', [...lr].sort(byLine((x) => x.toLowerCase())));
  }
  commaCandidates(material, eol, { head, lm, rm, foot, tail }, out);
  return out;
}

interface Trimmed {
  readonly head: readonly Unit[];
  readonly lm: readonly Unit[];
  readonly rm: readonly Unit[];
  readonly foot: readonly Unit[];
  readonly tail: readonly Unit[];
}

/** Lists whose last element has no comma: the first side's last line gains one, the last line keeps its side's style. */
function commaCandidates(material: Material, eol: string, trimmed: Trimmed, out: Generated[]): void {
  const { left, right } = material;
  if (left.squeezed === '' || right.squeezed === '') return;
  const bare = (text: string) => !text.trimEnd().endsWith(',');
  if (!bare(left.text) && !bare(right.text)) return;
  const join = (first: readonly Unit[], second: readonly Unit[], name: string) => {
    if (first.length === 0 || second.length === 0) return;
    const text =
      joinUnits(trimmed.head, eol) +
      withComma(joinUnits(first, eol), true) +
      (joinUnits(first, eol).endsWith('\n') ? '' : eol) +
      withComma(joinUnits(second, eol), trimmed.foot.length > 0) +
      joinUnits([...trimmed.foot, ...trimmed.tail], eol);
    out.push({ name, text });
  };
  join(trimmed.lm, trimmed.rm, 'list, left first');
  join(trimmed.rm, trimmed.lm, 'list, right first');
  const keys = new Set(trimmed.lm.map((unit) => unit.key.replace(/,$/, '')));
  const fresh = trimmed.rm.filter((unit) => !keys.has(unit.key.replace(/,$/, '')));
  if (fresh.length < trimmed.rm.length) join(trimmed.lm, fresh, 'list union');
  const rkeys = new Set(trimmed.rm.map((unit) => unit.key.replace(/,$/, '')));
  const lfresh = trimmed.lm.filter((unit) => !rkeys.has(unit.key.replace(/,$/, '')));
  if (lfresh.length < trimmed.lm.length) join(trimmed.rm, lfresh, 'list union, right first');
}
