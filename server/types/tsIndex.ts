/**
 * What the project's files export, import and write, read from their syntax alone: the ground for finding exports that are
 * not imported yet (by what files of a kind import) and for candidates that stood in the like place elsewhere.
 * Kept per source file, so that only changed files are read again.
 */
import type ts from 'typescript';
import { attempt } from './faults.ts';
import { commonExports, commonImports } from './imports/tsCommonJs.ts';
import type { Ts } from './tsConfig.ts';
import type { Snapshot, TsProject } from './tsProject.ts';

export interface ExportEntry {
  readonly name: string;
  readonly path: string;
  readonly isDefault: boolean;
  readonly isType: boolean;
  readonly node: ts.Node;
  /** Given away by `module.exports`: only `require` brings it, whatever stands in other files. */
  readonly isCommon?: true;
}

export interface ImportEntry {
  readonly specifier: string;
  /** Where it resolves to, after re-exports are not followed. */
  readonly target: string | undefined;
  /** The exported name; `default`, or `*`. */
  readonly name: string;
  readonly local: string;
  /** Imported as a type alone. */
  readonly isType?: true;
  /** The same for the same thing, whichever file imports it. */
  readonly key: string;
}

function importEntry(specifier: string, target: string | undefined, name: string, local: string): ImportEntry {
  const what = name === 'default' || name === '*' ? `${name} ${local}` : name;
  return { specifier, target, name, local, key: `${target ?? specifier}\0${what}` };
}

type Counts = Map<string, number>;

interface Summarised {
  readonly source: ts.SourceFile;
  readonly summary: FileSummary;
  /** The numbers of `summary.imports`, in their order. */
  readonly imported: Int32Array;
}

export interface FileSummary {
  readonly exports: readonly ExportEntry[];
  /** Modules that this file re-exports: resolved path, and names (undefined: all). */
  readonly reexports: readonly { target: string | undefined; names: readonly string[] | undefined }[];
  readonly imports: readonly ImportEntry[];
  /** Key of a place (see `placeKeys`) to the expressions that stood there. */
  readonly usages: ReadonlyMap<string, Counts>;
}

interface Resolving extends ts.Program {
  getResolvedModuleFromModuleSpecifier?(
    literal: ts.StringLiteralLike,
    file: ts.SourceFile,
  ): { resolvedModule?: { resolvedFileName: string } } | undefined;
}

const maxExpression = 64;
const nothing: FileSummary = { exports: [], reexports: [], imports: [], usages: new Map() };

export class ProjectIndex {
  private readonly summaries = new Map<string, Summarised>();
  /** Numbers of what is imported, by key. */
  private readonly importIds = new Map<string, number>();
  private readonly totals = new Map<string, Counts>();
  private readonly importCounts: number[] = [];
  /** How files name the ones that they import: by resolved path, how many times by each name; all relative ones are one. */
  private readonly namings = new Map<string, Counts>();
  private readonly exportsByName = new Map<string, ExportEntry[]>();
  private readonly tsc: Ts;

  constructor(tsc: Ts) {
    this.tsc = tsc;
  }

  /** Bring the index up to date with `program` and the buffer in it or beside it, whatever the time: an answer must not depend on how far reading got. */
  update(project: TsProject, program: ts.Program, buffer?: Pick<Snapshot, 'file' | 'beside'>): void {
    const present = new Set<string>();
    for (const file of project.projectFiles(program)) {
      const path = file.fileName;
      const source = file === buffer?.beside ? buffer.file : file;
      present.add(path);
      const known = this.summaries.get(path);
      if (known?.source === source) continue;
      if (known) this.remove(path, known.summary);
      this.add(
        path,
        source,
        attempt('index', () => summaryOf(this.tsc, source, path, program), nothing),
      );
    }
    for (const [path, { summary }] of this.summaries) if (!present.has(path)) this.remove(path, summary);
  }

  get files(): ReadonlyMap<string, Summarised> {
    return this.summaries;
  }

  named(name: string): readonly ExportEntry[] {
    return this.exportsByName.get(name) ?? [];
  }

  /** What is exported under a name that begins so. */
  beginning(prefix: string): ExportEntry[] {
    return [...this.exportsByName].flatMap(([name, entries]) => (name.startsWith(prefix) ? entries : []));
  }

  /** How many imports of the project bring each thing, by its number. */
  get importers(): readonly number[] {
    return this.importCounts;
  }

