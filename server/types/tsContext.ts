/**
 * Typed context: what a reader needs who shall fill the hole. After Blinn et al. (Statically contextualizing large
 * language models with typed holes, OOPSLA 2024): the expected type, the types it is made of, the values that make or take
 * it; extended by what measurements showed missing: complete or ranked members, the callee's signature, types of near
 * values, the own class, the file's skeleton, import headers, enum members and exports not imported yet.
 */
import type ts from 'typescript';
import { contextScore } from './contextScore.ts';
import type { Ts } from './tsConfig.ts';
import { enclosingClass, enclosingFunction, type HoleState, isVague, outermost, printType } from './tsHole.ts';
import { importables } from './tsImports.ts';
import { declaredNames, type ProjectIndex } from './tsIndex.ts';
import {
  cheapHeader,
  header,
  isCheaplyTyped,
  type MemberRank,
  oneLine,
  type PrintHeader,
  typeDeclaration,
  typeText,
  writtenHeader,
} from './tsPrint.ts';
import { type ScopeValue, scopeValues } from './tsScope.ts';
import type { ContextLimits, TypedItem, TypedSource } from './typeEngine.ts';
import { likeness } from './words.ts';

/** Collects items: no declaration twice, the best score kept. */
class Collector {
  readonly items: TypedItem[] = [];
  private readonly seen = new Set<ts.Node | string>();
  readonly state: HoleState;
  readonly rank: MemberRank;

  constructor(state: HoleState, hints: readonly string[]) {
    this.state = state;
    this.rank = memberRank(state, hints);
  }

  has(key: ts.Node | string): boolean {
    return this.seen.has(key);
  }

  /** The declaration of a type, in one or two pieces. */
  type(node: ts.Node, source: TypedSource, depth: number, reason: string): void {
    if (this.seen.has(node)) return;
    this.seen.add(node);
    // A class that may only be imported has many members.
    const print = source === 'export' ? writtenHeader : printerOf(source, depth);
    const pieces = typeDeclaration(this.state.snapshot, node, this.rank, print);
    for (const [i, piece] of pieces.entries()) {
      this.push(node, source, depth + (i === 0 ? 0 : 2), piece.text, piece.names, reason);
    }
  }

  header(node: ts.Node, name: string, source: TypedSource, depth: number, reason: string, prefix = ''): void {
    if (this.seen.has(node)) return;
    this.seen.add(node);
    this.push(node, source, depth, prefix + printerOf(source, depth)(this.state.snapshot, node), [name], reason);
  }

  text(key: string, source: TypedSource, depth: number, text: string, names: readonly string[], reason: string): void {
    if (this.seen.has(key)) return;
    this.seen.add(key);
    const path = this.state.request.file;
    const score = contextScore(this.state.place, source, depth);
    this.items.push({ source, path, name: names[0] ?? key, text, names, score, depth, reason });
  }

  /** Names without a text: not worth one yet, but worth judging. */
  names(source: TypedSource, depth: number, names: readonly string[], reason: string): void {
    const { place, request } = this.state;
    const score = contextScore(place, source, depth);
    this.items.push({ source, path: request.file, name: '', text: '', names, score, depth, reason });
  }

  weigh(factor: number): void {
    const last = this.items.at(-1);
    if (last) this.items[this.items.length - 1] = { ...last, score: Math.min(1, last.score * factor) };
  }

  private push(
    node: ts.Node,
    source: TypedSource,
    depth: number,
    text: string,
    names: readonly string[],
    reason: string,
  ): void {
    const { snapshot, place, request } = this.state;
    const file = node.getSourceFile();
    const isOwn = file === snapshot.file;
    const shift = snapshot.file.text.length - request.text.length;
    const back = (at: number): number => (isOwn && at > request.offset ? at - shift : at);
    const statement = snapshot.tsc.isVariableDeclaration(node) ? node.parent.parent : node;
    const span = { start: back(statement.getStart(file)), end: back(statement.end) };
    const score = contextScore(place, source, depth);
    this.items.push({ source, path: file.fileName, name: names[0] ?? '', text, names, span, score, depth, reason });
  }
}

/** What is only near is many declarations: the types of few of them are worth inferring. */
function printerOf(source: TypedSource, depth: number): PrintHeader {
  const isNear = source === 'import' || source === 'skeleton' || source === 'export';
  return isNear || depth >= 1.5 ? cheapHeader : header;
}

