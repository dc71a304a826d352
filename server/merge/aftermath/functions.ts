/**
 * Functions of which one side changed what they are and the other what they do: they give something else back and the other side's new
 * `return` gives back what they gave before, or they are static now and the other side's new lines ask for the object.
 */
import type { Language } from '../../syntax/languages.ts';
import { byType, childByField, childrenOf, fieldOf, isLeaf, type Tree, textOf, typeOf } from '../../syntax/tree.ts';
import type { MergedTrees } from './aftermath.ts';

export interface Misfit {
  readonly how: 'result' | 'static';
  readonly name: string;
  /** Who changed the function. */
  readonly by: 'left' | 'right';
  /** What the other side's lines say: the `return`, the member. */
  readonly said: string;
  readonly offset: number;
}

interface Fn {
  readonly name: string;
  readonly node: number;
  /** Without white space; '' where nothing is said. */
  readonly result: string;
  readonly isAsync: boolean;
  readonly isStatic: boolean;
}

const isFunction = byType((type) =>
  /^(?:function_declaration|function_definition|function_item|method_declaration|method_definition)$/.test(type),
);
const isNested = byType(
  (type) =>
    /^(?:function|lambda|closure|arrow|anonymous|func_literal|local_function|method|class)/.test(type) &&
    !/_(?:body|value_parameters)$|modifiers/.test(type),
);
const isReturn = byType((type) => /^return_(?:statement|expression)$/.test(type));
const isType = byType((type) => /^(?:class|interface|struct|enum|record|trait|impl|object)\w*$/.test(type));
const RESULTS = ['return_type', 'result', 'returns', 'type'];
/** Where nothing is written nothing is given back. Elsewhere it is left to be inferred. */
const SAYS_ALL: ReadonlySet<string> = new Set(['go', 'rust', 'kotlin']);

export function misfits({ base, left, right, merged }: MergedTrees, language: Language): Misfit[] {
  if (base === undefined || !/\breturn\b|\bstatic\b|\bself\b/.test(merged.text)) return [];
  const all = {
    base: functionsOf(base, language),
    left: functionsOf(left, language),
    right: functionsOf(right, language),
  };
  const found: Misfit[] = [];
  let now: ReadonlyMap<string, Fn | undefined> | undefined;
  for (const [key, before] of all.base) {
    if (!before) continue;
    for (const [by, other] of [
      ['left', 'right'],
      ['right', 'left'],
    ] as const) {
      const [changed, edited] = [all[by].get(key), all[other].get(key)];
      if (!changed || !edited || edited.result !== before.result || edited.isStatic !== before.isStatic) continue;
      if (changed.result === before.result && changed.isStatic === before.isStatic) continue;
      now ??= functionsOf(merged, language);
      const result = now.get(key);
      if (!result || result.result !== changed.result || result.isStatic !== changed.isStatic) continue;
      const at = { base, own: by === 'left' ? left : right, other: other === 'left' ? left : right, merged };
      const functions = { before, changed, edited, result };
      const said = staleReturn(at, functions, language) ?? memberOf(at, functions, language);
      if (said) found.push({ ...said, name: before.name, by });
    }
  }
  return found;
}

interface Trees {
  readonly base: Tree;
  readonly own: Tree;
  readonly other: Tree;
  readonly merged: Tree;
}

interface Versions {
  readonly before: Fn;
  readonly changed: Fn;
  readonly edited: Fn;
  readonly result: Fn;
}

/** By name and the types around; undefined for what several are called. */
function functionsOf(tree: Tree, language: Language): Map<string, Fn | undefined> {
  const found = new Map<string, Fn | undefined>();
  for (let node = 0; node < tree.size; node++) {
    if (isLeaf(tree, node) || !isFunction(tree, node)) continue;
    const parts = childrenOf(tree, node);
    const declarator = childByField(tree, node, 'declarator');
    const named = declarator === undefined ? undefined : childByField(tree, declarator, 'declarator');
    const name = childByField(tree, node, 'name') ?? named;
    if (name === undefined) continue;
    const key = `${typesAround(tree, node)}${textOf(tree, name)}`;
    const head = parts.filter((part) => part < name);
    const isStatic =
      head.some((part) => /\bstatic\b/.test(typeOf(tree, part)) || /(?:^|\s)static(?:\s|$)/.test(short(tree, part))) ||
      (language.id === 'rust' && typesAround(tree, node) !== '' && !hasSelf(tree, node));
    const isAsync = parts.some((part) => part <= name && /(?:^|\s)async(?:\s|$)/.test(short(tree, part)));
    found.set(
      key,
      found.has(key)
        ? undefined
        : { name: textOf(tree, name), node, result: resultOf(tree, node, parts, language), isAsync, isStatic },
    );
  }
  return found;
}

