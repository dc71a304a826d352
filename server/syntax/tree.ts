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

/** The leaves of a subtree (of the whole tree by default), in order: every unit of it that is not white space lies in one. */
export function leavesOf(tree: Tree, node = 0): number[] {
  const leaves: number[] = [];
  const end = tree.last[node] ?? 0;
  for (let n = node; n < end; n++) if (tree.last[n] === n + 1) leaves.push(n);
  return leaves;
}

export function childrenOf(tree: Tree, node: number): number[] {
  const children: number[] = [];
  const end = tree.last[node] ?? 0;
  for (let n = node + 1; n < end; n = tree.last[n] ?? end) children.push(n);
  return children;
}

/** The child that fills the named field, the first where there are more. */
export function childByField(tree: Tree, node: number, field: string): number | undefined {
  const end = tree.last[node] ?? 0;
  for (let n = node + 1; n < end; n = tree.last[n] ?? end) if (fieldOf(tree, n) === field) return n;
  return undefined;
}

/** Every node below `node`, in pre-order: a half-open range of numbers. */
export function descendants(tree: Tree, node: number): { readonly start: number; readonly end: number } {
  return { start: node + 1, end: tree.last[node] ?? node + 1 };
}

export function isLeaf(tree: Tree, node: number): boolean {
  return tree.last[node] === node + 1;
}

export function typeOf(tree: Tree, node: number): string {
  return tree.typeNames[tree.type[node] ?? 0] ?? '';
}

/**
 * What is known of a node by its type, found once for each type: whole trees are walked for it, and a name looked up at every node
 * costs more than the walk. One table a reader, for all trees: numbers of types mean something within their vocabulary alone.
 */
export function byType<T>(read: (type: string) => T): (tree: Tree, node: number) => T {
  const tables = new WeakMap<readonly string[], (readonly [T] | undefined)[]>();
  let last: { readonly names: readonly string[]; readonly table: (readonly [T] | undefined)[] } | undefined;
  return ({ typeNames: names, type }, node) => {
    if (last?.names !== names) {
      const table = tables.get(names) ?? [];
      tables.set(names, table);
      last = { names, table };
    }
    const number = type[node] ?? 0;
    const known = last.table[number] ?? ([read(names[number] ?? '')] as const);
    last.table[number] = known;
    return known[0];
  };
}

export function fieldOf(tree: Tree, node: number): string {
  return tree.fieldNames[tree.field[node] ?? 0] ?? '';
}

export function textOf(tree: Tree, node: number): string {
  return tree.text.slice(tree.start[node] ?? 0, tree.end[node] ?? 0);
}

/** The deepest node that holds the unit at `offset`; at the end of a text or between leaves, the one around it. */
export function nodeAt(tree: Tree, offset: number): number {
  let node = 0;
  for (;;) {
    let inner: number | undefined;
    const end = tree.last[node] ?? 0;
    for (let n = node + 1; n < end; n = tree.last[n] ?? end) {
      if ((tree.start[n] ?? 0) > offset) break;
      if (offset < (tree.end[n] ?? 0)) inner = n;
    }
    if (inner === undefined) return node;
    node = inner;
  }
}

/**
 * What is wrong in a tree, in a form that two trees can compare: for each ERROR or MISSING its kind, where it stands (the
 * type of its parent) and its text without white space or what is missing, so that an error that only moved stays equal.
 */
export function syntaxErrors(tree: Tree): string[] {
  const found: string[] = [];
  for (let n = 0; n < tree.size; n++) {
    if (tree.error[n] !== 1) continue;
    const parent = tree.parent[n] ?? -1;
    const above = parent >= 0 ? typeOf(tree, parent) : '';
    const isError = typeOf(tree, n) === 'ERROR';
    const text = isError ? textOf(tree, n).replace(/\s+/g, '').slice(0, 200) : typeOf(tree, n);
    found.push(`${isError ? 'error' : 'missing'}\0${above}\0${text}`);
  }
  return found;
}

/**
 * How many errors the result has that no side accounts for. An error of a side excuses one equal error; what is left of a
 * side's errors excuses one of the same kind in the same place, as text around a known error may have been merged. Another side
 * only ever excuses more, so sides are asked for while an error is left.
 */
export function newErrors(result: Tree, sides: Iterable<Tree>): number {
  if (result.errors === 0) return 0;
  const fresh = countOf(syntaxErrors(result));
  const spare = new Map<string, number>();
  const excused = new Map<string, number>();
  let total = unexcused(fresh, excused, spare);
  for (const side of sides) {
    const places = new Map<string, number>();
    for (const [error, count] of countOf(syntaxErrors(side))) {
      const used = Math.min(count, fresh.get(error) ?? 0);
      excused.set(error, Math.max(excused.get(error) ?? 0, used));
      const place = placeOf(error);
      places.set(place, (places.get(place) ?? 0) + count - used);
    }
    for (const [place, count] of places) spare.set(place, Math.max(spare.get(place) ?? 0, count));
    total = unexcused(fresh, excused, spare);
    if (total === 0) break;
  }
  return total;
}

type Counts = ReadonlyMap<string, number>;

function unexcused(fresh: Counts, excused: Counts, spare: Counts): number {
  const left = new Map<string, number>();
  for (const [error, count] of fresh) {
    const place = placeOf(error);
    left.set(place, (left.get(place) ?? 0) + count - (excused.get(error) ?? 0));
  }
  let total = 0;
  for (const [place, count] of left) total += Math.max(0, count - (spare.get(place) ?? 0));
  return total;
}

function placeOf(error: string): string {
  return error.slice(0, error.lastIndexOf('\0'));
}

function countOf(values: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}
