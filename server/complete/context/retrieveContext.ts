/** The whole of a context: gathers pieces from types, syntax, retrieval and edits, and lets the assembler spend the budget. */
import { posix, relative } from 'node:path';
import type { TypedItem } from '../../types/typeEngine.ts';
import type { SymbolPlace, WorkspaceIndex } from '../index/index.ts';
import type { NgramSource } from '../index/ngram.ts';
import { type CountTokens, identifiersOf, isKeyword } from '../tokens.ts';
import { declaredText, type Surroundings } from '../untyped/scopeNames.ts';
import { assemble, type ContextItem } from './assemble.ts';
import { briefHeader } from './brief.ts';
import { modulesFrom, newImportLine, ownImportLines } from './importLines.ts';
import { judges, type NameModel } from './nameModel.ts';
import type { RecentEdit } from './recent.ts';
import {
  type ContextSource,
  counterparts,
  enclosing,
  type HoleView,
  importedFiles,
  type Piece,
  recentPieces,
  type ShownHow,
  stripText,
  symbolPiece,
} from './retrieve.ts';
import { follow, nameProbabilities, nameRows } from './retrieveNames.ts';
import { lineQueryOf, passages, queryOf, type SimilarChunk, similarChunks } from './retrieveSimilar.ts';
import { type KnownTypes, knownTypes } from './retrieveTypes.ts';
import { nameWeights } from './retrieveWeights.ts';

export interface ContextInputs {
  readonly retrieved: Retrieved;
  readonly index: WorkspaceIndex;
  readonly view: HoleView;
  readonly typed: readonly TypedItem[];
  readonly sources: readonly NgramSource[];
  readonly recent: readonly RecentEdit[];
  readonly names?: NameModel | undefined;
  /** What the hole stands in, where no engine says it. */
  readonly around?: Surroundings | undefined;
}

export interface BuiltContext {
  readonly items: readonly ContextItem[];
  /** How likely each identifier is to be needed; ranks candidates as well. */
  readonly likely: ReadonlyMap<string, number>;
}

/** Names that a declaration is looked up for: 2,048 tokens show fewer. */
const MOST_NAMES = 500;
const SIMILAR = 60;
const SIMILAR_LINES = 20;

export interface Gathered {
  readonly pieces: readonly Piece[];
  /** What is known of each name that may be needed. */
  readonly rows: ReadonlyMap<string, Float64Array>;
  readonly likely: ReadonlyMap<string, number>;
  /** What a piece's own worth counts beside `likely`. */
  readonly worth: number;
  readonly typed: readonly TypedItem[];
}

/** The model's odds are honest, and low: most names that there is a reason for are not needed. Those by hand are not. */
const worthBeside = { byHand: 1, model: 0.01 };
/** A name that is less likely gets a brief header. */
const briefBelow = { byHand: 0.1, model: 0.01 };

/** How likely a name is to be needed that the file imports and uses nowhere yet. */
const WAITING = 0.4;

/** What needs no types: computed while the type engine works. */
export interface Retrieved {
  /** Like the surroundings of the hole. */
  readonly similar: readonly SimilarChunk[];
  /** Like its line. */
  readonly lines: readonly SimilarChunk[];
  readonly followLong: ReadonlyMap<string, number>;
  readonly followShort: ReadonlyMap<string, number>;
}

export function retrieveContext(index: WorkspaceIndex, view: HoleView, sources: readonly NgramSource[]): Retrieved {
  return {
    similar: similarChunks(index, view, queryOf(view, index.bm25), SIMILAR),
    lines: similarChunks(index, view, lineQueryOf(view), SIMILAR_LINES),
    followLong: follow(view, sources, index.vocabulary, 3),
    followShort: follow(view, sources, index.vocabulary, 1),
  };
}

/** Of the chunks like the line those that are not known from the surroundings. */
function otherChunks({ similar, lines }: Retrieved): readonly SimilarChunk[] {
  const known = new Set(similar.map((chunk) => `${chunk.path}:${chunk.at}`));
  return lines.filter((chunk) => !known.has(`${chunk.path}:${chunk.at}`));
}

