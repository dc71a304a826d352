/**
 * Exports that the file does not import yet: how likely each is wanted (what do files that import the like also import?),
 * and the edit that brings one in, written the way the project writes its imports.
 */
import type ts from 'typescript';
import { relativeSpecifier } from '../../text/relativeSpecifier.ts';
import type { Edit } from '../../text/span.ts';
import { folderOf } from '../tsConfig.ts';
import type { HoleState } from '../tsHole.ts';
import type { ExportEntry, FileSummary, ImportEntry, ProjectIndex } from '../tsIndex.ts';
import { likeness } from '../words.ts';
import { specifierAcross } from './tsPackages.ts';
import { requireEdit } from './tsRequire.ts';

/** Something that can be imported. `entry` is absent for a package whose declarations are not at hand. */
export interface Importable {
  readonly name: string;
  /** The exported name: `default`, `*` or `name`. */
  readonly exported: string;
  readonly entry: ExportEntry | undefined;
  /** As other files write it; undefined where none does. */
  readonly specifier: string | undefined;
  readonly isType: boolean;
  /** Relative weight, greater is likelier. */
  readonly weight: number;
}

interface Collected {
  readonly key: string;
  readonly name: string;
  readonly exported: string;
  readonly target: string | undefined;
  readonly specifier: string;
  readonly isType: boolean;
  readonly weight: number;
}

const rankedOf = new WeakMap<HoleState, Importable[]>();

/** Likeliest first. Headers, exports and candidates of one hole ask for the same. */
export function importables(
  state: HoleState,
  index: ProjectIndex,
  hints: readonly string[],
  limit = 400,
): Importable[] {
  const known = hints.length === 0 ? rankedOf.get(state) : undefined;
  const ranked = known ?? rankedImportables(state, index, hints);
  if (hints.length === 0) rankedOf.set(state, ranked);
  return ranked.slice(0, limit);
}

function rankedImportables(state: HoleState, index: ProjectIndex, hints: readonly string[]): Importable[] {
  const path = state.request.file;
  const own = index.summary(path);
  const has = new Set(own?.imports.map((entry) => entry.local));
  const collected = collaborators(index, path, own);
  const wanted = hintWeights(hints);
  const named = [state.name, state.hole.callee, state.hole.enclosing].filter((name) => name !== undefined);
  const names = [...named, ...elementsBeside(state)];
  const found: Importable[] = [];
  const seen = new Set<string>();
  const push = (item: Importable): void => {
    if (has.has(item.name) || seen.has(`${item.name}\0${item.entry?.path ?? item.specifier}`)) return;
    if (item.entry?.path === path) return;
    seen.add(`${item.name}\0${item.entry?.path ?? item.specifier}`);
    let weight = item.weight + (wanted.get(item.name) ?? 0);
    for (const name of names) weight += 0.6 * likeness(item.name, name);
    found.push({ ...item, weight });
  };
  for (const item of collected) {
    const entry = entryOf(index, item.name, item.exported, item.target);
    const isPackage = item.target === undefined || item.target.includes('/node_modules/');
    if (!entry && !isPackage) continue;
    push({
      name: item.name,
      exported: item.exported,
      entry,
      specifier: item.specifier,
      isType: entry?.isType ?? item.isType,
      weight: item.weight,
    });
  }
  for (const item of neighbours(index, path, own, wanted)) push(item);
  return found.sort((a, b) => b.weight - a.weight || compare(pathOf(a), pathOf(b)) || compare(a.name, b.name));
}

/** Names that stand in the same array before the hole: what comes next is often called like them. */
function elementsBeside({ snapshot: { tsc }, node }: HoleState): string[] {
  const list = node.parent;
  if (!tsc.isArrayLiteralExpression(list)) return [];
  const names = list.elements.flatMap((element) =>
    element !== node && tsc.isIdentifier(element) ? [element.text] : [],
  );
  return names.slice(-2);
}

// Equal weights fall to the name, not to the order in which files were read.
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
const pathOf = (item: Importable): string => item.entry?.path ?? item.specifier ?? '';

function hintWeights(hints: readonly string[]): Map<string, number> {
  const weights = new Map<string, number>();
  for (const [i, name] of hints.entries()) if (!weights.has(name)) weights.set(name, 2 / (1 + i / 8));
  return weights;
}

