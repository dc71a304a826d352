/**
 * Where an edit of ours and an edit of theirs meet in one expression of a result: operator and operand of a comparison, a function
 * and what it is given. Git's conflict was right there, and no word says whether both edits mean to mend the same thing. Separate
 * arguments, elements, members and statements do not meet. Which expressions there are is said in meetingShapes.ts.
 */
import type { Change } from '../../diff/change.ts';
import type { Language } from '../../syntax/languages.ts';
import type { Tokens, Tree } from '../../syntax/tree.ts';
import { textOf, typeOf } from '../../syntax/tree.ts';
import type { Span } from '../../text/span.ts';
import { cut, inverse, type Placed, type Words } from '../edits.ts';
import { type Dependent, dependentIn } from './dependent.ts';
import { metInWords } from './dependentWords.ts';
import { BOTH, isBody, type Met, OURS, shapesOf, THEIRS } from './meetingShapes.ts';
import { renewedIn } from './renewed.ts';

export interface Meeting extends Met {
  /** The expression as the base has it; where the base has nothing there, as it is now. */
  readonly text: string;
}

/** A tree in which a text stands at the span. */
export interface TextInTree {
  readonly tree: Tree;
  readonly span: Span;
}

/** Trees of the conflict's texts, each in its place and made when it is asked for. */
export interface TreesOfTexts {
  readonly result: () => TextInTree | undefined;
  readonly base: () => TextInTree | undefined;
  readonly left: () => TextInTree | undefined;
  readonly right: () => TextInTree | undefined;
}

type Side = 'left' | 'right';
const sides = ['left', 'right'] as const;
const bitOf = { left: OURS, right: THEIRS } as const;
const otherOf = { left: 'right', right: 'left' } as const;

/** A text in which edits of both sides stand: by word, whose it is, and where the base has it (-1: nowhere). */
interface Layer {
  readonly words: Words;
  readonly marks: Uint8Array;
  readonly toBase: Int32Array;
  readonly tree: () => TextInTree | undefined;
}

/** So many meetings are told of, and so much of each: an expression may be as long as a file. */
const TOLD = 5;
const TEXT = 200;

const heldFirst = (some: Met, other: Met): number => Number(other.held) - Number(some.held);

/** Meetings in a result, each once, those that hold it back first and few of them. What a side already had together is no meeting. */
export function meetingsOf(placed: Readonly<Record<Side, Placed>>, trees: TreesOfTexts, language: Language): Meeting[] {
  const found = new Map<string, Meeting>();
  if (!placed.left.fromSide || !placed.right.fromSide) return [];
  for (const layer of layersOf(placed, trees)) {
    if (!areNear(layer.marks)) continue;
    for (const one of meetingsIn(layer, placed.left.base, language)) found.set(`${one.what} ${one.text}`, one);
  }
  return [...found.values()].sort(heldFirst).slice(0, TOLD);
}

/** The same where there is no grammar: of two statements alone, by their lines. */
export function meetingsOfWords(placed: Readonly<Record<Side, Placed>>, path: string): Meeting[] {
  if (!placed.left.fromSide || !placed.right.fromSide) return [];
  const nothing = () => undefined;
  const [layer] = layersOf(placed, { result: nothing, base: nothing, left: nothing, right: nothing });
  if (!layer || !areNear(layer.marks)) return [];
  const { words, marks } = layer;
  const { start, end } = words.tokens;
  const inBase = (from: number, to: number) =>
    textInBase(layer, placed.left.base, { start: start[from] ?? 0, end: end[to - 1] ?? 0 });
  return metInWords({ words, marks, path, inBase })
    .slice(0, TOLD)
    .map(({ met, text }) => ({ ...met, text: brief(text) }));
}

/** Edits farther apart, in words, hardly mean one thing, and a tree for each conflict that has some would cost more than it tells. */
const NEAR = 60;

function areNear(marks: Uint8Array): boolean {
  const last = [0, -Infinity, -Infinity];
  for (const [at, mark] of marks.entries()) {
    if (mark !== OURS && mark !== THEIRS) continue;
    if (at - (last[BOTH - mark] ?? -Infinity) <= NEAR) return true;
    last[mark] = at;
  }
  return false;
}

