/**
 * What the user asks of git from the view: keep a side of a file, stage it, go on, skip or give up. Each happens on an
 * explicit click only. Going on and giving up run in a terminal, where the user sees the command, its hooks and
 * its output.
 */
import * as vscode from 'vscode';
import type { FileAction, RepositoryView } from '../../server/lsp/protocol.ts';
import { runShown } from '../terminal.ts';
import { repositoryFor } from './choose.ts';
import { isText, openIn } from './files.ts';
import type { Model } from './model.ts';
import { isSaved } from './saved.ts';
import { warnOfStagedMarkers } from './stagedMarkers.ts';
import { type Stop, stillInConflict, stillPaused } from './still.ts';
import type { Node } from './treeNodes.ts';
import { isUnsettled } from './unsettled.ts';

/** A file's row in the view, or as much of one. */
type FileAt = Pick<Extract<Node, { kind: 'file' }>, 'root' | 'file'>;

export function registerOperations(model: Model): vscode.Disposable {
  const command = (name: string, run: (node: Node | undefined) => Promise<unknown>) =>
    vscode.commands.registerCommand(`mortise.${name}`, (node?: Node) => (isTrusted() ? run(node) : undefined));
  return vscode.Disposable.from(
    command('chooseForFile', async (node) => (node?.kind === 'file' ? choose(model, node) : undefined)),
    command('stageFile', (node) => stageOne(model, node)),
    command('reopen', (node) => reopen(model, node)),
    command('stageResolved', async (node) => (node?.kind === 'group' ? stage(model, filesOf(node)) : undefined)),
    command('keepAndStage', (node) => keepAndStage(model, node)),
    command('stageAll', (node) => stageAll(model, node)),
    command('continue', (node) => run(model, node, 'go')),
    command('skip', (node) => run(model, node, 'skip')),
    command('abort', (node) => run(model, node, 'stop')),
    vscode.commands.registerCommand('mortise.openFile', (uri: string) => open(model, vscode.Uri.parse(uri))),
  );
}

function isTrusted(): boolean {
  if (vscode.workspace.isTrusted) return true;
  void vscode.window.showWarningMessage('Mortise only shows conflicts in a workspace that is not trusted.');
  return false;
}

async function open(model: Model, uri: vscode.Uri): Promise<void> {
  const editor = await vscode.window.showTextDocument(uri);
  const [first] = await model.read(editor.document.uri);
  if (!first) return;
  const at = new vscode.Position(first.range.start.line, 0);
  editor.selection = new vscode.Selection(at, at);
  editor.revealRange(new vscode.Range(at, at), vscode.TextEditorRevealType.InCenterIfOutsideViewport);
}

interface ActionItem extends vscode.QuickPickItem {
  readonly actions: readonly FileAction[];
}

/** Each way to keep it, then each once more with staging: one click less for who has decided, and still the user's word. */
async function choose(model: Model, { root, file }: FileAt): Promise<void> {
  const keep = file.actions.filter(({ action }) => action !== 'stage');
  const items: ActionItem[] = [
    ...file.actions.map(({ action, title }) => ({ label: title, actions: [action] })),
    { label: 'and mark as resolved (git add)', kind: vscode.QuickPickItemKind.Separator, actions: [] },
    ...keep.map(({ action, title }): ActionItem => ({ label: `${title}, and stage it`, actions: [action, 'stage'] })),
  ];
  const asked = 'Changes the file in the work tree; nothing is staged unless you choose that';
  const placeHolder = file.moved ? `Look first: ${file.moved}` : asked;
  const picked = await vscode.window.showQuickPick(items, {
    title: `${file.path}: ${file.title}`,
    placeHolder,
    // The view is drawn anew while git works; that must not take the choice away.
    ignoreFocusOut: true,
  });
  for (const action of picked?.actions ?? []) if (!(await act(model, root, file.path, action))) return;
}

async function act(
  model: Model,
  root: string,
  path: string,
  action: FileAction,
  also: readonly string[] = [],
): Promise<boolean> {
  try {
    await model.server.fileAction({ root, path, action, ...(also.length > 0 ? { also } : {}) });
    return true;
  } catch (error) {
    await vscode.window.showErrorMessage(`Mortise: ${error instanceof Error ? error.message : String(error)}`);
    return false;
  }
}

