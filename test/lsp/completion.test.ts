/** Completion over real ipc: ghost text, list items, ChatLSP, the inspector, what cancels, and every kind of bad input. */
import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import type { CompletionList, InlineCompletionItem } from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import {
  type CompletionStatus,
  completionNotifications,
  completionRequests,
  type FillAnswer,
  type Inspection,
  type Judged,
  type ReadyParams,
} from '../../server/lsp/completionProtocol.ts';
import { installProduct } from '../editor/product.ts';
import { TestRepository } from '../editor/repositories.ts';
import { Conversation, type MoreOptions } from './conversation.ts';

const open: { stop(): Promise<void>; remove(): void }[] = [];

afterEach(async () => {
  for (const { stop, remove } of open.splice(0)) {
    await stop();
    remove();
  }
});

const shop = `export interface Item {
  readonly name: string;
  readonly cents: number;
}

export interface Order {
  readonly id: string;
  readonly items: readonly Item[];
}

/** What the till prints. */
export interface Receipt {
  readonly lines: readonly string[];
  readonly total: number;
}

export const emptyOrder = (id: string): Order => ({ id, items: [] });

export function totalOf(order: Order): number {
  return order.items.reduce((sum, item) => sum + item.cents, 0);
}

export function receiptOf(order: Order): Receipt {
  return { lines: order.items.map((item) => item.name), total: totalOf(order) };
}
`;
const report = (hole: string) => `import type { Order, Receipt } from './shop';
import { receiptOf } from './shop';

/** What the till prints. */
export function report(order: Order): Receipt {
  return ${hole};
}
`;
const tsconfig = '{ "compilerOptions": { "strict": true, "module": "preserve", "noEmit": true, "types": [] } }\n';

function shopRepository(): TestRepository {
  const repo = new TestRepository();
  repo.commit('Start', { 'tsconfig.json': tsconfig, 'src/shop.ts': shop, 'src/report.ts': report('0') });
  return repo;
}

async function talk(repo: TestRepository, options = {}, more: MoreOptions = {}): Promise<Conversation> {
  const client = await Conversation.start(repo.root, options, more);
  open.push({ stop: () => client.stop(), remove: () => repo.remove() });
  return client;
}

type Ghost = InlineCompletionItem & { data: Judged };

/** Open a text with its cursor written as `|`. */
async function at(client: Conversation, path: string, marked: string, languageId = 'typescript') {
  const offset = marked.indexOf('|');
  const uri = await client.open(path, marked.slice(0, offset) + marked.slice(offset + 1), languageId);
  return { uri, offset, place: client.place(uri, offset) };
}

const ghosts = (client: Conversation, place: object, triggerKind: 1 | 2 = 1): Promise<Ghost[]> =>
  client.request<Ghost[]>('textDocument/inlineCompletion', { ...place, context: { triggerKind } });
const list = (client: Conversation, place: object): Promise<CompletionList> =>
  client.request<CompletionList>('textDocument/completion', place);
const inspect = (client: Conversation, place: object): Promise<Inspection | null> =>
  client.request<Inspection | null>(completionRequests.inspect, place);

/** Ask again until a late answer is there: the first one after a start may come before the index. */
async function listed(client: Conversation, place: object): Promise<CompletionList> {
  for (;;) {
    const answer = await list(client, place);
    if (!answer.isIncomplete) return answer;
  }
}

