/**
 * One side turned a condition round and the other changed what follows from it: each may have mended the same bug, and together they
 * bring it back. Asked by dependent.ts of each `if`.
 */
import { childrenOf, fieldOf, leavesOf, type Tree, textOf, typeOf } from '../../syntax/tree.ts';
import type { Dependent, Place } from './dependent.ts';
import { BOTH, isBody, OURS, THEIRS } from './meetingShapes.ts';
import { areOpposite } from './opposites.ts';

export const IF =
  /^(?:if|unless|if_statement|if_expression|elif_clause|else_if_clause|elif|elsif|unless_modifier|if_modifier)$/;
export const FLIPS = /^(?:!|not|!==?|===?|-z|-n|-eq|-ne|=|<=?|>=?|\(|\)|if|unless)$/;
/** What says that something is not so, or the other way round; strings and arrows are read over. */
const SIGNS =
  /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[-=]>|<<|>>|(!==?|>=?|!|\b(?:not|unless)\b|(?<=\s)-(?:n|ne)\b)|(&&|\|\||\b(?:and|or)\b)/g;

/** Of each part of a condition whether it is denied: `===` for `==`, `<=` for `<` and brackets turn nothing round. */
export function denials(condition: string): string {
  const parts = [0];
  for (const [, denies, joins] of condition.matchAll(SIGNS)) {
    if (joins) parts.push(0);
    else if (denies) parts.push(1 - (parts.pop() ?? 0));
  }
  return parts.join('');
}

/** What a branch decides: the other edit may be the same flip, made there. */
export const DECIDES = /^(?:true|false|True|False|return|throw|raise|continue|break|nil|null|None|[01])$/;
const LEAVES = /^(?:return|throw|raise|continue|break|exit)/;

/** One side turned the condition round, and the other changed what is done then or else. */
export function* turned(place: Place): Generator<Dependent> {
  const { tree, node, touched } = place;
  const parts = childrenOf(tree, node);
  const branches = branchesOf(tree, parts);
  const first = branches[0];
  if (first === undefined) return;
  for (const condition of parts.filter((part) => part < first)) {
    const by = touched[condition] ?? 0;
    if ((by !== OURS && by !== THEIRS) || !flips(place, condition, by)) continue;
    const isOther = (leaf: number) => touched[leaf] === BOTH - by;
    const all = [...branches, ...afterwards(tree, node, branches)];
    const edited = all.map((part) => leavesOf(tree, part).filter(isOther)).filter((leaves) => leaves.length > 0);
    const decides = edited.length > 1 || edited.flat().some((leaf) => DECIDES.test(textOf(tree, leaf)));
    // A keyword alone says nothing.
    const end = tree.named[condition] === 1 ? tree.end[condition] : tree.start[first];
    if (decides)
      yield {
        node: condition,
        text: tree.text.slice(tree.start[condition], end).trim(),
        met: { what: 'branch', held: true, through: { name: '', by: by === OURS ? 'ours' : 'theirs' } },
      };
  }
}

/** Nothing but the flip: a condition that says something else was measured to go with what follows from it. */
function flips({ tree, touched, inBase }: Place, condition: number, by: number): boolean {
  const own = leavesOf(tree, condition).filter((leaf) => touched[leaf] === by);
  const [leaf] = own;
  if (leaf === undefined) return false;
  if (own.length === 1 && areOpposite(textOf(tree, leaf), inBase(leaf).trim())) return true;
  return (
    own.every((one) => FLIPS.test(textOf(tree, one))) && denials(textOf(tree, condition)) !== denials(inBase(condition))
  );
}

/** A shell's grammar has no node for what stands between `then` and `else`. */
function branchesOf(tree: Tree, parts: readonly number[]): readonly number[] {
  const then = parts.find((part) => textOf(tree, part) === 'then' && tree.named[part] !== 1);
  const isBranch = (part: number) =>
    /consequence|alternative|body/.test(fieldOf(tree, part)) ||
    isBody(tree, part) ||
    (then !== undefined && part > then && tree.named[part] === 1);
  return parts.filter(isBranch);
}

/** Where the branch leaves, what comes behind is the other branch. */
function afterwards(tree: Tree, node: number, branches: readonly number[]): readonly number[] {
  if (branches.length !== 1) return [];
  const [branch = node] = branches;
  const steps = leavesOf(tree, branch).some((leaf) => LEAVES.test(textOf(tree, leaf)));
  const next = tree.last[node] ?? 0;
  // An `if` that is an expression has a statement around it.
  const from =
    (tree.parent[node] ?? -1) >= 0 && /statement$/.test(typeOf(tree, tree.parent[node] ?? 0))
      ? tree.parent[node]
      : node;
  return steps && next < tree.size && tree.parent[next] === tree.parent[from ?? node] ? [next] : [];
}
