/**
 * The names of a file, read from its syntax tree: how often each is used, which are declared, imported or bound there. What a
 * warning says rests on them, so a use whose meaning the text does not show (a member of some object, a key) is none.
 */
import type { Language, LanguageId } from '../../syntax/languages.ts';
import type { SymbolKind } from '../../syntax/policy.ts';
import { symbolNames } from '../../syntax/symbols.ts';
import { byType, fieldOf, isLeaf, type Tree, textOf, typeOf } from '../../syntax/tree.ts';

export interface FileNames {
  /**
   * Names in code outside of imports and comments: how often, declarations included, and where first. What stands behind names
   * has them in front, `fs.readFile`; behind the own object it is `this.run` in every language.
   */
  readonly uses: ReadonlyMap<string, { readonly count: number; readonly first: number }>;
  /** Declared for the file or imported: what a name that stands alone may mean. */
  readonly declared: ReadonlySet<string>;
  /** Declared for a type of it: what is behind `this` may mean it. */
  readonly members: ReadonlySet<string>;
  /** Set on the own object somewhere, `self.size = 0`, and declared nowhere. */
  readonly attributes: ReadonlySet<string>;
  readonly imported: ReadonlySet<string>;
  /** Imports names without naming them. */
  readonly importsAll: boolean;
  /** Names of members, whosoever. */
  readonly behind: ReadonlySet<string>;
  /** Whatever may give a name its meaning somewhere in the file, parameters and local variables included, and how often. */
  readonly bound: ReadonlyMap<string, number>;
}

const identifier = /^[\p{L}_$][\p{L}\p{N}_$]*$/u;
/** Types of leaves that are names, and not words of the language. */
const isNaming = byType((type) => /identifier|name$|^(?:constant|word)$/.test(type));
const binding =
  /param|declarator|import|use_|binding|pattern|_spec|for_|catch|with_item|lambda|let_|assignment|exception_variable|^declaration_command$|^ERROR$/;
