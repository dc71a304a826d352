/** Errors of the checker as fills are judged by: those of some nodes of a file, what tells two apart, and what is the platform's fault. */
import type ts from 'typescript';
import type { Ts } from './tsConfig.ts';
import type { HoleState } from './tsHole.ts';

interface PartialChecker extends ts.TypeChecker {
  /** Internal: the diagnostics of some nodes of a file. */
  getDiagnostics?(file: ts.SourceFile, token: undefined, nodes: readonly ts.Node[] | undefined): ts.Diagnostic[];
}

export interface Parsed extends ts.SourceFile {
  readonly parseDiagnostics?: readonly ts.Diagnostic[];
}

/** Of the nodes alone. Undefined: this TypeScript cannot. */
export function errorsIn(
  { snapshot }: HoleState,
  file: ts.SourceFile,
  nodes: readonly ts.Node[],
): ts.Diagnostic[] | undefined {
  const checker: PartialChecker = snapshot.checker;
  const isError = ({ category }: ts.Diagnostic): boolean => category === snapshot.tsc.DiagnosticCategory.Error;
  return checker.getDiagnostics?.(file, undefined, nodes).filter(isError);
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

/** Errors that the unfilled hole has around it, learned once. */
export function surroundings(
  errorsAround: WeakMap<HoleState, ReadonlySet<string>>,
  state: HoleState,
  read: () => readonly ts.Diagnostic[] | undefined,
): ReadonlySet<string> | undefined {
  const known = errorsAround.get(state);
  if (known) return known;
  const errors = read();
  if (!errors) return undefined;
  const keys = new Set(errors.map((error) => keyOf(state.snapshot.tsc, error)));
  // With the placeholder as a member its name is the error: that others are missing is told only when it is one.
  const isOne = state.place === 'objectMember' || (state.place === 'jsxAttribute' && state.kind === 'member');
  if (isOne) keys.add(membersMissing);
  errorsAround.set(state, keys);
  return keys;
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
