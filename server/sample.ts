/** The built-in sample: a real repository whose merge git cannot finish. The CLI's demo and the editor's first run show it. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { runGit } from './git/git.ts';
import { sampleFiles } from './sampleFiles.ts';

/** Builds the two branches and starts the merge. @returns what git said when it stopped. */
export async function makeSample(folder: string): Promise<string> {
  const who = { GIT_AUTHOR_EMAIL: 'demo@example.com', GIT_COMMITTER_EMAIL: 'demo@example.com' };
  const git = async (person: string, day: number, ...args: string[]) => {
    const date = `2026-03-${String(day).padStart(2, '0')}T10:00:00Z`;
    const env = {
      ...who,
      GIT_AUTHOR_NAME: person,
      GIT_COMMITTER_NAME: person,
      GIT_AUTHOR_DATE: date,
      GIT_COMMITTER_DATE: date,
    };
    const answer = await runGit(folder, ['-c', 'commit.gpgsign=false', '-c', 'core.autocrlf=false', ...args], {
      env,
      writes: true,
      ok: [0, 1],
    });
    return answer.stdout.toString('utf8');
  };
  const write = (version: 'base' | 'left' | 'right') => {
    for (const file of sampleFiles) {
      const path = join(folder, file.path);
      const text = file[version];
      if (text === null) rmSync(path, { force: true });
      else {
        mkdirSync(dirname(path), { recursive: true });
        writeFileSync(path, text);
      }
    }
  };
  await git('Ada', 1, 'init', '-q', '-b', 'main');
  write('base');
  await git('Ada', 1, 'add', '-A');
  await git('Ada', 1, 'commit', '-qm', 'Start the shop');
  await git('Grace', 2, 'checkout', '-qb', 'feature');
  write('right');
  await git('Grace', 9, 'add', '-A');
  await git('Grace', 9, 'commit', '-qm', 'Add discounts');
  await git('Ada', 10, 'checkout', '-q', 'main');
  write('left');
  await git('Ada', 12, 'add', '-A');
  await git('Ada', 12, 'commit', '-qm', 'Reject negative quantities');
  return await git('Ada', 13, 'merge', 'feature');
}
