/**
 * Copies of a project's file with other text, bound late: the program does not hold them, but its checker, which knows the
 * project's types by then, checks them as modules beside the file. A program of their own would learn all types again.
 */
import type ts from 'typescript';
import type { Ts } from './tsConfig.ts';

/** Internal parts of TypeScript, there in the version that ships with us. */
interface Binder {
  bindSourceFile?(file: ts.SourceFile, options: ts.CompilerOptions): void;
}
type ResolvedModule = ts.ResolvedModuleWithFailedLookupLocations | undefined;
export interface ResolvingProgram extends ts.Program {
  getResolvedModule?(file: ts.SourceFile, name: string, mode: ts.ResolutionMode): ResolvedModule;
  getResolvedModuleFromModuleSpecifier?(literal: ts.StringLiteralLike, file: ts.SourceFile): ResolvedModule;
}
interface PlacedFile extends ts.SourceFile {
  fileName: string;
  path?: string;
  resolvedPath?: string;
  originalFileName?: string;
  packageJsonScope?: unknown;
  imports?: readonly ts.StringLiteralLike[];
  moduleAugmentations?: readonly unknown[];
  ambientModuleNames?: readonly unknown[];
}

interface Bound extends ts.SourceFile {
  readonly locals?: Map<string, ts.Symbol>;
  readonly symbol?: ts.Symbol;
}

export interface CopyServices {
  /** `text` read as `like` is, under another name. */
  readonly parse: (text: string, name: string, like: ts.SourceFile) => ts.SourceFile;
  readonly resolve: (specifier: string, containing: string) => ResolvedModule;
}

/**
 * UTF-16 units. What the checker has learned of copies, some 75 bytes a unit, stays as long as it does: so much text, and it is left for a
 * new one, which learns the project's types again. A long file may be copied a few times before that.
 */
const mostText = { least: 1_000_000, most: 4_000_000, copies: 12 };

let made = 0;

export class Copies {
  private readonly homes = new WeakMap<ts.SourceFile, ts.SourceFile>();
  private length = 0;
  private longest = 0;
  private readonly tsc: Ts;
  private readonly program: ResolvingProgram;
  private readonly services: CopyServices;
  private readonly root: string;

  constructor(tsc: Ts, program: ResolvingProgram, root: string, services: CopyServices) {
    this.tsc = tsc;
    this.program = program;
    this.root = root;
    this.services = services;
    this.resolveCopies();
  }

  get isFull(): boolean {
    const { least, most, copies } = mostText;
    return this.length > Math.min(most, Math.max(least, copies * this.longest));
  }

  /** A copy of `home`, a file of the program, with `text`, which fills the hole of `buffer`. Undefined: this TypeScript cannot. */
  make(home: ts.SourceFile, text: string, buffer: ts.SourceFile): ts.SourceFile | undefined {
    const name = this.newName();
    if (name === undefined) return undefined;
    const file = this.place(this.services.parse(text, name, home), name, home);
    shareClasses(this.tsc, home, file, buffer.text);
    return file;
  }

  /** Makes a copy of `source`, which was read as `home`'s text and no program holds. */
  adopt(home: ts.SourceFile, source: ts.SourceFile): ts.SourceFile | undefined {
    const name = this.newName();
    return name === undefined ? undefined : this.place(source, name, home);
  }

  /** The file that `specifier` means in `home`. */
  target(home: ts.SourceFile, specifier: string): string | undefined {
    return this.services.resolve(specifier, home.fileName)?.resolvedModule?.resolvedFileName;
  }

  private newName(): string | undefined {
    const binder: Binder = this.tsc as Binder; // internal, so not in its types
    if (!binder.bindSourceFile || !this.program.getResolvedModule) return undefined;
    return `${this.root}/.mortise-copy-${made++}.ts`;
  }

  private place(file: PlacedFile, name: string, home: PlacedFile): ts.SourceFile {
    const binder: Binder = this.tsc as Binder;
    file.fileName = name;
    file.path = name;
    file.resolvedPath = name;
    file.originalFileName = name;
    file.packageJsonScope = home.packageJsonScope;
    // Among them is the one that JSX stands for.
    file.imports = home.imports ?? [];
    file.moduleAugmentations = [];
    file.ambientModuleNames = [];
    this.homes.set(file, home);
    this.length += file.text.length;
    this.longest = Math.max(this.longest, file.text.length);
    binder.bindSourceFile?.(file, this.program.getCompilerOptions());
    return file;
  }

  /** Imports of a copy resolve as those of its file do. */
  private resolveCopies(): void {
    const { program, homes, services } = this;
    const resolved = program.getResolvedModule;
    const bySpecifier = program.getResolvedModuleFromModuleSpecifier;
    if (!resolved) return;
    const resolve = (home: ts.SourceFile, name: string, mode: ts.ResolutionMode): ResolvedModule =>
      resolved(home, name, mode) ?? services.resolve(name, home.fileName);
    program.getResolvedModule = (file, name, mode) => {
      const home = homes.get(file);
      return home ? resolve(home, name, mode) : resolved(file, name, mode);
    };
    if (!bySpecifier) return;
    program.getResolvedModuleFromModuleSpecifier = (literal, file) => {
      const home = homes.get(file);
      return home
        ? resolve(home, literal.text, program.getModeForUsageLocation(file, literal))
        : bySpecifier(literal, file);
    };
  }
}

/**
 * A class that the copy does not change is the file's own: with a private member it would be another type, and values that
 * come back from other files would not be of it. The class around the hole is not, whatever fills it: also where that is what the file
 * had before, the code in the copy is within the copy's own class, and sees only that one's private members.
 */
function shareClasses(tsc: Ts, home: Bound, copy: Bound, buffer: string): void {
  const written = new Set(
    home.statements.filter(tsc.isClassDeclaration).map((each) => home.text.slice(each.pos, each.end)),
  );
  for (const statement of copy.statements) {
    if (!tsc.isClassDeclaration(statement) || !statement.name) continue;
    const text = copy.text.slice(statement.pos, statement.end);
    const { text: name } = statement.name;
    const own = home.locals?.get(name);
    if (!own || !isNominal.test(text) || !written.has(text) || !buffer.includes(text)) continue;
    copy.locals?.set(name, own);
    const exported = home.symbol?.exports?.get(statement.name.escapedText);
    if (exported) copy.symbol?.exports?.set(statement.name.escapedText, exported);
  }
}

/** Two declarations of these are two types, however alike: private members, constant enums, unique symbols. */
export const isNominal =
  /(?:^|[\s({;])(?:private|protected)\s|(?:^|[\s{;])#\w|\bconst\s+enum\s|\bunique\s+symbol\b|=\s*Symbol\(/;
