/**
 * Earlier merges of a repository as evidence: the same conflict, met again, names the commit that resolved it; white space and
 * sides may differ; what contradicts it is not safe, and it is never applied by itself.
 */
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { run as choose } from '../../server/cli/choose.ts';
import { run as resolve } from '../../server/cli/resolve.ts';
import { heed, recall } from '../../server/earlier.ts';
import { openRepository } from '../../server/git/repository.ts';
import { pastResolutions } from '../../server/mine/past.ts';
import type { Resolution } from '../../server/resolve/candidate.ts';
import { rankByFixedTable } from '../support/fixedRanking.ts';
import { command, diverged, type TestRepository, type Versions, versionCase } from '../support/repositories.ts';

const limits = (n: string | number) => `// Limits\n\nexport const retries = ${n};\n\nexport const pool = 4;\n`;
const settled = limits('Math.max(ours, theirs)');

/** `topic` merged into main and resolved by hand; then into `release`, which has what main had, where git stops again. */
function mergedBefore(files: Readonly<Record<string, Versions>>, by: Readonly<Record<string, string>>): TestRepository {
  const repo = diverged(files);
  repo.git('branch', 'release');
  expect(repo.tryGit(['merge', 'topic']).code).toBe(1);
  for (const [path, text] of Object.entries(by)) repo.write(path, text);
  repo.commit('Merge topic: the larger limit');
  repo.git('checkout', '-q', 'release');
  return repo;
}

const one = { 'limits.ts': { base: limits(1), ours: limits(3), theirs: limits(5) } };

describe('an earlier merge', { timeout: 60_000 }, () => {
  rankByFixedTable();

  it('is shown first with its commit, offered, and applied only when chosen', async () => {
    const repo = mergedBefore(one, { 'limits.ts': settled });
    const commit = repo.git('rev-parse', 'main');
    expect(repo.tryGit(['merge', 'topic']).code).toBe(1);
    const marked = repo.read('limits.ts');
    const { out } = await command(resolve, repo.root, []);
    const said = `resolved so in ${commit.slice(0, 7)}: Merge topic: the larger limit, Ada Lovelace, 2026-01-02`;
    expect(out).toContain(said);
    expect(out).toContain('export const retries = Math.max(ours, theirs);');
    expect(out.indexOf(said)).toBeLessThan(out.indexOf('possible'));
    expect(repo.read('limits.ts')).toBe(marked);
    const report = JSON.parse((await command(resolve, repo.root, ['--json', '--apply', 'none'])).out);
    expect(report.files[0].conflicts[0].earlier).toMatchObject({ likeness: 'exact', merge: { commit } });
    await command(choose, repo.root, ['limits.ts', 'earlier']);
    expect(repo.read('limits.ts')).toBe(settled);
  });

  it('is found again where the sides are swapped, in a rebase and after white space changed', async () => {
    const repo = mergedBefore(one, { 'limits.ts': settled });
    repo.git('checkout', '-q', '-b', 'again', 'topic');
    expect(repo.tryGit(['rebase', 'release']).code).not.toBe(0);
    const { out } = await command(resolve, repo.root, ['--apply', 'none']);
    expect(out).toMatch(/resolved so in [0-9a-f]{7}: Merge topic/);
  });

  it('is read once and kept in git’s own directory, and looks at no more than it may', async () => {
    const repo = mergedBefore(one, { 'limits.ts': settled });
    const opened = await openRepository(repo.root);
    const found = await pastResolutions(opened, ['limits.ts'], { limit: 10_000 });
    expect(found).toMatchObject([{ text: 'export const retries = Math.max(ours, theirs);\n' }]);
    const kept = repo.at('.git/mortise/past-merges.jsonl');
    const lines = readFileSync(kept, 'utf8');
    expect(await pastResolutions(opened, ['limits.ts'], { limit: 0 })).toEqual(found);
    expect(readFileSync(kept, 'utf8')).toBe(lines);
    const other = mergedBefore(one, { 'limits.ts': settled });
    expect(await pastResolutions(await openRepository(other.root), ['limits.ts'], { limit: -1 })).toEqual([]);
    expect(existsSync(other.at('.git/mortise'))).toBe(false);
  });

  it('takes safe from what contradicts it', async () => {
    const { path, base, ours, theirs, merged } = versionCase;
    const files = { [path]: { base, ours, theirs } };
    const alike = mergedBefore(files, { [path]: merged });
    alike.tryGit(['merge', 'topic']);
    expect((await command(resolve, alike.root, ['--dry-run'])).out).toContain('1 conflict would be resolved');
    const otherwise = mergedBefore(files, { [path]: merged.replace('1.2.0', '2.0.0') });
    otherwise.tryGit(['merge', 'topic']);
    expect((await command(resolve, otherwise.root, ['--dry-run'])).out).toContain('0 conflicts would be resolved');
  });
});

describe('recalling', () => {
  const then = { sides: ['a = 1;\n', 'a = 2;\n'], base: 'a = 0;\n', text: 'a = 3;\n', at: 0 } as const;

  it('prefers the same bytes to the same lines, and today’s white space to that of then', () => {
    const older = { ...then, sides: ['  a = 2;\n', '  a = 1;\n'], text: '  a = 1;\n  a = 4;\n' } as const;
    expect(recall([older, then], { base: 'a = 0;\n', left: 'a = 1;\n', right: 'a = 2;\n' })).toMatchObject({
      likeness: 'exact',
      text: 'a = 3;\n',
    });
    const indented = { base: '\ta = 0;\n', left: '\ta = 1;\n', right: '\ta = 2;\n' };
    expect(recall([older], indented)).toMatchObject({ likeness: 'space', text: '\ta = 1;\n  a = 4;\n' });
    expect(recall([then], { ...indented, base: 'b\n' })).toMatchObject({ likeness: 'lines' });
  });

  it('recalls nothing for other lines, nor for sides that differ in white space alone', () => {
    expect(recall([then], { base: 'a = 0;\n', left: 'a = 1;\n', right: 'a = 9;\n' })).toBeUndefined();
    const space = { sides: ['x\n', ' x\n'], text: 'x\n', at: 0 } as const;
    expect(recall([space], { left: '  x\n', right: '\tx\n' })).toBeUndefined();
    expect(recall([space], { left: ' x\n', right: 'x\n' })).toMatchObject({ likeness: 'exact' });
  });

  it('raises nothing and lowers only what is safe and different', () => {
    const resolution = (text: string, tier: Resolution['tier']): Resolution => ({
      candidate: { text, origin: { name: 'x', reason: 'x' }, generators: ['x'] },
      evidence: [],
      confidence: 0.9,
      tier,
    });
    const ranked = [resolution('a = 1;\n', 'safe'), resolution('a = 3;\n', 'possible')];
    const tiers = (text: string) => heed(ranked, { ...then, text, likeness: 'exact' }).map(({ tier }) => tier);
    expect(tiers('a = 3;\n')).toEqual(['likely', 'possible']);
    expect(tiers('a  =  1;\n')).toEqual(['safe', 'possible']);
    expect(heed(ranked, undefined)).toEqual(ranked);
  });
});
