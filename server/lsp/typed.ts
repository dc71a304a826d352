/**
 * What the user has begun to resolve by hand: a side they edited between the markers, or markers they left behind. Such a
 * hunk is theirs: nothing in bulk touches it, and what is left of its markers is named.
 */
import type { Connection } from 'vscode-languageserver/node';
import type { UnmergedFile } from '../git/unmerged.ts';
import type { Sides } from '../merge/conflict.ts';
import { splitLines } from '../text/lines.ts';
import type { Span } from '../text/span.ts';
import { toRange } from './convert.ts';
import type { DocumentParams } from './protocol.ts';
import type { Analysis, OpenConflict, Session } from './session.ts';

/** Whether a side of the conflict is no longer git's: line ends and the byte order mark aside. */
export function isTyped({ context: { sides } }: OpenConflict, unmerged: UnmergedFile | undefined): boolean {
  return typedSides(sides, unmerged).length > 0;
}

/** The sides that the user edited, as they stand now, ours first; undefined where they edited none. */
export function typedText(
  { context: { sides } }: OpenConflict,
  unmerged: UnmergedFile | undefined,
): string | undefined {
  const typed = typedSides(sides, unmerged);
  return typed.length > 0 ? typed.join('') : undefined;
}

function typedSides({ left, right }: Sides, unmerged: UnmergedFile | undefined): string[] {
  const texts = unmerged?.texts;
  if (!texts) return [];
  const holds = (whole: string, part: string) => plain(whole).includes(plain(part).replace(/\n$/, ''));
  return [...(holds(texts.left, left) ? [] : [left]), ...(holds(texts.right, right) ? [] : [right])];
}

const plain = (text: string): string => text.replace(/\r\n/g, '\n').replace(/^\ufeff/, '');

/**
 * Marker lines outside of every whole conflict, in a file that git holds for unmerged. A line of equals signs alone may be a
 * heading's underline: it counts only beside an angled marker.
 */
export function leftovers({ document, conflicts, unmerged }: Analysis): Span[] {
  if (!unmerged) return [];
  const size = unmerged.attributes.markerSize;
  const text = document.getText();
  const found: { span: Span; angled: boolean }[] = [];
  let at = 0;
  for (const line of splitLines(text)) {
    const span = { start: at, end: at + line.length };
    at = span.end;
    const unit = line[0] ?? '';
    if (!'<|=>'.includes(unit) || unit === '' || !isMarker(line, unit, size)) continue;
    if (conflicts.some(({ conflict }) => span.start >= conflict.span.start && span.end <= conflict.span.end)) continue;
    found.push({ span, angled: unit === '<' || unit === '>' });
  }
  return found.some(({ angled }) => angled) ? found.map(({ span }) => span) : [];
}

function isMarker(line: string, unit: string, size: number): boolean {
  if (!line.startsWith(unit.repeat(size))) return false;
  const rest = line.slice(size).trimEnd();
  return unit === '=' ? rest === '' : rest === '' || rest.startsWith(' ');
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
