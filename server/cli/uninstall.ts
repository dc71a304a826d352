/** `mortise uninstall`: takes out what `install` wrote, and nothing else. */
import { join } from 'node:path';
import { hasBlock, readConfig, unsetConfig, writeBlock } from '../git/wiring.ts';
import { driverValues, mergetoolValues, readWiring } from './install.ts';
import type { Io } from './io.ts';

export const help = `Usage: mortise uninstall [--global] [--shared] [--driver-only|--mergetool-only] [--dry-run]

Take the merge driver and the mergetool out of git's configuration again.

Options:
      --global           out of your own git config, not this repository's
      --shared           also take our block out of this repository's .gitattributes
      --driver-only      not the mergetool
      --mergetool-only   not the driver
      --dry-run          show what would be removed
  -C DIR                 as if started in DIR

Exit code: 0 done; 2 it could not be done.
`;

export async function run(args: readonly string[], io: Io): Promise<number> {
  const wanted = await readWiring(args, io);
  const { place, dryRun } = wanted;
  const verb = dryRun ? 'would remove' : 'removed';
  const keys = [
    ...(wanted.driver ? driverValues('').map(([key]) => key) : []),
    ...(wanted.mergetool ? mergetoolValues('').map(([key]) => key) : []),
  ];
  let removed = 0;
  const remove = async (key: string) => {
    if (!dryRun) await unsetConfig(place, key);
    io.out(`${verb}  ${place.scope} ${key}\n`);
    removed++;
  };
  for (const key of keys) if ((await readConfig(place, key)) !== undefined) await remove(key);
  if (wanted.driver && (await readConfig(place, 'merge.default')) === 'mortise') await remove('merge.default');
  if (wanted.attributes !== undefined && (await writeBlock(wanted.attributes, undefined, dryRun))) {
    io.out(`${verb}  our block in ${wanted.attributes}\n`);
    removed++;
  }
  if (removed === 0) io.out('Nothing of Mortise was there.\n');
  const attributes = join(place.folder, '.gitattributes');
  if (place.scope === 'local' && wanted.attributes === undefined && (await hasBlock(attributes))) {
    io.out(`${attributes} still names the driver: mortise uninstall --shared takes that out too.\n`);
  }
  return 0;
}
