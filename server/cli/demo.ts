/**
 * `mortise demo`, which `npm start` runs: a real repository whose merge git cannot finish, resolved with the embedded
 * defaults and shown conflict by conflict. With a path: the same look at the user's own repository, changing nothing.
 */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { openRepository } from '../git/repository.ts';
import { unmergedPaths } from '../git/unmerged.ts';
import { makeSample } from '../sample.ts';
import { called } from './called.ts';
import { type Io, readArgs, UsageError } from './io.ts';
import { quoted } from './show.ts';

export const help = `Usage: mortise demo [PATH] [--dir DIR] [--apply safe|likely|none]

Without PATH: makes a repository in a temporary folder (or DIR, new or empty) with two branches in several
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
    const repo = await openRepository(resolve(io.cwd, own));
    if (code !== 2 && values.apply === undefined && (await unmergedPaths(repo)).length > 0)
      io.out('\nNothing was written. To apply what is safe: npm start -- PATH --apply safe\n');
    return code === 2 ? 2 : 0;
  }
  refuseTaken(io, values.dir);
  const folder = values.dir === undefined ? mkdtempSync(join(tmpdir(), 'mortise-demo-')) : resolve(io.cwd, values.dir);
  mkdirSync(folder, { recursive: true });
  io.err(`Making a repository in ${folder} …\n`);
  const stopped = await makeSample(folder);
  if (values['make-only']) {
    io.out(`${folder}\n`);
    return 0;
  }
  io.out(`${io.style.bold('$ git merge feature')}\n${io.style.dim(stopped.trimEnd())}\n\n`);
  io.out(`${io.style.bold('$ mortise resolve --apply likely')}\n`);
  const here: Io = { ...io, cwd: folder };
  await resolveConflicts(['--apply', values.apply ?? 'likely'], here);
  const me = called(here);
  io.out(`
${io.style.bold('Next')}
  cd ${quoted(folder)}
  ${me} review              what was applied, and why
  ${me} choose PATH:LINE    decide one that is open
  ${me} undo --all          every conflict back, byte for byte
  code .                    the same repository in VS Code
`);
  return 0;
}

/** The sample commits and merges: nothing of that may happen in a folder, or a repository, that holds the user's work. */
function refuseTaken(io: Io, dir: string | undefined): void {
  const named = ['GIT_DIR', 'GIT_WORK_TREE', 'GIT_INDEX_FILE'].find((name) => process.env[name]);
  if (named) throw new UsageError(`${named} is set, so git would work in that repository. Unset it first.`);
  if (dir === undefined) return;
  const folder = resolve(io.cwd, dir);
  if (!existsSync(folder)) return;
  if (!statSync(folder).isDirectory()) throw new UsageError(`${folder} is a file. --dir wants a new or empty folder.`);
  if (readdirSync(folder).length > 0)
    throw new UsageError(`${folder} is not empty. The demo makes a repository, so --dir wants a new or empty folder.`);
}
