/** An edit that belongs in another file, over the real server: told of the conflict, and after it was decided, as that file is in the editor. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import type { Diagnostic } from 'vscode-languageserver/node';
import { commands, type RepositoryView, requests, type Summary } from '../../server/lsp/protocol.ts';
import { TestRepository } from '../editor/repositories.ts';
import { Conversation } from './conversation.ts';

const open: { stop(): Promise<void>; remove(): void }[] = [];

afterEach(async () => {
  for (const { stop, remove } of open.splice(0)) {
    await stop();
    remove();
  }
});

const at = join(import.meta.dirname, '..', 'fixtures', 'moved-across', 'told', 'python, to a file that was there');
const files = (side: string) =>
  Object.fromEntries(['cart.py', 'money.py'].map((name) => [name, readFileSync(join(at, side, name), 'utf8')]));

it('holds the conflict back, and tells the edit until it is made there', { timeout: 60_000 }, async () => {
  const repo = new TestRepository();
  repo.commit('Start', files('base'));
  repo.git('checkout', '-q', '-b', 'feature');
  repo.commit('There', files('editor'));
  repo.git('checkout', '-q', 'main');
  repo.commit('Here', files('mover'));
  repo.stops('merge', 'feature');
  const client = await Conversation.start(repo.root);
  open.push({ stop: () => client.stop(), remove: () => repo.remove() });
  const uri = await client.open(repo.path('cart.py'));
  const [conflict] = await client.conflicts(uri);
  expect(JSON.stringify(conflict)).toContain(
    'main moved “def total(prices):” to money.py, line 4, and feature edited it',
  );
  const summary = await client.execute<Summary>(commands.resolve, { root: repo.root, tier: 'likely' });
  expect(summary.resolved).toBe(0);

  const text = readFileSync(repo.path('cart.py'), 'utf8');
  const mine = /<<<<<<<.*\n([\s\S]*?)\|\|\|\|\|\|\||<<<<<<<.*\n([\s\S]*?)=======/.exec(text);
  const end = text.indexOf('\n', text.indexOf('>>>>>>>')) + 1;
  await client.change(uri, text.indexOf('<<<<<<<'), end, mine?.[1] ?? mine?.[2] ?? '');
  const said = 'feature edited “def total(prices):”, which main moved to money.py: the edit is not in line 4 there';
  let problems: readonly Diagnostic[] = [];
  await client.until(async () => {
    problems = await client.problems(uri);
    return problems.every(({ code }) => code === 'rest');
  });
  expect(problems).toMatchObject([{ code: 'rest', message: expect.stringContaining(said) }]);

  // Not yet saved, it counts: at the next key in this file.
  const other = await client.open(repo.path('money.py'));
  const money = readFileSync(repo.path('money.py'), 'utf8');
  const place = money.indexOf('p + 1');
  await client.change(other, place, place + 5, 'p + 10');
  await client.change(uri, 0, 0, '\n');
  expect(await client.problems(uri)).toEqual([]);
});

it('tells of a deleted file, in its own text and in the view, where its content is now', {
  timeout: 60_000,
}, async () => {
  const repo = new TestRepository();
  const total =
    'export function total(prices: number[]): number {\n  const sum = prices.reduce((a, b) => a + b, 0);\n  return sum;\n}\n';
  const lib = Array.from({ length: 30 }, (_, i) => `export const rate${i} = ${i};\n`).join('');
  repo.commit('Start', { 'a.ts': total, 'lib.ts': lib });
  repo.git('checkout', '-q', '-b', 'feature');
  repo.commit('There', { 'a.ts': total.replace('return sum', 'return sum * 2') });
  repo.git('checkout', '-q', 'main');
  repo.git('rm', '-q', 'a.ts');
  repo.commit('Here', { 'lib.ts': `${lib}\n${total}` });
  repo.stops('merge', 'feature');
  const client = await Conversation.start(repo.root);
  open.push({ stop: () => client.stop(), remove: () => repo.remove() });
  const said =
    /main moved “export function total\(.*” to lib\.ts, line 32, and feature edited it here: the edit belongs there/;
  const uri = await client.open(repo.path('a.ts'));
  let problems: readonly Diagnostic[] = [];
  await client.until(async () => {
    problems = await client.problems(uri);
    return problems.length > 0;
  });
  expect(problems).toMatchObject([{ code: 'moved', severity: 2, message: expect.stringMatching(said) }]);
  let views: RepositoryView[] = [];
  await client.until(async () => {
    views = await client.request<RepositoryView[]>(requests.repository, {});
    return views[0]?.files[0]?.moved !== undefined;
  });
  expect(views[0]?.files[0]?.moved).toMatch(said);
});
