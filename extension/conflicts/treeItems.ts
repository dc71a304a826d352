/** How a row of the conflicts view looks and reads: label, description, icon, tooltip, and its words for a screen reader. */
import { posix } from 'node:path';
import * as vscode from 'vscode';
import type { FileView, RepositoryView, SameNumberView } from '../../server/lsp/protocol.ts';
import { isText, openIn } from './files.ts';
import type { Group, Node, Staged } from './treeNodes.ts';
import { counted } from './words.ts';

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

export function itemOf(node: Node): vscode.TreeItem {
  switch (node.kind) {
    case 'repository':
      return repositoryItem(node.view);
    case 'side':
      return sideItem(node.view, node.side);
    case 'number':
      return numberItem(node.twice);
    case 'group':
      return groupItem(node.group, node.files);
    case 'staged-group':
      return groupItem('staged', node.files, node.alone);
    case 'staged':
      return stagedItem(node.file);
    case 'file':
      return fileItem(node);
    default:
      return node satisfies never;
  }
}

function repositoryItem({ root, operation, files }: RepositoryView): vscode.TreeItem {
  const paused = operation.kind !== 'none' || operation.onlyCopy !== undefined;
  const title = paused ? operation.title : counted(files.length, 'unmerged file');
  // In a narrow view the label is what is read: the step stands beside it.
  const label = capital(title.replace(/, (commit|patch) \d+ of \d+$/, ''));
  const item = new vscode.TreeItem(label, vscode.TreeItemCollapsibleState.Expanded);
  const folder = posix.basename(root.replaceAll('\\', '/'));
  item.description = operation.step ? `${operation.step.n} of ${operation.step.of} · ${folder}` : folder;
  item.iconPath = new vscode.ThemeIcon('git-merge');
  const sides = paused ? [`ours: ${operation.left}`, `theirs: ${operation.right}`] : [];
  item.tooltip = [title, ...sides, root].join('\n');
  const step = operation.step ? `step ${operation.step.n} of ${operation.step.of}, ` : '';
  item.accessibilityInformation = { label: `${label}, ${step}in ${folder}` };
  const can = [operation.next ? 'go' : '', operation.next?.stop ? 'stop' : '', operation.kind];
  item.contextValue = `repository ${can.filter((word) => word !== '').join(' ')}`;
  return item;
}

/** Who is who: in a rebase "ours" is not yours, and here it is said. */
function sideItem({ operation }: RepositoryView, side: 'left' | 'right'): vscode.TreeItem {
  const git = side === 'left' ? 'ours' : 'theirs';
  const where = side === 'left' ? 'above the =======' : 'below the =======';
  const item = new vscode.TreeItem(operation[side], vscode.TreeItemCollapsibleState.None);
  item.iconPath = new vscode.ThemeIcon(side === 'left' ? 'arrow-small-up' : 'arrow-small-down');
  item.description = git;
  item.tooltip = `Git calls this side ${git}: the part ${where}.\n${operation[side]}`;
  item.contextValue = 'side';
  item.accessibilityInformation = { label: `${git}, ${where}: ${operation[side]}` };
  return item;
}

/** Git has merged them; who runs or reads them by number has two of one. Both are shown on a click. */
function numberItem({ said, folder, number, left, right }: SameNumberView): vscode.TreeItem {
  const item = new vscode.TreeItem(`Number ${number} twice`, vscode.TreeItemCollapsibleState.None);
  item.description = folder;
  item.iconPath = new vscode.ThemeIcon('warning');
  item.tooltip = `${capital(said)}.\nGit merges them without a word. Give one of them another number, or leave it so.`;
  item.contextValue = 'number';
  item.accessibilityInformation = { label: `${capital(said)}` };
  const [one, other] = [left[0], right[0]];
  if (one !== undefined && other !== undefined)
    item.command = {
      command: 'vscode.diff',
      title: 'Show Both',
      arguments: [vscode.Uri.parse(one), vscode.Uri.parse(other), `Number ${number} twice in ${folder}`],
    };
  return item;
}

function stagedItem({ uri, path }: Staged): vscode.TreeItem {
  const item = new vscode.TreeItem(posix.basename(path), vscode.TreeItemCollapsibleState.None);
  item.resourceUri = vscode.Uri.parse(uri);
  item.description = folderOf(path);
  item.tooltip = `${path}\nResolved and staged. "Reopen as Conflict" makes it a conflict again.`;
  item.contextValue = 'staged';
  item.accessibilityInformation = { label: `${path}, resolved and staged` };
  item.command = { command: 'vscode.open', title: 'Open', arguments: [vscode.Uri.parse(uri)] };
  return item;
}

function groupItem(group: Group, files: readonly unknown[], open = group !== 'staged'): vscode.TreeItem {
  const { Collapsed, Expanded } = vscode.TreeItemCollapsibleState;
  const item = new vscode.TreeItem(titles[group], open ? Expanded : Collapsed);
  item.description = counted(files.length, 'file');
  item.iconPath = new vscode.ThemeIcon(icons[group]);
  item.contextValue = `group ${group}`;
  return item;
}

function fileItem(node: Extract<Node, { kind: 'file' }>): vscode.TreeItem {
  const { file, group } = node;
  const item = new vscode.TreeItem(posix.basename(file.path), vscode.TreeItemCollapsibleState.None);
  item.resourceUri = vscode.Uri.parse(file.uri);
  const about = group === 'choice' ? file.title : countsOf(file);
  const shared = file.shares ? `shares ${file.shares.name} with ${counted(file.shares.paths.length, 'file')}` : '';
  item.description = [about, shared, folderOf(file.path)].filter((part) => part !== '').join(' · ');
  item.tooltip = [
    file.path,
    file.title,
    ...(about === file.title ? [] : [about]),
    ...(file.moved ? [file.moved] : []),
    ...(file.held ? [`${file.held.count} held back from bulk: ${file.held.why}`] : []),
    ...(file.shares ? [`${shared}: ${file.shares.paths.join(', ')}`] : []),
  ].join('\n');
  const icon = kindIcons[file.kind];
  if (icon) item.iconPath = new vscode.ThemeIcon(icon);
  item.contextValue = `file ${group} ${file.kind}`;
  item.accessibilityInformation = {
    label: `${file.path}, ${titles[group]}, ${about}${file.moved ? `; ${file.moved}` : ''}${file.held ? `: ${file.held.why}` : ''}${shared === '' ? '' : `, ${shared}`}`,
  };
  if (isText(file)) item.command = { command: 'mortise.openFile', title: 'Open', arguments: [file.uri] };
  else item.command = { command: 'mortise.chooseForFile', title: 'Choose', arguments: [node] };
  return item;
}

function countsOf(file: FileView): string {
  const { counts } = file;
  if (!counts) return 'counting …';
  if (file.whole !== undefined) return file.whole;
  if (openIn(file) === 0) return 'no conflict left';
  const parts = [
    counts.safe > 0 ? `${counts.safe} safe` : '',
    counts.likely > 0 ? `${counts.likely} likely` : '',
    counts.yours > 0 ? `${counts.yours} yours` : '',
    file.held ? `${file.held.count} held back` : '',
  ];
  return parts.filter((part) => part !== '').join(' · ');
}

function folderOf(path: string): string {
  const folder = posix.dirname(path);
  return folder === '.' ? '' : folder;
}

const capital = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1);
