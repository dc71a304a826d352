/** What a client asks before it goes on: which conflict markers the commit would hold; and that staging works where it has its own rules. */
import { afterEach, expect, it } from 'vitest';
import { type RepositoryView, requests, type StagedMarkersView } from '../../server/lsp/protocol.ts';
import { diverged, merging, openCase } from '../support/repositories.ts';
import { Conversation } from './conversation.ts';

const open: Conversation[] = [];
afterEach(async () => {
  for (const client of open.splice(0)) await client.stop();
});

async function talk(root: string, options = {}): Promise<Conversation> {
  const client = await Conversation.start(root, options);
  open.push(client);
  return client;
}

it('names staged markers with their file, and the file becomes a conflict again', { timeout: 20_000 }, async () => {
  const repo = merging({ t: openCase, 'src/u.ts': openCase });
  repo.git('add', 'src/u.ts');
  repo.write('t', openCase.ours);
  repo.git('add', 't');
  const client = await talk(repo.root);
  const ask = () => client.request<StagedMarkersView>(requests.stagedMarkers, { root: repo.root });
  const views = () => client.request<RepositoryView[]>(requests.repository, { fresh: true });
  expect((await views())[0]?.files).toEqual([]);
  const { marks } = await ask();
  expect(marks).toMatchObject([{ path: 'src/u.ts', line: 1, half: false, reopens: true }]);
  expect(marks[0]?.uri).toMatch(/src\/u\.ts$/);
  const was = repo.read('src/u.ts');
  await client.request(requests.fileAction, { root: repo.root, path: 'src/u.ts', action: 'reopen' });
  expect((await views())[0]?.files.map(({ path }) => path)).toEqual(['src/u.ts']);
  expect(repo.read('src/u.ts')).toBe(was);
  repo.write('src/u.ts', openCase.theirs);
  repo.git('add', 'src/u.ts');
  expect(await ask()).toEqual({ marks: [] });
});

it('answers an error where it may not look', { timeout: 20_000 }, async () => {
  const repo = merging({ t: openCase });
  const untrusted = await talk(repo.root, { untrusted: true });
  const asked = (root: string) => untrusted.request(requests.stagedMarkers, { root });
  await expect(asked(repo.root)).rejects.toThrow(/not trusted/);
  const client = await talk(repo.root);
  await expect(client.request(requests.stagedMarkers, { root: '/nowhere' })).rejects.toThrow(/is not a repository/);
});

it('stages outside of a sparse checkout, also what is gone', { timeout: 20_000 }, async () => {
  const repo = diverged({ 'in/t': openCase, 'out/t': openCase, 'out/u': { base: 'a\n', ours: 'b\n' } });
  repo.git('sparse-checkout', 'set', 'in');
  repo.tryGit(['merge', 'topic']);
  const client = await talk(repo.root);
  const act = (path: string, action: string) => client.request(requests.fileAction, { root: repo.root, path, action });
  for (const path of ['in/t', 'out/t']) await act(path, 'keep-left');
  await act('out/u', 'keep-right');
  for (const path of ['in/t', 'out/t', 'out/u']) await act(path, 'stage');
  expect(repo.git('ls-files', '-u')).toBe('');
  expect(repo.git('ls-files')).toBe('in/t\nout/t');
});

it('tells whose the sides are after switch -m', { timeout: 20_000 }, async () => {
  const repo = diverged({ t: openCase });
  repo.write('t', 'mine\n');
  repo.git('switch', '-m', 'topic');
  const client = await talk(repo.root);
  const [view] = await client.request<RepositoryView[]>(requests.repository, { fresh: true });
  expect(view?.operation).toMatchObject({
    kind: 'none',
    onlyCopy: 'right',
    right: expect.stringContaining('no other copy'),
  });
});
