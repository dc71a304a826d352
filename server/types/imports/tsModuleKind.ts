/**
 * What a JavaScript file is to Node: a module, CommonJS, or nobody knows. Its ending and its package say so before anything else does,
 * then what its code does (not its comments), then the compiler's module kind. And which modules CommonJS can require.
 */
import { isBuiltin } from 'node:module';
import { dirname, join } from 'node:path';
import type ts from 'typescript';
import type { Ts } from '../tsConfig.ts';
import type { HoleState } from '../tsHole.ts';
import type { ExportEntry } from '../tsIndex.ts';

type Kind = 'module' | 'commonjs' | 'unknown';

const known = new WeakMap<HoleState, Kind>();

export function moduleKind(state: HoleState): Kind {
  const answered = known.get(state);
  if (answered !== undefined) return answered;
  const kind = readKind(state);
  known.set(state, kind);
  return kind;
}

function readKind({ snapshot: { tsc, file, program }, request }: HoleState): Kind {
  const ending = /\.([cm]?)js(x?)$/.exec(request.file);
  // TypeScript writes `import` in both.
  if (!ending || ending[1] === 'm') return 'module';
  if (ending[1] === 'c') return 'commonjs';
  const type = packageType(tsc, dirname(request.file));
  if (type === 'module' || file.statements.some((statement) => isOfModule(tsc, statement))) return 'module';
  if (/\brequire\b|\bexports\b/.test(request.text) && usesCommonJs(tsc, file)) return 'commonjs';
  const options = program.getCompilerOptions();
  if (type === undefined) return options.module === tsc.ModuleKind.CommonJS ? 'commonjs' : 'module';
  // What npm writes into every new package.json says little where a bundler reads the files.
  const { configFilePath } = options;
  const isNode = configFilePath === undefined || emitsCommonJs(tsc, options);
  return isNode && ending[2] === '' ? 'commonjs' : 'unknown';
}

function isOfModule(tsc: Ts, statement: ts.Statement): boolean {
  if (tsc.isImportDeclaration(statement) || tsc.isExportDeclaration(statement) || tsc.isExportAssignment(statement))
    return true;
  const modifiers = tsc.canHaveModifiers(statement) ? tsc.getModifiers(statement) : undefined;
  return modifiers?.some(({ kind }) => kind === tsc.SyntaxKind.ExportKeyword) ?? false;
}

/** Whether the code requires something or gives something away. */
function usesCommonJs(tsc: Ts, file: ts.SourceFile): boolean {
  const isNamed = (node: ts.Node, name: string): boolean => tsc.isIdentifier(node) && node.text === name;
  const visit = (node: ts.Node): boolean => {
    if (tsc.isCallExpression(node) && isNamed(node.expression, 'require')) {
      const [from] = node.arguments;
      if (from && tsc.isStringLiteral(from)) return true;
    }
    if (tsc.isPropertyAccessExpression(node)) {
      if (isNamed(node.expression, 'exports')) return true;
      if (isNamed(node.expression, 'module') && node.name.text === 'exports') return true;
    }
    return tsc.forEachChild(node, visit) ?? false;
  };
  return visit(file);
}

/** What the nearest package.json says of its files. */
function packageType(tsc: Ts, folder: string): 'module' | 'commonjs' | undefined {
  const text = tsc.sys.readFile(join(folder, 'package.json'));
  if (text !== undefined) {
    const type = /"type"\s*:\s*"(module|commonjs)"/.exec(text)?.[1];
    return type === 'module' || type === 'commonjs' ? type : undefined;
  }
  const up = dirname(folder);
  return up === folder ? undefined : packageType(tsc, up);
}

function emitsCommonJs({ ModuleKind }: Ts, { module = ModuleKind.None }: ts.CompilerOptions): boolean {
  return module === ModuleKind.CommonJS || (module >= ModuleKind.Node16 && module <= ModuleKind.NodeNext);
}

/** Whether Node, any of those in use, can surely require what an export stands in: what is written as a module it may refuse. */
export function isRequirable(
  { snapshot: { tsc, program } }: HoleState,
  entry: ExportEntry | undefined,
  specifier: string,
): boolean {
  if (!entry) return isBuiltin(specifier);
  const { path, isDefault } = entry;
  if (path.includes('/node_modules/') || /\.m[jt]s$/.test(path)) return false;
  if (/\.c[jt]s$/.test(path)) return specifier.endsWith('.cjs');
  if (packageType(tsc, dirname(path)) === 'module') return false;
  if (entry.isCommon) return true;
  if (path.endsWith('.d.ts')) return !isDefault || isWhole(program, tsc, path);
  return /\.tsx?$/.test(path) && emitsCommonJs(tsc, program.getCompilerOptions());
}

/** Whether a file gives one thing as its whole: `export =`. */
export function isWhole(program: ts.Program, tsc: Ts, path: string): boolean {
  const statements = program.getSourceFile(path)?.statements ?? [];
  return statements.some((statement) => tsc.isExportAssignment(statement) && statement.isExportEquals);
}