/** Members are likelier when the file already names them, when they sound like the hole, or when they were hinted at. */
function memberRank(state: HoleState, hints: readonly string[]): MemberRank {
  const words = new Set(state.request.text.match(/[A-Za-z_$][\w$]*/g));
  const near = new Set(
    state.request.text
      .slice(Math.max(0, state.request.offset - 3000), state.request.offset + 1000)
      .match(/[A-Za-z_$][\w$]*/g),
  );
  const hinted = new Set(hints);
  const sounds = [state.name, state.hole.callee?.split('.').at(-1), state.hole.enclosing].filter(
    (s) => s !== undefined,
  );
  return (name) => {
    let rank = words.has(name) ? 1 : 0;
    if (near.has(name)) rank += 0.5;
    if (hinted.has(name)) rank += 2;
    for (const sound of sounds) rank += likeness(sound, name);
    return rank;
  };
}

export function typedContext(
  state: HoleState,
  index: ProjectIndex,
  limits: ContextLimits,
  cancelled: () => boolean,
): TypedItem[] {
  const { hints = [], maxLength = 24_000 } = limits;
  const collect = new Collector(state, hints);
  const steps = [
    () => expectedItems(collect),
    () => headerItems(collect, index, hints, cancelled),
    () => signatureItems(collect),
    () => receiverItems(collect),
    () => ownItems(collect),
    () => valueItems(collect),
    () => importItems(collect),
    () => closure(collect),
    () => exportItems(collect, index, hints),
    () => skeletonItems(collect),
  ];
  for (const step of steps) {
    if (cancelled()) break;
    step();
  }
  const sorted = collect.items.sort((a, b) => b.score - a.score);
  let length = 0;
  return sorted.filter((item) => {
    length += item.text.length;
    return length <= maxLength || length === item.text.length;
  });
}

function isOfProject(state: HoleState, node: ts.Node): boolean {
  const file = node.getSourceFile();
  return (
    !state.snapshot.program.isSourceFileDefaultLibrary(file) &&
    !/\/node_modules\/(?:@types\/node|typescript)\//.test(file.fileName)
  );
}

/** Declarations of the named types that a type is made of, the outermost first. */
export function namedDeclarations(state: HoleState, type: ts.Type, limit = 12): ts.Declaration[] {
  const { tsc, checker } = state.snapshot;
  const found: ts.Declaration[] = [];
  const seen = new Set<ts.Type>();
  const visit = (at: ts.Type, depth: number): void => {
    if (seen.has(at) || found.length >= limit || depth > 4) return;
    seen.add(at);
    for (const symbol of [at.aliasSymbol, at.symbol]) {
      for (const declaration of symbol?.declarations ?? []) {
        if (isTypeDeclaration(tsc, declaration) && isOfProject(state, declaration)) found.push(declaration);
      }
    }
    for (const argument of at.aliasTypeArguments ?? []) visit(argument, depth + 1);
    if (at.isUnionOrIntersection()) for (const part of at.types.slice(0, 12)) visit(part, depth + 1);
    const isReference = (at as ts.ObjectType).objectFlags & tsc.ObjectFlags.Reference;
    if (isReference)
      for (const argument of checker.getTypeArguments(at as ts.TypeReference)) visit(argument, depth + 1);
    if (at.symbol && at.symbol.flags & (tsc.SymbolFlags.Interface | tsc.SymbolFlags.Class)) return;
    for (const signature of at.getCallSignatures().slice(0, 2)) {
      visit(signature.getReturnType(), depth + 1);
      for (const parameter of signature.parameters) visit(checker.getTypeOfSymbol(parameter), depth + 1);
    }
    if (at.symbol && at.symbol.flags & tsc.SymbolFlags.TypeLiteral && !at.aliasSymbol) {
      for (const property of at.getProperties().slice(0, 12)) visit(checker.getTypeOfSymbol(property), depth + 1);
    }
  };
  visit(type, 0);
  return [...new Set(found)];
}

function isTypeDeclaration(tsc: Ts, node: ts.Node): boolean {
  return (
    tsc.isInterfaceDeclaration(node) ||
    tsc.isClassLike(node) ||
    tsc.isTypeAliasDeclaration(node) ||
    tsc.isEnumDeclaration(node)
  );
}

function typeItems(collect: Collector, type: ts.Type, source: TypedSource, depth: number, reason: string): void {
  const { tsc } = collect.state.snapshot;
  for (const [i, declaration] of namedDeclarations(collect.state, type).entries()) {
    const kind = tsc.isEnumDeclaration(declaration) && source !== 'expectedType' ? 'enum' : source;
    collect.type(declaration, i === 0 ? kind : 'relevantType', depth + (i === 0 ? 0 : 1), reason);
  }
}

