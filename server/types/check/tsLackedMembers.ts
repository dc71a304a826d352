/**
 * Members that an object literal around a hole still lacks. TypeScript tells what is missing before what is wrong wherever it does not go
 * into the literal itself: in `flag ? { cents: | } : other`, or behind an inferred type.
 */
import type ts from 'typescript';
import { contextOf, outermost } from '../tsHole.ts';
import type { Snapshot } from '../tsProject.ts';

/** Names of the members that the literal must have; `but` is the name of one that is no member yet. None where its type is not one. */
export function missingNames(
  snapshot: Snapshot,
  literal: ts.ObjectLiteralExpression,
  but: ts.Identifier | undefined,
): readonly string[] {
  const { tsc, checker } = snapshot;
  const has = new Set<string>();
  for (const property of literal.properties) {
    if (tsc.isSpreadAssignment(property)) {
      const spread = checker.getTypeAtLocation(property.expression);
      if (spread.flags & (tsc.TypeFlags.Any | tsc.TypeFlags.TypeParameter)) return [];
      for (const { name } of checker.getPropertiesOfType(spread)) has.add(name);
    } else if (property.name && property.name !== but) {
      if (tsc.isComputedPropertyName(property.name)) return [];
      has.add(property.name.text);
    }
  }
  // What is inferred from the literal as it stands lacks nothing.
  const context = contextOf(snapshot, literal);
  const type = context && onlyPart(tsc, checker, context, literal, has);
  if (!type) return [];
  const required = checker
    .getPropertiesOfType(type)
    .filter(({ name, flags }) => !(flags & tsc.SymbolFlags.Optional) && !has.has(name));
  return required.some(({ name }) => name.startsWith('__')) ? [] : required.map(({ name }) => name);
}

export const written = (names: readonly string[]): string =>
  names
    .map((name) => `${/^[\p{L}_$][\p{L}\p{N}_$]*$/u.test(name) ? name : JSON.stringify(name)}: undefined!`)
    .join(', ');

/** The one part of a union that has what is written already, and does not deny a literal of it. */
function onlyPart(
  tsc: typeof ts,
  checker: ts.TypeChecker,
  context: ts.Type,
  literal: ts.ObjectLiteralExpression,
  has: ReadonlySet<string>,
): ts.Type | undefined {
  const isOf = (part: ts.Type): boolean => {
    if (!(part.flags & (tsc.TypeFlags.Object | tsc.TypeFlags.Intersection))) return false;
    if (checker.isArrayLikeType(part) || part.getCallSignatures().length > 0) return false;
    if ([...has].some((name) => !part.getProperty(name))) return false;
    return literal.properties.every((property) => {
      if (!tsc.isPropertyAssignment(property) || !isUnit(tsc, property.initializer)) return true;
      const symbol = part.getProperty(property.name.getText());
      if (!symbol) return true;
      const own = checker.getTypeOfSymbolAtLocation(symbol, literal);
      return checker.isTypeAssignableTo(checker.getTypeAtLocation(property.initializer), own);
    });
  };
  const bare = checker.getBaseConstraintOfType(context) ?? context;
  const parts = (bare.isUnion() ? bare.types : [bare]).filter(isOf);
  return parts.length === 1 ? parts[0] : undefined;
}

const isUnit = (tsc: typeof ts, value: ts.Expression): boolean =>
  tsc.isStringLiteralLike(value) ||
  tsc.isNumericLiteral(value) ||
  value.kind === tsc.SyntaxKind.TrueKeyword ||
  value.kind === tsc.SyntaxKind.FalseKeyword ||
  value.kind === tsc.SyntaxKind.NullKeyword;

/**
 * Whether TypeScript, where members are missing around the hole, still tells that the hole's value is wrong at the value itself: it goes
 * into literals that are given to a known type as they stand.
 */
export function isToldWithin({ tsc, checker }: Snapshot, node: ts.Identifier): boolean {
  let at = outermost(tsc, node);
  for (let p = at.parent; p; at = p, p = p.parent) {
    if (tsc.isJsxAttribute(p) || tsc.isJsxExpression(p)) return true;
    if (tsc.isArrowFunction(p) && p.type) return true;
    // Of an inferred type it is told where the value is used.
    if (tsc.isReturnStatement(p)) return tsc.findAncestor(p, tsc.isFunctionLike)?.type !== undefined;
    if (tsc.isVariableDeclaration(p) || tsc.isPropertyDeclaration(p) || tsc.isParameter(p)) return p.type !== undefined;
    if (tsc.isStatement(p) || tsc.isClassLike(p)) return true;
    if (tsc.isCallExpression(p) || tsc.isNewExpression(p)) {
      // What it gives is inferred from the literal, and told where that goes.
      const declaration = checker.getResolvedSignature(p)?.declaration;
      const isGeneric =
        declaration && !tsc.isJSDocSignature(declaration) && (declaration.typeParameters ?? []).length > 0;
      return !isGeneric || (p.typeArguments ?? []).length > 0;
    }
    const goesIn =
      tsc.isParenthesizedExpression(p) ||
      tsc.isObjectLiteralExpression(p) ||
      tsc.isPropertyAssignment(p) ||
      tsc.isShorthandPropertyAssignment(p) ||
      tsc.isArrayLiteralExpression(p) ||
      tsc.isSatisfiesExpression(p) ||
      (tsc.isArrowFunction(p) && p.body === at) ||
      (tsc.isBinaryExpression(p) && p.operatorToken.kind === tsc.SyntaxKind.EqualsToken);
    if (!goesIn) return false;
  }
  return true;
}
