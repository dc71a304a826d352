/**
 * Trees are read out of the parser's memory (copyTree.ts). Here every language's sample, sound and broken, is read a second
 * time through tree-sitter's public cursor: both must give the same arrays.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { Language as Grammar, Parser, type TreeCursor, type Tree as WasmTree } from 'web-tree-sitter';
import { type Language, languages } from '../../server/syntax/languages.ts';
import type { Tree } from '../../server/syntax/tree.ts';
import { TreeBuilder, Vocabulary } from '../../server/syntax/treeBuilder.ts';
import { type LoadedSyntax, loadSyntax } from '../../server/syntax/treeSitter.ts';
import { runs } from '../support/runs.ts';
import { grammarsDir } from '../support/syntax.ts';

const withGrammar = languages.filter((language) => language.grammar !== undefined && language.id !== 'c');

let syntax: LoadedSyntax;
beforeAll(async () => {
  syntax = await loadSyntax(grammarsDir(), { cacheBytes: 0 });
  for (const language of withGrammar) await syntax.ready(language);
});

function sampleOf(language: Language): string {
  const folder = join(import.meta.dirname, '../fixtures/syntax', language.id);
  const file = readdirSync(folder).find((name) => name.startsWith('sample.')) ?? 'missing';
  return readFileSync(join(folder, file), 'utf8');
}

/** Pre-order through the cursor; numbers of types are of a vocabulary of its own, so names are compared. */
function throughCursor(wasm: WasmTree, text: string, flattened: readonly string[]): Tree {
  const cursor = wasm.walk();
  try {
    return readThrough(cursor, text, flattened, !wasm.rootNode.hasError);
  } finally {
    // A cursor left to the garbage collector frees what is not its own (web-tree-sitter 0.27), and the memory is broken.
    cursor.delete();
  }
}

function readThrough(cursor: TreeCursor, text: string, flattened: readonly string[], intact: boolean): Tree {
  const vocabulary = new Vocabulary();
  const builder = new TreeBuilder(text, vocabulary);
  const shown: { readonly type: string; readonly end: number }[] = [];
  for (;;) {
    const { nodeType: name, startIndex: start, nodeIsNamed: isNamed } = cursor;
    // A type without a name (Go's end of a file) is called an error by the runtime, too: its number tells.
    const isError = cursor.nodeTypeId === 65535;
    const type = vocabulary.type(name, isNamed || isError);
    // The copy gives a bracket no field, enters no sign, and takes it for as long as it is written.
    const isSign = intact && !isNamed && /^[^\w\s]+$/.test(name) && text.startsWith(name, start);
    const end = isSign ? start + name.length : cursor.endIndex;
    const field = isSign && '(){}[],;:.'.includes(name) ? 0 : vocabulary.field(cursor.currentFieldName ?? '');
    const isFlat = flattened.includes(name) && shown.at(-1)?.type === name;
    if (!isSign && cursor.gotoFirstChild()) {
      if (!isFlat) builder.open(type, start, field, isNamed || isError ? 1 : 0, isError ? 1 : 0);
      shown.push({ type: name, end: isFlat ? -1 : end });
      continue;
    }
    const missing = start === end && cursor.nodeIsMissing;
    if (shown.length === 0) builder.open(type, 0, 0, 1, isError ? 1 : 0);
    else builder.leaf(type, start, end, field, isNamed || isError ? 1 : 0, isError || missing ? 1 : 0);
    while (!cursor.gotoNextSibling()) {
      const around = shown.pop();
      if (around === undefined || !cursor.gotoParent()) return builder.finish();
      if (shown.length > 0 && around.end >= 0) builder.close(around.end);
    }
  }
}

const readable = (tree: Tree | undefined) =>
  tree && {
    errors: tree.errors,
    nodes: Array.from({ length: tree.size }, (_, n) =>
      [
        tree.typeNames[tree.type[n] ?? 0],
        tree.fieldNames[tree.field[n] ?? 0],
        ...[tree.start, tree.end, tree.parent, tree.last, tree.named, tree.error].map((part) => part[n]),
      ].join(' '),
    ),
  };

describe('a tree read out of memory', () => {
  it.each(withGrammar)('is what the cursor shows: $name', async (language) => {
    const grammar = await Grammar.load(join(grammarsDir(), `tree-sitter-${language.grammar}.wasm`));
    const parser = new Parser();
    parser.setLanguage(grammar);
    const check = (text: string) => {
      const wasm = parser.parse(text);
      if (wasm === null) throw new Error('no tree');
      try {
        const expected = throughCursor(wasm, text, language.flatten ?? []);
        expect(readable(syntax.parse(language, text))).toEqual(readable(expected));
      } finally {
        wasm.delete();
      }
    };
    const sample = sampleOf(language);
    check(sample);
    const cut = fc.tuple(fc.nat(sample.length), fc.nat(200), fc.constantFrom('', '(', '}', '"', ' = é𝄞', '\n\n'));
    fc.assert(
      fc.property(cut, ([at, length, added]) => check(sample.slice(0, at) + added + sample.slice(at + length))),
      { ...runs(), numRuns: 25 },
    );
    parser.delete();
  });
});
