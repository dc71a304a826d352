/** A conflict that git wrote anew after Mortise had resolved it: undo speaks of what lies there now. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { run as choose } from '../../server/cli/choose.ts';
import { run as review } from '../../server/cli/review.ts';
import { run as undo } from '../../server/cli/undo.ts';
import { command, diverged, merging, openCase } from '../support/repositories.ts';

const chosen = () => {
  const repo = merging({ t: openCase });
  const text = () => readFileSync(join(repo.root, 't'), 'utf8');
  const take = () => command(choose, repo.root, ['t', 'ours']);
  return { repo, text, take, back: () => command(undo, repo.root, ['t']) };
};

it.each([[[]], [['--conflict=diff3']]])(
  'undoes what was chosen after `checkout --merge` %s, and nothing else is decided',
  async (style) => {
    const { repo, text, take, back } = chosen();
    await take();
    repo.git('checkout', '--merge', ...style, '--', 't');
    const anew = text();
    await take();
    const { code, out } = await back();
    expect([code, out]).toEqual([0, 't: conflict restored\n']);
    expect(text()).toBe(anew);
  },
);

it('takes the conflict that git wrote anew for undone', async () => {
  const { repo, text, take, back } = chosen();
  await take();
  repo.git('checkout', '--merge', '--', 't');
  const anew = text();
  expect(await back()).toMatchObject({ code: 0, out: 't: already the conflict as git wrote it\n' });
  expect(text()).toBe(anew);
  expect(await back()).toMatchObject({ code: 0, out: 't: already the conflict as git wrote it\n' });
});

it('still refuses where the file was edited', async () => {
  const { repo, take, back } = chosen();
  await take();
  repo.git('checkout', '--merge', '--', 't');
  repo.write('t', `${readFileSync(join(repo.root, 't'), 'utf8')}// more\n`);
  expect((await back()).code).toBe(2);
});

/** Three conflicts; in the second both sides add the same line as well, which some styles leave out of it. */
function three() {
  const text = (a: string, b: string, c: string) =>
    `one = ${a}\n${'// one\n'.repeat(5)}${b}${'// two\n'.repeat(5)}three = ${c}\n`;
  const repo = merging({
    t: {
      base: text('0', '', '0'),
      ours: text('1', 'same\ntwo = 1\n', '1'),
      theirs: text('2', 'same\ntwo = 2\n', '2'),
    },
  });
  const undone = () => command(undo, repo.root, ['t']);
  return { repo, take: (line: string) => command(choose, repo.root, [`t:${line}`, 'ours']), undone };
}

const lineOf = (repo: { root: string }, text: string) =>
  String(readFileSync(join(repo.root, 't'), 'utf8').split('\n').indexOf(text) + 1);

it.each(['merge', 'diff3', 'zdiff3'])('knows the conflict written anew in another style (%s)', async (style) => {
  const { repo, take, undone } = three();
  await take(lineOf(repo, 'one = 1'));
  repo.git('checkout', `--conflict=${style}`, '--', 't');
  expect(await undone()).toMatchObject({ code: 0, out: 't: already the conflict as git wrote it\n' });
  expect((await command(review, repo.root, [])).out).toContain('\n0 resolutions, ');
});

it('takes all back where git wrote the conflict anew in between', async () => {
  const { repo, take, undone } = three();
  await take(lineOf(repo, 'three = 1'));
  await take(lineOf(repo, 'one = 1'));
  repo.git('checkout', '--merge', '--', 't');
  await take(lineOf(repo, 'one = 1'));
  expect((await undone()).out).toBe('t: conflict restored\n');
  expect((await command(review, repo.root, [])).out).toContain('\n0 resolutions, ');
});

it('says what stays decided where two conflicts have one text', async () => {
  const text = (n: string) => `x = ${n}\n${'// one\n'.repeat(5)}x = ${n}\n${'// two\n'.repeat(5)}y = ${n}\n`;
  const repo = merging({ t: { base: text('0'), ours: text('1'), theirs: text('2') } });
  await command(choose, repo.root, ['t:1', 'ours']);
  repo.write('t', readFileSync(join(repo.root, 't'), 'utf8').replace('// two', '// mine'));
  await command(choose, repo.root, [`t:${lineOf(repo, 'y = 1')}`, 'ours']);
  expect((await command(undo, repo.root, ['t'])).out).toContain('decided before your edit, and so still: line 1');
});

it('leaves the log of an earlier merge as it is', async () => {
  const repo = merging({ t: openCase });
  await command(choose, repo.root, ['t', 'ours']);
  repo.commit('Merge');
  repo.git('branch', '-D', 'topic');
  diverged({ t: openCase }, repo);
  repo.tryGit(['merge', 'topic']);
  await command(choose, repo.root, ['t', 'ours']);
  repo.git('checkout', '--merge', '--', 't');
  await command(undo, repo.root, ['t']);
  const log = readFileSync(join(repo.root, '.git/mortise/log.jsonl'), 'utf8').trim().split('\n');
  expect(log.map((line) => JSON.parse(line).undone === true)).toEqual([false, true]);
});
