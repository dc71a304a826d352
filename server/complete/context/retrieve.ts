/**
 * Where context may come from, without types: the sources of RLPG and RepoFusion (imported files, parent classes, the file
 * of the same name, siblings, names in scope), BM25 over chunks, recent edits. Every source gives pieces: a few lines of
 * code each, with the identifiers they show. Which pieces a budget buys is decided in assemble.ts.
 */
import { posix } from 'node:path';
import type { SymbolPlace, WorkspaceIndex } from '../index/index.ts';
import { type IndexedFile, usesHash } from '../index/indexFile.ts';
import type { ImportRecord, SymbolRecord } from '../index/indexOutline.ts';
import { estimateTokens, identifiersOf, isKeyword, lexCode } from '../tokens.ts';
import { briefHeader, memberHead } from './brief.ts';
import type { RecentEdit } from './recent.ts';

export type ContextSource =
  | 'place'
  | 'expectedType'
  | 'signature'
  | 'types'
  | 'header'
  | 'member'
  | 'value'
  | 'skeleton'
  | 'import'
  | 'own'
  | 'export'
  | 'imported'
  | 'parent'
  | 'sibling'
  | 'test'
  | 'scope'
  | 'similar'
  | 'recent';

/** A few lines of code that show identifiers. */
export interface Piece {
  readonly source: ContextSource;
  /** Relative to the root. */
  readonly path: string;
  /** Where it stands in its file: pieces of one file are printed in this order. */
  readonly at: number;
  readonly text: string;
  readonly names: readonly string[];
  /** Printed once before the first piece that names it: the class of a member. */
  readonly container?: {
    readonly key: string;
    readonly text: string;
    readonly names: readonly string[];
    /** The pieces stand within `text`, at its `…`, with commas: the names of one import. */
    readonly inline?: boolean;
    /** Printed behind the last of its pieces: what closes `text`. */
    readonly end?: string;
  };
  /** What it is worth beside the names it shows, 0–1. */
  readonly worth: number;
  readonly reason: string;
}

/** The hole in its file, cut as a model sees it. */
export interface HoleView {
  /** Relative to the root, with `/`. */
  readonly path: string;
  readonly text: string;
  readonly offset: number;
  readonly suffixOffset: number;
  /** The part of the text that stands in the prompt anyway. */
  readonly windowStart: number;
  readonly windowEnd: number;
  readonly visible: ReadonlySet<string>;
  /** Names that the window uses as code: needs no context. Not a word of a comment, nor what is imported and used nowhere yet. */
  readonly used: ReadonlySet<string>;
  /** What the file imports and uses nowhere yet: likely what the hole is for. */
  readonly waiting: ReadonlySet<string>;
  readonly buffer: IndexedFile;
  /** Files whose text may not be used: the buffer's own file on disk, and what was built from it. */
  readonly masked: (path: string) => boolean;
}

const PREFIX_TOKENS = 768;
const SUFFIX_TOKENS = 256;

export function viewHole(
  index: WorkspaceIndex,
  path: string,
  text: string,
  offset: number,
  suffixOffset: number,
): HoleView {
  const windowStart = windowEdge(text, offset, -1, PREFIX_TOKENS);
  const windowEnd = windowEdge(text, suffixOffset, 1, SUFFIX_TOKENS);
  const shown = `${text.slice(windowStart, offset)}\n${text.slice(suffixOffset, windowEnd)}`;
  const own = text.slice(0, offset) + text.slice(suffixOffset);
  const buffer = index.outline(path, own);
  const waiting = unusedImports(buffer, own);
  const code = [text.slice(windowStart, offset), text.slice(suffixOffset, windowEnd)];
  const words = code.flatMap((part) => lexCode(part, { hash: usesHash(buffer.family) }).texts);
  return {
    path,
    text,
    offset,
    suffixOffset,
    windowStart,
    windowEnd,
    visible: new Set(identifiersOf(shown)),
    used: new Set(words.filter((word) => !waiting.has(word))),
    waiting,
    buffer,
    masked: maskOf(path),
  };
}

