/**
 * Builds the arrays of tree.ts in pre-order, for the tree-sitter copy and for our own parsers alike, and gives every tree the
 * same shape whatever grammar it came from: between two leaves there is only white space, no leaf starts or ends with a line
 * break, and an inner node spans exactly its leaves. Text a grammar leaves between its nodes (the plain part of a string
 * with escapes, skipped characters in an ERROR) becomes a leaf of type `#text`; leaves that are only line breaks (the
 * statement ends of Go and Bash) are dropped: they are trivia.
 */
import type { Tree } from './tree.ts';

/** Numbers for the names of node types and fields. Trees of one vocabulary can be compared by number. */
export class Vocabulary {
  readonly typeNames: string[] = ['#text'];
  readonly fieldNames: string[] = [''];
  readonly #types = new Map<string, number>();
  readonly #fields = new Map<string, number>([['', 0]]);

  /** A keyword and a node type of one name have two numbers. */
  type(name: string, named: boolean): number {
    const key = named ? name : ` ${name}`;
    let id = this.#types.get(key);
    if (id === undefined) {
      id = this.typeNames.push(name) - 1;
      this.#types.set(key, id);
    }
    return id;
  }

  /** Numbers fit a byte: a field beyond the 255th is dropped, which no grammar family comes near. */
  field(name: string): number {
    let id = this.#fields.get(name);
    if (id === undefined) {
      id = this.fieldNames.length < 256 ? this.fieldNames.push(name) - 1 : 0;
      this.#fields.set(name, id);
    }
    return id;
  }
}

/** The number of `#text` in every vocabulary. */
const textType = 0;

interface Arrays {
  readonly type: Uint16Array;
  readonly start: Int32Array;
  readonly end: Int32Array;
  readonly parent: Int32Array;
  readonly last: Int32Array;
  readonly named: Uint8Array;
  readonly field: Uint8Array;
  readonly error: Uint8Array;
}

const arraysOf = (capacity: number): Arrays => ({
  type: new Uint16Array(capacity),
  start: new Int32Array(capacity),
  end: new Int32Array(capacity),
  parent: new Int32Array(capacity),
  last: new Int32Array(capacity),
  named: new Uint8Array(capacity),
  field: new Uint8Array(capacity),
  error: new Uint8Array(capacity),
});

/** What the last builder wrote in, for the next: a tree takes a copy of its exact size. */
let spare: Arrays | undefined;
/** Arrays for more nodes are not kept. */
const KEPT_NODES = 100_000;

/** A class because it is a resource with a life: opened nodes must be closed, and `finish` ends it. */
export class TreeBuilder {
  #size = 0;
  #covered = 0;
  #errors = 0;
  readonly #open: number[] = [];
  readonly #text: string;
  readonly #vocabulary: Vocabulary;
  #type: Uint16Array;
  #start: Int32Array;
  #end: Int32Array;
  #parent: Int32Array;
  #last: Int32Array;
  #named: Uint8Array;
  #field: Uint8Array;
  #error: Uint8Array;

  /** @param expected how many nodes will come; only a guess to begin with. */
  constructor(text: string, vocabulary: Vocabulary, expected = 256) {
    const capacity = Math.max(16, expected + (expected >> 4));
    this.#text = text;
    this.#vocabulary = vocabulary;
    const arrays = spare !== undefined && spare.type.length >= capacity ? spare : arraysOf(capacity);
    spare = undefined;
    this.#type = arrays.type;
    this.#start = arrays.start;
    this.#end = arrays.end;
    this.#parent = arrays.parent;
    this.#last = arrays.last;
    this.#named = arrays.named;
    this.#field = arrays.field;
    this.#error = arrays.error;
  }

