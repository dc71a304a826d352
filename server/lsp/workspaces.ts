/**
 * The folders completion works in: which one a file belongs to, opened on the first question about it, kept up to date with
 * what changes on disk. No process of the repository runs here, in no state of trust.
 */
import { dirname, relative, sep } from 'node:path';
import type { Completer } from '../complete/complete.ts';
import { familyOf } from '../complete/index/indexFile.ts';
import { whyPrivate } from '../model/private.ts';
import { projectAround } from '../projectAround.ts';
import type { CompletionStatus } from './completionProtocol.ts';

export interface WorkspaceHooks {
  /** The client's folders, absolute. */
  readonly folders: () => readonly string[];
  readonly status: (status: CompletionStatus) => void;
  readonly log: (line: string) => void;
}

export class Workspaces {
  readonly #hooks: WorkspaceHooks;
  readonly #completer: () => Promise<Completer>;
  readonly #opened = new Map<string, Promise<void>>();
  readonly #roots = new Map<string, Promise<string>>();
  readonly #states = new Map<string, CompletionStatus>();
  /** Files that changed since their index was kept on disk. */
  #changed = false;

  constructor(hooks: WorkspaceHooks, completer: () => Promise<Completer>) {
    this.#hooks = hooks;
    this.#completer = completer;
  }

  /** What was last told of each workspace. */
  get states(): readonly CompletionStatus[] {
    return [...this.#states.values()];
  }

  notes(root: string): readonly string[] {
    return this.#states.get(root)?.notes ?? [];
  }

  /** The root of a file's workspace; its index and its types begin to load with the first call, which does not wait. */
  async open(path: string): Promise<string> {
    const root = await this.#rootOf(path);
    if (!this.#opened.has(root)) this.#opened.set(root, this.#load(root));
    return root;
  }

  /** Settles when the index and the types of a root are loaded: for who asked by hand. */
  async settled(root: string, signal: AbortSignal): Promise<void> {
    const aborted = new Promise<void>((done) => {
      if (signal.aborted) done();
      else signal.addEventListener('abort', () => done(), { once: true });
    });
    await Promise.race([this.#opened.get(root), aborted]);
    signal.throwIfAborted();
  }

  /** Files that changed, appeared or vanished on disk. */
  async changed(paths: readonly string[]): Promise<void> {
    if (this.#opened.size === 0 || paths.length === 0) return;
    const completer = await this.#completer();
    completer.services.types.changed(paths);
    for (const root of this.#opened.keys()) {
      const inside = paths.filter((path) => isInside(path, root)).map((path) => slashed(root, path));
      if (inside.length === 0) continue;
      this.#changed = true;
      const { index } = await completer.workspace(root);
      await index.update(inside);
    }
  }

  /** Remembers a place in code where the user edits. What may hold secrets is never remembered: it would enter the context. */
  noteEdit(path: string, text: string, offset: number): void {
    if (familyOf(path) === undefined || whyPrivate(path.replaceAll('\\', '/')) !== undefined) return;
    for (const root of this.#opened.keys()) {
      if (!isInside(path, root) || this.#states.get(root)?.state !== 'ready') continue;
      void this.#completer()
        .then((completer) => completer.workspace(root))
        .then(({ recent }) => recent.note(slashed(root, path), text, offset));
    }
  }

  /** Keeps the indexes for the next session, where anything changed since they were kept. */
  async save(): Promise<void> {
    if (!this.#changed) return;
    const completer = await this.#completer();
    for (const [root, state] of this.#states) {
      if (state.state === 'ready') await (await completer.workspace(root)).index.save();
    }
  }

  async #load(root: string): Promise<void> {
    const completer = await this.#completer();
    this.#tell({ root, state: 'indexing', files: 0, notes: [] });
    const types = completer.services.types.open(root);
    const { index } = await completer.workspace(root);
    this.#tell({ root, state: 'ready', files: index.files.size, notes: [...index.notes] });
    const { notes } = await types;
    if (notes.length > 0) {
      this.#tell({ root, state: 'ready', files: index.files.size, notes: [...index.notes, ...notes] });
      this.#hooks.log(`completion in ${root}: ${[...index.notes, ...notes].join('; ')}`);
    }
  }

  #tell(status: CompletionStatus): void {
    this.#states.set(status.root, status);
    this.#hooks.status(status);
  }

  /** The longest folder of the client that holds the file; else the nearest folder that looks like a project's top. */
  #rootOf(path: string): Promise<string> {
    const folders = this.#hooks.folders().filter((folder) => isInside(path, folder));
    const [longest] = folders.sort((x, y) => y.length - x.length);
    if (longest !== undefined) return Promise.resolve(longest);
    const folder = dirname(path);
    const known = this.#roots.get(folder);
    if (known) return known;
    const found = projectAround(folder);
    this.#roots.set(folder, found);
    return found;
  }
}

const isInside = (path: string, folder: string): boolean =>
  path.startsWith(folder.endsWith(sep) ? folder : folder + sep);

const slashed = (root: string, path: string): string => relative(root, path).replaceAll('\\', '/');
