/**
 * Syntax over web-tree-sitter. Grammars load when first asked for; a wasm tree lives in a
 * `TreeFamily` and is deleted there (the wasm heap never shrinks, and no garbage collector frees it). Trees are cached by
 * text, since the three sides of a file are parsed again and again. Nothing here throws to the caller: a grammar that
 * fails is "no grammar" with a note for `doctor`.
 */
import { join } from 'node:path';
import { Language as Grammar, Parser } from 'web-tree-sitter';
import type { GrammarTables } from './copyTree.ts';
import { type Language, type LanguageId, languages } from './languages.ts';
import { lexicalTokens } from './lexer.ts';
import { parseMarkdown } from './markdown.ts';
import { parseProperties } from './properties.ts';
import type { Version } from './reparse.ts';
import type { Syntax } from './syntax.ts';
import type { Tree } from './tree.ts';
import { Vocabulary } from './treeBuilder.ts';
import { TreeFamily } from './treeFamily.ts';
import { readGrammar, type WasmMemory } from './wasmMemory.ts';
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

interface LoadedGrammar extends GrammarTables {
  readonly name: string;
  readonly grammar: Grammar;
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

/**
 * So many families of texts keep their trees: the versions of a file, what is cut out of it around a conflict, and the same in a second grammar.
 */
const FAMILIES = 3;

/** After so many crashes inside wasm a grammar is left alone. */
const maxFailures = 3;

/** The runtime is one per process: a second `Parser.init` would pull the module from under the first one's trees. */
let runtime: Promise<void> | undefined;

/** The runtime's module object: what `Parser.init` was given, filled by it. */
let memory: WasmMemory = {};

/** Never rejects: without the runtime only our own parsers answer, and `notes` says why. */
export async function loadSyntax(grammarsDir: string, options: SyntaxOptions = {}): Promise<LoadedSyntax> {
  const notes: string[] = [];
  let running = true;
  try {
    if (runtime === undefined) {
      const module = { locateFile: (file: string) => join(grammarsDir, file) };
      memory = module;
      runtime = Parser.init(module);
    }
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
  const sizeLimit = options.sizeLimit ?? 2_000_000;
  const parseCached = cacheTrees(options.cacheBytes ?? 32_000_000, (language, versions) => {
    const { grammar } = language;
    const fitting = versions.filter(({ text }) => text.length <= sizeLimit);
    if (grammar === undefined)
      return byText(fitting, (each) => each.map(({ text }) => ownParsers[language.id]?.(text)));
    const trees = byText(fitting, (each) => parseWith(grammar, each));
    if (language.id !== 'c') return trees;
    // A header may be C++: take the grammar that understands more of it.
    const broken = fitting.filter(({ text }) => (trees.get(text)?.errors ?? 0) > 0);
    for (const [text, other] of byText(broken, (each) => parseWith('cpp', each)))
      if (other !== undefined && other.errors < (trees.get(text)?.errors ?? 0)) trees.set(text, other);
    return trees;
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
    parse: (language, text) => (language === undefined ? undefined : parseCached(language, [{ text }])[0]),
    parseVersions: (language, versions) =>
      language === undefined ? versions.map(() => undefined) : parseCached(language, versions),
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
  /** Those asked last come first. */
  let families: { readonly name: string; readonly family: TreeFamily }[] = [];
  const limit = options.timeLimitMs ?? 1000;
  const familyOf = (name: string, loaded: LoadedGrammar, version: Version, call: object): TreeFamily => {
    const own = families.filter((one) => one.name === name);
    const known = own.find(({ family }) => family.takes(version, call)) ?? own.find(({ family }) => family.isEmpty);
    if (known) families.splice(families.indexOf(known), 1);
    else if (families.length >= FAMILIES) families.pop()?.family.end();
    const found = known ?? { name, family: new TreeFamily(loaded, memory) };
    families.unshift(found);
    return found.family;
  };
  const parseOne = (name: string, version: Version, call: object): Tree | undefined => {
    const loaded = grammars.get(name);
    if (loaded === undefined) return undefined;
    try {
      parser ??= new Parser();
      const running = parser;
      running.setLanguage(loaded.grammar);
      const isOver = stopwatch(limit);
      // Typed as returning nothing, read by the runtime as a boolean: true cancels.
      const progressCallback = (): boolean => isOver();
      const tree = familyOf(name, loaded, version, call).parse(version, call, (text, old) =>
        running.parse(text, old, { progressCallback }),
      );
      if (tree === null) running.reset();
      return tree ?? undefined;
    } catch (error) {
      // A trap inside wasm: the state of the parser and of its trees cannot be trusted any more, the module's can.
      parser = undefined;
      families = [];
      loaded.failures++;
      notes.push(`The ${name} grammar failed on a text of ${version.text.length} units: ${reason(error)}.`);
      if (loaded.failures >= maxFailures) grammars.delete(name);
      return undefined;
    }
  };
  return (name: string, versions: readonly Version[]): (Tree | undefined)[] =>
    versions.map((version) => parseOne(name, version, versions));
}

/**
 * Whether the limit has passed, half of it on the clock and half in processor time: on a busy machine a parse that waits is
 * not a parse that is slow, and the same file should have a tree each time. Four times as much on the clock ends it in any
 * case. The processor's clock costs more than a small parse, so it is not read before the first half is over.
 */
function stopwatch(limit: number): () => boolean {
  const begin = performance.now();
  let used: NodeJS.CpuUsage | undefined;
  return () => {
    const elapsed = performance.now() - begin;
    if (elapsed <= limit / 2) return false;
    used ??= process.cpuUsage();
    const { user, system } = process.cpuUsage(used);
    return elapsed > 4 * limit || (user + system) / 1000 > limit / 2;
  };
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
  const shape = readGrammar(memory, grammar);
  return { name, grammar, vocabulary, shape, types, named, fields, flat, signs, failures: 0 };
}

type Trees = Map<string, Tree | undefined>;

function byText(
  versions: readonly Version[],
  parse: (versions: readonly Version[]) => readonly (Tree | undefined)[],
): Trees {
  const trees = versions.length === 0 ? [] : parse(versions);
  return new Map(versions.map(({ text }, i) => [text, trees[i]]));
}

/** The last few texts and their trees, the newest first, bounded by their bytes. */
function cacheTrees(limit: number, parse: (language: Language, versions: readonly Version[]) => Trees) {
  const entries: { readonly id: LanguageId; readonly text: string; readonly tree: Tree; readonly bytes: number }[] = [];
  let total = 0;
  const find = (language: Language, text: string): Tree | undefined => {
    const at = entries.findIndex((entry) => entry.id === language.id && entry.text === text);
    const [hit] = at >= 0 ? entries.splice(at, 1) : [];
    if (hit !== undefined) entries.unshift(hit);
    return hit?.tree;
  };
  const keep = (language: Language, text: string, tree: Tree | undefined): void => {
    const bytes = text.length * 2 + (tree?.size ?? 0) * 21 + 100;
    if (tree === undefined || bytes > limit) return;
    entries.unshift({ id: language.id, text, tree, bytes });
    total += bytes;
    while (total > limit || entries.length > 12) total -= entries.pop()?.bytes ?? total;
  };
  return (language: Language, versions: readonly Version[]): (Tree | undefined)[] => {
    const found: Trees = new Map();
    const missing: Version[] = [];
    for (const version of versions) {
      if (found.has(version.text)) continue;
      const tree = find(language, version.text);
      found.set(version.text, tree);
      if (tree === undefined) missing.push(version);
    }
    if (missing.length > 0) {
      for (const [text, tree] of parse(language, missing)) {
        found.set(text, tree);
        keep(language, text, tree);
      }
    }
    return versions.map(({ text }) => found.get(text));
  };
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Names of every grammar file the table asks for. */
export const grammarNames: readonly string[] = languages.flatMap((language) => language.grammar ?? []);
