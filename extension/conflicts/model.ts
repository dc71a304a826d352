/** The conflicts of open files and repositories as the server last told them, and which one the cursor is in. */
import * as vscode from 'vscode';
import type { ConflictView, DocumentConflicts, RepositoryView } from '../../server/lsp/protocol.ts';
import type { Server } from '../server.ts';
import { hasMarkers } from '../wake.ts';
import { isText, openIn } from './files.ts';

export interface Progress {
  readonly open: number;
  readonly total: number;
  readonly safe: number;
  /** Files whose conflicts are not counted yet. */
  readonly uncounted: number;
}

/** What the workspace remembers of conflicts that were set aside: the key, and how many. */
const ASIDE = 'mortise.aside';
const KEPT = 500;

export class Model implements vscode.Disposable {
  readonly server: Server;
  readonly #files = new Map<string, DocumentConflicts>();
  readonly #parts: vscode.Disposable[] = [];
  readonly #memory: vscode.Memento;
  /** A conflict's id is made of its content: one that comes back in another merge is another. */
  readonly #aside: Set<string>;
  /** The active document, where its text has markers and the server has not said more about it. */
  #marked: string | undefined;
  readonly #fileChanged = new vscode.EventEmitter<vscode.Uri>();
  readonly #repositoriesChanged = new vscode.EventEmitter<void>();
  /** Conflicts of one file changed. */
  readonly onFile = this.#fileChanged.event;
  readonly onRepositories = this.#repositoriesChanged.event;
  repositories: readonly RepositoryView[] = [];
  /** By root: the stop that the user has told git to go on from (`run`), until it has, or its terminal is closed. */
  readonly #going = new Map<string, string>();

  constructor(server: Server, memory: vscode.Memento) {
    this.server = server;
    this.#memory = memory;
    this.#aside = new Set(memory.get<string[]>(ASIDE, []));
    this.#parts.push(
      this.#fileChanged,
      this.#repositoriesChanged,
      server.onChanged(
        ({ uri }) => void (uri === undefined ? this.#readRepositories() : this.read(vscode.Uri.parse(uri))),
      ),
      vscode.window.onDidChangeActiveTextEditor((editor) => {
        // Keys must work from the first moment, and not when the server has answered: commands read what they need.
        this.#marked = editor && hasMarkers(editor.document) ? editor.document.uri.toString() : undefined;
        this.#showContext();
      }),
      vscode.window.onDidChangeTextEditorSelection(() => this.#showContext()),
      vscode.workspace.onDidCloseTextDocument(({ uri }) => this.#files.delete(uri.toString())),
    );
  }

  dispose(): void {
    for (const part of this.#parts) part.dispose();
  }

  conflictsOf(document: vscode.TextDocument): readonly ConflictView[] {
    return this.#files.get(document.uri.toString())?.conflicts ?? [];
  }

  /** Left for later by the user, in this window and, once this has resolved, when it is opened again. */
  async setAside(uri: vscode.Uri, { id }: ConflictView): Promise<void> {
    this.#aside.add(`${uri.toString()}\u0000${id}`);
    await this.#memory.update(ASIDE, [...this.#aside].slice(-KEPT));
  }

  isAside(uri: vscode.Uri, id: string): boolean {
    return this.#aside.has(`${uri.toString()}\u0000${id}`);
  }

  /** Ask the server for a document's conflicts; the answer for an older version is dropped. */
  async read(uri: vscode.Uri): Promise<readonly ConflictView[]> {
    const document = vscode.workspace.textDocuments.find((open) => open.uri.toString() === uri.toString());
    if (!document || (!hasMarkers(document) && !this.#files.has(uri.toString()))) return [];
    const answer = await this.server.conflicts(document.uri);
    if (answer.version !== document.version) return [];
    this.#files.set(document.uri.toString(), answer);
    this.#fileChanged.fire(document.uri);
    this.#showContext();
    return answer.conflicts;
  }

  /**
   * Before something is done to a conflict: what is known must be of this very text, and not of the one before.
   * @returns whether it is: a text that changes all the while has no conflicts that could be told.
   */
  async current(document: vscode.TextDocument): Promise<boolean> {
    const isCurrent = () => this.#files.get(document.uri.toString())?.version === document.version;
    for (let tries = 0; tries < 5 && !isCurrent(); tries++) await this.read(document.uri);
    return isCurrent();
  }

  /** The conflict that holds the cursor, else the next one below it, else the last. */
  near(editor: vscode.TextEditor): ConflictView | undefined {
    const all = this.conflictsOf(editor.document);
    const line = editor.selection.active.line;
    return all.find(({ range }) => range.end.line > line) ?? all.at(-1);
  }

  at(editor: vscode.TextEditor): ConflictView | undefined {
    const line = editor.selection.active.line;
    return this.conflictsOf(editor.document).find(({ range }) => range.start.line <= line && line < range.end.line);
  }

  find(uri: string, conflict: string): ConflictView | undefined {
    return this.#files.get(uri)?.conflicts.find(({ id }) => id === conflict);
  }

  progress(): Progress {
    const sum = { open: 0, total: 0, safe: 0, uncounted: 0 };
    for (const file of this.repositories.flatMap(({ files }) => files)) {
      const open = openIn(file);
      sum.open += open;
      sum.total += Math.max(open, file.total ?? 1);
      sum.safe += file.counts?.safe ?? 0;
      sum.uncounted += isText(file) && !file.counts ? 1 : 0;
    }
    for (const { total = 1, uri } of this.repositories.flatMap(({ staged }) => staged)) {
      // Undo in the editor may have brought back what is staged as resolved.
      const open = this.#files.get(vscode.Uri.parse(uri).toString())?.conflicts.length ?? 0;
      sum.open += open;
      sum.total += Math.max(1, total, open);
    }
    return sum;
  }

  /** While `work` goes on from a stop, and after it where it started git, nothing offers to do so once more. */
  async goingOn({ root, operation }: RepositoryView, work: () => Promise<boolean>): Promise<void> {
    this.#going.set(root, operation.run);
    const started = await work().catch((error: unknown) => {
      this.#going.delete(root);
      throw error;
    });
    if (!started) this.#going.delete(root);
  }

  isGoingOn({ root, operation }: RepositoryView): boolean {
    return this.#going.get(root) === operation.run;
  }

  /** What git was started for has ended, whatever came of it. */
  ended(root: string): void {
    this.#going.delete(root);
  }

  /** What git says this moment, and not when it was last heard of. */
  async fresh(): Promise<void> {
    await this.#readRepositories(true);
  }

  async #readRepositories(fresh = false): Promise<void> {
    this.repositories = await this.server.repositories({ fresh });
    this.#repositoriesChanged.fire();
    this.#showContext();
  }

  #showContext(): void {
    const editor = vscode.window.activeTextEditor;
    const set = (name: string, value: unknown) =>
      void vscode.commands.executeCommand('setContext', `mortise.${name}`, value);
    const known = editor && this.#files.has(editor.document.uri.toString());
    const marked = editor !== undefined && !known && this.#marked === editor.document.uri.toString();
    set('hasConflicts', marked || (editor !== undefined && this.conflictsOf(editor.document).length > 0));
    set('atConflict', editor !== undefined && this.at(editor) !== undefined);
    set(
      'repositoryHasConflicts',
      this.repositories.some(({ files }) => files.length > 0),
    );
    set(
      'paused',
      this.repositories.some(({ operation }) => operation.kind !== 'none'),
    );
  }
}

export const toVscodeRange = ({ start, end }: ConflictView['range']): vscode.Range =>
  new vscode.Range(start.line, start.character, end.line, end.character);
