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

interface Packed {
  readonly f: Int16Array;
  readonly t: Float64Array;
  readonly l: Int16Array;
  readonly r: Int16Array;
  readonly m: Uint8Array;
}

export class Forest {
  readonly features: readonly string[];
  readonly #trees: readonly Packed[];

  /** @throws Error when the model's shape is broken: the caller falls back to the measured table. */
  constructor(model: TreeModel) {
    this.features = model.features;
    this.#trees = model.trees.map((tree, i) => {
      const n = tree.f.length;
      if ([tree.t, tree.l, tree.r, tree.m].some((part) => part.length !== n) || n === 0)
        throw new Error(`tree ${i} has parts of different lengths`);
      tree.f.forEach((f, at) => {
        if (f >= model.features.length) throw new Error(`tree ${i} splits on column ${f} of ${model.features.length}`);
        if (
          f >= 0 &&
          ((tree.l[at] ?? -1) <= at || (tree.r[at] ?? -1) <= at || (tree.l[at] ?? n) >= n || (tree.r[at] ?? n) >= n)
        )
          throw new Error(`tree ${i} has a broken link`);
      });
      return {
        f: Int16Array.from(tree.f),
        t: Float64Array.from(tree.t),
        l: Int16Array.from(tree.l),
        r: Int16Array.from(tree.r),
        m: Uint8Array.from(tree.m),
      };
    });
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
    let sum = 0;
    for (const tree of this.#trees) {
      let at = 0;
      for (let column = tree.f[0] ?? -1; column >= 0; column = tree.f[at] ?? -1) {
        const value = x[columns[column] ?? -1] ?? Number.NaN;
        const left = Number.isNaN(value) ? tree.m[at] === 1 : value <= (tree.t[at] ?? 0);
        at = (left ? tree.l[at] : tree.r[at]) ?? 0;
      }
      sum += tree.t[at] ?? 0;
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
