/** What is remembered of the user's editing: places in code, and nothing of files that hold secrets. */
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { Completer } from '../../server/complete/complete.ts';
import { RecentEdits } from '../../server/complete/context/recent.ts';
import { Workspaces } from '../../server/lsp/workspaces.ts';
import { folder } from '../support/repositories.ts';

it('remembers edits of code only', async () => {
  const root = folder();
  const recent = new RecentEdits();
  const completer = {
    services: { types: { open: async () => ({ notes: [] }) } },
    workspace: async () => ({ index: { files: new Map(), notes: [] }, recent }),
  } as unknown as Completer; // only what a workspace asks of it
  const hooks = { folders: () => [root], status: () => undefined, log: () => undefined };
  const workspaces = new Workspaces(hooks, async () => completer);
  await workspaces.open(join(root, 'a.ts'));
  await workspaces.settled(root, AbortSignal.timeout(5000));
  for (const name of ['.env', 'deep/.env.local', 'credentials.ts', '.npmrc', 'notes.txt', 'a.ts'])
    workspaces.noteEdit(join(root, name), `text of ${name}\n`, 0);
  await new Promise((next) => setTimeout(next, 10));
  expect(recent.edits.map(({ path }) => path)).toEqual(['a.ts']);
});
