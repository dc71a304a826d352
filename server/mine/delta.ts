/** A text as what it changes of another, by lines: earlier versions of a file in a mined record, which differ little. */
import { gitDiff } from '../diff/gitDiff.ts';
import { Interner } from '../diff/intern.ts';
import { splitLines } from '../text/lines.ts';

/** From this line of the other text on, so many are replaced by this one. In order. */
export type Delta = readonly (readonly [at: number, removed: number, text: string])[];

export function deltaOf(other: string, text: string): Delta {
  const [a, b] = [splitLines(other), splitLines(text)];
  const interner = new Interner();
  return gitDiff(interner.ids(a), interner.ids(b)).map(
    ({ aStart, aEnd, bStart, bEnd }) => [aStart, aEnd - aStart, b.slice(bStart, bEnd).join('')] as const,
  );
}

/** @throws RangeError where the delta is of another text. */
export function applyDelta(other: string, delta: Delta): string {
  const lines = splitLines(other);
  let out = '';
  let next = 0;
  for (const [at, removed, text] of delta) {
    if (at < next || at + removed > lines.length) throw new RangeError('the delta is of another text');
    out += lines.slice(next, at).join('') + text;
    next = at + removed;
  }
  return out + lines.slice(next).join('');
}
