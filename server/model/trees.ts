/**
 * Gradient-boosted trees as JSON, evaluated here: no runtime to ship. A model is a sum of trees over named columns; a
 * conflict's scores go through a softmax over its candidates and "none" (Burges 2010's listwise view, trained by LightGBM).
 */

/** Parallel arrays of one tree: `feature[i] < 0` is a leaf with `value[i]`; else x[feature] ≤ threshold goes left. NaN follows `nan`. */
export interface TreeModel {
  readonly features: readonly string[];
  readonly trees: readonly FlatTree[];
}

export interface FlatTree {
  /** Column, or -1 for a leaf. */
  readonly f: readonly number[];
  /** Threshold of a split, value of a leaf. */
  readonly t: readonly number[];
  /** Index of the left child; the right one follows it in `r`. */
  readonly l: readonly number[];
  readonly r: readonly number[];
  /** 1: a missing value goes left. */
  readonly m: readonly number[];
}

/** All trees one behind the other. Four numbers a node: column (-1 for a leaf), left and right child, 1 if a missing value goes left. */
interface Packed {
  readonly nodes: Int32Array;
  readonly t: Float64Array;
  readonly roots: Int32Array;
}

function checkTree(tree: FlatTree, i: number, columns: number): void {
  const n = tree.f.length;
  if ([tree.t, tree.l, tree.r, tree.m].some((part) => part.length !== n) || n === 0)
    throw new Error(`tree ${i} has parts of different lengths`);
  tree.f.forEach((f, at) => {
    if (f >= columns) throw new Error(`tree ${i} splits on column ${f} of ${columns}`);
    if (
      f >= 0 &&
      ((tree.l[at] ?? -1) <= at || (tree.r[at] ?? -1) <= at || (tree.l[at] ?? n) >= n || (tree.r[at] ?? n) >= n)
    )
      throw new Error(`tree ${i} has a broken link`);
  });
}

function packed(trees: readonly FlatTree[]): Packed {
  const size = trees.reduce((n, tree) => n + tree.f.length, 0);
  const nodes = new Int32Array(4 * size);
  const t = new Float64Array(size);
  const roots = new Int32Array(trees.length);
  let root = 0;
  trees.forEach((tree, i) => {
    roots[i] = root;
    tree.f.forEach((f, at) => {
      nodes.set([f, (tree.l[at] ?? 0) + root, (tree.r[at] ?? 0) + root, tree.m[at] ?? 0], 4 * (root + at));
      t[root + at] = tree.t[at] ?? 0;
    });
    root += tree.f.length;
  });
  return { nodes, t, roots };
}

export class Forest {
  readonly features: readonly string[];
  readonly #trees: Packed;
  /** The row being scored, in the order of the model's columns. */
  readonly #row: Float64Array;

  /** @throws Error when the model's shape is broken: the caller falls back to the measured table. */
  constructor(model: TreeModel) {
    this.features = model.features;
    model.trees.forEach((tree, i) => {
      checkTree(tree, i, model.features.length);
    });
    this.#trees = packed(model.trees);
    this.#row = new Float64Array(model.features.length);
  }

  /**
   * Where each of the model's columns stands among `names`, -1 for one that is no longer computed (it then counts as
   * missing). Models and code meet by name, so that a column added to the code does not shift an older model.
   */
  columnsAmong(names: readonly string[]): Int32Array {
    const place = new Map(names.map((name, i) => [name, i]));
    return Int32Array.from(this.features, (name) => place.get(name) ?? -1);
  }

  /** @param columns what `columnsAmong` gave for the names of `x`. */
  score(x: ArrayLike<number>, columns: Int32Array): number {
    const row = this.#row;
    for (let i = 0; i < row.length; i++) {
      const column = columns[i] ?? -1;
      row[i] = column >= 0 ? (x[column] ?? Number.NaN) : Number.NaN;
    }
    return this.scoreAll(row, 1)[0] ?? Number.NaN;
  }

  /**
   * Scores of several rows, each in the order that `columns` was made for. What is the same in all of them is found out, and
   * decided once.
   */
  scoreRows(rows: readonly (readonly number[])[], columns: Int32Array): number[] {
    const width = this.features.length;
    const matrix = new Float64Array(width * rows.length);
    const same = new Uint8Array(width);
    for (let i = 0; i < width; i++) {
      const column = columns[i] ?? -1;
      const first = rows[0]?.[column] ?? Number.NaN;
      let isSame = 1;
      for (let k = 0; k < rows.length; k++) {
        const value = rows[k]?.[column] ?? Number.NaN;
        matrix[k * width + i] = value;
        if (value !== first && !(Number.isNaN(value) && Number.isNaN(first))) isSame = 0;
      }
      same[i] = isSame;
    }
    return Array.from(this.scoreAll(matrix, rows.length, same));
  }

  /**
   * Scores of several rows that stand one behind the other, each as wide as `features`, in the order of `features`.
   * @param same 1 for columns that have one value in all rows: what a tree decides by these alone is decided once.
   */
  scoreAll(rows: Float64Array, count: number, same?: Uint8Array): Float64Array {
    const { nodes, t, roots } = this.#trees;
    const width = this.features.length;
    const sums = new Float64Array(count);
    // Tree by tree: its nodes stay near while all rows go through it, and every row still adds its trees in order.
    for (let tree = 0; tree < roots.length; tree++) {
      let root = roots[tree] ?? 0;
      if (same !== undefined) {
        for (let column = nodes[4 * root] ?? -1; column >= 0 && same[column] === 1; column = nodes[4 * root] ?? -1) {
          root = next(nodes, t, root, rows[column] ?? Number.NaN);
        }
      }
      for (let row = 0; row < count; row++) {
        const offset = row * width;
        let at = root;
        for (let column = nodes[4 * at] ?? -1; column >= 0; column = nodes[4 * at] ?? -1) {
          at = next(nodes, t, at, rows[offset + column] ?? Number.NaN);
        }
        sums[row] = (sums[row] ?? 0) + (t[at] ?? 0);
      }
    }
    return sums;
  }
}

function next(nodes: Int32Array, t: Float64Array, at: number, value: number): number {
  // A missing value compares false.
  if (value <= (t[at] ?? 0)) return nodes[4 * at + 1] ?? 0;
  const goesLeft = Number.isNaN(value) && nodes[4 * at + 3] === 1;
  return nodes[4 * at + (goesLeft ? 1 : 2)] ?? 0;
}

export function softmax(scores: readonly number[]): number[] {
  const most = Math.max(...scores);
  const powers = scores.map((score) => Math.exp(score - most));
  const sum = powers.reduce((a, b) => a + b, 0);
  return powers.map((power) => power / sum);
}
