/**
 * What the checker accepts because its place accepts anything, and nobody writes: a function as a condition, a class in a template, the
 * function being written as its own value, a declaration of what is declared already, code behind a `return`. The types of fills are read
 * from what is in scope, not from copies of the buffer: a question costs microseconds.
 */
import type ts from 'typescript';
import { dependenciesAt } from '../enumerate/tsDependencies.ts';
import { thisType } from '../enumerate/tsGather.ts';
import { unrequirable } from '../enumerate/tsRequired.ts';
import { enclosingFunction, functionName, type HoleState, isVague, outermost, placeholder } from '../tsHole.ts';
import { type ScopeValue, scopeValues } from '../tsScope.ts';
import type { Fill } from '../typeEngine.ts';
import { hasStrictNulls, isCertain } from './tsCertain.ts';
import { itselfAt } from './tsItself.ts';
import { namingJudge } from './tsNaming.ts';

/** Says of a fill whether it makes no sense in this hole. */
export function senselessIn(state: HoleState): (fill: Fill) => boolean {
  const naming = state.place === 'statement' ? undefined : namingJudge(state);
  if (naming) return naming;
  const judge = judgeOf(state);
  return ({ text }) => judge?.(text) ?? false;
}

type Judge = (text: string) => boolean;

function judgeOf(state: HoleState): Judge | undefined {
  const { tsc } = state.snapshot;
  const { place, node } = state;
  const at = outermost(tsc, node);
  const p = at.parent;
  if (isReceiverless(state)) return () => true;
  if (place === 'statement') return statementJudge(state, p);
  if (place === 'member' || place === 'type' || place.endsWith('Member')) return undefined;
  const values = new Values(state);
  const tests: ((value: ts.Expression) => boolean)[] = [];
  if (!isHandedOver.has(place)) tests.push((value) => tsc.isIdentifier(value) && values.isAround(value.text));
  const truth = truthAt(state, at);
  if (truth) tests.push((value) => values.isAlwaysTrue(value) || (truth === 'branch' && isFixed(tsc, value)));
  else if (place === 'template')
    tests.push((value) => tsc.isLiteralExpression(value) || values.isCallable(value) || values.isUnprintable(value));
  else if (place === 'await') tests.push((value) => values.isSettled(value));
  else if (place === 'jsxChild')
    tests.push((value) => isFixed(tsc, value) || tsc.isLiteralExpression(value) || values.isNoChild(value));
  else if (isClassAsked(tsc, p, at)) tests.push((value) => values.isNoClass(value));
  else if (tsc.isThrowStatement(p)) tests.push((value) => values.isNoError(value));
  // A predicate that says nothing of what it is given is the same for all.
  const predicate = wholePredicate(tsc, p);
  const given = predicate ? namesOf(tsc, predicate) : [];
  if (given.length > 0)
    tests.push((value) => isSimple(tsc, value) && !given.some((name) => mentions(value.getText(), name)));
  const isNoModule = unrequirable(state);
  if (isNoModule) tests.push((value) => tsc.isStringLiteral(value) && isNoModule(value.getText()));
  const depends = dependenciesAt(state);
  if (depends) tests.push((value) => isSimple(tsc, value) && !depends.includes(value.getText()));
  if (place === 'return' && isOfComponent(state)) tests.push((value) => values.isNoChild(value));
  const isItself = itselfAt(state, at);
  if (isItself) tests.push(isItself);
  const used = usedBy(state, at);
  if (used) tests.push((value) => isSimple(tsc, value) && !used(value));
  if (tests.length === 0) return undefined;
  return (text) => {
    const value = expressionOf(state, text);
    return value !== undefined && tests.some((test) => test(value));
  };
}

/** What a component returns is rendered. */
function isOfComponent({ snapshot: { tsc }, node, request }: HoleState): boolean {
  const owner = enclosingFunction(tsc, node);
  return /\.[cm]?[jt]sx$/.test(request.file) && /^[A-Z]/.test((owner && functionName(tsc, owner)) ?? '');
}

