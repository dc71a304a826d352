/**
 * What the block around a hole still lacks, part by part: members of an object literal with their values, members that a class
 * owes, arms of a switch. Nothing is checked here: who writes it tries the texts in their order.
 */
import type ts from 'typescript';
import type { Edit } from '../../text/span.ts';
import { importEdit } from '../imports/tsImports.ts';
import { enclosingClass, type HoleState } from '../tsHole.ts';
import type { ProjectIndex } from '../tsIndex.ts';
import { typeText } from '../tsPrint.ts';
import type { Fill, Missing } from '../typeEngine.ts';
import { Gathering } from './tsGather.ts';
import { braced, indentAt, owedMembers } from './tsMembers.ts';
import { isWritable, memberValues, obviousValue, type Writing, written } from './tsObvious.ts';
import { literalText, partsInOrder, quoted } from './tsShapes.ts';

type Part = Missing['parts'][number];

/** Milliseconds: somebody asked for it by a command. */
const patience = 5000;
const maxParts = 80;

export function missingAt(state: HoleState, index: ProjectIndex, cancelled: () => boolean): Missing | undefined {
  const gather = new Gathering(state, index, patience, cancelled);
  if (state.place === 'objectMember') {
    const found = partsOf(gather, 'members', members(gather));
    const spread = found && spreadBefore(state, new Set(found.parts.map(({ name }) => name)));
    return found && spread !== undefined ? { ...found, above: spread } : found;
  }
  if (state.place === 'jsxAttribute') return partsOf(gather, 'attributes', attributes(gather));
  if (state.place === 'classMember') return partsOf(gather, 'stubs', stubs(gather));
  if (state.place !== 'case') return undefined;
  const found = partsOf(gather, 'arms', arms(gather));
  const above = placeAbove(gather);
  return found && above !== undefined ? { ...found, above } : found;
}

function partsOf(gather: Gathering, kind: Missing['kind'], parts: readonly Part[]): Missing | undefined {
  if (gather.isOver) return { kind, parts: [], unfinished: 'late' };
  if (parts.length > maxParts) return { kind, parts, unfinished: 'many' };
  return parts.length > 0 ? { kind, parts } : undefined;
}

function writingOf(gather: Gathering, indent: string): Writing {
  const { text } = gather.state.request;
  const unit = indent.includes('\t') ? '\t' : /\n {2}\S/.test(text) || !/\n {4}\S/.test(text) ? '  ' : '    ';
  return { gather, unit, edits: [] };
}

function fillOf(text: string, edits: readonly Edit[]): Fill {
  return { text, ...(edits.length > 0 ? { edits: [...edits] } : {}) };
}

function members(gather: Gathering): Part[] {
  const { snapshot, node, request } = gather.state;
  const { tsc, checker } = snapshot;
  const literal = node.parent.parent;
  if (!tsc.isObjectLiteralExpression(literal)) return [];
  const type = owedType(gather, literal);
  if (!type) return [];
  const isOptional = ({ flags }: ts.Symbol): boolean => (flags & tsc.SymbolFlags.Optional) !== 0;
  // What a spread surely brings is there, too.
  const has = new Set(
    checker
      .getTypeAtLocation(literal)
      .getProperties()
      .filter((property) => !isOptional(property))
      .map(({ name }) => name),
  );
  const indent = indentAt(request.text, request.offset);
  const all = checker.getPropertiesOfType(type);
  const owed = all.filter((property) => !has.has(property.name) && !isOptional(property));
  if (owed.length > maxParts) return owed.map(({ name }) => ({ name, fills: [] }));
  const typeOf = (property: ts.Symbol): ts.Type => checker.getTypeOfSymbolAtLocation(property, node);
  const wanted = all.map((property) => ({ name: property.name, type: typeOf(property) }));
  return owed.map((property): Part => {
    const { name } = property;
    if (!isWritable(property) || gather.isOver) return { name: checker.symbolToString(property), fills: [] };
    const writing = writingOf(gather, indent);
    const values = memberValues(writing, { name, type: typeOf(property) }, { all: wanted, owner: type }, indent);
    return { name, fills: values.map(({ value, edits }) => fillOf(written(writing, name, value), edits)) };
  });
}

