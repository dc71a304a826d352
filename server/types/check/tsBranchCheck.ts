/**
 * Judges fills that stand side by side in one copy of the buffer (tsBranches.ts). A copy is kept with its hole: what is asked of the
 * best few fills and then of the rest is read, bound and its surroundings checked once.
 */
import type ts from 'typescript';
import { type HoleState, placeholder } from '../tsHole.ts';
import type { CheckResult, Fill } from '../typeEngine.ts';
import { type BranchCopy, branchCopy, branchHead, branchNodes, type Range, type Repeated } from './tsBranches.ts';
import { errorsIn, isMissingLibrary, keyOf, type Parsed, saidOf, surroundings, syntaxErrors } from './tsErrors.ts';
import { isOfCopiedClass } from './tsForeign.ts';
import { leavesAll, mayMend, type Waiting, waitingIn } from './tsNarrowed.ts';

export interface Branches {
  /** How many of the fills stand in it. */
  readonly taken: number;
  readonly checkOne: (index: number) => CheckResult;
  /** Whether a fill may make safe what waits for it; undefined where nothing does. */
  readonly mends: ((fill: Fill) => boolean) | undefined;
}

/** One copy with its fills, by what they are. */
interface Made {
  readonly indexes: ReadonlyMap<string, number>;
  readonly checkOne: (index: number) => CheckResult;
}

const kept = new WeakMap<HoleState, Made[]>();
const waitingErrors = new WeakMap<HoleState, Waiting>();
const errorsAround = new WeakMap<HoleState, ReadonlySet<string>>();

const keyOfFill = ({ text, edits = [] }: Fill): string => (edits.length === 0 ? text : JSON.stringify([text, edits]));

/** The first of the fills, as many as there is room for, in a copy that was made before or is made now. */
export function branches(
  state: HoleState,
  repeated: Repeated,
  fills: readonly Fill[],
  tellsLeft: boolean,
): Branches | undefined {
  const first = fills[0];
  if (!first) return undefined;
  const copies = kept.get(state) ?? [];
  kept.set(state, copies);
  let made = copies.find(({ indexes }) => indexes.has(keyOfFill(first)));
  if (!made) {
    made = make(state, repeated, fills, copies.length === 0);
    if (!made) return undefined;
    copies.push(made);
  }
  const { indexes, checkOne } = made;
  const places: number[] = [];
  for (const fill of fills) {
    const index = indexes.get(keyOfFill(fill));
    if (index === undefined) break;
    places.push(index);
  }
  const waiting = tellsLeft ? waitingErrors.get(state) : undefined;
  const judged = (i: number): CheckResult => {
    const result = checkOne(places[i] ?? -1);
    return result === 'leaves' && !tellsLeft ? 'ok' : result;
  };
  const mends = waiting && ((fill: Fill) => mayMend(state, waiting.values, fill.text));
  return { taken: places.length, checkOne: judged, mends };
}

/** A copy with the placeholder and the fills. */
function make(state: HoleState, repeated: Repeated, fills: readonly Fill[], isFirst: boolean): Made | undefined {
  const { snapshot } = state;
  const { tsc } = snapshot;
  const made = branchCopy(state, repeated, fills, isFirst);
  if (!made) return undefined;
  const { copy, taken } = made;
  const file: Parsed | undefined = snapshot.project.copy(copy.text);
  if (!file || syntaxErrors(file) > syntaxErrors(snapshot.file)) return undefined;
  const errorsOf = branchErrors(state, file, copy);
  const key = (error: ts.Diagnostic): string => keyOf(tsc, error);
  const hole = branchHead + (repeated.hole.start - repeated.from);
  const placeOf = (start: number, text: string) => ({ start: start + hole, end: start + hole + text.length });
  const known = surroundings(
    errorsAround,
    state,
    () => {
      const found = errorsOf(0);
      const errors = found && [...found];
      const waiting = errors && waitingIn(state, errors, file.text, key);
      if (waiting) waitingErrors.set(state, waiting);
      return errors;
    },
    placeOf(copy.branches[0]?.start ?? 0, placeholder),
  );
  if (!known) return undefined;
  const checkOne = (index: number): CheckResult => {
    const fill = fills[index];
    const range = copy.branches[index + 1];
    // What does not parse is refused; what clashes with another's import is not known.
    if (!range) return !fill || fill.edits?.length ? 'unknown' : 'error';
    const errors = errorsOf(index + 1);
    if (!errors || !fill) return 'unknown';
    const place = placeOf(range.start, fill.text);
    const keys = new Set<string>();
    let result: CheckResult | undefined;
    for (const error of errors) {
      keys.add(key(error));
      if (isMissingLibrary(error, file.text) || isOfCopiedClass(tsc, state.request.file, error)) continue;
      const at = error.start ?? 0;
      const said = at >= place.start && at < place.end ? 'error' : saidOf(state, error, place, known);
      if (said === 'error') return said;
      if (said !== 'nothing') result = said;
    }
    if (result) return result;
    return leavesAll(waitingErrors.get(state), keys) ? 'leaves' : 'ok';
  };
  const indexes = new Map(fills.slice(0, taken).map((fill, i) => [keyOfFill(fill), i]));
  return { indexes, checkOne };
}

/** The errors in each branch of a copy, statement by statement. */
function branchErrors(
  state: HoleState,
  file: ts.SourceFile,
  copy: BranchCopy,
): (index: number) => Iterable<ts.Diagnostic> | undefined {
  const { tsc } = state.snapshot;
  const nodes = branchNodes(tsc, file, copy);
  return (index) => {
    const range = copy.branches[index];
    const node = nodes[index];
    if (!range || !node) return undefined;
    const errors = errorsIn(state, file, tsc.isBlock(node) ? node.statements : [node]);
    return errors && within(errors, range);
  };
}

function* within(errors: Iterable<ts.Diagnostic>, { start, end }: Range): Generator<ts.Diagnostic, void> {
  for (const error of errors) if (error.start !== undefined && error.start >= start && error.start < end) yield error;
}
