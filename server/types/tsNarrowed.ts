/**
 * Errors around a hole in a condition that wait for what it asks: behind `if (|)` a value is used that may be missing. Where asking
 * for that very value takes such an error away, a fill that leaves it is as wrong as one that brings it.
 */
import type ts from 'typescript';
import type { HoleState } from './tsHole.ts';

/** Possibly null or undefined, and what that leads to: not assignable. */
const mayBeMissing = new Set([2322, 2345, 2531, 2532, 2533, 18047, 18048, 18049]);
/** Values that are tried. */
const MOST = 3;

/** The errors that stay whatever is asked; `errorsWith` tells the errors where a fill stands in the hole. */
export function staying<T>(
  state: HoleState,
  errors: readonly ts.Diagnostic[],
  text: string,
  keyOf: (error: ts.Diagnostic) => T,
  errorsWith: (fill: string) => readonly ts.Diagnostic[] | undefined,
): readonly ts.Diagnostic[] {
  if (state.place !== 'condition' && state.place !== 'operand') return errors;
  const values = new Set(
    errors
      .filter(({ code }) => mayBeMissing.has(code))
      .map(({ start = 0, length = 0 }) => text.slice(start, start + length))
      .filter((value) => /^(?:this\.)?[A-Za-z_$][\w$]*(?:\??\.[A-Za-z_$][\w$]*)*$/.test(value)),
  );
  let left = errors;
  for (const value of [...values].slice(0, MOST)) {
    const found = errorsWith(value);
    if (!found) continue;
    const keys = new Set(found.map(keyOf));
    left = left.filter((error) => !mayBeMissing.has(error.code) || keys.has(keyOf(error)));
  }
  return left;
}
