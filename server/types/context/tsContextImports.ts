/** What the file imports, as headers, and what files of its kind import and this one does not yet. */
import type ts from 'typescript';
import { type Importable, importables } from '../imports/tsImports.ts';
import type { ProjectIndex } from '../tsIndex.ts';
import { header, oneLine } from '../tsPrint.ts';
import { type Collector, importComment, isOfProject, isTypeDeclaration } from './tsContextCollector.ts';

/** Headers of what the file imports. */
export function importItems(collect: Collector): void {
  const { state } = collect;
  const { tsc, checker, file } = state.snapshot;
  const part = state.request.text.slice(Math.max(0, state.request.offset - 4000), state.request.offset + 1500);
  const near = new Set(part.match(/[\p{L}\p{N}_$]+/gu));
  for (const statement of file.statements) {
    if (!tsc.isImportDeclaration(statement)) continue;
    const clause = statement.importClause;
    const names: ts.Identifier[] = [];
    if (clause?.name) names.push(clause.name);
    const bindings = clause?.namedBindings;
    if (bindings && tsc.isNamedImports(bindings)) for (const element of bindings.elements) names.push(element.name);
    if (bindings && tsc.isNamespaceImport(bindings)) names.push(bindings.name);
    for (const name of names) importedItem(collect, checker.getSymbolAtLocation(name), name.text, near);
  }
}

function importedItem(
  collect: Collector,
  symbol: ts.Symbol | undefined,
  local: string,
  near: ReadonlySet<string>,
): void {
  const { state } = collect;
  const { tsc, checker } = state.snapshot;
  if (!symbol || !(symbol.flags & tsc.SymbolFlags.Alias)) return;
  const target = checker.getAliasedSymbol(symbol);
  const depth = near.has(local) ? 0 : 1;
  for (const declaration of (target.declarations ?? []).slice(0, 2)) {
    if (!isOfProject(state, declaration)) continue;
    const reason = `imported as ${local}`;
    if (isTypeDeclaration(tsc, declaration)) {
      const kind = tsc.isEnumDeclaration(declaration) ? 'enum' : 'import';
      collect.type(declaration, kind, depth, reason);
    } else if (tsc.isSourceFile(declaration)) namespaceItem(collect, target, local, depth);
    else collect.header(declaration, local, 'import', depth, reason);
  }
}

/** `import * as ns`: the headers of what it holds. */
function namespaceItem(collect: Collector, module: ts.Symbol, local: string, depth: number): void {
  const { state } = collect;
  const { checker } = state.snapshot;
  const lines: string[] = [];
  const names = [local];
  const members = checker
    .getExportsOfModule(module)
    .map((symbol) => ({ symbol, rank: collect.rank(symbol.name, state.node) }));
  members.sort((a, b) => b.rank - a.rank);
  for (const { symbol } of members.slice(0, 16)) {
    const declaration = symbol.declarations?.[0];
    if (!declaration || !isOfProject(state, declaration)) continue;
    names.push(symbol.name);
    lines.push(`  ${oneLine(header(state.snapshot, declaration), 160)}`);
  }
  if (lines.length === 0) return;
  collect.text(
    `ns ${local}`,
    'import',
    depth,
    `namespace ${local} {\n${lines.join('\n')}\n}`,
    names,
    `imported as ${local}`,
  );
}

const maxExports = 40;
/** Of so many the names are told: which of them are likely is judged where the budget is spent. */
const maxNamed = 400;

/** Exports that files of this kind import and this one does not yet. */
export function exportItems(collect: Collector, index: ProjectIndex, hints: readonly string[]): void {
  const { state } = collect;
  const packages = new Map<string, Importable[]>();
  let taken = 0;
  const rest: string[] = [];
  for (const item of importables(state, index, hints, maxNamed)) {
    if (taken >= maxExports) {
      rest.push(item.name);
      continue;
    }
    const reason = 'files like this one import it';
    if (item.entry) {
      if (collect.has(item.entry.node)) continue;
      const prefix = importComment(state, item.entry.path);
      const { tsc } = state.snapshot;
      if (isTypeDeclaration(tsc, item.entry.node)) collect.type(item.entry.node, 'export', taken / 6, reason);
      else collect.header(item.entry.node, item.name, 'export', taken / 6, reason, prefix);
      taken++;
    } else if (item.specifier && item.exported !== '*') {
      const names = packages.get(item.specifier) ?? [];
      names.push(item);
      packages.set(item.specifier, names);
      taken += 0.3;
    }
  }
  for (let from = 0; from < rest.length; from += 10)
    collect.names('export', (maxExports + from) / 6, rest.slice(from, from + 10), 'files like this one import it');
  for (const [specifier, items] of [...packages].slice(0, 6)) {
    const whole = items.find(({ exported }) => exported === 'default');
    const list = items.filter((item) => item === whole || item.exported !== 'default').slice(0, 10);
    const names = list.map(({ name }) => name);
    collect.text(
      `package ${specifier}`,
      'export',
      2,
      importLine(list, specifier),
      names,
      'files like this one import it',
    );
  }
}

/** `import Client, { open, type Options } from 'package'`: a line that could stand in the file. */
function importLine(items: readonly Importable[], specifier: string): string {
  const whole = items.find(({ exported }) => exported === 'default');
  const named = items.filter(({ exported }) => exported !== 'default');
  const isType = items.every((item) => item.isType) && (!whole || named.length === 0);
  const parts = named.map(
    (item) =>
      `${item.isType && !isType ? 'type ' : ''}${item.exported === item.name ? '' : `${item.exported} as `}${item.name}`,
  );
  const clause = [...(whole ? [whole.name] : []), ...(parts.length > 0 ? [`{ ${parts.join(', ')} }`] : [])];
  return `import ${isType ? 'type ' : ''}${clause.join(', ')} from '${specifier}'`;
}
