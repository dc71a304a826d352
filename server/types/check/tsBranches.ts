/**
 * Many fills in one copy of the buffer: the statement around the hole is written once per fill, each in a branch of its
 * own, so that the checker learns the file's types once and no fill narrows what the next one sees. Only errors inside a
 * branch count; where a fill's type reaches further than its statements (an inferred return type, an export), there is no
 * such copy, and each fill gets a copy of the file (tsCheck.ts).
 */
import type ts from 'typescript';
import type { Edit } from '../../text/span.ts';
import { applyEdits } from '../../text/span.ts';
import { freeNames } from '../enumerate/tsExpressions.ts';
import type { Ts } from '../tsConfig.ts';
import { type HoleState, placeholder } from '../tsHole.ts';
import { branchTest, scriptKind } from '../tsProject.ts';
import type { Fill } from '../typeEngine.ts';
import { lackedBehind } from './tsLacked.ts';

export interface Range {
  readonly start: number;
  readonly end: number;
}

export interface BranchCopy {
  readonly text: string;
  /** Where each fill's branch stands in `text`; undefined for a fill that does not parse. The first is the placeholder's. */
  readonly branches: readonly (Range | undefined)[];
}

/** The statements to repeat, as offsets into the request's text. */
export interface Repeated extends Range {
  /** Where what is repeated begins: behind `export`, which stands in no branch. */
  readonly from: number;
  /** Where the hole begins and ends. */
  readonly hole: Range;
}

const open = `if (${branchTest}()) { `;
/** Where a branch's statements begin in it. */
export const branchHead = open.length;

/** UTF-16 units: longer statements, and more text in all, are not repeated. */
const longest = 8000;
const mostText = 90_000;
/** The first copy of a hole is waited for. */
const mostAtFirst = 4000;
const mostRest = 3000;
const mostNarrowed = 1200;

/** Undefined where the fill's effect reaches beyond statements that can be repeated. */
export function repeatable(state: HoleState): Repeated | undefined {
  const { snapshot, request, form, node, place } = state;
  const { tsc, file } = snapshot;
  if (/\.[cm]?jsx?$/.test(request.file) || form.before !== '' || !places.has(place)) return undefined;
  const found = statementOf(tsc, state);
  if (!found) return undefined;
  const { offset, suffixOffset = offset } = request;
  const inserted = placeholder.length - (suffixOffset - offset);
  const start = found.first.getStart(file);
  const end = found.last.end - inserted;
  if (start > offset || end < suffixOffset || end - start > longest || node.getStart(file) !== offset) return undefined;
  const list = tsc.isVariableStatement(found.first) ? found.first.declarationList : found.first;
  return { start, end, from: list.getStart(file), hole: { start: offset, end: suffixOffset } };
}

const places = new Set<HoleState['place']>([
  'initialiser',
  'assignment',
  'argument',
  'return',
  'arrowBody',
  'property',
  'element',
  'operand',
  'condition',
  'template',
  'jsxAttribute',
  'jsxChild',
  'member',
  'objectMember',
  'await',
  'spread',
  'other',
]);

/** The least statement that shows all that the fill does, with those behind it that see what it declares. */
function statementOf(tsc: Ts, state: HoleState): { first: ts.Node; last: ts.Node } | undefined {
  let leaks = state.place === 'return' || state.place === 'arrowBody' || isInGiven(tsc, state.node);
  for (let at: ts.Node = state.node; at?.parent; at = at.parent) {
    if (tsc.isClassLike(at) || tsc.isFunctionDeclaration(at)) return undefined;
    if (tsc.isFunctionLike(at) && leaks) {
      // What an inferred return type tells, it tells around the function.
      if ('type' in at && at.type) leaks = false;
      else if (!tsc.isArrowFunction(at) && !tsc.isFunctionExpression(at)) return undefined;
    }
    if (!tsc.isStatement(at) || tsc.isBlock(at) || !isOwner(tsc, at.parent)) continue;
    if (leaks && tsc.isReturnStatement(at) && inferred(tsc, state, at)) continue;
    if (tsc.isVariableStatement(at)) return declared(tsc, state, at);
    return isPlain(tsc, at) ? { first: at, last: lastSeeing(tsc, at) } : undefined;
  }
  return undefined;
}

