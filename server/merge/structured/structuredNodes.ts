/**
 * Merges three versions of a node into an output: what one side left alone comes from the other, what both changed is
 * merged child by child. Writes white space as the side that changed it has it.
 */

import { typeOf } from '../../syntax/tree.ts';
import type { Merge3 } from '../conflict.ts';
import { type SideName, sideNames } from '../conflictFiles.ts';
import { matchLists } from './match.ts';
import { Output } from './structuredOutput.ts';
import { type Lists, planLists } from './structuredPlan.ts';
import { ListPrinter } from './structuredPrint.ts';
import type { SideView, Unit } from './structuredUnits.ts';

const DEPTH = 150;

export class NodeMerger {
  readonly views: Merge3<SideView>;
  readonly output = new Output();
  readonly #work: number;

  constructor(views: Merge3<SideView>, work: number) {
    this.views = views;
    this.#work = work;
  }

  mergeFile(): void {
    const { base, left, right } = this.views;
    const ends = (view: SideView) => ({
      start: view.tree.start[0] ?? 0,
      end: view.tree.end[0] ?? 0,
      size: view.tree.text.length,
    });
    const b = ends(base);
    const l = ends(left);
    const r = ends(right);
    this.copyChanged({ base: [0, b.start], left: [0, l.start], right: [0, r.start] });
    this.mergeNode({ base: 0, left: 0, right: 0 }, 0);
    this.copyChanged({ base: [b.end, b.size], left: [l.end, l.size], right: [r.end, r.size] });
  }

  /** White space and the like: the changed side's, the left's where both changed it. */
  copyChanged(ranges: Merge3<readonly [number, number]>): void {
    const side = this.changedSide(ranges) ?? 'left';
    this.output.copy(side, this.views[side].slice(...ranges[side]), ranges[side][0]);
  }

  /** The side whose text a trivial merge takes; undefined where both changed it, differently. */
  changedSide(ranges: Merge3<readonly [number, number]>): SideName | undefined {
    const text = (side: SideName) => this.views[side].slice(...ranges[side]);
    const base = text('base');
    const left = text('left');
    if (left === base) return 'right';
    const right = text('right');
    return right === base || left === right ? 'left' : undefined;
  }

  /** Equal but for white space counts as unchanged. */
  changedSideByTokens(ranges: Merge3<readonly [number, number]>): SideName | undefined {
    const exact = this.changedSide(ranges);
    if (exact !== undefined) return exact;
    const [base, left, right] = sideNames.map((side) =>
      this.views[side]
        .slice(...ranges[side])
        .replace(/\s+/g, ' ')
        .trim(),
    );
    if (left === base) return 'right';
    return right === base || left === right ? 'left' : undefined;
  }

  mergeNode(nodes: Merge3<number>, depth: number): void {
    const { base, left, right } = this.views;
    const range = (view: SideView, node: number): [number, number] => [
      view.tree.start[node] ?? 0,
      view.tree.end[node] ?? 0,
    ];
    const ranges = { base: range(base, nodes.base), left: range(left, nodes.left), right: range(right, nodes.right) };
    const side = this.changedSide(ranges);
    if (side !== undefined) {
      this.output.copy(side, this.views[side].slice(...ranges[side]), ranges[side][0]);
      return;
    }
    if (!this.#mergeable(nodes) || depth > DEPTH) {
      this.#leaveOpen(ranges);
      return;
    }
    const lists: Lists = { base: base.list(nodes.base), left: left.list(nodes.left), right: right.list(nodes.right) };
    const leaf = sideNames.some((name) => lists[name].units.length === 0);
    if (leaf) {
      const taken = this.#sideByShape(nodes);
      if (taken === undefined) this.#leaveOpen(ranges);
      else this.output.copy(taken, this.views[taken].slice(...ranges[taken]), ranges[taken][0]);
      return;
    }
    const items = planLists(this.views, lists, {
      left: matchLists(base, lists.base, left, lists.left),
      right: matchLists(base, lists.base, right, lists.right),
    });
    new ListPrinter(this, lists, items, depth).print();
    const tail = (name: SideName): [number, number] => [
      lists[name].units.at(-1)?.full ?? ranges[name][0],
      ranges[name][1],
    ];
    this.copyChanged({ base: tail('base'), left: tail('left'), right: tail('right') });
  }

