/**
 * Edits of both sides that meet though they stand in two statements: ours changed what a name is and theirs an expression around
 * that name (`ms = s * 1000`, `wait(ms * 1000)`), or ours turned a condition round and theirs what follows from it. Each may have
 * mended the same thing, and together they undo it. Only the text near is asked, as in meets.ts.
 */
import { childrenOf, fieldOf, isLeaf, type Tree, textOf, typeOf } from '../syntax/tree.ts';
import { BOTH, isBody, isLoop, type Met, OURS, type Reader, THEIRS } from './meetingShapes.ts';

export interface Dependent {
  readonly node: number;
  readonly met: Met;
}

interface Defined {
  readonly by: typeof OURS | typeof THEIRS;
  /** From this node on the name is what it was made before. */
  readonly from: number;
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
    else if (isLoop(type)) loop(tree, node, touched, defined);
    const by = touched[node] ?? 0;
    if (defined.size === 0 || (by !== OURS && by !== THEIRS) || (tree.last[node] ?? 0) - node > LARGE) continue;
    const met = usedIn({ tree, node, touched, inBase }, shapes, defined);
    if (met) found.push({ node, met });
  }
  return found;
}

// ------------------------------------------------------------------------------------------------------ a name and its use

const DEFINES =
  /^(?:assignment_expression|assignment|assignment_statement|variable_assignment|variable_declarator|init_declarator|let_declaration|short_var_declaration|property_declaration|const_item|var_spec|const_spec|augmented_assignment|augmented_assignment_expression|compound_assignment_expr)$/;

/** Where one side alone changed what a name is made of: all but the name. */
function define(tree: Tree, node: number, touched: Uint8Array, defined: Map<string, Defined>): void {
  const parts = childrenOf(tree, node).filter((part) => !isBody(tree, part));
  const target = parts.find((part) => /^(?:name|left|pattern|declarator)$/.test(fieldOf(tree, part)));
  const first = target ?? parts.find((part) => tree.named[part] === 1);
  if (first === undefined) return;
  const value = parts.reduce((all, part) => (part > first ? all | (touched[part] ?? 0) : all), 0);
  for (const name of namesIn(tree, first)) set(defined, name, value, tree.last[node] ?? 0);
}

/** A loop's variables are what its header says. */
function loop(tree: Tree, node: number, touched: Uint8Array, defined: Map<string, Defined>): void {
  const all = childrenOf(tree, node);
  // A body of one statement may have no name in the grammar: it comes last.
  const isNamed = all.some((part) => isBody(tree, part));
  const parts = all.filter((part) => !isBody(tree, part) && (isNamed || part !== all.at(-1)));
  const value = parts.reduce((all, part) => all | (touched[part] ?? 0), 0);
  const end = Math.max(node + 1, ...parts.map((part) => tree.last[part] ?? 0));
  const target = parts.find((part) => /^(?:left|pattern|initializer|init|name)$/.test(fieldOf(tree, part)));
  const first = target ?? parts.find((part) => tree.named[part] === 1);
  if (first === undefined) return;
  const leaves = leavesIn(tree, first);
  const sign = leaves.findIndex((leaf) => /^(?::?=|:|in|of)$/.test(textOf(tree, leaf)));
  for (const leaf of sign < 0 ? leaves : leaves.slice(0, sign))
    if (NAME.test(textOf(tree, leaf))) set(defined, textOf(tree, leaf), value, end);
}

function set(defined: Map<string, Defined>, name: string, by: number, from: number): void {
  if (by === OURS || by === THEIRS) defined.set(name, { by, from });
  // What a loop's header begins with is part of that header.
  else if ((defined.get(name)?.from ?? 0) < from) defined.delete(name);
}

/** Of a target that is one name, or a few with commas between; none of any other. */
function namesIn(tree: Tree, target: number): string[] {
  const texts = leavesIn(tree, target).map((leaf) => textOf(tree, leaf));
  const names = texts.filter((text) => NAME.test(text));
  return names.length > 3 || texts.some((text) => !NAME.test(text) && !/^[,$()*&]$/.test(text)) ? [] : names;
}

const NAME = /^[\p{L}_][\p{L}\p{N}_]*$/u;

interface Place {
  readonly tree: Tree;
  readonly node: number;
  readonly touched: Uint8Array;
  /** What the base has where a node is. */
  readonly inBase: (node: number) => string;
}

