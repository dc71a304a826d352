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

/**
 * All trees one behind the other. Two numbers a node: its column (-1 for a leaf), and its left child doubled, plus one where a
 * missing value goes left. The right child stands behind the left one.
 */
interface Packed {
  readonly nodes: Int32Array;
  /** Threshold of a split, value of a leaf. */
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

/** @param columns where each of the model's columns stands in the rows that will come, -1 for one that is always missing. */
function packed(trees: readonly FlatTree[], columns: Int32Array): Packed {
  const nodes: number[] = [];
  const t: number[] = [];
  const roots = trees.map((tree) => {
    // A split on what is always missing is decided now.
    const settled = (at: number): number => {
      const f = tree.f[at] ?? -1;
      if (f < 0 || (columns[f] ?? -1) >= 0) return at;
      return settled((tree.m[at] === 1 ? tree.l[at] : tree.r[at]) ?? 0);
    };
    const root = t.length;
    const order = [settled(0)];
    for (let i = 0; i < order.length; i++) {
      const at = order[i] ?? 0;
      const f = tree.f[at] ?? -1;
      t.push(tree.t[at] ?? 0);
      if (f < 0) nodes.push(-1, 0);
      else {
        nodes.push(columns[f] ?? -1, 2 * (root + order.length) + (tree.m[at] ?? 0));
        order.push(settled(tree.l[at] ?? 0), settled(tree.r[at] ?? 0));
      }
    }
    return root;
  });
  return { nodes: Int32Array.from(nodes), t: Float64Array.from(t), roots: Int32Array.from(roots) };
}

export class Forest {
  readonly features: readonly string[];
  readonly #trees: Packed;
  readonly #width: number;

  /**
   * Models and code meet by name, so that a column added to the code does not shift an older model.
   * @param names the columns of the rows that will be scored, in their order. Those that the model asks for and that are not
   * among them count as missing.
   * @throws Error when the model's shape is broken: the caller falls back to the measured table.
   */
  constructor(model: TreeModel, names: readonly string[] = model.features) {
    this.features = model.features;
    model.trees.forEach((tree, i) => {
      checkTree(tree, i, model.features.length);
    });
    this.#trees = packed(model.trees, this.columnsAmong(names));
    this.#width = names.length;
  }

  /** Where each of the model's columns stands among `names`, -1 for one that is no longer computed: it counts as missing. */
  columnsAmong(names: readonly string[]): Int32Array {
    const place = new Map(names.map((name, i) => [name, i]));
    return Int32Array.from(this.features, (name) => place.get(name) ?? -1);
  }

  /** One row's score. @param columns what `columnsAmong` gave for the names of `x`. */
  score(x: ArrayLike<number>, columns: Int32Array): number {
    const row = Float64Array.from(columns, (column) => (column >= 0 ? (x[column] ?? Number.NaN) : Number.NaN));
    return this.scoreAll(row, 1)[0] ?? Number.NaN;
  }

  /**
   * Scores of several rows that stand one behind the other, in the order of the names given.
   * @param same 1 for columns that have one value in all rows: what a tree decides by these alone is decided once.
   */
  scoreAll(rows: Float64Array, count: number, same?: Uint8Array): Float64Array {
    const { nodes, t, roots } = this.#trees;
    const width = this.#width;
    const sums = new Float64Array(count);
    // Tree by tree: its nodes stay near while all rows go through it, and every row still adds its trees in order.
    for (let tree = 0; tree < roots.length; tree++) {
      let root = roots[tree] ?? 0;
      if (same !== undefined) {
        for (let column = nodes[2 * root] ?? -1; column >= 0 && same[column] === 1; column = nodes[2 * root] ?? -1) {
          root = next(nodes, t, root, rows[column] ?? Number.NaN);
        }
      }
      for (let row = 0; row < count; row++) {
        const offset = row * width;
        let at = root;
        for (let column = nodes[2 * at] ?? -1; column >= 0; column = nodes[2 * at] ?? -1) {
          at = next(nodes, t, at, rows[offset + column] ?? Number.NaN);
        }
        sums[row] = (sums[row] ?? 0) + (t[at] ?? 0);
      }
    }
    return sums;
  }
}

function next(nodes: Int32Array, t: Float64Array, at: number, value: number): number {
  const children = nodes[2 * at + 1] ?? 0;
  // A missing value compares false, also with itself.
  const goesLeft = value <= (t[at] ?? 0) || ((children & 1) === 1 && Number.isNaN(value));
  return (children >> 1) + (goesLeft ? 0 : 1);
}

export function softmax(scores: readonly number[]): number[] {
  const most = Math.max(...scores);
  const powers = scores.map((score) => Math.exp(score - most));
  const sum = powers.reduce((a, b) => a + b, 0);
  return powers.map((power) => power / sum);
}
