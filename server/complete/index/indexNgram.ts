/**
 * The workspace's n-gram arrays, one for each family of languages, built once in slices and then corrected: a file that
 * changed since is taken out by an array of negative weight and put in by one of positive weight, until so much has
 * changed that building anew is cheaper.
 */
import { setImmediate as pause } from 'node:timers/promises';
import type { WorkspaceIndex } from './index.ts';
import type { Family, IndexedFile } from './indexFile.ts';
import { type NgramSource, ORDER } from './ngram.ts';
import { buildNow, buildSuffixArray, narrow, type SuffixArray, wholeRange } from './suffixArray.ts';

export interface FamilyArray {
  readonly array: SuffixArray;
  readonly spaced: Uint8Array;
  /** Which file object stood for each path when this was built. */
  readonly built: ReadonlyMap<string, IndexedFile>;
  readonly version: number;
  /** The files in the order of the array, and where each begins in it. */
  readonly files: readonly IndexedFile[];
  readonly begins: Int32Array;
}

/** A place in a file of the workspace: `at` is a token of it. */
export interface TokenPlace {
  readonly file: IndexedFile;
  readonly at: number;
}

/** Changed files up to which corrections are used. */
const MAX_CORRECTIONS = 24;

export class NgramIndex {
  readonly #index: WorkspaceIndex;
  readonly #families = new Map<Family, FamilyArray>();
  readonly #building = new Map<Family, Promise<FamilyArray>>();
  readonly #small = new WeakMap<IndexedFile, NgramSource>();
  #differences: { readonly version: number; readonly base: FamilyArray; readonly paths: readonly string[] } | undefined;

  constructor(index: WorkspaceIndex) {
    this.#index = index;
  }

  /** What is there now: nothing until `prepare` has run once. */
  get(family: Family): FamilyArray | undefined {
    return this.#families.get(family);
  }

  /** Builds or rebuilds the family's array where that is due. */
  async prepare(family: Family, signal?: AbortSignal): Promise<FamilyArray> {
    const known = this.#families.get(family);
    if (known && (known.version === this.#index.version || this.#changed(known, family).length <= MAX_CORRECTIONS))
      return known;
    let running = this.#building.get(family);
    if (!running) {
      running = this.#build(family).finally(() => this.#building.delete(family));
      this.#building.set(family, running);
    }
    signal?.throwIfAborted();
    return running;
  }

  /**
   * Sources for a request: the workspace, with changed files corrected and `masked` files taken out.
   */
  sources(family: Family, masked: (path: string) => boolean): NgramSource[] {
    const base = this.#families.get(family);
    if (!base) return [];
    const hidden: (readonly [number, number])[] = [];
    const sources: NgramSource[] = [{ array: base.array, spaced: base.spaced, weight: 1, hidden }];
    const hide = (file: IndexedFile): void => {
      const start = base.begins[base.files.indexOf(file)] ?? 0;
      hidden.push([start, start + file.tokens.length]);
      sources.push({ ...this.#sourceOf(file), weight: -1 });
    };
    const changed = new Set(base.version === this.#index.version ? [] : this.#changed(base, family));
    for (const path of changed) {
      const old = base.built.get(path);
      const now = this.#index.files.get(path);
      if (old) hide(old);
      if (now && !masked(path)) sources.push(this.#sourceOf(now));
    }
    for (const [path, file] of base.built) {
      if (!changed.has(path) && masked(path)) hide(file);
    }
    return sources;
  }

  /**
   * Places of the workspace that follow what `lead` ends with: those that agree with the longest part of it first, down to
   * two tokens, at most `most`. Files that changed since the array was built, and masked ones, give none.
   */
  places(family: Family, lead: Int32Array, masked: (path: string) => boolean, most: number): TokenPlace[] {
    const base = this.#families.get(family);
    if (!base) return [];
    const { array, files, begins } = base;
    const found = new Map<number, TokenPlace>();
    for (let length = Math.min(ORDER, lead.length); length >= 2 && found.size < most; length--) {
      let range = wholeRange(array);
      for (let k = 0; k < length; k++) range = narrow(array, range, k, lead[lead.length - length + k] ?? 0);
      const size = range.hi - range.lo;
      // A long range is probed evenly: its order is that of what follows, so that different continuations are seen.
      const probes = Math.min(size, most - found.size);
      for (let i = 0; i < probes; i++) {
        const position = (array.order[range.lo + Math.floor((i * size) / probes)] ?? 0) + length;
        const number = fileAt(begins, position);
        const file = files[number];
        if (!file || found.has(position) || masked(file.path) || this.#index.files.get(file.path) !== file) continue;
        found.set(position, { file, at: position - (begins[number] ?? 0) });
      }
    }
    return [...found.values()];
  }

  #changed(base: FamilyArray, family: Family): readonly string[] {
    const known = this.#differences;
    if (known?.version === this.#index.version && known.base === base) return known.paths;
    const changed: string[] = [];
    for (const [path, file] of base.built) if (this.#index.files.get(path) !== file) changed.push(path);
    for (const file of this.#index.files.values()) {
      if (file.family === family && !base.built.has(file.path)) changed.push(file.path);
    }
    this.#differences = { version: this.#index.version, base, paths: changed };
    return changed;
  }

  #sourceOf(file: IndexedFile): NgramSource {
    const known = this.#small.get(file);
    if (known) return known;
    const made: NgramSource = {
      array: buildNow(file.tokens, this.#index.vocabulary.size, ORDER),
      spaced: file.spaced,
      weight: 1,
    };
    this.#small.set(file, made);
    return made;
  }

  async #build(family: Family): Promise<FamilyArray> {
    const version = this.#index.version;
    const files = this.#index.filesOf(family);
    let size = 0;
    for (const file of files) size += file.tokens.length + 1;
    const tokens = new Int32Array(size);
    const spaced = new Uint8Array(size);
    const begins = new Int32Array(files.length);
    let at = 0;
    for (const [i, file] of files.entries()) {
      begins[i] = at;
      tokens.set(file.tokens, at);
      spaced.set(file.spaced, at);
      at += file.tokens.length + 1;
    }
    const steps = buildSuffixArray(tokens, this.#index.vocabulary.size, ORDER);
    for (;;) {
      const step = steps.next();
      if (step.done) {
        const made: FamilyArray = {
          array: step.value,
          spaced,
          built: new Map(files.map((file) => [file.path, file])),
          version,
          files,
          begins,
        };
        this.#families.set(family, made);
        return made;
      }
      await pause();
    }
  }
}

/** The last file that begins at or before a position. */
function fileAt(begins: Int32Array, position: number): number {
  let low = 0;
  let high = begins.length;
  while (low + 1 < high) {
    const middle = (low + high) >>> 1;
    if ((begins[middle] ?? 0) <= position) low = middle;
    else high = middle;
  }
  return low;
}
