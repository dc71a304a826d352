/**
 * Which names mean something at a hole, by the syntax of Python, Go and Java: what the file, the functions around, its imports and
 * the language bind. A local of another function is nothing there, and neither is what the hole itself is the value of.
 */
import type { LanguageId } from '../../syntax/languages.ts';
import { fieldOf, isLeaf, type Tree, textOf, typeOf } from '../../syntax/tree.ts';
import { PLAIN } from './placeShape.ts';

export interface Scope {
  /** Names in the span of a tree that mean nothing there. */
  readonly unknown: (tree: Tree, start: number, end: number) => readonly string[];
  /** What the buffer binds that can be named at the hole: of each name the innermost binding, the innermost scopes first. */
  readonly bindings: () => readonly VisibleBinding[];
}

export interface VisibleBinding {
  readonly name: string;
  /** The node that binds it, and the scope that it is bound in. */
  readonly whole: number;
  readonly scope: number;
  /** Where the name stands. */
  readonly start: number;
}

interface Rules {
  /** Nodes whose names end with them. */
  readonly scope: RegExp;
  /** Of those, the ones whose functions do not see their names (a class of Python). */
  readonly closed: RegExp;
  readonly builtin: ReadonlySet<string>;
  /** Types are no values: they stand before a dot, a parenthesis or a brace. */
  readonly hasTypeNames: boolean;
  /** Types that the language has, and what must be called. */
  readonly basic: ReadonlySet<string>;
}

const set = (names: string): ReadonlySet<string> => new Set(names.split(' '));

const rulesOf: Partial<Record<LanguageId, Rules>> = {
  python: {
    scope: /^(?:function_definition|class_definition|lambda|\w+_comprehension|generator_expression)$/,
    closed: /^class_definition$/,
    builtin: set(
      'abs all any ascii bin bool bytearray bytes callable chr classmethod complex dict dir divmod enumerate filter float ' +
        'format frozenset getattr globals hasattr hash hex id input int isinstance issubclass iter len list locals map max ' +
        'memoryview min next object oct open ord pow print property range repr reversed round set setattr slice sorted ' +
        'staticmethod str sum super tuple type vars zip Exception ValueError TypeError KeyError IndexError ' +
        'AttributeError RuntimeError OSError StopIteration NotImplementedError NotImplemented Ellipsis __name__ __file__',
    ),
    hasTypeNames: false,
    basic: new Set(),
  },
  go: {
    scope:
      /^(?:function_declaration|method_declaration|func_literal|block|for_statement|if_statement|\w*switch_statement|select_statement|\w+_case)$/,
    closed: /^$/,
    builtin: set('true false nil iota'),
    hasTypeNames: true,
    basic: set(
      'append cap clear close complex copy delete len make max min new panic print println real recover bool byte rune string error any int int8 int16 ' +
        'int32 int64 uint uint8 uint16 uint32 uint64 float32 float64',
    ),
  },
  java: {
    scope:
      /^(?:method_declaration|constructor_declaration|lambda_expression|block|constructor_body|\w*for_statement|try_with_resources_statement|catch_clause|switch_block|class_body|enum_body|interface_body|record_declaration)$/,
    closed: /^$/,
    builtin: set(
      'String Object Integer Long Double Float Boolean Character Byte Short Number Math System Thread Runnable Iterable ' +
        'Comparable StringBuilder Exception RuntimeException IllegalArgumentException IllegalStateException ' +
        'NullPointerException UnsupportedOperationException Error Class Enum Record Void Override',
    ),
    hasTypeNames: true,
    basic: new Set(),
  },
};

interface Bound {
  readonly scope: number;
  /** What binds it: the hole inside of it is its own value. */
  readonly whole: number;
  readonly start: number;
}

