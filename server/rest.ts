/**
 * What is wrong in a file beside its conflicts, for whoever decides them by hand: with the answers given, and the best of what is
 * open. What nothing in bulk may take is left to its user, who must not be told less than the log.
 */

import type { UnmergedFile } from './git/unmerged.ts';
import type { Elsewhere } from './merge/movedAcross.ts';
import { stagesLike } from './mergeContext.ts';
import type { Warning } from './resolve/aftermathWords.ts';
import { answered, brokenBy } from './resolve/answered.ts';
import type { Resolution } from './resolve/candidate.ts';
import { movedWarnings, withoutMoves } from './resolve/moves.ts';
import type { MarkedConflict, Services } from './resolve/resolve.ts';
import { plainJudge } from './resolve/wholeFile.ts';

export interface Rest {
  readonly warnings: readonly Warning[];
  /** No conflict is left, and there is an error of syntax that neither side has. */
  readonly broken: boolean;
}

/** A file of a paused operation as it stands, with the conflicts still marked in it and the lines of half markers. */
export interface StandingFile {
  readonly text?: string;
  readonly unmerged: UnmergedFile;
  readonly conflicts: readonly MarkedConflict[];
  readonly leftovers: readonly unknown[];
  /** Set where the user took a side of the path as a whole. */
  readonly kept?: unknown;
  /** Where lines of it were moved to another file. */
  readonly elsewhere?: Elsewhere | undefined;
}

export interface Answered {
  readonly conflict: MarkedConflict;
  readonly text: string;
  readonly reason: string;
  readonly resolution?: Resolution;
}

/** @param choices answers that stand in place of the best ones. The grammar must be loaded. */
export function restOf(file: StandingFile, { syntax, files }: Services, choices: readonly Answered[] = []): Rest {
  const { text, unmerged, conflicts, leftovers, kept, elsewhere } = file;
  const { path } = unmerged;
  const sides = text === undefined ? undefined : stagesLike(text, unmerged);
  // Half a marker is an error of syntax to every grammar; one version whole is what its developers had.
  const isWhole = sides && [sides.base, sides.left, sides.right].includes(text);
  if (text === undefined || !sides || leftovers.length > 0) return { warnings: [], broken: false };
  // What a side as a whole lacks is the other's: told where it was decided conflict by conflict.
  if (isWhole) {
    const warnings =
      kept === undefined && text !== sides.base ? movedWarnings({ path, sides, text, answers: [], elsewhere }) : [];
    return { warnings, broken: false };
  }
  const open = conflicts.map((conflict) => {
    const choice = choices.find((one) => one.conflict === conflict);
    const { span, context, resolutions } = conflict;
    return { span, sides: context.sides, resolutions: choice ? [withoutMoves(asResolution(choice))] : resolutions };
  });
  const whole = { path, sides, text, conflicts: open, elsewhere };
  return {
    warnings: (files ?? plainJudge).outlook(whole, syntax).warnings,
    broken: conflicts.length <= choices.length && isBroken(whole, syntax),
  };
}

const asResolution = ({ text, reason, resolution }: Answered): Resolution =>
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
    return file !== undefined && brokenBy(file, syntax) > 0;
  } catch {
    return false;
  }
}

export const isSound = ({ warnings, broken }: Rest): boolean => warnings.length === 0 && !broken;