/** Attributes that a tag must have and has not; a spread may bring any. */
function attributes(gather: Gathering): Part[] {
  const { snapshot, node, request } = gather.state;
  const { tsc, checker } = snapshot;
  const list = node.parent.parent;
  if (!tsc.isJsxAttribute(node.parent) || !tsc.isJsxAttributes(list)) return [];
  const type = checker.getContextualType(list);
  if (!type || list.properties.some((each) => tsc.isJsxSpreadAttribute(each))) return [];
  const has = new Set(list.properties.flatMap(({ name }) => (name ? [name.getText()] : [])));
  const indent = indentAt(request.text, request.offset);
  const isOwed = ({ name, flags }: ts.Symbol): boolean =>
    !has.has(name) && (flags & tsc.SymbolFlags.Optional) === 0 && name !== 'children' && /^[A-Za-z_][\w-]*$/.test(name);
  const typeOf = (property: ts.Symbol): ts.Type => checker.getTypeOfSymbolAtLocation(property, node);
  const all = checker.getPropertiesOfType(type);
  const wanted = all.map((property) => ({ name: property.name, type: typeOf(property) }));
  return all.filter(isOwed).map((property): Part => {
    const { name } = property;
    const writing = writingOf(gather, indent);
    const values = memberValues(writing, { name, type: typeOf(property) }, { all: wanted, owner: type }, indent);
    return { name, fills: values.map(({ value, edits }) => fillOf(`${name}=${braced(value)}`, edits)) };
  });
}

/** Where a spread before the hole begins that may bring one of these, and may not. */
function spreadBefore({ snapshot, node }: HoleState, names: ReadonlySet<string>): number | undefined {
  const { tsc, checker, file } = snapshot;
  const literal = node.parent.parent;
  if (!tsc.isObjectLiteralExpression(literal)) return undefined;
  const spread = literal.properties.find(
    (each) =>
      tsc.isSpreadAssignment(each) &&
      each.end <= node.pos &&
      checker
        .getPropertiesOfType(checker.getNonNullableType(checker.getTypeAtLocation(each.expression)))
        .some(({ name }) => names.has(name)),
  );
  return spread?.getStart(file);
}

/** The type whose members are wanted: of a union, the first part that agrees with what is written already. */
function owedType(gather: Gathering, literal: ts.ObjectLiteralExpression): ts.Type | undefined {
  const { tsc, checker } = gather.state.snapshot;
  const context = checker.getContextualType(literal);
  if (!context) return undefined;
  const bare = checker.getNonNullableType(context);
  // Not what a number has: an overload that is not meant may ask for one.
  if (!bare.isUnion()) return bare.flags & (tsc.TypeFlags.Object | tsc.TypeFlags.Intersection) ? bare : undefined;
  const isLiteral = (type: ts.Type): boolean =>
    (type.flags & (tsc.TypeFlags.Object | tsc.TypeFlags.Intersection)) !== 0 &&
    !checker.isArrayLikeType(type) &&
    type.getCallSignatures().length === 0 &&
    !/^Promise(?:Like)?$/.test(type.symbol?.name ?? '');
  return partsInOrder(gather.state.snapshot, bare)
    .filter(isLiteral)
    .find((type) => literal.properties.every((each) => agrees(gather, type, each)));
}

function agrees(gather: Gathering, type: ts.Type, element: ts.ObjectLiteralElementLike): boolean {
  const { snapshot, node } = gather.state;
  const { tsc, checker } = snapshot;
  const { name } = element;
  if (!name || name === node || tsc.isComputedPropertyName(name) || tsc.isPrivateIdentifier(name)) return true;
  const property = type.getProperty(name.text);
  if (!property) return type.getStringIndexType() !== undefined;
  const symbol = tsc.isShorthandPropertyAssignment(element)
    ? checker.getShorthandAssignmentValueSymbol(element)
    : undefined;
  const own = tsc.isPropertyAssignment(element)
    ? checker.getTypeAtLocation(element.initializer)
    : symbol && checker.getTypeOfSymbolAtLocation(symbol, node);
  return !own || checker.isTypeAssignableTo(own, checker.getTypeOfSymbolAtLocation(property, node));
}

/** Members of a class: methods that say they are not written yet, fields with an obvious value. */
function stubs(gather: Gathering): Part[] {
  const { tsc } = gather.state.snapshot;
  const { request, node } = gather.state;
  const own = enclosingClass(tsc, node);
  const indent = indentAt(request.text, request.offset);
  if (!own) return [];
  const owed = owedMembers(gather);
  if (owed.length > maxParts) return owed.map(({ name }) => ({ name, fills: [] }));
  return owed.map((property) => {
    if (!isWritable(property) || gather.isOver) return { name: property.name, fills: [] };
    const writing = writingOf(gather, indent);
    const fills = stub(writing, property, indent).flatMap((text) => {
      const edits = [...writing.edits, ...typeImports(gather, property, text)];
      const overriding = text.replace(/^(?:protected )?/, (modifier) => `${modifier}override `);
      return [fillOf(text, edits), fillOf(overriding, edits)];
    });
    return { name: property.name, fills };
  });
}

