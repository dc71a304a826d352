/**
 * Holes for the measure of context: initialisers, arguments, return values and bodies cut out of a repository's own
 * sources, of which only those are kept that need an identifier of the project from outside the visible window (768
 * tokens before, 256 after). Imports that only the hole uses are cut from the buffer. Deterministic for a seed.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Completer } from '../../server/complete/complete.ts';
import { type Family, familyOf } from '../../server/complete/index/indexFile.ts';
import { type CountTokens, identifiersOf, isKeyword } from '../../server/complete/tokens.ts';
import { languageOf } from '../../server/syntax/languages.ts';
import type { Syntax } from '../../server/syntax/syntax.ts';
import { childByField, childrenOf, type Tree, textOf, typeOf } from '../../server/syntax/tree.ts';
import { random } from '../holes-sample.ts';
import { builtIns } from './builtIns.ts';

export type HoleKind = 'initialiser' | 'argument' | 'return' | 'body';

export interface ContextHole {
  readonly root: string;
  readonly path: string;
  readonly kind: HoleKind;
  /** The buffer: the hole is empty at `offset`, imports that only it uses are gone. */
  readonly text: string;
  readonly offset: number;
  readonly truth: string;
  /** Identifiers of the project that the truth uses, and that neither the window nor the truth itself declares. */
  readonly needed: readonly string[];
}

export interface DrawOptions {
  readonly completer: Completer;
  readonly syntax: Syntax;
  readonly count: CountTokens;
  readonly family: Family;
  readonly wanted: number;
  readonly seed: number;
}

/** Shares of the kinds, as in the published measurement. */
const shares: Readonly<Record<HoleKind, number>> = { initialiser: 0.25, argument: 0.3, return: 0.2, body: 0.25 };

const aside =
  /(?:^|\/)(?:node_modules|dist|build|out|coverage|locales?|fixtures?|__snapshots__|__tests__|__mocks__|examples?|docs?|website|www|tests?|testing|e2e|spec|bench(?:marks?)?|integration)(?:\/|$)|[.-](?:test|spec|bench|stories)\.|\.d\.[cm]?ts$|(?:^|\/)(?:test_[^/]*|conftest)\.py$/;

/** Draws one hole a file, files in a random order, until enough holes of each kind qualify. */
export async function* drawHoles(root: string, options: DrawOptions): AsyncGenerator<ContextHole> {
  const { completer, family, seed, wanted } = options;
  const { index } = await completer.workspace(root);
  const paths = [...index.files.keys()].filter((path) => familyOf(path) === family && !aside.test(path)).sort();
  const next = random(seed);
  const quota = new Map(Object.entries(shares).map(([kind, share]) => [kind as HoleKind, Math.round(share * wanted)])); // keys of `shares`
  const order = paths.map((path) => ({ path, at: next() })).sort((x, y) => x.at - y.at);
  for (const { path } of order) {
    const open = [...quota].filter(([, left]) => left > 0).map(([kind]) => kind);
    if (open.length === 0) return;
    const hole = await holeIn(root, path, open, next(), options);
    if (!hole) continue;
    quota.set(hole.kind, (quota.get(hole.kind) ?? 0) - 1);
    yield hole;
  }
}

async function holeIn(
  root: string,
  path: string,
  kinds: readonly HoleKind[],
  pick: number,
  options: DrawOptions,
): Promise<ContextHole | undefined> {
  const { completer, syntax, family } = options;
  const whole = readFileSync(join(root, path), 'utf8').replace(/^\uFEFF/, '');
  if (whole.length > 200_000) return undefined;
  await syntax.ready(languageOf(path));
  const tree = syntax.parse(languageOf(path), whole);
  if (!tree) return undefined;
  const { index } = await completer.workspace(root);
  // The first kind in a turning order that this file has, at a random place.
  const first = Math.floor(pick * 1000) % kinds.length;
  for (let k = 0; k < kinds.length; k++) {
    const kind = kinds[(first + k) % kinds.length] ?? 'return';
    const places = placesOf(tree, kind, family);
    for (let i = 0; i < Math.min(12, places.length); i++) {
      const node = places[Math.floor(pick * 7919 * (i + 1)) % places.length] ?? 0;
      const drawn = cut(whole, tree, node, kind);
      const isKnown = (name: string): boolean => index.symbolsNamed(name).some((at) => at.file.family === family);
      const used = usedNames(drawn.truth, tree, node, family, isKnown);
      if (used.length === 0) continue;
      const text = hideImports(drawn.text, drawn.offset, used, family);
      const offset = drawn.offset - (drawn.text.length - text.length);
      const known = hiddenNames(used, text, offset, options.count);
      if (known.length === 0) continue;
      const open = await completer.open({ root, path, text, offset });
      if (!open) continue;
      const declared = new Set(open.view.buffer.symbols.map((symbol) => symbol.name));
      const needed = known.filter((name) => {
        if (declared.has(name)) return true;
        return index
          .symbolsNamed(name)
          .some((place) => place.file.family === family && !open.view.masked(place.file.path));
      });
      if (needed.length > 0) return { root, path, kind, text, offset, truth: drawn.truth, needed };
    }
  }
  return undefined;
}

