/** ChatLSP for languages that have no engine here, over real language servers that play the editor's other extensions. */
import { resolve } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { familyOf } from '../../server/complete/index/indexFile.ts';
import { outlineOf } from '../../server/complete/index/indexOutline.ts';
import { readerOf, sameType } from '../../server/complete/providers/signatureText.ts';
import { textHole } from '../../server/complete/providers/textHole.ts';
import { completionRequests } from '../../server/lsp/completionProtocol.ts';
import { languageOf } from '../../server/syntax/languages.ts';
import { loadSyntax } from '../../server/syntax/treeSitter.ts';
import { TestRepository } from '../editor/repositories.ts';
import { Conversation } from './conversation.ts';
import { expectHole, holesOver, MARK, type Wanted } from './holesOver.ts';
import { type Found, gopls, OtherServer, pyright, rustAnalyzer } from './otherServers.ts';

const open: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const end of open.splice(0).reverse()) await end();
});

interface Told {
  readonly name: string;
  readonly text: string;
}

/** A conversation about a marked file, with a real server of the language behind it. */
async function talk(found: Found, files: Record<string, string>, path: string, languageId: string) {
  const repo = new TestRepository();
  open.push(() => repo.remove());
  const marked = files[path] ?? '';
  const offset = marked.indexOf('|');
  const text = marked.slice(0, offset) + marked.slice(offset + 1);
  repo.commit('Start', { ...files, [path]: text });
  const client = await Conversation.start(repo.root, { providers: 'command' in found });
  open.push(() => client.stop());
  if ('command' in found) {
    const server = await OtherServer.start(found, repo.root);
    open.push(() => server.stop());
    server.serve(client);
    for (const name of Object.keys(files))
      if (!/\.(?:mod|toml)$/.test(name)) await server.open(repo.path(name), languageId);
    // A server that has judged a document has read its imports.
    while (!server.hasJudged(repo.path(path))) await new Promise((again) => setTimeout(again, 50));
  }
  const uri = await client.open(repo.path(path), text, languageId);
  const place = client.place(uri, offset);
  /** Deadlines are for people who wait; a busy machine is asked again, and finds what came late in the cache. */
  const until = async <T>(method: string, holds: (answer: T) => boolean, more = {}): Promise<T> => {
    for (let attempt = 0; ; attempt++) {
      const answer = await client.request<T>(method, { ...place, ...more });
      if (holds(answer) || attempt === 8) return answer;
    }
  };
  return { client, place, until, uri, text };
}

const nothing: Found = { missing: 'on purpose' };
const isTyped = ({ type }: { type: string | null }) => type !== null;
const names = (told: readonly Told[]) => told.map(({ name }) => name);

const python = {
  'shop.py': `from dataclasses import dataclass


@dataclass
class Item:
    name: str
    cents: int


@dataclass
class Order:
    id: str
    items: list[Item]


def empty_order(id: str) -> Order:
    return Order(id, [])


def total_of(order: Order) -> int:
    return sum(item.cents for item in order.items)
`,
  'returns.py': `from shop import Item, Order, empty_order, total_of


def reopened(id: str) -> Order:
    return |
`,
  'argument.py': `from shop import Order, empty_order, total_of


def pay(id: str) -> None:
    order = empty_order(id)
    total_of(|)
`,
};

const withPyright = pyright();
if ('missing' in withPyright) console.warn(`Python over a real server is skipped: ${withPyright.missing}`);

