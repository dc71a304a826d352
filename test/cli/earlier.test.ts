/**
 * Earlier merges of a repository as evidence: the same conflict, met again, names the commit that resolved it; what contradicts
 * it is not safe, and it is never applied by itself.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { beforeAll, describe, expect, it } from 'vitest';
import { run as choose } from '../../server/cli/choose.ts';
import { run as install } from '../../server/cli/install.ts';
import { run as mergetool } from '../../server/cli/mergetool.ts';
import { run as resolve } from '../../server/cli/resolve.ts';
import { heed, recall } from '../../server/earlier.ts';
import { openRepository } from '../../server/git/repository.ts';
import { pastResolutions } from '../../server/mine/past.ts';
import type { Resolution } from '../../server/resolve/candidate.ts';
import { shippedRoot } from '../../server/services.ts';
import { rankByFixedTable } from '../support/fixedRanking.ts';
import { command, diverged, folder, type TestRepository, type Versions, versionCase } from '../support/repositories.ts';

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
    expect(report.files[0].conflicts[0].earlier).toMatchObject({ merge: { commit } });
    await command(choose, repo.root, ['limits.ts', 'earlier']);
    expect(repo.read('limits.ts')).toBe(settled);
  });

  it('is found again where the sides are swapped, in a rebase', async () => {
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
    // What is asked for fewer paths, as after one was staged, was searched for already; a tip that moved is another question.
    await pastResolutions(opened, ['limits.ts', 'other.ts'], { limit: 10_000 });
    const wide = readFileSync(kept, 'utf8');
    expect(await pastResolutions(opened, ['limits.ts'], { limit: 10_000 })).toEqual(found);
    expect(readFileSync(kept, 'utf8')).toBe(wide);
    repo.git('branch', '-f', 'topic', 'main');
    await pastResolutions(opened, ['limits.ts'], { limit: 10_000 });
    expect(readFileSync(kept, 'utf8').length).toBeGreaterThan(wide.length);
    const other = await openRepository(mergedBefore(one, { 'limits.ts': settled }).root);
    expect(await pastResolutions(other, ['limits.ts'], { limit: -1 })).toEqual([]);
    expect(await pastResolutions(other, ['limits.ts'], { limit: 10_000 })).toMatchObject([
      { merge: { path: 'limits.ts' } },
    ]);
  });

  it('is learned beside lines that nobody can read, and where a commit claims to be of no year', async () => {
    const repo = mergedBefore(one, { 'limits.ts': settled });
    repo.write('.git/mortise/past-merges.jsonl', 'null\n{"merge":null,"path":"limits.ts","conflicts":[]}\n{"torn');
    const odd = { GIT_COMMITTER_DATE: '@9999999999999 +0000' };
    const tree = repo.git('rev-parse', 'main^{tree}');
    const commit = ['commit-tree', tree, '-p', 'main^1', '-p', 'topic', '-m', 'From the future'];
    repo.git(
      'update-ref',
      'refs/heads/odd',
      execFileSync('git', commit, { cwd: repo.root, env: { ...process.env, ...odd }, encoding: 'utf8' }).trim(),
    );
    const opened = await openRepository(repo.root);
    const found = await pastResolutions(opened, ['limits.ts'], { limit: 10_000 });
    expect(found.map(({ merge }) => merge?.title)).toEqual(['Merge topic: the larger limit']);
    expect(await pastResolutions(opened, ['limits.ts'], { limit: -1 })).toEqual(found);
  });

  it('counts where HEAD, a local branch or the upstream has it, and nowhere else that was fetched', async () => {
    const repo = diverged(one);
    repo.write('limits.ts', limits('true'));
    repo.git('add', '.');
    // As whoever sends a pull request can prepare it: both sides are known, and so are the maintainers' names.
    const forged = repo.git(
      ...['commit-tree', repo.git('write-tree'), '-p', 'main', '-p', 'topic', '-m', "Merge branch 'topic': keep both"],
    );
    repo.git('reset', '-q', '--hard');
    const found = async () =>
      (await pastResolutions(await openRepository(repo.root), ['limits.ts'], { limit: 10_000 })).length;
    for (const ref of ['refs/remotes/evil/pr', 'refs/pull/7/head', 'refs/tags/v9']) repo.git('update-ref', ref, forged);
    repo.tryGit(['merge', 'topic']);
    expect(await found()).toBe(0);
    expect((await command(resolve, repo.root, ['--apply', 'none'])).out).not.toContain('resolved so in');
    repo.git('merge', '--abort');
    repo.git('config', 'branch.main.remote', 'evil');
    repo.git('config', 'branch.main.merge', 'refs/heads/pr');
    repo.git('config', 'remote.evil.url', '.');
    repo.git('config', 'remote.evil.fetch', '+refs/heads/*:refs/remotes/evil/*');
    expect(await found()).toBe(1);
    repo.git('config', '--unset', 'branch.main.merge');
    repo.git('branch', 'kept', forged);
    expect(await found()).toBe(1);
  });

  it('does not count where the branch that is being merged brings it along', async () => {
    const repo = diverged(one);
    // Made of the base alone: the fork stays where it was.
    const tree = (text: string) => {
      repo.write('limits.ts', text);
      repo.git('add', '.');
      return repo.git('write-tree');
    };
    const commit = (text: string, ...parents: string[]) =>
      repo.git('commit-tree', tree(text), ...parents.flatMap((parent) => ['-p', parent]), '-m', 'Merge: keep both');
    const [ours, theirs] = [commit(limits(3), 'main^'), commit(limits(5), 'main^')];
    const pull = commit(limits(5), commit(limits('true'), ours, theirs));
    repo.git('reset', '-q', '--hard');
    repo.git('branch', 'pull', pull);
    const opened = await openRepository(repo.root);
    expect(await pastResolutions(opened, ['limits.ts'], { limit: 10_000 })).toHaveLength(1);
    expect(repo.tryGit(['merge', 'pull']).code).toBe(1);
    expect(await pastResolutions(opened, ['limits.ts'], { limit: 10_000 })).toEqual([]);
  });

  it('is shown with what was checked of it, as every other text', async () => {
    const repo = mergedBefore(one, { 'limits.ts': limits('true') });
    repo.tryGit(['merge', 'topic']);
    const checked =
      /text of neither side: true.*ours: 1 (?:changed|dropped).*theirs: 1 (?:changed|dropped)|ours: 1 (?:changed|dropped).*theirs: 1 (?:changed|dropped).*text of neither side: true/;
    for (const [run, args] of [
      [resolve, ['--apply', 'none']],
      [choose, ['limits.ts']],
    ] as const) {
      const [, after = ''] = (await command(run, repo.root, args)).out.split(/resolved so in .*\n/);
      expect(after.split('\n')[0]).toMatch(checked);
    }
    const report = JSON.parse((await command(resolve, repo.root, ['--json', '--apply', 'none'])).out);
    expect(report.files[0].conflicts[0].earlier.evidence).toContainEqual({ check: 'parses', passed: true });
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

describe('an earlier merge, where git itself starts Mortise', { timeout: 60_000 }, () => {
  rankByFixedTable();
  beforeAll(() => {
    if (!existsSync(join(shippedRoot(), 'dist', 'cli.cjs')))
      execFileSync(process.execPath, ['esbuild.mjs'], { cwd: shippedRoot() });
  });

  const { path, base, ours, theirs, merged } = versionCase;
  const resolvedAs = (text: string) => mergedBefore({ [path]: { base, ours, theirs } }, { [path]: text });
  const otherwise = merged.replace('1.2.0', '2.0.0');

  it('keeps the driver from applying what contradicts it, and from nothing else', async () => {
    const contradicted = resolvedAs(otherwise);
    await command(install, contradicted.root, ['--driver-only']);
    expect(contradicted.tryGit(['merge', 'topic']).code).toBe(1);
    expect(contradicted.read(path)).toContain('<<<<<<<');
    const alike = resolvedAs(merged);
    await command(install, alike.root, ['--driver-only']);
    expect(alike.tryGit(['merge', 'topic']).code).toBe(0);
    expect(alike.read(path)).toBe(merged);
  });

  it('is heeded by a merge by hand, inside of the repository', () => {
    const cli = join(shippedRoot(), 'dist', 'cli.cjs');
    const merge = (repo: TestRepository, cwd = repo.root, name: string = path) => {
      const sides = [base, ours, theirs].map((text, i) => {
        repo.write(`.git/side${i}`, text);
        return repo.at(`.git/side${i}`);
      });
      const args = [cli, 'merge', ...sides, '--path', name];
      return spawnSync(process.execPath, args, { cwd, encoding: 'utf8' });
    };
    const contradicted = resolvedAs(otherwise);
    expect(merge(contradicted)).toMatchObject({ status: 1, stdout: expect.stringContaining('<<<<<<<') });
    expect(merge(resolvedAs(merged))).toMatchObject({ status: 0, stdout: merged });
    // Elsewhere there is nothing to heed.
    expect(merge(contradicted, folder(), contradicted.at(path))).toMatchObject({ status: 1 });
    expect(merge(contradicted, folder())).toMatchObject({ status: 0, stdout: merged });
  });

  it('is heeded and offered by the mergetool', async () => {
    const repo = resolvedAs(otherwise);
    await command(install, repo.root, ['--mergetool-only']);
    repo.tryGit(['merge', 'topic']);
    const marked = repo.bytes(path);
    const tool = ['-c', 'mergetool.keepBackup=false', 'mergetool', '--no-prompt', '--tool=mortise'];
    expect(repo.tryGit(tool).code).not.toBe(0);
    expect(repo.bytes(path)).toEqual(marked);
    const sides = [1, 2, 3].map((stage) => {
      repo.write(`side${stage}`, `${repo.git('show', `:${stage}:${path}`)}\n`);
      return `side${stage}`;
    });
    const stdin = Object.assign(Readable.from(['e\n']), { isTTY: true });
    const asked = await command((args, io) => mergetool(args, { ...io, stdin }), repo.root, [...sides, path]);
    expect(asked.err).toMatch(/resolved so in [0-9a-f]{7}: Merge topic: the larger limit, Ada Lovelace/);
    expect(asked.code).toBe(0);
    expect(repo.read(path)).toBe(otherwise);
  });
});

describe('recalling', () => {
  const then = { sides: ['a = 1;\n', 'a = 2;\n'], base: 'a = 0;\n', text: 'a = 3;\n', at: 0 } as const;

  const merge = { commit: 'c'.repeat(40), author: 'Ada', title: 'Merge', path: 'a.conf' };
  const sides = { base: 'a = 0;\n', left: 'a = 1;\n', right: 'a = 2;\n' };

  it('knows the same bytes in either order, and nothing that is alike but for white space or the base', () => {
    expect(recall([then], 'a.conf', sides)).toEqual(then);
    expect(recall([then], 'a.conf', { ...sides, left: sides.right, right: sides.left })).toEqual(then);
    expect(recall([then], 'a.conf', { ...sides, left: ' a = 1;\n' })).toBeUndefined();
    expect(recall([then], 'a.conf', { ...sides, base: 'a = 9;\n' })).toBeUndefined();
  });

  it('takes a line of another file for no precedent, and whole passages of one for one', () => {
    expect(recall([{ ...then, merge }], 'a.conf', sides)).toBeDefined();
    expect(recall([{ ...then, merge }], 'b.conf', sides)).toBeUndefined();
    const long = { base: 'x\ny\n', left: 'x1\ny1\n', right: 'x2\ny2\n' };
    const past = { sides: [long.left, long.right], base: long.base, text: 'z\n', at: 0, merge } as const;
    expect(recall([past], 'b.conf', long)).toBeDefined();
    expect(recall([past], 'b.conf', { ...long, left: '' })).toBeUndefined();
  });

  it('raises nothing and lowers only what is safe and different', () => {
    const resolution = (text: string, tier: Resolution['tier']): Resolution => ({
      candidate: { text, origin: { name: 'x', reason: 'x' }, generators: ['x'] },
      evidence: [],
      confidence: 0.9,
      tier,
    });
    const ranked = [resolution('a = 1;\n', 'safe'), resolution('a = 3;\n', 'possible')];
    const tiers = (text: string) => heed(ranked, { ...then, text }).map(({ tier }) => tier);
    expect(tiers('a = 3;\n')).toEqual(['likely', 'possible']);
    expect(tiers('a  =  1;\n')).toEqual(['safe', 'possible']);
    expect(heed(ranked, undefined)).toEqual(ranked);
  });
});
