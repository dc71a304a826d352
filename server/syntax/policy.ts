/**
 * What a language's syntax allows a merge to do, as pure data, and the few functions that read it. One file a family lies
 * in policies/; docs/adding-a-language.md explains each field with examples.
 *
 * A **path** is how the data points at a node below (or above) another: steps parted by `/`. A step is a field name or a
 * node type, the first child that has it; `a|b` takes a, else b; `a*` takes every such child; `a~` goes down as long as there
 * is one; `a[x]` takes a child whose first leaf of type `name` reads `x`; `^` is the parent, `.` the node itself.
 * A path that ends in `!` gives the signature of the node it reaches, any other gives its text.
 */
import { childrenOf, fieldOf, isLeaf, type Tree, textOf, typeOf } from './tree.ts';

export type Path = string;

/** A parent whose children are a list. With `groups` some of them may change places, without it their order matters. */
export interface ListParent {
  readonly type: string;
  /**
   * Child types, one set for each group; `field:type` asks for the field too, `*` is any named child that is no comment.
   * Children of one group commute among themselves; what is in no group keeps its place.
   */
  readonly groups?: readonly (readonly string[])[];
  /** Children that others may not be moved across: a spread in an object, `private:` in a class. */
  readonly barriers?: readonly string[];
  /** The token between children; '\n' is a line break, ' ' white space, '' nothing but layout (a body of members). */
  readonly separator: ',' | ';' | '|' | '+' | '&' | '\n' | ' ' | '';
  /** The language lets a separator stand behind the last child. */
  readonly trailing?: boolean;
  readonly open?: string;
  readonly close?: string;
  /** Children of several lines are set apart by an empty line by custom. */
  readonly blankLines?: boolean;
  /** Only below a parent of one of these types. */
  readonly inside?: readonly string[];
  /** Only where the path reads one of these texts. */
  readonly when?: { readonly path: Path; readonly is: readonly string[] };
}

export interface CommutativeParent extends ListParent {
  readonly groups: readonly (readonly string[])[];
}

/** What tells a child from its siblings. Of several entries for one type the first that gives a key counts. */
export interface Signature {
  readonly type: string;
  readonly key: readonly Path[];
  /** Types that share a name space (a field and a property) give one name here; the default is the type itself. */
  readonly as?: string;
}

export type SymbolKind =
  | 'class'
  | 'interface'
  | 'enum'
  | 'enumMember'
  | 'struct'
  | 'trait'
  | 'function'
  | 'method'
  | 'constructor'
  | 'field'
  | 'property'
  | 'variable'
  | 'constant'
  | 'type'
  | 'module'
  | 'macro'
  | 'impl'
  | 'import'
  | 'key'
  | 'section';

export interface Definition {
  readonly type: string;
  readonly kind: SymbolKind;
  /** Path to the node that spells the name. */
  readonly name: Path;
  /** Path to what the signature text leaves out; the default is the field `body`. */
  readonly body?: Path;
  /** Only directly below one of these types (or the root when it is named). */
  readonly inside?: readonly string[];
  /** Only where it fills this field of its parent. */
  readonly field?: string;
}

export interface Policy {
  readonly commutativeParents: readonly CommutativeParent[];
  /** Lists whose order matters: two insertions at one place are a real conflict. */
  readonly orderedLists: readonly ListParent[];
  readonly signatures: readonly Signature[];
  /** Nodes whose inside is never merged by structure: strings, comments, numbers. White space in them means something. */
  readonly atomic: readonly string[];
  readonly comments: readonly string[];
  readonly imports: readonly string[];
  /** Siblings that belong to the next one and move with it: decorators, attributes (comments do so too). */
  readonly attachments?: readonly string[];
  /** Left-recursive chains that the copy makes flat: `A | B | C` as one list. */
  readonly flatten?: readonly string[];
  readonly definitions: readonly Definition[];
  readonly lineComment?: string;
  readonly blockComment?: readonly [open: string, close: string];
  /** Names that differ only in case are different names. */
  readonly caseSensitive: boolean;
  /** Indentation is syntax. */
  readonly indented?: boolean;
}

/** The entry by which the children of `node` commute, if any. */
export function commutativeParentOf(policy: Policy, tree: Tree, node: number): CommutativeParent | undefined {
  const type = typeOf(tree, node);
  return policy.commutativeParents.find((entry) => entry.type === type && applies(entry, tree, node));
}

/** The entry that says how the children of `node` are listed, whether they commute or not. */
export function listParentOf(policy: Policy, tree: Tree, node: number): ListParent | undefined {
  const type = typeOf(tree, node);
  const ordered = () => policy.orderedLists.find((entry) => entry.type === type && applies(entry, tree, node));
  return commutativeParentOf(policy, tree, node) ?? ordered();
}