/** `error instanceof |`. */
const isClassAsked = (tsc: typeof ts, p: ts.Node, at: ts.Node): boolean =>
  tsc.isBinaryExpression(p) && p.right === at && p.operatorToken.kind === tsc.SyntaxKind.InstanceOfKeyword;

const perElement = /\.(?:map|flatMap|sort|toSorted|reduce|reduceRight)$/;

/**
 * What a callback makes of each element says something of the element, and so does the key of what it renders: else all would be alike.
 * Says of a value whether it does. Undefined where nothing is asked of it.
 */
function usedBy({ snapshot, node }: HoleState, at: ts.Node): ((value: ts.Expression) => boolean) | undefined {
  const { tsc, checker } = snapshot;
  const p = at.parent;
  const attribute = tsc.isJsxExpression(p) && tsc.isJsxAttribute(p.parent) ? p.parent : undefined;
  const isKey = attribute?.name.getText() === 'key';
  const callback = isKey ? tsc.findAncestor(p, tsc.isFunctionLike) : tsc.isArrowFunction(p) ? p : undefined;
  if (!callback || !(tsc.isArrowFunction(callback) || tsc.isFunctionExpression(callback))) return undefined;
  const call = callback.parent;
  if (!tsc.isCallExpression(call) || call.arguments[0] !== callback) return undefined;
  if (!perElement.test(call.expression.getText()) || callback.parameters.length === 0) return undefined;
  if (isKey) {
    // What the callback itself declares may be made of the element.
    return (value) => {
      const name = rootOf(tsc, value);
      const symbol = name === undefined ? undefined : checker.resolveName(name, node, tsc.SymbolFlags.Value, false);
      return symbol?.declarations?.some((one) => one.pos >= callback.pos && one.end <= callback.end) ?? false;
    };
  }
  const isFolded = /\.reduce(?:Right)?$/.test(call.expression.getText());
  const given = callback.parameters.slice(isFolded ? 1 : 0).flatMap(({ name }) => namesIn(tsc, name));
  return given.length === 0 ? undefined : (value) => given.some((name) => mentions(value.getText(), name));
}

/** The name that a chain begins with. */
function rootOf(tsc: typeof ts, value: ts.Expression): string | undefined {
  let at = value;
  while (tsc.isPropertyAccessExpression(at)) at = at.expression;
  return tsc.isIdentifier(at) ? at.text : undefined;
}

/** The names that a parameter or a pattern declares. */
function namesIn(tsc: typeof ts, name: ts.BindingName): string[] {
  if (tsc.isIdentifier(name)) return [name.text];
  return name.elements.flatMap((element) => (tsc.isBindingElement(element) ? namesIn(tsc, element.name) : []));
}

/** The predicate that a value is all of: an arrow's body, or what its only statement returns. */
function wholePredicate(tsc: typeof ts, p: ts.Node): ts.ArrowFunction | ts.FunctionExpression | undefined {
  const isOnly = tsc.isReturnStatement(p) && tsc.isBlock(p.parent) && p.parent.statements.length === 1;
  const owner = isOnly ? p.parent.parent : p;
  const isCallback = tsc.isArrowFunction(owner) || tsc.isFunctionExpression(owner);
  return isCallback && isPredicate(tsc, owner) ? owner : undefined;
}

const namesOf = (tsc: typeof ts, { parameters }: ts.ArrowFunction | ts.FunctionExpression): string[] =>
  parameters.flatMap(({ name }) => (tsc.isIdentifier(name) ? [name.text] : []));

const mentions = (text: string, name: string): boolean =>
  new RegExp(`(?<![\\w$.])${name.replaceAll('$', '\\$')}(?![\\w$])`).test(text);

