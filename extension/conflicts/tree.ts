/** The conflicts view: each repository with its paused operation, and its files grouped by what they ask of the user. */
import { posix } from 'node:path';
import * as vscode from 'vscode';
import type { FileView, RepositoryView } from '../../server/lsp/protocol.ts';
import { isText, type Model, openIn } from './model.ts';

export type Group = 'safe' | 'look' | 'choice' | 'done' | 'staged';
type Staged = RepositoryView['staged'][number];
export type Node =
  | { readonly kind: 'repository'; readonly root: string; readonly view: RepositoryView }
  | { readonly kind: 'group'; readonly root: string; readonly group: Group; readonly files: readonly FileView[] }
  | { readonly kind: 'staged-group'; readonly root: string; readonly files: readonly Staged[]; readonly alone: boolean }
  | { readonly kind: 'side'; readonly root: string; readonly side: 'left' | 'right'; readonly view: RepositoryView }
  | { readonly kind: 'file'; readonly root: string; readonly file: FileView; readonly group: Group }
  | { readonly kind: 'staged'; readonly root: string; readonly file: Staged };

const titles: Record<Group, string> = {
  safe: 'Safe to resolve',
  look: 'Needs a look',
  choice: 'Needs your choice',
  done: 'Resolved, not staged',
  staged: 'Resolved and staged',
};
const icons: Record<Group, string> = {
  safe: 'verified',
  look: 'eye',
  choice: 'person',
  done: 'pass',
  staged: 'check-all',
};

/** What has no markers shows what happened to it; colour and letters of git stay beside it. */
const kindIcons: Readonly<Record<string, string>> = {
  'modify-delete': 'trash',
  'rename-rename': 'arrow-swap',
  'rename-delete': 'arrow-swap',
  'both-deleted': 'trash',
  'added-by-one': 'diff-added',
  submodule: 'file-submodule',
  symlink: 'file-symlink-file',
  binary: 'file-binary',
  'not-utf8': 'file-binary',
  mode: 'lock',
};

export class ConflictTree implements vscode.TreeDataProvider<Node>, vscode.Disposable {
  readonly #model: Model;
  readonly #changed = new vscode.EventEmitter<Node | undefined>();
  readonly onDidChangeTreeData = this.#changed.event;
  readonly #view: vscode.TreeView<Node>;
  readonly #parts: vscode.Disposable[];
  #timer: NodeJS.Timeout | undefined;
  #again = false;
  /** The list has had rows while it had the focus. */
  #focused = false;

