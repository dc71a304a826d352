/**
 * Names defined twice in one scope: what a merge that kept both sides' additions may have done. Overloads (by parameter
 * types), setters beside getters, conditional definitions and the like are not duplicates: the language's signatures say so.
 */
import type { Language } from '../../syntax/languages.ts';
import { commutativeParentOf, type Definition, firstAt, signatureOf, unquote } from '../../syntax/policy.ts';
import { byType, childrenOf, type Tree, textOf, typeOf } from '../../syntax/tree.ts';
import type { Span } from '../../text/span.ts';
import { duplicateImports } from './duplicateImports.ts';

/** Nodes between a definition and the scope it belongs to. */
const wrappers = new Set([
  'export_statement',
  'decorated_definition',
  'lexical_declaration',
  'expression_statement',
  'type_declaration',
  'const_declaration',
  'var_declaration',
  'var_spec_list',
  'ambient_declaration',
  'template_declaration',
]);

/** Defining these again is how the language is used. */
const mayRepeat: Readonly<Record<string, readonly string[]>> = {
  python: ['variable', 'import'],
  ruby: ['variable', 'constant', 'class', 'module'],
  bash: ['variable'],
  php: ['variable'],
  csharp: ['module', 'import'],
  cpp: ['module', 'variable'],
  c: ['module', 'variable'],
  typescript: ['module', 'interface'],
  tsx: ['module', 'interface'],
};

/** A tree, and the only part of it that may hold something new. */
export interface PartOfTree {
  readonly tree: Tree;
  readonly span?: Span;
}

/** Names defined again in a scope that reaches into the span. */
export function duplicateDefinitions(part: PartOfTree, language: Language): string[] {
  const { tree } = part;
  const named = definitionsOf(part, language);
  const times = countOf(named.map(({ name }) => plain(name)));
  const seen = new Set<string>();
  const found: string[] = [];
  for (const { node, name, definition } of named) {
    // What is called alike by nobody is no duplicate, which is cheaper told than what tells it from others. Parts have no names of their own.
    if (definition.kind !== 'section' && (times.get(plain(name)) ?? 0) < 2) continue;
    const key = keyOf(tree, node, name, definition, language);
    if (key === undefined) continue;
    if (seen.has(key)) found.push(name);
    seen.add(key);
  }
  return found;
}

/** As signatures compare it, and coarser: without quotes and case. */
const plain = (name: string): string => unquote(name.replace(/\s+/g, ' ')).toLowerCase();

interface Named {
  readonly node: number;
  readonly name: string;
  readonly definition: Definition;
}

function definitionsOf({ tree, span }: PartOfTree, language: Language): Named[] {
  const definitionOf = definitionsByType.get(language) ?? definitionReader(language);
  const found: Named[] = [];
  for (let node = 0; node < tree.size; node++) {
    const { definition, wraps } = definitionOf(tree, node);
    if (definition !== undefined && isInPlace(tree, node, definition)) {
      const nameNode = firstAt(tree, node, definition.name);
      const name = nameNode === undefined ? '' : textOf(tree, nameNode);
      if (name !== '' && name !== '_' && !(language.id === 'go' && name === 'init'))
        found.push({ node, name, definition });
    }
    // What is defined inside of a node beside the span has its scope there, unless the node is only wrapped around it.
    if (!wraps && !touches(tree, node, span)) node = (tree.last[node] ?? 0) - 1;
  }
  return found;
}

const definitionsByType = new WeakMap<Language, ReturnType<typeof definitionReader>>();

function definitionReader(language: Language) {
  const mayComeAgain = mayRepeat[language.id] ?? [];
  const kinds = new Map(language.definitions.map((definition) => [definition.type, definition]));
  const reader = byType((type) => {
    const definition = kinds.get(type);
    const counts = definition !== undefined && !mayComeAgain.includes(definition.kind);
    return { definition: counts ? definition : undefined, wraps: wrappers.has(type) };
  });
  definitionsByType.set(language, reader);
  return reader;
}

