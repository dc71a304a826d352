/**
 * The workspace as completion knows it: files, symbols by name, BM25 over chunks, token arrays for the n-gram model.
 * Built in slices that leave the event loop free, kept on disk between sessions, brought up to date file by file.
 */

import { readFileSync, statSync } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate as pause } from 'node:timers/promises';
import { languageOf } from '../../syntax/languages.ts';
import type { Syntax } from '../../syntax/syntax.ts';
import { subtokens } from '../tokens.ts';
import { Bm25 } from './bm25.ts';
import {
  type Family,
  familyOf,
  type IndexedFile,
  indexText,
  isGenerated,
  isIndexable,
  MAX_FILE,
  termsOfTokens,
} from './indexFile.ts';
import type { SymbolRecord } from './indexOutline.ts';
import { loadIndex, saveIndex } from './indexStore.ts';
import { Vocabulary } from './ngram.ts';

export interface IndexServices {
  readonly syntax: Syntax;
  /** Paths relative to a root; undefined where git cannot say. Injected: only `git/` starts processes. */
  readonly listFiles: (root: string, signal?: AbortSignal) => Promise<string[] | undefined>;
  /** Folder of the cache, outside the user's tree. Absent: nothing is kept. */
  readonly cacheDir?: string;
}

export interface IndexLimits {
  readonly maxFiles?: number;
  readonly maxTokens?: number;
  /** Milliseconds between two breaths of the event loop. */
  readonly slice?: number;
}

export interface SymbolPlace {
  readonly file: IndexedFile;
  readonly symbol: SymbolRecord;
}

export interface ChunkPlace {
  readonly file: IndexedFile;
  readonly chunk: number;
}

export class WorkspaceIndex {
  readonly root: string;
  readonly files = new Map<string, IndexedFile>();
  readonly vocabulary: Vocabulary;
  readonly bm25 = new Bm25();
  /** What was left out and why, one line each, for people. */
  readonly notes: string[] = [];
  /** Grows with every change: what is derived from the index compares it. */
  version = 0;
  ready = false;
  readonly #symbols = new Map<string, SymbolPlace[]>();
  /** Names by their words. A name whose last declaration went stays: it is looked up before it is used. */
  readonly #byWord = new Map<string, string[]>();
  readonly #worded = new Set<string>();
  readonly #places: ChunkPlace[] = [];
  readonly #documents = new Map<string, number[]>();
  readonly #services: IndexServices;
  readonly #texts = new Map<string, { readonly text: string; readonly mtime: number }>();
  #tokens = 0;

  constructor(root: string, services: IndexServices, vocabulary = new Vocabulary()) {
    this.root = root;
    this.#services = services;
    this.vocabulary = vocabulary;
  }

