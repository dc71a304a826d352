/**
 * Runs a program where the user sees it: a task with its own terminal, which stays open when it ends. Arguments go over as
 * they are, through no shell.
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

/** @returns the exit code; undefined when the user ended it. */
export async function runTask({ name, command, args, cwd, env }: Program): Promise<number | undefined> {
  // The folder it is about, where it is one of the workspace's: in a window of several, a task of "the workspace" is none.
  const scope = vscode.workspace.getWorkspaceFolder(vscode.Uri.file(cwd)) ?? vscode.TaskScope.Workspace;
  const execution = new vscode.ProcessExecution(command, [...args], { cwd, ...(env ? { env: { ...env } } : {}) });
  const task = new vscode.Task({ type: 'mortise' }, scope, name, 'Mortise', execution, []);
  task.presentationOptions = { reveal: vscode.TaskRevealKind.Always, showReuseMessage: false, clear: true };
  const ended = new Promise<number | undefined>((done) => {
    const parts: vscode.Disposable[] = [];
    const finish = (code: number | undefined) => {
      for (const part of parts) part.dispose();
      done(code);
    };
    parts.push(
      vscode.tasks.onDidEndTaskProcess((event) =>
        event.execution.task === task || event.execution === running ? finish(event.exitCode) : undefined,
      ),
      vscode.tasks.onDidEndTask((event) => (event.execution === running ? finish(undefined) : undefined)),
    );
  });
  const running = await vscode.tasks.executeTask(task);
  return ended;
}
