/** Earlier versions in mined records: told by what they change, and got back whole. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { applyDelta, deltaOf } from '../../server/mine/delta.ts';

const text = fc
  .array(fc.constantFrom('a\n', 'b\n', 'c\r\n', '\n', 'd'), { maxLength: 12 })
  .map((lines) => lines.join(''));

it('gives every text back from what it changes of another', () => {
  fc.assert(fc.property(text, text, (other, own) => applyDelta(other, deltaOf(other, own)) === own));
});

it('refuses to be applied to a text that is shorter', () => {
  expect(() => applyDelta('a\n', deltaOf('a\nb\nc\n', 'a\nb\nx\n'))).toThrow(RangeError);
});
