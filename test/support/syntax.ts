/**
 * Grammars for tests, whether or not `grammars/` has been built: the wasm files are gathered once from the packages into a
 * cache beside them, each by an atomic rename, as test files run side by side (and a build may be rewriting `grammars/`).
 */
import { copyFileSync, existsSync, mkdirSync, renameSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect } from 'vitest';
import type { Language, LanguageId } from '../../server/syntax/languages.ts';
import { languages } from '../../server/syntax/languages.ts';
import { leavesOf, type Tree, typeOf } from '../../server/syntax/tree.ts';
import { grammarNames, type LoadedSyntax, loadSyntax } from '../../server/syntax/treeSitter.ts';

const modules = resolve(import.meta.dirname, '../../node_modules');

export function grammarsDir(): string {
  const folder = join(modules, '.cache/mortise-grammars');
  mkdirSync(folder, { recursive: true });
  for (const file of ['web-tree-sitter.wasm', ...grammarNames.map((name) => `tree-sitter-${name}.wasm`)]) {
    const target = join(folder, file);
    if (existsSync(target)) continue;
    const temporary = `${target}.${process.pid}.tmp`;
    copyFileSync(sourceOf(file), temporary);
    renameSync(temporary, target);
  }
  return folder;
}

function sourceOf(file: string): string {
  const name = file.replace(/\.wasm$/, '');
  const folders = ['@vscode/tree-sitter-wasm/wasm', `@tree-sitter-grammars/${name}`, name];
  const found = folders.map((folder) => join(modules, folder, file)).find((path) => existsSync(path));
  if (found === undefined) throw new Error(`no package holds ${file}; run npm ci`);
  return found;
}

export function languageById(id: LanguageId): Language {
  const language = languages.find((each) => each.id === id);
  if (language === undefined) throw new Error(`no language ${id}`);
  return language;
}

let shared: Promise<LoadedSyntax> | undefined;

/** One syntax for a test file, with these languages ready (all when none is named). */
export async function testSyntax(...ids: LanguageId[]): Promise<LoadedSyntax> {
  shared ??= loadSyntax(grammarsDir());
  const syntax = await shared;
  for (const id of ids.length > 0 ? ids : languages.map((each) => each.id)) await syntax.ready(languageById(id));
  return syntax;
}

/** Parse or fail the test. */
export async function parseTree(id: LanguageId, text: string): Promise<Tree> {
  const tree = (await testSyntax(id)).parse(languageById(id), text);
  if (tree === undefined) throw new Error(`no tree for ${id}`);
  return tree;
}

/** The invariants of tree.ts, and that leaves and the white space between them are the text. */
export function checkTree(tree: Tree): void {
  let at = 0;
  for (const leaf of leavesOf(tree)) {
    const start = tree.start[leaf] ?? 0;
    if (start < at) expect.fail(`leaf ${leaf} (${typeOf(tree, leaf)}) begins before the one before it ends`);
    if (start > at && tree.text.slice(at, start).trim() !== '')
      expect.fail(`text in no leaf at ${at}: ${tree.text.slice(at, start)}`);
    at = tree.end[leaf] ?? 0;
  }
  expect(tree.text.slice(at).trim()).toBe('');
  for (let n = 1; n < tree.size; n++) {
    const parent = tree.parent[n] ?? -1;
    const inside =
      parent < n &&
      n < (tree.last[parent] ?? 0) &&
      (tree.last[n] ?? 0) <= (tree.last[parent] ?? 0) &&
      (tree.start[n] ?? 0) >= (tree.start[parent] ?? 0) &&
      (tree.end[n] ?? 0) <= (tree.end[parent] ?? 0);
    if (!inside) expect.fail(`node ${n} (${typeOf(tree, n)}) leaves its parent`);
  }
}
