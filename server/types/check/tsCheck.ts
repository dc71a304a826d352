/**
 * Checks fills of a hole together: each stands in a copy of the buffer, all copies are checked by the checker that knows the
 * hole already, and only the code that a fill can affect is checked. A fill is refused for an error inside it, or for one
 * around it that the unfilled hole did not have.
 */
import type ts from 'typescript';
import { applyEdits, type Edit } from '../../text/span.ts';
import { timeLimit } from '../clock.ts';
import { freeNames } from '../enumerate/tsExpressions.ts';
import type { Ts } from '../tsConfig.ts';
import { type HoleState, outermost, placeholder } from '../tsHole.ts';
import { declaredNames } from '../tsIndex.ts';
import type { CheckLimits, CheckResult, Fill } from '../typeEngine.ts';
import { branches } from './tsBranchCheck.ts';
import { repeatable } from './tsBranches.ts';
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
import { senselessIn } from './tsSense.ts';
import { spoilsSyntax } from './tsSyntax.ts';

/** Code beyond this length around the hole is checked only where the fill's value flows. */
const maxRegion = 4000;

/** What the loosely typed JavaScript files are still judged by: unknown names and members, calls of what is no function. */
const javaScriptErrors = new Set([2304, 2339, 2349, 2351, 2503, 2551, 2552, 2554, 2555, 2663, 18004]);

interface Copy {
  readonly text: string;
  readonly start: number;
  readonly end: number;
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
  const isSenseless = senselessIn(state);
  const sensible = fills.filter((fill) => !isSenseless(fill));
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
    const branched = repeated && !alone ? branches(state, repeated, fills.slice(at), tellsLeft) : undefined;
    const taken = branched?.taken ?? fills.length;
    const part = fills.slice(at, at + taken);
    const checkOne = branched?.checkOne ?? copies(state, part, alone);
    good.mends = branched?.mends;
    // Whoever wants one alone gets the first that mends.
    const order = enough === 1 ? good.order(at, part.length) : part.keys();
    for (const [turn, i] of [...order].entries()) {
      // However late it is, one fill is checked: an answer of nothing would have cost as much.
      if (cancelled() || (at + turn > 0 && isLate()) || isEnough()) return results;
      results[at + i] = checkOne(i);
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
      if (result === 'ok') ok++;
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

/** A copy of the buffer for each fill, made when its turn comes, and one with the placeholder for comparison. */
function copies(state: HoleState, fills: readonly Fill[], alone: boolean): (index: number) => CheckResult {
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
  const errorsOf = (index: number): ts.Diagnostic[] | undefined => {
    const file = fileAt(index);
    const copy = all[index];
    return file && copy && errorsIn(state, file, affected(tsc, file, copy, state));
  };
  const isJavaScript = /\.[cm]?jsx?$/.test(request.file) && !snapshot.program.getCompilerOptions().checkJs;
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
      const around = all[0] && surroundings(aroundCopy, state, () => errorsOf(0), all[0]);
      const said = saidOf(state, error, copy, around);
      if (said === 'error') return said;
      if (said !== 'nothing') result = said;
    }
    return result;
  };
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
  if (region) nodes.add(region);
  const name = leaking(tsc, state);
  if (name !== undefined) for (const node of mentioning(tsc, file, region, name)) nodes.add(node);
  for (const statement of file.statements) {
    if (copy.edits.some(({ span }) => span.start < statement.end && span.end > statement.pos)) nodes.add(statement);
  }
  return nodes.size > 0 ? [...nodes] : [...file.statements];
}

/** From the file down to the smallest node that holds the range. */
function pathTo(tsc: Ts, file: ts.SourceFile, start: number, end: number): ts.Node[] {
  const path: ts.Node[] = [];
  const visit = (node: ts.Node): void => {
    path.push(node);
    const inner = tsc.forEachChild(node, (child) => (child.pos <= start && child.end >= end ? child : undefined));
    if (inner) visit(inner);
  };
  visit(file);
  return path;
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

/** The name under which code elsewhere in the file sees the value's type, where no annotation stands between. */
function leaking(tsc: Ts, state: HoleState): string | undefined {
  const { place, node } = state;
  const p = outermost(tsc, node).parent;
  if (place === 'initialiser') {
    const isTop =
      tsc.isPropertyDeclaration(p) || (tsc.isVariableDeclaration(p) && tsc.isSourceFile(p.parent.parent.parent));
    return isTop && !p.type && tsc.isIdentifier(p.name) ? p.name.text : undefined;
  }
  if (place !== 'return' && place !== 'arrowBody') return undefined;
  for (let at: ts.Node = node; at; at = at.parent) {
    if (!tsc.isFunctionLike(at)) continue;
    return at.type ? undefined : state.hole.enclosing;
  }
  return undefined;
}

function mentioning(tsc: Ts, file: ts.SourceFile, region: ts.Node | undefined, name: string): ts.Node[] {
  const found: ts.Node[] = [];
  const word = new RegExp(`(?<![\\w$])${name.replaceAll('$', '\\$')}(?![\\w$])`);
  const consider = (node: ts.Node): void => {
    if (found.length >= 24 || node === region) return;
    if (!word.test(file.text.slice(node.pos, node.end))) return;
    if (tsc.isClassDeclaration(node)) for (const member of node.members) consider(member);
    else found.push(node);
  };
  for (const statement of file.statements) {
    const declares = declaredNames(tsc, statement).some(([declared]) => declared === name);
    if (!declares && !tsc.isImportDeclaration(statement)) consider(statement);
  }
  return found;
}
