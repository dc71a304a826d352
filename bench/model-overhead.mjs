// What Mortise adds before a model's first token: building the context and the prompt, and sending the request, against the
// bare server with the same prompt, one after the other in one run. `npm run bench:model`; wants the engine of test/model/engine.mjs.
import { mkdtempSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';
import { serveEngine } from '../test/model/engine.mjs';

const root = resolve(import.meta.dirname, '..');
const out = join(mkdtempSync(join(tmpdir(), 'mortise-bench-')), 'parts.mjs');
writeFileSync(
  `${out}.ts`,
  `export { Completer } from '${root}/server/complete/complete.ts';
   export { ModelCompletions } from '${root}/server/complete/modelCompletion.ts';
   export { ask } from '${root}/server/complete/source.ts';
   export { estimateTokens } from '${root}/server/complete/tokens.ts';
   export { listFiles } from '${root}/server/git/listFiles.ts';
   export { openModel } from '${root}/server/model/servers.ts';
   export { noTypes } from '${root}/server/types/typeEngine.ts';
   export { loadSyntax } from '${root}/server/syntax/treeSitter.ts';
   export { languageOf } from '${root}/server/syntax/languages.ts';`,
);
await build({ entryPoints: [`${out}.ts`], bundle: true, platform: 'node', format: 'esm', outfile: out, external: ['typescript'], logLevel: 'error',
  banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url); const __dirname = import.meta.dirname; const __filename = import.meta.filename;" } });
const parts = await import(out);

const engine = await serveEngine();
const syntax = await parts.loadSyntax(join(root, 'grammars'));
await syntax.ready(parts.languageOf('a.ts'));
const completer = new parts.Completer({ syntax, types: parts.noTypes, listFiles: parts.listFiles, modelsDir: join(root, 'models'), count: parts.estimateTokens });
const model = parts.openModel('llamacpp', { address: engine.address, model: 'tiny-fim:latest', contextLength: 2048 });
const never = new AbortController().signal;

// Own code, cut at the end of lines that begin a statement: 40 holes, the first five to warm up.
const files = readdirSync(join(root, 'server/resolve')).filter((name) => name.endsWith('.ts'));
const holes = [];
for (const name of files) {
  const path = join(root, 'server/resolve', name);
  const text = readFileSync(path, 'utf8');
  const at = text.indexOf('  return ', Math.floor(text.length / 3));
  if (at > 0) holes.push({ path, text: text.slice(0, at + 9) + text.slice(text.indexOf('\n', at)), offset: at + 9 });
}
const cpu = () => process.cpuUsage().user + process.cpuUsage().system;
const rows = [];
for (const hole of holes.concat(holes).concat(holes).slice(0, 45)) {
  const [begun, used] = [performance.now(), cpu()];
  let first;
  let asked;
  let prompt;
  let spent;
  const watched = {
    ...model,
    capabilities: model.capabilities,
    async *complete(sent, signal) {
      if (prompt === undefined) [asked, spent, prompt] = [performance.now(), (cpu() - used) / 1000, sent];
      for await (const part of model.complete(sent, signal)) {
        first ??= performance.now();
        yield part;
      }
    },
  };
  const source = new parts.ModelCompletions({ services: completer.services, model: async () => ({ model: watched, contextLength: 2048 }) });
  const open = await completer.open({ root, ...hole }, never);
  await source.offer(parts.ask(completer, open, undefined, 'manual', never), [], AbortSignal.timeout(30_000)).catch(() => undefined);
  if (!prompt || first === undefined) continue;
  // The engine keeps the last prompt: another one first, so that the bare server evaluates the whole of it as well.
  for await (const _ of model.complete({ prompt: 'x', maxTokens: 1 }, never)) break;
  const bare = performance.now();
  let bareFirst;
  for await (const _ of model.complete(prompt, never)) { bareFirst = performance.now(); break; }
  rows.push({ build: asked - begun, first: first - begun, bare: bareFirst - bare, spent });
}
const quantile = (values, q) => values.sort((a, b) => a - b)[Math.floor(q * (values.length - 1))].toFixed(1);
const warm = rows.slice(5);
console.log(`${warm.length} holes, warm; milliseconds`);
for (const [name, of] of [['built and sent, CPU time', (row) => row.spent], ['built and sent, wall time', (row) => row.build], ['first token through Mortise', (row) => row.first], ['first token of the bare server', (row) => row.bare], ['added by Mortise', (row) => row.first - row.bare]])
  console.log(`${name.padEnd(32)} p50 ${quantile(warm.map(of), 0.5)}  p90 ${quantile(warm.map(of), 0.9)}`);
await engine.close();
process.exit(0);
