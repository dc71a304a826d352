/**
 * Behind a dot, where a member's own value does not fit: what fits of the value that it gives. `return store.` that wants names is
 * answered `all().map((user) => user.name)` where `all` gives the users.
 */
import type ts from 'typescript';
import { isVague } from '../tsHole.ts';
import type { Gathering } from './tsGather.ts';
import { parenthesised } from './tsShapes.ts';

/** Members looked at of what one member gives. */
const MOST = 40;

/** `head` gives a value of `type`, which does not fit `context`. */
export function onwards(gather: Gathering, head: string, type: ts.Type, context: ts.Type): void {
  const { tsc, checker } = gather.state.snapshot;
  if (gather.isOver || isVague(tsc, type) || isVague(tsc, context)) return;
  const bare = checker.getNonNullableType(type);
  const dot = bare === type ? '.' : '?.';
  const fits = (given: ts.Type): boolean => !isVague(tsc, given) && checker.isTypeAssignableTo(given, context);
  const offer = (text: string, name: string, given: ts.Type): void =>
    gather.offer({ text: head + dot + text, origin: 'member', type: given, fit: 'assignable', name, depth: 3 });
  const [from, to] = [elementOf(gather, bare), elementOf(gather, context)];
  if (from && to) {
    for (const { text, name } of mappings(gather, from, to)) offer(text, name, context);
    return;
  }
  for (const { name, type: own } of plainMembers(gather, bare)) {
    if (gather.isOver) return;
    if (fits(own)) offer(name, name, own);
    const signature = own.getCallSignatures()[0];
    if (!signature || signature.typeParameters || !needsNothing(tsc, signature)) continue;
    const given = signature.getReturnType();
    if (given !== bare && fits(given)) offer(`${name}()`, name, given);
  }
}

function plainMembers(gather: Gathering, type: ts.Type): { readonly name: string; readonly type: ts.Type }[] {
  const { snapshot, node } = gather.state;
  const { checker } = snapshot;
  return checker
    .getPropertiesOfType(checker.getApparentType(type))
    .slice(0, MOST)
    .filter(({ name }) => /^[A-Za-z_$][\w$]*$/.test(name))
    .map((property) => ({ name: property.name, type: checker.getTypeOfSymbolAtLocation(property, node) }));
}

function needsNothing(tsc: typeof ts, { parameters }: ts.Signature): boolean {
  return parameters.every(({ valueDeclaration: declared }) => {
    if (!declared || !tsc.isParameter(declared)) return false;
    return (
      declared.questionToken !== undefined ||
      declared.initializer !== undefined ||
      declared.dotDotDotToken !== undefined
    );
  });
}

function elementOf({ state }: Gathering, type: ts.Type): ts.Type | undefined {
  const { tsc, checker } = state.snapshot;
  const isList = checker.isArrayLikeType(type) && !checker.isTupleType(type);
  return isList ? checker.getIndexTypeOfType(type, tsc.IndexKind.Number) : undefined;
}

/** One list as the other: a member of each element. */
function mappings(gather: Gathering, from: ts.Type, to: ts.Type): { readonly text: string; readonly name: string }[] {
  const { tsc, checker } = gather.state.snapshot;
  const { text } = gather.state.request;
  if (!(checker.getNonNullableType(from).flags & (tsc.TypeFlags.Object | tsc.TypeFlags.Intersection))) return [];
  const one = elementName(text, from);
  const head = parenthesised(text) ? `(${one})` : one;
  return plainMembers(gather, from)
    .filter(({ type }) => !isVague(tsc, type) && checker.isTypeAssignableTo(type, to))
    .map(({ name }) => ({ text: `map(${head} => ${one}.${name})`, name }));
}

/** As the file calls what it maps, else as the type is called. */
function elementName(text: string, type: ts.Type): string {
  const written = /\.map\(\(?([A-Za-z_$][\w$]*)\)?\s*=>\s*\1\b/.exec(text)?.[1];
  const name = type.aliasSymbol?.name ?? type.symbol?.name ?? '';
  return written ?? (/^[A-Z][A-Za-z]*$/.test(name) ? name.charAt(0).toLowerCase() + name.slice(1) : 'item');
}