export function gatherContext(inputs: ContextInputs): Gathered {
  const { index, view, typed, retrieved } = inputs;
  const { similar, lines } = retrieved;
  const imported = importedFiles(index, view.buffer);
  const usable = new Map([...imported].filter(([path]) => !view.masked(path)));
  const types = knownTypes(view, index);
  const rows = nameRows({ view, index, retrieved, typed, importedPaths: new Set(usable.keys()), types });
  const model = judges(view.buffer.family) ? inputs.names : undefined;
  const likely = nameProbabilities(rows, nameWeights, model);
  for (const name of view.waiting) likely.set(name, Math.max(likely.get(name) ?? 0, WAITING));
  const brief = model ? briefBelow.model : briefBelow.byHand;
  const isUnlikely = (name: string): boolean => (likely.get(name) ?? 0) < brief;
  const names = likeliest(likely, MOST_NAMES);
  const declared = new Map(names.map((name) => [name, usablePlaces(index, name, view)] as const));
  const pieces = [
    ...placePieces(inputs),
    ...typed.flatMap((item) => typedPieces(item, index.root, view)),
    ...symbolPieces({ view, imported: usable, declared, types, isUnlikely }),
    ...importPieces(view, index, declared),
    ...similar.flatMap((chunk) => passages(chunk, similar[0]?.score ?? 1)),
    ...otherChunks(retrieved).flatMap((chunk) => passages(chunk, lines[0]?.score ?? 1)),
    ...counterpartPieces(index, view, similar),
    ...recentPieces(inputs.recent, view).filter((piece) => !view.masked(piece.path)),
  ];
  return { pieces, rows, likely, worth: model ? worthBeside.model : worthBeside.byHand, typed };
}

export function spendBudget(gathered: Gathered, budget: number, count: CountTokens): BuiltContext {
  const { pieces, likely, worth } = gathered;
  return { items: assemble(pieces, { budget, count, likely, worth }), likely };
}

const typedSource: Readonly<Record<TypedItem['source'], ContextSource>> = {
  place: 'place',
  expectedType: 'expectedType',
  signature: 'signature',
  relevantType: 'types',
  header: 'header',
  member: 'member',
  value: 'value',
  skeleton: 'skeleton',
  import: 'import',
  enum: 'types',
  own: 'own',
  export: 'export',
};

/** What the hole stands in, from the inside: bought before anything else, in this order. */
function placePieces({ typed, view, around }: ContextInputs): Piece[] {
  const told = typed.filter(({ source }) => source === 'place');
  const lines =
    told.length > 0
      ? told.map(({ text, reason }) => ({ text, reason }))
      : [
          ...headsAround(view, around).map((text) => ({ text, reason: 'the function around the hole' })),
          ...valuesAround(view, around).map((text) => ({ text, reason: 'in scope at the hole' })),
        ];
  return lines.map(({ text, reason }, at) => {
    const short = text.length > LONG_HEAD ? briefHeader(text) : text;
    return { source: 'place', path: view.path, at, text: short, names: namesIn(short), worth: 1, reason };
  });
}

/** UTF-16 units of the head of a function beyond which it goes without the types of its parameters. */
const LONG_HEAD = 180;
const MOST_AROUND = 12;

function headsAround(view: HoleView, around: Surroundings | undefined): readonly string[] {
  if (around && around.functions.length > 0) return around.functions.slice(0, 3);
  const declared = enclosing(view).findLast(({ kind, header }) => kind !== 'type' && header.includes('('));
  return declared ? [declared.header] : [];
}

function valuesAround(view: HoleView, around: Surroundings | undefined): string[] {
  const heads = new Set(around?.functions.flatMap(namesIn));
  return (around?.values ?? [])
    .filter(({ kind, name }) => kind === 'local' || kind === 'field' || (kind === 'parameter' && !heads.has(name)))
    .filter(({ name }) => name !== '_')
    .slice(0, MOST_AROUND)
    .map((value) => declaredText(value, view.buffer.family));
}

function likeliest(likely: ReadonlyMap<string, number>, limit: number): readonly string[] {
  if (likely.size <= limit) return [...likely.keys()];
  const least = Float64Array.from(likely.values()).sort()[likely.size - limit] ?? 0;
  return [...likely].filter(([, p]) => p >= least).map(([name]) => name);
}

