/**
 * The rows of the conflicts view as data: each repository, its two sides, its files in groups by what they ask of the user.
 * Knows nothing of VS Code. `changes` tells which rows differ between two states, so that only those are drawn anew.
 */
import type { FileView, RepositoryView, SameNumberView } from '../../server/lsp/protocol.ts';
import { isText, openIn } from './files.ts';

export type Group = 'safe' | 'look' | 'choice' | 'done' | 'staged';
export type Staged = RepositoryView['staged'][number];

type Content =
  | { readonly kind: 'repository'; readonly root: string; readonly view: RepositoryView }
  | { readonly kind: 'side'; readonly root: string; readonly side: 'left' | 'right'; readonly view: RepositoryView }
  | { readonly kind: 'number'; readonly root: string; readonly twice: SameNumberView }
  | { readonly kind: 'group'; readonly root: string; readonly group: Group; readonly files: readonly FileView[] }
  | { readonly kind: 'staged-group'; readonly root: string; readonly files: readonly Staged[]; readonly alone: boolean }
  | { readonly kind: 'file'; readonly root: string; readonly file: FileView; readonly group: Group }
  | { readonly kind: 'staged'; readonly root: string; readonly file: Staged };

/** `id` names the row: the same in every state in which the row is shown. */
export type Node = Content & { readonly id: string; readonly children: readonly Node[] };

/** Files as `fileKey` names them. */
export type Held = ReadonlySet<string>;

const none: Held = new Set();

export const fileKey = (root: string, { path }: FileView): string => `${root}\u0000${path}`;

/** @param held files that stay with those that need a look, in git's order, whatever was counted of them. */
export function rootsOf(all: readonly RepositoryView[], held: Held = none): Node[] {
  return (
    all
      .filter(({ files, operation }) => files.length > 0 || operation.kind !== 'none')
      // More than one work tree: by path, so that they do not jump when one of them changes.
      .sort((a, b) => (a.root < b.root ? -1 : 1))
      .map((view) => node({ kind: 'repository', root: view.root, view }, [view.root], childrenOf(view, held)))
  );
}

const node = (content: Content, id: readonly string[], children: readonly Node[] = []): Node => ({
  ...content,
  id: id.join('\u0000'),
  children,
});

function childrenOf(view: RepositoryView, held: Held): Node[] {
  const { root, operation, files } = view;
  const sides =
    operation.kind === 'none' && !operation.onlyCopy
      ? []
      : (['left', 'right'] as const).map((side) => node({ kind: 'side', root, side, view }, [root, side]));
  const numbers = (view.sameNumbers ?? []).map((twice) =>
    node({ kind: 'number', root, twice }, [root, 'number', twice.folder, twice.number]),
  );
  return [...sides, ...numbers, ...groupsOf(view, held), ...stagedGroup(view, files.length === 0)];
}

function stagedGroup({ root, staged: files }: RepositoryView, alone: boolean): Node[] {
  if (files.length === 0) return [];
  const rows = files.map((file) => node({ kind: 'staged', root, file }, [root, 'staged', file.path]));
  return [node({ kind: 'staged-group', root, files, alone }, [root, 'staged'], rows)];
}

function groupsOf({ root, files }: RepositoryView, held: Held): Node[] {
  const groups: Record<Group, FileView[]> = { safe: [], look: [], choice: [], done: [], staged: [] };
  for (const file of files) {
    const group = groupOf(file);
    groups[group === 'safe' && held.has(fileKey(root, file)) ? 'look' : group].push(file);
  }
  const ordered = held.size > 0 ? (some: readonly FileView[]) => some : inOrder;
  const order: Group[] = ['safe', 'look', 'choice', 'done'];
  return order.flatMap((group) => {
    if (groups[group].length === 0) return [];
    const rows = ordered(groups[group]).map((file) =>
      node({ kind: 'file', root, file, group }, [root, group, file.path]),
    );
    return [node({ kind: 'group', root, group, files: groups[group] }, [root, group], rows)];
  });
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

function groupOf(file: FileView): Group {
  if (!isText(file)) return 'choice';
  if (!file.counts || file.whole !== undefined) return 'look';
  if (openIn(file) === 0) return 'done';
  return file.counts.likely + file.counts.yours === 0 ? 'safe' : 'look';
}

/** A row as it is on screen: its children in order, and all that its look depends on. */
interface Shown {
  readonly children: string;
  readonly look: string;
}

/** By id; the outermost rows are the children of ''. */
export type Screen = ReadonlyMap<string, Shown>;

export function screenOf(roots: readonly Node[], look: (node: Node) => string): Screen {
  const screen = new Map<string, Shown>();
  const ids = (nodes: readonly Node[]) => nodes.map(({ id }) => id).join('\u0001');
  const visit = (node: Node) => {
    screen.set(node.id, { children: ids(node.children), look: look(node) });
    node.children.forEach(visit);
  };
  screen.set('', { children: ids(roots), look: '' });
  roots.forEach(visit);
  return screen;
}

/**
 * Ids of the rows to draw anew, or 'all' where the outermost rows are others than before. A row whose children changed is
 * drawn with all of them; below it nothing is named again.
 */
export function changes(roots: readonly Node[], before: Screen, now: Screen): 'all' | string[] {
  if (before.get('')?.children !== now.get('')?.children) return 'all';
  const found: string[] = [];
  const visit = ({ id, children }: Node) => {
    const [was, is] = [before.get(id), now.get(id)];
    if (was?.children !== is?.children || was?.look !== is?.look) found.push(id);
    else children.forEach(visit);
  };
  roots.forEach(visit);
  return found;
}
