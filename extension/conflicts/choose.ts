/** Which repository a command means: the one it was called on, the one of the open file, else the user is asked. */
import { posix } from 'node:path';
import * as vscode from 'vscode';
import type { RepositoryView } from '../../server/lsp/protocol.ts';
import type { Model } from './model.ts';

export async function repositoryFor(model: Model, node: unknown): Promise<RepositoryView | undefined> {
  const named = typeof node === 'object' && node !== null && 'root' in node ? node.root : undefined;
  if (typeof named === 'string') return model.repositories.find(({ root }) => root === named);
  const busy = model.repositories.filter(
    ({ files, staged, operation }) => files.length + staged.length > 0 || operation.kind !== 'none',
  );
  const all = busy.length > 0 ? busy : model.repositories;
  if (all.length < 2) return all[0];
  const open = vscode.window.activeTextEditor?.document.uri;
  const path = open?.scheme === 'file' ? open.fsPath : undefined;
  const here = all.filter(({ root }) => path?.startsWith(root)).sort((a, b) => b.root.length - a.root.length)[0];
  if (here) return here;
  const items = all.map((view) => ({
    label: posix.basename(view.root.replaceAll('\\', '/')),
    description: view.operation.kind === 'none' ? '' : view.operation.title,
    detail: view.root,
    view,
  }));
  return (await vscode.window.showQuickPick(items, { title: 'Mortise: In which repository?', matchOnDetail: true }))
    ?.view;
}