/** What could be written for one, best first. */
function stub(writing: Writing, property: ts.Symbol, indent: string): string[] {
  const { gather, unit } = writing;
  const { snapshot, node } = gather.state;
  const { tsc, checker } = snapshot;
  const f = tsc.TypeFormatFlags;
  const type = checker.getTypeOfSymbolAtLocation(property, node);
  const signatures = type.getCallSignatures();
  const declaration = property.valueDeclaration ?? property.declarations?.[0];
  const flags = declaration ? tsc.getCombinedModifierFlags(declaration) : 0;
  const access = flags & tsc.ModifierFlags.Protected ? 'protected ' : '';
  const name = /^[A-Za-z_$][\w$]*$/.test(property.name) ? property.name : quoted(gather, property.name);
  const body = `{\n${indent}${unit}throw new Error(${quoted(gather, 'not implemented')});\n${indent}}`;
  const isReadonly = (flags & tsc.ModifierFlags.Readonly) !== 0;
  const head = `: ${typeText(snapshot, type, node)}`;
  const field = `${access}${isReadonly ? 'readonly ' : ''}${name}${head}`;
  const isMethod =
    declaration !== undefined && (tsc.isMethodSignature(declaration) || tsc.isMethodDeclaration(declaration));
  if (signatures.length > 0 && (isMethod || signatures.length > 1 || type.getProperties().length === 0)) {
    const heads = signatures.map((each) =>
      checker.signatureToString(each, node, f.UseAliasDefinedOutsideCurrentScope | f.NoTruncation),
    );
    if (heads.length === 1) {
      const method = `${access}${name}${heads[0]} ${body}`;
      // A class cannot override a field by a method.
      const value = isMethod ? undefined : obviousValue(writing, type, indent);
      return value === undefined ? [method] : [method, `${field} = ${value};`];
    }
    const all = heads.map((head) => `${access}${name}${head};`);
    return [[...all, `${access}${name}(${joined(gather, signatures)} ${body}`].join(`\n${indent}`)];
  }
  const isGetter = property.flags & tsc.SymbolFlags.GetAccessor && !(property.flags & tsc.SymbolFlags.SetAccessor);
  const value = obviousValue(writing, type, indent);
  if (value !== undefined) return [`${field} = ${value};`];
  // What nobody knows a value for says so when it is read; but what can be assigned to must not be in the way of that.
  return isReadonly || isGetter ? [`${access}get ${name}()${head} ${body}`, `${field};`] : [`${field};`];
}

/** One signature that several overloads go through: each parameter is any of what they take. */
function joined(gather: Gathering, signatures: readonly ts.Signature[]): string {
  const { snapshot, node } = gather.state;
  const { checker } = snapshot;
  const longest = signatures.reduce((a, b) => (b.parameters.length > a.parameters.length ? b : a));
  const least = Math.min(...signatures.map(({ parameters }) => parameters.length));
  const union = (types: readonly ts.Type[]): string =>
    [...new Set(types.map((type) => typeText(snapshot, type, node)))].join(' | ');
  const list = longest.parameters.map((parameter, i) => {
    const types = signatures.flatMap(({ parameters }) => {
      const same = parameters[i];
      return same ? [checker.getTypeOfSymbolAtLocation(same, node)] : [];
    });
    return `${parameter.name}${i >= least ? '?' : ''}: ${union(types)}`;
  });
  return `${list.join(', ')}): ${union(signatures.map((each) => each.getReturnType()))}`;
}

/** Imports of the types that a stub names: from where its declaration has them. */
function typeImports({ state, index }: Gathering, property: ts.Symbol, text: string): Edit[] {
  const { tsc, checker } = state.snapshot;
  const home = property.declarations?.[0]?.getSourceFile().fileName;
  if (home === undefined || home === state.request.file) return [];
  const here = new Set(
    checker.getSymbolsInScope(state.node, tsc.SymbolFlags.Type | tsc.SymbolFlags.Alias).map(({ name }) => name),
  );
  const bare = text.replace(/'[^']*'|"[^"]*"/g, '');
  const names = new Set([...bare.matchAll(/(?<![\w$.])([A-Z][\w$]*)/g)].map(([, name = '']) => name));
  return [...names].flatMap((name) => {
    if (here.has(name) || name === 'Error') return [];
    const entries = index.named(name);
    const target = index.summary(home)?.imports.find(({ local }) => local === name)?.target ?? home;
    const entry = entries.find(({ path }) => path === target) ?? (entries.length === 1 ? entries[0] : undefined);
    if (!entry) return [];
    const exported = entry.isDefault ? 'default' : name;
    return importEdit(state, index, { name, exported, entry, specifier: undefined, isType: true, weight: 0 }) ?? [];
  });
}