/** What other files import, weighed by how much those files import what this one does, and by how near they are. */
function collaborators(index: ProjectIndex, path: string, own: FileSummary | undefined): Collected[] {
  const files = Math.max(2, index.files.size);
  const mine = new Set(own?.imports.map((entry) => entry.key));
  const isMine = new Set(index.files.get(path)?.imported);
  const folder = folderOf(path);
  const { importers } = index;
  const telling = Float64Array.from(importers, (count) => Math.log(files / Math.max(1, count)) + 0.2);
  const weights = new Float64Array(importers.length);
  const entries: (ImportEntry | undefined)[] = [];
  for (const [other, { summary, imported }] of index.files) {
    if (other === path) continue;
    let similarity = folderOf(other) === folder ? 0.35 : 0.04;
    let norm = 1;
    for (const id of imported) {
      const weight = telling[id] ?? 0;
      norm += weight;
      if (isMine.has(id)) similarity += weight / Math.sqrt(mine.size + 2);
    }
    similarity /= Math.sqrt(norm);
    for (const [i, id] of imported.entries()) {
      weights[id] = (weights[id] ?? 0) + similarity;
      // What one file uses as a value is one, whoever needs its type alone.
      if (entries[id]?.isType !== undefined || !entries[id]) entries[id] = summary.imports[i];
    }
  }
  return entries
    .flatMap((entry, id) => (entry ? [{ entry, weight: weights[id] ?? 0 }] : []))
    .sort((a, b) => b.weight - a.weight || compare(a.entry.key, b.entry.key))
    .slice(0, 600)
    .map(({ entry, weight }) => ({
      key: entry.key,
      name: entry.local,
      exported: entry.name,
      target: entry.target,
      specifier: entry.specifier.startsWith('.') ? '' : entry.specifier,
      isType: entry.isType === true,
      weight,
    }));
}

function entryOf(
  index: ProjectIndex,
  local: string,
  exported: string,
  target: string | undefined,
): ExportEntry | undefined {
  if (target === undefined || exported === '*') return undefined;
  if (exported === 'default') return index.summary(target)?.exports.find((entry) => entry.isDefault);
  const named = index.named(exported === 'default' ? local : exported);
  return named.find((entry) => entry.path === target) ?? named[0];
}

/** Exports of modules that the file imports already, of its folder, and those that were hinted at. */
function neighbours(
  index: ProjectIndex,
  path: string,
  own: FileSummary | undefined,
  wanted: ReadonlyMap<string, number>,
): Importable[] {
  const found: Importable[] = [];
  const add = (entry: ExportEntry, weight: number): void => {
    const exported = entry.isDefault ? 'default' : entry.name;
    found.push({ name: entry.name, exported, entry, specifier: undefined, isType: entry.isType, weight });
  };
  for (const target of new Set(own?.imports.map((entry) => entry.target))) {
    if (target === undefined) continue;
    for (const entry of index.summary(target)?.exports ?? []) add(entry, 0.25);
  }
  const folder = folderOf(path);
  let taken = 0;
  for (const [other, { summary }] of index.files) {
    if (folderOf(other) !== folder || other === path || taken > 300) continue;
    taken += summary.exports.length;
    for (const entry of summary.exports) add(entry, 0.08);
  }
  for (const name of wanted.keys()) for (const entry of index.named(name).slice(0, 4)) add(entry, 0.05);
  return found;
}

