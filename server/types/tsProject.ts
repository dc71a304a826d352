/**
 * One TypeScript project kept warm: its files as they are open or on disk, and the buffer with the hole. Where it can, the
 * buffer is a copy beside its file (tsCopies.ts, tsApart.ts), so that hole after hole is asked of one checker; otherwise it
 * stands for its file in a program of its own.
 */
import { readFileSync, statSync } from 'node:fs';
import type ts from 'typescript';
import { attempt } from './faults.ts';
import { standsApart } from './tsApart.ts';
import { folderOf, type ProjectConfig, type ProjectLimits, type Ts } from './tsConfig.ts';
import { Copies } from './tsCopies.ts';
import { sourceOf, type WorkspacePackages } from './workspacePackages.ts';

/** Declared as a function that answers true or false: what is under it is checked as a branch of its own. */
export const branchTest = '__mortise_branch__';

export interface Snapshot {
  readonly tsc: Ts;
  readonly program: ts.Program;
  readonly checker: ts.TypeChecker;
  /** The buffer: the program's own file, or a copy beside it. */
  readonly file: ts.SourceFile;
  /** The program's file, where the buffer is a copy: what other files mean. */
  readonly beside?: ts.SourceFile;
  readonly project: TsProject;
}

/** What the projects of one root share. */
export interface ProjectSetting {
  readonly tsc: Ts;
  readonly root: string;
  readonly limits: ProjectLimits;
  readonly packages: WorkspacePackages;
  readonly registry: SourceRegistry;
  /** Other open buffers: path to text. */
  readonly open: ReadonlyMap<string, string>;
}

interface Stamp {
  readonly mtime: number;
  readonly size: number;
}

interface Cached {
  readonly source: ts.SourceFile | undefined;
  readonly stamp: Stamp | undefined;
}

/**
 * Source files that projects share, so that a monorepo's many projects parse and bind each file once. Reading and binding depend on some
 * options; projects with other values of those share the language's own libraries alone, in which they change nothing.
 */
export class SourceRegistry {
  private readonly groups = new Map<string, Map<string, Cached>>();
  readonly libraries = new Map<string, Cached>();
  bytes = 0;
  checkedAt = Date.now();

  groupFor(options: ts.CompilerOptions): Map<string, Cached> {
    const key = JSON.stringify(bindingOptions.map((name) => options[name]));
    const group = this.groups.get(key) ?? new Map<string, Cached>();
    // The last one asked for stays longest.
    this.groups.delete(key);
    this.groups.set(key, group);
    return group;
  }

  /** Forget all but the language's own libraries: another root begins. */
  forgetProjects(): void {
    this.bytes = 0;
    for (const group of this.groups.values()) group.clear();
  }

  /** Forget what only projects read that are closed, but for a few groups: a project that opens again reads nothing anew. */
  keep(projects: Iterable<TsProject>): void {
    const used = new Set([...projects].map(({ sources }) => sources));
    for (const [key, group] of this.groups) {
      if (this.groups.size <= maxGroups) return;
      if (!used.has(group)) this.groups.delete(key);
    }
  }

  forget(paths: readonly string[]): void {
    for (const group of [this.libraries, ...this.groups.values()]) for (const path of paths) group.delete(path);
  }
}

const maxGroups = 8;

/** TypeScript's own list, without falling through in a switch: that only tells the checker where. */
const bindingOptions: readonly (keyof ts.CompilerOptions)[] = [
  'allowUnreachableCode',
  'allowUnusedLabels',
  'alwaysStrict',
  'importHelpers',
  'jsx',
  'jsxImportSource',
  'module',
  'moduleDetection',
  'moduleResolution',
  'strict',
  'target',
];

export class TsProject {
  readonly notes: string[];
  /** Shared with projects of the same options. */
  readonly sources: Map<string, Cached>;
  private readonly registry: SourceRegistry;
  /** The folder of the language's own libraries. */
  private readonly libraries: string;
  private copies: Copies | undefined;
  /** What copies are made of: the file in the program of the last hole. */
  private home: { readonly file: ts.SourceFile; readonly copies: Copies; readonly buffer: ts.SourceFile } | undefined;
  private hole: ts.SourceFile | undefined;
  private program: ts.Program | undefined;
  /** Files changed since the program was made. */
  private isStale = false;
  /** Which files were there when they were last heard of. */
  private readonly existed = new Map<string, boolean>();
  /** The file whose buffer changed since the program was made: as long as holes are in it alone, the program serves. */
  private drifted: string | undefined;
  /** Stands for its file in a program that is being made. */
  private buffer: { path: string; source: ts.SourceFile } | undefined;
  private rootNames: readonly string[];
  private readonly host: ts.CompilerHost;
  private resolutions: ts.ModuleResolutionCache;
  private readonly open: ReadonlyMap<string, string>;
  readonly root: string;
  readonly config: ProjectConfig;
  private readonly tsc: Ts;
  private readonly limits: ProjectLimits;
  readonly packages: WorkspacePackages;

