/**
 * Where a name is declared no name fits that is known already: it is a new one. What may stand there is a name that code like it has,
 * with what may follow it. In the braces of an import stands what its module exports; without a module nothing is known.
 */
import type ts from 'typescript';
import { importedNames } from '../enumerate/tsImporting.ts';
import { boundNames } from '../enumerate/tsPatterns.ts';
import { type HoleState, placeholder } from '../tsHole.ts';
import { scopeValues } from '../tsScope.ts';
import type { Fill } from '../typeEngine.ts';

/** Says of a fill whether it makes no sense as the name that is declared here. Undefined where the hole is no such name. */
export function namingJudge(state: HoleState): ((fill: Fill) => boolean) | undefined {
  const { tsc } = state.snapshot;
  const { parent } = state.node;
  if (isOfNoModule(state)) return () => true;
  if (tsc.isImportSpecifier(parent)) return importJudge(state);
  const bound = boundNames(state);
  // Loosely typed JavaScript has no error for a name that the value does not have.
  if (bound) return ({ text }) => !text.startsWith('...') && !bound.includes(/^[\w$]*/.exec(text)?.[0] ?? '');
  const isOwn = 'name' in parent && parent.name === state.node;
  if (!isOwn) return undefined;
  const isFunction = tsc.isFunctionDeclaration(parent) || tsc.isClassDeclaration(parent);
  const isMember = tsc.isEnumMember(parent) || tsc.isMethodDeclaration(parent);
  const isType =
    tsc.isInterfaceDeclaration(parent) || tsc.isTypeAliasDeclaration(parent) || tsc.isEnumDeclaration(parent);
  if (!isFunction && !isMember && !isType && !tsc.isVariableDeclaration(parent)) return undefined;
  const taken = takenNames(state);
  const isCaught = tsc.isCatchClause(parent.parent);
  return ({ text, edits }) => {
    // Nothing is imported to be declared anew.
    if (edits?.length) return true;
    const name = /^[A-Za-z_$][\w$]*/.exec(text)?.[0];
    if (name === undefined) {
      // A pattern takes apart what stands behind it.
      const isPattern = !isFunction && !isMember && !isType && /^[{[].*=/s.test(text);
      return !isPattern || [...text.matchAll(/[\w$]+/g)].some(([word]) => taken.has(word));
    }
    if (taken.has(name)) return true;
    if (isCaught) return !/^(?:_|e|ex|err\w*|\w*(?:error|exception|reason|cause))$/i.test(text);
    return isFunction && !/^[\w$]+\s*[(<{]|^[\w$]+ extends/.test(text);
  };
}

/** In the braces of an import stands what its module exports, and no other module is brought in for it. */
function importJudge(state: HoleState): (fill: Fill) => boolean {
  const { parent } = state.node;
  const names = importedNames(state);
  const isRenamed = state.snapshot.tsc.isImportSpecifier(parent) && parent.propertyName && parent.name === state.node;
  return ({ text, edits }) => {
    if (edits?.length) return true;
    const parts = text
      .split(',')
      .map((part) => /^\s*(?:type\s+)?([A-Za-z_$][\w$]*)(?:\s+as\s+[\w$]+)?\s*$/.exec(part)?.[1]);
    return parts.some((name) => name === undefined || (!isRenamed && names !== undefined && !names.includes(name)));
  };
}

/** `import { | }` before its `from`. */
function isOfNoModule({ snapshot: { tsc }, node }: HoleState): boolean {
  if (!tsc.isImportSpecifier(node.parent)) return false;
  const { moduleSpecifier } = node.parent.parent.parent.parent;
  return !tsc.isStringLiteral(moduleSpecifier) || moduleSpecifier.text === '';
}

/** Values of the file and its imports, also those that are declared only later, types, and the members beside it. */
function takenNames(state: HoleState): ReadonlySet<string> {
  const { snapshot, node } = state;
  const { tsc, checker, program } = snapshot;
  const values = scopeValues(state).filter(({ origin }) => origin !== 'library' && origin !== 'global');
  const isOfFile = ({ declarations }: ts.Symbol): boolean =>
    declarations?.some((one) => one.getSourceFile() === snapshot.file) === true;
  const own = checker.getSymbolsInScope(node, tsc.SymbolFlags.Value).filter(isOfFile);
  const types = checker
    .getSymbolsInScope(node, tsc.SymbolFlags.Type)
    .filter(({ declarations }) =>
      declarations?.some((one) => !program.isSourceFileDefaultLibrary(one.getSourceFile())),
    );
  const beside = tsc.isEnumMember(node.parent) ? node.parent.parent.members : [];
  const members = beside.flatMap(({ name }) => (tsc.isIdentifier(name) ? [name.text] : []));
  const names = [...[...values, ...own, ...types].map(({ name }) => name), ...members, 'undefined'];
  return new Set(names.filter((name) => name !== placeholder));
}
