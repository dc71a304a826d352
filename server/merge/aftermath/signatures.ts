/**
 * What functions of a file take, and the calls of them that the text shows: enough to say that a call fitted before and fits no
 * more. A function whose meaning or parameters the text leaves open (decorated, overloaded, a receiver unknown) is left out.
 */
import type { Language, LanguageId } from '../../syntax/languages.ts';
import { follow } from '../../syntax/policy.ts';
import { childByField, childrenOf, fieldOf, isLeaf, type Tree, textOf, typeOf } from '../../syntax/tree.ts';

interface Parameter {
  readonly name: string;
  readonly optional: boolean;
  /** Python: not by position, or not by name. */
  readonly only?: 'name' | 'position';
}

export interface Signature {
  readonly parameters: readonly Parameter[];
  /** Takes any number of further arguments. */
  readonly rest: boolean;
  readonly namedRest: boolean;
  /** Nodes from which it can be called by this name. */
  readonly scope: readonly [from: number, to: number];
}

export interface Call {
  readonly node: number;
  readonly positional: number;
  readonly named: readonly string[];
}

/** By `load`, `this.load` and `new Store`; undefined for what several functions are called. */
export type Signatures = ReadonlyMap<string, Signature | undefined>;

const ecma = ['typescript', 'tsx', 'javascript'] as const;
const readable: ReadonlySet<LanguageId> = new Set<LanguageId>([
  ...ecma,
  'python',
  'go',
  'java',
  'csharp',
  'rust',
  'php',
]);
const isEcma = ({ id }: Language): boolean => ecma.some((one) => one === id);

const typeLike =
  /^(?:abstract_)?class(?:_declaration|_definition)?$|^(?:interface|record|struct|enum|trait|object)_|^impl_item$/;
const bodyLike = /function|method|lambda|arrow|constructor|closure|func_literal|^(?:statement_)?block$|^object$/;
const constructors: ReadonlySet<string> = new Set(['constructor', '__init__', '__construct']);

export function signaturesOf(tree: Tree, language: Language): Signatures {
  const found = new Map<string, Signature | undefined>();
  if (!readable.has(language.id)) return found;
  const callable = new Map(
    language.definitions
      .filter(({ kind }) => kind === 'function' || kind === 'method' || kind === 'constructor')
      .map((definition) => [definition.type, definition.name]),
  );
  for (let node = 0; node < tree.size; node++) {
    if (isLeaf(tree, node)) continue;
    const type = typeOf(tree, node);
    const path = callable.get(type);
    const owner = path === undefined ? declaratorOf(tree, node, type) : node;
    if (owner === undefined) continue;
    const [nameNode] = follow(tree, owner, path ?? 'name|property');
    if (nameNode === undefined) continue;
    const place = placeOf(tree, owner, textOf(tree, nameNode), type, language);
    if (place === undefined) continue;
    const signature = found.has(place.key) ? undefined : signatureOf(tree, node, owner, place.scope, language);
    found.set(place.key, signature);
  }
  return found;
}

/** What names an arrow function for good: a constant or a field. */
function declaratorOf(tree: Tree, node: number, type: string): number | undefined {
  if (type !== 'arrow_function' && type !== 'function_expression') return undefined;
  const parent = tree.parent[node] ?? 0;
  if (fieldOf(tree, node) !== 'value') return undefined;
  const above = typeOf(tree, parent);
  if (above === 'public_field_definition' || above === 'field_definition') return parent;
  const isConstant = above === 'variable_declarator' && /^const\b/.test(textAt(tree, tree.parent[parent] ?? 0, 6));
  // A constant with a type of its own may be called as that says.
  return isConstant && childByField(tree, parent, 'type') === undefined ? parent : undefined;
}

const textAt = (tree: Tree, node: number, units: number): string =>
  tree.text.slice(tree.start[node] ?? 0, (tree.start[node] ?? 0) + units);

interface Place {
  readonly key: string;
  readonly scope: readonly [number, number];
}

function placeOf(tree: Tree, owner: number, name: string, type: string, language: Language): Place | undefined {
  const around = enclosing(tree, owner);
  const scope = [around, tree.last[around] ?? around] as const;
  if (!typeLike.test(typeOf(tree, around))) return typeOf(tree, around) === 'object' ? undefined : { key: name, scope };
  if (!constructors.has(name) && type !== 'constructor_declaration') return { key: `this.${name}`, scope };
  const ofType = childByField(tree, around, 'name');
  const isPlain = language.id !== 'python' || !/\bmetaclass\b|__new__/.test(textOf(tree, around));
  if (ofType === undefined || !isPlain || typeOf(tree, tree.parent[around] ?? 0) === 'decorated_definition')
    return undefined;
  const outside = enclosing(tree, around);
  return { key: `new ${textOf(tree, ofType)}`, scope: [outside, tree.last[outside] ?? outside] };
}

