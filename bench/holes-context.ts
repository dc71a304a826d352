/**
 * `npm run bench:context -- [--holes N] [--seed S] [--family ecma|java|python] [--misses FILE] CHECKOUT…`:
 * the share of the identifiers a hole needs that its context declares or uses, and of holes wholly covered, at 512, 1024
 * and 2048 o200k tokens, beside the baselines, one table a repository. Runs what `mortise batch` runs: the index, the type
 * engine in its worker, the assembler. `--alone` leaves the baselines out, `--misses` tells why
 * names were missed, `--rows FOLDER` keeps what the judge of names sees, for training, `--drawn FOLDER` keeps the drawn holes and indexes for another run.
 */
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { Completer, type OpenHole } from '../server/complete/complete.ts';
import { nameFeatures } from '../server/complete/context/nameFeatures.ts';
import type { Gathered } from '../server/complete/context/retrieveContext.ts';
import type { Family } from '../server/complete/index/indexFile.ts';
import { loadO200k } from '../server/complete/o200k.ts';
import { identifiersOf } from '../server/complete/tokens.ts';
import { listFiles } from '../server/git/listFiles.ts';
import { loadSyntax } from '../server/syntax/treeSitter.ts';
import { findTypescript, tsEngine } from '../server/types/tsEngine.ts';
import { baselineNames, baselines, spend } from './lib/contextBaselines.ts';
import { type ContextHole, codeOf, drawHoles } from './lib/contextHoles.ts';

const { values, positionals } = parseArgs({
  options: {
    holes: { type: 'string', default: '100' },
    seed: { type: 'string', default: '1' },
    family: { type: 'string', default: 'ecma' },
    misses: { type: 'string' },
    drawn: { type: 'string' },
    rows: { type: 'string' },
    alone: { type: 'boolean', default: false },
  },
  allowPositionals: true,
});

const budgets = [512, 1024, 2048];
const family = values.family as Family; // an unknown one has no files
const dist = join(process.cwd(), 'dist');
const syntax = await loadSyntax(join(process.cwd(), 'grammars'));
const count = await loadO200k();
const typescript = findTypescript(dist);
if (typescript === undefined) throw new Error('TypeScript is not installed beside this checkout');
const types = tsEngine({ worker: join(dist, 'typesWorker.cjs'), typescript });
const completer = new Completer({
  syntax,
  listFiles,
  types,
  modelsDir: join(process.cwd(), 'models'),
  count,
  ...(values.drawn ? { cacheDir: resolve(values.drawn) } : {}),
});

interface Score {
  found: number;
  needed: number;
  full: number;
}

const ways = ['ours', 'ours without import lines', ...baselineNames] as const;
const all = new Map<string, Score>();
let total = 0;

for (const given of positionals) {
  const root = resolve(given);
  const scores = new Map<string, Score>();
  const times: number[] = [];
  const cpu: number[] = [];
  let holes = 0;
  if (family === 'ecma') await types.open(root);
  for (const hole of await drawn(root)) {
    const began = process.cpuUsage();
    const started = performance.now();
    const open = await completer.open({ root, path: hole.path, text: hole.text, offset: hole.offset });
    if (!open) continue;
    holes++;
    total++;
    const gathered = await completer.gather(open);
    const first = completer.spend(gathered, 1024);
    times.push(performance.now() - started);
    const used = process.cpuUsage(began);
    cpu.push((used.user + used.system) / 1000);
    const rivals = values.alone ? undefined : baselines(hole, open, gathered.typed);
    for (const budget of budgets) {
      const items = budget === 1024 ? first.items : completer.spend(gathered, budget).items;
      const tokens = items.reduce((sum, item) => sum + count(item.text), 0);
      if (tokens > budget) throw new Error(`a context of ${tokens} tokens for a budget of ${budget}`);
      const ours = items.map((item) => item.text);
      const bare = ours.map((text) => text.replace(/^\s*(?:import|from)\b.*$/gm, ''));
      note(scores, `ours ${budget}`, hole, ours);
      note(scores, `ours without import lines ${budget}`, hole, bare);
      if (rivals)
        for (const name of baselineNames) note(scores, `${name} ${budget}`, hole, spend(rivals[name], budget, count));
      if (budget === 2048) explain(hole, open, gathered, ours);
      if (budget === 2048) keepRows(root, hole, gathered);
    }
  }
  print(basename(root), holes, scores, times, cpu);
}
if (positionals.length > 1) print('all', total, all, [], []);
await completer.dispose();

/** Item by item: a string or comment that is cut in one does not swallow the next. */
function namesOf(texts: readonly string[]): Set<string> {
  return new Set(texts.flatMap((text) => identifiersOf(codeOf(text, family))));
}

