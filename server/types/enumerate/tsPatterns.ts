/** `const { | } = value`: which names a pattern can take from what stands behind it. */
import type ts from 'typescript';
import { type HoleState, isVague } from '../tsHole.ts';
import type { Gathering } from './tsGather.ts';

/** Members of the value that the pattern does not take yet and nothing beside it is called. Undefined where the hole is another. */
export function boundNames({ snapshot: { tsc, checker }, node }: HoleState): readonly string[] | undefined {
  const own = node.parent;
  if (!tsc.isBindingElement(own) || own.dotDotDotToken || (own.propertyName ?? own.name) !== node) return undefined;
  const { parent: pattern } = own;
  const declaration = pattern.parent;
  if (!tsc.isObjectBindingPattern(pattern) || !tsc.isVariableDeclaration(declaration)) return undefined;
  const type = declaration.initializer && checker.getTypeAtLocation(declaration.initializer);
  if (!type || isVague(tsc, type)) return undefined;
  const home = homeOf(tsc, pattern);
  const isBeside = (symbol: ts.Symbol): boolean =>
    symbol.declarations?.some((each) => homeOf(tsc, each) === home) ?? false;
  const { Value, Alias } = tsc.SymbolFlags;
  const taken = new Set(
    checker
      .getSymbolsInScope(node, Value | Alias)
      .filter(isBeside)
      .map(({ name }) => name),
  );
  for (const { name, propertyName } of pattern.elements) taken.add((propertyName ?? name).getText());
  return checker
    .getPropertiesOfType(checker.getNonNullableType(type))
    .map(({ name }) => name)
    .filter((name) => /^[A-Za-z_$][\w$]*$/.test(name) && !taken.has(name));
}

/** The block that a declaration's name is known in. */
function homeOf(tsc: typeof ts, node: ts.Node): ts.Node | undefined {
  return tsc.findAncestor(
    node.parent,
    (each) => tsc.isBlock(each) || tsc.isSourceFile(each) || tsc.isModuleBlock(each),
  );
}

export function patternNames(gather: Gathering): void {
  for (const name of boundNames(gather.state) ?? []) {
    // What the file names already and nothing declares waits for it.
    const isWanted = new RegExp(`(?<![\\w$.])${name.replaceAll('$', '\\$')}(?![\\w$])`).test(gather.state.request.text);
    gather.offer({ text: name, origin: 'variable', fit: isWanted ? 'assignable' : 'open', name });
  }
}
