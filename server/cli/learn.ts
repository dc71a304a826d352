/** `mortise learn`: fits the ranking's last layer to the repository's own merges, and keeps it only where that proves better. */
import { forgetLearned, learnedFile, readLearned, writeLearned } from '../git/learned.ts';
import { openRepository } from '../git/repository.ts';
import { casesOf, splitByTime } from '../mine/learn.ts';
import { mineDefaults, mineRepository } from '../mine/mine.ts';
import type { MinedRecord } from '../mine/record.ts';
import { beats, fitAdapter, type Measured, measure, plainAdapter, readAdapter } from '../resolve/adapter.ts';
import { LearnedRanker } from '../resolve/learnedRanker.ts';
import { loadServices } from '../services.ts';
import { called } from './called.ts';
import { count, type Io, progress, readArgs, startFolder, wholeNumber } from './io.ts';

export const help = `Usage: mortise learn [--status | --forget] [options]

Reads how this repository's own merges were resolved and fits the last step of the ranking to them:
twelve numbers, such as how often one side is taken whole here. They are fitted on the earlier
merges and judged on the later ones, and kept only where they rank those better than Mortise as it
is shipped. They never make a resolution "safe"; they can only order and caution. Nothing leaves this
machine: the numbers lie in git's own directory.

Options:
      --seconds N   read merges for at most so long (default 60)
      --status      say what is kept
      --forget      remove it
  -C DIR            as if started in DIR
`;

const options = {
  seconds: { type: 'string' },
  status: { type: 'boolean' },
  forget: { type: 'boolean' },
  C: { type: 'string', short: 'C' },
} as const;

/** The share of the conflicts, oldest first, that is fitted on; the rest judges. */
const EARLIER = 0.7;
/** With fewer conflicts there is nothing to learn. */
const LEAST = 60;

/** Exit code 0: done, whether or not something was kept; 1: it could not be done. */
export async function run(args: readonly string[], io: Io): Promise<number> {
  const { values } = readArgs(args, options);
  const repo = await openRepository(startFolder(io, values.C), io.signal ? { signal: io.signal } : {});
  if (values.forget) {
    const known = await forgetLearned(repo);
    io.out(known ? 'Forgotten. Mortise ranks here as it is shipped.\n' : 'Nothing was kept here.\n');
    return 0;
  }
  const services = await loadServices();
  const { ranker } = services;
  if (!(ranker instanceof LearnedRanker)) {
    io.err(
      `mortise: the trained ranking did not load, so there is nothing to fit ("${called(io)} doctor" says why).\n`,
    );
    return 1;
  }
  if (values.status) {
    io.out(`${statusOf(readLearned(repo), ranker.id)}\n`);
    return 0;
  }
  const seconds = wholeNumber(values.seconds, '--seconds', 1, 86_400) ?? 60;
  const records: MinedRecord[] = [];
  const bar = progress(io);
  const say = (done: number, of: number) => bar.say(`reading merges: ${done} of ${of}`);
  const { signal } = io;
  await mineRepository(
    repo.commonDir,
    'here',
    { ...mineDefaults, clean: 0, seconds, signal, progress: say },
    (found) => {
      if (found.conflict) records.push(found.record);
    },
  );
  const cases = await casesOf(records, ranker, services.syntax, (done) =>
    bar.say(`judging conflicted files: ${done} of ${records.length}`),
  );
  bar.done();
  io.out(`${count(cases.length, 'conflict')} of ${count(new Set(records.map((r) => r.merge)).size, 'merge')} read.\n`);
  if (cases.length < LEAST) {
    io.out(`Too few to learn from (${LEAST} are needed): nothing was kept or changed.\n`);
    return 0;
  }
  const { earlier, later } = splitByTime(cases, EARLIER);
  const trial = fitAdapter(earlier, ranker.id);
  io.out(`Fitted on the earlier ${earlier.length}, judged on the later ${later.length}:\n`);
  io.out(`  as shipped  ${shown(measure(later, plainAdapter(ranker.id)))}\n`);
  io.out(`  fitted      ${shown(measure(later, trial))}\n`);
  if (!beats(later, trial)) {
    const had = await forgetLearned(repo);
    io.out(
      `Not better beyond chance: Mortise ranks here as it is shipped.${had ? ' What was kept is removed.' : ''}\n`,
    );
    return 0;
  }
  const kept = { ...fitAdapter(cases, ranker.id), conflicts: cases.length, learned: new Date().toISOString() };
  await writeLearned(repo, kept);
  io.out(
    `Kept in ${learnedFile(repo)}. Mortise uses it in this repository; "${called(io)} learn --forget" removes it.\n`,
  );
  return 0;
}

function shown({ cases, first, loss }: Measured): string {
  return `first guess right ${first} of ${cases} (${((100 * first) / Math.max(1, cases)).toFixed(1)} %), log loss ${loss.toFixed(3)}`;
}

function statusOf(stored: unknown, model: string): string {
  if (stored === undefined) return 'Nothing was learned here: Mortise ranks as it is shipped.';
  if (!readAdapter(stored, model))
    return 'What was learned here is for another version of the ranking and is not used; run it again.';
  const { conflicts, learned } = stored as { conflicts?: unknown; learned?: unknown };
  return `Learned from ${String(conflicts)} conflicts on ${String(learned).slice(0, 10)}, and in use.`;
}
