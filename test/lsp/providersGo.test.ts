/** ChatLSP in Go over a real gopls: one hole a file of test/fixtures/providers/go, each of another kind, marked by a comment. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { completionRequests } from '../../server/lsp/completionProtocol.ts';
import { type Hole, holesOver } from './holesOver.ts';
import { gopls } from './otherServers.ts';

const found = gopls();
if ('missing' in found) console.warn(`Go over a real server is skipped: ${found.missing}`);

interface Wanted {
  readonly type: string | null;
  readonly from?: 'checker' | 'prior';
  /** Exactly these. */
  readonly types?: readonly string[];
  /** Among others. */
  readonly headers?: readonly string[];
  readonly never?: readonly string[];
}

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

  it.each(Object.entries(wanted))('%s', async (name, { type, from, types, headers = [], never = [] }) => {
    const { until } = await hole(name);
    const told = await until<{ type: string | null; from: string | null }>(
      completionRequests.expectedType,
      (answer) => answer.type === type,
    );
    expect({ type: told.type, from: told.from }).toEqual({ type, from: type === null ? null : (from ?? 'checker') });
    if (types) {
      const declarations = await until<{ name: string; text: string }[]>(
        completionRequests.relevantTypes,
        (answer) => answer.length === types.length,
      );
      expect(declarations.map((one) => one.name).sort()).toEqual([...types].sort());
      for (const one of declarations) expect(one.text).toMatch(new RegExp(`^type ${one.name}\\b`));
    }
    const offered = await until<{ name: string }[]>(completionRequests.relevantHeaders, (answer) =>
      headers.every((header) => answer.some((one) => one.name === header)),
    );
    const names = offered.map((one) => one.name);
    expect(names).toEqual(expect.arrayContaining([...headers]));
    for (const header of never) expect(names).not.toContain(header);
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
