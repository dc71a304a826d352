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
 * All trees, asked column by column instead of node by node (Lucchese et al. 2015, QuickScorer): a tree is a set of leaves, a split
 * that sends a row to the right strikes out the leaves on its left, and the first leaf that is left is where the row ends. No branch
 * of a tree waits for the one above it, and what a column strikes out is told by its value alone, for all rows that share it.
 */
interface Packed {
  /** Sets of leaves, 32 bits each, tree by tree. Of each tree the first one; one more ends the last tree. */
  readonly roots: Int32Array;
  /** Values of the leaves, 32 for each set. */
  readonly values: Float64Array;
  /** Splits of each column by threshold; of each column the first one, one more ends the last column. */
  readonly starts: Int32Array;
  readonly thresholds: Float64Array;
  /** Two numbers a split: a set, and which of its leaves stay. A split of more than 32 leaves stands here more than once. */
  readonly splits: Int32Array;
  /** The same where a missing value goes right. */
  readonly missingStarts: Int32Array;
  readonly missing: Int32Array;
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

interface Split {
  readonly threshold: number;
  readonly set: number;
  readonly keep: number;
  readonly missingGoesRight: boolean;
}

/**
 * @param columns where each of the model's columns stands in the rows that will come, -1 for one that is always missing.
 * @param width of such a row.
 */
function packed(trees: readonly FlatTree[], columns: Int32Array, width: number): Packed {
  const values: number[] = [];
  const byColumn = Array.from({ length: width }, (): Split[] => []);
  const roots = trees.map((tree) => {
    const root = values.length / 32;
    let leaves = 0;
    // Leaves from left to right; not by recursion, since a tree may be a chain.
    const ahead: (
      | { readonly at: number }
      | { readonly right: number; readonly column: number; readonly from: number }
    )[] = [{ at: 0 }];
    for (let step = ahead.pop(); step; step = ahead.pop()) {
      if ('column' in step) {
        const { right: at, column, from } = step;
        byColumn[column]?.push(...splitsOf(tree, at, root, from, leaves));
        continue;
      }
      const { at } = step;
      const f = tree.f[at] ?? -1;
      const [left, right] = [{ at: tree.l[at] ?? 0 }, { at: tree.r[at] ?? 0 }];
      const column = f < 0 ? -1 : (columns[f] ?? -1);
      if (f < 0) values[32 * root + leaves++] = tree.t[at] ?? 0;
      // A split on what is always missing is decided now.
      else if (column < 0) ahead.push(tree.m[at] === 1 ? left : right);
      else ahead.push(right, { right: at, column, from: leaves }, left);
    }
    while (values.length % 32 !== 0) values.push(0);
    return root;
  });
  for (const splits of byColumn) splits.sort((a, b) => a.threshold - b.threshold);
  const wrong = byColumn.map((splits) => splits.filter(({ missingGoesRight }) => missingGoesRight));
  const numbers = (all: readonly (readonly Split[])[]) =>
    Int32Array.from(all.flatMap((splits) => splits.flatMap(({ set, keep }) => [set, keep])));
  return {
    roots: Int32Array.from([...roots, values.length / 32]),
    values: Float64Array.from(values),
    starts: startsOf(byColumn),
    thresholds: Float64Array.from(byColumn.flatMap((splits) => splits.map(({ threshold }) => threshold))),
    splits: numbers(byColumn),
    missingStarts: startsOf(wrong),
    missing: numbers(wrong),
  };
}

/** What a node strikes out when a row goes right at it: the leaves `from` to `to` of its tree. */
function splitsOf(tree: FlatTree, at: number, root: number, from: number, to: number): Split[] {
  const found: Split[] = [];
  for (let first = from; first < to; first = 32 * (Math.floor(first / 32) + 1)) {
    const set = Math.floor(first / 32);
    let keep = -1;
    for (let leaf = first; leaf < Math.min(to, 32 * (set + 1)); leaf++) keep &= ~(1 << (leaf % 32));
    found.push({ threshold: tree.t[at] ?? 0, set: root + set, keep, missingGoesRight: tree.m[at] !== 1 });
  }
  return found;
}

function startsOf(lists: readonly (readonly unknown[])[]): Int32Array {
  const starts = new Int32Array(lists.length + 1);
  lists.forEach((list, i) => {
    starts[i + 1] = (starts[i] ?? 0) + list.length;
  });
  return starts;
}

/** What was struck out in the sets of some rows, and by which columns (1 for each). */
export interface Struck {
  readonly bits: Int32Array;
  readonly by: Uint8Array;
}

/** Strike out what the values of one column strike out, in the sets of `count` rows. */
function strike(
  { starts, thresholds, splits, missingStarts, missing }: Packed,
  column: number,
  rows: { readonly values: Float64Array; readonly width: number; readonly count: number },
  sets: { readonly bits: Int32Array; readonly size: number },
): void {
  const { bits, size } = sets;
  const [start, end] = [starts[column] ?? 0, starts[column + 1] ?? 0];
  for (let row = 0, to = 0, at = column; row < rows.count; row++, to += size, at += rows.width) {
    const value = rows.values[at] ?? Number.NaN;
    if (Number.isNaN(value)) {
      const last = 2 * (missingStarts[column + 1] ?? 0);
      for (let i = 2 * (missingStarts[column] ?? 0); i < last; i += 2) {
        const set = to + (missing[i] ?? 0);
        bits[set] = (bits[set] ?? 0) & (missing[i + 1] ?? 0);
      }
      continue;
    }
    for (let i = start; i < end && value > (thresholds[i] ?? 0); i++) {
      const set = to + (splits[2 * i] ?? 0);
      bits[set] = (bits[set] ?? 0) & (splits[2 * i + 1] ?? 0);
    }
  }
}

export class Forest {
  readonly features: readonly string[];
  readonly #trees: Packed;
  readonly #width: number;
  /** Those of a row that the trees read. */
  readonly #columns: Int32Array;
  /** Sets of leaves of a row; those of a call's rows, and those that all its rows share. */
  readonly #size: number;
  readonly #shared: Int32Array;
  #scratch = new Int32Array(0);

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
    this.#width = names.length;
    this.#trees = packed(model.trees, this.columnsAmong(names), this.#width);
    this.#columns = Int32Array.from(names.keys()).filter((column) => isRead(this.#trees, column));
    this.#size = this.#trees.values.length / 32;
    this.#shared = new Int32Array(this.#size);
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
   * @param same 1 for columns that have one value in all rows: what these strike out is found once.
   * @param before what some columns of these rows strike out, if that is known.
   */
  scoreAll(rows: Float64Array, count: number, same?: Uint8Array, before?: Struck): Float64Array {
    const size = this.#size;
    if (this.#scratch.length < size * count) this.#scratch = new Int32Array(size * count);
    const bits = this.#scratch.subarray(0, size * count);
    if (before) bits.set(before.bits);
    else bits.fill(-1);
    const shared = this.#shared.fill(-1);
    const all = { values: rows, width: this.#width, count };
    const first = { ...all, count: 1 };
    for (const column of this.#columns) {
      if (before?.by[column] === 1) continue;
      if (same?.[column] === 1) strike(this.#trees, column, first, { bits: shared, size });
      else strike(this.#trees, column, all, { bits, size });
    }
    const sums = new Float64Array(count);
    for (let row = 0; row < count; row++) sums[row] = sumOf(this.#trees, { bits, from: row * size, shared });
    return sums;
  }

  /** What rows strike out by some columns (1 in `by`): for who scores them again when others have changed. */
  struckBy(by: Uint8Array, values: Float64Array, count: number): Struck {
    const size = this.#size;
    const bits = new Int32Array(size * count).fill(-1);
    for (const column of this.#columns)
      if (by[column] === 1) strike(this.#trees, column, { values, width: this.#width, count }, { bits, size });
    return { bits, by };
  }
}

const isRead = ({ starts }: Packed, column: number): boolean => (starts[column] ?? 0) < (starts[column + 1] ?? 0);

/** Every row adds its trees in their order. A leaf is left where neither its own sets nor the shared ones struck it out. */
function sumOf(
  { roots, values }: Packed,
  { bits, from, shared }: { readonly bits: Int32Array; readonly from: number; readonly shared: Int32Array },
): number {
  let sum = 0;
  for (let tree = 0; tree < roots.length - 1; tree++) {
    let set = roots[tree] ?? 0;
    let left = (bits[from + set] ?? 0) & (shared[set] ?? 0);
    while (left === 0) {
      set++;
      left = (bits[from + set] ?? 0) & (shared[set] ?? 0);
    }
    sum += values[32 * set + 31 - Math.clz32(left & -left)] ?? 0;
  }
  return sum;
}

export function softmax(scores: ArrayLike<number>): number[] {
  let most = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < scores.length; i++) most = Math.max(most, scores[i] ?? Number.NaN);
  const powers: number[] = [];
  let sum = 0;
  for (let i = 0; i < scores.length; i++) {
    const power = Math.exp((scores[i] ?? Number.NaN) - most);
    powers.push(power);
    sum += power;
  }
  for (let i = 0; i < powers.length; i++) powers[i] = (powers[i] ?? Number.NaN) / sum;
  return powers;
}
