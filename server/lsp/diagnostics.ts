/** One problem for each conflict: information where a resolution is at hand, a warning where the user has to decide. */
import { type Diagnostic, DiagnosticSeverity } from 'vscode-languageserver/node';
import { regenerate } from '../resolve/regenerate.ts';
import type { Span } from '../text/span.ts';
import { askedOf, type BulkPlan, bulkPlan } from './bulkPlan.ts';
import { toRange } from './convert.ts';
import type { Analysis, OpenConflict, Session } from './session.ts';
import { leftovers } from './typed.ts';
import { named, oddsOf } from './words.ts';

export async function diagnose(session: Session, analysis: Analysis, signal: AbortSignal): Promise<Diagnostic[]> {
  await session.settle(analysis, signal);
  const plan = await bulkPlan(session, analysis);
  return [
    ...analysis.conflicts.map((conflict) => problem(analysis, conflict, plan)),
    ...leftovers(analysis).map((span) => leftover(analysis, span)),
  ];
}

function leftover({ document }: Analysis, span: Span): Diagnostic {
  return {
    range: toRange(document, { start: span.start, end: Math.max(span.start, span.end - 1) }),
    severity: DiagnosticSeverity.Warning,
    source: 'mortise',
    code: 'left-over',
    message: 'This conflict is half resolved: one of its marker lines is left. Remove it, or restore the conflict.',
  };
}

function problem(analysis: Analysis, open: OpenConflict, plan: BulkPlan): Diagnostic {
  const { document, tree, unmerged } = analysis;
  const resolutions = open.resolutions();
  const { need, held: why } = askedOf(open, analysis, plan);
  const { left, right } = open.names;
  const best = resolutions[0];
  const start = document.positionAt(open.conflict.span.start);
  const held = why === undefined ? '' : heldWords(why, analysis);
  const leftBehind =
    tree && !unmerged ? ' Git no longer counts this file as in conflict, but the markers are still here.' : '';
  const about =
    need === 'yours' || !best
      ? 'needs your decision.'
      : `${named(best.candidate.origin.reason, open.names)} (${need}: ${oddsOf(best.confidence)}).`;
  return {
    range: { start, end: { line: start.line, character: Number.MAX_SAFE_INTEGER >>> 1 } },
    severity: need === 'yours' || leftBehind ? DiagnosticSeverity.Warning : DiagnosticSeverity.Information,
    source: 'mortise',
    code: need,
    message: `Conflict between ${left} and ${right}: ${about}${held}${leftBehind}`,
  };
}

/** Why nothing in bulk touches it, and for a lock file the command that is better than any merge. */
function heldWords(why: string, { unmerged }: Analysis): string {
  const known = unmerged && regenerate(unmerged.path);
  const how = known ? ` Resolve ${known.from} first, then run: ${known.command}` : '';
  return ` Nothing in bulk touches it (${why}).${how}`;
}