  /** One unit in all three versions: attached comments, then the node. */
  mergeUnit(units: Merge3<Unit>, depth: number): void {
    const { base, left, right } = this.views;
    const isOutside = left.isOutside(units.left) && base.isOutside(units.base) && right.isOutside(units.right);
    const id = isOutside ? left.identity(units.left) : 0;
    if (isOutside && id === base.identity(units.base) && id === right.identity(units.right)) {
      this.output.copy('left', left.slice(units.left.start, units.left.end), units.left.start);
      return;
    }
    const attached = (view: SideView, unit: Unit): [number, number] => [
      unit.start,
      view.tree.start[unit.node] ?? unit.start,
    ];
    const ranges = {
      base: attached(base, units.base),
      left: attached(left, units.left),
      right: attached(right, units.right),
    };
    const side = this.changedSideByTokens(ranges);
    if (side === undefined && this.#mergeAttached(units, depth)) {
      this.mergeNode({ base: units.base.node, left: units.left.node, right: units.right.node }, depth + 1);
      return;
    }
    const from = side ?? 'left';
    if (side === undefined) this.#leaveOpen(ranges);
    else this.output.copy(from, this.views[from].slice(...ranges[from]), ranges[from][0]);
    this.mergeNode({ base: units.base.node, left: units.left.node, right: units.right.node }, depth + 1);
  }

  /** Attributes and decorators one by one, where every version has as many of the same types. */
  #mergeAttached(units: Merge3<Unit>, depth: number): boolean {
    const { base, left, right } = units;
    const types = (side: SideName, unit: Unit) =>
      unit.attached.map((node) => typeOf(this.views[side].tree, node)).join();
    const expected = types('base', base);
    if (expected === '' || types('left', left) !== expected || types('right', right) !== expected) return false;
    const edge = (side: SideName, unit: Unit, k: number): [number, number] => {
      const { tree } = this.views[side];
      return [tree.end[unit.attached[k] ?? unit.node] ?? 0, tree.start[unit.attached[k + 1] ?? unit.node] ?? 0];
    };
    base.attached.forEach((node, k) => {
      this.mergeNode(
        { base: node, left: left.attached[k] ?? left.node, right: right.attached[k] ?? right.node },
        depth + 1,
      );
      this.copyChanged({ base: edge('base', base, k), left: edge('left', left, k), right: edge('right', right, k) });
    });
    return true;
  }

  /** The side to take where the other changed at most the layout of a comment. */
  #sideByShape(nodes: Merge3<number>): SideName | undefined {
    const shape = (side: SideName) => this.views[side].shape(nodes[side]);
    if (shape('left') === shape('base')) return 'right';
    return shape('right') === shape('base') || shape('left') === shape('right') ? 'left' : undefined;
  }

  #leaveOpen(ranges: Merge3<readonly [number, number]>): void {
    const span = ([start, end]: readonly [number, number]) => ({ start, end });
    this.output.opened.push({ base: span(ranges.base), left: span(ranges.left), right: span(ranges.right) });
    this.output.copy('left', this.views.left.slice(...ranges.left), ranges.left[0], true);
  }

  #mergeable(nodes: Merge3<number>): boolean {
    const { base, left, right } = this.views;
    const type = base.tree.typeNames[base.tree.type[nodes.base] ?? 0] ?? '';
    for (const name of sideNames) {
      const view = this.views[name];
      if (view.hasError(nodes[name]) || (view.tree.typeNames[view.tree.type[nodes[name]] ?? 0] ?? '') !== type)
        return false;
    }
    if (base.language.atomic.includes(type)) return false;
    return base.visited + left.visited + right.visited < this.#work;
  }
}
