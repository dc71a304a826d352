/**
 * Candidates built from the expected type alone: literals, enum members, empty and filled object literals, arrow functions
 * of the right shape.
 */
import type ts from 'typescript';
import { isVague } from '../tsHole.ts';
import type { ScopeValue } from '../tsScope.ts';
import { bestFor } from './tsExpressions.ts';
import type { Gathering } from './tsGather.ts';

const maxLiterals = 60;

export function literals(gather: Gathering): void {
  const { tsc } = gather.state.snapshot;
  const f = tsc.TypeFlags;
  for (const type of gather.expected) {
    for (const part of partsOf(type).slice(0, maxLiterals)) {
      const text = literalText(gather, part);
      if (text !== undefined)
        gather.offer({ text, origin: part.flags & f.EnumLike ? 'enum' : 'literal', type: part, name: lastName(text) });
      simpleValues(gather, part);
    }
  }
  ownNames(gather);
  if (gather.expected.length > 0) return;
  for (const text of ['[]', '{}', 'null', 'true', 'false', '0', '1', "''", 'undefined']) {
    gather.offer({ text, origin: text === '{}' ? 'object' : 'literal', fit: 'open' });
  }
}

/** The names of what is around, as strings: a class that says its own name, an event named as its function. */
function ownNames(gather: Gathering): void {
  const { snapshot, hole } = gather.state;
  const takesString = gather.expected.some((type) =>
    snapshot.checker.isTypeAssignableTo(snapshot.checker.getStringType(), type),
  );
  if (gather.expected.length > 0 && !takesString) return;
  for (const name of [hole.enclosingClass, hole.enclosing, hole.name]) {
    if (name === undefined || !/^[\w$-]+$/.test(name)) continue;
    gather.offer({ text: quoted(gather, name), origin: 'literal', fit: 'open', name });
  }
}

/** Locals that nothing has used yet, in the order of their declaration, as an object of their names. */
export function unusedTogether(gather: Gathering): void {
  const { snapshot, node } = gather.state;
  const isOpen = ({ origin, depth, mentions, symbol }: ScopeValue): boolean =>
    mentions === 1 &&
    (origin === 'local' ? depth === 0 : origin === 'parameter' && depth <= 1) &&
    (symbol.flags & snapshot.tsc.SymbolFlags.Variable) !== 0 &&
    (symbol.valueDeclaration?.pos ?? 0) < node.pos;
  const own = gather.scope.filter(isOpen);
  const ordered = own.sort((a, b) => (a.symbol.valueDeclaration?.pos ?? 0) - (b.symbol.valueDeclaration?.pos ?? 0));
  const names = ordered.map((value) => value.name);
  if (names.length === 0 || names.length > 8) return;
  gather.offer({ text: `{ ${names.join(', ')} }`, origin: 'object', fit: 'open', filledArguments: names.length });
}

function partsOf(type: ts.Type): ts.Type[] {
  return type.isUnion() ? [...type.types] : [type];
}

/** The parts of a union as its declaration has them: the checker keeps them as it met them first, which depends on what was read before. */
export function partsInOrder({ tsc, checker }: Gathering['state']['snapshot'], type: ts.UnionType): ts.Type[] {
  const declared = type.aliasSymbol?.declarations?.find((each) => tsc.isTypeAliasDeclaration(each));
  if (!declared || !tsc.isUnionTypeNode(declared.type)) return [...type.types];
  const order = declared.type.types.map((node) => checker.getTypeFromTypeNode(node));
  const rank = (part: ts.Type): number => order.findIndex((each) => checker.isTypeAssignableTo(part, each));
  const ranks = new Map(type.types.map((part) => [part, rank(part)]));
  return [...type.types].sort((a, b) => (ranks.get(a) ?? 0) - (ranks.get(b) ?? 0));
}

