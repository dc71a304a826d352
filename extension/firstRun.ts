/**
 * The first minutes: a sample repository to try things on, and git's wiring from the editor. What runs here runs in a
 * terminal under the user's eyes, by the runtime VS Code itself brings, so that no Node need be installed.
 */
import { mkdir } from 'node:fs/promises';
import { posix } from 'node:path';
import * as vscode from 'vscode';
import { repositoryFor } from './conflicts/choose.ts';
import type { Model } from './conflicts/model.ts';
import { runShown } from './terminal.ts';

export function registerFirstRun(context: vscode.ExtensionContext, model: Model): vscode.Disposable {
  const cli = context.asAbsolutePath('dist/cli.cjs');
  const inTerminal = (name: string, args: readonly string[], cwd: string) =>
    runShown({ name, command: process.execPath, args: [cli, ...args], cwd, env: { ELECTRON_RUN_AS_NODE: '1' } });
  return vscode.Disposable.from(
    vscode.commands.registerCommand('mortise.openSample', () => openSample(context, model)),
    vscode.commands.registerCommand('mortise.showLog', () => model.server.showLog()),
    vscode.commands.registerCommand('mortise.openWalkthrough', () =>
      vscode.commands.executeCommand('workbench.action.openWalkthrough', 'mortise.mortise#mortise.start', false),
    ),
    vscode.commands.registerCommand('mortise.doctor', async (node?: unknown) => {
      const folder = await folderFor(model, node);
      if (folder) inTerminal('Doctor', ['doctor'], folder);
    }),
    vscode.commands.registerCommand('mortise.install', async (node?: unknown) => {
      const folder = await folderFor(model, node);
      if (folder && (await mayWrite(folder))) inTerminal('Install', ['install'], folder);
    }),
    vscode.commands.registerCommand('mortise.uninstall', async (node?: unknown) => {
      const folder = await folderFor(model, node);
      if (folder) inTerminal('Uninstall', ['uninstall'], folder);
    }),
  );
}

async function folderFor(model: Model, node: unknown): Promise<string | undefined> {
  if (!vscode.workspace.isTrusted) {
    void vscode.window.showWarningMessage('Mortise runs nothing in a workspace that is not trusted.');
    return undefined;
  }
  const folder = (await repositoryFor(model, node))?.root ?? vscode.workspace.workspaceFolders?.[0]?.uri.fsPath;
  if (folder === undefined)
    void vscode.window.showInformationMessage('Mortise: open a folder with a git repository first.');
  return folder;
}

async function mayWrite(folder: string): Promise<boolean> {
  const said = `Let git use Mortise in ${posix.basename(folder.replaceAll('\\', '/'))}?`;
  const detail =
    'Writes to this repository’s git config: git then resolves what is proven while it merges, and leaves the rest in markers. Every line written is shown. "Mortise: Take Mortise out of Git" undoes it.';
  return (await vscode.window.showInformationMessage(said, { modal: true, detail }, 'Install')) === 'Install';
}

/** A fresh one each time, under the extension's own storage: nothing of the user's is touched. */
async function openSample(context: vscode.ExtensionContext, model: Model): Promise<void> {
  const name = `sample-${new Date().toISOString().slice(0, 19).replaceAll(':', '')}`;
  const folder = vscode.Uri.joinPath(context.globalStorageUri, name);
  try {
    await mkdir(folder.fsPath, { recursive: true });
    await model.server.sample(folder.fsPath);
  } catch (error) {
    await vscode.window.showErrorMessage(`Mortise: ${error instanceof Error ? error.message : String(error)}`);
    return;
  }
  const inThis = vscode.workspace.workspaceFolders === undefined;
  await vscode.commands.executeCommand('vscode.openFolder', folder, { forceNewWindow: !inThis });
}