/** A value as it is, or its opposite: what is called may count what it was asked before. */
function isSimple(tsc: typeof ts, value: ts.Expression): boolean {
  if (tsc.isPrefixUnaryExpression(value)) return isSimple(tsc, bare(tsc, value.operand));
  if (tsc.isPropertyAccessExpression(value)) return isSimple(tsc, value.expression);
  return (
    tsc.isIdentifier(value) ||
    tsc.isLiteralExpression(value) ||
    /^(?:true|false|null|undefined|this)$/.test(value.getText())
  );
}

/** Places that a function is handed over in: there its own name may be meant. */
const isHandedOver = new Set<HoleState['place']>(['argument', 'element', 'property', 'jsxAttribute', 'spread']);

/** `this.` outside of all classes and functions: nothing is behind it. */
function isReceiverless({ snapshot: { tsc }, node, place }: HoleState): boolean {
  if (place !== 'member') return false;
  let first: ts.Node = node.parent;
  while (tsc.isPropertyAccessExpression(first) || tsc.isCallExpression(first)) first = first.expression;
  if (first.kind !== tsc.SyntaxKind.ThisKeyword) return false;
  for (let at: ts.Node | undefined = first.parent; at; at = at.parent)
    if ((tsc.isFunctionLike(at) && !tsc.isArrowFunction(at)) || tsc.isClassLike(at)) return false;
  return true;
}

/** A statement: none where nothing runs any more, and none that does nothing. */
function statementJudge(state: HoleState, own: ts.Node): Judge {
  const { snapshot, request } = state;
  const { tsc } = snapshot;
  const isReached = !followsJump(tsc, own);
  return (text) => {
    const file = tsc.createSourceFile('fill.tsx', text, tsc.ScriptTarget.Latest, true, tsc.ScriptKind.TSX);
    if (!isReached) return !file.statements.every(tsc.isFunctionDeclaration);
    const [only] = file.statements;
    if (file.statements.length !== 1 || !only || !tsc.isExpressionStatement(only)) return false;
    // What goes on behind the hole makes something of a value.
    const rest = request.text.slice(request.suffixOffset ?? request.offset);
    return isIdle(tsc, only.expression) && /^[ \t]*(?:;|\r?\n|$)/.test(rest);
  };
}

function followsJump(tsc: typeof ts, own: ts.Node): boolean {
  const { parent } = own;
  if (!tsc.isBlock(parent) && !tsc.isSourceFile(parent) && !tsc.isCaseOrDefaultClause(parent)) return false;
  const { statements } = parent;
  const before = statements[statements.indexOf(own as ts.Statement) - 1];
  return (
    before !== undefined &&
    (tsc.isReturnStatement(before) || tsc.isThrowStatement(before) || tsc.isBreakOrContinueStatement(before))
  );
}

/** An expression that does nothing as a statement. */
function isIdle(tsc: typeof ts, value: ts.Expression): boolean {
  if (tsc.isParenthesizedExpression(value)) return isIdle(tsc, value.expression);
  if (tsc.isStringLiteral(value)) return !/^use /.test(value.text);
  if (tsc.isPrefixUnaryExpression(value)) return value.operator === tsc.SyntaxKind.ExclamationToken;
  if (tsc.isBinaryExpression(value)) return /^(?:[=!]==?|[<>]=?|[-+*/%])$/.test(value.operatorToken.getText());
  return (
    tsc.isIdentifier(value) ||
    tsc.isPropertyAccessExpression(value) ||
    tsc.isLiteralExpression(value) ||
    tsc.isArrayLiteralExpression(value) ||
    tsc.isObjectLiteralExpression(value) ||
    tsc.isFunctionExpression(value) ||
    tsc.isArrowFunction(value) ||
    /^(?:true|false|null|this)$/.test(value.getText())
  );
}

const predicates = /\.(?:filter|some|every|find|findIndex|findLast|findLastIndex)$/;

