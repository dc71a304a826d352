import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Merge3 } from '../../server/merge/conflict.ts';
import { invented } from '../../server/merge/edits.ts';
import { fillPieces, tokenMerge } from '../../server/merge/tokenMerge.ts';
import { languageOf } from '../../server/syntax/languages.ts';
import { lexicalTokens } from '../../server/syntax/lexer.ts';
import { accountEdits, accountsOf } from '../support/accounts.ts';
import { runs } from '../support/runs.ts';

const tokensOf = (text: string) => lexicalTokens(languageOf('x.ts'), text);
const merge = (sides: Merge3<string>) =>
  tokenMerge(sides, { base: tokensOf(sides.base), left: tokensOf(sides.left), right: tokensOf(sides.right) });

/** Stable text plain, conflicts in ⟦left¦base¦right⟧. */
const seen = (base: string, left: string, right: string): string =>
  merge({ base, left, right })
    .map((piece) => (piece.kind === 'stable' ? piece.text : `⟦${piece.left}¦${piece.base}¦${piece.right}⟧`))
    .join('');

describe('token merge', () => {
  it.each([
    ['edits of different words', 'f(a, b)', 'f(x, b)', 'f(a, y)', 'f(x, y)'],
    ['the same edit', 'f(a)', 'f(x)', 'f(x)', 'f(x)'],
    ['different edits of one word', 'f(a)', 'f(x)', 'f(y)', 'f(⟦x¦a¦y⟧)'],
    [
      'a new layout on one side and a new word on the other',
      'f(a, b)',
      'f(\n  a,\n  b\n)',
      'f(a, c)',
      'f(\n  a,\n  c\n)',
    ],
    ['insertions at one place', 'f()', 'f(a)', 'f(b)', 'f(⟦a¦¦b⟧)'],
    ['a deletion beside an insertion', 'a b c', 'a c', 'a b c d', 'a c d'],
  ])('%s', (_name, base, left, right, expected) => {
    expect(seen(base, left, right)).toBe(expected);
  });

  const code = fc
    .array(fc.constantFrom('a', 'b', 'f', '(', ')', ',', ' ', '\n', '  ', '"s t"', '// c\n', '{', '}'), {
      maxLength: 25,
    })
    .map((parts) => parts.join(''));

  it('a side that changed nothing loses nothing and adds nothing', () => {
    fc.assert(
      fc.property(fc.oneof(code, fc.string()), fc.oneof(code, fc.string()), (b, x) => {
        expect(seen(b, x, b)).toBe(x);
        expect(seen(b, b, x)).toBe(x);
        expect(seen(b, x, x)).toBe(x);
      }),
      runs(),
    );
  });

  // Without comments and strings: a quote or a // that moves changes what the words after it are.
  const plain = fc
    .array(fc.constantFrom('a', 'b', 'f', '(', ')', ',', ' ', '\n', '{', '}'), { maxLength: 25 })
    .map((parts) => parts.join(''));

  it('filled with left words, holds every word of left that right did not delete', () => {
    fc.assert(
      fc.property(plain, plain, plain, (base, left, right) => {
        const text = fillPieces(merge({ base, left, right }), (conflict) => conflict.left);
        const { left: known } = { left: new Set(words(left).concat(words(right))) };
        for (const word of words(text)) expect(known.has(word)).toBe(true);
      }),
      runs(),
    );
  });
});

function words(text: string): string[] {
  const tokens = tokensOf(text);
  return Array.from({ length: tokens.count }, (_, i) => text.slice(tokens.start[i], tokens.end[i]));
}

describe('the edit account', () => {
  const counts = (base: string, side: string, result: string) => {
    const { kept, changed, dropped } = accountEdits(base, side, result, tokensOf);
    return `${kept.length} kept, ${changed.length} changed, ${dropped.length} dropped`;
  };

  it.each([
    ['an insertion that stands', 'f(a)', 'f(a, b)', 'f(a, b, c)', '1 kept, 0 changed, 0 dropped'],
    ['an insertion that is gone', 'f(a)', 'f(a, b)', 'f(a)', '0 kept, 0 changed, 1 dropped'],
    ['a deletion that stands', 'f(a, b)', 'f(a)', 'g(a)', '1 kept, 0 changed, 0 dropped'],
    ['a deletion undone', 'f(a, b)', 'f(a)', 'f(a, b)', '0 kept, 0 changed, 1 dropped'],
    ['half an insertion', 'f()', 'f(one, two)', 'f(one)', '0 kept, 1 changed, 0 dropped'],
    ['a replacement taken over', 'x = 1;', 'x = 2;', 'x = 2;', '1 kept, 0 changed, 0 dropped'],
    ['a replacement by something else', 'x = 1;', 'x = 2;', 'x = 3;', '0 kept, 0 changed, 1 dropped'],
    [
      'a comma alone does not save an insertion',
      "import { a } from 'x'",
      "import { a, b } from 'x'",
      "import { a, c } from 'x'",
      '0 kept, 0 changed, 1 dropped',
    ],
  ])('%s', (_name, base, side, result, expected) => {
    expect(counts(base, side, result)).toBe(expected);
  });

  it('does not take a word that the other side brought along for what is left of an edit', () => {
    const of = (base: string, left: string, right: string, result: string) => {
      const accounts = accountsOf({ base, left, right, result }, tokensOf);
      return [accounts.left, accounts.right].map((a) => `${a.kept.length} ${a.changed.length} ${a.dropped.length}`);
    };
    expect(of('a', 'a import json', 'a import re', 'a import re')).toEqual(['0 0 1', '1 0 0']);
    expect(of('a', 'a import json', 'a import re', 'a import json')).toEqual(['1 0 0', '0 0 1']);
    // What both sides wrote is kept for both; what neither wrote whole is changed.
    expect(of('a', 'a import json', 'a import json', 'a import json')).toEqual(['1 0 0', '1 0 0']);
    expect(of('a', 'a import json', 'a import re', 'a import io')).toEqual(['0 1 0', '0 1 0']);
  });

  const text = fc
    .array(fc.constantFrom('a', 'b', 'c', '(', ')', ','), { maxLength: 20 })
    .map((parts) => parts.join(' '));

  it('taking a side keeps all its edits; going back to the base drops them all', () => {
    fc.assert(
      fc.property(text, text, (base, side) => {
        const taken = accountEdits(base, side, side, tokensOf);
        expect(taken.changed.length + taken.dropped.length).toBe(0);
        const undone = accountEdits(base, side, base, tokensOf);
        expect(undone.kept.length).toBe(0);
        expect(undone.dropped.length + undone.changed.length).toBe(taken.kept.length);
      }),
      runs(),
    );
  });

  it('names the words of neither side', () => {
    expect(invented('a', 'a b', 'a c', 'a b d', tokensOf)).toEqual(['d']);
  });
});
