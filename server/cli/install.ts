/** `mortise install`: wires the merge driver and the mergetool into git, and shows every line it writes. */
import { configValue, type Scope, setConfig } from '../git/config.ts';
import { openRepository } from '../git/repository.ts';
import { replaceFile } from '../git/write.ts';
import { called } from './called.ts';
import { type Io, readArgs, startFolder, UsageError } from './io.ts';
import {
  attributesFile,
  bytes,
  defaultEntry,
  driverEntries,
  mergetoolEntries,
  readAttributes,
  withBlock,
} from './wiring.ts';

export const help = `Usage: mortise install [--global] [--shared] [--driver-only | --mergetool-only] [--dry-run]

Make git use Mortise: as merge driver, which resolves what is proven while git merges, rebases,
cherry-picks or reverts; and as a mergetool (git mergetool --tool=mortise). Writes to this
repository's git config alone: the driver is made the default (merge.default), so that every
line of your attributes keeps its say (-merge, union, another driver).

      --global          for all your repositories: your own git config
      --shared          also write "* merge=mortise" into .gitattributes, in a marked block above
                        your own lines, which overrule it: for a team. Who has not installed the
                        driver gets git's own merge.
      --driver-only     not the mergetool
      --mergetool-only  not the driver: nothing happens while git merges
      --dry-run         show what would be written, write nothing
  -C DIR                as if started in DIR

Running it again changes nothing. Hosting servers (GitHub, GitLab, …) ignore merge drivers: what
is merged there is merged without Mortise. "mortise doctor" says what is wired.
Exit code: 0; 2 it could not be done.
`;

const options = {
  global: { type: 'boolean' },
  shared: { type: 'boolean' },
  'driver-only': { type: 'boolean' },
  'mergetool-only': { type: 'boolean' },
  'dry-run': { type: 'boolean' },
  C: { type: 'string', short: 'C' },
} as const;

export async function run(args: readonly string[], io: Io): Promise<number> {
  const { values, positionals } = readArgs(args, options);
  if (positionals.length > 0) throw new UsageError('install takes no arguments beside its options.');
  const { 'driver-only': driverOnly, 'mergetool-only': mergetoolOnly } = values;
  if (driverOnly && mergetoolOnly) throw new UsageError('--driver-only and --mergetool-only exclude each other.');
  if (values.shared && values.global) throw new UsageError('--shared is about one repository: leave out --global.');
  const scope: Scope = values.global ? 'global' : 'local';
  const cwd = startFolder(io, values.C);
  if (scope === 'local') await openRepository(cwd);
  const dry = values['dry-run'] === true;
  const entries = [...(mergetoolOnly ? [] : driverEntries()), ...(driverOnly ? [] : mergetoolEntries())];
  if (!mergetoolOnly && (await isDefaultFree(io, cwd, scope))) entries.push(defaultEntry);
  let written = 0;
  for (const { key, value } of entries) {
    if ((await configValue(cwd, key, scope)) === value) continue;
    io.out(`git config --${scope} ${key} ${JSON.stringify(value)}\n`);
    if (!dry) await setConfig(cwd, scope, key, value);
    written++;
  }
  if (values.shared && !mergetoolOnly) written += await writeAttributes(io, cwd, dry);
  if (written === 0) io.out('Everything is wired already; nothing was written.\n');
  else if (dry) io.out('Nothing was written (--dry-run).\n');
  else io.out(`Wired. "${called(io)} uninstall" takes it out; MORTISE=0 in the environment switches it off.\n`);
  return 0;
}

/** Another driver as the default is the user's own choice: it stays, and they hear what to do instead. */
async function isDefaultFree(io: Io, cwd: string, scope: Scope): Promise<boolean> {
  const now = await configValue(cwd, defaultEntry.key, scope);
  if (now === undefined || now === defaultEntry.value) return true;
  io.err(`mortise: merge.default is "${now}" and stays so: only paths with merge=mortise in .gitattributes use\n`);
  io.err(`  Mortise ("${called(io)} install --shared" writes that for all).\n`);
  return false;
}

async function writeAttributes(io: Io, cwd: string, dry: boolean): Promise<number> {
  const file = await attributesFile('local', cwd);
  const before = await readAttributes(file);
  const after = withBlock(before ?? '');
  if (after === before) return 0;
  io.out(`${file}: * merge=mortise\n`);
  if (!dry) await replaceFile(file, bytes(after), before === undefined ? undefined : bytes(before));
  return 1;
}
