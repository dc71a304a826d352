/** Scores a merged file against the developers' own. */
import { type Sameness, same } from '../../server/mine/same.ts';

/** `conflict`: markers are left. `error`: no answer, or one that says it is done and has markers. */
export type Verdict = Sameness | 'conflict' | 'error';

export const isRight = (verdict: Verdict): boolean => verdict === 'exact' || verdict === 'space' || verdict === 'lines';
export const isResolved = (verdict: Verdict): boolean => isRight(verdict) || verdict === 'wrong';

/** A line that begins as a conflict's first or last marker does. */
export function isMarked(text: string): boolean {
  return /(?:^|\n)(?:<{7}|>{7})(?: |\r?(?:\n|$))/.test(text);
}

export function verdictOf(text: string, clean: boolean, developers: string): Verdict {
  if (!clean) return isMarked(text) ? 'conflict' : 'error';
  return isMarked(text) ? 'error' : same(text, developers);
}
