/**
 * Candidates built from what is in scope: variables, property chains, calls with their arguments filled, constructors,
 * awaited calls, what stood in the like place elsewhere, and exports that come with their import.
 */
import type ts from 'typescript';
import { importables, importEdit } from '../imports/tsImports.ts';
import { givenBy } from '../tsGiven.ts';
import { enclosingFunction, hasModifier, isVague } from '../tsHole.ts';
import { isCheaplyTyped } from '../tsPrint.ts';
import type { ScopeValue } from '../tsScope.ts';
import { likeness } from '../words.ts';
import type { Fit } from './candidateCost.ts';
import { type Gathering, isDeprecated, memberName, thisType } from './tsGather.ts';
import { likeliestMembers, ofSomeKinds } from './tsProperties.ts';
import { soundingMembers, untypedChains } from './tsUntyped.ts';

/** A value that chains begin with. */
interface Root {
  readonly text: string;
  readonly type: ts.Type;
  readonly value: ScopeValue | undefined;
}

const maxRoots = 48;

export function variables(gather: Gathering): void {
  for (const value of gather.scope) {
    if (gather.isOver) return;
    if (value.name === 'undefined') continue;
    const type = value.type();
    gather.offer({ text: value.name, origin: 'variable', type, root: value });
    if (value.depth < 20) derived(gather, value, type);
  }
  const self = thisRoot(gather);
  if (self) gather.offer({ text: 'this', origin: 'variable', type: self.type, name: 'this' });
}

/** What a variable gives at once: an element of an array, its elements spread, an awaited promise. */
function derived(gather: Gathering, value: ScopeValue, type: ts.Type): void {
  const { snapshot, place } = gather.state;
  const { tsc, checker } = snapshot;
  const { name } = value;
  asserted(gather, value, type);
  if (checker.isArrayLikeType(type)) {
    const element = checker.getIndexTypeOfType(type, tsc.IndexKind.Number);
    for (const index of ['0', '1']) {
      if (checker.isTupleType(type) || index === '0' || gather.state.request.text.includes(`${name}[0]`)) {
        gather.offer({ text: `${name}[${index}]`, origin: 'property', type: element, root: value });
      }
    }
    const takesMany = place === 'argument' || place === 'element';
    if (takesMany) gather.offer({ text: `...${name}`, origin: 'operator', type: element, root: value });
    return;
  }
  if (!isAsync(gather) || !isPromise(type)) return;
  const awaited = checker.getAwaitedType(type);
  if (awaited) gather.offer({ text: `await ${name}`, origin: 'await', type: awaited, root: value });
}

/** In files that write so: `name!` of what may be missing or not set yet, `count++` of a number that can change. */
function asserted(gather: Gathering, value: ScopeValue, type: ts.Type): void {
  const { snapshot, request } = gather.state;
  const { tsc, checker } = snapshot;
  const declaration = value.symbol.valueDeclaration;
  const isLet =
    declaration !== undefined &&
    tsc.isVariableDeclaration(declaration) &&
    (tsc.getCombinedNodeFlags(declaration) & tsc.NodeFlags.Let) !== 0;
  const isSetLater = isLet && declaration.initializer === undefined && !tsc.isForOfStatement(declaration.parent.parent);
  const bare = checker.getNonNullableType(type);
  if ((bare !== type || isSetLater) && value.origin !== 'file' && gather.asserts)
    gather.offer({ text: `${value.name}!`, origin: 'operator', type: bare, root: value });
  if (isLet && type.flags & tsc.TypeFlags.NumberLike && request.text.includes('++'))
    gather.offer({ text: `${value.name}++`, origin: 'operator', type, root: value });
}

/** What stood in the like place here and elsewhere, when its names are in scope. */
export function seenBefore(gather: Gathering): void {
  const ranked = [...gather.seen].sort((a, b) => b[1].share - a[1].share).slice(0, 80);
  for (const [text] of ranked) {
    const names = freeNames(text);
    if (!names.every((name) => name === 'this' || gather.scopeNames.has(name))) continue;
    const root = names[0] === undefined ? undefined : gather.scopeNames.get(names[0]);
    const name = /([A-Za-z_$][\w$]*)(?:\([^()]*\))?$/.exec(text)?.[1];
    gather.offer({ text, origin: originOf(text), root, name, fit: 'open' });
  }
}