function applies(entry: ListParent, tree: Tree, node: number): boolean {
  if (entry.inside !== undefined) {
    const parent = tree.parent[node] ?? -1;
    if (parent < 0 || !entry.inside.includes(typeOf(tree, parent))) return false;
  }
  if (entry.when === undefined) return true;
  const [reached] = follow(tree, node, entry.when.path);
  return reached !== undefined && entry.when.is.includes(unquote(textOf(tree, reached)));
}

/** Which group of the parent a child is in; -1 for none. */
export function groupOf(parent: ListParent, policy: Policy, tree: Tree, child: number): number {
  const type = typeOf(tree, child);
  const withField = `${fieldOf(tree, child)}:${type}`;
  const any = tree.named[child] === 1 && !policy.comments.includes(type) && !(parent.barriers ?? []).includes(type);
  const groups = parent.groups ?? [];
  return groups.findIndex((group) => group.includes(type) || group.includes(withField) || (any && group.includes('*')));
}

/** What tells this node from its siblings, undefined when nothing does. Equal signatures in one parent are duplicates. */
export function signatureOf(policy: Policy, tree: Tree, node: number): string | undefined {
  const type = typeOf(tree, node);
  for (const entry of policy.signatures) {
    if (entry.type !== type) continue;
    const parts = entry.key.map((path) => keyOf(policy, tree, node, path));
    if (parts.every((part) => part === '')) continue;
    const key = parts.join('\0');
    return `${entry.as ?? type}\0${policy.caseSensitive ? key : key.toLowerCase()}`;
  }
  return undefined;
}

function keyOf(policy: Policy, tree: Tree, node: number, path: Path): string {
  if (path === '') return '';
  const delegates = path.endsWith('!');
  const reached = follow(tree, node, delegates ? path.slice(0, -1) : path);
  return reached
    .map((n) => (delegates ? (signatureOf(policy, tree, n) ?? '') : unquote(textOf(tree, n).replace(/\s+/g, ' '))))
    .join(',');
}

/** Nodes a path reaches, in order. */
export function follow(tree: Tree, node: number, path: Path): number[] {
  let reached = [node];
  for (const step of path.split('/')) {
    reached = reached.flatMap((n) => takeStep(tree, n, step));
    if (reached.length === 0) break;
  }
  return reached;
}

function takeStep(tree: Tree, node: number, step: string): number[] {
  if (step === '.') return [node];
  if (step === '^') return (tree.parent[node] ?? -1) >= 0 ? [tree.parent[node] ?? 0] : [];
  const { names, filter, mode } = parseStep(step);
  const matching = (n: number): number[] =>
    childrenOf(tree, n).filter((child) => {
      if (!names.includes(typeOf(tree, child)) && !names.includes(fieldOf(tree, child))) return false;
      return filter === undefined || nameOf(tree, child) === filter;
    });
  if (mode === '*') return matching(node);
  if (mode === '') return preferred(tree, matching(node), names);
  let at: number | undefined = node;
  let deepest: number | undefined;
  while (at !== undefined) {
    [at] = matching(at);
    deepest = at ?? deepest;
  }
  return [deepest ?? node];
}

/** Of the children that match, the one whose name stands first in the step. */
function preferred(tree: Tree, matching: readonly number[], names: readonly string[]): number[] {
  for (const name of names) {
    // A field says more than a type: an operator's field is the sign, its type may be the keyword.
    const found = matching.find((n) => fieldOf(tree, n) === name) ?? matching.find((n) => typeOf(tree, n) === name);
    if (found !== undefined) return [found];
  }
  return [];
}

interface Step {
  readonly names: readonly string[];
  readonly filter: string | undefined;
  readonly mode: '' | '*' | '~';
}

const steps = new Map<string, Step>();

/** Steps come from our tables, so the few there are stay parsed. */
function parseStep(step: string): Step {
  let parsed = steps.get(step);
  if (parsed === undefined) {
    const [, names = step, filter, mode = ''] = /^([^[*~]+)(?:\[(.*)\])?([*~]?)$/.exec(step) ?? [];
    parsed = { names: names.split('|'), filter, mode: mode === '*' || mode === '~' ? mode : '' };
    steps.set(step, parsed);
  }
  return parsed;
}

/** The first leaf of type `name` or `tag_name` at or below: how our own parsers mark what a thing is called. */
function nameOf(tree: Tree, node: number): string | undefined {
  for (let n = node; n < (tree.last[node] ?? 0); n++) {
    if (isLeaf(tree, n) && /^(?:tag_|attribute_)?name$/.test(typeOf(tree, n))) return textOf(tree, n);
  }
  return undefined;
}

/** The text without the quotes around it. */
export function unquote(text: string): string {
  const first = text[0];
  const quoted = text.length >= 2 && (first === '"' || first === "'" || first === '`') && text.endsWith(first);
  return quoted ? text.slice(1, -1) : text;
}
