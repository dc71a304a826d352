/**
 * `npm run bench:holds -- CORPUS…`: false alarms. How often what holds a text back from bulk (`resolve/heldByEvidence.ts`) falls on
 * the text that the developers wrote, and on texts put together from both sides without a conflict, by what is said of them. Asks no
 * ranker. `--half` takes every other repository, so that a rule is chosen on some and counted on others.
 */
import { lineMerge } from '../server/merge/lineMerge.ts';
import { type CorpusChoice, corpusFiles, readCorpus } from '../server/mine/corpus.ts';
import { locateHunks } from '../server/mine/hunks.ts';
import type { MinedRecord } from '../server/mine/record.ts';
import { withoutSpace } from '../server/mine/same.ts';
import type { Evidence } from '../server/resolve/candidate.ts';
import { generate } from '../server/resolve/generate.ts';
import { heldByEvidence } from '../server/resolve/heldByEvidence.ts';
import { materialOf } from '../server/resolve/material.ts';
import type { Services } from '../server/resolve/resolve.ts';
import { contextsOf } from '../server/resolve/resolveFile.ts';
import { togetherIn } from '../server/resolve/together.ts';
import { Verifier } from '../server/resolve/verify.ts';
import { loadServices } from '../server/services.ts';
import { languageOf } from '../server/syntax/languages.ts';
import { choiceOf, readBench, sharedOptions } from './lib/choice.ts';
import { percent, table } from './lib/report.ts';

const usage = `Usage: npm run bench:holds -- CORPUS... [--per-repo 25] [--half even|odd] [--languages rs,go] [--seed S] [--show WORDS]
  CORPUS is a folder that "mortise mine" wrote, or one of its .jsonl.gz files. --show prints what is said with these words.
`;

const { values, positionals } = readBench(usage, {
  ...sharedOptions,
  half: { type: 'string' },
  show: { type: 'string' },
});

/** Conflicts of one file, and UTF-16 units of a conflict: more of either says little and takes long. */
const PER_FILE = 8;
const UNITS = 30_000;

interface Row {
  /** Held texts of the developers. */
  own: number;
  right: number;
  wrong: number;
}

const rows = new Map<string, Row>();
/** Of conflicts in which both sides only added: ours followed by theirs. */
const unions = new Map<string, { right: number; wrong: number }>();
const all = { files: 0, told: 0, conflicts: 0, own: 0, both: 0, right: 0, unions: 0, rightUnions: 0 };

/** What is said, by its kind: names and numbers differ from one text to the next. */
function kindsOf(evidence: readonly Evidence[]): string[] {
  return evidence.flatMap((one): string[] => {
    if (one.check === 'together')
      return one.said.map((said) => {
        if (said.startsWith('both sides gave')) return 'a number given twice';
        if (said.startsWith('both sides changed')) return 'a number changed alike';
        if (said.startsWith('it deletes')) return 'a line that deletes';
        if (said.startsWith('both sides added a line about')) return 'lines about one name';
        if (said.includes(' comes before ')) return said.slice(said.lastIndexOf('”, ') + 3);
        if (said.includes('neither side saw both')) return 'settings beside each other';
        return said.startsWith('the number')
          ? 'a number and its unit'
          : said.includes('would be')
            ? 'bounds'
            : 'together';
      });
    if (one.check === 'repeats') return one.repeats.map(({ what }) => `${what} twice`);
    if (one.check !== 'meets') return heldByEvidence([one]) === undefined ? [] : [one.check];
    return one.meetings.map(
      ({ what, held, through }) => `${held ? '' : '(told) '}${through ? 'two statements: ' : ''}${what}`,
    );
  });
}

function note(kinds: readonly string[], add: (row: Row) => void): void {
  for (const kind of new Set(kinds)) {
    const row = rows.get(kind) ?? { own: 0, right: 0, wrong: 0 };
    rows.set(kind, row);
    add(row);
  }
}

function show(record: MinedRecord, whose: string, evidence: readonly Evidence[]): void {
  const said = JSON.stringify(evidence.filter(({ check }) => check !== 'edits'));
  if (
    values.show !== undefined &&
    (said.includes(values.show) || kindsOf(evidence).some((k) => k.includes(values.show ?? '')))
  )
    process.stderr.write(
      `${record.repo} ${record.merge.slice(0, 10)} ${record.path} ${whose}: ${said.slice(0, 400)}\n`,
    );
}