/** Undefined for a language whose scopes are not known here. `offset`: of the hole, which holds the plain name. */
export function scopeAt(
  tree: Tree,
  id: LanguageId,
  offset: number,
  beside: (name: string) => boolean,
  /** Whether a name of other files is that of a type. */
  isType: (name: string) => boolean = () => false,
): Scope | undefined {
  const rules = rulesOf[id];
  if (!rules) return undefined;
  const bound = bindings(tree, rules);
  const free = new Set<string>();
  let isOpen = false;
  for (let n = 0; n < tree.size; n++) {
    const type = typeOf(tree, n);
    // What a file calls its package is no value in it.
    if (/^package_(?:declaration|clause)$/.test(type)) {
      n = (tree.last[n] ?? n + 1) - 1;
      continue;
    }
    if (
      type === 'wildcard_import' ||
      (type === 'asterisk' && typeOf(tree, tree.parent[n] ?? 0) === 'import_declaration')
    )
      isOpen = true;
    if (isUse(tree, n) && textOf(tree, n) !== PLAIN && !bound.has(textOf(tree, n))) free.add(textOf(tree, n));
  }
  const around = new Set<number>([0]);
  let innermost = 0;
  for (let n = 1; n < tree.size; n++) {
    const isAround = (tree.start[n] ?? 0) <= offset && offset <= (tree.end[n] ?? 0) && (tree.end[n] ?? 0) > offset;
    if (isAround && rules.scope.test(typeOf(tree, n))) {
      around.add(n);
      innermost = n;
    }
  }
  const sees = (name: string): boolean => {
    const places = bound.get(name);
    if (!places)
      return (
        free.has(name) ||
        rules.builtin.has(name) ||
        rules.basic.has(name) ||
        beside(name) ||
        (isOpen && /^\p{Lu}/u.test(name))
      );
    return rules.builtin.has(name) || rules.basic.has(name) || places.some(isVisible);
  };
  const isVisible = ({ scope, whole, start }: Bound): boolean => {
    if (!around.has(scope)) return false;
    if (scope !== innermost && rules.closed.test(typeOf(tree, scope))) return false;
    if (isOwnValue(tree, whole, offset)) return false;
    // What a file or a class declares is known in the functions before it.
    const isOuter = scope !== innermost && (scope === 0 || /class|body/.test(typeOf(tree, scope)));
    return start < offset || isOuter || isDeclared(typeOf(tree, whole));
  };
  const visible = (): VisibleBinding[] => {
    const found = [...bound].flatMap(([name, places]): VisibleBinding[] => {
      const seen = name === PLAIN ? [] : places.filter(isVisible);
      const inner = seen.reduce((best, each) => (best && best.scope > each.scope ? best : each), seen[0]);
      return inner ? [{ name, ...inner }] : [];
    });
    return found.sort((a, b) => b.scope - a.scope || b.start - a.start);
  };
  // Types and packages lead to something: alone they are no values.
  const isNoValue = (name: string): boolean => {
    const places = bound.get(name);
    if (places) return places.every(({ whole }) => leadsOnly(tree, whole));
    return rules.basic.has(name) || isType(name) || (id === 'java' && /^\p{Lu}.*\p{Ll}/u.test(name));
  };
  return {
    bindings: visible,
    unknown: (given, start, end) => {
      const own = bindings(given, rules, start, end);
      const found: string[] = [];
      for (let n = 0; n < given.size; n++) {
        if ((given.start[n] ?? 0) < start || (given.end[n] ?? 0) > end || !isUse(given, n)) continue;
        const name = textOf(given, n);
        const isBare =
          rules.hasTypeNames && typeOf(given, n) === 'identifier' && !leads(given, n, end) && isNoValue(name);
        if (isBare || (!own.has(name) && !sees(name))) found.push(name);
      }
      return found;
    },
  };
}

/** `u = …` is no value of itself, and neither is `row` in `for row in …`. */
function isOwnValue(tree: Tree, whole: number, offset: number): boolean {
  const type = typeOf(tree, whole);
  const isLoop = /for_statement$/.test(type);
  if (
    !isLoop &&
    !/^(?:assignment|short_var_declaration|variable_declarator|\w+_spec|range_clause|named_expression)$/.test(type)
  )
    return false;
  const body = isLoop ? childNamed(tree, whole, 'body') : undefined;
  const end = body === undefined ? tree.end[whole] : tree.start[body];
  return (tree.start[whole] ?? 0) <= offset && offset < (end ?? 0);
}

const isDeclared = (type: string): boolean =>
  /^(?:function|method)_(?:declaration|definition)$|^(?:class|type)_|^for_in_clause$/.test(type);
const leadsOnly = (tree: Tree, node: number): boolean =>
  /^(?:type_spec|type_alias|(?:class|interface|enum|record|import|constructor)_declaration|import_spec)$/.test(
    typeOf(tree, node),
  );

