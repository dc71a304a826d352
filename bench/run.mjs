// Bundles one benchmark and runs it: `node bench/run.mjs files CORPUS…`. TypeScript runs nowhere else on Node 20.
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { build } from 'esbuild';

const [name = '', ...args] = process.argv.slice(2);
const root = join(import.meta.dirname, '..');
const outfile = join(root, 'dist', 'bench', `${name}.cjs`);
await build({
  entryPoints: [join(root, 'bench', `${name}.ts`)],
  outfile,
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  external: ['typescript'],
  alias: { 'web-tree-sitter': createRequire(import.meta.url).resolve('web-tree-sitter') },
  logLevel: 'warning',
});
const { status, signal } = spawnSync(process.execPath, [outfile, ...args], { stdio: 'inherit' });
if (signal) process.stderr.write(`${name} was ended by ${signal}\n`);
process.exit(status ?? 1);