function expectedItems(collect: Collector): void {
  const { state } = collect;
  const { type, others, from } = state.expectation;
  if (!type) return;
  const printed = printType(state.snapshot, type, state.node);
  const reason = from === 'prior' ? 'the type that names and later use suggest' : 'the type the hole must have';
  collect.text('expected', 'expectedType', 0, `// expected here: ${printed}`, [], reason);
  typeItems(collect, type, 'expectedType', 0, reason);
  for (const other of others) typeItems(collect, other, 'relevantType', 1, 'another overload takes it');
}

/** The callee: its signature and the types of its parameters. */
function signatureItems(collect: Collector): void {
  const { state } = collect;
  const { tsc, checker } = state.snapshot;
  const call = outermost(tsc, state.node).parent;
  const calls: (ts.CallExpression | ts.NewExpression)[] = [];
  for (let at: ts.Node = call; at && !tsc.isFunctionLike(at) && !tsc.isStatement(at); at = at.parent) {
    if (tsc.isCallExpression(at) || tsc.isNewExpression(at)) calls.push(at);
  }
  for (const [depth, each] of calls.entries()) {
    const signature = depth > 0 ? outerSignature(state, each) : checker.getResolvedSignature(each);
    const declaration = signature?.declaration;
    if (!signature || !declaration || !isOfProject(state, declaration)) continue;
    const name = each.expression.getText(state.snapshot.file);
    collect.header(declaration, lastPart(name), 'signature', depth, `the signature of ${oneLine(name, 60)}`);
    for (const parameter of signature.parameters) {
      const type = checker.getTypeOfSymbolAtLocation(parameter, state.node);
      typeItems(collect, type, 'relevantType', depth + 1, `a parameter of ${oneLine(name, 60)}`);
    }
  }
}

/** Of a call around the call: resolving it compares whole types, which a callee with one signature does not need. */
function outerSignature(state: HoleState, call: ts.CallExpression | ts.NewExpression): ts.Signature | undefined {
  const { tsc, checker } = state.snapshot;
  const callee = checker.getTypeAtLocation(call.expression);
  const signatures = tsc.isNewExpression(call) ? callee.getConstructSignatures() : callee.getCallSignatures();
  return signatures.length === 1 ? signatures[0] : checker.getResolvedSignature(call);
}

function lastPart(name: string): string {
  return name.split(/[.?]/).at(-1) ?? name;
}

/** Before a dot: what the value has. */
function receiverItems(collect: Collector): void {
  const { state } = collect;
  const { tsc, checker } = state.snapshot;
  const p = state.node.parent;
  if (!tsc.isPropertyAccessExpression(p) || p.name !== state.node) return;
  const type = checker.getNonNullableType(checker.getTypeAtLocation(p.expression));
  typeItems(collect, type, 'member', 0, 'the members of the value before the dot');
}

/** The own class with its private members, its bases, and the signatures that it has to satisfy. */
function ownItems(collect: Collector): void {
  const { state } = collect;
  const { tsc, checker } = state.snapshot;
  const own = enclosingClass(tsc, state.node);
  if (!own) return;
  collect.type(own, 'own', 0, 'the class around the hole');
  for (const clause of own.heritageClauses ?? []) {
    for (const base of clause.types) {
      typeItems(collect, checker.getTypeAtLocation(base), 'own', 1, 'what the class extends or implements');
    }
  }
  const owner = enclosingFunction(tsc, state.node);
  if (owner?.type)
    typeItems(collect, checker.getTypeFromTypeNode(owner.type), 'relevantType', 1, 'the function returns it');
}

const maxValues = 28;
/** Of the file's own values beyond so many, those whose type would have to be inferred from much are left out. */
const maxInferredValues = 8;

const isCheaplyDeclared = (tsc: Ts, { symbol }: ScopeValue): boolean =>
  symbol.valueDeclaration === undefined || isCheaplyTyped(tsc, symbol.valueDeclaration);

