/** All arguments that a call still lacks at once, where values of the very names of its parameters are at hand: `this.set(|)` → `key, value`. */
import type ts from 'typescript';
import { outermost } from '../tsHole.ts';
import type { Gathering } from './tsGather.ts';

export function namedArguments(gather: Gathering): void {
  const { snapshot, node, place } = gather.state;
  const { tsc, checker } = snapshot;
  const at = outermost(tsc, node);
  const call = at.parent;
  if (place !== 'argument' || !(tsc.isCallExpression(call) || tsc.isNewExpression(call))) return;
  const given: readonly ts.Expression[] = call.arguments ?? [];
  const first = given.indexOf(at as ts.Expression); // `place` says that it is one
  if (first < 0 || first !== given.length - 1) return;
  const type = checker.getTypeAtLocation(call.expression);
  const signatures = tsc.isNewExpression(call) ? type.getConstructSignatures() : type.getCallSignatures();
  for (const signature of signatures.slice(0, 3)) {
    const names = required(tsc, signature)
      .slice(first)
      .map(({ name }) => name);
    if (names.length < 2) continue;
    const values = names.map((name) => gather.scopeNames.get(name));
    if (values.some((value) => value === undefined || value.origin === 'library' || value.origin === 'global'))
      continue;
    gather.offer({ text: names.join(', '), origin: 'operator', fit: 'assignable', root: values[0], name: names[0] });
  }
}

function required(tsc: typeof ts, { parameters }: ts.Signature): readonly ts.Symbol[] {
  const isLoose = ({ valueDeclaration: own }: ts.Symbol): boolean =>
    own !== undefined &&
    tsc.isParameter(own) &&
    (own.questionToken !== undefined || own.initializer !== undefined || own.dotDotDotToken !== undefined);
  const end = parameters.findIndex(isLoose);
  return end < 0 ? parameters : parameters.slice(0, end);
}
