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

/** All trees one behind the other: links count from the start of all. */
interface Packed {
  readonly f: Int16Array;
  readonly t: Float64Array;
  readonly l: Int32Array;
  readonly r: Int32Array;
  readonly m: Uint8Array;
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
  let size = 0;
  const roots = trees.map((tree) => {
    const root = size;
    size += tree.f.length;
    return root;
  });
  const all = (part: (tree: FlatTree) => readonly number[]): number[] => trees.flatMap((tree) => [...part(tree)]);
  const links = (part: (tree: FlatTree) => readonly number[]): Int32Array =>
    Int32Array.from(trees.flatMap((tree, i) => part(tree).map((to) => to + (roots[i] ?? 0))));
  return {
    f: Int16Array.from(all((tree) => tree.f)),
    t: Float64Array.from(all((tree) => tree.t)),
    l: links((tree) => tree.l),
    r: links((tree) => tree.r),
    m: Uint8Array.from(all((tree) => tree.m)),
    roots: Int32Array.from(roots),
  };
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
    const { f, t, l, r, m, roots } = this.#trees;
    let sum = 0;
    for (let root = 0; root < roots.length; root++) {
      let at = roots[root] ?? 0;
      for (let column = f[at] ?? -1; column >= 0; column = f[at] ?? -1) {
        const value = row[column] ?? Number.NaN;
        const left = Number.isNaN(value) ? m[at] === 1 : value <= (t[at] ?? 0);
        at = (left ? l[at] : r[at]) ?? 0;
      }
      sum += t[at] ?? 0;
    }
    return sum;
  }
}

export function softmax(scores: readonly number[]): number[] {
  const most = Math.max(...scores);
  const powers = scores.map((score) => Math.exp(score - most));
  const sum = powers.reduce((a, b) => a + b, 0);
  return powers.map((power) => power / sum);
}
