/** A path that was removed or staged by hand, with `git rm` or `git add`, is in conflict again after `undo`, as git had left it. */
import { existsSync, readFileSync, symlinkSync } from 'node:fs';
import { expect, it } from 'vitest';
import { run as undo } from '../../server/cli/undo.ts';
import { command, repository, type TestRepository } from '../support/repositories.ts';

const lines = (middle: string) => `a\nb\nc\n${middle}\nd\ne\nf\n`;

/** A merge that stops on a path of every kind; `other` is staged and edited beside them. */
function stopped(): TestRepository {
  const repo = repository();
  for (const path of ['text', 'dir/ours gone', 'theirs gone', 'bin']) repo.write(path, lines(path));
  repo.write('bin', Buffer.from([0, 1, 2]));
  repo.write('other', 'other\n');
  symlinkSync('base', repo.at('link'));
  repo.commit('Start');
  const branch = (name: string, gone: string, kept: string) => {
    repo.write('text', lines(name));
    repo.git('rm', '-q', gone, 'link');
    repo.write(kept, lines(name));
    repo.write('bin', Buffer.from([0, 1, 2, name.length]));
    symlinkSync(name, repo.at('link'));
    repo.commit(name);
  };
  repo.git('checkout', '-q', '-b', 'topic');
  branch('topic', 'theirs gone', 'dir/ours gone');
  repo.git('checkout', '-q', 'main');
  branch('main', 'dir/ours gone', 'theirs gone');
  expect(repo.tryGit(['merge', 'topic']).code).toBe(1);
  repo.write('other', 'staged\n');
  repo.git('add', 'other');
  repo.write('other', 'edited\n');
  return repo;
}

const paths = ['text', 'dir/ours gone', 'theirs gone', 'bin', 'link'];

const found = (repo: TestRepository, path: string) =>
  !existsSync(repo.at(path)) ? undefined : readFileSync(repo.at(path), 'latin1').replace(/^([<>]{7}) .*$/gm, '$1');

it.each(paths)('%s: removed by hand, without --force', async (path) => {
  const repo = stopped();
  const [index, status, bytes] = [repo.index(), repo.git('status', '--porcelain'), found(repo, path)];
  const link = path === 'link' ? repo.git('diff', '--cached', '--name-only') : '';
  repo.git('rm', '-q', '-f', path);
  expect(repo.index()).not.toBe(index);
  expect(await command(undo, repo.root, [path])).toMatchObject({ code: 0, err: '' });
  expect(repo.index()).toBe(index);
  expect(repo.git('status', '--porcelain')).toBe(status);
  expect(found(repo, path)).toBe(bytes);
  if (link !== '') expect(repo.git('diff', '--cached', '--name-only')).toBe(link);
  expect(repo.read('other')).toBe('edited\n');
  expect(repo.git('show', ':other')).toBe('staged');
});

it.each(['dir/ours gone', 'theirs gone'])('%s: staged by hand, with --force', async (path) => {
  const repo = stopped();
  const [index, bytes] = [repo.index(), found(repo, path)];
  repo.write(path, 'mine\n');
  repo.git('add', path);
  expect((await command(undo, repo.root, [path])).code).toBe(2);
  expect(repo.read(path)).toBe('mine\n');
  const { code, out } = await command(undo, repo.root, ['--force', path]);
  expect(code).toBe(0);
  expect(readFileSync(/its bytes before: (.*)\)/.exec(out)?.[1] ?? '', 'utf8')).toBe('mine\n');
  expect(repo.index()).toBe(index);
  expect(found(repo, path)).toBe(bytes);
});

it('what lies there as git left it is said to be that; what is over stays so', async () => {
  const repo = stopped();
  expect((await command(undo, repo.root, ['theirs gone'])).out).toMatch(/already the conflict as git wrote it/);
  for (const path of paths) repo.git('rm', '-q', '-f', path);
  repo.commit('Merge');
  const index = repo.index();
  const { code, err } = await command(undo, repo.root, ['theirs gone']);
  expect(code).toBe(2);
  expect(err).toMatch(/its conflict is over/);
  expect(repo.index()).toBe(index);
});
