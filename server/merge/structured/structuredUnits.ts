/**
 * What structured merge sees of a tree: the children of a node as units, each with the white space before it, the comments
 * and attributes attached to it, its separator and the comment behind it. Units have shapes (equal shapes: equal tokens in
 * equal structure, whatever the layout) and signatures.
 */
import type { Language } from '../../syntax/languages.ts';
import { groupOf, type ListParent, listParentOf, signatureOf } from '../../syntax/policy.ts';
import { childrenOf, fieldOf, isLeaf, type Tree, textOf, typeOf } from '../../syntax/tree.ts';
import type { Span } from '../../text/span.ts';
import type { SideName } from '../conflictFiles.ts';
import type { Shapes } from './shapes.ts';

export interface Unit {
  readonly node: number;
  /** Comments and attributes right before it that belong to it, in order. */
  readonly attached: readonly number[];
  /** Where the white space before it starts: the end of the unit before. */
  readonly lead: number;
  /** Where its own text starts, attached comments and attributes included. */
  readonly start: number;
  readonly end: number;
  /** End of the separator behind it; equal to `end` when it has none. */
  readonly separatorEnd: number;
  /** End with separator and the comment on the same line. */
  readonly full: number;
  readonly type: string;
  readonly field: string;
  readonly named: boolean;
  /** The separator alone starts here; -1 without one. */
  readonly separatorStart: number;
}

export interface UnitList {
  readonly units: readonly Unit[];
  readonly policy: ListParent | undefined;
}

/** One side: its tree, and what was computed about it. Shapes are numbers of one table, so they compare between sides. */
export class SideView {
  readonly name: SideName;
  readonly tree: Tree;
  readonly language: Language;
  readonly #regions: readonly Span[];
  readonly #baseRegions: readonly Span[];
  readonly #shapes: Shapes;
  /** By node: its shape + 1, 0 where nobody asked. */
  readonly #shapeOf: Int32Array;
  readonly #typeShapes: number[] = [];
  readonly #squeezedRegions: string[] = [];
  readonly #bags = new Map<number, Map<number, number>>();
  readonly #signatures = new Map<number, string | undefined>();
  /** Nodes looked at so far: the measure that limits time. */
  visited = 0;

  constructor(
    name: SideName,
    tree: Tree,
    language: Language,
    regions: readonly Span[],
    baseRegions: readonly Span[],
    shapes: Shapes,
  ) {
    this.name = name;
    this.tree = tree;
    this.language = language;
    this.#regions = regions;
    this.#baseRegions = baseRegions;
    this.#shapes = shapes;
    this.#shapeOf = new Int32Array(tree.size);
  }

  slice(start: number, end: number): string {
    return this.tree.text.slice(start, end);
  }

  /** Units whose text lies outside every conflict are the same in all sides: their identity is where they stand in the base. */
  identity(unit: Unit): number {
    const at = this.#regionAfter(unit.start);
    return this.#reaches(unit, at) ? this.shapeOfUnit(unit) : -1 - (unit.start - this.#shift(at));
  }

  /** Whether its text lies outside every conflict: then its identity is below zero. */
  isOutside(unit: Unit): boolean {
    return !this.#reaches(unit, this.#regionAfter(unit.start));
  }

