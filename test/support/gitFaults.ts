/** A git that fails, dies or finds the disk full at its n-th call that writes: a program before the real one on PATH. */
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/**
 * `refuses`: it says so and does nothing; `killed`: before it did anything; `killed locking`: its lock on the index stays;
 * `killed after`: all is done; `full`: of what it writes to one file no more than 10 kB.
 */
export const gitFaults = ['refuses', 'killed', 'killed locking', 'killed after', 'full'] as const;
export type GitFault = (typeof gitFaults)[number];

/** Ours, in `server/git/git.ts`: what only reads takes no optional locks. */
const program = (real: string): string => `#!/bin/sh
if [ -z "$GIT_OPTIONAL_LOCKS" ]; then
  echo "$*" >> "$MORTISE_TEST_ASKED"
  if [ "$(wc -l < "$MORTISE_TEST_ASKED" | tr -d ' ')" = "$MORTISE_TEST_AT" ]; then
    case "$MORTISE_TEST_FAULT" in
      refuses) echo 'fatal: unable to write new index file' >&2; exit 128;;
      killed) kill -9 $$;;
      'killed locking') : > "$(${real} rev-parse --git-path index.lock)"; kill -9 $$;;
      'killed after') ${real} "$@"; kill -9 $$;;
      full) trap '' XFSZ; ulimit -f 20;;
    esac
  fi
fi
exec ${real} "$@"
`;

/** Do something while the n-th writing git (from 1; 0: none) goes wrong. @returns what each was asked for. */
export async function withGitFault(
  folder: string,
  [fault, n]: readonly [GitFault, number],
  work: () => Promise<void>,
): Promise<readonly string[]> {
  const real = execFileSync('sh', ['-c', 'command -v git'], { encoding: 'utf8' }).trim();
  const file = join(folder, 'git');
  writeFileSync(file, program(real));
  chmodSync(file, 0o755);
  const asked = join(folder, 'asked');
  rmSync(asked, { force: true });
  const path = process.env['PATH'];
  const told = { MORTISE_TEST_ASKED: asked, MORTISE_TEST_AT: String(n), MORTISE_TEST_FAULT: fault };
  Object.assign(process.env, told, { PATH: `${folder}${delimiter}${path}` });
  try {
    await work();
  } finally {
    process.env['PATH'] = path;
    for (const name of Object.keys(told)) delete process.env[name];
  }
  return existsSync(asked) ? readFileSync(asked, 'utf8').trimEnd().split('\n') : [];
}
