/**
 * Copies wasm trees into our arrays, in pre-order, out of the runtime's memory. Trees that were parsed from one another share
 * their unchanged subtrees in wasm: these are copied once and taken over from the arrays after that.
 */
import type { Tree as WasmTree } from 'web-tree-sitter';
import type { Tree } from './tree.ts';
import { TreeBuilder, type Vocabulary } from './treeBuilder.ts';
import { type GrammarShape, rootSlot, type WasmMemory } from './wasmMemory.ts';

/** What the copy needs to know of a grammar. */
export interface GrammarTables {
  readonly vocabulary: Vocabulary;
  readonly shape: GrammarShape;
  /** tree-sitter's type and field numbers to ours. */
  readonly types: Uint16Array;
  readonly named: Uint8Array;
  readonly fields: Uint8Array;
  /** 1 for a type of ours whose left-recursive chains become one list. */
  readonly flat: Uint8Array;
  /** The text of a type that is always the same sign and has no children. */
  readonly signs: readonly (string | undefined)[];
}

/** tree-sitter's number for an ERROR node. */
const errorSymbol = 65535;

/** Signs that fill no field anybody asks for. */
const brackets = '(){}[],;:.';

/** Subtrees of fewer UTF-16 units are cheaper copied than looked up. */
const SHARED = 120;

// A subtree slot is 8 bytes: a small leaf itself (its lowest bit is set), or the address of the data of a larger one.
const inline = { visible: 2, extra: 8, missing: 32 };
/** Byte offsets in the data of a larger one. Its children's slots lie right before it. */
const heap = {
  padding: 4,
  size: 16,
  errorCost: 32,
  childCount: 36,
  symbol: 40,
  flags: 44,
  visibleChildCount: 48,
  visibleDescendantCount: 56,
  productionId: 66,
};
const flags = { visible: 1, extra: 4, missing: 512 };

interface Copied {
  readonly tree: number;
  readonly node: number;
  readonly start: number;
  readonly end: number;
}

/** An inner node whose children are being read; one that is not shown lends its place and field to its children. */
interface Frame {
  address: number;
  children: number;
  next: number;
  /** Children so far that are no extras (comments): aliases and fields count these. */
  structural: number;
  production: number;
  /** Of a hidden node: the field that its children take unless they have their own. */
  field: number;
  /** The type shown of this node, or of the one around it where it is hidden. */
  symbol: number;
  /** Where it ends in our text; -1 for a node that nothing closes: hidden, made flat, or the root. */
  end: number;
}

/** Lives as long as the wasm trees it copies from are all alive: they share subtrees by address. */
export class TreeCopier {
  readonly #grammar: GrammarTables;
  readonly #memory: WasmMemory;
  /** Where each large subtree already copied stands; kept only where other trees will share it. */
  readonly #copied: Map<number, Copied> | undefined;
  readonly #trees: Tree[] = [];

  /** @param many more than one tree will be copied. */
  constructor(grammar: GrammarTables, memory: WasmMemory, many: boolean) {
    this.#grammar = grammar;
    this.#memory = memory;
    this.#copied = many ? new Map() : undefined;
  }