const short = (tree: Tree, node: number): string =>
  (tree.end[node] ?? 0) - (tree.start[node] ?? 0) < 80 ? textOf(tree, node) : '';

const hasSelf = (tree: Tree, node: number): boolean => {
  const list = childByField(tree, node, 'parameters');
  return list !== undefined && childrenOf(tree, list).some((part) => typeOf(tree, part) === 'self_parameter');
};

function typesAround(tree: Tree, node: number): string {
  let key = '';
  for (let up = tree.parent[node] ?? -1; up > 0; up = tree.parent[up] ?? -1) {
    if (!isType(tree, up)) continue;
    const name = childByField(tree, up, 'name') ?? childByField(tree, up, 'type');
    if (name !== undefined) key = `${textOf(tree, name)}.${key}`;
  }
  return key;
}

function resultOf(tree: Tree, node: number, parts: readonly number[], language: Language): string {
  const space = language.id === 'go' ? ' ' : '';
  const bare = (text: string) => text.replace(/\s+/g, space).replace(/^(?::|->)/, '');
  for (const field of RESULTS) {
    const part = childByField(tree, node, field);
    if (part !== undefined) return bare(textOf(tree, part));
  }
  if (language.id !== 'kotlin') return '';
  const sign = parts.findIndex((part) => textOf(tree, part) === ':');
  const type = sign < 0 ? undefined : parts[sign + 1];
  if (type !== undefined) return bare(textOf(tree, type));
  // `fun f() = x` leaves it to be inferred.
  const body = parts.find((part) => typeOf(tree, part) === 'function_body');
  return body !== undefined && textOf(tree, body).startsWith('=') ? '?' : '';
}

// --------------------------------------------------------------------------------------------------------------- returns

interface Said {
  readonly how: 'result' | 'static';
  readonly said: string;
  readonly offset: number;
}

function staleReturn(
  { base, other, merged }: Trees,
  { before, changed, edited, result }: Versions,
  language: Language,
): Said | undefined {
  if (changed.result === before.result) return undefined;
  if ((before.result === '' || changed.result === '') && !SAYS_ALL.has(language.id)) return undefined;
  const known = new Set(returnsOf(base, before.node).map(({ text }) => text));
  const added = new Set(returnsOf(other, edited.node).flatMap(({ text }) => (known.has(text) ? [] : [text])));
  const found = returnsOf(merged, result.node).find(
    ({ text }) => added.has(text) && !fits(text, before, result, language),
  );
  return found && { how: 'result', said: found.text, offset: found.offset };
}

function returnsOf(tree: Tree, fn: number): { readonly text: string; readonly offset: number }[] {
  const found: { readonly text: string; readonly offset: number }[] = [];
  for (let node = fn + 1; node < (tree.last[fn] ?? 0); node++) {
    if (isLeaf(tree, node)) continue;
    if (isNested(tree, node)) node = (tree.last[node] ?? node + 1) - 1;
    else if (isReturn(tree, node))
      found.push({
        text: textOf(tree, node).replace(/\s+/g, ' ').replace(/;$/, '').trim(),
        offset: tree.start[node] ?? 0,
      });
  }
  return found;
}

const NOTHING = /^(?:|void|unit|\(\)|none|null|undefined|never)$/i;
/** What waits is unwrapped by `async`, and what may be nothing may be what it was. */
const unwrapped = ({ result, isAsync }: Fn): string => {
  const inner = isAsync ? /^(?:Promise|Task|ValueTask|IAsyncEnumerable)(?:<(.*)>)?$/.exec(result) : null;
  return inner ? (inner[1] ?? 'void') : result;
};

