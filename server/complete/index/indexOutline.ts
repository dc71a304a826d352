/**
 * What retrieval keeps of one file: its declarations with their headers (bodies cut off), its imports, and chunks that
 * follow the syntax. Works on our own tree arrays; without a tree, chunks follow indentation and there are no symbols.
 */
import type { Language } from '../../syntax/languages.ts';
import type { Tree } from '../../syntax/tree.ts';
import { NodeTypes } from './indexTypes.ts';

export type SymbolKind = 'type' | 'function' | 'member' | 'value' | 'enumMember';

export interface SymbolRecord {
  readonly name: string;
  readonly kind: SymbolKind;
  /** The class, interface, enum or impl it stands in. */
  readonly container?: string;
  /** One line: everything up to the body. */
  readonly header: string;
  readonly start: number;
  readonly end: number;
  /** Base types, as written, for types. */
  readonly parents?: readonly string[];
  /** JavaScript and TypeScript, top level: another module can import it, by its name or as what the module is. */
  readonly exported?: true | 'default';
}

export interface ImportRecord {
  readonly module: string;
  readonly names: readonly string[];
  readonly start: number;
  readonly end: number;
}

export interface ChunkRecord {
  readonly start: number;
  readonly end: number;
}

export interface Outline {
  readonly symbols: readonly SymbolRecord[];
  readonly imports: readonly ImportRecord[];
  readonly chunks: readonly ChunkRecord[];
}

const MAX_HEADER = 260;
const MAX_SYMBOLS = 4000;

export function outlineOf(language: Language | undefined, text: string, tree: Tree | undefined): Outline {
  const types = language && NodeTypes.of(language.id);
  if (!tree || !types) return { symbols: [], imports: importsOf(language, text), chunks: chunksOf(text, undefined) };
  const symbols: SymbolRecord[] = [];
  const containers: { name: string; last: number }[] = [];
  for (let node = 0; node < tree.size && symbols.length < MAX_SYMBOLS; ) {
    while (containers.length > 0 && node >= (containers.at(-1)?.last ?? 0)) containers.pop();
    const type = tree.typeNames[tree.type[node] ?? 0] ?? '';
    const kind = tree.named[node] === 1 ? types.kinds.get(type) : undefined;
    if (kind === 'scope') containers.push({ name: nameOf(tree, node) ?? '', last: tree.last[node] ?? node + 1 });
    else if (kind !== undefined) {
      const symbol = symbolAt(tree, node, kind, types, containers.at(-1)?.name);
      if (symbol) {
        symbols.push(symbol);
        if (kind === 'type') containers.push({ name: symbol.name, last: tree.last[node] ?? node + 1 });
      }
    }
    // What a function declares inside itself is not for other files.
    node = types.bodies.has(type) && isFunctionBody(tree, node, types) ? (tree.last[node] ?? node + 1) : node + 1;
  }
  if (types.hash) symbols.push(...attributesOf(text, symbols));
  if (types.modules) markExported(text, symbols);
  return { symbols, imports: importsOf(language, text), chunks: chunksOf(text, tree) };
}

const exportBefore =
  /\bexport\s+(default\s+)?(?:declare\s+)?(?:abstract\s+)?(?:async\s+)?(?:const\s+|let\s+|var\s+)?(?:[\w$]+[^;={}]*=[^;]{0,80},\s*)?$/;

/** `export` before the declaration, in a list of names, or by assignment (`module.exports = { a }`, `exports.a = …`). */
function markExported(text: string, symbols: SymbolRecord[]): void {
  const listed = new Set<string>();
  for (const match of text.matchAll(
    /\bexport\s+(?:type\s+)?\{([^}]*)\}(?!\s*from)|\bmodule\.exports\s*=\s*\{?([^;}]*)/g,
  ))
    for (const name of (match[1] ?? match[2] ?? '').match(/[\p{L}_$][\p{L}\p{N}_$]*/gu) ?? []) listed.add(name);
  for (const match of text.matchAll(/\bexports\.([\p{L}_$][\p{L}\p{N}_$]*)/gu)) listed.add(match[1] ?? '');
  const whole = /\bexport\s+default\s+([\p{L}_$][\p{L}\p{N}_$]*)/u.exec(text)?.[1];
  symbols.forEach((symbol, i) => {
    if (symbol.container !== undefined) return;
    const before = exportBefore.exec(text.slice(Math.max(0, symbol.start - 60), symbol.start));
    if (listed.has(symbol.name) || (before && before[1] === undefined)) symbols[i] = { ...symbol, exported: true };
    else if (before || whole === symbol.name) symbols[i] = { ...symbol, exported: 'default' };
  });
}