/** A typed item whole where it is short, line by line where it is a big class. */
function typedPieces(item: TypedItem, root: string, view: HoleView): Piece[] {
  if (item.text === '' || item.source === 'place') return [];
  const path = item.path.startsWith(`${root}/`)
    ? item.path.slice(root.length + 1)
    : relative(root, item.path).replaceAll('\\', '/');
  if (view.masked(path) && path !== view.path) return [];
  const source = typedSource[item.source];
  const worth = item.source === 'expectedType' || item.source === 'signature' ? 0.6 : 0.1 * item.score;
  const whole = (text: string, names: readonly string[], at: number, value: number): Piece => ({
    source,
    path,
    at,
    text,
    names,
    worth: value,
    reason: item.reason,
  });
  const base = item.span?.start ?? 0;
  const lines = item.text.split('\n');
  if (lines.length < 7) return [whole(item.text, namesIn(item.text), base, worth)];
  const head = lines[0] ?? '';
  const last = lines.at(-1) ?? '';
  const isClosed = head.endsWith('{') && /^[^\p{L}]*\}[^\p{L}]*$/u.test(last);
  const container = {
    key: `${path}#${item.name}`,
    text: head,
    names: namesIn(head),
    ...(isClosed ? { end: last } : {}),
  };
  return wholeMembers(isClosed ? lines.slice(1, -1) : lines.slice(1))
    .map(({ text, line }) => ({ ...whole(text, namesIn(text), base + line, worth / lines.length), container }))
    .filter((piece) => /[\p{L}]/u.test(piece.text));
}

/** Lines of one member together: what opens a bracket goes on until it closes. */
function wholeMembers(lines: readonly string[]): { readonly text: string; readonly line: number }[] {
  const members: { text: string; readonly line: number }[] = [];
  let depth = 0;
  for (const [line, text] of lines.entries()) {
    const open = members.at(-1);
    if (depth > 0 && open) open.text += `\n${text}`;
    else members.push({ text, line });
    for (const character of stripText(text))
      depth += '([{'.includes(character) ? 1 : ')]}'.includes(character) ? -1 : 0;
    depth = Math.max(0, depth);
  }
  return members;
}

const namesIn = (text: string): string[] =>
  [...new Set(identifiersOf(stripText(text)))].filter((name) => !isKeyword(name));

/** Headers of every likely name: of imported files, known types, the own file outside the window, and the workspace. */
function symbolPieces({ view, imported, declared, types, isUnlikely }: SymbolEvidence): Piece[] {
  const pieces: Piece[] = [];
  const shift = view.suffixOffset - view.offset;
  for (const symbol of view.buffer.symbols) {
    const start = symbol.start >= view.offset ? symbol.start + shift : symbol.start;
    if (start >= view.windowStart && start < view.windowEnd) continue;
    pieces.push(symbolPiece({ file: view.buffer, symbol }, shownAs.own));
  }
  const rank = rankFrom(view.path, imported);
  for (const [name, places] of declared) {
    const brief = isUnlikely(name);
    for (const place of nearest(places, rank, 3)) {
      const owner = place.symbol.container;
      const how =
        owner !== undefined && types.own.has(owner)
          ? shownAs.parent
          : owner !== undefined && types.nearness.has(owner)
            ? shownAs.types
            : imported.has(place.file.path)
              ? shownAs.imported
              : shownAs.scope;
      pieces.push(symbolPiece(place, brief ? { ...how, brief } : how));
    }
  }
  return pieces;
}

/** Likely names, with where they are declared. */
type Declared = ReadonlyMap<string, readonly SymbolPlace[]>;

interface SymbolEvidence {
  readonly view: HoleView;
  readonly imported: ReadonlyMap<string, unknown>;
  readonly declared: Declared;
  readonly types: KnownTypes;
  readonly isUnlikely: (name: string) => boolean;
}

