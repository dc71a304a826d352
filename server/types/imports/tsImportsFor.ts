/** Imports for fills that no types made: what like places had, or the n-gram continued, may name what is not imported here yet. */
import type { Edit } from '../../text/span.ts';
import { freeNames } from '../enumerate/tsExpressions.ts';
import { attempt } from '../faults.ts';
import type { HoleState } from '../tsHole.ts';
import type { ExportEntry, ProjectIndex } from '../tsIndex.ts';
import { scopeValues } from '../tsScope.ts';
import { importables, importEdit } from './tsImports.ts';

/** Of so many files that export a name, none is meant. */
const maxHomes = 3;

export function importsFor(
  state: HoleState,
  index: ProjectIndex,
  texts: readonly string[],
): (readonly Edit[] | undefined)[] {
  const { tsc, checker } = state.snapshot;
  const scope = new Set(scopeValues(state).map((value) => value.name));
  // The language's own globals are not all among the values that are offered.
  for (const { name } of checker.getSymbolsInScope(state.node, tsc.SymbolFlags.Value)) scope.add(name);
  const known = new Map<string, readonly Edit[] | undefined>();
  const editFor = (name: string): readonly Edit[] | undefined => {
    if (!known.has(name)) known.set(name, editOf(state, index, name));
    return known.get(name);
  };
  return texts.map((text) => {
    const missing = [...new Set(freeNames(text))].filter((name) => name !== 'this' && !scope.has(name));
    const [name] = missing;
    return missing.length === 1 && name !== undefined ? attempt('imports', () => editFor(name), undefined) : undefined;
  });
}

function editOf(state: HoleState, index: ProjectIndex, name: string): readonly Edit[] | undefined {
  const usual = importables(state, index, []).find((item) => item.name === name && !item.isType);
  if (usual) return importEdit(state, index, usual);
  const homes = index.named(name).filter(({ path, isType }) => !isType && path !== state.request.file);
  const entry: ExportEntry | undefined = homes[0];
  if (!entry || homes.length > maxHomes) return undefined;
  const exported = entry.isDefault ? 'default' : name;
  return importEdit(state, index, { name, exported, entry, specifier: undefined, isType: false, weight: 0 });
}
