/** What is counted as safe over the real server is what *safe* in bulk applies; what it holds back is not, and says why. */
import { readFileSync } from 'node:fs';
import { afterEach, expect, it } from 'vitest';
import type { CodeLens, Diagnostic } from 'vscode-languageserver/node';
import { commands, type FileView, type RepositoryView, requests, type Summary } from '../../server/lsp/protocol.ts';
import { TestRepository } from '../editor/repositories.ts';
import { Conversation } from './conversation.ts';

const open: { stop(): Promise<void>; remove(): void }[] = [];

afterEach(async () => {
  for (const { stop, remove } of open.splice(0)) {
    await stop();
    remove();
  }
});

const code = (added: string, old: string, used: string) =>
  `import { list } from './list';\n${added}import { start } from './start';\n\n${old}export const all = list(start);\n\nexport const a = 3;\nexport const b = 4;\n${used}`;
const old = 'export function old() {\n  return 1;\n}\n\n';
const [cart, shop] = ["import { cart } from './cart';\n", "import { shop } from './shop';\n"];

it('counts no conflict as safe that the bulk action leaves, and says why everywhere', { timeout: 60_000 }, async () => {
  const repo = new TestRepository();
  const all = (added: string, broken: string) => ({
    'sound.js': code(added, '', ''),
    'gen.js': code(added, '', ''),
    'broken.js': broken,
  });
  repo.commit('Start', { ...all('', code('', old, '')), '.gitattributes': 'gen.js linguist-generated\n' });
  repo.git('checkout', '-q', '-b', 'feature');
  repo.commit('There', all(shop, code(shop, old, 'export const next = old();\n')));
  repo.git('checkout', '-q', 'main');
  repo.commit('Here', all(cart, code(cart, '', '')));
  repo.stops('merge', 'feature');
  const client = await Conversation.start(repo.root);
  open.push({ stop: () => client.stop(), remove: () => repo.remove() });
  const uri = await client.open(repo.path('broken.js'));
  for (const name of ['sound.js', 'gen.js']) await client.open(repo.path(name));

  let files: readonly FileView[] = [];
  await client.until(async () => {
    const [view] = await client.request<RepositoryView[]>(requests.repository);
    files = view?.files ?? [];
    return files.length === 3 && files.every(({ counts }) => counts);
  });
  const why = 'look at the rest of the file: old, which main removed, is still used';
  const counted = new Map(files.map(({ path, counts, held }) => [path, { counts, held }]));
  expect(counted.get('sound.js')).toEqual({ counts: { safe: 1, likely: 0, yours: 0 }, held: undefined });
  const looked = { safe: 0, likely: 1, yours: 0 };
  expect(counted.get('broken.js')).toEqual({ counts: looked, held: { count: 1, why: expect.stringContaining(why) } });
  expect(counted.get('gen.js')).toMatchObject({
    counts: looked,
    held: { why: expect.stringContaining('a program writes') },
  });

  const [conflict] = await client.conflicts(uri);
  expect(conflict).toMatchObject({ need: 'likely', held: expect.stringContaining(why) });
  const [problem] = await client.problems(uri);
  expect(problem).toMatchObject({ code: 'likely', message: expect.stringContaining(why) });
  const lenses = await client.request<CodeLens[]>('textDocument/codeLens', { textDocument: { uri } });
  const accept = await client.request<CodeLens>('codeLens/resolve', lenses[0]);
  expect(accept.command?.title).toMatch(/look first: look at the rest/);

  const summary = await client.execute<Summary>(commands.resolve, { root: repo.root, tier: 'safe' });
  expect(summary.resolved).toBe(files.reduce((sum, { counts }) => sum + (counts?.safe ?? 0), 0));
  expect(summary.files.find(({ path }) => path === 'broken.js')).toMatchObject({
    left: 1,
    held: [{ line: 2, why: expect.stringContaining(why) }],
  });

  // Decided by hand the conflict is gone, and with it every place that told: the rest wants a look all the same.
  const text = readFileSync(repo.path('broken.js'), 'utf8');
  const start = text.indexOf('<<<<<<<');
  const end = text.indexOf('\n', text.indexOf('>>>>>>>')) + 1;
  await client.change(uri, start, end, cart + shop);
  let problems: readonly Diagnostic[] = [];
  await client.until(async () => {
    problems = await client.problems(uri);
    return problems.every(({ code }) => code === 'rest');
  });
  expect(problems).toMatchObject([
    {
      code: 'rest',
      message: expect.stringMatching(/^Before you stage this file, .*old, which main removed, is still used/),
    },
  ]);
});
