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
import type { Elsewhere } from './merge/movedAcross.ts';
import type { ConflictContext, Resolution } from './resolve/candidate.ts';
import type { AnsweredFile } from './resolve/features/fileFeatures.ts';
import { heldByEvidence } from './resolve/heldByEvidence.ts';
import { type Plan, planFile } from './resolve/plan.ts';
import type { ApplyPolicy, Services } from './resolve/resolve.ts';
import { type Outlook, plainJudge } from './resolve/wholeFile.ts';
import type { Span } from './text/span.ts';

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

interface Marked {
  readonly span: Span;
  readonly context: Pick<ConflictContext, 'path' | 'sides' | 'times'>;
}

export interface Judged {
  readonly services: Services;
  /** Git's three versions of the path, with the line ends of the text. */
  readonly sides: AnsweredFile['sides'] | undefined;
  /** Where lines of it were moved to another file. */
  readonly elsewhere?: Elsewhere | undefined;
}

/** The plan, and how sure it takes the file to be as a whole: looked at once, also where the plan had no need to. */
export interface MarkedPlan<Conflict> extends Plan<Conflict> {
  readonly outlook: () => Outlook | undefined;
}

export async function planMarked<Conflict>(
  policy: ApplyPolicy,
  conflicts: readonly Conflict[],
  { marked, ranked }: Read<Conflict>,
  where: Where & Judged,
): Promise<MarkedPlan<Conflict>> {
  const { repo, operation, own, unmerged, stages, text, log, unlogged = [] } = where;
  const logged = repo && operation && unmerged ? await appliedNow(repo, operation, unmerged.path, stages, log) : [];
  const before = standingConfidences([...logged, ...unlogged], text, unmerged?.attributes.markerSize);
  const judge = where.services.files ?? plainJudge;
  let known: { readonly outlook: Outlook | undefined } | undefined;
  const outlook = () => {
    known ??= { outlook: outlookOf(conflicts, { marked, ranked }, where, before) };
    return known.outlook;
  };
  const plan = planFile(policy, conflicts, {
    best: (conflict) => ranked(conflict)[0],
    held: (conflict, { tier, evidence }) =>
      heldByEvidence(evidence) ?? heldBack({ sides: marked(conflict).context.sides, unmerged, tier, policy: own }),
    before,
    whole: { judge, outlook },
  });
  return { ...plan, outlook };
}

/** How a conflict, as the caller keeps it, is read. */
interface Read<Conflict> {
  readonly marked: (conflict: Conflict) => Marked;
  readonly ranked: (conflict: Conflict) => readonly Resolution[];
}

/** How sure a marked file is as a whole, every conflict resolved by its best; undefined where git's versions are not known. */
export function outlookOf<Conflict>(
  conflicts: readonly Conflict[],
  { marked, ranked }: Read<Conflict>,
  { text, sides, elsewhere, services }: Judged & { readonly text: string },
  before: readonly number[] = [],
): Outlook | undefined {
  const [first] = conflicts;
  if (sides === undefined || first === undefined) return undefined;
  const { path, times } = marked(first).context;
  const open = conflicts.map((conflict) => {
    const { span, context } = marked(conflict);
    return { span, sides: context.sides, resolutions: ranked(conflict) };
  });
  const file = { path, sides, text, conflicts: open, elsewhere, ...(times ? { times } : {}) };
  return (services.files ?? plainJudge).outlook(file, services.syntax, before);
}
