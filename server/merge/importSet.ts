/**
 * Imports as a set: what each side added and removed holds, names of one module stand in one statement, the order stays
 * sorted where it was. Only for conflicts in which every statement of all three texts is an import.
 */
import type { Language, LanguageId } from '../syntax/languages.ts';
import type { Merge3 } from './conflict.ts';
import { type Entry, mergeEntries } from './entrySet.ts';

export interface Surroundings {
  readonly before: string;
  readonly after: string;
}

interface Import extends Entry {
  /** The names between the brackets; undefined where the statement has no list. */
  readonly names?: readonly string[];
  /** Text before and after the names. */
  readonly head?: string;
  readonly tail?: string;
}

type ReadStatement = (text: string) => Import | undefined;

/** Undefined when the conflict is not all imports, or both sides changed one statement in ways that do not fit. */
export function mergeImports(sides: Merge3<string>, language: Language, _around: Surroundings): string | undefined {
  const reader = readers[language.id];
  if (reader === undefined) return undefined;
  const base = readImports(sides.base, reader);
  const left = readImports(sides.left, reader);
  const right = readImports(sides.right, reader);
  if (base === undefined || left === undefined || right === undefined || left.length + right.length === 0)
    return undefined;
  const merged = mergeEntries({ base, left, right }, joinNames);
  if (merged === undefined) return undefined;
  const eol = /\r\n/.test(sides.left + sides.right) ? '\r\n' : '\n';
  const text = merged.map((entry) => entry.text + eol).join('');
  const open = [sides.left, sides.right].every((side) => side !== '' && !side.endsWith('\n'));
  return open ? text.slice(0, text.length - eol.length) : text;
}

/** Statements with the empty lines before them; undefined when there is anything else. */
function readImports(text: string, { complete, read }: Reader): Import[] | undefined {
  const found: Import[] = [];
  let waiting = '';
  for (const line of text.split('\n').map((l) => l.replace(/\r$/, ''))) {
    const statement = waiting === '' ? line : `${waiting}\n${line}`;
    if (statement.trim() === '') {
      waiting = statement === '' && waiting === '' ? '\n' : statement;
      continue;
    }
    if (!complete(statement)) {
      waiting = statement;
      if (waiting.length > 20_000) return undefined;
      continue;
    }
    const lead = /^(?:[ \t]*\n)*/.exec(statement)?.[0] ?? '';
    const entry = read(statement.slice(lead.length));
    if (entry === undefined) return undefined;
    found.push({ ...entry, text: lead.replace(/^\n(?=\n)/, '') + statement.slice(lead.length) });
    waiting = '';
  }
  return waiting.trim() === '' ? found : undefined;
}

function joinNames(base: Import | undefined, left: Import, right: Import): Import | 'drop' | undefined {
  if (left.names === undefined || right.names === undefined) return undefined;
  if (base !== undefined && base.names === undefined) return undefined;
  const entries = (names: readonly string[]) => names.map((name) => ({ key: name, text: name, value: name }));
  const lists = { base: entries(base?.names ?? []), left: entries(left.names), right: entries(right.names) };
  const names = mergeEntries(lists, () => undefined)?.map((entry) => entry.text);
  if (names === undefined || squeeze(left.head) !== squeeze(right.head) || squeeze(left.tail) !== squeeze(right.tail))
    return undefined;
  if (names.length === 0) return 'drop';
  const like = right.text.includes('\n') && !left.text.includes('\n') ? right : left;
  return { ...like, names, text: writeNames(like, names), value: names.join() };
}

function squeeze(text: string | undefined): string {
  return (text ?? '').replace(/\s+/g, '').replace(/,\)/, ')');
}

/** Names in the layout of a statement: one a line where it has them so, else in a row. */
function writeNames({ text, head = '', tail = '', names: old = [] }: Import, names: readonly string[]): string {
  const at = text.indexOf(head);
  const list = text.slice(at + head.length, text.length - tail.length);
  const start = text.slice(0, at + head.length);
  if (!list.includes('\n')) {
    const [, open = '', close = ''] = /^(\s*)[\s\S]*?(\s*)$/.exec(list) ?? [];
    return start + open + names.join(', ') + (/,\s*$/.test(list) ? ',' : '') + close + tail;
  }
  const indent = /\n([ \t]*)\S/.exec(list)?.[1] ?? '  ';
  const close = /(\n[ \t]*)$/.exec(list)?.[1] ?? '\n';
  const comma = /,\s*$/.test(list) ? ',' : '';
  const perLine = list.trim().split('\n').length >= old.length;
  const rows = perLine ? names.join(`,\n${indent}`) : names.join(', ');
  return `${start}\n${indent}${rows}${comma}${close}${tail}`;
}

interface Reader {
  /** Whether the text read so far is a whole statement. */
  readonly complete: (statement: string) => boolean;
  readonly read: ReadStatement;
}

const balanced = (open: string, close: string) => (text: string) => text.split(open).length <= text.split(close).length;
const always = () => true;

