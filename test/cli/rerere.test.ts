/** What git's rerere resolved, and what an earlier run of the same merge left in the log: neither passes for Mortise's own work. */
import { readFileSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { run as choose } from '../../server/cli/choose.ts';
import { run as resolve } from '../../server/cli/resolve.ts';
import { run as review } from '../../server/cli/review.ts';
import { run as undo } from '../../server/cli/undo.ts';
import { command, merging, openCase, type TestRepository } from '../support/repositories.ts';

const { path } = openCase;
const plain = (text: string) => text.replace(/^([<|>]{7}) .*$/gm, '$1');

/** A merge that stops, is given up and is done again; in between `first` happens. */
async function again(first: (repo: TestRepository) => unknown): Promise<{ repo: TestRepository; conflict: string }> {
  const repo = merging({ [path]: openCase });
  const conflict = repo.read(path);
  await first(repo);
  repo.tryGit(['merge', '--abort']);
  // Git's file of the paused merge is another one then, whatever the clock of the file system tells apart.
  await new Promise((done) => setTimeout(done, 20));
  expect(repo.tryGit(['merge', 'topic']).code).toBe(1);
  return { repo, conflict };
}

it('a file that rerere resolved is said to be that, by resolve and review, and undo has its conflict back', async () => {
  const { repo, conflict } = await again((r) => {
    r.git('config', 'rerere.enabled', 'true');
    r.git('merge', '--abort');
    r.tryGit(['merge', 'topic']);
    r.write(path, 'by hand\n');
    r.commit('Merge');
    r.git('reset', '-q', '--hard', 'HEAD~1');
  });
  expect(repo.read(path)).toBe('by hand\n');
  const index = repo.index();
  expect((await command(resolve, repo.root, [])).out).toMatch(/rerere resolved it as on \d{4}-/);
  expect((await command(review, repo.root, [])).out).toContain(`${path}: git's rerere resolved it`);
  const { code, out } = await command(undo, repo.root, [path]);
  expect(code).toBe(0);
  expect(plain(repo.read(path))).toBe(plain(conflict));
  expect(readFileSync(/its bytes before: (.*)\)/.exec(out)?.[1] ?? '', 'utf8')).toBe('by hand\n');
  expect(repo.index()).toBe(index);
  // What the user writes there is theirs.
  repo.write(path, 'by hand, otherwise\n');
  expect((await command(resolve, repo.root, [])).out).not.toContain('rerere');
  expect((await command(undo, repo.root, [path])).code).toBe(2);
  expect(repo.read(path)).toBe('by hand, otherwise\n');
});

it('what was resolved by hand is not taken for rerere’s once rerere has recorded it', async () => {
  const repo = merging({ [path]: openCase });
  repo.tryGit(['merge', '--abort']);
  repo.git('config', 'rerere.enabled', 'true');
  repo.tryGit(['merge', 'topic']);
  repo.write(path, 'by hand\n');
  // Far enough for any clock of a file system.
  const before = new Date(Date.now() - 5000);
  utimesSync(join(repo.root, path), before, before);
  expect(repo.tryGit(['rerere']).said).toContain('Recorded resolution');
  expect((await command(resolve, repo.root, [])).out).not.toContain('rerere');
  expect((await command(review, repo.root, [])).out).not.toContain('rerere');
  const { code, err } = await command(undo, repo.root, [path]);
  expect(code).toBe(2);
  expect(err).toContain('--force saves a copy');
  expect(repo.read(path)).toBe('by hand\n');
  // Nor where the same text is written by hand long after rerere put it in.
  const later = new Date(Date.now() + 60_000);
  utimesSync(join(repo.root, path), later, later);
  expect((await command(undo, repo.root, [path])).code).toBe(2);
});

it('the conflict of a merge that was given up is not put back into the next one', async () => {
  const { repo, conflict } = await again(async (r) => {
    r.write(path, `of the first run\n${r.read(path)}`);
    expect((await command(choose, r.root, [path, 'ours'])).code).toBe(0);
  });
  repo.write(path, 'by hand\n');
  expect((await command(undo, repo.root, [path])).err).toMatch(/not by Mortise/);
  expect((await command(undo, repo.root, ['--force', path])).code).toBe(0);
  expect(plain(repo.read(path))).toBe(plain(conflict));
});

it('where the times tell nothing, the bytes do: what lies there as it was written is undone', async () => {
  const repo = merging({ [path]: openCase });
  const before = repo.bytes(path);
  expect((await command(choose, repo.root, [path, 'ours'])).code).toBe(0);
  // As copying the repository does it.
  repo.write('.git/MERGE_HEAD', repo.bytes('.git/MERGE_HEAD'));
  expect((await command(undo, repo.root, [path])).code).toBe(0);
  expect(repo.bytes(path)).toEqual(before);
});
