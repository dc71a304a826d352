/** Decisions in the editor that are not on disk: the terminal says so and leaves them alone, and saving or closing settles the log. */
import { afterEach, expect, it } from 'vitest';
import { run as review } from '../../server/cli/review.ts';
import { run as undo } from '../../server/cli/undo.ts';
import { commands, type ReportView, type RestoreView, requests } from '../../server/lsp/protocol.ts';
import { command, merging, openCase, type TestRepository } from '../support/repositories.ts';
import { Conversation } from './conversation.ts';

const open: Conversation[] = [];
afterEach(async () => {
  for (const client of open.splice(0)) await client.stop();
});

async function talk(root: string): Promise<Conversation> {
  const client = await Conversation.start(root);
  open.push(client);
  return client;
}

async function take(client: Conversation, uri: string, choice: string): Promise<void> {
  const [first] = await client.conflicts(uri);
  expect(await client.execute(commands.take, { uri, conflict: first?.id, choice })).toEqual({});
}

const whole = (client: Conversation, uri: string, text: string) => client.change(uri, 0, client.text(uri).length, text);
const log = (repo: TestRepository) => repo.read('.git/mortise/log.jsonl');
/** Until what a notification did is in the log. */
const logged = async (repo: TestRepository, is: (entries: { undone?: true }[]) => boolean) => {
  const entries = () =>
    log(repo)
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { undone?: true });
  while (!is(entries())) await new Promise((done) => setTimeout(done, 20));
};

it('undo leaves what is not saved to the editor, and takes it back once it is', { timeout: 60_000 }, async () => {
  const repo = merging({ t: openCase });
  const conflict = repo.read('t');
  const client = await talk(repo.root);
  const uri = await client.open(repo.at('t'));
  await take(client, uri, 'left');
  const before = log(repo);
  expect((await command(review, repo.root, [])).out).toContain('(not saved in the editor: undo it there)');
  for (const args of [['t'], ['--all']])
    expect(await command(undo, repo.root, args)).toMatchObject({
      code: 2,
      err: expect.stringMatching(/not saved: undo it there/),
    });
  expect(log(repo)).toBe(before);
  await client.save(uri);
  expect((await command(review, repo.root, [])).out).not.toMatch(/not saved|no longer/);
  expect(await command(undo, repo.root, ['t'])).toMatchObject({ code: 0 });
  expect(repo.read('t')).toBe(conflict);
});

it('undo --force before the save is no dead end: the entry stands again with the text', {
  timeout: 60_000,
}, async () => {
  const repo = merging({ t: openCase });
  const conflict = repo.read('t');
  const client = await talk(repo.root);
  const uri = await client.open(repo.at('t'));
  await take(client, uri, 'left');
  expect((await command(undo, repo.root, ['--force', 't'])).code).toBe(0);
  expect(log(repo)).toContain('"undone":true');
  await client.save(uri);
  await logged(repo, ([one]) => one?.undone === undefined);
  const report = await client.request<ReportView>(requests.report, { root: repo.root });
  expect(report.entries).toMatchObject([{ undone: false }]);
  expect((await client.request<RestoreView>(requests.applied, { uri })).entries).toHaveLength(1);
  expect((await command(undo, repo.root, ['t'])).code).toBe(0);
  expect(repo.read('t')).toBe(conflict);
});

it('undo keeps off a file of which only the first decision is saved', { timeout: 60_000 }, async () => {
  const at = (a: number, b: number) => `a = ${a}\n${'same\n'.repeat(9)}b = ${b}\n`;
  const repo = merging({ t: { base: at(1, 1), ours: at(2, 2), theirs: at(3, 3) } });
  const conflict = repo.read('t');
  const client = await talk(repo.root);
  const uri = await client.open(repo.at('t'));
  await take(client, uri, 'left');
  await client.save(uri);
  await take(client, uri, 'right');
  const [disk, before] = [repo.read('t'), log(repo)];
  expect((await command(undo, repo.root, ['t'])).err).toMatch(/not saved: undo it there/);
  expect([repo.read('t'), log(repo)]).toEqual([disk, before]);
  // Discarded: then the first alone stands, and can be undone.
  await client.close(uri);
  await logged(repo, ([, second]) => second?.undone === true);
  expect((await command(undo, repo.root, ['t'])).code).toBe(0);
  expect(repo.read('t')).toBe(conflict);
});

it('what was undone in the editor is applied nowhere: not in Restore, nor in the report, nor saved', {
  timeout: 60_000,
}, async () => {
  const repo = merging({ t: openCase });
  const conflict = repo.read('t');
  const client = await talk(repo.root);
  const uri = await client.open(repo.at('t'));
  const reasons = async () =>
    (await client.request<RestoreView>(requests.applied, { uri })).entries.map(({ reason }) => reason);
  const report = async () => (await client.request<ReportView>(requests.report, { root: repo.root })).entries;
  await take(client, uri, 'left');
  await whole(client, uri, conflict);
  expect(await reasons()).toEqual([]);
  await take(client, uri, 'right');
  expect(await reasons()).toHaveLength(1);
  expect(client.text(uri)).toBe(openCase.theirs);
  // As by another window: what the text holds is the first.
  await whole(client, uri, openCase.ours);
  const [left] = await reasons();
  expect((await report()).map(({ reason, undone }) => ({ reason, undone }))).toEqual([{ reason: left, undone: false }]);
  await whole(client, uri, conflict);
  await client.save(uri);
  await logged(repo, (all) => all.every(({ undone }) => undone === true));
  expect((await command(review, repo.root, [])).out).toContain('0 resolutions, 2 undone');
});

it('compares a file that the editor wrote as Latin-1 in that encoding, and undo gives its bytes back', {
  timeout: 60_000,
}, async () => {
  const at = (value: string) => Buffer.from(`const name = 'Zoë';\nconst v = '${value}';\n`, 'latin1');
  const repo = merging({ t: { base: at('1'), ours: at('2'), theirs: at('3') } as never });
  const conflict = repo.bytes('t');
  const client = await talk(repo.root);
  const uri = await client.open(repo.at('t'), conflict.toString('latin1'));
  await take(client, uri, 'left');
  await client.save(uri, 'latin1');
  expect(repo.bytes('t')).toEqual(at('2'));
  expect((await command(review, repo.root, [])).out).not.toMatch(/no longer|not saved/);
  expect(await command(undo, repo.root, ['t'])).toMatchObject({ code: 0, err: '' });
  expect(repo.bytes('t')).toEqual(conflict);
});