/** An expression that one side edited around a name that the other made something else. */
function usedIn(
  { tree, node, touched, inBase }: Place,
  shapes: ReadonlyMap<string, Reader>,
  defined: ReadonlyMap<string, Defined>,
): Met | undefined {
  const type = typeOf(tree, node);
  const reader = shapes.get(type);
  const isText = type === 'string' || type === 'concatenation';
  const isHole = HOLE.test(type);
  const isQuotable = STRING.test(type);
  if (!reader && !isText && !isHole && !isQuotable) return undefined;
  const editor = touched[node] ?? 0;
  let before = '';
  for (let leaf = node; leaf < (tree.last[node] ?? 0); leaf++) {
    if (!isLeaf(tree, leaf)) continue;
    const name = textOf(tree, leaf);
    const made = defined.get(name);
    const isMember = /^(?:\.|->|::|\?\.)$/.test(before);
    // A text of the shell is one word, whatever is edited in it.
    const isInText = isText && /^\$\{?$/.test(before);
    before = name;
    if (!made || made.by === editor || isMember || leaf < made.from) continue;
    // A text with holes is one word as well: the base had just the name in this one, or no quotes around it.
    const isFilled = isHole && !hasBare(textOf(tree, node), name) && hasBare(inBase(node), name);
    if (
      (isFilled && !inBase(node).includes(textOf(tree, node))) ||
      (isQuotable && isQuoted(textOf(tree, node), name) && isUnquoted(inBase(node), name))
    )
      return { what: 'text', held: true, through: { name, by: made.by === OURS ? 'ours' : 'theirs' } };
    if ((touched[leaf] ?? 0) !== 0 && !(isInText && inBase(node).includes(`$${name}`))) continue;
    const through = { name, by: made.by === OURS ? ('ours' as const) : ('theirs' as const) };
    if (isInText) return { what: 'text', held: true, through };
    const met = reader && withTouched(tree, leaf, node, made.by, touched, () => reader(tree, node, touched));
    // Something was put around just this name.
    if (met?.held || isOperated(tree, node, editor, touched) || (reader && inBase(node).trim() === name))
      return { what: met?.what ?? 'calculation', held: true, through };
  }
  return undefined;
}

const HOLE = /^(?:template_substitution|interpolation|interpolated_expression)$/;
const STRING = /string|^concatenation$/;

/** A hole that holds the name alone: `${name}`, `${ name }`, `#{name}`, `{name}`, `$name`. */
const holeOf = (name: string): string => `(?:\\{\\s*${name}\\s*\\}|\\$${name}(?![\\p{L}\\p{N}_]))`;
const hasBare = (text: string, name: string): boolean => new RegExp(holeOf(name), 'u').test(text);

/** Within a text, but for its own quotes. */
const isQuoted = (text: string, name: string): boolean =>
  new RegExp(`.(['"\`])[$#]?${holeOf(name)}\\1.`, 'u').test(text);
const isUnquoted = (text: string, name: string): boolean => hasBare(text, name) && !isQuoted(text, name);

/** `x -= delta`, whose operator this side changed. */
function isOperated(tree: Tree, node: number, side: number, touched: Uint8Array): boolean {
  return childrenOf(tree, node).some(
    (part) => tree.named[part] !== 1 && touched[part] === side && /^[-+*/%|&^]=$/.test(textOf(tree, part)),
  );
}

/** As if the name, and what is around it in the expression, were edited by the side that made it something else. */
function withTouched<T>(tree: Tree, leaf: number, top: number, by: number, touched: Uint8Array, ask: () => T): T {
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

// ------------------------------------------------------------------------------------- a condition and what follows from it

const IF =
  /^(?:if|unless|if_statement|if_expression|elif_clause|else_if_clause|elif|elsif|unless_modifier|if_modifier)$/;
const FLIPS = /^(?:!|not|!==?|===?|-z|-n|-eq|-ne|=|<=?|>=?|\(|\))$/;
/** What says that something is not so, or the other way round; strings and arrows are read over. */
const SIGNS =
  /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[-=]>|<<|>>|(!==?|>=?|!|\bnot\b|(?<=\s)-(?:n|ne)\b)|(&&|\|\||\b(?:and|or)\b)/g;

/** Of each part of a condition whether it is denied: `===` for `==`, `<=` for `<` and brackets turn nothing round. */
function denials(condition: string): string {
  const parts = [0];
  for (const [, denies, joins] of condition.matchAll(SIGNS)) {
    if (joins) parts.push(0);
    else if (denies) parts.push(1 - (parts.pop() ?? 0));
  }
  return parts.join('');
}

/** What a branch decides: the other edit may be the same flip, made there. */
const DECIDES = /^(?:true|false|True|False|return|throw|raise|continue|break|nil|null|None|[01])$/;

/** One side turned the condition round, and the other changed what is done then or else. */
function* turned({ tree, node, touched, inBase }: Place): Generator<Dependent> {
  const parts = childrenOf(tree, node);
  const isBranch = (part: number) => /consequence|alternative|body/.test(fieldOf(tree, part)) || isBody(tree, part);
  const branches = parts.filter(isBranch);
  const first = branches[0];
  if (first === undefined) return;
  for (const condition of parts.filter((part) => part < first)) {
    const by = touched[condition] ?? 0;
    if (by !== OURS && by !== THEIRS) continue;
    const own = leavesIn(tree, condition).filter((leaf) => touched[leaf] === by);
    // Nothing but the flip: a condition that says something else was measured to go with what follows from it.
    const isSigns = own.length > 0 && own.every((leaf) => FLIPS.test(textOf(tree, leaf)));
    const flips = isSigns && denials(textOf(tree, condition)) !== denials(inBase(condition));
    const isOther = (leaf: number) => touched[leaf] === BOTH - by;
    const edited = branches.map((part) => leavesIn(tree, part).filter(isOther)).filter((leaves) => leaves.length > 0);
    const decides = edited.length > 1 || edited.flat().some((leaf) => DECIDES.test(textOf(tree, leaf)));
    if (flips && decides)
      yield {
        node: condition,
        met: { what: 'branch', held: true, through: { name: '', by: by === OURS ? 'ours' : 'theirs' } },
      };
  }
}

function leavesIn(tree: Tree, top: number): number[] {
  const leaves: number[] = [];
  for (let node = top; node < (tree.last[top] ?? 0); node++) if (isLeaf(tree, node)) leaves.push(node);
  return leaves;
}
