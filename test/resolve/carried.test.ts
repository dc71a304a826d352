/** How far decisions carry, for whoever acts in bulk. */
import { expect, it } from 'vitest';
import { carried, wayTaken } from '../../server/resolve/carried.ts';

const sides = { base: 'a\n', left: 'b\n', right: 'c\n' };
const decided = (chosen: string) => ({ path: 'x.ts', sides, chosen });
const of = (chosen: readonly string[], alone: number) =>
  carried({
    ...{ decided: chosen.map(decided), least: 2, texts: ['b\n', 'c\n', 'b\nc\n'], sides, path: 'x.ts' },
    ...{ own: [alone, 0.1, 0.1, 0], undecided: () => [alone, 0.1, 0.1, 0], after: [0.9, 0.9, 0.9, 0] },
  }).map(({ sure }) => sure);

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

it('how many additions were kept of both says nothing of the order of two statements', () => {
  const rows = { base: '', left: 'remove(id);\n', right: 'if (!mayRemove) return;\n' };
  const fields = { base: '', left: '  id: string;\n', right: '  name: string;\n' };
  const guards = { base: '', left: 'if (!id) {\n  return;\n}\n', right: 'remove(id);\nif (last) {\n  return;\n}\n' };
  const many = (name: string) => Array.from({ length: 600 }, (_, i) => `${name}(${i});\n`).join('');
  const surely = ({ left, right }: typeof rows) =>
    carried({
      ...{ decided: Array.from({ length: 5 }, () => decided('b\nc\n')), least: 2, texts: [left + right], path: 'x.ts' },
      ...{ own: [0.6], undecided: () => [0.6], after: [0.9, 0], sides: { base: '', left, right } },
    })[0];
  // Also where both wrote what stands between, and where there are too many to read.
  expect(surely(guards)?.alone).toBe(true);
  expect(surely({ base: '', left: many('open'), right: many('close') })?.alone).toBe(true);
  expect(surely(rows)).toEqual({ sure: 0.6, alone: true });
  expect(surely(fields)).toEqual({ sure: 0.9, alone: false });
});

it('what decisions went against needs as much for a tier as without them', () => {
  const numbers = { own: [0.85, 0.1], undecided: () => [0.85, 0.1], after: [0.82, 0.1, 0] };
  const given = { decided: [decided('c\n'), decided('c\n')], least: 2, texts: ['b\n', 'c\n'], sides, path: 'x.ts' };
  expect(carried({ ...given, ...numbers })[0]).toEqual({ sure: 0.82, alone: true });
});
