/**
 * Prints declarations as a reader needs them: headers without bodies, types with their members, the likeliest members
 * first where there are too many. Text is cut from the source wherever that is possible.
 */
import type ts from 'typescript';
import type { Ts } from './tsConfig.ts';
import type { Snapshot } from './tsProject.ts';

export interface Printed {
  readonly text: string;
  readonly names: readonly string[];
}

const maxHeader = 400;
/** Members beyond this length of text go into a second piece. */
const maxFirstPiece = 1400;
const maxSecondPiece = 2400;

/** How likely a member is used at the hole; the greater the likelier. */
export type MemberRank = (name: string, member: ts.Node) => number;

export function oneLine(text: string, limit = maxHeader): string {
  const flat = text
    .replace(/\/\*[\s\S]*?\*\/|\/\/[^\n]*/g, '')
    .replace(/\s+/g, ' ')
    .trim();
  return flat.length > limit ? `${flat.slice(0, limit)}…` : flat;
}

function textOf(node: ts.Node): string {
  const source = node.getSourceFile();
  return source.text.slice(node.getStart(source, false), node.end);
}

/** The declaration's text up to its body. */
function untilBody(node: ts.Node, body: ts.Node | undefined): string {
  const source = node.getSourceFile();
  return source.text.slice(node.getStart(source, false), body ? body.pos : node.end);
}

/** UTF-16 units of a declaration that is shown with its value, for want of a type. */
const maxValue = 100;
/** UTF-16 units of a body or value up to which its type is inferred for what is only near. */
const maxInferred = 400;

/** Whether the type of a declaration is written, or inferred from little: a call in it would ask for that function's body. */
export function isCheaplyTyped(tsc: Ts, node: ts.Node): boolean {
  const isShort = (inner: ts.Node | undefined): boolean =>
    !inner || (inner.end - inner.pos <= maxInferred && !textOf(inner).includes('('));
  if (tsc.isFunctionDeclaration(node) || tsc.isMethodDeclaration(node) || tsc.isGetAccessor(node))
    return node.type !== undefined || isShort(node.body);
  if (!tsc.isVariableDeclaration(node) && !tsc.isPropertyDeclaration(node)) return true;
  const value = node.initializer;
  const isTyped = value && (tsc.isArrowFunction(value) || tsc.isFunctionExpression(value)) && value.type !== undefined;
  return node.type !== undefined || isTyped || isShort(value);
}

export type PrintHeader = (snapshot: Snapshot, node: ts.Node) => string;

/** Printed declarations, by how they are printed: other files' nodes live from hole to hole. */
const printed = new Map<PrintHeader, WeakMap<ts.Node, string>>();

/** Some file changed: what was inferred from it elsewhere may be another type now. */
export function forgetPrinted(): void {
  printed.clear();
}

function once(print: PrintHeader): PrintHeader {
  return (snapshot, node) => {
    const known = printed.get(print) ?? new WeakMap<ts.Node, string>();
    printed.set(print, known);
    const text = known.get(node) ?? print(snapshot, node);
    known.set(node, text);
    return text;
  };
}

/** One declaration in one line, with every type, written or inferred: `function f(a: A): B`, `const x: T`, `get y(): T`. */
export const header: PrintHeader = once(printHeader);

/** As written, where it declares no type: `function f(a: A)`, `const x = value`. */
export const writtenHeader: PrintHeader = once(printWritten);

/** A header with the types that are written or easily inferred: inferring the others reads long bodies, and those of what they call. */
export const cheapHeader: PrintHeader = once((snapshot, node) =>
  isCheaplyTyped(snapshot.tsc, node) ? header(snapshot, node) : writtenHeader(snapshot, node),
);

