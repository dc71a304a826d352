/**
 * Lists of Python, Go and Java where nobody knows types: what the text says is wanted comes first (a parameter's type and name, a
 * result, the other side of a comparison, a condition). Only what surely does not exist is taken away, and no number is another's.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Completer, type CompletionItem } from '../../server/complete/complete.ts';
import type { IndexedFile } from '../../server/complete/index/indexFile.ts';
import { estimateTokens } from '../../server/complete/tokens.ts';
import { parametersIn } from '../../server/complete/untyped/wantedHere.ts';
import { noTypes, type TypeEngine } from '../../server/types/typeEngine.ts';
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
/** What the judge of these lists once took away: each is right where it stands in `use`. */
const used: Readonly<Record<string, string>> = {
  'bag.py':
    'from store import Order\n\nclass Bag:\n    def __init__(self):\n        self.items = []\n\n    def __getitem__(self, i):\n        return self.items[i]\n\n    def __getattr__(self, name):\n        return self.items\n\n    def count(self) -> int:\n        return 1\n\n    def strip(self):\n        pass\n\n    def get(self, key: str):\n        pass\n\ndef first(order: Order) -> None:\n    pass\n\ndef make(kind: type[Order]) -> Order:\n    pass\n\ndef ratio(value: int) -> int:\n    return value\n\ndef use(bag: Bag, orders: list[Order], by_id: dict[str, Order], name: str, order: Order):\n    first(bag[0])\n    first(by_id.get(name))\n    make(Order)\n    ratio(orders.count(order))\n    ratio(bag.size)\n    if name.strip():\n        pass\n    if by_id.get(name):\n        pass\n',
  'use.go':
    'package shop\n\ntype Limited struct{ Limit *int }\ntype IDs []string\ntype Set map[string]bool\ntype Kind int\n\nfunc (s *Store) On(kind Kind, f func(o *Order) error) {}\nfunc Ratio(a, b int) int { return a / b }\nfunc Copy(o Order) {}\nfunc Flag(on bool) {}\nfunc First(id string) {}\nfunc handle(o *Order) error { return nil }\n\nfunc use(ids IDs, set Set, o *Order, l *Limited, s *Store, kind Kind) {\n\tFirst(ids[0])\n\tFlag(set["a"])\n\tCopy(*o)\n\tRatio(o.Total, *l.Limit)\n\tRatio(len(ids), *l.Limit)\n\ts.On(kind, handle)\n}\n',
  'Limits.java': 'package shop;\npublic interface Limits { int MAX = 3; }\n',
  'Use.java':
    'package shop;\nimport java.util.*;\npublic class Use {\n  public boolean isEmpty() { return false; }\n  public int size() { return 0; }\n  public boolean containsKey(String id) { return false; }\n  void a(List<Order> orders, Map<String, Order> byId, String name, int n) {\n    if (orders.isEmpty()) { return; }\n    if (byId.containsKey(name)) { return; }\n    if (n > Limits.MAX) { return; }\n    log(Order.class);\n    ratio(orders.size());\n  }\n  void b(List<Order> orders, Map<String, Order> byId, String name, int n) {\n    if (orders.isEmpty()) { return; }\n    if (byId.containsKey(name)) { return; }\n    if (n > Limits.MAX) { return; }\n    ratio(orders.size());\n  }\n  void log(Class<?> c) {}\n  void ratio(int n) {}\n}\n',
};
const withUsed = 'from store import Order\nfrom bag import Bag, first, make, ratio\n\n\n';

const python = 'from store import Order, Store\n\nstore = Store()\n\n';
const go = 'package shop\n\n';
const java = (body: string): string =>
  `package shop;\npublic class App {\n  private final Store store = new Store();\n${body}\n}\n`;

