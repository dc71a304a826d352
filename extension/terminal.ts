/**
 * Runs a program where the user sees it: in a terminal of its own, which stays open when it ends. Arguments go over as they are,
 * through no shell. No task: before each task VS Code saves every open file (`task.saveBeforeRun`), and what the user has not
 * saved is theirs.
 */
import * as vscode from 'vscode';

export interface Program {
  /** Shown as "Mortise: name". */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** A terminal goes with its process, and so would what git or a hook said: this one waits for a key. */
const WAITS = `
const { spawnSync } = require('node:child_process');
const [, command, ...args] = process.argv;
const { MORTISE_ENV, ELECTRON_RUN_AS_NODE, ...env } = process.env;
process.on('SIGINT', () => undefined);
console.log('> ' + [command.split(/[\\\\/]/).pop(), ...args].join(' ') + '\\n');
const { status, signal, error } = spawnSync(command, args, { stdio: 'inherit', env: { ...env, ...JSON.parse(MORTISE_ENV) } });
console.log('\\n' + (error ? error.message : signal ? 'Ended by ' + signal : 'Ended with exit code ' + status) + '. Press any key to close.');
process.stdin.setRawMode?.(true);
process.stdin.once('data', () => process.exit(0));
`;

/** @param ended called when the terminal is closed. That its program has ended is seen by what it did. */
export function runShown({ name, command, args, cwd, env = {} }: Program, ended?: () => void): void {
  const terminal = vscode.window.createTerminal({
    name: `Mortise: ${name}`,
    // The runtime VS Code itself brings.
    shellPath: process.execPath,
    shellArgs: ['-e', WAITS, '--', command, ...args],
    cwd,
    env: { ELECTRON_RUN_AS_NODE: '1', MORTISE_ENV: JSON.stringify(env) },
    isTransient: true,
  });
  terminal.show(true);
  if (!ended) return;
  const closing = vscode.window.onDidCloseTerminal((closed) => {
    if (closed !== terminal) return;
    closing.dispose();
    ended();
  });
}