interface Cut {
  readonly text: string;
  readonly offset: number;
  readonly truth: string;
}

function cut(whole: string, tree: Tree, node: number, kind: HoleKind): Cut {
  let start = tree.start[node] ?? 0;
  let end = tree.end[node] ?? 0;
  // A body keeps its braces.
  if (kind === 'body' && whole[start] === '{' && whole[end - 1] === '}') {
    start++;
    end--;
  }
  const truth = whole.slice(start, end);
  return { text: whole.slice(0, start) + whole.slice(end), offset: start, truth };
}

const MAX_EXPRESSION = 400;
const MAX_BODY = 1500;

/** Nodes of a kind, none within an import. */
function placesOf(tree: Tree, kind: HoleKind, family: Family): number[] {
  const found: number[] = [];
  for (let node = 1; node < tree.size; node++) {
    const type = typeOf(tree, node);
    const at = placeAt(tree, node, type, kind, family);
    if (at === undefined) continue;
    const length = (tree.end[at] ?? 0) - (tree.start[at] ?? 0);
    if (length >= 2 && length <= (kind === 'body' ? MAX_BODY : MAX_EXPRESSION)) found.push(at);
  }
  return found;
}

const functions =
  /^(?:function_declaration|method_definition|arrow_function|function_expression|function_definition|method_declaration|constructor_declaration)$/;

function placeAt(tree: Tree, node: number, type: string, kind: HoleKind, family: Family): number | undefined {
  switch (kind) {
    case 'initialiser': {
      if (/^(?:variable_declarator|public_field_definition)$/.test(type)) return childByField(tree, node, 'value');
      return family === 'python' && type === 'assignment' ? childByField(tree, node, 'right') : undefined;
    }
    case 'argument': {
      const parent = tree.parent[node] ?? -1;
      const isArgument = parent >= 0 && /^(?:arguments|argument_list)$/.test(typeOf(tree, parent));
      return isArgument && tree.named[node] === 1 && !/comment/.test(type) ? node : undefined;
    }
    case 'return':
      return type === 'return_statement'
        ? childrenOf(tree, node).find((child) => tree.named[child] === 1 && !/comment/.test(typeOf(tree, child)))
        : undefined;
    case 'body': {
      if (!functions.test(type)) return undefined;
      const body = childByField(tree, node, 'body');
      return body !== undefined && /^(?:statement_block|block|constructor_body)$/.test(typeOf(tree, body))
        ? body
        : undefined;
    }
  }
}

/** Names of the project that the truth uses, less what it declares itself and what the language brings. */
function usedNames(
  truth: string,
  tree: Tree,
  node: number,
  family: Family,
  isKnown: (name: string) => boolean,
): string[] {
  const own = declaredIn(tree, node);
  return [...new Set(identifiersOf(codeOf(truth, family)))].filter(
    (name) => name.length > 1 && !isKeyword(name) && !own.has(name) && !builtIns[family]?.has(name) && isKnown(name),
  );
}

/** Of these names, those that the window does not show. */
function hiddenNames(names: readonly string[], text: string, offset: number, count: CountTokens): string[] {
  // Nearer than the window reaches in any code: saves counting tokens.
  const near = new Set(
    identifiersOf(`${text.slice(Math.max(0, offset - 1500), offset)}\n${text.slice(offset, offset + 500)}`),
  );
  const far = names.filter((name) => !near.has(name));
  if (far.length === 0) return far;
  const shown = new Set(identifiersOf(windowOf(text, offset, count)));
  return far.filter((name) => !shown.has(name));
}

/** The 768 tokens before the hole and the 256 after it. */
function windowOf(text: string, offset: number, count: CountTokens): string {
  const within = (from: (length: number) => string, limit: number, most: number): string => {
    // Code has two to six units a token; a few units more or less at the far end do not matter.
    let low = Math.min(most, limit * 2);
    let high = Math.min(most, limit * 6);
    while (high - low > 48) {
      const middle = (low + high) >> 1;
      if (count(from(middle)) <= limit) low = middle;
      else high = middle;
    }
    return from(low);
  };
  const before = within((length) => text.slice(offset - length, offset), 768, offset);
  const after = within((length) => text.slice(offset, offset + length), 256, text.length - offset);
  return `${before}\n${after}`;
}

const binders =
  /^(?:variable_declarator|assignment|for_in_statement|for_statement|enhanced_for_statement|catch_clause|as_pattern|lambda|lambda_expression|arrow_function|formal_parameter|formal_parameters|required_parameter|inferred_parameters|catch_formal_parameter|function_declaration|local_variable_declaration|list_comprehension|for_in_clause|lambda_parameters|named_expression|resource)$/;