beforeAll(() => {
  for (const [name, text] of Object.entries({ ...files, ...used })) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function offered(path: string, written: string): Promise<readonly string[]> {
  return (await itemsOf(path, written)).map((item) => item.text);
}

async function itemsOf(
  path: string,
  written: string,
  { more = false, types = noTypes }: { more?: boolean; types?: TypeEngine } = {},
): Promise<readonly CompletionItem[]> {
  const syntax = await testSyntax('python', 'go', 'java');
  const completer = new Completer({
    syntax,
    types,
    listFiles: async () => Object.keys(more ? { ...files, ...used } : files),
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
  return items;
}

const inJava = (line: string): string =>
  `package shop;\nimport java.util.*;\npublic class App {\n  void a(List<Order> orders, Map<String, Order> byId, String name, int n) {\n    ${line}\n  }\n  void log(Class<?> c) {}\n  void ratio(int n) {}\n}\n`;
const inGo = (line: string): string =>
  `${go}func a(ids IDs, set Set, o *Order, l *Limited, s *Store, kind Kind) {\n\t${line}\n}\n`;
const inPython = (line: string): string =>
  `${withUsed}def a(bag: Bag, orders: list[Order], by_id: dict[str, Order], name: str, order: Order):\n    ${line}\n`;
const rights: readonly (readonly [string, string, string])[] = [
  ['App.java', inJava('if (‸) { return; }'), 'orders.isEmpty()'],
  ['App.java', inJava('if (‸) { return; }'), 'byId.containsKey(name)'],
  ['App.java', inJava('if (n > ‸) { return; }'), 'Limits.MAX'],
  ['App.java', inJava('log(‸);'), 'Order.class'],
  ['App.java', inJava('ratio(‸);'), 'orders.size()'],
  ['app.go', inGo('First(‸)'), 'ids[0]'],
  ['app.go', inGo('Flag(‸)'), 'set["a"]'],
  ['app.go', inGo('Copy(‸)'), '*o'],
  ['app.go', inGo('Ratio(len(ids), ‸)'), '*l.Limit'],
  ['app.go', inGo('s.On(kind, ‸)'), 'handle'],
  ['app.py', inPython('first(‸)'), 'bag[0]'],
  ['app.py', inPython('first(‸)'), 'by_id.get(name)'],
  ['app.py', inPython('make(‸)'), 'Order'],
  ['app.py', inPython('ratio(‸)'), 'orders.count(order)'],
  ['app.py', inPython('ratio(‸)'), 'bag.size'],
  ['app.py', inPython('if ‸:\n        pass'), 'name.strip()'],
];

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
  ])('begins with nothing that hardly can be there (%s: %s)', async (path, written, never) => {
    const first = (await offered(path, written)).slice(0, 2);
    expect(first.filter((text) => never.test(text))).toEqual([]);
  });

  it.each([
    ['app.py', `${python}def pay(order: Order):\n    if ‸:\n        return\n`, /order\.(?:find|orders|add)\b/],
    [
      'app.go',
      `${go}func Pay(s *Store, o *Order, id string) {\n\ts.Find(‸)\n}\n`,
      /\bo\.(?:orders|Find|Add)\b|^\w+ \*\w+$/,
    ],
    ['App.java', java('  void pay(Order order, String id) {\n    store.find(‸);\n  }'), /order\.(?:find|add)\b|^_$/],
  ])('has nothing that surely is not there (%s: %s)', async (path, written, never) => {
    expect((await offered(path, written)).filter((text) => never.test(text))).toEqual([]);
  });

  it.each(rights)('keeps what is right and cannot be judged (%s: %s)', async (path, written, right) => {
    expect((await itemsOf(path, written, { more: true })).map(({ text }) => text)).toContain(right);
  });

  it.each(rights)('gives no text the number of another (%s: %s)', async (path, written) => {
    const isBlind = { ...noTypes, knows: () => true };
    const plain = await itemsOf(path, written, { more: true, types: isBlind });
    const own = new Map(plain.map(({ text, confidence }) => [text, confidence]));
    const now = await itemsOf(path, written, { more: true });
    for (const { text, confidence } of now) expect(confidence).toBeLessThanOrEqual(own.get(text) ?? 1);
    expect(now.some(({ text }) => own.has(text))).toBe(true);
    for (const [i, item] of now.entries())
      if (now.slice(i + 1).some(({ own: hidden = 0 }) => hidden > (item.own ?? item.confidence)) && item.asked)
        expect(item.ahead).toBe(true);
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