function printWritten(snapshot: Snapshot, node: ts.Node): string {
  const { tsc } = snapshot;
  if (tsc.isFunctionDeclaration(node) || tsc.isMethodDeclaration(node) || tsc.isAccessor(node))
    return oneLine(stripDecorators(tsc, untilBody(node, node.body)));
  if (tsc.isPropertyDeclaration(node)) return oneLine(stripDecorators(tsc, textOf(node)), maxValue);
  if (!tsc.isVariableDeclaration(node)) return header(snapshot, node);
  const keyword = node.parent.flags & tsc.NodeFlags.Const ? 'const' : 'let';
  const value = node.initializer;
  if (value && (tsc.isArrowFunction(value) || tsc.isFunctionExpression(value)))
    return oneLine(`${keyword} ${node.name.getText()} = ${untilBody(value, value.body)}`);
  if (value && tsc.isObjectLiteralExpression(value)) {
    // Its keys are what others use of it.
    const keys = value.properties.flatMap(({ name }) => (name ? [oneLine(name.getText(), 40)] : []));
    return oneLine(`${keyword} ${node.name.getText()} = { ${keys.join(', ')} }`);
  }
  return oneLine(`${keyword} ${textOf(node)}`, maxValue);
}

function printHeader(snapshot: Snapshot, node: ts.Node): string {
  const { tsc, checker } = snapshot;
  if (tsc.isFunctionDeclaration(node) || tsc.isMethodDeclaration(node) || tsc.isAccessor(node)) {
    const written = oneLine(stripDecorators(tsc, untilBody(node, node.body)));
    if (node.type || !node.body) return written.replace(/;$/, '');
    const signature = checker.getSignatureFromDeclaration(node);
    return signature ? `${written}: ${typeText(snapshot, signature.getReturnType(), node)}` : written;
  }
  if (tsc.isConstructorDeclaration(node)) return oneLine(untilBody(node, node.body));
  if (tsc.isVariableDeclaration(node)) return variableHeader(snapshot, node);
  if (tsc.isPropertyDeclaration(node)) {
    const written = oneLine(stripDecorators(tsc, untilBody(node, node.initializer)).replace(/=\s*$/, ''));
    return node.type ? written : `${written}: ${typeText(snapshot, checker.getTypeAtLocation(node), node)}`;
  }
  if (tsc.isParameter(node)) {
    return `${node.name.getText()}: ${typeText(snapshot, checker.getTypeAtLocation(node), node)}`;
  }
  if (tsc.isClassLike(node)) return oneLine(stripDecorators(tsc, cutAt(textOf(node), '{')));
  return oneLine(textOf(node));
}

function stripDecorators(_tsc: Ts, text: string): string {
  return text.replace(/^(?:@[\w$.]+(?:\((?:[^()]|\([^()]*\))*\))?\s*)+/, '');
}

function cutAt(text: string, end: string): string {
  const at = text.indexOf(end);
  return at < 0 ? text : text.slice(0, at);
}

function variableHeader(snapshot: Snapshot, node: ts.VariableDeclaration): string {
  const { tsc, checker } = snapshot;
  const keyword = node.parent.flags & tsc.NodeFlags.Const ? 'const' : 'let';
  const name = node.name.getText();
  if (node.type) return oneLine(`${keyword} ${name}: ${textOf(node.type)}`);
  const value = node.initializer;
  if (value && (tsc.isArrowFunction(value) || tsc.isFunctionExpression(value))) {
    const signature = checker.getSignatureFromDeclaration(value);
    const result = signature ? typeText(snapshot, signature.getReturnType(), node) : 'unknown';
    const parameters = value.parameters.map((p) => oneLine(textOf(p), 120)).join(', ');
    return oneLine(`${keyword} ${name}: (${parameters}) => ${result}`);
  }
  return oneLine(`${keyword} ${name}: ${typeText(snapshot, checker.getTypeAtLocation(node), node)}`);
}

export function typeText(snapshot: Snapshot, type: ts.Type, at: ts.Node): string {
  const { tsc, checker } = snapshot;
  const { TypeFormatFlags: f } = tsc;
  return checker.typeToString(type, at, f.UseAliasDefinedOutsideCurrentScope | f.OmitParameterModifiers);
}

