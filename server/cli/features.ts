/** `mortise features` and `mortise siblings`: what training/ reads, computed by the code that ranks. */
import { resolve } from 'node:path';
import { exportFeatures } from '../mine/features.ts';
import { exportFiles } from '../mine/files.ts';
import { exportSiblings } from '../mine/siblings.ts';
import { exportTexts } from '../mine/texts.ts';
import { loadServices } from '../services.ts';
import { count, type Io, readArgs, UsageError, wholeNumber } from './io.ts';

export const help = `Usage: mortise features CORPUS... --out DIR [--per-repo N] [--swapped | --apart]
       mortise features --texts CORPUS... --out DIR
       mortise features --siblings DIR APART
       mortise features --files DIR CORPUS... --out DIR [--per-repo N]

The first form reads what \`mortise mine\` wrote and exports, for every located conflict, the numbers
that Mortise ranks by and which candidate the developers chose; --per-repo draws whole merges until
a repository has N files, --swapped calls left what is right, --apart tells of each conflict only what
the others of its merge see of it. The second exports the words and edits of all conflicts, for
experiments (training/words.py). The third, after \`training/train.py first DIR APART\`, adds what the
conflicts of one merge say about each other. The fourth, after \`train.py
second\`, exports the numbers of whole files with the answers that DIR holds (training/files.py).
`;

const options = {
  out: { type: 'string' },
  siblings: { type: 'string' },
  files: { type: 'string' },
  texts: { type: 'boolean' },
  'per-repo': { type: 'string' },
  swapped: { type: 'boolean' },
  apart: { type: 'boolean' },
} as const;

export async function run(args: readonly string[], io: Io): Promise<number> {
  const { values, positionals } = readArgs(args, options);
  if (values.siblings !== undefined) {
    const [apart] = positionals;
    if (apart === undefined)
      throw new UsageError('features --siblings wants DIR and APART, what `mortise features --apart` wrote.');
    const { conflicts, columns } = exportSiblings(resolve(io.cwd, values.siblings), resolve(io.cwd, apart));
    io.out(`${count(conflicts, 'conflict')}, ${columns} columns\n`);
    return 0;
  }
  if (positionals.length === 0)
    throw new UsageError('features wants at least one corpus, a file or folder that mine wrote.');
  if (values.out === undefined) throw new UsageError('features wants --out DIR, the folder to write to.');
  const corpora = positionals.map((path) => resolve(io.cwd, path));
  const out = resolve(io.cwd, values.out);
  if (values.texts) {
    await exportTexts(corpora, out, ({ repository, conflicts }) =>
      io.out(`${repository}: the words of ${count(conflicts, 'conflict')}\n`),
    );
    return 0;
  }
  const perRepo = wholeNumber(values['per-repo'], '--per-repo', 1, Number.MAX_SAFE_INTEGER) ?? 0;
  if (values.files !== undefined) {
    const { syntax } = await loadServices();
    await exportFiles(
      corpora,
      { out, ranked: resolve(io.cwd, values.files), perRepo },
      syntax,
      ({ repository, files, stale }) =>
        io.out(
          `${repository}: ${count(files, 'whole file')}${stale > 0 ? `, ${stale} with other candidates now` : ''}\n`,
        ),
    );
    return 0;
  }
  const { syntax } = await loadServices();
  await exportFeatures(
    corpora,
    { out, perRepo, swapped: values.swapped ?? false, apart: values.apart ?? false },
    syntax,
    ({ repository, conflicts, reachable }) =>
      io.out(
        `${repository}: ${count(conflicts, 'conflict')}, ${reachable} with the developers' text among the candidates\n`,
      ),
  );
  return 0;
}
