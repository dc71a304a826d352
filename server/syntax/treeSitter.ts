/**
 * Syntax over web-tree-sitter: the only file that knows it. Grammars load when first asked for; a wasm tree lives inside
 * `copyTree` and is deleted there (the wasm heap never shrinks, and no garbage collector frees it). Trees are cached by
 * text, since the three sides of a file are parsed again and again. Nothing here throws to the caller: a grammar that
 * fails is "no grammar" with a note for `doctor`.
 */
import { join } from 'node:path';
import { Language as Grammar, Parser, type Tree as WasmTree } from 'web-tree-sitter';
import { type Language, type LanguageId, languages } from './languages.ts';
import { lexicalTokens } from './lexer.ts';
import { parseMarkdown } from './markdown.ts';
import { parseProperties } from './properties.ts';
import type { Syntax } from './syntax.ts';
import type { Tree } from './tree.ts';
import { TreeBuilder, Vocabulary } from './treeBuilder.ts';
import { parseXml } from './xml.ts';

export interface SyntaxOptions {
  /** A parse longer than this gives no tree. */
  readonly timeLimitMs?: number;
  /** UTF-16 units; a longer text gives no tree (tree-sitter needs about 20 bytes of heap a unit, for good). */
  readonly sizeLimit?: number;
  /** About how much the trees kept may take. */
  readonly cacheBytes?: number;
}

export interface LoadedSyntax extends Syntax {
  /** One sentence for each grammar or runtime that failed. */
  readonly notes: readonly string[];
}

interface LoadedGrammar {
  readonly name: string;
  readonly grammar: Grammar;
  readonly vocabulary: Vocabulary;
  /** tree-sitter's type and field numbers to ours. */
  readonly types: Uint16Array;
  readonly named: Uint8Array;
  readonly fields: Uint8Array;
  /** 1 for a type of ours whose left-recursive chains become one list. */
  readonly flat: Uint8Array;
  /** The text of a type that is always the same sign and has no children. */
  readonly signs: readonly (string | undefined)[];
  failures: number;
}

/** Grammars whose trees may stand beside each other in one merge share their numbers. */
const families: Readonly<Record<string, string>> = { cpp: 'c', tsx: 'javascript', typescript: 'javascript' };

/** Languages without a grammar package that installs cleanly. */
const ownParsers: Partial<Record<LanguageId, (text: string) => Tree>> = {
  markdown: parseMarkdown,
  properties: parseProperties,
  xml: parseXml,
};

/** tree-sitter's number for an ERROR node. */
const errorSymbol = 65535;

/** Signs that fill no field anybody asks for. */
const brackets = '(){}[],;:.';

/** After so many crashes inside wasm a grammar is left alone. */
const maxFailures = 3;

/** The runtime is one per process: a second `Parser.init` would pull the module from under the first one's trees. */
let runtime: Promise<void> | undefined;

/** Never rejects: without the runtime only our own parsers answer, and `notes` says why. */
export async function loadSyntax(grammarsDir: string, options: SyntaxOptions = {}): Promise<LoadedSyntax> {
  const notes: string[] = [];
  let running = true;
  try {
    runtime ??= Parser.init({ locateFile: (file: string) => join(grammarsDir, file) });
    await runtime;
  } catch (error) {
    runtime = undefined;
    running = false;
    notes.push(`The parser runtime did not load from ${grammarsDir}: ${reason(error)}. Structured merging is off.`);
  }
  const grammars = new Map<string, LoadedGrammar>();
  const loading = new Map<string, Promise<void>>();
  const vocabularies = new Map<string, Vocabulary>();

  async function load(name: string): Promise<void> {
    try {
      const grammar = await Grammar.load(join(grammarsDir, `tree-sitter-${name}.wasm`));
      const family = families[name] ?? name;
      const vocabulary = vocabularies.get(family) ?? new Vocabulary();
      vocabularies.set(family, vocabulary);
      grammars.set(name, describeGrammar(name, grammar, vocabulary));
    } catch (error) {
      notes.push(`The ${name} grammar did not load: ${reason(error)}. Its files merge by lines and tokens.`);
    }
  }

  const parseWith = grammarParser(grammars, notes, options);
  const parseCached = cacheTrees(options.cacheBytes ?? 32_000_000, (language, text) => {
    if (text.length > (options.sizeLimit ?? 2_000_000)) return undefined;
    if (language.grammar === undefined) return ownParsers[language.id]?.(text);
    const tree = parseWith(language.grammar, text);
    if (language.id !== 'c' || tree === undefined || tree.errors === 0) return tree;
    // A header may be C++: take the grammar that understands more of it.
    const other = parseWith('cpp', text);
    return other !== undefined && other.errors < tree.errors ? other : tree;
  });

  return {
    notes,
    async ready(language) {
      if (!running || language === undefined) return;
      for (const name of grammarsOf(language)) {
        const promise = loading.get(name) ?? load(name);
        loading.set(name, promise);
        await promise;
      }
    },
    parse: (language, text) => (language === undefined ? undefined : parseCached(language, text)),
    tokens: (language, text) => lexicalTokens(language, text),
  };
}

function grammarsOf(language: Language): readonly string[] {
  if (language.grammar === undefined) return [];
  return language.id === 'c' ? [language.grammar, 'cpp'] : [language.grammar];
}

