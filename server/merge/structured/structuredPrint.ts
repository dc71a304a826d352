/** Writes the planned children of a node: white space, separators and indentation as the surroundings want them. */
import type { Merge3 } from '../conflict.ts';
import { type SideName, sideNames } from '../conflictFiles.ts';
import type { NodeMerger } from './structuredNodes.ts';
import type { Item, Lists } from './structuredPlan.ts';
import type { SideView, Unit } from './structuredUnits.ts';

type Range = readonly [number, number];
type One = Extract<Item, { kind: 'one' }>;

export class ListPrinter {
  readonly #merger: NodeMerger;
  readonly #views: Merge3<SideView>;
  readonly #lists: Lists;
  readonly #items: readonly Item[];
  readonly #depth: number;
  /** The separator to write between elements; undefined where the node is no separated list. */
  readonly #separator: string | undefined;
  readonly #trailing: boolean;
  readonly #indices: Record<SideName, ReadonlyMap<Unit, number>>;
  readonly #shifts: Partial<Record<SideName, readonly [string, string]>> = {};

  constructor(merger: NodeMerger, lists: Lists, items: readonly Item[], depth: number) {
    this.#merger = merger;
    this.#views = merger.views;
    this.#lists = lists;
    this.#items = items;
    this.#depth = depth;
    const indexed = (side: SideName) => new Map(lists[side].units.map((unit, i) => [unit, i]));
    this.#indices = { base: indexed('base'), left: indexed('left'), right: indexed('right') };
    this.#separator = this.#findSeparator();
    this.#trailing = this.#mergeTrailing();
    this.#findShifts();
  }

