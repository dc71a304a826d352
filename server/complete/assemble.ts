/**
 * Spends a token budget on pieces of context: greedily the piece whose names, not yet shown, are likeliest to be needed for
 * each token it costs. A name counts once, so that what is shown is never shown again. The result is printed in an order
 * that keeps stable parts first; the same input gives the same bytes.
 */
import type { ContextSource, Piece } from './retrieve.ts';
import { type CountTokens, estimateTokens, hashText } from './tokens.ts';

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
  'similar',
  'recent',
];

interface Priced {
  readonly piece: Piece;
  readonly cost: number;
  readonly key: number;
  ratio: number;
}

export function assemble(pieces: readonly Piece[], options: AssembleOptions): ContextItem[] {
  const shown = new Set<string>();
  const containers = new Set<string>();
  const texts = new Set<number>();
  const chosen: Piece[] = [];
  const { worth = 1 } = options;
  const gainOf = (piece: Piece): number => {
    let gain = worth * piece.worth;
    for (const name of piece.names) if (!shown.has(name)) gain += options.likely.get(name) ?? 0;
    if (piece.container && !containers.has(piece.container.key))
      for (const name of piece.container.names) if (!shown.has(name)) gain += options.likely.get(name) ?? 0;
    return gain;
  };
  const costOf = (entry: Priced): number =>
    entry.cost +
    (entry.piece.container && !containers.has(entry.piece.container.key)
      ? 1 + readText(entry.piece.container.text).cost
      : 0);
  const heap = new Heap();
  const members = new Map<string, Priced[]>();
  for (const entry of price(pieces, gainOf, MIN_GAIN * worth)) {
    entry.ratio /= costOf(entry);
    heap.push(entry);
    const { container } = entry.piece;
    const siblings = container && members.get(container.key);
    if (siblings) siblings.push(entry);
    else if (container) members.set(container.key, [entry]);
  }
  let left = options.budget;
  for (let entry = heap.pop(); entry; entry = heap.pop()) {
    const cost = costOf(entry);
    if (cost > left || texts.has(entry.key)) continue;
    const ratio = gainOf(entry.piece) / cost;
    if (ratio <= 1e-7 * worth) continue;
    const top = heap.peek();
    if (top && ratio < top.ratio) {
      entry.ratio = ratio;
      heap.push(entry);
      continue;
    }
    chosen.push(entry.piece);
    texts.add(entry.key);
    left -= cost;
    for (const name of entry.piece.names) shown.add(name);
    if (entry.piece.container && !containers.has(entry.piece.container.key)) {
      containers.add(entry.piece.container.key);
      for (const name of entry.piece.container.names) shown.add(name);
      // A member's price falls once its class is bought, the only way a ratio grows: it stands in the heap anew, where what
      // it was before comes up later and is no news by then.
      for (const member of members.get(entry.piece.container.key) ?? []) {
        if (!texts.has(member.key)) heap.push({ ...member, ratio: gainOf(member.piece) / costOf(member) });
      }
    }
    if (left < 4) break;
  }
  return fitBudget(chosen, options);
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

/** Prints the chosen pieces; the exact count may drop the last-bought ones. */
function fitBudget(chosen: readonly Piece[], options: AssembleOptions): ContextItem[] {
  const counted = new Map<string, number>();
  const count: CountTokens = (text) => {
    const known = counted.get(text) ?? options.count(text);
    counted.set(text, known);
    return known;
  };
  for (let keep = chosen.length; keep > 0; ) {
    const items = print(chosen.slice(0, keep), count);
    const total = items.reduce((sum, item) => sum + item.tokens, 0);
    if (total <= options.budget) return items;
    keep -= Math.max(1, Math.ceil((keep * (total - options.budget)) / total / 2));
  }
  return [];
}

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
    let container = '';
    for (const piece of group) {
      const opens = piece.container !== undefined && piece.container.key !== container;
      container = piece.container?.key ?? '';
      if (piece.container?.inline) {
        const line = opens ? piece.container.text : (lines.pop() ?? '');
        lines.push(line.replace('…', opens ? `${piece.text}…` : `, ${piece.text}…`));
        continue;
      }
      if (opens && piece.container) lines.push(piece.container.text);
      lines.push(piece.text);
    }
    const text = `${lines.map((line) => (first.container?.inline ? line.replace('…', '') : line)).join('\n')}\n`;
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
