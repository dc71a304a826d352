/**
 * The seam between evidence and order: a ranker gives each candidate of a conflict the measured frequency with which its
 * like was what the developer chose. Implementations: the frequency table, the trained trees.
 */
import type { Candidate, ConflictContext, Evidence, Tier } from './candidate.ts';

export interface Judged {
  readonly candidate: Candidate;
  readonly evidence: readonly Evidence[];
}

export interface Ranking {
  /** 0–1, calibrated; over all candidates of a conflict they sum to at most 1 (the rest is "none of these"). */
  readonly confidence: number;
  readonly tier: Tier;
}

export interface Ranker {
  /** One ranking for each candidate, in the order given. */
  rank(context: ConflictContext, candidates: readonly Judged[]): readonly Ranking[];
}
