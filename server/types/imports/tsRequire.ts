/**
 * The edit that brings an export into a CommonJS file: a `require`, or one more name in the one that is there. An `import` would make the
 * file one that Node refuses, and so would a `require` of a module: in doubt nothing is brought in, and what needs it is not offered.
 */
import type ts from 'typescript';
import type { Edit } from '../../text/span.ts';
import type { HoleState } from '../tsHole.ts';
import { type Importable, startOfCode } from './tsImports.ts';
import { isRequirable, isWhole, moduleKind } from './tsModuleKind.ts';

/** `import` where the file is a module, undefined where there is no way that surely runs. */
export function requireEdit(state: HoleState, item: Importable, specifier: string): Edit[] | undefined | 'import' {
  const { snapshot, request, node } = state;
  const { tsc, file, program } = snapshot;
  const kind = moduleKind(state);
  if (kind === 'module') return 'import';
  if (kind === 'unknown' || item.isType) return undefined;
  const isNamed = item.exported !== 'default' && item.exported !== '*';
  let last: ts.VariableStatement | undefined;
  let isRequired = false;
  for (const statement of file.statements) {
    // What stands behind the hole is not there yet where the hole runs.
    if (statement.end > node.getStart(file)) break;
    const found = requiring(tsc, statement);
    if (!found) continue;
    last = found.statement;
    if (bareName(found.from) !== bareName(specifier)) continue;
    isRequired = true;
    const end = tsc.isObjectBindingPattern(found.pattern) ? found.pattern.elements.at(-1) : undefined;
    if (!isNamed || !end || end.dotDotDotToken) continue;
    return [{ span: { start: end.end, end: end.end }, text: `, ${named(item)}` }];
  }
  if (!isRequired && !isRequirable(state, item.entry, specifier)) return undefined;
  const sample = last?.getText(file) ?? '';
  const quote = sample.includes('"') || (sample === '' && !request.text.includes("'")) ? '"' : "'";
  const semicolon = sample === '' || sample.endsWith(';') ? ';' : '';
  const isAll =
    item.exported === '*' ||
    (item.entry?.isCommon === true && item.entry.isDefault) ||
    (item.entry !== undefined && isWhole(program, tsc, item.entry.path));
  const what = isAll ? item.name : `{ ${named(item)} }`;
  const line = `const ${what} = require(${quote}${specifier}${quote})${semicolon}`;
  const eol = request.text.includes('\r\n') ? '\r\n' : '\n';
  if (last) return [{ span: { start: last.end, end: last.end }, text: eol + line }];
  const top = startOfCode(request.text);
  return [{ span: { start: top, end: top }, text: line + eol }];
}

const named = ({ name, exported }: Importable): string => (name === exported ? name : `${exported}: ${name}`);

/** `./time.js` and `./time` are one module. */
const bareName = (specifier: string): string => specifier.replace(/(?:\/index)?(?:\.[cm]?js)?$/, '');

interface Requiring {
  readonly statement: ts.VariableStatement;
  readonly pattern: ts.BindingName;
  readonly from: string;
}

function requiring(tsc: typeof ts, statement: ts.Statement): Requiring | undefined {
  if (!tsc.isVariableStatement(statement)) return undefined;
  const [only] = statement.declarationList.declarations;
  const call = only?.initializer;
  if (statement.declarationList.declarations.length !== 1 || !only || !call || !tsc.isCallExpression(call))
    return undefined;
  const [from] = call.arguments;
  if (!tsc.isIdentifier(call.expression) || call.expression.text !== 'require' || !from || !tsc.isStringLiteral(from))
    return undefined;
  return { statement, pattern: only.name, from: from.text };
}
