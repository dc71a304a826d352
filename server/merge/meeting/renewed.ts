/**
 * One side changed what a name is (its value, its type, whether it may change, whether it is waited for) and the other wrote that
 * name near it where it did not stand before, or asks another member of it: that was written for what the name was.
 */
import { childrenOf, fieldOf, isLeaf, leavesOf, type Tree, textOf, typeOf } from '../../syntax/tree.ts';
import { ACCESS, chainsIn, DEFINES, NAME, namesIn } from './defined.ts';
import { type Dependent, hasBare } from './dependent.ts';
import { BOTH, isBody, OURS, THEIRS } from './meetingShapes.ts';

/** Told of a use: the statement or expression around it, in UTF-16 units. */
const TOLD = 80;
/** What declares a name together with the node that gives it its value: `const`, `final int`. */
const AROUND = /declaration(?:_statement)?$|^(?:let_statement|expression_statement)$/;
/** `x += 1` makes it no other thing. */
const BUILDS = /augmented|compound/;
/** What has names of its own: another function's `data` is another. */
const SCOPE =
  /^(?:do_block|method|singleton_method)$|(?:function|method|lambda|closure|arrow|constructor|accessor|func)\w*$/;
const NO_SCOPE = /call|invocation|_type$|reference|declarator|signature/;

interface Renewed {
  readonly by: typeof OURS | typeof THEIRS;
  readonly from: number;
  /** Where the function ends in which the name stands; of a member, the file. */
  readonly until: number;
}

export function renewedIn(
  tree: Tree,
  within: { readonly start: number; readonly end: number },
  touched: Uint8Array,
  inBase: (node: number) => string,
): Dependent[] {
  const found = new Map<string, Dependent>();
  const renewed = new Map<string, Renewed>();
  for (let node = 0; node < tree.size; node++) {
    if ((tree.start[node] ?? 0) >= within.end) break;
    if ((tree.end[node] ?? 0) <= within.start) continue;
    if (!isLeaf(tree, node)) {
      if (DEFINES.test(typeOf(tree, node)) && !BUILDS.test(typeOf(tree, node))) renew(tree, node, touched, renewed);
      continue;
    }
    if (renewed.size === 0) continue;
    const use = usedAnew(tree, node, touched, renewed, inBase);
    if (!use) continue;
    const { name, by } = use;
    const through = { name, by: by === OURS ? ('ours' as const) : ('theirs' as const) };
    if (!found.has(name))
      found.set(name, { node, met: { what: 'use', held: true, through }, text: around(tree, node) });
  }
  return [...found.values()];
}

/** The name stands as it stood, and one side alone edited what is said of it. */
function renew(tree: Tree, node: number, touched: Uint8Array, renewed: Map<string, Renewed>): void {
  const parts = childrenOf(tree, node).filter((part) => !isBody(tree, part));
  const target = parts.find((part) => /^(?:name|left|pattern|declarator|property)$/.test(fieldOf(tree, part)));
  const first = target ?? parts.find((part) => tree.named[part] === 1);
  if (first === undefined) return;
  let top = node;
  for (let up = tree.parent[node] ?? -1; up >= 0 && isOnly(tree, up); up = tree.parent[up] ?? -1) top = up;
  const by = touched[top] ?? 0;
  for (const name of namesOf(tree, first)) {
    const isOld = leavesOf(tree, first).every((leaf) => textOf(tree, leaf) !== lastPart(name) || touched[leaf] === 0);
    if ((by === OURS || by === THEIRS) && isOld)
      renewed.set(name, {
        by,
        from: tree.last[node] ?? 0,
        until: name.includes('.') ? tree.size : endOfScope(tree, node),
      });
    else if (by === 0 && (renewed.get(name)?.from ?? 0) < node) renewed.delete(name);
  }
}

/** The end of the innermost function around a node. */
function endOfScope(tree: Tree, node: number): number {
  for (let up = tree.parent[node] ?? -1; up >= 0; up = tree.parent[up] ?? -1) {
    if (isScope(tree, up)) return tree.last[up] ?? tree.size;
  }
  return tree.size;
}

const isScope = (tree: Tree, node: number): boolean =>
  SCOPE.test(typeOf(tree, node)) && !NO_SCOPE.test(typeOf(tree, node));

/** In Kotlin the type stands within the target. */
function namesOf(tree: Tree, target: number): string[] {
  const [name, sign] = leavesOf(tree, target).map((leaf) => textOf(tree, leaf));
  return name !== undefined && sign === ':' && NAME.test(name) ? [name] : namesIn(tree, target);
}

const lastPart = (name: string): string => name.slice(name.lastIndexOf('.') + 1);

/** A declaration of this one name. */
const isOnly = (tree: Tree, node: number): boolean =>
  AROUND.test(typeOf(tree, node)) &&
  !childrenOf(tree, node).some((part) => isBody(tree, part)) &&
  childrenOf(tree, node).filter((part) => DEFINES.test(typeOf(tree, part)) || AROUND.test(typeOf(tree, part))).length <=
    1;

