/** The conflicts view: each repository with its paused operation, and its files grouped by what they ask of the user. */
import { posix } from 'node:path';
import * as vscode from 'vscode';
import type { FileView, RepositoryView } from '../../server/lsp/protocol.ts';
import { isText, type Model, openIn } from './model.ts';

export type Group = 'safe' | 'look' | 'choice' | 'done';
export type Node =
  | { readonly kind: 'repository'; readonly root: string; readonly view: RepositoryView }
  | { readonly kind: 'group'; readonly root: string; readonly group: Group; readonly files: readonly FileView[] }
  | { readonly kind: 'file'; readonly root: string; readonly file: FileView; readonly group: Group };

const titles: Record<Group, string> = {
  safe: 'Safe to resolve',
  look: 'Needs a look',
  choice: 'Needs your choice',
  done: 'Resolved, not staged',
};
const icons: Record<Group, string> = { safe: 'verified', look: 'eye', choice: 'person', done: 'pass' };

export class ConflictTree implements vscode.TreeDataProvider<Node>, vscode.Disposable {
  readonly #model: Model;
  readonly #changed = new vscode.EventEmitter<Node | undefined>();
  readonly onDidChangeTreeData = this.#changed.event;
  readonly #view: vscode.TreeView<Node>;
  readonly #parts: vscode.Disposable[];

  constructor(model: Model) {
    this.#model = model;
    this.#view = vscode.window.createTreeView('mortise.conflicts', { treeDataProvider: this, showCollapseAll: true });
    this.#parts = [this.#changed, this.#view, model.onRepositories(() => this.#update())];
  }

  dispose(): void {
    for (const part of this.#parts) part.dispose();
  }

  getChildren(node?: Node): Node[] {
    if (!node) return rootsOf(this.#model.repositories);
    if (node.kind === 'repository') return groupsOf(node.view);
    if (node.kind === 'group')
      return node.files.map((file) => ({ kind: 'file', root: node.root, file, group: node.group }));
    return [];
  }

  getTreeItem(node: Node): vscode.TreeItem {
    if (node.kind === 'repository') return repositoryItem(node.view);
    if (node.kind === 'group') return groupItem(node.group, node.files, node.root);
    return fileItem(node.file, node.group, node.root);
  }

  #update(): void {
    const { open, total } = this.#model.progress();
    this.#view.badge = open > 0 ? { value: open, tooltip: `${open} of ${total} conflicts left` } : undefined;
    this.#changed.fire(undefined);
  }
}

const rootsOf = (all: readonly RepositoryView[]): Node[] =>
  all
    .filter(({ files, operation }) => files.length > 0 || operation.kind !== 'none')
    .map((view) => ({ kind: 'repository', root: view.root, view }));

function groupsOf({ root, files }: RepositoryView): Node[] {
  const groups: Record<Group, FileView[]> = { safe: [], look: [], choice: [], done: [] };
  for (const file of files) groups[groupOf(file)].push(file);
  const order: Group[] = ['safe', 'look', 'choice', 'done'];
  return order.flatMap((group) =>
    groups[group].length > 0 ? [{ kind: 'group', root, group, files: groups[group] }] : [],
  );
}

export function groupOf(file: FileView): Group {
  if (!isText(file)) return 'choice';
  if (!file.counts) return 'look';
  if (openIn(file) === 0) return 'done';
  return file.counts.likely + file.counts.yours === 0 ? 'safe' : 'look';
}

function repositoryItem({ root, operation, files }: RepositoryView): vscode.TreeItem {
  const paused = operation.kind !== 'none';
  const title = paused ? operation.title : `${files.length} unmerged ${files.length === 1 ? 'file' : 'files'}`;
  // In a narrow view the label is what is read: the step stands beside it.
  const label = capital(title.replace(/, (commit|patch) \d+ of \d+$/, ''));
  const item = new vscode.TreeItem(label, vscode.TreeItemCollapsibleState.Expanded);
  item.id = root;
  const folder = posix.basename(root.replaceAll('\\', '/'));
  item.description = operation.step ? `${operation.step.n} of ${operation.step.of} · ${folder}` : folder;
  item.iconPath = new vscode.ThemeIcon('git-merge');
  const sides = paused ? [`ours: ${operation.left}`, `theirs: ${operation.right}`] : [];
  item.tooltip = [title, ...sides, root].join('\n');
  const can = [operation.next ? 'go' : '', operation.next?.stop ? 'stop' : '', operation.kind];
  item.contextValue = `repository ${can.filter((word) => word !== '').join(' ')}`;
  return item;
}

function groupItem(group: Group, files: readonly FileView[], root: string): vscode.TreeItem {
  const item = new vscode.TreeItem(titles[group], vscode.TreeItemCollapsibleState.Expanded);
  item.id = `${root}\u0000${group}`;
  item.description = `${files.length} ${files.length === 1 ? 'file' : 'files'}`;
  item.iconPath = new vscode.ThemeIcon(icons[group]);
  item.contextValue = `group ${group}`;
  return item;
}

function fileItem(file: FileView, group: Group, root: string): vscode.TreeItem {
  const uri = vscode.Uri.parse(file.uri);
  const item = new vscode.TreeItem(posix.basename(file.path), vscode.TreeItemCollapsibleState.None);
  item.id = `${root}\u0000${group}\u0000${file.path}`;
  item.resourceUri = uri;
  const folder = posix.dirname(file.path);
  const about = group === 'choice' ? file.title : counted(file);
  item.description = folder === '.' ? about : `${about} · ${folder}`;
  item.tooltip = `${file.path}\n${file.title}\n${about}`;
  item.contextValue = `file ${group} ${file.kind}`;
  item.accessibilityInformation = { label: `${file.path}, ${titles[group]}, ${about}` };
  if (isText(file)) item.command = { command: 'mortise.openFile', title: 'Open', arguments: [file.uri] };
  else
    item.command = {
      command: 'mortise.chooseForFile',
      title: 'Choose',
      arguments: [{ kind: 'file', root, file, group }],
    };
  return item;
}

function counted(file: FileView): string {
  const { counts } = file;
  if (!counts) return 'counting …';
  const parts = [
    counts.safe > 0 ? `${counts.safe} safe` : '',
    counts.likely > 0 ? `${counts.likely} likely` : '',
    counts.yours > 0 ? `${counts.yours} yours` : '',
  ];
  return parts.filter((part) => part !== '').join(' · ') || 'no conflict left';
}

const capital = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1);
