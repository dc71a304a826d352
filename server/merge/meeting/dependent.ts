/**
 * Edits of both sides that meet though they stand in two statements: ours changed what a name is and theirs an expression around
 * that name (`ms = s * 1000`, `wait(ms * 1000)`), or ours turned a condition round and theirs what follows from it (turned.ts). Each
 * may have mended the same thing, and together they undo it. Only the text near is asked, as in meets.ts.
 */
import { childrenOf, fieldOf, isLeaf, leavesOf, type Tree, textOf, typeOf } from '../../syntax/tree.ts';
import {
  ACCESS,
  CALLS,
  chainsIn,
  DEFINES,
  type Defined,
  define,
  hide,
  loop,
  NAME,
  PARAMETERS,
  reorder,
  SORTS,
  type Use,
} from './defined.ts';
import { BOTH, isLoop, type MeetingKind, type Met, OURS, type Reader, THEIRS } from './meetingShapes.ts';
import { IF, turned } from './turned.ts';

export interface Dependent {
  readonly node: number;
  readonly met: Met;
  /** What to tell of it, where that is more than the node. */
  readonly text?: string;
}

/** A node of a text with edits of both sides. */
export interface Place {
  readonly tree: Tree;
  readonly node: number;
  readonly touched: Uint8Array;
  /** What the base has where a node is. */
  readonly inBase: (node: number) => string;
}

/** A larger expression is none whose parts a person reads as one. */
const LARGE = 120;

export function dependentIn(
  tree: Tree,
  within: { readonly start: number; readonly end: number },
  touched: Uint8Array,
  shapes: ReadonlyMap<string, Reader>,
  inBase: (node: number) => string,
): Dependent[] {
  const found: Dependent[] = [];
  const defined = new Map<string, Defined>();
  for (let node = 0; node < tree.size; node++) {
    if ((tree.start[node] ?? 0) >= within.end) break;
    if ((tree.end[node] ?? 0) <= within.start || isLeaf(tree, node)) continue;
    const type = typeOf(tree, node);
    if (IF.test(type)) found.push(...turned({ tree, node, touched, inBase }));
    if (DEFINES.test(type)) define(tree, node, touched, defined);
    else if (CALLS.test(type)) reorder(tree, node, touched, defined);
    else if (isLoop(type)) loop(tree, node, touched, defined);
    else if (PARAMETERS.test(type)) for (const part of childrenOf(tree, node)) hide(tree, part, defined);
    const by = touched[node] ?? 0;
    if (defined.size === 0 || (by !== OURS && by !== THEIRS) || (tree.last[node] ?? 0) - node > LARGE) continue;
    const met = usedIn({ tree, node, touched, inBase }, shapes, defined);
    const name = met?.through?.name;
    // What stands in it is told with it.
    const isTold = found.some((one) => one.met.through?.name === name && (tree.last[one.node] ?? 0) > node);
    if (!met || isTold) continue;
    found.push({ node, met, text: tree.text.slice(tree.start[calledBefore(tree, node)], tree.end[node]) });
  }
  return found;
}

/** In a macro the called name stands before what it is given, and is no part of it. */
function calledBefore(tree: Tree, node: number): number {
  const around = tree.parent[node] ?? -1;
  if (around < 0 || typeOf(tree, node) !== 'token_tree') return node;
  if (typeOf(tree, around) === 'macro_invocation') return around;
  const before = childrenOf(tree, around).filter((part) => part < node);
  return before.at(-1) ?? node;
}