  summary(path: string): FileSummary | undefined {
    return this.summaries.get(path)?.summary;
  }

  /** Expressions seen at a place: in the file itself and elsewhere. */
  seen(key: string, path: string): { text: string; here: number; elsewhere: number }[] {
    const own = this.summaries.get(path)?.summary.usages.get(key);
    const found: { text: string; here: number; elsewhere: number }[] = [];
    for (const [text, total] of this.totals.get(key) ?? []) {
      const here = own?.get(text) ?? 0;
      if (total > 0) found.push({ text, here, elsewhere: total - here });
    }
    return found;
  }

  /** The name by which most files import a file; undefined: by a path, or nobody does. */
  nameFor(target: string): string | undefined {
    const [best] = [...(this.namings.get(target) ?? [])].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
    return best && best[1] > 0 && best[0] !== '.' ? best[0] : undefined;
  }

  private countNames({ imports }: FileSummary, by: 1 | -1): void {
    for (const { target, specifier } of imports) {
      if (target === undefined) continue;
      const counts = this.namings.get(target) ?? new Map<string, number>();
      this.namings.set(target, counts);
      const name = specifier.startsWith('.') ? '.' : specifier;
      counts.set(name, (counts.get(name) ?? 0) + by);
    }
  }

  private importId(key: string): number {
    const id = this.importIds.get(key) ?? this.importIds.size;
    this.importIds.set(key, id);
    return id;
  }

  private add(path: string, source: ts.SourceFile, summary: FileSummary): void {
    const imported = Int32Array.from(summary.imports, ({ key }) => this.importId(key));
    this.summaries.set(path, { source, summary, imported });
    for (const id of imported) this.importCounts[id] = (this.importCounts[id] ?? 0) + 1;
    this.countNames(summary, 1);
    for (const entry of summary.exports) {
      const list = this.exportsByName.get(entry.name);
      if (list) list.push(entry);
      else this.exportsByName.set(entry.name, [entry]);
    }
    for (const [key, counts] of summary.usages) {
      const total = this.totals.get(key) ?? new Map<string, number>();
      for (const [text, count] of counts) total.set(text, (total.get(text) ?? 0) + count);
      this.totals.set(key, total);
    }
  }

  private remove(path: string, summary: FileSummary): void {
    for (const id of this.summaries.get(path)?.imported ?? []) this.importCounts[id] = (this.importCounts[id] ?? 0) - 1;
    this.summaries.delete(path);
    this.countNames(summary, -1);
    for (const entry of summary.exports) {
      const kept = this.exportsByName.get(entry.name)?.filter((other) => other.path !== path) ?? [];
      this.exportsByName.set(entry.name, kept);
    }
    for (const [key, counts] of summary.usages) {
      const total = this.totals.get(key);
      for (const [text, count] of counts) {
        const left = (total?.get(text) ?? 0) - count;
        if (left > 0) total?.set(text, left);
        else total?.delete(text);
      }
    }
  }
}

/** Projects of one root share their files, and with them what was read there. */
const summarised = new WeakMap<ts.SourceFile, FileSummary>();

function summaryOf(tsc: Ts, source: ts.SourceFile, path: string, program: ts.Program): FileSummary {
  const known = summarised.get(source) ?? summarise(tsc, source, path, program);
  summarised.set(source, known);
  return known;
}

function summarise(tsc: Ts, source: ts.SourceFile, path: string, program: Resolving): FileSummary {
  const exports: ExportEntry[] = [];
  const reexports: { target: string | undefined; names: readonly string[] | undefined }[] = [];
  const imports: ImportEntry[] = [];
  const usages = new Map<string, Counts>();
  const isScript = /\.c?js$/.test(path);
  const targetOf = (literal: ts.Expression | undefined): string | undefined =>
    literal && tsc.isStringLiteralLike(literal)
      ? program.getResolvedModuleFromModuleSpecifier?.(literal, source)?.resolvedModule?.resolvedFileName
      : undefined;
  for (const statement of source.statements) {
    if (tsc.isImportDeclaration(statement)) readImport(tsc, statement, targetOf(statement.moduleSpecifier), imports);
    else if (tsc.isExportDeclaration(statement) && statement.moduleSpecifier) {
      const clause = statement.exportClause;
      const names = clause && tsc.isNamedExports(clause) ? clause.elements.map((e) => e.name.text) : undefined;
      reexports.push({ target: targetOf(statement.moduleSpecifier), names });
    } else readExports(tsc, source, path, statement, exports);
    if (!isScript) continue;
    for (const { from, names } of commonImports(tsc, statement))
      for (const { name, local } of names) imports.push(importEntry(from.text, targetOf(from), name, local));
    for (const { name, isWhole, node } of commonExports(tsc, statement, (own) => topLevel(tsc, source, own)))
      exports.push({ name, path, isDefault: isWhole, isType: false, node, isCommon: true });
  }
  if (!source.isDeclarationFile) readUsages(tsc, source, usages);
  return { exports, reexports, imports, usages };
}

