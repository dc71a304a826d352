/**
 * A user judges a file, a tier is measured on one conflict: six that are likely each are not likely together. So a file is
 * left without any marker only where the chance that all of it is right, the product of its confidences, is itself likely;
 * else the least sure stays open, and with it the file.
 */
import type { Resolution } from './candidate.ts';
import type { ApplyPolicy } from './resolve.ts';

/**
 * @param applied what a policy would apply to each conflict of a file; undefined: left open anyway.
 * @returns place of the one to leave open, if any. A confidence that the user named is taken at its word.
 */
export function leastSure(policy: ApplyPolicy, applied: readonly (Resolution | undefined)[]): number | undefined {
  if (policy.kind !== 'tier' || applied.length < 2) return undefined;
  let product = 1;
  let enough = 0;
  let least = 0;
  for (const [i, one] of applied.entries()) {
    if (!one) return undefined;
    product *= one.confidence;
    enough = Math.max(enough, one.enough ?? 0);
    if (one.confidence < (applied[least]?.confidence ?? 1)) least = i;
  }
  return product < enough ? least : undefined;
}

/** Why that one is not applied. */
export const TOGETHER = 'each of the file is sure enough, all of them together are not';
