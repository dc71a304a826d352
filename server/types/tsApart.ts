/**
 * Whether a copy of a file can stand beside it in one checker: what the copy declares is another declaration than the
 * file's, which other files go on to mean. That shows only where files that the copy imports import the file in turn: there
 * nothing that they mention may have changed, and nothing be known by its declaration alone, as a private member is. What a
 * copy adds to the global scope, to other modules or to the program's files is not seen at all: then it cannot either.
 */
import type ts from 'typescript';
import type { Ts } from './tsConfig.ts';
import { type Copies, isNominal, type ResolvingProgram } from './tsCopies.ts';
import { declaredNames } from './tsIndex.ts';

/** Internal parts of TypeScript, there in the version that ships with us. */
interface Walker {
  forEachDynamicImportOrRequireCall?(
    file: ts.SourceFile,
    includeTypes: true,
    literalsOnly: true,
    found: (node: ts.Node, specifier: ts.StringLiteralLike) => void,
  ): void;
}

interface ReadFile extends ts.SourceFile {
  readonly imports?: readonly ts.StringLiteralLike[];
  readonly identifiers?: ReadonlyMap<string, string>;
  readonly moduleAugmentations?: readonly unknown[];
}

export function standsApart(
  tsc: Ts,
  program: ResolvingProgram,
  home: ReadFile,
  copy: ts.SourceFile,
  copies: Copies,
): boolean {
  if (!tsc.isExternalModule(home) || !tsc.isExternalModule(copy)) return false;
  if ((home.moduleAugmentations?.length ?? 0) > 0 || reachesOut(tsc, copy) || asked(home) !== asked(copy)) return false;
  if (!importsAreThere(tsc, program, home, copy, copies)) return false;
  const circle = importedInCircle(program, home);
  if (circle.length === 0) return true;
  const before = declarations(tsc, home);
  const after = declarations(tsc, copy);
  const isMentioned = (name: string): boolean => circle.some(({ identifiers }) => identifiers?.has(name) ?? true);
  for (const name of new Set([...before.keys(), ...after.keys()])) {
    if (isMentioned(name) && !isSameType(tsc, [home, before.get(name)], [copy, after.get(name)])) return false;
  }
  return true;
}

type Declared = readonly [ts.SourceFile, readonly ts.Statement[] | undefined];

/** Whether others take both declarations for one type. */
function isSameType(tsc: Ts, [home, before]: Declared, [copy, after]: Declared): boolean {
  if (!before || !after) return false;
  const written = (file: ts.SourceFile, list: readonly ts.Statement[]): string =>
    list.map(({ pos, end }) => file.text.slice(pos, end)).join('\n');
  const text = written(copy, after);
  const isSameText = text === written(home, before);
  if (isSameText && !isNominal.test(text)) return true;
  const shape = shapeOf(tsc, copy, after);
  return !isNominal.test(shape) && (isSameText || shape === shapeOf(tsc, home, before));
}

/** `declare global`, `declare module 'x'`, `export as namespace X`: a program gathers them while it is made. */
function reachesOut(tsc: Ts, copy: ts.SourceFile): boolean {
  return copy.statements.some((statement) => {
    if (!tsc.isModuleDeclaration(statement)) return tsc.isNamespaceExportDeclaration(statement);
    return tsc.isStringLiteral(statement.name) || (statement.flags & tsc.NodeFlags.GlobalAugmentation) !== 0;
  });
}

/** What the file's comments ask of the program: files, types, libraries, and where JSX comes from. */
function asked(file: ts.SourceFile): string {
  const { referencedFiles, typeReferenceDirectives, libReferenceDirectives } = file;
  const references = [referencedFiles, typeReferenceDirectives, libReferenceDirectives].map((each) =>
    each.map(({ fileName }) => fileName),
  );
  return JSON.stringify([references, file.text.match(/@jsx(?:ImportSource|Runtime)\s+\S+/gi)]);
}

/** What the copy imports and its file does not must be in the program already. */
function importsAreThere(
  tsc: Ts,
  program: ResolvingProgram,
  home: ReadFile,
  copy: ts.SourceFile,
  copies: Copies,
): boolean {
  const known = new Set(home.imports?.map(({ text }) => text));
  const specifiers = specifiersIn(tsc, copy);
  return (
    specifiers?.every((specifier) => {
      const target = known.has(specifier) ? undefined : copies.target(home, specifier);
      return target === undefined || program.getSourceFile(target) !== undefined;
    }) === true
  );
}

/** All that the file imports, in whatever way. Undefined: this TypeScript does not tell. */
function specifiersIn(tsc: Ts, file: ts.SourceFile): string[] | undefined {
  const walker: Walker = tsc as Walker; // internal, so not in its types
  if (!walker.forEachDynamicImportOrRequireCall) return undefined;
  const found: string[] = [];
  const note = (literal: ts.Node | undefined): void => {
    if (literal && tsc.isStringLiteralLike(literal)) found.push(literal.text);
  };
  for (const statement of file.statements) {
    if (tsc.isImportDeclaration(statement) || tsc.isExportDeclaration(statement)) note(statement.moduleSpecifier);
    else if (tsc.isImportEqualsDeclaration(statement) && tsc.isExternalModuleReference(statement.moduleReference))
      note(statement.moduleReference.expression);
  }
  walker.forEachDynamicImportOrRequireCall(file, true, true, (_, literal) => note(literal));
  return found;
}

