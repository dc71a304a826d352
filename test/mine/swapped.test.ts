import { expect, it } from 'vitest';
import { withSidesSwapped } from '../../server/mine/features.ts';
import { locateHunks } from '../../server/mine/hunks.ts';
import type { MinedRecord } from '../../server/mine/record.ts';

const commit = (subject: string, time: number) => ({ subject, time, author: 'a' });
const record: MinedRecord = {
  repo: 'a/b',
  merge: 'f'.repeat(40),
  parents: ['1', '2'],
  base_commit: '0',
  time: 9,
  path: 'a.txt',
  times: [1, 2, 3],
  lang: 'txt',
  n_hunks: 1,
  base: 'a\nb\nc\n',
  left: 'a\nleft\nc\n',
  right: 'a\nright\nc\n',
  merged: 'a\nright\nc\n',
  history: { left: [commit('l', 2)], right: [commit('r', 3), commit('s', 3)], counts: { left: 1, right: 2 } },
};

it('swaps sides, times and history together, and what the developers chose stays', () => {
  const swapped = withSidesSwapped(record);
  expect(swapped).toMatchObject({ left: record.right, right: record.left, times: [1, 3, 2] });
  expect(swapped.history).toEqual({
    left: record.history?.right,
    right: record.history?.left,
    counts: { left: 2, right: 1 },
  });
  expect(locateHunks(swapped).hunks[0]?.resolution).toBe(locateHunks(record).hunks[0]?.resolution);
  expect(withSidesSwapped(swapped)).toEqual(record);
});
