/** What a client asks before it goes on, beside markers in the index: files that are no longer what is staged of them. */
import { pathToFileURL } from 'node:url';
import { afterEach, expect, it } from 'vitest';
import { type RepositoryView, requests, type UnsettledView } from '../../server/lsp/protocol.ts';
import { merging, openCase } from '../support/repositories.ts';
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

it('names what was undone, not saved or changed since it was staged, and nothing else', {
  timeout: 30_000,
}, async () => {
  const repo = merging({ t: openCase, u: openCase, v: openCase, w: openCase });
  const conflict = repo.read('t');
  const client = await talk(repo.root);
  const uri = await client.open(repo.at('t'));
  for (const path of ['t', 'u', 'v', 'w']) repo.write(path, openCase.theirs);
  repo.git('add', '-A');
  const whole = (text: string) => client.change(uri, 0, client.text(uri).length, text);
  await whole(openCase.theirs);
  await client.request<RepositoryView[]>(requests.repository, { fresh: true });
  const ask = async (unsaved?: string[]) =>
    (
      await client.request<UnsettledView>(requests.unsettled, { root: repo.root, ...(unsaved ? { unsaved } : {}) })
    ).files.map(({ path, why, line }) => (line === undefined ? { path, why } : { path, why, line }));
  expect(await ask()).toEqual([]);
  expect(await ask([])).toEqual([]);
  // Undo in the editor: the disk and the index hold the resolution.
  await whole(conflict);
  const line = conflict.split('\n').findIndex((one) => one.startsWith('<<<<<<<')) + 1;
  expect(await ask()).toEqual([{ path: 't', why: 'markers', line }]);
  expect(await ask([uri])).toEqual([{ path: 't', why: 'markers', line }]);
  await whole(`${openCase.theirs}more\n`);
  expect(await ask()).toEqual([{ path: 't', why: 'unsaved' }]);
  await whole(openCase.theirs);
  // On disk, by another program or saved since.
  repo.write('u', conflict);
  repo.write('v', `${openCase.theirs}more\n`);
  expect(await ask([])).toEqual([
    { path: 'u', why: 'markers', line },
    { path: 'v', why: 'changed' },
  ]);
  await client.request(requests.fileAction, { root: repo.root, path: 'v', action: 'stage' });
  expect(repo.git('show', ':v')).toContain('more');
  expect((await ask([])).map(({ path }) => path)).toEqual(['u']);
});

it('sees a conflict in an open file that git no longer counts', { timeout: 30_000 }, async () => {
  const repo = merging({ t: openCase });
  repo.write('t', openCase.theirs);
  repo.write('other', 'a\nb\n');
  repo.git('add', '-A');
  const client = await talk(repo.root);
  const uri = await client.open(repo.at('other'));
  await client.change(uri, 0, 0, '<<<<<<< ours\nx\n=======\ny\n>>>>>>> theirs\n');
  const ask = () => client.request<UnsettledView>(requests.unsettled, { root: repo.root, unsaved: [uri] });
  expect((await ask()).files).toEqual([
    { uri: pathToFileURL(repo.at('other')).href, path: 'other', why: 'markers', line: 1 },
  ]);
});

it('answers an error where it may not look', { timeout: 20_000 }, async () => {
  const repo = merging({ t: openCase });
  const untrusted = await talk(repo.root, { untrusted: true });
  await expect(untrusted.request(requests.unsettled, { root: repo.root })).rejects.toThrow(/not trusted/);
  const client = await talk(repo.root);
  await expect(client.request(requests.unsettled, { root: '/nowhere' })).rejects.toThrow(/is not a repository/);
});
