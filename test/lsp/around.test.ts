/** What lies around resolving, over the real server: the same again, handing over, half-typed hunks, and what is asked afterwards. */
import { appendFileSync, chmodSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import type { CodeLens, Hover } from 'vscode-languageserver/node';
import { accountedFor } from '../../server/lsp/accounted.ts';
import {
  type AutoMergeText,
  type AutoMergeView,
  commands,
  type HandoverAnswer,
  type ReportView,
  type RepositoryView,
  type RestoreView,
  requests,
  type SameAnswer,
  type Summary,
  type TrailerAnswer,
} from '../../server/lsp/protocol.ts';
import { everyKind, sameMigration, versionBumps } from '../editor/kinds.ts';
import { conflictedMerge, TestRepository } from '../editor/repositories.ts';
import { Conversation } from './conversation.ts';

const open: { stop(): Promise<void>; remove(): void }[] = [];

afterEach(async () => {
  for (const { stop, remove } of open.splice(0)) {
    await stop();
    remove();
  }
});

async function talk(repo: TestRepository, options = {}): Promise<Conversation> {
  const client = await Conversation.start(repo.root, options);
  open.push({ stop: () => client.stop(), remove: () => repo.remove() });
  return client;
}

const repositories = (client: Conversation) => client.request<RepositoryView[]>(requests.repository);

async function takeFirst(client: Conversation, path: string, choice: string): Promise<string> {
  const uri = await client.open(path);
  const [first] = await client.conflicts(uri);
  await client.execute(commands.take, { uri, conflict: first?.id, choice });
  return uri;
}

describe('around resolving', { timeout: 60_000 }, () => {
  it('suggests the same only after two like decisions that fell the same way', async () => {
    const repo = versionBumps(5);
    const client = await talk(repo);
    const path = (i: number) => repo.path(`packages/p${i}/package.json`);
    const uri = await takeFirst(client, path(0), 'right');
    expect(await client.request<SameAnswer | null>(requests.same, { uri })).toBeNull();
    await takeFirst(client, path(1), 'right');
    const answer = await client.request<SameAnswer | null>(requests.same, { uri });
    expect(answer).toMatchObject({ said: 'You took feature in 2 of 2 version bumps.', count: 3 });
    for (const i of [2, 3, 4]) await client.open(path(i));
    const summary = await client.execute<Summary>(commands.same, { uri });
    expect(summary).toMatchObject({ resolved: 3, left: 0 });
    const report = await client.request<ReportView>(requests.report, { root: repo.root });
    expect(report.entries.map(({ by }) => by)).toEqual(['chosen', 'chosen', 'automatic', 'automatic', 'automatic']);
    // Who takes a side drops the other's edit, one by one or in bulk, and the report says so.
    expect(report.entries.map(({ edits }) => edits)).toEqual(Array(5).fill('dropped'));
    for (const { evidence } of report.entries)
      expect(evidence.join('\n')).toMatch(/main: 1 dropped[\s\S]*\nfeature: its edit is kept/);
  });

  it('changes no file that is read-only, and says so', async () => {
    const repo = versionBumps(3);
    const client = await talk(repo);
    const path = (i: number) => repo.path(`packages/p${i}/package.json`);
    for (const i of [0, 1]) await takeFirst(client, path(i), 'right');
    chmodSync(path(2), 0o444);
    const uri = await client.open(path(2));
    const before = client.text(uri);
    const [first] = await client.conflicts(uri);
    const answer = await client.execute(commands.take, { uri, conflict: first?.id, choice: 'right' });
    expect(answer).toEqual({ problem: 'The file is read-only: nothing was changed.' });
    expect(client.messages.at(-1)).toMatch(/read-only: nothing was changed/);
    expect(await client.request<SameAnswer | null>(requests.same, { uri })).toBeNull();
    expect(client.text(uri)).toBe(before);
  });

  it('says of a file that it could not change in bulk why, and changes the others', async () => {
    const repo = conflictedMerge();
    const client = await talk(repo);
    const file = repo.path('src/orders.ts');
    const uri = await client.open(file);
    const before = client.text(uri);
    chmodSync(file, 0o444);
    const summary = () => client.execute<Summary>(commands.resolve, { tier: 'safe' });
    const { files, resolved } = await summary();
    expect(resolved).toBe(0);
    expect(files.find(({ path }) => path === 'src/orders.ts')?.refused).toBe(
      'The file is read-only: nothing was changed.',
    );
    expect(client.text(uri)).toBe(before);
    chmodSync(file, 0o644);
    expect(await summary()).toMatchObject({ resolved: 1 });
  });

  it('changes nothing that it cannot log, and says so', async () => {
    const repo = versionBumps(4);
    const client = await talk(repo);
    const path = (i: number) => repo.path(`packages/p${i}/package.json`);
    for (const i of [0, 1]) await takeFirst(client, path(i), 'right');
    const uri = await client.open(path(2));
    const before = client.text(uri);
    const own = repo.path('.git/mortise');
    renameSync(own, `${own}.away`);
    writeFileSync(own, 'no folder can be made here');
    const [first] = await client.conflicts(uri);
    const taken = await client.execute<{ problem?: string }>(commands.take, {
      uri,
      conflict: first?.id,
      choice: 'right',
    });
    expect(taken.problem).toMatch(/^Mortise cannot keep what undo needs: .*mortise.*\. Nothing was changed\.$/);
    expect(client.messages.at(-1)).toContain('Nothing was changed');
    const file = { root: repo.root, path: 'packages/p3/package.json', action: 'keep-left' };
    await expect(client.request(requests.fileAction, file)).rejects.toThrow(/cannot keep what undo needs/);
    expect(client.text(uri)).toBe(before);
    expect(readFileSync(path(3), 'utf8')).toContain('<<<<<<<');
    // And it goes on where it can again: of what was refused no line was left behind.
    rmSync(own);
    renameSync(`${own}.away`, own);
    await client.execute(commands.take, { uri, conflict: first?.id, choice: 'right' });
    const report = await client.request<ReportView>(requests.report, { root: repo.root });
    expect(report.entries.map(({ path: of }) => of)).toEqual([0, 1, 2].map((i) => `packages/p${i}/package.json`));
  });

  it('stages several files in one step, all or none', async () => {
    const repo = versionBumps(3);
    const client = await talk(repo);
    await repositories(client);
    const path = (i: number) => `packages/p${i}/package.json`;
    const stage = (...[first, ...also]: string[]) =>
      client.request(requests.fileAction, { root: repo.root, path: first, also, action: 'stage' });
    const unmerged = () => repo.git('ls-files', '-u').split('\n').length - 1;
    await expect(stage(path(0), 'nowhere.json')).rejects.toThrow('nowhere.json is not in conflict any more.');
    expect(unmerged()).toBe(9);
    for (const i of [0, 1]) writeFileSync(repo.path(path(i)), '{}\n');
    rmSync(repo.path(path(2)));
    await stage(path(0), path(1), path(2));
    expect(unmerged()).toBe(0);
    expect(repo.git('diff', '--cached', '--name-status').trim().split('\n')).toEqual([
      `M\t${path(0)}`,
      `M\t${path(1)}`,
      `D\t${path(2)}`,
    ]);
  });

  it('leaves no line of what the editor did not take', async () => {
    const repo = versionBumps(2);
    const client = await talk(repo);
    const uri = await client.open(repo.path('packages/p0/package.json'));
    const [first] = await client.conflicts(uri);
    client.refuseEdits = true;
    const params = { uri, conflict: first?.id, choice: 'right' };
    expect(await client.execute(commands.take, params)).toEqual({ problem: 'refused by the test' });
    const entries = async () => (await client.request<ReportView>(requests.report, { root: repo.root })).entries;
    expect(await entries()).toEqual([]);
    client.refuseEdits = false;
    expect(await client.execute(commands.take, params)).toEqual({});
    expect(await entries()).toHaveLength(1);
  });

  it('does the same only where it is still what was offered', async () => {
    const repo = versionBumps(6);
    const client = await talk(repo);
    const path = (i: number) => repo.path(`packages/p${i}/package.json`);
    const uri = await takeFirst(client, path(0), 'right');
    await takeFirst(client, path(1), 'right');
    const offered = await client.request<SameAnswer | null>(requests.same, { uri });
    for (const i of [2, 3, 4, 5]) await client.open(path(i));
    // The user goes back on both: now it is the other side that was taken in all of them.
    for (const i of [0, 1]) {
      const there = pathToFileURL(path(i)).href;
      await client.change(there, 0, client.text(there).length, readFileSync(path(i), 'utf8'));
      const [first] = await client.conflicts(there);
      await client.execute(commands.take, { uri: there, conflict: first?.id, choice: 'left' });
    }
    const now = await client.request<SameAnswer | null>(requests.same, { uri });
    expect(now).toMatchObject({ said: 'You took main in 2 of 2 version bumps.', count: 4 });
    const old = await client.execute<Summary>(commands.same, { uri, key: offered?.key });
    expect(old).toMatchObject({ resolved: 0, problem: 'Nothing was done: what was offered does not hold any more.' });
    expect(client.text(pathToFileURL(path(2)).href)).toContain('<<<<<<<');
    expect(await client.execute<Summary>(commands.same, { uri, key: now?.key })).toMatchObject({ resolved: 4 });
  });

  it('says that no edit was dropped only where both sides are accounted for', () => {
    expect(accountedFor(['The result parses.', 'main: its edit is kept.', 'feature: all 2 edits are kept.'])).toBe(
      'kept',
    );
    expect(accountedFor(['main: no edit here.', 'feature: 1 kept, 1 changed (a → b).'])).toBe('kept');
    expect(accountedFor(['ours: its edit kept', 'theirs: 1 kept, 2 changed, 3 dropped (+x)'])).toBe('dropped');
    expect(accountedFor(['main: its edit is kept.', 'feature: 1 changed (+ 2 dropped), 1 dropped (− y).'])).toBe(
      'dropped',
    );
    expect(accountedFor(['main: 1 dropped (− y).', 'feature: its edit is kept.'])).toBe('dropped');
    for (const none of [[], ['The result parses.'], ['main: its edit is kept.']])
      expect(accountedFor(none)).toBe('unknown');
  });

  it('suggests nothing where decisions of one kind fell differently', async () => {
    const repo = versionBumps(4);
    const client = await talk(repo);
    const path = (i: number) => repo.path(`packages/p${i}/package.json`);
    await takeFirst(client, path(0), 'right');
    await takeFirst(client, path(1), 'left');
    const uri = await takeFirst(client, path(2), 'right');
    expect(await client.request<SameAnswer | null>(requests.same, { uri })).toBeNull();
  });

  it('does the same nowhere where a side laid out the whole conflict anew, also beside its markers', async () => {
    const repo = new TestRepository();
    const plain = (n: number) => `limit = ${n}\n`;
    const loop = (indent: string, n: number) => `for i in x:\n${indent}go(i)\n${indent}end(i, ${n})\n`;
    const files = (n: number, third: string) => ({ 'a.py': plain(n), 'b.py': plain(n + 10), 'c.py': third });
    repo.commit('Start', files(1, loop('    ', 1)));
    repo.git('checkout', '-q', '-b', 'feature');
    repo.commit('Feature', files(2, loop('        ', 2)));
    repo.git('checkout', '-q', 'main');
    // Of the third file main changed nothing but white space, half of it in a line that both changed alike.
    repo.commit('Main', files(3, loop('        ', 1)));
    repo.stops('merge', 'feature');
    const client = await talk(repo);
    expect(readFileSync(repo.path('c.py'), 'utf8')).toContain('go(i)\n<<<<<<<');
    for (const name of ['a.py', 'b.py']) await takeFirst(client, repo.path(name), 'left');
    const uri = await client.open(repo.path('c.py'));
    expect(await client.request<SameAnswer | null>(requests.same, { uri })).toBeNull();
  });

  it('hands over a text without markers that keeps what is resolved', async () => {
    const repo = conflictedMerge();
    const client = await talk(repo);
    const uri = await takeFirst(client, repo.path('src/orders.ts'), 'right');
    const safe = await client.request<HandoverAnswer>(requests.handover, { uri, tier: 'safe' });
    expect(safe).toMatchObject({ filled: 0, open: 2, names: { left: 'main', right: 'feature' } });
    expect(safe.text).not.toMatch(/^[<=>|]{7}/m);
    expect(safe.text).toContain("import { taxRate } from './tax';\n");
    expect(safe.text).toContain('  return sum(order.items, order.rate);\n');
    expect(safe.proposals).toHaveLength(1);
    const likely = await client.request<HandoverAnswer>(requests.handover, { uri, tier: 'likely' });
    expect(likely).toMatchObject({ filled: 1, open: 1 });
    const [proposal] = safe.proposals;
    const place = `${proposal?.before}${proposal?.base}${proposal?.after}`;
    expect(safe.text.split(place)).toHaveLength(2);
    expect(safe.text.replace(place, `${proposal?.before}${proposal?.text}${proposal?.after}`)).toBe(likely.text);
  });

  it('logs what a handover fills in, and what is filled in after it', async () => {
    const repo = conflictedMerge();
    const client = await talk(repo);
    const uri = await client.open(repo.path('src/orders.ts'));
    const ask = (apply: boolean) => client.request<HandoverAnswer>(requests.handover, { uri, tier: 'safe', apply });
    const reported = async () =>
      (await client.request<ReportView>(requests.report, { root: repo.root })).entries.map(({ tier }) => tier);
    await ask(false);
    expect(await reported()).toEqual([]);
    const { text, filled, proposals } = await ask(true);
    expect([filled, proposals.length]).toEqual([1, 1]);
    const marked = client.text(uri);
    await client.change(uri, 0, marked.length, text);
    expect(await reported()).toEqual(['safe']);
    await client.request(requests.filled, { uri, filled: [0] });
    expect(await reported()).toEqual(['safe', 'likely']);
    const applied = await client.request<RestoreView>(requests.applied, { uri });
    expect(applied.entries.map(({ conflict }) => marked.includes(conflict))).toEqual([true, true]);
  });

  it.each([{}, { untrusted: true }])(
    'leaves the least sure of a file open, however often and wherever it is asked (%j)',
    async (options) => {
      const text = (call: string, last: string) =>
        [0, 1, 2, 3].map((n) => `v${n} = ${call}(a${n}, ${last}${n})\n${`keep ${n}\n`.repeat(6)}`).join('');
      const repo = new TestRepository();
      repo.commit('Start', { 'a.txt': text('f', 'b') });
      repo.git('checkout', '-q', '-b', 'feature');
      repo.commit('Other arguments', { 'a.txt': text('f', 'z') });
      repo.git('checkout', '-q', 'main');
      repo.commit('Another function', { 'a.txt': text('g', 'b') });
      repo.stops('merge', 'feature');
      const client = await talk(repo, options);
      const uri = await client.open(repo.path('a.txt'));
      const handover = (tier: 'safe' | 'likely') => client.request<HandoverAnswer>(requests.handover, { uri, tier });
      expect(await handover('likely')).toMatchObject({ filled: 3, open: 1, proposals: [] });
      expect((await handover('safe')).proposals).toHaveLength(3);
      const ask = () => client.execute<Summary>(commands.resolve, { uri, tier: 'likely' });
      expect(await ask()).toMatchObject({ resolved: 3, left: 1 });
      expect(await ask()).toMatchObject({ resolved: 0, left: 1 });
      expect(await handover('likely')).toMatchObject({ filled: 0, open: 1 });
      expect((await handover('safe')).proposals).toHaveLength(0);
    },
  );

  it('hands over a hunk that is being typed as it was typed', async () => {
    const repo = conflictedMerge();
    const client = await talk(repo);
    const uri = await client.open(repo.path('src/orders.ts'));
    const at = client.text(uri).indexOf("import { log } from './log';");
    await client.change(uri, at, at, '// mine\n');
    const answer = await client.request<HandoverAnswer>(requests.handover, { uri, tier: 'safe' });
    expect(answer).toMatchObject({ filled: 0, open: 3 });
    expect(answer.text).toContain("// mine\nimport { log } from './log';\n");
    expect(answer.text).not.toMatch(/^[<=>|]{7}/m);
  });

  it('leaves a hunk that is being typed out of everything in bulk', async () => {
    const repo = conflictedMerge();
    const client = await talk(repo);
    const uri = await client.open(repo.path('src/orders.ts'));
    const at = client.text(uri).indexOf("import { log } from './log';");
    await client.change(uri, at, at, '// mine\n');
    const summary = await client.execute<Summary>(commands.resolve, { uri, tier: 'safe' });
    expect(summary).toMatchObject({ resolved: 0, left: 3 });
    expect((await client.problems(uri))[0]?.message).toContain('(you have begun to edit it)');
  });

  it("leaves what the repository's policy holds back out of everything in bulk, and says why", async () => {
    const repo = conflictedMerge();
    writeFileSync(repo.path('.mortise.json'), '{ "never": ["*.json", "src/"] }\n');
    const client = await talk(repo);
    const uri = await client.open(repo.path('package.json'));
    const summary = await client.execute<Summary>(commands.resolve, { root: repo.root, tier: 'likely' });
    expect(summary.resolved).toBe(0);
    expect(summary.left).toBeGreaterThan(0);
    expect((await client.problems(uri))[0]?.message).toContain(
      'Nothing in bulk touches it (.mortise.json says never).',
    );
    const all = await client.conflicts(uri);
    await client.execute(commands.take, { uri, conflict: all[0]?.id, choice: 'left' });
    expect(await client.conflicts(uri)).toHaveLength(all.length - 1);
  });

  it('names markers that are left over, and removes them as one edit', async () => {
    const repo = conflictedMerge();
    const client = await talk(repo, { vscode: true });
    const uri = await client.open(repo.path('src/orders.ts'));
    const text = client.text(uri);
    const start = text.indexOf('<<<<<<<');
    await client.change(uri, start, text.indexOf('\n', start) + 1, '');
    const left = (await client.problems(uri)).filter(({ code }) => code === 'left-over');
    expect(left.map(({ range }) => range.start.line)).toEqual([2, 4]);
    const [lens] = await client.request<CodeLens[]>('textDocument/codeLens', { textDocument: { uri } });
    expect(lens?.command).toMatchObject({ title: 'Half resolved: remove the left-over markers' });
    expect(await client.execute<number>(commands.tidy, { uri })).toBe(2);
    expect(client.text(uri)).toContain("import { log } from './log';\nimport { taxRate } from './tax';\n\nconst");
  });

  it('takes a heading’s underline for no marker', async () => {
    const repo = new TestRepository();
    const page = (word: string) => `# Notes\n\nFirst\n=======\n\n${word}\n`;
    repo.commit('Start', { 'notes.md': page('one') });
    repo.git('checkout', '-q', '-b', 'feature');
    repo.commit('Feature', { 'notes.md': page('two') });
    repo.git('checkout', '-q', 'main');
    repo.commit('Main', { 'notes.md': page('three') });
    repo.stops('merge', 'feature');
    const client = await talk(repo);
    const uri = await takeFirst(client, repo.path('notes.md'), 'left');
    expect(client.text(uri)).toBe(page('three'));
    expect(await client.problems(uri)).toEqual([]);
  });

  it('tells of files that both sides added under one number, as long as both lie there', async () => {
    const repo = sameMigration();
    const client = await talk(repo);
    const told = async () => (await repositories(client))[0]?.sameNumbers ?? [];
    await client.until(async () => (await told()).length > 0);
    expect(await told()).toEqual([
      {
        said: 'both sides added number 0012 to db/migrate: 0012_users.sql (main), 0012_rooms.sql (feature)',
        folder: 'db/migrate',
        number: '0012',
        left: [pathToFileURL(repo.path('db/migrate/0012_users.sql')).href],
        right: [pathToFileURL(repo.path('db/migrate/0012_rooms.sql')).href],
      },
    ]);
    renameSync(repo.path('db/migrate/0012_users.sql'), repo.path('db/migrate/0013_users.sql'));
    expect(await told()).toEqual([]);
    const careful = await talk(repo, { untrusted: true });
    await careful.until(async () => (await repositories(careful))[0]?.files[0]?.counts !== undefined);
    expect((await repositories(careful))[0]?.sameNumbers).toBeUndefined();
  });

  it('compares with git’s own merge', async () => {
    const repo = conflictedMerge();
    const client = await talk(repo);
    const ask = () => client.request<AutoMergeView | null>(requests.autoMerge, { root: repo.root });
    expect((await ask())?.files).toEqual([]);
    writeFileSync(repo.path('package.json'), '{}\n');
    expect((await ask())?.files.map(({ path }) => path)).toEqual(['package.json']);
    const text = await client.request<AutoMergeText>(requests.autoMergeText, { root: repo.root, path: 'package.json' });
    expect(text.text).toContain('<<<<<<<');
  });

  it('writes trailers once, above git’s comments, and takes back what was undone', async () => {
    const repo = conflictedMerge();
    const client = await talk(repo);
    const uri = await client.open(repo.path('src/orders.ts'));
    const before = client.text(uri);
    await client.execute(commands.resolve, { uri, tier: 'safe' });
    const message = () => readFileSync(repo.path('.git/MERGE_MSG'), 'utf8');
    for (const _ of [1, 2]) await client.request(requests.trailers, { root: repo.root });
    expect(message().match(/^Resolved-by-Mortise: /gm)).toHaveLength(1);
    expect(message()).toMatch(/^Merge branch 'feature'\n\nResolved-by-Mortise: src\/orders\.ts:2 .* \(safe\)\n(\n#|$)/);
    await client.change(uri, 0, client.text(uri).length, before);
    await client.request(requests.trailers, { root: repo.root });
    expect(message()).not.toContain('Mortise');
  });

  it('writes no trailer for what was undone, though another was resolved at its line', async () => {
    const repo = conflictedMerge();
    const client = await talk(repo);
    const uri = await client.open(repo.path('src/orders.ts'));
    await client.execute(commands.resolve, { uri, tier: 'safe' });
    const log = repo.path('.git/mortise/log.jsonl');
    const [entry] = readFileSync(log, 'utf8').split('\n');
    const standing = /^<{7} [\s\S]*?^>{7} .*\n/m.exec(client.text(uri))?.[0];
    expect(standing).toBeDefined();
    appendFileSync(log, `${JSON.stringify({ ...JSON.parse(entry ?? ''), conflict: standing })}\n`);
    const answer = await client.request<TrailerAnswer>(requests.trailers, { root: repo.root });
    expect(answer.count).toBe(1);
  });

  it('lists staged files of the operation, and makes one a conflict again', async () => {
    const repo = conflictedMerge();
    const client = await talk(repo);
    repo.write({ 'package.json': '{}\n' });
    repo.git('add', 'package.json');
    await client.until(async () => (await repositories(client))[0]?.staged.length === 1);
    expect((await repositories(client))[0]?.staged[0]).toMatchObject({ path: 'package.json' });
    await client.request(requests.fileAction, { root: repo.root, path: 'package.json', action: 'restore' });
    expect(repo.git('ls-files', '-u', 'package.json')).not.toBe('');
    expect(readFileSync(repo.path('package.json'), 'utf8')).toContain('<<<<<<<');
  });

  it('says which files change the same name', async () => {
    const repo = new TestRepository();
    const uses = (name: string) => ({
      'a.ts': `export const ${name} = 1;\n`,
      'b.ts': `use(${name});\n`,
      'c.ts': 'x\n',
    });
    repo.commit('Start', uses('total'));
    repo.git('checkout', '-q', '-b', 'feature');
    repo.commit('Feature', { ...uses('grandTotal'), 'c.ts': 'y\n' });
    repo.git('checkout', '-q', 'main');
    repo.commit('Main', { ...uses('netTotal'), 'c.ts': 'z\n' });
    repo.stops('merge', 'feature');
    const client = await talk(repo);
    await client.until(async () => (await repositories(client))[0]?.files.every(({ counts }) => counts) === true);
    const [view] = await repositories(client);
    expect(view?.files.map(({ path, shares }) => [path, shares?.paths])).toEqual([
      ['a.ts', ['b.ts']],
      ['b.ts', ['a.ts']],
      ['c.ts', undefined],
    ]);
    expect(['total', 'grandTotal', 'netTotal']).toContain(view?.files[0]?.shares?.name);
  });

  it('puts a submodule to the commit of a side, and refuses what it does not have', async () => {
    const repo = everyKind();
    const client = await talk(repo);
    await repositories(client);
    const before = repo.git('ls-files', '-s', 'lib');
    await client.request(requests.fileAction, { root: repo.root, path: 'lib', action: 'keep-right' });
    expect(readFileSync(repo.path('lib/version'), 'utf8')).toBe('2\n');
    await client.request(requests.fileAction, { root: repo.root, path: 'lib', action: 'keep-left' });
    expect(readFileSync(repo.path('lib/version'), 'utf8')).toBe('1\n');
    expect(repo.git('ls-files', '-s', 'lib')).toBe(before);
  });

  it('tells in the hover what git broke in the rest of the file', async () => {
    const gap = '//\n'.repeat(6);
    const code = (imports: string, mode: string, use: string, last: string) =>
      `${imports}\n${gap}export const mode = '${mode}';\n${gap}export const one = ${use};\n${gap}${last}`;
    const repo = new TestRepository();
    repo.commit('Start', { 'a.ts': code("import { a, b } from './m';", 'slow', 'a', 'b();\n') });
    repo.git('checkout', '-q', '-b', 'feature');
    repo.commit('Use b', { 'a.ts': code("import { a, b } from './m';", 'fast', 'b(a)', 'b();\n') });
    repo.git('checkout', '-q', 'main');
    repo.commit('Drop b', { 'a.ts': code("import { a } from './m';", 'late', 'a', '') });
    repo.stops('merge', 'feature');
    const client = await talk(repo);
    const uri = await client.open(repo.path('a.ts'));
    const place = client.place(uri, client.text(uri).indexOf('======='));
    const hover = await client.request<Hover>('textDocument/hover', place);
    const { value } = hover.contents as { value: string };
    expect(value).toContain('- Elsewhere in the file: b, which main removed, is still used in “export const one');
  });

  it('links edits and commits only for a client that has the commands', async () => {
    for (const vscode of [true, false]) {
      const repo = conflictedMerge();
      const client = await talk(repo, { vscode });
      const uri = await client.open(repo.path('src/orders.ts'));
      const hover = await client.request<Hover>('textDocument/hover', {
        textDocument: { uri },
        position: { line: 15, character: 2 },
      });
      const text = JSON.stringify(hover.contents);
      expect(text.includes('command:mortise.showEdit')).toBe(vscode);
      expect(text.includes('command:mortise.showCommit')).toBe(vscode);
      expect(text).toContain('✓ kept (main)');
    }
  });

  it('forgets the work trees of a folder that left the workspace', async () => {
    const repo = conflictedMerge();
    const client = await talk(repo);
    expect(await repositories(client)).toHaveLength(1);
    const uri = `file://${repo.root}`;
    const event = { added: [], removed: [{ uri, name: 'test' }] };
    await client.connection.sendNotification('workspace/didChangeWorkspaceFolders', { event });
    await client.until(async () => (await repositories(client)).length === 0);
  });
});

describe('earlier resolutions', { timeout: 60_000 }, () => {
  const limits = (n: number) =>
    `export const timeout = 30;\n\nexport const retries = ${n};\n\nexport const pool = 4;\n`;

  it('offer what git’s rerere remembers of the very same sides, and takes it when asked', async () => {
    const repo = new TestRepository();
    repo.git('config', 'rerere.enabled', 'true');
    repo.commit('Start', { 'limits.ts': limits(1) });
    repo.git('checkout', '-q', '-b', 'feature');
    repo.commit('Five', { 'limits.ts': limits(5) });
    repo.git('checkout', '-q', 'main');
    repo.commit('Three', { 'limits.ts': limits(3) });
    repo.stops('merge', 'feature');
    repo.write({ 'limits.ts': limits(7) });
    repo.git('add', 'limits.ts');
    repo.git('commit', '-q', '-m', 'Merge, seven');
    repo.git('reset', '-q', '--hard', 'HEAD^');
    repo.git('config', 'rerere.enabled', 'false');
    repo.stops('merge', 'feature');
    const client = await talk(repo);
    const uri = await client.open(repo.path('limits.ts'));
    const [conflict] = await client.conflicts(uri);
    expect(conflict?.remembered).toMatchObject({ text: 'export const retries = 7;\n' });
    expect(conflict?.resolutions[0]).toEqual(conflict?.remembered?.resolution);
    await client.execute(commands.take, { uri, conflict: conflict?.id, choice: 'remembered' });
    expect(client.text(uri)).toBe(limits(7));
  });

  it('offer first what an earlier merge of the repository did, with its commit, and asks as before', async () => {
    const repo = new TestRepository();
    repo.commit('Start', { 'limits.ts': limits(1) });
    repo.git('checkout', '-q', '-b', 'feature');
    repo.commit('Five', { 'limits.ts': limits(5) });
    repo.git('checkout', '-q', 'main');
    repo.commit('Three', { 'limits.ts': limits(3) });
    repo.git('branch', 'release');
    repo.stops('merge', 'feature');
    repo.write({ 'limits.ts': limits(7) });
    repo.git('add', 'limits.ts');
    repo.git('commit', '-q', '-m', 'Merge feature, seven');
    const commit = repo.git('rev-parse', 'HEAD').trim();
    // A newer one that somebody sent, under any name they like.
    const tree = repo.git('rev-parse', 'feature^{tree}').trim();
    const sent = repo.git('commit-tree', tree, '-p', 'release', '-p', 'feature', '-m', 'Merge feature, five').trim();
    repo.git('update-ref', 'refs/remotes/origin/pull/7', sent);
    repo.git('checkout', '-q', 'release');
    repo.stops('merge', 'feature');
    const client = await talk(repo, { vscode: true });
    const uri = await client.open(repo.path('limits.ts'));
    await client.until(async () => (await client.conflicts(uri))[0]?.remembered !== undefined);
    const [conflict] = await client.conflicts(uri);
    const said = `resolved so in ${commit.slice(0, 7)}`;
    expect(conflict?.remembered).toMatchObject({
      said,
      merge: { commit, author: 'Ada', title: 'Merge feature, seven' },
      resolution: { text: 'export const retries = 7;\n', tier: 'possible', odds: 'not measured' },
    });
    expect(conflict?.resolutions[0]).toEqual(conflict?.remembered?.resolution);
    expect(conflict?.need).toBe('yours');
    const lenses = await client.request<CodeLens[]>('textDocument/codeLens', { textDocument: { uri } });
    const first = await client.request<CodeLens>('codeLens/resolve', lenses[0]);
    expect(first.command?.title).toBe(`$(history) R${said.slice(1)}`);
    const hover = await client.request<Hover>(
      'textDocument/hover',
      client.place(uri, client.text(uri).indexOf('=======')),
    );
    const hovered = JSON.stringify(hover.contents);
    expect(hovered).toContain('Merge feature, seven');
    const [, checked = ''] = hovered.split('export const retries = 7;');
    expect(checked.split('**Proposal')[0]).toMatch(/The result parses.*feature: 1 (?:changed|dropped)/);
    const choice = { resolution: conflict?.resolutions[0]?.id };
    await client.execute(commands.take, { uri, conflict: conflict?.id, choice });
    expect(client.text(uri)).toBe(limits(7));
  });
});
