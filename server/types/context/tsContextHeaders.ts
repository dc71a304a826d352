/** Values that give the expected type: by themselves, by a call, or by a call of its result. */
import type ts from 'typescript';
import { importables } from '../imports/tsImports.ts';
import type { Ts } from '../tsConfig.ts';
import { type HoleState, isVague } from '../tsHole.ts';
import type { ProjectIndex } from '../tsIndex.ts';
import { isCheaplyTyped } from '../tsPrint.ts';
import { scopeValues } from '../tsScope.ts';
import { type Collector, importComment, isOfProject } from './tsContextCollector.ts';

/** What the paper calls targets: the expected type; of a function, its result too; of a tuple or object, the components. */
function headerTargets(state: HoleState): ts.Type[] {
  const { tsc, checker } = state.snapshot;
  const { type, others } = state.expectation;
  const targets: ts.Type[] = [];
  const add = (at: ts.Type | undefined): void => {
    if (at && !isVague(tsc, at) && !targets.includes(at)) targets.push(at);
  };
  for (const each of [type, ...others]) {
    if (!each) continue;
    const bare = checker.getNonNullableType(each);
    add(bare);
    const results = bare.getCallSignatures().map((signature) => signature.getReturnType());
    for (const result of results) add(result);
    for (const product of [bare, ...results]) {
      if (checker.isTupleType(product))
        for (const part of checker.getTypeArguments(product as ts.TypeReference)) add(part);
      // A literal type written in place is a product as well; a class or interface is one thing.
      else if (
        product.symbol &&
        product.symbol.flags & tsc.SymbolFlags.TypeLiteral &&
        product.getCallSignatures().length === 0
      ) {
        for (const property of product.getProperties().slice(0, 8)) add(checker.getTypeOfSymbol(property));
      }
    }
  }
  const f = tsc.TypeFlags;
  const base =
    f.StringLike | f.NumberLike | f.BooleanLike | f.BigIntLike | f.ESSymbolLike | f.VoidLike | f.Null | f.NonPrimitive;
  const isBase = (at: ts.Type): boolean =>
    at.flags & f.EnumLike
      ? false
      : (at.flags & base) !== 0 || (at.isUnion() && at.types.every((t) => t.flags & base && !(t.flags & f.Literal)));
  return targets.filter((at) => !isBase(at));
}

/** How a value of `type` can give a target: 0 itself, 1 by a call, 2 by a call of its result; undefined not at all. */
function reach(state: HoleState, type: ts.Type, targets: readonly ts.Type[]): number | undefined {
  const { tsc, checker } = state.snapshot;
  let at: ts.Type | undefined = type;
  for (let calls = 0; calls <= 2 && at && !isVague(tsc, at); calls++) {
    const value = at;
    if (!isEmptyObject(tsc, value) && targets.some((target) => checker.isTypeAssignableTo(value, target))) return calls;
    at = at.getCallSignatures()[0]?.getReturnType();
  }
  return undefined;
}

function isEmptyObject(tsc: Ts, type: ts.Type): boolean {
  return (type.flags & tsc.TypeFlags.Never) !== 0;
}

const maxHeaders = 16;
/** Beyond so many values in scope, those whose type would have to be inferred from much are passed over. */
const maxInferred = 8;
/** A count rather than a deadline: the same hole gets the same headers on a busy machine. */
const maxImportables = 80;

export function headerItems(
  collect: Collector,
  index: ProjectIndex,
  hints: readonly string[],
  cancelled: () => boolean,
): void {
  const { state } = collect;
  const { tsc, checker } = state.snapshot;
  const targets = headerTargets(state);
  if (targets.length === 0) return;
  let taken = 0;
  let tried = 0;
  const offer = (node: ts.Node, name: string, type: ts.Type, nearer: number, prefix: string): void => {
    const calls = reach(state, type, targets);
    if (calls === undefined) return;
    taken++;
    const reason = calls === 0 ? 'a value of the expected type' : 'gives the expected type';
    collect.header(node, name, 'header', nearer + calls / 2, reason, prefix);
  };
  for (const value of scopeValues(state)) {
    const node = value.symbol.valueDeclaration;
    if (taken >= maxHeaders || cancelled()) return;
    if (value.origin === 'library' || !node || collect.has(node) || !isOfProject(state, node)) continue;
    if (++tried > maxInferred && !isCheaplyTyped(tsc, node)) continue;
    offer(node, value.name, value.type(), 0, '');
  }
  for (const item of importables(state, index, hints, maxImportables)) {
    if (taken >= maxHeaders || cancelled()) return;
    const node = item.entry?.node;
    if (!node || item.isType || collect.has(node) || !isTypedValue(tsc, node)) continue;
    offer(node, item.name, checker.getTypeAtLocation(node), 1, importComment(state, item.entry?.path));
  }
}

function isTypedValue(tsc: Ts, node: ts.Node): boolean {
  return (tsc.isFunctionDeclaration(node) || tsc.isVariableDeclaration(node)) && isCheaplyTyped(tsc, node);
}