/**
 * Words that both sides wrote stand in the result. Where a side only removed some, they stand in the text of the other, beside what
 * that one wrote; where both only removed, in the base.
 */
function* layersOf(placed: Readonly<Record<Side, Placed>>, trees: TreesOfTexts): Generator<Layer> {
  const { base, result, toBase } = placed.left;
  const from = { left: inverse(fromSideOf(placed.left), result), right: inverse(fromSideOf(placed.right), result) };
  const wrote = { left: wordsIn(placed.left, 'b'), right: wordsIn(placed.right, 'b') };
  const stands = { left: new Uint8Array(wrote.left.length), right: new Uint8Array(wrote.right.length) };
  const marks = new Uint8Array(result.ids.length);
  for (let at = 0; at < marks.length; at++) {
    if ((toBase[at] ?? -1) >= 0) continue;
    const [ours, theirs] = [from.left[at] ?? -1, from.right[at] ?? -1];
    const [isOurs, isTheirs] = [wrote.left[ours] === 1, wrote.right[theirs] === 1];
    // What both wrote alike is one edit.
    if (isOurs === isTheirs) continue;
    marks[at] = isOurs ? OURS : THEIRS;
    if (isOurs) stands.left[ours] = 1;
    else stands.right[theirs] = 1;
  }
  yield { words: result, marks, toBase, tree: trees.result };
  const removed = { left: wordsIn(placed.left, 'a'), right: wordsIn(placed.right, 'a') };
  const only = { left: removedAlone(placed.left, removed.right), right: removedAlone(placed.right, removed.left) };
  for (const side of sides) {
    const other = otherOf[side];
    if (!only[other].includes(1) || !stands[side].includes(1)) continue;
    const { side: words, changes } = placed[side];
    const toSide = unchanged(changes, base.ids.length);
    const own = new Uint8Array(words.ids.length);
    stands[side].forEach((is, k) => {
      if (is === 1) own[k] = bitOf[side];
    });
    only[other].forEach((is, k) => {
      const at = toSide[k] ?? -1;
      if (is === 1 && at >= 0) own[at] = bitOf[other];
    });
    yield { words, marks: own, toBase: inverse(toSide, words), tree: trees[side] };
  }
  const gone = only.left.map((is, k) => (is === 1 ? OURS : only.right[k] === 1 ? THEIRS : 0));
  yield { words: base, marks: gone, toBase: Int32Array.from(base.ids.keys()), tree: trees.base };
}

const fromSideOf = ({ fromSide, side }: Placed): Int32Array => fromSide ?? Int32Array.from(side.ids.keys());

/** 1 for the words that a side's edits wrote (`b`, in its text) or removed (`a`, in the base). */
function wordsIn({ side, base, changes }: Placed, where: 'a' | 'b'): Uint8Array {
  const marks = new Uint8Array((where === 'b' ? side : base).ids.length);
  for (const change of changes) marks.fill(1, change[`${where}Start`], change[`${where}End`]);
  return marks;
}

/** 1 for the words of the base that a side removed without writing anything, that are gone, and that the other side kept. */
function removedAlone({ base, changes, fromBase }: Placed, removedByOther: Uint8Array): Uint8Array {
  const marks = new Uint8Array(base.ids.length);
  for (const { aStart, aEnd, bStart, bEnd } of changes) {
    if (bEnd > bStart) continue;
    for (let k = aStart; k < aEnd; k++) if ((fromBase[k] ?? -1) < 0 && removedByOther[k] !== 1) marks[k] = 1;
  }
  return marks;
}

/** Old index → new index of the words that a script leaves, -1 for the others. */
function unchanged(changes: readonly Change[], length: number): Int32Array {
  const match = new Int32Array(length).fill(-1);
  let [i, j] = [0, 0];
  for (const { aStart, aEnd, bEnd } of changes) {
    while (i < aStart) match[i++] = j++;
    [i, j] = [aEnd, bEnd];
  }
  while (i < length) match[i++] = j++;
  return match;
}

