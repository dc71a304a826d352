/**
 * Copies wasm trees into our arrays, in pre-order, through one cursor. Trees that were parsed from one another share their
 * unchanged subtrees in wasm: these are copied once and taken over from the arrays after that.
 */
import type { Tree as WasmTree } from 'web-tree-sitter';
import type { Tree } from './tree.ts';
import { TreeBuilder, type Vocabulary } from './treeBuilder.ts';

/** What the copy needs to know of a grammar. */
export interface GrammarTables {
  readonly vocabulary: Vocabulary;
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

interface Copied {
  readonly tree: number;
  readonly node: number;
  readonly start: number;
  readonly end: number;
}

/** Lives as long as the wasm trees it copies from are all alive: their node numbers are addresses. */
export class TreeCopier {
  readonly #grammar: GrammarTables;
  /** Where each large subtree already copied stands; kept only where other trees will share it. */
  readonly #copied: Map<number, Copied> | undefined;
  readonly #trees: Tree[] = [];

  /** @param many more than one tree will be copied. */
  constructor(grammar: GrammarTables, many: boolean) {
    this.#grammar = grammar;
    this.#copied = many ? new Map() : undefined;
  }

  copy(wasm: WasmTree, text: string): Tree {
    const { types, named, fields, flat, signs, vocabulary } = this.#grammar;
    const cursor = wasm.walk();
    try {
      const builder = new TreeBuilder(text, vocabulary, wasm.rootNode.descendantCount);
      const errorType = vocabulary.type('ERROR', true);
      // The types and ends of the nodes the cursor is in; an end of -1 is one that was made flat, so nothing closes.
      const symbols: number[] = [];
      const ends: number[] = [];
      const intact = !wasm.rootNode.hasError;
      for (;;) {
        const symbol = cursor.nodeTypeId;
        const start = cursor.startIndex;
        const sign = signs[symbol];
        // Half of all nodes: each call into wasm that they need not make is a tenth of the whole copy.
        const isSign = intact && sign !== undefined && text.startsWith(sign, start);
        const end = isSign ? start + sign.length : cursor.endIndex;
        const field = isSign && brackets.includes(sign) ? 0 : (fields[cursor.currentFieldId] ?? 0);
        const isError = symbol === errorSymbol;
        const type = isError ? errorType : (types[symbol] ?? 0);
        const isNamed = isError ? 1 : (named[symbol] ?? 0);
        const isFlat = flat[symbol] === 1 && symbols.at(-1) === symbol;
        const shareable = this.#copied !== undefined && end - start >= SHARED && !isFlat && symbols.length > 0;
        const id = shareable ? cursor.nodeId : 0;
        const known = shareable ? this.#known(id, text, start, end) : undefined;
        if (known !== undefined) builder.graft(known.tree, known.node, start, known.start, field);
        else if (!isSign && cursor.gotoFirstChild()) {
          const node = isFlat ? -1 : builder.open(type, start, field, isNamed, isError ? 1 : 0);
          if (shareable) this.#copied?.set(id, { tree: this.#trees.length, node, start, end });
          symbols.push(symbol);
          ends.push(isFlat ? -1 : end);
          continue;
        } else {
          const missing = start === end && cursor.nodeIsMissing;
          if (ends.length === 0) builder.open(type, 0, 0, 1, isError ? 1 : 0);
          else builder.leaf(type, start, end, field, isNamed, isError || missing ? 1 : 0);
        }
        while (!cursor.gotoNextSibling()) {
          symbols.pop();
          const parentEnd = ends.pop();
          if (parentEnd === undefined || !cursor.gotoParent()) {
            const tree = builder.finish();
            this.#trees.push(tree);
            return tree;
          }
          if (ends.length > 0 && parentEnd >= 0) builder.close(parentEnd);
        }
      }
    } finally {
      cursor.delete();
    }
  }

  /** An earlier tree's copy of a subtree, if its text is the same too (it always should be). */
  #known(id: number, text: string, start: number, end: number) {
    const copied = this.#copied?.get(id);
    const tree = copied && this.#trees[copied.tree];
    if (!copied || !tree || copied.end - copied.start !== end - start) return undefined;
    if (tree.text.slice(copied.start, copied.end) !== text.slice(start, end)) return undefined;
    return { tree, node: copied.node, start: copied.start };
  }
}