function readImport(tsc: Ts, node: ts.ImportDeclaration, target: string | undefined, out: ImportEntry[]): void {
  if (!tsc.isStringLiteral(node.moduleSpecifier)) return;
  const specifier = node.moduleSpecifier.text;
  const clause = node.importClause;
  const add = (name: string, local: string, isType = clause?.isTypeOnly === true): void => {
    out.push({ ...importEntry(specifier, target, name, local), ...(isType ? { isType } : {}) });
  };
  if (clause?.name) add('default', clause.name.text);
  const bindings = clause?.namedBindings;
  if (!bindings) return;
  if (tsc.isNamespaceImport(bindings)) add('*', bindings.name.text);
  else {
    for (const { propertyName, name, isTypeOnly } of bindings.elements)
      add((propertyName ?? name).text, name.text, isTypeOnly || clause.isTypeOnly);
  }
}

function readExports(tsc: Ts, source: ts.SourceFile, path: string, statement: ts.Statement, out: ExportEntry[]): void {
  if (tsc.isExportDeclaration(statement) && statement.exportClause && tsc.isNamedExports(statement.exportClause)) {
    for (const element of statement.exportClause.elements) {
      const node = topLevel(tsc, source, (element.propertyName ?? element.name).text);
      if (node) out.push({ name: element.name.text, path, isDefault: false, isType: isTypeNode(tsc, node), node });
    }
    return;
  }
  if (tsc.isExportAssignment(statement) && tsc.isIdentifier(statement.expression)) {
    const node = topLevel(tsc, source, statement.expression.text);
    if (node) out.push({ name: statement.expression.text, path, isDefault: true, isType: isTypeNode(tsc, node), node });
    return;
  }
  const modifiers = tsc.canHaveModifiers(statement) ? tsc.getModifiers(statement) : undefined;
  if (!modifiers?.some((m) => m.kind === tsc.SyntaxKind.ExportKeyword)) return;
  const isDefault = modifiers.some((m) => m.kind === tsc.SyntaxKind.DefaultKeyword);
  for (const [name, node] of declaredNames(tsc, statement)) {
    out.push({ name, path, isDefault, isType: isTypeNode(tsc, node), node });
  }
}

function isTypeNode(tsc: Ts, node: ts.Node): boolean {
  return tsc.isInterfaceDeclaration(node) || tsc.isTypeAliasDeclaration(node);
}

/** The names that a top-level statement declares, each with its declaration. */
export function declaredNames(tsc: Ts, statement: ts.Statement): [string, ts.Node][] {
  if (tsc.isVariableStatement(statement)) {
    return statement.declarationList.declarations.flatMap((d): [string, ts.Node][] =>
      tsc.isIdentifier(d.name) ? [[d.name.text, d]] : [],
    );
  }
  if (
    tsc.isFunctionDeclaration(statement) ||
    tsc.isClassDeclaration(statement) ||
    tsc.isInterfaceDeclaration(statement) ||
    tsc.isTypeAliasDeclaration(statement) ||
    tsc.isEnumDeclaration(statement) ||
    tsc.isModuleDeclaration(statement)
  ) {
    return statement.name ? [[statement.name.text, statement]] : [];
  }
  return [];
}

const topLevels = new WeakMap<ts.SourceFile, ReadonlyMap<string, ts.Node>>();

/** What the file declares by that name at its top, the first where there are several. */
function topLevel(tsc: Ts, source: ts.SourceFile, name: string): ts.Node | undefined {
  const known = topLevels.get(source) ?? readTopLevel(tsc, source);
  topLevels.set(source, known);
  return known.get(name);
}

