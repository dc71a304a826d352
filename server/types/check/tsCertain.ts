/**
 * Values that are surely there, so that nobody asks for their truth. A type alone does not say so: an index access may give nothing and
 * is typed as if it did not, a field may be set later, a platform may lack a member, and without strict null checks no type tells.
 * In doubt a value is not certain.
 */
import type ts from 'typescript';
import type { Snapshot } from '../tsProject.ts';

export function isCertain(snapshot: Snapshot, symbol: ts.Symbol): boolean {
  const { tsc, checker } = snapshot;
  const own = symbol.flags & tsc.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
  const declaration = own.valueDeclaration ?? own.declarations?.[0];
  if (!declaration) return false;
  if (isDeclaredOnce(tsc, declaration)) return true;
  // The language's own classes are each a variable and an interface.
  if (declaration.getSourceFile().isDeclarationFile && own.flags & tsc.SymbolFlags.Interface) return true;
  return hasStrictNulls(snapshot) ? isSet(tsc, declaration) : isMadeHere(tsc, declaration);
}

/** Whether types say what may be null or undefined; TypeScript 6 is strict unless told otherwise. */
export function hasStrictNulls({ tsc, program }: Snapshot): boolean {
  const { strict = Number.parseInt(tsc.version, 10) >= 6, strictNullChecks = strict } = program.getCompilerOptions();
  return strictNullChecks;
}

function isDeclaredOnce(tsc: typeof ts, declaration: ts.Declaration): boolean {
  if (tsc.isMethodDeclaration(declaration) || tsc.isMethodSignature(declaration))
    return declaration.questionToken === undefined;
  return (
    tsc.isFunctionDeclaration(declaration) || tsc.isClassDeclaration(declaration) || tsc.isEnumDeclaration(declaration)
  );
}

/** `const warn = () => {}`. */
function isMadeHere(tsc: typeof ts, declaration: ts.Declaration): boolean {
  if (!tsc.isVariableDeclaration(declaration) || !isConstant(tsc, declaration) || !declaration.initializer)
    return false;
  return isMade(tsc, declaration.initializer);
}

const isConstant = (tsc: typeof ts, declaration: ts.VariableDeclaration): boolean =>
  (tsc.getCombinedNodeFlags(declaration) & tsc.NodeFlags.Const) !== 0;

function isMade(tsc: typeof ts, value: ts.Expression): boolean {
  return (
    tsc.isNewExpression(value) ||
    tsc.isArrowFunction(value) ||
    tsc.isFunctionExpression(value) ||
    tsc.isClassExpression(value) ||
    tsc.isArrayLiteralExpression(value) ||
    tsc.isObjectLiteralExpression(value) ||
    tsc.isLiteralExpression(value)
  );
}

function isSet(tsc: typeof ts, declaration: ts.Declaration): boolean {
  if (tsc.isBindingElement(declaration)) {
    if (declaration.initializer || !tsc.isObjectBindingPattern(declaration.parent)) return false;
    return isSet(tsc, declaration.parent.parent);
  }
  if (tsc.isParameter(declaration))
    return (
      !declaration.questionToken && !declaration.initializer && !(declaration.flags & tsc.NodeFlags.JavaScriptFile)
    );
  if (tsc.isVariableDeclaration(declaration)) return isSetVariable(tsc, declaration);
  // What a platform declares it may lack: `if (navigator.clipboard)`.
  if (declaration.getSourceFile().isDeclarationFile) return false;
  if (tsc.isPropertyDeclaration(declaration)) return !declaration.exclamationToken && !declaration.questionToken;
  return tsc.isPropertySignature(declaration) && !declaration.questionToken;
}

function isSetVariable(tsc: typeof ts, declaration: ts.VariableDeclaration): boolean {
  if (tsc.isForOfStatement(declaration.parent.parent)) return true;
  if (declaration.getSourceFile().isDeclarationFile) return true;
  const value = declaration.initializer;
  if (!value || !isConstant(tsc, declaration)) return false;
  const given = tsc.isAwaitExpression(value) ? value.expression : value;
  return isMade(tsc, given) || tsc.isCallExpression(given);
}
