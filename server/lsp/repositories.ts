/**
 * What git says about the work trees in play, read once and kept until their git directory changes: the paused operation,
 * the unmerged paths, and what the user decided. Reads only; nothing of a repository runs.
 */
import { existsSync, type FSWatcher, watch } from 'node:fs';
import { dirname, sep } from 'node:path';
import { stagedConflicts } from '../git/autoMerge.ts';
import { GitProblem } from '../git/git.ts';
import { sideTimes } from '../git/history.ts';
import { type Operation, operation } from '../git/operation.ts';
import { noPolicy, type RepositoryPolicy, repositoryPolicy } from '../git/policyFile.ts';
import { openRepository, pathInRepository, type Repository } from '../git/repository.ts';
import { type Remembered, remembered } from '../git/rerere.ts';
import { type Decision, decisions, ownFolder } from '../git/saved.ts';
import { type UnmergedFile, unmergedFiles } from '../git/unmerged.ts';
import type { Merge3 } from '../merge/conflict.ts';
import type { Names } from './words.ts';

export interface WorkTree {
  readonly repo: Repository;
  readonly operation: Operation;
  /** By path relative to the root. */
  readonly files: ReadonlyMap<string, UnmergedFile>;
  readonly decisions: readonly Decision[];
  /** Paths that were in conflict in this operation and are staged now. */
  readonly staged: readonly string[];
  /** Conflicts resolved before, as git's rerere keeps them. */
  readonly remembered: readonly Remembered[];
  readonly times?: Merge3<number>;
  /** What the repository asks to be careful with. */
  readonly policy: RepositoryPolicy;
  /** Another value whenever any of the above may differ. */
  readonly stamp: number;
}