function valueItems(collect: Collector): void {
  const { state } = collect;
  const { tsc } = state.snapshot;
  const values = scopeValues(state)
    .filter((value) => value.origin === 'local' || value.origin === 'parameter' || value.origin === 'file')
    .sort((a, b) => a.distance - b.distance)
    .slice(0, maxValues);
  for (const [i, value] of values.entries()) {
    const depth = Math.floor(i / 4);
    if (i >= maxInferredValues && value.origin === 'file' && !isCheaplyDeclared(tsc, value)) continue;
    const type = value.type();
    if (isVague(tsc, type)) continue;
    const named = namedDeclarations(state, type, 4);
    for (const declaration of named) {
      const kind = tsc.isEnumDeclaration(declaration) ? 'enum' : 'member';
      collect.type(declaration, kind, depth, `the type of ${value.name}, ${nearness(value)}`);
    }
    const home = value.symbol.valueDeclaration;
    if (named.length === 0 && home && tsc.isVariableDeclaration(home)) anonymousItem(collect, value, type, depth);
  }
}

function nearness(value: ScopeValue): string {
  return value.origin === 'parameter' ? 'a parameter' : value.origin === 'file' ? 'of this file' : 'in scope';
}

/** A value of a type without a name: its members in one line. */
function anonymousItem(collect: Collector, value: ScopeValue, type: ts.Type, depth: number): void {
  const { state } = collect;
  const { tsc } = state.snapshot;
  if (!(type.flags & tsc.TypeFlags.Object) || type.getCallSignatures().length > 0) return;
  const properties = type.getProperties();
  if (properties.length === 0 || properties.length > 60 || state.snapshot.checker.isArrayLikeType(type)) return;
  const text = `${value.name}: ${oneLine(typeText(state.snapshot, type, state.node), 500)}`;
  const names = [value.name, ...properties.map((p) => p.name)].filter((name) => text.includes(name));
  collect.text(`value ${value.name}`, 'value', depth, text, names, `the type of ${value.name}, ${nearness(value)}`);
}

/** Headers of what the file imports. */
function importItems(collect: Collector): void {
  const { state } = collect;
  const { tsc, checker, file } = state.snapshot;
  const near = state.request.text.slice(Math.max(0, state.request.offset - 4000), state.request.offset + 1500);
  for (const statement of file.statements) {
    if (!tsc.isImportDeclaration(statement)) continue;
    const clause = statement.importClause;
    const names: ts.Identifier[] = [];
    if (clause?.name) names.push(clause.name);
    const bindings = clause?.namedBindings;
    if (bindings && tsc.isNamedImports(bindings)) for (const element of bindings.elements) names.push(element.name);
    if (bindings && tsc.isNamespaceImport(bindings)) names.push(bindings.name);
    for (const name of names) importedItem(collect, checker.getSymbolAtLocation(name), name.text, near);
  }
}

function importedItem(collect: Collector, symbol: ts.Symbol | undefined, local: string, near: string): void {
  const { state } = collect;
  const { tsc, checker } = state.snapshot;
  if (!symbol || !(symbol.flags & tsc.SymbolFlags.Alias)) return;
  const target = checker.getAliasedSymbol(symbol);
  const mention = new RegExp(`(?<![\\w$])${local.replaceAll('$', '\\$')}(?![\\w$])`).test(near);
  const depth = mention ? 0 : 1;
  for (const declaration of (target.declarations ?? []).slice(0, 2)) {
    if (!isOfProject(state, declaration)) continue;
    const reason = `imported as ${local}`;
    if (isTypeDeclaration(tsc, declaration)) {
      const kind = tsc.isEnumDeclaration(declaration) ? 'enum' : 'import';
      collect.type(declaration, kind, depth, reason);
    } else if (tsc.isSourceFile(declaration)) namespaceItem(collect, target, local, depth);
    else collect.header(declaration, local, 'import', depth, reason);
  }
}

/** `import * as ns`: the headers of what it holds. */
function namespaceItem(collect: Collector, module: ts.Symbol, local: string, depth: number): void {
  const { state } = collect;
  const { checker } = state.snapshot;
  const lines: string[] = [];
  const names = [local];
  const members = checker
    .getExportsOfModule(module)
    .map((symbol) => ({ symbol, rank: collect.rank(symbol.name, state.node) }));
  members.sort((a, b) => b.rank - a.rank);
  for (const { symbol } of members.slice(0, 16)) {
    const declaration = symbol.declarations?.[0];
    if (!declaration || !isOfProject(state, declaration)) continue;
    names.push(symbol.name);
    lines.push(`  ${oneLine(header(state.snapshot, declaration), 160)}`);
  }
  if (lines.length === 0) return;
  collect.text(
    `ns ${local}`,
    'import',
    depth,
    `namespace ${local} {\n${lines.join('\n')}\n}`,
    names,
    `imported as ${local}`,
  );
}

