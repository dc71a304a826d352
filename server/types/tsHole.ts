/**
 * Finds out what a hole is: a placeholder is put where the hole is, in the form that the place in the syntax allows, and
 * the checker says what type the context demands. Where the language demands nothing (an initialiser without annotation),
 * tsPrior.ts guesses from names and later use.
 */
import type ts from 'typescript';
import { lackedArguments } from './check/tsLacked.ts';
import { unsureness } from './check/tsSyntax.ts';
import { attempt } from './faults.ts';
import { isLoose, type Ts } from './tsConfig.ts';
import { prior } from './tsPrior.ts';
import type { Snapshot, TsProject } from './tsProject.ts';
import type { HoleKind, HolePlace, HoleRequest, TypedHole } from './typeEngine.ts';

export const placeholder = '__hole__';

/** How a fill is written at the hole: the fill stands between `before` and `after`. */
interface Form {
  readonly before: string;
  readonly after: string;
}

const plain: Form = { before: '', after: '' };
const forms: readonly Form[] = [plain, { before: '{', after: '}' }, { before: 'case ', after: ':' }];

/** What is known of the type a fill should have. */
export interface Expectation {
  readonly type: ts.Type | undefined;
  readonly from: 'checker' | 'prior' | undefined;
  /** Further types that fit: other overloads, or several guesses. */
  readonly others: readonly ts.Type[];
  /** Members that later code uses of the value. */
  readonly required: readonly string[];
}

const nothingExpected: Expectation = { type: undefined, from: undefined, others: [], required: [] };

export interface HoleState {
  readonly snapshot: Snapshot;
  readonly request: HoleRequest;
  readonly form: Form;
  /** The placeholder's identifier in `snapshot.file`. */
  readonly node: ts.Identifier;
  readonly kind: HoleKind;
  readonly place: HolePlace;
  readonly expectation: Expectation;
  readonly name: string | undefined;
  readonly hole: TypedHole;
}

/** Undefined: the offset is in a comment, a string or another place that no code can fill. */
export function holeState(project: TsProject, tsc: Ts, request: HoleRequest): HoleState | undefined {
  const formed = formOf(project, tsc, request);
  if (!formed) return undefined;
  const { form } = formed;
  const snapshot = project.sync(request.file, formed.source);
  const node = placeholderAt(tsc, snapshot.file, request.offset + form.before.length);
  if (!node) return undefined;
  const place = placeOf(tsc, node);
  const kind = kindOf(tsc, place, node);
  const name = nameOf(tsc, node);
  const expectation = attempt('hole', () => expectationOf(snapshot, node, place, name), nothingExpected);
  const hole = describe({ snapshot, request, form, node, kind, place, expectation, name });
  return { snapshot, request, form, node, kind, place, expectation, name, hole };
}

/** The whole buffer with `fill` in the hole. */
export function withFill(request: HoleRequest, form: Form, fill: string): string {
  const { text, offset, suffixOffset = offset } = request;
  return text.slice(0, offset) + form.before + fill + form.after + text.slice(suffixOffset);
}

/** The form that the place allows, with the buffer read that way. */
function formOf(
  project: TsProject,
  tsc: Ts,
  request: HoleRequest,
): { readonly form: Form; readonly source: ts.SourceFile } | undefined {
  const { file, text, offset } = request;
  const afterEquals = /[\w-]\s*=\s*$/.test(text.slice(Math.max(0, offset - 80), offset));
  for (const form of forms) {
    const source = project.read(file, withFill(request, form, placeholder));
    const node = placeholderAt(tsc, source, offset + form.before.length);
    if (!node) continue;
    if (form === plain && afterEquals && tsc.isJsxAttribute(node.parent)) continue;
    if (form.before === '{' && !tsc.isJsxExpression(node.parent)) continue;
    if (form.before === 'case ' && !tsc.isCaseClause(node.parent)) continue;
    if (form === plain && (followsJump(tsc, node) || opensSwitch(tsc, source, node))) continue;
    if (followsTypeArguments(tsc, source, node)) continue;
    return { form, source };
  }
  return undefined;
}

