/**
 * What a new object takes over from a value of the function around it: `title: dto.title`, `userId: user.id`. By name and type, from the one
 * value that the object seems to be made from; of two accounts each could be it, and nothing is taken.
 */
import type ts from 'typescript';
import { isVague } from '../tsHole.ts';
import type { ScopeValue } from '../tsScope.ts';
import { wordsOf } from '../words.ts';
import { type Gathering, memberName } from './tsGather.ts';
import type { Wanted } from './tsObvious.ts';

/** A value with those of its members that could be members of what is made. */
interface Source {
  readonly value: ScopeValue;
  readonly members: ReadonlyMap<string, ts.Type>;
  readonly fitting: ReadonlySet<string>;
}

const maxSources = 12;
const maxMembers = 60;

const known = new WeakMap<readonly Wanted[], readonly Source[]>();

/** The text that gives `wanted`; `owner` is the type of the object that `all` are the members of. */
export function takenOver(
  gather: Gathering,
  wanted: Wanted,
  all: readonly Wanted[],
  owner: ts.Type,
): string | undefined {
  const { tsc, checker } = gather.state.snapshot;
  const sources = known.get(all) ?? sourcesIn(gather, all);
  known.set(all, sources);
  if (isVague(tsc, wanted.type)) return undefined;
  // `userId` of `user`, by its name alone.
  for (const { value, members } of sources) {
    const rest = wanted.name.startsWith(value.name) ? wanted.name.slice(value.name.length) : '';
    const name = rest.charAt(0).toLowerCase() + rest.slice(1);
    const type = /^[A-Z]/.test(rest) ? members.get(name) : undefined;
    if (type && checker.isTypeAssignableTo(type, wanted.type)) return `${value.name}.${name}`;
  }
  const likely = sources.filter(
    (each) => each.fitting.has(wanted.name) && isSourceOf(gather, each, all, owner) && !isOfOther(each, wanted, all),
  );
  const most = Math.max(0, ...likely.map(({ fitting }) => fitting.size));
  const [best, another] = likely.filter(({ fitting }) => fitting.size === most);
  if (best) return another ? undefined : `${best.value.name}.${wanted.name}`;
  return within(gather, sources, wanted);
}

function sourcesIn(gather: Gathering, all: readonly Wanted[]): readonly Source[] {
  const { tsc, checker, program } = gather.state.snapshot;
  const { node } = gather.state;
  const isOfLibrary = (type: ts.Type): boolean =>
    type.symbol?.declarations?.some((each) => program.isSourceFileDefaultLibrary(each.getSourceFile())) === true;
  const near = gather.scope.filter(({ origin }) => origin === 'local' || origin === 'parameter').slice(0, maxSources);
  return near.flatMap((value): Source[] => {
    // Code before may have ruled out that it is missing: whoever writes it checks.
    const type = checker.getNonNullableType(value.type());
    const isObject = (type.flags & (tsc.TypeFlags.Object | tsc.TypeFlags.Intersection)) !== 0;
    if (!isObject || checker.isArrayLikeType(type) || type.getCallSignatures().length > 0 || isOfLibrary(type))
      return [];
    const properties = checker.getPropertiesOfType(type).slice(0, maxMembers);
    const members = new Map(
      properties
        .filter((property) => memberName(property) !== undefined)
        .map((property) => [property.name, checker.getTypeOfSymbolAtLocation(property, node)]),
    );
    const fits = (wanted: Wanted): boolean => {
      const own = members.get(wanted.name);
      return own !== undefined && !isVague(tsc, own) && checker.isTypeAssignableTo(own, wanted.type);
    };
    return [{ value, members, fitting: new Set(all.filter(fits).map(({ name }) => name)) }];
  });
}

/** By a word that the types share, or because most of what is wanted is there. */
function isSourceOf({ state }: Gathering, { value, fitting }: Source, all: readonly Wanted[], owner: ts.Type): boolean {
  if (fitting.size >= 2 && fitting.size * 2 > all.length) return true;
  const own = new Set(
    [...namesOf(state.snapshot.checker.getNonNullableType(value.type())), value.name].flatMap(wordsOf),
  );
  const theirs = [...namesOf(owner), ...(state.name === undefined ? [] : [state.name])].flatMap(wordsOf);
  return theirs.some((word) => word.length > 2 && own.has(word));
}

/** What a type is called, and what it is made from: `Omit<Task, 'id'>`. */
function namesOf(type: ts.Type): string[] {
  const parts = type.aliasTypeArguments ?? [];
  const name = type.aliasSymbol?.name ?? type.symbol?.name ?? '';
  return [name, ...parts.flatMap((part) => part.symbol?.name ?? [])].filter(
    (each) => !/^(?:__|Omit$|Pick$)/.test(each),
  );
}

/** An `id` beside an `orderId` is not the order's. */
function isOfOther({ value }: Source, wanted: Wanted, all: readonly Wanted[]): boolean {
  if (wanted.name !== 'id') return false;
  const names = [value.name, ...namesOf(value.type())].map((each) => `${each}id`.toLowerCase());
  return all.some(({ name }) => names.includes(name.toLowerCase()));
}

/** An object of that very type and name one step further in: `uri: editor.document.uri`. */
function within({ state }: Gathering, sources: readonly Source[], wanted: Wanted): string | undefined {
  const { tsc, checker } = state.snapshot;
  if (!(wanted.type.flags & tsc.TypeFlags.Object) || checker.isArrayLikeType(wanted.type)) return undefined;
  const found = sources.flatMap(({ value, members }) =>
    [...members].flatMap(([name, type]) => {
      const inner = type.flags & tsc.TypeFlags.Object ? type.getProperty(wanted.name) : undefined;
      const own = inner && checker.getTypeOfSymbolAtLocation(inner, state.node);
      return own === wanted.type ? [`${value.name}.${name}.${wanted.name}`] : [];
    }),
  );
  return found.length === 1 ? found[0] : undefined;
}
