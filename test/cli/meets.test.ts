/** Two edits of one expression in a merge whose other conflicts the user decided: nothing in bulk writes one on top of the other. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { run as choose } from '../../server/cli/choose.ts';
import { run as resolve } from '../../server/cli/resolve.ts';
import { command, merging, type TestRepository } from '../support/repositories.ts';

const at = join(import.meta.dirname, '..', 'fixtures', 'meets', 'told');
const read = (name: string, part: string) => readFileSync(join(at, name, part), 'utf8');
const names = readdirSync(at);
const extensionOf = (name: string) =>
  readdirSync(join(at, name))
    .find((file) => file.startsWith('base.'))
    ?.slice(5) ?? '';

/** Each side changes another argument: what a user unites without a second look. */
const harmless = Object.fromEntries(
  [1, 2, 3, 4, 5].map((k) => [
    `seeds/z${k}.ts`,
    {
      base: "export const x = load('a', { n: 1, m: 2 });\n",
      ours: `export const x = load('o${k}', { n: 1, m: 2 });\n`,
      theirs: `export const x = load('a', { n: 1, m: ${k}5 });\n`,
    },
  ]),
);

const files = Object.fromEntries(
  names.map((name, i) => {
    const extension = extensionOf(name);
    const [base, ours, theirs] = ['base', 'left', 'right'].map((part) => read(name, `${part}.${extension}`));
    return [`f${i}.${extension}`, { base: base ?? '', ours: ours ?? '', theirs: theirs ?? '' }];
  }),
);
const merged = (i: number) => read(names[i] ?? '', `merged.${extensionOf(names[i] ?? '')}`);

let repo: TestRepository;
beforeEach(async () => {
  repo = merging({ ...harmless, ...files });
  for (const k of [1, 2, 3, 4]) {
    const text = `export const x = load('o${k}', { n: 1, m: ${k}5 });\n`;
    await command(choose, repo.root, [`seeds/z${k}.ts`, '1']);
    expect(repo.read(`seeds/z${k}.ts`)).toBe(text);
  }
});

describe('edits that meet in one expression, after four decisions', () => {
  it.each(['safe', 'likely'])('are left open by resolve --apply %s', async (tier) => {
    const { out } = await command(resolve, repo.root, ['--apply', tier]);
    Object.keys(files).forEach((path, i) => {
      expect(repo.read(path), path).not.toBe(merged(i));
    });
    expect(out).toContain('both sides changed the same comparison: i <= n');
    expect(out).toContain('both sides changed the same call: wait(n)');
    // Where each side changed another argument, the decisions count as before: enough for likely.
    if (tier === 'likely') expect(repo.read('seeds/z5.ts')).toBe("export const x = load('o5', { n: 1, m: 55 });\n");
  });
});
