/**
 * Runs a program where the user sees it: in a terminal of its own, which stays open when it ends (on Windows VS Code closes it,
 * and tells of a failure). Arguments go over as they are, through no shell. No task: before each task VS Code saves every open
 * file (`task.saveBeforeRun`), and what the user has not saved is theirs.
 */
import * as vscode from 'vscode';
import { processOf } from './shown.ts';

export interface Program {
  /** Shown as "Mortise: name". */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** @param ended called when the terminal is closed. That its program has ended is seen by what it did. */
export function runShown({ name, command, args, cwd, env = {} }: Program, ended?: () => void): void {
  const terminal = vscode.window.createTerminal({
    name: `Mortise: ${name}`,
    // On the runtime VS Code itself brings.
    ...processOf({ command, args, env }, process),
    cwd,
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