function lastName(text: string): string {
  return text.replace(/['"]/g, '').split('.').at(-1) ?? text;
}

/** How the type of one value is written. */
export function literalText(gather: Gathering, type: ts.Type): string | undefined {
  const { tsc, checker } = gather.state.snapshot;
  const f = tsc.TypeFlags;
  if (type.flags & f.EnumLiteral && type.symbol) return enumText(gather, type);
  if (type.isStringLiteral()) return quoted(gather, type.value);
  if (type.isNumberLiteral()) return String(type.value);
  if (type.flags & f.BooleanLiteral) return checker.typeToString(type);
  if (type.flags & f.Null) return 'null';
  if (type.flags & f.Undefined) return 'undefined';
  return undefined;
}

function enumText(gather: Gathering, type: ts.Type): string | undefined {
  const { tsc, checker } = gather.state.snapshot;
  const member = type.symbol;
  const home = member.valueDeclaration?.parent;
  if (!home || !tsc.isEnumDeclaration(home)) return undefined;
  const own = checker.getSymbolAtLocation(home.name);
  // The name under which the enum is known here, which an import may have changed.
  for (const value of gather.scope) {
    const target =
      value.symbol.flags & tsc.SymbolFlags.Alias
        ? checker.getAliasedSymbol(value.symbol)
        : checker.getExportSymbolOfSymbol(value.symbol);
    if (target !== own) continue;
    return /^[A-Za-z_$][\w$]*$/.test(member.name)
      ? `${value.name}.${member.name}`
      : `${value.name}[${quoted(gather, member.name)}]`;
  }
  return undefined;
}

export function quoted(gather: Gathering, text: string): string {
  const { request } = gather.state;
  const near = request.text.slice(0, 20_000);
  const isDouble = (near.match(/"/g)?.length ?? 0) > (near.match(/'/g)?.length ?? 0);
  const mark = isDouble ? '"' : "'";
  return mark + text.replaceAll('\\', '\\\\').replaceAll(mark, `\\${mark}`).replaceAll('\n', '\\n') + mark;
}

function simpleValues(gather: Gathering, type: ts.Type): void {
  const { tsc, checker } = gather.state.snapshot;
  const f = tsc.TypeFlags;
  const offer = (text: string, origin: 'literal' | 'object' = 'literal'): void => gather.offer({ text, origin, type });
  if (type.flags & f.Boolean) {
    offer('true');
    offer('false');
  } else if (type.flags & f.Number) for (const text of ['0', '1', '-1']) offer(text);
  else if (type.flags & f.String) offer(quoted(gather, ''));
  else if (checker.isArrayLikeType(type) && !checker.isTupleType(type)) {
    offer('[]');
    listsOfOne(gather, type);
  } else if (type.flags & f.Object && isEmptyFine(gather, type)) offer('{}', 'object');
}

const mostLists = 6;

/**
 * `[value]` of the nearest values that an element may be. Not where lists begin empty: behind `??` none of 189 in eight repositories had one
 * value, of variables 328 began as `[]` and 143 with one value.
 */
function listsOfOne(gather: Gathering, type: ts.Type): void {
  const { place, snapshot } = gather.state;
  if (place === 'operand' || place === 'initialiser') return;
  const { tsc, checker } = snapshot;
  const element = checker.getIndexTypeOfType(type, tsc.IndexKind.Number);
  if (!element || isVague(tsc, element)) return;
  let offered = 0;
  for (const { text, type: own, root } of nearValues(gather)) {
    if (offered >= mostLists) return;
    if (isVague(tsc, own) || !checker.isTypeAssignableTo(own, element)) continue;
    offered++;
    gather.offer({ text: `[${text}]`, origin: 'object', type, root, name: text, filledArguments: 1 });
  }
}

function isEmptyFine(gather: Gathering, type: ts.Type): boolean {
  const { tsc } = gather.state.snapshot;
  if (type.getCallSignatures().length > 0 || type.getConstructSignatures().length > 0) return false;
  if (type.symbol && type.symbol.flags & tsc.SymbolFlags.Class) return false;
  return type.getProperties().every((property) => (property.flags & tsc.SymbolFlags.Optional) !== 0);
}

/** `{ a, b: c }` where every required member has a value in scope; on several lines where it is long. */
export function objects(gather: Gathering): void {
  const { snapshot } = gather.state;
  const { tsc } = snapshot;
  for (const type of gather.expected) {
    for (const part of partsOf(type).slice(0, 6)) {
      if (gather.isOver) return;
      if (!(part.flags & (tsc.TypeFlags.Object | tsc.TypeFlags.Intersection)) || part.getCallSignatures().length > 0)
        continue;
      if (part.symbol && part.symbol.flags & tsc.SymbolFlags.Class) continue;
      const fields = fieldsOf(gather, part);
      if (!fields || fields.length === 0) continue;
      gather.offer({ text: `{ ${fields.join(', ')} }`, origin: 'object', type: part, filledArguments: fields.length });
    }
  }
}

function fieldsOf(gather: Gathering, type: ts.Type): string[] | undefined {
  const { snapshot, node } = gather.state;
  const { tsc, checker } = snapshot;
  const properties = type.getProperties();
  if (properties.length === 0 || properties.length > 12 || checker.isArrayLikeType(type)) return undefined;
  const fields: string[] = [];
  for (const property of properties) {
    const isOptional = (property.flags & tsc.SymbolFlags.Optional) !== 0;
    const own = checker.getTypeOfSymbolAtLocation(property, node);
    const value = valueFor(gather, own, property.name, isOptional);
    if (value === undefined && isOptional) continue;
    if (value === undefined || !/^[A-Za-z_$][\w$]*$/.test(property.name)) return undefined;
    fields.push(value === property.name ? value : `${property.name}: ${value}`);
  }
  return fields;
}

/** Something for a member: the variable of its name, a literal that is the only choice, else the best that fits. */
export function valueFor(gather: Gathering, type: ts.Type, name: string, exact: boolean): string | undefined {
  const { checker } = gather.state.snapshot;
  const same = gather.scopeNames.get(name);
  if (same && same.origin !== 'library' && checker.isTypeAssignableTo(same.type(), type)) return name;
  if (exact) return undefined;
  return literalText(gather, type) ?? bestFor(gather, type, name, []);
}

/** `(a, b) => …` for an expected function. */
export function functions(gather: Gathering): void {
  const { snapshot, node } = gather.state;
  const { tsc, checker } = snapshot;
  for (const type of gather.expected.slice(0, 3)) {
    const signature = checker.getNonNullableType(type).getCallSignatures()[0];
    if (!signature || gather.isOver) continue;
    const parameters = signature.parameters.slice(0, 4).map((parameter) => ({
      name: parameterName(gather, parameter.name),
      type: checker.getTypeOfSymbolAtLocation(parameter, node),
    }));
    const names = parameters.map((parameter) => parameter.name);
    const alone = names.length === 1 && !parenthesised(gather.state.request.text);
    const head = alone ? `${names[0]}` : `(${names.join(', ')})`;
    const result = signature.getReturnType();
    const offer = (text: string): void =>
      gather.offer({ text, origin: 'function', fit: 'open', filledArguments: names.length });
    if (result.flags & tsc.TypeFlags.Void || isVague(tsc, result)) {
      offer('() => {}');
      for (const value of gather.scope.slice(0, 30)) {
        const own = value.type().getCallSignatures()[0];
        if (own && own.parameters.length === 0 && value.origin !== 'library') offer(`() => ${value.name}()`);
      }
    }
    for (const parameter of parameters.slice(0, 1)) {
      for (const body of bodiesOf(gather, parameter, result))
        offer(`${alone ? head : `(${parameter.name})`} => ${body}`);
    }
  }
}

function bodiesOf(gather: Gathering, parameter: { name: string; type: ts.Type }, result: ts.Type): string[] {
  const { snapshot, node } = gather.state;
  const { tsc, checker } = snapshot;
  const bodies: string[] = [];
  if (!isVague(tsc, result) && checker.isTypeAssignableTo(parameter.type, result)) bodies.push(parameter.name);
  const isBoolean = (result.flags & tsc.TypeFlags.BooleanLike) !== 0 || isVague(tsc, result);
  if (isVague(tsc, parameter.type)) return bodies;
  for (const property of checker.getPropertiesOfType(parameter.type).slice(0, 30)) {
    const type = checker.getTypeOfSymbolAtLocation(property, node);
    if (type.getCallSignatures().length > 0 || !/^[A-Za-z_$][\w$]*$/.test(property.name)) continue;
    if (isBoolean || checker.isTypeAssignableTo(type, result)) bodies.push(`${parameter.name}.${property.name}`);
  }
  return bodies;
}

function parameterName(gather: Gathering, name: string): string {
  const isPlain = /^[A-Za-z_$][\w$]*$/.test(name) && !name.startsWith('__');
  return isPlain && !gather.scopeNames.has(name) ? name : isPlain ? name : 'value';
}

/** Whether the file writes `(x) =>` rather than `x =>`. */
export function parenthesised(text: string): boolean {
  const near = text.slice(0, 60_000);
  const withParentheses = near.match(/\([\w$]+\)\s*=>/g)?.length ?? 0;
  const without = near.match(/(?<![\w$.)\]])[\w$]+\s*=>/g)?.length ?? 0;
  return withParentheses >= without;
}

/** Conditions and operands made of what is near: negations, lengths, comparisons with null and with literals. */
export function operators(gather: Gathering): void {
  const { snapshot, place } = gather.state;
  if (!operatorPlaces.has(place)) return;
  const { tsc, checker } = snapshot;
  const wantsBoolean = gather.expected.some(
    (each) => (each.flags & tsc.TypeFlags.BooleanLike) !== 0 || each === checker.getBooleanType(),
  );
  if (!wantsBoolean) return;
  for (const { text, type, root } of [...nearValues(gather), ...nearChains(gather)]) {
    if (gather.isOver) return;
    if (type.getCallSignatures().length > 0) continue;
    const facts = { origin: 'operator', fit: 'assignable', root, name: text.split('.').at(-1) } as const;
    gather.offer({ ...facts, text: `!${text}` });
    for (const compared of comparisons(gather, text, type)) gather.offer({ ...facts, text: compared });
    for (const tested of classTests(gather, text, type)) gather.offer({ ...facts, text: tested });
    // Beside && and || a value is as good as its truth.
    if (place === 'condition' || place === 'operand')
      gather.offer({ ...facts, text, origin: text.includes('.') ? 'property' : 'variable' });
  }
}

const operatorPlaces = new Set<Gathering['state']['place']>([
  'condition',
  'operand',
  'argument',
  'return',
  'arrowBody',
]);

interface Near {
  readonly text: string;
  readonly type: ts.Type;
  readonly root: ScopeValue;
}

function nearValues(gather: Gathering): Near[] {
  const own = gather.scope.slice(0, 20).filter(({ origin }) => origin !== 'library' && origin !== 'global');
  return own.map((root) => ({ text: root.name, type: root.type(), root }));
}

/** Chains that the code before the hole has, the latest first. */
function nearChains(gather: Gathering): Near[] {
  const { snapshot, node } = gather.state;
  const { checker } = snapshot;
  const latest = [...gather.chains].sort((a, b) => b[1].last - a[1].last).slice(0, 24);
  return latest.flatMap(([text]): Near[] => {
    const [first = '', ...rest] = text.split('.');
    const root = gather.scopeNames.get(first);
    if (!root || text.includes('?') || text.includes('#')) return [];
    let type: ts.Type | undefined = root.type();
    for (const part of rest) {
      const property: ts.Symbol | undefined = type && checker.getNonNullableType(type).getProperty(part);
      type = property && checker.getTypeOfSymbolAtLocation(property, node);
    }
    return type ? [{ text, type, root }] : [];
  });
}

/** `value instanceof Narrower` for the classes of the file that are some of what the value may be. */
function classTests(gather: Gathering, name: string, type: ts.Type): string[] {
  const { tsc, checker } = gather.state.snapshot;
  const bare = checker.getNonNullableType(type);
  const isObject = (bare.flags & (tsc.TypeFlags.Object | tsc.TypeFlags.Union | tsc.TypeFlags.Unknown)) !== 0;
  if (!isObject || checker.isArrayLikeType(bare) || bare.getCallSignatures().length > 0) return [];
  const own = classesInScope(gather)
    .filter(({ made }) => made !== bare && checker.isTypeAssignableTo(made, bare))
    .map((each) => `${name} instanceof ${each.name}`);
  // Of what may be anything, nothing is asked as often.
  return type.flags & tsc.TypeFlags.Unknown ? [`${name} instanceof Error`, ...own] : own;
}

interface ClassValue {
  readonly name: string;
  readonly made: ts.Type;
}

const classes = new WeakMap<Gathering, readonly ClassValue[]>();

function classesInScope(gather: Gathering): readonly ClassValue[] {
  const known = classes.get(gather);
  if (known) return known;
  const named = gather.scope.filter(({ name, origin }) => origin !== 'library' && /^[A-Z]/.test(name)).slice(0, 60);
  const found = named.flatMap((value): ClassValue[] => {
    const made = value.type().getConstructSignatures()[0]?.getReturnType();
    return made ? [{ name: value.name, made }] : [];
  });
  classes.set(gather, found.slice(0, 12));
  return found.slice(0, 12);
}

/** What is asked of a value of this type, in the words that the file uses. */
function comparisons(gather: Gathering, name: string, type: ts.Type): string[] {
  const { tsc, checker } = gather.state.snapshot;
  const { text } = gather.state.request;
  const found: string[] = [];
  if (checker.isArrayLikeType(type)) found.push(`${name}.length > 0`, `${name}.length === 0`, `!${name}.length`);
  const bare = checker.getNonNullableType(type);
  const isNullable = bare !== type;
  const kinds = bare.isUnion() && bare.types.length <= 16 ? bare.types : [];
  for (const kind of kinds) {
    const literal = kind.isStringLiteral() || kind.isNumberLiteral() ? literalText(gather, kind) : undefined;
    if (literal !== undefined) found.push(`${name} === ${literal}`, `${name} !== ${literal}`);
  }
  const mayLack = isNullable && type.isUnion() && type.types.some((part) => part.flags & tsc.TypeFlags.Undefined);
  // A file that has asked nothing of the kind yet asks as its types have it.
  const isFirst = mayLack && !/[!=]==? ?(?:undefined|null)\b/.test(text);
  if (isNullable && (isFirst || text.includes('=== undefined'))) found.push(`${name} === undefined`);
  if (isNullable && (isFirst || text.includes('!== undefined'))) found.push(`${name} !== undefined`);
  if (isNullable && text.includes('== null')) found.push(`${name} == null`);
  if (isNullable && text.includes('=== null')) found.push(`${name} === null`);
  if (isNullable && text.includes('!== null')) found.push(`${name} !== null`);
  const isOpen = (type.flags & (tsc.TypeFlags.Any | tsc.TypeFlags.Unknown)) !== 0;
  if (isOpen)
    for (const kind of ['string', 'function', 'object']) found.push(`typeof ${name} === ${quoted(gather, kind)}`);
  return found;
}