/** A type's declaration, in one piece or two when it has many members; the second holds what is less likely. */
export function typeDeclaration(
  snapshot: Snapshot,
  node: ts.Node,
  rank: MemberRank,
  print: PrintHeader = header,
): Printed[] {
  const { tsc } = snapshot;
  if (tsc.isInterfaceDeclaration(node) || tsc.isClassLike(node)) {
    return membersInPieces(snapshot, classHead(tsc, node), nameOf(tsc, node), [...node.members], rank, print);
  }
  if (tsc.isEnumDeclaration(node)) {
    const head = oneLine(cutAt(textOf(node), '{'));
    return membersInPieces(snapshot, head, node.name.text, [...node.members], rank, print);
  }
  if (tsc.isTypeAliasDeclaration(node)) {
    const literal = node.type;
    if (tsc.isTypeLiteralNode(literal)) {
      const head = oneLine(cutAt(textOf(node), '{'));
      return membersInPieces(snapshot, head, node.name.text, [...literal.members], rank, print);
    }
    return [{ text: oneLine(textOf(node), 1200), names: [node.name.text, ...memberNames(tsc, literal)] }];
  }
  const text = print(snapshot, node);
  return [{ text, names: [nameOf(tsc, node)] }];
}

function classHead(tsc: Ts, node: ts.InterfaceDeclaration | ts.ClassLikeDeclaration): string {
  const head = cutAt(textOf(node), '{');
  return oneLine(stripDecorators(tsc, head).replace(/^(?:export\s+|default\s+|declare\s+)+/, ''));
}

function nameOf(tsc: Ts, node: ts.Node): string {
  const name = tsc.getNameOfDeclaration(node as ts.Declaration);
  return name && (tsc.isIdentifier(name) || tsc.isPrivateIdentifier(name) || tsc.isStringLiteral(name))
    ? name.text
    : '';
}

/** Names of members that a type written in place declares. */
function memberNames(tsc: Ts, type: ts.Node): string[] {
  const names: string[] = [];
  const visit = (node: ts.Node): void => {
    if (tsc.isPropertySignature(node) || tsc.isMethodSignature(node)) names.push(node.name.getText());
    if (names.length < 40) tsc.forEachChild(node, visit);
  };
  visit(type);
  return names;
}

function membersInPieces(
  snapshot: Snapshot,
  head: string,
  name: string,
  members: readonly (ts.ClassElement | ts.TypeElement | ts.EnumMember)[],
  rank: MemberRank,
  print: PrintHeader,
): Printed[] {
  const { tsc } = snapshot;
  const lines: { text: string; name: string; rank: number; order: number }[] = [];
  for (const [order, member] of members.entries()) {
    if (tsc.isMethodDeclaration(member) && member.body && hasOverloadBefore(tsc, members, order)) continue;
    const written = member.name && !tsc.isComputedPropertyName(member.name) ? nameOf(tsc, member) : '';
    lines.push({
      text: oneLine(tsc.isEnumMember(member) ? textOf(member) : print(snapshot, member), 260),
      name: written,
      rank: rank(written, member),
      order,
    });
  }
  const total = lines.reduce((sum, line) => sum + line.text.length + 4, 0);
  const inOrder = [...lines].sort((a, b) => b.rank - a.rank || a.order - b.order);
  const first: typeof lines = [];
  const second: typeof lines = [];
  let length = 0;
  for (const line of inOrder) {
    length += line.text.length + 4;
    if (total <= maxFirstPiece * 1.2 || length <= maxFirstPiece) first.push(line);
    else if (length <= maxFirstPiece + maxSecondPiece) second.push(line);
  }
  const piece = (part: typeof lines, more: boolean, heading: string): Printed => {
    part.sort((a, b) => a.order - b.order);
    const body = part.map((line) => `  ${line.text.replace(/[;,]$/, '')};`).join('\n');
    const tail = more ? '\n  // …' : '';
    const names = part.map((line) => line.name).filter((n) => n !== '');
    return { text: part.length === 0 ? `${heading} {}` : `${heading} {\n${body}${tail}\n}`, names: [name, ...names] };
  };
  const pieces = [piece(first, first.length < lines.length, head)];
  if (second.length > 0) pieces.push(piece(second, first.length + second.length < lines.length, `${head} /* more */`));
  return pieces;
}

function hasOverloadBefore(tsc: Ts, members: readonly ts.Node[], order: number): boolean {
  const previous = members[order - 1];
  const member = members[order];
  if (!previous || !member || !tsc.isMethodDeclaration(previous) || !tsc.isMethodDeclaration(member)) return false;
  return !previous.body && previous.name.getText() === member.name.getText();
}
