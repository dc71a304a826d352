/**
 * What a function gives whose return type nobody wrote: the checker reads its body for that, and every hole has a copy of its file in which
 * no body was read yet. Where the copy leaves a function as its file has it, and all that it mentions, the file's own was read for all holes.
 */
import type ts from 'typescript';
import { declarations } from './tsApart.ts';
import type { Ts } from './tsConfig.ts';
import type { Snapshot } from './tsProject.ts';

export function givenBy(snapshot: Snapshot, signature: ts.Signature): ts.Type {
  const twin = twinOf(snapshot, signature);
  const type = twin?.getReturnType();
  return type && twin && isOfElsewhere(snapshot, type, 0) ? type : signature.getReturnType();
}

/** The signature of the same function at the top of the file that the buffer stands beside. */
function twinOf({ tsc, checker, file, beside }: Snapshot, signature: ts.Signature): ts.Signature | undefined {
  const { declaration } = signature;
  if (!beside || !declaration || declaration.type || signature.typeParameters) return undefined;
  const named = namedAtTop(tsc, declaration);
  if (!named || named.getSourceFile() !== file) return undefined;
  const others = declarations(tsc, beside).get(named.name.text) ?? [];
  const [other] = others;
  if (!other || others.length > 1 || changedIn(tsc, beside, file).has(named.name.text)) return undefined;
  const twin = tsc.isFunctionDeclaration(other) ? other : valueNamed(tsc, other, named.name.text);
  return twin && checker.getSignatureFromDeclaration(twin);
}

const changes = new WeakMap<ts.SourceFile, ReadonlySet<string>>();

/** The names that mean something else in the copy than in its file: other declarations, and what mentions these. */
function changedIn(tsc: Ts, home: ts.SourceFile, copy: ts.SourceFile): ReadonlySet<string> {
  const known = changes.get(copy);
  if (known) return known;
  const [before, after] = [textsOf(tsc, home), textsOf(tsc, copy)];
  const found = new Set<string>();
  const open: string[] = [];
  for (const name of new Set([...before.keys(), ...after.keys()]))
    if (before.get(name) !== after.get(name)) open.push(name);
  const mentions = mentionsIn(tsc, home);
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (found.has(name)) continue;
    found.add(name);
    open.push(...(mentions.get(name) ?? []));
  }
  changes.set(copy, found);
  return found;
}

const word = /[A-Za-z_$][\w$]*/g;

/** How each name is declared at the top of the file, or imported. */
function textsOf(tsc: Ts, file: ts.SourceFile): Map<string, string> {
  const written = (statements: readonly ts.Statement[]): string =>
    statements.map(({ pos, end }) => file.text.slice(pos, end)).join('\n');
  const found = new Map([...declarations(tsc, file)].map(([name, statements]) => [name, written(statements)]));
  for (const statement of file.statements.filter(tsc.isImportDeclaration)) {
    const text = statement.getText(file);
    for (const name of text.match(word) ?? []) found.set(name, `${found.get(name) ?? ''}\n${text}`);
  }
  return found;
}

const mentioned = new WeakMap<ts.SourceFile, ReadonlyMap<string, ReadonlySet<string>>>();

/** Each word of the file with the names at its top whose declarations say it. */
function mentionsIn(tsc: Ts, file: ts.SourceFile): ReadonlyMap<string, ReadonlySet<string>> {
  const known = mentioned.get(file);
  if (known) return known;
  const found = new Map<string, Set<string>>();
  for (const [name, statements] of declarations(tsc, file))
    for (const { pos, end } of statements)
      for (const said of file.text.slice(pos, end).match(word) ?? []) {
        const names = found.get(said);
        if (names) names.add(name);
        else found.set(said, new Set([name]));
      }
  mentioned.set(file, found);
  return found;
}

type Named = (ts.FunctionDeclaration | ts.VariableDeclaration) & { readonly name: ts.Identifier };

/** `function f() {}` or `const f = () => {}`, at the top of its file. */
function namedAtTop(tsc: Ts, declaration: ts.Node): Named | undefined {
  const named = tsc.isFunctionDeclaration(declaration) ? declaration : declaration.parent;
  const isValue = tsc.isVariableDeclaration(named) && named.initializer === declaration;
  if (!isValue && !tsc.isFunctionDeclaration(named)) return undefined;
  const statement = isValue ? named.parent.parent : named;
  return named.name && tsc.isIdentifier(named.name) && statement.parent && tsc.isSourceFile(statement.parent)
    ? (named as Named)
    : undefined;
}

function valueNamed(tsc: Ts, statement: ts.Statement, name: string): ts.SignatureDeclaration | undefined {
  if (!tsc.isVariableStatement(statement)) return undefined;
  const found = statement.declarationList.declarations.find(
    (each) => tsc.isIdentifier(each.name) && each.name.text === name,
  );
  const value = found?.initializer;
  return value && (tsc.isArrowFunction(value) || tsc.isFunctionExpression(value)) ? value : undefined;
}

const DEEPEST = 3;

/** Whether the type is the same for the copy as for its file: no part of it is declared there. */
function isOfElsewhere(snapshot: Snapshot, type: ts.Type, depth: number): boolean {
  const { tsc, checker, beside } = snapshot;
  if (depth > DEEPEST) return false;
  const isAll = (parts: readonly ts.Type[]): boolean => parts.every((part) => isOfElsewhere(snapshot, part, depth + 1));
  const symbols = [type.symbol, type.aliasSymbol];
  if (symbols.some((symbol) => symbol?.declarations?.some((each) => each.getSourceFile() === beside))) return false;
  if (!isAll(type.aliasTypeArguments ?? [])) return false;
  if (type.isUnionOrIntersection()) return isAll(type.types);
  if (!(type.flags & tsc.TypeFlags.Object)) return (type.flags & tsc.TypeFlags.Instantiable) === 0;
  // What stands for a type here is known by its name alone.
  const isReference = ((type as ts.ObjectType).objectFlags & tsc.ObjectFlags.Reference) !== 0;
  if (isReference) return isAll(checker.getTypeArguments(type as ts.TypeReference));
  return ((type as ts.ObjectType).objectFlags & (tsc.ObjectFlags.Instantiated | tsc.ObjectFlags.Mapped)) === 0;
}
