/**
 * Whether a value of Python, Go or Java lacks a member. Most of it can only be guessed: a declaration may be inherited, generated,
 * embedded or added from outside, and what libraries declare is not read at all. So it is said how sure that is.
 */
import { posix } from 'node:path';
import type { OpenHole } from '../complete.ts';
import type { IndexedFile } from '../index/indexFile.ts';
import type { SymbolRecord } from '../index/indexOutline.ts';
import { holderOf, isMethod, lacksMember } from '../items/memberNames.ts';
import type { ScopeName } from './scopeNames.ts';
import { baseOf, declarations } from './wantedHere.ts';

/** `proved`: it does not exist. `likely`: nothing shows it, but it may. */
export type Doubt = 'proved' | 'likely';

/** What takes no dot. */
const bare = /^(?:None|True|False|true|false|null|nil)$/;
/** Every object of Java has them, every class, every enum and its values. */
const ofJava =
  /^(?:class|this|super|length|getClass|hashCode|equals|toString|clone|notify|notifyAll|wait|finalize|values|valueOf|name|ordinal|compareTo|getDeclaringClass)$/;
/** Methods of Python that bring no other members. */
const plainDunder =
  /^__(?:init|repr|str|eq|ne|lt|le|gt|ge|hash|len|bool|iter|contains|enter|exit|post_init|call|add|sub|slots|doc|module)__$/;
const plainDecorator =
  /^(?:dataclass|dataclasses|property|staticmethod|classmethod|abstractmethod|abc|functools|override|overload|typing)$/;

export function lackedBy(
  hole: OpenHole,
  values: readonly ScopeName[],
  first: string,
  member: string,
): Doubt | undefined {
  const { view } = hole;
  const { family } = view.buffer;
  if (new RegExp(`(?<![\\p{L}\\p{N}_])${first}\\.${member}(?![\\p{L}\\p{N}_])`, 'u').test(view.text)) return undefined;
  if (bare.test(first)) return 'likely';
  if (/^__/.test(member)) return undefined;
  const bound = values.find(({ name }) => name === first);
  const declared = declarations(hole, first).some(({ kind }) => kind === 'type');
  if (bound?.kind === 'module' && !declared) {
    const found = declarations(hole, member);
    return found.length > 0 && found.every((symbol) => holderOf(symbol) !== undefined) ? 'likely' : undefined;
  }
  const isType = bound ? bound.kind === 'type' : declared;
  if (isType) return lackedByType(hole, first, member);
  const holder = baseOf(bound?.type ?? '');
  // Of what is built in, holds others or comes from a library nothing is known.
  if (holder === '' || (family === 'java' && ofJava.test(member))) return undefined;
  if (lacksMember(hole, holder, member) !== true || has(hole, holder, member)) return undefined;
  const isProved = isDeclaredSo(view.text, family, bound) && isClosed(hole, bound?.type ?? '', member);
  return isProved ? 'proved' : 'likely';
}

/** Methods of Go may stand in any file of the package. */
const has = (hole: OpenHole, type: string, member: string): boolean =>
  declarations(hole, member).some((symbol) => holderOf(symbol) === type);

function lackedByType(hole: OpenHole, type: string, member: string): Doubt | undefined {
  const { family } = hole.view.buffer;
  // A method can be named by its type.
  if (family === 'go') return 'likely';
  const found = declarations(hole, member).filter((symbol) => holderOf(symbol) === type);
  if (family === 'java') {
    if (ofJava.test(member)) return undefined;
    const isClass = declarations(hole, type).every(({ header }) => /\bclass\b/.test(header));
    const isOfObjects = ({ kind, header }: SymbolRecord): boolean =>
      kind === 'member' && isClass && !/\bstatic\b/.test(header);
    if (found.length > 0) return found.every(isOfObjects) ? 'likely' : undefined;
    return isClosed(hole, type, member) ? 'proved' : 'likely';
  }
  return found.length === 0 && lacksMember(hole, type, member) === true ? 'likely' : undefined;
}

/** Python: the type is written at the parameter, and nothing in the text gives it another value or narrows it. */
function isDeclaredSo(text: string, family: string, bound: ScopeName | undefined): boolean {
  if (family !== 'python') return true;
  if (bound?.kind !== 'parameter') return false;
  return !new RegExp(
    `\\b(?:isinstance|hasattr|setattr|issubclass|type|cast)\\(\\s*(?:\\w+,\\s*)?${bound.name}\\b|\\bmatch\\s+${bound.name}\\b|\\b${bound.name}\\s*:?=(?!=)|\\b(?:as|for)\\s+${bound.name}\\b`,
  ).test(text);
}