describe.skipIf('missing' in withPyright)('Python over pyright', { timeout: 120_000 }, () => {
  it('knows a return: its type, the types behind it, and what makes it', async () => {
    const { until } = await talk(withPyright, python, 'returns.py', 'python');
    expect(await until(completionRequests.expectedType, isTyped)).toMatchObject({ type: 'Order', from: 'checker' });
    const types = await until<Told[]>(completionRequests.relevantTypes, (told) => told.length === 2);
    expect(names(types)).toEqual(['Item', 'Order']);
    expect(types[1]?.text).toContain('items: list[Item]');
    const headers = await until<Told[]>(completionRequests.relevantHeaders, (told) =>
      names(told).includes('empty_order'),
    );
    expect(names(headers)).toContain('empty_order');
    expect(names(headers)).not.toContain('total_of');
  });

  it('knows an argument by signature help, and errors of the document as it stands', async () => {
    const { client, until, place, text, uri } = await talk(withPyright, python, 'argument.py', 'python');
    expect(await until(completionRequests.expectedType, isTyped)).toMatchObject({
      type: 'Order',
      hole: { place: 'argument', callee: 'total_of', argument: 0 },
    });
    const types = await until<Told[]>(completionRequests.relevantTypes, (told) => told.length === 2);
    expect(names(types)).toEqual(['Item', 'Order']);
    // The call lacks its argument: pyright has judged just this text.
    const report = await client.request<{ errors: { kind: string; line: number }[] | null }>(
      completionRequests.errorReport,
      { ...place, fill: '' },
    );
    expect(report.errors).toMatchObject([{ kind: 'type', line: 6 }]);
    // What the editor does not have, it has not judged.
    expect(await client.request(completionRequests.errorReport, { ...place, fill: 'order' })).toEqual({
      errors: null,
      message: '',
    });
    expect(client.text(uri)).toBe(text);
  });
});

describe.skipIf('missing' in withPyright)('Python over pyright, hole by hole', { timeout: 120_000 }, () => {
  const order = ['Item', 'Order'];
  const wanted: Readonly<Record<string, Wanted & { readonly text: string }>> = {
    returned_call: {
      text: 'def f(order: Order) -> int:\n    return total_of(|)\n',
      type: 'Order',
      types: order,
      headers: ['order', 'empty_order'],
    },
    nested: {
      text: 'def f() -> str:\n    def made() -> Order:\n        return |\n',
      type: 'Order',
      types: order,
      headers: ['empty_order'],
    },
    field: {
      text: 'def f(order: Order, bought: list[Item]):\n    order.items = |\n',
      type: 'list[Item]',
      types: ['Item'],
      headers: ['bought'],
    },
    compared: { text: 'def f(order: Order) -> bool:\n    return order.id == |\n', type: 'str' },
    used_later: {
      text: 'def f(id: str) -> int:\n    order = |\n    return total_of(order)\n',
      type: 'Order',
      from: 'prior',
      types: order,
    },
    member: {
      text: 'def f(order: Order) -> list[Item]:\n    return order.|\n',
      type: 'list[Item]',
      types: ['Item'],
      headers: ['items'],
    },
  };
  let world: Awaited<ReturnType<typeof holesOver>>;
  beforeAll(async () => {
    const holes = Object.entries(wanted).map(([name, { text }]) => [
      `${name}.py`,
      `from shop import Item, Order, empty_order, total_of\n\n\n${text.replace('|', MARK)}`,
    ]);
    world = await holesOver(withPyright, { 'shop.py': python['shop.py'], ...Object.fromEntries(holes) }, 'python');
  }, 120_000);
  afterAll(() => world?.end());

  it.each(Object.entries(wanted))('%s', async (name, wish) => {
    await expectHole(await world.hole(`${name}.py`), wish);
  });
});

describe('Python with no provider', { timeout: 60_000 }, () => {
  it('reads what is written down in the buffer', async () => {
    const own = `${python['shop.py']}\n\ndef copy(order: Order) -> Order:\n    return |\n`;
    const { client, place } = await talk(nothing, { 'own.py': own }, 'own.py', 'python');
    expect(await client.request(completionRequests.expectedType, place)).toMatchObject({
      type: 'Order',
      from: 'checker',
    });
    expect(names(await client.request<Told[]>(completionRequests.relevantTypes, place))).toEqual(['Item', 'Order']);
    expect(names(await client.request<Told[]>(completionRequests.relevantHeaders, place))).toContain('empty_order');
    const broken = await client.request<{ errors: { kind: string; inFill: boolean }[] | null }>(
      completionRequests.errorReport,
      { ...place, fill: 'Order(((' },
    );
    expect(broken.errors?.[0]).toMatchObject({ kind: 'syntax' });
    expect(await client.request(completionRequests.aiTutorial, place)).toContain('Python');
  });
});

const go = {
  'go.mod': 'module shop\n\ngo 1.21\n',
  'shop.go': `package main

type Item struct {
	Name  string
	Cents int
}

type Order struct {
	ID    string
	Items []Item
}

func emptyOrder(id string) Order { return Order{ID: id} }

func totalOf(order Order) int { return len(order.Items) }
`,
  'main.go': `package main

func reopened(id string) Order {
	return |
}

func main() {}
`,
};