/** Python's attributes are born by assignment: `self.name = …`, once for each class. */
function attributesOf(text: string, symbols: readonly SymbolRecord[]): SymbolRecord[] {
  const classes = symbols.filter((symbol) => symbol.kind === 'type');
  const known = new Set(symbols.map((symbol) => `${symbol.container ?? ''}.${symbol.name}`));
  const found: SymbolRecord[] = [];
  for (const match of text.matchAll(/^[ \t]+self\.(\w+)(?:\s*:\s*[^=\n]+)?\s*=\s*(?!=)[^\n]*/gm)) {
    const name = match[1] ?? '';
    const owner = classes.findLast((symbol) => symbol.start <= match.index && match.index < symbol.end);
    if (!owner || known.has(`${owner.name}.${name}`)) continue;
    known.add(`${owner.name}.${name}`);
    const header = match[0].trim().slice(0, 80);
    found.push({
      name,
      kind: 'member',
      container: owner.name,
      header,
      start: match.index,
      end: match.index + match[0].length,
    });
  }
  return found;
}

function isFunctionBody(tree: Tree, node: number, types: NodeTypes): boolean {
  const parent = tree.parent[node] ?? -1;
  // A struct's fields are declared below its type, not in it (Go).
  if (parent < 0 || tree.typeNames[tree.type[node] ?? 0] === 'field_declaration_list') return false;
  const kind = types.kinds.get(tree.typeNames[tree.type[parent] ?? 0] ?? '');
  return kind !== 'type' && kind !== 'scope';
}

function symbolAt(
  tree: Tree,
  node: number,
  kind: SymbolKind,
  types: NodeTypes,
  container: string | undefined,
): SymbolRecord | undefined {
  const name = nameOf(tree, node);
  if (name === undefined || name.length > 100) return undefined;
  const start = tree.start[node] ?? 0;
  const end = tree.end[node] ?? 0;
  const inside = container !== undefined && container !== '';
  const actual: SymbolKind = inside && (kind === 'function' || kind === 'value') ? 'member' : kind;
  const header = headerOf(tree, node, types, actual);
  const parents = kind === 'type' ? parentsIn(header, name) : [];
  return {
    name,
    kind: actual,
    header,
    start,
    end,
    ...(inside ? { container } : {}),
    ...(parents.length > 0 ? { parents } : {}),
  };
}

/** The node's `name` field, or the first identifier below it that is not in a decorator, type or parameter. */
function nameOf(tree: Tree, node: number): string | undefined {
  const last = tree.last[node] ?? node + 1;
  let fallback: string | undefined;
  for (let child = node + 1; child < last; child = tree.last[child] ?? child + 1) {
    const field = tree.fieldNames[tree.field[child] ?? 0] ?? '';
    const type = tree.typeNames[tree.type[child] ?? 0] ?? '';
    if (
      field === 'name' ||
      field === 'left' ||
      (field === 'type' && /impl/.test(tree.typeNames[tree.type[node] ?? 0] ?? ''))
    ) {
      return plainName(tree.text.slice(tree.start[child] ?? 0, tree.end[child] ?? 0));
    }
    if (field === 'declarator')
      return nameOf(tree, child) ?? plainName(tree.text.slice(tree.start[child] ?? 0, tree.end[child] ?? 0));
    if (/^variable_declaration$/.test(type)) return nameOf(tree, child);
    if (/^variable_declarator$/.test(type)) return nameOf(tree, child);
    if (fallback === undefined && /identifier$/.test(type))
      fallback = tree.text.slice(tree.start[child] ?? 0, tree.end[child] ?? 0);
  }
  return fallback === undefined ? undefined : plainName(fallback);
}

