import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { widenToBalance } from '../../server/merge/balance.ts';
import type { Sides } from '../../server/merge/conflict.ts';
import { languageOf } from '../../server/syntax/languages.ts';
import { lexicalTokens } from '../../server/syntax/lexer.ts';
import { runs } from '../support/runs.ts';

const tokensOf = (text: string) => lexicalTokens(languageOf('x.ts'), text);

/** The lines taken in, in ⟦⟧ around ¦ for the hunk; - where it cannot be widened. */
function widened(before: string, sides: Sides, after: string): string {
  const found = widenToBalance(sides, before, after, tokensOf);
  if (!found) return '-';
  const cut = before.length - found.before;
  return `${before.slice(0, cut)}⟦${before.slice(cut)}¦${after.slice(0, found.after)}⟧${after.slice(found.after)}`;
}

describe('a hunk that cuts a bracket pair', () => {
  it.each([
    ['balances already', 'a\n', { base: 'f()\n', left: 'g()\n', right: '' }, 'b\n', 'a\n⟦¦⟧b\n'],
    [
      'opens a block',
      'a\n',
      { base: 'if (x) {\n', left: 'if (y) {\n', right: 'while (x) {\n' },
      '  b\n}\nc\n',
      'a\n⟦¦  b\n}\n⟧c\n',
    ],
    [
      'closes a block',
      'a\nif (x) {\n  b\n',
      { base: '}\n', left: '}\nl\n', right: '}\nr\n' },
      'c\n',
      'a\n⟦if (x) {\n  b\n¦⟧c\n',
    ],
    ['is in the middle', '{\n', { base: '} else {\n', left: '} else if (a) {\n', right: '' }, '}\nz\n', '⟦{\n¦}\n⟧z\n'],
    ['has brackets in strings only', 'a\n', { base: '"("\n', left: '"{"\n', right: '"["\n' }, 'b\n', 'a\n⟦¦⟧b\n'],
    ['opens more on one side', '', { base: 'a\n', left: 'a {\n', right: 'b\n' }, '}\n', '-'],
    ['crosses', '', { base: 'a\n', left: '( ]\n', right: 'b\n' }, ')\n', '-'],
    ['closes what is too far away', `{\n${'x\n'.repeat(50)}`, { base: '}\n', left: '}\n', right: '} l\n' }, '', '-'],
  ])('%s', (_name, before, sides, after, expected) => {
    expect(widened(before, sides, after)).toBe(expected);
  });

  it('is widened by whole lines, at most 40 each way, to sides that all balance', () => {
    const text = fc
      .array(fc.constantFrom('a', '(', ')', '{', '}', '\n', '[', ']'), { maxLength: 30 })
      .map((parts) => `${parts.join('')}\n`);
    fc.assert(
      fc.property(text, text, text, text, text, (before, base, left, right, after) => {
        const found = widenToBalance({ base, left, right }, before, after, tokensOf);
        if (!found) return;
        const top = before.slice(before.length - found.before);
        const bottom = after.slice(0, found.after);
        expect(before.length === found.before || before[before.length - found.before - 1] === '\n').toBe(true);
        expect(bottom === '' || bottom.endsWith('\n')).toBe(true);
        for (const side of [base, left, right]) expect(balances(top + side + bottom)).toBe(true);
      }),
      runs(),
    );
  });
});

function balances(text: string): boolean {
  let rest = text.replace(/[^()[\]{}]/g, '');
  for (let before = ''; before !== rest; ) {
    before = rest;
    rest = rest.replace(/\(\)|\[\]|\{\}/g, '');
  }
  return rest === '';
}
