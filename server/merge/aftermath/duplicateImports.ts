/**
 * Local names that two imports of one scope bind. Compilers refuse that; in Python the later one silently wins. A union of both sides' imports can do it although each statement is fine alone.
 */
import type { Language, LanguageId } from '../../syntax/languages.ts';
import { byType, childByField, childrenOf, fieldOf, type Tree, textOf, typeOf } from '../../syntax/tree.ts';
import { type Binding, bindingReaders, type Read } from './importBindings.ts';

/** Names of imports that are bound before in the same scope, once for each time too many. */
export function duplicateImports(tree: Tree, language: Language): string[] {
  const readerOf = readerOfType[language.id];
  if (readerOf === undefined) return [];
  const seen = new Map<string, string>();
  const found: string[] = [];
  for (let node = 0; node < tree.size; node++) {
    const read = readerOf(tree, node);
    if (read === undefined) continue;
    for (const { name, key: own = name, source } of read(tree, node)) {
      const key = `${tree.parent[node] ?? -1}\0${own}`;
      const known = seen.get(key);
      // To import one thing twice is an error in some languages, and idle in the others.
      if (known !== undefined && (known !== source || refusesRepeats.has(language.id))) found.push(name);
      seen.set(key, source);
    }
  }
  return found;
}

const refusesRepeats: ReadonlySet<LanguageId> = new Set<LanguageId>([
  'typescript',
  'tsx',
  'javascript',
  'rust',
  'php',
  'csharp',
]);

const textAt = (tree: Tree, node: number | undefined): string => (node === undefined ? '' : textOf(tree, node));

const ecmaImport: Read = (tree, node) => {
  const source = textAt(tree, childByField(tree, node, 'source'));
  const found: Binding[] = [];
  const add = (name: string, of: string) => found.push({ name, source: `${source} ${of}` });
  const clause = childrenOf(tree, node).find((child) => typeOf(tree, child) === 'import_clause');
  for (const child of clause === undefined ? [] : childrenOf(tree, clause)) {
    const type = typeOf(tree, child);
    if (type === 'identifier') add(textOf(tree, child), 'default');
    const parts = type === 'namespace_import' || type === 'named_imports' ? childrenOf(tree, child) : [];
    for (const part of parts) {
      if (typeOf(tree, part) === 'identifier') add(textOf(tree, part), '*');
      if (typeOf(tree, part) !== 'import_specifier') continue;
      const name = childByField(tree, part, 'name');
      add(textAt(tree, childByField(tree, part, 'alias') ?? name), textAt(tree, name));
    }
  }
  return found;
};

/** `import a.b` binds `a`, whatever follows; `import a.b as c` binds `c` to the inner one. */
const pythonImport: Read = (tree, node) => {
  const module = childByField(tree, node, 'module_name');
  const from = module === undefined ? '' : `${textOf(tree, module)} `;
  return childrenOf(tree, node).flatMap((child): Binding[] => {
    if (fieldOf(tree, child) !== 'name') return [];
    const alias = childByField(tree, child, 'alias');
    const path = textAt(tree, alias === undefined ? child : childByField(tree, child, 'name'));
    if (alias !== undefined) return [{ name: textOf(tree, alias), source: from + path }];
    const name = from === '' ? (path.split('.')[0] ?? path) : path;
    return [{ name, source: from + name }];
  });
};

/** Static imports may share a name: methods overload. */
const javaImport: Read = (tree, node) => {
  const match = /^import\s+([\w.$\s]+?)\s*;$/.exec(textOf(tree, node));
  const path = (match?.[1] ?? '').replace(/\s*\.\s*/g, '.');
  const name = path.split('.').at(-1) ?? '';
  return path === '' || /\s/.test(path) ? [] : [{ name, source: path }];
};

const ecma = { import_statement: ecmaImport };
const readers = (of: Readonly<Record<string, Read>>) =>
  byType((type) => (Object.hasOwn(of, type) ? of[type] : undefined));
const readerOfType: Partial<Record<LanguageId, (tree: Tree, node: number) => Read | undefined>> = {
  typescript: readers(ecma),
  tsx: readers(ecma),
  javascript: readers(ecma),
  python: readers({ import_statement: pythonImport, import_from_statement: pythonImport }),
  java: readers({ import_declaration: javaImport }),
  rust: readers(bindingReaders.rust),
  go: readers(bindingReaders.go),
  kotlin: readers(bindingReaders.kotlin),
  php: readers(bindingReaders.php),
  csharp: readers(bindingReaders.csharp),
};
