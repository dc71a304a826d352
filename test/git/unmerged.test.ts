/** Every kind of conflict git can stop on, in one repository each way, with the texts of what can be merged. */
import { chmodSync, symlinkSync, unlinkSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { openRepository } from '../../server/git/repository.ts';
import { type UnmergedFile, unmergedFiles, unmergedPaths } from '../../server/git/unmerged.ts';
import { diverged, repository, type TestRepository } from '../support/repositories.ts';

const text = (middle: string) => `one\ntwo\n${middle}\nfour\nfive\nsix\nseven\neight\nnine\n`;
const three = { base: text('3'), ours: text('ours'), theirs: text('theirs') };

async function conflictsOf(repo: TestRepository, branch = 'topic'): Promise<Map<string, UnmergedFile>> {
  expect(repo.tryGit(['merge', branch]).code).toBe(1);
  const files = await unmergedFiles(await openRepository(repo.root));
  return new Map(files.map((file) => [file.path, file]));
}

const kinds = (files: Map<string, UnmergedFile>) =>
  Object.fromEntries([...files].map(([path, { kind, side }]) => [path, side ? `${kind} ${side}` : kind]));

describe('unmergedFiles', () => {
  it('tells the kinds of conflicts between plain files apart', async () => {
    const binary = (end: number) => Buffer.from([0x89, 0, 1, 2, end]);
    const latin = (letter: number) => Buffer.from([...Buffer.from('caf'), letter, 10]);
    const files = await conflictsOf(
      diverged({
        'both.txt': three,
        'added.txt': { ours: 'ours\n', theirs: 'theirs\n' },
        'gone-here.txt': { base: 'x\n', theirs: 'y\n' },
        'gone-there.txt': { base: 'x\n', ours: 'y\n' },
        'image.png': { base: binary(1), ours: binary(2), theirs: binary(3) },
        'latin.txt': { base: latin(0xe9), ours: latin(0xe8), theirs: latin(0xea) },
        'attribute.lock': three,
        '.gitattributes': { base: '*.lock -merge\n', ours: '*.lock -merge\n', theirs: '*.lock -merge\n' },
        'clean.txt': { base: '1\n2\n3\n4\n', ours: '0\n2\n3\n4\n', theirs: '1\n2\n3\n5\n' },
      }),
    );
    expect(kinds(files)).toEqual({
      'both.txt': 'both-modified',
      'added.txt': 'both-added',
      'gone-here.txt': 'modify-delete left',
      'gone-there.txt': 'modify-delete right',
      'image.png': 'binary',
      'latin.txt': 'not-utf8',
      'attribute.lock': 'binary',
    });
    expect(files.get('both.txt')?.texts).toEqual({ base: three.base, left: three.ours, right: three.theirs });
    expect(files.get('added.txt')?.texts).toEqual({ left: 'ours\n', right: 'theirs\n' });
    expect(files.get('image.png')?.texts).toBeUndefined();
    expect(files.get('gone-here.txt')?.title).toBe('deleted by ours, modified by theirs');
  });

  it('keeps BOM, CRLF and a missing last line end in the texts', async () => {
    const odd = (word: string) => `\ufeffa\r\n${word}\r\nb`;
    const files = await conflictsOf(diverged({ 'odd.txt': { base: odd('1'), ours: odd('2'), theirs: odd('3') } }));
    expect(files.get('odd.txt')?.texts).toEqual({ base: odd('1'), left: odd('2'), right: odd('3') });
  });

  it('reads paths with spaces, quotes, accents, line ends and glob signs, and narrows to them literally', async () => {
    const paths = ['a b.txt', 'q"uote.txt', 'é/ü.txt', 'line\nend.txt', '*.txt', '-dash.txt', 'tab\t.txt'];
    const repo = diverged(Object.fromEntries(paths.map((path) => [path, three])));
    const files = await conflictsOf(repo);
    expect([...files.keys()].sort()).toEqual([...paths].sort());
    for (const { texts } of files.values()) expect(texts?.left).toBe(three.ours);
    const opened = await openRepository(repo.root);
    expect(await unmergedPaths(opened, { paths: ['*.txt'] })).toEqual(['*.txt']);
    expect(await unmergedPaths(opened, { paths: ['é'] })).toEqual(['é/ü.txt']);
  });

  it('reads the marker size from attributes', async () => {
    const attributes = '*.txt conflict-marker-size=14\n';
    const files = await conflictsOf(
      diverged({ 'a.txt': three, '.gitattributes': { base: attributes, ours: attributes, theirs: attributes } }),
    );
    expect(files.get('a.txt')?.attributes).toMatchObject({ markerSize: 14, binary: false });
  });

  it('names links and modes', async () => {
    const repo = repository();
    repo.write('mode.sh', 'x\n');
    symlinkSync('one', repo.at('link'));
    repo.commit('Start');
    const change = (branch: string, target: string, mode: number) => {
      repo.git('checkout', '-q', '-B', branch, 'main');
      unlinkSync(repo.at('link'));
      symlinkSync(target, repo.at('link'));
      repo.write('new.sh', 'same\n');
      chmodSync(repo.at('new.sh'), mode);
      repo.commit(`On ${branch}`);
    };
    change('here', 'two', 0o644);
    change('there', 'three', 0o755);
    repo.git('checkout', '-q', 'here');
    const files = await conflictsOf(repo, 'there');
    expect(kinds(files)).toEqual({ link: 'symlink', 'new.sh': 'mode' });
  });

  it('names both new paths of a file that each side renamed', async () => {
    const repo = repository();
    repo.write('old.txt', three.base);
    repo.commit('Start');
    for (const branch of ['there', 'here']) {
      repo.git('checkout', '-q', '-B', branch, 'main');
      repo.git('mv', 'old.txt', `${branch}.txt`);
      repo.commit(`Rename to ${branch}`);
    }
    const files = await conflictsOf(repo, 'there');
    expect(kinds(files)).toEqual({
      'old.txt': 'rename-rename',
      'here.txt': 'rename-rename',
      'there.txt': 'rename-rename',
    });
    expect(files.get('old.txt')?.title).toBe('old.txt renamed to here.txt by ours, to there.txt by theirs');
    expect(files.get('here.txt')?.related).toEqual(['old.txt', 'there.txt']);
  });

  it('tells a rename against a deletion from an edit against one', async () => {
    const repo = repository();
    repo.write('old.txt', three.base);
    repo.commit('Start');
    repo.git('checkout', '-q', '-b', 'there');
    repo.git('rm', '-q', 'old.txt');
    repo.commit('Delete it');
    repo.git('checkout', '-q', 'main');
    repo.git('mv', 'old.txt', 'new.txt');
    repo.commit('Rename it');
    const files = await conflictsOf(repo, 'there');
    expect(kinds(files)).toEqual({ 'new.txt': 'rename-delete right' });
    expect(files.get('new.txt')?.title).toBe('old.txt renamed to new.txt by ours, deleted by theirs');
  });

  it('names a submodule whose commit both sides moved', async () => {
    const inner = repository();
    const [first, second, third] = ['1', '2', '3'].map((name) => {
      inner.git('checkout', '-q', '--orphan', name);
      return inner.commit(name);
    });
    const repo = repository();
    const point = (commit: string | undefined, title: string) => {
      repo.git('update-index', '--add', '--cacheinfo', `160000,${commit},sub`);
      repo.git('commit', '-q', '-m', title);
    };
    point(first, 'Start');
    repo.git('checkout', '-q', '-b', 'there');
    point(second, 'There');
    repo.git('checkout', '-q', 'main');
    point(third, 'Here');
    expect(kinds(await conflictsOf(repo, 'there'))).toEqual({ sub: 'submodule' });
  });
});
