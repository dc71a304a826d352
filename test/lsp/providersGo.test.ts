/** ChatLSP in Go over a real gopls: one hole a file of test/fixtures/providers/go, each of another kind, marked by a comment. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { completionRequests } from '../../server/lsp/completionProtocol.ts';
import { expectHole, type Hole, holesOver, type Wanted } from './holesOver.ts';
import { gopls } from './otherServers.ts';

const found = gopls();
if ('missing' in found) console.warn(`Go over a real server is skipped: ${found.missing}`);

const order = ['Item', 'Order', 'Status'];
const wanted: Readonly<Record<string, Wanted>> = {
  argument: { type: 'Order', types: order, headers: ['order', 'emptyOrder'], never: ['totalOf', 'gift'] },
  method_argument: { type: '*Order', types: order, headers: ['latest'], never: ['gift', 'emptyOrder'] },
  address: { type: 'Order', types: order, headers: ['order'] },
  result: { type: 'Order', types: order, headers: ['emptyOrder'], never: ['gift', 'result'] },
  first_result: { type: '*Order', types: order, headers: ['latest'], never: ['emptyOrder'] },
  second_result: { type: '*Order', types: order, headers: ['order'], never: ['emptyOrder'] },
  closure: { type: 'Receipt', types: ['Receipt'] },
  field: { type: '[]Item', types: ['Item'] },
  unkeyed: { type: 'Status', types: ['Status'], headers: ['Open', 'Closed'] },
  elided: { type: 'Status', types: ['Status'], headers: ['Open', 'Closed'] },
  slice_element: { type: 'Item', types: ['Item'], headers: ['gift'] },
  named_slice: { type: 'Item', types: ['Item'], headers: ['gift'] },
  map_value: { type: 'Order', types: order, headers: ['emptyOrder'] },
  map_assignment: { type: '*Order', types: order, headers: ['order'] },
  appended: { type: 'Item', types: ['Item'], headers: ['gift'], never: ['emptyOrder'] },
  interface_value: { type: 'Payer', headers: ['card', 'newCard'], never: ['gift', 'emptyOrder'] },
  inferred: { type: 'func(Item)', types: ['Item'] },
  instance: { type: 'func(Item) Receipt', types: ['Item', 'Receipt'] },
  generic_result: { type: 'Page[Item]', types: ['Item', 'Page'] },
  short: { type: 'Order', from: 'prior', types: order, headers: ['emptyOrder'] },
  short_before: { type: 'Order', from: 'prior', types: order, headers: ['emptyOrder'] },
  short_error: {
    type: '(*Order, error)',
    from: 'prior',
    types: order,
    headers: ['firstResult'],
    never: ['emptyOrder'],
  },
  field_assignment: { type: '[]Item', types: ['Item'], headers: ['items'] },
  compared: { type: 'Status', types: ['Status'], headers: ['Open', 'Closed'] },
  case: { type: 'Status', types: ['Status'], headers: ['Open', 'Closed'] },
  sent: { type: 'Order', types: order, headers: ['emptyOrder'] },
  member: { type: '*Order', types: order, headers: ['Latest'], never: ['member', 'emptyOrder'] },
  unknown: { type: null },
};

describe.skipIf('missing' in found)('Go over gopls, hole by hole', { timeout: 120_000 }, () => {
  const folder = resolve('test/fixtures/providers/go');
  let world: Awaited<ReturnType<typeof holesOver>>;
  const hole = (name: string): Promise<Hole> => world.hole(`${name}.go`);
  beforeAll(async () => {
    const files = readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')] as const);
    world = await holesOver(found, Object.fromEntries(files), 'go');
  }, 120_000);
  afterAll(() => world?.end());

  it('has a wish for each file', () => {
    const files = readdirSync(folder).filter((name) => name.endsWith('.go') && name !== 'shop.go');
    expect(Object.keys(wanted).sort()).toEqual(files.map((name) => name.replace('.go', '')).sort());
  });

  it.each(Object.entries(wanted))('%s', async (name, wish) => {
    for (const { text } of await expectHole(await hole(name), wish)) expect(text).toMatch(/^type \w/);
  });

  it('reports errors of the document as it stands, syntax apart from types, and of nothing else', async () => {
    const typed = await hole('argument');
    const report = (at: Hole, fill: string) =>
      at.until<{ errors: { kind: string; message: string }[] | null; message: string }>(
        completionRequests.errorReport,
        () => true,
        { fill },
      );
    expect((await report(typed, '')).errors).toMatchObject([
      { kind: 'type', message: expect.stringContaining('not used') },
      { kind: 'type', message: expect.stringContaining('want (Order)') },
    ]);
    expect((await report(await hole('field'), '')).errors).toMatchObject([{ kind: 'syntax' }]);
    expect(await report(typed, 'order')).toEqual({ errors: null, message: '' });
    expect((await report(typed, 'order(((')).errors?.[0]).toMatchObject({ kind: 'syntax' });
  });
});
