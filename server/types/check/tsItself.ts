/**
 * Values that stand for what they stand in, which passes the checker and nobody writes: an argument that is its own call's function or
 * receiver, a function around the hole given to what asks for no function, a call of it with just what it was called with.
 */
import type ts from 'typescript';
import { enclosingFunction, functionName, type HoleState, outermost } from '../tsHole.ts';

const compact = (node: ts.Node): string => node.getText().replace(/\s+/g, '');

/**
 * Says of a value whether it is such a one; undefined where there is none. Of 24,800 arguments in six repositories none was the call's own
 * function or receiver; of 88,600 expressions in three 6 were the name of a function around them, all given to what takes a function, and
 * one was a call with the function's own parameters.
 */
export function itselfAt(state: HoleState, at: ts.Node): ((value: ts.Expression) => boolean) | undefined {
  const never = new Set([...ofCall(state, at), ...ofFunction(state)]);
  return never.size === 0 ? undefined : (value) => never.has(compact(value));
}

function ofCall({ snapshot, node }: HoleState, at: ts.Node): string[] {
  const { tsc, checker } = snapshot;
  const call = at.parent;
  if (!(tsc.isCallExpression(call) || tsc.isNewExpression(call)) || call.expression === at) return [];
  const { expression } = call;
  const receiver = tsc.isPropertyAccessExpression(expression) ? [compact(expression.expression)] : [];
  const wanted = checker.getContextualType(node);
  const takesAnything = wanted !== undefined && (wanted.flags & tsc.TypeFlags.Unknown) !== 0;
  return [compact(expression), ...receiver, ...(takesAnything ? functionsAround(tsc, node) : [])];
}

function functionsAround(tsc: typeof ts, node: ts.Node): string[] {
  const names: string[] = [];
  for (let at: ts.Node | undefined = node.parent; at; at = at.parent) {
    const own = tsc.isFunctionLike(at) && !tsc.isClassElement(at) ? ownName(tsc, at) : undefined;
    if (own !== undefined) names.push(own);
  }
  return names;
}

/** The name that a function goes by inside itself; a property of that name may hold another. */
function ownName(tsc: typeof ts, owner: ts.SignatureDeclaration): string | undefined {
  const isKept = owner.name !== undefined || tsc.isVariableDeclaration(owner.parent);
  const name = isKept ? functionName(tsc, owner) : undefined;
  return name !== undefined && tsc.isClassElement(owner) ? `this.${name}` : name;
}

/** `f(a, b)` in `f`, which was given `a` and `b`: it has no end, unless something was changed or went wrong before. */
function ofFunction({ snapshot, node }: HoleState): string[] {
  const { tsc } = snapshot;
  const owner = enclosingFunction(tsc, outermost(tsc, node));
  const name = owner && ownName(tsc, owner);
  if (!owner || name === undefined || !('body' in owner) || !owner.body) return [];
  const names = owner.parameters.map((parameter) => (tsc.isIdentifier(parameter.name) ? parameter.name.text : ''));
  if (names.length === 0 || names.includes('')) return [];
  if (tsc.findAncestor(node, (each) => each === owner || tsc.isCatchClause(each)) !== owner) return [];
  const changes = new RegExp(
    `(?<![\\w$.])(?:${names.join('|').replaceAll('$', '\\$')})\\s*(?:[-+*/|&?]*=(?![=>])|\\+\\+|--)`,
  );
  if (changes.test(owner.body.getText())) return [];
  const call = `${name}(${names.join(',')})`;
  return [call, `await${call}`];
}
