/**
 * Merge bases in memory, for every merge of a history: paint ancestors of both commits, youngest generation first, so that
 * each commit is met after all its descendants. The answer is that of `git merge-base --all`.
 */
import type { GraphCommit } from '../git/objects.ts';

const LEFT = 1;
const RIGHT = 2;
const STALE = 4;

export class CommitGraph {
  readonly commits: readonly GraphCommit[];
  private readonly index = new Map<string, number>();
  private readonly parents: Int32Array[] = [];
  private readonly generation: Int32Array;

  /** Commits as `commitGraph` gives them: parents before children. */
  constructor(commits: readonly GraphCommit[]) {
    this.commits = commits;
    this.generation = new Int32Array(commits.length);
    commits.forEach((commit, i) => {
      // A parent that is not there is the edge of a shallow clone.
      const parents = commit.parents.flatMap((oid) => this.index.get(oid) ?? []);
      this.parents.push(Int32Array.from(parents));
      this.generation[i] = 1 + parents.reduce((most, p) => Math.max(most, this.generation[p] ?? 0), 0);
      this.index.set(commit.oid, i);
    });
  }

  get(oid: string): GraphCommit | undefined {
    const i = this.index.get(oid);
    return i === undefined ? undefined : this.commits[i];
  }

  /** All best common ancestors of two commits. */
  mergeBases(a: string, b: string): GraphCommit[] {
    const flags = new Map<number, number>();
    const queue = new Heap(this.generation);
    let live = 0;
    for (const [oid, flag] of [
      [a, LEFT],
      [b, RIGHT],
    ] as const) {
      const i = this.index.get(oid);
      if (i === undefined) return [];
      if (!flags.has(i)) {
        queue.push(i);
        live++;
      }
      flags.set(i, (flags.get(i) ?? 0) | flag);
    }
    const bases: GraphCommit[] = [];
    // Once all that waits is an ancestor of a base, no better one can come.
    for (let i = queue.pop(); i !== undefined && live > 0; i = queue.pop()) {
      let flag = flags.get(i) ?? 0;
      if (!(flag & STALE)) live--;
      const commit = this.commits[i];
      if ((flag & (LEFT | RIGHT)) === (LEFT | RIGHT) && !(flag & STALE)) {
        if (commit) bases.push(commit);
        flag |= STALE;
      }
      for (const parent of this.parents[i] ?? []) {
        const known = flags.get(parent);
        if (known === undefined) {
          queue.push(parent);
          if (!(flag & STALE)) live++;
        } else if (!(known & STALE) && flag & STALE) live--;
        flags.set(parent, (known ?? 0) | flag);
      }
    }
    return bases;
  }
}

/** Commits by generation, greatest first. */
class Heap {
  private readonly items: number[] = [];
  private readonly keys: Int32Array;

  constructor(keys: Int32Array) {
    this.keys = keys;
  }

  push(item: number): void {
    const { items } = this;
    let at = items.length;
    items.push(item);
    while (at > 0) {
      const up = (at - 1) >> 1;
      if (this.key(up) >= this.key(at)) break;
      this.swap(up, at);
      at = up;
    }
  }

  pop(): number | undefined {
    const { items } = this;
    const top = items[0];
    const last = items.pop();
    if (last === undefined || items.length === 0) return top;
    items[0] = last;
    for (let at = 0; ; ) {
      let best = at;
      for (const child of [2 * at + 1, 2 * at + 2]) {
        if (child < items.length && this.key(child) > this.key(best)) best = child;
      }
      if (best === at) return top;
      this.swap(best, at);
      at = best;
    }
  }

  private key(at: number): number {
    return this.keys[this.items[at] ?? 0] ?? 0;
  }

  private swap(x: number, y: number): void {
    const { items } = this;
    const kept = items[x] ?? 0;
    items[x] = items[y] ?? 0;
    items[y] = kept;
  }
}
