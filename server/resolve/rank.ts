/**
 * The seam between evidence and order: a ranker gives each candidate of a conflict the measured frequency with which its
 * like was what the developer chose. Implementations: the frequency table (tableRanker.ts), the trees (learnedRanker.ts).
 */
import type { Syntax } from '../syntax/syntax.ts';
import type { ConflictContext, DecidedSibling, OpenSibling, Tier } from './candidate.ts';
import { type JudgedConflict, judge } from './judge.ts';
import type { SeenDecision } from './seenDecision.ts';
import { inWhole, judgedContext } from './wholeConflict.ts';

export interface Ranking {
  /** 0–1, calibrated; over all candidates of a conflict they sum to at most 1 (the rest is "none of these"). */
  readonly confidence: number;
  /** Where decisions too few for a tier raised it: the confidence without them, which is what counts for the file as a whole. */
  readonly sure?: number;
  readonly tier: Tier;
  /** The confidence from which a resolution of this conflict is likely. */
  readonly enough: number;
  /** So many conflicts of the merge were decided that it was measured with these. */
  readonly afterDecisions?: boolean;
}

export interface Ranker {
  /** One ranking for each candidate, in the order given. Siblings are conflicts of the same merge. */
  rank(
    conflict: JudgedConflict,
    siblings: { readonly decided: readonly DecidedSibling[]; readonly open: readonly OpenSibling[] },
  ): readonly Ranking[];
  /**
   * What is known of a conflict that the user decides, to be kept with the decision (`DecidedSibling.seen`): to the others of the
   * merge it tells more than the sides alone, which are all that is at hand later.
   */
  remember?(conflict: JudgedConflict, chosen: string): SeenDecision;
}

/** As `Ranker.remember`, for a conflict that was judged and let go. Undefined where the ranker keeps nothing. */
export function remembered(
  context: ConflictContext,
  chosen: string,
  { ranker, syntax }: { readonly ranker: Ranker; readonly syntax: Syntax },
): SeenDecision | undefined {
  return ranker.remember?.(judge(judgedContext(context), syntax), inWhole(chosen, context));
}