/** What follows belongs to the name: a member, arguments, fields. */
function leads(tree: Tree, node: number, end: number): boolean {
  return /^\s*(?:\.|\(|\{|::|\[)/.test(tree.text.slice(tree.end[node], end));
}

/** A leaf that means what some binding says: no member, no key, no binding. */
function isUse(tree: Tree, node: number): boolean {
  if (!isLeaf(tree, node) || tree.named[node] !== 1) return false;
  const type = typeOf(tree, node);
  if (type !== 'identifier' && type !== 'type_identifier') return false;
  const parent = tree.parent[node] ?? 0;
  const above = typeOf(tree, parent);
  const field = fieldOf(tree, node);
  if (field === 'attribute' || field === 'field' || (above === 'keyword_argument' && field === 'name')) return false;
  if (above === 'scoped_identifier' && field === 'name') return false;
  if (above === 'method_reference' && (tree.start[node] ?? 0) > (tree.start[parent] ?? 0)) return false;
  if (above === 'method_invocation' && field === 'name') return childNamed(tree, parent, 'object') === undefined;
  // Fields of a struct in Go.
  if (above === 'literal_element' && fieldOf(tree, parent) === 'key') return false;
  return bindingOf(tree, node) === undefined;
}

function childNamed(tree: Tree, node: number, field: string): number | undefined {
  for (let n = node + 1; n < (tree.last[node] ?? 0); n = tree.last[n] ?? n + 1)
    if (fieldOf(tree, n) === field) return n;
  return undefined;
}

const named =
  /^(?:(?:function|class|type|method|const|interface|enum|record|constructor|annotation_type)_(?:definition|declaration|spec|alias)|type_spec|type_alias|var_spec|const_spec|parameter_declaration|variadic_parameter_declaration|default_parameter|typed_default_parameter|named_expression|variable_declarator|formal_parameter|catch_formal_parameter|enhanced_for_statement|resource|instanceof_expression|type_pattern|import_spec|aliased_import|enum_constant)$/;
const leftOf = /^(?:assignment|for_statement|for_in_clause|short_var_declaration|range_clause)$/;
const lists =
  /^(?:parameters|lambda_parameters|inferred_parameters|type_parameters|type_parameter|as_pattern_target|global_statement|import_declaration|import_statement|import_from_statement)$/;

/** The node that binds a name, or undefined. */
function bindingOf(tree: Tree, node: number): number | undefined {
  for (let n = node; n > 0; n = tree.parent[n] ?? 0) {
    const parent = tree.parent[n] ?? 0;
    const above = typeOf(tree, parent);
    const field = fieldOf(tree, n);
    if (named.test(above)) return field === 'name' || field === 'alias' ? parent : undefined;
    if (leftOf.test(above)) return field === 'left' ? parent : undefined;
    if (above === 'type_switch_statement' && field === 'alias') return parent;
    if (above === 'lambda_expression' && field === 'parameters') return parent;
    if (field === 'module_name') return undefined;
    if (lists.test(above)) return parent;
    if (
      !/^(?:pattern_list|tuple_pattern|list_pattern|list_splat_pattern|dictionary_splat_pattern|expression_list|typed_parameter|dotted_name|scoped_identifier|identifier|lambda_parameters)$/.test(
        above,
      )
    )
      return undefined;
    if (above === 'typed_parameter' && field === 'type') return undefined;
  }
  return undefined;
}

function bindings(tree: Tree, rules: Rules, from = 0, to = Number.POSITIVE_INFINITY): Map<string, Bound[]> {
  const found = new Map<string, Bound[]>();
  const add = (name: string, whole: number, node: number): void => {
    const isOutside = /^(?:(?:function|class|type|method|constructor)_|type_spec|interface_|enum_decl|record_)/.test(
      typeOf(tree, whole),
    );
    let scope = isOutside ? (tree.parent[whole] ?? 0) : whole;
    while (scope > 0 && !rules.scope.test(typeOf(tree, scope))) scope = tree.parent[scope] ?? 0;
    const list = found.get(name) ?? [];
    list.push({ scope: Math.max(0, scope), whole, start: tree.start[node] ?? 0 });
    found.set(name, list);
  };
  for (let n = 1; n < tree.size; n++) {
    if ((tree.start[n] ?? 0) < from || (tree.end[n] ?? 0) > to) continue;
    const type = typeOf(tree, n);
    // An import of Go is known by the end of its path.
    if (type === 'import_spec' && childNamed(tree, n, 'name') === undefined)
      add(/([\p{L}\p{N}_]+)(?:[./]v\d+)?["`]$/u.exec(textOf(tree, n))?.[1] ?? '', n, n);
    // A method of Go binds no name.
    if (!isLeaf(tree, n) || !/identifier$/.test(type) || type === 'field_identifier') continue;
    const whole = bindingOf(tree, n);
    if (whole !== undefined) add(textOf(tree, n), whole, n);
  }
  return found;
}