/** A row of the view, a lens above a file, or (by key) the file that is open. */
async function stageOne(model: Model, node: Node | string | undefined): Promise<void> {
  if (typeof node === 'object') return node.kind === 'file' ? stage(model, [node]) : undefined;
  const uri = node === undefined ? vscode.window.activeTextEditor?.document.uri : vscode.Uri.parse(node);
  for (const { root, files } of model.repositories) {
    const file = files.find((one) => vscode.Uri.parse(one.uri).toString() === uri?.toString());
    if (file) return stage(model, [{ root, file }]);
  }
  await vscode.window.showInformationMessage('Mortise: this file is not in conflict.');
}

/** A staged file as a conflict again: what git remembers of it, else what our log kept. What stands in the file is copied first. */
async function reopen(model: Model, node: Node | string | undefined): Promise<void> {
  if (typeof node === 'string') return restoreOne(model, vscode.Uri.parse(node));
  if (node?.kind === 'staged') return reopenFile(model, node.root, node.file.path);
  const items = model.repositories.flatMap(({ root, staged }) =>
    staged.map(({ path }) => ({ label: path, description: root, root, path })),
  );
  if (items.length === 0) {
    await vscode.window.showInformationMessage('Mortise: no file of this operation is resolved and staged.');
    return;
  }
  const picked = await vscode.window.showQuickPick(items, { title: 'Make which file a conflict again?' });
  if (picked) await reopenFile(model, picked.root, picked.path);
}

/** A file in conflict that has no markers: git writes them anew. What the editor has of it is on disk first, and copied from there. */
async function restoreOne(model: Model, uri: vscode.Uri): Promise<void> {
  const document = vscode.workspace.textDocuments.find((one) => one.uri.toString() === uri.toString());
  for (const { root, files } of model.repositories) {
    const file = files.find((one) => vscode.Uri.parse(one.uri).toString() === uri.toString());
    if (!file) continue;
    if (document && !(await isSaved(document)))
      return void vscode.window.showWarningMessage(`Mortise: ${file.path} could not be saved; nothing was done.`);
    if (await act(model, root, file.path, 'restore')) await open(model, uri);
    return;
  }
  await vscode.window.showInformationMessage('Mortise: this file is not in conflict.');
}

async function reopenFile(model: Model, root: string, path: string): Promise<void> {
  if (!(await act(model, root, path, 'restore'))) return;
  const file = model.repositories.find((view) => view.root === root)?.staged.find((one) => one.path === path);
  if (file) await open(model, vscode.Uri.parse(file.uri));
}

/** Also half of a conflict: what somebody left behind is no resolution. */
const anyMarker = /^(?:<{7,}|>{7,})(?: .*)?$/m;

/** All that the user does not hold back, of each repository in one step: git reads its index once, and not for each file. */
async function stage(model: Model, nodes: readonly FileAt[]): Promise<void> {
  const byRoot = new Map<string, string[]>();
  for (const { root, file } of nodes) {
    if (isText(file)) {
      // The text itself is asked, and not the counts: those may be of a moment ago.
      const document = await vscode.workspace.openTextDocument(vscode.Uri.parse(file.uri)).then(
        (opened) => opened,
        () => undefined, // Deleted by the user: to stage that is their word too.
      );
      if (document && !(await isSaved(document))) {
        void vscode.window.showWarningMessage(`Mortise: ${file.path} could not be saved, and is not staged.`);
        continue;
      }
      if (document && anyMarker.test(document.getText())) {
        const said = `${file.path} still has conflicts with markers in it.`;
        const answer = await vscode.window.showWarningMessage(said, { modal: true }, 'Stage It Anyway');
        if (answer === undefined) continue;
      } else if (file.whole !== undefined) {
        const said = `${file.path} is ${file.whole}.`;
        const detail = 'Nobody is known to have chosen that: a merge driver that was killed leaves a file so.';
        const answer = await vscode.window.showWarningMessage(said, { modal: true, detail }, 'Stage It Anyway');
        if (answer === undefined) continue;
      }
    }
    byRoot.set(root, [...(byRoot.get(root) ?? []), file.path]);
  }
  for (const [root, [first, ...also]] of byRoot)
    if (first !== undefined && !(await act(model, root, first, 'stage', also))) return;
}

/** A choice that the user made by its words: the version, and that it is staged. Of the conflict that was told of, and no other. */
async function keepAndStage(model: Model, argument: unknown): Promise<void> {
  // What our own notification hands over.
  const { root, operation, file, action } = argument as FileAt & Stop & { readonly action: FileAction };
  if (!(await stillInConflict(model, { root, operation }, file))) return;
  for (const each of [action, 'stage'] as const) if (!(await act(model, root, file.path, each))) return;
}