/** Whether the hole's value is asked for its truth alone; a loop and a callback may well be given what is always true. */
function truthAt({ snapshot }: HoleState, start: ts.Node): 'branch' | 'other' | undefined {
  const { tsc } = snapshot;
  const { SyntaxKind: k } = tsc;
  let at = start;
  for (let p = at.parent; p; at = p, p = p.parent) {
    if (tsc.isParenthesizedExpression(p)) continue;
    if (tsc.isPrefixUnaryExpression(p)) return p.operator === k.ExclamationToken ? 'branch' : undefined;
    if (tsc.isIfStatement(p)) return p.expression === at ? 'branch' : undefined;
    if (tsc.isWhileStatement(p) || tsc.isDoStatement(p)) return p.expression === at ? 'other' : undefined;
    if (tsc.isConditionalExpression(p)) return p.condition === at ? 'branch' : undefined;
    if (tsc.isForStatement(p)) return p.condition === at ? 'other' : undefined;
    if (tsc.isBinaryExpression(p)) {
      const operator = p.operatorToken.kind;
      if (operator !== k.AmpersandAmpersandToken && operator !== k.BarBarToken) return undefined;
      if (p.left === at) return 'branch';
      continue;
    }
    if (tsc.isArrowFunction(p)) return p.body === at && isPredicate(tsc, p) ? 'other' : undefined;
    const owner = tsc.isReturnStatement(p) ? p.parent.parent : undefined;
    const isCallback = owner && (tsc.isArrowFunction(owner) || tsc.isFunctionExpression(owner));
    return isCallback && isPredicate(tsc, owner) ? 'other' : undefined;
  }
  return undefined;
}

/** What is the same in every run. */
function isFixed(tsc: typeof ts, value: ts.Expression): boolean {
  const inner = tsc.isPrefixUnaryExpression(value) ? bare(tsc, value.operand) : value;
  return /^(?:true|false|null|undefined)$/.test(inner.getText());
}

/** The callback that a hole makes the truth of: its body, or what it returns, alone or beside `&&`. */
export function callbackAt({ snapshot: { tsc }, node }: HoleState): ts.SignatureDeclaration | undefined {
  let at = outermost(tsc, node);
  for (let p = at.parent; p; at = p, p = p.parent) {
    if (tsc.isParenthesizedExpression(p)) continue;
    const operator = tsc.isBinaryExpression(p) ? p.operatorToken.kind : undefined;
    const joins = operator === tsc.SyntaxKind.AmpersandAmpersandToken || operator === tsc.SyntaxKind.BarBarToken;
    if (joins) continue;
    const owner = tsc.isReturnStatement(p) ? p.parent.parent : p;
    const isCallback = tsc.isArrowFunction(owner) || tsc.isFunctionExpression(owner);
    return isCallback && isPredicate(tsc, owner) ? owner : undefined;
  }
  return undefined;
}

function isPredicate(tsc: typeof ts, callback: ts.ArrowFunction | ts.FunctionExpression): boolean {
  const call = callback.parent;
  return tsc.isCallExpression(call) && call.arguments[0] === callback && predicates.test(call.expression.getText());
}

function expressionOf({ snapshot: { tsc }, form }: HoleState, text: string): ts.Expression | undefined {
  if (text.includes(placeholder)) return undefined;
  const isBraced = form.before === '{' && text.startsWith('{') && text.endsWith('}');
  const own = isBraced ? text.slice(1, -1) : text;
  const file = tsc.createSourceFile('fill.tsx', `(${own})`, tsc.ScriptTarget.Latest, true, tsc.ScriptKind.TSX);
  const [only] = file.statements;
  if (file.statements.length !== 1 || !only || !tsc.isExpressionStatement(only)) return undefined;
  return bare(tsc, only.expression);
}

function bare(tsc: typeof ts, value: ts.Expression): ts.Expression {
  return tsc.isParenthesizedExpression(value) ? bare(tsc, value.expression) : value;
}

const isFunctionText = (tsc: typeof ts, value: ts.Expression): boolean =>
  tsc.isFunctionExpression(value) || tsc.isArrowFunction(value) || tsc.isClassExpression(value);

