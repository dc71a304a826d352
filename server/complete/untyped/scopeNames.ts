/**
 * The values that can be named at a hole of Python, Go or Java, by the buffer's syntax: parameters, locals declared above, fields
 * and what the file declares, with the types that are written, and those that follow from what gave the value: a class, a function
 * with a written result, the elements of a list. What is not written is left open; nothing is claimed.
 */
import type { LanguageId } from '../../syntax/languages.ts';
import { languageOf } from '../../syntax/languages.ts';
import type { Syntax } from '../../syntax/syntax.ts';
import { childByField, childrenOf, type Tree, textOf, typeOf } from '../../syntax/tree.ts';
import type { OpenHole } from '../complete.ts';
import type { SymbolRecord } from '../index/indexOutline.ts';
import { goPart, goSignature } from '../providers/goTypes.ts';
import { readerOf } from '../providers/signatureText.ts';
import { scopeAt, type VisibleBinding } from './namesInScope.ts';
import { PLAIN } from './placeShape.ts';

export interface ScopeName {
  readonly name: string;
  /** file: what the file declares outside of functions and is neither a type nor a function. */
  readonly kind: 'parameter' | 'local' | 'field' | 'file' | 'function' | 'type' | 'module';
  /** As written, or as what gave the value is written. */
  readonly type?: string;
}

export interface Surroundings {
  /** Heads of the functions around the hole, from the inside. */
  readonly functions: readonly string[];
  /** The innermost and nearest first. */
  readonly values: readonly ScopeName[];
}

const nothing: Surroundings = { functions: [], values: [] };
const known = new WeakMap<OpenHole, Surroundings>();

/** Longer texts are not worth another parse at each key. */
const LONGEST = 200_000;

export function surroundingsOf(hole: OpenHole, syntax: Syntax | undefined): Surroundings {
  const found = known.get(hole);
  if (found) return found;
  const made = syntax ? read(hole, syntax) : nothing;
  known.set(hole, made);
  return made;
}

function read({ view, workspace }: OpenHole, syntax: Syntax): Surroundings {
  const language = languageOf(view.path);
  if (!language || !typed.has(language.id) || view.text.length > LONGEST) return nothing;
  const text = `${view.text.slice(0, view.offset)}${PLAIN}${view.text.slice(view.suffixOffset)}`;
  const [tree] = syntax.parseVersions(language, [{ text, regions: [] }]);
  const scope = tree && scopeAt(tree, language.id, view.offset, () => false);
  if (!tree || !scope) return nothing;
  const bindings = scope.bindings();
  const declared = (name: string): readonly SymbolRecord[] => {
    const own = view.buffer.symbols.filter((symbol) => symbol.name === name);
    if (own.length > 0) return own;
    const places = workspace.index.symbolsNamed(name);
    return places
      .filter((at) => at.file.family === view.buffer.family && !view.masked(at.file.path))
      .map((at) => at.symbol);
  };
  const types = new Types(tree, language.id, bindings, declared);
  return {
    functions: functionsAround(tree, view.offset),
    values: bindings.map((binding): ScopeName => {
      const type = types.of(binding);
      return { name: binding.name, kind: kindOf(tree, binding), ...(type === undefined ? {} : { type }) };
    }),
  };
}

/** In the language's own order. */
export function declaredText({ name, type }: ScopeName, family: string): string {
  if (type === undefined) return name;
  return family === 'java' ? `${type} ${name}` : family === 'go' ? `${name} ${type}` : `${name}: ${type}`;
}

const typed = new Set<LanguageId>(['python', 'go', 'java']);

const functionNode =
  /^(?:function_definition|lambda|function_declaration|method_declaration|func_literal|constructor_declaration|lambda_expression)$/;

