/**
 * Names that nothing in the file gives a meaning where they are used, by the scopes of the language: after a merge, a parameter or
 * a local variable that one side renamed and the other used anew. Of TypeScript, JavaScript and Python; a file with errors, or
 * one that imports names without naming them, is not read.
 */
import type { Language, LanguageId } from '../../syntax/languages.ts';
import { fieldOf, isLeaf, type Tree, textOf, typeOf } from '../../syntax/tree.ts';
import { keyOf } from './fileNames.ts';

export interface Unbound {
  /** The first use of each in the file. */
  readonly uses: ReadonlyMap<string, number>;
  /** Names of which cannot be told what gives them a meaning. */
  readonly open: ReadonlySet<string>;
  /** How often each name is bound, wherever. */
  readonly bound: ReadonlyMap<string, number>;
}

export function unboundNames(tree: Tree, language: Language): Unbound | undefined {
  const rules = rulesOf[language.id];
  if (rules === undefined || tree.errors > 0) return undefined;
  const scopeOf = new Int32Array(tree.size);
  const inScope = new Map<number, Set<string>>();
  const uses: { readonly name: string; readonly node: number }[] = [];
  const bound = new Map<string, number>();
  const open = new Set<string>();
  for (let node = 0; node < tree.size; node++) {
    const parent = tree.parent[node] ?? -1;
    const type = typeOf(tree, node);
    scopeOf[node] = parent < 0 || rules.scope.test(typeOf(tree, parent)) ? Math.max(parent, 0) : (scopeOf[parent] ?? 0);
    if (type === 'wildcard_import') return undefined;
    if (!isLeaf(tree, node) || tree.named[node] !== 1 || !rules.name.test(type)) continue;
    const name = textOf(tree, node);
    const role = rules.role(tree, node);
    if (role === 'open') open.add(name);
    else if (role === 'use') {
      if (keyOf(tree, node, language) === name) uses.push({ name, node });
    } else if (role !== 'other') {
      const scope = ownerOf(tree, node, role, scopeOf, rules);
      const names = inScope.get(scope);
      if (names === undefined) inScope.set(scope, new Set([name]));
      else names.add(name);
      bound.set(name, (bound.get(name) ?? 0) + 1);
    }
  }
  const found = new Map<string, number>();
  for (const { name, node } of uses) {
    if (found.has(name) || open.has(name) || isBound(tree, name, node, scopeOf, inScope, rules)) continue;
    found.set(name, tree.start[node] ?? 0);
  }
  return { uses: found, open, bound };
}

/** Whose names a name joins: of the scope it stands in, of the function around, or of what is outside of the thing it names. */
function ownerOf(tree: Tree, node: number, role: Binding, scopeOf: Int32Array, rules: Rules): number {
  let scope = scopeOf[node] ?? 0;
  if (role === 'outside' || role === 'function outside') scope = scopeOf[scope] ?? 0;
  if (role === 'function' || role === 'function outside')
    while (scope > 0 && !rules.functionLike.test(typeOf(tree, scope))) scope = scopeOf[scope] ?? 0;
  return scope;
}

function isBound(
  tree: Tree,
  name: string,
  node: number,
  scopeOf: Int32Array,
  inScope: ReadonlyMap<number, ReadonlySet<string>>,
  rules: Rules,
): boolean {
  let scope = scopeOf[node] ?? 0;
  for (let inner = true; ; inner = false) {
    // Functions within a class of Python do not see its names.
    const isSeen = inner || !rules.closed.test(typeOf(tree, scope));
    if (isSeen && inScope.get(scope)?.has(name)) return true;
    if (scope === 0) return false;
    scope = scopeOf[scope] ?? 0;
  }
}

/** `open`: what the name means cannot be told, so nothing is said of it. */
type Binding = 'here' | 'outside' | 'function' | 'function outside';
type Role = Binding | 'use' | 'other' | 'open';

interface Rules {
  readonly scope: RegExp;
  readonly functionLike: RegExp;
  readonly closed: RegExp;
  /** Leaves that are names. */
  readonly name: RegExp;
  readonly role: (tree: Tree, node: number) => Role;
}

// --------------------------------------------------------------------------------------------- TypeScript and JavaScript

const ecmaFunction =
  /^(?:(?:generator_)?function(?:_declaration|_expression|_signature|_type)?|generator_function|arrow_function|method_definition|(?:abstract_)?method_signature|call_signature|construct_signature|constructor_type|class_static_block)$/;
const ecmaNamed = /^(?:(?:abstract_)?class(?:_declaration)?|interface_declaration|type_alias_declaration)$/;
const ecmaBlock =
  /^(?:statement_block|for_statement|for_in_statement|switch_body|catch_clause|mapped_type_clause|index_signature|conditional_type)$/;
const never = /^(?!)/;

const ecma: Rules = {
  scope: new RegExp(`${ecmaFunction.source}|${ecmaNamed.source}|${ecmaBlock.source}`),
  functionLike: ecmaFunction,
  closed: never,
  name: /^(?:identifier|type_identifier|shorthand_property_identifier(?:_pattern)?)$/,
  role: ecmaRole,
};

