/** Spending a budget: it is used up and kept, an import is not all that is shown of a likely name, and heads are short. */
import { describe, expect, it } from 'vitest';
import { assemble } from '../../server/complete/context/assemble.ts';
import { briefHeader, memberHead } from '../../server/complete/context/brief.ts';
import type { Piece } from '../../server/complete/context/retrieve.ts';
import { estimateTokens } from '../../server/complete/tokens.ts';

const declared = (name: string): Piece => ({
  source: 'scope',
  path: 'src/all.ts',
  at: 0,
  text: `function ${name}(account: Account, quarter: number, options: SettleOptions): Promise<Invoice[]>`,
  names: [name],
  worth: 0,
  reason: 'declared',
});

const imported = (name: string, module: string): Piece => ({
  ...declared(name),
  source: 'export',
  text: name,
  container: { key: module, text: `import { … } from '${module}'`, names: [], inline: true },
});

const names = Array.from({ length: 400 }, (_, i) => `settle${i}`);

describe('a budget', () => {
  it('is used up where the exact count is lower than the estimate, and never exceeded', () => {
    const likely = new Map(names.map((name, i) => [name, 1 / (i + 2)]));
    for (const share of [0.7, 0.9, 1.2]) {
      const count = (text: string): number => Math.ceil(share * estimateTokens(text));
      const items = assemble(names.map(declared), { budget: 1024, count, likely });
      const total = items.reduce((sum, item) => sum + item.tokens, 0);
      expect(total).toBeLessThanOrEqual(1024);
      expect(total).toBeGreaterThan(990);
    }
  });

  it('shows what a likely name is, and of an unlikely one perhaps only where it comes from', () => {
    const pieces = ['close', 'remote'].flatMap((name) => [declared(name), imported(name, `./${name}`)]);
    const likely = new Map([
      ['close', 0.5],
      ['remote', 0.05],
    ]);
    const text = assemble(pieces, { budget: 50, count: estimateTokens, likely })
      .map((item) => item.text)
      .join('');
    expect(text).toContain('function close(');
    expect(text).toContain('import');
    expect(text).toContain('remote');
    expect(text).not.toContain('function remote(');
  });
});

it('closes what it opens, also where only some of the members are bought', () => {
  const member = (text: string, at: number): Piece => ({
    ...declared(text),
    text: `  ${text}: string;`,
    at,
    container: { key: 'Order', text: 'interface Order {', names: [], end: '}' },
  });
  const likely = new Map([
    ['id', 0.5],
    ['place', 0.5],
    ['note', 0],
  ]);
  const pieces = [
    member('id', 1),
    member('note', 2),
    member('place', 3),
    { ...declared('other'), text: 'other', at: 9 },
  ];
  const text = assemble(pieces, { budget: 50, count: estimateTokens, likely })
    .map((item) => item.text)
    .join('');
  expect(text).toContain('interface Order {\n  id: string;\n  place: string;\n}\n');
});

describe('a head', () => {
  it.each([
    ['type Options<T extends object> = { a: T; b: T }', 'type Options'],
    ['interface Reader<T> extends Base<T>', 'interface Reader extends Base'],
    ['class Store<A, B = () => void> implements Open', 'class Store implements Open'],
    ['class Account:', 'class Account:'],
  ])('over members: %s', (header, head) => expect(memberHead(header)).toBe(head));

  it.each([
    ['function short(a: string): void', 'function short(a: string): void'],
    [
      'async function load<T extends Shape>(path: string, { deep }: Options<T>, ...more: readonly T[]): Promise<T>',
      'async function load(path, {…}, ...more): Promise<T>',
    ],
    [
      'def settle(self, account: Account, quarter: int = 4, **options: object) -> Invoice',
      'def settle(self, account, quarter, **options) -> Invoice',
    ],
    [
      'type Callback = (error: Error | undefined, result: Result, context: Context) => void',
      'type Callback = (error: Error | undefined, result: Result, …',
    ],
    ['const broken = (first: Map<string, number>, second: { a: string', 'const broken = (first, second)'],
  ])('that is brief: %s', (header, brief) => expect(briefHeader(header)).toBe(brief));
});
