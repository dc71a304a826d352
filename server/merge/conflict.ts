/**
 * The values every merge speaks in. A conflict is data: it can be stored, mapped, resolved and printed;
 * marker text is only one way to print it (after jj's `Merge<T>`).
 */
import { isVirtual } from '../text/longMarkers.ts';
import type { Span } from '../text/span.ts';

/** Three versions of one thing. */
export interface Merge3<T> {
  readonly base: T;
  readonly left: T;
  readonly right: T;
}

/** The three texts of a conflict. `base` is absent when it could not be recovered (never when it is empty). */
export interface Sides {
  readonly base?: string;
  readonly left: string;
  readonly right: string;
}

/**
 * The ancestor of a criss-cross merge is git's own merge of several, and may hold a conflict of its own: a text that nobody
 * wrote, and no base to compare with.
 */
export function withoutVirtualBase(sides: Sides): Sides {
  const { base, left, right } = sides;
  return base !== undefined && isVirtual(base) ? { left, right } : sides;
}

/** What stands after the markers: `<<<<<<< left`, `||||||| base`, `>>>>>>> right`. Empty strings print nothing. */
export interface Labels {
  readonly left: string;
  readonly base: string;
  readonly right: string;
}

/** A region that both sides edited differently. `span` is where its text (markers included) stands in the printed file. */
export interface Conflict {
  readonly span: Span;
  readonly sides: Sides;
  readonly labels: Labels;
}

export type Hunk =
  | { readonly kind: 'stable'; readonly text: string }
  | { readonly kind: 'conflict'; readonly conflict: Conflict };

/** Always complete: printing the hunks gives a file, with markers where needed. */
export interface MergeResult {
  readonly hunks: readonly Hunk[];
  readonly method: 'trivial' | 'line' | 'token' | 'structured';
}

export function conflictsOf(hunks: readonly Hunk[]): Conflict[] {
  return hunks.flatMap((hunk) => (hunk.kind === 'conflict' ? [hunk.conflict] : []));
}
