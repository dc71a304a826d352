/**
 * `npm run bench:items -- [--holes N] [--seed S] [--imports hidden|kept|mixed] [--endings .ts,.tsx] [--model FILE]
 * [--commas followed|cut] [--longest TOKENS] [--rows FOLDER] [--misses] [--out FILE] CHECKOUT…`: exact expressions with no model, through what `mortise batch` runs for a hole,
 * warm: by length and place, what the candidates reach, what is type-checked, confidence against truth, CPU time.
 * `--list` adds the order of TypeScript's own list, of whole expressions and of first tokens. `--no-context` leaves out the context, from which completions learn a little, for speed. `--rows` writes what training/items.py reads; `--model {repo}.json.gz` takes a model per repository.
 * `--longest 3` keeps the holes whose truth has three tokens or less. `--out` appends a line of JSON a hole: where its truth went and what was shown.
 */
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { Completer, OpenHole } from '../server/complete/complete.ts';
import { checkedItems, fillOf, holeRequest } from '../server/complete/items/checkItems.ts';
import { type RankedItem, rankItems } from '../server/complete/items/items.ts';
import { columns, type ItemModel, loadItemModel } from '../server/complete/items/rankItems.ts';
import { sameText } from '../server/complete/postprocess.ts';
import { lexCode } from '../server/complete/tokens.ts';
import { loadCompleter } from '../server/completionServices.ts';
import { type SampledHole, type SampleOptions, sampleHoles } from './holes-sample.ts';
import { EditorLists } from './lib/editorList.ts';

const { values, positionals } = parseArgs({
  options: {
    holes: { type: 'string', default: '60' },
    seed: { type: 'string', default: '1' },
    imports: { type: 'string', default: 'hidden' },
    endings: { type: 'string', default: '.ts,.tsx' },
    commas: { type: 'string' },
    model: { type: 'string' },
    rows: { type: 'string' },
    checks: { type: 'string', default: '40' },
    misses: { type: 'boolean', default: false },
    longest: { type: 'string', default: '500' },
    out: { type: 'string' },
    places: { type: 'boolean', default: false },
    list: { type: 'boolean', default: false },
    'no-context': { type: 'boolean', default: false },
  },
  allowPositionals: true,
});

interface Outcome {
  readonly hole: SampledHole;
  /** Place of the truth among what is shown; -1: absent. */
  readonly rank: number;
  readonly reached: boolean;
  /** Place of the truth before the checker's word, -1: absent. */
  readonly order: number;
  readonly ngramRank: number;
  readonly typedRank: number;
  /** Place of the truth and of its first token in TypeScript's list; of its first token among those of what is shown. */
  readonly listRank: number;
  readonly listFirst: number;
  readonly first: number;
  readonly shown: number;
  readonly checked: number;
  readonly confidence: number;
  readonly best: string;
  /** Of the first five: confidence, and whether it is the truth. */
  readonly five: readonly (readonly [number, boolean])[];
  readonly contextMs: number;
  readonly itemsMs: number;
}

/** Equal but for white space, the kind of quotes and a last comma. */
const normal = (text: string): string =>
  sameText(text)
    .replaceAll('"', "'")
    .replace(/,(?=[)\]}])/g, '')
    .replace(/;$/, '');

const cpu = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

let completer: Completer;
let model: ItemModel;
const lists = values.list
  ? new EditorLists(createRequire(join(process.cwd(), 'package.json'))('typescript'))
  : undefined;
const firstToken = (text: string): string => lexCode(normal(text)).texts[0] ?? '';

async function measure(hole: SampledHole): Promise<Outcome | undefined> {
  const open = await completer.open({ root: hole.root, path: hole.file, text: hole.text, offset: hole.offset });
  if (!open) return undefined;
  const t0 = cpu();
  const likely = values['no-context'] ? new Map<string, number>() : (await completer.context(open, 1024)).likely;
  await completer.typedHole(open);
  const t1 = cpu();
  // A busy machine may be slow: what is measured is CPU time.
  const services = { ...completer.itemServices, model, patience: 40 };
  const { items, none } = await rankItems(open, likely, services);
  // Rows carry the checker's answers themselves.
  const offered = values.rows ? [] : await checkedItems(open, items, services);
  const t2 = cpu();
  const truth = normal(hole.truth);
  const isTruth = (text: string): boolean => normal(text) === truth;
  if (values.rows) await writeRows(open, hole, items, none);
  const byNgram = items
    .filter((item) => item.proposal.beam !== undefined)
    .sort((a, b) => (a.proposal.beam ?? 0) - (b.proposal.beam ?? 0));
  const byCost = items
    .filter((item) => item.proposal.typed)
    .sort((a, b) => (a.proposal.typed?.cost ?? 0) - (b.proposal.typed?.cost ?? 0));
  const listed = lists?.at(hole.root, hole.file, hole.text, hole.offset) ?? [];
  const wanted = firstToken(hole.truth);
  const firsts = [...new Set(offered.map((item) => firstToken(item.text)))];
  const rankIn = (list: readonly RankedItem[]): number => list.findIndex((item) => isTruth(item.proposal.text));
  const order = rankIn(items);
  const outcome: Outcome = {
    hole,
    rank: offered.findIndex((item) => isTruth(item.text)),
    reached: order >= 0,
    order,
    ngramRank: rankIn(byNgram),
    typedRank: rankIn(byCost),
    listRank: listed.findIndex(isTruth),
    listFirst: listed.findIndex((text) => normal(text) === wanted),
    first: firsts.indexOf(wanted),
    shown: offered.length,
    checked: offered.filter((item) => item.checked).length,
    confidence: offered[0]?.confidence ?? 0,
    best: offered[0]?.text ?? '',
    five: offered.slice(0, 5).map(({ text, confidence }) => [confidence, isTruth(text)]),
    contextMs: t1 - t0,
    itemsMs: t2 - t1,
  };
  if (values.out) appendFileSync(values.out, `${JSON.stringify(await traceOf(open, outcome, items))}\n`);
  return outcome;
}

