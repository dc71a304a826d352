/**
 * Types out of signatures as editors print them: of a parameter, of what a function gives, of a value. One entry a family of
 * languages; text in, text out. What does not look like a signature gives nothing.
 */

import type { Family } from '../index/indexFile.ts';
import { goSignature } from './goTypes.ts';

interface Reader {
  /** The type in a parameter as signature help labels it. */
  readonly parameter: (label: string) => string | undefined;
  /** What a function gives. */
  readonly result: (signature: string) => string | undefined;
  /** The type of a variable, field or property. */
  readonly value: (declaration: string) => string | undefined;
}

const first = (pattern: RegExp, text: string): string | undefined => pattern.exec(text)?.[1]?.trim() || undefined;
const afterColon = (text: string) =>
  first(/^\*{0,2}(?:&?(?:mut\s+)?)?[\w.]+\s*\??:(?!:)\s*([^=]+?)\s*(?:=[\s\S]*)?$/, text);
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
  // The Java editor says behind a variable what it belongs to: `Order order - Shop.pay(Order)`.
  value: (declaration) =>
    first(/^[\w]+\s*:\s*([\w.<>[\], ?]+)$/, declaration) ??
    first(
      /^([\w.<>[\], ?]+?)\s+[\w.]+\s*(?:=[\s\S]*|;)?$/,
      bare(declaration.replace(/ - .*$/, '')).replace(modifiers, ''),
    ),
};

/** A function of several results gives the first; the others are an error or a flag. */
const goResult = (signature: string): string | undefined => goSignature(signature)?.results[0];
/** `var`, `const` and `field` as the Go server prints them, with a value, a size or none; no function, type or package. */
const goValue = (text: string): string | undefined => {
  const type = first(
    /^(?!func\b|type\b|package\b)(?:(?:var|const|field)\s+)?\w+\s+([^=]+?)(?:\s*=[\s\S]*)?$/,
    text.replace(/\s\/\/[\s\S]*$|\s*`[^`]*`$/, '').trim(),
  );
  return type === 'invalid type' ? undefined : type;
};

const readers: Partial<Record<Family, Reader>> = {
  python: { parameter: afterColon, result: afterArrow, value: (text) => afterColon(bare(text)) },
  rust: { parameter: afterColon, result: afterArrow, value: (text) => afterColon(bare(text)) },
  go: {
    // Parameters of a function that is a value have no names.
    parameter: (label) =>
      first(/^\w+\s+(?:\.\.\.)?(.+)$/, label.trim()) ?? first(/^(?:\.\.\.)?([\w.*[\]]+)$/, label.trim()),
    result: goResult,
    value: goValue,
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
