// What Mortise adds before a model's first token: building the context and the prompt, and sending the request, against the
// bare server with the same prompt, one after the other in one run; and how much of a prompt the server need not evaluate again
// after one more key, by its own figures. `npm run bench:model -- --address http://127.0.0.1:8080` asks a llama-server, started
// with `--cache-ram 0` so that the bare server does not find the prompt that Mortise has just sent; without an address the engine
// of test/model/engine.mjs is used, whose cache says nothing of a server's.
import { mkdtempSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';

const { values: given } = parseArgs({ options: { address: { type: 'string' }, model: { type: 'string' }, context: { type: 'string', default: '8192' } } });
const root = resolve(import.meta.dirname, '..');
const out = join(mkdtempSync(join(tmpdir(), 'mortise-bench-')), 'parts.mjs');
writeFileSync(
  `${out}.ts`,
  `export { Completer } from '${root}/server/complete/complete.ts';
   export { ModelCompletions } from '${root}/server/complete/model/modelCompletion.ts';
   export { ask } from '${root}/server/complete/source.ts';
   export { estimateTokens } from '${root}/server/complete/tokens.ts';
   export { listFiles } from '${root}/server/git/listFiles.ts';
   export { findServer, openModel } from '${root}/server/model/servers.ts';
   export { infillBody } from '${root}/server/model/llamacpp.ts';
   export { noTypes } from '${root}/server/types/typeEngine.ts';
   export { loadSyntax } from '${root}/server/syntax/treeSitter.ts';
   export { languageOf } from '${root}/server/syntax/languages.ts';`,
);
await build({ entryPoints: [`${out}.ts`], bundle: true, platform: 'node', format: 'esm', outfile: out, external: ['typescript'], logLevel: 'error',
  banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url); const __dirname = import.meta.dirname; const __filename = import.meta.filename;" } });
const parts = await import(out);

const engine = given.address === undefined ? await (await import('../test/model/engine.mjs')).serveEngine() : { address: given.address.replace(/\/$/, ''), close: async () => undefined };
const contextLength = given.address === undefined ? 2048 : Number(given.context);
const syntax = await parts.loadSyntax(join(root, 'grammars'));
await syntax.ready(parts.languageOf('a.ts'));
const completer = new parts.Completer({ syntax, types: parts.noTypes, listFiles: parts.listFiles, modelsDir: join(root, 'models'), count: parts.estimateTokens });
const never = new AbortController().signal;
const found = await parts.findServer({ address: engine.address }, never);
if (found.kind !== 'llamacpp') throw new Error(`${engine.address} is no llama-server`);
const name = given.model ?? found.models[0]?.name;
const model = parts.openModel('llamacpp', { address: engine.address, model: name, contextLength });

// Own code, cut at the end of lines that begin a statement: 40 holes, the first five to warm up.
const files = readdirSync(join(root, 'server/resolve')).filter((name) => name.endsWith('.ts'));
const holes = [];
for (const name of files) {
  const path = join(root, 'server/resolve', name);
  const text = readFileSync(path, 'utf8');
  const at = text.indexOf('  return ', Math.floor(text.length / 3));
  if (at > 0) holes.push({ path, text: text.slice(0, at + 9) + text.slice(text.indexOf('\n', at)), offset: at + 9, next: text.slice(at + 9, at + 10) });
}
const cpu = () => process.cpuUsage().user + process.cpuUsage().system;

/** One place of the editor: asks through Mortise, then puts the same prompt to the bare server. */
async function measured(source, watch, { path, text, offset }, before = { prompt: 'x', maxTokens: 1 }) {
  const [begun, used] = [performance.now(), cpu()];
  const seen = { used };
  watch(seen);
  const open = await completer.open({ root, path, text, offset }, never);
  // By hand, so that no pause in typing is waited for.
  await source.offer(parts.ask(completer, open, undefined, 'manual', never), [], AbortSignal.timeout(30_000)).catch(() => undefined);
  watch({});
  if (!seen.prompt || seen.first === undefined) return undefined;
  // The server keeps the last prompt: first the one that it held when Mortise asked, so that it has as much to evaluate.
  for await (const _ of model.complete(before, never)) break;
  const bare = performance.now();
  let bareFirst = bare;
  for await (const _ of model.complete(seen.prompt, never)) {
    bareFirst = performance.now();
    break;
  }
  return { build: seen.asked - begun, first: seen.first - begun, bare: bareFirst - bare, spent: seen.spent, prompt: seen.prompt };
}

const fresh = [];
const next = [];
for (const { next: typed, ...hole } of holes.concat(holes).concat(holes).slice(0, 35)) {
  let seen = {};
  const watched = {
    ...model,
    capabilities: model.capabilities,
    async *complete(sent, signal) {
      const mine = seen;
      if (mine.prompt === undefined) Object.assign(mine, { asked: performance.now(), spent: (cpu() - mine.used) / 1000, prompt: sent });
      for await (const part of model.complete(sent, signal)) {
        mine.first ??= performance.now();
        yield part;
      }
    },
  };
  const source = new parts.ModelCompletions({ services: completer.services, model: async () => ({ model: watched, contextLength }) });
  const watch = (now) => {
    seen = now;
  };
  for await (const _ of model.complete({ prompt: 'x', maxTokens: 1 }, never)) break;
  const at = await measured(source, watch, hole);
  if (!at) continue;
  fresh.push(at);
  const text = hole.text.slice(0, hole.offset) + typed + hole.text.slice(hole.offset);
  const key = await measured(source, watch, { ...hole, text, offset: hole.offset + 1 }, at.prompt);
  if (key) next.push(key);
}
const quantile = (values, q) => [...values].sort((a, b) => a - b)[Math.floor(q * (values.length - 1))].toFixed(1);
for (const [title, rows] of [['a new place', fresh.slice(5)], ['the next key there', next.slice(5)]]) {
  console.log(`\n${title}: ${rows.length} times, warm; milliseconds`);
  for (const [name, of] of [
    ['built and sent, CPU time', (row) => row.spent],
    ['built and sent, wall time', (row) => row.build],
    ['first token through Mortise', (row) => row.first],
    ['first token of the bare server', (row) => row.bare],
    ['added by Mortise', (row) => row.first - row.bare],
  ])
    console.log(`${name.padEnd(32)} p50 ${quantile(rows.map(of), 0.5)}  p90 ${quantile(rows.map(of), 0.9)}`);
}
if (given.address !== undefined) await cacheReuse();
await engine.close();
process.exit(0);

/** Prompts of two keys in a row, as the editor would send them, put to the server: what of the second one it still had. */
async function cacheReuse() {
  const shares = [];
  const again = [];
  for (const { next, ...hole } of holes.slice(0, 40)) {
    const prompts = [];
    // Says nothing, so that the second key is asked as the first was.
    const silent = { ...model, capabilities: model.capabilities, async *complete(sent) { prompts.push(sent); } };
    const source = new parts.ModelCompletions({ services: completer.services, model: async () => ({ model: silent, contextLength }) });
    for (const typed of ['', next]) {
      const text = hole.text.slice(0, hole.offset) + typed + hole.text.slice(hole.offset);
      const open = await completer.open({ root, path: hole.path, text, offset: hole.offset + typed.length }, never);
      await source.offer(parts.ask(completer, open, undefined, 'automatic', never), [], AbortSignal.timeout(30_000)).catch(() => undefined);
    }
    const [first, second] = prompts;
    if (!first || !second || first.prompt === second.prompt) continue;
    await figures({ prompt: 'x', suffix: 'y', maxTokens: 1 });
    await figures(first);
    const { cache_n, prompt_n } = await figures(second);
    shares.push((100 * cache_n) / (cache_n + prompt_n));
    again.push(prompt_n);
  }
  const all = [...shares].sort((a, b) => a - b);
  const mean = all.reduce((a, b) => a + b, 0) / all.length;
  console.log(`\n${all.length} pairs of keys; share of the second prompt that the server did not evaluate again (its timings: cache_n, prompt_n)`);
  console.log(`mean ${mean.toFixed(1)} %  least ${all[0].toFixed(1)} %  p10 ${quantile(shares, 0.1)} %  p50 ${quantile(shares, 0.5)} %; evaluated again p50 ${quantile(again, 0.5)} tokens`);
}

async function figures(prompt) {
  const body = { ...parts.infillBody({ ...prompt, maxTokens: 1 }), stream: false };
  const response = await fetch(`${engine.address}/infill`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
  const answer = await response.json();
  if (!answer.timings) throw new Error(JSON.stringify(answer).slice(0, 300));
  return answer.timings;
}