/** Where the truth of a hole went: the first sixty candidates, each with its share and the checker's word, and the truth's own where it is none of them. */
async function traceOf(
  open: OpenHole,
  { hole, order, rank }: Outcome,
  items: readonly RankedItem[],
): Promise<Record<string, unknown>> {
  const { root, file, text, offset, truth, place, tokens, hidden } = hole;
  const listed = items.slice(0, 60);
  const told = items[order] ? fillOf(items[order].proposal) : { text: truth };
  const fills = [...listed.map(({ proposal }) => fillOf(proposal)), told];
  const words = await completer.services.types.check(holeRequest(open), fills, { deadline: 20_000, sense: true });
  return {
    repo: basename(root),
    file: file.slice(root.length + 1),
    offset,
    truth,
    place,
    tokens,
    hidden,
    candidates: items.length,
    order,
    rank,
    word: words.at(-1),
    listed: listed.map(({ proposal, share }, i) => [proposal.text, share, words[i]]),
    before: text.slice(Math.max(0, offset - 300), offset),
    after: text.slice(offset, offset + 80),
  };
}

/**
 * Rows of a hole as 32-bit floats, and a line that says whose they are, which is right, and what the checker says of
 * the first forty (`--checks`), of more than are shown, so that the order of the model at hand decides little.
 */
async function writeRows(
  open: OpenHole,
  hole: SampledHole,
  items: readonly RankedItem[],
  none: readonly number[],
): Promise<void> {
  const folder = values.rows ?? '';
  const truth = normal(hole.truth);
  const right = items.findIndex((item) => normal(item.proposal.text) === truth);
  const fills = items.map(({ proposal }) => fillOf(proposal));
  const most = Number(values.checks);
  const first = await completer.services.types.check(holeRequest(open), fills.slice(0, most), {
    deadline: 6000,
    enough: most,
  });
  const checks = fills.map((_, i) => ({ ok: 1, leaves: 1, near: 1, error: 2, unknown: 0 })[first[i] ?? 'unknown']);
  const data = Float32Array.from([...items.flatMap((item) => item.row), ...none]);
  appendFileSync(join(folder, 'rows.f32'), Buffer.from(data.buffer));
  const line = {
    repo: basename(hole.root),
    file: hole.file.slice(hole.root.length),
    place: hole.place,
    length: hole.tokens,
    count: items.length,
    right,
    checks,
    hidden: hole.hidden,
    truth: hole.truth,
    before: hole.text.slice(Math.max(0, hole.offset - 160), hole.offset),
    best: items.slice(0, 30).map(({ proposal }) => proposal.text),
  };
  appendFileSync(join(folder, 'holes.jsonl'), `${JSON.stringify(line)}\n`);
}

const quantile = (list: readonly number[], q: number): string => {
  const sorted = [...list].sort((a, b) => a - b);
  return (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? 0).toFixed(0);
};
const percent = (part: number, whole: number): string => ((100 * part) / Math.max(1, whole)).toFixed(1);

function line(label: string, part: readonly Outcome[]): void {
  if (part.length === 0) return;
  const share = (test: (o: Outcome) => boolean): string => percent(part.filter(test).length, part.length).padStart(6);
  const within = (key: 'rank' | 'ngramRank' | 'typedRank' | 'listRank' | 'listFirst' | 'first', n: number) =>
    share((o) => o[key] >= 0 && o[key] < n);
  const cells = [within('rank', 1), within('rank', 5), within('rank', 10), share((o) => o.reached)];
  const baselines = [within('ngramRank', 1), within('ngramRank', 5), within('typedRank', 1), within('typedRank', 5)];
  console.log(`${label.padEnd(26)} ${String(part.length).padStart(4)} ${cells.join(' ')}  | ${baselines.join(' ')}`);
  if (!lists) return;
  const list = (key: 'listRank' | 'listFirst' | 'first'): string => [1, 5, 10].map((n) => within(key, n)).join(' ');
  console.log(
    `    TypeScript's list, top-1, 5, 10: whole ${list('listRank')}, first token ${list('listFirst')}; ours, first token ${list('first')}`,
  );
}

