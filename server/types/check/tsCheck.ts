/**
 * Checks fills of a hole together: each stands in a copy of the buffer, all copies are checked by the checker that knows the
 * hole already, and only the code that a fill can affect is checked. A fill is refused for an error inside it, or for one
 * around it that the unfilled hole did not have.
 */
import type ts from 'typescript';
import { applyEdits, type Edit } from '../../text/span.ts';
import { timeLimit } from '../clock.ts';
import { freeNames } from '../enumerate/tsExpressions.ts';
import { attempt } from '../faults.ts';
import { isLoose, type Ts } from '../tsConfig.ts';
import { type HoleState, placeholder, withFill } from '../tsHole.ts';
import type { CheckLimits, CheckResult, Fill } from '../typeEngine.ts';
import { branches } from './tsBranchCheck.ts';
import { type Repeated, repeatable } from './tsBranches.ts';
import {
  errorsIn,
  isMissingLibrary,
  type Parsed,
  platformNames,
  saidOf,
  surroundings,
  syntaxErrors,
} from './tsErrors.ts';
import { isOfCopiedClass, isOfOldImport } from './tsForeign.ts';
import { lackedBehind } from './tsLacked.ts';
import { pathTo, reachedFrom } from './tsReach.ts';
import { senselessIn } from './tsSense.ts';
import { spoilsSyntax } from './tsSyntax.ts';

/** Code beyond this length around the hole is checked only where the fill's value flows. */
const maxRegion = 4000;

/** What the loosely typed JavaScript files are still judged by: unknown names and members, calls of what is no function. */
const javaScriptErrors = new Set([2304, 2339, 2349, 2351, 2503, 2551, 2552, 2554, 2555, 2663, 18004]);

/** A whole buffer, and where in it the fill stands. */
interface Place {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

interface Copy extends Place {
  readonly edits: readonly Edit[];
}

export function checkFills(
  state: HoleState,
  fills: readonly Fill[],
  limits: CheckLimits,
  cancelled: () => boolean,
): CheckResult[] {
  // Syntax errors that the hole as such brings, whatever stands in it, no fill is without.
  if (spoilsSyntax(state)) return fills.map(() => 'error');
  if (!limits.sense) return checkAll(state, fills, limits, cancelled);
  const isSenseless = attempt(
    'sense',
    () => senselessIn(state),
    () => false,
  );
  const sensible = fills.filter((fill) => !attempt('sense', () => isSenseless(fill), false));
  const results = checkAll(state, sensible, limits, cancelled);
  let next = 0;
  return fills.map((fill) => (sensible[next] === fill ? (results[next++] ?? 'unknown') : 'error'));
}

function checkAll(
  state: HoleState,
  fills: readonly Fill[],
  limits: CheckLimits,
  cancelled: () => boolean,
): CheckResult[] {
  const { deadline = 400, enough = Number.POSITIVE_INFINITY, settle, alone = false, tellsLeft = false } = limits;
  const isLate = timeLimit(deadline);
  const isSettled = settle ? timeLimit(settle.after) : () => false;
  const results: CheckResult[] = fills.map(() => 'unknown');
  const repeated = repeatable(state);
  const good = new Goodness(fills, results);
  const isEnough = (): boolean => {
    const most = good.count(true);
    if (most < Math.min(enough, settle?.enough ?? enough)) return false;
    if (settle && isSettled()) return most >= settle.enough;
    return good.count(false) >= enough;
  };
  for (let at = 0; at < fills.length; ) {
    if (cancelled() || (at > 0 && isLate()) || isEnough()) break;
    const branched =
      repeated && !alone
        ? attempt('branches', () => branches(state, repeated, fills.slice(at), tellsLeft), undefined)
        : undefined;
    const taken = branched?.taken ?? fills.length;
    const part = fills.slice(at, at + taken);
    const checkOne =
      repeated && branched
        ? beyond(state, repeated, part, branched.checkOne, isLate)
        : copies(state, part, alone ? 'own' : 'all');
    good.mends = branched?.mends;
    // Whoever wants one alone gets the first that mends.
    const order = enough === 1 ? good.order(at, part.length) : part.keys();
    for (const [turn, i] of [...order].entries()) {
      // However late it is, one fill is checked: an answer of nothing would have cost as much.
      if (cancelled() || (at + turn > 0 && isLate()) || isEnough()) return results;
      results[at + i] = attempt('check', () => checkOne(i), 'unknown');
      good.seen(at + i);
    }
    at += taken;
  }
  return results;
}

/** How many fills stand: also those that leave errors, where none is left that could mend them, or they shall count. */
class Goodness {
  mends: ((fill: Fill) => boolean) | undefined;
  private readonly open: Set<number>;
  private readonly fills: readonly Fill[];
  private readonly results: readonly CheckResult[];
  private readonly mending = new Map<number, boolean>();