/** The type, function or block that a node stands in. */
function enclosing(tree: Tree, node: number): number {
  let around = tree.parent[node] ?? -1;
  while (around > 0 && !typeLike.test(typeOf(tree, around)) && !bodyLike.test(typeOf(tree, around)))
    around = tree.parent[around] ?? -1;
  // The block of a class is the class.
  const above = tree.parent[around] ?? -1;
  return above > 0 && typeLike.test(typeOf(tree, above)) ? above : Math.max(0, around);
}

function signatureOf(
  tree: Tree,
  node: number,
  owner: number,
  scope: readonly [number, number],
  language: Language,
): Signature | undefined {
  const [list] = follow(tree, node, 'parameters|parameter|formal_parameters|parameter_list');
  if (list === undefined) return undefined;
  const decorators = typeOf(tree, tree.parent[owner] ?? 0) === 'decorated_definition' ? decoratorsOf(tree, owner) : [];
  if (decorators.some((text) => text !== '@staticmethod' && text !== '@classmethod')) return undefined;
  const parts = fieldOf(tree, list) === 'parameter' ? [list] : childrenOf(tree, list);
  const parameters: Parameter[] = [];
  const seen = { rest: language.id === 'php', namedRest: false, only: undefined as 'name' | undefined };
  for (const part of parts) {
    if (tree.named[part] !== 1 || language.comments.includes(typeOf(tree, part))) continue;
    if (!readParameter(tree, part, parameters, seen, language)) return undefined;
  }
  const isBound = language.id === 'python' && typeLike.test(typeOf(tree, enclosing(tree, owner)));
  if (isBound && !decorators.includes('@staticmethod')) parameters.shift();
  const { rest, namedRest } = seen;
  if (language.id !== 'javascript') return { parameters, rest, namedRest, scope };
  // Every argument may be missing there: the function says whether it heeds that.
  const text = textOf(tree, node);
  const forgiven = parameters.map((one) => ({ ...one, optional: one.optional || maybeMissing(one.name, text) }));
  return { parameters: forgiven, rest: rest || /\barguments\b/.test(text), namedRest, scope };
}

/** Whether a function asks if it got this. */
function maybeMissing(name: string, text: string): boolean {
  if (!/^[\p{L}_$][\p{L}\p{N}_$]*$/u.test(name)) return false;
  const word = `(?<![\\p{L}\\p{N}_$.])${name.replaceAll('$', '\\$')}(?![\\p{L}\\p{N}_$])`;
  const asks = `${word}\\s*(?:\\|\\||&&|\\?|[!=]==?|=(?!>))|(?:!|\\btypeof\\s+|\\b(?:if|while)\\s*\\(\\s*)${word}`;
  return new RegExp(asks, 'u').test(text);
}

const decoratorsOf = (tree: Tree, owner: number): string[] =>
  childrenOf(tree, tree.parent[owner] ?? 0)
    .filter((child) => typeOf(tree, child) === 'decorator')
    .map((child) => textOf(tree, child));

interface Seen {
  rest: boolean;
  namedRest: boolean;
  only: 'name' | undefined;
}

const plainParameter =
  /^(?:identifier|\w+_pattern|(?:required|optional|simple|typed|default|typed_default|formal|property_promotion)_parameter|parameter|parameter_declaration)$/;

/** False where it is of a kind that is not known. */
function readParameter(tree: Tree, part: number, parameters: Parameter[], seen: Seen, language: Language): boolean {
  const type = typeOf(tree, part);
  const text = textOf(tree, part);
  if (type === 'self_parameter' || type === 'receiver_parameter' || /^this\s*:/.test(text)) return true;
  if (type === 'keyword_separator') {
    seen.only = 'name';
    return true;
  }
  if (type === 'positional_separator') {
    parameters.forEach((one, at) => {
      parameters[at] = { ...one, only: 'position' };
    });
    return true;
  }
  if (/^\*\*/.test(text)) {
    seen.namedRest = true;
    return true;
  }
  if (/^\*/.test(text) && language.id === 'python') {
    seen.rest = true;
    seen.only = 'name';
    return true;
  }
  if (/^(?:variadic|spread)_/.test(type) || (isEcma(language) && /^(?:[\w\s]*\s)?\.\.\./.test(text))) {
    seen.rest = true;
    return true;
  }
  if (!plainParameter.test(type) || (language.id === 'csharp' && /^(?:this|params)\b/.test(text))) return false;
  const names = childrenOf(tree, part).filter((child) => /^(?:name|pattern)$/.test(fieldOf(tree, child)));
  const optional = type === 'optional_parameter' || childrenOf(tree, part).some((child) => typeOf(tree, child) === '=');
  const only = seen.only === undefined ? {} : { only: seen.only };
  const [first] = childrenOf(tree, part);
  const read = type === 'typed_parameter' && first !== undefined ? [first] : names;
  if (read.length === 0) {
    const left = type === 'assignment_pattern' ? childByField(tree, part, 'left') : undefined;
    // Go allows types without names; they cannot be told apart.
    const name = language.id === 'go' ? '' : textOf(tree, left ?? part);
    parameters.push({ name, optional, ...only });
  }
  for (const one of read) parameters.push({ name: textOf(tree, one), optional, ...only });
  return true;
}

