/**
 * What is wrong in a file beside its conflicts, for whoever decides them by hand: with the answers given, and the best of what is
 * open. What nothing in bulk may take is left to its user, who must not be told less than the log.
 */
import { stagesLike } from '../mergeContext.ts';
import { toldWarnings } from '../resolve/aftermathWords.ts';
import { answered, treeFacts } from '../resolve/answered.ts';
import type { Resolution } from '../resolve/candidate.ts';
import type { Services } from '../resolve/resolve.ts';
import { plainJudge } from '../resolve/wholeFile.ts';
import type { Choice, ConflictedFile } from './conflicts.ts';
import type { Style } from './io.ts';
import { visible } from './show.ts';

export interface Rest {
  readonly warnings: Parameters<typeof toldWarnings>[0];
  /** No conflict is left, and there is an error of syntax that neither side has. */
  readonly broken: boolean;
}

/** @param choices answers that stand in place of the best ones. The grammar must be loaded. */
export function restOf(file: ConflictedFile, { syntax }: Services, choices: readonly Choice[] = []): Rest {
  const { text, unmerged, conflicts, leftovers } = file;
  const sides = text === undefined ? undefined : stagesLike(text, unmerged);
  // Half a marker is an error of syntax to every grammar; one version whole is what its developers had.
  const isWhole = sides && [sides.base, sides.left, sides.right].includes(text);
  if (text === undefined || !sides || isWhole || leftovers.length > 0) return { warnings: [], broken: false };
  const open = conflicts.map((conflict) => {
    const choice = choices.find((one) => one.conflict === conflict);
    const { span, context, resolutions } = conflict;
    return { span, sides: context.sides, resolutions: choice ? [asResolution(choice)] : resolutions };
  });
  const whole = { path: unmerged.path, sides, text, conflicts: open };
  return {
    warnings: plainJudge.outlook(whole, syntax).warnings,
    broken: conflicts.length <= choices.length && isBroken(whole, syntax),
  };
}

const asResolution = ({ text, reason, resolution }: Choice): Resolution =>
  resolution ?? {
    candidate: { text, origin: { name: 'user', reason }, generators: [] },
    evidence: [],
    confidence: 1,
    tier: 'possible',
  };

/** A look more, never a reason why a decision cannot be made: what cannot be judged is not said to be broken. */
function isBroken(whole: Parameters<typeof answered>[0], syntax: Services['syntax']): boolean {
  try {
    const file = answered(whole);
    return file !== undefined && (treeFacts(file, syntax)?.newErrors ?? 0) > 0;
  } catch {
    return false;
  }
}

export const isSound = ({ warnings, broken }: Rest): boolean => warnings.length === 0 && !broken;

/** Lines for the terminal; none where nothing is wrong. */
export function showRest({ warnings, broken }: Rest, style: Style): string {
  const lines = toldWarnings(warnings).map((text) => `  ${style.yellow('! look at the rest:')} ${visible(text)}\n`);
  if (broken) lines.push(`  ${style.yellow('! it does not parse so: look at the file')}\n`);
  return lines.join('');
}
