/** What is shown of the completions: nothing that is hardly ever right, no endless call, no statement as a value. */
import { describe, expect, it } from 'vitest';
import { Completer } from '../../server/complete/complete.ts';
import { leastUnasked, worthShowing } from '../../server/complete/shown.ts';
import { estimateTokens } from '../../server/complete/tokens.ts';
import { noTypes } from '../../server/types/typeEngine.ts';
import { testSyntax } from '../support/syntax.ts';

const calibrated = { threshold: 0.6 };

const completerFor = async () =>
  new Completer({
    syntax: await testSyntax('typescript', 'python'),
    types: noTypes,
    listFiles: async () => undefined,
    modelsDir: 'models',
    count: estimateTokens,
  });

async function holeIn(completer: Completer, path: string, marked: string) {
  const offset = marked.indexOf('|');
  const text = marked.slice(0, offset) + marked.slice(offset + 1);
  const hole = await completer.open({ root: '/nowhere', path, text, offset });
  if (!hole) throw new Error('no hole');
  return hole;
}

async function shown(path: string, marked: string, items: readonly (readonly [string, number])[], model = calibrated) {
  const hole = await holeIn(await completerFor(), path, marked);
  return worthShowing(
    items.map(([text, confidence]) => ({ text, confidence })),
    hole,
    model,
  ).map(({ text }) => text);
}

