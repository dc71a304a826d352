/** Earlier versions of a file: whether one side had, in the place of a conflict, what the other has now. */
import { expect, it } from 'vitest';
import { formerColumns, formerFacts } from '../../server/resolve/features/formerFeatures.ts';
import { squeeze, toUnits } from '../../server/resolve/material.ts';

const before = 'export function limit(n: number) {\n';
const after = '  return n;\n}\n';
const [base, ours, theirs] = ['  n = 1;\n', '  n = Math.min(n, 3);\n', '  n = Math.min(n, 2);\n'];
const file = (middle: string) => ({ text: before + middle + after, commit: 'abc1234', subject: 'Cap it' });
const side = (text: string) => ({ text, solid: toUnits(text), squeezed: squeeze(text) });

function read(left: readonly { text: string }[], right: readonly { text: string }[], sides = { base, ours, theirs }) {
  const context = {
    path: 'a.ts',
    sides: { base: sides.base, left: sides.ours, right: sides.theirs },
    before,
    after,
    former: { left, right },
  };
  const three = { base: side(sides.base), left: side(sides.ours), right: side(sides.theirs) };
  const keys = [sides.ours, sides.theirs, sides.base].map(squeeze);
  const { shared, rows, wentOn } = formerFacts(context, three, keys);
  return { of: (name: (typeof formerColumns)[number]) => shared[formerColumns.indexOf(name)], rows, wentOn };
}

it('knows that ours went on from what theirs has, and since which commit', () => {
  const { of, rows, wentOn } = read([file(base), file(theirs)], []);
  expect(wentOn).toEqual({ side: 'left', version: file(theirs) });
  expect(of('log.former left had right')).toBe(0.5);
  expect(of('log.former right had left')).toBe(0);
  expect(of('log.former left had lines')).toBe(1);
  // Ours, theirs, base: the share of ours' earlier versions, then of theirs', and who went on.
  expect([...rows]).toEqual([0, 0, 1, 0.5, 0, -1, 0.5, 0, 0]);
});

it('knows it the other way round, and of a side that was the other file as a whole', () => {
  const { wentOn } = read([], [file(ours)]);
  expect(wentOn?.side).toBe('right');
  expect(read([], [file(ours)]).of('log.former right was left')).toBeNaN();
});

it('says nothing where both had the other, where the place is another, or where nothing is known', () => {
  expect(read([file(theirs)], [file(ours)]).wentOn).toBeUndefined();
  const elsewhere = { text: `${theirs}${before}${base}${after}` };
  expect(read([elsewhere], []).wentOn).toBeUndefined();
  expect(read([elsewhere], []).of('log.former left had lines')).toBe(1);
  const context = { path: 'a.ts', sides: { base, left: ours, right: theirs }, before, after };
  const unknown = formerFacts(context, { base: side(base), left: side(ours), right: side(theirs) }, ['x']);
  expect([...unknown.shared, ...unknown.rows].every(Number.isNaN)).toBe(true);
});

it('takes no place for known that has nothing around it', () => {
  const context = { path: 'a', sides: { base, left: ours, right: theirs }, before: '', after: '}\n' };
  const former = { left: [{ text: `${theirs}}\n` }], right: [] };
  const sides = { base: side(base), left: side(ours), right: side(theirs) };
  expect(formerFacts({ ...context, former }, sides, []).wentOn).toBeUndefined();
});
