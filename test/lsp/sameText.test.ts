/** One file with the same conflict in two places: the log tells by place which of them was decided, taken back and decided again. */
import { afterEach, expect, it } from 'vitest';
import { run as review } from '../../server/cli/review.ts';
import { run as undo } from '../../server/cli/undo.ts';
import { commands, type ReportView, type RestoreView, requests } from '../../server/lsp/protocol.ts';
import { command, merging, type TestRepository } from '../support/repositories.ts';
import { Conversation } from './conversation.ts';

const open: Conversation[] = [];
afterEach(async () => {
  for (const client of open.splice(0)) await client.stop();
});

const between = Array.from({ length: 8 }, (_, i) => `line ${i}\n`).join('');
const twice = (value: string) => `v = ${value}\n${between}v = ${value}\n`;
/** The lines around both are the same as well. */
const stanzas = (value: string) => `[x]\n${between}v = ${value}\n[x]\n${between}v = ${value}\n[x]\n`;

async function talk(text: (value: string) => string) {
  const repo = merging({ t: { base: text('1'), ours: text('2'), theirs: text('3') } });
  const client = await Conversation.start(repo.root);
  open.push(client);
  return { repo, client, conflict: repo.read('t'), uri: await client.open(repo.at('t')) };
}

async function take(client: Conversation, uri: string, nth: number, choice: string): Promise<void> {
  const conflict = (await client.conflicts(uri))[nth]?.id;
  expect(await client.execute(commands.take, { uri, conflict, choice })).toEqual({});
}

/** As VS Code's own lens does it, to the first one that is there. */
async function accept(client: Conversation, uri: string, text: string): Promise<void> {
  const before = client.text(uri);
  const start = before.indexOf('<<<<<<<');
  await client.change(uri, start, before.indexOf('\n', before.indexOf('>>>>>>>')) + 1, text);
}

const whole = (client: Conversation, uri: string, text: string) => client.change(uri, 0, client.text(uri).length, text);
const standing = async (client: Conversation, repo: TestRepository) =>
  (await client.request<ReportView>(requests.report, { root: repo.root })).entries
    .filter(({ undone }) => !undone)
    .map(({ line, reason }) => `${line} ${reason.split(' ').at(1)}`);
const restorable = async (client: Conversation, uri: string) =>
  (await client.request<RestoreView>(requests.applied, { uri })).entries.length;
const reviewed = async (repo: TestRepository) => (await command(review, repo.root, [])).out;
const until = async (is: () => Promise<boolean>) => {
  while (!(await is())) await new Promise((done) => setTimeout(done, 20));
};

it.each([
  ['the first of two', 0, twice],
  ['the second of two between lines that are the same, too', 1, stanzas],
])('%s is taken and stands while the other is open', { timeout: 60_000 }, async (_, nth, text) => {
  const { repo, client, conflict, uri } = await talk(text);
  await take(client, uri, nth, 'left');
  await client.save(uri);
  expect(await standing(client, repo)).toHaveLength(1);
  expect(await restorable(client, uri)).toBe(1);
  expect(await reviewed(repo)).not.toMatch(/undone|no longer|not saved/);
  expect(await command(undo, repo.root, ['t'])).toMatchObject({ code: 0, err: '' });
  expect(repo.read('t')).toBe(conflict);
});

it('both decided are two, each with its own decision, and one undone is one', { timeout: 60_000 }, async () => {
  const { repo, client, conflict, uri } = await talk(twice);
  await accept(client, uri, 'v = 2\n');
  await until(async () => (await standing(client, repo)).length === 1);
  const one = client.text(uri);
  await accept(client, uri, 'v = 2\n');
  await until(async () => (await standing(client, repo)).length === 2);
  expect(await restorable(client, uri)).toBe(2);
  await whole(client, uri, one);
  expect(await standing(client, repo)).toHaveLength(1);
  await take(client, uri, 0, 'right');
  await client.save(uri);
  await until(async () => /2 resolutions, 1 undone/.test(await reviewed(repo)));
  expect(await standing(client, repo)).toHaveLength(2);
  expect((await command(undo, repo.root, ['t'])).code).toBe(0);
  expect(repo.read('t')).toBe(conflict);
});

it('decided again after one above it was decided, it is decided once', { timeout: 60_000 }, async () => {
  const at = (a: string, b: string) => `a = ${a}\n${between}b = ${b}\n`;
  const repo = merging({ t: { base: at('1', '1'), ours: at('2', '2'), theirs: at('3', '3') } });
  const client = await Conversation.start(repo.root);
  open.push(client);
  const uri = await client.open(repo.at('t'));
  const conflict = client.text(uri);
  await take(client, uri, 1, 'left');
  await whole(client, uri, conflict);
  await take(client, uri, 0, 'right');
  await take(client, uri, 0, 'right');
  await client.save(uri);
  await until(async () => /2 resolutions, 1 undone/.test(await reviewed(repo)));
  expect(await restorable(client, uri)).toBe(2);
});

it.each([['--merge'], ['--conflict=diff3']])(
  'is told also where git wrote the conflicts anew in between (%s)',
  { timeout: 60_000 },
  async (style) => {
    const { repo, client, uri } = await talk(twice);
    await take(client, uri, 0, 'left');
    await client.save(uri);
    repo.git('checkout', style, '--', 't');
    const anew = repo.read('t');
    await whole(client, uri, anew);
    await client.save(uri);
    expect(await standing(client, repo)).toEqual([]);
    await take(client, uri, 0, 'left');
    await client.save(uri);
    expect(await standing(client, repo)).toHaveLength(1);
    expect(await restorable(client, uri)).toBe(1);
    expect(await command(undo, repo.root, ['t'])).toMatchObject({ code: 0, err: '' });
    expect(repo.read('t')).toBe(anew);
  },
);
