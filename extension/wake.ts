/**
 * Decides when the server is needed: a file with conflict markers is opened, or a repository is paused in a merge or the
 * like. Costs a few file lookups; until then no process is started and nothing is computed.
 */
import { readFile, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import * as vscode from 'vscode';
import type { Server } from './server.ts';

/** What git leaves in its directory while it waits for the user. A stash pop leaves nothing: there the markers speak. */
const paused = ['MERGE_HEAD', 'CHERRY_PICK_HEAD', 'REVERT_HEAD', 'rebase-merge', 'rebase-apply', 'AUTO_MERGE'];

export function wakeOnConflict(server: Server): vscode.Disposable {
  const parts: vscode.Disposable[] = [];
  const wake = () => {
    if (!server.isStarted) void server.start();
  };
  const look = (document: vscode.TextDocument) => {
    if (!server.isStarted && hasMarkers(document)) wake();
  };
  parts.push(
    vscode.workspace.onDidOpenTextDocument(look),
    vscode.workspace.onDidChangeTextDocument(({ document }) => look(document)),
    vscode.workspace.onDidChangeWorkspaceFolders(({ added }) => added.forEach(watchFolder)),
  );
  vscode.workspace.textDocuments.forEach(look);
  vscode.workspace.workspaceFolders?.forEach(watchFolder);
  return { dispose: () => vscode.Disposable.from(...parts).dispose() };

  function watchFolder({ uri }: vscode.WorkspaceFolder): void {
    if (uri.scheme === 'file') void watchRepository(uri.fsPath);
  }

  async function watchRepository(folder: string): Promise<void> {
    const gitDir = await gitDirectory(folder);
    if (gitDir === undefined) return;
    if (await isPaused(gitDir)) return wake();
    const pattern = new vscode.RelativePattern(vscode.Uri.file(gitDir), `{${paused.join(',')}}`);
    const watcher = vscode.workspace.createFileSystemWatcher(pattern, false, true, true);
    parts.push(watcher, watcher.onDidCreate(wake));
  }
}

/** The same test the server makes first; a hit costs no more than starting it. */
export function hasMarkers(document: vscode.TextDocument): boolean {
  return document.uri.scheme === 'file' && /^<{7,} ?.*$/m.test(document.getText());
}

async function isPaused(gitDir: string): Promise<boolean> {
  const found = await Promise.all(paused.map((name) => exists(join(gitDir, name))));
  return found.includes(true);
}

/** The git directory of the repository that holds a folder; of a linked work tree, its own. */
async function gitDirectory(folder: string): Promise<string | undefined> {
  for (let at = folder; ; at = dirname(at)) {
    const git = join(at, '.git');
    const found = await stat(git).catch(() => undefined);
    if (found?.isDirectory()) return git;
    if (found?.isFile()) {
      const link = /^gitdir: (.*)$/m.exec(await readFile(git, 'utf8').catch(() => ''))?.[1];
      return link === undefined ? undefined : resolve(at, link.trim());
    }
    if (dirname(at) === at) return undefined;
  }
}

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );
