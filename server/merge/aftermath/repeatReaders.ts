/**
 * How each language writes lists in which a thing may stand once. Only what is written out counts: no computed key, no label with a
 * condition. A reader walks the children of one list.
 */
import type { LanguageId } from '../../syntax/languages.ts';
import { childByField, childrenOf, fieldOf, type Tree, textOf, typeOf } from '../../syntax/tree.ts';

export type RepeatKind = 'key' | 'case' | 'attribute' | 'argument' | 'export' | 'method';

/** `written`: equal texts are no repeat where this is equal, too. */
interface Read {
  readonly text: string | 'barrier';
  readonly written?: string;
  readonly node: number;
}

export interface Reader {
  readonly what: RepeatKind;
  readonly read: (tree: Tree, list: number) => Iterable<Read>;
}

type Walk = Reader['read'];

// ----------------------------------------------------------------------------------------------------------------- keys

/** One property has one getter and one setter. */
const ecmaKeys: Walk = function* (tree, list) {
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
const pythonKeys: Walk = function* (tree, list) {
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

const cases = (label: string): Walk =>
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
const javaCases: Walk = function* (tree, list) {
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

const inner = (tree: Tree, node: number): number[] => childrenOf(tree, node).filter((child) => tree.named[child] === 1);

const phpCases = cases('case_statement');

/** A section may have several labels; one with `when` is no constant, and its labels cannot be told apart from it. */
const csharpCases: Walk = function* (tree, list) {
  for (const section of childrenOf(tree, list)) {
    const labels = inner(tree, section);
    if (labels.some((label) => typeOf(tree, label) === 'when_clause')) continue;
    for (const label of labels)
      if (typeOf(tree, label) === 'constant_pattern' && constant.test(textOf(tree, label)))
        yield { text: textOf(tree, label), node: label };
  }
};

const labelsOf = (entry: string, label: (tree: Tree, node: number) => boolean): Walk =>
  function* (tree, list) {
    for (const child of childrenOf(tree, list)) {
      if (typeOf(tree, child) !== entry) continue;
      for (const node of inner(tree, child))
        if (label(tree, node) && constant.test(textOf(tree, node))) yield { text: textOf(tree, node), node };
    }
  };

const rubyCases = labelsOf('when', (tree, node) => fieldOf(tree, node) === 'pattern');

/** Without a subject each condition is one of its own. */
const kotlinCases: Walk = function* (tree, list) {
  if (!inner(tree, list).some((child) => typeOf(tree, child) === 'when_subject')) return;
  yield* labelsOf('when_entry', (t, node) => fieldOf(t, node) === 'condition')(tree, list);
};

/** A bare name there is bound and not compared. */
const rustCases: Walk = function* (tree, list) {
  for (const arm of childrenOf(tree, list)) {
    const pattern = childByField(tree, arm, 'pattern');
    if (pattern === undefined || childByField(tree, pattern, 'condition') !== undefined) continue;
    const [only, second] = inner(tree, pattern);
    if (only === undefined || second !== undefined) continue;
    const parts = typeOf(tree, only) === 'or_pattern' ? inner(tree, only) : [only];
    for (const part of parts) {
      const text = textOf(tree, part);
      if (constant.test(text) && /^[-\d"']|::/.test(text)) yield { text, node: part };
    }
  }
};

// ---------------------------------------------------------------------------------------------- keys of other languages

const goKeys: Walk = function* (tree, list) {
  for (const child of childrenOf(tree, list)) {
    const key = typeOf(tree, child) === 'keyed_element' ? childByField(tree, child, 'key') : undefined;
    if (key !== undefined && constant.test(textOf(tree, key))) yield { text: textOf(tree, key), node: key };
  }
};

/** A hash, or the arguments of a call. */
const rubyKeys: Walk = function* (tree, list) {
  for (const child of childrenOf(tree, list)) {
    if (typeOf(tree, child) === 'hash_splat_argument') yield { text: 'barrier', node: child };
    const key = typeOf(tree, child) === 'pair' ? childByField(tree, child, 'key') : undefined;
    if (key === undefined) continue;
    const text = textOf(tree, key);
    if (/^(?:hash_key_symbol|simple_symbol|integer)$/.test(typeOf(tree, key)))
      yield { text: text.replace(/^:/, ''), node: key };
    else if (/^(?:'[^'\\]*'|"[^"\\#]*")$/.test(text)) {
      const isSymbol = childrenOf(tree, child).some((part) => textOf(tree, part) === ':');
      yield { text: isSymbol ? text.slice(1, -1) : `'${text.slice(1, -1)}'`, node: key };
    }
  }
};

const phpKeys: Walk = function* (tree, list) {
  for (const child of childrenOf(tree, list)) {
    const parts = childrenOf(tree, child);
    const [key, arrow] = parts;
    if (key === undefined || typeOf(tree, child) !== 'array_element_initializer') continue;
    if (typeOf(tree, key) === 'variadic_unpacking') yield { text: 'barrier', node: child };
    const text = textOf(tree, key);
    if (arrow === undefined || textOf(tree, arrow) !== '=>' || !/^(?:'[^'\\]*'|"[^"\\$]*"|\d+)$/.test(text)) continue;
    yield { text: plain(text), node: key };
  }
};

const fields = (entry: RegExp, name: (tree: Tree, node: number) => number | undefined): Walk =>
  function* (tree, list) {
    for (const child of childrenOf(tree, list)) {
      const at = entry.test(typeOf(tree, child)) ? name(tree, child) : undefined;
      if (at !== undefined) yield { text: textOf(tree, at), node: at };
    }
  };

const rustFields = fields(/^(?:shorthand_)?field_initializer$/, (tree, node) => {
  return childByField(tree, node, 'field') ?? inner(tree, node).find((part) => typeOf(tree, part) === 'identifier');
});

const cFields = fields(/^initializer_pair$/, (tree, node) => {
  const [designator, second] = childrenOf(tree, node).filter((part) => fieldOf(tree, part) === 'designator');
  const isField = designator !== undefined && typeOf(tree, designator) === 'field_designator';
  return isField && second === undefined ? designator : undefined;
});

const csharpFields = fields(/^assignment_expression$/, (tree, node) => {
  const left = childByField(tree, node, 'left');
  const text = left === undefined ? '' : textOf(tree, left);
  return /^(?:[\p{L}_][\p{L}\p{N}_]*|\[\s*(?:"[^"\\]*"|[\w.]+)\s*\])$/u.test(text) ? left : undefined;
});

// ------------------------------------------------------------------------------------------ attributes, arguments, exports

const jsxAttributes: Walk = function* (tree, list) {
  for (const child of childrenOf(tree, list)) {
    const type = typeOf(tree, child);
    if (type === 'jsx_expression') yield { text: 'barrier', node: child };
    const [name] = type === 'jsx_attribute' ? childrenOf(tree, child) : [];
    if (name !== undefined) yield { text: textOf(tree, name), node: name };
  }
};

const pythonArguments = fields(/^keyword_argument$/, (tree, node) => childByField(tree, node, 'name'));
const namedArguments = fields(/^argument$/, (tree, node) => childByField(tree, node, 'name'));
const kotlinArguments = fields(/^value_argument$/, (tree, node) => {
  const [name, sign] = childrenOf(tree, node);
  return name !== undefined && sign !== undefined && textOf(tree, sign) === '=' ? name : undefined;
});

/** What is exported by name, whatever it is called here; overloads and interfaces may share the default. */
const ecmaExports: Walk = function* (tree, list) {
  for (const child of childrenOf(tree, list)) {
    if (typeOf(tree, child) !== 'export_statement') continue;
    for (const part of childrenOf(tree, child)) {
      const type = typeOf(tree, part);
      if (type === 'default') {
        const declared = childByField(tree, child, 'declaration');
        if (declared === undefined || !/signature|interface/.test(typeOf(tree, declared)))
          yield { text: 'default', node: part };
      }
      for (const one of type === 'export_clause' ? inner(tree, part) : []) {
        const name = childByField(tree, one, 'alias') ?? childByField(tree, one, 'name');
        if (name !== undefined) yield { text: textOf(tree, name), node: name };
      }
    }
  }
};

// --------------------------------------------------------------------------------------------------------------- methods

/** `A` and `*A` have one set of methods. */
const goMethods: Walk = function* (tree, list) {
  for (const child of childrenOf(tree, list)) {
    if (typeOf(tree, child) !== 'method_declaration') continue;
    const [name, receiver] = ['name', 'receiver'].map((field) => childByField(tree, child, field));
    if (name === undefined || receiver === undefined || textOf(tree, name) === '_') continue;
    const [parameter] = inner(tree, receiver);
    const type = parameter === undefined ? undefined : childByField(tree, parameter, 'type');
    if (type === undefined) continue;
    const written = textOf(tree, type).replace(/\s+/g, '');
    const base = written.replace(/^\(*\**\(*/, '').replace(/[[)].*$/s, '');
    yield { text: `${base}.${textOf(tree, name)}`, written, node: name };
  }
};

/** Their case does not matter. */
const phpMethods: Walk = function* (tree, list) {
  for (const child of childrenOf(tree, list)) {
    if (!/^(?:method_declaration|function_definition)$/.test(typeOf(tree, child))) continue;
    const name = childByField(tree, child, 'name');
    if (name !== undefined) yield { text: textOf(tree, name).toLowerCase(), written: textOf(tree, name), node: name };
  }
};

// ---------------------------------------------------------------------------------------------------------------- tables

type Readers = Partial<Record<LanguageId, ReadonlyMap<string, Reader>>>;

const ecma: ReadonlyMap<string, Reader> = new Map([
  ['object', { what: 'key', read: ecmaKeys }],
  ['switch_body', { what: 'case', read: cases('switch_case') }],
]);

const cFamily: ReadonlyMap<string, Reader> = new Map([
  ['compound_statement', { what: 'case', read: cases('case_statement') }],
]);

/** What the trained judge of whole files counts: another entry here needs it trained again. */
export const countedReaders: Readers = {
  typescript: ecma,
  tsx: ecma,
  javascript: ecma,
  python: new Map([['dictionary', { what: 'key', read: pythonKeys }]]),
  java: new Map([['switch_block', { what: 'case', read: javaCases }]]),
  go: new Map([['expression_switch_statement', { what: 'case', read: cases('expression_case') }]]),
  c: cFamily,
  cpp: cFamily,
};

const toldEcma: ReadonlyMap<string, Reader> = new Map([
  ['program', { what: 'export', read: ecmaExports }],
  ['jsx_opening_element', { what: 'attribute', read: jsxAttributes }],
  ['jsx_self_closing_element', { what: 'attribute', read: jsxAttributes }],
]);

const toldC: ReadonlyMap<string, Reader> = new Map([['initializer_list', { what: 'key', read: cFields }]]);

/** What is told beside it. */
export const toldReaders: Readers = {
  typescript: toldEcma,
  tsx: toldEcma,
  javascript: toldEcma,
  python: new Map([['argument_list', { what: 'argument', read: pythonArguments }]]),
  go: new Map([
    ['literal_value', { what: 'key', read: goKeys }],
    ['source_file', { what: 'method', read: goMethods }],
  ]),
  csharp: new Map([
    ['argument_list', { what: 'argument', read: namedArguments }],
    ['initializer_expression', { what: 'key', read: csharpFields }],
    ['switch_body', { what: 'case', read: csharpCases }],
  ]),
  rust: new Map([
    ['field_initializer_list', { what: 'key', read: rustFields }],
    ['match_block', { what: 'case', read: rustCases }],
  ]),
  kotlin: new Map([
    ['value_arguments', { what: 'argument', read: kotlinArguments }],
    ['when_expression', { what: 'case', read: kotlinCases }],
  ]),
  php: new Map([
    ['arguments', { what: 'argument', read: namedArguments }],
    ['array_creation_expression', { what: 'key', read: phpKeys }],
    ['switch_block', { what: 'case', read: phpCases }],
    ['program', { what: 'method', read: phpMethods }],
    ['declaration_list', { what: 'method', read: phpMethods }],
  ]),
  ruby: new Map([
    ['hash', { what: 'key', read: rubyKeys }],
    ['argument_list', { what: 'argument', read: rubyKeys }],
    ['case', { what: 'case', read: rubyCases }],
  ]),
  c: toldC,
  cpp: toldC,
};
