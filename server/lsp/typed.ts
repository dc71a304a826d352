/**
 * What the user has begun to resolve by hand: a side they edited between the markers, or markers they left behind. Such a
 * hunk is theirs: nothing in bulk touches it, and what is left of its markers is named.
 */
import type { Connection } from 'vscode-languageserver/node';
import type { UnmergedFile } from '../git/unmerged.ts';
import { typedSides } from '../held.ts';
import { leftoverMarkers } from '../merge/leftovers.ts';
import { enclosingConflicts } from '../merge/markers.ts';
import { stagesLike } from '../mergeContext.ts';
import type { Span } from '../text/span.ts';
import { toRange } from './convert.ts';
import type { DocumentParams } from './protocol.ts';
import type { Analysis, OpenConflict, Session } from './session.ts';

/** The sides that the user edited, as they stand now, ours first; undefined where they edited none. */
export function typedText(
  { context: { sides } }: OpenConflict,
  unmerged: UnmergedFile | undefined,
): string | undefined {
  const typed = typedSides(sides, unmerged);
  return typed.length > 0 ? typed.join('') : undefined;
}

/** Marker lines outside of every whole conflict, in a file that git holds for unmerged. */
export function leftovers(analysis: Analysis): Span[] {
  const { document, conflicts, unmerged } = analysis;
  if (!unmerged) return [];
  const text = document.getText();
  return leftoverMarkers(text, {
    markerSize: unmerged.attributes.markerSize,
    conflicts: [...conflicts.map(({ conflict }) => conflict.span), ...enclosing(analysis)],
    sides: stagesLike(text, unmerged),
  });
}

/** Conflicts around others, which are decided first. */
export function enclosing({ document, unmerged }: Analysis): Span[] {
  if (!unmerged) return [];
  const text = document.getText();
  return enclosingConflicts(text, {
    markerSize: unmerged.attributes.markerSize,
    stages: stagesLike(text, unmerged),
  });
}

/** One edit, one undo step: every left-over marker line goes, nothing else. @returns how many. */
export async function tidy(session: Session, connection: Connection, { uri }: DocumentParams): Promise<number> {
  const document = session.document(uri);
  if (!document) return 0;
  const analysis = await session.analyse(document);
  const spans = leftovers(analysis);
  if (spans.length === 0) return 0;
  const edits = spans.map((span) => ({ range: toRange(analysis.document, span), newText: '' }));
  const textDocument = { uri, version: analysis.document.version };
  const label = 'Mortise: remove left-over markers';
  const answer = await connection.workspace.applyEdit({ label, edit: { documentChanges: [{ textDocument, edits }] } });
  return answer.applied ? spans.length : 0;
}
