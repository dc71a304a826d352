/**
 * What a file defines, and how to cut it into pieces that make sense alone: both read from a tree and the language's table
 * of definitions. Completion shows symbols as context and retrieves chunks; merging looks for duplicates among them.
 */
import type { Span } from '../text/span.ts';
import type { Language } from './languages.ts';
import { type Definition, follow, type SymbolKind, unquote } from './policy.ts';
import { byType, childrenOf, fieldOf, isLeaf, type Tree, textOf, typeOf } from './tree.ts';

export interface SymbolEntry {
  readonly name: string;
  readonly kind: SymbolKind;
  /** The whole definition. */
  readonly span: Span;
  readonly nameSpan: Span;
  /** One line: the definition without its body. */
  readonly signature: string;
  /** Names of what it stands in, outermost first: `['Store', 'read']` for a function within the method `Store.read`. */
  readonly container: readonly string[];
}

const types: ReadonlySet<SymbolKind> = new Set(['class', 'interface', 'enum', 'struct', 'trait', 'impl']);
const callables: ReadonlySet<SymbolKind> = new Set(['function', 'method', 'constructor']);
const values: ReadonlySet<SymbolKind> = new Set(['variable', 'constant', 'property', 'field']);
const functionValues = new Set([
  'arrow_function',
  'function_expression',
  'generator_function',
  'lambda',
  'func_literal',
]);
const longestSignature = 300;
/** A value up to this long stays in the signature of its variable. */
const shortValue = 60;

interface OpenSymbol {
  readonly name: string;
  readonly kind: SymbolKind;
  readonly last: number;
}

/** A definition while the tree is read. */
interface Defined {
  readonly node: number;
  readonly nameNode: number;
  readonly name: string;
  readonly kind: SymbolKind;
  readonly definition: Definition;
}

/** In order of their beginning. Variables within functions are left out: they say nothing to the rest of the file. */
export function symbolsOf(tree: Tree, language: Language): SymbolEntry[] {
  const found: SymbolEntry[] = [];
  eachSymbol(tree, language, ({ node, nameNode, name, kind, definition }, open) => {
    found.push({
      name,
      kind,
      span: spanOf(tree, node),
      nameSpan: spanOf(tree, nameNode),
      signature: signatureText(definition, kind, tree, node),
      container: open.map((each) => each.name),
    });
  });
  return found;
}

/** The same for who asks for no more of them. */
export function symbolNames(tree: Tree, language: Language): Pick<SymbolEntry, 'name' | 'kind'>[] {
  const found: Pick<SymbolEntry, 'name' | 'kind'>[] = [];
  eachSymbol(tree, language, ({ name, kind }) => found.push({ name, kind }));
  return found;
}

/** @param take is given what a definition stands in as it is at that moment. */
function eachSymbol(
  tree: Tree,
  language: Language,
  take: (symbol: Defined, open: readonly OpenSymbol[]) => void,
): void {
  const definitionsOf = definitionsByType.get(language) ?? definitionReader(language);
  const open: OpenSymbol[] = [];
  for (let n = 0; n < tree.size; n++) {
    while ((open.at(-1)?.last ?? tree.size) <= n) open.pop();
    const definition =
      tree.named[n] === 1 ? definitionsOf(tree, n)?.find((each) => isDefinition(each, tree, n)) : undefined;
    if (definition === undefined) continue;
    const [nameNode] = follow(tree, n, definition.name);
    if (nameNode === undefined || tree.end[nameNode] === tree.start[nameNode]) continue;
    const kind = kindOf(definition, tree, n, open);
    if (values.has(kind) && open.some((each) => callables.has(each.kind))) continue;
    const name = unquote(textOf(tree, nameNode).replace(/\s+/g, ' '));
    take({ node: n, nameNode, name, kind, definition }, open);
    if (!isLeaf(tree, n) && kind !== 'import') open.push({ name, kind, last: tree.last[n] ?? n + 1 });
  }
}

const definitionsByType = new WeakMap<Language, ReturnType<typeof definitionReader>>();

function definitionReader(language: Language) {
  const reader = byType((type): readonly Definition[] | undefined => {
    const definitions = language.definitions.filter((definition) => definition.type === type);
    return definitions.length > 0 ? definitions : undefined;
  });
  definitionsByType.set(language, reader);
  return reader;
}

function isDefinition(definition: Definition, tree: Tree, node: number): boolean {
  if (definition.field !== undefined && fieldOf(tree, node) !== definition.field) return false;
  if (definition.inside === undefined) return true;
  const parent = tree.parent[node] ?? -1;
  return parent >= 0 && definition.inside.includes(typeOf(tree, parent));
}