  #reaches(unit: Unit, region: number): boolean {
    const next = this.#regions[region];
    return next !== undefined && next.start < unit.end;
  }

  /**
   * Whether a unit around conflicts is sure to have another shape than one of another side: they begin and end at one place of the base, and
   * what the conflicts have in them differs by more than white space. Reading a shape takes a look at every node.
   */
  differs(unit: Unit, view: SideView, other: Unit): boolean {
    const [own, its] = [this.#around(unit), view.#around(other)];
    if (!own || !its || own.from !== its.from || own.to !== its.to) return false;
    if (own.start !== its.start || own.end !== its.end) return false;
    let isAnother = false;
    for (let i = own.from; i < own.to; i++) {
      const [a, b] = [this.#squeezed(i), view.#squeezed(i)];
      // With text between them two that are longer and shorter may make up for each other.
      if (a.length !== b.length && own.to - own.from > 1) return false;
      if (a !== b) isAnother = true;
    }
    return isAnother;
  }

  /** The conflicts that lie wholly in a unit, and where it begins and ends in the base; undefined where one reaches out of it. */
  #around({ start, end }: Unit) {
    const from = this.#regionAfter(start);
    let to = from;
    for (let next = this.#regions[to]; next !== undefined && next.start < end; next = this.#regions[to]) {
      if (next.start < start || next.end > end) return undefined;
      to++;
    }
    return to === from ? undefined : { from, to, start: start - this.#shift(from), end: end - this.#shift(to) };
  }

  #squeezed(region: number): string {
    const span = this.#regions[region];
    this.#squeezedRegions[region] ??= span === undefined ? '' : this.slice(span.start, span.end).replace(/\s+/g, '');
    return this.#squeezedRegions[region] ?? '';
  }

  /** Index of the first region that ends after `offset` (a region that is empty counts when it starts after it). */
  #regionAfter(offset: number): number {
    let low = 0;
    let high = this.#regions.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const region = this.#regions[middle];
      if (region !== undefined && region.end <= offset) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #shift(region: number): number {
    const own = this.#regions[region - 1];
    const base = this.#baseRegions[region - 1];
    return own === undefined || base === undefined ? 0 : own.end - base.end;
  }

  shapeOfUnit(unit: Unit): number {
    const own = this.shape(unit.node);
    const start = this.tree.start[unit.node] ?? unit.start;
    if (unit.start === start) return own;
    return this.#shapes.named(`+${this.slice(unit.start, start).replace(/\s+/g, '')}\0${own}`);
  }

  shape(node: number): number {
    const shapes = this.#shapeOf;
    if (shapes[node] === 0) {
      // Children stand behind their parent, so from the end they are read before it.
      for (let n = (this.tree.last[node] ?? node + 1) - 1; n >= node; n--) {
        if (shapes[n] !== 0 || (n !== node && isBlank(this.tree, n))) continue;
        this.visited++;
        shapes[n] = this.#readShape(n) + 1;
      }
    }
    return (shapes[node] ?? 1) - 1;
  }

  #readShape(node: number): number {
    const { tree } = this;
    if (isLeaf(tree, node)) {
      if (!this.language.comments.includes(typeOf(tree, node))) return this.#leaf(node);
      const text = textOf(tree, node).replace(/\s+/g, ' ');
      return this.#shapes.leaf(text, 0, text.length);
    }
    let only = -1;
    let count = 0;
    let shape = this.#typeShape(tree.type[node] ?? 0);
    const end = tree.last[node] ?? 0;
    for (let child = node + 1; child < end; child = tree.last[child] ?? end) {
      if (isBlank(tree, child)) continue;
      only = (this.#shapeOf[child] ?? 1) - 1;
      count++;
      shape = this.#shapes.pair(shape, only);
    }
    return count === 1 ? only : shape;
  }

  #typeShape(type: number): number {
    this.#typeShapes[type] ??= this.#shapes.named(`\0${this.tree.typeNames[type] ?? ''}`);
    return this.#typeShapes[type] ?? 0;
  }

  #leaf(node: number): number {
    return this.#shapes.leaf(this.tree.text, this.tree.start[node] ?? 0, this.tree.end[node] ?? 0);
  }

  signature(unit: Unit): string | undefined {
    const { node } = unit;
    if (this.#signatures.has(node)) return this.#signatures.get(node);
    const signature = signatureOf(this.language, this.tree, node);
    this.#signatures.set(node, signature);
    return signature;
  }

  group(list: UnitList, unit: Unit): number {
    return list.policy?.groups === undefined ? -1 : groupOf(list.policy, this.language, this.tree, unit.node);
  }

  /** The words of the node and how often each stands in it. */
  bag(node: number): ReadonlyMap<number, number> {
    const known = this.#bags.get(node);
    if (known !== undefined) return known;
    const bag = new Map<number, number>();
    const last = this.tree.last[node] ?? 0;
    for (let n = node; n < last; n++) {
      if (!isLeaf(this.tree, n) || isBlank(this.tree, n)) continue;
      for (const word of this.#shapes.wordsOf(this.#leaf(n))) bag.set(word, (bag.get(word) ?? 0) + 1);
    }
    this.visited += last - node;
    this.#bags.set(node, bag);
    return bag;
  }

  list(node: number): UnitList {
    const policy = listParentOf(this.language, this.tree, node);
    const units = new UnitReader(this, node, policy).read();
    this.visited += units.length;
    return { units, policy };
  }

  hasError(node: number): boolean {
    return this.tree.error[node] === 1;
  }
}

export function isBlank(tree: Tree, node: number): boolean {
  const start = tree.start[node] ?? 0;
  const end = tree.end[node] ?? 0;
  if (start === end) return true;
  const first = tree.text.charCodeAt(start);
  if (first > 32 && first < 128) return false;
  return isLeaf(tree, node) && textOf(tree, node).trim() === '';
}

/** Reads the children of one node into units. */
class UnitReader {
  readonly #view: SideView;
  readonly #children: readonly number[];
  readonly #start: number;
  readonly #separator: string | undefined;
  readonly #units: Unit[] = [];
  /** Comments and attributes that wait for the unit they belong to. */
  #waiting: number[] = [];

  constructor(view: SideView, node: number, policy: ListParent | undefined) {
    this.#view = view;
    this.#start = view.tree.start[node] ?? 0;
    this.#children = childrenOf(view.tree, node).filter((child) => !isBlank(view.tree, child));
    const separator = policy?.separator.trim() ?? '';
    this.#separator = separator === '' ? ',' : separator;
  }

  read(): Unit[] {
    for (const child of this.#children) {
      if (this.#isSeparator(child)) this.#attachSeparator(child);
      else if (this.#isComment(child)) this.#comment(child);
      else if (this.#view.language.attachments?.includes(typeOf(this.#view.tree, child)) === true)
        this.#waiting.push(child);
      else this.#push(child, this.#waiting.splice(0));
    }
    for (const child of this.#waiting.splice(0)) this.#push(child, []);
    return this.#units;
  }

  #isSeparator(child: number): boolean {
    const { tree } = this.#view;
    if (tree.named[child] === 1 || !isLeaf(tree, child)) return false;
    return this.#units.length > 0 && this.#waiting.length === 0 && textOf(tree, child) === this.#separator;
  }

  #isComment(child: number): boolean {
    return this.#view.language.comments.includes(typeOf(this.#view.tree, child));
  }

  #attachSeparator(child: number): void {
    const unit = this.#units.at(-1);
    const start = this.#view.tree.start[child] ?? 0;
    const end = this.#view.tree.end[child] ?? 0;
    if (unit === undefined) return;
    if (unit.separatorStart >= 0 || !unit.named) this.#push(child, []);
    else this.#units[this.#units.length - 1] = { ...unit, separatorStart: start, separatorEnd: end, full: end };
  }

  #comment(child: number): void {
    const { tree } = this.#view;
    const start = tree.start[child] ?? 0;
    const end = tree.end[child] ?? 0;
    const before = this.#units.at(-1);
    const last = this.#waiting.at(-1);
    if (last !== undefined && /\n\s*\n/.test(this.#view.slice(tree.end[last] ?? 0, start))) this.#flush();
    const sameLine =
      before !== undefined && this.#waiting.length === 0 && !this.#view.slice(before.full, start).includes('\n');
    const endsLine = /^[ \t]*(?:\r?\n|$)/.test(tree.text.slice(end, end + 80));
    if (sameLine && before.named && endsLine && !this.#view.slice(start, end).includes('\n')) {
      this.#units[this.#units.length - 1] = { ...before, full: end };
    } else this.#waiting.push(child);
  }

  /** Waiting comments stand on their own: an empty line parts them from what follows. */
  #flush(): void {
    for (const child of this.#waiting.splice(0)) this.#push(child, []);
  }

  #push(child: number, attached: readonly number[]): void {
    const { tree } = this.#view;
    const nodeStart = tree.start[child] ?? 0;
    const own = [...attached];
    const last = own.at(-1);
    const nodeIsToken = tree.named[child] === 0;
    if (last !== undefined && (nodeIsToken || /\n\s*\n/.test(this.#view.slice(tree.end[last] ?? 0, nodeStart)))) {
      for (const comment of own.splice(0)) this.#push(comment, []);
    }
    const first = own[0];
    const end = tree.end[child] ?? 0;
    this.#units.push({
      node: child,
      attached: own,
      lead: this.#units.at(-1)?.full ?? this.#start,
      start: first === undefined ? nodeStart : (tree.start[first] ?? nodeStart),
      end,
      separatorStart: -1,
      separatorEnd: end,
      full: end,
      type: typeOf(tree, child),
      field: fieldOf(tree, child),
      named: !nodeIsToken,
    });
  }
}
