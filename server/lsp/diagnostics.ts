/** One problem for each conflict: information where a resolution is at hand, a warning where the user has to decide. */
import { type Diagnostic, DiagnosticSeverity } from 'vscode-languageserver/node';
import { toldWarnings } from '../resolve/aftermathWords.ts';
import { regenerate } from '../resolve/regenerate.ts';
import { restOf } from '../rest.ts';
import { languageOf } from '../syntax/languages.ts';
import type { Span } from '../text/span.ts';
import { askedOf, type BulkPlan, bulkPlan } from './bulkPlan.ts';
import { toRange } from './convert.ts';
import { movedElsewhere } from './marked.ts';
import { saidOfAway } from './movedAway.ts';
import { sideNames } from './repositories.ts';
import type { Analysis, OpenConflict, Session } from './session.ts';
import { enclosing, leftovers } from './typed.ts';
import { wholeNow } from './whole.ts';
import { named, oddsOf } from './words.ts';

export async function diagnose(session: Session, analysis: Analysis, signal: AbortSignal): Promise<Diagnostic[]> {
  await session.settle(analysis, signal);
  const plan = await bulkPlan(session, analysis);
  return [
    ...analysis.conflicts.map((conflict) => problem(analysis, conflict, plan)),
    ...leftovers(analysis).map((span) => leftover(analysis, span)),
    ...enclosing(analysis).map((span) => around(analysis, span)),
    ...(await afterAll(session, analysis)),
  ];
}

/** With the last marker gone nothing else says that the rest of a file wants a look: until it is staged, or as one side has it. */
async function afterAll(session: Session, analysis: Analysis): Promise<Diagnostic[]> {
  const { document, unmerged, conflicts, tree } = analysis;
  if (!unmerged || !tree || conflicts.length > 0) return [];
  if (!unmerged.texts) return deletedOne(session, analysis);
  const services = await session.services();
  await services.syntax.ready(languageOf(unmerged.path));
  const text = document.getText();
  const elsewhere = await movedElsewhere(session, analysis, text);
  const whole = await wholeNow(session, analysis);
  if (whole !== undefined) return [wholeSided(whole)];
  const file = { text, unmerged, conflicts: [], leftovers: leftovers(analysis), elsewhere };
  const { warnings, broken } = restOf(file, services);
  const names = sideNames(tree, { left: '', right: '' });
  const about = (what: string): Diagnostic => ({
    range: firstLine,
    severity: DiagnosticSeverity.Warning,
    source: 'mortise',
    code: 'rest',
    message: `Before you stage this file, look at the rest of it: ${what}.`,
  });
  const told = toldWarnings(warnings).map((text) => about(named(text, names)));
  return broken ? [...told, about('it has an error of syntax that neither side has')] : told;
}

const firstLine = { start: { line: 0, character: 0 }, end: { line: 0, character: Number.MAX_SAFE_INTEGER >>> 1 } };

const wholeSided = (whole: string): Diagnostic => ({
  range: firstLine,
  severity: DiagnosticSeverity.Warning,
  source: 'mortise',
  code: 'whole',
  message: `This file is in conflict and has no markers: it is ${whole}. A merge driver that was killed leaves a file so. Have the conflict back, or stage the file if it is meant so.`,
});

/** The version that was edited lies there, and is about to be deleted: its content may have been moved to another file. */
async function deletedOne(session: Session, { unmerged, tree }: Analysis): Promise<Diagnostic[]> {
  const said = unmerged && tree ? await saidOfAway(session, tree, unmerged).catch(() => '') : '';
  if (!unmerged || !tree || said === '') return [];
  const names = sideNames(tree, { left: '', right: '' });
  const message = named(`${unmerged.title}; ${said}.`, names);
  const severity = DiagnosticSeverity.Warning;
  return [{ range: firstLine, severity, source: 'mortise', code: 'moved', message }];
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

/** Git merged a renamed file first, and stopped in it: one side of this conflict is no text of anybody's yet. */
function around({ document }: Analysis, { start }: Span): Diagnostic {
  const { line } = document.positionAt(start);
  return {
    range: { start: { line, character: 0 }, end: { line, character: Number.MAX_SAFE_INTEGER >>> 1 } },
    severity: DiagnosticSeverity.Warning,
    source: 'mortise',
    code: 'around',
    message: 'One side of this conflict holds another conflict: decide that one first, then this.',
  };
}

function problem(analysis: Analysis, open: OpenConflict, plan: BulkPlan): Diagnostic {
  const { document, tree, unmerged } = analysis;
  const { need, held: why } = askedOf(open, analysis, plan);
  const { left, right } = open.names;
  const best = open.best();
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
  const how = known ? ` Once ${known.from} is right, run: ${known.command}` : '';
  return ` Nothing in bulk touches it (${why}).${how}`;
}
