/**
 * The values that can be named at a hole, each with how near it is: scopes between, and the distance to its last mention.
 */
import type ts from 'typescript';
import type { Ts } from './tsConfig.ts';
import type { HoleState } from './tsHole.ts';

export interface ScopeValue {
  readonly symbol: ts.Symbol;
  readonly name: string;
  /** Scopes (blocks, functions) between the hole and the declaration; 20 for imports and other files' globals, 30 for the language's own. */
  readonly depth: number;
  readonly origin: 'local' | 'parameter' | 'file' | 'import' | 'global' | 'library';
  /** UTF-16 units from the last mention before the hole; Infinity where there is none. */
  readonly distance: number;
  readonly mentions: number;
  /** Mentions between the declaration and the hole, and behind the hole as far as the name reaches: none means it waits. */
  readonly since: number;
  readonly later: number;
  readonly type: () => ts.Type;
}

const libraryNames = new Set(
  (
    'Array Boolean Buffer Date Error JSON Map Math Number Object Promise RangeError RegExp Set String Symbol SyntaxError ' +
    'TypeError URL Uint8Array WeakMap WeakSet clearTimeout console document fetch globalThis isNaN parseFloat parseInt ' +
    'process setTimeout undefined window'
  ).split(' '),
);

const MENTIONS_WITHIN = 60_000;

/** Offsets at which each identifier stands in a part of a text, in order. */
function mentionsIn(text: string, begin: number, end: number): Map<string, number[]> {
  const found = new Map<string, number[]>();
  const word = /[A-Za-z_$][\w$]*/g;
  const part = text.slice(begin, end);
  for (let match = word.exec(part); match; match = word.exec(part)) {
    const seen = found.get(match[0]);
    if (seen) seen.push(begin + match.index);
    else found.set(match[0], [begin + match.index]);
  }
  return found;
}

const cache = new WeakMap<HoleState, ScopeValue[]>();

/** Nearest first. */
export function scopeValues(state: HoleState): readonly ScopeValue[] {
  const known = cache.get(state);
  if (known) return known;
  const { snapshot, node, request } = state;
  const { tsc, checker, file } = snapshot;
  const { offset } = request;
  const before = mentionsIn(request.text, Math.max(0, offset - MENTIONS_WITHIN), offset);
  const after = mentionsIn(file.text, node.end, node.end + MENTIONS_WITHIN);
  const around = ancestors(node);
  const values: ScopeValue[] = [];
  for (const symbol of checker.getSymbolsInScope(node, tsc.SymbolFlags.Value | tsc.SymbolFlags.Alias)) {
    const name = symbol.name;
    if (name === '__hole__' || !/^[A-Za-z_$][\w$]*$/.test(name)) continue;
    const placed = place(tsc, state, symbol, file, around);
    if (!placed) continue;
    const mentions = before.get(name) ?? [];
    const last = mentions.at(-1);
    const { declared, reach, ...known } = placed;
    let type: ts.Type | undefined;
    values.push({
      symbol,
      name,
      ...known,
      distance: last === undefined ? Number.POSITIVE_INFINITY : offset - last,
      mentions: mentions.length,
      since: mentions.filter((at) => at >= declared).length,
      later: (after.get(name) ?? []).filter((at) => at < reach).length,
      type: () => {
        type ??= checker.getTypeOfSymbolAtLocation(symbol, node);
        return type;
      },
    });
  }
  values.sort((a, b) => a.depth - b.depth || a.distance - b.distance);
  cache.set(state, values);
  return values;
}

function ancestors(node: ts.Node): ts.Node[] {
  const found: ts.Node[] = [];
  for (let at: ts.Node | undefined = node; at; at = at.parent) found.push(at);
  return found;
}

/** Where the declaration's name ends, and where the scope does. */
type Placed = Pick<ScopeValue, 'depth' | 'origin'> & { readonly declared: number; readonly reach: number };

function place(
  tsc: Ts,
  state: HoleState,
  symbol: ts.Symbol,
  file: ts.SourceFile,
  around: readonly ts.Node[],
): Placed | undefined {
  const { name } = symbol;
  const declaration = symbol.valueDeclaration ?? symbol.declarations?.[0];
  const everywhere = { declared: 0, reach: Number.POSITIVE_INFINITY };
  const library: Placed | undefined = libraryNames.has(name)
    ? { depth: 30, origin: 'library', ...everywhere }
    : undefined;
  if (!declaration) return library;
  const source = declaration.getSourceFile();
  if (source !== file) return source.isDeclarationFile ? library : { depth: 20, origin: 'global', ...everywhere };
  const named = tsc.getNameOfDeclaration(declaration);
  const declared = named?.end ?? declaration.end;
  if (symbol.flags & tsc.SymbolFlags.Alias) {
    const reach = file.end;
    return isValueImport(state, symbol, declaration) ? { depth: 20, origin: 'import', declared, reach } : undefined;
  }
  const home = ancestors(declaration);
  const meeting = home.find((at) => around.includes(at));
  // The variable that is being declared is not there yet, nor are those that its pattern takes from the value.
  const isOwn =
    meeting === declaration ||
    (meeting !== undefined &&
      tsc.isVariableDeclaration(meeting) &&
      meeting.name.end < state.node.pos &&
      isWithin(declaration, meeting.name));
  if (isOwn && !tsc.isFunctionLike(declaration) && !tsc.isClassLike(declaration)) return undefined;
  if (isLater(tsc, state, symbol, declaration, around)) return undefined;
  let depth = 0;
  for (const at of around) {
    if (at === meeting) break;
    if (tsc.isBlock(at) || tsc.isFunctionLike(at)) depth++;
  }
  const reach = meeting?.end ?? file.end;
  if (isParameterPart(tsc, declaration)) return { depth, origin: 'parameter', declared, reach };
  const isTop = meeting !== undefined && tsc.isSourceFile(meeting);
  return { depth: isTop ? Math.max(depth, 10) : depth, origin: isTop ? 'file' : 'local', declared, reach };
}

const isWithin = (inner: ts.Node, outer: ts.Node): boolean => inner.pos >= outer.pos && inner.end <= outer.end;

function isParameterPart(tsc: Ts, declaration: ts.Node): boolean {
  let at = declaration;
  while (tsc.isBindingElement(at) || tsc.isObjectBindingPattern(at) || tsc.isArrayBindingPattern(at)) at = at.parent;
  return tsc.isParameter(at);
}

/** Whether an import gives a value; one that does not resolve may. */
function isValueImport(state: HoleState, symbol: ts.Symbol, declaration: ts.Declaration): boolean {
  const { tsc, checker } = state.snapshot;
  if (tsc.isTypeOnlyImportDeclaration(declaration)) return false;
  const target = checker.getAliasedSymbol(symbol);
  return (target.flags & tsc.SymbolFlags.Value) !== 0 || checker.isUnknownSymbol(target);
}

/** Whether a block-scoped variable of the same function is declared only after the hole. */
function isLater(
  tsc: Ts,
  state: HoleState,
  symbol: ts.Symbol,
  declaration: ts.Declaration,
  around: readonly ts.Node[],
): boolean {
  if (!(symbol.flags & (tsc.SymbolFlags.BlockScopedVariable | tsc.SymbolFlags.Class))) return false;
  if (declaration.pos < state.node.pos) return false;
  const functionAround = (nodes: readonly ts.Node[]): ts.Node | undefined => nodes.find((at) => tsc.isFunctionLike(at));
  return functionAround(around) === functionAround(ancestors(declaration).slice(1));
}
