/** Values in scope by the types they have, and what the file declares at its top level. */
import type ts from 'typescript';
import type { Ts } from '../tsConfig.ts';
import { isVague } from '../tsHole.ts';
import { declaredNames } from '../tsIndex.ts';
import { isCheaplyTyped, oneLine, typeText } from '../tsPrint.ts';
import { type ScopeValue, scopeValues } from '../tsScope.ts';
import { type Collector, isTypeDeclaration } from './tsContextCollector.ts';
import { namedDeclarations } from './tsContextTypes.ts';

const maxValues = 28;
/** Beyond so many, values whose type would have to be inferred from much are left out: the file's own, and nearer ones. */
const maxInferred = { file: 4, other: 8 };

const isCheaplyDeclared = (tsc: Ts, { symbol }: ScopeValue): boolean =>
  symbol.valueDeclaration === undefined || isCheaplyTyped(tsc, symbol.valueDeclaration);

export function valueItems(collect: Collector): void {
  const { state } = collect;
  const { tsc } = state.snapshot;
  const values = scopeValues(state)
    .filter((value) => value.origin === 'local' || value.origin === 'parameter' || value.origin === 'file')
    .sort((a, b) => a.distance - b.distance)
    .slice(0, maxValues);
  for (const [i, value] of values.entries()) {
    const depth = Math.floor(i / 4);
    const most = value.origin === 'file' ? maxInferred.file : maxInferred.other;
    if (i >= most && !isCheaplyDeclared(tsc, value)) continue;
    const type = value.type();
    if (isVague(tsc, type)) continue;
    const named = namedDeclarations(state, type, 4);
    for (const declaration of named) {
      const kind = tsc.isEnumDeclaration(declaration) ? 'enum' : 'member';
      collect.type(declaration, kind, depth, `the type of ${value.name}, ${nearness(value)}`);
    }
    const home = value.symbol.valueDeclaration;
    if (named.length === 0 && home && tsc.isVariableDeclaration(home)) anonymousItem(collect, value, type, depth);
  }
}

function nearness(value: ScopeValue): string {
  return value.origin === 'parameter' ? 'a parameter' : value.origin === 'file' ? 'of this file' : 'in scope';
}

/** A value of a type without a name: its members in one line. */
function anonymousItem(collect: Collector, value: ScopeValue, type: ts.Type, depth: number): void {
  const { state } = collect;
  const { tsc } = state.snapshot;
  if (!(type.flags & tsc.TypeFlags.Object) || type.getCallSignatures().length > 0) return;
  const properties = type.getProperties();
  if (properties.length === 0 || properties.length > 60 || state.snapshot.checker.isArrayLikeType(type)) return;
  const text = `${value.name}: ${oneLine(typeText(state.snapshot, type, state.node), 500)}`;
  const names = [value.name, ...properties.map((p) => p.name)].filter((name) => text.includes(name));
  collect.text(`value ${value.name}`, 'value', depth, text, names, `the type of ${value.name}, ${nearness(value)}`);
}

/** The file's own top-level declarations. */
export function skeletonItems(collect: Collector): void {
  const { state } = collect;
  const { tsc, file } = state.snapshot;
  const { node } = state;
  const declared = file.statements.flatMap((statement) => declaredNames(tsc, statement));
  declared.sort((a, b) => Math.abs(a[1].pos - node.pos) - Math.abs(b[1].pos - node.pos));
  for (const [i, [name, declaration]] of declared.slice(0, 80).entries()) {
    if (declaration.pos <= node.pos && node.end <= declaration.end && !tsc.isClassLike(declaration)) continue;
    const depth = Math.floor(i / 8);
    if (isTypeDeclaration(tsc, declaration)) collect.type(declaration, 'skeleton', depth, 'declared in this file');
    else collect.header(declaration, name, 'skeleton', depth, 'declared in this file');
  }
}
