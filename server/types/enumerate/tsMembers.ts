/**
 * Candidates that are members: after a dot, in an object literal, in a class that implements an interface, in JSX, and the
 * arms of a switch. Several lines where the answer has several.
 */
import type ts from 'typescript';
import { enclosingClass } from '../tsHole.ts';
import { oneLine, typeText } from '../tsPrint.ts';
import { argumentsFor } from './tsExpressions.ts';
import { type Gathering, isDeprecated } from './tsGather.ts';
import { onwards } from './tsOnwards.ts';
import { quoted, valueFor } from './tsShapes.ts';

/** After a dot. */
export function membersAfterDot(gather: Gathering): void {
  const { snapshot, node } = gather.state;
  const { tsc, checker } = snapshot;
  const p = node.parent;
  if (!tsc.isPropertyAccessExpression(p) || p.name !== node) return;
  const owner = checker.getNonNullableType(checker.getTypeAtLocation(p.expression));
  const context = checker.getContextualType(p);
  const before = p.expression.getText(snapshot.file);
  const isCalled = tsc.isCallExpression(p.parent) && p.parent.expression === p;
  const further: { readonly head: string; readonly type: ts.Type }[] = [];
  let isFound = false;
  for (const property of checker.getPropertiesOfType(checker.getApparentType(owner)).slice(0, 300)) {
    if (gather.isOver) return;
    if (!/^[A-Za-z_$][\w$]*$/.test(property.name)) continue;
    const written = gather.chains.get(`${before}.${property.name}`);
    const mentions = written?.count ?? 0;
    if (mentions === 0 && isDeprecated(tsc, property)) continue;
    const type = checker.getTypeOfSymbolAtLocation(property, node);
    const fit = context && checker.isTypeAssignableTo(type, context) ? 'assignable' : 'open';
    const signature = type.getCallSignatures()[0];
    const facts = { name: property.name, depth: mentions > 0 ? 0 : 3 };
    gather.offer({ text: property.name, origin: 'member', type, fit, ...facts });
    if (fit === 'assignable') isFound = true;
    if (isCalled) continue;
    if (!signature) {
      further.push({ head: property.name, type });
      continue;
    }
    const returned = signature.getReturnType();
    const result = context && checker.isTypeAssignableTo(returned, context) ? 'assignable' : 'open';
    const filled = argumentsFor(gather, signature);
    if (!filled) continue;
    const call = `${property.name}(${filled.join(', ')})`;
    const given = { ...facts, filledArguments: filled.length };
    gather.offer({ text: call, origin: 'member', type: returned, fit: result, ...given });
    if (result === 'assignable') isFound = true;
    further.push({ head: call, type: returned });
  }
  if (context && !isFound) for (const { head, type } of further) onwards(gather, head, type, context);
}

/** Members that an object literal still lacks: each alone, and all that are required together. */
export function objectMembers(gather: Gathering): void {
  const { snapshot, node, request } = gather.state;
  const { tsc, checker } = snapshot;
  const literal = node.parent.parent;
  if (!tsc.isObjectLiteralExpression(literal)) return;
  const has = new Set(literal.properties.flatMap((p) => (p.name && tsc.isIdentifier(p.name) ? [p.name.text] : [])));
  const type = checker.getContextualType(literal);
  if (isGivenAway(tsc, literal)) {
    declaredHere(gather, has);
    return;
  }
  if (!type || checker.getPropertiesOfType(type).length === 0) {
    shorthands(gather, type, has);
    return;
  }
  const required: string[] = [];
  for (const property of checker.getPropertiesOfType(checker.getNonNullableType(type)).slice(0, 60)) {
    if (has.has(property.name) || !/^[A-Za-z_$][\w$]*$/.test(property.name)) continue;
    const own = checker.getTypeOfSymbolAtLocation(property, node);
    const value = valueFor(gather, own, property.name, false) ?? blankFor(gather, own);
    const isOptional = (property.flags & tsc.SymbolFlags.Optional) !== 0;
    const text = value === property.name ? value : `${property.name}: ${value}`;
    gather.offer({ text, origin: 'member', fit: isOptional ? 'open' : 'assignable', name: property.name });
    if (!isOptional) required.push(text);
  }
  if (required.length < 2) return;
  const indent = indentAt(request.text, request.offset);
  gather.offer({ text: required.join(`,\n${indent}`), origin: 'missingMembers', fit: 'assignable' });
}

/** `module.exports = { | }`, `export default { | }`. */
function isGivenAway(tsc: typeof ts, { parent }: ts.ObjectLiteralExpression): boolean {
  if (tsc.isExportAssignment(parent)) return true;
  return tsc.isBinaryExpression(parent) && parent.left.getText() === 'module.exports';
}

