/** `mortise/conflicts`: the conflicts of a document with their ranked resolutions, for clients that draw more than lenses. */
import { askedOf, type BulkPlan, bulkPlan } from './bulkPlan.ts';
import { toRange } from './convert.ts';
import type { ConflictView, DocumentConflicts, DocumentParams, ResolutionView } from './protocol.ts';
import { sectionsOf } from './sections.ts';
import type { Analysis, OpenConflict, Session } from './session.ts';
import { offered, viewEarlier, viewResolution } from './view.ts';

export async function conflictsOf(
  session: Session,
  params: DocumentParams,
  signal: AbortSignal,
): Promise<DocumentConflicts> {
  const document = session.document(params.uri);
  if (!document) return { uri: params.uri, version: 0, conflicts: [] };
  const analysis = await session.analyse(document);
  await session.settle(analysis, signal, true);
  const plan = await bulkPlan(session, analysis);
  const conflicts = analysis.conflicts.map((conflict) => viewConflict(analysis, conflict, plan));
  return { uri: params.uri, version: document.version, conflicts };
}

export function viewConflict(analysis: Analysis, open: OpenConflict, plan: BulkPlan): ConflictView {
  const { document } = analysis;
  const { conflict, context, names } = open;
  const remembered = viewEarlier(open);
  const sections = sectionsOf(document.getText(), conflict.span);
  const resolutions = open.resolutions();
  return {
    id: open.id,
    range: toRange(document, conflict.span),
    sections: {
      left: toRange(document, sections.left),
      ...(sections.base ? { base: toRange(document, sections.base) } : {}),
      right: toRange(document, sections.right),
    },
    names,
    ...askedOf(open, analysis, plan),
    ...(remembered ? { remembered } : {}),
    resolutions: earlierFirst(
      remembered?.resolution,
      offered(resolutions).map((one) => viewResolution(one, context, names)),
    ),
  };
}

/** What this very repository did before is offered first; in its place once, where it is one of the ranked. */
const earlierFirst = (earlier: ResolutionView | undefined, ranked: readonly ResolutionView[]): ResolutionView[] =>
  earlier ? [earlier, ...ranked.filter(({ id }) => id !== earlier.id)] : [...ranked];
