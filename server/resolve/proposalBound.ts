/**
 * What a model is shown in place of a hunk that cuts brackets: the balanced span around it, so that it writes a whole piece of
 * program. Only the hunk's own lines are taken from its answer; the lines beside them must come back as they were.
 */

import type { Syntax } from '../syntax/syntax.ts';
import { splitLines } from '../text/lines.ts';
import { balancedBound } from './balanced.ts';
import type { ConflictContext } from './candidate.ts';

export interface ProposalBound {
  /** The conflict with the stable lines that belong to it in every version. */
  readonly context: ConflictContext;
  /** A text for the hunk as one for the span. */
  readonly wrap: (text: string) => string;
  /** A text for the span as one for the hunk; undefined where the stable lines are not as they were. */
  readonly narrow: (text: string) => string | undefined;
  /** What of a text that is still being written belongs to the hunk. */
  readonly shown: (text: string) => string;
}

/** A span with more stable text than this tells a model less than it costs. */
const MOST = 1500;

/** The conflict itself where its brackets balance, or where nothing near makes them. */
export function proposalBound(context: ConflictContext, syntax: Syntax): ProposalBound {
  const bound = balancedBound(context, syntax);
  const added = bound === undefined ? 0 : bound.before.length + bound.after.length;
  if (!bound || added === 0 || added > MOST) return { context, wrap: same, narrow: same, shown: same };
  const { before, after } = bound;
  const wrap = (text: string) => before + text + after;
  const { base, left, right } = context.sides;
  const { whole: _, ...rest } = context; // Of the lines between the markers, and not of this span.
  return {
    context: {
      ...rest,
      sides: { ...(base === undefined ? {} : { base: wrap(base) }), left: wrap(left), right: wrap(right) },
      before: context.before.slice(0, context.before.length - before.length),
      after: context.after.slice(after.length),
    },
    wrap,
    narrow: (text) => between(text, before, after),
    shown: (text) => between(text, before, after) ?? (text.startsWith(before) ? text.slice(before.length) : text),
  };
}

const same = (text: string): string => text;

/** The lines between the bound's; those are compared without the space around them, since what stands in the file stays. */
function between(text: string, before: string, after: string): string | undefined {
  const solid = (part: string) => splitLines(part).filter((line) => line.trim() !== '');
  const [above, below] = [solid(before), solid(after)];
  const lines = splitLines(text);
  let from = 0;
  for (const line of above) {
    while (lines[from]?.trim() === '') from++;
    if (lines[from++]?.trim() !== line.trim()) return undefined;
  }
  let to = lines.length;
  for (const line of below.reverse()) {
    while (lines[to - 1]?.trim() === '') to--;
    if (lines[--to]?.trim() !== line.trim()) return undefined;
  }
  return to < from ? undefined : lines.slice(from, to).join('');
}