  constructor(setting: ProjectSetting, config: ProjectConfig) {
    const { limits } = setting;
    this.tsc = setting.tsc;
    this.root = setting.root;
    this.config = config;
    this.limits = limits;
    this.packages = setting.packages;
    this.open = setting.open;
    this.registry = setting.registry;
    this.libraries = `${libraryFolder(setting.tsc)}/`;
    this.sources = setting.registry.groupFor(config.options);
    this.notes = [...config.notes];
    this.rootNames = [...new Set(config.files.slice(0, limits.maxFiles + 1)), this.holeName()];
    this.resolutions = this.newResolutions();
    this.host = this.newHost();
  }

  get size(): number {
    return this.rootNames.length - 1;
  }

  /** Project sources of the current program, without libraries and dependencies. */
  *projectFiles(program: ts.Program): Generator<ts.SourceFile> {
    for (const source of program.getSourceFiles()) {
      if (source.fileName.includes('/node_modules/') || program.isSourceFileDefaultLibrary(source)) continue;
      if (source !== this.hole) yield source;
    }
  }

  /** `text` as the file `path`, for `sync`. */
  read(path: string, text: string): ts.SourceFile {
    return this.parse(path, text);
  }

  /** The buffer `path`, read as `source`, with a program and a checker that know it. */
  sync(path: string, source: ts.SourceFile): Snapshot {
    return attempt('beside', () => this.beside(path, source), undefined) ?? this.instead(path, source);
  }

  /** `source` as a copy beside the file `path`, as the program has it. */
  private beside(path: string, source: ts.SourceFile): Snapshot | undefined {
    this.refresh(path);
    if ((this.drifted ?? path) !== path || this.copies?.isFull) this.isStale = true;
    if (!this.rootNames.includes(path) && !this.program?.getSourceFile(path)) {
      // A new list: the old program still holds the old one and compares.
      this.rootNames = [path, ...this.rootNames];
      this.isStale = true;
    }
    const program = this.current();
    const beside = program.getSourceFile(path);
    const { tsc, copies } = this;
    if (!beside || !copies || !standsApart(tsc, program, beside, source, copies)) return undefined;
    const file = copies.adopt(beside, source);
    this.home = { file: beside, copies, buffer: source };
    return file && { tsc, program, checker: program.getTypeChecker(), file, beside, project: this };
  }

  /** A program of its own in which `source`, as it was read, is the file `path`. */
  instead(path: string, source: ts.SourceFile): Snapshot {
    const { tsc } = this;
    this.refresh(path);
    const names = this.rootNames.includes(path) ? this.rootNames : [path, ...this.rootNames];
    this.buffer = { path, source };
    const program = this.create(names);
    this.buffer = undefined;
    const file = program.getSourceFile(path);
    if (!file) throw new Error(`the program does not hold ${path}, which is among its roots`);
    this.home = { file, copies: this.copiesFor(program), buffer: file };
    return { tsc, program, checker: program.getTypeChecker(), file, project: this };
  }

  /** A copy of the buffer with `text`, for the checker of the last `sync`. Undefined: this TypeScript cannot. */
  copy(text: string): ts.SourceFile | undefined {
    return this.home?.copies.make(this.home.file, text, this.home.buffer);
  }

  current(): ts.Program {
    return (this.isStale ? undefined : this.program) ?? this.rebuild();
  }

  /** Whether `text` is what is known of the file. */
  holds(path: string, text: string): boolean {
    return this.sources.get(path)?.source?.text === text;
  }

  /**
   * Forget what was read of these files; `typed` is the only one, whose buffer changed by a key. The old program still serves as the ground of the next one, unless a file came or
   * went: imports that resolved may not any more, and the other way round.
   */
  forget(paths: readonly string[], typed?: string): void {
    const changed = paths.filter((path) => {
      const exists = this.open.has(path) || this.tsc.sys.fileExists(path);
      const existed = this.existed.get(path) ?? this.program?.getSourceFile(path) !== undefined;
      this.existed.set(path, exists);
      return exists !== existed;
    });
    this.registry.forget(paths);
    if (typed !== undefined && changed.length === 0 && (this.drifted ?? typed) === typed) this.drifted = typed;
    else this.isStale = true;
    if (changed.length === 0) return;
    this.resolutions = this.newResolutions();
    this.program = undefined;
  }

