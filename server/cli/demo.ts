/**
 * `mortise demo`, which `npm start` runs: a real repository whose merge git cannot finish, resolved with the embedded
 * defaults and shown conflict by conflict. With a path: the same look at the user's own repository, changing nothing.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { runGit } from '../git/git.ts';
import { demoFiles } from './demoFiles.ts';
import { type Io, readArgs } from './io.ts';

export const help = `Usage: mortise demo [PATH] [--dir DIR] [--apply safe|likely|none]

Without PATH: makes a repository in a temporary folder (or DIR) with two branches in several
languages, merges them, and resolves what git leaves. With PATH: shows the conflicts of that
repository and what Mortise would do; nothing is written unless --apply is given.
`;

const options = { dir: { type: 'string' }, apply: { type: 'string' }, 'make-only': { type: 'boolean' } } as const;

export async function run(args: readonly string[], io: Io): Promise<number> {
  const { values, positionals } = readArgs(args, options);
  const { run: resolveConflicts } = await import('./resolve.ts');
  const [own] = positionals;
  if (own !== undefined) {
    const how = values.apply === undefined ? ['--dry-run'] : ['--apply', values.apply];
    const code = await resolveConflicts([...how, '-C', resolve(io.cwd, own)], io);
    if (values.apply === undefined)
      io.out('\nNothing was written. To apply what is safe: npm start -- PATH --apply safe\n');
    return code === 2 ? 2 : 0;
  }
  const folder = values.dir === undefined ? mkdtempSync(join(tmpdir(), 'mortise-demo-')) : resolve(io.cwd, values.dir);
  mkdirSync(folder, { recursive: true });
  io.err(`Making a repository in ${folder} …\n`);
  const stopped = await makeRepository(folder);
  if (values['make-only']) {
    io.out(`${folder}\n`);
    return 0;
  }
  io.out(`${io.style.bold('$ git merge feature')}\n${io.style.dim(stopped.trimEnd())}\n\n`);
  io.out(`${io.style.bold('$ mortise resolve --apply likely')}\n`);
  const here: Io = { ...io, cwd: folder };
  await resolveConflicts(['--apply', values.apply ?? 'likely'], here);
  io.out(`
${io.style.bold('Next')}
  cd ${folder}
  mortise review              what was applied, and why
  mortise choose PATH:LINE    decide one that is open
  mortise undo --all          every conflict back, byte for byte
  npm run editor              the same repository in VS Code (or: code ${folder})
`);
  return 0;
}

/** Builds the two branches and starts the merge. @returns what git said when it stopped. */
async function makeRepository(folder: string): Promise<string> {
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
    for (const file of demoFiles) {
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