/** The edit that imports `item` into the buffer; undefined where no way to write it is known. */
export function importEdit(state: HoleState, index: ProjectIndex, item: Importable): Edit[] | undefined {
  const { snapshot, request, node } = state;
  const { tsc, file } = snapshot;
  const specifier = specifierOf(state, index, item);
  if (specifier === undefined) return undefined;
  const required = requireEdit(state, item, specifier);
  // What a module may import of CommonJS, Node tells by reading it.
  if (required === 'import' && item.entry?.isCommon) return undefined;
  if (required !== 'import') return required;
  const shift = (at: number): number =>
    at <= node.getStart(file) ? at : at - (file.text.length - request.text.length);
  let last: ts.ImportDeclaration | undefined;
  for (const statement of file.statements) {
    if (!tsc.isImportDeclaration(statement) || !tsc.isStringLiteral(statement.moduleSpecifier)) continue;
    last = statement;
    const bindings = statement.importClause?.namedBindings;
    const isSame = statement.moduleSpecifier.text === specifier && (item.isType || !statement.importClause?.isTypeOnly);
    if (!isSame || item.exported === 'default' || item.exported === '*') continue;
    const name = `${item.isType && !statement.importClause?.isTypeOnly ? 'type ' : ''}${item.name}`;
    if (bindings && tsc.isNamedImports(bindings) && bindings.elements.length > 0) {
      const end = shift(bindings.elements.at(-1)?.end ?? bindings.end);
      return [{ span: { start: end, end }, text: `,${lineBefore(bindings.elements, file.text) ?? ' '}${name}` }];
    }
    const whole = statement.importClause?.name;
    if (whole && !bindings && !statement.importClause?.isTypeOnly)
      return [{ span: { start: shift(whole.end), end: shift(whole.end) }, text: `, { ${name} }` }];
  }
  const sample = last?.getText(file) ?? '';
  const quote = (/["']/.exec(sample) ?? /["']/.exec(request.text))?.[0] ?? quoteOf(index, tsc);
  const semicolon = sample === '' || sample.endsWith(';') ? ';' : '';
  const what =
    item.exported === 'default' ? item.name : item.exported === '*' ? `* as ${item.name}` : `{ ${item.name} }`;
  const line = `import ${item.isType ? 'type ' : ''}${what} from ${quote}${specifier}${quote}${semicolon}`;
  const eol = request.text.includes('\r\n') ? '\r\n' : '\n';
  if (last) {
    const end = shift(last.end);
    return [{ span: { start: end, end }, text: eol + line }];
  }
  const top = startOfCode(request.text);
  return [{ span: { start: top, end: top }, text: line + eol }];
}

/** The line end and indentation that the last of several names stands behind. */
function lineBefore(names: readonly ts.Node[], text: string): string | undefined {
  const last = names.at(-1);
  return last && /\r?\n[^\S\n]*$/.exec(text.slice(last.pos, last.getStart()))?.[0];
}

/** As the project's files quote the modules that they import. */
function quoteOf(index: ProjectIndex, tsc: HoleState['snapshot']['tsc']): string {
  for (const { source } of index.files.values()) {
    const found = source.statements.find(tsc.isImportDeclaration)?.moduleSpecifier;
    if (found) return source.text.charAt(found.end - 1);
  }
  return '"';
}

/** Behind a shebang, a leading comment and directives. */
export function startOfCode(text: string): number {
  const found = /^(?:#![^\n]*\n)?(?:\s*\/\*[\s\S]*?\*\/[ \t]*\n|\s*\/\/[^\n]*\n|\s*['"]use [a-z]+['"];?[ \t]*\n)*/.exec(
    text,
  );
  return found?.[0].length ?? 0;
}

function specifierOf(state: HoleState, index: ProjectIndex, item: Importable): string | undefined {
  const target = item.entry?.path;
  const { project } = state.snapshot;
  if (item.specifier !== undefined && item.specifier !== '') {
    // Another package's file may write a name that means nothing here.
    const isKnown = target === undefined || project.moduleFor(item.specifier, state.request.file) !== undefined;
    return isKnown ? item.specifier : undefined;
  }
  if (target === undefined) return undefined;
  const own = index.summary(state.request.file);
  const same = own?.imports.find((entry) => entry.target === target);
  if (same) return same.specifier;
  const across = specifierAcross(state, index, item, target);
  if (across !== 'within') return across?.specifier;
  const name = index.nameFor(target);
  if (name !== undefined && project.moduleFor(name, state.request.file) === target) return name;
  return relativeSpecifier(folderOf(state.request.file), target, endingOf(own, index));
}

/** How relative imports end: with `.ts`, with `.js`, or with nothing. */
function endingOf(own: FileSummary | undefined, index: ProjectIndex): string {
  const from = (summary: FileSummary | undefined): string | undefined => {
    const written = summary?.imports.find((entry) => /^\.\.?\//.test(entry.specifier) && entry.target !== undefined);
    return written && (/\.(?:[cm]?[jt]sx?)$/.exec(written.specifier)?.[0] ?? '');
  };
  const mine = from(own);
  if (mine !== undefined) return mine;
  for (const { summary } of index.files.values()) {
    const other = from(summary);
    if (other !== undefined) return other;
  }
  return '';
}