/** A name that the other side wrote where the base does not have it, or of which it asks another member. */
function usedAnew(
  tree: Tree,
  leaf: number,
  touched: Uint8Array,
  renewed: ReadonlyMap<string, Renewed>,
  inBase: (node: number) => string,
): { readonly name: string; readonly by: number } | undefined {
  const text = textOf(tree, leaf);
  for (const [name, { by, from, until }] of renewed) {
    if (lastPart(name) !== text || leaf < from || leaf >= until || isKey(tree, leaf)) continue;
    const editor = BOTH - by;
    const isNew = touched[leaf] === editor && !has(inBase(leaf), text);
    const isUsed = isNew || (touched[leaf] === 0 && isMemberNew(tree, leaf, touched, editor));
    if (isUsed && keyAt(tree, leaf) === name && !isShadowed(tree, leaf, from)) return { name, by };
  }
  return undefined;
}

/** Behind the name this side wrote another member. One where there was none, in a text, only prints it otherwise. */
function isMemberNew(tree: Tree, leaf: number, touched: Uint8Array, side: number): boolean {
  const sign = leafBehind(tree, leaf);
  if (sign >= tree.size || !ACCESS.test(textOf(tree, sign)) || touched[leafBehind(tree, sign)] !== side) return false;
  return touched[sign] === 0 || !isInText(tree, leaf);
}

function leafBehind(tree: Tree, leaf: number): number {
  let at = leaf + 1;
  while (at < tree.size && !isLeaf(tree, at)) at++;
  return at;
}

function isInText(tree: Tree, leaf: number): boolean {
  for (let up = tree.parent[leaf] ?? -1; up >= 0 && !ROW.test(typeOf(tree, up)); up = tree.parent[up] ?? -1)
    if (/string|template|interpolat/.test(typeOf(tree, up))) return true;
  return false;
}

/** As code, or in a hole of a text: the text `"user"` does not have `user`. */
const has = (text: string, name: string): boolean =>
  hasBare(text, name) || (!/["'`]/.test(text) && text.split(/[^\p{L}\p{N}_$@]+/u).includes(name));

/** What stands in a row of others. */
function statementOf(tree: Tree, leaf: number): number {
  let node = leaf;
  for (
    let up = tree.parent[node] ?? -1;
    up >= 0 && !isBody(tree, up) && !ROW.test(typeOf(tree, up));
    up = tree.parent[up] ?? -1
  )
    node = up;
  return node;
}

const ROW = /block|body|program|module|source_file|compilation_unit|translation_unit|statements|document|suite|section/;

/** With what it is a member of. */
function keyAt(tree: Tree, leaf: number): string {
  const row: number[] = [];
  for (let at = leaf; at >= 0 && row.length < 8; at--) if (isLeaf(tree, at)) row.unshift(at);
  return [...chainsIn(tree, row)].at(-1)?.key ?? '';
}

/** `a` in `{ a: 1 }`, in `f(a=1)`, in `<B a="">` and in the text `"a"`. */
function isKey(tree: Tree, leaf: number): boolean {
  if (/fragment|content|string/.test(typeOf(tree, leaf))) return true;
  const parent = tree.parent[leaf] ?? -1;
  if (parent < 0) return false;
  const type = typeOf(tree, parent);
  const isFirst = leaf === parent + 1;
  if (/^(?:key|name)$/.test(fieldOf(tree, leaf)) && /pair|argument|attribute|field|label|signature/.test(type))
    return true;
  if (isFirst && /^(?:jsx_attribute|field_initializer)$/.test(type)) return true;
  if (isFirst && type === 'value_argument' && textOf(tree, leafBehind(tree, leaf)) === '=') return true;
  return isFirst && type === 'literal_element' && /^keyed_element$/.test(typeOf(tree, parent - 1)); // Go
}

/** A function within, around a leaf, has a parameter of its name. */
function isShadowed(tree: Tree, leaf: number, from: number): boolean {
  const text = textOf(tree, leaf);
  for (let up = tree.parent[leaf] ?? -1; up >= from; up = tree.parent[up] ?? -1) {
    if (!isScope(tree, up)) continue;
    const given = childrenOf(tree, up).filter((part) => /param/.test(fieldOf(tree, part) + typeOf(tree, part)));
    if (given.some((part) => leavesOf(tree, part).some((each) => textOf(tree, each) === text))) return true;
  }
  return false;
}

/** The statement, or of a long one no more around the name than a person reads at once. */
function around(tree: Tree, leaf: number): string {
  const statement = statementOf(tree, leaf);
  let node = leaf;
  for (let up = tree.parent[node] ?? -1; up >= statement && isShort(tree, up); up = tree.parent[up] ?? -1) node = up;
  return textOf(tree, node);
}

const isShort = (tree: Tree, node: number): boolean => (tree.end[node] ?? 0) - (tree.start[node] ?? 0) <= TOLD;
