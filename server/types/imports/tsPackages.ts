/**
 * How a file names what another package of the workspace gives: by that package's own name, as its entry exports it. A relative path across
 * the border of two packages compiles, and breaks where they are built or installed.
 */
import type ts from 'typescript';
import type { HoleState } from '../tsHole.ts';
import type { ProjectIndex } from '../tsIndex.ts';
import { packageOf, subpathsOf, type WorkspacePackage, type WorkspacePackages } from '../workspacePackages.ts';
import type { Importable } from './tsImports.ts';

/** `within`: file and target are of one package, or this one imports so already; undefined: no way to write it is known. */
export function specifierAcross(
  state: HoleState,
  index: ProjectIndex,
  { exported, name }: Pick<Importable, 'exported' | 'name'>,
  target: string,
): 'within' | { readonly specifier: string } | undefined {
  const { snapshot, request } = state;
  const { packages } = snapshot.project;
  const theirs = packageOf(packages, target);
  const own = packageOf(packages, request.file);
  if (!theirs || !own || theirs === own) return 'within';
  const seen = writtenOf(state, index, own).get(theirs) ?? new Set();
  if ([...seen].some((each) => each.startsWith('.'))) return 'within';
  const known = isNeeded(packages, request.file, theirs.name) ? subpathsOf(theirs) : [];
  const sorted = [...seen, ...known.filter((each) => !seen.has(each))].sort((a, b) => a.length - b.length);
  const specifier = sorted.find((each) => gives(state, each, exported === '*' ? undefined : exported, name, target));
  return specifier === undefined ? undefined : { specifier };
}

const writtenBy = new WeakMap<HoleState, ReadonlyMap<WorkspacePackage, ReadonlySet<string>>>();

/** How the files of the hole's package name other packages of the workspace. */
function writtenOf(
  state: HoleState,
  index: ProjectIndex,
  own: WorkspacePackage,
): ReadonlyMap<WorkspacePackage, ReadonlySet<string>> {
  const known = writtenBy.get(state);
  if (known) return known;
  const { packages } = state.snapshot.project;
  const found = new Map<WorkspacePackage, Set<string>>();
  for (const [path, { summary }] of index.files) {
    if (packageOf(packages, path) !== own) continue;
    for (const { target, specifier } of summary.imports) {
      const theirs = target === undefined ? undefined : packageOf(packages, target);
      if (theirs && theirs !== own) found.set(theirs, (found.get(theirs) ?? new Set()).add(specifier));
    }
  }
  writtenBy.set(state, found);
  return found;
}

/** Whether a package around the file says that it needs this one. */
function isNeeded(packages: WorkspacePackages, file: string, name: string): boolean {
  return [...packages.values()].some((each) => file.startsWith(`${each.folder}/`) && each.needs.has(name));
}

/** Whether the module that a specifier means exports what `target` declares, itself or by what it passes on. */
function gives(
  { snapshot, request }: HoleState,
  specifier: string,
  exported: string | undefined,
  name: string,
  target: string,
): boolean {
  const { checker, program, project, tsc } = snapshot;
  const path = project.moduleFor(specifier, request.file);
  if (path === target) return true;
  const file = path === undefined ? undefined : program.getSourceFile(path);
  const module = file && checker.getSymbolAtLocation(file);
  if (!module || exported === undefined) return false;
  const found = checker
    .getExportsOfModule(module)
    .find((each) => each.name === (exported === 'default' ? name : exported));
  const meant: ts.Symbol | undefined =
    found && found.flags & tsc.SymbolFlags.Alias ? checker.getAliasedSymbol(found) : found;
  return meant?.declarations?.some((each) => each.getSourceFile().fileName === target) === true;
}