  constructor(fills: readonly Fill[], results: readonly CheckResult[]) {
    this.fills = fills;
    this.results = results;
    this.open = new Set(fills.keys());
  }

  /** Those that may mend come first. */
  order(at: number, length: number): number[] {
    const all = Array.from({ length }, (_, i) => i);
    return [...all.filter((i) => this.isMending(at + i)), ...all.filter((i) => !this.isMending(at + i))];
  }

  seen(index: number): void {
    this.open.delete(index);
  }

  count(withLeaving: boolean): number {
    let ok = 0;
    let leaving = 0;
    for (const result of this.results) {
      if (result === 'ok' || result === 'near') ok++;
      else if (result === 'leaves') leaving++;
    }
    if (leaving === 0 || withLeaving) return ok + leaving;
    return [...this.open].some((index) => this.isMending(index)) ? ok : ok + leaving;
  }

  private isMending(index: number): boolean {
    const fill = this.fills[index];
    if (!this.mends || !fill) return false;
    const known = this.mending.get(index) ?? this.mends(fill);
    this.mending.set(index, known);
    return known;
  }
}

/** What stands in its own statement is looked for in what it reaches as well, in a copy of its own. */
function beyond(
  state: HoleState,
  repeated: Repeated,
  fills: readonly Fill[],
  checkOne: (index: number) => CheckResult,
  isLate: () => boolean,
): (index: number) => CheckResult {
  const reach = reachOfHole(state, repeated);
  if (reach.length === 0) return checkOne;
  const checkBeyond = copies(state, fills, repeated);
  return (index) => {
    const said = checkOne(index);
    if (said !== 'ok' && said !== 'leaves') return said;
    const further = isTooWide(reach) || isLate() ? 'near' : checkBeyond(index);
    return further === 'ok' ? said : further;
  };
}

/** All that a fill is judged by, its own text and what stands around it, or what it reaches beyond statements that are judged. */
type Scope = 'all' | 'own' | Repeated;

/** A copy of the buffer for each fill, made when its turn comes, and one with the placeholder for comparison. */
function copies(state: HoleState, fills: readonly Fill[], scope: Scope): (index: number) => CheckResult {
  const { request, snapshot, form } = state;
  const { tsc } = snapshot;
  const all = [{ text: form.before + placeholder + form.after }, ...fills].map((fill) => copyOf(state, fill));
  const files = new Map<number, Parsed | undefined>();
  const fileAt = (index: number): Parsed | undefined => {
    const known = files.get(index);
    if (known) return known;
    const copy = all[index];
    const made = copy && snapshot.project.copy(copy.text);
    files.set(index, made);
    return made;
  };
  const errorsOf = (index: number): Iterable<ts.Diagnostic> | undefined => {
    const file = fileAt(index);
    const copy = all[index];
    return file && copy && errorsIn(state, file, nodesOf(file, copy));
  };
  const alone = scope === 'own';
  const isWide = scope === 'all' && isTooWide(reachOfHole(state));
  const nodesOf = (file: ts.SourceFile, copy: Copy): readonly ts.Node[] => {
    if (typeof scope === 'object') return outside(state, file, copy, reach(state, file, copy), scope);
    const own = affected(tsc, file, copy, state);
    return alone || isWide ? own : [...new Set([...own, ...reach(state, file, copy)])];
  };
  const known = typeof scope === 'object' ? aroundBeyond : aroundCopy;
  const around = (file: ts.SourceFile, copy: Copy): ReadonlySet<string> | undefined => {
    const [unfilled] = all;
    const base = fileAt(0);
    if (!unfilled || !base) return undefined;
    const others = nodesOf(file, copy).flatMap((node) => sameIn(tsc, file, copy, base, unfilled, node) ?? []);
    return surroundings(
      known,
      state,
      () => errorsOf(0),
      unfilled,
      () => errorsIn(state, base, others),
    );
  };
  const isJavaScript = isLoose(request.file, snapshot.program.getCompilerOptions(), request.text);
  const isUnknown = unknownNames(state);
  return (index) => {
    if (isJavaScript && isUnknown(fills[index])) return 'error';
    const copy = all[index + 1];
    const file = fileAt(index + 1);
    if (!file || !copy) return 'unknown';
    if (syntaxErrors(file) > syntaxErrors(snapshot.file)) return 'error';
    const errors = errorsOf(index + 1);
    if (!errors) return 'unknown';
    let result: CheckResult = 'ok';
    for (const error of errors) {
      if (isJavaScript && !javaScriptErrors.has(error.code)) continue;
      if (isMissingLibrary(error, file.text) || isOfCopiedClass(tsc, request.file, error)) continue;
      const start = error.start ?? 0;
      const inside = start >= copy.start && start < copy.end;
      const isOfEdit = (at: number): boolean => copy.edits.some(({ span }) => at >= span.start && at < span.end);
      const inEdit = isOfEdit(start);
      if (isOfOldImport(tsc, file, error, isOfEdit)) continue;
      if (inside || inEdit) return 'error';
      if (alone) continue;
      const said = saidOf(state, error, copy, around(file, copy));
      if (said === 'error') return said;
      if (said !== 'nothing') result = said;
    }
    return result === 'ok' && isWide ? 'near' : result;
  };
}

/** The node of the unfilled copy that is what `node` is in another, outside of the hole. */
function sameIn(
  tsc: Ts,
  file: ts.SourceFile,
  copy: Place,
  base: ts.SourceFile,
  unfilled: Place,
  node: ts.Node,
): ts.Node | undefined {
  const own = node.getStart(file);
  const isBefore = node.end <= copy.start;
  if (!isBefore && own < copy.end) return undefined;
  const shift = isBefore ? unfilled.start - copy.start : unfilled.text.length - copy.text.length;
  const [start, end] = [own + shift, node.end + shift];
  return pathTo(tsc, base, start, end).find((each) => each.getStart(base) === start && each.end === end);
}

/** UTF-16 units: what a fill reaches is looked at up to here. */
const maxReach = 40_000;

const isTooWide = (nodes: readonly ts.Node[]): boolean =>
  nodes.reduce((sum, node) => sum + node.end - node.pos, 0) > maxReach;

const reaches = new WeakMap<HoleState, readonly ts.Node[]>();

function reachOfHole(state: HoleState, but?: Repeated): readonly ts.Node[] {
  const { snapshot, request, form, node } = state;
  const text = withFill(request, form, placeholder);
  const place = { text, start: node.getStart(snapshot.file), end: node.end };
  const nodes = reaches.get(state) ?? reach(state, snapshot.file, place);
  reaches.set(state, nodes);
  return outside(state, snapshot.file, place, nodes, but);
}

function reach(
  { snapshot: { tsc, program }, request }: HoleState,
  file: ts.SourceFile,
  { start, end }: Place,
): readonly ts.Node[] {
  return isLoose(request.file, program.getCompilerOptions(), request.text) ? [] : reachedFrom(tsc, file, start, end);
}

/** Without those that stand in statements that are judged already. */
function outside(
  { request }: HoleState,
  file: ts.SourceFile,
  { text, start }: Place,
  nodes: readonly ts.Node[],
  judged: Repeated | undefined,
): readonly ts.Node[] {
  if (!judged) return nodes;
  const from = judged.start + start - request.offset;
  const to = text.length - (request.text.length - judged.end);
  return nodes.filter((node) => node.getStart(file) < from || node.end > to);
}

/** In unchecked JavaScript a name that is not there, but much like one that is, is no error: the checker only suggests the other. */
function unknownNames({ snapshot, node, place }: HoleState): (fill: Fill | undefined) => boolean {
  const { Value, Alias } = snapshot.tsc.SymbolFlags;
  const { parent } = node;
  // In the braces of an import or of a pattern names are declared, not used.
  const isDeclared = snapshot.tsc.isImportSpecifier(parent) || snapshot.tsc.isBindingElement(parent);
  if (isDeclared && (parent.propertyName ?? parent.name) === node) return () => false;
  let known: Set<string> | undefined;
  const isKnown = (name: string): boolean => {
    known ??= new Set(snapshot.checker.getSymbolsInScope(node, Value | Alias).map((symbol) => symbol.name));
    return known.has(name) || platformNames.has(name) || isOfLanguage.test(name);
  };
  return (fill) => {
    // What declares names of its own is left to the checker.
    if (!fill || fill.edits?.length || place === 'member' || /[{}]|=>|\bfunction\b/.test(fill.text)) return false;
    return !freeNames(fill.text).every(isKnown);
  };
}

const isOfLanguage = /^(?:this|super|arguments|undefined|require|module|exports|__dirname|__filename|global)$/;

const aroundCopy = new WeakMap<HoleState, ReadonlySet<string>>();
const aroundBeyond = new WeakMap<HoleState, ReadonlySet<string>>();

function copyOf(state: HoleState, fill: Fill): Copy {
  const { text, offset, suffixOffset = offset } = state.request;
  const edits = (fill.edits ?? []).filter(({ span }) => span.end <= offset || span.start >= suffixOffset);
  const lacked = lackedBehind(state, fill.text);
  const own = { span: { start: offset, end: suffixOffset }, text: fill.text };
  const ordered = [...edits].sort((a, b) => a.span.start - b.span.start);
  let shift = 0;
  let start = offset;
  const placed: Edit[] = [];
  for (const edit of ordered) {
    const isBefore = edit.span.end <= offset;
    const from = edit.span.start + shift + (isBefore ? 0 : own.text.length - (suffixOffset - offset));
    placed.push({ span: { start: from, end: from + edit.text.length }, text: edit.text });
    shift += edit.text.length - (edit.span.end - edit.span.start);
    if (isBefore) start = offset + shift;
  }
  return { text: applyEdits(text, [...edits, own, ...lacked]), start, end: start + fill.text.length, edits: placed };
}

/** The nodes whose errors the fill can change. */
function affected(tsc: Ts, file: ts.SourceFile, copy: Copy, state: HoleState): ts.Node[] {
  const path = pathTo(tsc, file, copy.start, copy.end);
  const regions = path.filter((node) => isRegion(tsc, node));
  const nodes = new Set<ts.Node>();
  const least = leastRegion(tsc, regions, state);
  const best = [...regions].reverse().reduce<ts.Node | undefined>((found, node) => {
    if (node.end - node.pos <= maxRegion) return node;
    return found;
  }, undefined);
  const region = best && least && best.pos <= least.pos && best.end >= least.end ? best : (least ?? best);
  if (region) {
    // What refuses a fill stands mostly in its own statement: then the rest is not looked at.
    const inner = regions.at(-1);
    const between = inner ? path.slice(path.indexOf(region), path.indexOf(inner)) : [];
    if (inner && !between.some((node) => isTypedByContext(tsc, node))) nodes.add(inner);
    nodes.add(region);
  }
  for (const statement of file.statements) {
    if (copy.edits.some(({ span }) => span.start < statement.end && span.end > statement.pos)) nodes.add(statement);
  }
  return nodes.size > 0 ? [...nodes] : [...file.statements];
}

/** A function whose parameters may have their types from what is around it. */
function isTypedByContext(tsc: Ts, node: ts.Node): boolean {
  return tsc.isArrowFunction(node) || tsc.isFunctionExpression(node) || tsc.isObjectLiteralElementLike(node);
}

function isRegion(tsc: Ts, node: ts.Node): boolean {
  if (tsc.isBlock(node)) return false;
  return (tsc.isStatement(node) || tsc.isClassElement(node)) && !tsc.isSourceFile(node);
}

/** The smallest region that shows what becomes of the value: a returned value without annotation reaches further out. */
function leastRegion(tsc: Ts, regions: readonly ts.Node[], state: HoleState): ts.Node | undefined {
  const { place } = state;
  const inner = regions.at(-1);
  const reachesOut = place === 'return' || place === 'arrowBody' || place === 'initialiser' || place === 'statement';
  if (!reachesOut) return inner;
  // A variable's uses stand in the statements around it.
  const holder = regions.at(-2);
  if (place === 'initialiser' || place === 'statement') {
    return holder && !tsc.isClassLike(holder) ? holder : inner;
  }
  return regions.find((node) => !tsc.isClassLike(node) && !tsc.isModuleDeclaration(node)) ?? inner;
}
