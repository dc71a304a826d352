import fc from 'fast-check';
import { expect, test } from 'vitest';
import { letters } from '../../server/complete/letters.ts';
import { interpolatedAt } from '../../server/complete/prose.ts';
import { hashToken, token, word } from '../../server/complete/tokens.ts';

const pieces =
  'name Name2 größe Δx 変数 é — … 😀 𝒳 ² "it\'s" `a @{b} c` \\@{ @{ { } ( ) [ ] => ?. // /* */ 12n \n \u00a0 \u2028 #'.split(
    ' ',
  );
const code = fc
  .array(fc.constantFrom(...pieces, ' ', "'"), { maxLength: 30 })
  .map((parts) => parts.join('').replaceAll('@', '$'));

test('A text is read the same whichever twin of a pattern reads it', () => {
  const typed = letters(/(?<![\p{L}\p{N}_$.])(\p{Lu}[\p{L}\p{N}_$]*)(?:<([^;=(){}]{0,80})>)?\s*(?:[\p{Ll}_.]+[[<])?/gu);
  for (const pattern of [word, token, hashToken, typed]) {
    expect(pattern('δ').unicode).toBe(true);
    expect(pattern('d — …').unicode).toBe(false);
    fc.assert(
      fc.property(code, (text) => {
        expect([...text.matchAll(pattern(text))]).toEqual([...text.matchAll(pattern('δ'))]);
      }),
    );
  }
});

test('A class that plain text has no twin of is refused', () => {
  expect(() => letters(/\p{Lo}/gu)).toThrow(SyntaxError);
});

test('Code in a template is found, and what is not open at the cursor is none', () => {
  const at = (shown: string) => {
    const text = shown.replaceAll('@', '$');
    return interpolatedAt(text.replace('|', ''), text.indexOf('|'), 'ecma');
  };
  expect(at('x = `a @{f({ a: 1 })} @{ | }`')).toEqual({ string: 4, code: 24 });
  expect(at('x = `@{ { a: { b: | } } }`')).toEqual({ string: 4, code: 7 });
  expect(at('x = `@{a}`; if (b) { c(|) }')).toBeUndefined();
  expect(at('x = `\\@{ | }`')).toBeUndefined();
});
