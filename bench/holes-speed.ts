/**
 * `npm run bench:hole-speed -- [--holes N] [--seed S] [--warm N] [--rounds first,warm,typing] [--slow N] [--dump FILE] CHECKOUT…`: CPU time of the context, of the first item that
 * stands and of the whole list, in one process as `mortise batch` runs. Three rounds: every hole in another file, the first
 * time; warm, which counts; and as typing asks, where the engine was told the buffer at the key before and at this one.
 * `--warm` visits each hole so often and takes the least of its times, for a machine that others use. `--slow` names the N holes of each
 * round whose first item came last, with their times. `--dump` writes the warm answers, for comparing two versions.
 */
import { writeFileSync } from 'node:fs';
import { basename, relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { completeHole, type HoleAnswer } from '../server/complete/batchHole.ts';
import { loadO200k } from '../server/complete/o200k.ts';
import { loadCompleter } from '../server/completionServices.ts';
import { sampleHoles } from './holes-sample.ts';

const { values, positionals } = parseArgs({
  options: {
    holes: { type: 'string', default: '20' },
    seed: { type: 'string', default: '1' },
    warm: { type: 'string', default: '1' },
    slow: { type: 'string', default: '0' },
    rounds: { type: 'string', default: 'first,warm,typing' },
    dump: { type: 'string' },
  },
  allowPositionals: true,
});

const cpu = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

const quantile = (list: readonly number[], q: number): string => {
  const sorted = [...list].sort((a, b) => a - b);
  return (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? 0).toFixed(0);
};

async function main(): Promise<void> {
  const completer = await loadCompleter({ cacheDir: resolve('.cache/index'), count: await loadO200k() });
  // The bounds between the two parts, as the answer's own figures have them, in CPU time.
  const open = completer.open.bind(completer);
  const items = completer.items.bind(completer);
  let opened = 0;
  let between = 0;
  completer.open = (...given) => {
    opened = cpu();
    return open(...given);
  };
  let first = 0;
  completer.items = (hole, likely, signal, early) => {
    between = cpu();
    first = 0;
    return items(hole, likely, signal, (found) => {
      first = cpu();
      early?.(found);
    });
  };
  const dumped = new Map<string, unknown>();
  for (const path of positionals) {
    const root = resolve(path);
    const holes = sampleHoles(root, { count: Number(values.holes), seed: Number(values.seed), imports: 'mixed' });
    for (const round of values.rounds.split(',')) {
      const context: number[] = [];
      const firsts: number[] = [];
      const fills: number[] = [];
      const least = (list: number[], i: number, time: number): void => {
        list[i] = Math.min(list[i] ?? time, time);
      };
      const times = round === 'warm' ? Number(values.warm) : 1;
      const visits = Array.from({ length: times }, () => [...holes.entries()]).flat();
      for (const [i, { file, text: drawn, offset, truth }] of visits) {
        const text = round === 'typing' ? `${drawn}\n` : drawn;
        if (round === 'typing') {
          completer.services.types.buffer(file, drawn);
          await completeHole({ id: i, root, path: file, text: drawn, offset }, completer);
          completer.services.types.buffer(file, text);
        }
        const answer: HoleAnswer = await completeHole({ id: i, root, path: file, text, offset }, completer);
        least(context, i, between - opened);
        least(fills, i, cpu() - between);
        least(firsts, i, (first || cpu()) - between);
        if (round === 'warm') {
          const { context: shown, items: offered, expected } = answer;
          dumped.set(`${file}:${offset}`, { file, offset, truth, expected, context: shown, items: offered });
        }
      }
      const line = [context, firsts, fills].map((list) => `${quantile(list, 0.5)} / ${quantile(list, 0.95)}`);
      console.log(
        `${basename(root)} ${holes.length} holes, ${round}: context ${line[0]}, first item ${line[1]}, all ${line[2]} ms CPU (p50 / p95)`,
      );
      const order = [...holes.keys()].sort((a, b) => (firsts[b] ?? 0) - (firsts[a] ?? 0));
      for (const i of order.slice(0, Number(values.slow))) {
        const { file, text, offset } = holes[i] ?? { file: '', text: '', offset: 0 };
        const place = `${relative(root, file)}:${text.slice(0, offset).split('\n').length}`;
        const times = [context, firsts, fills].map((list) => (list[i] ?? 0).toFixed(0)).join(' ');
        console.log(`  ${times}  ${place}  ${text.slice(Math.max(0, offset - 40), offset).replace(/\s+/g, ' ')}|`);
      }
    }
  }
  if (values.dump) writeFileSync(values.dump, [...dumped.values()].map((each) => JSON.stringify(each)).join('\n'));
  console.log(`memory ${Math.round(process.memoryUsage().rss / 1e6)} MB`);
  await completer.dispose();
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
