/**
 * What a decorator is told in an arrow, so that it is read late: the class of what is decorated (`@Type(() => |) role?: RoleDto | null`,
 * `@ApiProperty({ type: () => | })`), and behind that the way back from it (`@ManyToOne(() => User, (user) => |) author: User`).
 */
import type ts from 'typescript';
import { outermost } from '../tsHole.ts';
import type { Gathering } from './tsGather.ts';

/**
 * How often what is said here was what the developer wrote, in the repositories that have such places (1,055 classes, 433 ways back in three),
 * is .92, 1.0, 1.0 and 1.0, .99. Shown is less than their mean, since they are few.
 */
const odds = 0.95;

/** Lists that such decorators make anyway; others are told `[Post]`. */
const makesLists = /Many$|^Type$/;

export function decorated(gather: Gathering): void {
  const { tsc } = gather.state.snapshot;
  const at = outermost(tsc, gather.state.node);
  const arrow = at.parent;
  if (!tsc.isArrowFunction(arrow) || arrow.body !== at || arrow.parameters.length > 1) return;
  const told = placeOf(tsc, arrow);
  const type = told && typeOf(tsc, told.member);
  if (!told || !type) return;
  const found = classesIn(tsc, type);
  const [first] = found;
  if (!first || found.some(({ text }) => text !== first.text)) return;
  const isList = tsc.isArrayTypeNode(type) && !makesLists.test(told.name);
  if (told.index === 1) wayBack(gather, arrow, first, told.member);
  else if (told.index === 0 && isList)
    gather.offer({ text: `[${first.text}]`, origin: 'object', fit: 'same', name: first.text });
  else if (told.index === 0)
    gather.offer({ text: first.text, origin: 'variable', fit: 'same', name: first.text, odds });
}

interface Told {
  /** The decorator's last name. */
  readonly name: string;
  readonly index: number;
  readonly member: ts.Node;
}

/** An argument of a decorator's call, or what an object in the first says of `type`. */
function placeOf(tsc: typeof ts, arrow: ts.ArrowFunction): Told | undefined {
  const property = arrow.parent;
  const isNamed = tsc.isPropertyAssignment(property) && property.name.getText() === 'type';
  const argument: ts.Node = isNamed ? property.parent : arrow;
  const call = argument.parent;
  if (!tsc.isCallExpression(call) || !tsc.isDecorator(call.parent)) return undefined;
  const index = call.arguments.indexOf(argument as ts.Expression); // -1 where it is none of them
  if (isNamed && index !== 0) return undefined;
  return { name: /[\w$]*$/.exec(call.expression.getText())?.[0] ?? '', index, member: call.parent.parent };
}

function typeOf(tsc: typeof ts, member: ts.Node): ts.TypeNode | undefined {
  const isTyped =
    tsc.isPropertyDeclaration(member) ||
    tsc.isParameter(member) ||
    tsc.isMethodDeclaration(member) ||
    tsc.isGetAccessor(member);
  return isTyped ? member.type : undefined;
}

/** The names that a type comes down to: of `Promise<Post[]> | null` the post. */
function classesIn(tsc: typeof ts, type: ts.TypeNode): ts.Identifier[] {
  if (tsc.isUnionTypeNode(type)) return type.types.flatMap((part) => classesIn(tsc, part));
  if (tsc.isParenthesizedTypeNode(type)) return classesIn(tsc, type.type);
  if (tsc.isArrayTypeNode(type)) return classesIn(tsc, type.elementType);
  if (!tsc.isTypeReferenceNode(type)) return [];
  const { typeName, typeArguments = [] } = type;
  if (typeArguments.length > 0) return typeArguments.flatMap((part) => classesIn(tsc, part));
  return tsc.isIdentifier(typeName) ? [typeName] : [];
}

/** The one member of the class told before that is of the decorated member's own class. */
function wayBack(gather: Gathering, arrow: ts.ArrowFunction, other: ts.Identifier, member: ts.Node): void {
  const { tsc, checker } = gather.state.snapshot;
  const own = tsc.isClassLike(member.parent) ? member.parent.name?.text : undefined;
  const parameter = arrow.parameters[0]?.name;
  if (own === undefined || !parameter || !tsc.isIdentifier(parameter)) return;
  const named = checker.getSymbolAtLocation(other);
  const target = named && named.flags & tsc.SymbolFlags.Alias ? checker.getAliasedSymbol(named) : named;
  const back = [...(target?.members?.values() ?? [])].filter(({ valueDeclaration: declared }) => {
    const type = declared && tsc.isPropertyDeclaration(declared) ? declared.type : undefined;
    return type !== undefined && classesIn(tsc, type).some(({ text }) => text === own);
  });
  const [only] = back;
  if (back.length === 1 && only)
    gather.offer({ text: `${parameter.text}.${only.name}`, origin: 'property', fit: 'same', name: only.name, odds });
}
