/** What is printed to be typed next: pasted as it stands, it commits what was meant, and never a conflict marker. */
import { execFileSync } from 'node:child_process';
import { chmodSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { run as check } from '../../server/cli/check.ts';
import { run as choose } from '../../server/cli/choose.ts';
import { run as resolve } from '../../server/cli/resolve.ts';
import { run as undo } from '../../server/cli/undo.ts';
import {
  command,
  diverged,
  folder,
  merging,
  openCase,
  repository,
  type TestRepository,
} from '../support/repositories.ts';

const two = { t: openCase, u: openCase };

/** Types what stands behind "then:" as a shell would. */
function paste(repo: TestRepository, out: string): void {
  const line = /^ .*, then: (.*)$/m.exec(out)?.[1];
  execFileSync('sh', ['-c', line ?? 'false'], { cwd: repo.root, stdio: 'pipe' });
}

function stashed(): TestRepository {
  const repo = diverged({ t: openCase, u: openCase });
  for (const path of ['t', 'u']) repo.write(path, openCase.theirs);
  repo.git('stash');
  for (const path of ['t', 'u']) repo.write(path, openCase.base);
  repo.commit('Go back');
  repo.tryGit(['stash', 'pop']);
  return repo;
}

function switched(): TestRepository {
  const repo = diverged({ t: openCase, u: openCase });
  for (const path of ['t', 'u']) repo.write(path, 'mine\n');
  repo.git('switch', '-m', 'topic');
  return repo;
}

it('a divider that was left alone and staged is named, and no underline of a heading is', async () => {
  const repo = merging(two);
  repo.write('u', `one\n=======\n${openCase.theirs}`);
  repo.write('t', `${openCase.theirs}=======\n`);
  repo.git('add', 't', 'u');
  const staged = await command(check, repo.root, []);
  // Under the last line of a side stood git's own divider.
  expect(staged.out).toMatch(/^u:2: half a conflict marker is staged$/m);
  expect((await command(resolve, repo.root, [])).out).not.toMatch(/--continue/);
  repo.write('u', `Title\n=======\n\n${openCase.theirs}`);
  repo.write('t', openCase.ours);
  repo.git('add', 't', 'u');
  expect((await command(check, repo.root, [])).out).toBe('');
});

it.each([
  ['a merge', () => merging(two)],
  ['a stash pop', stashed],
  ['switch -m', switched],
])('after %s, markers that are staged are named, and nothing says to go on', async (_, make) => {
  const repo = make();
  repo.git('add', 'u');
  const expectNamed = (out: string) => {
    expect(out).toContain('! u:1: conflict markers are staged, and would be committed');
    expect(out).toContain('the conflict back: mortise undo --force u\n');
    expect(out).not.toMatch(/then: git|--continue|go on:/);
  };
  const chosen = await command(choose, repo.root, ['t', 'ours']);
  expectNamed(chosen.out);
  const listed = await command(resolve, repo.root, []);
  expectNamed(listed.out);
  expect(listed.code).toBe(1);
  // Also where git takes no path for unmerged any more.
  repo.git('add', 't');
  const calm = await command(resolve, repo.root, []);
  expectNamed(calm.out);
  expect(calm.code).toBe(1);
  expect((await command(undo, repo.root, ['--force', 'u'])).code).toBe(0);
  const last = await command(choose, repo.root, ['u', 'ours']);
  paste(repo, last.out);
  expect((await command(check, repo.root, [])).code).toBe(0);
});

it('looks for staged markers once, and reports them', async () => {
  const repo = merging(two);
  repo.git('add', 'u');
  const trace = join(folder(), 'trace');
  process.env['GIT_TRACE'] = trace;
  const { code, out } = await command(resolve, repo.root, ['--json', 't']).finally(
    () => delete process.env['GIT_TRACE'],
  );
  expect(readFileSync(trace, 'utf8').match(/diff-index --cached/g)).toHaveLength(1);
  expect(JSON.parse(out)).toMatchObject({ open: 1, stagedMarkers: [{ path: 'u', line: 1, half: false }] });
  expect(code).toBe(1);
  const text = join(folder(), 'trace');
  process.env['GIT_TRACE'] = text;
  await command(resolve, repo.root, []).finally(() => delete process.env['GIT_TRACE']);
  expect(readFileSync(text, 'utf8').match(/diff-index --cached/g)).toHaveLength(1);
});

it('markers staged before the first commit are named', async () => {
  const repo = repository();
  repo.write('m', '<<<<<<< a\n1\n=======\n2\n>>>>>>> b\n');
  repo.git('add', 'm');
  const { code, out } = await command(resolve, repo.root, []);
  expect(out).toContain('! m:1: conflict markers are staged');
  expect(out).toContain('or, finished by hand: git add m\n');
  expect(out).not.toContain('mortise undo');
  expect(code).toBe(1);
});

const work = { base: 'work\n', ours: 'work\n', theirs: 'work\n' };

it('pasted, it commits no other work that lies in the tree, and says of it that it is left out', async () => {
  const repo = merging({ 'a b*.ts': openCase, other: work });
  repo.write('other', 'half done\n');
  const { out } = await command(choose, repo.root, ['a b*.ts', 'ours']);
  expect(out).toContain('changed too, and not staged by that: other\n');
  paste(repo, out);
  expect(repo.git('rev-list', '--count', '--merges', 'HEAD')).toBe('1');
  expect(repo.git('show', 'HEAD:other')).toBe('work');
  expect(repo.git('status', '--short')).toBe(' M other');
});

it.each([false, true])('many paths are staged by one command, with other work in the tree: %s', async (dirty) => {
  const paths = Array.from({ length: 9 }, (_, i) => `f ${i}`);
  const repo = merging({ ...Object.fromEntries(paths.map((path) => [path, openCase])), other: work });
  if (dirty) repo.write('other', 'half done\n');
  for (const path of paths.slice(1)) await command(choose, repo.root, [path, 'ours']);
  const { out } = await command(choose, repo.root, ['f 0', 'theirs']);
  expect(out.includes('git add -u')).toBe(!dirty);
  paste(repo, out);
  expect(repo.git('rev-list', '--count', '--merges', 'HEAD')).toBe('1');
  expect(repo.git('status', '--short')).toBe(dirty ? ' M other' : '');
  expect(repo.git('show', 'HEAD:f 0')).toBe(openCase.theirs.trim());
});

it.each(['cherry-pick', 'revert'])(
  'of a %s of which nothing is left it says to leave it out, and git does',
  async (what) => {
    const repo = diverged({ t: openCase, u: openCase });
    if (what === 'cherry-pick') repo.tryGit(['cherry-pick', 'topic']);
    else {
      // Of what topic did nothing is here: taking it back meets ours.
      repo.write('t', openCase.ours);
      repo.tryGit(['revert', 'topic']);
    }
    const chosen = [];
    for (const path of ['t', 'u']) chosen.push(await command(choose, repo.root, [path, 'ours']));
    const told = /^ {2}nothing of it is left to commit: .*To leave it out: (.*)$/m;
    expect(chosen.at(-1)?.out).toMatch(told);
    repo.git('add', 't', 'u');
    const { out } = await command(resolve, repo.root, []);
    expect(out).toMatch(told);
    expect(out).not.toContain('--continue');
    execFileSync('sh', ['-c', told.exec(out)?.[1] ?? 'false'], { cwd: repo.root, stdio: 'pipe' });
    expect(repo.git('status', '--porcelain')).toBe('');
  },
);

it('of a cherry-pick of which something is left it says to continue', async () => {
  const repo = diverged({ t: openCase });
  repo.tryGit(['cherry-pick', 'topic']);
  const { out } = await command(choose, repo.root, ['t', 'theirs']);
  expect(out).toContain('git cherry-pick --continue');
});

it.each([
  ['its mode', (repo: TestRepository) => chmodSync(join(repo.root, 't'), 0o755)],
  ['what was written elsewhere instead', (repo: TestRepository) => repo.write('u', 'the edit\n')],
  ['what was written into a file of its own', (repo: TestRepository) => repo.write('new/v', 'the edit\n')],
])('nothing is left out of a cherry-pick that has more: %s', async (_, more) => {
  const repo = diverged({ t: openCase });
  repo.write('u', 'plain\n');
  repo.commit('Have more');
  repo.tryGit(['cherry-pick', 'topic']);
  more(repo);
  const { out } = await command(choose, repo.root, ['t', 'ours']);
  expect(out).toContain('git cherry-pick --continue');
  expect(out).not.toContain('--skip');
});