/** What is known of values written at the hole. */
class Values {
  private readonly state: HoleState;
  private scope: ReadonlyMap<string, ScopeValue> | undefined;
  private around: ReadonlySet<string> | undefined;

  constructor(state: HoleState) {
    this.state = state;
  }

  /** Whether a name is that of a function around the hole. */
  isAround(name: string): boolean {
    const { tsc } = this.state.snapshot;
    if (!this.around) {
      const names = new Set<string>();
      for (let at: ts.Node | undefined = this.state.node.parent; at; at = at.parent) {
        const own = tsc.isFunctionLike(at) && !tsc.isClassElement(at) ? functionName(tsc, at) : undefined;
        if (own !== undefined) names.add(own);
      }
      this.around = names;
    }
    return this.around.has(name);
  }

  isCallable(value: ts.Expression): boolean {
    const { tsc } = this.state.snapshot;
    if (isFunctionText(tsc, value)) return true;
    const type = this.isChain(value) ? this.typeOf(value) : undefined;
    return type !== undefined && this.isSurelyCallable(type);
  }

  isAlwaysTrue(value: ts.Expression): boolean {
    const { tsc } = this.state.snapshot;
    if (tsc.isPrefixUnaryExpression(value) && value.operator === tsc.SyntaxKind.ExclamationToken)
      return this.isAlwaysTrue(bare(tsc, value.operand));
    if (tsc.isArrayLiteralExpression(value) || tsc.isObjectLiteralExpression(value) || tsc.isNewExpression(value))
      return true;
    if (tsc.isLiteralExpression(value)) return true;
    if (isFunctionText(tsc, value)) return true;
    if (!this.isChain(value) || !this.isCertain(value)) return false;
    const type = this.typeOf(value);
    return type !== undefined && (this.isSurelyCallable(type) || this.isSurelyObject(type));
  }

  /** Text of which says nothing: `[object Object]`. */
  isUnprintable(value: ts.Expression): boolean {
    const { tsc, checker } = this.state.snapshot;
    if (tsc.isObjectLiteralExpression(value)) return true;
    const own = this.typeOf(value);
    const type = own && checker.getNonNullableType(own);
    if (!type || isVague(tsc, type) || !(type.flags & tsc.TypeFlags.Object)) return false;
    const isError = ['name', 'message'].every((name) => checker.getPropertyOfType(type, name));
    if (isError && checker.getPropertyOfType(type, 'stack')) return false;
    const printed = checker.getPropertyOfType(checker.getApparentType(type), 'toString');
    const home = printed?.declarations?.[0]?.parent;
    return home !== undefined && tsc.isInterfaceDeclaration(home) && home.name.text === 'Object';
  }

  /** A function, or an object that is no element: what renders it throws. */
  isNoChild(value: ts.Expression): boolean {
    if (this.isCallable(value)) return true;
    const type = this.isChain(value) ? this.typeOf(value) : undefined;
    return type !== undefined && type.getProperty('props') === undefined && this.isUnprintable(value);
  }

  /** Nothing that is made with `new`, as far as is known. */
  isNoClass(value: ts.Expression): boolean {
    const { tsc } = this.state.snapshot;
    if (!this.isChain(value)) return true;
    const type = this.typeOf(value);
    return type !== undefined && !isVague(tsc, type) && type.getConstructSignatures().length === 0;
  }

  /** No promise: there is nothing to wait for. */
  isSettled(value: ts.Expression): boolean {
    const { tsc, checker } = this.state.snapshot;
    if (tsc.isArrayLiteralExpression(value) || tsc.isObjectLiteralExpression(value)) return true;
    if (tsc.isLiteralExpression(value)) return true;
    const type = this.typeOf(value);
    if (!type || isVague(tsc, type)) return false;
    const parts = type.isUnion() ? type.types : [type];
    return parts.every((part) => !isVague(tsc, part) && !checker.getPropertyOfType(part, 'then'));
  }