/** The holes of a root, drawn once and then read again where a folder is given. */
async function drawn(root: string): Promise<readonly ContextHole[]> {
  const name = `${basename(root)}-${family}-${values.holes}-${values.seed}.json`;
  const file = values.drawn && join(resolve(values.drawn), name);
  if (file && existsSync(file)) return JSON.parse(readFileSync(file, 'utf8')) as ContextHole[]; // our own file
  const found: ContextHole[] = [];
  const options = { completer, syntax, count, family, wanted: Number(values.holes), seed: Number(values.seed) };
  for await (const hole of drawHoles(root, options)) found.push(hole);
  if (file) {
    mkdirSync(resolve(values.drawn ?? '.'), { recursive: true });
    writeFileSync(file, JSON.stringify(found));
  }
  return found;
}

function note(scores: Map<string, Score>, key: string, hole: ContextHole, texts: readonly string[]): void {
  const shown = namesOf(texts);
  const found = hole.needed.filter((name) => shown.has(name)).length;
  for (const map of [scores, all]) {
    const score = map.get(key) ?? { found: 0, needed: 0, full: 0 };
    map.set(key, score);
    score.found += found;
    score.needed += hole.needed.length;
    score.full += Number(found === hole.needed.length);
  }
}

function print(
  name: string,
  holes: number,
  scores: ReadonlyMap<string, Score>,
  times: readonly number[],
  cpu: readonly number[],
): void {
  const percent = (part: number, whole: number): string => ((100 * part) / Math.max(1, whole)).toFixed(1);
  console.log(`\n| ${name}: ${holes} holes, recall / full % | ${budgets.join(' | ')} |\n|---|---|---|---|`);
  for (const way of values.alone ? ways.slice(0, 2) : ways) {
    const cells = budgets.map((budget) => {
      const score = scores.get(`${way} ${budget}`) ?? { found: 0, needed: 0, full: 0 };
      return `${percent(score.found, score.needed)} / ${percent(score.full, Math.max(1, holes))}`;
    });
    console.log(`| ${way} | ${cells.join(' | ')} |`);
  }
  if (times.length === 0) return;
  const at = (list: readonly number[], share: number): string =>
    ([...list].sort((x, y) => x - y)[Math.floor(share * (list.length - 1))] ?? 0).toFixed(0);
  console.log(
    `contextMs p50 ${at(times, 0.5)} p95 ${at(times, 0.95)}; CPU of the process p50 ${at(cpu, 0.5)} p95 ${at(cpu, 0.95)}`,
  );
}

/** Appends a hole: a line with its names, which of them it needs, and a row of numbers for each name. */
function keepRows(root: string, hole: ContextHole, { rows }: Gathered): void {
  if (!values.rows) return;
  mkdirSync(values.rows, { recursive: true });
  const names = [...rows.keys()];
  const needed = hole.needed.map((name) => names.indexOf(name));
  const told = { repo: basename(root), kind: hole.kind, count: names.length, needed };
  appendFileSync(join(values.rows, 'holes.jsonl'), `${JSON.stringify(told)}\n`);
  writeFileSync(join(values.rows, 'columns.json'), JSON.stringify(nameFeatures));
  appendFileSync(
    join(values.rows, 'rows.f32'),
    Buffer.from(Float32Array.from([...rows.values()].flatMap((row) => [...row])).buffer),
  );
}

/** Why a name is not in the context: nobody thought of it, nobody could show it, or the budget went elsewhere. */
function explain(hole: ContextHole, open: OpenHole, gathered: Gathered, shown: readonly string[]): void {
  if (!values.misses) return;
  const names = namesOf(shown);
  const offered = new Set(gathered.pieces.flatMap((piece) => piece.names));
  const lines = hole.needed
    .filter((name) => !names.has(name))
    .map((name) => {
      const places = open.workspace.index.symbolsNamed(name);
      const place = places.find((each) => !open.view.masked(each.file.path));
      const own = open.view.buffer.symbols.find((symbol) => symbol.name === name);
      const why = !gathered.rows.has(name) ? 'no row' : !offered.has(name) ? 'no piece' : 'budget';
      const rank = [...gathered.likely].filter(([, p]) => p > (gathered.likely.get(name) ?? 0)).length;
      const declared = own ? `own ${own.kind}` : `${place?.symbol.kind} ×${places.length} ${place?.file.path}`;
      return `${why}\t${name}\t${hole.kind}\trank ${rank}\t${declared}\t${hole.path}:${hole.offset}\t${hole.truth.replace(/\s+/g, ' ').slice(0, 80)}`;
    });
  if (lines.length > 0) appendFileSync(values.misses, `${lines.join('\n')}\n`);
}
