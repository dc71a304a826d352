/** `mortise install`: wires the merge driver and the mergetool into git, and shows every line it writes. */
import { mkdir } from 'node:fs/promises';
import { configValue, type Scope, setConfig } from '../git/config.ts';
import { openRepository } from '../git/repository.ts';
import { replaceFile } from '../git/write.ts';
import { type Io, readArgs, UsageError } from './io.ts';
import { attributesFile, driverEntries, folderOf, mergetoolEntries, readAttributes, withBlock } from './wiring.ts';

export const help = `Usage: mortise install [--global] [--driver-only | --mergetool] [--dry-run]

Make git use Mortise: as merge driver, which resolves what is proven while git merges, rebases,
cherry-picks or reverts; and as a mergetool (git mergetool --tool=mortise). Writes to this
repository's config and .gitattributes, in a marked block above your own lines, which overrule it.

      --global       for all your repositories: your git config and attributes file
      --driver-only  not the mergetool
      --mergetool    only the mergetool: nothing happens while git merges
      --dry-run      show what would be written, write nothing
  -C DIR             as if started in DIR

Running it again changes nothing. Hosting servers (GitHub, GitLab, …) ignore merge drivers: what
is merged there is merged without Mortise. "mortise doctor" says what is wired.
Exit code: 0; 2 it could not be done.
`;

const options = {
  global: { type: 'boolean' },
  'driver-only': { type: 'boolean' },
  mergetool: { type: 'boolean' },
  'dry-run': { type: 'boolean' },
  C: { type: 'string', short: 'C' },
} as const;

export async function run(args: readonly string[], io: Io): Promise<number> {
  const { values, positionals } = readArgs(args, options);
  if (positionals.length > 0) throw new UsageError('install takes no arguments beside its options.');
  if (values['driver-only'] && values.mergetool)
    throw new UsageError('--driver-only and --mergetool exclude each other.');
  const scope: Scope = values.global ? 'global' : 'local';
  const cwd = values.C ?? io.cwd;
  if (scope === 'local') await openRepository(cwd);
  const dry = values['dry-run'] === true;
  const entries = [...(values.mergetool ? [] : driverEntries()), ...(values['driver-only'] ? [] : mergetoolEntries())];
  let written = 0;
  for (const { key, value } of entries) {
    if ((await configValue(cwd, key, scope)) === value) continue;
    io.out(`git config --${scope} ${key} ${JSON.stringify(value)}\n`);
    if (!dry) await setConfig(cwd, scope, key, value);
    written++;
  }
  if (!values.mergetool) written += await writeAttributes(io, scope, cwd, dry);
  if (written === 0) io.out('Everything is wired already; nothing was written.\n');
  else if (dry) io.out('Nothing was written (--dry-run).\n');
  else io.out('Wired. "mortise uninstall" takes it out; MORTISE=0 in the environment switches it off.\n');
  return 0;
}

async function writeAttributes(io: Io, scope: Scope, cwd: string, dry: boolean): Promise<number> {
  const file = await attributesFile(scope, cwd);
  const before = await readAttributes(file);
  const after = withBlock(before ?? '');
  if (after === before) return 0;
  io.out(`${file}: * merge=mortise\n`);
  if (!dry) {
    await mkdir(folderOf(file), { recursive: true });
    await replaceFile(file, Buffer.from(after), before === undefined ? undefined : Buffer.from(before));
  }
  return 1;
}
