/**
 * Numbers for the shapes of syntax trees: equal numbers, equal tokens in equal structure. One table serves all versions of a
 * file. Tokens are compared where they stand and nodes by the numbers of their children, so that no string is made for any.
 */

/** Words as people see them: what two versions of a thing are compared by. */
const WORD = /[\p{L}\p{N}_$]+/gu;
const plainWord = /^[\w$]+$/;

interface Leaf {
  readonly text: string;
  readonly start: number;
  readonly end: number;
  /** Numbers of its words; made when somebody asks. */
  words?: readonly number[];
}

export class Shapes {
  #next = 0;
  /** Open addressing: numbers of leaves + 1 by the hash of their text, 0 for a free place. */
  #places = new Int32Array(1024);
  readonly #leaves: (Leaf | undefined)[] = [];
  #leafCount = 0;
  /** Three numbers a place: shape, child, and the shape of both + 1. */
  #pairs = new Int32Array(3 * 2048);
  #pairCount = 0;
  readonly #words = new Map<string, number>();
  readonly #named = new Map<string, number>();

  /** The token `text[start, end)`. */
  leaf(text: string, start: number, end: number): number {
    let hash = end - start;
    for (let i = start; i < end; i++) hash = (Math.imul(hash, 31) + text.charCodeAt(i)) | 0;
    const mask = this.#places.length - 1;
    let place = spread(hash) & mask;
    for (let number = this.#places[place] ?? 0; number !== 0; number = this.#places[place] ?? 0) {
      const known = this.#leaves[number - 1];
      if (known !== undefined && isSame(known, text, start, end)) return number - 1;
      place = (place + 1) & mask;
    }
    const number = this.#next++;
    this.#leaves[number] = { text, start, end };
    this.#places[place] = number + 1;
    if (++this.#leafCount * 2 > this.#places.length) this.#growLeaves();
    return number;
  }

  /** A shape with one more child; a node begins as `named` of its type. */
  pair(shape: number, child: number): number {
    const mask = this.#pairs.length / 3 - 1;
    let place = spread(Math.imul(shape, 0x9e3779b1) ^ Math.imul(child, 0x85ebca6b)) & mask;
    for (;;) {
      const at = 3 * place;
      const found = this.#pairs[at + 2] ?? 0;
      if (found === 0) break;
      if (this.#pairs[at] === shape && this.#pairs[at + 1] === child) return found - 1;
      place = (place + 1) & mask;
    }
    const number = this.#next++;
    this.#pairs[3 * place] = shape;
    this.#pairs[3 * place + 1] = child;
    this.#pairs[3 * place + 2] = number + 1;
    if (++this.#pairCount * 6 > this.#pairs.length) this.#growPairs();
    return number;
  }

  /** Whatever else is told apart by a string of its own. */
  named(name: string): number {
    let number = this.#named.get(name);
    if (number === undefined) {
      number = this.#next++;
      this.#named.set(name, number);
    }
    return number;
  }

  /** The words of a leaf, by number. */
  wordsOf(leaf: number): readonly number[] {
    const known = this.#leaves[leaf];
    if (known === undefined) return [];
    if (known.words === undefined) {
      const text = known.text.slice(known.start, known.end);
      const found = plainWord.test(text) ? [text] : (text.match(WORD) ?? []);
      known.words = found.map((word) => this.#word(word));
    }
    return known.words;
  }

  #word(word: string): number {
    let number = this.#words.get(word);
    if (number === undefined) {
      number = this.#words.size;
      this.#words.set(word, number);
    }
    return number;
  }

  #growLeaves(): void {
    const places = new Int32Array(2 * this.#places.length);
    for (const number of this.#places) {
      const leaf = number === 0 ? undefined : this.#leaves[number - 1];
      if (leaf === undefined) continue;
      let hash = leaf.end - leaf.start;
      for (let i = leaf.start; i < leaf.end; i++) hash = (Math.imul(hash, 31) + leaf.text.charCodeAt(i)) | 0;
      let place = spread(hash) & (places.length - 1);
      while (places[place] !== 0) place = (place + 1) & (places.length - 1);
      places[place] = number;
    }
    this.#places = places;
  }

  #growPairs(): void {
    const old = this.#pairs;
    const pairs = new Int32Array(2 * old.length);
    const mask = pairs.length / 3 - 1;
    for (let at = 0; at < old.length; at += 3) {
      if (old[at + 2] === 0) continue;
      const [shape = 0, child = 0] = [old[at], old[at + 1]];
      let place = spread(Math.imul(shape, 0x9e3779b1) ^ Math.imul(child, 0x85ebca6b)) & mask;
      while (pairs[3 * place + 2] !== 0) place = (place + 1) & mask;
      pairs[3 * place] = shape;
      pairs[3 * place + 1] = child;
      pairs[3 * place + 2] = old[at + 2] ?? 0;
    }
    this.#pairs = pairs;
  }
}

/** High bits count too: the table looks at the low ones. */
const spread = (hash: number): number => (hash ^ (hash >>> 15)) >>> 0;

function isSame(leaf: Leaf, text: string, start: number, end: number): boolean {
  if (leaf.end - leaf.start !== end - start) return false;
  for (let i = start, j = leaf.start; i < end; i++, j++)
    if (text.charCodeAt(i) !== leaf.text.charCodeAt(j)) return false;
  return true;
}
