/** A partial clone lacks what nobody has asked for yet. Reading its past must fetch nothing: the repository's configuration says how. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, it } from 'vitest';
import { run as choose } from '../../server/cli/choose.ts';
import { pathHistory } from '../../server/git/history.ts';
import { operation } from '../../server/git/operation.ts';
import { openRepository } from '../../server/git/repository.ts';
import { command, folder, repository, TestRepository } from '../support/repositories.ts';

const text = (n: string) => `export function limit() {\n  return ${n};\n}\n`;

it('asks no remote for an earlier version that is not there', async () => {
  const origin = repository();
  origin.git('config', 'uploadpack.allowFilter', 'true');
  origin.write('a.ts', text('1'));
  origin.commit('Start');
  origin.git('checkout', '-q', '-b', 'topic');
  origin.write('a.ts', text('2'));
  origin.commit('Two');
  origin.git('checkout', '-q', 'main');
  for (const n of ['3', '4']) {
    origin.write('a.ts', text(n));
    origin.commit(`Say ${n}`);
  }
  const partial = new TestRepository(join(folder(), 'partial'));
  origin.git('clone', '-q', '--filter=blob:none', pathToFileURL(origin.root).href, partial.root);
  partial.git('branch', '-q', 'topic', 'origin/topic');
  expect(partial.tryGit(['merge', 'topic']).code).toBe(1);
  const called = join(partial.root, '..', 'called');
  partial.git('config', 'remote.origin.uploadpack', `touch '${called}'; git-upload-pack`);
  const opened = await openRepository(partial.root);
  const past = await pathHistory(opened, await operation(opened), 'a.ts');
  expect(past.history.left).toHaveLength(2);
  // Unknown, which is not the same as none: git of some versions ends where it may not fetch.
  expect(past.former?.left ?? []).toEqual([]);
  expect((await command(choose, partial.root, ['a.ts'])).out).toContain('takes theirs');
  expect(existsSync(called)).toBe(false);
  // The trap is one: git by itself falls into it.
  partial.tryGit(['cat-file', '-p', 'main~1:a.ts']);
  expect(existsSync(called)).toBe(true);
});
