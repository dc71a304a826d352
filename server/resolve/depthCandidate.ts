/**
 * Where one side only moved lines in or out and the other changed their words: these words at that depth. Ranking tells texts
 * apart by their words alone, so it cannot know this one from the side with the words, and nothing of it is measured: it stands
 * last, without a number, and only where it keeps every edit of both sides and parses.
 */
import { splitLines } from '../text/lines.ts';
import type { Candidate, Evidence, Resolution } from './candidate.ts';
import type { JudgedConflict } from './judge.ts';
import { type Material, squeeze } from './material.ts';
import { isFreeOfIndentation } from './reformatted.ts';
import { reindent } from './rules/whitespace.ts';

/** At most one, with what was checked of it. */
export function otherDepth(
  { material, candidates }: Pick<JudgedConflict, 'material' | 'candidates'>,
  check: (offered: readonly Resolution[]) => readonly (readonly Evidence[])[],
): Resolution[] {
  const offered = atOtherDepth(material)
    .filter(({ text }) => candidates.every((known) => known.text !== text))
    .map((candidate): Resolution => ({ candidate, evidence: [], confidence: 0, tier: 'possible' }));
  const evidence = offered.length > 0 ? check(offered) : [];
  const i = evidence.findIndex(keepsAll);
  const found = offered[i];
  return found ? [{ ...found, evidence: evidence[i] ?? [] }] : [];
}

/** Texts to try, the likelier first. */
function atOtherDepth({ base, left, right, hasBase, language, huge }: Material): Candidate[] {
  if (!hasBase || huge || base.squeezed === '' || isFreeOfIndentation(language?.id)) return [];
  const moved = [left, right].map(({ squeezed }) => squeezed === base.squeezed);
  if (moved[0] === moved[1]) return [];
  const [mover, editor, by, whose] = moved[0] ? [left, right, 'ours', 'theirs'] : [right, left, 'theirs', 'ours'];
  const shifted = reindent(base.text, mover.text, editor.text);
  const texts = [withOwnDepth(base.text, editor.text, shifted), shifted];
  const name = `${moved[0] ? 'right' : 'left'} at other depth`;
  const reason = `the words of ${whose} at the depth where ${by} put them`;
  return [...new Set(texts)]
    .filter((text) => text !== left.text && text !== right.text)
    .map((text) => ({ text, origin: { name, reason }, generators: [name] }));
}

/** New lines where their author put them, but for those between two that were moved: not all that was added went along with these. */
function withOwnDepth(base: string, edited: string, shifted: string): string {
  const known = new Set(splitLines(base).map(squeeze));
  const own = splitLines(edited);
  const moved = splitLines(shifted);
  const isKnown = (i: number) => known.has(squeeze(moved[i] ?? ''));
  const isBetween = (i: number) => {
    let [above, below] = [i - 1, i + 1];
    while (above >= 0 && !isKnown(above)) above--;
    while (below < moved.length && !isKnown(below)) below++;
    return [above, below].every((near) => moved[near] !== undefined && moved[near] !== own[near]);
  };
  return moved.map((line, i) => (isKnown(i) || isBetween(i) ? line : (own[i] ?? line))).join('');
}

/** Nothing is wrong with it, and no edit of either side is less than kept. */
function keepsAll(evidence: readonly Evidence[]): boolean {
  const account = evidence.find((one) => one.check === 'edits');
  if (account?.check !== 'edits') return false;
  const isWhole = [account.left, account.right].every(({ changed, dropped }) => changed.length + dropped.length === 0);
  const hasFault = evidence.some(
    (one) => (one.check === 'parses' && !one.passed) || one.check === 'duplicates' || one.check === 'repeats',
  );
  return isWhole && !hasFault;
}
