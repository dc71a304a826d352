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
    let key = '';
    let isEmpty = true;
    for (let i = 0; i < entry.key.length; i++) {
      const part = keyOf(policy, tree, node, entry.key[i] ?? '');
      isEmpty &&= part === '';
      key += i === 0 ? part : `\0${part}`;
    }
    if (isEmpty) continue;
    return `${entry.as ?? type}\0${policy.caseSensitive ? key : key.toLowerCase()}`;
  }
  return undefined;
}

function keyOf(policy: Policy, tree: Tree, node: number, path: Path): string {
  if (path === '') return '';
  const delegates = path.endsWith('!');
  const reached = follow(tree, node, delegates ? path.slice(0, -1) : path);
  let key = '';
  for (let i = 0; i < reached.length; i++) {
    const n = reached[i] ?? 0;
    const part = delegates ? (signatureOf(policy, tree, n) ?? '') : unquote(textOf(tree, n).replace(/\s+/g, ' '));
    key += i === 0 ? part : `,${part}`;
  }
  return key;
}

/** Nodes a path reaches, in order. */
export function follow(tree: Tree, node: number, path: Path): readonly number[] {
  const steps = stepsOf(path);
  const [first] = steps;
  if (steps.length === 1 && first !== undefined) return takeStep(tree, node, first);
  let reached: readonly number[] = [node];
  for (const step of steps) {
    const [only] = reached;
    if (only === undefined) break;
    reached = reached.length === 1 ? takeStep(tree, only, step) : reached.flatMap((n) => takeStep(tree, n, step));
  }
  return reached;
}

function takeStep(tree: Tree, node: number, step: Step): readonly number[] {
  if (step.mode === '.') return [node];
  if (step.mode === '^') return (tree.parent[node] ?? -1) >= 0 ? [tree.parent[node] ?? 0] : [];
  if (step.mode === '*') return childrenOf(tree, node).filter((child) => matches(tree, child, step));
  if (step.mode === '') {
    const found = preferred(tree, node, step);
    return found === undefined ? [] : [found];
  }
  let deepest = node;
  for (;;) {
    const inner = firstMatch(tree, deepest, step);
    if (inner === undefined) return [deepest];
    deepest = inner;
  }
}

function matches(tree: Tree, child: number, { names, filter }: Step): boolean {
  if (!names.includes(typeOf(tree, child)) && !names.includes(fieldOf(tree, child))) return false;
  return filter === undefined || nameOf(tree, child) === filter;
}

function firstMatch(tree: Tree, node: number, step: Step): number | undefined {
  const end = tree.last[node] ?? 0;
  for (let n = node + 1; n < end; n = tree.last[n] ?? end) if (matches(tree, n, step)) return n;
  return undefined;
}

/** Of the children that match, the one whose name stands first in the step. */
function preferred(tree: Tree, node: number, { names, filter }: Step): number | undefined {
  let best: number | undefined;
  let least = 2 * names.length;
  const end = tree.last[node] ?? 0;
  for (let n = node + 1; n < end && least > 0; n = tree.last[n] ?? end) {
    // A field says more than a type: an operator's field is the sign, its type may be the keyword.
    const field = names.indexOf(fieldOf(tree, n));
    const type = names.indexOf(typeOf(tree, n));
    const rank = Math.min(field < 0 ? least : 2 * field, type < 0 ? least : 2 * type + 1);
    if (rank < least && (filter === undefined || nameOf(tree, n) === filter)) [best, least] = [n, rank];
  }
  return best;
}

interface Step {
  readonly names: readonly string[];
  readonly filter: string | undefined;
  /** '.' and '^' are steps of their own: the node itself and its parent. */
  readonly mode: '' | '*' | '~' | '.' | '^';
}

const paths = new Map<Path, readonly Step[]>();

/** Paths come from our tables, so the few there are stay parsed. */
function stepsOf(path: Path): readonly Step[] {
  let parsed = paths.get(path);
  if (parsed === undefined) {
    parsed = path.split('/').map(parseStep);
    paths.set(path, parsed);
  }
  return parsed;
}

function parseStep(step: string): Step {
  if (step === '.' || step === '^') return { names: [], filter: undefined, mode: step };
  const [, names = step, filter, mode = ''] = /^([^[*~]+)(?:\[(.*)\])?([*~]?)$/.exec(step) ?? [];
  return { names: names.split('|'), filter, mode: mode === '*' || mode === '~' ? mode : '' };
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