const withGopls = gopls();
if ('missing' in withGopls) console.warn(`Go over a real server is skipped: ${withGopls.missing}`);

describe.skipIf('missing' in withGopls)('Go over gopls', { timeout: 120_000 }, () => {
  it('knows a return: its type, the types behind it, and what makes it', async () => {
    const { until } = await talk(withGopls, go, 'main.go', 'go');
    expect(await until(completionRequests.expectedType, isTyped)).toMatchObject({ type: 'Order' });
    const types = await until<Told[]>(completionRequests.relevantTypes, (told) => told.length === 2);
    expect(names(types)).toEqual(['Item', 'Order']);
    const headers = await until<Told[]>(completionRequests.relevantHeaders, (told) =>
      names(told).includes('emptyOrder'),
    );
    expect(names(headers)).toContain('emptyOrder');
  });
});

const rust = {
  'Cargo.toml': '[package]\nname = "shop"\nversion = "0.1.0"\nedition = "2021"\n',
  'src/shop.rs': `pub struct Item {
    pub name: String,
    pub cents: u32,
}

pub struct Order {
    pub id: String,
    pub items: Vec<Item>,
}

pub fn empty_order(id: &str) -> Order {
    Order { id: id.to_string(), items: Vec::new() }
}
`,
  'src/main.rs': `mod shop;
use shop::{empty_order, Order};

fn reopened(id: &str) -> Order {
    return |;
}

fn main() {
    let _ = (reopened(""), empty_order(""));
}
`,
};

const withRust = rustAnalyzer();
if ('missing' in withRust) console.warn(`Rust over a real server is skipped: ${withRust.missing}`);

describe.skipIf('missing' in withRust)('Rust over rust-analyzer', { timeout: 240_000 }, () => {
  it('knows a return: its type, the types behind it, and what makes it', async () => {
    const { until } = await talk(withRust, rust, 'src/main.rs', 'rust');
    expect(await until(completionRequests.expectedType, isTyped)).toMatchObject({ type: 'Order' });
    const types = await until<Told[]>(completionRequests.relevantTypes, (told) => told.length === 2);
    expect(names(types)).toEqual(['Item', 'Order']);
    const headers = await until<Told[]>(completionRequests.relevantHeaders, (told) =>
      names(told).includes('empty_order'),
    );
    expect(names(headers)).toContain('empty_order');
  });
});

