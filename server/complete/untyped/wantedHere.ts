/**
 * What a hole of Python, Go or Java asks for by its text: the parameter that an argument is for, a written result, the other side
 * of a comparison, a condition; and the types of chains of names, through the members that the workspace declares.
 */

import type { OpenHole } from '../complete.ts';
import { closing, splitList } from '../context/brief.ts';
import type { IndexedFile } from '../index/indexFile.ts';
import type { SymbolRecord } from '../index/indexOutline.ts';
import { holderOf, isMethod, plainMembers } from '../items/memberNames.ts';
import { readerOf } from '../providers/signatureText.ts';
import { textHole } from '../providers/textHole.ts';
import type { ScopeName } from './scopeNames.ts';

/** Any of the types, for something of that name. */
export interface Wanted {
  readonly types: readonly string[];
  readonly name?: string;
  readonly isCondition?: boolean;
  /** What the value is compared with, counted to, or handed to: itself it is no answer. */
  readonly beside?: string;
}

const condition = /(?:^|[\s({;])(?:if|while|elif|not|and|or|assert)\s*\(?\s*$|(?:&&|\|\||!)\s*$/;
/** A value, and what asks for one of its type. */
const beside =
  /((?:[\p{L}_][\p{L}\p{N}_]*(?:\(\))?\.)*[\p{L}_][\p{L}\p{N}_]*(?:\(\))?)\s*(?:[-+*/%]=|[=!<>]=|[<>]|[-+*/%])\s*$/u;

export function wantedAt(hole: OpenHole, values: readonly ScopeName[]): Wanted | undefined {
  const { view } = hole;
  const { family } = view.buffer;
  const line = view.text.slice(view.text.lastIndexOf('\n', view.offset - 1) + 1, view.offset);
  if (condition.test(line)) return { types: [family === 'java' ? 'boolean' : 'bool'], isCondition: true };
  const compared = beside.exec(line)?.[1];
  if (compared !== undefined) {
    const type = chainType(hole, values, compared);
    const name = compared.split('.').at(-1)?.replace('()', '') ?? '';
    if (type === undefined) return undefined;
    return { types: [type], name: compared.includes('.') ? name : '', beside: compared };
  }
  const place = textHole({ file: hole.file, text: view.text, offset: view.offset }, view.buffer, family);
  if (place.declared !== undefined) {
    const { name } = place;
    // What is being declared is not there yet.
    const isNew = name !== undefined && new RegExp(`(?<![.\\w])${name}\\s*:[^=]*=\\s*$`).test(line);
    return { types: [place.declared], ...(name ? { name } : {}), ...(isNew ? { beside: name } : {}) };
  }
  if (!place.callee) return undefined;
  const { start, end } = place.callee;
  const receiver = /([\p{L}_][\p{L}\p{N}_]*)\s*\.\s*$/u.exec(view.text.slice(Math.max(0, start - 200), start))?.[1];
  const found = parametersOf(hole, values, view.text.slice(start, end), receiver).flatMap(
    (list) => list[place.argument ?? 0] ?? [],
  );
  const [first] = found;
  if (!first) return undefined;
  const types = found.flatMap(({ type }) => type ?? []);
  return {
    types: types.length === found.length ? [...new Set(types)] : [],
    name: first.name,
    ...(receiver === undefined ? {} : { beside: receiver }),
  };
}

interface Parameter {
  readonly name: string;
  readonly type?: string;
}

/** Parameters of what a name may call, of the receiver's own type where that is known. */
function parametersOf(
  hole: OpenHole,
  values: readonly ScopeName[],
  name: string,
  receiver: string | undefined,
): (readonly Parameter[])[] {
  const { family } = hole.view.buffer;
  const symbols = declarations(hole, name);
  const holder =
    receiver === undefined ? undefined : baseOf(values.find((value) => value.name === receiver)?.type ?? receiver);
  const own = symbols.filter((symbol) => isMethod(symbol) && holderOf(symbol) === holder);
  const called = own.length > 0 ? own : symbols.filter(isMethod);
  const made = family === 'python' && called.length === 0 ? constructors(hole, symbols) : called;
  return made.slice(0, 4).map(({ header }) => parametersIn(header, family));
}

/** What makes an object of a class in Python: its `__init__`, or its fields in their order. */
function constructors(hole: OpenHole, symbols: readonly SymbolRecord[]): SymbolRecord[] {
  const type = symbols.find(({ kind }) => kind === 'type');
  if (!type) return [];
  return declarations(hole, '__init__').filter((symbol) => symbol.container === type.name);
}

export function declarations({ view, workspace }: OpenHole, name: string): readonly SymbolRecord[] {
  const own = view.buffer.symbols.filter((symbol) => symbol.name === name);
  const others = workspace.index
    .symbolsNamed(name)
    .filter(({ file }) => file.family === view.buffer.family && !view.masked(file.path));
  return [...own, ...others.map(({ symbol }) => symbol)];
}

/** The parameters in a header: `find(self, order_id: str)`, `Order find(String id)`, `func (s *Store) Find(a, b string)`. */
export function parametersIn(header: string, family: IndexedFile['family']): Parameter[] {
  const bare = family === 'go' ? header.replace(/^func\s*\([^()]*\)\s*/, 'func ') : header;
  const open = bare.indexOf('(');
  if (open < 0) return [];
  const parts = splitList(bare.slice(open + 1, closing(bare, open))).map((part) => part.trim());
  if (family === 'python')
    return parts.flatMap((part): Parameter[] => {
      const [, name = '', type] = /^\*{0,2}(\w+)\s*(?::\s*([^=]+?))?\s*(?:=.*)?$/.exec(part) ?? [];
      return /^(?:|self|cls)$/.test(name) ? [] : [{ name, ...(type === undefined ? {} : { type }) }];
    });
  if (family === 'java')
    return parts.flatMap((part): Parameter[] => {
      const [, type, name] = /^(?:(?:final|@\w+(?:\([^)]*\))?)\s+)*(.+?)(?:\.\.\.)?\s+(\w+)$/.exec(part) ?? [];
      return name === undefined || type === undefined ? [] : [{ name, type }];
    });
  // Names of Go that share a type take the one written after the last of them.
  let type: string | undefined;
  const found: Parameter[] = [];
  for (const part of parts.reverse()) {
    const [, name, own] = /^([\p{L}_]\w*)(?:\s+(?:\.\.\.)?(.+))?$/u.exec(part) ?? [];
    type = own ?? type;
    if (name !== undefined) found.unshift({ name, ...(type === undefined ? {} : { type }) });
  }
  return found;
}

/** The name in a type that may be declared: `*Order`, `Order | None`, `shop.Order`; empty for what holds others. */
export function baseOf(type: string): string {
  const bare = type.replace(/\s*\|\s*None\b|\bNone\s*\|\s*/g, '').replace(/^Optional\[(.*)\]$/, '$1');
  return /^[*&]*(?:[\p{L}_][\p{L}\p{N}_]*\.)*([\p{L}_][\p{L}\p{N}_]*)$/u.exec(bare.trim())?.[1] ?? '';
}

export function chainType(hole: OpenHole, values: readonly ScopeName[], chain: string): string | undefined {
  const [first = '', ...rest] = chain.split('.');
  let type = values.find(({ name }) => name === first)?.type;
  for (const part of rest) {
    const member = type === undefined ? undefined : plainMembers(hole, baseOf(type)).find(({ text }) => text === part);
    type = member && memberType(hole, member.symbol);
  }
  return type;
}

export function memberType({ view }: OpenHole, symbol: SymbolRecord): string | undefined {
  const reader = readerOf(view.buffer.family);
  if (isMethod(symbol)) return reader.result(symbol.header);
  const { header } = symbol;
  if (view.buffer.family === 'go') return /^\w+\s+(.+)$/.exec(header)?.[1];
  return reader.value(header.replace(/^self\./, ''));
}

/** What a call of a chain gives, where the text says so. */
export function resultOf(hole: OpenHole, values: readonly ScopeName[], callee: string): string | undefined {
  const { family } = hole.view.buffer;
  const parts = callee.split('.');
  const name = parts.at(-1) ?? '';
  const holder = parts.length === 1 ? undefined : baseOf(chainType(hole, values, parts.slice(0, -1).join('.')) ?? '');
  const symbols = declarations(hole, name);
  if (family === 'python' && symbols.some(({ kind }) => kind === 'type')) return name;
  const methods = symbols.filter((symbol) => isMethod(symbol) && (!holder || holderOf(symbol) === holder));
  const [first] = methods;
  return methods.length === 1 && first ? readerOf(family).result(first.header) : undefined;
}
