/**
 * Spends a token budget on pieces of context: greedily the piece whose names, not yet shown, are likeliest to be needed for
 * each token it costs. A name counts once, so that what is shown is never shown again. The result is printed in an order
 * that keeps stable parts first; the same input gives the same bytes.
 */

import { type CountTokens, estimateTokens, hashText } from '../tokens.ts';
import type { ContextSource, Piece } from './retrieve.ts';

export interface ContextItem {
  readonly source: ContextSource;
  readonly path: string;
  readonly text: string;
  readonly tokens: number;
  readonly reason: string;
}

export interface AssembleOptions {
  /** Tokens for all items together, as `count` counts. */
  readonly budget: number;
  readonly count: CountTokens;
  /** How likely each name is to be needed; a name that is missing counts little. */
  readonly likely: ReadonlyMap<string, number>;
  /** What a piece's own worth counts beside `likely`; 1 where absent. */
  readonly worth?: number;
}

/** Stable parts first: what changes only with the project, then with the file, then with the cursor. */
const order: readonly ContextSource[] = [
  'import',
  'export',
  'expectedType',
  'types',
  'parent',
  'imported',
  'signature',
  'header',
  'member',
  'value',
  'scope',
  'own',
  'skeleton',
  'sibling',
  'test',
  'place',
  'similar',
  'recent',
];

interface Priced {
  readonly piece: Piece;
  readonly cost: number;
  readonly key: number;
  ratio: number;
}

export function assemble(pieces: readonly Piece[], options: AssembleOptions): readonly ContextItem[] {
  const { budget, worth = 1 } = options;
  const buyer = new Buyer(pieces, options.likely, worth);
  const count = remembered(options.count);
  buyer.buy(budget - buyer.begin(pieces, Math.min(budget / 2, Math.max(MUST_LEAST, budget / MUST_SHARE))));
  let items = print(buyer.chosen, count);
  // Estimated prices are a little high, and lines printed together cost less than apart: what is left buys more.
  for (let again = 0; again < 3; again++) {
    const left = budget - totalOf(items);
    if (left < LEAST_LEFT || !buyer.buy(left)) break;
    items = print(buyer.chosen, count);
  }
  return fitBudget(buyer.chosen, items, budget, count);
}

/** What the hole stands in is bought first, for so many tokens or such a part of the budget, if that is not its half. */
const MUST_LEAST = 64;
const MUST_SHARE = 6;
/** Fewer tokens buy nothing worth another look. */
const LEAST_LEFT = 8;
/** Of what a name counts, what an import shows: that it is there, and where; not what it is. */
const IMPORT_SHARE = 0.8;

/** Buys pieces, the most promising per token first, as long as it is given tokens. */
class Buyer {
  readonly chosen: Piece[] = [];
  readonly #likely: ReadonlyMap<string, number>;
  readonly #worth: number;
  /** What of each name is shown: 1, or the share of an import. */
  readonly #shown = new Map<string, number>();
  readonly #containers = new Set<string>();
  readonly #texts = new Set<number>();
  readonly #heap = new Heap();
  readonly #members = new Map<string, Priced[]>();