  private rebuild(): ts.Program {
    const program = this.create(this.rootNames);
    this.program = program;
    this.isStale = false;
    this.drifted = undefined;
    this.copies = this.copiesFor(program);
    return program;
  }

  private create(rootNames: readonly string[]): ts.Program {
    const { references } = this.config;
    const { realpath } = this.host;
    const program = this.tsc.createProgram({
      rootNames,
      options: this.config.options,
      host: this.host,
      ...(references ? { projectReferences: references } : {}),
      ...(this.program ? { oldProgram: this.program } : {}),
    });
    // TypeScript leaves its own around it: each would hold its program, and all that its checker has learned, for good.
    if (realpath) this.host.realpath = realpath;
    return program;
  }

  private copiesFor(program: ts.Program): Copies {
    return new Copies(this.tsc, program, this.root, {
      parse: (text, name, like) => this.parse(like.fileName, text, name, like),
      resolve: (specifier, containing) => this.resolve(specifier, containing, undefined, this.config.options),
    });
  }

  /** Look, at most every two seconds, whether files changed or vanished on disk. */
  private refresh(except: string): void {
    if (Date.now() - this.registry.checkedAt < 2000) return;
    const changed: string[] = [];
    for (const [path, cached] of this.sources) {
      if (path === except || path.includes('/node_modules/') || this.open.has(path)) continue;
      const now = stampOf(path);
      if (now?.mtime !== cached.stamp?.mtime || now?.size !== cached.stamp?.size) changed.push(path);
    }
    this.registry.forget(changed);
    if (changed.length > 0) this.resolutions = this.newResolutions();
    this.registry.checkedAt = Date.now();
  }

  private parse(path: string, text: string, as = path, like?: ts.SourceFile): ts.SourceFile {
    const { tsc } = this;
    const options = this.parseOptions(path, like);
    const isCopy = as !== path;
    // A script's copy must not declare its globals twice.
    const whole = isCopy && like && !tsc.isExternalModule(like) ? `${text}\nexport {};` : text;
    return tsc.createSourceFile(as, whole, options, true, scriptKind(tsc, path));
  }

  private parseOptions(path: string, like: ts.SourceFile | undefined): ts.CreateSourceFileOptions {
    const { tsc, config } = this;
    const format =
      like?.impliedNodeFormat ??
      tsc.getImpliedNodeFormatForFile(path, this.resolutions.getPackageJsonInfoCache(), this.host, config.options);
    return {
      languageVersion: config.options.target ?? tsc.ScriptTarget.ES2022,
      impliedNodeFormat: format,
      jsDocParsingMode: tsc.JSDocParsingMode.ParseForTypeErrors,
    };
  }

  /**
   * Declares the placeholder as `never`: a value that fits everywhere and tells inference nothing, where an unknown name
   * would make type arguments `any`.
   */
  private holeName(): string {
    return `${this.root}/.mortise-hole.d.ts`;
  }

  private newResolutions(): ts.ModuleResolutionCache {
    return this.tsc.createModuleResolutionCache(this.root, (name) => name, this.config.options);
  }

  private newHost(): ts.CompilerHost {
    const { tsc } = this;
    const exists = (path: string): boolean => this.buffer?.path === path || tsc.sys.fileExists(path);
    const host: ts.CompilerHost & { useSourceOfProjectReferenceRedirect(): boolean } = {
      getSourceFile: (name, options) => this.source(name, options),
      getDefaultLibFileName: (options) => tsc.getDefaultLibFilePath(options),
      getDefaultLibLocation: () => libraryFolder(tsc),
      getCurrentDirectory: () => this.root,
      getCanonicalFileName: (name) => (tsc.sys.useCaseSensitiveFileNames ? name : name.toLowerCase()),
      useCaseSensitiveFileNames: () => tsc.sys.useCaseSensitiveFileNames,
      getNewLine: () => '\n',
      jsDocParsingMode: tsc.JSDocParsingMode.ParseForTypeErrors,
      writeFile: () => {},
      fileExists: exists,
      readFile: (name) => this.textOf(name),
      directoryExists: tsc.sys.directoryExists,
      getDirectories: tsc.sys.getDirectories,
      readDirectory: tsc.sys.readDirectory,
      realpath: tsc.sys.realpath ?? ((path) => path),
      resolveModuleNameLiterals: (literals, containing, redirected, options) =>
        literals.map((literal) => this.resolve(literal.text, containing, redirected, options)),
      // Else each program reads the package.json of every file again.
      getModuleResolutionCache: () => this.resolutions,
      // The language service does the same: an import of a referenced project means its sources, not its output.
      useSourceOfProjectReferenceRedirect: () => true,
    };
    return host;
  }