  /** Reads what changed since the cache was written. Rejects only with the signal's reason. */
  async build(limits: IndexLimits = {}, signal?: AbortSignal): Promise<void> {
    const maxFiles = limits.maxFiles ?? 20_000;
    const maxTokens = limits.maxTokens ?? 10_000_000;
    const cached = await loadIndex(this.#services.cacheDir, this.root, this.vocabulary);
    const listed = (await this.#services.listFiles(this.root, signal)) ?? (await walk(this.root, 4 * maxFiles, signal));
    const paths = listed.filter(isIndexable).sort(nearFirst);
    if (paths.length > maxFiles) this.notes.push(`only ${maxFiles} of ${paths.length} source files are indexed`);
    let fresh = 0;
    let breath = performance.now();
    for (const path of paths.slice(0, maxFiles)) {
      if (performance.now() - breath > (limits.slice ?? 12)) {
        await pause();
        signal?.throwIfAborted();
        breath = performance.now();
      }
      if (this.#tokens > maxTokens) {
        this.notes.push(
          `indexing stopped after ${this.files.size} files: the workspace is larger than ${maxTokens} tokens`,
        );
        break;
      }
      const file = await this.#read(path, cached.get(path));
      if (!file) continue;
      if (file !== cached.get(path)) fresh++;
      this.#add(file);
    }
    this.ready = true;
    if (fresh > 0 || cached.size !== this.files.size) await this.save();
  }

  /** Keeps the index for the next session; a failure costs the next start some time and is no error. */
  async save(): Promise<void> {
    await saveIndex(this.#services.cacheDir, this.root, this.vocabulary, [...this.files.values()]);
  }

  /** Files that changed, appeared or vanished on disk. Paths relative to the root. */
  async update(paths: readonly string[]): Promise<void> {
    for (const path of paths) {
      if (!isIndexable(path)) continue;
      const file = await this.#read(path, this.files.get(path));
      if (file === this.files.get(path)) continue;
      this.#remove(path);
      if (file) this.#add(file);
      await pause();
    }
  }

  symbolsNamed(name: string): readonly SymbolPlace[] {
    return this.#symbols.get(name) ?? [];
  }

  get symbolNames(): Iterable<string> {
    return this.#symbols.keys();
  }

  /** Declared names that share words (subtokens, lower case) with the weighted ones, scored 0–1 by the words' rarity; best first. */
  namesLike(words: ReadonlyMap<string, number>, limit: number): (readonly [string, number])[] {
    const scores = new Map<string, number>();
    const idf = (list: readonly string[]): number => Math.log(1 + this.#symbols.size / (1 + list.length));
    let total = 0;
    for (const [word, weight] of words) {
      const names = this.#byWord.get(word);
      // A word of many names does not tell them apart.
      if (!names || names.length > 600) continue;
      const gain = weight * idf(names);
      total = Math.max(total, gain);
      for (const name of names) scores.set(name, (scores.get(name) ?? 0) + gain);
    }
    const ranked: [string, number][] = [];
    const most = [...scores].sort((x, y) => y[1] - x[1] || (x[0] < y[0] ? -1 : 1)).slice(0, 4 * limit);
    for (const [name, score] of most) {
      if (!this.#symbols.has(name)) continue;
      let whole = 0;
      for (const part of new Set(subtokens(name))) whole += idf(this.#byWord.get(part) ?? []);
      ranked.push([name, Math.min(1, score / Math.max(whole, total))]);
    }
    return ranked.sort((x, y) => y[1] - x[1] || (x[0] < y[0] ? -1 : 1)).slice(0, limit);
  }

  place(document: number): ChunkPlace | undefined {
    return this.#places[document];
  }

  documentsOf(path: string): readonly number[] {
    return this.#documents.get(path) ?? [];
  }

  /** A buffer's text in the index's terms; not added to it. */
  outline(path: string, text: string): IndexedFile {
    return indexText(path, text, { size: text.length, mtime: -1 }, this.#services.syntax, this.vocabulary);
  }

  async prepare(path: string): Promise<void> {
    await this.#services.syntax.ready(languageOf(path));
  }

  /** The text an indexed file had when it was indexed; undefined when it has changed or gone since. */
  textOf(file: IndexedFile): string | undefined {
    const known = this.#texts.get(file.path);
    if (known && known.mtime === file.mtime) return known.text;
    try {
      const path = join(this.root, file.path);
      const now = statSync(path);
      if (now.size !== file.size || now.mtimeMs !== file.mtime) return undefined;
      const text = readFileSync(path, 'utf8');
      if (this.#texts.size > 600) this.#texts.clear();
      this.#texts.set(file.path, { text, mtime: file.mtime });
      return text;
    } catch {
      return undefined; // deleted under us: the caller does without
    }
  }

  filesOf(family: Family): IndexedFile[] {
    return [...this.files.values()].filter((file) => file.family === family);
  }

  async #read(path: string, cached: IndexedFile | undefined): Promise<IndexedFile | undefined> {
    const absolute = join(this.root, path);
    try {
      const found = await stat(absolute);
      if (!found.isFile() || found.size > MAX_FILE || found.size === 0) return undefined;
      if (cached && cached.size === found.size && cached.mtime === found.mtimeMs) return cached;
      const text = await readFile(absolute, 'utf8');
      if (text.includes('\0') || isGenerated(text)) return undefined;
      await this.prepare(path);
      return indexText(path, text, { size: found.size, mtime: found.mtimeMs }, this.#services.syntax, this.vocabulary);
    } catch {
      return undefined; // deleted, or not ours to read: it is not in the index
    }
  }

  #add(file: IndexedFile): void {
    this.version++;
    this.#tokens += file.tokens.length;
    this.files.set(file.path, file);
    for (const symbol of file.symbols) {
      const places = this.#symbols.get(symbol.name);
      if (places) places.push({ file, symbol });
      else {
        this.#symbols.set(symbol.name, [{ file, symbol }]);
        this.#addWords(symbol.name);
      }
    }
    const documents: number[] = [];
    for (let chunk = 0; chunk < file.chunks.length; chunk++) {
      const from = file.chunkTokens[chunk] ?? 0;
      const document = this.bm25.add(
        termsOfTokens(file.tokens, from, file.chunkTokens[chunk + 1] ?? from, this.vocabulary),
      );
      this.#places[document] = { file, chunk };
      documents.push(document);
    }
    this.#documents.set(file.path, documents);
  }

  #addWords(name: string): void {
    if (this.#worded.has(name)) return;
    this.#worded.add(name);
    for (const part of new Set(subtokens(name))) {
      const names = this.#byWord.get(part);
      if (names) names.push(name);
      else this.#byWord.set(part, [name]);
    }
  }

  #remove(path: string): void {
    const file = this.files.get(path);
    if (!file) return;
    this.version++;
    this.#tokens -= file.tokens.length;
    this.files.delete(path);
    for (const symbol of file.symbols) {
      const left = (this.#symbols.get(symbol.name) ?? []).filter((place) => place.file !== file);
      if (left.length > 0) this.#symbols.set(symbol.name, left);
      else this.#symbols.delete(symbol.name);
    }
    for (const document of this.#documents.get(path) ?? []) {
      this.bm25.remove(document);
      delete this.#places[document];
    }
    this.#documents.delete(path);
  }
}

/** Sources before tests and examples, so that a limit cuts the latter; then by name, so that every build is alike. */
function nearFirst(x: string, y: string): number {
  return Number(isAside(x)) - Number(isAside(y)) || (x < y ? -1 : x > y ? 1 : 0);
}

const isAside = (path: string): boolean =>
  /(?:^|\/)(?:tests?|__tests__|spec|examples?|docs?|benchmarks?|fixtures)\//i.test(path);

/** All files below a folder, where git cannot tell: hidden folders, links and `isIndexable`'s folders are left out. */
async function walk(root: string, limit: number, signal: AbortSignal | undefined): Promise<string[]> {
  const found: string[] = [];
  const folders = [''];
  for (let folder = folders.pop(); folder !== undefined && found.length < limit; folder = folders.pop()) {
    signal?.throwIfAborted();
    const entries = await readdir(join(root, folder), { withFileTypes: true }).catch(() => []);
    for (const entry of entries) {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory() && !entry.name.startsWith('.') && isIndexable(`${path}/x.ts`)) folders.push(path);
      else if (entry.isFile() && familyOf(path)) found.push(path);
    }
  }
  return found;
}
