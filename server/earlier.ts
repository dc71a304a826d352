/**
 * An earlier resolution of the conflict at hand, from git's rerere or from the repository's own merges. It is shown first, with
 * the commit, and raises nothing: how often the next merge wants the same is not measured. It lowers what contradicts it.
 */
import type { Remembered } from './git/rerere.ts';
import type { Sides } from './merge/conflict.ts';
import type { Candidate, Resolution } from './resolve/candidate.ts';
import { squeeze } from './resolve/material.ts';
import { splitLines } from './text/lines.ts';

export type Earlier = Remembered;

/**
 * The newest of the same conflict: both sides byte for byte, whichever was called ours then, and the base where both are known.
 * A text that was resolved under other bytes is never made to fit: it would be another program under the commit's name.
 */
export function recall(all: readonly Remembered[], path: string, sides: Sides): Earlier | undefined {
  const little = Math.min(solidLines(sides.left), solidLines(sides.right)) < 2;
  return all.find((one) => isSame(one, sides) && (!little || one.merge === undefined || one.merge.path === path));
}

function isSame({ sides: [one, other], base }: Remembered, sides: Sides): boolean {
  const { left, right } = sides;
  if (!((one === left && other === right) || (one === right && other === left))) return false;
  return base === undefined || sides.base === undefined || base === sides.base;
}

const solidLines = (text: string): number => splitLines(text).filter((line) => line.trim() !== '').length;

/** Safe is not safe where people resolved this very conflict in another way: it waits for a look. */
export function heed(resolutions: readonly Resolution[], earlier: Earlier | undefined): readonly Resolution[] {
  if (!earlier) return resolutions;
  const then = squeeze(earlier.text);
  return resolutions.map((one) =>
    one.tier === 'safe' && squeeze(one.candidate.text) !== then ? { ...one, tier: 'likely' } : one,
  );
}

/** To be checked like any other text: whoever wrote it may have dropped a side's edits. */
export const asCandidate = (earlier: Earlier): Candidate => ({
  text: earlier.text,
  origin: { name: 'earlier', reason: saidOf(earlier) },
  generators: ['earlier'],
});

/** "resolved so in abc1234"; rerere knows the day alone. */
export function saidOf({ merge, at }: Earlier): string {
  if (merge) return `resolved so in ${merge.commit.slice(0, 7)}`;
  return `resolved so on ${new Date(at).toISOString().slice(0, 10)} (git's rerere)`;
}
