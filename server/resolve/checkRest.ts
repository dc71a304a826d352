/** The candidates that resolving left unchecked, checked: for a person who sees the whole list and may take any of it. */
import type { Syntax } from '../syntax/syntax.ts';
import type { Candidate, ConflictContext, Evidence, Resolution } from './candidate.ts';
import { materialOf } from './material.ts';
import { Verifier } from './verify.ts';

/** All with their evidence, in their order, but what does not parse last. Load the grammar first (`syntax.ready`). */
export function checkRest(
  { context, resolutions }: { readonly context: ConflictContext; readonly resolutions: readonly Resolution[] },
  syntax: Syntax,
): readonly Resolution[] {
  const verifier = new Verifier(materialOf(context, syntax), context, syntax);
  const unchecked = resolutions.filter(({ evidence }) => evidence.length === 0);
  const found = verifier.verifyAll(unchecked.map(({ candidate }) => candidate));
  // True of the conflict, so of all of its texts.
  const space = resolutions.some(({ evidence }) => evidence.some(({ check }) => check === 'space'));
  const all = resolutions.map((one): Resolution => {
    const at = unchecked.indexOf(one);
    if (at < 0) return one;
    return { ...one, evidence: [...(space ? [{ check: 'space' } as const] : []), ...(found[at] ?? [])] };
  });
  const isBroken = ({ evidence }: Resolution) => evidence.some((one) => one.check === 'parses' && !one.passed);
  return [...all.filter((one) => !isBroken(one)), ...all.filter(isBroken)];
}

/** A text that no generator had, checked like any candidate. Load the grammar first. */
export function checkText(candidate: Candidate, context: ConflictContext, syntax: Syntax): readonly Evidence[] {
  return new Verifier(materialOf(context, syntax), context, syntax).verify(candidate);
}
