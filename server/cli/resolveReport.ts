/** The JSON that `resolve --json` prints: fields are only ever added. */
import type { SameNumber } from '../git/sameNumbers.ts';
import type { Resolution } from '../resolve/candidate.ts';
import { isSound } from '../rest.ts';
import type { StagedMarker } from '../stagedMarkers.ts';
import { lineAt } from '../text/lines.ts';
import type { Conflicted, OpenConflict } from './conflicts.ts';
import { isOpen, type Outcome } from './resolve.ts';

export function resolveReport(
  { repo, operation, elsewhere }: Conflicted,
  outcomes: readonly Outcome[],
  {
    dryRun,
    stagedMarkers,
    sameNumbers,
  }: {
    readonly dryRun: boolean;
    readonly stagedMarkers: readonly StagedMarker[];
    readonly sameNumbers: readonly SameNumber[];
  },
) {
  const { kind, title, step, left, right } = operation;
  return {
    root: repo.root,
    operation: { kind, title, ...(step ? { step } : {}), ours: left, theirs: right },
    dryRun,
    resolved: outcomes.reduce((sum, { choices }) => sum + choices.length, 0),
    open: outcomes.reduce(
      (sum, { file, choices }) => sum + file.conflicts.length + file.enclosing.length - choices.length,
      0,
    ),
    elsewhere,
    stagedMarkers,
    ...(sameNumbers.length > 0 ? { sameNumbers } : {}),
    files: outcomes.map(({ file, choices, held, outlook, rest }) => ({
      path: file.unmerged.path,
      kind: file.unmerged.kind,
      title: file.unmerged.title,
      open: isOpen(file, choices),
      leftovers: file.leftovers,
      ...(file.enclosing.length > 0 ? { enclosing: file.enclosing } : {}),
      ...(file.kept ? { kept: file.kept } : {}),
      ...(file.away ? { movedAway: file.away.map(({ by, path, line, name }) => ({ by, path, line, name })) } : {}),
      ...(outlook || !isSound(rest) ? { whole: outlook ?? { warnings: rest.warnings } } : {}),
      ...(rest.broken ? { parses: false } : {}),
      ...(file.unmerged.related ? { related: file.unmerged.related } : {}),
      conflicts: file.conflicts.map((conflict) => ({
        line: lineAt(file.text ?? '', conflict.span.start),
        start: conflict.span.start,
        end: conflict.span.end,
        applied: choices.some((choice) => choice.conflict === conflict),
        ...(held.has(conflict) ? { held: held.get(conflict) } : {}),
        sides: conflict.context.sides,
        ...(conflict.earlier ? { earlier: reportedEarlier(conflict.earlier) } : {}),
        resolutions: conflict.resolutions.map(reported),
      })),
    })),
  };
}

function reportedEarlier({ text, at, merge, evidence }: NonNullable<OpenConflict['earlier']>) {
  return { text, time: new Date(at).toISOString(), ...(merge ? { merge } : {}), evidence };
}

function reported({ candidate, confidence, tier, evidence }: Resolution) {
  return {
    text: candidate.text,
    confidence,
    tier,
    origin: candidate.origin.name,
    reason: candidate.origin.reason,
    evidence,
  };
}