// ---------------------------------------------------------------------------------------------------------------- calls

const callLike =
  /^(?:call|call_expression|new_expression|object_creation_expression|\w*(?:invocation|call)(?:_expression)?)$/;
const head = /^(?:(new)\s+|(this|self|\$this)\s*(?:\.|->)\s*)?([\p{L}_$][\p{L}\p{N}_$]*)(?:\s*<[^()]*>)?$/u;
/** Units in front of the arguments of a call that is looked at. */
const HEAD = 200;

/** Calls of these keys, where each is read; what is spread into the arguments leaves their number open. */
export function callsOf(tree: Tree, keys: ReadonlySet<string>, language: Language): Map<string, Call[]> {
  const found = new Map<string, Call[]>();
  const own = language.id === 'python' || language.id === 'rust' ? 'self' : language.id === 'php' ? '$this' : 'this';
  const bare = language.id === 'java' || language.id === 'csharp';
  for (let node = 0; node < tree.size; node++) {
    if (isLeaf(tree, node) || !callLike.test(typeOf(tree, node))) continue;
    const list = childrenOf(tree, node).find((child) => /^(?:arguments|argument_list)$/.test(typeOf(tree, child)));
    const [start, end] = [tree.start[node] ?? 0, list === undefined ? 0 : (tree.start[list] ?? 0)];
    if (list === undefined || end - start > HEAD) continue;
    const [, isNew, receiver, name] = head.exec(tree.text.slice(start, end).trim()) ?? [];
    if (name === undefined || (receiver !== undefined && receiver !== own)) continue;
    const candidates = receiver ? [`this.${name}`] : isNew ? [`new ${name}`] : [name];
    if (!receiver && !isNew && bare) candidates.push(`this.${name}`);
    if (!receiver && !isNew && language.id === 'python') candidates.push(`new ${name}`);
    const wanted = candidates.filter((key) => keys.has(key));
    if (wanted.length === 0) continue;
    const call = argumentsOf(tree, node, list, language);
    if (call === undefined) continue;
    for (const key of wanted) {
      const known = found.get(key);
      if (known === undefined) found.set(key, [call]);
      else known.push(call);
    }
  }
  return found;
}

function argumentsOf(tree: Tree, node: number, list: number, language: Language): Call | undefined {
  const named: string[] = [];
  let positional = 0;
  for (const part of childrenOf(tree, list)) {
    const type = typeOf(tree, part);
    if (type === '...' || type === 'ERROR') return undefined;
    if (tree.named[part] !== 1 || language.comments.includes(type)) continue;
    const text = textAt(tree, part, 3);
    if (/spread|splat|variadic|placeholder/.test(type) || text === '...') return undefined;
    const name = childByField(tree, part, 'name');
    if (type === 'argument' && name !== undefined) return undefined;
    if (type === 'keyword_argument' && name !== undefined) named.push(textOf(tree, name));
    else positional++;
    // Go: one call may give all arguments.
    if (language.id === 'go' && type === 'call_expression') return undefined;
  }
  return { node, positional, named: named.sort() };
}

export const shapeOf = ({ positional, named }: Call): string => [positional, ...named].join(' ');

/** Whether a call that meant the one function is wrong, or means something else, with the other. */
export function isBroken(call: Call, before: Signature, after: Signature): boolean {
  if (!fits(call, before)) return false;
  return !fits(call, after) || isMoved(call, before, after);
}

function fits({ positional, named }: Call, { parameters, rest, namedRest }: Signature): boolean {
  const places = parameters.filter(({ only }) => only !== 'name');
  if (positional > places.length && !rest) return false;
  const given = new Set([...places.slice(0, positional).map(({ name }) => name), ...named]);
  const known = new Set(parameters.filter(({ only }) => only !== 'position').map(({ name }) => name));
  if (!namedRest && named.some((name) => !known.has(name))) return false;
  return parameters.every(
    ({ name, optional }, at) => optional || given.has(name) || isGiven(places[at], positional, at),
  );
}

/** A nameless parameter is given by its place. */
const isGiven = (place: Parameter | undefined, positional: number, at: number): boolean =>
  place !== undefined && at < positional;

/** An argument given by its place goes to another parameter than it did. */
function isMoved({ positional }: Call, before: Signature, after: Signature): boolean {
  const places = ({ parameters }: Signature) =>
    parameters.filter(({ only }) => only !== 'name').map(({ name }) => name);
  const [old, now] = [places(before), places(after)];
  return old.slice(0, positional).some((name, at) => {
    const to = now.indexOf(name);
    if (name === '' || to < 0 || to === at) return false;
    // Of as many as before two may only have been given other names.
    return old.length !== now.length || old.includes(now[at] ?? '');
  });
}