/** A function in a class is a method, a variable in it a field, a name bound to a lambda a function. */
function kindOf(definition: Definition, tree: Tree, node: number, open: readonly OpenSymbol[]): SymbolKind {
  const { kind } = definition;
  const inType = types.has(open.at(-1)?.kind ?? 'module');
  const declaresFunction = values.has(kind) && declaresCallable(tree, node);
  if (kind === 'function' || declaresFunction) return inType || kind === 'field' ? 'method' : 'function';
  return kind === 'variable' && inType ? 'field' : kind;
}

function declaresCallable(tree: Tree, node: number): boolean {
  const [value] = follow(tree, node, 'value|right');
  if (value !== undefined && functionValues.has(typeOf(tree, value))) return true;
  // C and C++: `int add(int a);` is a declaration whose declarator takes parameters.
  const declarators = ['declarator', 'declarator/declarator'].flatMap((path) => follow(tree, node, path));
  return declarators.some((each) => typeOf(tree, each) === 'function_declarator');
}

function signatureText(definition: Definition, kind: SymbolKind, tree: Tree, node: number): string {
  const { start, end } = spanOf(tree, node);
  const body = bodyOf(definition, kind, tree, node);
  let text = tree.text.slice(start, Math.min(body ?? end, start + 4 * longestSignature));
  if (kind === 'section') text = text.split('\n', 1)[0] ?? '';
  text = text.replace(/\s+/g, ' ').trim();
  if (body !== undefined) text = text.replace(/\s*(?:[{=:]|=>)$/, '');
  return text.length > longestSignature ? `${text.slice(0, longestSignature)}…` : text;
}

/** Where the part begins that a signature leaves out. */
function bodyOf(definition: Definition, kind: SymbolKind, tree: Tree, node: number): number | undefined {
  const [body] = follow(tree, node, definition.body ?? 'body');
  if (body === undefined) return undefined;
  const { start, end } = spanOf(tree, body);
  if (callables.has(kind)) {
    const [inner] = functionValues.has(typeOf(tree, body)) ? follow(tree, body, 'body') : [];
    return inner === undefined ? start : spanOf(tree, inner).start;
  }
  return values.has(kind) && end - start <= shortValue ? undefined : start;
}

function spanOf(tree: Tree, node: number): Span {
  return { start: tree.start[node] ?? 0, end: tree.end[node] ?? 0 };
}

/**
 * Cut a text along its syntax into chunks of at most about `size` units: whole definitions with the comments and
 * decorators above them, a class too long for one chunk by its members, small neighbours together. Chunks follow one
 * another and hold every unit that is not white space. Only a single leaf can exceed `size`.
 */
export function chunksOf(tree: Tree, language: Language, size = 1500): Span[] {
  const pieces: Piece[] = [];
  // Explicit work list: a tree may be deeper than the stack.
  const work = [0];
  while (work.length > 0) {
    const node = work.pop() ?? 0;
    const { start, end } = spanOf(tree, node);
    if (start === end) continue;
    if (end - start <= size || isLeaf(tree, node)) pieces.push({ start, end, role: roleOf(tree, node, language) });
    else work.push(...childrenOf(tree, node).reverse());
  }
  const chunks: Span[] = [];
  let current: Piece | undefined;
  for (const piece of pieces) {
    // What is attached to the next piece opens its chunk; a definition opens one unless the chunk so far is small.
    const opens =
      piece.role !== 'other' &&
      current?.role !== 'attached' &&
      current !== undefined &&
      current.end - current.start > size / 4;
    if (current !== undefined && !opens && piece.end - current.start <= size) {
      current = { start: current.start, end: piece.end, role: piece.role };
    } else {
      if (current !== undefined) chunks.push({ start: current.start, end: current.end });
      current = piece;
    }
  }
  if (current !== undefined) chunks.push({ start: current.start, end: current.end });
  return chunks;
}

interface Piece extends Span {
  readonly role: 'attached' | 'definition' | 'other';
}

function roleOf(tree: Tree, node: number, language: Language): Piece['role'] {
  const type = typeOf(tree, node);
  if (language.comments.includes(type) || language.attachments?.includes(type)) return 'attached';
  const wraps = /^(?:export_statement|decorated_definition|template_declaration|ambient_declaration)$/.test(type);
  return wraps || language.definitions.some((each) => each.type === type && each.kind !== 'import')
    ? 'definition'
    : 'other';
}