/** Arms for what no label of the switch names yet. */
function arms(gather: Gathering): Part[] {
  const { snapshot, node, request } = gather.state;
  const { tsc, checker } = snapshot;
  const clause = node.parent;
  if (!tsc.isCaseClause(clause)) return [];
  const { expression } = clause.parent.parent;
  const type = checker.getTypeAtLocation(expression);
  const isConstant = [tsc.SyntaxKind.TrueKeyword, tsc.SyntaxKind.FalseKeyword].includes(expression.kind);
  if (isConstant || !(type.isUnion() || type.flags & tsc.TypeFlags.EnumLiteral)) return [];
  const others = clause.parent.clauses.filter((other) => other !== clause);
  const labels = others.flatMap((other) => (tsc.isCaseClause(other) ? [other.expression] : []));
  const done = labels.map((label) => checker.getTypeAtLocation(label));
  const indent = indentAt(request.text, request.offset);
  const { unit } = writingOf(gather, indent);
  const thrown = `throw new Error(${quoted(gather, 'not implemented')});`;
  // Beside arms that all leave the switch for good none may fall out of it in silence.
  const isLeft = others.some(({ statements }) => statements.length > 0) && others.every((other) => leaves(tsc, other));
  const bodies = isLeft ? [thrown] : ['break;', thrown];
  return (type.isUnion() ? partsInOrder(snapshot, type) : [type]).flatMap((part): Part[] => {
    const label = literalText(gather, part);
    const isUnit = (part.flags & (tsc.TypeFlags.Unit | tsc.TypeFlags.EnumLiteral)) !== 0;
    const isDone = done.some(
      (known) => (known.flags & tsc.TypeFlags.Unit) !== 0 && checker.isTypeAssignableTo(part, known),
    );
    if (!isUnit || label === undefined || isDone) return [];
    return [{ name: label, fills: bodies.map((body) => ({ text: `case ${label}:\n${indent}${unit}${body}` })) }];
  });
}

/**
 * The beginning of the labels above the hole that would fall into it: arms there would change what these do. Undefined: the
 * hole's place is right. Above the first of all nothing falls.
 */
function placeAbove({ state }: Gathering): number | undefined {
  const { snapshot, node } = state;
  const { tsc, file } = snapshot;
  const clause = node.parent;
  if (!tsc.isCaseClause(clause)) return undefined;
  const { clauses } = clause.parent;
  const fallsInto = (i: number): boolean => {
    const [above, below] = [clauses[i - 1], clauses[i]];
    if (!above || !below) return false;
    const between = file.text.slice(above.statements.at(-1)?.end ?? above.end, below.getStart(file));
    return !endsIn(tsc, above.statements, isJump) || /\bfall(?:s|ing)?[\s-]*thr(?:ough|u)\b/i.test(between);
  };
  const own = clauses.indexOf(clause);
  let at = own;
  while (fallsInto(at)) at--;
  return at < own ? clauses[at]?.getStart(file) : undefined;
}

type IsKind = (tsc: typeof ts, statement: ts.Statement) => boolean;

/** Whether the last statement is surely one of a kind, on both ways of an `if`. */
function endsIn(tsc: typeof ts, statements: readonly ts.Statement[], isKind: IsKind): boolean {
  const last = statements.at(-1);
  if (!last) return false;
  if (tsc.isBlock(last)) return endsIn(tsc, last.statements, isKind);
  if (!tsc.isIfStatement(last)) return isKind(tsc, last);
  const { thenStatement, elseStatement } = last;
  return elseStatement !== undefined && [thenStatement, elseStatement].every((way) => endsIn(tsc, [way], isKind));
}

const isJump: IsKind = (tsc, statement) => tsc.isBreakStatement(statement) || isDeparture(tsc, statement);

const isDeparture: IsKind = (tsc, statement) =>
  tsc.isReturnStatement(statement) || tsc.isThrowStatement(statement) || tsc.isContinueStatement(statement);

/** An arm that ends in a jump other than `break`, or goes on into the next. */
function leaves(tsc: typeof ts, { statements }: ts.CaseOrDefaultClause): boolean {
  return statements.length === 0 || endsIn(tsc, statements, isDeparture);
}
