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
  const reached = firstAt(tree, node, entry.when.path);
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
  const partOf = (n: number) =>
    delegates ? (signatureOf(policy, tree, n) ?? '') : unquote(textOf(tree, n).replace(/\s+/g, ' '));
  const { steps, isOne } = stepsOf(delegates ? path.slice(0, -1) : path);
  if (isOne) {
    const only = reachOne(tree, node, steps);
    return only < 0 ? '' : partOf(only);
  }
  return reachAll(tree, node, steps).map(partOf).join();
}

/** Nodes a path reaches, in order. */
export function follow(tree: Tree, node: number, path: Path): readonly number[] {
  const { steps, isOne } = stepsOf(path);
  if (!isOne) return reachAll(tree, node, steps);
  const only = reachOne(tree, node, steps);
  return only < 0 ? [] : [only];
}

/** The first of them. */
export function firstAt(tree: Tree, node: number, path: Path): number | undefined {
  const { steps, isOne } = stepsOf(path);
  if (!isOne) return reachAll(tree, node, steps)[0];
  const only = reachOne(tree, node, steps);
  return only < 0 ? undefined : only;
}

function reachAll(tree: Tree, node: number, steps: readonly Step[]): readonly number[] {
  let reached: readonly number[] = [node];
  for (const step of steps) {
    if (reached.length === 0) break;
    reached = reached.flatMap((n) => {
      if (step.mode === '*') return childrenOf(tree, n).filter((child) => matches(tree, child, step));
      const only = takeStep(tree, n, step);
      return only < 0 ? [] : [only];
    });
  }
  return reached;
}

/** Where a path of steps that each reach one node ends; -1 where it leads nowhere. */
function reachOne(tree: Tree, node: number, steps: readonly Step[]): number {
  let reached = node;
  for (let i = 0; i < steps.length && reached >= 0; i++) {
    const step = steps[i];
    if (step) reached = takeStep(tree, reached, step);
  }
  return reached;
}

/** -1 where there is none. Not for steps to all that match. */
function takeStep(tree: Tree, node: number, step: Step): number {
  if (step.mode === '.') return node;
  if (step.mode === '^') return tree.parent[node] ?? -1;
  if (step.mode === '') return preferred(tree, node, step);
  let deepest = node;
  for (;;) {
    const inner = firstMatch(tree, deepest, step);
    if (inner < 0) return deepest;
    deepest = inner;
  }
}

function matches(tree: Tree, child: number, step: Step): boolean {
  if (rankOf(tree, child, step) === NO_RANK) return false;
  return step.filter === undefined || nameOf(tree, child) === step.filter;
}

function firstMatch(tree: Tree, node: number, step: Step): number {
  const end = tree.last[node] ?? 0;
  for (let n = node + 1; n < end; n = tree.last[n] ?? end) if (matches(tree, n, step)) return n;
  return -1;
}

/** Of the children that match, the one whose name stands first in the step; -1 where none does. */
function preferred(tree: Tree, node: number, step: Step): number {
  const { filter } = step;
  let best = -1;
  let least = NO_RANK;
  const end = tree.last[node] ?? 0;
  for (let n = node + 1; n < end && least > 0; n = tree.last[n] ?? end) {
    const rank = rankOf(tree, n, step);
    if (rank < least && (filter === undefined || nameOf(tree, n) === filter)) [best, least] = [n, rank];
  }
  return best;
}

const NO_RANK = 1_000_000;

/** How early a step names a child. A field says more than a type: an operator's field is the sign, its type may be the keyword. */
function rankOf(tree: Tree, child: number, step: Step): number {
  const ranks = ranksOf(tree, step);
  const [type, field] = [tree.type[child] ?? 0, tree.field[child] ?? 0];
  let byType = ranks.types[type];
  if (byType === undefined) {
    const place = step.names.indexOf(typeOf(tree, child));
    byType = place < 0 ? NO_RANK : 2 * place + 1;
    ranks.types[type] = byType;
  }
  let byField = ranks.fields[field];
  if (byField === undefined) {
    const place = step.names.indexOf(fieldOf(tree, child));
    byField = place < 0 ? NO_RANK : 2 * place;
    ranks.fields[field] = byField;
  }
  return Math.min(byType, byField);
}

/** What is known of the numbers of one vocabulary: found once for each type and field. */
interface Ranks {
  readonly of: readonly string[];
  readonly types: (number | undefined)[];
  readonly fields: (number | undefined)[];
}

function ranksOf({ typeNames: of }: Tree, step: Step): Ranks {
  if (step.ranks?.of !== of) step.ranks = { of, types: [], fields: [] };
  return step.ranks;
}

interface Step {
  readonly names: readonly string[];
  readonly filter: string | undefined;
  /** '.' and '^' are steps of their own: the node itself and its parent. */
  readonly mode: '' | '*' | '~' | '.' | '^';
  /** Of the vocabulary that was asked for last. */
  ranks?: Ranks;
}

interface Steps {
  readonly steps: readonly Step[];
  /** No step goes to all that match. */
  readonly isOne: boolean;
}

const paths = new Map<Path, Steps>();

/** Paths come from our tables, so the few there are stay parsed. */
function stepsOf(path: Path): Steps {
  let parsed = paths.get(path);
  if (parsed === undefined) {
    const steps = path.split('/').map(parseStep);
    parsed = { steps, isOne: steps.every(({ mode }) => mode !== '*') };
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
