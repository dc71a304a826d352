/** What the server knows of a work tree is what git says after it was asked to look, also while an older look is under way. */
import { execFileSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { expect, it } from 'vitest';
import { Repositories } from '../../server/lsp/repositories.ts';
import { folder, merging, openCase } from '../support/repositories.ts';

/** A git that answers `ls-files` late: what it says is of the moment it was asked. */
function slowGit(): { readonly path: string; readonly asked: string } {
  const at = folder();
  const real = execFileSync('sh', ['-c', 'command -v git'], { encoding: 'utf8' }).trim();
  const asked = join(at, 'asked');
  const script = `#!/bin/sh
case "$*" in
  *ls-files*) out=$('${real}' "$@" | base64); touch '${asked}'; sleep 1; printf '%s' "$out" | base64 -d ;;
  *) exec '${real}' "$@" ;;
esac
`;
  writeFileSync(join(at, 'git'), script, { mode: 0o755 });
  return { path: at, asked };
}

it.skipIf(process.platform === 'win32')('a second look does not take the answer of the first', async () => {
  const repo = merging({ t: openCase });
  const repositories = new Repositories(
    () => undefined,
    () => undefined,
  );
  await repositories.enter(repo.root);
  expect([...(repositories.all()[0]?.files.keys() ?? [])]).toEqual(['t']);
  const { path, asked } = slowGit();
  const before = process.env['PATH'];
  process.env['PATH'] = `${path}${delimiter}${before}`;
  try {
    const first = repositories.refresh();
    while (!existsSync(asked)) await new Promise((done) => setTimeout(done, 20));
    process.env['PATH'] = before;
    repo.git('add', 't');
    await Promise.all([first, repositories.refresh()]);
  } finally {
    process.env['PATH'] = before;
  }
  expect([...(repositories.all()[0]?.files.keys() ?? [])]).toEqual([]);
  repositories.dispose();
});