describe('what is shown', () => {
  const plain = 'export function f(a: number) {\n  const b = |;\n}\n';

  it('is, beyond the first few, not what would be 0 in 100, where the numbers are measured', async () => {
    const items = [
      ['a', 0.4],
      ['b', 0.3],
      ['c', 0.1],
      ['d', 0.004],
      ['e', 0.003],
      ['f', 0.002],
    ] as const;
    expect(await shown('a.ts', plain, items)).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect(await shown('a.ts', plain, items, { threshold: 2 })).toEqual(['a', 'b', 'c', 'd', 'e', 'f']);
  });

  it.each([
    ['a.ts', 'export function describe(user: User, n = 1): string {\n  return |;\n}\n', 'describe(user)'],
    ['a.ts', 'export const describe = (user: User): string => {\n  return |;\n};\n', 'describe(user)'],
    ['a.ts', 'class A {\n  role(): string {\n    return this.|;\n  }\n}\n', 'role()'],
    ['a.ts', 'class A {\n  role(): string {\n    return |;\n  }\n}\n', 'this.role()'],
    [
      'a.ts',
      'class A {\n  get(path: string, options = {}) {\n    if (this.left > 0) return this.get(path, |);\n  }\n}\n',
      'options',
    ],
    ['a.ts', 'function load(path: string, retries = 3) {\n  return load(path, |);\n}\n', 'retries'],
    [
      'a.ts',
      'function show(id: number): string {\n  if (!users[id]) throw new Error(id + |);\n  return "";\n}\n',
      'show(id)',
    ],
    ['a.py', 'def show(user):\n    if user.age > 3:\n        return |\n', 'show(user)'],
    ['a.py', 'def describe(user, n=1):\n    return |\n', 'describe(user, n)'],
    ['a.py', 'class A:\n    def role(self, user):\n        return self.|\n', 'role(user)'],
  ])('leaves a call without end out (%s, %s)', async (path, marked, call) => {
    expect(
      await shown(path, marked, [
        [call, 0.7],
        ['other', 0.2],
      ]),
    ).toEqual(['other']);
  });

  it('marks a literal that a value of the same name disputes, and leaves it where it is', async () => {
    const marked = 'export function f(money: Money) {\n  return { currency: | };\n}\n';
    const hole = await holeIn(await completerFor(), 'a.ts', marked);
    const items = [
      { text: "'EUR'", confidence: 0.7 },
      { text: 'money.currency', confidence: 0.1 },
    ];
    expect(worthShowing(items, hole, calibrated)).toEqual([{ ...items[0], disputed: true }, items[1]]);
  });

  const isMarked = async (marked: string, value: string): Promise<boolean> => {
    const hole = await holeIn(await completerFor(), 'a.ts', marked);
    const items = [value, 'other'].map((text) => ({ text, confidence: 0.7 }));
    const found = worthShowing(items, hole, calibrated);
    expect(found.map(({ text }) => text)).toEqual([value, 'other']);
    expect(found[1]?.held).toBeUndefined();
    return found[0]?.held === true;
  };

  it.each([
    ['let isStale = false;\nload();\nreturn () => {\n  isStale = |;\n};\n', 'false'],
    [
      'function f(all: A[]) {\n  let last = -1;\n  if (all.length > last) {\n    last = |;\n  }\n  return last;\n}\n',
      '-1',
    ],
    ['let n = 0;\ntry {\n  n = |;\n} catch {\n  report(n, [n], { n });\n}\n', '0'],
  ])('marks what the variable holds already, and leaves it where it is (%s)', async (marked, value) => {
    expect(await isMarked(marked, value)).toBe(true);
  });

  it.each([
    ['let count = 0;\nconst add = () => ++count;\non(() => {\n  count = |;\n});\n', '0'],
    ['let count = 0;\non(() => {\n  count = |;\n});\nconst less = () => --count;\n', '0'],
    ['let count = 0;\nbits <<= count;\ncount <<= 2;\non(() => {\n  count = |;\n});\n', '0'],
    ['let count = 0;\ncount ||= 2;\non(() => {\n  count = |;\n});\n', '0'],
    ['let a = 0;\nlet b = 1;\n[a, b] = [b, a];\non(() => {\n  a = |;\n});\n', '0'],
    ['let a = 0;\non(() => {\n  a = |;\n});\n({ one: [a] } = read());\n', '0'],
    ['let key = 0;\nfor (key of keys) show(key);\non(() => {\n  key = |;\n});\n', '0'],
    ['let key = 0;\nfor (key in keys) show(key);\non(() => {\n  key = |;\n});\n', '0'],
    ['let x = 0;\non((x: number) => {\n  x = |;\n});\n', '0'],
    ['let x = 0;\non(({ y: { x } }) => {\n  x = |;\n});\n', '0'],
    ['let all = [];\nall.push(1);\non(() => {\n  all = |;\n});\n', '[]'],
    ['let x = 0;\non((x) => {\n  x = |;\n});\n', '0'],
    ['function g() {\n  let x = 0;\n  return x;\n}\nx = |;\n', '0'],
    ['let isOpen = false;\nfunction close() {\n  isOpen = |;\n}\n', 'false'],
    ['let isOpen = false;\nconst close = (): void => {\n  isOpen = |;\n};\n', 'false'],
    ['let isOpen = false;\nreturn {\n  close() {\n    if (isOpen) isOpen = |;\n  },\n};\n', 'false'],
    ['let isOpen = false;\nisOpen = true;\nif (a) isOpen = |;\n', 'false'],
    ['let isOpen;\nisOpen = |;\n', 'false'],
    ['let isStale = false;\nreturn () => {\n  isStale = |;\n};\n', 'true'],
  ])('says so of nothing that may have changed since, or is another’s (%s)', async (marked, value) => {
    expect(await isMarked(marked, value)).toBe(false);
  });

  it.each([
    ['a.ts', 'function fact(n: number): number {\n  if (n < 2) return 1;\n  n -= 2;\n  return |;\n}\n', 'fact(n)'],
    ['a.ts', 'function fact(n: number): number {\n  if (n < 2) return 1;\n  return |;\n}\n', 'fact(n - 1)'],
    ['a.ts', 'function drain(q: Queue) {\n  if (q.isEmpty) return;\n  q.pop();\n  return |;\n}\n', 'drain(q)'],
    [
      'a.ts',
      'function load(url: string) {\n  try {\n    return get(url);\n  } catch {\n    return |;\n  }\n}\n',
      'load(url)',
    ],
    ['a.ts', 'class A {\n  next(): T {\n    if (this.isSpace) return |;\n  }\n}\n', 'this.next()'],
    ['a.ts', 'function fact(n: number): number {\n  return |;\n}\n', 'fact(n - 1)'],
    ['a.ts', 'class A {\n  role(): string {\n    return this.inner.|;\n  }\n}\n', 'role()'],
    ['a.ts', 'class A {\n  role(): string {\n    return |;\n  }\n}\n', 'role()'],
    ['a.ts', 'function swap(a: T, b: T): T {\n  return |;\n}\n', 'swap(b, a)'],
    ['a.ts', 'function later(a: T) {\n  queue(() => |);\n}\n', 'later(a)'],
  ])('keeps the place of a call that may end (%s, %s)', async (path, marked, call) => {
    expect(
      await shown(path, marked, [
        [call, 0.7],
        ['other', 0.2],
      ]),
    ).toEqual([call, 'other']);
  });

  it('is in Python no statement where a value stands', async () => {
    const items = [
      ['x return x', 0.3],
      ['return x', 0.2],
      ['x if y else z', 0.2],
      ["f('return')", 0.1],
    ] as const;
    const values = ['x if y else z', "f('return')"];
    expect(await shown('a.py', 'def f(x, y):\n    z = |\n', items)).toEqual(values);
    expect(await shown('a.py', 'def f(x, y):\n    return |\n', items)).toEqual(values);
    expect(await shown('a.py', 'def f(x, y):\n    |\n', items)).toEqual(items.map(([text]) => text));
  });
});

it('shows a literal unasked only where it is surer than anything else has to be, but for whom has set the odds', () => {
  const measured = { threshold: 0.5 };
  const least = (text: string, threshold = 0.5) => leastUnasked({ text }, threshold, measured);
  for (const text of ["'on'", 'return false;', '0', '[]']) expect([text, least(text)]).toEqual([text, 0.7]);
  for (const text of ['order', 'return order;', "label('on')"]) expect([text, least(text)]).toEqual([text, 0.5]);
  expect([least('0', 0.9), least('0', 0.4)]).toEqual([0.9, 0.4]);
  expect(leastUnasked({ text: '0', source: 'a model' }, 0.5, measured)).toBe(0.5);
});
