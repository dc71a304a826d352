/**
 * Errors that a checked copy has and that are none of its fill's: of an import that stood there before, which is resolved only when a fill
 * uses its name, and of a class that the copy declares once more beside its file, to which other files go on to hand values.
 */
import type ts from 'typescript';
import type { Ts } from '../tsConfig.ts';

/** Names that an import and the code declare both: that may be the fill's doing. */
const clashes = new Set([2300, 2440, 2451]);

export function isOfOldImport(
  tsc: Ts,
  file: ts.SourceFile,
  { code, start = -1 }: ts.Diagnostic,
  isOfEdit: (offset: number) => boolean,
): boolean {
  if (clashes.has(code) || isOfEdit(start)) return false;
  return file.statements.some(
    (each) =>
      start >= each.pos && start < each.end && (tsc.isImportDeclaration(each) || tsc.isImportEqualsDeclaration(each)),
  );
}

const unassignable = new Set([2322, 2345]);
const twoClasses =
  /'import\("[^"]*\/\.mortise-copy-\d+(?:\.ts)?"\)\.([\w.$]+)[^']*' is not assignable to (?:parameter of )?type 'import\("([^"]+)"\)\.([\w.$]+)/g;

/** A class with private members is told from another by its declaration, and the copy has one of its own. */
export function isOfCopiedClass(tsc: Ts, home: string, { code, messageText }: ts.Diagnostic): boolean {
  if (!unassignable.has(code)) return false;
  const path = home.replace(/\.[cm]?[jt]sx?$/, '');
  return [...tsc.flattenDiagnosticMessageText(messageText, ' ').matchAll(twoClasses)].some(
    ([, copied, from, own]) => copied === own && from === path,
  );
}
