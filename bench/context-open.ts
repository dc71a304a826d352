/**
 * `npm run bench:context-open -- CHECKOUT…`: what it costs to open a TypeScript project: CPU time until the first program
 * and its index are ready, in this process, and the memory it holds then. CPU, not wall time: machines are shared.
 */
import { createRequire } from 'node:module';
import { basename, join, resolve } from 'node:path';
import { TsCore } from '../server/types/tsCore.ts';

const tsc = createRequire(join(process.cwd(), 'package.json'))('typescript');

for (const root of process.argv.slice(2).map((path) => resolve(path))) {
  const before = process.cpuUsage();
  const core = new TsCore(tsc);
  const state = core.openRoot(root);
  const { user, system } = process.cpuUsage(before);
  const seconds = ((user + system) / 1e6).toFixed(1);
  const notes = state.notes.length === 0 ? '' : `; ${state.notes.join('; ')}`;
  console.log(
    `${basename(root)}: ${state.files} files, ${seconds} s CPU, ${Math.round(process.memoryUsage().rss / 1e6)} MB${notes}`,
  );
}
