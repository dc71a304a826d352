/**
 * Types out of signatures as editors print them: of a parameter, of what a function gives, of a value. One entry a family of
 * languages; text in, text out. What does not look like a signature gives nothing.
 */
import type { Family } from './indexFile.ts';

interface Reader {
  /** The type in a parameter as signature help labels it. */
  readonly parameter: (label: string) => string | undefined;
  /** What a function gives. */
  readonly result: (signature: string) => string | undefined;
  /** The type of a variable, field or property. */
  readonly value: (declaration: string) => string | undefined;
}

const first = (pattern: RegExp, text: string): string | undefined => pattern.exec(text)?.[1]?.trim() || undefined;
const afterColon = (text: string) => first(/^\*{0,2}(?:&?(?:mut\s+)?)?[\w.]+\s*\??:\s*([^=]+?)\s*(?:=[\s\S]*)?$/, text);
const afterArrow = (text: string) => first(/->\s*([^{]+?)\s*(?:where\b[\s\S]*|[:{][\s\S]*)?$/, text);
/** What editors put before a declaration: `(variable)`, `(method) def`, keywords. */
const bare = (text: string) =>
  text
    .replace(/^\((?:[a-z ]+)\)\s*/, '')
    .replace(/^(?:let|var|const|static|pub|mut|def|field|val)\s+/, '')
    .trim();

const modifiers =
  /^(?:(?:public|private|protected|internal|static|final|abstract|synchronized|override|virtual|async|default|native|readonly|ref|out|in|params|this|sealed|const)\s+)+/;
const typeFirst: Reader = {
  parameter: (label) => first(/^(.+?)\s+\w+(?:\s*=[\s\S]*)?$/, label.trim().replace(modifiers, '')),
  // Written before the name, or as the Java editor prints it, after a colon at the end.
  result: (signature) =>
    first(/\)\s*:\s*([\w.<>[\], ?]+)$/, signature) ??
    first(/^(?:<[^>]*>\s*)?([\w.<>[\], ?]+?)\s+[\w.<>]+\s*\(/, bare(signature).replace(modifiers, '')),
  value: (declaration) =>
    first(/^[\w]+\s*:\s*([\w.<>[\], ?]+)$/, declaration) ??
    first(/^([\w.<>[\], ?]+?)\s+[\w.]+\s*(?:=[\s\S]*|;)?$/, bare(declaration).replace(modifiers, '')),
};

const goResult = (signature: string): string | undefined => {
  const at = signature.indexOf('(');
  if (at < 0 || !/\bfunc\b/.test(signature)) return undefined;
  // A method has its receiver in brackets before the name.
  const from =
    /^func\s*\(/.test(signature) && /^func\s*\([^)]*\)\s*\w+\s*\(/.test(signature) ? closing(signature, at) + 1 : 0;
  const open = signature.indexOf('(', from);
  const rest = signature
    .slice(closing(signature, open) + 1)
    .replace(/\{[\s\S]*$/, '')
    .trim();
  if (rest === '') return undefined;
  // Of several results the first is the value, the last an error.
  return rest.startsWith('(') ? first(/^\((?:\w+\s+(?=[\w*[\].]))?([^,)]+)/, rest) : rest;
};

function closing(text: string, open: number): number {
  let depth = 0;
  for (let at = open; at < text.length; at++) {
    if (text[at] === '(') depth++;
    else if (text[at] === ')' && --depth === 0) return at;
  }
  return text.length;
}

const readers: Partial<Record<Family, Reader>> = {
  python: { parameter: afterColon, result: afterArrow, value: (text) => afterColon(bare(text)) },
  rust: { parameter: afterColon, result: afterArrow, value: (text) => afterColon(bare(text)) },
  go: {
    parameter: (label) => first(/^\w+\s+(?:\.\.\.)?(.+)$/, label.trim()),
    result: goResult,
    value: (text) => first(/^(?:(?:var|const|field)\s+)?\w+\s+([^=]+?)(?:\s*=[\s\S]*)?$/, text.trim()),
  },
  java: typeFirst,
  csharp: typeFirst,
};

const none: Reader = { parameter: () => undefined, result: () => undefined, value: () => undefined };

export const readerOf = (family: Family | undefined): Reader => (family && readers[family]) ?? none;

const builtIn = new Set(
  (
    'str int float bool bytes None Any object list dict tuple set frozenset type Optional Union List Dict Tuple Set Callable Iterable Iterator Sequence Mapping ' +
    'String Integer Long Double Float Boolean Character Object Void void int long double float boolean char byte short final ' +
    'string bool error any uint uint8 uint16 uint32 uint64 int8 int16 int32 int64 rune map chan func interface struct ' +
    'i8 i16 i32 i64 u8 u16 u32 u64 usize isize f32 f64 Vec Option Result Box Rc Arc Self self impl dyn mut ref where ' +
    'Collection ArrayList HashMap Map Stream Task IEnumerable IList decimal var Self typing'
  ).split(' '),
);

/** Names in a type that a project may declare. */
export function typeNamesIn(type: string): string[] {
  return [...new Set(type.match(/[\p{L}_][\p{L}\p{N}_]*/gu) ?? [])].filter((name) => !builtIn.has(name));
}

/** Whether two types are one as written: space, module, reference and `None` or null apart. */
export function sameType(one: string, other: string): boolean {
  return plain(one) === plain(other);
}

const plain = (type: string): string =>
  type
    .replace(/\s*\|\s*None\b|\bNone\s*\|\s*/g, '')
    .replace(/^Optional\[(.*)\]$/, '$1')
    .replace(/(?:[\p{L}_][\p{L}\p{N}_]*(?:\.|::))+/gu, '')
    .replace(/^[&*?]+(?:mut\s+)?|[?]$/g, '')
    .replace(/["'\s]/g, '');
