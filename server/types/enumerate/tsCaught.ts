/**
 * What is thrown and what a `catch` has caught: errors of the file and of the language behind a `throw`; where an error or its text is
 * wanted, what was caught, whose own type is unknown and fits nowhere by itself.
 */
import { constructorsOf } from './tsExpressions.ts';
import type { Gathering } from './tsGather.ts';

/** Behind `throw`: nothing else is asked of that place than to be an error. */
export function thrown(gather: Gathering): void {
  const { tsc, checker } = gather.state.snapshot;
  if (!tsc.isThrowStatement(gather.state.node.parent)) return;
  for (const value of gather.scope) {
    const signatures = value.type().getConstructSignatures();
    const made = signatures[0]?.getReturnType();
    if (!made || !checker.getPropertyOfType(made, 'message') || !checker.getPropertyOfType(made, 'name')) continue;
    if (value.origin === 'library' && value.name !== 'Error') continue;
    constructorsOf(gather, value.name, signatures, value);
  }
}

export function caught(gather: Gathering): void {
  const { snapshot, node } = gather.state;
  const { tsc, checker } = snapshot;
  for (let at = node.parent; at && !tsc.isFunctionLike(at); at = at.parent) {
    const variable = tsc.isCatchClause(at) ? at.variableDeclaration : undefined;
    if (!variable || !tsc.isIdentifier(variable.name)) continue;
    const name = variable.name.text;
    const root = gather.scopeNames.get(name);
    if (!root || !(root.type().flags & tsc.TypeFlags.Unknown)) return;
    const wanted = gather.expected.map((type) => checker.getNonNullableType(type));
    const isError = wanted.some(({ symbol }) => symbol?.name === 'Error');
    const isText = wanted.some(({ flags }) => (flags & tsc.TypeFlags.String) !== 0);
    if (isError) gather.offer({ text: `${name} as Error`, origin: 'operator', root, name, fit: 'assignable' });
    if (isText) gather.offer({ text: `String(${name})`, origin: 'call', root, name, fit: 'assignable' });
    return;
  }
}