function look(record: MinedRecord, services: Services): void {
  const { path, base, left, right } = record;
  const sides = { base, left, right };
  all.files++;
  const whole = togetherIn(sides, record.merged);
  if (whole.length > 0) all.told++;
  show(record, 'whole file', whole.length > 0 ? [{ check: 'together', said: whole }] : []);
  const located = locateHunks(record).hunks;
  contextsOf({ path, sides }, lineMerge(sides), services)
    .slice(0, PER_FILE)
    .forEach((context, i) => {
      const truth = located[i]?.resolution;
      const { sides } = context;
      if (truth === undefined || sides.left.length + sides.right.length > UNITS) return;
      all.conflicts++;
      const material = materialOf(context, services.syntax);
      const verifier = new Verifier(material, context, services.syntax);
      const isSide = (text: string) =>
        [sides.left, sides.right].some((side) => withoutSpace(side) === withoutSpace(text));
      if (!isSide(truth)) {
        all.own++;
        const evidence = verifier.verify({ text: truth, origin: { name: 'own', reason: '' }, generators: ['own'] });
        note(kindsOf(evidence), (row) => row.own++);
        show(record, 'developers', evidence);
      }
      if (withoutSpace(sides.base ?? '') === '' && !isSide(sides.left + sides.right))
        lookAtUnion(record, sides, truth, verifier);
      const both = generate(material, services.syntax).candidates.find(
        ({ text, generators }) => generators.some((name) => /^(?:token|structured) merge$/.test(name)) && !isSide(text),
      );
      if (!both) return;
      all.both++;
      const isRight = withoutSpace(both.text) === withoutSpace(truth);
      if (isRight) all.right++;
      const evidence = verifier.verify(both);
      note(kindsOf(evidence), (row) => (isRight ? row.right++ : row.wrong++));
      show(record, isRight ? 'right' : 'wrong', evidence);
    });
}

/** Either order counts as right: which one is asked by other checks. */
function lookAtUnion(
  record: MinedRecord,
  { left, right }: Pick<MinedRecord, 'left' | 'right'>,
  truth: string,
  verifier: Verifier,
): void {
  const isRight = [left + right, right + left].some((text) => withoutSpace(text) === withoutSpace(truth));
  all.unions++;
  if (isRight) all.rightUnions++;
  const evidence = verifier.verify({ text: left + right, origin: { name: 'both', reason: '' }, generators: ['both'] });
  for (const kind of new Set(kindsOf(evidence))) {
    const row = unions.get(kind) ?? { right: 0, wrong: 0 };
    unions.set(kind, row);
    if (isRight) row.right++;
    else row.wrong++;
  }
  show(record, isRight ? 'right union' : 'wrong union', evidence);
}

async function main(): Promise<void> {
  const services = await loadServices();
  const choice: CorpusChoice = choiceOf(values);
  const files = await corpusFiles(positionals, 'conflicts');
  const wanted = files.filter((_, i) => values.half === undefined || (i % 2 === 0) === (values.half === 'even'));
  for (const file of wanted)
    for await (const record of readCorpus(file, choice)) {
      await services.syntax.ready(languageOf(record.path));
      look(record, services);
    }
  const { files: read, told, conflicts, own, both, right } = all;
  process.stdout.write(
    `${told} of ${read} whole files of the developers told of; ${conflicts} conflicts of ${wanted.length} repositories; ${own} texts of the developers that are no side; ${both} merged without a conflict, ${right} of them right\n\n${table(
      ['what is said', "of the developers' texts", 'of right merges', 'of wrong merges'],
      [...rows]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([kind, row]) => [kind, `${row.own} (${percent(row.own, own, 2)})`, row.right, row.wrong]),
    )}\n\n${all.unions} conflicts without a base, ours followed by theirs, ${all.rightUnions} of them right in one order or the other\n\n${table(
      ['what is said', 'of right unions', 'of wrong unions'],
      [...unions].sort(([a], [b]) => (a < b ? -1 : 1)).map(([kind, row]) => [kind, row.right, row.wrong]),
    )}\n`,
  );
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  process.exitCode = 1;
});