  /** What is thrown is an error, or nobody knows. */
  isNoError(value: ts.Expression): boolean {
    const { tsc, checker } = this.state.snapshot;
    if (tsc.isArrayLiteralExpression(value) || tsc.isObjectLiteralExpression(value)) return true;
    if (tsc.isLiteralExpression(value) || tsc.isPrefixUnaryExpression(value)) return true;
    if (this.isCallable(value) || /^(?:true|false|null|undefined)$/.test(value.getText())) return true;
    const type = this.typeOf(value);
    if (!type || isVague(tsc, type)) return false;
    return !checker.getPropertyOfType(checker.getNonNullableType(type), 'message');
  }

  private isChain(value: ts.Expression): boolean {
    const { tsc } = this.state.snapshot;
    if (tsc.isPropertyAccessExpression(value)) return !value.questionDotToken && this.isChain(value.expression);
    return tsc.isIdentifier(value) || value.kind === tsc.SyntaxKind.ThisKeyword;
  }

  private isSurelyCallable(type: ts.Type): boolean {
    if (this.isOptional(type)) return false;
    return type.getCallSignatures().length > 0 || type.getConstructSignatures().length > 0;
  }

  private isSurelyObject(type: ts.Type): boolean {
    const { tsc } = this.state.snapshot;
    if (this.isOptional(type)) return false;
    const parts = type.isUnion() ? type.types : [type];
    const isOne = (part: ts.Type): boolean =>
      (part.flags & tsc.TypeFlags.Object) !== 0 || (part.isStringLiteral() && part.value !== '');
    return parts.every(isOne);
  }

  private isOptional(type: ts.Type): boolean {
    const { tsc, checker } = this.state.snapshot;
    return isVague(tsc, type) || checker.getNonNullableType(type) !== type;
  }

  /** Whether the last name of a chain is of what is surely there; the chain before it is read anyway. */
  private isCertain(value: ts.Expression): boolean {
    const { snapshot } = this.state;
    const { tsc, checker } = snapshot;
    if (value.kind === tsc.SyntaxKind.ThisKeyword) return hasStrictNulls(snapshot);
    if (tsc.isIdentifier(value)) {
      const symbol = this.inScope(value.text)?.symbol;
      return symbol !== undefined && isCertain(snapshot, symbol);
    }
    if (!tsc.isPropertyAccessExpression(value)) return false;
    const owner = this.typeOf(value.expression);
    const property = owner && checker.getPropertyOfType(checker.getApparentType(owner), value.name.text);
    return property !== undefined && isCertain(snapshot, property);
  }

  private inScope(name: string): ScopeValue | undefined {
    this.scope ??= new Map(scopeValues(this.state).map((one) => [one.name, one]));
    return this.scope.get(name);
  }

  private typeOf(value: ts.Expression): ts.Type | undefined {
    const { snapshot, node } = this.state;
    const { tsc, checker } = snapshot;
    if (tsc.isIdentifier(value)) return this.inScope(value.text)?.type();
    if (value.kind === tsc.SyntaxKind.ThisKeyword) return thisType(this.state);
    if (tsc.isPropertyAccessExpression(value)) {
      const owner = this.typeOf(value.expression);
      const property = owner && checker.getPropertyOfType(checker.getApparentType(owner), value.name.text);
      return property && checker.getTypeOfSymbolAtLocation(property, node);
    }
    if (tsc.isCallExpression(value)) return this.only(this.typeOf(value.expression)?.getCallSignatures());
    // Overloads of one class make things of one kind.
    if (tsc.isNewExpression(value)) return this.typeOf(value.expression)?.getConstructSignatures()[0]?.getReturnType();
    return undefined;
  }

  private only(signatures: readonly ts.Signature[] | undefined): ts.Type | undefined {
    const [first] = signatures ?? [];
    return signatures?.length === 1 && first && !first.typeParameters ? first.getReturnType() : undefined;
  }
}
