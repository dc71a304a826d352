/**
 * What of the editor's completions, the buffer's imports and its own functions is of the type that a hole of another language
 * expects, or gives it: by the types that signatures and declarations write, and by the types that implement an interface.
 */
import type { HoleRequest, TypedItem } from '../../types/typeEngine.ts';
import { type Family, familyOf } from '../index/indexFile.ts';
import type { SymbolRecord } from '../index/indexOutline.ts';
import { goGives } from './goTypes.ts';
import type { Asker, CompletionFound } from './providerEngine.ts';
import { type Looked, quietly, type Written } from './providerHole.ts';
import { declarationOf, overlaps } from './providerTypes.ts';
import { readerOf, sameType, typeNamesIn } from './signatureText.ts';

const MOST_HEADERS = 12;
const MOST_IMPORTED = 40;

/** What the buffer imports, with the header that its definition has. */
async function importedHeaders(asker: Asker, request: HoleRequest, signal: AbortSignal): Promise<CompletionFound[]> {
  const { imports } = await asker.outlined(request.file, request.text);
  const named = imports.flatMap((one) => one.names.map((name) => ({ name, within: one }))).slice(0, MOST_IMPORTED);
  const found = await Promise.all(
    named.map(async ({ name, within: { start, end } }): Promise<CompletionFound | undefined> => {
      const at = new RegExp(`\\b${name}\\b(?![\\s\\S]*\\b${name}\\b)`, 'u').exec(request.text.slice(start, end));
      if (!at || signal.aborted) return undefined;
      const places = await quietly(asker.providers.definition(request.file, start + at.index, signal), []);
      const [place] = places;
      if (!place) return undefined;
      const { symbols } = await asker.outlined(place.file, place.text);
      const own = symbols.find((symbol) => symbol.name === name && overlaps(symbol, place.span));
      return own && own.kind !== 'type' ? { label: name, texts: [own.header] } : undefined;
    }),
  );
  return found.filter((one) => one !== undefined);
}

/** What the editor would complete here and is of the expected type, or gives it; before that, what the buffer imports. */
export async function headers(
  asker: Asker,
  request: HoleRequest,
  { hole, text: { andError } }: Looked,
  written: Written | undefined,
  found: TypedItem[],
  signal: AbortSignal,
): Promise<void> {
  const { expected = '' } = hole;
  const family = familyOf(request.file);
  const isMember = hole.place === 'member';
  const [offered, imported, kinds] = await Promise.all([
    quietly(asker.providers.completions(request.file, request.offset, signal), []),
    isMember ? [] : importedHeaders(asker, request, signal),
    implementers(asker, request, expected, written, signal),
  ]);
  const { symbols } = await asker.outlined(request.file, request.text);
  const own = symbols
    // Not the function that the hole is in: it would call itself.
    .filter((symbol) => symbol.kind !== 'type' && symbol.start < request.offset && !isInside(request, symbol))
    .map((symbol) => ({ label: symbol.name, texts: [symbol.header] }));
  const around = symbols.findLast((one) => one.kind !== 'type' && one.start < request.offset && isInside(request, one));
  const locals = isMember || !around ? [] : parametersIn(around.header);
  let left = MOST_HEADERS;
  const taken = new Set<string>(hole.enclosing === undefined ? [] : [hole.enclosing]);
  // After a dot nothing else can stand than what the editor offers there.
  for (const { label, texts } of [...locals, ...imported, ...(isMember ? [] : own), ...offered]) {
    const name = nameOf(label, family);
    if (taken.has(name) || left === 0) continue;
    const fitting = fits(texts, expected, kinds, family, andError === true);
    if (!fitting) continue;
    taken.add(name);
    left--;
    found.push(headerItem(request, { name, label, expected }, fitting));
  }
}

/** Go's server offers `order.Items` and `shop.Latest` as one. */
function nameOf(label: string, family: Family | undefined): string {
  const pattern = family === 'go' ? /[\p{L}_][\p{L}\p{N}_.()]*/u : /[\p{L}_][\p{L}\p{N}_]*/u;
  return pattern.exec(label)?.[0] ?? label;
}

