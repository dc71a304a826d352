/**
 * What a policy applies of one file, what it leaves and why: one answer for every command, the driver and the editor.
 * A user judges a file, a tier is measured on one conflict: six that are likely each are not likely together, and what git
 * merged by itself may need a hand too. So a file is left without any marker only where the chance that all of it is right is
 * itself as high as was asked (`wholeFile.ts`), and nothing of a tier is left behind with a warning; else the least sure stays open,
 * and with it the file.
 */
import { toldWarnings } from './aftermathWords.ts';
import type { Resolution } from './candidate.ts';
import { fraction } from './reasons.ts';
import { type ApplyPolicy, applies } from './resolve.ts';
import type { FileJudge, Outlook } from './wholeFile.ts';

export interface Plan<Conflict> {
  readonly applied: ReadonlyMap<Conflict, Resolution>;
  /** Conflicts whose best resolution the policy would apply, and why it is not. */
  readonly held: ReadonlyMap<Conflict, string>;
}

type Thresholds = Pick<FileJudge, 'enough' | 'safe' | 'safeDecided'>;

export interface Planning<Conflict> {
  /** The best resolution of a conflict: a lower one that passes the policy stays an alternative. */
  readonly best: (conflict: Conflict) => Resolution | undefined;
  /** Why nothing in bulk may take a conflict; undefined where it may. */
  readonly held?: (conflict: Conflict, best: Resolution) => string | undefined;
  /** Confidences of what was applied to the file before and stands: asked again, the file's chance is no better. */
  readonly before?: readonly number[];
  /** How sure the file is as a whole; asked only where nothing else would leave a marker. */
  readonly whole?: { readonly judge: Thresholds; readonly outlook: () => Outlook | undefined };
}

/** @param conflicts every conflict still open in the file, in order. */
export function planFile<Conflict>(
  policy: ApplyPolicy,
  conflicts: readonly Conflict[],
  planning: Planning<Conflict>,
): Plan<Conflict> {
  const applied = new Map<Conflict, Resolution>();
  const held = new Map<Conflict, string>();
  for (const conflict of conflicts) {
    const first = planning.best(conflict);
    if (!first || !applies(policy, first)) continue;
    const why = planning.held?.(conflict, first);
    if (why === undefined) applied.set(conflict, first);
    else held.set(conflict, why);
  }
  const least = leastSure(applied);
  if (least === undefined || applied.size < conflicts.length) return { applied, held };
  const outlook = planning.whole?.outlook();
  const why =
    together(policy, applied, planning) ?? doubted(policy, [...applied.values()], outlook, planning.whole?.judge);
  if (why !== undefined) {
    applied.delete(least);
    held.set(least, why);
  }
  return { applied: told(applied, outlook), held };
}

function leastSure<Conflict>(applied: ReadonlyMap<Conflict, Resolution>): Conflict | undefined {
  let least: { readonly conflict: Conflict; readonly confidence: number } | undefined;
  for (const [conflict, { confidence }] of applied)
    if (!least || confidence < least.confidence) least = { conflict, confidence };
  return least?.conflict;
}

/** Why all of the answers are not to stand together; by themselves each is sure enough. */
function together<Conflict>(
  policy: ApplyPolicy,
  applied: ReadonlyMap<Conflict, Resolution>,
  { before = [] }: Planning<Conflict>,
): string | undefined {
  if (policy.kind !== 'tier' || applied.size + before.length < 2) return undefined;
  let product = before.reduce((all, one) => all * one, 1);
  let enough = 0;
  for (const one of applied.values()) {
    product *= one.sure ?? one.confidence;
    enough = Math.max(enough, one.enough ?? 0);
  }
  return product < enough ? TOGETHER : undefined;
}

const TOGETHER = 'each of the file is sure enough, all of them together are not';

/** Why the file is not to be left without a marker, as far as its rest goes. */
function doubted(
  policy: ApplyPolicy,
  answers: readonly Resolution[],
  outlook: Outlook | undefined,
  judge: Thresholds | undefined,
): string | undefined {
  if (outlook === undefined || (policy.kind === 'tier' && policy.tier === 'none')) return undefined;
  const [warning] = outlook.warnings;
  if (policy.kind === 'tier' && warning) return `look at the rest of the file: ${warning.text}`;
  const enough = leastOf(policy, answers, judge);
  const { confidence } = outlook;
  if (enough === undefined || confidence === undefined || confidence >= enough) return undefined;
  return `the file as a whole, with what git merged by itself, is right ${fraction(confidence)}`;
}

/** The number that a file must reach. */
function leastOf(policy: ApplyPolicy, answers: readonly Resolution[], judge: Thresholds | undefined) {
  if (policy.kind === 'confidence') return policy.atLeast;
  if (policy.tier !== 'safe') return judge?.enough;
  return answers.every(({ afterDecisions }) => afterDecisions === true) ? judge?.safeDecided : judge?.safe;
}

/** What is applied in spite of a warning carries it as evidence, into the log and every report: once for a file. */
function told<Conflict>(applied: Map<Conflict, Resolution>, outlook: Outlook | undefined): Map<Conflict, Resolution> {
  const warnings = toldWarnings(outlook?.warnings ?? []);
  const last = [...applied].at(-1);
  if (warnings.length === 0 || !last) return applied;
  const [conflict, one] = last;
  return new Map(applied).set(conflict, { ...one, evidence: [...one.evidence, { check: 'elsewhere', warnings }] });
}