/** Whether all that a type has is written in its one declaration, which lacks the member. */
function isClosed(hole: OpenHole, type: string, member: string): boolean {
  const at = homeOf(hole, type);
  if (!at || (at.symbol.parents?.length ?? 0) > 0) return false;
  const { view, workspace } = hole;
  const { vocabulary } = workspace.index;
  const { file, symbol } = at;
  const { family } = view.buffer;
  const isOwn = file === view.buffer;
  const id = vocabulary.find(member);
  // Of fields that share a type the first alone is a symbol, and objects of Python get more than their class says.
  const isSpelled =
    family !== 'python' && fieldsOf(at).every(({ header }) => !header.replace(/<.*>|=.*/s, '').includes(','));
  if (isSpelled) return family === 'go' ? isTiled(symbol, file) : isPlainClass(at, hole);
  if (isOwn ? new RegExp(`\\b${member}\\b`, 'u').test(outside(view)) : id !== undefined && file.tokens.includes(id))
    return false;
  if (family === 'go') return isTiled(symbol, file);
  if (family === 'java') return isPlainClass(at, hole);
  if (/\[/.test(symbol.header)) return false;
  const dunders = file.symbols.filter(({ container, name }) => container === symbol.name && name.startsWith('__'));
  return dunders.every(({ name }) => plainDunder.test(name)) && hasPlainDecorators(hole, file);
}

const fieldsOf = ({ file, symbol }: Home): SymbolRecord[] =>
  file.symbols.filter((one) => one.container === symbol.name && !isMethod(one));

/** What an annotation generates is written nowhere. */
const isPlainClass = ({ symbol }: Home, { workspace }: OpenHole): boolean =>
  /\bclass\b/.test(symbol.header) && workspace.index.vocabulary.find('lombok') === undefined;

const outside = ({ text, offset, suffixOffset }: OpenHole['view']): string =>
  `${text.slice(0, offset)} ${text.slice(suffixOffset)}`;

/**
 * Of Go: a struct with fields that each have a name. Some embedded fields are no symbols: where there is room for one between two
 * fields, there may be one.
 */
function isTiled({ header, name, start, end }: SymbolRecord, { symbols }: IndexedFile): boolean {
  if (!/^type \w+ struct$/.test(header)) return false;
  let at = start + name.length + ' struct {'.length;
  for (const field of symbols.filter((one) => one.container === name)) {
    if (field.start - at > ROOM || !/^\w+(?:\s*,\s*\w+)*\s+[^`\s]/.test(field.header)) return false;
    at = field.end;
  }
  return end - at <= ROOM;
}

/** A line's end and what its next is indented by. */
const ROOM = 4;

/** Other decorators may add what they like. */
function hasPlainDecorators({ workspace, view }: OpenHole, file: IndexedFile): boolean {
  if (file === view.buffer)
    return [...view.text.matchAll(/^\s*@([\w.]+)/gm)].every(([, name = '']) => isPlain(name.split('.')[0] ?? ''));
  const { vocabulary } = workspace.index;
  return file.tokens.every((id, i) => {
    const text = vocabulary.text(id);
    return !text.startsWith('@') || isPlain(text.slice(1) || vocabulary.text(file.tokens[i + 1] ?? 0));
  });
}

const isPlain = (name: string): boolean => plainDecorator.test(name);

interface Home {
  readonly file: IndexedFile;
  readonly symbol: SymbolRecord;
}

/** The only declaration of a type's name in the workspace, where the text names that one and not a library's. */
function homeOf({ view, workspace }: OpenHole, type: string): Home | undefined {
  const name = baseOf(type);
  const { buffer, path, text } = view;
  const own = buffer.symbols.filter((symbol) => symbol.kind === 'type' && symbol.name === name);
  const places: Home[] = [
    ...own.map((symbol) => ({ file: buffer, symbol })),
    ...workspace.index
      .symbolsNamed(name)
      .filter(({ file, symbol }) => symbol.kind === 'type' && file.family === buffer.family && file.path !== path),
  ];
  const [only] = places;
  if (!only || places.length > 1 || only.symbol.container !== undefined) return undefined;
  if (only.file === buffer) return only;
  const { dir, name: stem } = posix.parse(only.file.path);
  const isBeside = dir === posix.dirname(path).replace(/^\.$/, '');
  const qualifier = /([\p{L}_][\p{L}\p{N}_]*)\.[\p{L}_][\p{L}\p{N}_]*$/u.exec(type)?.[1];
  if (buffer.family === 'go') return (qualifier ? posix.basename(dir) === qualifier : isBeside) ? only : undefined;
  if (qualifier) return undefined;
  if (buffer.family === 'java') {
    const imported = new RegExp(`\\bimport\\s+([\\w.]+)\\.${name};`).exec(text)?.[1];
    const home = imported === undefined ? isBeside : `/${dir}`.endsWith(`/${imported.replaceAll('.', '/')}`);
    return home ? only : undefined;
  }
  const from = new RegExp(`\\bfrom\\s+([\\w.]+)\\s+import\\s+[^\\n]*\\b${name}\\b`).exec(text)?.[1];
  return from?.split('.').at(-1) === stem ? only : undefined;
}