const shownAs = {
  own: { source: 'own', worth: 0.01, reason: 'declared in this file, outside the visible part' },
  parent: { source: 'parent', worth: 0.02, reason: 'member of a parent class' },
  types: { source: 'types', worth: 0.01, reason: 'member of a type in sight' },
  imported: { source: 'imported', worth: 0.01, reason: 'declared in an imported file' },
  scope: { source: 'scope', worth: 0, reason: 'declared in the workspace, named by code like this' },
  test: { source: 'test', worth: 0.01, reason: 'the test of this file, or what it tests' },
} as const satisfies Record<string, ShownHow>;

/** Of files of this kind other than the buffer's own, and not hidden within their module. */
function usablePlaces(index: WorkspaceIndex, name: string, view: HoleView): readonly SymbolPlace[] {
  return index
    .symbolsNamed(name)
    .filter(
      ({ file, symbol }) =>
        file.family === view.buffer.family &&
        (file.family !== 'ecma' || symbol.container !== undefined || symbol.exported !== undefined) &&
        !view.masked(file.path),
    );
}

/** How far a file is from another: what that imports first, then its folder, tests last. Remembered by file. */
function rankFrom(path: string, imported: ReadonlyMap<string, unknown>): (other: string) => number {
  const folder = posix.dirname(path);
  const known = new Map<string, number>();
  return (other) => {
    const rank =
      known.get(other) ??
      (imported.has(other) ? 0 : 4) +
        (posix.dirname(other) === folder ? 0 : 2) +
        (/(?:^|\/)tests?\//i.test(other) ? 1 : 0);
    known.set(other, rank);
    return rank;
  };
}

/** The nearest few of many, in order: a common name is declared in hundreds of places. */
function nearest(
  places: readonly SymbolPlace[],
  rank: (path: string) => number,
  limit: number,
): readonly SymbolPlace[] {
  if (places.length < 2) return places;
  const isBefore = (x: SymbolPlace, y: SymbolPlace): boolean => {
    const nearer = rank(x.file.path) - rank(y.file.path);
    if (nearer !== 0) return nearer < 0;
    return x.file.path === y.file.path ? x.symbol.start < y.symbol.start : x.file.path < y.file.path;
  };
  const best: SymbolPlace[] = [];
  for (const place of places) {
    const last = best[limit - 1];
    if (last && !isBefore(place, last)) continue;
    const at = best.findIndex((other) => isBefore(place, other));
    best.splice(at < 0 ? best.length : at, 0, place);
    if (best.length > limit) best.pop();
  }
  return best;
}

/** How a name that is not visible is or would be imported: `import { Name } from 'module'`. */
function importPieces(view: HoleView, index: WorkspaceIndex, declared: Declared): Piece[] {
  const pieces: Piece[] = [];
  const own = ownImportLines(view);
  const moduleOf = modulesFrom(view, index);
  const rank = rankFrom(view.path, new Map());
  const nearestOutside = (places: readonly SymbolPlace[]): SymbolPlace | undefined =>
    nearest(
      places.filter((other) => other.symbol.container === undefined),
      rank,
      1,
    )[0];
  for (const [name, places] of declared) {
    const written = own.get(name);
    const place = written ? undefined : nearestOutside(places);
    const module = place && moduleOf(place.file.path);
    const line = written ?? (place && module !== undefined ? newImportLine(view, place, module) : undefined);
    if (!line) continue;
    pieces.push({
      source: written ? 'import' : 'export',
      path: place?.file.path ?? view.path,
      at: 0,
      names: [name],
      worth: 0,
      ...line,
      reason: written ? 'imported by this file' : 'exported, not imported yet',
    });
  }
  return pieces;
}

/** The test of this file, or what this test is for: its declarations, and passages that stand near in meaning. */
function counterpartPieces(index: WorkspaceIndex, view: HoleView, similar: readonly SimilarChunk[]): Piece[] {
  const near = new Set(similar.map((chunk) => chunk.path));
  return counterparts(index, view.path)
    .filter((path) => !view.masked(path))
    .flatMap((path) => {
      const file = index.files.get(path);
      if (!file) return [];
      const worth = near.has(path) ? 0.02 : 0.01;
      return file.symbols.slice(0, 120).map((symbol) => symbolPiece({ file, symbol }, { ...shownAs.test, worth }));
    });
}
