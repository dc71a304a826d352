/** Terminal, editor and `batch` rank the conflicts of one paused merge alike: same decisions, history, times and siblings. */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { run as choose } from '../../server/cli/choose.ts';
import { run as resolve } from '../../server/cli/resolve.ts';
import { commands, type DocumentConflicts, requests } from '../../server/lsp/protocol.ts';
import { plainAdapter } from '../../server/resolve/adapter.ts';
import { LearnedRanker } from '../../server/resolve/learnedRanker.ts';
import { loadRanker } from '../../server/resolve/loadRanker.ts';
import { shippedRoot } from '../../server/services.ts';
import { noSyntax } from '../../server/syntax/syntax.ts';
import { command, merging } from '../support/repositories.ts';
import { Conversation } from './conversation.ts';

const at = (name: string) => join(shippedRoot(), 'dist', name);

beforeAll(() => {
  if (!existsSync(at('cli.cjs'))) execFileSync(process.execPath, ['esbuild.mjs'], { cwd: shippedRoot() });
});

const route = (name: string, value: string) => `export const ${name} = connect('${name}', ${value});\n`;
const names = ['users', 'orders', 'items', 'carts'];
const files = Object.fromEntries(
  names.map((name, i) => [
    `src/${name}.ts`,
    { base: route(name, `${i}`), ours: route(name, `${i} + 1`), theirs: route(name, `${i}, { retry: ${i} }`) },
  ]),
);

interface Ranked {
  readonly text: string;
  readonly confidence: number;
}

const numbers = (resolutions: readonly Ranked[]) =>
  resolutions.slice(0, 3).map(({ text, confidence }) => [text, confidence.toFixed(6)]);

it('ranks alike in the terminal, in batch and in the editor, before and after a decision', {
  timeout: 120_000,
}, async () => {
  const repo = merging(files);
  const path = 'src/items.ts';
  const terminal = async () => {
    const ran = await command(resolve, repo.root, ['--dry-run', '--json', path]);
    return numbers(JSON.parse(ran.out).files[0].conflicts[0].resolutions);
  };
  const { base, ours, theirs } = files[path] ?? { base: '', ours: '', theirs: '' };
  const batch = (root?: string) => {
    // A file, since a conflict alone comes without what its file is like.
    const request = { id: 1, kind: 'file', path, base, left: ours, right: theirs, ...(root ? { root } : {}) };
    const input = `${JSON.stringify(request)}\n`;
    const { stdout } = spawnSync(process.execPath, [at('cli.cjs'), 'batch', '--apply', 'none'], {
      input,
      encoding: 'utf8',
    });
    return numbers(JSON.parse(stdout).open[0].resolutions);
  };
  const client = await Conversation.start(repo.root, {}, { program: at('server.cjs') });
  try {
    const uri = await client.open(join(repo.root, path));
    const editor = async () => {
      const { conflicts } = await client.request<DocumentConflicts>(requests.conflicts, { uri });
      return numbers(conflicts[0]?.resolutions ?? []);
    };
    const before = await terminal();
    expect(before.length).toBeGreaterThan(2);
    expect(await editor()).toEqual(before);
    expect(batch(repo.root)).toEqual(before);

    // Decided in the editor, and in the terminal: every side sees both.
    const users = await client.open(join(repo.root, 'src/users.ts'));
    const [conflict] = await client.conflicts(users);
    await client.execute(commands.take, { uri: users, conflict: conflict?.id, choice: 'right' });
    writeFileSync(join(repo.root, 'src/users.ts'), client.text(users));
    expect((await command(choose, repo.root, ['src/orders.ts', 'theirs'])).code).toBe(0);
    const after = await terminal();
    expect(after).not.toEqual(before);
    expect(batch(repo.root)).toEqual(after);
    await client.until(async () => JSON.stringify(await editor()) === JSON.stringify(after));
    expect(batch()).not.toEqual(after);

    // What `mortise learn` kept here counts in batch as it does in the terminal.
    const { ranker } = loadRanker(join(shippedRoot(), 'models'), noSyntax);
    const model = ranker instanceof LearnedRanker ? ranker.id : '';
    const kept = { ...plainAdapter(model), factor: 0.5 };
    writeFileSync(join(repo.root, '.git', 'mortise', 'learned.json'), JSON.stringify(kept));
    const own = await terminal();
    expect(own).not.toEqual(after);
    expect(batch(repo.root)).toEqual(own);
  } finally {
    await client.stop();
  }
});