function* meetingsIn(layer: Layer, base: Words, language: Language): Generator<Meeting> {
  const part = layer.tree();
  if (part === undefined) return;
  const { tree, span } = part;
  const shapes = shapesOf(language.id);
  const touched = touchedNodes(part, layer);
  const all: Dependent[] = [];
  for (let node = 0; node < tree.size; node++) {
    if ((tree.start[node] ?? 0) >= span.end) break;
    if (touched[node] !== BOTH) continue;
    const met = shapes.get(typeOf(tree, node))?.(tree, node, touched);
    if (met !== undefined) all.push({ node, met });
  }
  const inBase = (node: number) =>
    textInBase(layer, base, {
      start: (tree.start[node] ?? 0) - span.start,
      end: (tree.end[node] ?? 0) - span.start,
    });
  const dependent = dependentIn(tree, span, touched, shapes, inBase);
  const known = new Set(dependent.map(({ met }) => met.through?.name));
  const renewed = renewedIn(tree, span, touched, inBase).filter(({ met }) => !known.has(met.through?.name));
  const told = [...innermost(all, tree), ...dependent, ...renewed];
  for (const { node, met, text: own } of told.sort((a, b) => heldFirst(a.met, b.met)).slice(0, TOLD)) {
    // What ours and theirs made of it in two statements reads best as it is now.
    const text = met.through ? '' : inBase(node);
    yield { ...met, text: brief(text === '' ? (own ?? textOf(tree, node)) : text) };
  }
}

/** Without those around one that says as much already: what holds back is dropped only for what holds back too. */
function innermost<T extends { readonly node: number; readonly met: Met }>(all: readonly T[], tree: Tree): T[] {
  const next = { any: Number.POSITIVE_INFINITY, held: Number.POSITIVE_INFINITY };
  const kept: T[] = [];
  // From behind: what stands in a node comes right behind it.
  for (const one of [...all].reverse()) {
    const { node, met } = one;
    if ((met.held ? next.held : next.any) >= (tree.last[node] ?? 0)) kept.push(one);
    next.any = node;
    if (met.held) next.held = node;
  }
  return kept.reverse();
}

const brief = (text: string): string => (text.length > TEXT ? `${text.slice(0, TEXT - 1)}…` : text);

/** For each node whose edits stand in it, as bits: what stands in a body is no edit of what holds the body. */
function touchedNodes({ tree, span }: TextInTree, { words: { tokens }, marks }: Layer): Uint8Array {
  const touched = new Uint8Array(tree.size);
  let first = 0;
  let end = 0;
  for (let node = 0; node < tree.size; node++) {
    const [from, to] = [(tree.start[node] ?? 0) - span.start, (tree.end[node] ?? 0) - span.start];
    if (from >= span.end - span.start) break;
    if (to <= 0) node = Math.max(node, (tree.last[node] ?? 0) - 1);
    if (tree.last[node] !== node + 1 || to <= 0) continue;
    while (first < tokens.count && (tokens.end[first] ?? 0) <= from) first++;
    let own = 0;
    for (let k = first; k < tokens.count && (tokens.start[k] ?? 0) < to; k++) own |= marks[k] ?? 0;
    touched[node] = own;
    end = node + 1;
  }
  for (let node = end - 1; node > 0; node--) {
    const own = touched[node] ?? 0;
    const parent = tree.parent[node] ?? -1;
    if (own !== 0 && parent >= 0 && !isBody(tree, node)) touched[parent] = (touched[parent] ?? 0) | own;
  }
  return touched;
}

/** What the base has where the span of a text is: all between the words before and behind it that both have. */
function textInBase({ words: { tokens }, toBase }: Layer, base: Words, span: Span): string {
  let before = firstFrom(tokens, span.start) - 1;
  while (before >= 0 && (toBase[before] ?? -1) < 0) before--;
  let behind = firstFrom(tokens, span.end);
  while (behind < tokens.count && (toBase[behind] ?? -1) < 0) behind++;
  const from = before < 0 ? 0 : (toBase[before] ?? 0) + 1;
  return cut(base, from, behind < tokens.count ? (toBase[behind] ?? 0) : base.ids.length);
}

function firstFrom(tokens: Tokens, offset: number): number {
  let k = 0;
  while (k < tokens.count && (tokens.start[k] ?? 0) < offset) k++;
  return k;
}
