/** What git's state files and index say: the operation, the real names behind ours and theirs, and stale saved copies. */
import { appendFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { mergeAttributes } from '../../server/git/attributes.ts';
import { gitMergeBytes } from '../../server/git/mergeFile.ts';
import { operation } from '../../server/git/operation.ts';
import { inRepository, openRepository, pathInRepository } from '../../server/git/repository.ts';
import { decisions, readApplied, readSaved, recordDecision, saveConflicted } from '../../server/git/saved.ts';
import { diverged, folder, openCase, TestRepository } from '../support/repositories.ts';

const files = { [openCase.path]: openCase };

describe('writing while another git holds the index', () => {
  it('waits a moment for it, and says so where the lock stays', async () => {
    const repo = new TestRepository(folder());
    repo.git('init', '-q');
    repo.write('a.txt', 'a\n');
    const opened = await openRepository(repo.root);
    const [lock, add] = [repo.at('.git/index.lock'), ['add', 'a.txt']];
    writeFileSync(lock, '');
    setTimeout(() => rmSync(lock), 100);
    await inRepository(opened, add, { writes: true });
    expect(repo.git('ls-files')).toBe('a.txt');
    writeFileSync(lock, '');
    await expect(inRepository(opened, add, { writes: true })).rejects.toThrow(/index\.lock': File exists/);
  });
});

describe('operation', () => {
  it('knows whose side is whose in a rebase, where git swaps them', async () => {
    const repo = diverged(files);
    repo.git('checkout', '-q', 'topic');
    repo.tryGit(['rebase', 'main']);
    const now = await operation(await openRepository(repo.root));
    expect(now).toMatchObject({
      kind: 'rebase',
      step: { n: 1, of: 1 },
      left: { name: 'main', yours: false },
      right: { name: 'topic', yours: true, title: 'Change it there' },
      next: { go: 'git rebase --continue' },
    });
    expect(now.commits).toEqual({
      base: repo.git('rev-parse', 'topic^'),
      left: repo.git('rev-parse', 'main'),
      right: repo.git('rev-parse', 'topic'),
    });
  });

  it('counts the commits of a longer cherry-pick, and is none when all is done', async () => {
    const repo = diverged(files);
    repo.git('checkout', '-q', 'topic');
    repo.write('more.txt', 'more\n');
    repo.commit('Add more');
    repo.git('checkout', '-q', 'main');
    repo.tryGit(['cherry-pick', 'topic~1', 'topic']);
    const opened = await openRepository(repo.root);
    expect(await operation(opened)).toMatchObject({ kind: 'cherry-pick', step: { n: 1, of: 2 } });
    repo.git('cherry-pick', '--abort');
    expect((await operation(opened)).kind).toBe('none');
  });

  it('names the branch at which git stopped where several are merged at once', async () => {
    const repo = diverged(files);
    repo.git('checkout', '-q', '-b', 'other', 'main~1');
    repo.write('other.txt', 'other\n');
    repo.commit('Add another file');
    repo.git('checkout', '-q', 'main');
    repo.tryGit(['merge', 'other', 'topic']);
    const now = await operation(await openRepository(repo.root));
    expect(now).toMatchObject({ kind: 'merge', right: { name: 'topic' } });
    expect(now.commits?.right).toBe(repo.git('rev-parse', 'topic'));
  });

  it('forgets decisions when the operation is another', async () => {
    const repo = diverged(files);
    repo.tryGit(['merge', 'topic']);
    const opened = await openRepository(repo.root);
    const merge = await operation(opened);
    const { base, ours, theirs, path } = openCase;
    await recordDecision(opened, merge, { path, sides: { base, left: ours, right: theirs }, chosen: ours });
    expect(await decisions(opened, merge)).toHaveLength(1);
    repo.git('merge', '--abort');
    repo.tryGit(['cherry-pick', 'topic']);
    expect(await decisions(opened, await operation(opened))).toEqual([]);
  });
});

describe('repository', () => {
  it('opens from a folder that is gone, a linked work tree and a subfolder; refuses what lies outside', async () => {
    const repo = diverged({ 'deep/er/file.txt': { base: 'a\n', ours: 'b\n', theirs: 'c\n' } });
    expect((await openRepository(repo.at('deep/er/no/such/file'))).root).toBe(repo.root);
    const side = folder();
    repo.git('worktree', 'add', '-q', '-b', 'side', side, 'main');
    const linked = await openRepository(new TestRepository(side).at('deep'));
    expect(linked).toMatchObject({ root: side, commonDir: repo.at('.git') });
    expect(linked.gitDir).not.toBe(linked.commonDir);
    expect(pathInRepository(linked, 'er/file.txt', join(side, 'deep'))).toBe('deep/er/file.txt');
    expect(() => pathInRepository(linked, '../x', side)).toThrow(/outside the repository/);
    await expect(openRepository(repo.at('.git'))).rejects.toThrow(/no work tree/);
  });

  it('reads attributes of odd paths as they are', async () => {
    const repo = diverged(files);
    const paths = ['a "b"\tc.txt', 'grüße.txt', '*.txt'];
    repo.write('.gitattributes', '*.txt conflict-marker-size=12\n');
    const found = await mergeAttributes(await openRepository(repo.root), paths);
    expect(paths.map((path) => found.get(path)?.markerSize)).toEqual([12, 12, 12]);
  });
});

describe('saved copies', () => {
  it('keep bytes as they are, refuse a damaged copy or a made-up name, and read past a torn log line', async () => {
    const repo = await openRepository(diverged(files).root);
    const bytes = Buffer.from([0xff, 0, 13, 10, 0xe9]);
    const name = await saveConflicted(repo, bytes);
    expect(await saveConflicted(repo, bytes)).toBe(name);
    expect(await readSaved(repo, name)).toEqual(bytes);
    expect(await readSaved(repo, '../../../etc/passwd')).toBeUndefined();
    writeFileSync(join(repo.gitDir, 'mortise', 'saved', name), 'damaged');
    expect(await readSaved(repo, name)).toBeUndefined();
    const entry = { at: 1, path: 'a', saved: name, conflict: '', evidence: [] };
    appendFileSync(join(repo.gitDir, 'mortise', 'log.jsonl'), `${JSON.stringify(entry)}\n{"at": 2, "pa`);
    expect(await readApplied(repo)).toEqual([entry]);
  });
});

describe('git merge-file', () => {
  it('answers with its own bytes, the count of conflicts, and names binary content', async () => {
    const sides = (base: string, left: string, right: string) => ({
      base: Buffer.from(base),
      left: Buffer.from(left),
      right: Buffer.from(right),
    });
    const crlf = await gitMergeBytes(sides('a\r\nb\r\nc\r\n', 'A\r\nb\r\nc\r\n', 'a\r\nb\r\nC'));
    expect([crlf.bytes.toString(), crlf.conflicts]).toEqual(['A\r\nb\r\nC', 0]);
    expect((await gitMergeBytes(sides('a\n', 'b\n', 'c\n'))).conflicts).toBe(1);
    expect((await gitMergeBytes(sides('a\0\n', 'b\0\n', 'c\0\n'))).conflicts).toBeUndefined();
  });
});
