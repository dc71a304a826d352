/** Decisions that were taken back, or taken twice, over the real server: they must not make another conflict safe. */
import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import {
  type ConflictView,
  commands,
  type RepositoryView,
  requests,
  type SameAnswer,
  type Summary,
} from '../../server/lsp/protocol.ts';
import { TestRepository } from '../editor/repositories.ts';
import { Conversation } from './conversation.ts';

const program = resolve(import.meta.dirname, '../../dist/server.cjs');
const open: { stop(): Promise<void>; remove(): void }[] = [];

afterEach(async () => {
  for (const { stop, remove } of open.splice(0)) {
    await stop();
    remove();
  }
});

async function talk(repo: TestRepository): Promise<Conversation> {
  // With the model that is shipped: the table that tests install ranks each conflict alone.
  const client = await Conversation.start(repo.root, {}, { program });
  open.push({ stop: () => client.stop(), remove: () => repo.remove() });
  await client.request<RepositoryView[]>(requests.repository);
  return client;
}

/** Files a.ts, b.ts, …: ours and theirs raise the same limit, each to another number. */
function alike(names: readonly string[]): TestRepository {
  const repo = new TestRepository();
  const at = (limit: number) =>
    Object.fromEntries(names.map((name) => [`${name}.ts`, `// Limits of ${name}\nexport const ${name} = ${limit};\n`]));
  repo.commit('Start', at(10));
  repo.git('checkout', '-q', '-b', 'feature');
  repo.commit('Thirty', at(30));
  repo.git('checkout', '-q', 'main');
  repo.commit('Twenty', at(20));
  repo.stops('merge', 'feature');
  return repo;
}

interface Said {
  readonly need: string | undefined;
  readonly ranked: readonly (readonly [string, number])[];
}

async function look(client: Conversation, uri: string): Promise<Said> {
  const [conflict] = await client.conflicts(uri);
  return {
    need: conflict?.need,
    ranked: (conflict?.resolutions ?? []).map(({ text, confidence }) => [text, confidence] as const),
  };
}

async function takeTheirs(client: Conversation, uri: string): Promise<ConflictView | undefined> {
  const [first] = await client.conflicts(uri);
  await client.execute(commands.take, { uri, conflict: first?.id, choice: 'right' });
  return first;
}

const whole = (client: Conversation, uri: string, text: string) => client.change(uri, 0, client.text(uri).length, text);

describe('decisions', { timeout: 60_000 }, () => {
  it('no longer count once undo brought their conflicts back, and count again after redo', async () => {
    const repo = alike(['a', 'b', 'c']);
    const client = await talk(repo);
    const [a, b, c] = await Promise.all(['a.ts', 'b.ts', 'c.ts'].map((name) => client.open(repo.path(name))));
    if (!a || !b || !c) throw new Error('three files were opened');
    const [marked, unsure] = [new Map([a, b].map((uri) => [uri, client.text(uri)])), await look(client, c)];
    expect(unsure.need).not.toBe('safe');
    for (const uri of [a, b]) await takeTheirs(client, uri);
    const [taken, sure] = [new Map([a, b].map((uri) => [uri, client.text(uri)])), await look(client, c)];
    expect(sure.need).toBe('safe');
    expect(await client.request<SameAnswer | null>(requests.same, { uri: a })).toMatchObject({ count: 1 });

    for (const uri of [a, b]) await whole(client, uri, marked.get(uri) ?? '');
    expect(await look(client, c)).toEqual(unsure);
    expect(await client.request<SameAnswer | null>(requests.same, { uri: a })).toBeNull();
    const summary = await client.execute<Summary>(commands.resolve, { root: repo.root, tier: 'safe' });
    expect(summary).toMatchObject({ resolved: 0, left: 3 });
    // What the user sees of the third file follows without a keystroke in it.
    await client.until(() => client.diagnostics.get(c)?.diagnostics[0]?.code !== 'safe');

    for (const uri of [a, b]) await whole(client, uri, taken.get(uri) ?? '');
    expect(await look(client, c)).toEqual(sure);
  });

  it('count once for a conflict that was taken, undone and taken again', async () => {
    const repo = alike(['a', 'b']);
    const client = await talk(repo);
    const [a, b] = [await client.open(repo.path('a.ts')), await client.open(repo.path('b.ts'))];
    const marked = client.text(a);
    await takeTheirs(client, a);
    const once = await look(client, b);
    await whole(client, a, marked);
    await takeTheirs(client, a);
    expect(await look(client, b)).toEqual(once);
    expect(once.need).not.toBe('safe');
    expect(await client.request<SameAnswer | null>(requests.same, { uri: a })).toBeNull();
  });

  it('do not count where something else was typed by hand after undo', async () => {
    const repo = alike(['a', 'b', 'c']);
    const client = await talk(repo);
    const [a, b, c] = await Promise.all(['a.ts', 'b.ts', 'c.ts'].map((name) => client.open(repo.path(name))));
    if (!a || !b || !c) throw new Error('three files were opened');
    const unsure = await look(client, c);
    for (const uri of [a, b]) await takeTheirs(client, uri);
    for (const uri of [a, b]) await whole(client, uri, 'export const mine = 1;\n');
    expect(await look(client, c)).toEqual({ ...unsure, ranked: expect.anything() });
    expect(await client.request<SameAnswer | null>(requests.same, { uri: a })).toBeNull();
  });

  it('are forgotten by Restore Conflict', async () => {
    const repo = alike(['a', 'b', 'c']);
    const client = await talk(repo);
    const [a, b, c] = await Promise.all(['a.ts', 'b.ts', 'c.ts'].map((name) => client.open(repo.path(name))));
    if (!a || !b || !c) throw new Error('three files were opened');
    for (const uri of [a, b]) {
      await takeTheirs(client, uri);
      writeFileSync(new URL(uri), client.text(uri));
    }
    expect((await look(client, c)).need).toBe('safe');
    const recorded = () => readFileSync(repo.path('.git/mortise/decisions.jsonl'), 'utf8').trim().split('\n').length;
    expect(recorded()).toBe(2);
    await client.request(requests.fileAction, { root: repo.root, path: 'b.ts', action: 'restore' });
    expect(recorded()).toBe(1);
    expect((await look(client, c)).need).not.toBe('safe');
  });
});
