/** A file as it lies in the work tree, with markers: every conflict still marked, its base recovered, its resolutions. */
import { type Conflict, type Labels, withoutVirtualBase } from '../merge/conflict.ts';
import { parseMarkers } from '../merge/markers.ts';
import { recoverBases } from '../merge/recoverBase.ts';
import type { Span } from '../text/span.ts';
import type { ConflictContext, OpenSibling, Resolution } from './candidate.ts';
import { fileFactsOf } from './fileFacts.ts';
import { resolveConflict, type Services } from './resolve.ts';
import { aroundConflicts, type FileMerge, structuredTexts } from './resolveFile.ts';

/** Stages are git's versions 1, 2, 3 where the path is unmerged. */
export interface MarkedFile extends Omit<FileMerge, 'sides' | 'labels'> {
  readonly text: string;
  readonly stages?: { readonly base?: string; readonly left: string; readonly right: string };
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
  return markedContexts(file, services).map(({ conflict, context }) => ({
    span: conflict.span,
    labels: conflict.labels,
    context,
    resolutions: resolveConflict(context, services),
  }));
}

/** The conflicts of a marked text with their contexts, not yet resolved: for callers that resolve on demand. */
export function markedContexts(
  file: MarkedFile,
  services: Services,
): readonly { conflict: Conflict; context: ConflictContext }[] {
  const { markerSize, stages } = file;
  const parsed = parseMarkers(file.text, { stages, ...(markerSize === undefined ? {} : { markerSize }) });
  const hunks = file.stages ? recoverBases(parsed, file.stages) : parsed;
  const structured = structuredTexts(file.path, hunks, services);
  const around = aroundConflicts(hunks, stages);
  const facts = hunks.some(({ kind }) => kind === 'conflict') ? fileFactsOf(stages) : undefined;
  const found: { conflict: Conflict; context: ConflictContext }[] = [];
  hunks.forEach((hunk, i) => {
    if (hunk.kind !== 'conflict') return;
    const { conflict } = hunk;
    const before = hunks[i - 1];
    const after = hunks[i + 1];
    const text = structured[found.length];
    const rest = around[found.length];
    found.push({
      conflict,
      context: {
        path: file.path,
        sides: withoutVirtualBase(conflict.sides),
        before: before?.kind === 'stable' ? before.text : '',
        after: after?.kind === 'stable' ? after.text : '',
        ...(rest ? { file: rest } : {}),
        ...(file.times ? { times: file.times } : {}),
        ...(text === undefined ? {} : { structured: text.text }),
        ...(file.siblings ? { siblings: file.siblings } : {}),
        ...(file.history ? { history: file.history } : {}),
        ...(facts ? { facts } : {}),
        openSiblings: file.openSiblings ?? [],
      },
    });
  });
  if (found.length < 2 || found.length > 60) return found;
  // Each is one object for all the others: what a ranker knows of a sibling it knows by that.
  const own = found.map(({ context: { path, sides } }): OpenSibling => ({ path, sides }));
  return found.map(({ conflict, context }, i) => ({
    conflict,
    context: { ...context, openSiblings: [...(context.openSiblings ?? []), ...own.filter((_, k) => k !== i)] },
  }));
}
