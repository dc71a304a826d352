/**
 * The same key twice in one object literal, the same label twice in one `switch`: the later key silently wins, the later case is
 * never reached or refused by the compiler. Only what is written out counts: no computed key, no label with a condition.
 */
import type { Language, LanguageId } from '../syntax/languages.ts';
import { unquote } from '../syntax/policy.ts';
import { childByField, childrenOf, isLeaf, type Tree, textOf, typeOf } from '../syntax/tree.ts';

export interface Repeat {
  readonly what: 'key' | 'case';
  readonly name: string;
  readonly offset: number;
}

/** Repeats of a result that no side has. */
export function newRepeats(result: Tree, sides: readonly Tree[], language: Language): Repeat[] {
  const all = repeatsOf(result, language);
  if (all.length === 0) return [];
  const known = new Set(sides.flatMap((side) => repeatsOf(side, language).map(keyOf)));
  const fresh = new Map(all.filter((one) => !known.has(keyOf(one))).map((one) => [keyOf(one), one]));
  return [...fresh.values()];
}

const keyOf = ({ what, name }: Repeat): string => `${what} ${name}`;

type Read = (tree: Tree, list: number) => Iterable<{ readonly text: string | 'barrier'; readonly node: number }>;

function repeatsOf(tree: Tree, language: Language): Repeat[] {
  const readers = readersOf[language.id];
  const found: Repeat[] = [];
  if (readers === undefined) return found;
  for (let node = 0; node < tree.size; node++) {
    const reader = isLeaf(tree, node) ? undefined : readers.get(typeOf(tree, node));
    if (reader === undefined) continue;
    const seen = new Set<string>();
    for (const { text, node: at } of reader.read(tree, node)) {
      // What is spread in between may be meant to be overwritten, or to overwrite.
      if (text === 'barrier') seen.clear();
      else if (seen.has(text)) found.push({ what: reader.what, name: unquote(text), offset: tree.start[at] ?? 0 });
      else seen.add(text);
    }
  }
  return found;
}

// ----------------------------------------------------------------------------------------------------------------- keys

/** One property has one getter and one setter. */
const ecmaKeys: Read = function* (tree, list) {
  for (const child of childrenOf(tree, list)) {
    const type = typeOf(tree, child);
    if (type === 'spread_element') yield { text: 'barrier', node: child };
    else if (type === 'shorthand_property_identifier') yield { text: textOf(tree, child), node: child };
    else if (type === 'pair') {
      const key = childByField(tree, child, 'key');
      if (key !== undefined && /^(?:property_identifier|string|number)$/.test(typeOf(tree, key)))
        yield { text: plain(textOf(tree, key)), node: key };
    } else if (type === 'method_definition') {
      const name = childByField(tree, child, 'name');
      const isAccessor = childrenOf(tree, child).some((part) => /^[gs]et$/.test(typeOf(tree, part)));
      if (name !== undefined && !isAccessor && typeOf(tree, name) === 'property_identifier')
        yield { text: textOf(tree, name), node: name };
    }
  }
};

const plain = (text: string): string => (/^(['"])[^'"\\]*\1$/.test(text) ? text.slice(1, -1) : text);

/** A prefix makes another kind of string. */
const pythonKeys: Read = function* (tree, list) {
  for (const child of childrenOf(tree, list)) {
    if (typeOf(tree, child) === 'dictionary_splat') yield { text: 'barrier', node: child };
    const key = typeOf(tree, child) === 'pair' ? childByField(tree, child, 'key') : undefined;
    if (key === undefined) continue;
    const text = textOf(tree, key);
    if (/^(?:'[^'\\]*'|"[^"\\]*")$/.test(text)) yield { text: `'${text.slice(1, -1)}'`, node: key };
    else if (typeOf(tree, key) === 'integer') yield { text, node: key };
  }
};

// ---------------------------------------------------------------------------------------------------------------- cases

/** A number, a text or a name, with what it is a member of: the same text is the same value. */
const constant =
  /^(?:-?[\w.]+|'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|[\p{L}_$][\p{L}\p{N}_$]*(?:(?:\.|::)[\p{L}_$][\p{L}\p{N}_$]*)*)$/u;

const cases = (label: string): Read =>
  function* (tree, list) {
    for (const child of childrenOf(tree, list)) {
      if (typeOf(tree, child) !== label) continue;
      const value = childByField(tree, child, 'value');
      if (value === undefined) continue;
      const parts = typeOf(tree, value) === 'expression_list' ? childrenOf(tree, value) : [value];
      for (const part of parts) if (constant.test(textOf(tree, part))) yield { text: textOf(tree, part), node: part };
    }
  };

/** Groups of labels; a label may have several constants, and `when` or a pattern that is none. */
const javaCases: Read = function* (tree, list) {
  for (const group of childrenOf(tree, list)) {
    if (!/^switch_(?:block_statement_group|rule)$/.test(typeOf(tree, group))) continue;
    for (const label of childrenOf(tree, group)) {
      if (typeOf(tree, label) !== 'switch_label') continue;
      const parts = childrenOf(tree, label).filter((part) => tree.named[part] === 1);
      if (parts.some((part) => /guard|pattern/.test(typeOf(tree, part)))) continue;
      for (const part of parts) if (constant.test(textOf(tree, part))) yield { text: textOf(tree, part), node: part };
    }
  }
};

interface Reader {
  readonly what: Repeat['what'];
  readonly read: Read;
}

const ecma: ReadonlyMap<string, Reader> = new Map([
  ['object', { what: 'key', read: ecmaKeys }],
  ['switch_body', { what: 'case', read: cases('switch_case') }],
]);

const cFamily: ReadonlyMap<string, Reader> = new Map([
  ['compound_statement', { what: 'case', read: cases('case_statement') }],
]);

const readersOf: Partial<Record<LanguageId, ReadonlyMap<string, Reader>>> = {
  typescript: ecma,
  tsx: ecma,
  javascript: ecma,
  python: new Map([['dictionary', { what: 'key', read: pythonKeys }]]),
  java: new Map([['switch_block', { what: 'case', read: javaCases }]]),
  go: new Map([['expression_switch_statement', { what: 'case', read: cases('expression_case') }]]),
  c: cFamily,
  cpp: cFamily,
};