interface Fitting {
  readonly text: string;
  readonly gives: boolean;
  /** Not of the type itself, but of one that implements it. */
  readonly implementer?: string;
  /** The type as it is, where the expected one is its pointer, or it is the pointer of the expected one. */
  readonly pointer?: string;
}

function fits(
  texts: readonly string[],
  expected: string,
  implementers: readonly string[],
  family: Family | undefined,
  andError: boolean,
): Fitting | undefined {
  const reader = readerOf(family);
  for (const text of texts) {
    const all = andError ? goGives(text) : undefined;
    const result = all?.startsWith('(') ? all : reader.result(text);
    const types = andError ? [result] : [reader.value(text), result];
    const gives = result !== undefined;
    for (const type of types) {
      if (type === undefined) continue;
      // In Go a pointer is taken of a variable, not of what a function gives.
      const isOff = family === 'go' && type.startsWith('*') !== expected.startsWith('*');
      if (sameType(type, expected) && !(isOff && gives)) return { text, gives, ...(isOff ? { pointer: type } : {}) };
      const implementer = implementers.find((one) => sameType(type.replace(/[<[].*$/, ''), one));
      if (implementer !== undefined) return { text, gives, implementer };
    }
  }
  return undefined;
}

function headerItem(
  request: HoleRequest,
  { name, label, expected }: { readonly name: string; readonly label: string; readonly expected: string },
  { text, gives, implementer, pointer }: Fitting,
): TypedItem {
  const as = pointer ?? (implementer === undefined ? expected : `${implementer}, which implements ${expected}`);
  const spelt = text.startsWith('func(') ? `func ${name}${text.slice('func'.length)}` : `${label} ${text}`;
  return {
    source: 'header',
    path: request.file,
    name,
    text: text.includes(name) ? text : spelt,
    names: [name],
    score: (gives ? 0.4 : 0.5) - (pointer === undefined ? 0 : 0.05),
    depth: gives ? 1 : 0,
    reason: gives ? `gives ${as}` : `is of type ${as}`,
  };
}

/** Names of the types that implement the expected one, where that is an interface. */
async function implementers(
  asker: Asker,
  request: HoleRequest,
  expected: string,
  written: Written | undefined,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const family = familyOf(request.file);
  if (family !== 'go' && family !== 'java' && family !== 'csharp') return [];
  const [name] = typeNamesIn(expected);
  // Of a list of interfaces the list is wanted, not what it holds.
  if (name === undefined || !new RegExp(`^(?:\\w+\\.)*${name}(?:[<[].*)?$`).test(expected)) return [];
  const place = await declarationOf(asker, request, name, written, signal);
  const { symbols } = place ? await asker.outlined(place.file, place.text) : { symbols: [] };
  const own = symbols.find((one) => one.kind === 'type' && one.name === name && place && overlaps(one, place.span));
  if (!place || !own || !/\binterface\b/.test(own.header)) return [];
  const at = new RegExp(`\\b${name}\\b`).exec(place.text.slice(own.start, own.end));
  const places = await quietly(asker.providers.implementation(place.file, own.start + (at?.index ?? 0), signal), []);
  const names = places.map(({ text, span }) => /^[\p{L}_][\p{L}\p{N}_]*/u.exec(text.slice(span.start, span.end))?.[0]);
  return names.filter((one) => one !== undefined);
}

/** `order: Order`: Python's server tells the type of a name only when asked for each, and parameters come late in its list. */
const parametersIn = (header: string): CompletionFound[] =>
  [...header.matchAll(/[(,]\s*((\w+)\s*:\s*[^,()[\]=]+(?:\[[^()=]*?\])*)\s*(?=[,)=])/g)].map((match) => ({
    label: match[2] ?? '',
    texts: [match[1] ?? ''],
  }));

const isInside = ({ text, offset }: HoleRequest, { end }: SymbolRecord): boolean =>
  offset <= end || text.slice(end, offset).trim() === '';