/** Whether what was given back before can be given back now. Where that asks for more than the text it can. */
function fits(said: string, before: Fn, now: Fn, { id }: Language): boolean {
  const value = said.replace(/^return\b\s*/, '');
  const [old, made] = [unwrapped(before), unwrapped(now)];
  if (value === '')
    return NOTHING.test(made) || /\b(?:void|undefined|None|Unit|any)\b/.test(made) || hasNames(made, id);
  if (NOTHING.test(made)) return false;
  if (id === 'go') return valuesIn(value) === typesIn(made) || (valuesIn(value) === 1 && value.endsWith(')'));
  // One is the other in a wrapper, and what is given back does not say so itself.
  const wraps = (outer: string, inner: string) => new RegExp(`^(\\w+)<${escaped(inner)}(?:,.*)?>$`).exec(outer)?.[1];
  const wrapper = wraps(made, old);
  if (
    wrapper !== undefined &&
    /^(?:Result|Option|Optional|Promise|Task|CompletableFuture|Future|Mono|Flux|List|Vec|Box|Either)$/.test(wrapper)
  )
    return /\b(?:Ok|Err|Some|None|Box|Optional|Promise|Task|Mono|Flux|List|vec|Vec|Either|Left|Right|null)\b|\?|\.(?:map|ok_or\w*|into|toList|collect)\(/.test(
      value,
    );
  return true;
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
/** Go: results with names are given back by a bare `return`. */
const hasNames = (made: string, id: string): boolean => id === 'go' && /^\(\w+(?:, ?\w+)* [\w*[]/.test(made);

const typesIn = (made: string): number => (made.startsWith('(') ? valuesIn(made.slice(1, -1)) : 1);

function valuesIn(text: string): number {
  let [depth, count] = [0, 1];
  for (const [sign] of text.replace(/"(?:[^"\\]|\\.)*"|`[^`]*`/g, '""').matchAll(/[([{,)\]}]/g)) {
    if (/[([{]/.test(sign)) depth++;
    else if (sign !== ',') depth--;
    else if (depth === 0) count++;
  }
  return count;
}

// ---------------------------------------------------------------------------------------------------------------- static

const BARE: ReadonlySet<string> = new Set(['java', 'csharp', 'cpp']);

/** What a function that is static now asks of an object that it has no more. */
function memberOf(
  { own, other, merged }: Trees,
  { before, changed, edited, result }: Versions,
  { id }: Language,
): Said | undefined {
  if (before.isStatic || !changed.isStatic) return undefined;
  const members = BARE.has(id) ? ownMembers(merged, result.node) : new Set<string>();
  const asks = (tree: Tree, fn: number) => usesIn(tree, fn, members);
  const [known, added] = [asks(own, changed.node), asks(other, edited.node)];
  for (const [text, offset] of asks(merged, result.node))
    if (!known.has(text) && added.has(text)) return { how: 'static', said: text, offset };
  return undefined;
}

function usesIn(tree: Tree, fn: number, members: ReadonlySet<string>): Map<string, number> {
  const found = new Map<string, number>();
  const bound = new Set<string>();
  for (let node = fn + 1; node < (tree.last[fn] ?? 0); node++) {
    if (!isLeaf(tree, node) || (tree.named[node] !== 1 && !/^(?:this|self|super)$/.test(textOf(tree, node)))) continue;
    const text = textOf(tree, node);
    const isSelf = /^(?:this|self|super|base)$/.test(text);
    if (!isSelf && !members.has(text)) continue;
    if (/comment|string/.test(typeOf(tree, node)) || /^(?:class|object)_/.test(typeOf(tree, tree.parent[node] ?? 0)))
      continue;
    if (
      /declarator|parameter/.test(typeOf(tree, tree.parent[node] ?? 0)) &&
      /^(?:name|declarator)$/.test(fieldOf(tree, node))
    )
      bound.add(text);
    if (
      !/[.>:]\s*$/.test(tree.text.slice(Math.max(0, (tree.start[node] ?? 0) - 4), tree.start[node])) &&
      !found.has(text)
    )
      found.set(text, tree.start[node] ?? 0);
  }
  for (const name of bound) found.delete(name);
  return found;
}

/** Fields and methods of the type around that belong to an object of it. */
function ownMembers(tree: Tree, fn: number): Set<string> {
  const found = new Set<string>();
  const body = tree.parent[fn] ?? 0;
  for (const member of childrenOf(tree, body)) {
    if (member === fn || !/field_declaration|property_declaration|method_declaration/.test(typeOf(tree, member)))
      continue;
    if (childrenOf(tree, member).some((part) => /(?:^|\s)(?:static|const)(?:\s|$)/.test(short(tree, part)))) continue;
    const end =
      childByField(tree, member, 'body') ?? childByField(tree, member, 'parameters') ?? tree.last[member] ?? 0;
    for (let node = member + 1; node < end; node++)
      if (isLeaf(tree, node) && /^(?:name|declarator)$/.test(fieldOf(tree, node))) found.add(textOf(tree, node));
  }
  return found;
}