/** Names that stand in import lines alone. What is long is read no further: such a file uses what it imports. */
function unusedImports({ imports, family }: IndexedFile, text: string): ReadonlySet<string> {
  const names = new Set(imports.flatMap((record) => record.names).filter((name) => !isKeyword(name)));
  if (names.size === 0 || text.length > MOST_READ) return new Set();
  let rest = '';
  let at = 0;
  for (const { start, end } of imports) {
    rest += `${text.slice(at, start)}\n`;
    at = Math.max(at, end);
  }
  for (const word of lexCode(rest + text.slice(at), { hash: usesHash(family) }).texts) {
    if (names.size === 0) break;
    // In the braces of a template names are used, too.
    for (const name of /^[`]|^[fF]["']/.test(word) ? identifiersOf(word) : [word]) names.delete(name);
  }
  return names;
}

const MOST_READ = 100_000;

/** Grows line by line from `from` until the estimate is spent. */
function windowEdge(text: string, from: number, step: 1 | -1, budget: number): number {
  let at = from;
  let spent = 0;
  while (step < 0 ? at > 0 : at < text.length) {
    const next =
      step < 0 ? (at < 2 ? 0 : text.lastIndexOf('\n', at - 2) + 1) : text.indexOf('\n', at) + 1 || text.length;
    const line = step < 0 ? text.slice(next, at) : text.slice(at, next);
    spent += line.length > 4000 ? budget + 1 : estimateTokens(line);
    if (spent > budget) return line.length > 4000 ? Math.max(0, Math.min(text.length, at + step * 2400)) : at;
    at = next;
  }
  return at;
}

const builtFolder = /(?:^|\/)(?:dist|lib|libs|build|out|output|esm|cjs|es|umd|target|bin|obj|types|typings)(?:\/|$)/;

/** The file itself, and what looks built from it: the same stem in an output folder, or a .js or .d.ts right beside it. */
export function maskOf(path: string): (other: string) => boolean {
  const stem = stemOf(path);
  const folder = posix.dirname(path);
  const extension = posix.extname(path);
  return (other) => {
    if (other === path) return true;
    if (!other.includes(stem) || stemOf(other) !== stem) return false;
    const beside =
      posix.dirname(other) === folder && extension !== posix.extname(other) && /\.[cm]?[jt]sx?$/.test(other);
    return beside || (builtFolder.test(posix.dirname(other)) && !builtFolder.test(folder));
  };
}

export const stemOf = (path: string): string => posix.basename(path).replace(/(?:\.d)?\.\w+$/, '');

/** Declarations of the buffer around the hole, outermost first. */
export function enclosing(view: HoleView): SymbolRecord[] {
  return view.buffer.symbols.filter((symbol) => symbol.start < view.offset && view.offset <= symbol.end);
}

/** Code without the words of its strings: a name in a string neither declares nor uses. */
export const stripText = (text: string): string => text.replace(/"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'/g, '""');

type Shown = Pick<Piece, 'path' | 'at' | 'text' | 'names' | 'container'>;

/** What a symbol's piece shows is the same for every hole, and there are thousands of them for each. */
const shownOf = new WeakMap<SymbolRecord, Shown>();

const briefOf = new WeakMap<SymbolRecord, Shown>();

export interface ShownHow {
  readonly source: ContextSource;
  readonly worth: number;
  readonly reason: string;
  /** A long header without the types of its parameters. */
  readonly brief?: boolean;
}

/** The header of a symbol as a piece, under its class where it has one. */
export function symbolPiece(place: SymbolPlace, { source, worth, reason, brief = false }: ShownHow): Piece {
  const known = brief ? briefOf : shownOf;
  const shown = known.get(place.symbol) ?? showSymbol(place, brief);
  known.set(place.symbol, shown);
  return { source, ...shown, worth, reason };
}

function showSymbol({ file, symbol }: SymbolPlace, brief: boolean): Shown {
  const header = brief ? briefHeader(compact(symbol.header)) : compact(symbol.header);
  const names = [...new Set([symbol.name, ...identifiersOf(stripText(header))])].filter((name) => !isKeyword(name));
  const owner = symbol.container;
  const ownerHeader =
    owner === undefined
      ? undefined
      : (file.symbols.find((other) => other.name === owner && other.kind === 'type')?.header ?? owner);
  const head = ownerHeader === undefined ? '' : shorten(memberHead(compact(ownerHeader)));
  const container =
    ownerHeader === undefined
      ? {}
      : {
          container: {
            key: `${file.path}#${owner}`,
            text: head,
            names: identifiersOf(head),
          },
        };
  return {
    path: file.path,
    at: symbol.start,
    text: `${owner === undefined ? '' : '  '}${header}`,
    names,
    ...container,
  };
}

/** A header without the words that tell a user of the declaration nothing. */
const compact = (header: string): string =>
  header.replace(
    /\b(?:public|final|abstract|synchronized|export|override|virtual|declare|default)\s+(?=[\p{L}_<])/gu,
    '',
  );

const shorten = (header: string): string => (header.length > 110 ? `${header.slice(0, 110)}…` : header);

/** Files that the buffer imports from, as far as they are in the index. */
export function importedFiles(
  index: WorkspaceIndex,
  file: Pick<IndexedFile, 'path' | 'family' | 'imports'>,
): Map<string, ImportRecord> {
  const found = new Map<string, ImportRecord>();
  for (const record of file.imports) {
    for (const path of resolveImport(index, file, record)) if (!found.has(path)) found.set(path, record);
  }
  return found;
}

function resolveImport(
  index: WorkspaceIndex,
  file: Pick<IndexedFile, 'path' | 'family'>,
  record: ImportRecord,
): string[] {
  const folder = posix.dirname(file.path);
  if (file.family === 'ecma') {
    if (!record.module.startsWith('.')) return [];
    const base = posix.join(folder, record.module);
    const bare = base.replace(/\.[cm]?jsx?$/, '');
    const tries = [
      base,
      ...['.ts', '.tsx', '.js', '.jsx', '.mts', '.mjs', '.d.ts'].map((end) => bare + end),
      ...['/index.ts', '/index.tsx', '/index.js'].map((end) => bare + end),
    ];
    return tries.filter((path) => index.files.has(path)).slice(0, 1);
  }
  if (file.family === 'python') {
    const dots = /^\.*/.exec(record.module)?.[0].length ?? 0;
    const rest = record.module.slice(dots).replaceAll('.', '/');
    const up = dots === 0 ? '' : posix.join(folder, ...Array.from({ length: dots - 1 }, () => '..'));
    const stem = dots === 0 ? rest : posix.join(up, rest);
    const direct = [
      `${stem}.py`,
      `${stem}/__init__.py`,
      `src/${stem}.py`,
      `src/${stem}/__init__.py`,
      ...record.names.flatMap((name) => [`${stem}/${name}.py`, `src/${stem}/${name}.py`]),
    ];
    return direct.filter((path) => index.files.has(path)).slice(0, 3);
  }
  // Java, Kotlin, C#, Rust, Go: the type's file has its name.
  const name = record.module.split(/[.:/]+/).pop() ?? '';
  return index
    .symbolsNamed(name)
    .filter((place) => place.symbol.kind === 'type' && place.file.family === file.family)
    .map((place) => place.file.path)
    .slice(0, 2);
}

/** The test of a file, or the file a test is for: the same stem without the test's mark. */
export function counterparts(index: WorkspaceIndex, path: string): string[] {
  const bare = (name: string) =>
    stemOf(name)
      .replace(/(?:[._-]?(?:test|tests|spec)s?|Tests?|Spec|IT)$|^(?:test_|Test(?=[A-Z]))/g, '')
      .toLowerCase();
  const wanted = bare(path);
  if (wanted.length < 3) return [];
  return [...index.files.keys()].filter((other) => other !== path && bare(other) === wanted).slice(0, 4);
}

/** Recent edits, newest first, as pieces. */
export function recentPieces(recent: readonly RecentEdit[], view: HoleView): Piece[] {
  return recent
    .slice(0, 12)
    .filter((edit) => edit.path !== view.path)
    .map((edit, order) => ({
      source: 'recent' as const,
      path: edit.path,
      at: edit.at,
      text: edit.text.slice(0, 800),
      names: identifiersOf(stripText(edit.text)),
      worth: 0.3 / (1 + order),
      reason: 'edited a moment ago',
    }));
}
