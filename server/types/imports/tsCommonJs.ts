/**
 * What a CommonJS file gives away and takes in, by its syntax: `module.exports = { a, b() {} }`, `exports.a = …`, `module.exports = class
 * Store`, and `const { a } = require('./a')`.
 */
import type ts from 'typescript';
import type { Ts } from '../tsConfig.ts';

export interface CommonExport {
  readonly name: string;
  /** The module is this one thing. */
  readonly isWhole: boolean;
  /** What declares it, as far as the file does. */
  readonly node: ts.Node;
}

export function commonExports(
  tsc: Ts,
  statement: ts.Statement,
  declared: (name: string) => ts.Node | undefined,
): CommonExport[] {
  if (!tsc.isExpressionStatement(statement) || !tsc.isBinaryExpression(statement.expression)) return [];
  const { left, right, operatorToken } = statement.expression;
  if (operatorToken.kind !== tsc.SyntaxKind.EqualsToken || !tsc.isPropertyAccessExpression(left)) return [];
  const ownOf = (value: ts.Expression): ts.Node => (tsc.isIdentifier(value) && declared(value.text)) || value;
  if (isModuleExports(tsc, left)) {
    if (tsc.isObjectLiteralExpression(right)) return right.properties.flatMap((each) => memberOf(tsc, each, declared));
    const name = tsc.isIdentifier(right)
      ? right
      : tsc.isClassExpression(right) || tsc.isFunctionExpression(right)
        ? right.name
        : undefined;
    return name ? [{ name: name.text, isWhole: true, node: ownOf(right) }] : [];
  }
  const isExports = tsc.isIdentifier(left.expression) && left.expression.text === 'exports';
  return isExports || isModuleExports(tsc, left.expression)
    ? [{ name: left.name.text, isWhole: false, node: ownOf(right) }]
    : [];
}

function memberOf(
  tsc: Ts,
  property: ts.ObjectLiteralElementLike,
  declared: (name: string) => ts.Node | undefined,
): CommonExport[] {
  const { name } = property;
  if (!name || !tsc.isIdentifier(name)) return [];
  const value = tsc.isPropertyAssignment(property) ? property.initializer : property;
  const own = tsc.isShorthandPropertyAssignment(property) ? name : value;
  const node = (tsc.isIdentifier(own) && declared(own.text)) || value;
  return [{ name: name.text, isWhole: false, node }];
}

function isModuleExports(tsc: Ts, node: ts.Node): boolean {
  return (
    tsc.isPropertyAccessExpression(node) &&
    node.name.text === 'exports' &&
    tsc.isIdentifier(node.expression) &&
    node.expression.text === 'module'
  );
}

export interface CommonImport {
  readonly from: ts.StringLiteral;
  /** Exported name, or `default` for the whole, and what it is called here. */
  readonly names: readonly { readonly name: string; readonly local: string }[];
}

export function commonImports(tsc: Ts, statement: ts.Statement): CommonImport[] {
  if (!tsc.isVariableStatement(statement)) return [];
  return statement.declarationList.declarations.flatMap(({ name, initializer }): CommonImport[] => {
    if (!initializer || !tsc.isCallExpression(initializer) || !tsc.isIdentifier(initializer.expression)) return [];
    const [from] = initializer.arguments;
    if (initializer.expression.text !== 'require' || !from || !tsc.isStringLiteral(from)) return [];
    if (tsc.isIdentifier(name)) return [{ from, names: [{ name: 'default', local: name.text }] }];
    if (!tsc.isObjectBindingPattern(name)) return [];
    const names = name.elements.flatMap(({ propertyName, name: local }) =>
      tsc.isIdentifier(local)
        ? [{ name: propertyName && tsc.isIdentifier(propertyName) ? propertyName.text : local.text, local: local.text }]
        : [],
    );
    return [{ from, names }];
  });
}
