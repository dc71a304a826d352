/** The candidates that resolving left unchecked, checked: for a person who sees the whole list and may take any of it. */
import type { Syntax } from '../syntax/syntax.ts';
import type { Candidate, ConflictContext, Evidence, Resolution } from './candidate.ts';
import { materialOf } from './material.ts';
import { movedEvidence } from './moves.ts';
import { Verifier } from './verify.ts';
import { inWhole, judgedContext } from './wholeConflict.ts';

/** Evidence that is true of the conflict, not found by checking a text. */
const SAID: ReadonlySet<Evidence['check']> = new Set(['space', 'moved', 'version', 'decided', 'went on']);

/** All with their evidence, in their order, but what does not parse last. Load the grammar first (`syntax.ready`). */
export function checkRest(
  { context, resolutions }: { readonly context: ConflictContext; readonly resolutions: readonly Resolution[] },
  syntax: Syntax,
): readonly Resolution[] {
  const all = judgedContext(context);
  const verifier = new Verifier(materialOf(all, syntax), all, syntax);
  const unchecked = resolutions.filter(({ evidence }) => evidence.every(({ check }) => SAID.has(check)));
  const found = verifier.verifyAll(unchecked.map(({ candidate }) => asWhole(candidate, context)));
  const checked = resolutions.map((one): Resolution => {
    const at = unchecked.indexOf(one);
    return at < 0 ? one : { ...one, evidence: [...one.evidence, ...(found[at] ?? [])] };
  });
  const isBroken = ({ evidence }: Resolution) => evidence.some((one) => one.check === 'parses' && !one.passed);
  return [...checked.filter((one) => !isBroken(one)), ...checked.filter(isBroken)];
}

/** A text that no generator had, checked like any candidate. Load the grammar first. */
export function checkText(candidate: Candidate, context: ConflictContext, syntax: Syntax): readonly Evidence[] {
  const all = judgedContext(context);
  const verifier = new Verifier(materialOf(all, syntax), all, syntax);
  return [...movedEvidence(context), ...verifier.verify(asWhole(candidate, context))];
}

/** What is offered between the markers as a candidate for the whole conflict. */
export const asWhole = (candidate: Candidate, context: ConflictContext): Candidate => ({
  ...candidate,
  text: inWhole(candidate.text, context),
});
