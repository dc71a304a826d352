/**
 * Types of the values around a hole, told by the text alone: declarations (`Config config`, `config: Config`,
 * `config = Config(…)`), fields of the class around, and values that are called like their type. What a type engine knows
 * for TypeScript, this guesses for every other language; a wrong guess costs a few tokens and claims nothing.
 */
import type { WorkspaceIndex } from '../index/index.ts';
import { letters } from '../letters.ts';
import { identifiersOf } from '../tokens.ts';
import { enclosing, type HoleView } from './retrieve.ts';

export interface KnownTypes {
  /** Types by name, each with how near it is to the hole, 0–1: what their members are worth a look for. */
  readonly nearness: ReadonlyMap<string, number>;
  /** The classes around the hole and their parents. */
  readonly own: ReadonlySet<string>;
}

const MAX_TYPES = 70;

export function knownTypes(view: HoleView, index: WorkspaceIndex): KnownTypes {
  const nearness = new Map<string, number>();
  const own = new Set<string>();
  const todo: { readonly name: string; readonly near: number; readonly depth: number; readonly isOwn: boolean }[] = [];
  const around = enclosing(view).map((symbol) => symbol.container ?? symbol.name);
  for (const name of around) todo.push({ name, near: 1, depth: 0, isOwn: true });
  for (const [name, near] of valueTypes(view, index)) todo.push({ name, near, depth: 1, isOwn: false });
  for (const name of view.visible) if (/^\p{Lu}/u.test(name)) todo.push({ name, near: 0.35, depth: 1, isOwn: false });
  for (let next = todo.shift(); next && nearness.size < MAX_TYPES; next = todo.shift()) {
    const { name, near, depth, isOwn } = next;
    if ((nearness.get(name) ?? 0) >= near) continue;
    const parents = parentsOf(view, index, name);
    if (!parents) continue;
    nearness.set(name, near);
    if (isOwn) own.add(name);
    if (depth < 3) for (const parent of parents) todo.push({ name: parent, near: 0.8 * near, depth: depth + 1, isOwn });
  }
  return { nearness, own };
}

/** Base types of a type of the project; undefined when there is no such type, or too many of that name. */
function parentsOf(view: HoleView, index: WorkspaceIndex, name: string): string[] | undefined {
  const own = view.buffer.symbols.filter((symbol) => symbol.name === name && symbol.kind === 'type');
  const places = index
    .symbolsNamed(name)
    .filter(
      ({ symbol, file }) => symbol.kind === 'type' && file.family === view.buffer.family && !view.masked(file.path),
    );
  if (own.length + places.length === 0 || places.length > 4) return undefined;
  return [...own, ...places.map((place) => place.symbol)].flatMap((symbol) => symbol.parents ?? []);
}

