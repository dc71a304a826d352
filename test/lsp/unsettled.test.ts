/** What a client asks before it goes on, beside markers in the index: files that are no longer what is staged of them. */
import { utimesSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { afterEach, expect, it } from 'vitest';
import { detailOf, inWords, mustStop, questionOf } from '../../extension/conflicts/unsettledWords.ts';
import { type RepositoryView, requests, type UnsettledView } from '../../server/lsp/protocol.ts';
import { merging, openCase } from '../support/repositories.ts';
import { Conversation } from './conversation.ts';

type Unsettled = UnsettledView['files'][number];

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
    { uri: pathToFileURL(repo.at('other')).href, path: 'other', why: 'markers', line: 1, part: 'operation' },
  ]);
});

/** A merge whose one conflict is settled and staged: `calm` merged by itself, `moved` changed by ours alone, `far` by none. */
function settled() {
  const lines = (first: string, last: string) => `${first}\n2\n3\n4\n5\n6\n${last}\n`;
  const repo = merging({
    t: openCase,
    calm: { base: lines('1', '7'), ours: lines('one', '7'), theirs: lines('1', 'seven') },
    moved: { base: 'a\n', ours: 'a\nb\n', theirs: 'a\n' },
    local: { base: 'a\n', ours: 'a\nb\n', theirs: 'a\n' },
    far: { base: 'far\n', ours: 'far\n', theirs: 'far\n' },
    '.gitignore': { base: 'ignored\n', ours: 'ignored\n', theirs: 'ignored\n' },
  });
  repo.write('t', openCase.theirs);
  repo.git('add', 't');
  return repo;
}

const conflict = '<<<<<<< ours\nx\n=======\ny\n>>>>>>> theirs\n';

it('names what was mended beside the conflicts and is not staged', { timeout: 30_000 }, async () => {
  const repo = settled();
  // Of before git stopped, and the user's own affair.
  repo.write('local', 'mine\n');
  utimesSync(repo.at('local'), 1_000_000_000, 1_000_000_000);
  const client = await talk(repo.root);
  await client.request(requests.repository, { fresh: true });
  const ask = async (unsaved?: string[]) =>
    (
      await client.request<UnsettledView>(requests.unsettled, { root: repo.root, ...(unsaved ? { unsaved } : {}) })
    ).files.map(({ path, why, part }) => ({ path, why, part }));
  expect(await ask()).toEqual([]);
  const uris: string[] = [];
  for (const path of ['calm', 'moved', 'far']) {
    const uri = await client.open(repo.at(path));
    uris.push(uri);
    await client.change(uri, 0, 0, 'more ');
  }
  const all = (why: string) => [
    { path: 'calm', why, part: 'operation' },
    { path: 'moved', why, part: 'outside' },
  ];
  const far = { path: 'far', why: 'unsaved', part: 'outside' };
  expect(await ask(uris)).toEqual([...all('unsaved'), far]);
  expect(await ask()).toEqual([...all('unsaved'), far]);
  for (const path of ['calm', 'moved', 'far']) repo.write(path, `more ${repo.read(path)}`);
  expect(await ask([])).toEqual(all('changed'));
  for (const path of ['calm', 'moved'])
    await client.request(requests.fileAction, { root: repo.root, path, action: 'stage' });
  expect(await ask([])).toEqual([]);
  expect(repo.git('show', ':moved')).toBe('more a\nb');
  repo.git('-c', 'core.editor=true', 'merge', '--continue');
  expect(repo.git('show', 'HEAD:calm')).toMatch(/^more one\n[\s\S]*seven$/);
});

it('leaves alone what git does not track, and tells a conflict of the operation from another', {
  timeout: 30_000,
}, async () => {
  const repo = settled();
  for (const path of ['ignored', 'draft', 'new']) repo.write(path, path === 'new' ? 'a\n' : conflict);
  const client = await talk(repo.root);
  await client.request(requests.repository, { fresh: true });
  const uris = await Promise.all(['ignored', 'draft', 'new', 'far'].map((path) => client.open(repo.at(path))));
  const ask = async (unsaved?: string[]) =>
    (await client.request<UnsettledView>(requests.unsettled, { root: repo.root, ...(unsaved ? { unsaved } : {}) }))
      .files;
  await client.change(uris[2] ?? '', 0, 0, conflict);
  expect(await ask()).toEqual([]);
  expect(await ask(uris.slice(0, 3))).toEqual([]);
  await client.change(uris[3] ?? '', 0, 0, conflict);
  const far = { path: 'far', why: 'markers', line: 1, part: 'outside' };
  expect(await ask(uris)).toEqual([{ uri: uris[3], ...far }]);
  expect((await ask()).map(({ uri: _, ...file }) => file)).toEqual([far]);
  await expect(
    client.request(requests.fileAction, { root: repo.root, path: 'draft', action: 'stage' }),
  ).rejects.toThrow(/not in conflict/);
});

it('says so in words', () => {
  const file = (path: string, part: Unsettled['part'], why: Unsettled['why']): Unsettled => ({
    uri: `file:///r/${path}`,
    path,
    part,
    why,
    ...(why === 'markers' ? { line: 3 } : {}),
  });
  const back = file('a', 'conflict', 'markers');
  const notes = file('notes.md', 'outside', 'markers');
  expect([back, file('a', 'operation', 'markers'), file('a', 'conflict', 'unsaved')].every(mustStop)).toBe(true);
  expect([notes, file('a', 'operation', 'changed'), file('a', 'outside', 'unsaved')].some(mustStop)).toBe(false);
  expect(inWords(back)).toBe('a:3 has conflict markers again');
  expect(questionOf(notes)).toBe('notes.md:3 has conflict markers. Go on without that?');
  expect(detailOf([notes, file('b', 'outside', 'changed')])).toBe(
    'Nothing of notes.md is staged. The commit is made of what is staged.\n\nNor would it have what is in these:\nb was changed and is not staged',
  );
});

it('answers an error where it may not look', { timeout: 20_000 }, async () => {
  const repo = merging({ t: openCase });
  const untrusted = await talk(repo.root, { untrusted: true });
  await expect(untrusted.request(requests.unsettled, { root: repo.root })).rejects.toThrow(/not trusted/);
  const client = await talk(repo.root);
  await expect(client.request(requests.unsettled, { root: '/nowhere' })).rejects.toThrow(/is not a repository/);
});
