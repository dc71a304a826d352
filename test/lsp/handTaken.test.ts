/** Decisions by other means than ours: one change that puts a side in a conflict's place counts, once, like a lens of ours. */
import { writeFileSync } from 'node:fs';
import { afterEach, expect, it } from 'vitest';
import { run as review } from '../../server/cli/review.ts';
import {
  commands,
  notifications,
  type ReportView,
  type RestoreView,
  requests,
  type SameAnswer,
} from '../../server/lsp/protocol.ts';
import { versionBumps } from '../editor/kinds.ts';
import type { TestRepository } from '../editor/repositories.ts';
import { command } from '../support/repositories.ts';
import { Conversation } from './conversation.ts';

const open: { stop(): Promise<void>; remove(): void }[] = [];
afterEach(async () => {
  for (const { stop, remove } of open.splice(0)) {
    await stop();
    remove();
  }
});

async function talk(repo: TestRepository): Promise<{ client: Conversation; taken: string[] }> {
  const client = await Conversation.start(repo.root);
  open.push({ stop: () => client.stop(), remove: () => repo.remove() });
  const taken: string[] = [];
  client.connection.onNotification(notifications.taken, ({ uri }: { uri: string }) => {
    taken.push(uri);
  });
  return { client, taken };
}

const path = (repo: TestRepository, i: number) => repo.path(`packages/p${i}/package.json`);
const report = async (client: Conversation, repo: TestRepository) =>
  (await client.request<ReportView>(requests.report, { root: repo.root })).entries;

/** As VS Code's *Accept Incoming Change* does it: one change, the whole block by the lines of one side. */
async function acceptIncoming(client: Conversation, uri: string): Promise<{ before: string; after: string }> {
  const before = client.text(uri);
  const start = before.indexOf('<<<<<<<');
  const end = before.indexOf('\n', before.indexOf('>>>>>>>')) + 1;
  const side = before.slice(before.indexOf('=======\n') + 8, before.indexOf('>>>>>>>'));
  await client.change(uri, start, end, side);
  return { before, after: client.text(uri) };
}

const whole = (client: Conversation, uri: string, text: string) => client.change(uri, 0, client.text(uri).length, text);
const until = async (is: () => boolean | Promise<boolean>) => {
  while (!(await is())) await new Promise((done) => setTimeout(done, 20));
};

it('counts in the report, for the rest, in Restore and in the log', { timeout: 60_000 }, async () => {
  const repo = versionBumps(4);
  const { client, taken } = await talk(repo);
  const [one, two] = [await client.open(path(repo, 0)), await client.open(path(repo, 1))];
  const { before, after } = await acceptIncoming(client, one);
  await until(() => taken.length === 1);
  const entries = await report(client, repo);
  expect(entries).toMatchObject([{ by: 'chosen', reason: 'takes feature', edits: 'dropped', undone: false }]);
  expect((await client.request<RestoreView>(requests.applied, { uri: one })).original).toBe(before);
  await acceptIncoming(client, two);
  await until(() => taken.length === 2);
  const said = { said: 'You took feature in 2 of 2 version bumps.', count: 2 };
  expect(await client.request<SameAnswer>(requests.same, { uri: two })).toMatchObject(said);
  // Undo takes it back, and redo brings it again: one decision all the time.
  await whole(client, one, before);
  expect((await report(client, repo)).map(({ undone }) => undone)).toEqual([true, false]);
  await whole(client, one, after);
  await until(async () => (await report(client, repo)).every(({ undone }) => !undone));
  await client.save(one);
  expect((await command(review, repo.root, ['packages/p0/package.json'])).out).toMatch(/^1 resolution\./m);
  expect(taken).toHaveLength(2);
});

it('does not count our own lens twice, nor its redo, nor what another program wrote', { timeout: 60_000 }, async () => {
  const repo = versionBumps(4);
  const { client, taken } = await talk(repo);
  const [one, two] = [await client.open(path(repo, 0)), await client.open(path(repo, 1))];
  const marked = client.text(one);
  const [conflict] = await client.conflicts(one);
  await client.execute(commands.take, { uri: one, conflict: conflict?.id, choice: 'right' });
  const done = client.text(one);
  await whole(client, one, marked);
  await whole(client, one, done);
  // A checkout of one side: on disk first, then the editor reads it.
  const text = client.text(two);
  const side = text.replace(/<{7}[^\n]*\n[\s\S]*?={7}\n([\s\S]*?)>{7}[^\n]*\n/, '$1');
  writeFileSync(path(repo, 1), side);
  await whole(client, two, side);
  // A conflict that a hand rewrote is no side.
  const three = await client.open(path(repo, 2));
  await whole(client, three, client.text(three).replace(/<{7}[\s\S]*>{7}[^\n]*\n/, '  "version": "9.9.9",\n'));
  // Looked at after all of these.
  const four = await client.open(path(repo, 3));
  await acceptIncoming(client, four);
  await until(() => taken.length > 0);
  expect(taken).toEqual([four]);
  expect((await report(client, repo)).map(({ path: at, undone }) => [at, undone])).toEqual([
    ['packages/p0/package.json', false],
    ['packages/p3/package.json', false],
  ]);
  expect((await command(review, repo.root, [])).out).toMatch(/^2 resolutions\./m);
});
