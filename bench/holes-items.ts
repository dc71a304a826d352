/**
 * `npm run bench:items -- [--holes N] [--seed S] [--dump FILE] CHECKOUT…`: exact expressions by typed enumeration alone,
 * the share of checked candidates, context rates by source, and times. Runs the engine in process, warm.
 */
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { features } from '../server/types/candidateCost.ts';
import { TsCore } from '../server/types/tsCore.ts';
import { gatherFills } from '../server/types/tsEnumerate.ts';
import { type SampledHole, sampleHoles } from './holes-sample.ts';

const { values, positionals } = parseArgs({
  options: {
    holes: { type: 'string', default: '60' },
    seed: { type: 'string', default: '1' },
    dump: { type: 'string' },
    verbose: { type: 'boolean', default: false },
  },
  allowPositionals: true,
});

interface Outcome {
  readonly hole: SampledHole;
  readonly rank: number;
  readonly known: boolean;
  readonly checkedRank: number;
  readonly truthCheck: string;
  readonly topCheck: string;
  readonly holeMs: number;
  readonly contextMs: number;
  readonly enumerateMs: number;
  readonly checkMs: number;
}

const normal = (text: string): string => text.replace(/\s+/g, ' ').replaceAll('"', "'").trim();
const tsc = createRequire(join(process.cwd(), 'package.json'))('typescript');
const rates = new Map<string, { items: number; hits: number; tokens: number }>();
const dumped: unknown[] = [];

function measure(core: TsCore, hole: SampledHole): Outcome {
  const request = { file: hole.file, text: hole.text, offset: hole.offset };
  const t0 = performance.now();
  const found = core.inspect(request);
  const t1 = performance.now();
  const context = core.context(request, {});
  const t2 = performance.now();
  const used = new Set(hole.truth.match(/[A-Za-z_$][\w$]*/g));
  for (const item of context) {
    const key = `${item.source} ${Math.min(6, Math.round(item.depth))}`;
    const rate = rates.get(key) ?? { items: 0, hits: 0, tokens: 0 };
    rate.items++;
    rate.tokens += item.text.length / 4;
    if (item.names.some((name) => used.has(name))) rate.hits++;
    rates.set(key, rate);
  }
  const fills = found ? gatherFills(found.state, found.index, { deadline: 400 }, () => false) : [];
  const t3 = performance.now();
  const rank = fills.findIndex((item) => normal(item.text) === normal(hole.truth));
  if (values.dump)
    dumped.push({
      truth: rank >= 150 ? 150 : rank,
      features: fills.filter((_, i) => i < 150 || i === rank).map((item) => features(item.facts)),
    });
  const top = fills.slice(0, 8).map((item) => ({ text: item.text, ...(item.edits ? { edits: item.edits } : {}) }));
  const results = core.check(request, top, { deadline: 5000 });
  const t4 = performance.now();
  const truthCheck = core.check(request, [{ text: hole.truth }], { deadline: 5000 })[0] ?? 'unknown';
  const passed = top.filter((_, i) => results[i] === 'ok');
  return {
    hole,
    rank,
    known: found !== undefined && found.state.expectation.type !== undefined,
    checkedRank: passed.findIndex((fill) => normal(fill.text) === normal(hole.truth)),
    truthCheck,
    topCheck: results[0] ?? 'none',
    holeMs: t1 - t0,
    contextMs: t2 - t0,
    enumerateMs: t3 - t2,
    checkMs: t4 - t3,
  };
}

const quantile = (list: number[], q: number): string => {
  const sorted = [...list].sort((a, b) => a - b);
  return (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? 0).toFixed(0);
};
const percent = (part: number, whole: number): string => ((100 * part) / Math.max(1, whole)).toFixed(1);

function report(name: string, outcomes: readonly Outcome[]): void {
  const line = (label: string, part: readonly Outcome[]): void => {
    const at = (n: number): number => part.filter((o) => o.rank >= 0 && o.rank < n).length;
    const checked = (n: number): number => part.filter((o) => o.checkedRank >= 0 && o.checkedRank < n).length;
    const cells = [at(1), at(5), at(10), at(1000), checked(1), checked(5)].map((n) =>
      percent(n, part.length).padStart(6),
    );
    console.log(
      `${label.padEnd(28)} ${String(part.length).padStart(4)} ${cells.join(' ')}  known ${percent(part.filter((o) => o.known).length, part.length)}`,
    );
  };
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
  const times = (['holeMs', 'contextMs', 'enumerateMs', 'checkMs'] as const).map(
    (key) =>
      `${key} ${quantile(
        outcomes.map((o) => o[key]),
        0.5,
      )}/${quantile(
        outcomes.map((o) => o[key]),
        0.95,
      )}`,
  );
  console.log(
    `  ms p50/p95: ${times.join('  ')}; truth checks ok ${percent(outcomes.filter((o) => o.truthCheck === 'ok').length, outcomes.length)}, top ok ${percent(outcomes.filter((o) => o.topCheck === 'ok').length, outcomes.length)}`,
  );
}

const all: Outcome[] = [];
console.log(`${'repository'.padEnd(28)}    n  top-1  top-5 top-10    any  chk-1  chk-5`);
for (const path of positionals) {
  const root = resolve(path);
  const core = new TsCore(tsc);
  const outcomes: Outcome[] = [];
  const opened = performance.now();
  const holes = sampleHoles(root, Number(values.holes), Number(values.seed));
  const state = core.openRoot(root, holes[0]?.file);
  console.log(
    `${basename(root)}: ${state.files} files, open ${(performance.now() - opened).toFixed(0)} ms, ${(process.memoryUsage().rss / 1e6).toFixed(0)} MB, ${state.config ?? 'inferred'}`,
  );
  for (const hole of holes) {
    const outcome = measure(core, hole);
    outcomes.push(outcome);
    if (values.verbose && outcome.rank !== 0 && hole.tokens <= 8) {
      console.log(
        `   ${hole.place} rank ${outcome.rank} known ${outcome.known} ${outcome.truthCheck}: ${normal(hole.truth)}   ← ${hole.file.slice(root.length)}: …${normal(hole.text.slice(hole.offset - 40, hole.offset))}`,
      );
    }
  }
  report(basename(root), outcomes);
  all.push(...outcomes);
  if (values.dump) writeFileSync(values.dump, dumped.map((entry) => JSON.stringify(entry)).join('\n'));
}
if (positionals.length > 1) report('all', all);
for (const place of new Set(all.map((o) => o.hole.place)))
  report(
    `place ${place}`,
    all.filter((o) => o.hole.place === place),
  );
console.log('context items: share that declare a name of the truth, and tokens each');
for (const [key, rate] of [...rates].sort()) {
  console.log(
    `  ${key.padEnd(16)} ${String(rate.items).padStart(6)} ${percent(rate.hits, rate.items).padStart(6)} % ${(rate.tokens / rate.items).toFixed(0).padStart(5)}`,
  );
}
