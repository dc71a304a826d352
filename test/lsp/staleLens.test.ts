/** Lenses of a moment ago, clicked at once after a change: they act on the conflict they were drawn for, or say that it is gone. */
import { resolve } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import type { CodeLens } from 'vscode-languageserver/node';
import { type RepositoryView, requests } from '../../server/lsp/protocol.ts';
import { TestRepository } from '../editor/repositories.ts';
import { Conversation } from './conversation.ts';

const program = resolve(import.meta.dirname, '../../dist/server.cjs');
const open: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of open.splice(0)) await stop();
});

/** Three conflicts, of which the first two are alike to the letter. */
async function three(): Promise<{ client: Conversation; uri: string }> {
  const repo = new TestRepository();
  const between = `${Array.from({ length: 12 }, (_, i) => `kept ${i}`).join('\n')}\n`;
  const at = (word: string, other = word) => ({
    'a.txt': [`mode=${word}\n`, `mode=${word}\n`, `last=${other}\n`].join(between),
  });
  repo.commit('Start', at('slow'));
  repo.git('checkout', '-q', '-b', 'feature');
  repo.commit('Theirs', at('careful'));
  repo.git('checkout', '-q', 'main');
  repo.commit('Ours', at('fast'));
  repo.stops('merge', 'feature');
  const client = await Conversation.start(repo.root, { vscode: true }, { program });
  open.push(async () => {
    await client.stop();
    repo.remove();
  });
  await client.request<RepositoryView[]>(requests.repository);
  return { client, uri: await client.open(repo.path('a.txt')) };
}

/** As an editor has drawn them: by conflict from the top, the one that takes theirs. */
async function drawn(client: Conversation, uri: string): Promise<CodeLens[]> {
  const all = await client.request<CodeLens[]>('textDocument/codeLens', { textDocument: { uri } });
  const resolved = await Promise.all(all.map((lens) => client.request<CodeLens>('codeLens/resolve', lens)));
  return resolved.filter(({ command }) => command?.title === 'Take feature');
}

const click = (client: Conversation, lens: CodeLens | undefined) =>
  client.execute<{ problem?: string }>(lens?.command?.command ?? '', lens?.command?.arguments?.[0]);

const taken = (text: string) => (text.match(/^(?:mode|last)=careful$/gm)?.length ?? 0) - markers(text);
const markers = (text: string) => text.split('<<<<<<<').length - 1;

it('of a conflict that is decided does not decide the next that is like it', async () => {
  const { client, uri } = await three();
  const [first, second, last] = await drawn(client, uri);
  expect(await click(client, first)).toEqual({});
  expect(markers(client.text(uri))).toBe(2);
  const once = client.text(uri);
  // A second click of the same hand; and nobody knows which of the two the other one stands above.
  for (const stale of [first, second]) {
    expect((await click(client, stale)).problem).toContain('of a moment ago');
    expect(client.text(uri)).toBe(once);
  }
  expect(client.messages.filter((said) => said.includes('of a moment ago'))).toHaveLength(2);
  // That of another conflict is as right as it was, wherever it is drawn.
  expect(await click(client, last)).toEqual({});
  expect([markers(client.text(uri)), taken(client.text(uri))]).toEqual([1, 2]);
  expect(client.text(uri)).toMatch(/last=careful\n$/);
  const [now] = await drawn(client, uri);
  expect(await click(client, now)).toEqual({});
  expect([markers(client.text(uri)), taken(client.text(uri))]).toEqual([0, 3]);
});
