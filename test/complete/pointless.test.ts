/** What says nothing where it stands: told from the tokens before the hole, in any language. */
import { expect, it } from 'vitest';
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

it('is no argument that is named as the value it takes', () => {
  expect(isPointless('draw(width=', 'width', true)).toBe(false);
  expect(isPointless('width = ', 'width', true)).toBe(true);
});
