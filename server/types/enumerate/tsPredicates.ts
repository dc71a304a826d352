/**
 * What a callback that is asked for a truth says of its parameter (`users.filter((one) => |)`): its flags and their opposite, what of it
 * may be missing, its properties compared with values in scope that are called alike, and with the members of their union.
 */
import type ts from 'typescript';
import { callbackAt } from '../check/tsSense.ts';
import { isVague } from '../tsHole.ts';
import type { ScopeValue } from '../tsScope.ts';
import { likeness } from '../words.ts';
import { type Gathering, isDeprecated, memberName } from './tsGather.ts';
import { literalText } from './tsShapes.ts';

const MOST_PROPERTIES = 30;
const MOST_VALUES = 24;
/** Kinds of a union that are compared with; a longer one is no choice. */
const MOST_KINDS = 8;

export function predicates(gather: Gathering): void {
  const { state } = gather;
  const callback = callbackAt(state);
  if (!callback) return;
  const { request, snapshot } = state;
  const { tsc } = snapshot;
  const own = callback.parameters.flatMap(({ name }) => (tsc.isIdentifier(name) ? [name.text] : []));
  const others = gather.scope
    .filter(
      ({ origin, name }) => (origin === 'local' || origin === 'parameter' || origin === 'file') && !own.includes(name),
    )
    .slice(0, MOST_VALUES);
  const said = request.text.slice(callback.getStart(), request.offset);
  for (const [i, name] of own.slice(0, 2).entries()) {
    if (gather.isOver) return;
    const root = gather.scopeNames.get(name);
    if (root) ofParameter({ gather, root, others, said, isFirst: i === 0 });
  }
}

/** One parameter, what it may be compared with, and what the callback says before the hole. */
interface Asking {
  readonly gather: Gathering;
  readonly root: ScopeValue;
  readonly others: readonly ScopeValue[];
  readonly said: string;
  readonly isFirst: boolean;
}

function ofParameter(asking: Asking): void {
  const { gather, root, others } = asking;
  const { snapshot, node } = gather.state;
  const { tsc, checker } = snapshot;
  const type = checker.getNonNullableType(root.type());
  if (isVague(tsc, type)) return;
  if (isPlain(tsc, type)) {
    compare(asking, root.name, root.type(), others);
    return;
  }
  missing(asking, root.name, root.type());
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
    compare(asking, text, own, theirs);
    if (isPlain(tsc, checker.getNonNullableType(own)))
      for (const other of alike.slice(0, 2)) offer(asking, `${text} === ${other.name}.${name}`, name);
  }
}

/** The name that sounds most like another, if any does. */
function closest(names: readonly string[], name: string): string | undefined {
  const best = names.reduce((so, each) => (likeness(each, name) > likeness(so, name) ? each : so), '');
  return likeness(best, name) > 0.5 ? best : undefined;
}

function offer({ gather, root, said }: Asking, text: string, name: string, isSure = false): void {
  const isSaid = said.split(text).some((after, i) => i > 0 && !/^[\w$.]/.test(after));
  if (!isSaid) gather.offer({ text, origin: 'operator', fit: isSure ? 'same' : 'assignable', root, name });
}

/** Whether it is there, in the words of its type. */
function missing(asking: Asking, text: string, type: ts.Type): void {
  const { tsc } = asking.gather.state.snapshot;
  const name = text.split('.').at(-1) ?? text;
  const parts = type.isUnion() ? type.types : [type];
  if (parts.some(({ flags }) => flags & tsc.TypeFlags.Null)) offer(asking, `${text} !== null`, name);
  if (parts.some(({ flags }) => flags & tsc.TypeFlags.Undefined)) offer(asking, `${text} !== undefined`, name);
}

/** What is asked of one value. */
function compare(asking: Asking, text: string, type: ts.Type, others: readonly ScopeValue[]): void {
  const { gather, root } = asking;
  const { tsc, checker } = gather.state.snapshot;
  const name = text.split('.').at(-1) ?? text;
  const bare = checker.getNonNullableType(type);
  if (bare.flags & tsc.TypeFlags.BooleanLike) {
    gather.offer({ text, origin: 'property', type, root, name, fit: 'same' });
    offer(asking, `!${text}`, name);
    return;
  }
  missing(asking, text, type);
  if (!isPlain(tsc, bare)) return;
  const wide = checker.getBaseTypeOfLiteralType(bare);
  // A whole element goes by any name; of numbers and texts that are parts of one, only the name says which may be compared.
  const isWhole = text === root.name && asking.isFirst;
  for (const other of others) {
    const theirs = checker.getNonNullableType(other.type());
    if (!isPlain(tsc, theirs) || !areComparable(checker, bare, theirs)) continue;
    const isNamed = likeness(name, other.name) > 0.5;
    const isOfKind = isKind(tsc, bare) && isKind(tsc, theirs);
    if (!isNamed && !isOfKind && (!isWhole || other.origin === 'file')) continue;
    offer(asking, `${text} === ${other.name}`, name, isNamed);
    if (isNamed) offer(asking, `${text} !== ${other.name}`, name);
    if (!(wide.flags & tsc.TypeFlags.NumberLike) || isOfKind || other.origin === 'file') continue;
    const isLeast = /^(?:min|least|from|after|since|lower)/i.test(other.name);
    const isMost = /^(?:max|most|to|until|before|upper|limit)/i.test(other.name);
    // Keys have no order.
    if ((!isNamed && !isLeast && !isMost) || /(?:^i|I)ds?$/.test(name)) continue;
    if (!isMost) offer(asking, `${text} ${isLeast ? '>=' : '>'} ${other.name}`, name, isLeast && isNamed);
    if (!isLeast) offer(asking, `${text} ${isMost ? '<=' : '<'} ${other.name}`, name, isMost && isNamed);
  }
  const kinds = bare.isUnion() && bare.types.length <= MOST_KINDS ? bare.types : [];
  for (const kind of kinds) {
    const written = kind.isStringLiteral() || kind.isNumberLiteral() ? literalText(gather, kind) : undefined;
    if (written !== undefined) offer(asking, `${text} === ${written}`, name);
  }
}

/** Texts, numbers, and their unions and enums: what is compared by its value. */
function isPlain(tsc: typeof ts, type: ts.Type): boolean {
  const parts = type.isUnion() ? type.types : [type];
  return parts.every(
    (part) => (part.flags & (tsc.TypeFlags.StringLike | tsc.TypeFlags.NumberLike | tsc.TypeFlags.EnumLike)) !== 0,
  );
}

/** One of a few: a union of literals or an enum, not any text or number. */
function isKind(tsc: typeof ts, type: ts.Type): boolean {
  const parts = type.isUnion() ? type.types : [type];
  const { EnumLike, StringLiteral, NumberLiteral } = tsc.TypeFlags;
  return parts.every(({ flags }) => (flags & (EnumLike | StringLiteral | NumberLiteral)) !== 0);
}

const areComparable = (checker: ts.TypeChecker, one: ts.Type, other: ts.Type): boolean =>
  checker.isTypeAssignableTo(one, other) || checker.isTypeAssignableTo(other, one);