function plainName(text: string): string | undefined {
  return /^(?:self\.)?([#\p{L}_$][\p{L}\p{N}_$]*)/u.exec(text)?.[1];
}

/** What stands before the node that declares: `const a = 1, b = 2`, Go's `type ( A int; B string )`. */
const keywords: Readonly<Record<string, string>> = {
  variable_declarator: 'const ',
  type_spec: 'type ',
  type_alias: 'type ',
};

function headerOf(tree: Tree, node: number, types: NodeTypes, kind: SymbolKind): string {
  const type = tree.typeNames[tree.type[node] ?? 0] ?? '';
  const start = tree.start[node] ?? 0;
  let end = tree.end[node] ?? 0;
  let cut = false;
  for (let child = node + 1; child < (tree.last[node] ?? node + 1); child++) {
    const childType = tree.typeNames[tree.type[child] ?? 0] ?? '';
    if (types.bodies.has(childType) && tree.named[child] === 1) {
      end = tree.start[child] ?? end;
      cut = true;
      break;
    }
  }
  const written = tree.text.slice(start, Math.min(end, start + 4 * MAX_HEADER));
  let header = (types.hash ? written.replace(/#[^\n]*/g, '') : written).replace(/\s+/g, ' ').trim();
  header = header.replace(/^(?:@\w+(?:\([^()]*\))? )+/, '').replace(/ ?(?:=>|:|\{)$/, '');
  if (header.length > MAX_HEADER) header = `${header.slice(0, MAX_HEADER)}…`;
  if (cut && kind === 'value' && header.length > 160) header = `${header.slice(0, 160)}…`;
  const inMethod = tree.typeNames[tree.type[tree.parent[node] ?? 0] ?? 0] ?? '';
  return inMethod === 'class_body' ? header : `${keywords[type] ?? ''}${header}`;
}

/** `class A extends B<C> implements D` → B, D; `class A(B, metaclass=C)` → B. */
function parentsIn(header: string, name: string): string[] {
  const after = header.slice(header.indexOf(name) + name.length);
  const python = /^\(([^)]*)\)/.exec(after);
  const written = python ? (python[1] ?? '') : (/(?:extends|implements|:)\s+(.*)$/.exec(after)?.[1] ?? '');
  const bare = written.replace(/<[^<>]*>/g, '').replace(/\b(?:extends|implements|with)\b/g, ',');
  return bare
    .split(',')
    .map((part) => /([\p{L}_$][\p{L}\p{N}_$]*)\s*$/u.exec(part.trim())?.[1] ?? '')
    .filter((part) => part !== '')
    .slice(0, 8);
}

const ecmaImport = /^[ \t]*(?:import|export)\b([^;'"]{0,6000})['"]([^'"\n]+)['"](?:\s?\))?;?/gm;
const name = String.raw`[\p{L}_$][\p{L}\p{N}_$]*`;
/** Nothing but names, `*` and a list in braces: a class that is exported imports no string that it throws. */
const clauseShape = new RegExp(
  String.raw`^(?:type )?(${name})? ?,? ?(\* ?(?:as ${name})?|\{[^{}]*\})? ?from$|^(?:type )?(${name}) ?= ?require ?\($|^$`,
  'u',
);
const pythonFrom = /^[ \t]*from\s+([.\w]+)\s+import\s+(\([^)]*\)|[^\n(]+)/gm;
const pythonImport = /^[ \t]*import\s+([\w., ]+)/gm;
const dottedImport = /^[ \t]*(?:import|using)\s+(?:static\s+)?([\w.]+(?:\.\*)?)\s*;?/gm;
const rustUse = /^[ \t]*(?:pub\s+)?use\s+([^;]+);/gm;

/** Import statements with the names they bring, by their text: exact enough for every style we met, and never fails. */
export function importsOf(language: Language | undefined, text: string): ImportRecord[] {
  switch (language?.id) {
    case 'python':
      return [
        ...matched(text, pythonFrom, (m) => [m[1] ?? '', m[2] ?? '']),
        ...matched(text, pythonImport, (m) => [m[1] ?? '', '']),
      ];
    case 'java':
    case 'kotlin':
    case 'csharp':
      return matched(text, dottedImport, (m) => [m[1] ?? '', (m[1] ?? '').split('.').pop() ?? '']);
    case 'rust':
      return matched(text, rustUse, (m) => [m[1] ?? '', m[1] ?? '']);
    case 'typescript':
    case 'tsx':
    case 'javascript':
      return textImports(text);
    default:
      return [];
  }
}

function textImports(text: string): ImportRecord[] {
  const found: ImportRecord[] = [];
  if (text.length > 400_000) return found;
  for (const match of text.matchAll(ecmaImport)) {
    const [whole, before = '', module = ''] = match;
    // A line above that is exported without a semicolon goes on to the first quote, which is this one's.
    const own = /[\s\S]*\n[ \t]*(?:import|export)\b/.exec(before)?.[0].length ?? 0;
    const clause = clauseShape.exec(before.slice(own).replace(/\s+/g, ' ').trim());
    if (!clause) continue;
    const start = own === 0 ? match.index : text.lastIndexOf('\n', match.index + whole.indexOf(before) + own - 1) + 1;
    const names = namesOf([clause[1], clause[2], clause[3]].join(' '));
    found.push({ module: module.trim(), names, start, end: match.index + whole.length });
    if (found.length > 500) break;
  }
  return found;
}

const namesOf = (clause: string): string[] =>
  (clause.match(/[\p{L}_$][\p{L}\p{N}_$]*/gu) ?? []).filter((word) => word !== 'as' && word !== 'type');

function matched(text: string, pattern: RegExp, parts: (match: RegExpMatchArray) => [string, string]): ImportRecord[] {
  const found: ImportRecord[] = [];
  for (const match of text.matchAll(pattern)) {
    const [module, clause] = parts(match);
    found.push({
      module: module.trim(),
      names: namesOf(clause),
      start: match.index,
      end: match.index + match[0].length,
    });
    if (found.length > 500) break;
  }
  return found;
}

const MAX_LINES = 16;
const MIN_LINES = 5;

/**
 * Cuts a text into chunks of up to 16 lines. A cut costs the syntax depth of the line it stands before (its indentation
 * without a tree), so that functions and statements stay whole where they fit.
 */
export function chunksOf(text: string, tree: Tree | undefined): ChunkRecord[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0 && starts.length < 60_000; at = text.indexOf('\n', at + 1))
    starts.push(at + 1);
  const costs = tree ? depthCosts(tree, starts) : starts.map((start) => indentCost(text, start));
  const chunks: ChunkRecord[] = [];
  for (let line = 0; line < starts.length; ) {
    let next = starts.length;
    if (starts.length - line > MAX_LINES) {
      next = line + MAX_LINES;
      for (let candidate = line + MIN_LINES; candidate <= line + MAX_LINES; candidate++) {
        if (
          (costs[candidate] ?? 99) < (costs[next] ?? 99) ||
          ((costs[candidate] ?? 99) === (costs[next] ?? 99) && candidate > next)
        ) {
          next = candidate;
        }
      }
    }
    const start = starts[line] ?? 0;
    const end = Math.min(next < starts.length ? (starts[next] ?? text.length) : text.length, start + 4000);
    if (text.slice(start, end).trim() !== '') chunks.push({ start, end });
    line = next;
  }
  return chunks;
}

function indentCost(text: string, start: number): number {
  let at = start;
  while (at < text.length && (text.charCodeAt(at) === 32 || text.charCodeAt(at) === 9)) at++;
  const first = text[at] ?? '\n';
  return first === '\n' ? 60 : at - start + (/[)\]}]/.test(first) ? 3 : 0);
}

function depthCosts(tree: Tree, starts: readonly number[]): number[] {
  const costs = new Array<number>(starts.length).fill(90);
  const depth = new Uint16Array(tree.size);
  let line = 0;
  for (let node = 1; node < tree.size; node++) {
    const parent = tree.parent[node] ?? 0;
    const level = Math.min(80, (depth[parent] ?? 0) + 1);
    depth[node] = level;
    if (tree.named[node] !== 1) continue;
    const start = tree.start[node] ?? 0;
    while (line + 1 < starts.length && (starts[line + 1] ?? 0) <= start) line++;
    // Only the first node of a line stands for it; pre-order gives the outermost first.
    if (costs[line] === 90 && tree.text.slice(starts[line], start).trim() === '') costs[line] = level;
  }
  return costs;
}
