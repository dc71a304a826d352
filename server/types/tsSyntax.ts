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
  readonly node: ts.Identifier;
}

const known = new WeakMap<Place, boolean>();

/** Whether the buffer has fewer syntax errors without anything in the hole: `className= |"card"`. */
export function spoilsSyntax(state: Place): boolean {
  const answered = known.get(state);
  if (answered !== undefined) return answered;
  const { tsc, file } = state.snapshot;
  const own = lastingErrors(state).length;
  const { text, offset, suffixOffset = offset } = state.request;
  const plain = text.slice(0, offset) + text.slice(suffixOffset);
  const spoils = own > 0 && errorsOf(tsc.createSourceFile(file.fileName, plain, tsc.ScriptTarget.Latest)).length < own;
  known.set(state, spoils);
  return spoils;
}

const errorsOf = (file: Parsed): readonly ts.Diagnostic[] => file.parseDiagnostics ?? [];

const lasting = new WeakMap<ts.SourceFile, readonly number[]>();

/** Where syntax errors stand but those that the comma makes good which is written next, where an element is put before others. */
function lastingErrors({ snapshot, request, node }: Place): readonly number[] {
  const { tsc, file } = snapshot;
  const answered = lasting.get(file);
  if (answered) return answered;
  let errors = errorsOf(file).map(({ start = 0 }) => start);
  const separator = errors.length > 0 ? separatorAfter(tsc, node) : undefined;
  if (separator !== undefined) {
    const { text, offset, suffixOffset = offset } = request;
    const end = file.text.length - (text.length - suffixOffset);
    const separated = file.text.slice(0, end) + separator + file.text.slice(end);
    const left = errorsOf(tsc.createSourceFile(file.fileName, separated, tsc.ScriptTarget.Latest));
    if (left.length < errors.length) errors = left.map(({ start = 0 }) => (start > end ? start - 1 : start));
  }
  lasting.set(file, errors);
  return errors;
}

/** What keeps a hole's element from the next one. */
function separatorAfter(tsc: typeof ts, node: ts.Node): ',' | ';' | undefined {
  for (let at = node; at.parent; at = at.parent) {
    const p = at.parent;
    if (tsc.isExpressionStatement(p) || tsc.isClassElement(at) || tsc.isTypeElement(at)) return ';';
    if (isListElement(tsc, at, p)) return ',';
    if (tsc.isStatement(p) || tsc.isFunctionLike(p)) return undefined;
  }
  return undefined;
}

function isListElement(tsc: typeof ts, at: ts.Node, p: ts.Node): boolean {
  if (tsc.isCallExpression(p) || tsc.isNewExpression(p)) return p.expression !== at;
  if (tsc.isTypeReferenceNode(p)) return p.typeName !== at;
  return (
    tsc.isParameter(at) ||
    tsc.isArrayLiteralExpression(p) ||
    tsc.isObjectLiteralExpression(p) ||
    tsc.isObjectBindingPattern(p) ||
    tsc.isArrayBindingPattern(p) ||
    tsc.isNamedImports(p) ||
    tsc.isNamedExports(p) ||
    tsc.isTupleTypeNode(p) ||
    tsc.isEnumDeclaration(p)
  );
}

/** Why no fill of a hole can be called checked. */
export function unsureness(place: Place): { readonly unsure?: TypedHole['unsure'] & string } {
  const { snapshot, node } = place;
  const { tsc, file, checker } = snapshot;
  const errors = lastingErrors(place);
  if (errors.length > 0 && touches(tsc, file, node, errors)) return { unsure: 'syntax' };
  const { parent } = node;
  if (!tsc.isPropertyAccessExpression(parent) || parent.name !== node) return {};
  return checker.getTypeAtLocation(parent.expression).flags & tsc.TypeFlags.Any ? { unsure: 'receiver' } : {};
}

/** Whether an error stands in the hole's own statement or in the one before it, which may not be at its end. */
function touches(tsc: typeof ts, file: ts.SourceFile, node: ts.Node, errors: readonly number[]): boolean {
  let own: ts.Node = node;
  while (own.parent && !(tsc.isStatement(own) && !tsc.isBlock(own)) && !tsc.isClassElement(own)) own = own.parent;
  const { parent } = own;
  const list = parent && 'statements' in parent ? (parent.statements as ts.NodeArray<ts.Statement>) : undefined;
  const before = list?.[list.indexOf(own as ts.Statement) - 1];
  const start = (before ?? own).getStart(file);
  // What lacks its end is told where the next token begins.
  return errors.some(
    (at) => at >= start && (at <= own.end || (at > own.end && file.text.slice(own.end, at).trim() === '')),
  );
}
