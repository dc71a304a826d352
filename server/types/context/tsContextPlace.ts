/**
 * What the hole stands in, in a few lines: the functions around it with what they take, a callback's parameters with the types
 * that its call gives them, and what else can be named right there. Every context begins with these, whatever its budget.
 */
import type ts from 'typescript';
import { contextualReturn, functionName, type HoleState, isVague, placeholder } from '../tsHole.ts';
import { isCheaplyTyped, oneLine, typeText } from '../tsPrint.ts';
import { type ScopeValue, scopeValues } from '../tsScope.ts';
import type { Collector } from './tsContextCollector.ts';

/** Functions around the hole that are shown, from the inside, and values beside their parameters. */
const MOST_FUNCTIONS = 3;
const MOST_VALUES = 12;
/** Values whose type is inferred, whatever that takes. */
const MOST_INFERRED = 6;
/** UTF-16 units of one type. */
const LONGEST = 80;

export function placeItems(collect: Collector): void {
  const { state } = collect;
  const { tsc } = state.snapshot;
  const shown = new Set<ts.Node>();
  for (let at: ts.Node | undefined = state.node.parent; at && shown.size < MOST_FUNCTIONS; at = at.parent) {
    if (!tsc.isFunctionLike(at) || tsc.isTypeNode(at)) continue;
    shown.add(at);
    const depth = shown.size - 1;
    const names = at.parameters.flatMap(({ name }) => (tsc.isIdentifier(name) ? [name.text] : []));
    collect.text(`around ${at.pos}`, 'place', depth, signatureAround(state, at), names, 'the function around the hole');
  }
  const inside = scopeValues(state).filter(({ origin }) => origin === 'local' || origin === 'parameter');
  const others = inside.filter(({ symbol }) => !isShownBy(tsc, symbol, shown)).slice(0, MOST_VALUES);
  for (const [i, value] of others.entries())
    collect.text(`at hand ${value.name}`, 'place', i, valueText(state, value, i), [value.name], 'in scope at the hole');
}

function isShownBy(tsc: typeof ts, symbol: ts.Symbol, shown: ReadonlySet<ts.Node>): boolean {
  const declaration = symbol.valueDeclaration ?? symbol.declarations?.[0];
  if (!declaration) return false;
  // A function that is around the hole is shown as such, and so is what it is the value of.
  const value = tsc.isVariableDeclaration(declaration) ? declaration.initializer : declaration;
  return (value !== undefined && shown.has(value)) || (tsc.isParameter(declaration) && shown.has(declaration.parent));
}

/** `function find(id: string): User`, `handle = (event: Event): void`, `(one: number) => unknown`. */
function signatureAround(state: HoleState, node: ts.SignatureDeclaration): string {
  const { snapshot } = state;
  const { tsc } = snapshot;
  const list = `(${node.parameters.map((parameter) => parameterText(state, parameter)).join(', ')})`;
  const result = node.type && oneLine(node.type.getText(), LONGEST);
  const name = functionName(tsc, node);
  if (name === undefined) {
    if (tsc.isConstructorDeclaration(node)) return `constructor${list}`;
    const wanted = result === undefined ? contextualReturn(snapshot, node) : undefined;
    const given = isVague(tsc, wanted) || !wanted ? 'unknown' : typeText(snapshot, wanted, node);
    return `${list} => ${oneLine(result ?? given, LONGEST)}`;
  }
  const types = node.typeParameters?.map((each) => oneLine(each.getText(), LONGEST)).join(', ');
  const given = `${types === undefined ? '' : `<${types}>`}${list}${result === undefined ? '' : `: ${result}`}`;
  if (tsc.isFunctionDeclaration(node)) return `function ${name}${given}`;
  if (tsc.isArrowFunction(node) || tsc.isFunctionExpression(node)) return `${name} = ${given}`;
  const kind = tsc.isGetAccessor(node) ? 'get ' : tsc.isSetAccessor(node) ? 'set ' : '';
  return `${kind}${name}${given}`;
}

function parameterText({ snapshot }: HoleState, parameter: ts.ParameterDeclaration): string {
  const { tsc, checker } = snapshot;
  const rest = parameter.dotDotDotToken ? '...' : '';
  const name = oneLine(parameter.name.getText(), LONGEST).replace(placeholder, '');
  if (parameter.type)
    return `${rest}${name}${parameter.questionToken ? '?' : ''}: ${oneLine(parameter.type.getText(), LONGEST)}`;
  const type = checker.getTypeAtLocation(parameter);
  return `${rest}${name}${isVague(tsc, type) ? '' : `: ${oneLine(typeText(snapshot, type, parameter), LONGEST)}`}`;
}

function valueText({ snapshot, node }: HoleState, value: ScopeValue, rank: number): string {
  const { tsc } = snapshot;
  const { valueDeclaration } = value.symbol;
  const isCheap = valueDeclaration === undefined || isCheaplyTyped(tsc, valueDeclaration);
  const type = rank < MOST_INFERRED || isCheap ? value.type() : undefined;
  return type && !isVague(tsc, type)
    ? `${value.name}: ${oneLine(typeText(snapshot, type, node), LONGEST)}`
    : value.name;
}