/** Every resolved file of a repository, in one step that says so; a file that has markers left is asked about. */
async function stageAll(model: Model, argument: unknown): Promise<void> {
  await model.fresh();
  const view = await repositoryFor(model, argument);
  if (!view) return;
  // What is one side whole is asked about where it is staged.
  const open = view.files.filter((file) => openIn(file) > 0 && file.whole === undefined);
  if (open.length > 0) {
    const [{ path } = { path: '' }] = open;
    const said = `${path}${open.length > 1 ? ` and ${open.length - 1} more` : ''} still to be decided`;
    await vscode.window.showWarningMessage(`Mortise: nothing is staged: ${said}.`);
    return;
  }
  const stageFiles = () =>
    stage(
      model,
      view.files.map((file) => ({ root: view.root, file })),
    );
  const goesOn = typeof argument === 'object' && argument !== null && 'thenContinue' in argument;
  if (!goesOn || argument.thenContinue !== true) return stageFiles();
  await model.goingOn(view, async () => {
    await stageFiles();
    await model.fresh();
    // Where a file stayed unstaged the user has just said no to it.
    const now = model.repositories.find(({ root }) => root === view.root);
    return now?.files.length === 0 && now.operation.run === view.operation.run && (await goOn(model, now));
  });
}

const filesOf = ({ root, files }: Extract<Node, { kind: 'group' }>): FileAt[] => files.map((file) => ({ root, file }));

async function run(
  model: Model,
  node: { readonly root: string } | undefined,
  what: 'go' | 'skip' | 'stop',
): Promise<void> {
  await model.fresh();
  const view = await repositoryFor(model, node);
  const next = view?.operation.next;
  if (!view || !next) {
    await vscode.window.showInformationMessage('Mortise: no merge, rebase, cherry-pick, revert or am is paused here.');
    return;
  }
  if (what === 'go' && view.files.length > 0) {
    const open = view.files.reduce((sum, file) => sum + openIn(file), 0);
    const said =
      open > 0
        ? `${open} ${open === 1 ? 'conflict is' : 'conflicts are'} still open.`
        : `${view.files.length} resolved ${view.files.length === 1 ? 'file is' : 'files are'} not staged yet: stage them in the view first.`;
    await vscode.window.showWarningMessage(`Mortise: git cannot go on. ${said}`);
    return;
  }
  if (what === 'go') return model.goingOn(view, () => goOn(model, view));
  const line = what === 'stop' ? next.stop : next.go.replace('--continue', '--skip');
  if (line === undefined || (what === 'skip' && !next.go.includes('--continue'))) return;
  if (what === 'stop' && !((await confirmStop(view)) && (await stillPaused(model, view)))) return;
  inTerminal(model, view, line);
}

/** Hands what is staged to git, where nothing of the user's would be left out. @returns whether git was started. */
async function goOn(model: Model, view: RepositoryView): Promise<boolean> {
  const { next } = view.operation;
  if (!next || (await holdsMarkers(model, view)) || (await isUnsettled(model, view))) return false;
  if (vscode.workspace.getConfiguration('mortise').get('commitTrailers', false)) {
    await model.server.trailers(view.root).catch(() => undefined); // A message git did not prepare has no place for them.
  }
  // The message git prepared is taken as it is; a terminal editor would wait unseen.
  inTerminal(model, view, next.go, ['-c', 'core.editor=true']);
  return true;
}

function inTerminal(model: Model, { root }: RepositoryView, line: string, more: readonly string[] = []): void {
  const [, ...args] = line.split(' ');
  const command = vscode.workspace.getConfiguration('git').get<string | null>('path') ?? 'git';
  const git = typeof command === 'string' && command !== '' ? command : 'git';
  runShown({ name: line, command: git, args: [...more, ...args], cwd: root }, () => {
    model.ended(root);
    void model.server.refresh();
  });
}

/** Whether the commit would hold conflict markers: staged by hand, or with "Stage It Anyway". Also where that cannot be known. */
async function holdsMarkers(model: Model, view: RepositoryView): Promise<boolean> {
  try {
    const { marks } = await model.server.stagedMarkers(view.root);
    // Not waited for: a warning stands until it is closed.
    void warnOfStagedMarkers(model, view, marks);
    return marks.length > 0;
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    await vscode.window.showErrorMessage(`Mortise: whether conflict markers are staged is not known: ${said}`);
    return true;
  }
}

async function confirmStop({ operation }: RepositoryView): Promise<boolean> {
  const said = `Give up ${operation.title}?`;
  const detail = `${operation.next?.stop} takes every file back to where it was before. Resolutions made since are lost.`;
  return (await vscode.window.showWarningMessage(said, { modal: true, detail }, 'Give Up')) === 'Give Up';
}