function report(name: string, outcomes: readonly Outcome[]): void {
  line(name, outcomes);
  line(
    '  ≤ 3 tokens',
    outcomes.filter((o) => o.hole.tokens <= 3),
  );
  line(
    '  4–8 tokens',
    outcomes.filter((o) => o.hole.tokens > 3 && o.hole.tokens <= 8),
  );
  line(
    '  more',
    outcomes.filter((o) => o.hole.tokens > 8),
  );
  const shown = outcomes.filter((o) => o.confidence >= model.threshold);
  const right = shown.filter((o) => o.rank === 0).length;
  const checked = outcomes.reduce((sum, o) => sum + o.checked, 0);
  const all = outcomes.reduce((sum, o) => sum + o.shown, 0);
  console.log(
    `  ghost text at ${percent(shown.length, outcomes.length)} % of holes, right in ${percent(right, shown.length)} %; calibration error ${calibrationError(outcomes).toFixed(3)}; type-checked ${percent(checked, all)} % of ${all} shown`,
  );
  byConfidence(outcomes);
  const times = (['contextMs', 'itemsMs'] as const).map((key) => {
    const list = outcomes.map((o) => o[key]);
    return `${key} ${quantile(list, 0.5)} / ${quantile(list, 0.95)}`;
  });
  console.log(`  CPU p50 / p95: ${times.join(', ')}`);
}

const STEPS = [0, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2];

/** How often what stands among the first five is right, by its confidence: what is shown with a star is chosen by it. */
function byConfidence(outcomes: readonly Outcome[]): void {
  const all = outcomes.flatMap(({ five }) => five);
  const cells = STEPS.map((from, i) => {
    const part = all.filter(([confidence]) => confidence >= from && confidence < (STEPS[i + 1] ?? 2));
    return `≥${from} ${part.filter(([, isRight]) => isRight).length}/${part.length}`;
  });
  console.log(`  of the first five, right by confidence: ${cells.join(', ')}`);
}

/** Mean gap between confidence and truth of the best item, in ten bins. */
function calibrationError(outcomes: readonly Outcome[]): number {
  let sum = 0;
  for (let bin = 0; bin < 10; bin++) {
    const part = outcomes.filter((o) => Math.min(9, Math.floor(o.confidence * 10)) === bin);
    const right = part.filter((o) => o.rank === 0).length;
    sum += Math.abs(right - part.reduce((total, o) => total + o.confidence, 0));
  }
  return sum / Math.max(1, outcomes.length);
}

const options: SampleOptions = {
  count: Number(values.holes),
  seed: Number(values.seed),
  imports: values.imports === 'kept' || values.imports === 'mixed' ? values.imports : 'hidden',
  endings: values.endings.split(','),
  ...(values.commas === 'followed' || values.commas === 'cut' ? { commas: values.commas } : {}),
};
async function main(): Promise<void> {
  completer = await loadCompleter({ cacheDir: resolve('.cache/index') });
  model = completer.model;
  if (values.rows) {
    mkdirSync(values.rows, { recursive: true });
    writeFileSync(join(values.rows, 'columns.json'), JSON.stringify(columns));
  }
  const everything: Outcome[] = [];
  console.log(`${'repository'.padEnd(26)}    n  top-1  top-5 top-10  reach  | ngram1 ngram5 types1 types5`);
  for (const path of positionals) {
    const root = resolve(path);
    const name = basename(root);
    if (values.model) model = loadItemModel('.', values.model.replace('{repo}', name));
    const holes = sampleHoles(root, options).filter((hole) => hole.tokens <= Number(values.longest));
    await completer.services.types.open(root);
    const outcomes: Outcome[] = [];
    for (const [i, hole] of holes.entries()) {
      const outcome = await measure(hole);
      if (!outcome) continue;
      // The first few warm up what the editor keeps warm.
      if (i >= Math.min(5, holes.length / 4) || values.rows) outcomes.push(outcome);
      if (values.misses && outcome.rank !== 0 && hole.tokens <= 12)
        console.log(
          `   ${hole.place} ${outcome.reached ? `rank ${outcome.rank}` : 'absent'}: ${hole.truth.replace(/\s+/g, ' ')}   not ${outcome.best.replace(/\s+/g, ' ').slice(0, 50)} (${outcome.confidence.toFixed(2)})  ← ${hole.file.slice(root.length)}: …${hole.text.slice(Math.max(0, hole.offset - 60), hole.offset).replace(/\s+/g, ' ')}`,
        );
    }
    report(name, outcomes);
    everything.push(...outcomes);
  }
  if (positionals.length > 1) report('all', everything);
  if (values.places)
    for (const place of [...new Set(everything.map((o) => o.hole.place))].sort())
      line(
        place,
        everything.filter((o) => o.hole.place === place),
      );
  await completer.dispose();
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
