import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Change, DiffAlgorithm } from '../../server/diff/change.ts';
import { gitDiff } from '../../server/diff/gitDiff.ts';
import { histogramDiff } from '../../server/diff/histogram.ts';
import { runs } from '../support/runs.ts';

const ids = fc.array(fc.nat({ max: 6 }), { maxLength: 60 }).map((list) => Int32Array.from(list));

/** `b` rebuilt from `a` and the script; throws when the script is not in order. */
function apply(a: Int32Array, b: Int32Array, changes: readonly Change[]): number[] {
  const out: number[] = [];
  let at = 0;
  for (const { aStart, aEnd, bStart, bEnd } of changes) {
    if (aStart < at || (aStart === at && at > 0 && out.length === 0)) throw new Error('changes overlap');
    if (aStart === aEnd && bStart === bEnd) throw new Error('an empty change');
    out.push(...a.subarray(at, aStart), ...b.subarray(bStart, bEnd));
    at = aEnd;
  }
  out.push(...a.subarray(at));
  return out;
}

/** Length of the longest common subsequence. */
function longest(a: Int32Array, b: Int32Array): number {
  let row = new Array<number>(b.length + 1).fill(0);
  for (const x of a) {
    const next = [0];
    for (let j = 0; j < b.length; j++)
      next.push(x === b[j] ? (row[j] ?? 0) + 1 : Math.max(row[j + 1] ?? 0, next[j] ?? 0));
    row = next;
  }
  return row[b.length] ?? 0;
}

describe.each([
  ['gitDiff', gitDiff],
  ['histogramDiff', histogramDiff],
] as [string, DiffAlgorithm][])('%s', (_name, diff) => {
  it('rebuilds the new sequence', () => {
    fc.assert(
      fc.property(ids, ids, (a, b) => {
        expect(apply(a, b, diff(a, b))).toEqual([...b]);
      }),
      runs(),
    );
  });

  it('says nothing of equal sequences', () => {
    fc.assert(
      fc.property(ids, (a) => {
        expect(diff(a, a)).toEqual([]);
      }),
      runs(),
    );
  });

  it('survives a hundred thousand elements without a match', () => {
    const a = Int32Array.from({ length: 100_000 }, (_, i) => i);
    const b = Int32Array.from({ length: 100_000 }, (_, i) => i + 100_000);
    expect(diff(a, b)).toEqual([{ aStart: 0, aEnd: a.length, bStart: 0, bEnd: b.length }]);
  });
});

it('small histogram scripts are the shortest there are', () => {
  fc.assert(
    fc.property(ids, ids, (a, b) => {
      const removed = histogramDiff(a, b).reduce((n, change) => n + change.aEnd - change.aStart, 0);
      expect(a.length - removed).toBe(longest(a, b));
    }),
    runs(),
  );
});