/** What the file declares and has not from elsewhere. */
function declaredHere(gather: Gathering, has: ReadonlySet<string>): void {
  const { tsc } = gather.state.snapshot;
  for (const root of gather.scope) {
    const own = root.symbol.valueDeclaration;
    if (!own || has.has(root.name) || own.getSourceFile() !== gather.state.snapshot.file) continue;
    const isDeclared = tsc.isFunctionDeclaration(own) || tsc.isClassDeclaration(own) || tsc.isVariableDeclaration(own);
    const made = tsc.findAncestor(own, tsc.isVariableDeclaration)?.initializer;
    const isRequired = made !== undefined && /^(?:await\s+)?(?:require|import)\(/.test(made.getText());
    if (isDeclared && !isRequired) gather.offer({ text: root.name, origin: 'member', fit: 'assignable', root });
  }
}

/** Where any key is taken (a record, an object that is only returned): what is at hand, under its own name. */
function shorthands(gather: Gathering, type: ts.Type | undefined, has: ReadonlySet<string>): void {
  const { tsc, checker } = gather.state.snapshot;
  const taken = type && checker.getIndexTypeOfType(type, tsc.IndexKind.String);
  const own = gather.scope.filter(
    (value) =>
      (value.origin === 'local' || value.origin === 'parameter') &&
      (value.symbol.flags & tsc.SymbolFlags.Variable) !== 0 &&
      !has.has(value.name) &&
      (!taken || checker.isTypeAssignableTo(value.type(), taken)),
  );
  for (const root of own.slice(0, 12)) gather.offer({ text: root.name, origin: 'member', fit: 'assignable', root });
  const unused = own
    .filter(({ mentions, origin, depth }) => mentions === 1 && origin === 'local' && depth === 0)
    .sort((a, b) => (a.symbol.valueDeclaration?.pos ?? 0) - (b.symbol.valueDeclaration?.pos ?? 0))
    .map(({ name }) => name);
  if (unused.length > 1 && unused.length < 6) gather.offer({ text: unused.join(', '), origin: 'member', fit: 'open' });
}

/** A value of the type that says least. */
function blankFor(gather: Gathering, type: ts.Type): string {
  const { tsc, checker } = gather.state.snapshot;
  const f = tsc.TypeFlags;
  if (type.flags & f.StringLike) return type.isStringLiteral() ? quoted(gather, type.value) : quoted(gather, '');
  if (type.flags & f.NumberLike) return type.isNumberLiteral() ? String(type.value) : '0';
  if (type.flags & f.BooleanLike || checker.typeToString(type) === 'boolean') return 'false';
  if (type.isUnion()) {
    const simple = type.types.find((part) => part.flags & (f.Undefined | f.Null | f.Literal)) ?? type.types[0];
    if (simple && simple.flags & f.Undefined) return 'undefined';
    if (simple && simple.flags & f.Null) return 'null';
    return simple ? blankFor(gather, simple) : 'undefined';
  }
  if (checker.isTupleType(type)) {
    return `[${checker
      .getTypeArguments(type as ts.TypeReference)
      .map((part) => blankFor(gather, part))
      .join(', ')}]`;
  }
  if (checker.isArrayLikeType(type)) return '[]';
  const signature = type.getCallSignatures()[0];
  if (signature) return `() => ${bodyFor(gather, signature)}`;
  return '{}';
}

function bodyFor(gather: Gathering, signature: ts.Signature): string {
  const { tsc } = gather.state.snapshot;
  const result = signature.getReturnType();
  if (result.flags & (tsc.TypeFlags.VoidLike | tsc.TypeFlags.Any)) return '{}';
  const value = blankFor(gather, result);
  return value.startsWith('{') ? `(${value})` : value;
}

export function indentAt(text: string, offset: number): string {
  const line = text.lastIndexOf('\n', offset - 1) + 1;
  return /^[ \t]*/.exec(text.slice(line, offset))?.[0] ?? '';
}

/** Members that a class owes to what it implements or extends. */
export function classMembers(gather: Gathering): void {
  const indent = indentAt(gather.state.request.text, gather.state.request.offset);
  const stubs = owedMembers(gather).map((property) => {
    const stub = stubOf(gather, property, indent);
    gather.offer({ text: stub, origin: 'missingMembers', fit: 'assignable', name: property.name });
    return stub;
  });
  if (stubs.length > 1)
    gather.offer({ text: stubs.join(`\n\n${indent}`), origin: 'missingMembers', fit: 'assignable' });
}

export function owedMembers({ state }: Gathering): ts.Symbol[] {
  const { tsc, checker } = state.snapshot;
  const own = enclosingClass(tsc, state.node);
  if (!own) return [];
  const has = new Set(
    own.members.flatMap((member) => (member.name && tsc.isIdentifier(member.name) ? [member.name.text] : [])),
  );
  const owed: ts.Symbol[] = [];
  for (const clause of own.heritageClauses ?? []) {
    const isImplemented = clause.token === tsc.SyntaxKind.ImplementsKeyword;
    for (const base of clause.types) {
      for (const property of checker.getTypeAtLocation(base).getProperties()) {
        const declaration = property.valueDeclaration ?? property.declarations?.[0];
        const isAbstract =
          declaration && (tsc.getCombinedModifierFlags(declaration) & tsc.ModifierFlags.Abstract) !== 0;
        const isOptional = (property.flags & tsc.SymbolFlags.Optional) !== 0;
        if (!has.has(property.name) && !isOptional && (isImplemented || isAbstract)) owed.push(property);
      }
    }
  }
  return owed;
}

function stubOf(gather: Gathering, property: ts.Symbol, indent: string): string {
  const { snapshot, node } = gather.state;
  const { checker } = snapshot;
  const type = checker.getTypeOfSymbolAtLocation(property, node);
  const signature = type.getCallSignatures()[0];
  if (!signature) return `${property.name}: ${typeText(snapshot, type, node)} = ${blankFor(gather, type)};`;
  const unit = indent.includes('\t') ? '\t' : indent.length === 4 ? '    ' : '  ';
  const written = oneLine(checker.signatureToString(signature, node), 500);
  return `${property.name}${written} {\n${indent}${unit}throw new Error(${quoted(gather, 'not implemented')});\n${indent}}`;
}

/** JSX attributes by name, with a value where one is at hand. */
export function jsxAttributes(gather: Gathering): void {
  const { snapshot, node } = gather.state;
  const { tsc, checker } = snapshot;
  const attributes = node.parent.parent;
  if (!tsc.isJsxAttributes(attributes)) return;
  const type = checker.getContextualType(attributes);
  const has = new Set(attributes.properties.flatMap((p) => (tsc.isJsxAttribute(p) ? [p.name.getText()] : [])));
  for (const property of type ? checker.getPropertiesOfType(type).slice(0, 200) : []) {
    if (gather.isOver) return;
    if (has.has(property.name) || !/^[A-Za-z_][\w-]*$/.test(property.name)) continue;
    const own = checker.getTypeOfSymbolAtLocation(property, node);
    const isFlag = checker.typeToString(checker.getNonNullableType(own)) === 'boolean';
    const value = isFlag ? undefined : valueFor(gather, own, property.name, false);
    const isOptional = (property.flags & tsc.SymbolFlags.Optional) !== 0;
    const fit = isOptional ? 'open' : 'assignable';
    const text = value === undefined ? `${property.name}${isFlag ? '' : '={}'}` : `${property.name}=${braced(value)}`;
    if (!text.endsWith('={}')) gather.offer({ text, origin: 'jsx', fit, name: property.name });
  }
}

export function braced(value: string): string {
  return /^"[^"\\]*"$/.test(value) ? value : /^'[^'"\\]*'$/.test(value) ? `"${value.slice(1, -1)}"` : `{${value}}`;
}

/** The arms that a switch over a union or an enum still lacks: each alone, and all together. */
export function switchArms(gather: Gathering): void {
  const { snapshot, node, request, form } = gather.state;
  const { tsc, checker } = snapshot;
  const clause = node.parent;
  if (!tsc.isCaseClause(clause) || form.before === '') return;
  const done = new Set<ts.Type>();
  for (const other of clause.parent.clauses) {
    if (tsc.isCaseClause(other) && other !== clause) done.add(checker.getTypeAtLocation(other.expression));
  }
  const labels = [...gather.found.values()].filter(
    (item) => (item.origin === 'literal' || item.origin === 'enum') && item.type,
  );
  const missing = labels.filter((item) => item.type && !done.has(item.type) && item.fits);
  gather.found.clear();
  const indent = indentAt(request.text, request.offset);
  const unit = indent.includes('\t') ? '\t' : '  ';
  const arms = missing.map((item) => `case ${item.text}:\n${indent}${unit}break;`);
  for (const arm of arms) gather.offer({ text: arm, origin: 'switchArms', fit: 'assignable' });
  if (arms.length > 1 && arms.length <= 24) {
    gather.offer({ text: arms.join(`\n${indent}`), origin: 'switchArms', fit: 'same', name: 'all' });
  }
}
