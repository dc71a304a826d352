/** A file as it lies in the work tree, with markers: every conflict still marked, its base recovered, its resolutions. */
import type { Conflict, Labels } from '../merge/conflict.ts';
import { lineMerge } from '../merge/lineMerge.ts';
import { parseMarkers } from '../merge/markers.ts';
import { recoverConflicts, withBases } from '../merge/recoverBase.ts';
import type { Span } from '../text/span.ts';
import type { ConflictContext, Resolution } from './candidate.ts';
import { contextsOfHunks } from './contexts.ts';
import { fileFactsOf } from './fileFacts.ts';
import { resolveConflict, type Services } from './resolve.ts';
import type { FileMerge } from './resolveFile.ts';
import { wholeConflicts } from './wholeConflict.ts';

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
  if (!stages || parsed.every(({ kind }) => kind === 'stable')) return contextsOfHunks(parsed, file, {}, services);
  const { base, left, right } = stages;
  const versions = base === undefined ? undefined : { base, left, right };
  const merge = versions && lineMerge(versions);
  const recovered = recoverConflicts(parsed, stages, merge);
  const hunks = withBases(parsed, recovered);
  const wholes = merge ? wholeConflicts(hunks, recovered, versions, merge) : [];
  const facts = fileFactsOf(stages);
  return contextsOfHunks(hunks, file, { versions: stages, facts, wholes }, services);
}
