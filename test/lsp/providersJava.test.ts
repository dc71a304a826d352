/** ChatLSP in Java over Eclipse's Java server: one hole a class of test/fixtures/providers/java, marked by a comment. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { completionRequests } from '../../server/lsp/completionProtocol.ts';
import { expectHole, type Hole, holesOver, MARK, type Wanted } from './holesOver.ts';
import { jdtls } from './otherServers.ts';

const found = jdtls();
if ('missing' in found) console.warn(`Java over a real server is skipped: ${found.missing}`);

const order = ['Item', 'Order', 'Status'];
const wanted: Readonly<Record<string, Wanted>> = {
  Argument: { type: 'Order', types: order, headers: ['order', 'emptyOrder', 'latest'], never: ['totalOf', 'Order'] },
  Second: { type: 'int', headers: ['half'], never: ['order', 'emptyOrder'] },
  Constructed: { type: 'List<Item>', types: ['Item'], headers: ['bought'] },
  Result: { type: 'Order', types: order, headers: ['emptyOrder', 'latest'], never: ['newCard', 'result', 'Order'] },
  Generic: { type: 'Page<Item>', types: ['Item', 'Page'], headers: ['firstPage'] },
  Lambda: { type: null },
  Declared: { type: 'Payer', headers: ['payer', 'card', 'newCard'], never: ['emptyOrder'] },
  Field: { type: 'List<Item>', types: ['Item'] },
  Compared: { type: 'Status', types: ['Status'], headers: ['OPEN', 'CLOSED'] },
  Inferred: { type: 'Order', from: 'prior', types: order, headers: ['emptyOrder', 'latest'] },
  Member: { type: 'Order', types: order, headers: ['latest'], never: ['orders'] },
};

describe.skipIf('missing' in found)('Java over jdtls, hole by hole', { timeout: 120_000 }, () => {
  const folder = resolve('test/fixtures/providers/java');
  let world: Awaited<ReturnType<typeof holesOver>>;
  const hole = (name: string): Promise<Hole> => world.hole(`${name}.java`);
  beforeAll(async () => {
    const files = readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')] as const);
    expect(Object.keys(wanted).sort()).toEqual(
      files.filter(([, text]) => text.includes(MARK)).map(([name]) => name.replace('.java', '')),
    );
    world = await holesOver(found, Object.fromEntries(files), 'java');
    await hole('Argument');
  }, 240_000);
  afterAll(() => world?.end());

  it.each(Object.entries(wanted))('%s', async (name, wish) => {
    await expectHole(await hole(name), wish);
  });

  it('reports errors of the document as it stands, syntax apart from types', async () => {
    const report = async (name: string) =>
      (await hole(name)).until<{ errors: { kind: string; message: string }[] | null }>(
        completionRequests.errorReport,
        ({ errors }) => errors !== null,
        { fill: '' },
      );
    expect((await report('Second')).errors).toMatchObject([{ kind: 'syntax' }]);
    expect((await report('Result')).errors).toMatchObject([
      { kind: 'type', message: expect.stringContaining('Order') },
    ]);
  });
});
