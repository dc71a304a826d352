/** `mortise mine`: reads how people resolved the conflicts of whole repositories, for measuring and for learning. */
import { basename, dirname, resolve } from 'node:path';
import { tryGit } from '../git/git.ts';
import { CorpusWriter } from '../mine/corpus.ts';
import { type MineOptions, mineDefaults, mineRepository } from '../mine/mine.ts';
import { count, type Io, progress, readArgs, UsageError, wholeNumber } from './io.ts';

export const help = `Usage: mortise mine GITDIR... --out DIR [options]

Reads the merge commits of git repositories (bare or not) and merges again every file that both
sides changed. Writes, for each repository,
  NAME.conflicts.jsonl.gz   each conflicted file: its three versions, what the developers made of
                            it, times, and the commits of both sides that touched it
  NAME.clean.jsonl.gz       a sample of the files git merged without a conflict
  NAME.stats.json           counts
The repositories are only read, and nothing leaves this machine.

Options:
      --out DIR             where to write; made if it is not there
      --name OWNER/NAME     name of the repository (with one GITDIR; default: from its remote or folder)
      --seconds N           begin no merge after that, per repository (default ${mineDefaults.seconds})
      --max-merges N        merges taken, drawn at random (default ${mineDefaults.maxMerges})
      --max-conflicts N     conflicted files taken (default ${mineDefaults.maxConflicts})
      --max-files-per-merge N  (default ${mineDefaults.maxFilesPerMerge})
      --max-bytes N         greater files are left out (default ${mineDefaults.maxBytes})
      --clean N             clean files kept (default ${mineDefaults.clean})
      --seed N              for the random choices (default ${mineDefaults.seed})
`;

const options = {
  out: { type: 'string' },
  name: { type: 'string' },
  seconds: { type: 'string' },
  'max-merges': { type: 'string' },
  'max-conflicts': { type: 'string' },
  'max-files-per-merge': { type: 'string' },
  'max-bytes': { type: 'string' },
  clean: { type: 'string' },
  seed: { type: 'string' },
} as const;

/** Exit code 0 when every repository was mined, 1 when one could not be read. */
export async function run(args: readonly string[], io: Io): Promise<number> {
  const { values, positionals } = readArgs(args, options);
  if (positionals.length === 0) throw new UsageError('mine wants at least one git directory.');
  if (values.out === undefined) throw new UsageError('mine wants --out DIR, the folder to write to.');
  if (values.name !== undefined && positionals.length > 1) throw new UsageError('--name goes with one git directory.');
  const whole = (text: string | undefined, option: string, usual: number, least = 0) =>
    wholeNumber(text, option, least, Number.MAX_SAFE_INTEGER) ?? usual;
  const chosen: MineOptions = {
    seconds: whole(values.seconds, '--seconds', mineDefaults.seconds, 1),
    maxMerges: whole(values['max-merges'], '--max-merges', mineDefaults.maxMerges, 1),
    maxConflicts: whole(values['max-conflicts'], '--max-conflicts', mineDefaults.maxConflicts, 1),
    maxFilesPerMerge: whole(values['max-files-per-merge'], '--max-files-per-merge', mineDefaults.maxFilesPerMerge, 1),
    maxBytes: whole(values['max-bytes'], '--max-bytes', mineDefaults.maxBytes, 1),
    clean: whole(values.clean, '--clean', mineDefaults.clean),
    seed: whole(values.seed, '--seed', mineDefaults.seed),
    signal: io.signal,
  };
  let failed = 0;
  for (const given of positionals) {
    const folder = resolve(io.cwd, given);
    const repo = values.name ?? (await nameOf(folder));
    try {
      await mineOne(folder, repo, resolve(io.cwd, values.out), chosen, io);
    } catch (error) {
      failed++;
      io.err(`mortise: ${repo}: ${error instanceof Error ? error.message : String(error)}\n`);
    }
  }
  return failed === 0 ? 0 : 1;
}

async function mineOne(folder: string, repo: string, out: string, chosen: MineOptions, io: Io): Promise<void> {
  const line = progress(io);
  const writer = new CorpusWriter();
  const say = (done: number, of: number, conflicts: number) =>
    line.say(`${repo}: ${done} of ${count(of, 'merge')}, ${count(conflicts, 'conflicted file')}`);
  try {
    const stats = await mineRepository(folder, repo, { ...chosen, progress: say }, (found) => writer.add(found));
    await writer.write(out, repo, stats);
    io.out(`${JSON.stringify({ repo, ...stats })}\n`);
  } finally {
    line.done();
  }
}

/** OWNER/NAME from the remote's address, else from the folder: `x/y.git`, `x/y/.git`, `owner+name/repo`. */
async function nameOf(folder: string): Promise<string> {
  const remote = await tryGit(folder, ['config', '--get', 'remote.origin.url']).catch(() => undefined);
  const address = /([^/:]+\/[^/]+?)(?:\.git)?\/?$/.exec(remote ?? '')?.[1];
  if (address !== undefined) return address;
  const own = basename(folder).replace(/\.git$/, '');
  return (own === '' || own === 'repo' ? basename(dirname(folder)) : own).replace('+', '/');
}