function isInPlace(tree: Tree, node: number, { inside }: Definition): boolean {
  const parent = tree.parent[node] ?? -1;
  return inside === undefined || (parent >= 0 && inside.includes(typeOf(tree, parent)));
}

const touches = (tree: Tree, node: number, span: Span | undefined): boolean =>
  span === undefined || ((tree.start[node] ?? 0) <= span.end && (tree.end[node] ?? 0) >= span.start);

/** What no other definition of its scope may share with it; undefined where it may come again. */
function keyOf(tree: Tree, node: number, name: string, { kind }: Definition, language: Language): string | undefined {
  const place = placeOf(tree, node, language);
  if (place === undefined || isConditional(tree, place.outermost, language)) return undefined;
  // A part such as an import or an element is unique only where the language says that its siblings are a set.
  if (kind === 'section' && commutativeParentOf(language, tree, place.scope) === undefined) return undefined;
  // Variables of one statement share its signature.
  return `${place.scope}\0${place.signature}${kind === 'variable' ? `\0${name}` : ''}`;
}

/** Duplicates of a result that no side has: each name as often as it is new. Sides are asked for while a name is left. */
export function newDuplicates(result: PartOfTree, sides: Iterable<PartOfTree>, language: Language): string[] {
  const names = duplicates(result, language);
  if (names.length === 0) return [];
  const known = new Map<string, number>();
  let fresh = names;
  for (const side of sides) {
    for (const [name, count] of countOf(duplicates(side, language)))
      known.set(name, Math.max(known.get(name) ?? 0, count));
    fresh = beyond(names, known);
    if (fresh.length === 0) break;
  }
  return fresh;
}

function beyond(names: readonly string[], known: ReadonlyMap<string, number>): string[] {
  const left = new Map(known);
  return names.filter((name) => {
    const count = left.get(name) ?? 0;
    left.set(name, count - 1);
    return count <= 0;
  });
}

/** A name that imports bind twice may be counted as a definition already: it is named once. */
function duplicates(part: PartOfTree, language: Language): string[] {
  const defined = duplicateDefinitions(part, language);
  return [...defined, ...duplicateImports(part.tree, language).filter((name) => !defined.includes(name))];
}

function countOf(names: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}

interface Place {
  readonly scope: number;
  readonly outermost: number;
  readonly signature: string;
}

/** The scope a definition belongs to and what tells it from its neighbours there; undefined when nothing does. */
function placeOf(tree: Tree, node: number, language: Language): Place | undefined {
  let outermost = node;
  let signature = signatureOf(language, tree, node);
  let scope = tree.parent[node] ?? -1;
  while (scope >= 0 && wrappers.has(typeOf(tree, scope))) {
    outermost = scope;
    // Decorators belong to what is defined, and may make it another thing.
    if (signature === undefined || typeOf(tree, scope) === 'decorated_definition')
      signature = signatureOf(language, tree, scope);
    scope = tree.parent[scope] ?? -1;
  }
  return scope < 0 || signature === undefined ? undefined : { scope, outermost, signature };
}

/** Overloads by decorator, and definitions that a build flag chooses between. */
function isConditional(tree: Tree, node: number, language: Language): boolean {
  if (typeOf(tree, node) === 'decorated_definition') {
    const decorators = childrenOf(tree, node).filter((child) => typeOf(tree, child) === 'decorator');
    return decorators.some((child) =>
      /\boverload\b|\.(?:register|setter|getter|deleter)\b|singledispatch/.test(textOf(tree, child)),
    );
  }
  const parent = tree.parent[node] ?? -1;
  if (parent < 0) return false;
  if (typeOf(tree, parent).startsWith('preproc')) return true;
  if (language.attachments === undefined) return false;
  const siblings = childrenOf(tree, parent);
  for (let at = siblings.indexOf(node) - 1; at >= 0; at--) {
    const sibling = siblings[at] ?? 0;
    const type = typeOf(tree, sibling);
    if (language.comments.includes(type)) continue;
    if (!language.attachments.includes(type)) return false;
    if (/\bcfg\b/.test(textOf(tree, sibling))) return true;
  }
  return false;
}
