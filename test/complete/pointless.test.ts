/** What says nothing where it stands: told from the tokens before the hole, in any language. */
import { describe, expect, it } from 'vitest';
import { handledIn } from '../../server/complete/items/handledCases.ts';
import { misplacedIn } from '../../server/complete/items/misplaced.ts';
import { pointlessIn } from '../../server/complete/items/pointless.ts';
import { lexCode } from '../../server/complete/tokens.ts';

function isPointless(before: string, fill: string, hash = false): boolean {
  const { texts, starts } = lexCode(before.trimEnd(), { hash });
  const tokens = { text: before, texts, starts, ids: new Int32Array(), spaced: new Uint8Array() };
  return pointlessIn({ before: tokens }, { text: before, offset: before.length })(lexCode(fill, { hash }).texts);
}

it.each([
  ['this.size = size;\nthis.name = ', 'this.name'],
  ['function f() {\n  total = ', 'total'],
  ['if (node !== ', 'node'],
  ['if (node !== ', 'node!'],
  ['const same = a.b === ', 'a.b'],
  ['const same = users.find((one) => one.id === ', 'one.id'],
  ['if (a && ', 'a'],
  ['while (at !== null && at !== ', 'null'],
  ['class A {\n  get name(): string {\n    return ', 'this.name'],
  ['class A {\n  private readonly name: string = ', 'this.name'],
  ['class A extends B<C> {\n  size = 1;\n  run() {\n    go();\n  }\n  name = ', 'this.name'],
])('is “%s%s”', (before, fill) => {
  expect(isPointless(before, fill)).toBe(true);
});

it.each([
  ['this.name = ', 'name'],
  ['let isStale = false;\nreturn () => {\n  isStale = ', 'false'],
  ['const name = ', 'name'],
  ['let found: Node | null = ', 'null'],
  ['if (x * a - ', 'a'],
  ['if (node !== ', 'node.parent'],
  ['if (f(a).b && ', 'b'],
  ['while (at !== null && to !== ', 'null'],
  ['class A {\n  get name(): string {\n    return ', 'this.title'],
  ['const same = a.b === ', 'b'],
  ['class A {\n  read() {\n    let value = 0;\n    if (this.cached) {\n      value = ', 'this.value'],
  ['class A {\n  items: B[] = [];\n  take() {\n    let items;\n    items = ', 'this.items'],
])('is not “%s%s”', (before, fill) => {
  expect(isPointless(before, fill)).toBe(false);
});

describe('what is code elsewhere', () => {
  const isMisplaced = (
    marked: string,
    fill: string,
    place?: 'template' | 'argument' | 'statement',
    expected = 'string',
  ): boolean =>
    misplacedIn({ text: marked.replace('|', ''), offset: marked.indexOf('|') }, place && { place, expected })(fill);

  it.each([
    ['const a = `${target.|', 'name ==='],
    ['const a = `${target.|}`', 'id: string'],
    ['export type Code = 1;\nexport |', "type Code = 'a' | 'b'"],
    ['const n = 1;\n|\n', 'const n = 2'],
    ['export |\nexport async function run(): Promise<void> {\n}\n', 'function run() {}'],
  ])('is out of place: %s%s', (marked, fill) => {
    expect(isMisplaced(marked, fill)).toBe(true);
  });

  it.each([
    ['return (\n    <h1>{title}</h1>\n    <|', ['project.id', '0', "'a'", 'of(a)'], ['Badge', 'Badge wide />', 'h1']],
    ['return <div><h1 id="a">{title}<Badge /></|', ['project.id', 'div', 'Badge'], ['h1>', 'h1']],
    ['return <div><b>{a}</b></|', ['b>'], ['div>']],
    ['if (a <|', [], ['project.id', '0']],
    ['if (a < b && c <|', [], ['project.id', '0']],
  ])('is out of place where a tag begins, and only there: %s', (marked, out, may) => {
    for (const fill of out) expect([fill, isMisplaced(marked, fill)]).toEqual([fill, true]);
    for (const fill of may) expect([fill, isMisplaced(marked, fill)]).toEqual([fill, false]);
  });

  it('is out of place where the parameters of a function begin', () => {
    const wanted = '(value: Order) => boolean';
    expect(isMisplaced('orders.filter((|))', 'isOpen', 'argument', wanted)).toBe(true);
    expect(isMisplaced('orders.filter(|)', 'isOpen', 'argument', wanted)).toBe(false);
    expect(isMisplaced('sum((|))', 'first', 'argument', 'number')).toBe(false);
  });

  it('is out of place among arguments, not among parameters', () => {
    expect(isMisplaced('orders.map(|)', 'order: Order', 'argument')).toBe(true);
    expect(isMisplaced('orders.map((|', 'order: Order')).toBe(false);
    expect(isMisplaced('f(|)', 'isOpen ? one : two', 'argument')).toBe(false);
  });

  it.each([
    ['if (target.|', 'name ==='],
    ['const a = `${target.name}`;\nif (target.|', 'name ==='],
    ['export type Code = 1;\nexport |', 'type Codes = Code[]'],
    ['const n = 1;\nfunction f() {\n  |\n', 'const n = 2'],
    ['export function run(a: string): void;\nexport |', 'function run(a: number): void;'],
  ])('may stand: %s%s', (marked, fill) => {
    expect(isMisplaced(marked, fill)).toBe(false);
  });
});

describe('a label', () => {
  const isHandled = (marked: string, fill: string): boolean => {
    const [before, after] = marked.split('|').map((text) => {
      const { texts, starts } = lexCode(text.trim());
      return { text, texts, starts, ids: new Int32Array(), spaced: new Uint8Array() };
    });
    return handledIn({ before, after } as never)(lexCode(fill).texts); // only the tokens are read
  };
  const arms = "switch (kind) {\n  case 'all': {\n    f('x');\n  }\n  case Kind.A: return 1;\n  case ";
  const rest =
    "\n    switch (o) { case 'inner': }\n  case \"open\":\n    return 2;\n  default:\n}\nswitch (p) { case 'far': }";

  it.each(["'all'", "'all':", '"open"', 'Kind.A', 'Kind.A: return 3'])('is there already: %s', (fill) => {
    expect(isHandled(`${arms}|:${rest}`, fill)).toBe(true);
    expect(isHandled(`${arms}|${rest}`, fill)).toBe(true);
    expect(isHandled(`${arms.slice(0, -'case '.length)}|${rest}`, `case ${fill}`)).toBe(true);
  });

  it.each(["'done'", 'Kind.B', "'inner'", "'far'", "'x'"])('is still to come: %s', (fill) =>
    expect(isHandled(`${arms}|:${rest}`, fill)).toBe(false),
  );

  it('is told from a value behind one, and from one more of the same', () => {
    expect(isHandled(`${arms}'b': return |;${rest}`, "'all'")).toBe(false);
    expect(isHandled('switch (a) { case 1, 2: f(); case 3, |: }', '2')).toBe(true);
    expect(isHandled('switch (a) { case A a when a.b -> 1; case | }', 'A a when a.c')).toBe(false);
  });
});

it('is no argument that is named as the value it takes', () => {
  expect(isPointless('draw(width=', 'width', true)).toBe(false);
  expect(isPointless('width = ', 'width', true)).toBe(true);
});
