/**
 * Lists of Python, Go and Java where nobody knows types: what the text says is wanted comes first (a parameter's type and name, a
 * result, the other side of a comparison, a condition), and nothing is there that its place or its value cannot have.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Completer } from '../../server/complete/complete.ts';
import type { IndexedFile } from '../../server/complete/indexFile.ts';
import { estimateTokens } from '../../server/complete/tokens.ts';
import { parametersIn } from '../../server/complete/wantedHere.ts';
import { noTypes } from '../../server/types/typeEngine.ts';
import { testSyntax } from '../support/syntax.ts';

const folder = mkdtempSync(join(tmpdir(), 'mortise-suiting-'));
const files: Readonly<Record<string, string>> = {
  'store.py':
    'from dataclasses import dataclass\n\n@dataclass\nclass Order:\n    order_id: str\n    total: int\n    paid: bool = False\n\nclass Store:\n    def __init__(self):\n        self.orders: dict[str, Order] = {}\n\n    def add(self, order: Order) -> None:\n        self.orders[order.order_id] = order\n\n    def find(self, order_id: str) -> Order | None:\n        return self.orders.get(order_id)\n',
  'store.go':
    'package shop\n\ntype Order struct {\n\tID string\n\tTotal int\n\tPaid bool\n}\n\ntype Store struct {\n\torders map[string]*Order\n}\n\nfunc (s *Store) Add(o *Order) {\n\ts.orders[o.ID] = o\n}\n\nfunc (s *Store) Find(id string) (*Order, bool) {\n\to, ok := s.orders[id]\n\treturn o, ok\n}\n',
  'Order.java':
    'package shop;\npublic class Order {\n  private final String id;\n  private boolean paid;\n  public Order(String id, int total) { this.id = id; }\n  public String getId() { return id; }\n  public int getTotal() { return 1; }\n  public boolean isPaid() { return paid; }\n  public void setPaid(boolean paid) { this.paid = paid; }\n}\n',
  'Store.java':
    'package shop;\npublic class Store {\n  public void add(Order order) { order.getId(); }\n  public Order find(String id) { return null; }\n}\n',
};
const python = 'from store import Order, Store\n\nstore = Store()\n\n';
const go = 'package shop\n\n';
const java = (body: string): string =>
  `package shop;\npublic class App {\n  private final Store store = new Store();\n${body}\n}\n`;

beforeAll(() => {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function offered(path: string, written: string): Promise<readonly string[]> {
  const syntax = await testSyntax('python', 'go', 'java');
  const completer = new Completer({
    syntax,
    types: noTypes,
    listFiles: async () => Object.keys(files),
    modelsDir: 'models',
    count: estimateTokens,
  });
  const offset = written.indexOf('‸');
  const text = written.replace('‸', '');
  const hole = await completer.open({ root: folder, path, text, offset });
  if (!hole) throw new Error('no hole');
  const items = await completer.items(hole, new Map());
  const numbers = items.map(({ confidence }) => confidence);
  expect(numbers).toEqual([...numbers].sort((a, b) => b - a));
  return items.map((item) => item.text);
}

describe('a list where nobody knows types', () => {
  it.each([
    ['app.py', `${python}def pay(order_id: str, amount: int):\n    order = store.find(‸)\n`, 'order_id'],
    [
      'app.py',
      `class Door:\n    is_open: bool = False\n\n    def close(self) -> None:\n        if ‸:\n            return\n`,
      'self.is_open',
    ],
    [
      'app.py',
      `${python}def make(order_id: str, total: int):\n    order = Order(order_id, total)\n    store.add(‸)\n`,
      'order',
    ],
    [
      'app.py',
      `${python}def sum(orders: list[Order]) -> int:\n    result = 0\n    for order in orders:\n        result += ‸\n`,
      'order.total',
    ],
    ['app.py', `${python}def big(order: Order, limit: int):\n    if ‸:\n        return 1\n`, 'order.paid'],
    ['app.py', `${python}def same(a: Order, b: Order):\n    return a.total == ‸\n`, 'b.total'],
    ['app.go', `${go}func Pay(s *Store, id string, amount int) *Order {\n\to, ok := s.Find(‸)\n\treturn o\n}\n`, 'id'],
    [
      'app.go',
      `${go}func Make(s *Store, id string, total int) {\n\to := &Order{ID: id, Total: total}\n\ts.Add(‸)\n}\n`,
      'o',
    ],
    [
      'app.go',
      `${go}func Sum(orders []*Order) int {\n\tsum := 0\n\tfor _, order := range orders {\n\t\tsum += ‸\n\t}\n\treturn sum\n}\n`,
      'order.Total',
    ],
    ['app.go', `${go}func Big(o *Order, limit int) bool {\n\treturn o.Total > ‸\n}\n`, 'limit'],
    [
      'App.java',
      java('  Order pay(int amount, String id) {\n    Order order = store.find(‸);\n    return order;\n  }'),
      'id',
    ],
    [
      'App.java',
      java('  void make(String id, int total) {\n    Order order = new Order(id, total);\n    store.add(‸);\n  }'),
      'order',
    ],
    ['App.java', java('  boolean big(Order order, int limit) {\n    return order.getTotal() > ‸;\n  }'), 'limit'],
    ['App.java', java('  void pay(Order order) {\n    if (‸) {\n      return;\n    }\n  }'), 'order.isPaid()'],
  ])('begins with what its place is for (%s: %s)', async (path, written, first) => {
    expect((await offered(path, written))[0]).toBe(first);
  });

  it.each([
    [
      'app.py',
      `${python}def pay(order_id: str):\n    order = store.find(‸)\n`,
      /^(?:int|str|store\.find|Store|Order|store\[.*|\w+\.total)$/,
    ],
    ['app.go', `${go}func Pay(s *Store, id string) {\n\ts.Find(‸)\n}\n`, /^(?:0|s|s\.Find|\w+ \*?\w+|Order.*)$/],
    ['App.java', java('  void pay(String id) {\n    store.find(‸);\n  }'), /^(?:0|shop|store|id\.find|String id)$/],
  ])('has nothing that cannot be there (%s: %s)', async (path, written, never) => {
    expect((await offered(path, written)).filter((text) => never.test(text))).toEqual([]);
  });

  it.each([
    [
      'python',
      'def find(self, order_id: str, *, deep=False, **more: object) -> Order',
      [
        ['order_id', 'str'],
        ['deep', undefined],
        ['more', 'object'],
      ],
    ],
    [
      'go',
      'func (s *Store) Move(from, to string, n int) error',
      [
        ['from', 'string'],
        ['to', 'string'],
        ['n', 'int'],
      ],
    ],
    [
      'java',
      'Order find(final String id, Map<String, Order> known, int... rest)',
      [
        ['id', 'String'],
        ['known', 'Map<String, Order>'],
        ['rest', 'int'],
      ],
    ],
  ])('reads the parameters of %s', (family, header, wanted) => {
    const read = parametersIn(header, family as IndexedFile['family']);
    expect(read.map(({ name, type }) => [name, type])).toEqual(wanted);
  });
});
