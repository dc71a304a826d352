/**
 * Errors around a hole in a condition that wait for what it asks: behind `if (|)` a value is used that may be missing. What asks for
 * such a value comes before what leaves its error; neither is wrong, since code is typed in steps.
 */
import type ts from 'typescript';
import type { HoleState } from './tsHole.ts';

/** Possibly null or undefined, and what that leads to: not assignable. */
const mayBeMissing = new Set([2322, 2345, 2531, 2532, 2533, 18047, 18048, 18049]);
/** Values that are tried. */
const MOST = 3;

type Keys = ReadonlySet<string>;

/** For each value that may be missing, the errors that go where it is asked for; `keysWith` tells those where each of these fills stands in the hole. */
export function waiting(
  { place }: HoleState,
  errors: readonly ts.Diagnostic[],
  text: string,
  keyOf: (error: ts.Diagnostic) => string,
  keysWith: (fills: readonly string[]) => readonly Keys[],
): readonly Keys[] {
  if (place !== 'condition' && place !== 'operand') return [];
  const missing = errors.filter(({ code }) => mayBeMissing.has(code));
  const values = new Set(
    missing
      .map(({ start = 0, length = 0 }) => text.slice(start, start + length))
      .filter((value) => /^(?:this\.)?[A-Za-z_$][\w$]*(?:\??\.[A-Za-z_$][\w$]*)*$/.test(value)),
  );
  if (values.size === 0) return [];
  return keysWith([...values].slice(0, MOST)).flatMap((left) => {
    const gone = missing.map(keyOf).filter((key) => !left.has(key));
    return gone.length > 0 ? [new Set(gone)] : [];
  });
}

/** Whether a fill with these errors makes none of the values safe, where some wait for it. */
export const leavesAll = (groups: readonly Keys[], left: Keys): boolean =>
  groups.length > 0 && groups.every((group) => [...group].some((key) => left.has(key)));
