/**
 * The value that a person would put first for a type, so that the code stands: a name in scope that means it, else what says
 * least. Nothing is cast: where no such value is known the answer is undefined, and the checker has the last word on the others.
 */
import type ts from 'typescript';
import type { Edit } from '../../text/span.ts';
import { importEdit } from '../imports/tsImports.ts';
import { isVague } from '../tsHole.ts';
import { wordsOf } from '../words.ts';
import type { Gathering } from './tsGather.ts';
import { literalText, partsInOrder, quoted } from './tsShapes.ts';
import { takenOver } from './tsSources.ts';

/** What is being written: `edits` collects the imports that it needs. */
export interface Writing {
  readonly gather: Gathering;
  /** One step of indentation. */
  readonly unit: string;
  readonly edits: Edit[];
}

interface Where {
  /** Indentation of the line that the value begins on. */
  readonly indent: string;
  readonly depth: number;
}

const maxDepth = 4;
const maxMembers = 24;
const maxLine = 60;

/** A member, or one beside it, with the type that is wanted of it. */
export interface Wanted {
  readonly name: string;
  readonly type: ts.Type;
}

/** All members of a literal, and its type. */
interface Owed {
  readonly all: readonly Wanted[];
  readonly owner: ts.Type;
}

function taken({ gather }: Writing, wanted: Wanted, { all, owner }: Owed): Named | undefined {
  const text = takenOver(gather, wanted, all, owner);
  return text === undefined ? undefined : { text, isOnly: false };
}

/** What could be the value of a member, best first: a name in scope that means it, what a value in scope has of that name, then the obvious value of its type. */
export function memberValues(
  writing: Writing,
  wanted: Wanted,
  { all, owner }: Owed,
  indent: string,
): { readonly value: string; readonly edits: readonly Edit[] }[] {
  const means = named(writing, wanted, all) ?? taken(writing, wanted, { all, owner });
  const value = means?.isOnly ? undefined : obviousValue(writing, wanted.type, indent);
  return [
    ...(means?.text === undefined ? [] : [{ value: means.text, edits: [] }]),
    ...(value === undefined ? [] : [{ value, edits: writing.edits }]),
  ];
}

export function obviousValue(writing: Writing, type: ts.Type, indent: string): string | undefined {
  return obvious(writing, type, { indent, depth: 0 });
}

/** `name: value`, or the name alone where the value is called so. */
export function written({ gather }: Writing, name: string, value: string): string {
  if (value === name) return name;
  const isPlain = /^(?:[A-Za-z_$][\w$]*|0|[1-9]\d*)$/.test(name);
  return `${isPlain ? name : quoted(gather, name)}: ${value}`;
}

