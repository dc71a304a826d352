/**
 * `npm run bench:hunks -- CORPUS…`: single conflicts. Whether the developers' text is among the candidates (oracle), first
 * or among the first three; coverage at a precision; calibration; by language, origin and tier. Then sessions: the same
 * conflicts decided one after another, each knowing the decisions before it, in three orders. Right: equal but for space.
 */
import { writeFileSync } from 'node:fs';
import type { CorpusChoice } from '../server/mine/corpus.ts';
import { locateHunks, type MinedHunk } from '../server/mine/hunks.ts';
import { type MinedRecord, recordKey, recordRank } from '../server/mine/record.ts';
import { withoutSpace } from '../server/mine/same.ts';
import { Batch, type ConflictAnswer, eachOf, failed } from './lib/batch.ts';
import { choiceOf, readBench, sample, sharedOptions } from './lib/choice.ts';
import { calibrationError, coverageAt, type Guess, precisionAt, reliability } from './lib/curve.ts';
import { countBy, groups, groupsAndAll, percent, quantile, table } from './lib/report.ts';

const usage = `Usage: npm run bench:hunks -- CORPUS... [--per-repo 60] [--orders none,path,random,time]
  Whole merges are drawn until a repository has --per-repo files; at most 8 conflicts a file.
  [--languages ts,js] [--seed S] [--only KEYS.jsonl] [--out RESULTS.jsonl] [--no-history] [--cli dist/cli.cjs]
`;

const { values, positionals } = readBench(usage, {
  ...sharedOptions,
  'per-repo': { type: 'string', default: '60' },
  orders: { type: 'string', default: 'none,path,random,time' },
  'no-history': { type: 'boolean', default: false },
});

/** As the corpora the field's figures come from. */
const PER_FILE = 8;
/** Siblings sent with a request: the newest decided and the nearest open; none of enormous size. */
const SIBLINGS = 60;
const SIBLING_UNITS = 20_000;

interface Item {
  readonly record: MinedRecord;
  readonly hunk: MinedHunk;
  readonly truth: string;
}

interface Row extends Guess {
  readonly key: string;
  readonly index: number;
  readonly lang: string;
  readonly repo: string;
  readonly merge: string;
  /** Place of the developers' text among the answers; -1: not there. */
  readonly place: number;
  readonly answers: number;
  readonly tier: string;
  readonly origin: string;
  readonly decided: number;
  readonly ms: number;
  readonly error: boolean;
}

type Order = 'none' | 'path' | 'random' | 'time';

function itemsOf(record: MinedRecord): Item[] {
  const { hunks } = locateHunks(record);
  return hunks
    .flatMap((hunk) => (hunk.resolution === undefined ? [] : [{ record, hunk, truth: withoutSpace(hunk.resolution) }]))
    .slice(0, PER_FILE);
}

/** The items of one merge in the order in which they are decided. */
function ordered(items: readonly Item[], order: Order): Item[] {
  const path = (item: Item) => `${item.record.path}\0${String(item.hunk.index).padStart(6, '0')}`;
  // "As edited": the file either side touched longest ago first.
  const edited = ({ record: { history } }: Item) =>
    String(Math.max(0, ...[...(history?.left ?? []), ...(history?.right ?? [])].map(({ time }) => time))).padStart(
      12,
      '0',
    );
  const key: Record<Order, (item: Item) => string> = {
    none: path,
    path,
    random: (item) => recordRank(`${recordKey(item.record)}#${item.hunk.index}`, 'order'),
    time: (item) => `${edited(item)}${path(item)}`,
  };
  const by = key[order];
  return [...items].sort((x, y) => (by(x) < by(y) ? -1 : by(x) > by(y) ? 1 : 0));
}

const fits = ({ hunk: { sides } }: Item): boolean =>
  sides.left.length + sides.right.length + (sides.base ?? '').length < SIBLING_UNITS;

function request(items: readonly Item[], at: number, order: Order): object {
  const item = items[at];
  if (!item) return {};
  const { record, hunk } = item;
  const [base, left, right] = record.times;
  const decided = order === 'none' ? [] : items.slice(0, at).filter(fits).slice(-SIBLINGS);
  const open =
    order === 'none'
      ? []
      : items
          .slice(at + 1)
          .filter(fits)
          .slice(0, SIBLINGS);
  const sides = ({ record: { path }, hunk: { sides } }: Item) => ({ path, ...sides });
  return {
    kind: 'conflict',
    path: record.path,
    ...hunk.sides,
    before: hunk.before,
    after: hunk.after,
    times: { base, left, right },
    siblings: decided.map((one) => ({ ...sides(one), chosen: one.hunk.resolution })),
    openSiblings: open.map(sides),
    ...(record.history && !values['no-history'] ? { history: record.history } : {}),
  };
}

async function measure(order: Order, merges: readonly (readonly Item[])[], batch: Batch): Promise<Row[]> {
  const rows: Row[] = [];
  const questions = merges.flatMap((items) => {
    const sorted = ordered(items, order);
    return sorted.map((item, at) => ({ item, at, sorted }));
  });
  await eachOf(questions, 4, async ({ item, at, sorted }) => {
    const answer = await batch.ask<ConflictAnswer>(request(sorted, at, order));
    rows.push(rowOf(item, order === 'none' ? 0 : at, answer));
  });
  return rows;
}

