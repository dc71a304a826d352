/** What was decided in an editor goes back to the very bytes, whatever the file's encoding and line ends: an editor's text has neither. */
import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, it } from 'vitest';
import { run as undo } from '../../server/cli/undo.ts';
import { commands, type RepositoryView, requests } from '../../server/lsp/protocol.ts';
import { command, merging } from '../support/repositories.ts';
import { Conversation } from './conversation.ts';

const program = resolve(import.meta.dirname, '../../dist/server.cjs');
const BOM = '\ufeff';

const lines = (word: string, eol: string) =>
  ['# Settings', `first=${word}`, ...Array.from({ length: 9 }, (_, i) => `kept ${i} é`), `last=${word}`, ''].join(eol);

it('a file of ASCII alone, of which the base is taken, that is not', async () => {
  const repo = merging({ 'a.txt': { base: 'caf\u00e9\n', ours: 'cafe\n', theirs: 'coffee\n' } });
  const conflicted = repo.bytes('a.txt');
  const client = await Conversation.start(repo.root, { vscode: true }, { program });
  await client.request<RepositoryView[]>(requests.repository);
  const uri = await client.open(repo.at('a.txt'), conflicted.toString());
  const [one] = await client.conflicts(uri);
  expect(await client.execute(commands.take, { uri, conflict: one?.id, choice: 'base' })).toEqual({});
  writeFileSync(repo.at('a.txt'), client.text(uri));
  await client.connection.sendNotification('textDocument/didSave', { textDocument: { uri } });
  expect(repo.bytes('a.txt').toString()).toBe('caf\u00e9\n');
  await client.stop();
  const { code, err } = await command(undo, repo.root, ['--all']);
  expect(code, err).toBe(0);
  expect(repo.bytes('a.txt').equals(conflicted)).toBe(true);
});

it.each([
  ['a mark of byte order', 'utf8', BOM, '\n'],
  ['a mark of byte order and CRLF', 'utf8', BOM, '\r\n'],
  ['CRLF', 'utf8', '', '\r\n'],
  ['Latin-1', 'latin1', '', '\n'],
] as const)('a file with %s', async (_, encoding, mark, eol) => {
  const versions = (word: string) => Buffer.from(mark + lines(word, eol), encoding);
  const repo = merging({ 'a.txt': { base: versions('slow'), ours: versions('fast'), theirs: versions('careful') } });
  const conflicted = repo.bytes('a.txt');
  const client = await Conversation.start(repo.root, { vscode: true }, { program });
  await client.request<RepositoryView[]>(requests.repository);
  const uri = await client.open(repo.at('a.txt'), conflicted.toString(encoding).replace(BOM, ''));
  for (let left = 2; left > 0; left--) {
    const all = await client.conflicts(uri);
    expect(all).toHaveLength(left);
    expect(await client.execute(commands.take, { uri, conflict: all[0]?.id, choice: 'right' })).toEqual({});
    // As an editor saves it.
    writeFileSync(repo.at('a.txt'), Buffer.from(mark + client.text(uri), encoding));
    await client.connection.sendNotification('textDocument/didSave', { textDocument: { uri } });
  }
  expect(repo.bytes('a.txt').equals(versions('careful'))).toBe(true);
  await client.stop();
  const { code, err } = await command(undo, repo.root, ['--all']);
  expect(code, err).toBe(0);
  expect(repo.bytes('a.txt').equals(conflicted)).toBe(true);
});
