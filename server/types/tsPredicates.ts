/**
 * What a callback that is asked for a truth says of its parameter (`users.filter((one) => |)`): its flags and their opposite, its
 * properties compared with the values in scope of their type, those of the same name first, and with the members of their union.
 */
import type ts from 'typescript';
import { type Gathering, isDeprecated, memberName } from './tsGather.ts';
import { isVague } from './tsHole.ts';
import type { ScopeValue } from './tsScope.ts';
import { callbackAt } from './tsSense.ts';
import { literalText } from './tsShapes.ts';
import { likeness } from './words.ts';

const MOST_PROPERTIES = 30;
const MOST_VALUES = 24;
/** Kinds of a union that are compared with; a longer one is no choice. */
const MOST_KINDS = 8;

export function predicates(gather: Gathering): void {
  const { state } = gather;
  const callback = callbackAt(state);
  if (!callback) return;
  for (const { name } of callback.parameters.slice(0, 2)) {
    if (gather.isOver) return;
    const root = state.snapshot.tsc.isIdentifier(name) ? gather.scopeNames.get(name.text) : undefined;
    if (root) ofParameter(gather, root);
  }
}

function ofParameter(gather: Gathering, root: ScopeValue): void {
  const { snapshot, node } = gather.state;
  const { tsc, checker } = snapshot;
  const type = checker.getNonNullableType(root.type());
  if (isVague(tsc, type)) return;
  const others = gather.scope
    .filter(
      ({ origin, name }) => (origin === 'local' || origin === 'parameter' || origin === 'file') && name !== root.name,
    )
    .slice(0, MOST_VALUES);
  if (isPlain(tsc, type)) {
    compare(gather, root, root.name, type, others);
    return;
  }
  if (checker.isArrayLikeType(type)) return;
  const properties = checker
    .getPropertiesOfType(type)
    .filter((property) => checker.getTypeOfSymbolAtLocation(property, node).getCallSignatures().length === 0)
    .slice(0, MOST_PROPERTIES);
  const names = properties.map((property) => memberName(property) ?? '');
  // What is called like one of the properties is compared with that one alone.
  const meant = new Map(others.map((other) => [other, closest(names, other.name)]));
  const alike = others.filter((other) => checker.isTypeAssignableTo(other.type(), type) && !isVague(tsc, other.type()));
  for (const property of properties) {
    const name = memberName(property);
    if (gather.isOver) return;
    if (name === undefined || name.startsWith('#') || isDeprecated(tsc, property)) continue;
    const own = checker.getTypeOfSymbolAtLocation(property, node);
    const text = `${root.name}.${name}`;
    const theirs = others.filter((other) => (meant.get(other) ?? name) === name);
    compare(gather, root, text, own, theirs);
    if (isPlain(tsc, checker.getNonNullableType(own)))
      for (const other of alike.slice(0, 2)) offer(gather, root, `${text} === ${other.name}.${name}`, name);
  }
}

/** The name that sounds most like another, if any does. */
function closest(names: readonly string[], name: string): string | undefined {
  const best = names.reduce((so, each) => (likeness(each, name) > likeness(so, name) ? each : so), '');
  return likeness(best, name) > 0.5 ? best : undefined;
}

function offer(gather: Gathering, root: ScopeValue, text: string, name: string, isSure = false): void {
  gather.offer({ text, origin: 'operator', fit: isSure ? 'same' : 'assignable', root, name });
}

/** What is asked of one value. */
function compare(
  gather: Gathering,
  root: ScopeValue,
  text: string,
  type: ts.Type,
  others: readonly ScopeValue[],
): void {
  const { tsc, checker } = gather.state.snapshot;
  const name = text.split('.').at(-1) ?? text;
  const bare = checker.getNonNullableType(type);
  if (bare.flags & tsc.TypeFlags.BooleanLike) {
    gather.offer({ text, origin: 'property', type, root, name, fit: 'same' });
    offer(gather, root, `!${text}`, name);
    return;
  }
  if (bare !== type) offer(gather, root, `${text} !== undefined`, name);
  if (!isPlain(tsc, bare)) return;
  const wide = checker.getBaseTypeOfLiteralType(bare);
  for (const other of others) {
    const theirs = checker.getNonNullableType(other.type());
    if (!isPlain(tsc, theirs) || !areComparable(checker, bare, theirs)) continue;
    const isNamed = likeness(name, other.name) > 0.5;
    offer(gather, root, `${text} === ${other.name}`, name, isNamed);
    if (isNamed) offer(gather, root, `${text} !== ${other.name}`, name);
    if (!(wide.flags & tsc.TypeFlags.NumberLike) || other.origin === 'file') continue;
    const isLeast = /^(?:min|least|from|after|since|lower)/i.test(other.name);
    const isMost = /^(?:max|most|to|until|before|upper|limit)/i.test(other.name);
    if (!isMost) offer(gather, root, `${text} ${isLeast ? '>=' : '>'} ${other.name}`, name, isLeast && isNamed);
    if (!isLeast) offer(gather, root, `${text} ${isMost ? '<=' : '<'} ${other.name}`, name, isMost && isNamed);
  }
  const kinds = bare.isUnion() && bare.types.length <= MOST_KINDS ? bare.types : [];
  for (const kind of kinds) {
    const written = kind.isStringLiteral() || kind.isNumberLiteral() ? literalText(gather, kind) : undefined;
    if (written !== undefined) offer(gather, root, `${text} === ${written}`, name);
  }
}

/** Texts, numbers, and their unions and enums: what is compared by its value. */
function isPlain(tsc: typeof ts, type: ts.Type): boolean {
  const parts = type.isUnion() ? type.types : [type];
  return parts.every(
    (part) => (part.flags & (tsc.TypeFlags.StringLike | tsc.TypeFlags.NumberLike | tsc.TypeFlags.EnumLike)) !== 0,
  );
}

const areComparable = (checker: ts.TypeChecker, one: ts.Type, other: ts.Type): boolean =>
  checker.isTypeAssignableTo(one, other) || checker.isTypeAssignableTo(other, one);
