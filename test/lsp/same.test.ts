/** "The same again" over the real server: a bulk action like the others, so what nothing in bulk touches stays as it is. */
import { resolve } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { commands, type RepositoryView, requests, type SameAnswer, type Summary } from '../../server/lsp/protocol.ts';
import { type Files, TestRepository } from '../editor/repositories.ts';
import { Conversation } from './conversation.ts';

const program = resolve(import.meta.dirname, '../../dist/server.cjs');
const open: { stop(): Promise<void>; remove(): void }[] = [];

afterEach(async () => {
  for (const { stop, remove } of open.splice(0)) {
    await stop();
    remove();
  }
});

type Sides = readonly [base: string, ours: string, theirs: string];

/** A stopped merge of these files, with theirs (or what is named) taken in the first two. */
async function twoTaken(
  files: Readonly<Record<string, Sides>>,
  also: Files = {},
  choice: 'right' | 'left-right' = 'right',
) {
  const repo = new TestRepository();
  const at = (side: 0 | 1 | 2): Files =>
    Object.fromEntries(Object.entries(files).map(([path, sides]) => [path, sides[side]]));
  repo.commit('Start', { ...at(0), ...also });
  repo.git('checkout', '-q', '-b', 'feature');
  repo.commit('There', at(2));
  repo.git('checkout', '-q', 'main');
  repo.commit('Here', at(1));
  repo.stops('merge', 'feature');
  const client = await Conversation.start(repo.root, {}, { program });
  open.push({ stop: () => client.stop(), remove: () => repo.remove() });
  await client.request<RepositoryView[]>(requests.repository);
  const uris = new Map<string, string>();
  for (const path of Object.keys(files)) uris.set(path, await client.open(repo.path(path)));
  for (const uri of [...uris.values()].slice(0, 2)) {
    const [first] = await client.conflicts(uri);
    await client.execute(commands.take, { uri, conflict: first?.id, choice });
  }
  const [uri = ''] = uris.values();
  return {
    offered: () => client.request<SameAnswer | null>(requests.same, { uri }),
    take: () => client.execute<Summary>(commands.same, { uri }),
    text: (path: string) => client.text(uris.get(path) ?? ''),
  };
}

const bump = (line: (version: string) => string): Sides => [line('1.0.0'), line('1.1.0'), line('1.2.0')];
const plain = bump((version) => `name=cart\nversion=${version}\n`);

it('leaves lock files, generated files, migrations and secrets', { timeout: 60_000 }, async () => {
  const held = ['db/migrations/001.sql', 'gen.txt', 'package-lock.json', 'secrets.txt'];
  const files = Object.fromEntries(['a.txt', 'b.txt', 'c.txt', ...held].map((path) => [path, plain]));
  const same = await twoTaken(files, { '.gitattributes': 'gen.txt linguist-generated\n' });
  expect(await same.offered()).toMatchObject({ count: 1, files: [expect.stringMatching(/c\.txt$/)] });
  expect(await same.take()).toMatchObject({ resolved: 1 });
  expect(same.text('c.txt')).toBe(plain[2]);
  for (const path of held) expect(same.text(path)).toContain('<<<<<<<');
});

it('leaves a marker where the rest of the file wants a look', { timeout: 60_000 }, async () => {
  const code = (version: string, before: string, after: string) =>
    `${before}export const keep = 1;\nexport const more = 2;\n\nexport const version = '${version}';\n\nexport const a = 3;\nexport const b = 4;\n${after}`;
  const old = 'export function old() {\n  return 1;\n}\n';
  const broken: Sides = [
    code('1.0.0', old, 'export const last = old();\n'),
    code('1.1.0', '', ''),
    code('1.2.0', old, 'export const last = old();\nexport const next = old() + 1;\n'),
  ];
  const clean = bump((version) => code(version, '', ''));
  const one: Sides = [
    broken[0].replace('export const last = old();\n', ''),
    broken[1],
    broken[2].replace('export const last = old();\n', ''),
  ];
  const same = await twoTaken({ 'a.js': clean, 'b.js': clean, 'c.js': clean, 'd.js': one });
  expect(await same.take()).toMatchObject({ resolved: 1 });
  expect(same.text('c.js')).toBe(clean[2]);
  expect(same.text('d.js')).toContain('<<<<<<<');
});

it('leaves white space that may mean something', { timeout: 60_000 }, async () => {
  const laid = (line: (space: string) => string): Sides =>
    [line('2'), line('3'), line('4')].map((text) =>
      text.replace(/\d/, (n) => ' '.repeat(Number(n))),
    ) as unknown as Sides;
  const free = laid((n) => `export const a = [${n}1];\n`);
  const indented = laid((n) => `if ready:\n${n}start()\n`);
  const same = await twoTaken({ 'a.ts': free, 'b.ts': free, 'c.ts': free, 'd.py': indented });
  expect(await same.offered()).toMatchObject({ count: 1, files: [expect.stringMatching(/c\.ts$/)] });
});

it('leaves what would define something twice, hold a key twice, or not parse', { timeout: 60_000 }, async () => {
  const keys = (ours: string, theirs: string): Sides =>
    ['', ours, theirs].map((line) => `export const limits = {\n  a: 0,\n${line}};\n`) as unknown as Sides;
  const distinct = keys('  b1: 1,\n', '  b2: 2,\n');
  const twice = keys('  b: 1,\n', '  b: 2,\n');
  const files = { 'a.ts': distinct, 'b.ts': distinct, 'c.ts': distinct, 'd.ts': twice };
  const same = await twoTaken(files, {}, 'left-right');
  expect(await same.offered()).toMatchObject({ count: 1, files: [expect.stringMatching(/c\.ts$/)] });
  await same.take();
  expect(same.text('c.ts')).toContain('  b1: 1,\n  b2: 2,\n');
  expect(same.text('d.ts')).toContain('<<<<<<<');
});