function rowOf(
  { record, hunk, truth }: Item,
  decided: number,
  answer: Awaited<ReturnType<typeof Batch.prototype.ask<ConflictAnswer>>>,
): Row {
  const error = failed(answer);
  const resolutions = error ? [] : answer.resolutions;
  const place = resolutions.findIndex(({ text }) => withoutSpace(text) === truth);
  const [best] = resolutions;
  return {
    key: recordKey(record),
    index: hunk.index,
    lang: record.lang,
    repo: record.repo,
    merge: record.merge,
    place,
    answers: resolutions.length,
    right: place === 0,
    confidence: best?.confidence ?? 0,
    tier: best?.tier ?? 'none',
    origin: best?.origin ?? 'none',
    decided,
    ms: error ? 0 : answer.ms,
    error,
  };
}

const headers = [
  '',
  'conflicts',
  'oracle',
  'top-1',
  'top-3',
  'p ≥ .9',
  'cov. at 95 %',
  '97 %',
  '98 %',
  'at half coverage',
  'ECE',
  'errors',
];

function cells(name: string, rows: readonly Row[]): (string | number)[] {
  const sure = rows.filter(({ confidence }) => confidence >= 0.9);
  const cover = (precision: number) => percent(coverageAt(rows, precision).coverage, 1);
  return [
    name,
    rows.length,
    percent(
      countBy(rows, ({ place }) => place >= 0),
      rows.length,
    ),
    percent(
      countBy(rows, ({ right }) => right),
      rows.length,
    ),
    percent(
      countBy(rows, ({ place }) => place >= 0 && place < 3),
      rows.length,
    ),
    `${percent(sure.length, rows.length)} @ ${percent(
      countBy(sure, ({ right }) => right),
      sure.length,
    )}`,
    cover(0.95),
    cover(0.97),
    cover(0.98),
    percent(precisionAt(rows, 0.5) ?? 0, 1),
    calibrationError(rows).toFixed(3),
    countBy(rows, ({ error }) => error),
  ];
}

function report(order: Order, rows: readonly Row[]): string {
  const title = order === 'none' ? 'Each conflict alone' : `Session, decided in order of ${order}`;
  const parts = [
    `## ${title}`,
    table(
      headers,
      groupsAndAll(rows, ({ lang }) => lang).map(([name, group]) => cells(name, group)),
    ),
  ];
  const times = rows.map(({ ms }) => ms);
  parts.push(
    `Time in batch: median ${quantile(times, 0.5).toFixed(1)} ms, p95 ${quantile(times, 0.95).toFixed(1)} ms wall a conflict.`,
  );
  if (order !== 'none') {
    const known = groups(
      [...rows].sort((x, y) => x.decided - y.decided),
      ({ decided }) => bucket(decided),
    );
    const sorted = known.sort((x, y) => (x[1][0]?.decided ?? 0) - (y[1][0]?.decided ?? 0));
    parts.push(
      '### By decisions known',
      table(
        headers,
        sorted.map(([name, group]) => cells(name, group)),
      ),
    );
  }
  if (order === 'none' || order === 'path') {
    parts.push(
      '### By repository',
      table(
        headers,
        groups(rows, ({ repo }) => repo).map(([name, group]) => cells(name, group)),
      ),
    );
    parts.push(
      '### By tier of the first',
      shares(rows, ({ tier }) => tier),
      '### By origin of the first',
      shares(rows, ({ origin }) => origin),
    );
    const bins = reliability(rows).map(({ from, to, n, confidence, right }) => [
      `${from.toFixed(1)}–${to.toFixed(1)}`,
      n,
      confidence.toFixed(3),
      right.toFixed(3),
    ]);
    parts.push('### Reliability', table(['confidence', 'conflicts', 'mean confidence', 'share right'], bins));
  }
  return `${parts.join('\n\n')}\n\n`;
}

function bucket(decided: number): string {
  if (decided < 3) return String(decided);
  return decided < 6 ? '3–5' : decided < 11 ? '6–10' : '11 and more';
}

function shares(rows: readonly Row[], name: (row: Row) => string): string {
  const body = groups(rows, name).map(([key, group]) => {
    const right = countBy(group, (row) => row.right);
    const mean = group.reduce((sum, row) => sum + row.confidence, 0) / group.length;
    return [key, group.length, percent(group.length, rows.length), percent(right, group.length), mean.toFixed(3)];
  });
  return table(['', 'conflicts', 'share', 'right', 'mean confidence'], body);
}

async function main(): Promise<void> {
  const merges = new Map<string, Item[]>();
  const choice: CorpusChoice = { ...choiceOf(values), byMerge: true };
  let located = 0;
  let all = 0;
  for await (const record of sample(positionals, 'conflicts', choice)) {
    const items = itemsOf(record);
    all += record.n_hunks;
    located += items.length;
    const id = `${record.repo}@${record.merge}`;
    merges.set(id, [...(merges.get(id) ?? []), ...items]);
  }
  process.stdout.write(
    `Conflicts: ${located} located of ${all} (at most ${PER_FILE} a file), in ${merges.size} merges.\n\n`,
  );
  const batch = new Batch([process.execPath, values.cli, 'batch', '--apply', 'none']);
  const results: object[] = [];
  for (const order of values.orders.split(',') as Order[]) {
    const rows = await measure(order, [...merges.values()], batch);
    process.stdout.write(report(order, rows));
    results.push(...rows.map((row) => ({ order, ...row })));
  }
  await batch.close();
  if (values.out !== undefined) writeFileSync(values.out, `${results.map((row) => JSON.stringify(row)).join('\n')}\n`);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  process.exitCode = 1;
});
