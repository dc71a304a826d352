/**
 * Guesses the type of a hole where the language demands none: an initialiser or a return without annotation, a property
 * of an object without context. Evidence, in this order: what later code does with the value, what else is assigned to or
 * returned with it, and what things of the same name are elsewhere in the file.
 */
import type ts from 'typescript';
import type { Ts } from './tsConfig.ts';
import { enclosingFunction, isVague, outermost } from './tsHole.ts';
import type { Snapshot } from './tsProject.ts';
import type { HolePlace } from './typeEngine.ts';

export interface Guess {
  readonly types: readonly ts.Type[];
  readonly required: readonly string[];
}

const maxUses = 40;

export function prior(snapshot: Snapshot, node: ts.Identifier, place: HolePlace, name: string | undefined): Guess {
  const { tsc, checker } = snapshot;
  const at = outermost(tsc, node);
  const p = at.parent;
  const types: ts.Type[] = [];
  const required: string[] = [];
  if (place === 'condition') return { types: [checker.getBooleanType()], required };
  if (place === 'template') return { types: [checker.getStringType()], required };
  if (tsc.isBinaryExpression(p) && p.operatorToken.kind === tsc.SyntaxKind.PlusToken) {
    const other = checker.getTypeAtLocation(p.left === at ? p.right : p.left);
    if (other.flags & tsc.TypeFlags.StringLike)
      return { types: [checker.getStringType(), checker.getNumberType()], required };
  }
  if (tsc.isVariableDeclaration(p) || tsc.isPropertyDeclaration(p)) laterUse(snapshot, p, types, required);
  if (place === 'return' || place === 'arrowBody' || place === 'statement') siblingReturns(snapshot, node, types);
  if (types.length === 0 && name !== undefined) sameName(snapshot, node, name, types);
  return { types: distinct(tsc, types).slice(0, 4), required: [...new Set(required)] };
}

function distinct(tsc: Ts, types: readonly ts.Type[]): ts.Type[] {
  return [...new Set(types)].filter((type) => !isVague(tsc, type) && !(type.flags & tsc.TypeFlags.Null));
}

/** What the code does with the variable: hands it on, reads members of it, assigns other values to it. */
function laterUse(
  snapshot: Snapshot,
  declaration: ts.VariableDeclaration | ts.PropertyDeclaration,
  types: ts.Type[],
  required: string[],
): void {
  const { tsc } = snapshot;
  if (tsc.isObjectBindingPattern(declaration.name)) {
    for (const element of declaration.name.elements) {
      const key = element.propertyName ?? element.name;
      if (tsc.isIdentifier(key) && !element.dotDotDotToken) required.push(key.text);
    }
    return;
  }
  if (tsc.isArrayBindingPattern(declaration.name)) {
    // A tuple has its places by name.
    declaration.name.elements.forEach((element, i) => {
      if (!tsc.isOmittedExpression(element) && !element.dotDotDotToken) required.push(String(i));
    });
    return;
  }
  if (!tsc.isIdentifier(declaration.name)) return;
  const wanted = declaration.name.text;
  const scope = tsc.isPropertyDeclaration(declaration) ? declaration.parent : scopeOf(tsc, declaration);
  let uses = 0;
  const visit = (node: ts.Node): void => {
    if (uses >= maxUses) return;
    if (tsc.isIdentifier(node) && node.text === wanted && node !== declaration.name) {
      const isProperty = tsc.isPropertyAccessExpression(node.parent) && node.parent.name === node;
      if (isProperty === tsc.isPropertyDeclaration(declaration)) {
        uses++;
        use(snapshot, isProperty ? node.parent : node, types, required);
      }
    }
    tsc.forEachChild(node, visit);
  };
  visit(scope);
}

function scopeOf(tsc: Ts, node: ts.Node): ts.Node {
  for (let at = node.parent; at; at = at.parent) {
    if (tsc.isBlock(at) || tsc.isSourceFile(at) || tsc.isModuleBlock(at) || tsc.isFunctionLike(at)) return at;
  }
  return node;
}

function use(snapshot: Snapshot, value: ts.Node, types: ts.Type[], required: string[]): void {
  const { tsc, checker } = snapshot;
  const p = value.parent;
  if (tsc.isPropertyAccessExpression(p) && p.expression === value) {
    if (p.name.text !== '') required.push(p.name.text);
    return;
  }
  if (tsc.isBinaryExpression(p) && p.left === value && p.operatorToken.kind === tsc.SyntaxKind.EqualsToken) {
    types.push(checker.getBaseTypeOfLiteralType(checker.getTypeAtLocation(p.right)));
    return;
  }
  if (tsc.isBinaryExpression(p) && p.operatorToken.kind !== tsc.SyntaxKind.EqualsToken) {
    const isComparison = p.operatorToken.getText() !== '&&' && p.operatorToken.getText() !== '||';
    const other = p.left === value ? p.right : p.left;
    if (isComparison) types.push(checker.getBaseTypeOfLiteralType(checker.getTypeAtLocation(other)));
    return;
  }
  if (tsc.isExpression(value)) {
    const context = checker.getContextualType(value);
    if (context && !isVague(tsc, context)) types.unshift(context);
  }
}

/** The other values that the same function returns. */
function siblingReturns(snapshot: Snapshot, node: ts.Identifier, types: ts.Type[]): void {
  const { tsc, checker } = snapshot;
  const owner = enclosingFunction(tsc, node);
  if (!owner) return;
  const visit = (at: ts.Node): void => {
    if (at !== owner && tsc.isFunctionLike(at)) return;
    if (tsc.isReturnStatement(at) && at.expression && at.expression !== node) {
      types.push(checker.getBaseTypeOfLiteralType(checker.getTypeAtLocation(at.expression)));
    }
    tsc.forEachChild(at, visit);
  };
  visit(owner);
}

/** The types of variables, parameters and properties of this name in the file, the nearest first. */
function sameName(snapshot: Snapshot, hole: ts.Identifier, name: string, types: ts.Type[]): void {
  const { tsc, checker, file } = snapshot;
  const found: { type: ts.Type; distance: number }[] = [];
  const visit = (node: ts.Node): void => {
    if (found.length >= maxUses) return;
    if (
      (tsc.isParameter(node) ||
        tsc.isVariableDeclaration(node) ||
        tsc.isPropertySignature(node) ||
        tsc.isPropertyDeclaration(node)) &&
      tsc.isIdentifier(node.name) &&
      node.name.text === name &&
      node.type
    ) {
      found.push({ type: checker.getTypeFromTypeNode(node.type), distance: Math.abs(node.pos - hole.pos) });
    }
    tsc.forEachChild(node, visit);
  };
  visit(file);
  found.sort((a, b) => a.distance - b.distance);
  for (const { type } of found) types.push(type);
}
