/** Syntax errors around a hole: where there are some, or the hole as such makes some, no word of a checker holds for what fills it. */
import type ts from 'typescript';
import type { Snapshot } from './tsProject.ts';
import type { HoleRequest, TypedHole } from './typeEngine.ts';

interface Parsed extends ts.SourceFile {
  /** Internal: syntax errors. */
  readonly parseDiagnostics?: readonly ts.Diagnostic[];
}

interface Place {
  readonly snapshot: Snapshot;
  readonly request: HoleRequest;
}

const known = new WeakMap<Place, boolean>();

/** Whether the buffer has fewer syntax errors without anything in the hole: `className= |"card"`. */
export function spoilsSyntax(state: Place): boolean {
  const answered = known.get(state);
  if (answered !== undefined) return answered;
  const { tsc, file } = state.snapshot;
  const own = errorsOf(file).length;
  const { text, offset, suffixOffset = offset } = state.request;
  const plain = text.slice(0, offset) + text.slice(suffixOffset);
  const spoils = own > 0 && errorsOf(tsc.createSourceFile(file.fileName, plain, tsc.ScriptTarget.Latest)).length < own;
  known.set(state, spoils);
  return spoils;
}

const errorsOf = (file: Parsed): readonly ts.Diagnostic[] => file.parseDiagnostics ?? [];

/** Why no fill of a hole can be called checked. */
export function unsureness(
  { tsc, file, checker }: Snapshot,
  node: ts.Identifier,
): { readonly unsure?: TypedHole['unsure'] & string } {
  const errors = errorsOf(file);
  if (errors.length > 0 && touches(tsc, file, node, errors)) return { unsure: 'syntax' };
  const { parent } = node;
  if (!tsc.isPropertyAccessExpression(parent) || parent.name !== node) return {};
  return checker.getTypeAtLocation(parent.expression).flags & tsc.TypeFlags.Any ? { unsure: 'receiver' } : {};
}

/** Whether an error stands in the hole's own statement or in the one before it, which may not be at its end. */
function touches(tsc: typeof ts, file: ts.SourceFile, node: ts.Node, errors: readonly ts.Diagnostic[]): boolean {
  let own: ts.Node = node;
  while (own.parent && !(tsc.isStatement(own) && !tsc.isBlock(own)) && !tsc.isClassElement(own)) own = own.parent;
  const { parent } = own;
  const list = parent && 'statements' in parent ? (parent.statements as ts.NodeArray<ts.Statement>) : undefined;
  const before = list?.[list.indexOf(own as ts.Statement) - 1];
  const start = (before ?? own).getStart(file);
  // What lacks its end is told where the next token begins.
  return errors.some(
    ({ start: at = 0 }) =>
      at >= start && (at <= own.end || (at > own.end && file.text.slice(own.end, at).trim() === '')),
  );
}