export class Repositories {
  readonly #trees = new Map<string, WorkTree>();
  readonly #watchers = new Map<string, FSWatcher>();
  /** Root by folder; undefined: no repository holds that folder. */
  readonly #roots = new Map<string, Promise<Repository | undefined>>();
  readonly #closed = new Set<string>();
  /** By root: the reading under way, and the one that follows it. */
  readonly #pending = new Map<string, { readonly running: Promise<WorkTree>; next?: Promise<WorkTree> }>();
  readonly #changed: () => void;
  readonly #log: (text: string) => void;
  #stamp = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(changed: () => void, log: (text: string) => void) {
    this.#changed = changed;
    this.#log = log;
  }

  /** Those the user has a folder or a file of, and not what is left of folders they closed. */
  all(): WorkTree[] {
    return [...this.#trees.values()].filter(({ repo }) => !this.#closed.has(repo.root));
  }

  /** The work tree of a folder of the workspace. */
  async enter(folder: string): Promise<void> {
    const root = (await this.#repositoryOf(folder))?.root;
    if (root === undefined) return;
    this.#closed.delete(root);
    await this.holding(folder);
  }

  get(root: string): WorkTree | undefined {
    return this.#trees.get(root);
  }

  /** The work tree that holds a folder, read now if it is new. Undefined where there is none, or git is not there. */
  async holding(folder: string): Promise<WorkTree | undefined> {
    const repo = await this.#repositoryOf(folder);
    if (!repo) return undefined;
    return this.#trees.get(repo.root) ?? this.#pending.get(repo.root)?.running ?? this.#read(repo);
  }

  /** The unmerged file at an absolute path, with its work tree; both undefined outside of repositories. */
  async find(file: string): Promise<{ tree?: WorkTree; unmerged?: UnmergedFile; path?: string }> {
    const tree = await this.holding(dirname(file));
    if (!tree) return {};
    const path = pathInRepository(tree.repo, file);
    const unmerged = tree.files.get(path);
    return { tree, path, ...(unmerged ? { unmerged } : {}) };
  }

  /** Read every known work tree again. */
  async refresh(): Promise<void> {
    for (const [folder, found] of [...this.#roots]) if (!(await found)) this.#roots.delete(folder);
    await Promise.all([...this.#trees.values()].map((tree) => this.#read(tree.repo)));
    this.#changed();
  }

  /** Folders left the workspace: their work trees are no longer shown, unless another folder is in them. */
  forget(folders: readonly string[]): void {
    for (const folder of folders) this.#roots.delete(folder);
    for (const [root, { repo }] of this.#trees) {
      if (!folders.some((folder) => folder === root || folder.startsWith(root + sep) || root.startsWith(folder + sep)))
        continue;
      this.#trees.delete(root);
      // A document of it may be open for a while yet, and is answered; its repository is not shown for that.
      this.#closed.add(root);
      for (const folder of [repo.gitDir, ownFolder(repo)]) {
        this.#watchers.get(folder)?.close();
        this.#watchers.delete(folder);
      }
    }
  }

  dispose(): void {
    clearTimeout(this.#timer);
    for (const watcher of this.#watchers.values()) watcher.close();
  }

  #repositoryOf(folder: string): Promise<Repository | undefined> {
    const known = this.#roots.get(folder);
    if (known) return known;
    const found = openRepository(folder).catch((error: unknown) => {
      this.#log(`${folder}: ${error instanceof Error ? error.message : String(error)}`);
      return undefined;
    });
    this.#roots.set(folder, found);
    return found;
  }

  /** What git says from now on: a reading under way may have asked before what the caller knows of. */
  #read(repo: Repository): Promise<WorkTree> {
    const pending = this.#pending.get(repo.root);
    if (!pending) return this.#start(repo);
    pending.next ??= pending.running.then(() => this.#read(repo));
    return pending.next;
  }

  #start(repo: Repository): Promise<WorkTree> {
    const reading = readTree(repo, ++this.#stamp).catch((error: unknown): WorkTree => {
      // Reported, and the last good answer kept: a git that fails now may answer at the next change.
      this.#log(error instanceof GitProblem ? error.message : String(error));
      return this.#trees.get(repo.root) ?? emptyTree(repo, this.#stamp);
    });
    const running = reading.then((tree) => {
      this.#pending.delete(repo.root);
      this.#trees.set(repo.root, tree);
      this.#watch(repo);
      this.#watchDecisions(repo);
      return tree;
    });
    this.#pending.set(repo.root, { running });
    return running;
  }

  /** Index, MERGE_HEAD and the rest are renamed into place in the git directory itself: no recursion is needed. */
  #watch(repo: Repository): void {
    if (this.#watchers.has(repo.gitDir)) return;
    try {
      const watcher = watch(repo.gitDir, { persistent: false }, (_event, name) => {
        if (name?.endsWith('.lock') || name === 'FETCH_HEAD') return;
        if (name === 'mortise') this.#watchDecisions(repo);
        else this.#soon();
      });
      watcher.on('error', () => undefined);
      this.#watchers.set(repo.gitDir, watcher);
    } catch {
      this.#log(`${repo.gitDir} cannot be watched; "Mortise: Show Conflicts" reads it again.`);
    }
  }

  /** Decisions made in a terminal re-rank what is open in the editor too. */
  #watchDecisions(repo: Repository): void {
    const folder = ownFolder(repo);
    if (this.#watchers.has(folder) || !existsSync(folder)) return;
    try {
      const watcher = watch(folder, { persistent: false }, (_event, name) => {
        if (name === 'decisions.jsonl') void this.#decided(repo);
      });
      watcher.on('error', () => undefined);
      this.#watchers.set(folder, watcher);
      void this.#decided(repo);
    } catch {
      // The next refresh reads decisions all the same.
    }
  }

  /** Our own decisions were read when they were made. */
  async #decided(repo: Repository): Promise<void> {
    const tree = this.#trees.get(repo.root);
    if (!tree) return;
    const now = await decisions(repo, tree.operation).catch(() => tree.decisions);
    const same = now.length === tree.decisions.length && now.at(-1)?.at === tree.decisions.at(-1)?.at;
    if (!same) this.#soon();
  }

  #soon(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.refresh(), 120);
  }
}

async function readTree(repo: Repository, stamp: number): Promise<WorkTree> {
  const [paused, files] = await Promise.all([operation(repo), unmergedFiles(repo)]);
  const [decided, staged, known, times, policy] = await Promise.all([
    decisions(repo, paused),
    paused.kind === 'none' ? [] : stagedConflicts(repo).catch(() => []),
    files.length > 0 ? remembered(repo) : [],
    files.length > 0 ? sideTimes(repo, paused).catch(() => undefined) : undefined,
    files.length > 0 ? repositoryPolicy(repo) : noPolicy,
  ]);
  return {
    repo,
    operation: paused,
    files: new Map(files.map((file) => [file.path, file])),
    decisions: decided,
    staged,
    remembered: known,
    policy,
    ...(times ? { times } : {}),
    stamp,
  };
}

function emptyTree(repo: Repository, stamp: number): WorkTree {
  const unknown = { name: 'unknown', text: 'unknown' };
  const none: Operation = {
    kind: 'none',
    title: 'git did not answer',
    left: unknown,
    right: unknown,
    commits: {},
    key: '',
  };
  return {
    repo,
    operation: none,
    files: new Map(),
    decisions: [],
    staged: [],
    remembered: [],
    policy: noPolicy,
    stamp,
  };
}

/** What people call the two sides: from the paused operation, else from the markers. */
export function sideNames(tree: WorkTree | undefined, labels: { left: string; right: string }): Names {
  if (tree && tree.operation.kind !== 'none')
    return { left: tree.operation.left.name, right: tree.operation.right.name };
  return { left: labels.left || 'ours', right: labels.right || 'theirs' };
}
