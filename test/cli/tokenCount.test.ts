/** The count of tokens where the ranks are not beside the program, as in the package: estimated, and said so. */
import { afterEach, expect, it, vi } from 'vitest';
import { tokenCount } from '../../server/cli/tokenCount.ts';
import { estimateTokens } from '../../server/complete/tokens.ts';

afterEach(() => vi.doUnmock('../../server/complete/o200k.ts'));

const text = 'export const total = sum(order.items);\n'.repeat(40);
const exact = 320;

it('is exact where the ranks are there', async () => {
  const told: string[] = [];
  expect((await tokenCount((one) => told.push(one)))(text)).toBe(exact);
  expect(told).toEqual([]);
});

it('is estimated where they are not', async () => {
  vi.resetModules();
  vi.doMock('../../server/complete/o200k.ts', () => {
    throw new Error("Cannot find module './o200k.cjs'");
  });
  const told: string[] = [];
  expect((await tokenCount((one) => told.push(one)))(text)).toBe(estimateTokens(text));
  expect(estimateTokens(text)).not.toBe(exact);
  expect(told).toEqual([expect.stringContaining('estimated')]);
});
