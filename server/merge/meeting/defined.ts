/**
 * What each side made of a name, as far as a text has been read: of a variable, a member (`this.ms`), a field, a default, a loop's
 * variable, a list that is put in order. Asked by dependent.ts.
 */
import { childrenOf, fieldOf, leavesOf, type Tree, textOf, typeOf } from '../../syntax/tree.ts';
import { isBody, OURS, THEIRS } from './meetingShapes.ts';

export interface Defined {
  readonly by: typeof OURS | typeof THEIRS;
  /** From this node on the name is what it was made before. */
  readonly from: number;
  /** The side put a call or an operation there, and did not only take another value. */
  readonly isMade: boolean;
  /** The words of its value, and those of them that the side wrote. */
  readonly words: ReadonlySet<string>;
  readonly added: ReadonlySet<string>;
}

/** What gives an order; which end of it is taken then belongs to it. */
export const SORTS = /^(?:sort|sorted|sort_?by|toSorted|toReversed|reversed?|order_?by\w*|rsort|usort)$/i;

export const DEFINES =
  /^(?:assignment_expression|assignment|assignment_statement|variable_assignment|variable_declarator|init_declarator|let_declaration|short_var_declaration|property_declaration|const_item|var_spec|const_spec|augmented_assignment|augmented_assignment_expression|compound_assignment_expr|assignment_pattern|(?:typed_)?default_parameter|required_parameter|(?:public_)?field_definition)$/;
export const PARAMETERS = /^(?:(?:formal_|method_|lambda_)?parameters|parameter_list)$/;
export const CALLS =
  /^(?:call|call_expression|method_invocation|invocation_expression|function_call_expression|member_call_expression)$/;
/** In a class, what other languages write as a member of `this`. */
const FIELD = /field_definition$/;

/** Where one side alone changed what a name is made of: all but the name and its type. */
export function define(tree: Tree, node: number, touched: Uint8Array, defined: Map<string, Defined>): void {
  const parts = childrenOf(tree, node).filter((part) => !isBody(tree, part) && fieldOf(tree, part) !== 'type');
  const target = parts.find((part) => /^(?:name|left|pattern|declarator|property)$/.test(fieldOf(tree, part)));
  const first = target ?? parts.find((part) => tree.named[part] === 1);
  if (first === undefined) return;
  const values = parts.filter((part) => part > first);
  const all = values.flatMap((part) => leavesOf(tree, part));
  const touchedBy = (nodes: readonly number[]) => nodes.reduce((bits, part) => bits | (touched[part] ?? 0), 0);
  // How a list is ordered is said in a function of its own.
  const isSorted = all.some((leaf) => SORTS.test(textOf(tree, leaf)));
  const by = touchedBy(isSorted ? all : values);
  const leaves = by === OURS || by === THEIRS ? all : [];
  const isMade = leaves.some((leaf) => isWork(tree, leaf, touched));
  const words = new Set(leaves.map((leaf) => textOf(tree, leaf)));
  const added = new Set(leaves.filter((leaf) => (touched[leaf] ?? 0) !== 0).map((leaf) => textOf(tree, leaf)));
  for (const name of namesIn(tree, first)) {
    const known = FIELD.test(typeOf(tree, node)) ? `this.${name}` : name;
    set(defined, known, by, { from: tree.last[node] ?? 0, isMade, words, added });
    const bare = bareName(tree, first, known);
    if (bare !== undefined && !words.has(bare))
      set(defined, bare, by, { from: tree.last[node] ?? 0, isMade, words, added });
  }
}

/** Languages in which a member of `this` is called by its name alone as well; where its value has that name, it is another one. */
const CALLED_BARE =
  /^(?:field_access|member_access_expression|field_expression|directly_assignable_expression|navigation_expression)$/;

const bareName = (tree: Tree, target: number, key: string): string | undefined =>
  key.startsWith('this.') && CALLED_BARE.test(typeOf(tree, target)) && !textOf(tree, target).startsWith('$')
    ? key.slice('this.'.length)
    : undefined;

/** `items.sort(byRank)` makes `items` another list, as a value that it is given does. */
export function reorder(tree: Tree, node: number, touched: Uint8Array, defined: Map<string, Defined>): void {
  const leaves = leavesOf(tree, node);
  const chains = [...chainsIn(tree, leaves)];
  const called = chains.find(({ name }) => SORTS.test(name));
  const bracket = leaves.find((leaf) => textOf(tree, leaf) === '(') ?? node;
  // Not a list that is made anew: there nothing takes the name of it.
  if (
    !called ||
    called.leaf > bracket ||
    !/^(?:expression_statement|block|body|body_statement|statements|program|module|source_file)$/.test(
      typeOf(tree, tree.parent[node] ?? 0),
    )
  )
    return;
  const owner = called.key.includes('.') ? called.key.slice(0, called.key.lastIndexOf('.')) : '';
  const isCalled = (leaf: number) => textOf(tree, leaves[leaves.indexOf(leaf) + 1] ?? leaf) === '(';
  const given = chains.find(
    ({ leaf }) =>
      leaf > bracket && !isCalled(leaf) && !ACCESS.test(textOf(tree, leaves[leaves.indexOf(leaf) + 1] ?? leaf)),
  );
  const key = /^(?:|Collections|Arrays|sort|slices|std|Lists)$/.test(owner) ? given?.key : owner;
  const by = leaves.reduce((bits, leaf) => bits | (touched[leaf] ?? 0), 0);
  if (key === undefined || (by !== OURS && by !== THEIRS)) return;
  const words = new Set(leaves.map((leaf) => textOf(tree, leaf)));
  const added = new Set(leaves.filter((leaf) => touched[leaf] !== 0).map((leaf) => textOf(tree, leaf)));
  set(defined, key, by, { from: tree.last[node] ?? 0, isMade: true, words, added });
}