/** Whether the hole is in a literal that a callback gives back: what is wrong with it is told around the callback. */
function isInGiven(tsc: Ts, node: ts.Node): boolean {
  let at = node.parent;
  while (
    tsc.isObjectLiteralElementLike(at) ||
    tsc.isObjectLiteralExpression(at) ||
    tsc.isArrayLiteralExpression(at) ||
    tsc.isParenthesizedExpression(at) ||
    tsc.isConditionalExpression(at)
  )
    at = at.parent;
  if (!tsc.isReturnStatement(at)) return false;
  const owner = tsc.findAncestor(at, tsc.isFunctionLike);
  if (!owner || owner.type || !(tsc.isArrowFunction(owner) || tsc.isFunctionExpression(owner))) return false;
  const { parent } = owner;
  return tsc.isCallExpression(parent) || (tsc.isVariableDeclaration(parent) && parent.type !== undefined);
}

function isOwner(tsc: Ts, node: ts.Node): boolean {
  return tsc.isBlock(node) || tsc.isCaseOrDefaultClause(node) || tsc.isSourceFile(node) || tsc.isModuleBlock(node);
}

function isPlain(tsc: Ts, node: ts.Node): boolean {
  return !tsc.isDeclarationStatement(node) && !tsc.isExportAssignment(node) && !tsc.isImportDeclaration(node);
}

/** Whether a returned value's type becomes that of the function around, and somebody in the file sees it. */
function inferred(tsc: Ts, state: HoleState, node: ts.Node): boolean {
  for (let at = node.parent; at; at = at.parent) {
    if (tsc.isConstructorDeclaration(at) || tsc.isSetAccessor(at)) return false;
    if (!tsc.isFunctionLike(at)) continue;
    if ('type' in at && at.type) return false;
    return !(at.name && tsc.isIdentifier(at.name) && isMentionedOnce(state, at.name.text));
  }
  return false;
}

function isMentionedOnce({ snapshot }: HoleState, name: string): boolean {
  const word = new RegExp(`(?<![\\w$])${name.replaceAll('$', '\\$')}(?![\\w$])`, 'g');
  return (snapshot.file.text.match(word)?.length ?? 0) === 1;
}

/** A declaration with what follows it in its block; at the top of the file one that nothing else in the file mentions. */
function declared(
  tsc: Ts,
  state: HoleState,
  node: ts.VariableStatement,
): { first: ts.Node; last: ts.Node } | undefined {
  const list = node.parent;
  const { declarations, flags } = node.declarationList;
  if ((flags & tsc.NodeFlags.BlockScoped) === 0) return undefined;
  if (tsc.isSourceFile(list)) {
    const isAlone = declarations.every(({ name }) => tsc.isIdentifier(name) && isMentionedOnce(state, name.text));
    return isAlone ? { first: node, last: node } : undefined;
  }
  if (node.modifiers?.length || !(tsc.isBlock(list) || tsc.isCaseOrDefaultClause(list))) return undefined;
  return { first: node, last: lastBehind(list.statements, node, mostRest) };
}

function lastBehind(statements: ts.NodeArray<ts.Statement>, node: ts.Statement, most: number): ts.Node {
  let last: ts.Node = node;
  for (const statement of statements.slice(statements.indexOf(node) + 1)) {
    if (statement.end - node.end > most) break;
    last = statement;
  }
  return last;
}

/** The last statement for which a condition or an assignment may narrow what it uses. */
function lastSeeing(tsc: Ts, node: ts.Statement): ts.Node {
  const list = node.parent;
  const narrows =
    tsc.isIfStatement(node) || (tsc.isExpressionStatement(node) && tsc.isBinaryExpression(node.expression));
  if (!narrows || !(tsc.isBlock(list) || tsc.isCaseOrDefaultClause(list))) return node;
  return lastBehind(list.statements, node, mostNarrowed);
}

