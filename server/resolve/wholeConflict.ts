/**
 * git's default style leaves out of a conflict the lines at its ends that both sides share (and zdiff3 does). What a person decides is that
 * rest; what is generated, ranked and checked is the whole conflict, as the ranker learned it: an entry that both sides added behind the
 * same comma is an entry of a list only with that comma. Where one conflict is shown as several, each stays what it is.
 */
import { type Hunk, type Merge3, type Sides, withoutVirtualBase } from '../merge/conflict.ts';
import type { LineMerge } from '../merge/lineMerge.ts';
import type { RecoveredConflict } from '../merge/recoverBase.ts';
import type { Span } from '../text/span.ts';
import type { Candidate, ConflictContext, Resolution } from './candidate.ts';

/** A conflict with the lines around it that both sides share. */
export interface WholeConflict {
  readonly sides: Sides;
  /** Text of the file right before the markers, and behind them. */
  readonly head: string;
  readonly tail: string;
  /** `ConflictContext.structured` of it. */
  readonly structured?: string;
}

/**
 * One for each conflict, in order; undefined where it is shown whole, in several, or the file was edited there.
 * @param recovered what `recoverConflicts` gave for these hunks and this merge of the stages.
 */
export function wholeConflicts(
  hunks: readonly Hunk[],
  recovered: readonly RecoveredConflict[],
  { base, left, right }: Merge3<string>,
  merge: LineMerge,
): (WholeConflict | undefined)[] {
  const shown = new Map<number, number>();
  for (const { original } of recovered) if (original !== undefined) shown.set(original, (shown.get(original) ?? 0) + 1);
  const around = hunks.flatMap(({ kind }, i) => (kind === 'conflict' ? [[hunks[i - 1], hunks[i + 1]] as const] : []));
  return recovered.map(({ conflict, regions, original }, i) => {
    const region = original === undefined ? undefined : merge.regions[original];
    if (original === undefined || !region || shown.get(original) !== 1 || !regions.left || !regions.right)
      return undefined;
    const sides = {
      base: textIn(base, region.base),
      left: textIn(left, region.left),
      right: textIn(right, region.right),
    };
    const head = left.slice(region.left.start, regions.left.start);
    const tail = left.slice(regions.left.end, region.left.end);
    // A base that is a merge itself, with conflicts, is none.
    if (withoutVirtualBase(sides).base === undefined) return undefined;
    const isWhole = (side: 'left' | 'right') => sides[side] === head + conflict.sides[side] + tail;
    const [before, after] = around[i] ?? [];
    const stands = textOf(before).endsWith(head) && textOf(after).startsWith(tail);
    return head + tail !== '' && isWhole('left') && isWhole('right') && stands ? { sides, head, tail } : undefined;
  });
}

const textIn = (text: string, { start, end }: Span): string => text.slice(start, end);
const textOf = (hunk: Hunk | undefined): string => (hunk?.kind === 'stable' ? hunk.text : '');

/** The same file with its conflicts whole. */
export function withWholes(hunks: readonly Hunk[], wholes: readonly (WholeConflict | undefined)[]): readonly Hunk[] {
  if (wholes.every((whole) => whole === undefined)) return hunks;
  const places = hunks.flatMap(({ kind }, i) => (kind === 'conflict' ? [i] : []));
  const at = new Map(places.map((place, i) => [place, wholes[i]]));
  return hunks.map((hunk, i): Hunk => {
    if (hunk.kind === 'conflict') {
      const sides = at.get(i)?.sides ?? hunk.conflict.sides;
      return { kind: 'conflict', conflict: { ...hunk.conflict, sides } };
    }
    const [tail, head] = [at.get(i - 1)?.tail ?? '', at.get(i + 1)?.head ?? ''];
    return { kind: 'stable', text: hunk.text.slice(tail.length, hunk.text.length - head.length) };
  });
}

const made = new WeakMap<ConflictContext, ConflictContext>();

/** What is to be judged: the conflict itself, or all of it. One object for one context. */
export function judgedContext(context: ConflictContext): ConflictContext {
  const { whole, structured, file, ...rest } = context;
  if (!whole) return context;
  const known = made.get(context);
  if (known) return known;
  const { head, tail } = whole;
  const without = (around: { readonly before: string; readonly after: string }) => ({
    before: around.before.slice(0, around.before.length - head.length),
    after: around.after.slice(tail.length),
  });
  const all: ConflictContext = {
    ...{ ...rest, ...without(context), sides: whole.sides },
    ...(file ? { file: { ...file, ...without(file) } } : {}),
    ...(whole.structured === undefined ? {} : { structured: whole.structured }),
  };
  made.set(context, all);
  return all;
}

/** A text for what is shown as one for all of it. */
export const inWhole = (text: string, { whole }: Pick<ConflictContext, 'whole'>): string =>
  whole ? whole.head + text + whole.tail : text;

/** A text for the whole as one for what is shown; undefined where it does not keep what both sides share. */
export function shownOf(text: string, { head, tail }: Pick<WholeConflict, 'head' | 'tail'>): string | undefined {
  const keeps = text.length >= head.length + tail.length && text.startsWith(head) && text.endsWith(tail);
  return keeps ? text.slice(head.length, text.length - tail.length) : undefined;
}

/** Resolutions of the whole, for what is shown of it. */
export function shownResolutions(all: readonly Resolution[], { whole }: ConflictContext): readonly Resolution[] {
  if (!whole) return all;
  return all.flatMap((one) => {
    const text = shownOf(one.candidate.text, whole);
    return text === undefined ? [] : [{ ...one, candidate: shownCandidate(one.candidate, text) }];
  });
}

const shown = new WeakMap<Candidate, Candidate>();

/** One object for one candidate. */
function shownCandidate(candidate: Candidate, text: string): Candidate {
  const known = shown.get(candidate);
  if (known?.text === text) return known;
  const made = { ...candidate, text };
  shown.set(candidate, made);
  return made;
}
