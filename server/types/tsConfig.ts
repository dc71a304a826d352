/**
 * Which TypeScript project a file belongs to: the nearest tsconfig or jsconfig that includes it (project references and
 * sibling configurations are looked through), else an inferred project over the root's files. Only JSON is read: no plugin
 * and no other code of the repository runs.
 */
import { type Dirent, readdirSync, statSync } from 'node:fs';
import type ts from 'typescript';
import { withDefaults } from './tsDefaults.ts';

export type Ts = typeof ts;

/** What bounds memory and time. A limit that is met becomes a note. */
export interface ProjectLimits {
  readonly maxFiles: number;
  readonly maxBytes: number;
  /** UTF-16 units; longer files are taken as empty modules. */
  readonly maxFileLength: number;
}

export const defaultLimits: ProjectLimits = { maxFiles: 3000, maxBytes: 80_000_000, maxFileLength: 1_500_000 };

export interface ProjectConfig {
  /** Absent: inferred. */
  readonly path?: string;
  readonly options: ts.CompilerOptions;
  readonly files: readonly string[];
  readonly references: readonly ts.ProjectReference[] | undefined;
  readonly notes: readonly string[];
}

const sourceName = /\.(?:[cm]?[jt]s|[jt]sx)$/;
const skippedFolders = new Set([
  'node_modules',
  'dist',
  'build',
  'out',
  'coverage',
  'bower_components',
  'vendor',
  'target',
]);

export function isTypedName(file: string): boolean {
  return sourceName.test(file);
}