const isBinding = byType((type) => binding.test(type));
/** Go: `value, found := …`, `switch value := other.(type)` */
const declaresLeft = byType((type) => /^(?:short_var_declaration|range_clause|type_switch_statement)$/.test(type));
const everything: Partial<Record<LanguageId, RegExp>> = {
  python: /import\s+\*/,
  java: /\.\s*\*/,
  kotlin: /\.\s*\*/,
  rust: /(?:::|[{,])\s*\*/,
  go: /(?:^|[\s(])\.\s*["`]/,
};
const declares = /\b(?:use|mod|fn|struct|enum|trait|type|const|static|let|macro_rules)\b/;
/** Nodes whose field of the like names what is used. */
const isReferring = byType((type) =>
  /invocation|call|access|member|qualified|scoped|selector|reference|jsx|type$/.test(type),
);
const namingFields: ReadonlySet<string> = new Set(['name', 'alias', 'pattern', 'left', 'declarator']);
/** Members of the own type need no `this` there. */
const bareMembers: ReadonlySet<LanguageId> = new Set(['java', 'csharp', 'kotlin', 'c', 'cpp', 'ruby']);
const memberKinds: ReadonlySet<SymbolKind> = new Set(['method', 'field', 'property', 'enumMember', 'constructor']);

export function namesOf(tree: Tree, language: Language): FileNames {
  const uses = new Map<string, { count: number; readonly first: number }>();
  const bound = new Map<string, number>();
  const imported = new Set<string>();
  const behind = new Set<string>();
  const attributes = new Set<string>();
  const imports = new Set(language.imports);
  const atomic = new Set(language.atomic);
  const comments = new Set(language.comments);
  const bind = (name: string) => bound.set(name, (bound.get(name) ?? 0) + 1);
  let importEnd = 0;
  let importsAll = false;
  let macroEnd = 0;
  for (let node = 0; node < tree.size; node++) {
    const type = typeOf(tree, node);
    // Within a string only what is put into it consists of names.
    if (comments.has(type) || (atomic.has(type) && (isLeaf(tree, node) || node < importEnd))) {
      if (node < importEnd && language.id === 'go') {
        const name = /([\p{L}_][\p{L}\p{N}_]*)(?:\/v\d+)?"$/u.exec(textOf(tree, node))?.[1];
        if (name !== undefined) imported.add(name);
      }
      node = (tree.last[node] ?? node + 1) - 1;
      continue;
    }
    // What a macro is given may declare what it names.
    if (type === 'token_tree' && node >= macroEnd && declares.test(textOf(tree, node)))
      macroEnd = tree.last[node] ?? node;
    if (imports.has(type)) {
      importEnd = Math.max(importEnd, tree.last[node] ?? node);
      importsAll ||= everything[language.id]?.test(textOf(tree, node)) ?? false;
    }
    if (!isLeaf(tree, node) || tree.named[node] !== 1 || !isNaming(tree, node)) continue;
    const text = textOf(tree, node);
    if (!identifier.test(text)) continue;
    if (node < importEnd) {
      if (bindsImport(tree, node, language)) imported.add(text);
      continue;
    }
    const parent = tree.parent[node] ?? 0;
    const above = typeOf(tree, parent);
    const key = keyOf(tree, node, language);
    if (key !== text) behind.add(text);
    if (key !== undefined) {
      const known = uses.get(key);
      if (known === undefined) uses.set(key, { count: 1, first: tree.start[node] ?? 0 });
      else known.count++;
    }
    const field = fieldOf(tree, node);
    if (node < macroEnd || isBinding(tree, parent) || (namingFields.has(field) && !isReferring(tree, parent)))
      bind(text);
    // `x => x`
    else if (field === 'parameter') bind(text);
    else if (/^(?:left|alias)$/.test(fieldOf(tree, parent)) && declaresLeft(tree, tree.parent[parent] ?? 0)) bind(text);
    // Kotlin; in C# a type stands there, in its field.
    else if (above === 'variable_declaration' && field === '') bind(text);
    else if (above === 'variable_name' && bindsVariable(tree, parent)) bind(text);
    // `this.size = 0` is where many languages declare a field.
    else if (key !== text && fieldOf(tree, parent) === 'left') {
      bind(text);
      if (key === `this.${text}`) attributes.add(text);
    }
  }
  const declared = new Set(imported);
  const members = new Set<string>();
  for (const { name, kind } of symbolNames(tree, language)) {
    if (!identifier.test(name)) continue;
    const isMember = memberKinds.has(kind);
    if (isMember) members.add(name);
    if (!isMember || bareMembers.has(language.id)) declared.add(name);
    if (kind === 'import') imported.add(name);
  }
  for (const name of [...declared, ...members]) if (!bound.has(name)) bind(name);
  return { uses, declared, members, attributes, imported, importsAll, behind, bound };
}

/** PHP: what a loop, a `catch` or a list of variables fills. */
function bindsVariable(tree: Tree, variable: number): boolean {
  const above = tree.parent[variable] ?? 0;
  const type = typeOf(tree, above);
  if (/^(?:list_literal|catch_clause|foreach_statement)$/.test(type)) return true;
  return type === 'pair' && typeOf(tree, tree.parent[above] ?? 0) === 'foreach_statement';
}

/** Every word outside of imports, strings and comments included: a name that is none of them is not used in any way. */
export function wordsOf(tree: Tree, language: Language): Set<string> {
  const imports = new Set(language.imports);
  let text = '';
  let at = 0;
  for (let node = 0; node < tree.size; node++) {
    if (!imports.has(typeOf(tree, node))) continue;
    text += `${tree.text.slice(at, tree.start[node])} `;
    at = tree.end[node] ?? at;
    node = (tree.last[node] ?? node + 1) - 1;
  }
  return new Set(`${text}${tree.text.slice(at)}`.match(/[\p{L}_$][\p{L}\p{N}_$]*/gu) ?? []);
}

/** What the own object or type is called. */
const own: ReadonlySet<string> = new Set(['this', 'self', 'cls', '$this', 'Self']);
/** Longer chains are not followed to their root. */
const LONGEST = 20;

/** What a name is counted as; undefined where its meaning is not known from here. */
export function keyOf(tree: Tree, node: number, language: Language): string | undefined {
  const { id } = language;
  if (isLabel(tree, node)) return undefined;
  const text = textOf(tree, node);
  // Variables of these languages are never functions or constants.
  if (id === 'bash' || (id === 'php' && typeOf(tree, tree.parent[node] ?? 0) === 'variable_name')) return `$${text}`;
  let start = tree.start[node] ?? 0;
  let at = trimmed(tree.text, start);
  const isMember = () => follows(tree.text, at, id) && isSeparated(tree, node, start, language);
  if (!isMember()) return /^(?:property|field)_identifier$/.test(typeOf(tree, node)) ? undefined : text;
  const names: string[] = [];
  while (isMember()) {
    const end = trimmed(tree.text, beforeSeparator(tree.text, at));
    at = end;
    while (isWord(tree.text.charCodeAt(at - 1))) at--;
    const name = tree.text.slice(at, end);
    if (!identifier.test(name) || names.length === LONGEST) return undefined;
    names.unshift(name);
    start = at;
    at = trimmed(tree.text, at);
  }
  if (tree.text[at - 1] === '#' || tree.text[at - 1] === '@') return undefined;
  return names.length === 1 && own.has(names[0] ?? '') ? `this.${text}` : [...names, text].join('.');
}

/** Whether what comes after `at` is a member of what stands before it. */
function follows(text: string, at: number, id: LanguageId): boolean {
  const [last, before] = [text[at - 1], text[at - 2]];
  if (last === '.') return before !== '.' && id !== 'php';
  if (last === '>') return before === '-' && (id === 'php' || id === 'c' || id === 'cpp');
  return last === '\\' || (last === ':' && before === ':');
}

/** Whether the sign before `start` is code's own: a comment may end in a full stop, and so may a number. */
function isSeparated(tree: Tree, node: number, start: number, { comments }: Language): boolean {
  let leaf = node - 1;
  while (leaf > 0 && !(isLeaf(tree, leaf) && (tree.start[leaf] ?? 0) < start)) leaf--;
  if (/^\.?\d/.test(textOf(tree, leaf))) return false;
  for (let at = leaf; at > 0 && (tree.end[at] ?? 0) <= start; at = tree.parent[at] ?? 0)
    if (comments.includes(typeOf(tree, at))) return false;
  return true;
}

/** Where a `.`, `?.`, `!!.`, `&.`, `->`, `?->`, `\` or `::` begins that ends at `at`, with the space before it. */
function beforeSeparator(text: string, at: number): number {
  const first = at - (text[at - 1] === '.' || text[at - 1] === '\\' ? 1 : 2);
  let start = first;
  while (start > first - 2 && '?!&'.includes(text[start - 1] ?? ' ')) start--;
  return start;
}

function trimmed(text: string, at: number): number {
  let end = at;
  while (end > 0 && /\s/.test(text[end - 1] ?? '')) end--;
  return end;
}

/** Letters beyond ASCII are not told from other signs there: a chain with such is read, or is no name. */
const isWord = (code: number): boolean =>
  (code >= 97 && code <= 122) ||
  (code >= 65 && code <= 90) ||
  (code >= 48 && code <= 57) ||
  code === 95 ||
  code === 36 ||
  code > 127;

const isArguing = byType((type) => /argument|initializer_exp|anonymous_object/.test(type));

/** Names of arguments, properties and labels have nothing to do with what the file declares. */
function isLabel(tree: Tree, node: number): boolean {
  const field = fieldOf(tree, node);
  const parent = tree.parent[node] ?? 0;
  const above = typeOf(tree, parent);
  if (typeOf(tree, node) === 'statement_identifier') return true;
  if (field === 'name' && (above === 'keyword_argument' || above === 'argument')) return true;
  if (field === 'key' && above === 'element_value_pair') return true;
  if (above === 'literal_element' && fieldOf(tree, parent) === 'key') return true;
  // `<link>` is no use of a function of that name.
  if (above.startsWith('jsx_') && /^\p{Ll}/u.test(textOf(tree, node)) && field === 'name') return true;
  const around = above === 'assignment_expression' ? (tree.parent[parent] ?? 0) : parent;
  const end = tree.end[node] ?? 0;
  return isArguing(tree, around) && /^\s*=(?![=>])/.test(tree.text.slice(end, end + 12));
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

/** Import statements by their text without white space; how often in one scope, and where last. */
export function importTexts(
  tree: Tree,
  language: Language,
): Map<string, { readonly count: number; readonly last: number }> {
  const found = new Map<string, { readonly count: number; readonly last: number }>();
  const inScope = new Map<string, number>();
  const imports = new Set(language.imports);
  for (let node = 0; node < tree.size; node++) {
    if (!imports.has(typeOf(tree, node))) continue;
    const text = textOf(tree, node).replace(/\s+/g, ' ').trim();
    const key = `${tree.parent[node] ?? -1}\0${text}`;
    const count = (inScope.get(key) ?? 0) + 1;
    inScope.set(key, count);
    if (count > (found.get(text)?.count ?? 0)) found.set(text, { count, last: tree.start[node] ?? 0 });
    node = (tree.last[node] ?? node + 1) - 1;
  }
  return found;
}