  print(): void {
    this.#items.forEach((item, i) => {
      if (item.kind !== 'open' && item.note !== undefined) this.#merger.output.note(item.note);
      if (item.kind === 'open') this.#printOpen(item.units);
      else if (item.kind === 'all') this.#printAll(item.units, i);
      else this.#printOne(item, i);
    });
  }

  #printOpen({ base, left, right }: Merge3<readonly Unit[]>): void {
    const span = (units: readonly Unit[]) => ({ start: units[0]?.start ?? 0, end: units.at(-1)?.end ?? 0 });
    this.#merger.output.opened.push({ base: span(base), left: span(left), right: span(right) });
    const start = left[0]?.lead ?? 0;
    this.#merger.output.copy(
      'left',
      left.length === 0 ? '' : this.#views.left.slice(start, left.at(-1)?.full ?? start),
      start,
      true,
    );
  }

  #printAll(units: Merge3<Unit>, i: number): void {
    const each = (range: (unit: Unit) => Range) => ({
      base: range(units.base),
      left: range(units.left),
      right: range(units.right),
    });
    this.#printLead(i);
    this.#merger.mergeUnit(units, this.#depth);
    if (this.#separator === undefined || !isElement(this.#views.left, units.left)) {
      this.#merger.copyChanged(each((unit) => [unit.end, unit.full]));
      return;
    }
    if (this.#wantsSeparator(i)) {
      const side = sideNames.find((name) => units[name].separatorStart >= 0 && name !== 'base') ?? 'base';
      this.#printSeparator(side, units[side]);
    }
    this.#merger.copyChanged(each((unit) => [unit.separatorEnd, unit.full]));
  }

  #printOne(item: One, i: number): void {
    const view = this.#views[item.side];
    const { unit } = item;
    const copy = (from: number, to: number) => this.#copy(item.side, from, to);
    this.#printLead(i);
    copy(unit.start, unit.end);
    if (this.#separator === undefined || !isElement(view, unit)) copy(unit.end, unit.full);
    else {
      if (this.#wantsSeparator(i)) this.#printSeparator(item.side, unit);
      copy(unit.separatorEnd, unit.full);
    }
  }

  /** A side's text, at the indentation its neighbours have in the merge. */
  #copy(side: SideName, from: number, to: number): void {
    const text = this.#views[side].slice(from, to);
    const shift = this.#shifts[side];
    if (shift === undefined) this.#merger.output.copy(side, text, from);
    else this.#merger.output.write(text.replaceAll(`\n${shift[0]}`, `\n${shift[1]}`));
  }

  /** White space between two items: of a side where they are neighbours, else what fits their places best. */
  #printLead(i: number): void {
    const item = this.#items[i];
    const before = this.#items[i - 1];
    if (item === undefined || item.kind === 'open') return;
    const at = (of: Item | undefined, side: SideName) => (of === undefined ? -1 : this.#indexOf(of, side));
    const neighbours = sideNames.filter((side) => {
      const index = at(item, side);
      const previous = at(before, side);
      return index !== undefined && previous !== undefined && index === previous + 1;
    });
    if (
      neighbours.length === sideNames.length ||
      before?.kind === 'open' ||
      (neighbours.length === 0 && item.kind === 'all')
    ) {
      this.#printOwnLead(item, i);
      return;
    }
    const side = (['left', 'right', 'base'] as const).find((name) => neighbours.includes(name));
    const unit = side === undefined ? undefined : this.#lists[side].units[at(item, side) ?? -1];
    if (side !== undefined && unit !== undefined) {
      this.#copy(side, unit.lead, unit.start);
      return;
    }
    // What stood between them is gone; the white space before it stays.
    const previous = item.kind === 'one' ? at(before, item.side) : undefined;
    const gone = item.kind === 'one' && previous !== undefined ? this.#lists[item.side].units[previous + 1] : undefined;
    if (item.kind === 'one' && gone !== undefined) this.#copy(item.side, gone.lead, gone.start);
    else this.#printOwnLead(item, i);
  }

  #printOwnLead(item: Exclude<Item, { kind: 'open' }>, i: number): void {
    if (item.kind === 'one') {
      const lead = this.#leadOf(item, i);
      if (lead === undefined) this.#copy(item.side, item.unit.lead, item.unit.start);
      else this.#merger.output.write(lead);
      return;
    }
    const { base, left, right } = item.units;
    const first = this.#isFirstHere(i) ? this.#firstLead(item.units) : undefined;
    if (first !== undefined) this.#merger.output.write(first);
    else
      this.#merger.copyChanged({
        base: [base.lead, base.start],
        left: [left.lead, left.start],
        right: [right.lead, right.start],
      });
  }

  #indexOf(item: Item, side: SideName): number | undefined {
    if (item.kind === 'open') return undefined;
    if (item.kind === 'all') return this.#indices[side].get(item.units[side]);
    return item.side === side ? this.#indices[side].get(item.unit) : undefined;
  }

  #printSeparator(side: SideName, unit: Unit): void {
    if (unit.separatorStart >= 0) {
      this.#merger.output.copy(side, this.#views[side].slice(unit.end, unit.separatorEnd), unit.end);
      return;
    }
    // As the list writes it elsewhere: ` |`, a comma on a line of its own.
    for (const name of [side, ...sideNames]) {
      const other = this.#lists[name].units.find((u) => u.separatorStart >= 0);
      if (other === undefined) continue;
      this.#merger.output.write(this.#views[name].slice(other.end, other.separatorEnd));
      return;
    }
    this.#merger.output.write(this.#separator ?? '');
  }

  #isFirstHere(i: number): boolean {
    const before = this.#items[i - 1];
    return before === undefined || (before.kind !== 'open' && !nodeOf(before).named);
  }

  /** White space before what stands first now and on no side did. */
  #firstLead(units: Merge3<Unit>): string | undefined {
    const list = this.#lists.left.units;
    const index = list.indexOf(units.left);
    if (
      !units.left.named ||
      sideNames.some((side) => isFirst(this.#lists[side].units, this.#lists[side].units.indexOf(units[side])))
    )
      return undefined;
    let at = index;
    while (at > 0 && !isFirst(list, at)) at--;
    const first = list[at];
    return first === undefined ? undefined : this.#views.left.slice(first.lead, first.start);
  }

  /** White space before a unit that stands first in its own list and not here, or the other way round. */
  #leadOf(item: One, i: number): string | undefined {
    const { units } = this.#lists[item.side];
    const index = units.indexOf(item.unit);
    const firstThere = isFirst(units, index);
    const firstHere = this.#isFirstHere(i);
    if (firstThere === firstHere || !item.unit.named) return undefined;
    const view = this.#views[item.side];
    const own = view.slice(item.unit.lead, item.unit.start);
    if (firstHere) {
      const first = units.findIndex((unit, k) => unit.named && isFirst(units, k));
      const unit = units[first];
      return unit ? view.slice(unit.lead, unit.start) : undefined;
    }
    for (const name of [item.side, ...sideNames]) {
      const other = this.#lists[name].units.find(
        (unit, k) => unit.named && !isFirst(this.#lists[name].units, k) && unit !== item.unit,
      );
      if (other !== undefined) return this.#views[name].slice(other.lead, other.start);
    }
    if (!own.includes('\n')) return this.#separator === undefined ? own || ' ' : ' ';
    const multiline = view.slice(item.unit.start, item.unit.end).includes('\n');
    return this.#lists[item.side].policy?.blankLines === true && multiline ? own.replace('\n', '\n\n') : undefined;
  }

  #wantsSeparator(i: number): boolean {
    const next = this.#items.slice(i + 1).find((item) => item.kind === 'open' || !isComment(this.#views, item));
    if (next !== undefined && (next.kind === 'open' || nodeOf(next).named)) return true;
    const item = this.#items[i];
    const isLast = !this.#items
      .slice(i + 1)
      .some((later) => later.kind !== 'open' && nodeOf(later).named && !isComment(this.#views, later));
    if (isLast || item === undefined || item.kind === 'open') return this.#trailing;
    // Not the end of the list but a token of its own in between: `pattern => value,`.
    return nodeOf(item).separatorStart >= 0;
  }

  #findSeparator(): string | undefined {
    let seen = false;
    for (const side of sideNames) {
      const { units } = this.#lists[side];
      const elements = units.filter((unit) => !this.#views[side].language.comments.includes(unit.type));
      for (let k = 0; k < elements.length; k++) {
        const unit = elements[k];
        const next = elements[k + 1];
        if (unit === undefined) continue;
        if (unit.separatorStart >= 0) seen = true;
        else if (unit.named && next?.named === true) return undefined;
      }
    }
    const own = this.#lists.base.policy?.separator.trim() ?? '';
    if (own !== '') return own;
    return seen ? ',' : undefined;
  }

  /** Whether the last element has a separator: three-way, sides without elements do not vote. */
  #mergeTrailing(): boolean {
    const vote = (side: SideName) => {
      const last = this.#lists[side].units.findLast((unit) => isElement(this.#views[side], unit));
      return last === undefined ? undefined : last.separatorStart >= 0;
    };
    const base = vote('base');
    const left = vote('left') ?? vote('right') ?? false;
    const right = vote('right') ?? left;
    return left === base ? right : left;
  }

  /** Where a side's neighbours stand at another indentation than in the merge, its own units move there too. */
  #findShifts(): void {
    const kept = this.#items.filter((item) => item.kind === 'all');
    // Brackets stand at another depth than what they hold: they vote only where nothing else does.
    for (const item of [...kept].sort((x, y) => Number(y.units.left.named) - Number(x.units.left.named))) {
      const leads: Merge3<Range> = {
        base: [item.units.base.lead, item.units.base.start],
        left: [item.units.left.lead, item.units.left.start],
        right: [item.units.right.lead, item.units.right.start],
      };
      const taken = this.#merger.changedSide(leads) ?? 'left';
      const to = indentOf(this.#views[taken].slice(...leads[taken]));
      for (const side of ['left', 'right'] as const) {
        const from = indentOf(this.#views[side].slice(...leads[side]));
        if (from !== undefined && to !== undefined && from !== to && this.#shifts[side] === undefined)
          this.#shifts[side] = [from, to];
      }
    }
  }
}

function nodeOf(item: Exclude<Item, { kind: 'open' }>): Unit {
  return item.kind === 'all' ? item.units.left : item.unit;
}

function isComment(views: Merge3<SideView>, item: Exclude<Item, { kind: 'open' }>): boolean {
  return views.base.language.comments.includes(nodeOf(item).type);
}

function isElement(view: SideView, unit: Unit): boolean {
  return unit.named && !view.language.comments.includes(unit.type);
}

function isFirst(units: readonly Unit[], index: number): boolean {
  const before = units[index - 1];
  return before === undefined || !before.named;
}

/** What follows the last line break; undefined without one. */
function indentOf(lead: string): string | undefined {
  const at = lead.lastIndexOf('\n');
  return at < 0 ? undefined : lead.slice(at + 1);
}