  constructor(pieces: readonly Piece[], likely: ReadonlyMap<string, number>, worth: number) {
    this.#likely = likely;
    this.#worth = worth;
    const others = pieces.filter(({ source }) => source !== 'place');
    for (const entry of price(others, (piece) => this.#gainOf(piece), MIN_GAIN * worth)) {
      entry.ratio /= this.#costOf(entry);
      this.#heap.push(entry);
      const { container } = entry.piece;
      const siblings = container && this.#members.get(container.key);
      if (siblings) siblings.push(entry);
      else if (container) this.#members.set(container.key, [entry]);
    }
  }

  /** Buys what every context begins with, in its order, and tells what that cost. */
  begin(pieces: readonly Piece[], most: number): number {
    let spent = 0;
    for (const piece of pieces) {
      if (piece.source !== 'place') continue;
      const { cost, key, isBlank } = readText(piece.text);
      if (isBlank || this.#texts.has(key) || spent + 1 + cost > most) continue;
      spent += 1 + cost;
      this.#take({ piece, cost: 1 + cost, key, ratio: 0 });
    }
    return spent;
  }

  /** Spends so many tokens; whether anything was bought. */
  buy(budget: number): boolean {
    let left = budget;
    const before = this.chosen.length;
    const dear: Priced[] = [];
    const heap = this.#heap;
    for (let entry = heap.pop(); entry; entry = heap.pop()) {
      if (this.#texts.has(entry.key)) continue;
      const cost = this.#costOf(entry);
      const ratio = this.#gainOf(entry.piece) / cost;
      if (ratio <= 1e-7 * this.#worth) continue;
      const top = heap.peek();
      if (top && ratio < top.ratio) {
        entry.ratio = ratio;
        heap.push(entry);
        continue;
      }
      if (cost > left) {
        dear.push(entry);
        continue;
      }
      this.#take(entry);
      left -= cost;
      if (left < 4) break;
    }
    for (const entry of dear) heap.push(entry);
    return this.chosen.length > before;
  }

  #take(entry: Priced): void {
    const { piece } = entry;
    this.chosen.push(piece);
    this.#texts.add(entry.key);
    this.#show(piece.names, piece.container?.inline ? IMPORT_SHARE : 1);
    if (!piece.container || this.#containers.has(piece.container.key)) return;
    this.#containers.add(piece.container.key);
    this.#show(piece.container.names, 1);
    // A member's price falls once its class is bought, the only way a ratio grows: it stands in the heap anew, where what
    // it was before comes up later and is no news by then.
    for (const member of this.#members.get(piece.container.key) ?? []) {
      if (!this.#texts.has(member.key))
        this.#heap.push({ ...member, ratio: this.#gainOf(member.piece) / this.#costOf(member) });
    }
  }

  #show(names: readonly string[], share: number): void {
    for (const name of names) if ((this.#shown.get(name) ?? 0) < share) this.#shown.set(name, share);
  }

  #gainOf({ worth, names, container }: Piece): number {
    const share = container?.inline ? IMPORT_SHARE : 1;
    let gain = this.#worth * worth;
    for (const name of names) gain += this.#newsOf(name, share);
    if (container && !this.#containers.has(container.key))
      for (const name of container.names) gain += this.#newsOf(name, 1);
    return gain;
  }

  #newsOf(name: string, share: number): number {
    const more = share - (this.#shown.get(name) ?? 0);
    return more > 0 ? more * (this.#likely.get(name) ?? 0) : 0;
  }

  #costOf({ cost, piece }: Priced): number {
    const { container } = piece;
    if (!container || this.#containers.has(container.key)) return cost;
    const end = container.end === undefined ? 0 : 1 + readText(container.end).cost;
    return cost + 1 + readText(container.text).cost + end;
  }
}

/** Each text once, with its gain in place of its ratio. */
function price(pieces: readonly Piece[], gainOf: (piece: Piece) => number, least: number): Priced[] {
  const seen = new Set<number>();
  const priced: Priced[] = [];
  for (const piece of pieces) {
    const gain = gainOf(piece);
    if (!(gain > least)) continue;
    const { cost, key: own, isBlank } = readText(piece.text);
    const key = piece.container ? (own + 31 * readText(piece.container.key).key) % Number.MAX_SAFE_INTEGER : own;
    if (isBlank || seen.has(key)) continue;
    seen.add(key);
    priced.push({ piece, cost: 1 + cost, key, ratio: gain });
  }
  return priced;
}

/** A piece that promises less is not worth a look: most pieces show only names that nobody needs. */
const MIN_GAIN = 1e-4;

interface ReadText {
  /** Tokens, estimated. */
  readonly cost: number;
  /** The same for texts that differ in white space alone. */
  readonly key: number;
  readonly isBlank: boolean;
}

const read = new Map<string, ReadText>();

/** Remembered: the same declarations are priced for hole after hole. */
function readText(text: string): ReadText {
  const known = read.get(text);
  if (known !== undefined) return known;
  if (read.size > 60_000) read.clear();
  const made = {
    cost: estimateTokens(text),
    key: hashText(text.replace(/\s+/g, ' ')),
    isBlank: text.trim() === '',
  };
  read.set(text, made);
  return made;
}

function remembered(count: CountTokens): CountTokens {
  const counted = new Map<string, number>();
  return (text) => {
    const known = counted.get(text) ?? count(text);
    counted.set(text, known);
    return known;
  };
}

const totalOf = (items: readonly ContextItem[]): number => items.reduce((sum, item) => sum + item.tokens, 0);

/** The items, if the exact count is within the budget; else without the last-bought pieces. */
function fitBudget(
  chosen: readonly Piece[],
  printed: readonly ContextItem[],
  budget: number,
  count: CountTokens,
): readonly ContextItem[] {
  let items = printed;
  for (let keep = chosen.length; ; items = print(chosen.slice(0, keep), count)) {
    const total = totalOf(items);
    if (total <= budget) return items;
    keep -= Math.max(1, Math.ceil((keep * (total - budget)) / total / 2));
    if (keep <= 0) return [];
  }
}

/** Where the next name of an import is put. */
const GOES_ON = '\0';

const compare = (x: string, y: string) => (x < y ? -1 : x > y ? 1 : 0);

function print(pieces: readonly Piece[], count: CountTokens): ContextItem[] {
  const groups = new Map<string, Piece[]>();
  for (const piece of pieces) {
    const key = `${String(order.indexOf(piece.source)).padStart(2, '0')}\0${piece.path}`;
    const group = groups.get(key);
    if (group) group.push(piece);
    else groups.set(key, [piece]);
  }
  const items: ContextItem[] = [];
  for (const key of [...groups.keys()].sort(compare)) {
    const group = (groups.get(key) ?? []).sort(
      (x, y) => compare(x.container?.key ?? '', y.container?.key ?? '') || x.at - y.at || compare(x.text, y.text),
    );
    const first = group[0];
    if (!first) continue;
    const lines: string[] = [];
    let container: Piece['container'];
    for (const piece of group) {
      const opens = piece.container !== undefined && piece.container.key !== container?.key;
      if (container?.end !== undefined && piece.container?.key !== container.key) lines.push(container.end);
      container = piece.container;
      if (piece.container?.inline) {
        const line = opens ? piece.container.text.replace('…', () => `${piece.text}${GOES_ON}`) : (lines.pop() ?? '');
        lines.push(opens ? line : line.replace(GOES_ON, () => `, ${piece.text}${GOES_ON}`));
        continue;
      }
      if (opens && piece.container) lines.push(piece.container.text);
      lines.push(piece.text);
    }
    if (container?.end !== undefined) lines.push(container.end);
    const text = `${lines.map((line) => line.replace(GOES_ON, '')).join('\n')}\n`;
    items.push({ source: first.source, path: first.path, text, tokens: count(text), reason: first.reason });
  }
  return items;
}

/** A binary heap by ratio; equal ratios fall to the earlier path and place, so that the outcome does not depend on order. */
class Heap {
  readonly #entries: Priced[] = [];

  push(entry: Priced): void {
    const entries = this.#entries;
    let at = entries.push(entry) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.#before(at, parent)) break;
      this.#swap(at, parent);
      at = parent;
    }
  }

  pop(): Priced | undefined {
    const entries = this.#entries;
    const top = entries[0];
    const last = entries.pop();
    if (entries.length > 0 && last) {
      entries[0] = last;
      this.#sink(0);
    }
    return top;
  }

  peek(): Priced | undefined {
    return this.#entries[0];
  }

  #sink(from: number): void {
    for (let at = from; ; ) {
      let best = at;
      for (const child of [2 * at + 1, 2 * at + 2])
        if (child < this.#entries.length && this.#before(child, best)) best = child;
      if (best === at) return;
      this.#swap(at, best);
      at = best;
    }
  }

  #swap(x: number, y: number): void {
    const a = this.#entries[x];
    const b = this.#entries[y];
    if (a && b) {
      this.#entries[x] = b;
      this.#entries[y] = a;
    }
  }

  #before(x: number, y: number): boolean {
    const a = this.#entries[x];
    const b = this.#entries[y];
    if (!a || !b) return false;
    if (a.ratio !== b.ratio) return a.ratio > b.ratio;
    return a.key < b.key;
  }
}
