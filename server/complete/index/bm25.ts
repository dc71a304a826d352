/**
 * BM25 over documents that come and go: our own inverted index of integers. A file's documents can be left out of a query
 * (its buffer stands for it), which a library of strings does not offer without a copy; postings of removed documents are
 * swept when they are a third of all.
 */
import { subtokens } from '../tokens.ts';
import { Vocabulary } from './ngram.ts';

export interface Hit {
  readonly document: number;
  readonly score: number;
}

interface Postings {
  documents: Int32Array;
  counts: Uint16Array;
  size: number;
}

const K1 = 1.2;
const B = 0.6;

export class Bm25 {
  readonly #terms = new Vocabulary();
  readonly #postings: (Postings | undefined)[] = [undefined];
  /** Length in terms of each document; -1 once removed. */
  #lengths = new Int32Array(1024);
  #size = 0;
  #alive = 0;
  #length = 0;
  /** Of the running search; zero between searches. */
  #scores = new Float64Array(0);
  /** Removed documents whose postings are gone. */
  #swept = 0;

  /** Number of the new document. Numbers are never reused. */
  add(terms: readonly string[]): number {
    const document = this.#size++;
    if (document >= this.#lengths.length) {
      const longer = new Int32Array(this.#lengths.length * 2);
      longer.set(this.#lengths);
      this.#lengths = longer;
    }
    this.#lengths[document] = terms.length;
    this.#alive++;
    this.#length += terms.length;
    const counts = new Map<string, number>();
    for (const term of terms) counts.set(term, (counts.get(term) ?? 0) + 1);
    for (const [term, count] of counts) this.#append(this.#terms.id(term), document, count);
    return document;
  }

  remove(document: number): void {
    const length = this.#lengths[document] ?? -1;
    if (document >= this.#size || length < 0) return;
    this.#lengths[document] = -1;
    this.#alive--;
    this.#length -= length;
    if (this.#size - this.#alive - this.#swept > Math.max(1000, this.#alive / 2)) this.#sweep();
  }

  get documents(): number {
    return this.#alive;
  }

  /** How telling a term is; 0 for one that no document has. */
  idf(term: string): number {
    const id = this.#terms.find(term);
    const size = id === undefined ? 0 : (this.#postings[id]?.size ?? 0);
    return size === 0 ? 0 : Math.log(1 + (this.#alive + 0.5) / (Math.min(size, this.#alive) + 0.5));
  }

  /** The best documents for weighted terms, best first; `skip` leaves documents out. */
  search(query: ReadonlyMap<string, number>, limit: number, skip: (document: number) => boolean = () => false): Hit[] {
    if (this.#scores.length < this.#size) this.#scores = new Float64Array(this.#lengths.length);
    const scores = this.#scores;
    const touched: number[] = [];
    const mean = this.#length / Math.max(1, this.#alive);
    for (const [term, weight] of query) {
      const id = this.#terms.find(term);
      const postings = id === undefined ? undefined : this.#postings[id];
      if (!postings) continue;
      // A term of a third of a big workspace costs much and tells nothing.
      if (postings.size > 3000 && postings.size > this.#alive / 3) continue;
      const idf = this.idf(term) * weight;
      for (let i = 0; i < postings.size; i++) {
        const document = postings.documents[i] ?? 0;
        const length = this.#lengths[document] ?? -1;
        if (length < 0) continue;
        const count = postings.counts[i] ?? 0;
        const gain = (idf * count * (K1 + 1)) / (count + K1 * (1 - B + (B * length) / mean));
        const score = scores[document] ?? 0;
        if (score === 0) touched.push(document);
        scores[document] = score + gain;
      }
    }
    const floor = nthLargest(touched, scores, 3 * limit);
    const hits: Hit[] = [];
    const collect = (from: number, to: number): void => {
      for (const document of touched) {
        const score = scores[document] ?? 0;
        if (score >= from && score < to && !skip(document)) hits.push({ document, score });
      }
    };
    collect(floor, Number.POSITIVE_INFINITY);
    // Most of the best were left out: files of another language.
    if (hits.length < limit && floor > 0) collect(0, floor);
    for (const document of touched) scores[document] = 0;
    hits.sort((x, y) => y.score - x.score || x.document - y.document);
    return hits.slice(0, limit);
  }

  /** Scores texts that are not in the index, each by its identifiers: their terms are themselves and their subtokens. */
  scorer(query: ReadonlyMap<string, number>): (names: readonly string[]) => number {
    const mean = Math.max(1, this.#length / Math.max(1, this.#alive));
    const asked = new Map<string, { readonly terms: readonly string[]; readonly length: number }>();
    const askedOf = (name: string) => {
      const terms = [...subtokens(name), name.toLowerCase()];
      const made = { terms: terms.filter((term) => query.has(term)), length: terms.length };
      asked.set(name, made);
      return made;
    };
    return (names) => {
      const counts = new Map<string, number>();
      let length = 0;
      for (const name of names) {
        const known = asked.get(name) ?? askedOf(name);
        length += known.length;
        for (const term of known.terms) counts.set(term, (counts.get(term) ?? 0) + 1);
      }
      let score = 0;
      for (const [term, count] of counts) {
        const weight = (query.get(term) ?? 0) * (this.idf(term) || Math.log(1 + this.#alive));
        score += (weight * count * (K1 + 1)) / (count + K1 * (1 - B + (B * length) / mean));
      }
      return score;
    };
  }

  #append(id: number, document: number, count: number): void {
    let postings = this.#postings[id];
    if (!postings) {
      postings = { documents: new Int32Array(2), counts: new Uint16Array(2), size: 0 };
      this.#postings[id] = postings;
    }
    if (postings.size === postings.documents.length) {
      const documents = new Int32Array(postings.size * 2);
      documents.set(postings.documents);
      const counts = new Uint16Array(postings.size * 2);
      counts.set(postings.counts);
      postings.documents = documents;
      postings.counts = counts;
    }
    postings.documents[postings.size] = document;
    postings.counts[postings.size++] = Math.min(count, 65535);
  }

  #sweep(): void {
    for (const postings of this.#postings) {
      if (!postings) continue;
      let kept = 0;
      for (let i = 0; i < postings.size; i++) {
        const document = postings.documents[i] ?? 0;
        if ((this.#lengths[document] ?? -1) < 0) continue;
        postings.documents[kept] = document;
        postings.counts[kept++] = postings.counts[i] ?? 0;
      }
      postings.size = kept;
    }
    this.#swept = this.#size - this.#alive;
  }
}

/** A score that at least `n` of the documents reach, not much below the n-th largest: by a histogram, without sorting. */
function nthLargest(documents: readonly number[], scores: Float64Array, n: number): number {
  if (documents.length <= n) return 0;
  let top = 0;
  for (const document of documents) top = Math.max(top, scores[document] ?? 0);
  const bins = new Int32Array(257);
  for (const document of documents) {
    const bin = Math.floor((256 * (scores[document] ?? 0)) / top);
    bins[bin] = (bins[bin] ?? 0) + 1;
  }
  let above = 0;
  for (let bin = 256; bin > 0; bin--) {
    above += bins[bin] ?? 0;
    if (above >= n) return (bin * top) / 256;
  }
  return 0;
}
