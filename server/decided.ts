/**
 * Which decisions, and which of Mortise's own resolutions, still hold. A decision is written down when it is taken, but the editor's undo, a checkout or a hand edit
 * takes it back without telling us: so it counts only while its file shows it, with the text chosen and without the conflict.
 */
import { type AppliedEntry, type Decision, isChosen, sameConflict } from './git/saved.ts';
import type { Sides } from './merge/conflict.ts';
import { parseMarkers } from './merge/markers.ts';

/** What a file's text says about decisions. Read once for a version of a text: many decisions can ask it. */
export interface DecidedText {
  readonly standing: readonly Pick<Sides, 'left' | 'right'>[];
  /** What is outside of conflicts, without white space: a formatter may have gone over what was chosen. */
  readonly bare: string;
}

export function decidedText(text: string, markerSize?: number): DecidedText {
  const hunks = parseMarkers(text, markerSize === undefined ? {} : { markerSize });
  const standing = hunks.flatMap((hunk) => (hunk.kind === 'conflict' ? [hunk.conflict.sides] : []));
  const settled = hunks.map((hunk) => (hunk.kind === 'stable' ? hunk.text : '')).join('');
  return { standing, bare: bare(settled) };
}

/** @param textOf what a path holds now; undefined where it is gone or no text. Asked once for each path. */
export async function stillDecided(
  decided: readonly Decision[],
  textOf: (path: string) => Promise<DecidedText | undefined>,
): Promise<Decision[]> {
  const texts = new Map<string, DecidedText | undefined>();
  for (const { path } of decided) if (!texts.has(path)) texts.set(path, await textOf(path));
  return decided.filter((one) => holds(one, texts.get(one.path)));
}

type Settled = Pick<Decision, 'path' | 'sides' | 'chosen'>;

function holds(one: Settled, now: DecidedText | undefined): boolean {
  if (!now?.bare.includes(bare(one.chosen))) return false;
  return !now.standing.some((sides) => sameConflict(one, { path: one.path, sides }));
}

/** What the log says of one resolution, as far as it counts for the file. */
export type Counted = Pick<
  AppliedEntry,
  'path' | 'by' | 'chosen' | 'line' | 'conflict' | 'text' | 'tier' | 'confidence' | 'reason'
>;

/**
 * Confidences of what Mortise applied and the text still shows, each conflict once: what was likely or safe by itself, however it
 * was asked for. What was only possible is there because the user wanted just that (a confidence they named, a choice of theirs
 * repeated, a model asked), and counts as little as what they chose one by one.
 */
export function standingConfidences(applied: readonly Counted[], text: string, markerSize?: number): number[] {
  const own = applied.filter((one) => !isChosen(one) && (one.tier === 'safe' || one.tier === 'likely'));
  if (own.length === 0) return [];
  const now = decidedText(text, markerSize);
  // Taken back by the editor's own undo and applied again, it is in the log twice.
  const last = new Map(own.map((one) => [`${one.line} ${one.conflict}`, one]));
  return [...last.values()].flatMap((one) => {
    const [hunk] = parseMarkers(one.conflict, markerSize === undefined ? {} : { markerSize });
    if (hunk?.kind !== 'conflict') return [];
    const settled = { path: one.path, sides: hunk.conflict.sides, chosen: one.text };
    return holds(settled, now) ? [one.confidence] : [];
  });
}

const bare = (text: string): string => text.replace(/\s+/g, '');
