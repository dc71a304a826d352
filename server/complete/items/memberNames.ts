/**
 * What may stand behind a dot where no checker tells: the members of the types that the text gives the value before it,
 * and of what other generators propose only what can stand there: a name, called or read further.
 */

import type { OpenHole } from '../complete.ts';
import { enclosing } from '../context/retrieve.ts';
import { typesOfValue } from '../context/retrieveTypes.ts';
import { isWord } from '../holeTokens.ts';
import type { IndexedFile } from '../index/indexFile.ts';
import type { SymbolRecord } from '../index/indexOutline.ts';

export interface NamedMember {
  readonly text: string;
  /** From 1, for the value's own type, down. */
  readonly worth: number;
}

const MOST = 40;
const MOST_TYPES = 8;

export const isBehindDot = (texts: readonly string[]): boolean => /^(?:\.|\?\.|->|::)$/.test(texts.at(-1) ?? '');

export interface NamedMembers {
  /** In the order of their declaration. */
  readonly members: readonly NamedMember[];
  /** The type is one of the workspace, and so are its base types: few members are declared elsewhere. */
  readonly isWhole: boolean;
}

const nothing: NamedMembers = { members: [], isWhole: false };

/** Members of the value before the dot. */
export function membersNamed({ tokens, view, workspace }: OpenHole): NamedMembers {
  const { texts } = tokens.before;
  const value = texts.at(-2) ?? '';
  const isAlone = !/^(?:\.|\?\.|->|::)$/.test(texts.at(-3) ?? '');
  if (!isAlone || !/^[\p{L}_$]/u.test(value)) return nothing;
  const isSelf = value === 'self' || value === 'this' || value === 'cls';
  const own = enclosing(view).flatMap(({ container, kind, name }) => container ?? (kind === 'type' ? name : []));
  const todo = (isSelf ? own.slice(-1) : [value, ...typesOfValue(view, workspace.index, value)]).map((type) => ({
    type,
    worth: 1,
  }));
  const found = new Map<string, NamedMember>();
  let isWhole = true;
  const seen = new Set<string>();
  for (let next = todo.shift(); next && seen.size < MOST_TYPES; next = todo.shift()) {
    const { type, worth } = next;
    if (seen.has(type)) continue;
    seen.add(type);
    const homes = homesOf(type, view.buffer, workspace.index.symbolsNamed(type), view.masked);
    // The value itself may be a class; that it is none says nothing.
    if (homes.length === 0 && type !== value && type !== 'object') isWhole = false;
    for (const symbols of homes) {
      for (const symbol of symbols) {
        if (symbol.kind === 'type' && symbol.name === type)
          todo.push(...(symbol.parents ?? []).map((parent) => ({ type: parent, worth: 0.6 * worth })));
        if (holderOf(symbol) !== type || symbol.name === type || !isOffered(symbol, isSelf)) continue;
        if (/\bprivate\b/.test(symbol.header) && !own.includes(type)) continue;
        const text = textOf(symbol);
        if (!found.has(text)) found.set(text, { text, worth });
      }
    }
  }
  const members = [...found.values()].slice(0, MOST);
  return { members, isWhole: isWhole && members.length > 0 && members.length < MOST };
}

/** What a type of the workspace declares itself: fields, and methods that take nothing. */
export function plainMembers(
  { view, workspace }: OpenHole,
  type: string,
  isSelf = false,
): { text: string; symbol: SymbolRecord }[] {
  return homesOf(type, view.buffer, workspace.index.symbolsNamed(type), view.masked).flatMap((symbols) =>
    symbols
      .filter((symbol) => holderOf(symbol) === type && symbol.name !== type && isOffered(symbol, isSelf))
      .filter(({ header }) => !/\bprivate\b|\bstatic\b/.test(header))
      .map((symbol) => ({ text: textOf(symbol), symbol }))
      .filter(({ text, symbol }) => text.endsWith('()') || !isMethod(symbol)),
  );
}

