// `npm run nightly`: every property with 10,000 runs, and the cases that are too big for every day.
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const vitest = join(dirname(createRequire(import.meta.url).resolve('vitest/package.json')), 'vitest.mjs');
const env = { ...process.env, MORTISE_FUZZ_RUNS: process.env['MORTISE_FUZZ_RUNS'] ?? '10000', MORTISE_NIGHTLY: '1' };
const args = ['run', '--project', 'unit', '--testTimeout', '3600000', ...process.argv.slice(2)];
process.exit(spawnSync(process.execPath, [vitest, ...args], { env, stdio: 'inherit' }).status ?? 1);