/** A statement with a list of names: `pattern` gives the text before the names, the names, and the text behind. */
function named(pattern: RegExp, keyOf: (head: string, tail: string) => string): ReadStatement {
  return (text) => {
    const match = pattern.exec(text);
    if (match === null) return undefined;
    const [, head = '', list = '', tail = ''] = match;
    if (/\/\/|\/\*|#|[{}]/.test(list)) return undefined;
    const names = list
      .split(',')
      .map((name) => name.trim().replace(/\s+/g, ' '))
      .filter((name) => name !== '');
    if (new Set(names).size !== names.length || names.length === 0) return undefined;
    return {
      key: keyOf(head.trim().replace(/\s+/g, ' '), tail.trim()),
      text,
      value: `${head}|${names.join()}|${tail}`.replace(/\s+/g, ' '),
      names,
      head,
      tail,
    };
  };
}

/** A whole statement on its own; the key is what it imports. */
function plain(pattern: RegExp): ReadStatement {
  return (text) => {
    const match = pattern.exec(text);
    const key = match?.[1]?.replace(/\s+/g, ' ');
    return key === undefined ? undefined : { key, text, value: text.trim().replace(/\s+/g, ' ') };
  };
}

function first(...reads: readonly ReadStatement[]): ReadStatement {
  return (text) => {
    for (const read of reads) {
      const found = read(text);
      if (found !== undefined) return found;
    }
    return undefined;
  };
}

const ecma: Reader = {
  complete: (text) => balanced('{', '}')(text) && /['"]\s*;?\s*(?:\/\/.*)?$|require\(.*\)[^;]*;?\s*$/.test(text),
  read: first(
    named(
      /^(\s*(?:import|export)\s+(?:type\s+)?(?:[\w$]+\s*,\s*)?\{)([^{}]*)(\}\s*from\s*['"][^'"]+['"]\s*;?\s*)$/,
      (head, tail) => `${tail.replace(/^\}\s*from\s*['"]|['"]\s*;?$/g, '')} ${head.replace(/[\w$]+\s*,\s*\{$/, '{')}`,
    ),
    named(/^(\s*(?:const|let|var)\s+\{)([^{}:=]*)(\}\s*=\s*require\(\s*['"][^'"]+['"]\s*\)\s*;?\s*)$/, (_head, tail) =>
      tail.replace(/['";\s]/g, ''),
    ),
    plain(/^\s*(import\s+(?:type\s+)?(?:[\w$]+|\*\s+as\s+[\w$]+)\s+from\s*['"][^'"]+['"])\s*;?\s*$/),
    plain(/^\s*(import\s*['"][^'"]+['"])\s*;?\s*$/),
    plain(/^\s*((?:const|let|var)\s+[\w$]+\s*=\s*require\(\s*['"][^'"]+['"]\s*\)(?:\.[\w$]+)*)\s*;?\s*$/),
  ),
};

const python: Reader = {
  complete: (text) => balanced('(', ')')(text) && !/\\\s*$/.test(text),
  read: first(
    named(/^(\s*from\s+[\w.]+\s+import\s*\()([^()#]*)(\)\s*)$/, (head) => head.replace(/\($/, '').trim()),
    named(/^(\s*from\s+[\w.]+\s+import\s+)([^()#\n]*)()$/, (head) => head),
    plain(/^\s*(import\s+[\w.]+(?:\s+as\s+\w+)?)\s*$/),
  ),
};

const rust: Reader = {
  complete: (text) => balanced('{', '}')(text) && /;\s*$/.test(text),
  read: first(
    named(/^(\s*(?:pub(?:\([^)]*\))?\s+)?use\s+[\w:]+::\{)([^{}]*)(\}\s*;\s*)$/, (head) => head),
    plain(/^\s*((?:pub(?:\([^)]*\))?\s+)?use\s+[\w:]+(?:\s+as\s+\w+|::\*)?)\s*;\s*$/),
    plain(/^\s*((?:pub\s+)?extern\s+crate\s+\w+(?:\s+as\s+\w+)?)\s*;\s*$/),
  ),
};

const lines = (pattern: RegExp): Reader => ({ complete: always, read: plain(pattern) });

const readers: Partial<Record<LanguageId, Reader>> = {
  typescript: ecma,
  tsx: ecma,
  javascript: ecma,
  python,
  rust,
  java: lines(/^\s*import\s+((?:static\s+)?[\w.]+(?:\.\*)?)\s*;\s*$/),
  kotlin: lines(/^\s*import\s+([\w.`]+(?:\.\*)?(?:\s+as\s+\w+)?)\s*;?\s*$/),
  csharp: lines(/^\s*(?:global\s+)?using\s+((?:static\s+)?(?:\w+\s*=\s*)?[\w.]+(?:<[^;]*>)?)\s*;\s*$/),
  go: lines(/^\s*(?:import\s+)?((?:[\w.]+\s+)?"[^"]+")\s*(?:\/\/.*)?$/),
  c: lines(/^\s*#\s*include\s*([<"][^>"]+[>"])\s*$/),
  cpp: lines(/^\s*#\s*include\s*([<"][^>"]+[>"])\s*$/),
  php: lines(/^\s*use\s+((?:function\s+|const\s+)?[\w\\]+(?:\s+as\s+\w+)?)\s*;\s*$/),
  ruby: lines(/^\s*(require(?:_relative)?\s+['"][^'"]+['"])\s*$/),
  css: lines(/^\s*(@(?:import|use|forward)\s+[^;]+)\s*;\s*$/),
};
