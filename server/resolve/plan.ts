/**
 * What a policy applies of one file, what it leaves and why: one answer for every command, the driver and the editor.
 * A user judges a file, a tier is measured on one conflict: six that are likely each are not likely together. So a file is
 * left without any marker only where the chance that all of it is right, the product of its confidences, is itself likely;
 * else the least sure stays open, and with it the file.
 */
import type { Resolution } from './candidate.ts';
import { type ApplyPolicy, applies } from './resolve.ts';

export interface Plan<Conflict> {
  readonly applied: ReadonlyMap<Conflict, Resolution>;
  /** Conflicts whose best resolution the policy would apply, and why it is not. */
  readonly held: ReadonlyMap<Conflict, string>;
}

export interface Planning<Conflict> {
  /** The best resolution of a conflict: a lower one that passes the policy stays an alternative. */
  readonly best: (conflict: Conflict) => Resolution | undefined;
  /** Why nothing in bulk may take a conflict; undefined where it may. */
  readonly held?: (conflict: Conflict, best: Resolution) => string | undefined;
  /** Confidences of what was applied to the file before and stands: asked again, the file's chance is no better. */
  readonly before?: readonly number[];
}

/** @param conflicts every conflict still open in the file, in order. */
export function planFile<Conflict>(
  policy: ApplyPolicy,
  conflicts: readonly Conflict[],
  { best, held: heldBack, before = [] }: Planning<Conflict>,
): Plan<Conflict> {
  const applied = new Map<Conflict, Resolution>();
  const held = new Map<Conflict, string>();
  for (const conflict of conflicts) {
    const first = best(conflict);
    if (!first || !applies(policy, first)) continue;
    const why = heldBack?.(conflict, first);
    if (why === undefined) applied.set(conflict, first);
    else held.set(conflict, why);
  }
  const open = applied.size === conflicts.length ? leastSure(policy, applied, before) : undefined;
  if (open !== undefined) {
    applied.delete(open);
    held.set(open, TOGETHER);
  }
  return { applied, held };
}

/** The one to leave open, if any, where nothing else would be. A confidence that the user named is taken at its word. */
function leastSure<Conflict>(
  policy: ApplyPolicy,
  applied: ReadonlyMap<Conflict, Resolution>,
  before: readonly number[],
): Conflict | undefined {
  if (policy.kind !== 'tier' || applied.size + before.length < 2) return undefined;
  let product = before.reduce((all, one) => all * one, 1);
  let enough = 0;
  let least: { readonly conflict: Conflict; readonly confidence: number } | undefined;
  for (const [conflict, one] of applied) {
    product *= one.confidence;
    enough = Math.max(enough, one.enough ?? 0);
    if (!least || one.confidence < least.confidence) least = { conflict, confidence: one.confidence };
  }
  return product < enough ? least?.conflict : undefined;
}

const TOGETHER = 'each of the file is sure enough, all of them together are not';
