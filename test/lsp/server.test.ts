/** One conversation with the real server process for each feature, in real repositories stopped by git. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { CodeAction, CodeLens, Hover } from 'vscode-languageserver/node';
import { run as install } from '../../server/cli/install.ts';
import {
  commands,
  type RepositoryView,
  type ResolveAnswer,
  type RestoreView,
  requests,
  type SideAnswer,
  type Summary,
} from '../../server/lsp/protocol.ts';
import { conflictedMerge, TestRepository } from '../editor/repositories.ts';
import { fixedModels } from '../support/fixedRanking.ts';
import { command, diverged, openCase, versionCase } from '../support/repositories.ts';
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

const marked = (count: number) => (text: string) => (text.match(/^<{7} /gm) ?? []).length === count;

describe('language server', { timeout: 20_000 }, () => {
  it('declares what it can and stays quiet about a clean file', async () => {
    const repo = conflictedMerge();
    const client = await talk(repo);
    expect(client.initialized?.capabilities).toMatchObject({
      hoverProvider: true,
      codeLensProvider: { resolveProvider: true },
    });
    const uri = await client.open(repo.path('README.md'));
    expect(await client.problems(uri)).toEqual([]);
    expect(await client.conflicts(uri)).toEqual([]);
  });

  it.each(['workspace/configuration', 'client/registerCapability'])(
    'tells the repository to a client that refuses %s',
    async (method) => {
      const repo = conflictedMerge();
      const client = await Conversation.start(repo.root, {}, { refuses: [method] });
      open.push({ stop: () => client.stop(), remove: () => repo.remove() });
      expect(await client.request<RepositoryView[]>(requests.repository)).toHaveLength(1);
    },
  );

  it('reports each conflict as a problem with real names', async () => {
    const repo = conflictedMerge();
    const client = await talk(repo);
    const uri = await client.open(repo.path('src/orders.ts'));
    const problems = await client.problems(uri);
    expect(problems).toHaveLength(3);
    for (const problem of problems) {
      expect(problem.message).toMatch(/^Conflict between main and feature: /);
    }
    // Information where a resolution is at hand, a warning where the user has to decide.
    expect(problems.map(({ code, severity }) => [code, severity])).toEqual([
      ['safe', 3],
      ['likely', 3],
      ['yours', 2],
    ]);
  });

  it('offers lenses whose words come when they are in view', async () => {
    const repo = conflictedMerge();
    const client = await talk(repo, { vscode: true });
    const uri = await client.open(repo.path('src/orders.ts'));
    const lenses = await client.request<CodeLens[]>('textDocument/codeLens', { textDocument: { uri } });
    expect(lenses).toHaveLength(3 * 6);
    expect(lenses.every((lens) => lens.command === undefined)).toBe(true);
    const first = await Promise.all(
      lenses.slice(0, 6).map((lens) => client.request<CodeLens>('codeLens/resolve', lens)),
    );
    const titles = first.map(({ command }) => command?.title ?? '');
    expect(titles[0]).toMatch(/^\$\(verified\) Accept: unites the imports of both sides · safe, .+ in \d+$/);
    const alternatives = expect.stringMatching(/^\d+ alternatives?$/);
    expect(titles.slice(1)).toEqual(['Preview', 'Take main', 'Take feature', alternatives, '1 of 3 · Next']);
  });

  it('gives a plain client lenses that need no client commands', async () => {
    const repo = conflictedMerge();
    const client = await talk(repo);
    const uri = await client.open(repo.path('src/orders.ts'));
    const lenses = await client.request<CodeLens[]>('textDocument/codeLens', { textDocument: { uri } });
    const words = await Promise.all(
      lenses.slice(0, 3).map((lens) => client.request<CodeLens>('codeLens/resolve', lens)),
    );
    expect(words.slice(1).map(({ command }) => command?.title)).toEqual(['Take main', 'Take feature']);
    expect(new Set(words.map(({ command }) => command?.command))).toEqual(new Set([commands.take]));
  });

  it('applies one resolution as one edit and leaves every other byte', async () => {
    const repo = conflictedMerge();
    const client = await talk(repo);
    const uri = await client.open(repo.path('src/orders.ts'));
    const before = client.text(uri);
    const [first] = await client.conflicts(uri);
    const resolution = first?.resolutions[0];
    expect(resolution?.text).toContain('./tax');
    await client.execute(commands.take, { uri, conflict: first?.id, choice: { resolution: resolution?.id } });
    const start = before.indexOf('<<<<<<<');
    const end = before.indexOf('\n', before.indexOf('>>>>>>>')) + 1;
    expect(client.text(uri)).toBe(before.slice(0, start) + resolution?.text + before.slice(end));
    expect(readFileSync(repo.path('src/orders.ts'), 'utf8')).toBe(before);
    expect(repo.git('diff', '--cached', '--name-only', '--diff-filter=U').split('\n')).toContain('src/orders.ts');
  });

  it.each([
    ['left', (left: string, _right: string) => left],
    ['right', (_left: string, right: string) => right],
    ['left-right', (left: string, right: string) => left + right],
    ['right-left', (left: string, right: string) => right + left],
  ] as const)('takes %s on request', async (choice, wanted) => {
    const repo = conflictedMerge();
    const client = await talk(repo);
    const uri = await client.open(repo.path('src/orders.ts'));
    const last = (await client.conflicts(uri)).at(-1);
    const [left, right] = ['  return `${item.name.trim()}`;\n', '  return `${item.name} (${item.count})`;\n'];
    await client.execute(commands.take, { uri, conflict: last?.id, choice });
    expect(client.text(uri)).toContain(`string {\n${wanted(left, right)}}\n`);
    expect(marked(2)(client.text(uri))).toBe(true);
  });

  it('refuses a conflict that changed meanwhile and says so', async () => {
    const repo = conflictedMerge();
    const client = await talk(repo);
    const uri = await client.open(repo.path('src/orders.ts'));
    const before = client.text(uri);
    await client.execute(commands.take, { uri, conflict: 'gone', choice: 'left' });
    expect(client.text(uri)).toBe(before);
    expect(client.messages).toEqual([expect.stringContaining('of a moment ago')]);
  });

  it('lists resolutions and plain sides as quick fixes', async () => {
    const repo = conflictedMerge();
    const client = await talk(repo);
    const uri = await client.open(repo.path('src/orders.ts'));
    const [first] = await client.conflicts(uri);
    const actions = await client.request<CodeAction[]>('textDocument/codeAction', {
      textDocument: { uri },
      range: first?.range,
      context: { diagnostics: [] },
    });
    const titles = actions.map(({ title }) => title);
    expect(titles).toEqual(expect.arrayContaining(['Mortise: take main', 'Mortise: take both, feature first']));
    expect(titles.at(-1)).toBe('Resolve safe conflicts in this file');
    const elsewhere = await client.request<CodeAction[]>('textDocument/codeAction', {
      textDocument: { uri },
      range: { start: { line: 9, character: 0 }, end: { line: 9, character: 0 } },
      context: { diagnostics: [], only: ['quickfix'] },
    });
    expect(elsewhere.every(({ title }) => title.startsWith('Mortise'))).toBe(true);
  });

  it('explains a conflict: both diffs, the commits of each side, the edit account', async () => {
    const repo = conflictedMerge();
    const client = await talk(repo);
    const uri = await client.open(repo.path('src/orders.ts'));
    const conflicts = await client.conflicts(uri);
    const hover = await client.request<Hover>('textDocument/hover', {
      textDocument: { uri },
      position: conflicts[1]?.range.start,
    });
    const { value } = hover.contents as { value: string };
    expect(value).toContain('-   return sum(order.items, order.rate);');
    expect(value).toContain('+   return sum(order.items.filter(Boolean), order.rate);');
    expect(value).toContain('Charge tax on orders, Ada');
    expect(value).toContain('Round totals and log them, Ada');
    expect(value).toMatch(/\*\*Proposal \(\w+\):\*\*/);
  });

  it('tells the repository: operation, kinds, counts, actions', async () => {
    const repo = conflictedMerge();
    const client = await talk(repo);
    const view = async () => (await client.request<RepositoryView[]>(requests.repository))[0];
    await client.until(async () => (await view())?.files.filter(({ counts }) => counts).length === 2);
    const answer = await view();
    expect(answer?.operation).toMatchObject({ kind: 'merge', title: 'merging feature into main' });
    expect(answer?.files.map(({ path, kind }) => [path, kind])).toEqual([
      ['package.json', 'both-modified'],
      ['src/legacy.ts', 'modify-delete'],
      ['src/orders.ts', 'both-modified'],
    ]);
    const legacy = answer?.files[1];
    expect(legacy?.title).toBe('modified by main, deleted by feature');
    expect(legacy?.actions.map(({ title }) => title)).toEqual([
      'Keep the version of main',
      'Delete, as feature did',
      'Keep the common base',
      'Mark as resolved (git add)',
    ]);
    const counts = answer?.files[2]?.counts;
    expect(counts).toEqual({ safe: 1, likely: 1, yours: 1 });
  });

  it('plans by policy without touching anything, open or not', async () => {
    const repo = conflictedMerge();
    const client = await talk(repo);
    const before = repo.git('status', '--porcelain');
    const answer = await client.request<ResolveAnswer>(requests.resolve, { root: repo.root, tier: 'likely' });
    expect(answer.summary.resolved + answer.summary.left).toBe(
      marksIn(repo, 'src/orders.ts') + marksIn(repo, 'package.json'),
    );
    expect(answer.edit.documentChanges.flatMap(({ edits }) => edits)).toHaveLength(answer.summary.resolved);
    expect(repo.git('status', '--porcelain')).toBe(before);
  });

  it('resolves an open file by policy in one edit, keeping CRLF', async () => {
    const repo = conflictedMerge();
    const client = await talk(repo);
    const path = repo.path('src/orders.ts');
    writeFileSync(path, readFileSync(path, 'utf8').replaceAll('\n', '\r\n'));
    const uri = await client.open(path);
    const summary = await client.execute<Summary>(commands.resolve, { uri, tier: 'likely' });
    expect(summary.resolved).toBeGreaterThan(0);
    expect(client.documents.get(uri)?.version).toBe(2);
    expect(client.text(uri).replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
    expect(marked(summary.left)(client.text(uri))).toBe(true);
  });

  it('offers what it applied for restoring, and forgets it once the conflict is back', async () => {
    const repo = conflictedMerge();
    const client = await talk(repo);
    const uri = await client.open(repo.path('src/orders.ts'));
    const before = client.text(uri);
    const [first] = await client.conflicts(uri);
    await client.execute(commands.take, { uri, conflict: first?.id, choice: 'left' });
    const applied = await client.request<RestoreView>(requests.applied, { uri });
    expect(applied.entries).toHaveLength(1);
    expect(before).toContain(applied.entries[0]?.conflict);
    expect(applied.original).toBe(before);
    await client.change(uri, 0, client.text(uri).length, before);
    expect((await client.request<RestoreView>(requests.applied, { uri })).entries).toEqual([]);
  });

  it('offers for restoring what the merge driver applied, and makes its path unmerged again', async () => {
    const repo = diverged({ [versionCase.path]: versionCase, [openCase.path]: openCase });
    await command(install, repo.root, ['--driver-only']);
    process.env['MORTISE_MODELS'] = fixedModels; // the driver is git's child
    const merged = repo.tryGit(['merge', 'topic']);
    delete process.env['MORTISE_MODELS'];
    expect(merged.code).not.toBe(0);
    expect(repo.git('ls-files', '-u', versionCase.path)).toBe('');
    const client = await Conversation.start(repo.root);
    open.push({ stop: () => client.stop(), remove: () => undefined });
    const uri = await client.open(join(repo.root, versionCase.path));
    const applied = await client.request<RestoreView>(requests.applied, { uri });
    expect(applied.entries).toHaveLength(1);
    const { conflict = '', text = '' } = applied.entries[0] ?? {};
    expect(client.text(uri)).toContain(text);
    expect(applied.staged).toEqual({ root: repo.root, path: versionCase.path });
    await client.request(requests.fileAction, { ...applied.staged, action: 'reopen' });
    expect(repo.git('ls-files', '-u', versionCase.path)).toMatch(/ 1\t[\s\S]* 2\t[\s\S]* 3\t/);
    const at = client.text(uri).indexOf(text);
    await client.change(uri, at, at + text.length, conflict);
    expect(await client.conflicts(uri)).toHaveLength(1);
    expect((await client.request<RestoreView>(requests.applied, { uri })).staged).toBeUndefined();
  });

  it('reads one side of a file from the index', async () => {
    const repo = conflictedMerge();
    const client = await talk(repo);
    const uri = await client.open(repo.path('src/orders.ts'));
    const right = await client.request<SideAnswer>(requests.side, { uri, side: 'right' });
    expect(right).toEqual({ name: 'feature', text: repo.git('show', 'feature:src/orders.ts') });
  });

  it('takes a side of a deleted file on request and stages only when told to', async () => {
    const repo = conflictedMerge();
    const client = await talk(repo);
    const known = async () => (await client.request<RepositoryView[]>(requests.repository)).length === 1;
    await client.until(known);
    const act = (action: string) =>
      client.request(requests.fileAction, { root: repo.root, path: 'src/legacy.ts', action });
    await act('keep-left');
    expect(readFileSync(repo.path('src/legacy.ts'), 'utf8')).toBe(repo.git('show', 'main:src/legacy.ts'));
    expect(repo.git('ls-files', '-u', 'src/legacy.ts')).not.toBe('');
    // As the terminal's --keep: in the log that `review` and `undo` read.
    const log = readFileSync(repo.path('.git/mortise/log.jsonl'), 'utf8').trim().split('\n');
    expect(JSON.parse(log.at(-1) ?? '')).toMatchObject({ path: 'src/legacy.ts', by: 'keep', origin: 'keep ours' });
    await act('stage');
    expect(repo.git('ls-files', '-u', 'src/legacy.ts')).toBe('');
  });

  it('changes nothing in an untrusted workspace', async () => {
    const repo = conflictedMerge();
    const client = await talk(repo, { untrusted: true });
    await client.until(async () => (await client.request<RepositoryView[]>(requests.repository)).length === 1);
    const asked = client.request(requests.fileAction, { root: repo.root, path: 'src/legacy.ts', action: 'keep-right' });
    await expect(asked).rejects.toThrow(/not trusted/);
    expect(repo.git('ls-files', '-u', 'src/legacy.ts')).not.toBe('');
  });

  it('notices that git finished the merge', async () => {
    const repo = conflictedMerge();
    const client = await talk(repo);
    const uri = await client.open(repo.path('src/orders.ts'));
    expect(await client.problems(uri)).toHaveLength(3);
    repo.git('merge', '--abort');
    const text = readFileSync(repo.path('src/orders.ts'), 'utf8');
    await client.change(uri, 0, client.text(uri).length, text);
    expect(await client.problems(uri)).toEqual([]);
    await client.until(
      async () => (await client.request<RepositoryView[]>(requests.repository))[0]?.files.length === 0,
    );
  });

  it('ignores markers that were committed, and warns of those left behind', async () => {
    const repo = new TestRepository();
    const sample = 'How a conflict looks:\n<<<<<<< ours\na\n=======\nb\n>>>>>>> theirs\n';
    repo.commit('Explain conflicts', { 'guide.md': sample, 'left.txt': 'x\n' });
    repo.write({ 'left.txt': sample });
    const client = await talk(repo);
    expect(await client.problems(await client.open(repo.path('guide.md')))).toEqual([]);
    const problems = await client.problems(await client.open(repo.path('left.txt')));
    expect(problems.map(({ message }) => message)).toEqual([
      expect.stringContaining('no longer counts this file as in conflict'),
    ]);
  });

  it('answers on every broken text', async () => {
    const repo = conflictedMerge();
    const client = await talk(repo);
    const whole = readFileSync(repo.path('src/orders.ts'), 'utf8');
    const uri = await client.open(repo.path('src/orders.ts'));
    for (const cut of [10, 120, 200, 260, 333]) {
      await client.change(uri, 0, client.text(uri).length, whole.slice(0, cut));
      expect(Array.isArray(await client.problems(uri))).toBe(true);
    }
  });
});

const marksIn = (repo: TestRepository, path: string): number =>
  (readFileSync(repo.path(path), 'utf8').match(/^<{7} /gm) ?? []).length;
