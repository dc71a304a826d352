/** The names of a file, read from its syntax tree: how often each is used, which are declared, imported or bound there. */
import type { Language } from '../syntax/languages.ts';
import { symbolsOf } from '../syntax/symbols.ts';
import { fieldOf, isLeaf, type Tree, textOf, typeOf } from '../syntax/tree.ts';

export interface FileNames {
  /** Names in code outside of imports, comments and strings: how often, declarations included, and where first. */
  readonly uses: ReadonlyMap<string, { readonly count: number; readonly first: number }>;
  /** Declared for the file or a type of it, or imported. */
  readonly declared: ReadonlySet<string>;
  readonly imported: ReadonlySet<string>;
  /** Whatever may give a name its meaning somewhere in the file, parameters and local variables included. */
  readonly bound: ReadonlySet<string>;
}

const identifier = /^[\p{L}_$][\p{L}\p{N}_$]*$/u;
/** Types of leaves that are names, and not words of the language. */
const naming = /identifier|name$|^(?:constant|word)$/;
const binds = /param|declarator|import|use_|binding|pattern|_spec|for_|catch|with_item|lambda|let_|assignment/;
/** Nodes whose field of the like names what is used. */
const refers = /invocation|call|access|member|qualified|scoped|selector|reference|jsx|type$/;
const namingFields: ReadonlySet<string> = new Set(['name', 'alias', 'pattern', 'left']);

export function namesOf(tree: Tree, language: Language): FileNames {
  const uses = new Map<string, { count: number; readonly first: number }>();
  const bound = new Set<string>();
  const imported = new Set<string>();
  const imports = new Set(language.imports);
  const skipped = new Set([...language.atomic, ...language.comments]);
  let importEnd = 0;
  for (let node = 0; node < tree.size; node++) {
    const type = typeOf(tree, node);
    if (skipped.has(type)) {
      if (node < importEnd && language.id === 'go') {
        const name = /([\p{L}_][\p{L}\p{N}_]*)(?:\/v\d+)?"$/u.exec(textOf(tree, node))?.[1];
        if (name !== undefined) imported.add(name);
      }
      node = (tree.last[node] ?? node + 1) - 1;
      continue;
    }
    if (imports.has(type)) importEnd = Math.max(importEnd, tree.last[node] ?? node);
    if (!isLeaf(tree, node) || tree.named[node] !== 1) continue;
    const text = textOf(tree, node);
    if (!naming.test(type) || !identifier.test(text)) continue;
    if (node < importEnd) {
      if (bindsImport(tree, node, language)) imported.add(text);
      continue;
    }
    const known = uses.get(text);
    if (known === undefined) uses.set(text, { count: 1, first: tree.start[node] ?? 0 });
    else known.count++;
    const above = typeOf(tree, tree.parent[node] ?? 0);
    if (binds.test(above) || (namingFields.has(fieldOf(tree, node)) && !refers.test(above))) bound.add(text);
  }
  const declared = new Set(imported);
  for (const { name, kind } of symbolsOf(tree, language)) {
    if (!identifier.test(name)) continue;
    declared.add(name);
    if (kind === 'import') imported.add(name);
  }
  for (const name of declared) bound.add(name);
  return { uses, declared, imported, bound };
}

/** The last name of a path that is imported; a namespace (C#) binds no name that can be told. */
function bindsImport(tree: Tree, node: number, language: Language): boolean {
  if (language.id === 'csharp' || language.id === 'c' || language.id === 'cpp') return false;
  // These say which names they bind in their tables of definitions.
  if (language.id === 'python' || language.id === 'typescript' || language.id === 'tsx' || language.id === 'javascript')
    return false;
  const after = tree.text.slice(tree.end[node] ?? 0, (tree.end[node] ?? 0) + 12);
  return !/^\s*(?:\.|::|\\|as\b)/.test(after);
}

/** Import statements by their text without white space; how often, and where last. */
export function importTexts(
  tree: Tree,
  language: Language,
): Map<string, { readonly count: number; readonly last: number }> {
  const found = new Map<string, { readonly count: number; readonly last: number }>();
  const imports = new Set(language.imports);
  for (let node = 0; node < tree.size; node++) {
    if (!imports.has(typeOf(tree, node))) continue;
    const text = textOf(tree, node).replace(/\s+/g, ' ').trim();
    found.set(text, { count: (found.get(text)?.count ?? 0) + 1, last: tree.start[node] ?? 0 });
    node = (tree.last[node] ?? node + 1) - 1;
  }
  return found;
}
