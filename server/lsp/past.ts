/**
 * Earlier resolutions of what is in conflict now: git's rerere at once, the repository's own merges when they have been read.
 * Reading runs beside everything else, once for each operation and set of paths; what is found is told like any other change.
 */
import type { Remembered } from '../git/rerere.ts';
import { pastResolutions } from '../mine/past.ts';
import type { WorkTree } from './repositories.ts';

/** One look at the history, in milliseconds; the next operation goes on where it stopped. */
const LIMIT = 20_000;

const NOTHING: readonly Remembered[] = [];

interface Look {
  tree: WorkTree;
  readonly operation: string;
  readonly paths: ReadonlySet<string>;
  readonly abort: AbortController;
  found: readonly Remembered[];
}

export class PastMerges {
  readonly #looks = new Map<string, Look>();
  readonly #changed: () => void;
  readonly #log: (text: string) => void;

  constructor(changed: () => void, log: (text: string) => void) {
    this.#changed = changed;
    this.#log = log;
  }

  /** What is known by now. The same array until more is known. */
  of(tree: WorkTree): readonly Remembered[] {
    return this.#looks.get(tree.repo.root)?.found ?? NOTHING;
  }

  /** Begin to read, where it has not begun for these very paths. */
  look(tree: WorkTree): void {
    const { repo, operation, files } = tree;
    const before = this.#looks.get(repo.root);
    // Asked at every request, and a tree is read anew only when something changed.
    if (before?.tree === tree) return;
    const paths = [...files.values()].flatMap((file) => (file.texts ? [file.path] : []));
    // Files that were staged since are no reason to read anew.
    const covered = before?.operation === operation.key && paths.every((path) => before.paths.has(path));
    if (covered) before.tree = tree;
    if (paths.length === 0 || covered) return;
    before?.abort.abort();
    const look: Look = {
      tree,
      operation: operation.key,
      paths: new Set(paths),
      abort: new AbortController(),
      found: [],
    };
    this.#looks.set(repo.root, look);
    pastResolutions(repo, paths, { limit: LIMIT, signal: look.abort.signal }).then(
      (found) => {
        if (look.abort.signal.aborted || found.length === 0) return;
        look.found = found;
        this.#changed();
      },
      (error: unknown) => {
        if (!look.abort.signal.aborted) this.#log(`earlier merges: ${error instanceof Error ? error.message : error}`);
      },
    );
  }

  dispose(): void {
    for (const { abort } of this.#looks.values()) abort.abort();
  }
}
