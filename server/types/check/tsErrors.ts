/** Errors of the checker as fills are judged by: those of some nodes of a file, what tells two apart, and what is the platform's fault. */
import type ts from 'typescript';
import type { Ts } from '../tsConfig.ts';
import type { HoleState } from '../tsHole.ts';
import type { CheckResult } from '../typeEngine.ts';
import { isToldWithin } from './tsLackedMembers.ts';

interface PartialChecker extends ts.TypeChecker {
  /** Internal: the diagnostics of some nodes of a file. */
  getDiagnostics?(file: ts.SourceFile, token: undefined, nodes: readonly ts.Node[] | undefined): ts.Diagnostic[];
}

export interface Parsed extends ts.SourceFile {
  readonly parseDiagnostics?: readonly ts.Diagnostic[];
}

/**
 * Of the nodes alone, each checked as its errors are asked for: who has heard enough leaves the rest unchecked. To be gone through once.
 * Undefined: this TypeScript cannot.
 */
export function errorsIn(
  { snapshot: { tsc, checker } }: HoleState,
  file: ts.SourceFile,
  nodes: readonly ts.Node[],
): Iterable<ts.Diagnostic> | undefined {
  const partial: PartialChecker = checker;
  return partial.getDiagnostics ? errorsOneByOne(tsc, partial, file, nodes) : undefined;
}

function* errorsOneByOne(
  tsc: Ts,
  checker: PartialChecker,
  file: ts.SourceFile,
  nodes: readonly ts.Node[],
): Generator<ts.Diagnostic, void> {
  // The checker tells all that it has found in the file so far.
  const told = new Set<ts.Diagnostic>();
  for (const node of nodes)
    for (const error of checker.getDiagnostics?.(file, undefined, [node]) ?? []) {
      if (told.has(error) || error.category !== tsc.DiagnosticCategory.Error) continue;
      told.add(error);
      yield error;
    }
}

/** Members and attributes that are still to come: their error names the fill's own type, and whatever fills the hole leaves it. */
const missingMembers = new Set([2739, 2740, 2741]);
export const membersMissing = 'members are missing';

/** The same for errors that say the same, wherever they stand. */
export function keyOf(tsc: Ts, error: ts.Diagnostic): string {
  if (leafCodes(error).every((code) => missingMembers.has(code))) return membersMissing;
  return `${error.code} ${tsc.flattenDiagnosticMessageText(error.messageText, ' ')}`;
}

/** The codes of what an error comes from in the end. */
function leafCodes({ code, messageText }: ts.Diagnostic): readonly number[] {
  const ofChain = (chain: ts.DiagnosticMessageChain): readonly number[] =>
    chain.next?.length ? chain.next.flatMap(ofChain) : [chain.code];
  return typeof messageText === 'string' ? [code] : ofChain(messageText);
}

export const syntaxErrors = (file: Parsed): number => file.parseDiagnostics?.length ?? 0;

/** Errors that the unfilled hole has around it, learned once, and those where one fill reaches further than it does. */
export function surroundings(
  errorsAround: WeakMap<HoleState, ReadonlySet<string>>,
  state: HoleState,
  read: () => Iterable<ts.Diagnostic> | undefined,
  fill: Place,
  further: () => Iterable<ts.Diagnostic> | undefined = () => [],
): ReadonlySet<string> | undefined {
  const saidBy = (error: ts.Diagnostic) => [...keysOf(state, error, fill), wordsOf(state, error)];
  const known = errorsAround.get(state);
  if (known) return new Set([...known, ...[...(further() ?? [])].flatMap(saidBy)]);
  const errors = read();
  if (!errors) return undefined;
  const keys = new Set([...errors, ...(further() ?? [])].flatMap(saidBy));
  // With the placeholder as a member its name is the error: that others are missing is told only when it is one.
  if (isMemberItself(state)) keys.add(membersMissing);
  errorsAround.set(state, keys);
  return keys;
}

const isMemberItself = ({ place, kind }: HoleState): boolean =>
  place === 'objectMember' || (place === 'jsxAttribute' && kind === 'member');

/** Where a fill stands in its copy. */
interface Place {
  readonly start: number;
  readonly end: number;
}

/** What tells an error, and of missing members also how far from the fill they are missing. */
function keysOf(state: HoleState, error: ts.Diagnostic, { start, end }: Place): readonly string[] {
  const key = keyOf(state.snapshot.tsc, error);
  if (key !== membersMissing || isMemberItself(state)) return [key];
  const at = error.start ?? 0;
  return [key, `${key} ${at < start ? at - start : `+${at - end}`}`];
}

const wordsOf = ({ snapshot: { tsc } }: HoleState, { code, messageText }: ts.Diagnostic): string =>
  `${code} ${tsc.flattenDiagnosticMessageText(messageText, ' ')}`;

const toldWithin = new WeakMap<HoleState, boolean>();

/** What an error says of a fill beside it: nothing where the unfilled hole has it as well. */
export function saidOf(
  state: HoleState,
  error: ts.Diagnostic,
  fill: Place,
  known: ReadonlySet<string> | undefined,
): 'nothing' | CheckResult {
  const keys = keysOf(state, error, fill);
  if (!known || !keys.every((key) => known.has(key))) return 'error';
  // What says the same without the fill is not of its making.
  if (keys[0] !== membersMissing || known.has(wordsOf(state, error))) return 'nothing';
  const isTold = toldWithin.get(state) ?? isToldWithin(state.snapshot, state.node);
  toldWithin.set(state, isTold);
  return isTold ? 'nothing' : 'unknown';
}

export const platformNames = new Set(
  'AbortController Buffer FormData Headers ReadableStream Request Response TextDecoder TextEncoder URL URLSearchParams clearInterval clearTimeout console crypto document fetch performance process queueMicrotask setInterval setTimeout structuredClone window'.split(
    ' ',
  ),
);

/** A name of the platform whose declarations are not installed: the project would know it. */
export function isMissingLibrary(error: ts.Diagnostic, text: string): boolean {
  if (error.code !== 2304 && (error.code < 2580 || error.code > 2593)) return false;
  const start = error.start ?? 0;
  return platformNames.has(text.slice(start, start + (error.length ?? 0)));
}
