/** Without a checker: no receiver outside of its class, no type as a value, no member that nothing has. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Completer } from '../../server/complete/complete.ts';
import { estimateTokens, lexCode } from '../../server/complete/tokens.ts';
import { standingItems } from '../../server/complete/untyped/standsHere.ts';
import { noTypes } from '../../server/types/typeEngine.ts';
import { testSyntax } from '../support/syntax.ts';

const folder = mkdtempSync(join(tmpdir(), 'mortise-standing-'));
const files: Readonly<Record<string, string>> = {
  'store.py':
    'class Store:\n    def __init__(self):\n        self.orders = {}\n\n    def unpaid(self):\n        return [order for order in self.orders.values() if not order.paid]\n',
  'order.go':
    'package shop\n\ntype Order struct {\n\tID string\n}\n\ntype Store struct {\n\torders map[string]*Order\n}\n\nfunc (s *Store) Add(o *Order) {\n\ts.orders[o.ID] = o\n}\n',
};

beforeAll(() => {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Of these texts, those that stand in the hole. */
async function standing(path: string, marked: string, texts: readonly string[]): Promise<readonly string[]> {
  const syntax = await testSyntax('python', 'go');
  const completer = new Completer({
    syntax,
    types: noTypes,
    listFiles: async () => Object.keys(files),
    modelsDir: 'models',
    count: estimateTokens,
  });
  const offset = marked.indexOf('|');
  const text = marked.slice(0, offset) + marked.slice(offset + 1);
  const hole = await completer.open({ root: folder, path, text, offset });
  if (!hole) throw new Error('no hole');
  const ranked = texts.map((each) => ({
    proposal: { text: each, tokens: lexCode(each, { hash: true }).texts },
    share: 0.1,
    row: [],
  }));
  return standingItems(hole, ranked, syntax, 10).items.map(({ proposal }) => proposal.text);
}

describe('what stands in a hole without a checker', () => {
  it('gives no argument by a name that what is called does not take', async () => {
    const head =
      'from dataclasses import dataclass\n\n@dataclass\nclass Order:\n    id: str\n    customer: str\n\nclass Base(Order):\n    pass\n\ndef pay(order, *, at=None):\n    pass\n\ndef send(order, **more):\n    pass\n\n';
    const texts = [
      'Order(id=line, customer=line)',
      'Order(id=line, line=line)',
      'pay(line, at=line)',
      'pay(line, by=line)',
      'send(line, by=line)',
      'Base(by=line)',
      'len([pay(by=line)])',
    ];
    expect(await standing('app.py', `${head}def run(line):\n    order = |\n`, texts)).toEqual([
      'Order(id=line, customer=line)',
      'pay(line, at=line)',
      'send(line, by=line)',
      'Base(by=line)',
    ]);
    expect(await standing('app.py', `${head}def run(line):\n    pay(line, |)\n`, ['at=line', 'by=line'])).toEqual([
      'at=line',
    ]);
  });

  it.each([
    ['app.py', 'def pay(order_id):\n    order = store.find(|)\n', ['order_id'], ['self', 'self.orders']],
    [
      'app.py',
      'def names(orders):\n    return [| for order in orders]\n',
      ['order', 'order.paid'],
      ['str for str in self.strs.values() if not str.paid'],
    ],
    ['app.py', 'class A:\n    def f(self):\n        return [|]\n', ['self', 'self.orders'], ['self.strs']],
    ['app.py', 'def run(order):\n    |\n', ['order.unpaid()'], ['self.orders[order.id] = order', 'self.paid = True']],
    [
      'app.go',
      'package shop\n\nfunc add(s *Store, o *Order, id string) {\n\ts.Add(|)\n}\n',
      ['o', 'id', '&Order{ID: id}'],
      ['o *Order', 's *Store', 'Order'],
    ],
    [
      'app.go',
      'package shop\n\nfunc run(s *Store, o *Order) {\n\t|\n}\n',
      ['s.orders[o.ID] = o', 's.Add(o)'],
      ['s.apps[o.ID] = o'],
    ],
  ])('%s: %s', async (path, marked, good, bad) => {
    expect(await standing(path, marked, [...bad, ...good])).toEqual(good);
  });
});
