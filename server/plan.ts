/**
 * What a policy applies to a file of a paused operation (`resolve/plan.ts`), with what is held back there (`held.ts`) and
 * what Mortise applied to the same path before: terminal, mergetool, bulk actions and the hand-over all ask here.
 */
import { type Counted, standingConfidences } from './decided.ts';
import { appliedNow } from './git/appliedNow.ts';
import type { Operation } from './git/operation.ts';
import type { RepositoryPolicy } from './git/policyFile.ts';
import type { Repository } from './git/repository.ts';
import type { AppliedEntry } from './git/saved.ts';
import type { Stages, UnmergedFile } from './git/unmerged.ts';
import { heldBack } from './held.ts';
import type { Sides } from './merge/conflict.ts';
import type { Resolution } from './resolve/candidate.ts';
import { type Plan, planFile } from './resolve/plan.ts';
import type { ApplyPolicy } from './resolve/resolve.ts';

export interface Where {
  /** Absent outside of repositories: nothing is logged there, and no policy holds. */
  readonly repo?: Repository;
  readonly operation?: Operation;
  readonly own?: RepositoryPolicy | undefined;
  readonly unmerged: UnmergedFile | undefined;
  /** The path's stages in the index. */
  readonly stages: Stages | undefined;
  /** The file as it stands, markers included. */
  readonly text: string;
  /** The whole log of the repository. */
  readonly log: readonly AppliedEntry[];
  /** What was applied where nothing may be logged. */
  readonly unlogged?: readonly Counted[];
}

export async function planMarked<Conflict extends { readonly context: { readonly sides: Sides } }>(
  policy: ApplyPolicy,
  conflicts: readonly Conflict[],
  best: (conflict: Conflict) => Resolution | undefined,
  where: Where,
): Promise<Plan<Conflict>> {
  const { repo, operation, own, unmerged, stages, text, log, unlogged = [] } = where;
  const logged = repo && operation && unmerged ? await appliedNow(repo, operation, unmerged.path, stages, log) : [];
  return planFile(policy, conflicts, {
    best,
    held: ({ context: { sides } }, { tier }) => heldBack({ sides, unmerged, tier, policy: own }),
    before: standingConfidences([...logged, ...unlogged], text, unmerged?.attributes.markerSize),
  });
}
