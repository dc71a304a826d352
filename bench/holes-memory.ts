/**
 * `npm run bench:hole-memory -- [--holes N] [--seed S] CHECKOUT…`: what the memory of one process is, that serves the checkouts one after
 * the other as an editor's server does: when a project is ready (with the CPU time until then), and after N completions in it. "Kept" is
 * what a collection of both heaps leaves: run it with --expose-gc to see it.
 */
import { basename, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { completeHole } from '../server/complete/batchHole.ts';
import { loadO200k } from '../server/complete/o200k.ts';
import { loadCompleter } from '../server/completionServices.ts';
import { sampleHoles } from './holes-sample.ts';

const { values, positionals } = parseArgs({
  options: { holes: { type: 'string', default: '20' }, seed: { type: 'string', default: '1' } },
  allowPositionals: true,
});

const megabytes = (bytes: number): number => Math.round(bytes / 1e6);

function told(): string {
  const { rss, heapTotal, heapUsed, external, arrayBuffers } = process.memoryUsage();
  const parts = Object.entries({ heapTotal, heapUsed, external, arrayBuffers }).map(
    ([name, n]) => `${name} ${megabytes(n)}`,
  );
  return `${megabytes(rss)} MB (main thread: ${parts.join(', ')})`;
}

async function main(): Promise<void> {
  const completer = await loadCompleter({ cacheDir: resolve('.cache/index'), count: await loadO200k() });
  console.log(`empty: ${told()}`);
  for (const root of positionals.map((path) => resolve(path))) {
    const before = process.cpuUsage();
    const [state] = await Promise.all([completer.services.types.open(root), completer.workspace(root)]);
    const { user, system } = process.cpuUsage(before);
    console.log(
      `${basename(root)} ready: ${state.files} files, ${((user + system) / 1e6).toFixed(1)} s CPU, ${told()}`,
    );
    const holes = sampleHoles(root, { count: Number(values.holes), seed: Number(values.seed), imports: 'mixed' });
    let most = 0;
    for (const [i, { file, text, offset }] of holes.entries()) {
      await completeHole({ id: i, root, path: file, text, offset }, completer);
      most = Math.max(most, process.memoryUsage().rss);
    }
    console.log(`${basename(root)} after ${holes.length} completions: ${told()}, at most ${megabytes(most)} MB`);
  }
  await completer.dispose();
  globalThis.gc?.();
  await new Promise((done) => setTimeout(done, 500));
  console.log(`without types: ${told()}`);
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
