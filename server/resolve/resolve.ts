/**
 * Conflict in, ranked resolutions out: generate → verify → rank. Pure but for the services handed in; never throws on any
 * text, and answers with fewer candidates rather than late.
 */
import type { Labels, Merge3 } from '../merge/conflict.ts';
import type { Syntax } from '../syntax/syntax.ts';
import type { Span } from '../text/span.ts';
import type { ConflictContext, DecidedSibling, OpenSibling, Resolution, SideCommit, Tier } from './candidate.ts';
import type { Ranker } from './rank.ts';

/** What resolving needs from outside, injected by main.ts and cli. */
export interface Services {
  readonly syntax: Syntax;
  readonly ranker: Ranker;
}

/** Ranked resolutions of one conflict, best first. Empty: nothing to offer. Load the grammar first (`syntax.ready`). */
export function resolveConflict(context: ConflictContext, services: Services): readonly Resolution[] {
  return [];
}

/** A file to merge: the three versions, and what is known around them. */
export interface FileMerge {
  readonly path: string;
  /** `base` is absent for add/add. */
  readonly sides: { readonly base?: string; readonly left: string; readonly right: string };
  readonly labels?: Labels;
  readonly markerSize?: number;
  readonly times?: Merge3<number>;
  readonly siblings?: readonly DecidedSibling[];
  readonly openSiblings?: readonly OpenSibling[];
  readonly history?: ConflictContext['history'];
}

/** Which resolutions are applied: a tier and all above it, or every one at or above a confidence. */
export type ApplyPolicy =
  | { readonly kind: 'tier'; readonly tier: 'safe' | 'likely' | 'none' }
  | { readonly kind: 'confidence'; readonly atLeast: number };

/** One conflict of a file. Spans are in the text of the answer: the resolution where applied, the markers and all where open. */
export interface FileConflict {
  readonly span: Span;
  readonly context: ConflictContext;
  readonly resolutions: readonly Resolution[];
  /** The resolution that was applied; absent while open. */
  readonly applied?: Resolution;
}

export interface FileResolution {
  /** The merged file; open conflicts in diff3 markers. */
  readonly text: string;
  /** No conflict is left open. */
  readonly clean: boolean;
  readonly conflicts: readonly FileConflict[];
}

/** Merge a file: git's line merge first (where it is clean its text stands), then resolve each conflict by the policy. */
export function resolveFile(file: FileMerge, policy: ApplyPolicy, services: Services): FileResolution {
  throw new Error('not built yet');
}

/** A file as it lies in the work tree, with markers. Stages are git's versions 1, 2, 3 where the path is unmerged. */
export interface MarkedFile extends Omit<FileMerge, 'sides' | 'markerSize' | 'labels'> {
  readonly text: string;
  readonly stages?: { readonly base?: string; readonly left: string; readonly right: string };
  readonly markerSize?: number;
}

/** One conflict found in a marked text: span covers the markers, `context.sides.base` is recovered from the stages where it can be. */
export interface MarkedConflict {
  readonly span: Span;
  readonly labels: Labels;
  readonly context: ConflictContext;
  readonly resolutions: readonly Resolution[];
}

/** Every conflict still marked in a text, in order, with its resolutions. The text is not changed. */
export function resolveMarked(file: MarkedFile, services: Services): readonly MarkedConflict[] {
  return [];
}

/** Whether a policy applies a resolution. */
export function applies(policy: ApplyPolicy, resolution: Resolution): boolean {
  if (policy.kind === 'confidence') return resolution.confidence >= policy.atLeast;
  const rank: Record<Tier | 'none', number> = { none: 3, safe: 2, likely: 1, possible: 0 };
  return rank[resolution.tier] >= rank[policy.tier];
}
