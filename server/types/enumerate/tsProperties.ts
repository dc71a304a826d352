/** Which members of a value chains are made of, where it has many or its kinds have different ones. */
import { basename } from 'node:path';
import type ts from 'typescript';
import { wordsOf } from '../words.ts';
import type { Gathering } from './tsGather.ts';

const maxProperties = 90;
/** Kinds of a union whose own members are looked at. */
const mostKinds = 16;

/** Of the members of a large object (all texts of a program, all icons) those that the file reads, then those that say a word of its name. */
export function likeliestMembers(
  gather: Gathering,
  root: string,
  properties: readonly ts.Symbol[],
): readonly ts.Symbol[] {
  if (properties.length <= maxProperties) return properties;
  const file = new Set(
    wordsOf(basename(gather.state.request.file).replace(/\..*$/, '')).filter((word) => word.length > 2),
  );
  const turn = ({ name }: ts.Symbol): number => {
    if (gather.chains.has(`${root}.${name}`)) return 0;
    return wordsOf(name).some((word) => file.has(word)) ? 1 : 2;
  };
  const turns = new Map(properties.map((property) => [property, turn(property)]));
  return [...properties].sort((a, b) => (turns.get(a) ?? 2) - (turns.get(b) ?? 2)).slice(0, maxProperties);
}

/** What only some of a union's parts have: code before the hole may have told which it is, and the checker knows. */
export function ofSomeKinds({ state: { snapshot } }: Gathering, type: ts.Type): readonly ts.Symbol[] {
  const { tsc, checker } = snapshot;
  if (!type.isUnion() || type.types.length > mostKinds) return [];
  const objects = type.types.filter((part) => part.flags & tsc.TypeFlags.Object);
  const own = objects.flatMap((part) => checker.getPropertiesOfType(part).slice(0, maxProperties));
  const byName = new Map(own.map((symbol) => [symbol.name, symbol]));
  return [...byName.values()].filter(({ name }) => checker.getPropertyOfType(type, name) === undefined);
}
