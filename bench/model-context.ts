/**
 * `npm run bench:model-context -- --address URL CHECKOUT…`: what context is worth to a language model. How probable it finds what
 * really stood in a hole with no context, a ring buffer of chunks, BM25 chunks, and ours, under the same budget. Any server that
 * tells log-probabilities: llama-server (start it with `-c 8192 -b 2048 -np 1`), or one that echoes them (vLLM).
 *   --holes N --seed S       holes of each checkout
 *   --drawn needed|any       holes that need a name from elsewhere (default), or the rest of any line of code
 *   --budget --prefix --suffix   tokens (o200k) of context, before the hole, after it
 * TypeScript and JavaScript. Use checkouts that the model was not trained on.
 */
import { readFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { Completer } from '../server/complete/complete.ts';
import { familyOf } from '../server/complete/index/indexFile.ts';
import { loadO200k } from '../server/complete/o200k.ts';
import { listFiles } from '../server/git/listFiles.ts';
import type { ExtraFile } from '../server/model/provider.ts';
import { findServer } from '../server/model/servers.ts';
import { loadSyntax } from '../server/syntax/treeSitter.ts';
import { findTypescript, tsEngine } from '../server/types/tsEngine.ts';
import { random } from './holes-sample.ts';
import { baselines, spend } from './lib/contextBaselines.ts';
import { type ContextHole, drawHoles } from './lib/contextHoles.ts';
import { type Scored, type Served, scored } from './lib/logprob.ts';

const { values, positionals } = parseArgs({
  options: {
    address: { type: 'string', default: 'http://127.0.0.1:8080' },
    model: { type: 'string' },
    holes: { type: 'string', default: '60' },
    seed: { type: 'string', default: '1' },
    drawn: { type: 'string', default: 'needed' },
    budget: { type: 'string', default: '1024' },
    prefix: { type: 'string', default: '768' },
    suffix: { type: 'string', default: '128' },
  },
  allowPositionals: true,
});
const [budget, before, after] = [Number(values.budget), Number(values.prefix), Number(values.suffix)];
/** Longer fills are cut: their first lines tell as much, and the rest depends on them. */
const MOST = 240;

const found = await findServer({ address: values.address }, AbortSignal.timeout(10_000));
const served: Served = {
  kind: found.kind,
  address: values.address,
  model: values.model ?? found.models[0]?.name ?? '',
};
const dist = join(process.cwd(), 'dist');
const syntax = await loadSyntax(join(process.cwd(), 'grammars'));
const count = await loadO200k();
const typescript = findTypescript(dist);
if (typescript === undefined) throw new Error('TypeScript is not installed beside this checkout');
const types = tsEngine({ worker: join(dist, 'typesWorker.cjs'), typescript });
const completer = new Completer({ syntax, listFiles, types, modelsDir: join(process.cwd(), 'models'), count });

const ways = ['nothing', 'ring buffer', 'BM25', 'ours'] as const;
type Way = (typeof ways)[number];
interface Row {
  readonly length: number;
  readonly scores: Readonly<Record<Way, Scored>>;
}
const all: Row[] = [];
for (const given of positionals) {
  const root = resolve(given);
  const rows: Row[] = [];
  await types.open(root);
  for await (const hole of values.drawn === 'any' ? anyHoles(root) : neededHoles(root)) {
    const row = await rowOf(root, hole).catch((error: unknown) => {
      console.error(`${hole.path}: ${error instanceof Error ? error.message : String(error)}`);
      return undefined;
    });
    if (row) rows.push(row);
  }
  print(basename(root), rows);
  all.push(...rows);
}
if (positionals.length > 1) print('all', all);
await completer.dispose();

async function rowOf(root: string, hole: ContextHole): Promise<Row | undefined> {
  const open = await completer.open({ root, path: hole.path, text: hole.text, offset: hole.offset });
  const truth = hole.truth.slice(0, MOST).replace(/\n[^\n]*$/, (last) => (hole.truth.length > MOST ? '' : last));
  if (!open || truth.trim() === '') return undefined;
  const gathered = await completer.gather(open);
  const rivals = baselines(hole, open, gathered.typed);
  // A chunk of a rival has no name of its own.
  const chunks = (texts: readonly string[]): ExtraFile[] => texts.map((text) => ({ path: 'other', text: `${text}\n` }));
  const extra: Readonly<Record<Way, readonly ExtraFile[]>> = {
    nothing: [],
    'ring buffer': chunks(spend(rivals['ring buffer'], budget, count)),
    BM25: chunks(spend(rivals.BM25, budget, count)),
    ours: completer.spend(gathered, budget).items.map(({ path, text }) => ({ path, text })),
  };
  const [prefix, suffix] = [
    lastTokens(hole.text.slice(0, hole.offset), before),
    firstTokens(hole.text.slice(hole.offset), after),
  ];
  const parts = { path: hole.path, prefix, suffix, maxTokens: 1, comment: '//' };
  const one = (way: Way) => scored(served, { ...parts, extra: extra[way] }, truth);
  const scores = {
    nothing: await one('nothing'),
    'ring buffer': await one('ring buffer'),
    BM25: await one('BM25'),
    ours: await one('ours'),
  };
  return { length: truth.length, scores };
}

function neededHoles(root: string): AsyncGenerator<ContextHole> {
  return drawHoles(root, {
    completer,
    syntax,
    count,
    family: 'ecma',
    wanted: Number(values.holes),
    seed: Number(values.seed),
  });
}

/** The rest of a line from the start of a word, one a file, files in a random order. */
async function* anyHoles(root: string): AsyncGenerator<ContextHole> {
  const next = random(Number(values.seed));
  const { index } = await completer.workspace(root);
  const paths = [...index.files.keys()]
    .filter((path) => familyOf(path) === 'ecma' && !/\.d\.[cm]?ts$/.test(path))
    .sort();
  const order = paths.map((path) => ({ path, at: next() })).sort((x, y) => x.at - y.at);
  for (const { path } of order.slice(0, Number(values.holes))) {
    const whole = readFileSync(join(root, path), 'utf8').replace(/^\uFEFF/, '');
    const words = [...whole.matchAll(/[A-Za-z_$][\w$]*(?=[^\n]{4})/g)];
    const offset = words[Math.floor(next() * words.length)]?.index;
    if (offset === undefined) continue;
    const end = whole.indexOf('\n', offset);
    const truth = whole.slice(offset, end < 0 ? whole.length : end);
    yield {
      root,
      path,
      kind: 'return',
      text: whole.slice(0, offset) + whole.slice(offset + truth.length),
      offset,
      truth,
      needed: [],
    };
  }
}

function lastTokens(text: string, limit: number): string {
  const lines = text.split('\n');
  let kept = lines.pop() ?? '';
  for (let line = lines.pop(); line !== undefined && count(`${line}\n${kept}`) <= limit; line = lines.pop())
    kept = `${line}\n${kept}`;
  return kept;
}

function firstTokens(text: string, limit: number): string {
  const lines = text.split('\n');
  let kept = lines.shift() ?? '';
  for (let line = lines.shift(); line !== undefined && count(`${kept}\n${line}`) <= limit; line = lines.shift())
    kept = `${kept}\n${line}`;
  return kept;
}

function print(name: string, rows: readonly Row[]): void {
  const sum = (of: (row: Row) => number) => rows.reduce((total, row) => total + of(row), 0);
  const chars = sum(({ length }) => length);
  console.log(
    `\n${name}: ${rows.length} holes, ${chars} characters; ${served.model}, context of ${budget} tokens, ${before} before, ${after} after`,
  );
  console.log(
    '| context | bits a character | nats a hole | against nothing, nats a hole (95 %) | better than nothing | likeliest text is right | prompt tokens |',
  );
  console.log('|---|---|---|---|---|---|---|');
  for (const way of ways) {
    const gain = (row: Row) => row.scores[way].logprob - row.scores.nothing.logprob;
    const [low, high] = interval(rows.map(gain));
    const share = (hits: number) => `${((100 * hits) / Math.max(1, rows.length)).toFixed(1)} %`;
    const mean = sum(gain) / rows.length;
    const cells = [
      (-sum((row) => row.scores[way].logprob) / Math.LN2 / chars).toFixed(3),
      (sum((row) => row.scores[way].logprob) / rows.length).toFixed(2),
      way === 'nothing' ? '' : `${mean >= 0 ? '+' : ''}${mean.toFixed(2)} (${low.toFixed(2)} to ${high.toFixed(2)})`,
      way === 'nothing' ? '' : share(rows.filter((row) => gain(row) > 0).length),
      share(rows.filter((row) => row.scores[way].likeliest).length),
      (sum((row) => row.scores[way].prompt ?? 0) / rows.length).toFixed(0),
    ];
    console.log(`| ${way} | ${cells.join(' | ')} |`);
  }
}

/** Bootstrap over holes. */
function interval(gains: readonly number[]): readonly [number, number] {
  const next = random(5);
  const means = Array.from({ length: 2000 }, () => {
    let total = 0;
    for (let i = 0; i < gains.length; i++) total += gains[Math.floor(next() * gains.length)] ?? 0;
    return total / Math.max(1, gains.length);
  }).sort((a, b) => a - b);
  return [means[50] ?? 0, means[1949] ?? 0];
}