/** Heads of functions in one line each, without bodies. */
function functionsAround(tree: Tree, offset: number): string[] {
  const heads: string[] = [];
  for (let n = 1; n < tree.size; n++) {
    const isAround = (tree.start[n] ?? 0) < offset && offset < (tree.end[n] ?? 0);
    if (!isAround || !functionNode.test(typeOf(tree, n))) continue;
    const body = childByField(tree, n, 'body');
    const head = tree.text.slice(tree.start[n], body === undefined ? tree.end[n] : tree.start[body]);
    // A hole in its own head is none of the body's.
    if (body === undefined || offset < (tree.start[body] ?? 0)) continue;
    heads.unshift(
      head
        .replace(/\s+/g, ' ')
        .replace(/^(?:@\w+(?:\([^()]*\))? )+/, '')
        .replace(/\s*(?::|->|\{)?\s*$/, (end) => (/->/.test(end) ? ' ->' : ''))
        .trim(),
    );
  }
  return heads;
}

function kindOf(tree: Tree, { whole, scope }: VisibleBinding): ScopeName['kind'] {
  const type = typeOf(tree, whole);
  if (/import/.test(type)) return 'module';
  if (/^(?:type_spec|type_alias|(?:class|interface|enum|record)_(?:declaration|definition))$|type_parameter/.test(type))
    return 'type';
  if (/^(?:function|method|constructor)_/.test(type)) return 'function';
  if (/parameter|^lambda_expression$/.test(type)) return 'parameter';
  if (scope === 0) return 'file';
  return /class_body|class_definition|enum_body/.test(typeOf(tree, scope)) ? 'field' : 'local';
}

const collections =
  /^(?:list|List|set|Set|frozenset|Iterable|Iterator|Sequence|Collection|tuple|Tuple)\[\s*(.+?)\s*(?:,\s*\.\.\.)?\]$/;

/** How deep a value is followed to what gave it. */
const DEEPEST = 4;

/** The types of bindings, as the text tells them. */
class Types {
  readonly #tree: Tree;
  readonly #language: LanguageId;
  readonly #bindings: ReadonlyMap<string, VisibleBinding>;
  readonly #declared: (name: string) => readonly SymbolRecord[];

  constructor(
    tree: Tree,
    language: LanguageId,
    bindings: readonly VisibleBinding[],
    declared: (name: string) => readonly SymbolRecord[],
  ) {
    this.#tree = tree;
    this.#language = language;
    this.#bindings = new Map(bindings.map((binding) => [binding.name, binding]));
    this.#declared = declared;
  }

  of({ whole, name, start }: VisibleBinding, depth = 0): string | undefined {
    const tree = this.#tree;
    const kind = typeOf(tree, whole);
    if (depth > DEEPEST || /^(?:class|interface|enum|record|function|method|constructor|import)/.test(kind))
      return undefined;
    const holder = /^variable_declarator$/.test(kind) ? (tree.parent[whole] ?? whole) : this.#parameterAt(whole, start);
    const written = this.#field(holder, 'type');
    if (written !== undefined && written !== 'var') return written;
    const value = childByField(tree, whole, 'value') ?? childByField(tree, whole, 'right');
    if (value === undefined) return undefined;
    if (/^(?:for_statement|for_in_clause)$/.test(kind)) return elementOf(this.#language, this.#valueType(value, depth));
    if (kind === 'range_clause') {
      const given = this.#valueType(value, depth);
      const place = this.#placeIn(childByField(tree, whole, 'left'), name);
      return given === undefined ? undefined : place === 1 ? goPart(given, 'element') : rangeKey(given);
    }
    if (kind === 'short_var_declaration') {
      const left = childByField(tree, whole, 'left');
      const place = this.#placeIn(left, name);
      const values = this.#listed(value);
      const only = values[0];
      return values.length === 1 && only !== undefined
        ? this.#valueType(only, depth, place)
        : this.#valueType(values[place] ?? value, depth);
    }
    return /^(?:assignment|variable_declarator|named_expression|var_spec|const_spec)$/.test(kind)
      ? this.#valueType(value, depth)
      : undefined;
  }

  /** Of lists of parameters the one that a name stands in. */
  #parameterAt(whole: number, start: number): number {
    const tree = this.#tree;
    if (!/^(?:parameters|lambda_parameters)$/.test(typeOf(tree, whole))) return whole;
    return childrenOf(tree, whole).find((n) => (tree.start[n] ?? 0) <= start && start < (tree.end[n] ?? 0)) ?? whole;
  }

  #field(node: number, field: string): string | undefined {
    const at = childByField(this.#tree, node, field);
    return at === undefined ? undefined : textOf(this.#tree, at).replace(/\s+/g, ' ');
  }

  #listed(node: number): number[] {
    return /_list$/.test(typeOf(this.#tree, node))
      ? childrenOf(this.#tree, node).filter((n) => this.#tree.named[n] === 1)
      : [node];
  }

  #placeIn(list: number | undefined, name: string): number {
    return list === undefined
      ? 0
      : Math.max(
          0,
          this.#listed(list).findIndex((n) => textOf(this.#tree, n) === name),
        );
  }

  /** The type of an expression; of a call with several results the one at `place`. */
  #valueType(node: number, depth: number, place = 0): string | undefined {
    const tree = this.#tree;
    const kind = typeOf(tree, node);
    const text = textOf(tree, node);
    const plain = literalType(this.#language, kind, text);
    if (plain !== undefined) return plain;
    if (kind === 'identifier') {
      const binding = this.#bindings.get(text);
      return binding && this.of(binding, depth + 1);
    }
    if (kind === 'object_creation_expression' || kind === 'composite_literal') return this.#field(node, 'type');
    if (kind === 'unary_expression' && text.startsWith('&')) {
      const operand = childByField(tree, node, 'operand');
      const made = operand === undefined ? undefined : this.#valueType(operand, depth);
      return made && `*${made}`;
    }
    const callee =
      kind === 'method_invocation'
        ? this.#field(node, 'name')
        : /^call/.test(kind)
          ? this.#field(node, 'function')
          : undefined;
    return callee === undefined ? undefined : this.#resultOf(callee, place);
  }

  #resultOf(callee: string, place: number): string | undefined {
    const name = /[\p{L}_][\p{L}\p{N}_]*$/u.exec(callee)?.[0];
    if (name === undefined) return undefined;
    const symbols = this.#declared(name);
    if (this.#language === 'python' && symbols.some(({ kind }) => kind === 'type')) return name;
    const results = new Set(
      symbols.filter(({ header }) => header.includes('(')).map(({ header }) => resultIn(this.#language, header, place)),
    );
    const [only] = results;
    return results.size === 1 ? only : undefined;
  }
}

function resultIn(language: LanguageId, header: string, place: number): string | undefined {
  if (language === 'go') return goSignature(header)?.results[place];
  return place > 0 ? undefined : readerOf(language === 'java' ? 'java' : 'python').result(header);
}

function literalType(language: LanguageId, kind: string, text: string): string | undefined {
  if (/string|char_literal|rune/.test(kind))
    return { python: 'str', go: 'string', java: 'String' }[language as 'python'];
  if (/^(?:integer|int_literal|decimal_integer_literal)$/.test(kind)) return 'int';
  if (/^(?:float|float_literal|decimal_floating_point_literal)$/.test(kind))
    return language === 'go' ? 'float64' : language === 'java' ? 'double' : 'float';
  if (/^(?:true|false|True|False)$/.test(text)) return language === 'java' ? 'boolean' : 'bool';
  return undefined;
}

/** What a loop over a value of a type gives. */
function elementOf(language: LanguageId, type: string | undefined): string | undefined {
  if (type === undefined || language !== 'python') return undefined;
  return collections.exec(type)?.[1];
}

const rangeKey = (type: string): string | undefined => (type.startsWith('map') ? goPart(type, 'key') : 'int');