/** Parse through one shared wasm parser; undefined when the grammar is absent, too slow, or crashed. */
function grammarParser(grammars: Map<string, LoadedGrammar>, notes: string[], options: SyntaxOptions) {
  let parser: Parser | undefined;
  const limit = options.timeLimitMs ?? 1000;
  return (name: string, text: string): Tree | undefined => {
    const loaded = grammars.get(name);
    if (loaded === undefined) return undefined;
    let tree: WasmTree | null = null;
    try {
      parser ??= new Parser();
      parser.setLanguage(loaded.grammar);
      const isOver = stopwatch(limit);
      // Typed as returning nothing, read by the runtime as a boolean: true cancels.
      const progressCallback = (): boolean => isOver();
      tree = parser.parse(text, null, { progressCallback });
      if (tree === null) {
        parser.reset();
        return undefined;
      }
      return copyTree(tree, text, loaded);
    } catch (error) {
      // A trap inside wasm: the parser's state cannot be trusted any more, the module's can.
      parser = undefined;
      loaded.failures++;
      notes.push(`The ${name} grammar failed on a text of ${text.length} units: ${reason(error)}.`);
      if (loaded.failures >= maxFailures) grammars.delete(name);
      return undefined;
    } finally {
      tree?.delete();
    }
  };
}

/**
 * Whether the limit has passed, in processor time: on a busy machine a parse that waits is not a parse that is slow, and
 * the same file should have a tree each time. Four times as much on the clock ends it in any case.
 */
function stopwatch(limit: number): () => boolean {
  const begin = performance.now();
  const used = process.cpuUsage();
  return () => {
    const elapsed = performance.now() - begin;
    if (elapsed <= limit) return false;
    const { user, system } = process.cpuUsage(used);
    return elapsed > 4 * limit || (user + system) / 1000 > limit;
  };
}

/** Copy a wasm tree into our arrays, in pre-order, through one cursor. */
function copyTree(tree: WasmTree, text: string, loaded: LoadedGrammar): Tree {
  const { types, named, fields, flat, signs, vocabulary } = loaded;
  const cursor = tree.walk();
  try {
    const builder = new TreeBuilder(text, vocabulary, tree.rootNode.descendantCount);
    const errorType = vocabulary.type('ERROR', true);
    // The types and ends of the nodes the cursor is in; an end of -1 is one that was made flat, so nothing closes.
    const symbols: number[] = [];
    const ends: number[] = [];
    const intact = !tree.rootNode.hasError;
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
      if (!isSign && cursor.gotoFirstChild()) {
        const isFlat = flat[symbol] === 1 && symbols.at(-1) === symbol;
        if (!isFlat) builder.open(type, start, field, isNamed, isError ? 1 : 0);
        symbols.push(symbol);
        ends.push(isFlat ? -1 : end);
        continue;
      }
      const missing = start === end && cursor.nodeIsMissing;
      if (ends.length === 0) builder.open(type, 0, 0, 1, isError ? 1 : 0);
      else builder.leaf(type, start, end, field, isNamed, isError || missing ? 1 : 0);
      while (!cursor.gotoNextSibling()) {
        symbols.pop();
        const parentEnd = ends.pop();
        if (parentEnd === undefined || !cursor.gotoParent()) return builder.finish();
        if (ends.length > 0 && parentEnd >= 0) builder.close(parentEnd);
      }
    }
  } finally {
    cursor.delete();
  }
}

function describeGrammar(name: string, grammar: Grammar, vocabulary: Vocabulary): LoadedGrammar {
  const count = grammar.types.length;
  const types = new Uint16Array(count);
  const named = new Uint8Array(count);
  const flat = new Uint8Array(count);
  const signs: (string | undefined)[] = [];
  const flattened = languages.find((language) => language.grammar === name)?.flatten ?? [];
  for (let id = 0; id < count; id++) {
    const isNamed = grammar.nodeTypeIsNamed(id);
    named[id] = isNamed ? 1 : 0;
    const typeName = grammar.nodeTypeForId(id) ?? '';
    types[id] = vocabulary.type(typeName, isNamed);
    signs.push(!isNamed && /^[^\w\s]+$/.test(typeName) ? typeName : undefined);
    flat[id] = flattened.includes(typeName) ? 1 : 0;
  }
  const fields = new Uint8Array(grammar.fields.length);
  for (let id = 1; id < fields.length; id++) fields[id] = vocabulary.field(grammar.fields[id] ?? '');
  return { name, grammar, vocabulary, types, named, fields, flat, signs, failures: 0 };
}

type Parse = (language: Language, text: string) => Tree | undefined;

/** The last few texts and their trees (or that they have none), the newest first, bounded by their bytes. */
function cacheTrees(limit: number, parse: Parse): Parse {
  const entries: {
    readonly id: LanguageId;
    readonly text: string;
    readonly tree: Tree | undefined;
    readonly bytes: number;
  }[] = [];
  let total = 0;
  return (language, text) => {
    const at = entries.findIndex((entry) => entry.id === language.id && entry.text === text);
    const [hit] = at >= 0 ? entries.splice(at, 1) : [];
    if (hit !== undefined) {
      entries.unshift(hit);
      return hit.tree;
    }
    const tree = parse(language, text);
    const bytes = text.length * 2 + (tree?.size ?? 0) * 21 + 100;
    if (tree === undefined || bytes > limit) return tree;
    entries.unshift({ id: language.id, text, tree, bytes });
    total += bytes;
    while (total > limit || entries.length > 12) total -= entries.pop()?.bytes ?? total;
    return tree;
  };
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Names of every grammar file the table asks for. */
export const grammarNames: readonly string[] = languages.flatMap((language) => language.grammar ?? []);
