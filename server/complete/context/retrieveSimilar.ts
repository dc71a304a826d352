/**
 * Code like what stands around a hole: BM25 over the index's chunks and the buffer's own, asked for the surroundings and for
 * the line, and what such chunks show, cut into passages that can be bought apart.
 */
import type { Bm25 } from '../index/bm25.ts';
import type { WorkspaceIndex } from '../index/index.ts';
import type { Family } from '../index/indexFile.ts';
import type { ChunkRecord } from '../index/indexOutline.ts';
import { identifiersOf, isKeyword, subtokens, termsOf } from '../tokens.ts';
import { enclosing, type HoleView, type Piece, stemOf, stripText } from './retrieve.ts';

/** Terms around the hole, the nearer the heavier; the names of what encloses it count as near. */
export function queryOf(view: HoleView, bm25: Bm25): Map<string, number> {
  const query = new Map<string, number>();
  const add = (text: string, weight: number) => {
    for (const identifier of identifiersOf(text)) {
      if (isKeyword(identifier)) continue;
      const parts = subtokens(identifier);
      for (const part of parts)
        if (part.length > 1 && !isKeyword(part)) query.set(part, (query.get(part) ?? 0) + weight);
      if (parts.length > 1) {
        const whole = identifier.toLowerCase();
        query.set(whole, (query.get(whole) ?? 0) + weight);
      }
    }
  };
  const before = view.text
    .slice(Math.max(view.windowStart, view.offset - 2400), view.offset)
    .split('\n')
    .reverse();
  before.forEach((line, distance) => {
    if (distance < 30) add(line, 1 / (1 + distance / 4));
  });
  const after = view.text.slice(view.suffixOffset, Math.min(view.windowEnd, view.suffixOffset + 900)).split('\n');
  after.forEach((line, distance) => {
    if (distance < 10) add(line, 0.6 / (1 + distance / 4));
  });
  for (const symbol of enclosing(view)) add(symbol.name, 1);
  add(stemOf(view.path), 0.5);
  for (const [term, weight] of query) query.set(term, Math.min(2.5, weight));
  const strongest = [...query].sort((x, y) => y[1] * bm25.idf(y[0]) - x[1] * bm25.idf(x[0]) || (x[0] < y[0] ? -1 : 1));
  return new Map(strongest.slice(0, 60));
}

/** Terms of the line of the hole and of those beside it: what is asked of code in the like place, not of the like file. */
export function lineQueryOf(view: HoleView): Map<string, number> {
  const query = new Map<string, number>();
  const add = (text: string, weight: number) => {
    for (const term of termsOf(text)) query.set(term, Math.min(2, (query.get(term) ?? 0) + weight));
  };
  const before = view.text.slice(Math.max(0, view.offset - 400), view.offset).split('\n');
  const after = view.text.slice(view.suffixOffset, view.suffixOffset + 200).split('\n');
  add(before.at(-1) ?? '', 1);
  add(before.slice(-3, -1).join('\n'), 0.4);
  add(after.slice(0, 2).join('\n'), 0.4);
  for (const symbol of enclosing(view).slice(-2)) add(symbol.name, 0.8);
  return query;
}

export interface SimilarChunk {
  readonly path: string;
  readonly text: string;
  readonly at: number;
  readonly score: number;
  readonly read: () => ReadChunk;
}

/** What is taken from a chunk without its comments and docstrings; the same for every hole. */
export interface ReadChunk {
  readonly names: readonly string[];
  readonly passages: readonly Passage[];
}

interface Passage {
  readonly text: string;
  readonly names: readonly string[];
  /** From the start of the chunk. */
  readonly at: number;
}

/** By the chunk, of the index or the buffer; it goes when its file changes. */
const chunksRead = new WeakMap<ChunkRecord, ReadChunk>();

/** Only what is among the best is read. */
function reader(chunk: ChunkRecord, text: string, family: Family): () => ReadChunk {
  return () => {
    const read = chunksRead.get(chunk) ?? readChunk(codeOf(text, chunk.start, chunk.end, family));
    chunksRead.set(chunk, read);
    return read;
  };
}

function readChunk(code: string): ReadChunk {
  return { names: [...new Set(identifiersOf(stripText(code)))], passages: passagesOf(code) };
}