/** Names that the truth binds itself: its variables, parameters and loop names. */
function declaredIn(tree: Tree, node: number): Set<string> {
  const names = new Set<string>();
  for (let at = node; at < (tree.last[node] ?? 0); at++) {
    if (!/identifier/.test(typeOf(tree, at)) || typeOf(tree, at) === 'type_identifier') continue;
    const parent = tree.parent[at] ?? 0;
    const field = tree.fieldNames[tree.field[at] ?? 0] ?? '';
    const isBound =
      binders.test(typeOf(tree, parent)) && /^(?:name|left|pattern|parameter|parameters|alias|)$/.test(field);
    const isPattern = /^(?:shorthand_property_identifier_pattern)$/.test(typeOf(tree, at));
    const isListed = /^(?:array_pattern|pattern_list|tuple_pattern|lambda_parameters|formal_parameters)$/.test(
      typeOf(tree, parent),
    );
    const isRight = typeOf(tree, parent) === 'assignment' && field !== 'left';
    if ((isBound && !isRight) || isPattern || isListed) names.add(textOf(tree, at));
  }
  return names;
}

const ecmaWords =
  /\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\$]|\$(?!\{))*`/g;
const pythonWords =
  /#[^\n]*|[rbuRBU]{0,2}(?:"""[\s\S]*?(?:"""|$)|'''[\s\S]*?(?:'''|$)|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')/g;

/** Code without comments and strings: a name in those neither declares nor uses. Lines within a cut comment go as well. */
export function codeOf(text: string, family: Family): string {
  if (family === 'python') return text.replace(pythonWords, ' ');
  return text.replace(ecmaWords, ' ').replace(/^[ \t]*\*(?:[ \t/][^\n]*)?$/gm, ' ');
}

const importLines: Partial<Record<Family, RegExp>> = {
  ecma: /^[ \t]*import\s[^;'"]*?from\s*['"][^'"\n]+['"];?[ \t]*\r?\n?/gm,
  python: /^[ \t]*from\s+[.\w]+\s+import\s+(?:\([^)]*\)|[^\n(]+)\n?|^import [^\n]+\n/gm,
  java: /^import\s[^;]+;[ \t]*\r?\n?/gm,
};

/** Cuts, from imports before the hole, names that stand nowhere else in the buffer; an import that is left empty goes. */
export function hideImports(text: string, offset: number, names: readonly string[], family: Family): string {
  const pattern = importLines[family];
  if (!pattern) return text;
  const before = text.slice(0, offset);
  const imports = before.match(pattern)?.join('') ?? '';
  const wanted = new Set(names);
  const elsewhere = new Set(
    identifiersOf(codeOf(before.replace(pattern, ' '), family) + codeOf(text.slice(offset), family)),
  );
  const hidden = new Set(identifiersOf(imports).filter((name) => wanted.has(name) && !elsewhere.has(name)));
  if (hidden.size === 0) return text;
  return before.replace(pattern, (line) => withoutNames(line, hidden, family)) + text.slice(offset);
}

function withoutNames(line: string, hidden: ReadonlySet<string>, family: Family): string {
  if (family === 'java') {
    const name = /([\w$]+)\s*;/.exec(line)?.[1] ?? '';
    return hidden.has(name) ? '' : line;
  }
  const [head = '', clause = '', tail = ''] =
    family === 'ecma'
      ? splitAt(line, /\bimport\s+(?:type\s+)?/, /\s*from\s*['"]/)
      : splitAt(line, /\bimport\s+/, /\n?$/);
  if (!identifiersOf(clause).some((name) => hidden.has(name))) return line;
  const braces = /[{(]([\s\S]*)[})]/.exec(clause);
  const listed = (braces?.[1] ?? (family === 'python' ? clause : ''))
    .replace(/#[^\n]*|\/\/[^\n]*|\/\*[\s\S]*?\*\//g, '')
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '' && !hidden.has(identifiersOf(part).at(-1) ?? ''));
  const outside = family === 'ecma' ? clause.replace(/\{[\s\S]*\}/, '') : '';
  const plain = outside
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '' && !hidden.has(identifiersOf(part).at(-1) ?? ''));
  if (listed.length + plain.length === 0) return '';
  const inner =
    family === 'python' ? [listed.join(', ')] : [...plain, ...(listed.length > 0 ? [`{ ${listed.join(', ')} }`] : [])];
  return head + (family === 'python' && braces ? `(${inner.join(', ')})` : inner.join(', ')) + tail;
}

/** Head with its opening, what is between, and the rest from the ending. */
function splitAt(line: string, opening: RegExp, ending: RegExp): [string, string, string] {
  const start = opening.exec(line);
  const from = start ? start.index + start[0].length : 0;
  const rest = line.slice(from);
  const at = ending.exec(rest)?.index ?? rest.length;
  return [line.slice(0, from), rest.slice(0, at), rest.slice(at)];
}
