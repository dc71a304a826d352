/**
 * An earlier resolution of the conflict at hand, from git's rerere or from the repository's own merges. It is shown first, with
 * the commit, and raises nothing: how often the next merge wants the same is not measured. It lowers what contradicts it.
 */
import type { Remembered } from './git/rerere.ts';
import type { Sides } from './merge/conflict.ts';
import type { Resolution } from './resolve/candidate.ts';
import { squeeze } from './resolve/material.ts';
import { splitLines } from './text/lines.ts';

/** How alike the two conflicts are: byte for byte, but for white space, or in the lines of both sides alone. */
export type Likeness = 'exact' | 'space' | 'lines';

export interface Earlier extends Remembered {
  readonly likeness: Likeness;
}

/** The most alike, among those the newest. Which side was called ours then does not matter. */
export function recall(all: readonly Remembered[], sides: Sides): Earlier | undefined {
  const own = (text: string) => squeeze(text);
  const [left, right] = [own(sides.left), own(sides.right)];
  // Two sides that differ in white space alone would recall any conflict that does.
  if (left === right) return exact(all, sides);
  let best: Earlier | undefined;
  for (const one of all) {
    const likeness = likenessOf(one, sides, [left, right]);
    if (likeness === 'exact') return { ...one, likeness };
    if (likeness === 'space' && best?.likeness !== 'space') best = { ...one, likeness };
    if (likeness === 'lines') best ??= { ...one, likeness };
  }
  return best && { ...best, text: asToday(best.text, sides) };
}

function exact(all: readonly Remembered[], sides: Sides): Earlier | undefined {
  const found = all.find((one) => isExact(one, sides));
  return found && { ...found, likeness: 'exact' };
}

const isExact = ({ sides: [one, other] }: Remembered, { left, right }: Sides): boolean =>
  (one === left && other === right) || (one === right && other === left);

function likenessOf(one: Remembered, sides: Sides, [left, right]: readonly [string, string]): Likeness | undefined {
  if (isExact(one, sides)) return 'exact';
  const [a, b] = squeezedSides(one);
  if (!((a === left && b === right) || (a === right && b === left))) return undefined;
  const bases = one.base !== undefined && sides.base !== undefined;
  return bases && squeeze(one.base ?? '') === squeeze(sides.base ?? '') ? 'space' : 'lines';
}

/** Asked for every conflict at every edit, of the same few hundred entries. */
const squeezed = new WeakMap<Remembered, readonly [string, string]>();

function squeezedSides(one: Remembered): readonly [string, string] {
  const known = squeezed.get(one);
  if (known) return known;
  const sides = [squeeze(one.sides[0]), squeeze(one.sides[1])] as const;
  squeezed.set(one, sides);
  return sides;
}

/** White space as it is now: a line that today's sides have is taken from them. */
function asToday(text: string, { base, left, right }: Sides): string {
  const lines = new Map<string, string>();
  for (const side of [base ?? '', right, left]) for (const line of splitLines(side)) lines.set(squeeze(line), line);
  return splitLines(text)
    .map((line) => (squeeze(line) === '' ? line : (lines.get(squeeze(line)) ?? line)))
    .join('');
}

/** Safe is not safe where people resolved this very conflict in another way: it waits for a look. */
export function heed(resolutions: readonly Resolution[], earlier: Earlier | undefined): readonly Resolution[] {
  if (!earlier) return resolutions;
  const then = squeeze(earlier.text);
  return resolutions.map((one) =>
    one.tier === 'safe' && squeeze(one.candidate.text) !== then ? { ...one, tier: 'likely' } : one,
  );
}

/** "resolved so in abc1234" and what that commit was; rerere knows the day alone. */
export function saidOf({ merge, at }: Earlier): string {
  const day = new Date(at).toISOString().slice(0, 10);
  return merge ? `resolved so in ${merge.commit.slice(0, 7)}` : `resolved so on ${day} (git's rerere)`;
}