  constructor(model: Model) {
    this.#model = model;
    this.#view = vscode.window.createTreeView('mortise.conflicts', { treeDataProvider: this, showCollapseAll: true });
    this.#parts = [
      this.#changed,
      this.#view,
      model.onRepositories(() => this.#update()),
      vscode.commands.registerCommand('mortise.showConflicts', () => this.#show()),
    ];
  }

  dispose(): void {
    clearTimeout(this.#timer);
    for (const part of this.#parts) part.dispose();
  }

  /** When it first opens, the list has no rows yet and the focus stays outside of it: then its first row takes it. */
  async #show(): Promise<void> {
    await this.#model.server.refresh();
    await vscode.commands.executeCommand('mortise.conflicts.focus');
    const [first] = rootsOf(this.#model.repositories);
    if (!first || this.#focused) return;
    await this.#view.reveal(first, { select: false, focus: true }).then(
      () => {
        this.#focused = true;
      },
      () => undefined, // Drawn anew meanwhile: the view is open, and the next time brings the focus.
    );
  }

  /** For `reveal`, which asks about the outermost nodes only. */
  getParent(): undefined {
    return undefined;
  }

  getChildren(node?: Node): Node[] {
    if (!node) return rootsOf(this.#model.repositories);
    if (node.kind === 'repository') return childrenOf(node.view);
    if (node.kind === 'group')
      return inOrder(node.files).map((file) => ({ kind: 'file', root: node.root, file, group: node.group }));
    if (node.kind === 'staged-group') return node.files.map((file) => ({ kind: 'staged', root: node.root, file }));
    return [];
  }

  getTreeItem(node: Node): vscode.TreeItem {
    if (node.kind === 'repository') return repositoryItem(node.view);
    if (node.kind === 'group') return groupItem(node.group, node.files, node.root);
    if (node.kind === 'staged-group') {
      const item = groupItem('staged', node.files, node.root);
      if (node.alone) item.collapsibleState = vscode.TreeItemCollapsibleState.Expanded;
      return item;
    }
    if (node.kind === 'side') return sideItem(node.view, node.side);
    if (node.kind === 'staged') return stagedItem(node.file, node.root);
    return fileItem(node.file, node.group, node.root);
  }

  /** The whole tree is drawn anew at most twice a second: counting a thousand files tells of each step. */
  #update(): void {
    this.#again = true;
    if (this.#timer !== undefined) return;
    this.#draw();
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      if (this.#again) this.#draw();
    }, 500);
  }

  #draw(): void {
    this.#again = false;
    const { open, total } = this.#model.progress();
    this.#view.badge = open > 0 ? { value: open, tooltip: `${open} of ${total} conflicts left` } : undefined;
    this.#changed.fire(undefined);
  }
}

const rootsOf = (all: readonly RepositoryView[]): Node[] =>
  all
    .filter(({ files, operation }) => files.length > 0 || operation.kind !== 'none')
    // More than one work tree: by path, so that they do not jump when one of them changes.
    .sort((a, b) => (a.root < b.root ? -1 : 1))
    .map((view) => ({ kind: 'repository', root: view.root, view }));

function childrenOf(view: RepositoryView): Node[] {
  const sides: Node[] =
    view.operation.kind === 'none'
      ? []
      : (['left', 'right'] as const).map((side) => ({ kind: 'side', root: view.root, side, view }));
  const staged: Node[] =
    view.staged.length > 0
      ? [{ kind: 'staged-group', root: view.root, files: view.staged, alone: view.files.length === 0 }]
      : [];
  return [...sides, ...groupsOf(view), ...staged];
}

/** Files that change the same name stand together; else as git lists them. */
function inOrder(files: readonly FileView[]): readonly FileView[] {
  const first = new Map<string, number>();
  files.forEach(({ shares }, i) => {
    if (shares && !first.has(shares.name)) first.set(shares.name, i);
  });
  const place = (file: FileView, i: number) => (file.shares ? (first.get(file.shares.name) ?? i) : i);
  return files
    .map((file, i) => ({ file, i, at: place(file, i) }))
    .sort((a, b) => a.at - b.at || a.i - b.i)
    .map(({ file }) => file);
}

function groupsOf({ root, files }: RepositoryView): Node[] {
  const groups: Record<Group, FileView[]> = { safe: [], look: [], choice: [], done: [], staged: [] };
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

/** Who is who: in a rebase "ours" is not yours, and here it is said. */
function sideItem({ root, operation }: RepositoryView, side: 'left' | 'right'): vscode.TreeItem {
  const git = side === 'left' ? 'ours' : 'theirs';
  const where = side === 'left' ? 'above the =======' : 'below the =======';
  const item = new vscode.TreeItem(operation[side], vscode.TreeItemCollapsibleState.None);
  item.id = `${root}\u0000${side}`;
  item.iconPath = new vscode.ThemeIcon(side === 'left' ? 'arrow-small-up' : 'arrow-small-down');
  item.description = git;
  item.tooltip = `Git calls this side ${git}: the part ${where}.\n${operation[side]}`;
  item.contextValue = 'side';
  item.accessibilityInformation = { label: `${git}, ${where}: ${operation[side]}` };
  return item;
}

function stagedItem({ uri, path }: Staged, root: string): vscode.TreeItem {
  const item = new vscode.TreeItem(posix.basename(path), vscode.TreeItemCollapsibleState.None);
  item.id = `${root}\u0000staged\u0000${path}`;
  item.resourceUri = vscode.Uri.parse(uri);
  const folder = posix.dirname(path);
  item.description = folder === '.' ? '' : folder;
  item.tooltip = `${path}\nResolved and staged. "Reopen as Conflict" makes it a conflict again.`;
  item.contextValue = 'staged';
  item.accessibilityInformation = { label: `${path}, resolved and staged` };
  item.command = { command: 'vscode.open', title: 'Open', arguments: [vscode.Uri.parse(uri)] };
  return item;
}

function groupItem(group: Group, files: readonly unknown[], root: string): vscode.TreeItem {
  const { Collapsed, Expanded } = vscode.TreeItemCollapsibleState;
  const item = new vscode.TreeItem(titles[group], group === 'staged' ? Collapsed : Expanded);
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
  const others = file.shares?.paths.length ?? 0;
  const shared = file.shares ? `shares ${file.shares.name} with ${others} ${others === 1 ? 'file' : 'files'}` : '';
  item.description = [about, shared, folder === '.' ? '' : folder].filter((part) => part !== '').join(' · ');
  item.tooltip = [
    file.path,
    file.title,
    about,
    ...(file.shares ? [`${shared}: ${file.shares.paths.join(', ')}`] : []),
  ].join('\n');
  const icon = kindIcons[file.kind];
  if (icon) item.iconPath = new vscode.ThemeIcon(icon);
  item.contextValue = `file ${group} ${file.kind}`;
  item.accessibilityInformation = {
    label: `${file.path}, ${titles[group]}, ${about}${shared === '' ? '' : `, ${shared}`}`,
  };
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