/** A call or an operation that was written here. */
const isWork = (tree: Tree, leaf: number, touched: Uint8Array): boolean =>
  (touched[leaf] ?? 0) !== 0 &&
  tree.named[leaf] !== 1 &&
  /^(?:\(|[-+*/%|&^~!<>]=?|<<|>>|\*\*)$/.test(textOf(tree, leaf));

/** A parameter of a name is another thing, until it is said what it is. */
export function hide(tree: Tree, parameter: number, defined: Map<string, Defined>): void {
  const name = leavesOf(tree, parameter).find((leaf) => defined.has(textOf(tree, leaf)));
  if (name !== undefined) defined.delete(textOf(tree, name));
}

/** A loop's variables are what its header says. */
export function loop(tree: Tree, node: number, touched: Uint8Array, defined: Map<string, Defined>): void {
  const all = childrenOf(tree, node);
  // A body of one statement may have no name in the grammar: it comes last.
  const isNamed = all.some((part) => isBody(tree, part));
  const parts = all.filter((part) => !isBody(tree, part) && (isNamed || part !== all.at(-1)));
  const value = parts.reduce((all, part) => all | (touched[part] ?? 0), 0);
  const end = Math.max(node + 1, ...parts.map((part) => tree.last[part] ?? 0));
  const target = parts.find((part) => /^(?:left|pattern|initializer|init|name)$/.test(fieldOf(tree, part)));
  const first = target ?? parts.find((part) => tree.named[part] === 1);
  if (first === undefined) return;
  const leaves = leavesOf(tree, first);
  const sign = leaves.findIndex((leaf) => /^(?::?=|:|in|of)$/.test(textOf(tree, leaf)));
  for (const leaf of sign < 0 ? leaves : leaves.slice(0, sign))
    if (NAME.test(textOf(tree, leaf)))
      set(defined, textOf(tree, leaf), value, { from: end, isMade: true, words: new Set(), added: new Set() });
}

function set(defined: Map<string, Defined>, name: string, by: number, { from, ...made }: Omit<Defined, 'by'>): void {
  if (by === OURS || by === THEIRS) defined.set(name, { by, from, ...made });
  // What a loop's header begins with is part of that header.
  else if ((defined.get(name)?.from ?? 0) < from) defined.delete(name);
}

/** Of a target that is one name, a member of one (`this.ms`), or a few with commas between; none of any other. */
export function namesIn(tree: Tree, target: number): string[] {
  const leaves = leavesOf(tree, target);
  const texts = leaves.map((leaf) => textOf(tree, leaf));
  const chains = [...chainsIn(tree, leaves)];
  const last = chains.at(-1);
  if (last?.key.includes('.') && texts.every((text) => NAME.test(text) || ACCESS.test(text) || /^[$*]$/.test(text)))
    return texts.filter((text) => NAME.test(text)).length === last.key.split('.').length ? [last.key] : [];
  const signs = /pattern/.test(typeOf(tree, target)) ? /^[,$()*&{}[\]]$/ : /^[,$()*&]$/;
  const names = texts.filter((text) => NAME.test(text));
  return names.length > 3 || texts.some((text) => !NAME.test(text) && !signs.test(text)) ? [] : names;
}

export const NAME = /^@{0,2}[\p{L}_][\p{L}\p{N}_]*$/u;
export const ACCESS = /^(?:\.|->|::|\?\.|\?->)$/;

export interface Use {
  readonly leaf: number;
  readonly name: string;
  /** With what it is a member of, however the language writes that: `this.ms`. */
  readonly key: string;
  /** As it is written, with the sign before it. */
  readonly written: string;
  /** The leaf before it. */
  readonly before: string;
}

/** Each name of some leaves in a row, with the names that it is a member of. */
export function* chainsIn(tree: Tree, leaves: readonly number[]): Generator<Use> {
  let chain: { readonly key: string; readonly from: number } | undefined;
  let before = '';
  let [at, isMember] = [0, false];
  for (const leaf of leaves) {
    const text = textOf(tree, leaf);
    const start = tree.start[leaf] ?? 0;
    if (ACCESS.test(text)) isMember = true;
    else {
      const outer = isMember ? chain : undefined;
      const from = outer?.from ?? (before === '$' ? at : start);
      const key = isMember ? `${outer?.key ?? '?'}.${text}` : text;
      chain = NAME.test(text) ? { key, from } : undefined;
      if (chain) yield { leaf, name: text, key, written: tree.text.slice(from, tree.end[leaf]), before };
      isMember = false;
    }
    [before, at] = [text, start];
  }
}
