/**
 * One replacement of an edit script between two sequences `a` (old) and `b` (new):
 * `a[aStart, aEnd)` became `b[bStart, bEnd)`. Either range may be empty, never both.
 * A script is sorted and its changes do not touch: between two of them lies at least one matched element.
 */
export interface Change {
  readonly aStart: number;
  readonly aEnd: number;
  readonly bStart: number;
  readonly bEnd: number;
}

/** Turns two sequences of element ids into an edit script. Same input, same output. */
export type DiffAlgorithm = (a: Int32Array, b: Int32Array) => readonly Change[];