/** Chunks like the surroundings of the hole, from other files and from the buffer outside the window; best first. */
export function similarChunks(
  index: WorkspaceIndex,
  view: HoleView,
  query: ReadonlyMap<string, number>,
  limit: number,
): SimilarChunk[] {
  const found: SimilarChunk[] = [];
  const hits = index.bm25.search(query, limit, (document) => {
    const place = index.place(document);
    return !place || view.masked(place.file.path) || place.file.family !== view.buffer.family;
  });
  for (const hit of hits) {
    const place = index.place(hit.document);
    const text = place && index.textOf(place.file);
    const chunk = place?.file.chunks[place.chunk];
    if (place && text !== undefined && chunk) {
      found.push({
        path: place.file.path,
        text: text.slice(chunk.start, chunk.end),
        at: chunk.start,
        score: hit.score,
        read: reader(chunk, text, view.buffer.family),
      });
    }
  }
  const scoreOf = index.bm25.scorer(query);
  for (const [chunk, { text, names, read }] of ownChunks(view)) {
    const score = scoreOf(names);
    if (score > 0) found.push({ path: view.path, text, at: chunk.start, score, read });
  }
  return found
    .sort((x, y) => y.score - x.score || (x.path < y.path ? -1 : x.path > y.path ? 1 : x.at - y.at))
    .slice(0, limit);
}

interface OwnChunk {
  readonly text: string;
  readonly names: readonly string[];
  readonly read: () => ReadChunk;
}

type OwnChunks = ReadonlyMap<ChunkRecord, OwnChunk>;
const ownRead = new WeakMap<HoleView, OwnChunks>();

/** The buffer's chunks outside the window, read once for all that is asked about a hole. */
function ownChunks(view: HoleView): OwnChunks {
  const known = ownRead.get(view);
  if (known) return known;
  const own = view.text.slice(0, view.offset) + view.text.slice(view.suffixOffset);
  const shift = view.suffixOffset - view.offset;
  const chunks = new Map<ChunkRecord, OwnChunk>();
  for (const chunk of view.buffer.chunks) {
    if (chunk.end > view.windowStart && chunk.start < view.windowEnd - shift) continue;
    const text = own.slice(chunk.start, chunk.end);
    chunks.set(chunk, { text, names: identifiersOf(text), read: reader(chunk, own, view.buffer.family) });
  }
  ownRead.set(view, chunks);
  return chunks;
}

/** Code of a range: comments and docstrings go, also those that the range cuts; the lines stay where they are. */
function codeOf(text: string, start: number, end: number, family: Family): string {
  const isPython = family === 'python';
  const from = isWithinProse(text, start, isPython) ? endOfProse(text, start, end, isPython) : start;
  const prose = isPython
    ? /^[ \t]*[rbuRBU]{0,2}"""[\s\S]*?(?:"""|$(?![\s\S]))|#[^\n"']*$/gm
    : /\/\*[\s\S]*?(?:\*\/|$(?![\s\S]))|^[ \t]*\/\/[^\n]*/gm;
  return blank(text.slice(start, from)) + text.slice(from, end).replace(prose, blank);
}

const blank = (part: string): string => part.replace(/[^\n]+/g, '');

function isWithinProse(text: string, start: number, isPython: boolean): boolean {
  if (!isPython) {
    const open = text.lastIndexOf('/*', start - 1);
    return open >= 0 && start - open < 8000 && text.lastIndexOf('*/', start - 1) < open;
  }
  let quotes = 0;
  for (let at = text.indexOf('"""'); at >= 0 && at < start; at = text.indexOf('"""', at + 3)) quotes++;
  return quotes % 2 === 1;
}

function endOfProse(text: string, start: number, end: number, isPython: boolean): number {
  const mark = isPython ? '"""' : '*/';
  const close = text.indexOf(mark, start);
  return close < 0 ? end : Math.min(end, close + mark.length);
}

/** A chunk's passages as pieces that can be bought apart. */
export function passages({ path, at, score, read }: SimilarChunk, best: number): Piece[] {
  const worth = (0.05 * score) / Math.max(1e-9, best);
  const reason = 'code like the surroundings of the hole';
  return read().passages.map((part) => ({
    source: 'similar',
    path,
    at: at + part.at,
    text: part.text,
    names: part.names,
    worth,
    reason,
  }));
}

/** Cuts code into passages of about four lines. */
function passagesOf(code: string): Passage[] {
  const found: Passage[] = [];
  const lines = code.split('\n');
  let at = 0;
  for (let from = 0; from < lines.length; ) {
    let to = Math.min(lines.length, from + 4);
    while (to < lines.length && to < from + 6 && /^\s*[)\]}]/.test(lines[to] ?? '')) to++;
    const part = lines.slice(from, to);
    const text = dedent(
      part.filter((line) => !/^\s*(?:\/\/|\/?\*|#(?!\[|include|define))/.test(line) && line.trim() !== ''),
    ).slice(0, 1200);
    if (text !== '') {
      const names = [...new Set(identifiersOf(stripText(text)))].filter((name) => !isKeyword(name));
      found.push({ text, names, at });
    }
    for (const line of part) at += line.length + 1;
    from = to;
  }
  return found;
}

function dedent(lines: readonly string[]): string {
  let common = Number.POSITIVE_INFINITY;
  for (const line of lines) common = Math.min(common, /^[ \t]*/.exec(line)?.[0].length ?? 0);
  return lines.map((line) => line.slice(Number.isFinite(common) ? common : 0).trimEnd()).join('\n');
}
