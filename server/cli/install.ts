/** `mortise install`: the merge driver and the mergetool, in git's configuration. Shows each value it writes. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { GitProblem } from '../git/git.ts';
import { openRepository } from '../git/repository.ts';
import { type ConfigPlace, readConfig, writeBlock, writeConfig } from '../git/wiring.ts';
import { shippedRoot } from '../services.ts';
import { type Io, readArgs, UsageError } from './io.ts';

export const help = `Usage: mortise install [--global] [--shared] [--driver-only|--mergetool-only] [--dry-run]

Wire Mortise into git: as the merge driver of every file that no .gitattributes line gives another
one (merge.default), and as a tool for "git mergetool --tool=mortise". Run it again after moving
Mortise or node; it changes only what differs.

Options:
      --global           for all your repositories (your own git config), not just this one
      --shared           also write "* merge=mortise" into this repository's .gitattributes, in a
                         marked block at its top: for a team. Whoever has not installed the
                         driver gets git's own merge.
      --driver-only      not the mergetool
      --mergetool-only   not the driver
      --dry-run          show what would be written
  -C DIR                 as if started in DIR

"mortise uninstall" takes it out; MORTISE=0 in the environment switches the driver off for once.
Exit code: 0 done; 2 it could not be done.
`;

export const wiringOptions = {
  global: { type: 'boolean' },
  shared: { type: 'boolean' },
  'driver-only': { type: 'boolean' },
  'mergetool-only': { type: 'boolean' },
  'dry-run': { type: 'boolean' },
  C: { type: 'string', short: 'C' },
} as const;

export const sharedLines: readonly string[] = ['* merge=mortise'];

export async function run(args: readonly string[], io: Io): Promise<number> {
  const wanted = await readWiring(args, io);
  const { place, dryRun } = wanted;
  const command = programCommand();
  const values = [
    ...(wanted.driver ? driverValues(command) : []),
    ...(wanted.mergetool ? mergetoolValues(command) : []),
  ];
  for (const [key, value] of values) {
    const same = (await readConfig(place, key)) === value;
    if (!same && !dryRun) await writeConfig(place, key, value);
    io.out(`${state(same, dryRun)}  git config --${place.scope} ${key} ${shellWord(value)}\n`);
  }
  if (wanted.driver) await setDefault(io, wanted);
  if (wanted.attributes !== undefined) {
    const changed = await writeBlock(wanted.attributes, sharedLines, dryRun);
    io.out(`${state(!changed, dryRun)}  ${wanted.attributes}: ${sharedLines.join('; ')}\n`);
  }
  if (wanted.driver) {
    io.out(
      '\nFrom now on git merge, rebase, cherry-pick, revert, stash and am resolve what is safe; the rest stays in\n',
    );
    io.out(
      'markers. See what was done: mortise review. Hosting servers (GitHub, GitLab, …) do not run merge drivers.\n',
    );
  }
  if (wanted.mergetool) io.out('For one file or all: git mergetool --tool=mortise\n');
  return 0;
}

/** Another tool's `merge.default` is the user's own choice: it stays, and they hear what to do. */
async function setDefault(io: Io, { place, dryRun }: Wiring): Promise<void> {
  const now = await readConfig(place, 'merge.default');
  if (now !== undefined && now !== 'mortise') {
    io.err(`mortise: merge.default is "${now}" and stays so: the driver is registered, but only files with\n`);
    io.err('  merge=mortise in .gitattributes use it (mortise install --shared).\n');
    return;
  }
  if (now === undefined && !dryRun) await writeConfig(place, 'merge.default', 'mortise');
  io.out(`${state(now !== undefined, dryRun)}  git config --${place.scope} merge.default mortise\n`);
}

const state = (same: boolean, dryRun: boolean): string =>
  same ? 'as it is   ' : dryRun ? 'would write' : 'written    ';

export interface Wiring {
  readonly place: ConfigPlace;
  readonly driver: boolean;
  readonly mergetool: boolean;
  readonly dryRun: boolean;
  /** The tracked .gitattributes, where --shared asks for it. */
  readonly attributes?: string;
}

export async function readWiring(args: readonly string[], io: Io): Promise<Wiring> {
  const { values, positionals } = readArgs(args, wiringOptions);
  if (positionals.length > 0) throw new UsageError('it takes options only.');
  if (values['driver-only'] && values['mergetool-only']) {
    throw new UsageError('--driver-only and --mergetool-only exclude each other.');
  }
  if (values.shared && values.global)
    throw new UsageError('--shared is about one repository; run it without --global.');
  const from = values.C ?? io.cwd;
  const folder = values.global ? from : (await openRepository(from)).root;
  return {
    place: { folder, scope: values.global ? 'global' : 'local' },
    driver: values['mergetool-only'] !== true,
    mergetool: values['driver-only'] !== true,
    dryRun: values['dry-run'] === true,
    ...(values.shared ? { attributes: join(folder, '.gitattributes') } : {}),
  };
}

/** The command git's shell is to run: this node, this program, wherever it is started from. */
export function programCommand(): string {
  const program = join(shippedRoot(), 'dist', 'cli.cjs');
  if (!existsSync(program)) throw new GitProblem(`${program} is not there; build Mortise first: npm run build`);
  if (`${process.execPath}${program}`.includes('%')) {
    throw new GitProblem(`git reads "%" in a driver's command as a placeholder; move Mortise out of ${program}.`);
  }
  return `${quoted(process.execPath)} ${quoted(program)}`;
}

/** In double quotes for sh, which git brings along on Windows too. */
function quoted(path: string): string {
  const portable = process.platform === 'win32' ? path.replaceAll('\\', '/') : path;
  return `"${portable.replace(/[\\"$`]/g, '\\$&')}"`;
}

export function driverValues(command: string): [key: string, value: string][] {
  const files = 'merge %O %A %B -o %A --path=%P --marker-size=%L';
  const labels = '--ancestor-label=%S --left-label=%X --right-label=%Y';
  return [
    ['merge.mortise.name', 'Mortise: resolves conflicts that it can prove'],
    ['merge.mortise.driver', `${command} ${files} ${labels}`],
    // The merge of several merge bases is never shown to anyone: git's own will do.
    ['merge.mortise.recursive', 'text'],
  ];
}

export function mergetoolValues(command: string): [key: string, value: string][] {
  return [
    ['mergetool.mortise.cmd', `${command} mergetool "$BASE" "$LOCAL" "$REMOTE" "$MERGED"`],
    ['mergetool.mortise.trustExitCode', 'true'],
  ];
}

const shellWord = (value: string): string => (/^[\w.-]+$/.test(value) ? value : `'${value.replaceAll("'", "'\\''")}'`);