/** Whether a type of the workspace, with its bases, has no member of that name; undefined where that cannot be told. */
export function lacksMember({ view, workspace }: OpenHole, type: string, name: string): boolean | undefined {
  const todo = [type];
  for (let i = 0; i < todo.length; i++) {
    const each = todo[i] ?? '';
    const homes = homesOf(each, view.buffer, workspace.index.symbolsNamed(each), view.masked);
    if (i >= MOST_TYPES || (homes.length === 0 && each !== 'object')) return undefined;
    for (const symbols of homes)
      for (const symbol of symbols) {
        if (symbol.kind === 'type' && symbol.name === each) todo.push(...(symbol.parents ?? []));
        // Embedded fields bring members of their own.
        if (holderOf(symbol) === each && (symbol.name === name || !/\s/.test(symbol.header.trim()))) return false;
      }
  }
  return true;
}

/** What a symbol is a member of; methods of Go stand beside their type and name it. */
export const holderOf = ({ container, header }: SymbolRecord): string | undefined =>
  container ?? /^func\s*\(\s*\w*\s*\*?\s*(\w+)/.exec(header)?.[1];

interface Place {
  readonly file: IndexedFile;
  readonly symbol: SymbolRecord;
}

/** The declarations of the files that declare a type; those of the buffer for its own. */
function homesOf(
  type: string,
  buffer: IndexedFile,
  places: readonly Place[],
  masked: (path: string) => boolean,
): (readonly SymbolRecord[])[] {
  const isType = (symbol: SymbolRecord): boolean => symbol.name === type && symbol.kind === 'type';
  if (buffer.symbols.some(isType)) return [buffer.symbols];
  const homes = places.filter(
    ({ file, symbol }) => symbol.kind === 'type' && file.family === buffer.family && !masked(file.path),
  );
  return homes.length > 3 ? [] : homes.map(({ file }) => file.symbols);
}

/** Names with two underscores are the language's; one underscore means that others leave it alone. */
function isOffered({ name, kind }: SymbolRecord, isSelf: boolean): boolean {
  return kind !== 'type' && isWord(name) && !name.startsWith('__') && (isSelf || !name.startsWith('_'));
}

export const isMethod = ({ kind, header }: SymbolRecord): boolean =>
  kind === 'function' || (kind === 'member' && /^[^=]*\(/.test(header));

/** What takes nothing but itself is called at once; what takes more is the user's to call. */
function textOf(symbol: SymbolRecord): string {
  const { name, header } = symbol;
  return isMethod(symbol) && /\(\s*(?:self|cls|this)?\s*\)/.test(header) ? `${name}()` : name;
}

/** Names that the text has behind a value of that name, which may be members that no declaration of its type shows. */
export function namesBehind(text: string, value: string): Set<string> {
  const found = new Set<string>();
  if (!isWord(value)) return found;
  const sign = /(?:\.|\?\.|->|::)[^\S\n]*([\p{L}_$][\p{L}\p{N}_$]*)/uy;
  for (let at = text.indexOf(value); at >= 0; at = text.indexOf(value, at + 1)) {
    if (at > 0 && /[\p{L}\p{N}_$]/u.test(text[at - 1] ?? '')) continue;
    sign.lastIndex = at + value.length;
    const name = sign.exec(text)?.[1];
    if (name !== undefined) found.add(name);
  }
  return found;
}

/** The part of a text that can stand behind a dot: `price for i in items` is `price`. Undefined: nothing of it can. */
export function memberPart(tokens: readonly string[], text: string): string | undefined {
  if (!isWord(tokens[0] ?? '')) return undefined;
  let depth = 0;
  let at = 0;
  for (const [i, token] of tokens.entries()) {
    const before = tokens[i - 1];
    // Two names in a row are a declaration: `add(String item)`.
    if (isWord(token) && before !== undefined && isWord(before)) return undefined;
    const isName = isWord(token) || /^\w+$/.test(token);
    const follows =
      i === 0 || depth > 0 || (isName ? before === '.' || before === '?.' : /^[.([)\]!]$|^\?\.$/.test(token));
    if (!follows) return text.slice(0, at).trimEnd() || undefined;
    if (/^[([{]$/.test(token)) depth++;
    else if (/^[)\]}]$/.test(token)) depth--;
    at = text.indexOf(token, at) + token.length;
  }
  return text;
}
