/**
 * The process behind a terminal that shows a program: the program's own where a terminal cannot be held open, else one that runs it
 * and waits for a key, since a terminal goes with its process, and so would what git or a hook said. No editor in here.
 */

export interface Shown {
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

export interface Process {
  readonly shellPath: string;
  readonly shellArgs: string[];
  readonly env: Readonly<Record<string, string>>;
}

/**
 * Ends as the program did, so that the editor tells of a failure. Where nothing can be typed any more it waits for the terminal
 * to be closed. Killed then: Node aborts where it cannot put a terminal that is gone back to rights.
 */
const WAITS = `
const { spawnSync } = require('node:child_process');
const { constants } = require('node:os');
const [, command, ...args] = process.argv;
const { MORTISE_ENV, ELECTRON_RUN_AS_NODE, ...env } = process.env;
let code;
const close = () => process.exit(code);
process.on('SIGHUP', () => process.kill(process.pid, 'SIGKILL'));
process.on('SIGINT', () => code !== undefined && close());
console.log('> ' + [command.split(/[\\\\/]/).pop(), ...args].join(' ') + '\\n');
const { status, signal, error } = spawnSync(command, args, { stdio: 'inherit', env: { ...env, ...JSON.parse(MORTISE_ENV) } });
code = error ? 127 : signal ? 128 + constants.signals[signal] : status;
console.log('\\n' + (error ? error.message : signal ? 'Ended by ' + signal : 'Ended with exit code ' + status) + '. Press any key to close.');
process.stdin.setRawMode?.(true);
process.stdin.once('data', close);
const hold = () => setInterval(() => undefined, 1 << 30);
process.stdin.once('end', hold);
process.stdin.once('error', hold);
`;

/** @param runtime of the editor: its program, which runs as Node when told so, and where. */
export function processOf(
  { command, args, env = {} }: Shown,
  runtime: Pick<NodeJS.Process, 'platform' | 'execPath'>,
): Process {
  // There the editor is a program of windows: as Node it reads nothing from a terminal, and could not wait.
  if (runtime.platform === 'win32') return { shellPath: command, shellArgs: [...args], env };
  return {
    shellPath: runtime.execPath,
    shellArgs: ['-e', WAITS, '--', command, ...args],
    env: { ELECTRON_RUN_AS_NODE: '1', MORTISE_ENV: JSON.stringify(env) },
  };
}
