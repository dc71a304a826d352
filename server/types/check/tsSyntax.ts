/** Syntax errors around a hole: where there are some, or the hole as such makes some, no word of a checker holds for what fills it. */
import type ts from 'typescript';
import { type Snapshot, scriptKind } from '../tsProject.ts';
import type { HoleRequest, TypedHole } from '../typeEngine.ts';

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
  const { tsc } = state.snapshot;
  const own = lastingErrors(state).length;
  const { text, offset, suffixOffset = offset } = state.request;
  const plain = text.slice(0, offset) + text.slice(suffixOffset);
  const spoils = own > 0 && errorsOf(parsed(tsc, state.request.file, plain)).length < own;
  known.set(state, spoils);
  return spoils;
}

/** A copy may have another name than the file, and markup is read in some files only. */
const parsed = (tsc: typeof ts, path: string, text: string): Parsed =>
  tsc.createSourceFile('a.ts', text, tsc.ScriptTarget.Latest, false, scriptKind(tsc, path));

const errorsOf = (file: Parsed): readonly ts.Diagnostic[] => file.parseDiagnostics ?? [];

const lasting = new WeakMap<ts.SourceFile, readonly number[]>();

/**
 * Where syntax errors stand but those that what is written next makes good: the comma, where an element is put before others, and the
 * statement that an `if` or a loop is still without.
 */
function lastingErrors({ snapshot, request, node }: Place): readonly number[] {
  const { tsc, file } = snapshot;
  const answered = lasting.get(file);
  if (answered) return answered;
  let errors = errorsOf(file).map(({ start = 0 }) => start);
  const { text, offset, suffixOffset = offset } = request;
  const end = file.text.length - (text.length - suffixOffset);
  for (const { at, text: written } of errors.length > 0 ? whatComesNext(tsc, file, node, end) : []) {
    const mended = file.text.slice(0, at) + written + file.text.slice(at);
    const left = errorsOf(parsed(tsc, request.file, mended));
    if (left.length >= errors.length) continue;
    errors = left.map(({ start = 0 }) => (start > at ? start - written.length : start));
    break;
  }
  lasting.set(file, errors);
  return errors;
}

function whatComesNext(
  tsc: typeof ts,
  file: ts.SourceFile,
  node: ts.Node,
  end: number,
): readonly { readonly at: number; readonly text: string }[] {
  const separator = separatorAfter(tsc, node);
  const head = headEnd(tsc, file, node);
  return [
    ...(separator === undefined ? [] : [{ at: end, text: separator }]),
    ...(head === undefined ? [] : [{ at: head, text: ';' }]),
  ];
}

/** Behind the bracket that closes the head of an `if` or a loop which the hole stands in, if its statement is missing. */
function headEnd(tsc: typeof ts, file: ts.SourceFile, node: ts.Node): number | undefined {
  for (let at = node; at.parent && !tsc.isFunctionLike(at) && !tsc.isStatement(at); at = at.parent) {
    const p = at.parent;
    const body = tsc.isIfStatement(p)
      ? p.thenStatement
      : tsc.isWhileStatement(p) || tsc.isForStatement(p) || tsc.isForInStatement(p) || tsc.isForOfStatement(p)
        ? p.statement
        : undefined;
    if (!body || body.end <= node.end) continue;
    const rest = /^\s*\)/.exec(file.text.slice(at.end))?.[0];
    return rest === undefined || body.getWidth(file) > 0 ? undefined : at.end + rest.length;
  }
  return undefined;
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
  if (isBeforeFirst(snapshot, node)) return { unsure: 'fold' };
  const { parent } = node;
  const isMember = tsc.isPropertyAccessExpression(parent) && parent.name === node;
  const isGiven = (tsc.isCallExpression(parent) || tsc.isNewExpression(parent)) && parent.expression !== node;
  if (!isMember && !isGiven) return {};
  // Of a module that is not installed everything is taken.
  return checker.getTypeAtLocation(parent.expression).flags & tsc.TypeFlags.Any ? { unsure: 'receiver' } : {};
}

/** In the callback of a fold over objects that has no first value yet: of what type the sum is only that will tell. */
function isBeforeFirst({ tsc, checker }: Snapshot, node: ts.Node): boolean {
  let at = node;
  while (at.parent && !tsc.isArrowFunction(at) && !tsc.isFunctionExpression(at)) at = at.parent;
  const call = at.parent;
  if (!call || !tsc.isCallExpression(call) || call.arguments.length !== 1 || call.typeArguments) return false;
  if (!tsc.isPropertyAccessExpression(call.expression) || !/^reduce(?:Right)?$/.test(call.expression.name.text))
    return false;
  const list = checker.getTypeAtLocation(call.expression.expression);
  const element = checker.isArrayLikeType(list) ? checker.getIndexTypeOfType(list, tsc.IndexKind.Number) : undefined;
  return element !== undefined && (element.flags & (tsc.TypeFlags.Object | tsc.TypeFlags.Intersection)) !== 0;
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