/** An expression that one side edited around a name that the other made something else. */
function usedIn(
  place: Place,
  shapes: ReadonlyMap<string, Reader>,
  defined: ReadonlyMap<string, Defined>,
): Met | undefined {
  const { tree, node, touched, inBase } = place;
  const type = typeOf(tree, node);
  const reader = shapes.get(type);
  const isText = type === 'string' || type === 'concatenation';
  const isMacro = type === 'token_tree';
  if (!reader && !isText && !HOLE.test(type) && !STRING.test(type) && !isMacro) return undefined;
  const editor = touched[node] ?? 0;
  for (const chain of chainsIn(tree, leavesOf(tree, node))) {
    const { leaf, key, name } = chain;
    const made = defined.get(key);
    if (!made || made.by === editor || leaf < made.from) continue;
    const through = { name: key, by: made.by === OURS ? ('ours' as const) : ('theirs' as const) };
    if (isAroundInText(place, name, made)) return { what: 'text', held: true, through };
    // A text of the shell is one word, whatever is edited in it; so is a text with holes, which may have become a call.
    const isInText = isText && /^\$\{?$/.test(chain.before);
    if ((touched[leaf] ?? 0) !== 0 && !(isInText ? inBase(node).includes(`$${name}`) : hasBare(inBase(node), name)))
      continue;
    if (isInText) return { what: 'text', held: true, through };
    if (isMacro && isAroundInMacro(place, leaf, editor)) return { what: 'call', held: true, through };
    const what = reader && madeAgain(place, chain, made, reader);
    if (what) return { what, held: true, through };
  }
  return undefined;
}

/** What the editor put around the name, or changed beside it, where both edits may be the same one. */
function madeAgain(place: Place, { leaf, written, name }: Use, made: Defined, reader: Reader): MeetingKind | undefined {
  const { tree, node, touched, inBase } = place;
  const met = withTouched(place, leaf, made.by, () => reader(tree, node, touched));
  const asked = askedOf(place, leaf, made);
  if (asked) return asked;
  if (isTwice(place, made, met?.what ?? 'calculation')) return met?.what ?? 'calculation';
  const before = inBase(node);
  const isCallOfIt = hasBare(before, name) && leavesOf(tree, node).length <= 5;
  const isJust = isCallOfIt || [written, name, `"${written}"`].includes(before.trim());
  if (!met?.held && !isJust && !isOperated(place, touched[node] ?? 0)) return undefined;
  const what = met?.what ?? (/call|invocation|new_expression/.test(typeOf(tree, node)) ? 'call' : 'calculation');
  const member = memberAt(tree, leaf);
  // Another member of it than the one that was made.
  if (member !== undefined && !made.words.has(textOf(tree, member))) return undefined;
  if (what === 'call') return isJust && isConverted(tree, node) ? undefined : what;
  return isGiven(tree, leaf, node) || isHarmless(place, what, isJust) ? undefined : what;
}

/** Said of nothing once, it is nothing no more. */
const DEFAULTS = /^(?:\?\?|\|\||\?:|or)$/;

/** One side gave it an order, and the other took another end of it; or one waited for it, and the other asks it for what will come. */
function askedOf({ tree, node, touched }: Place, leaf: number, { words, added, by }: Defined): MeetingKind | undefined {
  const isSorted = [...words].some((word) => SORTS.test(word));
  if (!isSorted && !added.has('await')) return undefined;
  const member = memberAt(tree, leaf);
  const isTouched = member !== undefined && touched[member] === BOTH - by;
  if (isTouched && (isSorted || /^(?:then|catch|finally)$/.test(textOf(tree, member)))) return 'access';
  const index = childrenOf(tree, node).slice(1);
  const isIndexed = /subscript|index|element|array_access/.test(typeOf(tree, node));
  return isSorted && isIndexed && index.some((part) => touched[part] === BOTH - by) ? 'access' : undefined;
}

/** Both wrote the same there: one text before it, a value for nothing. */
function isTwice({ tree, node, touched }: Place, { added }: Defined, what: MeetingKind): boolean {
  if (added.size === 0 || !/binary|infix|boolean/.test(typeOf(tree, node))) return false;
  if (what !== 'calculation' && what !== 'condition') return false;
  return leavesOf(tree, node).some((leaf) => {
    const text = textOf(tree, leaf);
    const isPart = DEFAULTS.test(text) || (what === 'calculation' && isLiteral(tree, leaf));
    return isPart && touched[leaf] !== 0 && added.has(text);
  });
}

const isLiteral = (tree: Tree, leaf: number): boolean =>
  /string|number|integer|float|literal/.test(typeOf(tree, leaf)) ||
  STRING.test(typeOf(tree, tree.parent[leaf] ?? leaf));

/** `ms` behind `o` in `o.ms`. */
function memberAt(tree: Tree, leaf: number): number | undefined {
  const next = (from: number) => {
    let at = from + 1;
    while (at < tree.size && !isLeaf(tree, at)) at++;
    return at;
  };
  const sign = next(leaf);
  if (sign >= tree.size || !ACCESS.test(textOf(tree, sign))) return undefined;
  const member = next(sign);
  return member < tree.size ? member : undefined;
}

/** Done twice it is what it is done once. */
const CONVERTS =
  /^(?:str|string|int|float|bool|boolean|number|list|tuple|set|dict|abs|round|floor|ceil|sorted|unicode|bytes|to_s|to_i)$/i;
const isConverted = (tree: Tree, node: number): boolean => CONVERTS.test(textOf(tree, leavesOf(tree, node)[0] ?? node));

/** One more condition, a choice or a question about it makes nothing twice; nor does text around it. Bounds may. */
function isHarmless({ tree, node }: Place, what: MeetingKind, isJust: boolean): boolean {
  const signs = childrenOf(tree, node).map((part) => textOf(tree, part));
  if (what === 'condition' || signs.some((sign) => /^(?:&&|\|\||\?\?|and|or)$/.test(sign))) return true;
  if (what === 'comparison') return isJust || !signs.some((sign) => /^[<>]=?$/.test(sign));
  return /ternary|conditional/.test(typeOf(tree, node)) || hasProse(tree, node);
}

/** A text that says something, on one side of a sign. */
const hasProse = (tree: Tree, node: number): boolean =>
  childrenOf(tree, node).some(
    (part) =>
      STRING.test(typeOf(tree, part)) && /\p{L}{2}/u.test(textOf(tree, part)) && fieldOf(tree, part) !== 'index',
  );

/** The name is given to a call, and what was edited is done with its answer. */
function isGiven(tree: Tree, leaf: number, node: number): boolean {
  for (let at = tree.parent[leaf] ?? -1; at > node; at = tree.parent[at] ?? -1)
    if (/argument/.test(typeOf(tree, at))) return true;
  return false;
}

const HOLE = /^(?:template_substitution|interpolation|interpolated_expression)$/;
const STRING = /string|^concatenation$/;

/** A hole that holds the name alone: `${name}`, `${ name }`, `#{name}`, `{name}`, `{name:.2f}`, `$name`. */
const holeOf = (name: string): string =>
  `(?:\\{\\s*[@$]?${name}\\s*(?:[:!][^{}\\s]*)?\\}|\\$${name}(?![\\p{L}\\p{N}_]))`;
export const hasBare = (text: string, name: string): boolean =>
  new RegExp(holeOf(name.replace(/^@+/, '@*')), 'u').test(text);

/** Within a text, but for its own quotes. */
const isQuoted = (text: string, name: string): boolean =>
  new RegExp(`.(['"\`])[$#]?${holeOf(name)}\\1.`, 'u').test(text);
const isUnquoted = (text: string, name: string): boolean => hasBare(text, name) && !isQuoted(text, name);

/** A text with holes is one word as well: the base had just the name in this one, or no quotes around it. */
function isAroundInText({ tree, node, inBase }: Place, name: string, { isMade }: Defined): boolean {
  const type = typeOf(tree, node);
  const text = textOf(tree, node);
  if (STRING.test(type) && isQuoted(text, name) && isUnquoted(inBase(node), name)) return true;
  if (!HOLE.test(type) || hasBare(text, name) || !hasBare(inBase(node), name) || inBase(node).includes(text))
    return false;
  // Asked of the value itself (`s.toFixed(2)`), it is made another only once more if it was made before.
  return isMade || !new RegExp(`^[$#]?\\{\\s*${name}(?:\\?|!!?)?\\.`).test(text);
}

/** `x -= delta`, whose operator this side changed. */
function isOperated({ tree, node, touched }: Place, side: number): boolean {
  return childrenOf(tree, node).some(
    (part) => tree.named[part] !== 1 && touched[part] === side && /^[-+*/%|&^]=$/.test(textOf(tree, part)),
  );
}

/** What a macro is given is words and brackets alone: a call around just this name, or an operator beside it. */
function isAroundInMacro({ tree, node, touched }: Place, leaf: number, side: number): boolean {
  const own = childrenOf(tree, node);
  const at = own.indexOf(leaf);
  if (at < 0) return false;
  const isBy = (part: number | undefined, words: RegExp) =>
    part !== undefined && touched[part] === side && words.test(textOf(tree, part));
  const sign = /^[-+*/%]$/;
  if (isBy(own[at - 1], sign) || isBy(own[at + 1], sign)) return true;
  const called = calledBefore(tree, node);
  return isBy(own[at - 1], /^\($/) && isBy(own[at + 1], /^\)$/) && isBy(called, NAME);
}

/** As if the name, and what is around it in the expression, were edited by the side that made it something else. */
function withTouched<T>({ tree, node: top, touched }: Place, leaf: number, by: number, ask: () => T): T {
  const path: number[] = [];
  for (let at = leaf; at > top; at = tree.parent[at] ?? -1) path.push(at);
  const before = path.map((at) => touched[at] ?? 0);
  for (const at of path) touched[at] = (touched[at] ?? 0) | by;
  const answer = ask();
  path.forEach((at, i) => {
    touched[at] = before[i] ?? 0;
  });
  return answer;
}
