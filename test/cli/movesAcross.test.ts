/** A block that one side moved to another file and the other edited where it was: in no step is the edit lost in silence. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { run as audit } from '../../server/cli/audit.ts';
import { run as choose } from '../../server/cli/choose.ts';
import { run as preview } from '../../server/cli/preview.ts';
import { run as resolve } from '../../server/cli/resolve.ts';
import { command, diverged, merging, type TestRepository, type Versions } from '../support/repositories.ts';

const at = join(import.meta.dirname, '..', 'fixtures', 'moved-across');

/** A case is the folders `base`, `mover` and `editor`, as they stand in a repository. */
function read(kind: string, name: string, by: 'ours' | 'theirs'): Record<string, Versions> {
  const files: Record<string, Record<string, string>> = {};
  const put = (folder: string, side: string) => {
    for (const path of readdirSync(join(at, kind, name, folder)))
      files[path] = { ...files[path], [side]: readFileSync(join(at, kind, name, folder, path), 'utf8') };
  };
  put('base', 'base');
  put('mover', by);
  put('editor', by === 'ours' ? 'theirs' : 'ours');
  return files;
}

const cases = (kind: string) => readdirSync(join(at, kind));
const ways = ['ours', 'theirs'] as const;

function finish(repo: TestRepository) {
  repo.git('add', '-A');
  repo.git('commit', '-q', '--no-edit');
}

describe.each(cases('told'))('%s', (name) => {
  it.each(ways)('is told and left open when %s moved it, whatever is asked', async (by) => {
    const repo = merging(read('told', name, by));
    const other = by === 'ours' ? 'theirs' : 'ours';
    const [path = ''] = repo.git('diff', '--name-only', '--diff-filter=U').split('\n');
    const before = repo.bytes(path);
    for (const args of [
      ['--apply', 'safe'],
      ['--apply', 'likely'],
      ['--min-confidence', '0.01'],
    ]) {
      const { code, out } = await command(resolve, repo.root, args);
      expect(out).toMatch(new RegExp(`${by} moved “.*” to \\S+, line \\d+, and ${other} edited it here`));
      expect(code).toBe(1);
      expect(repo.bytes(path)).toEqual(before);
    }
  });

  it.each(ways)('is missed after the side of %s was chosen, until the edit is made there', async (by) => {
    const repo = merging(read('told', name, by));
    const other = by === 'ours' ? 'theirs' : 'ours';
    const [path = ''] = repo.git('diff', '--name-only', '--diff-filter=U').split('\n');
    const { code, out } = await command(choose, repo.root, [path, by]);
    expect(code).toBe(0);
    const said = new RegExp(
      `${other} edited “(.*)”, which ${by} moved to (\\S+): the edit is not in line (\\d+) there`,
    );
    expect(out).toMatch(said);
    const [, block = '', to = '', line] = said.exec(out) ?? [];
    expect(repo.read(to).split('\n')[Number(line) - 1]).toContain(block.replace('…', ''));
    expect((await command(resolve, repo.root, [])).out).toMatch(said);
    repo.write(to, repo.read(to).replaceAll('1', '100'));
    expect((await command(resolve, repo.root, [])).out).not.toContain('the edit is not');
  });

  it('is told by audit of a finished merge, and not where the edit was made', async () => {
    for (const made of [false, true]) {
      const repo = merging(read('told', name, 'ours'));
      const [path = ''] = repo.git('diff', '--name-only', '--diff-filter=U').split('\n');
      const { out } = await command(choose, repo.root, [path, 'ours']);
      const [, to = ''] = /moved to (\S+):/.exec(out) ?? [];
      if (made) repo.write(to, repo.read(to).replaceAll('1', '100'));
      finish(repo);
      const audited = await command(audit, repo.root, []);
      if (made) expect(audited.out).not.toContain('the edit is not');
      else expect(audited.out).toContain(`which ours moved to ${to}: the edit is not in line`);
    }
  });

  it('is left open by preview', async () => {
    const repo = diverged(read('told', name, 'ours'));
    const { out } = await command(preview, repo.root, ['topic', '--apply', 'likely']);
    expect(out).toContain('0 conflicts would be resolved, 1 would stay open');
  });
});

describe.each(cases('silent'))('%s', (name) => {
  it.each(ways)('is no move of %s', async (by) => {
    const repo = merging(read('silent', name, by));
    const { out } = await command(resolve, repo.root, ['--apply', 'none']);
    expect(out).not.toContain(' moved “');
  });
});

it.each(ways)('is told of a file that %s deleted with what it held, before a side is kept and after', async (by) => {
  const other = by === 'ours' ? 'theirs' : 'ours';
  const total =
    'export function total(prices: number[]): number {\n  const sum = prices.reduce((a, b) => a + b, 0);\n  return sum;\n}\n';
  const lib = Array.from({ length: 30 }, (_, i) => `export const rate${i} = ${i};\n`).join('');
  const repo = merging({
    'a.ts': { base: total, [other]: total.replace('return sum', 'return sum * 2') },
    'lib.ts': { base: lib, [by]: `${lib}\n${total}`, [other]: lib },
  });
  const told = new RegExp(`${by} moved “export function total\\(.*” to lib\\.ts, line 32, and ${other} edited it here`);
  expect((await command(resolve, repo.root, ['--dry-run'])).out).toMatch(told);
  const { out } = await command(resolve, repo.root, ['--dry-run', '--json']);
  expect(JSON.parse(out).files).toMatchObject([
    { path: 'a.ts', movedAway: [{ by: by === 'ours' ? 'left' : 'right', path: 'lib.ts', line: 32 }] },
  ]);
  await command(resolve, repo.root, ['--keep', by, 'a.ts']);
  expect((await command(resolve, repo.root, ['--dry-run'])).out).toMatch(told);
  // Committed without the edit, and with it.
  finish(repo);
  const lost = new RegExp(
    `${other} edited “export function total.*”, which ${by} moved to lib\\.ts: the edit is not in`,
  );
  expect((await command(audit, repo.root, [])).out).toMatch(lost);
  repo.write('lib.ts', repo.read('lib.ts').replace('return sum', 'return sum * 2'));
  repo.git('commit', '-q', '--amend', '--no-edit', '-a');
  expect((await command(audit, repo.root, [])).out).not.toContain('the edit is not in');
});
