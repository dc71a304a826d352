/**
 * A syntax tree as plain arrays: copied once out of tree-sitter (or built by our own parsers), then free of wasm.
 * Node 0 is the root; nodes are in pre-order, so a subtree is the contiguous range `[n, last[n])`.
 */
export interface Tree {
  readonly text: string;
  /** Names of node types; `type[n]` indexes it. */
  readonly typeNames: readonly string[];
  readonly size: number;
  readonly type: Uint16Array;
  /** UTF-16 offsets into `text`. Trivia (space between nodes) belongs to no leaf. */
  readonly start: Int32Array;
  readonly end: Int32Array;
  /** Parent of each node, -1 for the root. */
  readonly parent: Int32Array;
  /** One past the last descendant of each node, so `n + 1 === last[n]` is a leaf. */
  readonly last: Int32Array;
  /** 1 for named nodes, 0 for anonymous ones (keywords, punctuation). */
  readonly named: Uint8Array;
  /** Index into `fieldNames` of the field this node fills in its parent, 0 for none (`fieldNames[0]` is ''). */
  readonly field: Uint8Array;
  readonly fieldNames: readonly string[];
  /** ERROR nodes and MISSING nodes, counted. */
  readonly errors: number;
  /** 1 where the node is ERROR or MISSING. */
  readonly error: Uint8Array;
}

/** Lexical tokens of a text, in order: offsets and a class. Space between tokens is in none; comments are tokens, split in words. */
export interface Tokens {
  readonly count: number;
  readonly start: Int32Array;
  readonly end: Int32Array;
}
