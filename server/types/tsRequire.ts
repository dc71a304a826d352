/**
 * The edit that brings an export into a CommonJS file: a `require`, or one more name in the one that is there. An `import` would make the
 * file one that Node refuses. A file says what it is by its ending, by what it writes, then by its package and the compiler's module kind.
 */
import { dirname, join } from 'node:path';
import type ts from 'typescript';
import type { Edit } from '../text/span.ts';
import type { HoleState } from './tsHole.ts';
import { type Importable, startOfCode } from './tsImports.ts';

/** Undefined where the file is no CommonJS. */
export function requireEdit(state: HoleState, item: Importable, specifier: string): Edit[] | undefined {
  const { snapshot, request, node } = state;
  const { tsc, file } = snapshot;
  if (!isCommonJs(state)) return undefined;
  const shift = (at: number): number =>
    at <= node.getStart(file) ? at : at - (file.text.length - request.text.length);
  let last: ts.VariableStatement | undefined;
  for (const statement of file.statements) {
    const found = requiring(tsc, statement);
    if (!found) continue;
    last = statement as ts.VariableStatement; // what requires is one
    const { pattern, from } = found;
    const isNamed = item.exported !== 'default' && item.exported !== '*';
    if (!isNamed || bareName(from) !== bareName(specifier) || !tsc.isObjectBindingPattern(pattern)) continue;
    const end = pattern.elements.at(-1);
    if (!end || end.dotDotDotToken) continue;
    return [{ span: { start: shift(end.end), end: shift(end.end) }, text: `, ${item.name}` }];
  }
  const sample = last?.getText(file) ?? '';
  const quote = sample.includes('"') || (sample === '' && !request.text.includes("'")) ? '"' : "'";
  const semicolon = sample === '' || sample.endsWith(';') ? ';' : '';
  const what =
    item.exported === '*' ? item.name : item.exported === 'default' ? `{ default: ${item.name} }` : `{ ${item.name} }`;
  const line = `const ${what} = require(${quote}${specifier}${quote})${semicolon}`;
  const eol = request.text.includes('\r\n') ? '\r\n' : '\n';
  if (last) return [{ span: { start: shift(last.end), end: shift(last.end) }, text: eol + line }];
  const top = startOfCode(request.text);
  return [{ span: { start: top, end: top }, text: line + eol }];
}

/** `./time.js` and `./time` are one module. */
const bareName = (specifier: string): string => specifier.replace(/(?:\/index)?(?:\.[cm]?js)?$/, '');

function requiring(tsc: typeof ts, statement: ts.Statement): { pattern: ts.BindingName; from: string } | undefined {
  if (!tsc.isVariableStatement(statement)) return undefined;
  const [only] = statement.declarationList.declarations;
  const call = only?.initializer;
  if (statement.declarationList.declarations.length !== 1 || !only || !call || !tsc.isCallExpression(call))
    return undefined;
  const [from] = call.arguments;
  if (!tsc.isIdentifier(call.expression) || call.expression.text !== 'require' || !from || !tsc.isStringLiteral(from))
    return undefined;
  return { pattern: only.name, from: from.text };
}

const known = new WeakMap<HoleState, boolean>();

function isCommonJs(state: HoleState): boolean {
  const answered = known.get(state);
  if (answered !== undefined) return answered;
  const is = readIsCommonJs(state);
  known.set(state, is);
  return is;
}

function readIsCommonJs({ snapshot, request }: HoleState): boolean {
  const { tsc, file, program } = snapshot;
  const ending = /\.([cm]?)jsx?$/.exec(request.file);
  // TypeScript writes `import` in both.
  if (!ending || ending[1] === 'm') return false;
  if (ending[1] === 'c') return true;
  const isModule = file.statements.some(
    (statement) =>
      tsc.isImportDeclaration(statement) ||
      tsc.isExportDeclaration(statement) ||
      tsc.isExportAssignment(statement) ||
      (tsc.canHaveModifiers(statement) &&
        tsc.getModifiers(statement)?.some(({ kind }) => kind === tsc.SyntaxKind.ExportKeyword)),
  );
  if (isModule) return false;
  if (/\brequire\s*\(\s*['"]|\bmodule\.exports\b|^exports\.\w/m.test(request.text)) return true;
  const type = packageType(tsc, dirname(request.file));
  return type === undefined ? program.getCompilerOptions().module === tsc.ModuleKind.CommonJS : type === 'commonjs';
}

/** What the nearest package.json says of its files. */
function packageType(tsc: typeof ts, folder: string): string | undefined {
  const text = tsc.sys.readFile(join(folder, 'package.json'));
  if (text !== undefined) return /"type"\s*:\s*"(module|commonjs)"/.exec(text)?.[1];
  const up = dirname(folder);
  return up === folder ? undefined : packageType(tsc, up);
}