describe('completion', { timeout: 60_000 }, () => {
  it('declares itself to plain clients, and leaves ours to its own providers', async () => {
    const plain = await talk(shopRepository());
    expect(plain.initialized?.capabilities).toMatchObject({
      inlineCompletionProvider: true,
      completionProvider: { triggerCharacters: ['.'] },
    });
    const ours = await talk(shopRepository(), { vscode: true });
    expect(ours.initialized?.capabilities).not.toHaveProperty('inlineCompletionProvider');
    expect(ours.initialized?.capabilities).not.toHaveProperty('completionProvider');
  });

  it('gives ghost text by hand, best first, with its number and its evidence', async () => {
    const repo = shopRepository();
    const client = await talk(repo);
    const { place } = await at(client, repo.path('src/report.ts'), report('|'));
    const found = await ghosts(client, place);
    expect(found.map(({ insertText }) => insertText)).toContain('receiptOf(order)');
    expect(found.length).toBeLessThanOrEqual(5);
    // What calls itself stands last, whatever its number.
    const isEndless = ({ data }: Ghost) => data.evidence.includes('calls itself without end');
    const ends = found.filter((one) => !isEndless(one));
    expect([...ends, ...found.filter(isEndless)]).toEqual(found);
    const numbers = ends.map(({ data }) => data.confidence);
    expect(numbers).toEqual([...numbers].sort((x, y) => y - x));
    for (const { data } of found)
      expect(data.evidence).toMatch(
        /^(?:(?:fewer than 1|\d+) in 100 like this were right|ranked 0\.\d+, not calibrated) · type-checked · /,
      );
  });

  it('shows unasked only what reaches the threshold', async () => {
    const repo = shopRepository();
    const never = await talk(repo, {}, { settings: { mortise: { completion: { threshold: 1 } } } });
    const { place } = await at(never, repo.path('src/report.ts'), report('|'));
    expect(await ghosts(never, place)).not.toEqual([]);
    expect(await ghosts(never, place, 2)).toEqual([]);
    const other = shopRepository();
    const eager = await talk(other, {}, { settings: { mortise: { completion: { threshold: 0 } } } });
    const { place: there } = await at(eager, other.path('src/report.ts'), report('|'));
    const [best] = await ghosts(eager, there);
    expect(await ghosts(eager, there, 2)).toEqual([best]);
  });

  it('goes on inside a word, and replaces what is typed of it', async () => {
    const repo = shopRepository();
    const client = await talk(repo);
    const { uri, offset, place } = await at(client, repo.path('src/report.ts'), report('rec|'));
    const found = await ghosts(client, place);
    expect(found[0]).toMatchObject({
      insertText: 'receiptOf(order)',
      range: { start: client.place(uri, offset - 3).position, end: place.position },
    });
    for (const { insertText } of found) expect(insertText).toMatch(/^rec/);
  });

  it('brings the blank that is not typed yet, and asks nothing anew when it is', async () => {
    const repo = shopRepository();
    const client = await talk(repo, { ghostEdits: true });
    const marked = report('0')
      .replace("import { receiptOf } from './shop';\n", '')
      .replace('return 0;', 'const slip =|;\n  return slip;');
    const { uri, offset, place } = await at(client, repo.path('src/report.ts'), marked);
    const glued = await ghosts(client, place);
    expect(glued.map(({ insertText }) => insertText)).toContain(' receiptOf(order)');
    const item = (await listed(client, place)).items.find(({ label }) => label.endsWith('receiptOf(order)'));
    expect(item?.textEdit?.newText).toBe(' receiptOf(order)');
    expect(item?.filterText).toBe('receiptOf(order)');
    await client.change(uri, offset, offset, ' ');
    const typed = await ghosts(client, client.place(uri, offset + 1));
    expect(typed.map(({ insertText, data }) => [insertText, data])).toEqual(
      glued.map(({ insertText, data }) => [String(insertText).slice(1), data]),
    );
  });

  it('is silent in comments, strings, disabled languages, and where it is off', async () => {
    const repo = shopRepository();
    const settings = { mortise: { completion: { threshold: 0, languages: { python: false } } } };
    const client = await talk(repo, {}, { settings });
    for (const text of ['// tot|\nlet x = 1;\n', "export const s = 'tot|';\n", 'const n = 12|;\n']) {
      const { uri, place } = await at(client, repo.path('src/quiet.ts'), text);
      expect(await ghosts(client, place)).toEqual([]);
      expect((await list(client, place)).items).toEqual([]);
      await client.connection.sendNotification('textDocument/didClose', { textDocument: { uri } });
    }
    const { place } = await at(client, repo.path('a.py'), 'total = 1\ndef f():\n    return |\n', 'python');
    expect(await ghosts(client, place)).toEqual([]);
    const off = await talk(shopRepository(), {}, { settings: { mortise: { completion: { enabled: false } } } });
    const { place: there } = await at(off, repo.path('src/report.ts'), report('|'));
    expect(await ghosts(off, there)).toEqual([]);
    expect((await list(off, there)).items).toEqual([]);
  });

  it('puts starred items before those of the language', async () => {
    const repo = shopRepository();
    const client = await talk(repo);
    const { place } = await at(client, repo.path('src/report.ts'), report('|'));
    // Asked by hand first: a machine too busy for the list's short wait has the answer ready then.
    await ghosts(client, place);
    const { items } = await listed(client, place);
    expect(items.length).toBeGreaterThan(0);
    expect(items.length).toBeLessThanOrEqual(5);
    const total = items.find(({ filterText }) => filterText === 'receiptOf(order)');
    expect(total).toMatchObject({ label: '★ receiptOf(order)', labelDetails: { description: 'type-checked' } });
    expect(items.map(({ sortText }) => sortText)).toEqual(items.map((_, i) => `!0${i}`));
  });

  it('brings an import along as an additional edit', async () => {
    const repo = shopRepository();
    const client = await talk(repo);
    const text = `import type { Order } from './shop';\n\nexport function open(id: string): Order {\n  return |;\n}\n`;
    const { uri, place } = await at(client, repo.path('src/open.ts'), text);
    const seen = await inspect(client, place);
    const imported = seen?.candidates.find(({ imports }) => imports);
    expect(imported?.text).toMatch(/^emptyOrder\(/);
    const { items } = await listed(client, place);
    const item = items.find(({ additionalTextEdits }) => additionalTextEdits !== undefined);
    if (!item) throw new Error('the import is not among the five best');
    const document = TextDocument.create(uri, 'typescript', 1, client.text(uri));
    const edits = [
      ...(item.additionalTextEdits ?? []),
      ...(item.textEdit && 'range' in item.textEdit ? [item.textEdit] : []),
    ];
    expect(TextDocument.applyEdits(document, edits)).toMatch(
      /import .*emptyOrder.* from '\.\/shop';[\s\S]*return emptyOrder\(/,
    );
  });

  it('brings an import with ghost text, to clients that can apply it', async () => {
    const text = `import type { Order } from './shop';\n\nexport function open(id: string): Order {\n  return |;\n}\n`;
    const repo = shopRepository();
    const able = await talk(repo, { ghostEdits: true });
    const { uri, place } = await at(able, repo.path('src/open.ts'), text);
    const item = (await ghosts(able, place)).find(({ data }) => data.edits);
    if (!item?.range) throw new Error('no ghost text brings an import');
    const document = TextDocument.create(uri, 'typescript', 1, able.text(uri));
    const edits = [...(item.data.edits ?? []), { range: item.range, newText: String(item.insertText) }];
    expect(TextDocument.applyEdits(document, edits)).toMatch(
      /import .*emptyOrder.* from '\.\/shop';[\s\S]*return emptyOrder\(/,
    );
    const other = shopRepository();
    const plain = await talk(other);
    const there = await at(plain, other.path('src/open.ts'), text);
    for (const { data, insertText } of await ghosts(plain, there.place)) {
      expect(data.edits).toBeUndefined();
      expect(insertText).not.toMatch(/emptyOrder/);
    }
  });

  it('gives the first answer unasked in the end, with its import, however late it is', async () => {
    const repo = shopRepository();
    const settings = { mortise: { completion: { threshold: 0.02 } } };
    const client = await talk(repo, { ghostEdits: true }, { settings });
    const text = `import type { Order, Receipt } from './shop';\n\nexport function slip(order: Order): Receipt {\n  return |\n}\n`;
    const ready = new Promise<ReadyParams>((done) =>
      client.connection.onNotification(completionNotifications.ready, done),
    );
    const { uri, place } = await at(client, repo.path('src/slip.ts'), text);
    let [best] = await ghosts(client, place, 2);
    if (!best) {
      expect(await ready).toMatchObject({ uri, position: place.position });
      [best] = await ghosts(client, place, 2);
    }
    const [, imported = 'nothing'] = /import \{ (\w+) \} from/.exec(best?.data.edits?.[0]?.newText ?? '') ?? [];
    expect(best?.insertText).toContain(`${imported}(order)`);
  });

  it('inspects a hole: type, context with source and reason, candidates with evidence', async () => {
    const repo = shopRepository();
    const client = await talk(repo);
    const { place } = await at(client, repo.path('src/report.ts'), report('|'));
    const seen = await client.request<Inspection>(completionRequests.inspect, { ...place, budget: 300 });
    expect(seen).toMatchObject({ path: 'src/report.ts', line: 6, column: 10, expected: 'Receipt', from: 'checker' });
    expect(seen.context.length).toBeGreaterThan(0);
    expect(seen.context.reduce((sum, { tokens }) => sum + tokens, 0)).toBeLessThanOrEqual(300);
    for (const { source, reason, path } of seen.context) expect([source, reason, path]).not.toContain('');
    expect(seen.context.map(({ text }) => text).join('')).toContain('receiptOf');
    expect(seen.candidates.find(({ text }) => text === 'receiptOf(order)')).toMatchObject({ checked: true });
    for (const part of ['# Context at src/report.ts:6:10', 'Receipt', '## Candidates', 'receiptOf(order)', 'Why: '])
      expect(seen.text).toContain(part);
  });

  it('answers the five ChatLSP methods', async () => {
    const repo = shopRepository();
    const client = await talk(repo);
    const text = `import { type Order, emptyOrder } from './shop';\n\nexport function open(id: string): Order {\n  return |;\n}\n`;
    const { place } = await at(client, repo.path('src/open.ts'), text);
    expect(await client.request(completionRequests.aiTutorial, place)).toContain('TypeScript');
    expect(await client.request(completionRequests.expectedType, place)).toMatchObject({
      type: 'Order',
      from: 'checker',
    });
    const types = await client.request<{ name: string }[]>(completionRequests.relevantTypes, place);
    expect(types.map(({ name }) => name)).toEqual(['Item', 'Order']);
    const headers = await client.request<{ name: string; text: string }[]>(completionRequests.relevantHeaders, place);
    expect(headers.map(({ name }) => name)).toContain('emptyOrder');
    const wrong = await client.request<{ errors: { inFill: boolean }[]; message: string }>(
      completionRequests.errorReport,
      { ...place, fill: 'emptyOrder(7)' },
    );
    expect(wrong.errors).toHaveLength(1);
    expect(wrong.message).toMatch(/line 4: .*number.*string/);
    const right = { ...place, fill: 'emptyOrder(id)' };
    expect(await client.request(completionRequests.errorReport, right)).toEqual({ errors: [], message: '' });
  });

  it('brings the import of a word that nothing in the list begins with, in the list and by hand', async () => {
    const repo = shopRepository();
    const count = (name: string) =>
      `export function ${name}(order: Order): number {\n  return order.items.length;\n}\n`;
    const many = Array.from({ length: 40 }, (_, i) => count(`count${i}`)).join('');
    repo.commit('Far', {
      'src/far/counts.ts': `import type { Order } from '../shop';\n${many}${count('zebraCount')}`,
    });
    const client = await talk(repo, { ghostEdits: true });
    const text =
      "import type { Order } from './shop';\n\nexport function f(order: Order): number {\n  return zebra|;\n}\n";
    const { uri, place } = await at(client, repo.path('src/word.ts'), text);
    const { items } = await listed(client, place);
    expect(items.map(({ filterText }) => filterText)).toEqual(['zebraCount(order)']);
    const [item] = items;
    expect(item).toMatchObject({ label: 'zebraCount(order)', labelDetails: { description: 'type-checked, import' } });
    expect(item?.detail).toMatch(/^not measured · type-checked · brings its import/);
    const document = TextDocument.create(uri, 'typescript', 1, client.text(uri));
    const edits = [
      ...(item?.additionalTextEdits ?? []),
      ...(item?.textEdit && 'range' in item.textEdit ? [item.textEdit] : []),
    ];
    expect(TextDocument.applyEdits(document, edits)).toBe(
      text
        .replace('zebra|', 'zebraCount(order)')
        .replace("'./shop';\n", "'./shop';\nimport { zebraCount } from './far/counts';\n"),
    );
    expect((await ghosts(client, place)).map(({ insertText }) => insertText)).toEqual(['zebraCount(order)']);
    expect(await ghosts(client, place, 2)).toEqual([]);
    // What the checker refuses there is not brought.
    const other = await at(client, repo.path('src/other.ts'), text.replace(': number', ': string'));
    expect((await listed(client, other.place)).items).toEqual([]);
  });

  it('offers what a required module exports in the braces before it', async () => {
    const repo = new TestRepository();
    repo.commit('Start', {
      'package.json': '{ "name": "svc", "private": true }\n',
      'store.js':
        "'use strict';\n\nclass ParcelStore {\n  all() {\n    return [];\n  }\n}\n\nmodule.exports = { ParcelStore };\n",
      'routes/parcels.js':
        "'use strict';\n\nconst { ParcelStore } = require('../store');\n\nfunction parcelRoutes(store = new ParcelStore()) {\n  return { all: () => store.all() };\n}\n\nmodule.exports = { parcelRoutes };\n",
    });
    const client = await talk(repo);
    const text =
      "'use strict';\n\nconst { ParcelStore } = require('./store');\nconst { | } = require('./routes/parcels');\n";
    const { place } = await at(client, repo.path('server.js'), text, 'javascript');
    await listed(client, place);
    expect((await ghosts(client, place)).map(({ insertText }) => insertText)).toEqual(['parcelRoutes']);
  });

  it('fills missing members and arms, checked, and says when nothing is missing', async () => {
    const repo = shopRepository();
    const client = await talk(repo);
    const filled = async (name: string, text: string) => {
      const { uri, place } = await at(client, repo.path(`src/${name}.ts`), text);
      const answer = await client.request<FillAnswer>(completionRequests.fillMissing, place);
      if ('problem' in answer) return answer.problem;
      expect(answer.checked).toBe(true);
      const document = TextDocument.create(uri, 'typescript', 1, client.text(uri));
      return TextDocument.applyEdits(
        document,
        answer.edits.map(({ range, newText }) => ({ range, newText })),
      );
    };
    const typed = "import type { Item } from './shop';\n\n";
    expect(await filled('object', `${typed}export const item: Item = {|};\n`)).toBe(
      `${typed}export const item: Item = {\n  name: '',\n  cents: 0\n};\n`,
    );
    expect(await filled('half', `${typed}export const item: Item = {\n  name: 'a|',\n};\n`)).toBe(
      `${typed}export const item: Item = {\n  name: 'a',\n  cents: 0\n};\n`,
    );
    const switched = (arms: string) =>
      `export function f(x: 'a' | 'b' | 'c'): void {\n  switch (x) {\n    case 'a':\n      break;\n${arms}  }\n}\n`;
    // The bar of a union is no cursor: this one is opened by its own mark.
    const text = switched('');
    const uri = await client.open(repo.path('src/arms.ts'), text, 'typescript');
    const answer = await client.request<FillAnswer>(
      completionRequests.fillMissing,
      client.place(uri, text.indexOf('switch') + 10),
    );
    if ('problem' in answer) throw new Error(answer.problem);
    const document = TextDocument.create(uri, 'typescript', 1, text);
    expect(
      TextDocument.applyEdits(
        document,
        answer.edits.map(({ range, newText }) => ({ range, newText })),
      ),
    ).toBe(switched("    case 'b':\n      break;\n    case 'c':\n      break;\n"));
    const cls =
      'interface Store {\n  get(key: string): string | undefined;\n  size: number;\n}\n\nexport class Memory implements Store {}\n';
    const classUri = await client.open(repo.path('src/cls.ts'), cls, 'typescript');
    const stubs = await client.request<FillAnswer>(
      completionRequests.fillMissing,
      client.place(classUri, cls.indexOf('Memory')),
    );
    expect('edits' in stubs && stubs.edits.map(({ newText }) => newText).join('')).toContain(
      'get(key: string): string | undefined {',
    );
    expect(
      await filled(
        'default',
        `${typed}export function f(key: keyof Item): number {\n  switch (key) {\n    case 'name':\n      return 1;\n    |\n    default:\n      return 0;\n  }\n}\n`,
      ),
    ).toContain(
      "      return 1;\n    case 'cents':\n      throw new Error('not implemented');\n    default:\n      return 0;\n",
    );
    expect(
      await filled('nested', `${typed}export const sold: { item: Item; at: Date; notes?: string } = {|};\n`),
    ).toContain("= {\n  item: { name: '', cents: 0 },\n  at: new Date()\n};\n");
    expect(await filled('nothing', `${typed}export const item: Item = { name: 'a', cents: 1 |};\n`)).toMatch(
      /^nothing is missing here/,
    );
  });

  it('takes other open buffers for their files, and files that change on disk', async () => {
    const repo = shopRepository();
    const client = await talk(repo);
    await client.open(
      repo.path('src/shop.ts'),
      `${shop}export const slipOf = (order: Order): Receipt => receiptOf(order);\n`,
      'typescript',
    );
    const text = `import { type Order, type Receipt, slipOf } from './shop';\n\nexport const slip = (order: Order): Receipt => |;\n`;
    const { place } = await at(client, repo.path('src/slip.ts'), text);
    expect((await ghosts(client, place)).map(({ insertText }) => insertText)).toContain('slipOf(order)');

    writeFileSync(
      repo.path('src/more.ts'),
      'export interface Late { readonly when: number }\nexport const lateOf = (): Late => ({ when: 0 });\n',
    );
    const changes = [
      { uri: client.place(place.textDocument.uri, 0).textDocument.uri.replace('slip.ts', 'more.ts'), type: 1 },
    ];
    await client.connection.sendNotification('workspace/didChangeWatchedFiles', { changes });
    const late = await at(
      client,
      repo.path('src/late.ts'),
      `import { type Late, lateOf } from './more';\n\nexport const late: Late = |;\n`,
    );
    expect(await client.request(completionRequests.expectedType, late.place)).toMatchObject({ type: 'Late' });
    expect((await ghosts(client, late.place)).map(({ insertText }) => insertText)).toContainEqual(
      expect.stringMatching(/^lateOf\(\)/),
    );
  });

  it('answers anew at the same place when another file has changed', async () => {
    const repo = shopRepository();
    const client = await talk(repo);
    const text = `import type { Order } from './shop';\n\nexport const idOf = (order: Order): string => order.|;\n`;
    const { place } = await at(client, repo.path('src/id.ts'), text);
    const texts = async () => (await listed(client, place)).items.map(({ textEdit }) => textEdit?.newText);
    expect(await texts()).toContain('id');
    writeFileSync(repo.path('src/shop.ts'), shop.replace('readonly id: string', 'readonly code: string'));
    const changes = [{ uri: place.textDocument.uri.replace('id.ts', 'shop.ts'), type: 2 }];
    await client.connection.sendNotification('workspace/didChangeWatchedFiles', { changes });
    while ((await texts()).includes('id')) await pause(50);
    expect(await texts()).toContain('code');
  });

  it('cancels: an abandoned request ends, and an older text gets nothing', async () => {
    const repo = shopRepository();
    const client = await talk(repo);
    const { uri, offset, place } = await at(client, repo.path('src/report.ts'), report('|'));
    const first = ghosts(client, place);
    await client.change(uri, offset, offset, 'order.');
    const stale = await first;
    expect(stale).toEqual([]);
    const found = await ghosts(client, client.place(uri, offset + 6));
    expect(found.map(({ insertText }) => insertText)).not.toContain('receiptOf(order)');
  });
});

describe('completion in bad weather', { timeout: 60_000 }, () => {
  const huge = `export const data = [\n${'  { name: "x", value: 123456, list: [1, 2, 3] },\n'.repeat(110_000)}];\nexport const y: number = |;\n`;

  it.each([
    ['5 MB', 'src/huge.ts', huge],
    ['minified', 'src/min.js', `${'var a=function(b){return b+1};'.repeat(2000)}var c=|;`],
    ['generated', 'src/gen.ts', '// @generated\nexport const x: number = |;\n'],
    ['broken', 'src/broken.ts', 'export function f( { { {\n const a: number = |\n ]]] )\nclass {'],
    ['empty', 'src/empty.ts', '|'],
  ])('answers in a file that is %s, and says so', async (kind, name, text) => {
    const repo = shopRepository();
    const client = await talk(repo);
    const { place } = await at(client, repo.path(name), text);
    expect(Array.isArray(await ghosts(client, place))).toBe(true);
    const seen = await inspect(client, place);
    if (kind !== 'broken' && kind !== 'empty')
      expect(seen?.notes.join()).toMatch(/generated, minified, or larger than/);
    // The server lives.
    const { place: there } = await at(client, repo.path('src/report.ts'), report('|'));
    expect((await ghosts(client, there)).map(({ insertText }) => insertText)).toContain('receiptOf(order)');
  });

  it('works without a tsconfig, without git, for a file deleted under it, and outside of every folder', async () => {
    const repo = new TestRepository();
    repo.write({ 'shop.ts': shop, 'report.ts': report('receiptOf(order)') });
    rmSync(repo.path('.git'), { recursive: true });
    const client = await talk(repo);
    const { place } = await at(client, repo.path('report.ts'), report('|'));
    expect((await ghosts(client, place)).map(({ insertText }) => insertText)).toContain('receiptOf(order)');
    rmSync(repo.path('report.ts'));
    const changes = [{ uri: place.textDocument.uri, type: 3 }];
    await client.connection.sendNotification('workspace/didChangeWatchedFiles', { changes });
    expect((await ghosts(client, place)).map(({ insertText }) => insertText)).toContain('receiptOf(order)');

    const lone = await Conversation.start(null);
    open.push({ stop: () => lone.stop(), remove: () => undefined });
    const { place: there } = await at(lone, repo.path('report.ts'), report('|'));
    expect((await ghosts(lone, there)).map(({ insertText }) => insertText)).toContain('receiptOf(order)');
  });

  it('completes in two folders at once, each by its own', async () => {
    const [one, two] = [shopRepository(), shopRepository()];
    two.commit('Differ', { 'src/shop.ts': shop.replaceAll('receiptOf', 'slipOf') });
    const client = await talk(one);
    open.push({ stop: async () => undefined, remove: () => two.remove() });
    const uri = client
      .place(await client.open(two.path('tsconfig.json')), 0)
      .textDocument.uri.replace('/tsconfig.json', '');
    await client.connection.sendNotification('workspace/didChangeWorkspaceFolders', {
      event: { added: [{ uri, name: 'two' }], removed: [] },
    });
    const first = await at(client, one.path('src/report.ts'), report('|'));
    const second = await at(client, two.path('src/report.ts'), report('|').replaceAll('receiptOf', 'slipOf'));
    expect((await ghosts(client, first.place)).map(({ insertText }) => insertText)).toContain('receiptOf(order)');
    expect((await ghosts(client, second.place)).map(({ insertText }) => insertText)).toContain('slipOf(order)');
  });

  it('tells that it is indexing, that it is ready, and what it left out', async () => {
    const repo = shopRepository();
    const client = await talk(repo);
    const told: CompletionStatus[] = [];
    client.connection.onNotification(
      completionNotifications.status,
      (status: CompletionStatus) => void told.push(status),
    );
    const { place } = await at(client, repo.path('src/report.ts'), report('|'));
    await ghosts(client, place);
    expect(told.map(({ state }) => state).slice(0, 2)).toEqual(['indexing', 'ready']);
    expect(told[1]).toMatchObject({ root: repo.root, files: 2 });
  });

  it('goes on when the type engine crashes, and its worker starts again', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'mortise-crash-'));
    installProduct(folder);
    // The worker that is shipped, but for one thing: it dies once, on a text that says so.
    const worker = join(folder, 'dist/typesWorker.cjs');
    renameSync(worker, join(folder, 'dist/realWorker.cjs'));
    const flag = join(folder, 'crashed');
    writeFileSync(
      worker,
      `const { parentPort } = require('node:worker_threads');
const fs = require('node:fs');
parentPort.on('message', (message) => {
  if (JSON.stringify(message).includes('CRASH_HERE') && !fs.existsSync(${JSON.stringify(flag)})) {
    fs.writeFileSync(${JSON.stringify(flag)}, '');
    process.exit(7);
  }
});
require('./realWorker.cjs');
`,
    );
    const repo = shopRepository();
    const client = await talk(repo, {}, { program: join(folder, 'dist/server.cjs') });
    open.push({ stop: async () => undefined, remove: () => rmSync(folder, { recursive: true, force: true }) });
    const { place } = await at(client, repo.path('src/report.ts'), `// CRASH_HERE\n${report('|')}`);
    const lost = await client.request<{ type: string | null }>(completionRequests.expectedType, place);
    expect(readFileSync(flag, 'utf8')).toBe('');
    expect(lost.type).toBeNull();
    expect(await client.request(completionRequests.expectedType, place)).toMatchObject({ type: 'Receipt' });
    expect((await ghosts(client, place)).map(({ insertText }) => insertText)).toContain('receiptOf(order)');
  });

  it('runs nothing of an untrusted repository', async () => {
    const repo = shopRepository();
    const ran = repo.path('ran');
    const plugin = `require('node:fs').writeFileSync(${JSON.stringify(ran)}, 'plugin');\nmodule.exports = () => ({ create: (info) => info.languageService });\n`;
    repo.write({
      'tsconfig.json':
        '{ "compilerOptions": { "strict": true, "plugins": [{ "name": "evil" }] }, "extends": "./evil.cjs" }\n',
      'evil.cjs': plugin,
      'node_modules/evil/index.js': plugin,
      'node_modules/evil/package.json': '{ "name": "evil", "main": "index.js" }\n',
      'node_modules/typescript/package.json':
        '{ "name": "typescript", "version": "6.0.3", "main": "lib/typescript.js" }\n',
      'node_modules/typescript/lib/typescript.js': plugin,
      'fsmonitor.sh': `#!/bin/sh\ntouch ${ran}\n`,
    });
    repo.git('config', 'core.fsmonitor', `sh ${repo.path('fsmonitor.sh')}`);
    const client = await talk(repo, { untrusted: true });
    const { place } = await at(client, repo.path('src/report.ts'), report('|'));
    expect((await ghosts(client, place)).map(({ insertText }) => insertText)).toContain('receiptOf(order)');
    expect(await inspect(client, place)).toMatchObject({ expected: 'Receipt' });
    expect(repo.exists('ran')).toBe(false);
  });
});