  /** The file that a specifier means in a file of the project. */
  moduleFor(specifier: string, containing: string): string | undefined {
    return this.resolve(specifier, containing, undefined, this.config.options).resolvedModule?.resolvedFileName;
  }

  private resolve(
    specifier: string,
    containing: string,
    redirected: ts.ResolvedProjectReference | undefined,
    options: ts.CompilerOptions,
  ): ts.ResolvedModuleWithFailedLookupLocations {
    const { tsc, host } = this;
    const found = tsc.resolveModuleName(specifier, containing, options, host, this.resolutions, redirected);
    const name = found.resolvedModule?.resolvedFileName;
    const isOutput = name !== undefined && !name.includes('/node_modules/') && /\/(?:dist|build|out|lib)\//.test(name);
    if (name !== undefined && !(isOutput && /\.d\.[cm]?ts$|js$/.test(name))) return found;
    const source = sourceOf(this.packages, specifier, (path) => tsc.sys.fileExists(path));
    if (source === undefined) return found;
    const extension = /\.d\.ts$/.exec(source)?.[0] ?? /\.\w+$/.exec(source)?.[0] ?? '.ts';
    return { resolvedModule: { resolvedFileName: source, extension, isExternalLibraryImport: false } };
  }

  private source(name: string, options: ts.ScriptTarget | ts.CreateSourceFileOptions): ts.SourceFile | undefined {
    if (this.buffer?.path === name) return this.buffer.source;
    if (name === this.holeName()) {
      this.hole ??= this.tsc.createSourceFile(
        name,
        `declare const __hole__: never;\ndeclare function ${branchTest}(): boolean;`,
        options,
      );
      return this.hole;
    }
    const sources = this.isLibrary(name) ? this.registry.libraries : this.sources;
    const cached = sources.get(name);
    if (cached) return cached.source;
    const text = this.open.get(name) ?? this.readBounded(name);
    const source =
      text === undefined
        ? undefined
        : this.tsc.createSourceFile(name, text, options, false, scriptKind(this.tsc, name));
    sources.set(name, { source, stamp: stampOf(name) });
    return source;
  }

  private isLibrary(name: string): boolean {
    return name.startsWith(this.libraries) && name.endsWith('.d.ts');
  }

  private textOf(name: string): string | undefined {
    return this.buffer?.path === name ? this.buffer.source.text : readText(name);
  }

  /** A file's text within the limits; beyond them an empty module stands for it, and a note says so. */
  private readBounded(name: string): string | undefined {
    const text = readText(name);
    if (text === undefined) return undefined;
    // The language's own library is large and needed: lib.dom.d.ts alone has two million units.
    if (this.isLibrary(name)) return text;
    this.registry.bytes += text.length;
    const tooLong = text.length > this.limits.maxFileLength || isMinified(name, text);
    if (!tooLong && this.registry.bytes <= this.limits.maxBytes) return text;
    const why = tooLong ? 'too long or minified' : 'beyond the memory limit';
    if (this.notes.length < 20) this.notes.push(`${name} is left out: ${why}`);
    return 'export {};';
  }
}

const libraryFolder = (tsc: Ts): string => folderOf(tsc.getDefaultLibFilePath({}).replaceAll('\\', '/'));

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').replace(/^\uFEFF/, '');
  } catch {
    return undefined; // deleted under us
  }
}

function stampOf(path: string): Stamp | undefined {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat && { mtime: stat.mtimeMs, size: stat.size };
}

export function isMinified(name: string, text: string): boolean {
  if (!/\.[cm]?jsx?$/.test(name) || text.length < 20_000) return false;
  let lines = 1;
  for (let at = text.indexOf('\n'); at >= 0 && lines * 500 < text.length; at = text.indexOf('\n', at + 1)) lines++;
  return lines * 500 < text.length;
}

export function scriptKind(tsc: Ts, path: string): ts.ScriptKind {
  if (path.endsWith('.tsx')) return tsc.ScriptKind.TSX;
  if (/\.[cm]?ts$/.test(path)) return tsc.ScriptKind.TS;
  if (path.endsWith('.json')) return tsc.ScriptKind.JSON;
  // JSX stands in .js files as often as in .jsx.
  return tsc.ScriptKind.JSX;
}