const circles = new WeakMap<ts.Program, Map<ts.SourceFile, readonly ReadFile[]>>();

/** The project's files that `home` imports, directly or not, if it is among them itself; none otherwise. */
function importedInCircle(program: ResolvingProgram, home: ReadFile): readonly ReadFile[] {
  const known = circles.get(program) ?? new Map<ts.SourceFile, readonly ReadFile[]>();
  circles.set(program, known);
  const found = known.get(home) ?? findCircle(program, home);
  known.set(home, found);
  return found;
}

function findCircle(program: ResolvingProgram, home: ReadFile): readonly ReadFile[] {
  const reached = new Set<ReadFile>();
  const open: ReadFile[] = [home];
  for (let file = open.pop(); file; file = open.pop()) {
    for (const literal of file.imports ?? []) {
      const target = program.getResolvedModuleFromModuleSpecifier?.(literal, file)?.resolvedModule?.resolvedFileName;
      const next = target === undefined ? undefined : program.getSourceFile(target);
      if (!next || next.isDeclarationFile || reached.has(next)) continue;
      reached.add(next);
      open.push(next);
    }
  }
  if (!reached.delete(home)) return [];
  return [...reached];
}

const declaredIn = new WeakMap<ts.SourceFile, ReadonlyMap<string, readonly ts.Statement[]>>();

/** The statements at the file's top that declare each name. */
export function declarations(tsc: Ts, file: ts.SourceFile): ReadonlyMap<string, readonly ts.Statement[]> {
  const known = declaredIn.get(file);
  if (known) return known;
  const found = new Map<string, ts.Statement[]>();
  for (const statement of file.statements) {
    if (tsc.isImportDeclaration(statement)) continue;
    for (const name of namesOf(tsc, file, statement)) {
      const list = found.get(name);
      if (list) list.push(statement);
      else found.set(name, [statement]);
    }
  }
  declaredIn.set(file, found);
  return found;
}

/** What the statements say of types. */
const shapeOf = (tsc: Ts, file: ts.SourceFile, statements: readonly ts.Statement[]): string =>
  statements.map((statement) => visible(tsc, file, statement)).join('\n');

/** The program's file may not be bound yet: its nodes know no parents, so that text is taken from the file. */
function namesOf(tsc: Ts, file: ts.SourceFile, statement: ts.Statement): string[] {
  const names = declaredNames(tsc, statement).map(([name]) => name);
  if (names.length > 0 || !tsc.isVariableStatement(statement)) return names.length > 0 ? names : ['default'];
  return statement.declarationList.declarations.flatMap(
    ({ name }) => file.text.slice(name.pos, name.end).match(/[\w$]+/g) ?? [],
  );
}

/**
 * What a declaration says of types. Values and bodies are left out: what others infer from them they go on to infer from the
 * file as it was, whose code is whole, where the buffer's is being written.
 */
function visible(tsc: Ts, file: ts.SourceFile, node: ts.Node): string {
  let text = '';
  let at = node.pos;
  const skip = (part: ts.Node): void => {
    text += file.text.slice(at, part.pos);
    at = part.end;
  };
  const visit = (each: ts.Node): void => {
    const isFunction = tsc.isFunctionLike(each) && 'body' in each && each.body;
    const isValue = tsc.isVariableDeclaration(each) || tsc.isPropertyDeclaration(each) || tsc.isParameter(each);
    if (isFunction) skip(isFunction);
    else if (isValue && each.initializer && !isSymbol(tsc, each.initializer)) skip(each.initializer);
    else if (tsc.isExportAssignment(each)) skip(each.expression);
    else tsc.forEachChild(each, visit);
  };
  visit(node);
  return text + file.text.slice(at, node.end);
}

/** `Symbol()`: a key that only its declaration tells from others. */
function isSymbol(tsc: Ts, value: ts.Expression): boolean {
  return tsc.isCallExpression(value) && tsc.isIdentifier(value.expression) && value.expression.text === 'Symbol';
}

/** The copy's own declaration of what `node` of its file declares; undefined where it has none. */
export function counterpart(tsc: Ts, copy: ts.SourceFile, node: ts.Node): ts.Node | undefined {
  const names: string[] = [];
  for (let at: ts.Node = node; at?.parent; at = at.parent) {
    const name = tsc.getNameOfDeclaration(at as ts.Declaration);
    if (name && (tsc.isIdentifier(name) || tsc.isPrivateIdentifier(name) || tsc.isStringLiteral(name)))
      names.unshift(name.text);
  }
  let found: ts.Node | undefined;
  let within: ts.Node = copy;
  const isIt = (at: ts.Node, name: string): boolean => {
    const own = tsc.getNameOfDeclaration(at as ts.Declaration);
    return own !== undefined && 'text' in own && own.text === name;
  };
  for (const [i, name] of names.entries()) {
    found = undefined;
    const isLast = i === names.length - 1;
    const visit = (at: ts.Node): void => {
      if (found) return;
      if (at !== within && isIt(at, name) && (!isLast || at.kind === node.kind)) found = at;
      else if (!tsc.isBlock(at)) tsc.forEachChild(at, visit);
    };
    visit(within);
    if (!found) return undefined;
    within = found;
  }
  return found;
}
