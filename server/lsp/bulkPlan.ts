/**
 * What *safe* in bulk would do to a document, kept with its analysis: counts, problems, lenses and the view ask here, so that
 * none of them promises what the bulk action then leaves. The plan itself is `plan.ts`, as for the bulk action.
 */
import { type AppliedEntry, readApplied } from '../git/saved.ts';
import { heldBack } from '../held.ts';
import { stagesLike } from '../mergeContext.ts';
import { planMarked } from '../plan.ts';
import type { Plan } from '../resolve/plan.ts';
import type { Need } from './protocol.ts';
import type { Analysis, OpenConflict, Session } from './session.ts';
import { unlogged } from './take.ts';
import { needOf } from './view.ts';
import { named } from './words.ts';

export type BulkPlan = Plan<OpenConflict>;

/** What a conflict asks of the user, and why nothing in bulk touches it where nothing does. */
export interface Asked {
  readonly need: Need;
  readonly held?: string;
}

const NOTHING: BulkPlan = { applied: new Map(), held: new Map() };

/** By analysis; `revision` of the session when it was made. */
const kept = new WeakMap<Analysis, { readonly revision: number; readonly plan: Promise<BulkPlan> }>();

/** The log, for who asks about many files of one work tree. */
type Log = () => Promise<readonly AppliedEntry[]>;

/** Settle the analysis first: this asks every conflict for its best resolution. */
export function bulkPlan(session: Session, analysis: Analysis, log?: Log): Promise<BulkPlan> {
  const { revision } = session;
  const known = kept.get(analysis);
  if (known?.revision === revision) return known.plan;
  // Mostly nothing is safe, and then nothing is held: neither the log nor the rest of the file need be read.
  const some = analysis.conflicts.some((open) => needOf(open.best()) === 'safe');
  const plan = some ? planned(session, analysis, log) : Promise.resolve(NOTHING);
  kept.set(analysis, { revision, plan });
  // A log that could not be read once may be readable the next time.
  plan.catch(() => kept.delete(analysis));
  return plan;
}

async function planned(session: Session, analysis: Analysis, log: Log | undefined): Promise<BulkPlan> {
  const { tree } = analysis;
  const entries = tree ? await (log?.() ?? readApplied(tree.repo)) : [];
  return planTier(session, analysis, 'safe', entries);
}

/** What a tier applies to a document by itself, and what it holds back: neither is kept here. */
export async function planTier(
  session: Session,
  analysis: Analysis,
  tier: 'safe' | 'likely',
  log: readonly AppliedEntry[],
): Promise<BulkPlan> {
  const { document, tree, unmerged, conflicts, elsewhere } = analysis;
  const text = document.getText();
  return planMarked({ kind: 'tier', tier }, conflicts, asRead, {
    ...(tree ? { repo: tree.repo, operation: tree.operation, own: tree.policy } : {}),
    unmerged,
    stages: unmerged?.stages,
    text,
    log,
    unlogged: unlogged(session, document.uri),
    sides: unmerged && stagesLike(text, unmerged),
    elsewhere,
    services: await session.services(),
  });
}

export const asRead = {
  marked: ({ conflict: { span }, context }: OpenConflict) => ({ span, context }),
  ranked: (open: OpenConflict) => {
    const best = open.best();
    return best ? [best] : [];
  },
};

/** What is safe by itself and is held back asks for a look. @param plan undefined: where it is not known yet. */
export function askedOf(open: OpenConflict, { tree, unmerged }: Analysis, plan: BulkPlan | undefined): Asked {
  const best = open.best();
  const tier = best?.tier ?? 'possible';
  const why = plan?.held.get(open) ?? heldBack({ sides: open.context.sides, unmerged, tier, policy: tree?.policy });
  const need = needOf(best);
  if (why === undefined) return { need };
  return { need: need === 'safe' ? 'likely' : need, held: named(why, open.names) };
}
