/** What a logged resolution says of the edits of both sides. The log keeps words: those of the editor and those of the terminal. */

/** unknown: not computed, and so nothing may be said of it. */
export type Accounted = 'kept' | 'dropped' | 'unknown';

const account = /: (?:no edit|its edit|all \d+ edits|\d+ (?:kept|changed|dropped))\b/;
const dropped = /: (?:\d+ kept(?:, |\.?$))?(?:\d+ changed(?: \([\s\S]*?\))?(?:, |\.?$))?\d+ dropped\b/;

/** One line for each side, or it was not computed. */
export function accountedFor(evidence: readonly string[]): Accounted {
  const lines = evidence.filter((line) => account.test(line));
  if (lines.some((line) => dropped.test(line))) return 'dropped';
  return lines.length < 2 ? 'unknown' : 'kept';
}
