// Bundles the three programs into dist/ and copies the grammars. `--minify` for the package.
import { cpSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { build } from 'esbuild';

const require = createRequire(import.meta.url);
const entries = { extension: 'extension/extension.ts', server: 'server/main.ts', cli: 'server/cli/cli.ts' };
// The type engine's worker, started by the server and the CLI.
entries.typesWorker = 'server/types/typesWorker.ts';

// The tokenizer's table is 4 MB that only `batch` reads: a file of its own, so that no other command parses it.
entries.o200k = 'server/complete/o200k.ts';
// The merge driver starts for every file: it must not parse what only the other commands need.
entries.commands = 'server/cli/commands.ts';
// What the driver asks first of a conflicted file: mostly the answer is no, and nothing else is read.
entries.mayBeProven = 'server/resolve/mayBeProven.ts';
const apart = {
  name: 'apart',
  setup: (bundle) =>
    bundle.onResolve(
      { filter: /\/(o200k|cli\/commands|commands|mayBeProven)\.ts$/ },
      ({ importer, path, resolveDir }) => {
        const name = /(\w+)\.ts$/.exec(path)[1];
        if (importer === '' || (name === 'commands' && !/[\\/]cli$/.test(resolveDir))) return undefined;
        return { path: `./${name}.cjs`, external: true };
      },
    ),
};

mkdirSync('dist', { recursive: true });
await build({
  entryPoints: entries,
  outdir: 'dist',
  outExtension: { '.js': '.cjs' },
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  // What is loaded late is ours or TypeScript, all CommonJS: `import()` would make Node read a megabyte twice, for the names it exports.
  supported: { 'dynamic-import': false },
  minify: process.argv.includes('--minify'),
  sourcemap: process.argv.includes('--minify') ? false : 'linked',
  // TypeScript is loaded on the first hole, from the copy that is shipped beside the bundle.
  external: ['vscode', 'typescript'],
  plugins: [apart],
  // esbuild would take web-tree-sitter's ESM build, whose createRequire(import.meta.url) dies in a CJS bundle.
  alias: { 'web-tree-sitter': require.resolve('web-tree-sitter') },
  // services.ts asks for __dirname first; import.meta is for running from source.
  logOverride: { 'empty-import-meta': 'silent' },
  logLevel: 'warning',
});

const grammars = {
  '@vscode/tree-sitter-wasm/wasm': [
    'bash',
    'c-sharp',
    'cpp',
    'css',
    'go',
    'java',
    'javascript',
    'php',
    'python',
    'ruby',
    'rust',
    'tsx',
    'typescript',
  ],
  '@tree-sitter-grammars/tree-sitter-kotlin': ['kotlin'],
  '@tree-sitter-grammars/tree-sitter-toml': ['toml'],
  '@tree-sitter-grammars/tree-sitter-yaml': ['yaml'],
  'tree-sitter-c': ['c'],
  'tree-sitter-html': ['html'],
  'tree-sitter-json': ['json'],
};
for (const name of readdirSync('grammars')) if (name.endsWith('.wasm')) rmSync(join('grammars', name));
for (const [folder, names] of Object.entries(grammars)) {
  for (const name of names)
    cpSync(join('node_modules', folder, `tree-sitter-${name}.wasm`), join('grammars', `tree-sitter-${name}.wasm`));
}
const runtime = 'node_modules/web-tree-sitter/web-tree-sitter.wasm';
cpSync(runtime, 'grammars/web-tree-sitter.wasm');

// The package carries its own TypeScript: the library and its lib.*.d.ts, nothing of the compiler's programs.
if (process.argv.includes('--minify')) {
  rmSync('dist/typescript', { recursive: true, force: true });
  for (const name of readdirSync('node_modules/typescript/lib')) {
    if (/^lib\..*\.d\.ts$|^lib\.d\.ts$/.test(name))
      cpSync(join('node_modules/typescript/lib', name), join('dist/typescript/lib', name));
  }
  // Without its white space and comments, but for the licence: a quarter of the package. Names stay as they are.
  await build({
    entryPoints: ['node_modules/typescript/lib/typescript.js'],
    outfile: 'dist/typescript/lib/typescript.js',
    minifyWhitespace: true,
    platform: 'node',
    charset: 'utf8',
    legalComments: 'inline',
    logLevel: 'error',
  });
  for (const name of ['package.json', 'LICENSE.txt', 'ThirdPartyNoticeText.txt'])
    cpSync(join('node_modules/typescript', name), join('dist/typescript', name));
}