describe('a hole as the text tells it', () => {
  it.each([
    ['a.py', 'def f(id: str) -> Order:\n    return |\n', { place: 'return', declared: 'Order', enclosing: 'f' }],
    ['a.py', 'total: int = |\n', { place: 'initialiser', declared: 'int', name: 'total' }],
    ['a.go', 'package a\n\nfunc f(id string) *Order {\n\treturn |\n}\n', { place: 'return', declared: '*Order' }],
    [
      'A.java',
      'class A {\n  Order f(String id) {\n    return |;\n  }\n}\n',
      { declared: 'Order', enclosingClass: 'A' },
    ],
    ['A.java', 'class A {\n  void f() {\n    List<Order> all = |;\n  }\n}\n', { declared: 'List<Order>', name: 'all' }],
    [
      'A.cs',
      'class A {\n  public Order F(string id) {\n    return |;\n  }\n}\n',
      { place: 'return', declared: 'Order' },
    ],
    ['a.rs', 'fn f(id: &str) -> Order {\n    let x: Item = |;\n}\n', { declared: 'Item', name: 'x', enclosing: 'f' }],
    ['a.rs', 'fn f() {\n    load(1, |);\n}\n', { place: 'argument', argument: 1 }],
    ['a.rs', 'fn f() -> Order {\n    all.map(|x| { return |; })\n}\n', { place: 'return', declared: undefined }],
    ['A.java', 'class A {\n  int f() {\n    return load(|);\n  }\n}\n', { place: 'argument', argument: 0 }],
    ['A.java', 'class A {\n  F f() {\n    return x -> { return |; };\n  }\n}\n', { declared: undefined }],
    ['A.java', 'class A {\n  Order f() {\n    return a.b().|;\n  }\n}\n', { place: 'member', declared: 'Order' }],
    ['a.py', 'def f() -> int:\n    def g() -> Order:\n        return |\n', { declared: 'Order' }],
    ['a.py', 'def f() -> int:\n    def g() -> Order:\n        pass\n    return |\n', { declared: 'int' }],
    ['a.go', 'package a\n\nfunc f() (a, b *Order, err error) {\n\treturn nil, |\n}\n', { declared: '*Order' }],
    ['a.go', 'package a\n\nfunc f() int {\n\tg(func(x T) []Order { return | })\n}\n', { declared: '[]Order' }],
    ['a.go', 'package a\n\nfunc f() {\n\tx := map[K][]Order{a: |}\n}\n', { place: 'element', declared: '[]Order' }],
    ['a.go', 'package a\n\nfunc f() {\n\tx := [][]Order{{|}}\n}\n', { place: 'element', declared: 'Order' }],
    ['a.go', 'package a\n\nfunc f() {\n\tx := Order{ID: 1, Items: |}\n}\n', { place: 'property', name: 'Items' }],
    ['a.go', 'package a\n\nfunc f() {\n\tif x == y {\n\t\t|\n\t}\n}\n', { place: 'statement' }],
    ['a.go', 'package a\n\nfunc f() {\n\tvar a, b Order = g(), |\n}\n', { declared: 'Order', name: 'b' }],
    ['a.go', 'package a\n\nfunc f() {\n\ta.b, c[d] = g(), |\n}\n', { place: 'assignment', name: 'c' }],
    ['a.go', 'package a\n\nfunc f() {\n\tx, err := |\n}\n', { name: 'x', andError: true }],
    ['a.go', 'package a\n\nfunc f(a |) {}\n', { place: 'other', declared: undefined }],
  ] as const)('%s: %s', async (file, marked, wanted) => {
    const syntax = await loadSyntax(resolve('grammars'));
    const language = languageOf(file);
    await syntax.ready(language);
    const offset = marked.lastIndexOf('|');
    const text = marked.slice(0, offset) + marked.slice(offset + 1);
    const outline = outlineOf(language, text, syntax.parse(language, text));
    const told = textHole({ file, text, offset }, outline, familyOf(file));
    expect({ declared: undefined, ...told }).toMatchObject(wanted);
  });
});

describe('types out of signatures', () => {
  it.each([
    ['python', 'def empty_order(id: str) -> Order', 'Order'],
    ['python', 'async def get(self, *, retries: int = 3) -> dict[str, Order]: ...', 'dict[str, Order]'],
    ['java', 'public static <T> List<Order> ordersOf(Shop shop, T by)', 'List<Order>'],
    ['java', 'getOrders() : List<Order>', 'List<Order>'],
    ['csharp', 'public async Task<Order> LoadAsync(int id)', 'Task<Order>'],
    ['go', 'func emptyOrder(id string) Order', 'Order'],
    ['go', 'func (s *Shop) Load(id string) (*Order, error)', '*Order'],
    ['go', 'func(id string) map[string]Order', 'map[string]Order'],
    ['rust', "pub fn load<'a>(&'a self, id: u32) -> Result<Order, Error>", 'Result<Order, Error>'],
    ['go', 'func (p *Page[T]) Rows(of ...T) (rows []T, err error) {', '[]T'],
    ['go', 'func mapped(of []Item) []Order // func[A, B any](of []A) []B', '[]Order'],
    ['go', 'func(items []Item) Page[Item]', 'Page[Item]'],
    ['rust', 'fn main()', undefined],
    ['go', 'func main()', undefined],
  ] as const)('%s: what %s gives', (family, signature, result) => {
    expect(readerOf(family).result(signature)).toBe(result);
  });

  it.each([
    ['python', 'order: Order = None', 'Order'],
    ['python', '*args: int', 'int'],
    ['java', 'final List<Order> orders', 'List<Order>'],
    ['csharp', 'ref Order order', 'Order'],
    ['go', 'order *Order', '*Order'],
    ['rust', 'order: &mut Order', '&mut Order'],
  ] as const)('%s: the type in the parameter %s', (family, label, type) => {
    expect(readerOf(family).parameter(label)).toBe(type);
  });

  it('takes types for one as they are written', () => {
    expect(sameType('Optional[shop.Order]', 'Order')).toBe(true);
    expect(sameType('Order | None', 'Order')).toBe(true);
    expect(sameType('*Order', 'Order')).toBe(true);
    expect(sameType('Orders', 'Order')).toBe(false);
    expect(sameType('list[Order]', 'Order')).toBe(false);
  });
});
