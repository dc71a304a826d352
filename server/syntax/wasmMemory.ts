/**
 * Where tree-sitter's structures lie in the memory of its wasm runtime, so that a tree is copied without a call for each node
 * (a call costs more than the node). This is the layout of the pinned web-tree-sitter (subtree.h, parser.h; 32-bit addresses,
 * little endian); `readGrammar` refuses a grammar that does not look as expected, and tests compare copies with the public API.
 */
import type { Language as Grammar, Tree as WasmTree } from 'web-tree-sitter';

/** The runtime's module object: the views are replaced when its memory grows, so they are asked for anew each time. */
export interface WasmMemory {
  readonly locateFile?: (file: string) => string;
  readonly HEAPU8?: Uint8Array;
  readonly HEAPU16?: Uint16Array;
  readonly HEAPU32?: Uint32Array;
}

/** What a grammar says of the children of its productions, copied once. */
export interface GrammarShape {
  /** tree-sitter's inner type numbers to those it shows. */
  readonly publicSymbols: Uint16Array;
  /** By production × `aliasWidth` + child: the type a child takes there, 0 for its own. */
  readonly aliases: Uint16Array;
  readonly aliasWidth: number;
  /** By production × `fieldWidth` + child: tree-sitter's field number, 0 for none. */
  readonly fields: Uint16Array;
  readonly fieldWidth: number;
}

/** TSLanguage: byte offsets of the parts that are read. */
const language = {
  abiVersion: 0,
  symbolCount: 4,
  aliasCount: 8,
  productionCount: 28,
  fieldCount: 32,
  aliasWidth: 36,
  fieldSlices: 64,
  fieldEntries: 68,
  publicSymbols: 76,
  aliases: 84,
};

/** web-tree-sitter keeps the address of what an object stands for as its property 0. */
function addressOf(owner: object): number {
  const address = (owner as { readonly 0?: unknown })[0];
  return typeof address === 'number' ? address : 0;
}

/** The address of the root's subtree slot: the first field of a TSTree. */
export const rootSlot = (tree: WasmTree): number => addressOf(tree);

/** @throws Error when the memory does not hold what this file expects. */
export function readGrammar(memory: WasmMemory, grammar: Grammar): GrammarShape {
  const { HEAPU8: bytes, HEAPU16: shorts, HEAPU32: words } = memory;
  const at = addressOf(grammar);
  if (!bytes || !shorts || !words || at === 0) throw new Error('the parser runtime shows no memory');
  const word = (offset: number): number => words[(at + offset) >> 2] ?? 0;
  const symbolCount = word(language.symbolCount) + word(language.aliasCount);
  if (word(language.abiVersion) !== grammar.abiVersion || symbolCount !== grammar.types.length)
    throw new Error('the grammar is not laid out as this version of the parser runtime lays it out');
  const productions = word(language.productionCount);
  const aliasWidth = shorts[(at + language.aliasWidth) >> 1] ?? 0;
  const copy = (address: number, length: number) => shorts.slice(address >> 1, (address >> 1) + length);
  return {
    publicSymbols: copy(word(language.publicSymbols), symbolCount),
    aliases: copy(word(language.aliases), productions * aliasWidth),
    aliasWidth,
    ...readFields(bytes, shorts, productions, word),
  };
}

/** TSFieldMapEntry: field number (2 bytes), child (1), whether it belongs to a hidden child's child (1). */
function readFields(
  bytes: Uint8Array,
  shorts: Uint16Array,
  productions: number,
  word: (offset: number) => number,
): Pick<GrammarShape, 'fields' | 'fieldWidth'> {
  const found: (readonly [production: number, child: number, field: number])[] = [];
  let fieldWidth = 0;
  if (word(language.fieldCount) > 0) {
    for (let production = 0; production < productions; production++) {
      const slice = (word(language.fieldSlices) >> 1) + 2 * production;
      const [first, length] = [shorts[slice] ?? 0, shorts[slice + 1] ?? 0];
      for (let entry = first; entry < first + length; entry++) {
        const address = word(language.fieldEntries) + 4 * entry;
        if (bytes[address + 3] !== 0) continue;
        const child = bytes[address + 2] ?? 0;
        found.push([production, child, shorts[address >> 1] ?? 0]);
        fieldWidth = Math.max(fieldWidth, child + 1);
      }
    }
  }
  const fields = new Uint16Array(productions * fieldWidth);
  // Of several the first counts, as for tree-sitter's own cursor.
  for (const [production, child, field] of found.reverse()) fields[production * fieldWidth + child] = field;
  return { fields, fieldWidth };
}
