/**
 * Types that the hole is about: the expected one, those of the callee's parameters, of the value before a dot, of the class
 * around, and the types that these are made of.
 */
import type ts from 'typescript';
import type { Ts } from '../tsConfig.ts';
import { enclosingClass, enclosingFunction, type HoleState, outermost, printType } from '../tsHole.ts';
import { oneLine } from '../tsPrint.ts';
import type { TypedItem, TypedSource } from '../typeEngine.ts';
import { type Collector, isOfProject, isTypeDeclaration } from './tsContextCollector.ts';

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

export function typeItems(collect: Collector, type: ts.Type, source: TypedSource, depth: number, reason: string): void {
  const { tsc } = collect.state.snapshot;
  for (const [i, declaration] of namedDeclarations(collect.state, type).entries()) {
    const kind = tsc.isEnumDeclaration(declaration) && source !== 'expectedType' ? 'enum' : source;
    collect.type(declaration, i === 0 ? kind : 'relevantType', depth + (i === 0 ? 0 : 1), reason);
  }
}

export function expectedItems(collect: Collector): void {
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
export function signatureItems(collect: Collector): void {
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
export function receiverItems(collect: Collector): void {
  const { state } = collect;
  const { tsc, checker } = state.snapshot;
  const p = state.node.parent;
  if (!tsc.isPropertyAccessExpression(p) || p.name !== state.node) return;
  const type = checker.getNonNullableType(checker.getTypeAtLocation(p.expression));
  typeItems(collect, type, 'member', 0, 'the members of the value before the dot');
}

/** The own class with its private members, its bases, and the signatures that it has to satisfy. */
export function ownItems(collect: Collector): void {
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

/** Types that the collected declarations name, two steps further. */
export function closure(collect: Collector): void {
  const { state } = collect;
  const { tsc, checker } = state.snapshot;
  const seeds = collect.items.filter((item) =>
    /^(?:expectedType|relevantType|signature|member|own)$/.test(item.source),
  );
  const names = new Set(seeds.flatMap((item) => (item.depth <= 3 ? (item.text.match(/\b[A-Z][\w$]*\b/g) ?? []) : [])));
  let taken = 0;
  for (const item of seeds) {
    if (item.depth > 2 || taken > 24) continue;
    const isOwn = item.path === state.request.file;
    const file = isOwn ? state.snapshot.file : state.snapshot.program.getSourceFile(item.path);
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
