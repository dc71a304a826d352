/** A conflict that git wrote anew after Mortise had resolved it: undo speaks of what lies there now. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { run as choose } from '../../server/cli/choose.ts';
import { run as undo } from '../../server/cli/undo.ts';
import { command, merging, openCase } from '../support/repositories.ts';

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
