/**
 * The declarations of the types that a hole of another language expects, and of those that they name in turn: where the
 * editor's other extensions find them, shortened to headers by the syntax of the file that they stand in.
 */
import type { Span } from '../../text/span.ts';
import type { HoleRequest, TypedItem } from '../../types/typeEngine.ts';
import { type Family, familyOf } from '../index/indexFile.ts';
import type { SymbolRecord } from '../index/indexOutline.ts';
import type { Asker, Located } from './providerEngine.ts';
import { quietly, type Written } from './providerHole.ts';
import { typeNamesIn } from './signatureText.ts';

const DEPTH = 2;
const MOST_METHODS = 20;

/** The types that the expected one is made of, to depth 2. */
export async function relevantTypes(
  asker: Asker,
  request: HoleRequest,
  written: Written | undefined,
  expected: string,
  found: TypedItem[],
  signal: AbortSignal,
): Promise<void> {
  const seen = new Set<string>();
  let wanted: { name: string; near: Written | undefined }[] = typeNamesIn(expected).map((name) => ({
    name,
    near: written,
  }));
  for (let depth = 0; depth <= DEPTH && wanted.length > 0; depth++) {
    const next: typeof wanted = [];
    await Promise.all(
      wanted.slice(0, 12).map(async ({ name, near }) => {
        if (seen.has(name)) return;
        seen.add(name);
        const place = await declarationOf(asker, request, name, near, signal);
        if (!place || signal.aborted) return;
        const item = await typeItem(asker, name, place, depth);
        if (!item) return;
        found.push(item);
        for (const other of typeNamesIn(item.text)) {
          const at = new RegExp(`\\b${other}\\b`).exec(place.text.slice(place.span.start, place.span.end));
          const start = place.span.start + (at?.index ?? 0);
          if (at) next.push({ name: other, near: { ...place, span: { start, end: start + other.length } } });
        }
      }),
    );
    wanted = next;
  }
}

/** Where a type is declared, whole: by definition where its name stands written, else by its name in the workspace. */
export async function declarationOf(
  asker: Asker,
  request: HoleRequest,
  name: string,
  near: Written | undefined,
  signal: AbortSignal,
): Promise<Located | undefined> {
  const { providers } = asker;
  const isNamed = near !== undefined && near.text.slice(near.span.start, near.span.end) === name;
  let places: readonly Located[] = [];
  if (near && isNamed) {
    places = await quietly(providers.typeDefinition(near.file, near.span.start, signal), []);
    if (!places.some((place) => declares(place, name)))
      places = await quietly(providers.definition(near.file, near.span.start, signal), []);
  }
  let place = places.find((one) => declares(one, name));
  if (!place) [place] = await quietly(providers.typesNamed(name, request.file, signal), []);
  if (!place) return ownDeclaration(asker, request, name);
  const whole = await quietly(providers.symbolAt(place.file, place.span.start, name, signal));
  return whole ? { ...place, span: whole } : place;
}

const declares = (place: Located, name: string): boolean =>
  place.text.slice(place.span.start, place.span.end + 200).includes(name);

/** No provider knows: the buffer may declare it itself. */
async function ownDeclaration(asker: Asker, request: HoleRequest, name: string): Promise<Located | undefined> {
  const { symbols } = await asker.outlined(request.file, request.text);
  const own = symbols.find((symbol) => symbol.kind === 'type' && symbol.name === name);
  return own && { file: request.file, text: request.text, span: { start: own.start, end: own.end } };
}

/** A type as its header and the headers of its members, bodies left out. */
async function typeItem(asker: Asker, name: string, place: Located, depth: number): Promise<TypedItem | undefined> {
  const key = `${place.file}#${name}#${place.text.length}`;
  const known = asker.declared.get(key);
  if (known) return known.depth === depth ? known : { ...known, depth, score: scoreAt(depth) };
  const { symbols } = await asker.outlined(place.file, place.text);
  const own = symbols.find((symbol) => symbol.kind === 'type' && symbol.name === name && overlaps(symbol, place.span));
  const text = own
    ? shortened(own, symbols, familyOf(place.file))
    : place.text.slice(place.span.start, place.span.end).slice(0, 1500);
  if (text.trim() === '' || !text.includes(name)) return undefined;
  const item: TypedItem = {
    source: depth === 0 ? 'expectedType' : 'relevantType',
    path: place.file,
    name,
    text,
    names: [name, ...symbols.filter((symbol) => symbol.container === name).map((symbol) => symbol.name)],
    span: own ? { start: own.start, end: own.end } : place.span,
    score: scoreAt(depth),
    depth,
    reason: depth === 0 ? 'the expected type' : 'named by the expected type',
  };
  asker.declared.set(key, item);
  return item;
}

const scoreAt = (depth: number): number => 0.7 / (1 + depth);
export const overlaps = (symbol: Span, span: Span): boolean =>
  symbol.start < span.end + 1 && symbol.end + 1 > span.start;

function shortened(own: SymbolRecord, symbols: readonly SymbolRecord[], family: Family | undefined): string {
  const members = symbols.filter(
    (symbol) => symbol !== own && symbol.container === own.name && symbol.start >= own.start && symbol.end <= own.end,
  );
  if (family !== 'go') return [own.header, ...members.map((member) => `    ${member.header}`)].join('\n');
  // Go's methods stand beside the type; an interface's header holds its methods already.
  const methods = symbols.filter(({ header }) => goReceiver(header) === own.name).slice(0, MOST_METHODS);
  return [
    own.header.replace(/\s*\{[\s\S]*$/, ''),
    ...[...members, ...methods].map((member) => `    ${member.header}`),
  ].join('\n');
}

const goReceiver = (header: string): string | undefined =>
  /^func\s*\(\s*(?:\w+\s+)?\*?(\w+)(?:\[[^\]]*\])?\s*\)/.exec(header)?.[1];
