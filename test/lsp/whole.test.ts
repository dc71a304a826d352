/** A file in conflict that is one side to the letter and was never marked, as a merge driver that was killed leaves it. */
import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import type { CodeLens } from 'vscode-languageserver/node';
import { commands, type FileView, type RepositoryView, requests } from '../../server/lsp/protocol.ts';
import { TestRepository } from '../editor/repositories.ts';
import { Conversation } from './conversation.ts';

const program = resolve(import.meta.dirname, '../../dist/server.cjs');
const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

const [ours, theirs] = ["export const mode = 'fast';\n", "export const mode = 'careful';\n"];

async function stopped(lies: string | undefined): Promise<{ repo: TestRepository; client: Conversation; uri: string }> {
  const repo = new TestRepository();
  repo.commit('Start', { 'a.ts': "export const mode = 'slow';\n" });
  repo.git('checkout', '-q', '-b', 'feature');
  repo.commit('Theirs', { 'a.ts': theirs });
  repo.git('checkout', '-q', 'main');
  repo.commit('Ours', { 'a.ts': ours });
  repo.stops('merge', 'feature');
  if (lies !== undefined) writeFileSync(repo.path('a.ts'), lies);
  const client = await Conversation.start(repo.root, { vscode: true }, { program });
  stops.push(async () => {
    await client.stop();
    repo.remove();
  });
  return { repo, client, uri: await client.open(repo.path('a.ts')) };
}

async function viewed(client: Conversation): Promise<FileView | undefined> {
  let file: FileView | undefined;
  await client.until(async () => {
    const [view] = await client.request<RepositoryView[]>(requests.repository);
    file = view?.files[0];
    return file?.counts !== undefined;
  });
  return file;
}

const lenses = async (client: Conversation, uri: string) =>
  (await client.request<CodeLens[]>('textDocument/codeLens', { textDocument: { uri } })).map(({ command }) => command);

it.each([
  [ours, 'as main has it, whole: nothing of feature is in it'],
  [theirs, 'as feature has it, whole: nothing of main is in it'],
])('is told in the view, above the file and as a problem, with the way back: %s', async (lies, said) => {
  const { repo, client, uri } = await stopped(lies);
  const file = await viewed(client);
  expect(file?.whole).toBe(said);
  expect(file?.actions[0]).toEqual({ action: 'restore', title: 'Have the conflict back' });
  expect((await client.problems(uri)).map(({ code, message }) => [code, String(message)])).toEqual([
    ['whole', expect.stringContaining(said)],
  ]);
  const [back, stage] = await lenses(client, uri);
  expect([back?.command, stage?.command]).toEqual(['mortise.reopen', 'mortise.stageFile']);
  expect(back?.title).toContain(said);
  await client.request(requests.fileAction, { root: repo.root, path: 'a.ts', action: 'restore' });
  expect(readFileSync(repo.path('a.ts'), 'utf8')).toMatch(/^<{7}/m);
});

it('is not told of what the user decided, nor of a text of both', async () => {
  const { client, uri } = await stopped(undefined);
  await viewed(client);
  const [conflict] = await client.conflicts(uri);
  await client.execute(commands.take, { uri, conflict: conflict?.id, choice: 'left' });
  await client.save(uri);
  expect(client.text(uri)).toBe(ours);
  expect((await client.problems(uri)).filter(({ code }) => code === 'whole')).toEqual([]);
  expect((await lenses(client, uri)).map((command) => command?.command)).toEqual(['mortise.stageFile']);
  expect((await viewed(client))?.whole).toBeUndefined();
  const both = await stopped(ours + theirs);
  expect((await viewed(both.client))?.whole).toBeUndefined();
});

it('is not told of a side that was kept in a terminal', async () => {
  const { repo, client } = await stopped(undefined);
  await viewed(client);
  await client.request(requests.fileAction, { root: repo.root, path: 'a.ts', action: 'keep-right' });
  const next = await Conversation.start(repo.root, { vscode: true }, { program });
  stops.unshift(() => next.stop());
  expect(readFileSync(repo.path('a.ts'), 'utf8')).toBe(theirs);
  expect((await viewed(next))?.whole).toBeUndefined();
});
