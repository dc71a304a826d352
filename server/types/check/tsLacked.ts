/**
 * Code that is being typed lacks arguments and members, and the one error of that hides what the checker says of those that stand there:
 * `pay(|)` of two, `map((u) => ({ cents: | }))`. For checking, the others are written as what fits everywhere.
 */
import type ts from 'typescript';
import type { Edit } from '../../text/span.ts';
import { type HoleState, placeholder } from '../tsHole.ts';
import type { Snapshot } from '../tsProject.ts';
import { isSeveral } from '../words.ts';
import { missingNames, written } from './tsLackedMembers.ts';

interface Lacked {
  readonly edits: readonly Edit[];
  /** In a literal whose member the hole itself is, a fill may bring some of these. */
  readonly own: { readonly at: number; readonly comma: string; readonly names: readonly string[] } | undefined;
}

const known = new WeakMap<HoleState, Lacked>();

/** In offsets of the request's text, all of them behind the hole, in order; a fill of several values is whole by itself. */
export function lackedBehind(state: HoleState, fill: string): readonly Edit[] {
  let found = known.get(state);
  if (!found) {
    found = /\.[cm]?jsx?$/.test(state.request.file) ? { edits: [], own: undefined } : lacked(state);
    known.set(state, found);
  }
  const { edits, own } = found;
  if (!own) return isSeveral(fill) ? [] : edits;
  const left = own.names.filter((name) => !new RegExp(`(?:^|,)\\s*['"]?${quoted(name)}(?![\\w$])`).test(fill));
  if (left.length === 0) return edits;
  return [{ span: { start: own.at, end: own.at }, text: own.comma + written(left) }, ...edits];
}

const quoted = (name: string): string => name.replace(/[^\w]/g, '\\$&');

function lacked({ snapshot, request, form, node }: HoleState): Lacked {
  const { tsc } = snapshot;
  const { offset, suffixOffset = offset } = request;
  const inserted = form.before.length + placeholder.length + form.after.length - (suffixOffset - offset);
  const edits: Edit[] = [];
  let own: Lacked['own'];
  const add = (given: ts.NodeArray<ts.Node>, missing: string): void => {
    const end = given.end - inserted;
    edits.push({ span: { start: end, end }, text: given.hasTrailingComma ? ` ${missing}` : `, ${missing}` });
  };
  for (let at: ts.Node = node; at.parent && !isEnd(tsc, at); at = at.parent) {
    const p = at.parent;
    if (tsc.isObjectLiteralExpression(p)) {
      const isOwn = at === node.parent && tsc.isShorthandPropertyAssignment(at);
      const names = missingNames(snapshot, p, isOwn ? node : undefined);
      const { end, hasTrailingComma } = p.properties;
      if (isOwn) own = { at: end - inserted, comma: hasTrailingComma ? ' ' : ', ', names };
      else if (names.length > 0) add(p.properties, written(names));
    }
    if (!tsc.isCallExpression(p) && !tsc.isNewExpression(p)) continue;
    const given = p.arguments;
    if (!given || p.expression === at) continue;
    const further = lackedArguments(snapshot, p);
    if (further === 0) continue;
    add(given, Array.from({ length: further }, () => 'undefined!').join(', '));
  }
  return { edits, own };
}

/** Where the hole's value goes no further: a statement, but for what a function within an expression returns. */
function isEnd(tsc: typeof ts, at: ts.Node): boolean {
  if (tsc.isBlock(at)) return !(tsc.isArrowFunction(at.parent) || tsc.isFunctionExpression(at.parent));
  if (tsc.isReturnStatement(at)) return !tsc.isBlock(at.parent);
  if (tsc.isFunctionLike(at)) return !(tsc.isArrowFunction(at) || tsc.isFunctionExpression(at));
  return tsc.isStatement(at) || tsc.isClassLike(at);
}

/** How many arguments a call must have beyond those that stand there. */
export function lackedArguments(snapshot: Snapshot, call: ts.CallExpression | ts.NewExpression): number {
  const { tsc, checker } = snapshot;
  const given = call.arguments ?? [];
  if (given.some(tsc.isSpreadElement)) return 0;
  const type = checker.getTypeAtLocation(call.expression);
  const signatures = tsc.isNewExpression(call) ? type.getConstructSignatures() : type.getCallSignatures();
  const least = Math.min(...signatures.map((signature) => required(snapshot, signature, call)));
  return least === Number.POSITIVE_INFINITY ? 0 : Math.max(0, least - given.length);
}

/** How many arguments a call must have. */
function required({ tsc, checker }: Snapshot, { parameters }: ts.Signature, call: ts.Node): number {
  const isLoose = ({ valueDeclaration }: ts.Symbol): boolean =>
    valueDeclaration !== undefined &&
    tsc.isParameter(valueDeclaration) &&
    (valueDeclaration.questionToken !== undefined ||
      valueDeclaration.initializer !== undefined ||
      valueDeclaration.dotDotDotToken !== undefined);
  const first = parameters.findIndex(isLoose);
  const loose = parameters[first];
  if (!loose) return parameters.length;
  const rest = checker.getTypeOfSymbolAtLocation(loose, call) as ts.TupleTypeReference;
  return first + (checker.isTupleType(rest) ? rest.target.minLength : 0);
}
