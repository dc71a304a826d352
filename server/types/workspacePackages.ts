/**
 * The packages of a workspace (npm, pnpm, yarn, lerna), so that an import of one resolves to its source even where
 * nothing is installed or built: sources first, build output never.
 */
import { readFileSync } from 'node:fs';
import { entriesOf } from './tsConfig.ts';

export interface WorkspacePackage {
  readonly name: string;
  readonly folder: string;
  readonly exports: unknown;
  /** The packages that it says it needs. */
  readonly needs: ReadonlySet<string>;
}

export type WorkspacePackages = ReadonlyMap<string, WorkspacePackage>;

const maxDepth = 4;
const maxPackages = 400;

export function workspacePackages(root: string): WorkspacePackages {
  const found = new Map<string, WorkspacePackage>();
  const visit = (folder: string, depth: number): void => {
    if (found.size >= maxPackages) return;
    const entries = entriesOf(folder);
    if (entries.some((entry) => entry.name === 'package.json')) {
      const manifest = readJson(`${folder}/package.json`);
      const name = manifest?.['name'];
      if (manifest && typeof name === 'string' && !found.has(name))
        found.set(name, { name, folder, exports: manifest['exports'], needs: needsOf(manifest) });
    }
    if (depth === maxDepth) return;
    for (const entry of entries) {
      if (!entry.isDirectory() || entry.name.startsWith('.') || entry.name === 'node_modules') continue;
      if (/^(?:src|test|tests|__tests__|dist|build|out|fixtures|docs)$/.test(entry.name) && depth > 0) continue;
      visit(`${folder}/${entry.name}`, depth + 1);
    }
  };
  visit(root, 0);
  return found;
}

function readJson(path: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(readFileSync(path, 'utf8'));
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined; // a broken manifest names no package
  }
}

function needsOf(manifest: Record<string, unknown>): Set<string> {
  const kinds = ['dependencies', 'devDependencies', 'peerDependencies', 'optionalDependencies'];
  return new Set(kinds.flatMap((kind) => Object.keys(manifest[kind] ?? {})));
}

const homes = new WeakMap<WorkspacePackages, Map<string, WorkspacePackage | undefined>>();

/** The package that a file is in: the innermost. */
export function packageOf(packages: WorkspacePackages, path: string): WorkspacePackage | undefined {
  const folder = path.slice(0, path.lastIndexOf('/'));
  const known = homes.get(packages) ?? new Map<string, WorkspacePackage | undefined>();
  homes.set(packages, known);
  if (!known.has(folder)) known.set(folder, innermost(packages, path));
  return known.get(folder);
}

function innermost(packages: WorkspacePackages, path: string): WorkspacePackage | undefined {
  let found: WorkspacePackage | undefined;
  for (const each of packages.values())
    if (path.startsWith(`${each.folder}/`) && each.folder.length > (found?.folder.length ?? -1)) found = each;
  return found;
}

/** What can be imported of a package by its manifest: its name, and what it exports beside its entry by a plain name. */
export function subpathsOf({ name, exports }: WorkspacePackage): string[] {
  const keys = typeof exports === 'object' && exports !== null ? Object.keys(exports) : [];
  return [name, ...keys.filter((key) => /^\.\/[^*]+$/.test(key)).map((key) => name + key.slice(1))];
}

const ends = ['.ts', '.tsx', '/index.ts', '/index.tsx', '.mts', '.cts', '.d.ts', '/index.d.ts', '.js', '/index.js'];

/** The source file that `specifier` means, when it names a package of the workspace. */
export function sourceOf(
  packages: WorkspacePackages,
  specifier: string,
  exists: (path: string) => boolean,
): string | undefined {
  if (/^[./]/.test(specifier)) return undefined;
  const parts = specifier.split('/');
  const name = parts.slice(0, specifier.startsWith('@') ? 2 : 1).join('/');
  const home = packages.get(name);
  if (!home) return undefined;
  const rest = parts.slice(specifier.startsWith('@') ? 2 : 1).join('/');
  const stems: string[] = [];
  for (const target of exportTargets(home.exports, rest === '' ? '.' : `./${rest}`)) {
    const bare = target.replace(/^\.\//, '').replace(/(?:\.d)?\.[cm]?[jt]sx?$/, '');
    stems.push(bare.replace(/^(?:dist|lib|build|out)(?:\/(?:esm|cjs|es|types|module))?\//, 'src/'), bare);
  }
  stems.push(rest === '' ? 'src/index' : `src/${rest}`, rest === '' ? 'index' : rest, rest === '' ? 'src' : rest);
  if (rest === '') stems.push('source/index', 'lib/index', 'src/main');
  for (const stem of stems) {
    for (const end of ends) {
      const path = `${home.folder}/${stem}${end}`;
      if (exists(path)) return path;
    }
  }
  return undefined;
}

function exportTargets(exports: unknown, key: string): string[] {
  const found: string[] = [];
  const collect = (value: unknown): void => {
    if (typeof value === 'string') found.push(value);
    else if (typeof value === 'object' && value !== null) for (const inner of Object.values(value)) collect(inner);
  };
  if (typeof exports === 'string' && key === '.') return [exports];
  if (typeof exports === 'object' && exports !== null) collect((exports as Record<string, unknown>)[key]);
  return found.slice(0, 6);
}
