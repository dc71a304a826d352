/** How far decisions carry, for whoever acts in bulk. */
import { expect, it } from 'vitest';
import { carried, wayTaken } from '../../server/resolve/carried.ts';

const sides = { base: 'a\n', left: 'b\n', right: 'c\n' };
const decided = (chosen: string) => ({ path: 'x.ts', sides, chosen });
const of = (chosen: readonly string[], alone: number) =>
  carried({
    ...{ decided: chosen.map(decided), least: 2, texts: ['b\n', 'c\n', 'b\nc\n'], sides },
    ...{ alone: [alone, 0.1, 0.1, 0], after: [0.9, 0.9, 0.9, 0] },
  });

it('a number counts as it is where a decision went that way', () => {
  expect(of(['b\n', 'c\n'], 0.5)[0]).toBe(0.9);
});

it('no further than by itself where all decisions went against it', () => {
  expect(of(['b\n', 'b\n', 'b\n'], 0.5)).toEqual([0.9, 0.1, 0.1, 0]);
  expect(of(['c\n', 'b\nc\n', 'c\n'], 0.85)[0]).toBe(0.85);
});

it('two decisions do not carry what was unlikely, three do', () => {
  expect(of(['b\n', 'b\n'], 0.2)[0]).toBe(0.2);
  expect(of(['b\n', 'b\n', 'b\n'], 0.2)[0]).toBe(0.9);
});

it('white space makes no way of its own', () => {
  expect(wayTaken('  b', sides)).toBe('ours');
  expect(wayTaken('c \n', sides)).toBe('theirs');
  expect(wayTaken('b\nc\n', sides)).toBe('both');
});
