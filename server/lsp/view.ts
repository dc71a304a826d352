/** A resolution as the client sees it: where each of its lines comes from, and which lines of the sides it leaves out. */
import { createHash } from 'node:crypto';
import { asCandidate, saidOf } from '../earlier.ts';
import type { Sides } from '../merge/conflict.ts';
import type { ConflictContext, Resolution } from '../resolve/candidate.ts';
import { splitLines } from '../text/lines.ts';
import type { ConflictView, LineOrigin, Need, ResolutionView } from './protocol.ts';
import type { OpenConflict } from './session.ts';
import { dayOf, evidenceLines, type Names, named, oddsOf } from './words.ts';

export function shortHash(text: string): string {
  return createHash('sha1').update(text).digest('hex').slice(0, 12);
}

export function needOf(best: { readonly tier: string } | undefined): Need {
  return best?.tier === 'safe' || best?.tier === 'likely' ? best.tier : 'yours';
}

/** So many resolutions of a conflict are offered, and below the first three none that was right once in a hundred at most. */
const OFFERED = 6;

export function offered(resolutions: readonly Resolution[]): readonly Resolution[] {
  const isProposal = ({ candidate }: Resolution) => candidate.generators.includes('model');
  return resolutions.filter((one, i) => isProposal(one) || (i < OFFERED && (i < 3 || one.confidence > 0.01)));
}

export function viewResolution(
  resolution: Resolution,
  { sides, whole }: Pick<ConflictContext, 'sides' | 'whole'>,
  names: Names,
): ResolutionView {
  const { candidate, tier, confidence, evidence } = resolution;
  return {
    id: shortHash(candidate.text),
    text: candidate.text,
    reason: named(candidate.origin.reason, names),
    tier,
    confidence,
    odds: oddsOf(confidence),
    evidence: evidenceLines(evidence, names),
    keepsAll: evidence.some(
      (one) =>
        one.check === 'edits' &&
        [one.left, one.right].every(({ changed, dropped }) => changed.length + dropped.length === 0),
    ),
    // A comma may stand in the lines that both sides share, above the markers.
    lines: provenance(candidate.text, whole?.sides ?? sides),
    dropped: { left: missing(sides.left, candidate.text), right: missing(sides.right, candidate.text) },
  };
}

/** Where a generator had the same text, with what was measured and checked of it. */
export function viewEarlier(open: OpenConflict): ConflictView['remembered'] {
  const { earlier, context, names } = open;
  if (!earlier) return undefined;
  const { text, at, merge } = earlier;
  const said = saidOf(earlier);
  const known = open.resolutions().find(({ candidate }) => candidate.text === text);
  const candidate = asCandidate(earlier);
  const resolution: Resolution = known
    ? { ...known, candidate: { ...known.candidate, origin: candidate.origin } }
    : { candidate, evidence: open.check(candidate), confidence: 0, tier: 'possible' };
  const view = viewResolution(resolution, context, names);
  return { text, day: dayOf(at), said, ...(merge ? { merge } : {}), resolution: view };
}

const content = (line: string): string => line.trim();
const words = (text: string): string[] => text.match(/[\p{L}\p{N}_$]+|[^\s\p{L}\p{N}_$]/gu) ?? [];

/** By line, white space aside: a line of both sides is nobody's; one that no version has is mixed or invented. */
export function provenance(text: string, sides: Sides): { text: string; from: LineOrigin }[] {
  const setOf = (side: string | undefined) => new Set(splitLines(side ?? '').map(content));
  const [left, right, base] = [setOf(sides.left), setOf(sides.right), setOf(sides.base)];
  const known = new Set([sides.left, sides.right, sides.base ?? ''].flatMap(words));
  return splitLines(text).map((full) => {
    const line = content(full);
    const shown = full.replace(/\r?\n$/, '');
    if (left.has(line) && right.has(line)) return { text: shown, from: 'both' };
    if (left.has(line)) return { text: shown, from: 'left' };
    if (right.has(line)) return { text: shown, from: 'right' };
    if (base.has(line) || line === '') return { text: shown, from: 'base' };
    return { text: shown, from: words(line).every((word) => known.has(word)) ? 'mixed' : 'invented' };
  });
}

/** Indexes of the lines of a side that a text has not (as often). Blank lines do not count. */
export function missing(side: string, text: string): number[] {
  const left = new Map<string, number>();
  for (const line of splitLines(text).map(content)) left.set(line, (left.get(line) ?? 0) + 1);
  return splitLines(side).flatMap((full, i) => {
    const line = content(full);
    const count = left.get(line) ?? 0;
    left.set(line, count - 1);
    return count > 0 || line === '' ? [] : [i];
  });
}