/** `new Map<string, User>|`: what the parser takes for a comparison, where arguments in brackets are wanted and no value. */
function followsTypeArguments(tsc: Ts, source: ts.SourceFile, node: ts.Identifier): boolean {
  const { parent } = node;
  if (!tsc.isBinaryExpression(parent) || parent.right !== node) return false;
  const start = node.getStart(source);
  if (parent.operatorToken.end !== start || source.text[start - 1] !== '>') return false;
  // Between two arguments the parser may see the end of a statement.
  const before = source.text.slice(Math.max(0, start - 400), start);
  // From the innermost angle bracket right behind a name on outwards.
  for (const { index } of [...before.matchAll(/(?<=[\w$])<(?![\s=<])/g)].reverse()) {
    const called = tsc.createSourceFile('a.ts', `f${before.slice(index)}();`, tsc.ScriptTarget.Latest);
    const [only, ...others] = called.statements;
    const errors = (called as ts.SourceFile & { parseDiagnostics?: readonly unknown[] }).parseDiagnostics;
    if (errors?.length || others.length > 0 || !only || !tsc.isExpressionStatement(only)) continue;
    if (tsc.isCallExpression(only.expression) && only.expression.typeArguments) return true;
  }
  return false;
}

/** A statement right behind a `break` of a switch's arm: the next arm is wanted. */
function followsJump(tsc: Ts, node: ts.Identifier): boolean {
  const statement = node.parent;
  if (!tsc.isExpressionStatement(statement) || !tsc.isCaseOrDefaultClause(statement.parent)) return false;
  const before = statement.parent.statements[statement.parent.statements.indexOf(statement) - 1];
  if (!before) return false;
  return tsc.isBreakOrContinueStatement(before) || tsc.isReturnStatement(before) || tsc.isThrowStatement(before);
}

/** The first thing in the braces of a switch, which no statement can be: the parser takes it for one behind them. */
function opensSwitch(tsc: Ts, source: ts.SourceFile, node: ts.Identifier): boolean {
  const statement = node.parent;
  const { parent } = statement;
  if (!tsc.isExpressionStatement(statement) || !('statements' in parent)) return false;
  const { statements } = parent as ts.Block; // or what holds statements as a block does
  const before = statements[statements.indexOf(statement) - 1];
  if (!before || !tsc.isSwitchStatement(before) || before.caseBlock.clauses.length > 0) return false;
  return source.text.slice(before.caseBlock.getStart(source), node.getStart(source)).trim() === '{';
}