/** What the paper calls targets: the expected type; of a function, its result too; of a tuple or object, the components. */
export function headerTargets(state: HoleState): ts.Type[] {
  const { tsc, checker } = state.snapshot;
  const { type, others } = state.expectation;
  const targets: ts.Type[] = [];
  const add = (at: ts.Type | undefined): void => {
    if (at && !isVague(tsc, at) && !targets.includes(at)) targets.push(at);
  };
  for (const each of [type, ...others]) {
    if (!each) continue;
    const bare = checker.getNonNullableType(each);
    add(bare);
    const results = bare.getCallSignatures().map((signature) => signature.getReturnType());
    for (const result of results) add(result);
    for (const product of [bare, ...results]) {
      if (checker.isTupleType(product))
        for (const part of checker.getTypeArguments(product as ts.TypeReference)) add(part);
      // A literal type written in place is a product as well; a class or interface is one thing.
      else if (
        product.symbol &&
        product.symbol.flags & tsc.SymbolFlags.TypeLiteral &&
        product.getCallSignatures().length === 0
      ) {
        for (const property of product.getProperties().slice(0, 8)) add(checker.getTypeOfSymbol(property));
      }
    }
  }
  const f = tsc.TypeFlags;
  const base =
    f.StringLike | f.NumberLike | f.BooleanLike | f.BigIntLike | f.ESSymbolLike | f.VoidLike | f.Null | f.NonPrimitive;
  const isBase = (at: ts.Type): boolean =>
    at.flags & f.EnumLike
      ? false
      : (at.flags & base) !== 0 || (at.isUnion() && at.types.every((t) => t.flags & base && !(t.flags & f.Literal)));
  return targets.filter((at) => !isBase(at));
}

/** How a value of `type` can give a target: 0 itself, 1 by a call, 2 by a call of its result; undefined not at all. */
export function reach(state: HoleState, type: ts.Type, targets: readonly ts.Type[]): number | undefined {
  const { tsc, checker } = state.snapshot;
  let at: ts.Type | undefined = type;
  for (let calls = 0; calls <= 2 && at && !isVague(tsc, at); calls++) {
    const value = at;
    if (!isEmptyObject(tsc, value) && targets.some((target) => checker.isTypeAssignableTo(value, target))) return calls;
    at = at.getCallSignatures()[0]?.getReturnType();
  }
  return undefined;
}

function isEmptyObject(tsc: Ts, type: ts.Type): boolean {
  return (type.flags & tsc.TypeFlags.Never) !== 0;
}

const maxHeaders = 16;
/** A count rather than a deadline: the same hole gets the same headers on a busy machine. */
const maxImportables = 80;

function headerItems(
  collect: Collector,
  index: ProjectIndex,
  hints: readonly string[],
  cancelled: () => boolean,
): void {
  const { state } = collect;
  const { tsc, checker } = state.snapshot;
  const targets = headerTargets(state);
  if (targets.length === 0) return;
  let taken = 0;
  const offer = (node: ts.Node, name: string, type: ts.Type, nearer: number, prefix: string): void => {
    const calls = reach(state, type, targets);
    if (calls === undefined) return;
    taken++;
    const reason = calls === 0 ? 'a value of the expected type' : 'gives the expected type';
    collect.header(node, name, 'header', nearer + calls / 2, reason, prefix);
  };
  for (const value of scopeValues(state)) {
    const node = value.symbol.valueDeclaration;
    if (taken >= maxHeaders || cancelled()) return;
    if (value.origin === 'library' || !node || collect.has(node) || !isOfProject(state, node)) continue;
    offer(node, value.name, value.type(), 0, '');
  }
  for (const item of importables(state, index, hints, maxImportables)) {
    if (taken >= maxHeaders || cancelled()) return;
    const node = item.entry?.node;
    if (!node || item.isType || collect.has(node) || !isTypedValue(tsc, node)) continue;
    offer(node, item.name, checker.getTypeAtLocation(node), 1, importComment(state, item.entry?.path));
  }
}

function isTypedValue(tsc: Ts, node: ts.Node): boolean {
  return (tsc.isFunctionDeclaration(node) || tsc.isVariableDeclaration(node)) && isCheaplyTyped(tsc, node);
}

function importComment(state: HoleState, path: string | undefined): string {
  if (path === undefined) return '';
  const root = `${state.snapshot.project.root}/`;
  return `// ${path.startsWith(root) ? path.slice(root.length) : path}\n`;
}

