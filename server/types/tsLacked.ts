/**
 * A call that is being typed lacks arguments, and its one error hides what the checker says of those that stand there: `pay(|)` of two.
 * For checking, the others are written as what fits everywhere.
 */
import type ts from 'typescript';
import type { Edit } from '../text/span.ts';
import { type HoleState, placeholder } from './tsHole.ts';

const known = new WeakMap<HoleState, readonly Edit[]>();

/** In offsets of the request's text, all of them behind the hole, in order; a fill of several values is whole by itself. */
export function lackedArguments(state: HoleState, fill: string): readonly Edit[] {
  if (isSeveral(fill)) return [];
  const answered = known.get(state);
  if (answered) return answered;
  const found = /\.[cm]?jsx?$/.test(state.request.file) ? [] : lacked(state);
  known.set(state, found);
  return found;
}

function lacked({ snapshot, request, form, node }: HoleState): readonly Edit[] {
  const { tsc, checker } = snapshot;
  const { offset, suffixOffset = offset } = request;
  const inserted = form.before.length + placeholder.length + form.after.length - (suffixOffset - offset);
  const edits: Edit[] = [];
  for (let at: ts.Node = node; at.parent; at = at.parent) {
    if (tsc.isStatement(at) || tsc.isFunctionLike(at) || tsc.isClassLike(at)) break;
    const call = at.parent;
    if (!tsc.isCallExpression(call) && !tsc.isNewExpression(call)) continue;
    const given = call.arguments;
    if (!given || call.expression === at || given.some(tsc.isSpreadElement)) continue;
    const type = checker.getTypeAtLocation(call.expression);
    const signatures = tsc.isNewExpression(call) ? type.getConstructSignatures() : type.getCallSignatures();
    const least = Math.min(...signatures.map((signature) => required(tsc, signature)));
    if (!(least > given.length) || least === Number.POSITIVE_INFINITY) continue;
    const missing = Array.from({ length: least - given.length }, () => 'undefined!').join(', ');
    const end = given.end - inserted;
    edits.push({ span: { start: end, end }, text: given.hasTrailingComma ? ` ${missing}` : `, ${missing}` });
  }
  return edits;
}

/** `key, value`: values with a comma between. */
export function isSeveral(text: string): boolean {
  if (!text.includes(',')) return false;
  const bare = text.replace(/'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|`(?:[^`\\]|\\.)*`/g, '');
  let depth = 0;
  for (const sign of bare) {
    if ('([{'.includes(sign)) depth++;
    else if (')]}'.includes(sign)) depth--;
    else if (sign === ',' && depth === 0) return true;
  }
  return false;
}

/** How many arguments a call must have. */
function required(tsc: typeof ts, { parameters }: ts.Signature): number {
  const isLoose = ({ valueDeclaration }: ts.Symbol): boolean =>
    valueDeclaration !== undefined &&
    tsc.isParameter(valueDeclaration) &&
    (valueDeclaration.questionToken !== undefined ||
      valueDeclaration.initializer !== undefined ||
      valueDeclaration.dotDotDotToken !== undefined);
  const first = parameters.findIndex(isLoose);
  return first < 0 ? parameters.length : first;
}
