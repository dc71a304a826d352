// `npm run editor [-- FOLDER]`: the product in a real editor on a repository in conflict. `code` where it is installed,
// else the browser-served VS Code on loopback, installed on demand. Ends with Ctrl+C; the sample repository is left behind.
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { build } from 'esbuild';
import { editorEntry, nodeBinary } from './install.mjs';

const root = resolve(import.meta.dirname, '../..');
const folder = process.argv[2] ? resolve(process.argv[2]) : await sample();

if (spawnSync('code', ['--version'], { stdio: 'ignore' }).status === 0) {
  spawnSync('code', ['--extensionDevelopmentPath', root, folder], { stdio: 'inherit' });
} else {
  execFileSync(process.execPath, [join(import.meta.dirname, 'install.mjs')], { stdio: 'inherit' });
  await serve();
}

/** The same repository the tests use; their TypeScript is bundled, since Node 20 runs none. */
async function sample() {
  const bundle = join(mkdtempSync(join(tmpdir(), 'mortise-sample-')), 'repositories.mjs');
  const from = join(import.meta.dirname, 'repositories.ts');
  await build({ entryPoints: [from], outfile: bundle, bundle: true, platform: 'node', format: 'esm', logLevel: 'error' });
  const { conflictedMerge } = await import(bundle);
  return conflictedMerge().root;
}

async function serve() {
  const home = mkdtempSync(join(tmpdir(), 'mortise-try-'));
  const extension = join(home, 'extensions/mortise.mortise-0.1.0');
  for (const name of ['package.json', 'dist', 'grammars', 'models', 'images']) {
    if (existsSync(join(root, name))) cpSync(join(root, name), join(extension, name), { recursive: true });
  }
  mkdirSync(join(home, 'data/User'), { recursive: true });
  writeFileSync(join(home, 'data/User/settings.json'), '{ "telemetry.telemetryLevel": "off", "workbench.startupEditor": "none" }');
  writeFileSync(join(home, 'config.yaml'), 'auth: none\ncert: false\n');
  const port = await freePort();
  const args = [
    ...['--config', join(home, 'config.yaml'), '--user-data-dir', join(home, 'data')],
    ...['--extensions-dir', join(home, 'extensions'), '--auth', 'none', '--bind-addr', `127.0.0.1:${port}`],
    ...['--disable-telemetry', '--disable-update-check', '--disable-getting-started-override', '--ignore-last-opened'],
    '--disable-workspace-trust',
  ];
  const path = `${dirname(nodeBinary)}${delimiter}${process.env.PATH}`;
  const env = { ...process.env, PATH: path, EXTENSIONS_GALLERY: '{"serviceUrl":""}' };
  const server = spawn(nodeBinary, [editorEntry, ...args], { env, stdio: 'ignore' });
  process.on('SIGINT', () => server.kill());
  console.log(`\nOpen http://127.0.0.1:${port}/?folder=${encodeURIComponent(folder)}\n\nCtrl+C ends it.`);
  await new Promise((done) => server.once('exit', done));
}

function freePort() {
  return new Promise((done) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => done(port));
    });
  });
}