function originOf(
  text: string,
):
  | 'literal'
  | 'call'
  | 'constructor'
  | 'await'
  | 'function'
  | 'object'
  | 'template'
  | 'property'
  | 'variable'
  | 'operator' {
  if (/^(?:['"\d]|-\d|true$|false$|null$|undefined$|\[\]$)/.test(text)) return 'literal';
  if (text.startsWith('`')) return 'template';
  if (text.startsWith('{') || text.startsWith('[')) return 'object';
  if (text.startsWith('new ')) return 'constructor';
  if (text.startsWith('await ')) return 'await';
  if (/=>/.test(text)) return 'function';
  if (/^[\w$]+$/.test(text)) return 'variable';
  if (/^[\w$.?#!]+$/.test(text)) return 'property';
  return /^[\w$.?#!]+\(.*\)$/.test(text) ? 'call' : 'operator';
}

const keywords = new Set(
  'as async await class const delete else false function if in instanceof is keyof let new null of return satisfies string number boolean unknown any never void super this throw true typeof undefined yield'.split(
    ' ',
  ),
);

/** Names that an expression takes from its surroundings: no members, no keys, no own parameters, nothing in strings. */
export function freeNames(text: string): string[] {
  const bare = text.replace(/'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"/g, '""').replace(/`(?:[^`\\$]|\\.)*`/g, '""');
  const own = new Set<string>();
  for (const match of bare.matchAll(/\(?([\w$\s,:{}[\]]*)\)?\s*=>/g))
    for (const name of match[1]?.match(/[\w$]+/g) ?? []) own.add(name);
  const names: string[] = [];
  for (const match of bare.matchAll(/(?<![\w$.#])([A-Za-z_$][\w$]*)(?!\s*:(?!:)|[\w$])/g)) {
    const name = match[1];
    if (name !== undefined && !own.has(name) && (!keywords.has(name) || name === 'this')) names.push(name);
  }
  return names;
}

function thisRoot(gather: Gathering): Root | undefined {
  const type = thisType(gather.state);
  return type && { text: 'this', type, value: undefined };
}

function roots(gather: Gathering): Root[] {
  const { tsc } = gather.state.snapshot;
  const near = gather.scope
    .filter((value) => value.origin !== 'library' && value.origin !== 'global')
    .sort((a, b) => a.distance - b.distance || a.depth - b.depth)
    .slice(0, maxRoots)
    .map((value): Root => ({ text: value.name, type: value.type(), value }))
    .filter((root) => !isVague(tsc, root.type));
  const self = thisRoot(gather);
  return self ? [self, ...near] : near;
}

/** Members of values in scope, and calls of them, to a depth of two; chains written in the file, to any depth. */
export function chains(gather: Gathering): void {
  const all = roots(gather);
  writtenChains(gather, all);
  soundingMembers(gather);
  for (const [i, root] of all.entries()) {
    if (gather.isOver) return;
    membersOf(gather, root, i < 14 || root.text === 'this' ? 2 : 1);
  }
}

function membersOf(gather: Gathering, root: Root, depth: number): void {
  const { snapshot, node } = gather.state;
  const { tsc, checker } = snapshot;
  const bare = checker.getNonNullableType(root.type);
  const isPlain = bare.flags & (tsc.TypeFlags.StringLike | tsc.TypeFlags.NumberLike | tsc.TypeFlags.BooleanLike);
  if (isPlain && gather.expected.length === 0) return;
  const properties = [
    ...likeliestMembers(gather, root.text, checker.getPropertiesOfType(checker.getApparentType(bare))),
    ...ofSomeKinds(gather, bare),
  ];
  const isCareful = gather.state.request.text.includes(`${root.text}?.`);
  for (const property of properties) {
    if (gather.isOver) return;
    const name = memberName(property);
    if (name === undefined || name === 'prototype' || (name.startsWith('#') && root.text !== 'this')) continue;
    const text = `${root.text}.${name}`;
    if (isDeprecated(tsc, property) && !gather.chains.has(text)) continue;
    const type = checker.getTypeOfSymbolAtLocation(property, node);
    gather.offer({
      text,
      origin: 'property',
      type,
      root: root.value,
      name: property.name,
      depth: root.value?.depth ?? 1,
    });
    const signatures = type.getCallSignatures();
    // Whether code before the hole has made sure of the value, the checker says: with care, where it may be missing.
    // A file that reads it with care reads it so again.
    if ((bare !== root.type || isCareful) && root.text === root.value?.name && signatures.length === 0)
      gather.offer({ text: `${root.text}?.${name}`, origin: 'property', type, root: root.value, name: property.name });
    if (signatures.length > 0) callsOf(gather, text, property.name, signatures, root.value);
    else if (depth > 1 && isWorthDescending(gather, type, property.name)) {
      membersOf(gather, { text, type, value: root.value }, depth - 1);
    }
  }
}

function isWorthDescending(gather: Gathering, type: ts.Type, name: string): boolean {
  const { tsc, checker } = gather.state.snapshot;
  const bare = checker.getNonNullableType(type);
  if (!(bare.flags & (tsc.TypeFlags.Object | tsc.TypeFlags.Union))) return false;
  if (checker.isArrayLikeType(bare))
    return gather.expected.some((each) => (each.flags & tsc.TypeFlags.NumberLike) !== 0);
  if (gather.expected.length > 0) return true;
  return gather.names.some((wanted) => likeness(wanted, name) > 0.3);
}

function writtenChains(gather: Gathering, all: readonly Root[]): void {
  const { snapshot, node } = gather.state;
  const { checker } = snapshot;
  untypedChains(gather);
  const byName = new Map(all.map((root) => [root.text, root]));
  for (const [text] of gather.chains) {
    if (gather.isOver) return;
    const parts = text.split('.');
    const root = byName.get(parts[0] ?? '');
    if (!root || parts.length < 3 || text.includes('?')) continue;
    let type: ts.Type | undefined = root.type;
    for (const part of parts.slice(1)) {
      const property: ts.Symbol | undefined = type && checker.getNonNullableType(type).getProperty(part);
      type = property && checker.getTypeOfSymbolAtLocation(property, node);
    }
    if (type) gather.offer({ text, origin: 'property', type, root: root.value, name: parts.at(-1) });
  }
}

/** Calls of functions in scope, constructors of classes in scope. */
export function calls(gather: Gathering): void {
  for (const value of gather.scope) {
    if (gather.isOver) return;
    if (value.origin === 'library') {
      libraryConstructors(gather, value);
      continue;
    }
    const type = value.type();
    callsOf(gather, value.name, value.name, type.getCallSignatures(), value);
    constructorsOf(gather, value.name, type.getConstructSignatures(), value);
  }
}

const simpleConstructors = new Set(['Map', 'Set', 'Date', 'WeakMap', 'WeakSet', 'Error']);

function libraryConstructors(gather: Gathering, value: ScopeValue): void {
  if (simpleConstructors.has(value.name))
    constructorsOf(gather, value.name, value.type().getConstructSignatures(), value);
}

function callsOf(
  gather: Gathering,
  text: string,
  name: string,
  signatures: readonly ts.Signature[],
  root: ScopeValue | undefined,
): void {
  const { checker } = gather.state.snapshot;
  for (const signature of signatures.slice(0, 3)) {
    const result = givenBy(gather.state.snapshot, signature);
    const canAwait = isAsync(gather);
    const fit = resultFit(gather, signature, result);
    const awaited = canAwait && isPromise(result) ? checker.getAwaitedType(result) : undefined;
    const awaitedFit = awaited && awaited !== result ? gather.fitOf(awaited) : 'unfit';
    if (fit === 'unfit' && awaitedFit === 'unfit') continue;
    const filled = argumentsFor(gather, signature);
    if (!filled) continue;
    const call = `${text}(${filled.join(', ')})`;
    const facts = { root, name, filledArguments: filled.length };
    if (fit !== 'unfit') gather.offer({ text: call, origin: 'call', type: result, fit, ...facts });
    if (awaitedFit !== 'unfit') gather.offer({ text: `await ${call}`, origin: 'await', type: awaited, ...facts });
    return;
  }
}

/** Told by its name: to find out whether a type has a fitting `then` costs as much as all its members. */
function isPromise(type: ts.Type): boolean {
  if (type.isUnionOrIntersection()) return type.types.some(isPromise);
  return /Promise|Thenable/.test(type.symbol?.name ?? '') || /Promise|Thenable/.test(type.aliasSymbol?.name ?? '');
}

/** A generic result is compared by its name alone: inference settles the rest. */
function resultFit(gather: Gathering, signature: ts.Signature, result: ts.Type): Fit {
  if (!signature.typeParameters && !isGeneric(result)) return gather.fitOf(result);
  const { tsc, checker } = gather.state.snapshot;
  if (result.flags & tsc.TypeFlags.TypeParameter) return 'open';
  const name = result.symbol ?? result.aliasSymbol;
  const bare = gather.expected.map((each) => checker.getNonNullableType(each));
  if (name && bare.some((each) => each.symbol === name || each.aliasSymbol === name)) return 'assignable';
  return gather.fitOf(result);
}

function isGeneric(type: ts.Type): boolean {
  return (type as ts.TypeReference).typeArguments !== undefined || (type.aliasTypeArguments?.length ?? 0) > 0;
}

function isAsync(gather: Gathering): boolean {
  const { snapshot, node } = gather.state;
  const { tsc } = snapshot;
  if (tsc.isAwaitExpression(node.parent)) return false;
  const owner = enclosingFunction(tsc, node);
  return owner !== undefined && tsc.canHaveModifiers(owner) && hasModifier(tsc, owner, tsc.SyntaxKind.AsyncKeyword);
}

export function constructorsOf(
  gather: Gathering,
  name: string,
  signatures: readonly ts.Signature[],
  root: ScopeValue | undefined,
): void {
  for (const signature of signatures.slice(0, 2)) {
    const fit = resultFit(gather, signature, signature.getReturnType());
    if (fit === 'unfit') return;
    const filled = argumentsFor(gather, signature);
    if (!filled) continue;
    const text = `new ${name}(${filled.join(', ')})`;
    const type = signature.getReturnType();
    gather.offer({ text, origin: 'constructor', type, fit, root, name, filledArguments: filled.length });
    return;
  }
}

/** A value in scope for each required parameter; undefined where there is none. */
export function argumentsFor(gather: Gathering, signature: ts.Signature): string[] | undefined {
  const { snapshot, node } = gather.state;
  const { tsc, checker } = snapshot;
  const filled: string[] = [];
  for (const parameter of signature.parameters) {
    const declaration = parameter.valueDeclaration;
    const isLoose =
      declaration !== undefined &&
      tsc.isParameter(declaration) &&
      (declaration.questionToken !== undefined ||
        declaration.initializer !== undefined ||
        declaration.dotDotDotToken !== undefined);
    if (isLoose) break;
    if (filled.length === 4) return undefined;
    const type = checker.getTypeOfSymbolAtLocation(parameter, node);
    const value = bestFor(gather, type, parameter.name, filled);
    if (value === undefined) return undefined;
    filled.push(value);
  }
  return filled;
}

const bestKnown = new WeakMap<Gathering, Map<ts.Type, Map<string, string | undefined>>>();

/** The value in scope that fits a type and sounds like a name best. Functions of a file take the same: it is looked for once. */
export function bestFor(gather: Gathering, type: ts.Type, name: string, taken: readonly string[]): string | undefined {
  const byType = bestKnown.get(gather) ?? new Map<ts.Type, Map<string, string | undefined>>();
  bestKnown.set(gather, byType);
  const known = byType.get(type) ?? new Map<string, string | undefined>();
  byType.set(type, known);
  const key = [name, ...taken].join(' ');
  if (!known.has(key)) known.set(key, findBest(gather, type, name, taken));
  return known.get(key);
}

function findBest(gather: Gathering, type: ts.Type, name: string, taken: readonly string[]): string | undefined {
  const { tsc, checker } = gather.state.snapshot;
  const isOpen = isVague(tsc, type) || (type.flags & tsc.TypeFlags.TypeParameter) !== 0;
  let best: string | undefined;
  let most = 0.25;
  for (const value of gather.scope) {
    if (value.origin === 'library' || value.origin === 'global' || taken.includes(value.name)) continue;
    const alike = likeness(value.name, name);
    const nearness = value.distance === Number.POSITIVE_INFINITY ? 0 : 1 / (1 + Math.log1p(value.distance / 20));
    const score = alike * 2 + nearness + (value.origin === 'parameter' || value.origin === 'local' ? 0.3 : 0);
    if (score <= most) continue;
    const own = value.type();
    const isNear = value.depth <= 1 && value.distance < 2000;
    if (isOpen ? alike < 0.4 && !isNear : isVague(tsc, own) ? alike < 0.5 : !checker.isTypeAssignableTo(own, type))
      continue;
    most = score;
    best = value.name;
  }
  for (const { text, name: member, type: own } of gather.own) {
    const score = likeness(member.replace(/^[#_]/, ''), name) * 2 + (gather.chains.has(text) ? 0.4 : 0);
    if (score <= most || taken.includes(text) || score < 0.4) continue;
    if (isVague(tsc, own) ? score < 1 : !isOpen && !checker.isTypeAssignableTo(own, type)) continue;
    most = score;
    best = text;
  }
  return best;
}

const maxImports = 60;

/** Exports that are not imported yet, with the edit that imports them. */
export function imported(gather: Gathering, hints: readonly string[]): void {
  const { state, index } = gather;
  const { tsc, checker } = state.snapshot;
  for (const [i, item] of importables(state, index, hints, maxImports).entries()) {
    if (gather.isOver) return;
    if (item.isType || gather.scopeNames.has(item.name) || !/^[A-Za-z_$][\w$]*$/.test(item.name)) continue;
    const isUntyped = item.entry === undefined;
    if (isUntyped && gather.expected.length > 0) continue;
    // A variable's type may be all that its value calls; a function's parameters are always written.
    const isKnown = item.entry !== undefined && isCheaplyTyped(tsc, item.entry.node);
    const isFunction = item.entry !== undefined && tsc.isFunctionDeclaration(item.entry.node);
    const type = item.entry && (isKnown || isFunction) ? checker.getTypeAtLocation(item.entry.node) : undefined;
    const edits = importEdit(state, index, item);
    if (!edits) continue;
    const facts = { name: item.name, edits, needsImport: true, depth: Math.min(10, i / 6) };
    gather.offer({ text: item.name, origin: 'variable', type: isKnown ? type : undefined, ...facts });
    for (const signature of type?.getCallSignatures().slice(0, 1) ?? []) {
      const result = isKnown ? signature.getReturnType() : undefined;
      const filled = gather.fitOf(result) === 'unfit' ? undefined : argumentsFor(gather, signature);
      if (filled) gather.offer({ text: `${item.name}(${filled.join(', ')})`, origin: 'call', type: result, ...facts });
    }
    for (const signature of type?.getConstructSignatures().slice(0, 1) ?? []) {
      const result = signature.getReturnType();
      const filled = gather.fitOf(result) === 'unfit' ? undefined : argumentsFor(gather, signature);
      if (filled)
        gather.offer({ text: `new ${item.name}(${filled.join(', ')})`, origin: 'constructor', type: result, ...facts });
    }
  }
}