  /** Begin an inner node whose text starts at `start`; gives its number. */
  open(type: number, start: number, field = 0, named = 1, error = 0): number {
    if (start > this.#covered && this.#size > 0) this.#gap(start);
    const node = this.#push(type, start, -1, field, named, error);
    this.#open.push(node);
    return node;
  }

  /** Add a whole subtree of a finished tree of this vocabulary: there it began at `from`, here it does at `start`. */
  graft(tree: Tree, node: number, start: number, from: number, field: number): void {
    if (start > this.#covered) this.#gap(start);
    const until = tree.last[node] ?? node + 1;
    const at = this.#size;
    const size = at + until - node;
    while (size > this.#type.length) this.#grow();
    this.#type.set(tree.type.subarray(node, until), at);
    this.#named.set(tree.named.subarray(node, until), at);
    this.#field.set(tree.field.subarray(node, until), at);
    this.#error.set(tree.error.subarray(node, until), at);
    const [shift, move] = [start - from, at - node];
    for (let n = node; n < until; n++) {
      this.#start[n + move] = (tree.start[n] ?? 0) + shift;
      this.#end[n + move] = (tree.end[n] ?? 0) + shift;
      this.#parent[n + move] = (tree.parent[n] ?? 0) + move;
      this.#last[n + move] = (tree.last[n] ?? 0) + move;
    }
    if (tree.errors > 0) for (let n = node; n < until; n++) this.#errors += tree.error[n] ?? 0;
    this.#parent[at] = this.#open.at(-1) ?? -1;
    this.#field[at] = field;
    this.#size = size;
    this.#covered = Math.max(this.#covered, this.#end[at] ?? 0);
  }

  /** End the node opened last; its text ends at `end` (white space at the end is trimmed). Without leaves it is dropped. */
  close(end: number): void {
    const node = this.#open.pop();
    if (node === undefined) return;
    this.#open.push(node);
    if (end > this.#covered) this.#gap(end);
    this.#open.pop();
    if (this.#size === node + 1 && node > 0) {
      this.#errors -= this.#error[node] ?? 0;
      this.#size = node;
      return;
    }
    this.#last[node] = this.#size;
    // The first child stands right behind its parent and is closed already.
    this.#start[node] = (this.#size > node + 1 ? this.#start[node + 1] : this.#start[node]) ?? 0;
    this.#end[node] = Math.max(this.#start[node] ?? 0, this.#covered);
  }

  /** Add a leaf. Its text may carry line breaks at its ends: they are trimmed; `error` marks ERROR and MISSING. */
  leaf(type: number, start: number, end: number, field = 0, named = 1, error = 0): void {
    if (start > this.#covered) this.#gap(start);
    let from = Math.max(start, this.#covered);
    let to = Math.max(from, end);
    if (to > from) {
      from = trimStart(this.#text, from, to);
      to = trimEnd(this.#text, from, to);
    }
    if (from === to && error === 0) {
      this.#covered = Math.max(this.#covered, end);
      return;
    }
    const node = this.#push(type, from, to, field, named, error);
    this.#last[node] = node + 1;
    this.#covered = Math.max(this.#covered, to);
  }

  finish(): Tree {
    while (this.#open.length > 0) this.close(this.#text.length);
    const size = this.#size;
    if (size > 0) {
      this.#start[0] = 0;
      this.#end[0] = this.#text.length;
      this.#last[0] = size;
    }
    const tree: Tree = {
      text: this.#text,
      typeNames: this.#vocabulary.typeNames,
      fieldNames: this.#vocabulary.fieldNames,
      size,
      ...this.#copies(size),
      errors: this.#errors,
    };
    if (this.#type.length <= KEPT_NODES) {
      spare = {
        type: this.#type,
        start: this.#start,
        end: this.#end,
        parent: this.#parent,
        last: this.#last,
        named: this.#named,
        field: this.#field,
        error: this.#error,
      };
    }
    return tree;
  }

  /** Exact copies, in one piece of memory: each would be a thing of its own to the collector. */
  #copies(size: number): Arrays {
    const memory = new ArrayBuffer(21 * size);
    const start = new Int32Array(memory, 0, size);
    const end = new Int32Array(memory, 4 * size, size);
    const parent = new Int32Array(memory, 8 * size, size);
    const last = new Int32Array(memory, 12 * size, size);
    const type = new Uint16Array(memory, 16 * size, size);
    const named = new Uint8Array(memory, 18 * size, size);
    const field = new Uint8Array(memory, 19 * size, size);
    const error = new Uint8Array(memory, 20 * size, size);
    start.set(this.#start.subarray(0, size));
    end.set(this.#end.subarray(0, size));
    parent.set(this.#parent.subarray(0, size));
    last.set(this.#last.subarray(0, size));
    type.set(this.#type.subarray(0, size));
    named.set(this.#named.subarray(0, size));
    field.set(this.#field.subarray(0, size));
    error.set(this.#error.subarray(0, size));
    return { type, start, end, parent, last, named, field, error };
  }

  /** What lies between the last leaf and `until` becomes a `#text` leaf unless it is white space. */
  #gap(until: number): void {
    const text = this.#text;
    let from = this.#covered;
    while (from < until && isSpace(text.charCodeAt(from))) from++;
    if (from < until) {
      let to = until;
      while (to > from && isSpace(text.charCodeAt(to - 1))) to--;
      const node = this.#push(textType, from, to, 0, 0, 0);
      this.#last[node] = node + 1;
      this.#covered = to;
    }
  }

  #push(type: number, start: number, end: number, field: number, named: number, error: number): number {
    const node = this.#size++;
    if (node === this.#type.length) this.#grow();
    this.#type[node] = type;
    this.#start[node] = start;
    this.#end[node] = end;
    this.#parent[node] = this.#open.at(-1) ?? -1;
    this.#last[node] = node + 1;
    this.#named[node] = named;
    this.#field[node] = field;
    this.#error[node] = error;
    this.#errors += error;
    return node;
  }

  #grow(): void {
    const capacity = this.#type.length * 2;
    this.#type = copyInto(new Uint16Array(capacity), this.#type);
    this.#start = copyInto(new Int32Array(capacity), this.#start);
    this.#end = copyInto(new Int32Array(capacity), this.#end);
    this.#parent = copyInto(new Int32Array(capacity), this.#parent);
    this.#last = copyInto(new Int32Array(capacity), this.#last);
    this.#named = copyInto(new Uint8Array(capacity), this.#named);
    this.#field = copyInto(new Uint8Array(capacity), this.#field);
    this.#error = copyInto(new Uint8Array(capacity), this.#error);
  }
}

function copyInto<T extends Uint8Array | Uint16Array | Int32Array>(to: T, from: T): T {
  to.set(from);
  return to;
}

/** White space as `\s` of a regular expression has it. */
export function isSpace(unit: number): boolean {
  if (unit === 32 || (unit >= 9 && unit <= 13)) return true;
  if (unit < 160) return false;
  return (
    unit === 0xa0 ||
    unit === 0xfeff ||
    unit === 0x1680 ||
    (unit >= 0x2000 && unit <= 0x200a) ||
    unit === 0x2028 ||
    unit === 0x2029 ||
    unit === 0x202f ||
    unit === 0x205f ||
    unit === 0x3000
  );
}

/** Where the text of a leaf begins: after leading white space, if that holds a line break. */
function trimStart(text: string, from: number, to: number): number {
  if (!isSpace(text.charCodeAt(from))) return from;
  let at = from;
  let broken = false;
  for (; at < to; at++) {
    const unit = text.charCodeAt(at);
    if (!isSpace(unit)) break;
    if (unit === 10 || unit === 13) broken = true;
  }
  return broken ? at : from;
}

function trimEnd(text: string, from: number, to: number): number {
  if (!isSpace(text.charCodeAt(to - 1))) return to;
  let at = to;
  let broken = false;
  for (; at > from; at--) {
    const unit = text.charCodeAt(at - 1);
    if (!isSpace(unit)) break;
    if (unit === 10 || unit === 13) broken = true;
  }
  return broken ? at : to;
}