/** JavaScript whose types nobody checks: names, members and calls alone are judged. Comments at the top of `text` say so for one file. */
export function isLoose(file: string, { checkJs }: ts.CompilerOptions, text: string): boolean {
  if (!/\.[cm]?jsx?$/.test(file)) return false;
  const top = /^(?:#![^\n]*\n)?(?:\s|\/\/[^\n]*(?:\n|$)|\/\*[\s\S]*?\*\/)*/.exec(text)?.[0] ?? '';
  const told = [...top.matchAll(/^[^\S\n]*\/\/\/?\s*@ts-(no)?check\b/gm)].at(-1);
  return told ? told[1] !== undefined : !checkJs;
}

export function slashed(path: string): string {
  return path.replaceAll('\\', '/');
}

export function folderOf(path: string): string {
  const at = path.lastIndexOf('/');
  return at <= 0 ? '/' : path.slice(0, at);
}

/** The project of `file`, looking upwards no further than `root`. */
export function projectOf(tsc: Ts, file: string, root: string, limits: ProjectLimits): ProjectConfig {
  for (let folder = folderOf(file); folder.startsWith(root); folder = folderOf(folder)) {
    const configs = configsIn(folder);
    let nearest: ProjectConfig | undefined;
    for (const name of configs) {
      const found = including(tsc, `${folder}/${name}`, file, limits, new Set());
      if (found?.includes) return found.config;
      if (name === 'tsconfig.json' || name === 'jsconfig.json') nearest ??= found?.config;
    }
    if (nearest) return { ...nearest, files: [...nearest.files.slice(0, limits.maxFiles), file] };
    if (folder === '/' || folder === root) break;
  }
  return inferredProject(tsc, root, limits);
}

/** tsconfig.json and jsconfig.json first, then tsconfig.app.json and its like. */
function configsIn(folder: string): string[] {
  const names = entriesOf(folder).map((entry) => entry.name);
  const main = ['tsconfig.json', 'jsconfig.json'].filter((name) => names.includes(name));
  if (main.length === 0) return [];
  return [...main, ...names.filter((name) => /^tsconfig\.[\w-]+\.json$/.test(name)).slice(0, 8)];
}

function including(
  tsc: Ts,
  path: string,
  file: string,
  limits: ProjectLimits,
  seen: Set<string>,
): { config: ProjectConfig; includes: boolean } | undefined {
  if (seen.has(path) || seen.size > 50) return undefined;
  seen.add(path);
  const config = readConfig(tsc, path, limits);
  if (!config) return undefined;
  if (config.files.includes(file)) return { config, includes: true };
  for (const reference of config.references ?? []) {
    const target = reference.path.endsWith('.json') ? reference.path : `${reference.path}/tsconfig.json`;
    const found = including(tsc, slashed(target), file, limits, seen);
    if (found?.includes) return found;
  }
  return { config, includes: false };
}

function readConfig(tsc: Ts, path: string, limits: ProjectLimits): ProjectConfig | undefined {
  const read = tsc.readConfigFile(path, tsc.sys.readFile);
  if (!read.config) return undefined;
  const parsed = tsc.parseJsonConfigFileContent(read.config, tsc.sys, folderOf(path), {}, path);
  const notes: string[] = [];
  const missing = parsed.errors.find((error) => error.code === 6053 || error.code === 5083);
  if (missing) notes.push(`${path}: ${tsc.flattenDiagnosticMessageText(missing.messageText, ' ')}`);
  const files = parsed.fileNames.filter((name) => !name.includes('/node_modules/'));
  if (files.length > limits.maxFiles) notes.push(`only ${limits.maxFiles} of ${files.length} files are loaded`);
  return {
    path,
    options: tempered(tsc, withDefaults(parsed.options, folderOf(path))),
    files,
    references: parsed.projectReferences,
    notes,
  };
}

/** The project's own options, less what only matters for emitting or for complaints that a hole should not hear. */
function tempered(tsc: Ts, options: ts.CompilerOptions): ts.CompilerOptions {
  const { outFile: _outFile, tsBuildInfoFile: _info, plugins: _plugins, ...kept } = options;
  const quiet: ts.CompilerOptions = {
    noEmit: true,
    composite: false,
    incremental: false,
    declaration: false,
    isolatedDeclarations: false,
    skipLibCheck: true,
    noUnusedLocals: false,
    noUnusedParameters: false,
    allowUnreachableCode: true,
    allowUnusedLabels: true,
    noImplicitReturns: false,
    ignoreDeprecations: '6.0',
    allowNonTsExtensions: true,
    disableSourceOfProjectReferenceRedirect: false,
  };
  const target = options.target ?? tsc.ScriptTarget.ES2022;
  return { ...kept, ...quiet, target };
}

function inferredProject(tsc: Ts, root: string, limits: ProjectLimits): ProjectConfig {
  const files = walk(root, limits.maxFiles);
  // A folder of other languages lacks nothing.
  const notes = files.length > 0 ? ['no tsconfig.json or jsconfig.json: defaults are used'] : [];
  if (files.length >= limits.maxFiles) notes.push(`only the first ${limits.maxFiles} files are loaded`);
  const options: ts.CompilerOptions = {
    target: tsc.ScriptTarget.ES2022,
    module: tsc.ModuleKind.Preserve,
    moduleResolution: tsc.ModuleResolutionKind.Bundler,
    jsx: tsc.JsxEmit.Preserve,
    allowJs: true,
    strict: true,
    noImplicitAny: false,
    experimentalDecorators: true,
    allowImportingTsExtensions: true,
    resolveJsonModule: true,
    allowSyntheticDefaultImports: true,
    esModuleInterop: true,
  };
  return { options: tempered(tsc, withDefaults(options, root)), files, references: undefined, notes };
}

/** Source files below `root`, breadth first, no build output, at most `limit`. */
function walk(root: string, limit: number): string[] {
  const files: string[] = [];
  const folders = [root];
  for (let folder = folders.shift(); folder !== undefined && files.length < limit; folder = folders.shift()) {
    for (const entry of entriesOf(folder)) {
      const path = `${folder === '/' ? '' : folder}/${entry.name}`;
      if (entry.isDirectory()) {
        if (!skippedFolders.has(entry.name) && !entry.name.startsWith('.')) folders.push(path);
      } else if (entry.isFile() && sourceName.test(entry.name) && !/\.min\.[cm]?js$/.test(entry.name)) {
        if (files.length < limit) files.push(path);
      }
    }
    if (folders.length > 5000) folders.length = 5000;
  }
  return files;
}

export function entriesOf(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return []; // deleted under us, or not ours to read: it has no files for us
  }
}

export function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