/** The identifier `__hole__` that starts at `offset`. */
function placeholderAt(tsc: Ts, source: ts.SourceFile, offset: number): ts.Identifier | undefined {
  let found: ts.Identifier | undefined;
  const visit = (node: ts.Node): void => {
    if (found || offset < node.pos || offset >= node.end) return;
    if (tsc.isIdentifier(node) && node.text === placeholder && node.end === offset + placeholder.length) found = node;
    else tsc.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** The outermost node that means the same value: parentheses around it are passed. */
export function outermost(tsc: Ts, node: ts.Node): ts.Node {
  let at = node;
  while (tsc.isParenthesizedExpression(at.parent) || tsc.isNonNullExpression(at.parent)) at = at.parent;
  return at;
}

function placeOf(tsc: Ts, node: ts.Identifier): HolePlace {
  const at = outermost(tsc, node);
  const p = at.parent;
  if (tsc.isPropertyAccessExpression(p) && p.name === at) return 'member';
  if (tsc.isQualifiedName(p) && p.right === at) return 'member';
  if (tsc.isTypeReferenceNode(p) || tsc.isExpressionWithTypeArguments(p)) return 'type';
  if (tsc.isExpressionStatement(p)) return 'statement';
  if (tsc.isCallExpression(p) || tsc.isNewExpression(p)) return p.expression === at ? 'other' : 'argument';
  if (tsc.isVariableDeclaration(p) || tsc.isParameter(p) || tsc.isBindingElement(p)) {
    return p.initializer === at ? 'initialiser' : 'other';
  }
  if (tsc.isPropertyDeclaration(p)) return p.initializer === at ? 'initialiser' : 'classMember';
  if (tsc.isPropertyAssignment(p)) return p.initializer === at ? 'property' : 'objectMember';
  if (tsc.isShorthandPropertyAssignment(p)) return 'objectMember';
  if (tsc.isPropertySignature(p)) return 'interfaceMember';
  if (tsc.isReturnStatement(p)) return 'return';
  if (tsc.isArrowFunction(p)) return 'arrowBody';
  if (tsc.isBinaryExpression(p)) return isAssignment(tsc, p) && p.right === at ? 'assignment' : 'operand';
  if (tsc.isIfStatement(p) || tsc.isWhileStatement(p) || tsc.isDoStatement(p)) return 'condition';
  if (tsc.isConditionalExpression(p)) return p.condition === at ? 'condition' : 'operand';
  if (tsc.isPrefixUnaryExpression(p)) return p.operator === tsc.SyntaxKind.ExclamationToken ? 'condition' : 'operand';
  if (tsc.isTemplateSpan(p)) return 'template';
  if (tsc.isJsxExpression(p)) return tsc.isJsxAttribute(p.parent) ? 'jsxAttribute' : 'jsxChild';
  if (tsc.isJsxAttribute(p)) return 'jsxAttribute';
  if (tsc.isArrayLiteralExpression(p)) return 'element';
  if (tsc.isSpreadElement(p) || tsc.isSpreadAssignment(p)) return 'spread';
  if (tsc.isAwaitExpression(p)) return 'await';
  if (tsc.isCaseClause(p)) return 'case';
  return 'other';
}

function isAssignment(tsc: Ts, node: ts.BinaryExpression): boolean {
  const kind = node.operatorToken.kind;
  return kind >= tsc.SyntaxKind.FirstAssignment && kind <= tsc.SyntaxKind.LastAssignment;
}

function kindOf(tsc: Ts, place: HolePlace, node: ts.Identifier): HoleKind {
  if (place === 'member' || place === 'objectMember') return 'member';
  if (place === 'jsxAttribute' && tsc.isJsxAttribute(node.parent)) return 'member';
  if (place === 'argument') return 'argument';
  if (place === 'statement' || place === 'classMember' || place === 'interfaceMember') return 'statements';
  return 'expression';
}

/** What the value will be called. */
function nameOf(tsc: Ts, node: ts.Identifier): string | undefined {
  const at = outermost(tsc, node);
  const p = tsc.isAwaitExpression(at.parent) ? at.parent.parent : at.parent;
  if (tsc.isVariableDeclaration(p) || tsc.isParameter(p) || tsc.isBindingElement(p)) return nameText(tsc, p.name);
  if (tsc.isPropertyAssignment(p) || tsc.isPropertyDeclaration(p)) return nameText(tsc, p.name);
  if (tsc.isBinaryExpression(p)) {
    const left = p.left;
    return tsc.isPropertyAccessExpression(left) ? left.name.text : tsc.isIdentifier(left) ? left.text : undefined;
  }
  if (tsc.isJsxExpression(p) && tsc.isJsxAttribute(p.parent)) return p.parent.name.getText();
  if (tsc.isReturnStatement(p) || tsc.isArrowFunction(p)) {
    const owner = enclosingFunction(tsc, node);
    return owner && functionName(tsc, owner);
  }
  return undefined;
}

function nameText(tsc: Ts, name: ts.Node): string | undefined {
  if (tsc.isIdentifier(name) || tsc.isPrivateIdentifier(name) || tsc.isStringLiteral(name)) return name.text;
  return undefined;
}

export function enclosingFunction(tsc: Ts, node: ts.Node): ts.SignatureDeclaration | undefined {
  for (let at = node.parent; at; at = at.parent) if (tsc.isFunctionLike(at)) return at;
  return undefined;
}

export function functionName(tsc: Ts, node: ts.SignatureDeclaration): string | undefined {
  if (node.name) return nameText(tsc, node.name);
  const p = node.parent;
  if ((tsc.isVariableDeclaration(p) || tsc.isPropertyAssignment(p) || tsc.isPropertyDeclaration(p)) && p.name) {
    return nameText(tsc, p.name);
  }
  return undefined;
}

export function enclosingClass(tsc: Ts, node: ts.Node): ts.ClassLikeDeclaration | undefined {
  for (let at = node.parent; at; at = at.parent) if (tsc.isClassLike(at)) return at;
  return undefined;
}

/** Types that say nothing. */
export function isVague(tsc: Ts, type: ts.Type | undefined): boolean {
  if (!type) return true;
  if (type.flags & (tsc.TypeFlags.Any | tsc.TypeFlags.Unknown | tsc.TypeFlags.Never)) return true;
  if (type.flags & tsc.TypeFlags.TypeParameter) return (type as ts.TypeParameter).getConstraint() === undefined;
  return false;
}

function expectationOf(
  snapshot: Snapshot,
  node: ts.Identifier,
  place: HolePlace,
  name: string | undefined,
): Expectation {
  const { tsc } = snapshot;
  const type = demanded(snapshot, node, place);
  const others = place === 'argument' ? overloadTypes(snapshot, node) : [];
  if (!isVague(tsc, type)) return { type, from: 'checker', others, required: [] };
  const guess = prior(snapshot, node, place, name);
  const [first, ...more] = guess.types;
  return { type: first, from: first ? 'prior' : undefined, others: [...others, ...more], required: guess.required };
}

/** The type that the language demands here. */
function demanded(snapshot: Snapshot, node: ts.Identifier, place: HolePlace): ts.Type | undefined {
  const { tsc, checker } = snapshot;
  const at = outermost(tsc, node);
  const p = at.parent;
  if (place === 'statement') return returnType(snapshot, node);
  if (place === 'objectMember' && tsc.isObjectLiteralExpression(p.parent)) return checker.getContextualType(p.parent);
  if (place === 'member' || place === 'classMember' || place === 'type' || place === 'interfaceMember')
    return undefined;
  if (place === 'jsxAttribute' && tsc.isJsxAttribute(p)) return undefined;
  if (place === 'case' && tsc.isCaseClause(p)) return checker.getTypeAtLocation(p.parent.parent.expression);
  if (tsc.isBinaryExpression(p) && place === 'operand') {
    const context = checker.getContextualType(at as ts.Expression);
    return isVague(tsc, context) ? operandType(snapshot, p, at) : context;
  }
  if (tsc.isElementAccessExpression(p)) return keyType(snapshot, p);
  // A pattern's own type is made of its names alone: what has them is looked for, and little is assignable to it.
  if (tsc.isVariableDeclaration(p) && !p.type && !tsc.isIdentifier(p.name)) return undefined;
  const context = contextOf(snapshot, at as ts.Expression);
  if (place === 'return' || place === 'arrowBody') return awaitedContext(snapshot, node, context);
  return context;
}

/** Internal flag: the placeholder itself takes no part in inferring type arguments. */
const ignoreNodeInferences = 4;

interface InferringChecker {
  getContextualType(node: ts.Expression, flags?: number): ts.Type | undefined;
}

export function contextOf({ tsc, checker }: Snapshot, node: ts.Expression): ts.Type | undefined {
  const inferring: InferringChecker = checker;
  const type = inferring.getContextualType(node, ignoreNodeInferences);
  return isVague(tsc, type) ? checker.getContextualType(node) : type;
}

/** Inside an async function the context is `T | PromiseLike<T>`; a reader would say T. */
function awaitedContext(snapshot: Snapshot, node: ts.Node, context: ts.Type | undefined): ts.Type | undefined {
  const { tsc, checker } = snapshot;
  const owner = enclosingFunction(tsc, node);
  const isAsync = owner && tsc.canHaveModifiers(owner) && hasModifier(tsc, owner, tsc.SyntaxKind.AsyncKeyword);
  if (!context || !isAsync) return context;
  return checker.getAwaitedType(context) ?? context;
}

export function hasModifier(tsc: Ts, node: ts.HasModifiers, kind: ts.SyntaxKind): boolean {
  return tsc.getModifiers(node)?.some((modifier) => modifier.kind === kind) ?? false;
}

function returnType(snapshot: Snapshot, node: ts.Node): ts.Type | undefined {
  const { tsc, checker } = snapshot;
  const owner = enclosingFunction(tsc, node);
  if (!owner) return undefined;
  if (tsc.isConstructorDeclaration(owner)) return undefined;
  const declared = owner.type ? checker.getTypeFromTypeNode(owner.type) : contextualReturn(snapshot, owner);
  const isAsync = tsc.canHaveModifiers(owner) && hasModifier(tsc, owner, tsc.SyntaxKind.AsyncKeyword);
  return declared && isAsync ? (checker.getAwaitedType(declared) ?? declared) : declared;
}

export function contextualReturn(snapshot: Snapshot, owner: ts.SignatureDeclaration): ts.Type | undefined {
  const { tsc, checker } = snapshot;
  if (!tsc.isArrowFunction(owner) && !tsc.isFunctionExpression(owner)) return undefined;
  return checker.getContextualType(owner)?.getCallSignatures()[0]?.getReturnType();
}

function operandType(snapshot: Snapshot, binary: ts.BinaryExpression, at: ts.Node): ts.Type | undefined {
  const { tsc, checker } = snapshot;
  const { SyntaxKind: k } = tsc;
  const other = binary.left === at ? binary.right : binary.left;
  const operator = binary.operatorToken.kind;
  if (operator >= k.LessThanToken && operator <= k.ExclamationEqualsEqualsToken && operator !== k.InstanceOfKeyword) {
    return checker.getTypeAtLocation(other);
  }
  if (operator === k.PlusToken) {
    const type = checker.getBaseTypeOfLiteralType(checker.getTypeAtLocation(other));
    // To a string anything can be added: what is likely, the prior says.
    return type.flags & tsc.TypeFlags.StringLike ? undefined : type;
  }
  if (operator >= k.AsteriskToken && operator <= k.PercentToken) return checker.getNumberType();
  if (operator === k.MinusToken) return checker.getNumberType();
  return undefined;
}

function keyType(snapshot: Snapshot, access: ts.ElementAccessExpression): ts.Type | undefined {
  const { checker } = snapshot;
  const target = checker.getTypeAtLocation(access.expression);
  if (checker.isArrayLikeType(target)) return checker.getNumberType();
  return target.getStringIndexType() ? checker.getStringType() : undefined;
}

/** The parameter's type in each overload but the first that resolves. */
function overloadTypes(snapshot: Snapshot, node: ts.Identifier): ts.Type[] {
  const { tsc, checker } = snapshot;
  const at = outermost(tsc, node);
  const call = at.parent;
  if (!tsc.isCallExpression(call) && !tsc.isNewExpression(call)) return [];
  const index = call.arguments?.indexOf(at as ts.Expression) ?? -1;
  const callee = checker.getTypeAtLocation(call.expression);
  const signatures = tsc.isNewExpression(call) ? callee.getConstructSignatures() : callee.getCallSignatures();
  if (signatures.length < 2 || index < 0) return [];
  const types: ts.Type[] = [];
  for (const signature of signatures.slice(0, 8)) {
    const parameter = signature.parameters[index];
    if (!parameter || signature.typeParameters) continue;
    const type = checker.getTypeOfSymbolAtLocation(parameter, node);
    if (!isVague(tsc, type)) types.push(type);
  }
  return types;
}

export function printType(snapshot: Snapshot, type: ts.Type, at: ts.Node, limit = 600): string {
  const { tsc, checker } = snapshot;
  const { TypeFormatFlags: f } = tsc;
  const named = checker.typeToString(type, at, f.NoTruncation | f.UseAliasDefinedOutsideCurrentScope);
  const best =
    named.length > 0
      ? named
      : checker.typeToString(type, at, f.NoTruncation | f.UseAliasDefinedOutsideCurrentScope | f.InTypeAlias);
  return best.length > limit ? `${best.slice(0, limit)}…` : best;
}

function lacksArguments(
  { snapshot, request }: Pick<HoleState, 'snapshot' | 'request'>,
  call: ts.CallExpression | ts.NewExpression,
): boolean {
  return !/\.[cm]?jsx?$/.test(request.file) && lackedArguments(snapshot, call) > 0;
}

function describe(state: Omit<HoleState, 'hole'>): TypedHole {
  const { snapshot, request, node, kind, place, expectation, name } = state;
  const { tsc } = snapshot;
  const { offset, suffixOffset = offset } = request;
  const owner = enclosingFunction(tsc, node);
  const enclosing = owner && functionName(tsc, owner);
  const ownClass = enclosingClass(tsc, node)?.name?.text;
  const call = place === 'argument' ? outermost(tsc, node).parent : undefined;
  const isCall = call !== undefined && (tsc.isCallExpression(call) || tsc.isNewExpression(call));
  const errors = (snapshot.file as ts.SourceFile & { parseDiagnostics?: readonly unknown[] }).parseDiagnostics;
  return {
    span: { start: offset, end: suffixOffset },
    kind,
    place,
    ...(expectation.type ? { expected: printType(snapshot, expectation.type, node) } : {}),
    ...(expectation.from ? { expectedFrom: expectation.from } : {}),
    ...(name === undefined ? {} : { name }),
    ...(isCall
      ? {
          callee: call.expression.getText(snapshot.file),
          argument: call.arguments?.indexOf(outermost(tsc, node) as ts.Expression) ?? 0,
        }
      : {}),
    ...(enclosing === undefined ? {} : { enclosing }),
    ...(ownClass === undefined ? {} : { enclosingClass: ownClass }),
    broken: (errors?.length ?? 0) > 0,
    ...unsureness(state),
    ...(isCall && lacksArguments(state, call) ? { lacks: true } : {}),
    ...(isLoose(request.file, snapshot.program.getCompilerOptions(), request.text) ? { loose: true } : {}),
  };
}
