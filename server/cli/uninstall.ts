/** `mortise uninstall`: takes out what `install` wrote, and nothing else. */
import { rm } from 'node:fs/promises';
import { removeSection, type Scope } from '../git/config.ts';
import { openRepository } from '../git/repository.ts';
import { replaceFile } from '../git/write.ts';
import { type Io, readArgs, UsageError } from './io.ts';
import { attributesFile, readAttributes, withoutBlock } from './wiring.ts';

export const help = `Usage: mortise uninstall [--global] [-C DIR]

Take the merge driver and the mergetool out of git again: their config sections and the marked
block of attributes. Every other line stays. What was saved for undo and review stays too, in
.git/mortise.

Exit code: 0; 2 it could not be done.
`;

const options = { global: { type: 'boolean' }, C: { type: 'string', short: 'C' } } as const;

export async function run(args: readonly string[], io: Io): Promise<number> {
  const { values, positionals } = readArgs(args, options);
  if (positionals.length > 0) throw new UsageError('uninstall takes no arguments beside its options.');
  const scope: Scope = values.global ? 'global' : 'local';
  const cwd = values.C ?? io.cwd;
  if (scope === 'local') await openRepository(cwd);
  let taken = 0;
  for (const section of ['merge.mortise', 'mergetool.mortise']) {
    if (!(await removeSection(cwd, scope, section))) continue;
    io.out(`git config --${scope} --remove-section ${section}\n`);
    taken++;
  }
  const file = await attributesFile(scope, cwd);
  const before = await readAttributes(file);
  const after = withoutBlock(before ?? '');
  if (before !== undefined && after !== before) {
    io.out(`${file}: our block taken out${after === '' ? '; nothing else was in it, so the file is gone' : ''}\n`);
    if (after === '') await rm(file);
    else await replaceFile(file, Buffer.from(after), Buffer.from(before));
    taken++;
  }
  io.out(taken === 0 ? `Nothing of Mortise is wired ${scope === 'local' ? 'here' : 'globally'}.\n` : 'Done.\n');
  return 0;
}
