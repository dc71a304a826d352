/**
 * `npm run bench:styles -- CORPUS…`: the same conflicted files as git's markers show them in each conflict style. The ranker learned from
 * whole conflicts (diff3); the default style leaves out lines that both sides share, and so cuts some into several.
 */
import { lineMerge } from '../server/merge/lineMerge.ts';
import { printHunks } from '../server/merge/markers.ts';
import { locateHunks } from '../server/mine/hunks.ts';
import type { MinedRecord } from '../server/mine/record.ts';
import { withoutSpace } from '../server/mine/same.ts';
import { resolveMarked, type Services } from '../server/resolve/resolve.ts';
import { loadServices } from '../server/services.ts';
import { languageOf } from '../server/syntax/languages.ts';
import { choiceOf, readBench, sample, sharedOptions } from './lib/choice.ts';
import { percent } from './lib/report.ts';

const usage = 'Usage: npm run bench:styles -- CORPUS... [--per-repo 25]\n';
const { values, positionals } = readBench(usage, sharedOptions);

const styles = ['diff3', 'merge'] as const;
type Style = (typeof styles)[number];
const PER_FILE = 8;

interface Guess {
  readonly place: number;
  readonly confidence: number;
  readonly tier: string;
}

function guessesOf(record: MinedRecord, style: Style, services: Services): Guess[] {
  const sides = { base: record.base, left: record.left, right: record.right };
  const options = { style, joins: 'zealous' } as const;
  const text = printHunks(lineMerge(sides, options).hunks, { style });
  const { hunks } = locateHunks(record, options);
  const [base, left, right] = record.times;
  const found = resolveMarked(
    {
      path: record.path,
      text,
      stages: sides,
      times: { base, left, right },
      ...(record.history ? { history: record.history } : {}),
    },
    services,
  );
  if (found.length !== hunks.length) return [];
  return found.slice(0, PER_FILE).flatMap(({ resolutions }, i) => {
    const truth = hunks[i]?.resolution;
    const [first] = resolutions;
    if (truth === undefined || !first) return [];
    const key = withoutSpace(truth);
    const place = resolutions.findIndex(({ candidate }) => withoutSpace(candidate.text) === key);
    return [{ place, confidence: first.confidence, tier: first.tier }];
  });
}

function say(name: string, guesses: readonly Guess[]): void {
  const of = guesses.length;
  const share = (n: number) => percent(n, of);
  const among = guesses.filter(({ place }) => place >= 0).length;
  const right = guesses.filter(({ place }) => place === 0).length;
  const three = guesses.filter(({ place }) => place >= 0 && place < 3).length;
  const said = guesses.reduce((sum, { confidence }) => sum + confidence, 0);
  const likely = guesses.filter(({ tier }) => tier !== 'possible');
  const sound = likely.filter(({ place }) => place === 0).length;
  process.stdout.write(
    `| ${name} | ${of} | ${share(among)} | ${share(right)} | ${share(three)} | ${share(said)} | ${likely.length} | ${percent(sound, likely.length)} |\n`,
  );
}

async function main(): Promise<void> {
  const services = await loadServices();
  const all: Record<Style, Guess[]> = { diff3: [], merge: [] };
  const differing: Record<Style, Guess[]> = { diff3: [], merge: [] };
  let [files, others] = [0, 0];
  for await (const record of sample(positionals, 'conflicts', choiceOf(values))) {
    await services.syntax.ready(languageOf(record.path));
    const sides = { base: record.base, left: record.left, right: record.right };
    const shown = styles.map((style) =>
      JSON.stringify(
        lineMerge(sides, { style, joins: 'zealous' }).hunks.flatMap((hunk) =>
          hunk.kind === 'conflict' ? [[hunk.conflict.sides.left, hunk.conflict.sides.right]] : [],
        ),
      ),
    );
    const isOther = shown[0] !== shown[1];
    files++;
    if (isOther) others++;
    for (const style of styles) {
      const guesses = guessesOf(record, style, services);
      all[style].push(...guesses);
      if (isOther) differing[style].push(...guesses);
    }
  }
  process.stdout.write(`${others} of ${files} files look otherwise in the default style\n\n`);
  process.stdout.write(
    '| | conflicts | among candidates | top-1 | top-3 | said of the first | likely and safe | right of these |\n|---|---|---|---|---|---|---|---|\n',
  );
  for (const style of styles) say(style, all[style]);
  for (const style of styles) say(`${style}, files that differ`, differing[style]);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  process.exitCode = 1;
});
