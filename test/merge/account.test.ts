/** The edit account: a removal beside an edit of the other side is kept whole, and what a result does not have is never called kept. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { histogramDiff } from '../../server/diff/histogram.ts';
import { Interner } from '../../server/diff/intern.ts';
import { accountBoth, wordsOf } from '../../server/merge/edits.ts';
import { lexicalTokens } from '../../server/syntax/lexer.ts';

function accounts(base: string, left: string, right: string, result: string) {
  const interner = new Interner();
  const words = (text: string) => wordsOf(text, (source) => lexicalTokens(undefined, source), interner);
  const sides = { base: words(base), left: words(left), right: words(right) };
  const scripts = {
    left: histogramDiff(sides.base.ids, sides.left.ids),
    right: histogramDiff(sides.base.ids, sides.right.ids),
  };
  return accountBoth(sides, scripts, words(result));
}

describe('a removal beside an edit of the other side', () => {
  const save = 'def save(record, user):\n    check(record)\n';
  const guard = '    if not user.can_write(record):\n        raise PermissionError(user)\n';
  const assign = (value: string) => `    record.owner = ${value}\n    db.add(record)\n`;
  const call = (given: string) => `  go(${given});\n}\n`;
  const test = "  if (!u.ok) {\n    throw new Error('no');\n  }\n";

  it.each([
    [
      'a guard',
      save + guard + assign('user'),
      save + assign('user'),
      save + guard + assign('user.id'),
      save + assign('user.id'),
    ],
    ['a block', test + call('u'), call('u'), test + call('u.id, { x: (1) }'), call('u.id, { x: (1) }')],
  ])('%s', (_, base, left, right, both) => {
    const count = ({ kept, changed, dropped }: ReturnType<typeof accounts>['left']) => [
      kept.length,
      changed.length,
      dropped.length,
    ];
    const one = accounts(base, left, right, both);
    expect([count(one.left), count(one.right)]).toEqual([
      [1, 0, 0],
      [1, 0, 0],
    ]);
    for (const lost of [base, right]) expect(accounts(base, left, right, lost).left.kept).toEqual([]);
    expect(accounts(base, left, right, left).right.kept).toEqual([]);
  });
});

it('never calls an edit kept where the result is the base, or the side that did not make it', () => {
  const word = fc.constantFrom('a', 'b', 'c', '(', ')', '.', 'd');
  const text = fc.array(word, { minLength: 4, maxLength: 24 });
  fc.assert(
    fc.property(
      text,
      fc.nat(),
      fc.integer({ min: 1, max: 6 }),
      fc.nat(),
      fc.array(word, { minLength: 1, maxLength: 4 }),
      (all, at, length, where, added) => {
        const from = at % all.length;
        const cut = [...all.slice(0, from), ...all.slice(from + length)];
        const to = where % (all.length + 1);
        const grown = [...all.slice(0, to), ...added, ...all.slice(to)];
        const [base, left, right] = [all, cut, grown].map((words) => words.join(' '));
        const inBase = accounts(base ?? '', left ?? '', right ?? '', base ?? '');
        expect(inBase.left.kept).toEqual([]);
        expect(inBase.right.kept).toEqual([]);
        expect(accounts(base ?? '', left ?? '', right ?? '', right ?? '').left.kept).toEqual([]);
        expect(accounts(base ?? '', left ?? '', right ?? '', left ?? '').right.kept).toEqual([]);
      },
    ),
    { numRuns: 2000 },
  );
});

describe('a removal that the result does not have', () => {
  const entry = (n: number) => `  "id${n}": 1,\n`;

  it.each([
    [
      'a line in a list',
      [0, 1, 2].map(entry).join(''),
      [0, 2].map(entry).join(''),
      `${entry(0)}  x = id5 + 1;\n${entry(1)}  foo(id6);\n`,
      `${entry(0)}${entry(1)}  foo(id6);\n`,
    ],
    [
      'a line after one that the other side replaced',
      entry(0) + entry(1),
      entry(0),
      `  foo(id2);\n${entry(1)}${entry(3)}`,
      `  foo(id2);\n${entry(1)}`,
    ],
  ])('is not kept because the scripts match crosswise: %s', (_, base, left, right, result) => {
    expect(result).toContain(entry(1));
    expect(accounts(base, left, right, result).left.kept).toEqual([]);
  });
});
