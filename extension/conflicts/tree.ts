/**
 * The conflicts view. What changed between two states is found row by row and only that is drawn anew: a row that is drawn
 * under the pointer loses the click, and one that is drawn under the keys loses the focus.
 */
import { setTimeout as pause } from 'node:timers/promises';
import * as vscode from 'vscode';
import { isText } from './files.ts';
import type { Model } from './model.ts';
import { SteadyCommands } from './steadyCommands.ts';
import { itemOf } from './treeItems.ts';
import { changes, fileKey, type Held, type Node, rootsOf, type Screen, screenOf } from './treeNodes.ts';

/** Nothing is drawn more often, in milliseconds. */
const PAUSE = 500;
/** A row that comes or goes moves others under the pointer: while files are counted they change their groups no more often. */
const REGROUP = 3000;

export class ConflictTree implements vscode.TreeDataProvider<Node>, vscode.Disposable {
  readonly #model: Model;
  readonly #changed = new vscode.EventEmitter<Node | Node[] | undefined>();
  readonly onDidChangeTreeData = this.#changed.event;
  readonly #view: vscode.TreeView<Node>;
  readonly #parts: vscode.Disposable[];
  readonly #commands = new SteadyCommands();
  /** One object for each row as long as the row is there: VS Code knows rows by their objects. */
  readonly #nodes = new Map<string, Node>();
  readonly #parents = new Map<string, Node>();
  #roots: readonly Node[] = [];
  #screen: Screen = screenOf([], () => '');
  #held: Held = new Set();
  #grouped = 0;
  #timer: NodeJS.Timeout | undefined;
  #again = false;
  /** Settled once VS Code draws the list. */
  readonly #opened: Promise<void>;
  #hasOpened: () => void = () => undefined;
  /** The row that took the focus: VS Code remembers it for as long as that row is there. */
  #focused: string | undefined;

  constructor(model: Model) {
    this.#model = model;
    this.#opened = new Promise((opened) => {
      this.#hasOpened = opened;
    });
    this.#view = vscode.window.createTreeView('mortise.conflicts', { treeDataProvider: this, showCollapseAll: true });
    this.#parts = [
      this.#changed,
      this.#commands,
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
    await vscode.commands.executeCommand('mortise.conflicts.focus');
    if (this.#roots.length === 0) await this.#model.fresh();
    else await this.#model.server.refresh();
    // Before the list has asked for rows there is none that could take the focus: VS Code would drop it in silence.
    await this.#opened;
    for (let i = 0; i < 10; i++) {
      await pause(i === 0 ? 0 : 100);
      const [first] = this.#roots;
      if (!first || first.id === this.#focused || this.#view.selection.length > 0) return;
      this.#focused = await this.#view.reveal(first, { select: false, focus: true }).then(
        () => first.id,
        () => undefined, // Not on screen yet.
      );
    }
  }

  getParent({ id }: Node): Node | undefined {
    return this.#parents.get(id);
  }

  getChildren(node?: Node): Node[] {
    if (!node) this.#hasOpened();
    return [...(node ? node.children : this.#roots)];
  }

  getTreeItem(node: Node): vscode.TreeItem {
    const item = itemOf(node);
    item.id = node.id;
    // Those of VS Code itself are steady as they are.
    if (item.command?.command.startsWith('mortise.')) item.command = this.#commands.of(item.command, node.id);
    return item;
  }

  #update(): void {
    this.#again = true;
    if (this.#timer !== undefined) return;
    this.#draw();
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      if (this.#again) this.#update();
    }, PAUSE);
  }

  #draw(): void {
    this.#again = false;
    const { open, total, uncounted } = this.#model.progress();
    this.#view.badge = open > 0 ? { value: open, tooltip: `${open} of ${total} conflicts left` } : undefined;
    const selected = this.#view.selection[0];
    const before = this.#screen;
    if (uncounted === 0 || performance.now() - this.#grouped > REGROUP) this.#regroup();
    this.#roots = this.#adopt(rootsOf(this.#model.repositories, this.#held));
    this.#screen = screenOf(this.#roots, lookOf);
    const changed = changes(this.#roots, before, this.#screen);
    if (changed === 'all') this.#changed.fire(undefined);
    else if (changed.length > 0) this.#changed.fire(changed.flatMap((id) => this.#nodes.get(id) ?? []));
    if (selected) this.#keepSelected(selected);
  }

  #regroup(): void {
    this.#grouped = performance.now();
    const files = this.#model.repositories.flatMap((view) => view.files.map((file) => ({ root: view.root, file })));
    const uncounted = files.filter(({ file }) => isText(file) && !file.counts);
    this.#held = new Set(uncounted.map(({ root, file }) => fileKey(root, file)));
  }

  /** Take over a new state: known rows keep their objects and get the new content. */
  #adopt(fresh: readonly Node[]): readonly Node[] {
    const there = new Set<string>();
    this.#parents.clear();
    const adopt = (node: Node, parent?: Node): Node => {
      const known = this.#nodes.get(node.id);
      // Rows are readonly to everybody else.
      const own: Node = known ? Object.assign(known, node) : node;
      there.add(node.id);
      this.#nodes.set(node.id, own);
      if (parent) this.#parents.set(node.id, parent);
      return Object.assign(own, { children: node.children.map((child) => adopt(child, own)) });
    };
    const roots = fresh.map((node) => adopt(node));
    for (const id of this.#nodes.keys()) if (!there.has(id)) this.#nodes.delete(id);
    return roots;
  }

  /** A file that went to another group stays selected there; a group it went to closed is not opened for it. */
  #keepSelected(selected: Node): void {
    if (selected.kind !== 'file' || this.#nodes.has(selected.id) || !this.#view.visible) return;
    const { root, file } = selected;
    const moved = [...this.#nodes.values()].find(
      (one) => one.kind === 'file' && one.root === root && one.file.path === file.path,
    );
    if (moved) void this.#view.reveal(moved, { select: true, focus: false }).then(undefined, () => undefined);
  }
}

/** All that a row's look depends on; its command always names the row itself. */
function lookOf(node: Node): string {
  const { command, ...item } = itemOf(node);
  return JSON.stringify([item, command?.command]);
}
