/** Choosing a model by task and memory, fetching one, its health in the status bar, and the view of what was sent. */
import * as vscode from 'vscode';
import type { ModelsView, ModelTask, SentView } from '../../server/lsp/modelProtocol.ts';
import type { ModelClient } from './client.ts';

const scheme = 'mortise-sent';

export function registerModelCommands(client: ModelClient): vscode.Disposable {
  let text = '';
  const changed = new vscode.EventEmitter<vscode.Uri>();
  const uri = vscode.Uri.from({ scheme, path: '/What Mortise sent to models.md' });
  return vscode.Disposable.from(
    changed,
    showHealth(client),
    vscode.workspace.registerTextDocumentContentProvider(scheme, {
      onDidChange: changed.event,
      provideTextDocumentContent: () => text,
    }),
    vscode.commands.registerCommand('mortise.chooseModel', () => choose(client)),
    vscode.commands.registerCommand('mortise.setModelKey', () => setKey(client)),
    vscode.commands.registerCommand('mortise.forgetModelServers', () => client.consent.takeBack()),
    vscode.commands.registerCommand('mortise.showSent', async () => {
      text = sentAsText(await client.sent());
      changed.fire(uri);
      await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri), { preview: true });
    }),
  );
}

function sentAsText(all: readonly SentView[]): string {
  if (all.length === 0) return 'Nothing was sent to a model since the editor started.\n';
  const parts = [...all].reverse().map(({ at, model, address, about, prompt }) => {
    const fence = '`'.repeat(Math.max(3, ...[...prompt.matchAll(/`+/g)].map(([run]) => run.length + 1)));
    return `## ${about}\n\nTo ${model} at ${address}, ${new Date(at).toLocaleTimeString()}\n\n${fence}\n${prompt}\n${fence}\n`;
  });
  return `# What was sent to models, newest first\n\n${parts.join('\n')}`;
}

interface Pick extends vscode.QuickPickItem {
  readonly name?: string;
  readonly pull?: boolean;
}

const tasks: Readonly<Record<ModelTask, string>> = {
  merge: 'To propose resolutions of conflicts',
  complete: 'To complete code as you type',
};

async function choose(client: ModelClient): Promise<void> {
  const task = await vscode.window.showQuickPick(
    (['merge', 'complete'] as const).map((one) => ({ label: tasks[one], one })),
    { title: 'Mortise: Choose Model', placeHolder: 'What for?' },
  );
  if (!task) return;
  client.consent.askAgain();
  const view = await client.models(true);
  const picked = await vscode.window.showQuickPick(await itemsFor(view, task.one), {
    title: tasks[task.one],
    placeHolder: view.problem ?? 'Models that answer on this machine or at the configured address',
    matchOnDescription: true,
  });
  if (!picked || picked.name === undefined) return;
  if (picked.pull && !(await pull(client, picked.name))) return;
  await vscode.workspace
    .getConfiguration('mortise.model')
    .update(task.one, picked.name, vscode.ConfigurationTarget.Global);
}

async function itemsFor(view: ModelsView, task: ModelTask): Promise<Pick[]> {
  const separator = (label: string): Pick => ({ label, kind: vscode.QuickPickItemKind.Separator });
  const best = view.advice[task][0];
  const installed = view.servers.flatMap(({ title, address, models }): Pick[] => [
    separator(`${title} at ${address}`),
    ...models.map((one): Pick => {
      const facts = [
        one.name === view.chosen[task] ? 'in use' : '',
        one.parameters ?? '',
        one.size === undefined ? '' : `${(one.size / 1e9).toFixed(1)} GB`,
        one.insert ? 'fills in the middle' : '',
        one.remote === undefined ? '' : `runs at ${one.remote}, not on this machine`,
      ];
      const icon = one.remote === undefined ? '' : '$(cloud) ';
      return {
        label: `${icon}${one.name}`,
        description: facts.filter((fact) => fact !== '').join(' · '),
        name: one.name,
      };
    }),
  ]);
  const has = (name: string) => view.servers.some(({ models }) => models.some((one) => one.name === name));
  const ollama = view.servers.some(({ kind }) => kind === 'ollama');
  const fetchable = view.advice[task]
    .filter(({ name }) => !has(name))
    .map(
      ({ name, gigabytes, why }): Pick => ({
        label: `$(cloud-download) ${name}`,
        description: `${gigabytes} GB${name === best?.name ? ' · recommended for this machine' : ''}`,
        detail: why,
        name,
        pull: true,
      }),
    );
  const editors = await vscode.lm.selectChatModels().then(
    (models) => models.filter(({ vendor }) => vendor !== 'mortise'),
    () => [],
  );
  const own = editors.map(
    (one): Pick => ({
      label: `$(hubot) ${one.name}`,
      description: `${one.vendor}: not on this machine unless its vendor says so`,
      name: `vscode:${one.id}`,
    }),
  );
  return [
    { label: task === 'complete' ? 'None' : 'The best that is installed', name: '' },
    ...installed,
    ...(ollama && fetchable.length > 0 ? [separator('Let Ollama fetch'), ...fetchable] : []),
    ...(task === 'merge' && own.length > 0 ? [separator("The editor's own"), ...own] : []),
  ];
}

async function pull(client: ModelClient, name: string): Promise<boolean> {
  const options = {
    location: vscode.ProgressLocation.Notification,
    title: `Ollama fetches ${name}`,
    cancellable: true,
  };
  return vscode.window.withProgress(options, async (progress, token) => {
    let last = 0;
    const listening = client.onPulling(({ status, done, total }) => {
      const share = done !== undefined && total ? (100 * done) / total : last;
      progress.report({ message: status, increment: Math.max(0, share - last) });
      last = share;
    });
    try {
      await client.pull(name, token);
      return true;
    } catch (error) {
      if (!token.isCancellationRequested)
        await client.explain('other', error instanceof Error ? error.message : String(error));
      return false;
    } finally {
      listening.dispose();
    }
  });
}

async function setKey(client: ModelClient): Promise<void> {
  const address = vscode.workspace.getConfiguration('mortise.model').get('address', '');
  if (address === '') {
    await vscode.window.showInformationMessage(
      'Mortise: set "mortise.model.address" first; the key is kept for that address.',
    );
    return;
  }
  const key = await vscode.window.showInputBox({
    title: `Key for ${address}`,
    prompt: "It is kept in the editor's secret storage and sent to this address only. Empty removes it.",
    password: true,
  });
  if (key !== undefined) await client.setKey(address, key.trim());
}

function showHealth(client: ModelClient): vscode.Disposable {
  const item = vscode.window.createStatusBarItem('mortise.model', vscode.StatusBarAlignment.Right, 90);
  item.name = 'Mortise Model';
  item.command = 'mortise.chooseModel';
  const listening = client.onHealth(({ state, model, message }) => {
    const icon = { ready: '$(sparkle)', working: '$(loading~spin)', failed: '$(warning)' }[state];
    item.text = `${icon} ${model}`;
    item.tooltip = `Mortise: ${message}. Click to choose a model.`;
    item.backgroundColor = state === 'failed' ? new vscode.ThemeColor('statusBarItem.warningBackground') : undefined;
    item.accessibilityInformation = { label: `Mortise model ${model}: ${message}` };
    item.show();
  });
  return vscode.Disposable.from(item, listening);
}