/** Members with a name that code can write: what goes by a symbol has none, and `__proto__` in a literal is no member. */
export const isWritable = ({ escapedName, name }: ts.Symbol): boolean =>
  !/^__[@#]/.test(String(escapedName)) && name !== '__proto__';

/** `isOnly`: a value has the member's own name, and where it cannot stand for the member, nothing else may in its place. */
interface Named {
  readonly text: string | undefined;
  readonly isOnly: boolean;
}

/**
 * The variable, or own member, of that very name; of an object type also one that is called alike, or the only one there is.
 * These two only where they could mean no other of `all` the literal's members: of two accounts each could be the source.
 */
function named({ gather }: Writing, { type, name }: Wanted, all?: readonly Wanted[]): Named | undefined {
  const { tsc, checker } = gather.state.snapshot;
  if (isVague(tsc, type)) return undefined;
  const near = gather.scope.filter(
    (value) => value.origin !== 'library' && value.origin !== 'global' && value.name !== 'undefined',
  );
  const fits = (own: ts.Type): boolean => checker.isTypeAssignableTo(own, type);
  const couldFit = (own: ts.Type): boolean => isVague(tsc, own) || fits(checker.getNonNullableType(own));
  const isLocal = ({ origin }: (typeof near)[number]): boolean => origin === 'local' || origin === 'parameter';
  const same = near.find((value) => value.name === name);
  if (same && fits(same.type())) return { text: name, isOnly: false };
  // Code before may have ruled out that it is missing: the checker knows.
  if (same && couldFit(same.type())) return { text: name, isOnly: true };
  // How many there are, where a number is wanted of what is called like the list.
  const isCount = same && (type.flags & tsc.TypeFlags.Number) !== 0 && checker.isArrayLikeType(same.type());
  if (same && isLocal(same)) return { text: isCount ? `${name}.length` : undefined, isOnly: true };
  const own = gather.own.find((member) => member.name.replace(/^[#_]/, '') === name);
  if (own && couldFit(own.type)) return { text: own.text, isOnly: !fits(own.type) };
  const bare = checker.getNonNullableType(type);
  const isObject = (bare.flags & tsc.TypeFlags.Object) !== 0 && !checker.isArrayLikeType(bare);
  if (same || own || !isObject || bare.getCallSignatures().length > 0 || bare.getProperties().length === 0)
    return undefined;
  if (!all) return undefined;
  const rivals = all.filter((each) => !isVague(tsc, each.type) && checker.isTypeAssignableTo(bare, each.type));
  const free = near.filter(
    (value) =>
      isLocal(value) &&
      wordsOf(value.name).length > 0 &&
      !all.some((each) => each.name === value.name) &&
      value.type() === bare,
  );
  const alike = free.filter((value) => isCalledAlike(value.name, name));
  const others = rivals.filter((each) => each.name !== name);
  const [only, another] = alike.length > 0 ? alike : free;
  const isMeant =
    only !== undefined &&
    another === undefined &&
    (alike.length > 0
      ? !others.some((each) => isCalledAlike(only.name, each.name))
      : others.length === 0 && !isOfLibrary(gather, bare));
  return isMeant ? { text: only.name, isOnly: false } : undefined;
}

/** A date or a map says nothing of what it is for. */
function isOfLibrary({ state }: Gathering, { symbol }: ts.Type): boolean {
  const { program } = state.snapshot;
  return (
    symbol?.declarations?.some((each) => {
      const file = each.getSourceFile();
      return program.isSourceFileDefaultLibrary(file) || file.fileName.includes('/node_modules/@types/node/');
    }) ?? false
  );
}

/** One has all the words of the other: `bookedRoom` for `room`. */
function isCalledAlike(a: string, b: string): boolean {
  const [x, y] = [wordsOf(a), wordsOf(b)];
  if (x.length === 0 || y.length === 0) return false;
  return x.every((word) => y.includes(word)) || y.every((word) => x.includes(word));
}

function obvious(writing: Writing, type: ts.Type, where: Where): string | undefined {
  const { gather } = writing;
  const { tsc } = gather.state.snapshot;
  const f = tsc.TypeFlags;
  if (type.flags & (f.Any | f.Unknown | f.Void)) return 'undefined';
  const literal = literalText(gather, type) ?? enumMember(writing, type);
  if (literal !== undefined) return literal;
  if (type.flags & f.String) return quoted(gather, '');
  if (type.flags & f.Number) return '0';
  if (type.flags & f.BigInt) return '0n';
  if (type.flags & f.Boolean) return 'false';
  if (type.flags & f.ESSymbol) return 'Symbol()';
  if (type.flags & f.NonPrimitive) return '{}';
  if (type.isUnion()) return ofUnion(writing, type, where);
  if (type.isIntersection() && type.types.some((part) => !(part.flags & f.Object))) return undefined;
  return type.flags & (f.Object | f.Intersection) ? ofObject(writing, type, where) : undefined;
}

/** What may be nothing is nothing; else the first part that has a value, and of plain values rather than made ones. */
function ofUnion(writing: Writing, type: ts.UnionType, where: Where): string | undefined {
  const { TypeFlags: f } = writing.gather.state.snapshot.tsc;
  const first = type.types.find((part) => part.flags & (f.Undefined | f.Null));
  if (first) return first.flags & f.Null ? 'null' : 'undefined';
  const isMade = (part: ts.Type): boolean => (part.flags & (f.Object | f.Intersection)) !== 0;
  const parts = partsInOrder(writing.gather.state.snapshot, type);
  for (const part of [...parts.filter((each) => !isMade(each)), ...parts.filter(isMade)]) {
    const before = writing.edits.length;
    const value = obvious(writing, part, where);
    if (value !== undefined) return value;
    writing.edits.length = before;
  }
  return undefined;
}

/** The member of an enum that is not known here yet, with its import. */
function enumMember(writing: Writing, type: ts.Type): string | undefined {
  const { tsc } = writing.gather.state.snapshot;
  if (!(type.flags & tsc.TypeFlags.EnumLiteral) || type.isUnion() || !type.symbol) return undefined;
  const home = type.symbol.valueDeclaration?.parent;
  if (!home || !tsc.isEnumDeclaration(home) || !brought(writing, home.name.text, home)) return undefined;
  const { name } = type.symbol;
  return /^[A-Za-z_$][\w$]*$/.test(name) ? `${home.name.text}.${name}` : undefined;
}

/** Whether a declaration of another file can be imported by this name; the edit is remembered. */
function brought({ gather, edits }: Writing, name: string, declaration: ts.Node): boolean {
  const { state, index } = gather;
  if (gather.scopeNames.has(name)) return false;
  const path = declaration.getSourceFile().fileName;
  const entry = index.named(name).find((each) => each.path === path && !each.isType);
  if (!entry || path === state.request.file) return false;
  const exported = entry.isDefault ? 'default' : name;
  const made = importEdit(state, index, { name, exported, entry, specifier: undefined, isType: false, weight: 0 });
  if (!made) return false;
  edits.push(...made);
  return true;
}

/** Of the language and the platform: what stands for an interface that nobody writes out. */
const libraryValues: Readonly<Record<string, string>> = {
  ReadonlyMap: 'new Map()',
  ReadonlySet: 'new Set()',
  Iterable: '[]',
  ArrayLike: '[]',
  RegExp: '/(?:)/',
  AbortSignal: 'new AbortController().signal',
  ArrayBuffer: 'new ArrayBuffer(0)',
  Function: '() => {}',
  Object: '{}',
};
/** Of the others many say that they can be made, and throw. */
const libraryClasses =
  /^(?:Date|Map|Set|WeakMap|WeakSet|\w*Error|\w+Array|AbortController|Headers|FormData|URLSearchParams|EventTarget|TextEncoder|TextDecoder)$/;

function ofObject(writing: Writing, type: ts.Type, where: Where): string | undefined {
  const { tsc, checker } = writing.gather.state.snapshot;
  if (checker.isTupleType(type)) return tuple(writing, type as ts.TupleTypeReference, where); // what isTupleType says
  if (checker.isArrayType(type)) return '[]';
  const { symbol } = type;
  const isNamed = symbol && (symbol.flags & (tsc.SymbolFlags.Class | tsc.SymbolFlags.Interface)) !== 0;
  if (isOfLibrary(writing.gather, type) && isNamed) {
    if (Object.hasOwn(libraryValues, symbol.name)) return libraryValues[symbol.name];
    if (symbol.name === 'Promise' || symbol.name === 'PromiseLike') return promise(writing, type, where);
    if (libraryClasses.test(symbol.name)) return created(writing, symbol);
    return type.getProperties().length > 0 && required(writing, type).length === 0 ? '{}' : undefined;
  }
  if (symbol && symbol.flags & tsc.SymbolFlags.Class) return created(writing, symbol);
  if (type.getConstructSignatures().length > 0) return undefined;
  const signatures = type.getCallSignatures();
  if (signatures.length > 0)
    return required(writing, type).length === 0 ? arrow(writing, signatures, where) : undefined;
  return literal(writing, type, where);
}

function tuple(writing: Writing, type: ts.TupleTypeReference, where: Where): string | undefined {
  const { checker } = writing.gather.state.snapshot;
  const parts = checker.getTypeArguments(type).slice(0, type.target.minLength);
  const values = parts.map((part) => obvious(writing, part, { ...where, depth: where.depth + 1 }));
  return values.includes(undefined) ? undefined : `[${values.join(', ')}]`;
}

function settled(writing: Writing, type: ts.Type): ts.Type | undefined {
  const { checker } = writing.gather.state.snapshot;
  return checker.getAwaitedType(type) ?? checker.getTypeArguments(type as ts.TypeReference)[0]; // of what is called Promise
}

function promise(writing: Writing, type: ts.Type, where: Where): string | undefined {
  const inner = settled(writing, type);
  const value = inner && obvious(writing, inner, where);
  return value === undefined ? undefined : `Promise.resolve(${value === 'undefined' ? '' : value})`;
}

/** `new Name()`, where the class takes nothing and is known here or can be imported. */
function created(writing: Writing, symbol: ts.Symbol): string | undefined {
  const { gather } = writing;
  const { tsc, checker } = gather.state.snapshot;
  const { name, valueDeclaration } = symbol;
  if (!valueDeclaration || !/^[A-Za-z_$][\w$]*$/.test(name)) return undefined;
  const takesNothing = checker
    .getTypeOfSymbol(symbol)
    .getConstructSignatures()
    .some((each) => !isAbstract(tsc, each) && each.parameters.every((parameter) => isLoose(tsc, parameter)));
  if (!takesNothing) return undefined;
  const here = checker
    .getSymbolsInScope(gather.state.node, tsc.SymbolFlags.Value | tsc.SymbolFlags.Alias)
    .find((each) => each.name === name);
  const target = here && here.flags & tsc.SymbolFlags.Alias ? checker.getAliasedSymbol(here) : here;
  const isHere = target !== undefined && checker.getExportSymbolOfSymbol(target) === symbol;
  return isHere || (!here && brought(writing, name, valueDeclaration)) ? `new ${name}()` : undefined;
}

function isAbstract(tsc: typeof ts, { declaration }: ts.Signature): boolean {
  const owner = declaration?.parent;
  const flags = owner && tsc.isClassLike(owner) ? tsc.getCombinedModifierFlags(owner) : 0;
  const own = declaration ? tsc.getCombinedModifierFlags(declaration as ts.Declaration) : 0; // what a signature is declared by
  return (flags & tsc.ModifierFlags.Abstract) !== 0 || (own & tsc.ModifierFlags.NonPublicAccessibilityModifier) !== 0;
}

export function isLoose(tsc: typeof ts, { valueDeclaration }: ts.Symbol): boolean {
  if (!valueDeclaration || !tsc.isParameter(valueDeclaration)) return false;
  const { questionToken, initializer, dotDotDotToken } = valueDeclaration;
  return questionToken !== undefined || initializer !== undefined || dotDotDotToken !== undefined;
}

/** An arrow function of the shape that is asked for: with its parameters, unless the project minds unused ones. */
function arrow(writing: Writing, signatures: readonly ts.Signature[], where: Where): string | undefined {
  const { gather, unit } = writing;
  const { tsc, program } = gather.state.snapshot;
  const thrown = `{\n${where.indent}${unit}throw new Error(${quoted(gather, 'not implemented')});\n${where.indent}}`;
  const [signature] = signatures;
  if (!signature || signatures.length > 1) return `() => ${thrown}`;
  const names = program.getCompilerOptions().noUnusedParameters ? [] : signature.parameters.map(({ name }) => name);
  const last = signature.parameters.at(-1)?.valueDeclaration;
  const isRest = last !== undefined && tsc.isParameter(last) && last.dotDotDotToken !== undefined;
  const isPlain = names.every((name) => /^[A-Za-z_$][\w$]*$/.test(name) && !name.startsWith('__'));
  const list = isPlain ? names.map((name, i) => (isRest && i === names.length - 1 ? `...${name}` : name)) : [];
  const result = signature.getReturnType();
  const isPromise = /^Promise(?:Like)?$/.test(result.symbol?.name ?? '');
  const head = `${isPromise ? 'async ' : ''}(${list.join(', ')}) =>`;
  const given = isPromise ? settled(writing, result) : result;
  if (!given || given.flags & (tsc.TypeFlags.VoidLike | tsc.TypeFlags.Any)) return `${head} {}`;
  // An answer would be wrong in silence.
  return `${head} ${thrown}`;
}

function required({ gather }: Writing, type: ts.Type): ts.Symbol[] {
  const { tsc, checker } = gather.state.snapshot;
  return checker.getPropertiesOfType(type).filter(({ flags }) => (flags & tsc.SymbolFlags.Optional) === 0);
}

/** An object literal with all that is required, each with its obvious value; on lines of its own where it is long. */
function literal(writing: Writing, type: ts.Type, where: Where): string | undefined {
  const { gather, unit } = writing;
  const { snapshot, node } = gather.state;
  const members = required(writing, type);
  if (members.length === 0) return '{}';
  if (where.depth >= maxDepth || members.length > maxMembers || !members.every(isWritable)) return undefined;
  const indent = where.indent + unit;
  const fields: string[] = [];
  for (const member of members) {
    const own = snapshot.checker.getTypeOfSymbolAtLocation(member, node);
    const isPlain = (own.flags & (snapshot.tsc.TypeFlags.Object | snapshot.tsc.TypeFlags.Intersection)) === 0;
    // The outer one's `id` is not the inner one's.
    const means = isPlain ? undefined : named(writing, { name: member.name, type: own });
    if (means?.isOnly) return undefined;
    const value = means?.text ?? obvious(writing, own, { indent, depth: where.depth + 1 });
    if (value === undefined) return undefined;
    fields.push(written(writing, member.name, value));
  }
  const line = `{ ${fields.join(', ')} }`;
  if (line.length <= maxLine && !line.includes('\n')) return line;
  return `{\n${indent}${fields.join(`,\n${indent}`)}\n${where.indent}}`;
}