/** Types that the collected declarations name, two steps further. */
function closure(collect: Collector): void {
  const { state } = collect;
  const { tsc, checker } = state.snapshot;
  const seeds = collect.items.filter((item) =>
    /^(?:expectedType|relevantType|signature|member|own)$/.test(item.source),
  );
  const names = new Set(seeds.flatMap((item) => (item.depth <= 3 ? (item.text.match(/\b[A-Z][\w$]*\b/g) ?? []) : [])));
  let taken = 0;
  for (const item of seeds) {
    if (item.depth > 2 || taken > 24) continue;
    const file = state.snapshot.program.getSourceFile(item.path);
    if (!file) continue;
    for (const symbol of referencedTypes(tsc, checker, file, item, names)) {
      for (const declaration of symbol.declarations ?? []) {
        if (!isTypeDeclaration(tsc, declaration) || !isOfProject(state, declaration) || collect.has(declaration))
          continue;
        taken++;
        const kind = tsc.isEnumDeclaration(declaration) ? 'enum' : 'relevantType';
        collect.type(declaration, kind, item.depth + 1.5, `named by ${item.name}`);
      }
    }
  }
}

/** Symbols of the type names written in an item's declaration. */
function referencedTypes(
  tsc: Ts,
  checker: ts.TypeChecker,
  file: ts.SourceFile,
  item: TypedItem,
  names: ReadonlySet<string>,
): ts.Symbol[] {
  const found = new Set<ts.Symbol>();
  const { span } = item;
  if (!span) return [];
  const visit = (node: ts.Node): void => {
    if (node.end <= span.start || node.pos >= span.end || found.size > 16 || tsc.isBlock(node)) return;
    if (tsc.isTypeReferenceNode(node) && tsc.isIdentifier(node.typeName) && names.has(node.typeName.text)) {
      const symbol = checker.getSymbolAtLocation(node.typeName);
      if (symbol) found.add(symbol.flags & tsc.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol);
    }
    tsc.forEachChild(node, visit);
  };
  visit(file);
  return [...found];
}

const maxExports = 40;
/** Of so many the names are told: which of them are likely is judged where the budget is spent. */
const maxNamed = 400;

/** Exports that files of this kind import and this one does not yet. */
function exportItems(collect: Collector, index: ProjectIndex, hints: readonly string[]): void {
  const { state } = collect;
  const packages = new Map<string, string[]>();
  let taken = 0;
  const rest: string[] = [];
  for (const item of importables(state, index, hints, maxNamed)) {
    if (taken >= maxExports) {
      rest.push(item.name);
      continue;
    }
    const reason = 'files like this one import it';
    if (item.entry) {
      if (collect.has(item.entry.node)) continue;
      const prefix = importComment(state, item.entry.path);
      const { tsc } = state.snapshot;
      if (isTypeDeclaration(tsc, item.entry.node)) collect.type(item.entry.node, 'export', taken / 6, reason);
      else collect.header(item.entry.node, item.name, 'export', taken / 6, reason, prefix);
      taken++;
    } else if (item.specifier && item.exported !== '*') {
      const names = packages.get(item.specifier) ?? [];
      names.push(item.name);
      packages.set(item.specifier, names);
      taken += 0.3;
    }
  }
  for (let from = 0; from < rest.length; from += 10)
    collect.names('export', (maxExports + from) / 6, rest.slice(from, from + 10), 'files like this one import it');
  for (const [specifier, names] of [...packages].slice(0, 6)) {
    const list = names.slice(0, 10);
    collect.text(
      `package ${specifier}`,
      'export',
      2,
      `import { ${list.join(', ')} } from '${specifier}'`,
      list,
      'files like this one import it',
    );
  }
}

/** The file's own top-level declarations. */
function skeletonItems(collect: Collector): void {
  const { state } = collect;
  const { tsc, file } = state.snapshot;
  const { node } = state;
  const declared = file.statements.flatMap((statement) => declaredNames(tsc, statement));
  declared.sort((a, b) => Math.abs(a[1].pos - node.pos) - Math.abs(b[1].pos - node.pos));
  for (const [i, [name, declaration]] of declared.slice(0, 80).entries()) {
    if (declaration.pos <= node.pos && node.end <= declaration.end && !tsc.isClassLike(declaration)) continue;
    const depth = Math.floor(i / 8);
    if (isTypeDeclaration(tsc, declaration)) collect.type(declaration, 'skeleton', depth, 'declared in this file');
    else collect.header(declaration, name, 'skeleton', depth, 'declared in this file');
  }
}
