/** The VS Code client: registers views and commands, and starts the server when a conflict calls for it. No merging here. */
import * as vscode from 'vscode';
import type { RepositoryView } from '../server/lsp/protocol.ts';
import { provideCompletions } from './completion/complete.ts';
import { registerInspector } from './completion/inspector.ts';
import { serveProviders } from './completion/providers.ts';
import { showCompletionStatus } from './completion/status.ts';
import { registerAfterwards } from './conflicts/afterwards.ts';
import { registerCommands } from './conflicts/commands.ts';
import { registerDescribe } from './conflicts/describe.ts';
import { keepUnfolded } from './conflicts/folds.ts';
import { registerHandover } from './conflicts/handover.ts';
import { registerLinks } from './conflicts/links.ts';
import { Marks } from './conflicts/marks.ts';
import { Model } from './conflicts/model.ts';
import { noticeConflicts } from './conflicts/notice.ts';
import { registerOperations } from './conflicts/operations.ts';
import { Preview } from './conflicts/preview.ts';
import { registerResolveSafe } from './conflicts/resolveSafe.ts';
import { registerRestore } from './conflicts/restore.ts';
import { suggestSame } from './conflicts/same.ts';
import { provideSides } from './conflicts/sides.ts';
import { showStatus } from './conflicts/status.ts';
import { ConflictTree } from './conflicts/tree.ts';
import { registerFirstRun } from './firstRun.ts';
import { registerModelCommands } from './model/choose.ts';
import { ModelClient } from './model/client.ts';
import { registerProposals } from './model/propose.ts';
import { registerOurModels } from './model/registry.ts';
import { Server } from './server.ts';
import { wakeOnConflict } from './wake.ts';

/** For tests and other extensions: whether, and as what process, the server runs. */
export interface Api {
  isServerStarted(): boolean;
  serverPid(): Promise<number | undefined>;
  /** What the server last told of the repositories. */
  repositories(): readonly RepositoryView[];
}

export function activate(context: vscode.ExtensionContext): Api {
  const server = new Server(context.asAbsolutePath('dist/server.cjs'));
  const model = new Model(server, context.workspaceState);
  const preview = new Preview(model);
  server.onLaunch(serveProviders);
  const models = new ModelClient(server, context);
  context.subscriptions.push(
    server,
    provideCompletions(server),
    registerInspector(server),
    showCompletionStatus(server),
    model,
    preview,
    new Marks(model),
    new ConflictTree(model),
    registerResolveSafe(model),
    registerAfterwards(model),
    registerDescribe(model),
    registerHandover(model),
    registerLinks(model),
    keepUnfolded(model),
    suggestSame(model),
    registerFirstRun(context, model),
    registerCommands(model, preview),
    registerOperations(model),
    registerRestore(model),
    provideSides(model),
    showStatus(model),
    models,
    registerModelCommands(models),
    registerProposals(model, preview, models),
    registerOurModels(models),
    noticeConflicts(model),
    vscode.commands.registerCommand('mortise.restartServer', () => server.restart()),
    vscode.workspace.onDidGrantWorkspaceTrust(() => (server.isStarted ? server.restart() : undefined)),
    wakeOnConflict(server),
  );
  return {
    isServerStarted: () => server.isStarted,
    serverPid: () => server.pid(),
    repositories: () => model.repositories,
  };
}

export function deactivate(): void {
  // Everything is in the subscriptions.
}