const named = letters(/(?<![\p{L}\p{N}_$.])([\p{Ll}_$][\p{L}\p{N}_$]*)/gu);
/** Type before the name (Java, C#): `List<Invoker> invokers`. Generic arguments count as well. */
const typeFirst = letters(
  /(?<![\p{L}\p{N}_$.])(\p{Lu}[\p{L}\p{N}_$]*)(?:<([^;=(){}]{0,80})>)?(?:\[\])*\s+([\p{Ll}_$][\p{L}\p{N}_$]*)\s*(?=[,);=:]|\n)/gu,
);
/** Name before the type (Python, Kotlin, Go, Rust): `config: Config`, `items: list[Item]`. */
const nameFirst = letters(
  /(?<![\p{L}\p{N}_$])([\p{Ll}_$][\p{L}\p{N}_$]*)\s*(?::|\s)\s*&?\*?["']?(?:[\p{Ll}_.]+[[<])?([\p{Lu}][\p{L}\p{N}_$.]*)/gu,
);
/** A value made on the spot: `config = Config(…)`, `x := &Config{…}`, `new Config(…)`. */
const made = letters(
  /(?<![\p{L}\p{N}_$])([\p{Ll}_$][\p{L}\p{N}_$]*)\s*:?=\s*(?:await\s+)?(?:new\s+)?&?(?:[\p{Ll}_]+\.)*(\p{Lu}[\p{L}\p{N}_$]*)\s*[({<]/gu,
);

/** Types of the values named near the hole, the nearest value first. */
function valueTypes(view: HoleView, index: WorkspaceIndex): Map<string, number> {
  const { text, offset, suffixOffset } = view;
  const declared = declaredTypes(text, offset, suffixOffset);
  const found = new Map<string, number>();
  const before = text.slice(Math.max(view.windowStart, offset - 1600), offset);
  const after = text.slice(suffixOffset, Math.min(view.windowEnd, suffixOffset + 500));
  const order: string[] = [];
  for (const match of [...before.matchAll(named(before))].reverse())
    if (!order.includes(match[1] ?? '')) order.push(match[1] ?? '');
  for (const match of after.matchAll(named(after))) if (!order.includes(match[1] ?? '')) order.push(match[1] ?? '');
  for (const [rank, value] of order.slice(0, 60).entries()) {
    const near = 1 / (1 + rank / 6);
    const types = declared.get(value) ?? likeNamed(value, index);
    for (const type of types) if ((found.get(type) ?? 0) < near) found.set(type, near);
  }
  // Fields are named `this.x` or `x` anywhere in the class: likelier than types far away, less so than values at hand.
  for (const symbol of view.buffer.symbols) {
    if (symbol.kind !== 'member' && symbol.kind !== 'value') continue;
    for (const type of declared.get(symbol.name) ?? []) if (!found.has(type)) found.set(type, 0.3);
  }
  return found;
}

/** `withArguments`: of `List<User> users` both, not only what the value itself is. */
function declaredTypes(
  text: string,
  offset: number,
  suffixOffset: number,
  withArguments = true,
): Map<string, string[]> {
  const declared = new Map<string, string[]>();
  const note = (value: string, type: string): void => {
    const last = type.split('.').at(-1) ?? type;
    if (!/^\p{Lu}/u.test(last)) return;
    const known = declared.get(value) ?? [];
    if (known.length < 4 && !known.includes(last)) declared.set(value, [...known, last]);
  };
  const parts = [text.slice(Math.max(0, offset - 40_000), offset), text.slice(suffixOffset, suffixOffset + 20_000)];
  for (const part of parts) {
    for (const [, type = '', inner = '', value = ''] of part.matchAll(typeFirst(part))) {
      note(value, type);
      for (const argument of withArguments ? identifiersOf(inner) : []) note(value, argument);
    }
    for (const [, value = '', type = ''] of part.matchAll(nameFirst(part))) note(value, type);
    for (const [, value = '', type = ''] of part.matchAll(made(part))) note(value, type);
  }
  return declared;
}

/** `fixtureRequest` and `fixture_request` are most often a FixtureRequest. */
function likeNamed(value: string, index: WorkspaceIndex): string[] {
  const camel = value.replace(/^_+/, '').replace(/_+(\p{L})/gu, (_, letter: string) => letter.toUpperCase());
  const type = camel.slice(0, 1).toUpperCase() + camel.slice(1);
  return [type, type.toUpperCase()].filter((name) =>
    index.symbolsNamed(name).some(({ symbol }) => symbol.kind === 'type'),
  );
}

/** The types that the text gives one value. */
export function typesOfValue(view: HoleView, index: WorkspaceIndex, value: string): string[] {
  const { text, offset, suffixOffset } = view;
  // What is called with a capital may be a function all the same: a constructor of Go.
  const returned = returnedType(view, index, value);
  return returned ?? declaredTypes(text, offset, suffixOffset, false).get(value) ?? likeNamed(value, index);
}

/** What a function says it gives, for a value that was given by it: `user := NewUser(…)`. */
function returnedType({ text, offset, buffer }: HoleView, index: WorkspaceIndex, value: string): string[] | undefined {
  const given = new RegExp(
    `(?<![\\p{L}\\p{N}_$.])${value.replaceAll('$', '\\$')}\\s*:?=\\s*(?:await\\s+)?(?:[\\p{L}\\p{N}_]+\\.)*([\\p{L}_][\\p{L}\\p{N}_]*)\\(`,
    'gu',
  );
  const name = [...text.slice(0, offset).matchAll(given)].at(-1)?.[1];
  if (name === undefined) return undefined;
  const own = buffer.symbols.filter((symbol) => symbol.name === name && symbol.kind !== 'type');
  const others = index
    .symbolsNamed(name)
    .filter(({ file, symbol }) => file.family === buffer.family && symbol.kind !== 'type');
  const headers = (own.length > 0 ? own : others.map(({ symbol }) => symbol)).map(({ header }) => header);
  const types = headers.flatMap(
    (header) => /(?:->\s*|\)\s*\(?)[&*]*["']?(?:[\p{Ll}_]\w*\.)?(\p{Lu}\w*)[^)]*$/u.exec(header)?.[1] ?? [],
  );
  return types.length > 0 ? [...new Set(types)].slice(0, 4) : undefined;
}
