/** In the editor: a conflict that git wrote into a side is the one to decide, and lines that were moved in are told in the hover. */
import { readFileSync } from 'node:fs';
import { afterEach, expect, it } from 'vitest';
import type { Hover } from 'vscode-languageserver/node';
import { requests } from '../../server/lsp/protocol.ts';
import { TestRepository } from '../editor/repositories.ts';
import { Conversation } from './conversation.ts';

const open: { stop(): Promise<void>; remove(): void }[] = [];

afterEach(async () => {
  for (const { stop, remove } of open.splice(0)) {
    await stop();
    remove();
  }
});

const lines = (five: string) => [1, 2, 3, 4, 5, 6, 7, 8, 9].map((n) => `${n === 5 ? five : `line ${n}`}\n`).join('');
const python = 'def f(x):\n    if x:\n        a()\n    b()\n    c()\n';

it('asks for the inner conflict first, keeps whole sides as they are, and tells edits of depth', {
  timeout: 60_000,
}, async () => {
  const repo = new TestRepository();
  repo.commit('Start', { 'one.txt': lines('line 5'), 'a.py': python });
  repo.git('checkout', '-q', '-b', 'feature');
  const moved = python.replace('    b()', '        b()');
  repo.commit('There', { 'one.txt': lines('T5'), 'uno.txt': 'other a\nother b\nother c\n', 'a.py': moved });
  repo.git('checkout', '-q', 'main');
  repo.git('mv', 'one.txt', 'uno.txt');
  repo.commit('Here', { 'uno.txt': lines('O5'), 'a.py': python.replace('b()', 'b(1)') });
  repo.stops('merge', 'feature');
  const client = await Conversation.start(repo.root);
  open.push({ stop: () => client.stop(), remove: () => repo.remove() });

  const uri = await client.open(repo.path('uno.txt'));
  const conflicts = await client.conflicts(uri);
  expect(conflicts).toHaveLength(1);
  const problems = await client.problems(uri);
  expect(problems.map(({ code, range }) => [code, range.start.line])).toEqual([
    ['yours', 5],
    ['around', 0],
  ]);
  await client.request(requests.fileAction, { root: repo.root, path: 'uno.txt', action: 'keep-left' });
  expect(readFileSync(repo.path('uno.txt'), 'utf8')).toBe(lines('O5'));

  const code = await client.open(repo.path('a.py'));
  const place = { textDocument: { uri: code }, position: { line: 4, character: 0 } };
  const hover = await client.request<Hover>('textDocument/hover', place);
  const { value } = hover.contents as { value: string };
  expect(value).toContain('feature: 1 dropped \\(b\\(\\) indented\\).');
  expect(value).toContain('✗ dropped (feature): b\\(\\) indented');
});