function readTopLevel(tsc: Ts, source: ts.SourceFile): ReadonlyMap<string, ts.Node> {
  const found = new Map<string, ts.Node>();
  for (const statement of source.statements)
    for (const [name, node] of declaredNames(tsc, statement)) if (!found.has(name)) found.set(name, node);
  return found;
}

/** Keys of the place at which an expression stands, the most telling first. */
export function placeKeys(tsc: Ts, node: ts.Node): string[] {
  const p = node.parent;
  if (!p) return [];
  if ((tsc.isCallExpression(p) || tsc.isNewExpression(p)) && p.expression !== node) {
    const index = p.arguments?.indexOf(node as ts.Expression) ?? -1;
    const name = lastName(tsc, p.expression);
    return index < 0 || name === undefined ? [] : [`a:${name}#${index}`];
  }
  if (tsc.isPropertyAssignment(p) && p.initializer === node) return keyed('p', lastName(tsc, p.name));
  if (tsc.isJsxExpression(p) && tsc.isJsxAttribute(p.parent)) return keyed('p', p.parent.name.getText());
  if ((tsc.isVariableDeclaration(p) || tsc.isPropertyDeclaration(p) || tsc.isParameter(p)) && p.initializer === node) {
    return tsc.isIdentifier(p.name) || tsc.isPrivateIdentifier(p.name)
      ? keyed('v', p.name.text)
      : keyed('v', p.name.getText());
  }
  if (tsc.isReturnStatement(p)) return returnKeys(tsc, p);
  if (tsc.isBinaryExpression(p) && p.right === node) {
    const left = lastName(tsc, p.left);
    if (p.operatorToken.kind === tsc.SyntaxKind.EqualsToken) return keyed('v', left);
    return left === undefined ? [] : [`o:${p.operatorToken.getText()}${left}`];
  }
  if (tsc.isElementAccessExpression(p)) return keyed('k', lastName(tsc, p.expression));
  if (tsc.isIfStatement(p) && p.expression === node) return ['c:'];
  return [];
}

function returnKeys(tsc: Ts, node: ts.Node): string[] {
  for (let at: ts.Node = node; at; at = at.parent) {
    if (tsc.isFunctionLike(at)) {
      const name = at.name && tsc.isIdentifier(at.name) ? at.name.text : undefined;
      return name === undefined ? [] : [`r:${name}`];
    }
  }
  return [];
}

function keyed(kind: string, name: string | undefined): string[] {
  return name === undefined ? [] : [`${kind}:${name}`];
}

function lastName(tsc: Ts, node: ts.Node): string | undefined {
  if (tsc.isIdentifier(node) || tsc.isPrivateIdentifier(node) || tsc.isStringLiteral(node)) return node.text;
  if (tsc.isPropertyAccessExpression(node)) return node.name.text;
  if (tsc.isCallExpression(node) || tsc.isNonNullExpression(node)) return lastName(tsc, node.expression);
  return node.kind === tsc.SyntaxKind.SuperKeyword ? 'super' : undefined;
}

function readUsages(tsc: Ts, source: ts.SourceFile, usages: Map<string, Counts>): void {
  const { text } = source;
  const visit = (node: ts.Node, parent: ts.Node): void => {
    if (tsc.isExpression(node) && node.end - node.pos <= maxExpression + 20 && isKeyed(tsc, parent)) {
      const start = node.getStart(source);
      const written = text.slice(start, node.end);
      if (written.length <= maxExpression && written.length > 0 && !written.includes('\n')) {
        for (const key of placeKeys(tsc, node)) {
          const counts = usages.get(key) ?? new Map<string, number>();
          counts.set(written, (counts.get(written) ?? 0) + 1);
          usages.set(key, counts);
        }
      }
    }
    tsc.forEachChild(node, (child) => visit(child, node));
  };
  for (const statement of source.statements) if (!tsc.isImportDeclaration(statement)) visit(statement, source);
}

function isKeyed(tsc: Ts, parent: ts.Node): boolean {
  const { SyntaxKind: k } = tsc;
  switch (parent.kind) {
    case k.CallExpression:
    case k.NewExpression:
    case k.PropertyAssignment:
    case k.JsxExpression:
    case k.VariableDeclaration:
    case k.PropertyDeclaration:
    case k.Parameter:
    case k.ReturnStatement:
    case k.BinaryExpression:
    case k.ElementAccessExpression:
    case k.IfStatement:
      return true;
    default:
      return false;
  }
}