function ecmaRole(tree: Tree, leaf: number): Role {
  let node = leaf;
  let parent = tree.parent[node] ?? 0;
  let above = typeOf(tree, parent);
  while (isPattern(tree, node, above)) {
    node = parent;
    parent = tree.parent[node] ?? 0;
    above = typeOf(tree, parent);
  }
  const field = fieldOf(tree, node);
  switch (above) {
    case 'variable_declarator':
      if (field !== 'name') return 'use';
      return typeOf(tree, tree.parent[parent] ?? 0) === 'variable_declaration' ? 'function' : 'here';
    case 'required_parameter':
    case 'optional_parameter':
      return field === 'pattern' || field === 'name' || field === '' ? 'here' : 'use';
    case 'formal_parameters':
    case 'type_parameter':
      return above === 'formal_parameters' || field === 'name' ? 'here' : 'use';
    case 'arrow_function':
    case 'catch_clause':
      return field === 'parameter' ? 'here' : 'use';
    case 'for_in_statement':
      if (field !== 'left') return 'use';
      return forKind(tree, parent);
    case 'function_declaration':
    case 'generator_function_declaration':
    case 'function_signature':
      return field === 'name' ? 'function outside' : 'use';
    case 'function_expression':
    case 'generator_function':
    case 'class':
      return field === 'name' ? 'here' : 'use';
    case 'class_declaration':
    case 'abstract_class_declaration':
    case 'interface_declaration':
    case 'type_alias_declaration':
      return field === 'name' ? 'outside' : 'use';
    case 'enum_declaration':
    case 'internal_module':
    case 'module':
      return field === 'name' ? 'here' : 'use';
    case 'import_specifier':
      return field === 'alias' || tree.last[parent] === leaf + 1 ? 'here' : 'other';
    case 'import_clause':
    case 'namespace_import':
    case 'import_require_clause':
    case 'import_alias':
      return 'here';
    case 'mapped_type_clause':
    case 'index_signature':
      return field === 'name' ? 'here' : 'use';
    case 'infer_type':
    case 'namespace_export':
    case 'export_specifier':
    case 'global':
      return 'open';
    default:
      return 'use';
  }
}

/** Whether a name in this place is what a pattern binds, and not what it is filled with. */
function isPattern(tree: Tree, node: number, above: string): boolean {
  if (above === 'pair_pattern') return fieldOf(tree, node) === 'value';
  if (above === 'assignment_pattern' || above === 'object_assignment_pattern') return fieldOf(tree, node) === 'left';
  return above === 'object_pattern' || above === 'array_pattern' || above === 'rest_pattern';
}

function forKind(tree: Tree, loop: number): Role {
  for (let n = loop + 1; n < (tree.last[loop] ?? 0); n = tree.last[n] ?? tree.size)
    if (fieldOf(tree, n) === 'kind') return textOf(tree, n) === 'var' ? 'function' : 'here';
  return 'use';
}

// ---------------------------------------------------------------------------------------------------------------- Python

const pythonFunction = /^(?:function_definition|lambda)$/;

const python: Rules = {
  scope: /^(?:function_definition|lambda|class_definition|(?:list|set|dictionary)_comprehension|generator_expression)$/,
  functionLike: pythonFunction,
  closed: /^class_definition$/,
  name: /^identifier$/,
  role: pythonRole,
};

function pythonRole(tree: Tree, leaf: number): Role {
  let node = leaf;
  let parent = tree.parent[node] ?? 0;
  let above = typeOf(tree, parent);
  while (/^(?:pattern_list|tuple_pattern|list_pattern|list_splat_pattern|dictionary_splat_pattern)$/.test(above)) {
    node = parent;
    parent = tree.parent[node] ?? 0;
    above = typeOf(tree, parent);
  }
  const field = fieldOf(tree, node);
  switch (above) {
    case 'assignment':
    case 'augmented_assignment':
    case 'for_statement':
    case 'for_in_clause':
      return field === 'left' ? 'here' : 'use';
    case 'parameters':
    case 'lambda_parameters':
    case 'as_pattern_target':
      return 'here';
    case 'default_parameter':
    case 'typed_default_parameter':
      return field === 'name' ? 'here' : 'use';
    case 'typed_parameter':
      return field === 'type' ? 'use' : 'here';
    case 'function_definition':
    case 'class_definition':
      return field === 'name' ? 'outside' : 'use';
    case 'dotted_name':
    case 'aliased_import':
      return importedName(tree, leaf, parent);
    case 'named_expression':
      return field === 'name' ? 'open' : 'use';
    case 'global_statement':
    case 'nonlocal_statement':
      return 'open';
    default:
      return outerRole(tree, leaf);
  }
}

function importedName(tree: Tree, leaf: number, parent: number): Role {
  const above = typeOf(tree, tree.parent[parent] ?? 0);
  if (typeOf(tree, parent) === 'aliased_import') return fieldOf(tree, leaf) === 'alias' ? 'here' : 'other';
  if (above === 'aliased_import' || fieldOf(tree, parent) === 'module_name' || above === 'relative_import')
    return 'other';
  if (!above.startsWith('import')) return 'open';
  return tree.parent[leaf - 1] === parent ? 'other' : 'here';
}

/** Patterns of `match` and parameters of types bind in ways of their own; `with` has tuples that are no patterns. */
function outerRole(tree: Tree, leaf: number): Role {
  let node = tree.parent[leaf] ?? -1;
  for (let up = 0; node > 0 && up < 12; up++, node = tree.parent[node] ?? -1) {
    const type = typeOf(tree, node);
    if (type === 'as_pattern_target') return 'here';
    if (/^(?:case_|type_parameter|type_alias)/.test(type)) return 'open';
    if (type === 'block' || type === 'call') return 'use';
  }
  return 'use';
}

/** Whether the scopes of a language are known. */
export const hasScopes = ({ id }: Language): boolean => rulesOf[id] !== undefined;

const rulesOf: Partial<Record<LanguageId, Rules>> = { typescript: ecma, tsx: ecma, javascript: ecma, python };
