/**
 * Errors around a hole in a condition that wait for what it asks: behind `if (|)` a value is used that may be missing. What asks for
 * such a value comes before what leaves its error; neither is wrong, since code is typed in steps.
 */
import type ts from 'typescript';
import { freeNames } from '../enumerate/tsExpressions.ts';
import type { HoleState } from '../tsHole.ts';
import { scopeValues } from '../tsScope.ts';
import { membersMissing } from './tsErrors.ts';

/** Possibly null or undefined, and what that leads to: not assignable. */
const mayBeMissing = new Set([2322, 2345, 2531, 2532, 2533, 18047, 18048, 18049]);
/** A value that a condition can ask for. */
const isValue = /^(?:this\.)?[A-Za-z_$][\w$]*(?:\??\.[A-Za-z_$][\w$]*)*$/;

export interface Waiting {
  readonly values: readonly string[];
  /** The errors, as `keyOf` has them. */
  readonly errors: ReadonlySet<string>;
}

/** What waits, by the errors around the unfilled hole in `text`. Undefined: nothing. */
export function waitingIn(
  { place }: HoleState,
  errors: readonly ts.Diagnostic[],
  text: string,
  keyOf: (error: ts.Diagnostic) => string,
): Waiting | undefined {
  if (place !== 'condition' && place !== 'operand') return undefined;
  const missing = errors.flatMap((error) => {
    const { code, start = 0, length = 0 } = error;
    const value = text.slice(start, start + length);
    const key = keyOf(error);
    return mayBeMissing.has(code) && key !== membersMissing && isValue.test(value) ? [[value, key] as const] : [];
  });
  if (missing.length === 0) return undefined;
  return { values: [...new Set(missing.map(([value]) => value))], errors: new Set(missing.map(([, key]) => key)) };
}

/** Whether a fill with these errors mends none of those that wait. */
export const leavesAll = (waiting: Waiting | undefined, errors: ReadonlySet<string>): boolean =>
  waiting !== undefined && [...waiting.errors].every((key) => errors.has(key));

/** What names that are bound together, or a constant made of a value, may tell of it. */
const MOST_STEPS = 3;

/** Whether a fill speaks of one of the values, or of what was made of it: nothing else makes it safe. */
export function mayMend(state: HoleState, values: readonly string[], fill: string): boolean {
  const roots = new Set(values.map(rootOf));
  const speaks = (text: string, steps: number): boolean =>
    (roots.has('this') && /\bthis\b/.test(text)) ||
    freeNames(text).some((name) => roots.has(name) || (steps > 0 && speaks(sourceOf(state, name), steps - 1)));
  return speaks(fill, MOST_STEPS);
}

const rootOf = (value: string): string => /^[\w$]+/.exec(value)?.[0] ?? value;

/** Longer code names much, and no condition. */
const MOST_TEXT = 400;

/** The text that a constant's value, or all that is bound together with it, is written with; empty for other names. */
function sourceOf(state: HoleState, name: string): string {
  const { tsc } = state.snapshot;
  const symbol = scopeValues(state).find((each) => each.name === name)?.symbol;
  let declaration: ts.Node | undefined = symbol?.valueDeclaration;
  if (!declaration || declaration.getSourceFile() !== state.snapshot.file) return '';
  const isBound = tsc.isBindingElement(declaration);
  while (tsc.isBindingElement(declaration) || tsc.isBindingName(declaration)) declaration = declaration.parent;
  if (!tsc.isVariableDeclaration(declaration) && !tsc.isParameter(declaration)) return '';
  const { name: bound, initializer } = declaration;
  const parts = [...(isBound ? [bound] : []), ...(initializer ? [initializer] : [])];
  const text = parts.map((part) => part.getText()).join(' ');
  return text.length > MOST_TEXT ? '' : text;
}
