/** What the hover of a rebase's later stop says of the base, which is another commit of the user's own: never more than git proves. */
import { writeFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import type { Hover } from 'vscode-languageserver/node';
import { TestRepository } from '../editor/repositories.ts';
import { Conversation } from './conversation.ts';

const open: { stop(): Promise<void>; remove(): void }[] = [];

afterEach(async () => {
  for (const { stop, remove } of open.splice(0)) {
    await stop();
    remove();
  }
});

const numbers = (changed: Record<number, string> = {}) =>
  Array.from({ length: 24 }, (_, i) => `line ${changed[i] ?? i}\n`).join('');

/** The user's branch and main, ready to be rebased. */
function branches(own: (repo: TestRepository) => void, main: Record<string, string>): TestRepository {
  const repo = new TestRepository();
  repo.commit('Start', { 'a.txt': numbers() });
  repo.git('checkout', '-q', '-b', 'feature');
  own(repo);
  repo.git('checkout', '-q', 'main');
  repo.commit('Edit on main', main);
  repo.git('checkout', '-q', 'feature');
  repo.stops('rebase', 'main');
  return repo;
}

function goOn(repo: TestRepository, path: string, text: string): void {
  writeFileSync(repo.path(path), text);
  repo.git('add', path);
  repo.stops('-c', 'core.editor=true', 'rebase', '--continue');
}

async function hoverIn(repo: TestRepository, path: string): Promise<string> {
  const client = await Conversation.start(repo.root);
  open.push({ stop: () => client.stop(), remove: () => repo.remove() });
  const uri = await client.open(repo.path(path));
  const place = client.place(uri, client.text(uri).indexOf('======='));
  const { contents } = await client.request<Hover>('textDocument/hover', place);
  const { value } = contents as { value: string };
  expect(value).toContain('### Conflict');
  return value;
}

const decided =
  /The base here is your own earlier commit \S+ First, and the upstream never edited these lines: what differs from it in main was decided when git came to that commit\./;
const either =
  /The base here is your own earlier commit \S+ First: what differs from it in main may be an edit of the upstream, or what was decided when git came to that commit\./;

describe('the base of a rebase’s later stop', { timeout: 60_000 }, () => {
  it('tells that it was decided where main has the lines as they were, and the user took main for the file', async () => {
    const repo = branches(
      (own) => {
        own.commit('First', { 'a.txt': numbers({ 4: 'mine', 15: 'own' }) });
        own.commit('Second', { 'a.txt': numbers({ 4: 'mine, again', 15: 'own' }) });
      },
      { 'a.txt': numbers({ 15: 'upstream' }) },
    );
    expect(await hoverIn(repo, 'a.txt')).not.toContain('your own earlier commit');
    goOn(repo, 'a.txt', numbers({ 15: 'upstream' }));
    expect(await hoverIn(repo, 'a.txt')).toMatch(decided);
  });

  it('does not take an edit of main for what the user decided in the same lines', async () => {
    const repo = branches(
      (own) => {
        own.commit('First', { 'a.txt': numbers({ 4: 'mine' }) });
        own.commit('Second', { 'a.txt': numbers({ 4: 'mine, again' }) });
      },
      { 'a.txt': numbers({ 4: 'upstream' }) },
    );
    goOn(repo, 'a.txt', numbers({ 4: 'upstream' }));
    expect(await hoverIn(repo, 'a.txt')).toMatch(either);
  });

  it('does not take an edit of main in the line beside for what the user decided', async () => {
    const repo = branches(
      (own) => {
        own.commit('First', { 'a.txt': numbers({ 4: 'mine', 5: 'mine', 15: 'own' }) });
        own.commit('Second', { 'a.txt': numbers({ 4: 'mine, again', 5: 'mine', 15: 'own' }) });
      },
      { 'a.txt': numbers({ 5: 'upstream', 15: 'upstream' }) },
    );
    goOn(repo, 'a.txt', numbers({ 5: 'upstream', 15: 'upstream' }));
    expect(await hoverIn(repo, 'a.txt')).toMatch(either);
  });

  it('says nothing where the earlier commit was replayed as it is, and main edited beside it', async () => {
    const repo = branches(
      (own) => {
        own.commit('First', { 'a.txt': numbers({ 8: 'mine' }) });
        own.commit('Second', { 'a.txt': numbers({ 6: 'all', 7: 'all', 8: 'all' }) });
      },
      { 'a.txt': numbers({ 6: 'upstream' }) },
    );
    const value = await hoverIn(repo, 'a.txt');
    expect(value).toContain('+ line upstream');
    expect(value).not.toContain('your own earlier commit');
  });

  it('says nothing where the earlier commit only renamed the file', async () => {
    const repo = branches(
      (own) => {
        own.git('mv', 'a.txt', 'b.txt');
        own.git('commit', '-q', '-m', 'First');
        own.commit('Second', { 'b.txt': numbers({ 4: 'mine' }) });
      },
      { 'a.txt': numbers({ 4: 'upstream' }) },
    );
    const value = await hoverIn(repo, 'b.txt');
    expect(value).toContain('+ line upstream');
    expect(value).not.toContain('your own earlier commit');
  });

  it('tells that it was decided where main has the lines as they were, and the user skipped the commit', async () => {
    const repo = branches(
      (own) => {
        own.commit('First', { 'a.txt': numbers({ 4: 'mine', 15: 'own' }) });
        own.commit('Second', { 'a.txt': numbers({ 4: 'mine, again', 15: 'own' }) });
      },
      { 'a.txt': numbers({ 15: 'upstream' }) },
    );
    repo.stops('rebase', '--skip');
    expect(await hoverIn(repo, 'a.txt')).toMatch(decided);
  });
});
