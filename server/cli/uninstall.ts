/** `mortise uninstall`: takes out what `install` wrote, and nothing else. */
import { rm } from 'node:fs/promises';
import { configValue, removeSection, type Scope, unsetConfig } from '../git/config.ts';
import { openRepository } from '../git/repository.ts';
import { replaceFile } from '../git/write.ts';
import { type Io, readArgs, startFolder, UsageError } from './io.ts';
import {
  attributesFile,
  bytes,
  defaultEntry,
  driverEntries,
  type Entry,
  mergetoolEntries,
  readAttributes,
  withoutBlock,
} from './wiring.ts';

export const help = `Usage: mortise uninstall [--global] [--driver-only | --mergetool-only] [--dry-run] [-C DIR]

Take the merge driver and the mergetool out of git again: their config sections, merge.default
where it names Mortise, and our marked block in .gitattributes. Every other line stays. What was
saved for undo and review stays too, in .git/mortise.

Exit code: 0; 2 it could not be done.
`;

const options = {
  global: { type: 'boolean' },
  'driver-only': { type: 'boolean' },
  'mergetool-only': { type: 'boolean' },
  'dry-run': { type: 'boolean' },
  C: { type: 'string', short: 'C' },
} as const;

export async function run(args: readonly string[], io: Io): Promise<number> {
  const { values, positionals } = readArgs(args, options);
  if (positionals.length > 0) throw new UsageError('uninstall takes no arguments beside its options.');
  const { 'driver-only': driverOnly, 'mergetool-only': mergetoolOnly } = values;
  if (driverOnly && mergetoolOnly) throw new UsageError('--driver-only and --mergetool-only exclude each other.');
  const scope: Scope = values.global ? 'global' : 'local';
  const cwd = startFolder(io, values.C);
  if (scope === 'local') await openRepository(cwd);
  const dry = values['dry-run'] === true;
  let taken = await takeSections(io, cwd, scope, dry, {
    'merge.mortise': mergetoolOnly ? [] : driverEntries(),
    'mergetool.mortise': driverOnly ? [] : mergetoolEntries(),
  });
  if (!mergetoolOnly) {
    const { key, value } = defaultEntry;
    if ((await configValue(cwd, key, scope)) === value) {
      io.out(`git config --${scope} --unset ${key}\n`);
      if (!dry) await unsetConfig(cwd, scope, key);
      taken++;
    }
    taken += await takeBlock(io, scope, cwd, dry);
  }
  if (taken === 0) io.out(`Nothing of Mortise is wired ${scope === 'local' ? 'here' : 'globally'}.\n`);
  else io.out(dry ? 'Nothing was written (--dry-run).\n' : 'Done.\n');
  return 0;
}

async function takeSections(
  io: Io,
  cwd: string,
  scope: Scope,
  dry: boolean,
  sections: Readonly<Record<string, readonly Entry[]>>,
): Promise<number> {
  let taken = 0;
  for (const [section, entries] of Object.entries(sections)) {
    const found = await Promise.all(entries.map(({ key }) => configValue(cwd, key, scope)));
    if (!found.some((value) => value !== undefined)) continue;
    if (!dry) await removeSection(cwd, scope, section);
    io.out(`git config --${scope} --remove-section ${section}\n`);
    taken++;
  }
  return taken;
}

async function takeBlock(io: Io, scope: Scope, cwd: string, dry: boolean): Promise<number> {
  const file = await attributesFile(scope, cwd);
  const before = await readAttributes(file);
  const after = withoutBlock(before ?? '');
  if (before === undefined || after === before) return 0;
  io.out(`${file}: our block taken out${after === '' ? '; nothing else was in it, so the file goes' : ''}\n`);
  if (dry) return 1;
  if (after === '') await rm(file);
  else await replaceFile(file, bytes(after), bytes(before));
  return 1;
}