/** As many fills as there is room for. */
export function branchCopy(
  state: HoleState,
  repeated: Repeated,
  fills: readonly Fill[],
  isFirst: boolean,
): { copy: BranchCopy; taken: number } | undefined {
  const { request } = state;
  const { start, end, from, hole } = repeated;
  const head = request.text.slice(from, hole.start);
  const rest = request.text.slice(hole.end, end);
  const tailOf = (fill: string): string =>
    applyEdits(
      rest,
      lackedBehind(state, fill).flatMap(({ span, text }) =>
        span.end > end ? [] : [{ span: { start: span.start - hole.end, end: span.end - hole.end }, text }],
      ),
    );
  // The type of a function is inferred from what is returned in all branches.
  const most = !isFirst ? mostText : /\breturn\b/.test(head + rest) ? 0 : mostAtFirst;
  const room = Math.floor(most / (end - start + 60));
  const taken = Math.min(fills.length, Math.max(4, room));
  const { edits, clashing } = importsOf(fills.slice(0, taken));
  const parses = parserFor(state, head, rest);
  let body = '{ ';
  const inner: (Range | undefined)[] = [];
  const add = (text: string): void => {
    const begin = body.length;
    body += `${open}${head}${text}${tailOf(text)}\n} else `;
    inner.push({ start: begin, end: body.length });
  };
  add(placeholder);
  for (const fill of fills.slice(0, taken)) {
    if (parses(fill.text) && !clashing.has(fill)) add(fill.text);
    else inner.push(undefined);
  }
  body += '{} }';
  if (edits.some(({ span }) => span.end > start)) return undefined;
  const shift = start + edits.reduce((sum, edit) => sum + edit.text.length - (edit.span.end - edit.span.start), 0);
  // The one `export` of a file may be what makes it a module.
  const { tsc, file } = state.snapshot;
  const mark = tsc.isExternalModule(file) ? '\nexport {};\n' : '';
  const text = applyEdits(request.text, [...edits, { span: { start, end }, text: body }]) + mark;
  const branches = inner.map((range) => range && { start: range.start + shift, end: range.end + shift });
  return { copy: { text, branches }, taken };
}

/** The imports that fills bring, each once, and the fills that cannot stand in one file with those before them. */
function importsOf(fills: readonly Fill[]): { edits: Edit[]; clashing: Set<Fill> } {
  const found = new Map<string, Edit>();
  const owners = new Map<string, string>();
  const clashing = new Set<Fill>();
  for (const fill of fills) {
    for (const edit of fill.edits ?? []) {
      const key = `${edit.span.start} ${edit.span.end} ${edit.text}`;
      const names = edit.text.match(/[A-Za-z_$][\w$]*(?=\s*(?:[,}]|from\b|$))/g) ?? [];
      if (names.some((name) => (owners.get(name) ?? key) !== key)) clashing.add(fill);
      else {
        for (const name of names) owners.set(name, key);
        found.set(key, edit);
      }
    }
  }
  // A name that comes without its import must not profit from another's.
  for (const fill of fills) {
    if (!fill.edits?.length && freeNames(fill.text).some((name) => owners.has(name))) clashing.add(fill);
  }
  return { edits: [...found.values()].sort((a, b) => a.span.start - b.span.start), clashing };
}

interface Parsed extends ts.SourceFile {
  readonly parseDiagnostics?: readonly ts.Diagnostic[];
}

/** Whether the statement with a fill has no more syntax errors than with the placeholder, and the fill stays in its place. */
function parserFor(state: HoleState, head: string, tail: string): (fill: string) => boolean {
  const { tsc } = state.snapshot;
  const kind = scriptKind(tsc, state.request.file);
  const shape = (fill: string): { errors: number; statements: number } => {
    const text = `async function* f() { ${head}${fill}${tail}\n}`;
    const file: Parsed = tsc.createSourceFile('a.ts', text, tsc.ScriptTarget.Latest, false, kind);
    const body = file.statements[0];
    const inside = body && tsc.isFunctionDeclaration(body) ? (body.body?.statements.length ?? 0) : 0;
    return { errors: file.parseDiagnostics?.length ?? 0, statements: file.statements.length * 1000 + inside };
  };
  const base = shape(placeholder);
  return (fill) => {
    const found = shape(fill);
    return found.errors <= base.errors && found.statements === base.statements;
  };
}

/** The block of each branch, for checking one at a time. */
export function branchNodes(tsc: Ts, file: ts.SourceFile, copy: BranchCopy): (ts.Node | undefined)[] {
  const byStart = new Map<number, ts.Node>();
  const wanted = new Set(copy.branches.flatMap((range) => range?.start ?? []));
  const visit = (node: ts.Node): void => {
    if (tsc.isIfStatement(node) && wanted.has(node.getStart(file)))
      byStart.set(node.getStart(file), node.thenStatement);
    tsc.forEachChild(node, (child) => {
      const holds = copy.branches.some((range) => range && child.pos <= range.start && child.end >= range.end);
      if (holds || wanted.has(child.getStart(file))) visit(child);
    });
  };
  visit(file);
  return copy.branches.map((range) => (range ? byStart.get(range.start) : undefined));
}