  copy(wasm: WasmTree, text: string): Tree {
    const { types, named, fields, flat, signs, vocabulary, shape } = this.#grammar;
    const { publicSymbols, aliases, aliasWidth, fields: fieldsOfChildren, fieldWidth } = shape;
    const { HEAPU16: shorts, HEAPU32: words } = this.#memory;
    if (!shorts || !words) throw new Error('the parser runtime shows no memory');
    const copied = this.#copied;
    const errorType = vocabulary.type('ERROR', true);
    const frames: Frame[] = [];
    let depth = -1;
    let frame: Frame | undefined;
    let slot = rootSlot(wasm);
    let builder: TreeBuilder | undefined;
    let intact = false;
    /** Where the next child begins with its padding, in UTF-16 units. */
    let at = 0;
    for (;;) {
      const low = words[slot >> 2] ?? 0;
      const isInline = (low & 1) === 1;
      const address = isInline ? 0 : low;
      let symbol: number;
      let isVisible: boolean;
      let isExtra: boolean;
      let isMissing: boolean;
      let children = 0;
      let size: number;
      if (isInline) {
        const high = words[(slot >> 2) + 1] ?? 0;
        symbol = (low >> 8) & 255;
        isVisible = (low & inline.visible) !== 0;
        isExtra = (low & inline.extra) !== 0;
        isMissing = (low & inline.missing) !== 0;
        at += ((high >> 16) & 255) >> 1;
        size = (high >>> 24) >> 1;
      } else {
        const own = shorts[(address + heap.flags) >> 1] ?? 0;
        symbol = shorts[(address + heap.symbol) >> 1] ?? 0;
        isVisible = (own & flags.visible) !== 0;
        isExtra = (own & flags.extra) !== 0;
        isMissing = (own & flags.missing) !== 0;
        children = words[(address + heap.childCount) >> 2] ?? 0;
        at += (words[(address + heap.padding) >> 2] ?? 0) >> 1;
        size = (words[(address + heap.size) >> 2] ?? 0) >> 1;
      }
      const shownChildren = children > 0 ? (words[(address + heap.visibleChildCount) >> 2] ?? 0) : 0;
      let alias = 0;
      let field = 0;
      if (frame !== undefined && !isExtra) {
        const { structural, production } = frame;
        if (production > 0 && structural < aliasWidth) alias = aliases[production * aliasWidth + structural] ?? 0;
        if (structural < fieldWidth) field = fieldsOfChildren[production * fieldWidth + structural] ?? 0;
        if (field === 0) field = frame.field;
        frame.structural = structural + 1;
      }
      const start = at;
      at += size;
      if (builder === undefined) {
        const expected = 1 + (children > 0 ? (words[(address + heap.visibleDescendantCount) >> 2] ?? 0) : 0);
        builder = new TreeBuilder(text, vocabulary, expected);
        intact = !isMissing && (isInline || (words[(address + heap.errorCost) >> 2] ?? 0) === 0);
        isVisible = true;
      }
      let enters = false;
      if (isVisible || alias !== 0) {
        const inner = alias !== 0 ? alias : symbol;
        const isError = inner === errorSymbol;
        const shown = isError ? errorSymbol : (publicSymbols[inner] ?? 0);
        const sign = signs[shown];
        const isSign = intact && sign !== undefined && standsAt(text, start, sign);
        const end = isSign ? start + sign.length : at;
        const ownField = isSign && brackets.includes(sign) ? 0 : (fields[field] ?? 0);
        const type = isError ? errorType : (types[shown] ?? 0);
        const isNamed = isError ? 1 : (named[shown] ?? 0);
        const isFlat = flat[shown] === 1 && frame?.symbol === shown;
        const shareable = copied !== undefined && end - start >= SHARED && !isFlat && depth >= 0 && !isInline;
        const known = shareable ? this.#known(address, type, text, start, end) : undefined;
        if (known !== undefined) builder.graft(known.tree, known.node, start, known.start, ownField);
        else if (!isSign && shownChildren > 0) {
          const node = isFlat ? -1 : builder.open(type, start, ownField, isNamed, isError ? 1 : 0);
          if (shareable) copied.set(address, { tree: this.#trees.length, node, start, end });
          enters = true;
          frame = enter(frames, ++depth);
          frame.field = 0;
          frame.symbol = shown;
          frame.end = isFlat || depth === 0 ? -1 : end;
        } else if (depth < 0) builder.open(type, 0, 0, 1, isError ? 1 : 0);
        else builder.leaf(type, start, end, ownField, isNamed, isError || (start === end && isMissing) ? 1 : 0);
      } else if (shownChildren > 0) {
        enters = true;
        const around = frame?.symbol ?? -1;
        frame = enter(frames, ++depth);
        frame.field = field;
        frame.symbol = around;
        frame.end = -1;
      }
      if (enters && frame !== undefined) {
        frame.address = address;
        frame.children = children;
        frame.next = 0;
        frame.structural = 0;
        frame.production = shorts[(address + heap.productionId) >> 1] ?? 0;
        // The padding of a node is that of its first child.
        at = start - ((words[(address + heap.padding) >> 2] ?? 0) >> 1);
      }
      while (frame !== undefined && frame.next === frame.children) {
        if (frame.end >= 0) builder.close(frame.end);
        frame = frames[--depth];
      }
      if (frame === undefined) {
        const tree = builder.finish();
        this.#trees.push(tree);
        return tree;
      }
      slot = frame.address - 8 * (frame.children - frame.next++);
    }
  }

  /** An earlier tree's copy of a subtree, if it is of the same type and its text is the same too (it always should be). */
  #known(address: number, type: number, text: string, start: number, end: number) {
    const known = this.#copied?.get(address);
    const tree = known && this.#trees[known.tree];
    if (!known || !tree || known.end - known.start !== end - start || tree.type[known.node] !== type) return undefined;
    if (tree.text.slice(known.start, known.end) !== text.slice(start, end)) return undefined;
    return { tree, node: known.node, start: known.start };
  }
}

/** `startsWith`, for texts of a sign or two. */
function standsAt(text: string, start: number, sign: string): boolean {
  for (let i = 0; i < sign.length; i++) if (text.charCodeAt(start + i) !== sign.charCodeAt(i)) return false;
  return true;
}

/** The frame at a depth: made once and used again, since a tree enters as many nodes as it has. */
function enter(frames: Frame[], depth: number): Frame {
  const known = frames[depth];
  if (known !== undefined) return known;
  const made = { address: 0, children: 0, next: 0, structural: 0, production: 0, field: 0, symbol: -1, end: -1 };
  frames[depth] = made;
  return made;
}
