/**
 * The names that imports bind in Rust, Go, Kotlin, PHP and C#, read from a statement's text, and only those that mean one thing:
 * what a language lets share a name (a Kotlin function, a Rust derive beside its trait) is not told.
 */
import { childrenOf, type Tree, textOf, typeOf } from '../../syntax/tree.ts';

export interface Binding {
  readonly name: string;
  /** Equal for names that are one to the language; absent where that is the name. */
  readonly key?: string;
  /** What is bound. */
  readonly source: string;
}

export type Read = (tree: Tree, node: number) => readonly Binding[];

/** A statement without comments and with single blanks. */
const plain = (text: string): string =>
  text
    .replace(/\/\*[\s\S]*?\*\/|\/\/[^\n]*/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();

/** `a::{b, c::{self, D as E}}` as its paths, each with the name it binds; globs bind none that can be told. */
function usePaths(
  text: string,
  prefix: readonly string[],
): { readonly path: readonly string[]; readonly name: string }[] {
  const open = text.indexOf('{');
  if (open < 0) {
    const [path = '', alias] = text.split(/ as /).map((part) => part.trim());
    const parts = [...prefix, ...path.split('::').map((part) => part.trim())].filter((part) => part !== '');
    if (parts.at(-1) === 'self' && parts.length > 1) parts.pop();
    const name = alias ?? parts.at(-1) ?? '';
    return [{ path: parts, name: name.replace(/^r#/, '') }];
  }
  const own = text.slice(0, open).split('::');
  const within = [...prefix, ...own.map((part) => part.trim())].filter((part) => part !== '');
  return splitList(text.slice(open + 1, text.lastIndexOf('}'))).flatMap((one) => usePaths(one, within));
}

/** Parts between the commas outside of braces. */
function splitList(text: string): string[] {
  const parts = [''];
  let depth = 0;
  for (const char of text) {
    if (char === '{') depth++;
    if (char === '}') depth--;
    if (char === ',' && depth === 0) parts.push('');
    else parts[parts.length - 1] += char;
  }
  return parts.map((part) => part.trim()).filter((part) => part !== '');
}

/** Crates whose names are derives and other macros, which may be called as a type or trait is. */
const MACROS = /derive|macro|^(?:thiserror|strum|snafu|educe|derivative|async_trait|darling|zeroize|displaydoc)$/;

/** Types and modules alone: a function, a macro and a module may share a name, and what a build flag chooses may come again. */
const rustUse: Read = (tree, node) => {
  const match = /^(?:pub(?: ?\([^)]*\))? )?use (.*);$/.exec(plain(textOf(tree, node)));
  if (!match?.[1] || hasAttribute(tree, node)) return [];
  return usePaths(match[1], []).flatMap(({ path, name }) => {
    const isMacro = MACROS.test(path[0] ?? '');
    return isMacro || !/^\p{Lu}/u.test(name) ? [] : [{ name, source: path.join('::') }];
  });
};

function hasAttribute(tree: Tree, node: number): boolean {
  const siblings = childrenOf(tree, tree.parent[node] ?? 0);
  for (let at = siblings.indexOf(node) - 1; at >= 0; at--) {
    const type = typeOf(tree, siblings[at] ?? 0);
    if (type === 'attribute_item') return true;
    if (!type.endsWith('comment')) return false;
  }
  return false;
}

/** A package is most often called as its path ends, but for its version; where that is no name, it is not known. */
const goImport: Read = (tree, node) => {
  const specs: number[] = [];
  for (const child of childrenOf(tree, node)) {
    if (typeOf(tree, child) === 'import_spec') specs.push(child);
    if (typeOf(tree, child) === 'import_spec_list')
      specs.push(...childrenOf(tree, child).filter((one) => typeOf(tree, one) === 'import_spec'));
  }
  return specs.flatMap((spec) => {
    const match = /^(?:([\p{L}\w]+|\.) ?)?["`]([^"`]+)["`]$/u.exec(
      plain(textOf(tree, spec).replace(/\/\/[^\n"`]*$/, '')),
    );
    if (!match) return [];
    const [, alias, path = ''] = match;
    const name = alias ?? packageName(path);
    return name === undefined || name === '_' || name === '.' || path === 'C' ? [] : [{ name, source: path }];
  });
};

function packageName(path: string): string | undefined {
  const parts = path.split('/');
  if (parts.length > 1 && /^v\d+$/.test(parts.at(-1) ?? '')) parts.pop();
  const name = (parts.at(-1) ?? '').replace(/\.v\d+$/, '');
  return /^[\p{L}_][\p{L}\w]*$/u.test(name) ? name : undefined;
}

/** Types alone: functions and properties of one name are told apart by what they are called on. */
const kotlinImport: Read = (tree, node) => {
  const match = /^import ([\p{L}\w.`]+)(?: as ([\p{L}\w`]+))?;?$/u.exec(plain(textOf(tree, node)));
  const path = match?.[1] ?? '';
  const name = match?.[2] ?? path.split('.').at(-1) ?? '';
  return /^\p{Lu}/u.test(name) && /\.\p{Lu}[\p{L}\w]*$/u.test(path) ? [{ name, source: path }] : [];
};

/** Classes, functions and constants have names of their own each; those of classes and functions have no case. */
const phpUse: Read = (tree, node) => {
  const match = /^use (?:(function|const) )?(.*);$/.exec(plain(textOf(tree, node).replace(/#[^\n]*/g, ' ')));
  if (!match?.[2]) return [];
  const [, kind = ''] = match;
  return splitList(match[2]).flatMap((one) => {
    const open = one.indexOf('{');
    const prefix = open < 0 ? '' : one.slice(0, open).trim();
    const clauses = open < 0 ? [one] : splitList(one.slice(open + 1, one.lastIndexOf('}')));
    return clauses.flatMap((clause) => {
      const own = /^(?:(function|const) )?(\S+)(?: as (\w+))?$/i.exec(clause);
      if (!own?.[2]) return [];
      const path = `${prefix}${own[2]}`.replace(/^\\/, '');
      const name = own[3] ?? path.split('\\').at(-1) ?? '';
      const space = kind || own[1] || '';
      // A function's name keeps its kind, so that a class of that name is another.
      const key = space === 'const' ? name : name.toLowerCase();
      return [{ name: space === '' ? name : `${space} ${name}`, key: `${space} ${key}`, source: path.toLowerCase() }];
    });
  });
};

/** A namespace binds no name that can be told, an alias does. */
const csharpUsing: Read = (tree, node) => {
  const match = /^(?:global )?using (?:unsafe )?(\w+) ?= ?(.*);$/.exec(plain(textOf(tree, node)));
  return match?.[1] && match[2] ? [{ name: match[1], source: match[2] }] : [];
};

export const bindingReaders = {
  rust: { use_declaration: rustUse },
  go: { import_declaration: goImport },
  kotlin: { import: kotlinImport },
  php: { namespace_use_declaration: phpUse },
  csharp: { using_directive: csharpUsing },
} as const;
