/**
 * How often a hole is expected to use a name of a context item, by the item's source and depth: estimates set by hand,
 * in the order of the published measurements; `npm run bench:items` prints the rates they are to be replaced by.
 */
import type { HolePlace, TypedSource } from '../typeEngine.ts';

const rates: Record<TypedSource, { readonly near: number; readonly fall: number }> = {
  place: { near: 1, fall: 1000 },
  expectedType: { near: 0.45, fall: 2 },
  signature: { near: 0.3, fall: 2 },
  relevantType: { near: 0.2, fall: 2 },
  header: { near: 0.14, fall: 2 },
  member: { near: 0.35, fall: 3 },
  value: { near: 0.3, fall: 3 },
  own: { near: 0.4, fall: 2 },
  enum: { near: 0.25, fall: 2 },
  import: { near: 0.16, fall: 2 },
  skeleton: { near: 0.1, fall: 4 },
  export: { near: 0.07, fall: 3 },
};

export function contextScore(place: HolePlace, source: TypedSource, depth: number): number {
  const { near, fall } = rates[source];
  const focus = place === 'member' && source === 'member' ? 1.5 : 1;
  return Math.min(1, (near * focus) / (1 + depth / fall));
}
