/** Whether what a notification said still holds when its button is pressed: it may have stood for hours, or over a whole merge. */
import * as vscode from 'vscode';
import type { FileView, RepositoryView } from '../../server/lsp/protocol.ts';
import type { Model } from './model.ts';

export type Stop = Pick<RepositoryView, 'root' | 'operation'>;

/** The same stop of the same operation as git has it now; undefined, and the user is told, where that is over. */
export async function stillPaused(model: Model, { root, operation }: Stop): Promise<RepositoryView | undefined> {
  await model.fresh();
  const now = model.repositories.find((view) => view.root === root && view.operation.run === operation.run);
  if (!now) sayOver(operation.title);
  return now;
}

export function sayOver(title: string): void {
  void vscode.window.showInformationMessage(`Mortise: nothing was done: ${title} is over.`);
}

/** The file in conflict as it was when it was told of; undefined, and the user is told, where it is not. */
export async function stillInConflict(model: Model, stop: Stop, file: FileView): Promise<FileView | undefined> {
  const now = await stillPaused(model, stop);
  const same = now?.files.find(({ path, title }) => path === file.path && title === file.title);
  if (now && !same)
    void vscode.window.showInformationMessage(`Mortise: nothing was done: ${file.path} is not in conflict any more.`);
  return same;
}

/** Whether a file of an operation may be staged as told: not one that is in conflict by now. */
export async function stillSettled(model: Model, stop: Stop, path: string): Promise<boolean> {
  const now = await stillPaused(model, stop);
  const conflicted = now?.files.some((file) => file.path === path) === true;
  if (conflicted) void vscode.window.showInformationMessage(`Mortise: nothing was staged: ${path} is in conflict now.`);
  return now !== undefined && !conflicted;
}
