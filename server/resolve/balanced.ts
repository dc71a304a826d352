/**
 * A hunk that cuts a bracket pair, made whole: git moves lines that both sides share out of a conflict, the closing brace of
 * two added functions among them. The bound is what a resolution may be confined to; the candidates give each side its own
 * copy of the shared lines.
 */
import { type Widening, widenToBalance } from '../merge/balance.ts';
import type { Hunk, Sides } from '../merge/conflict.ts';
import { languageOf } from '../syntax/languages.ts';
import type { Syntax } from '../syntax/syntax.ts';
import type { ConflictContext } from './candidate.ts';
import type { Generated } from './lineCandidates.ts';
import { type Material, squeeze } from './material.ts';

/** Stable text right before and right after a conflict that belongs to it: with it every side's brackets balance. */
export interface Bound {
  /** A suffix of the context's `before`, whole lines; '' where the hunk opens nothing above. */
  readonly before: string;
  /** A prefix of the context's `after`, whole lines. */
  readonly after: string;
}

type Around = Pick<ConflictContext, 'path' | 'sides' | 'before' | 'after'>;

/**
 * The smallest span around a conflict in which brackets balance: in all versions, or in both sides where the base (nothing,
 * when both sides add) does not balance with them. Undefined where no widening of 40 lines each way does it: then the
 * conflict is its own bound. A proposal from outside (a language model's) replaces this span and nothing else.
 */
export function balancedBound(context: Around, syntax: Syntax): Bound | undefined {
  const found = widenedBy(context.sides, context, syntax) ?? withoutBase(context, syntax);
  return found && cut(found, context);
}

function widenedBy(sides: Sides, { path, before, after }: Around, syntax: Syntax): Widening | undefined {
  const language = languageOf(path);
  return widenToBalance(sides, before, after, (text) => syntax.tokens(language, text));
}

function withoutBase(context: Around, syntax: Syntax): Widening | undefined {
  const { base, left, right } = context.sides;
  return base === undefined ? undefined : widenedBy({ left, right }, context, syntax);
}

function cut(widening: Widening, { before, after }: Around): Bound {
  return { before: before.slice(before.length - widening.before), after: after.slice(0, widening.after) };
}

/**
 * Lines that git moved out of a conflict because both sides added them: the end that two blocks share, and the empty line
 * and attributes above. Undefined where the hunk replaces text of the base, or where the base needs those lines itself.
 */
function sharedLines(context: Around, syntax: Syntax): Bound | undefined {
  const { base, left, right } = context.sides;
  if (squeeze(base ?? '') !== '' || squeeze(left) === '' || squeeze(right) === '') return undefined;
  if (base !== undefined && widenedBy(context.sides, context, syntax) !== undefined) return undefined;
  const widening = widenedBy({ left, right }, context, syntax);
  if (widening === undefined || widening.before + widening.after === 0) return undefined;
  // Without a base nobody knows whose the lines above are.
  if (base === undefined && widening.before > 0) return undefined;
  const bound = cut(widening, context);
  return bound.before === '' ? { ...bound, before: leadingLines(context.before) } : bound;
}

/** Attributes, decorators and comments: lines above a definition that belong to it. */
const LEADING = /^\s*(?:@|#\[|\[|\/\/|\/\*|\*|#|--)/;
const MOST_LEADING = 12;

/** Both sides added a block and the hunk shows each without its end: both whole, with the shared lines once for each. */
export function balancedCandidates(material: Material, syntax: Syntax): Generated[] {
  const { context, left, right } = material;
  const shared = sharedLines(context, syntax);
  if (shared === undefined) return [];
  const between = shared.after + shared.before;
  const last = (text: string) => (text.endsWith('\n') ? text : `${text}\n`);
  return [
    { name: 'left+right, each closed', text: last(left.text) + between + right.text },
    { name: 'right+left, each closed', text: last(right.text) + between + left.text },
  ];
}

/** Hunks whose conflicts take the shared lines back, so that each version is a whole program again. */
export interface WidenedHunks {
  readonly hunks: readonly Hunk[];
  /** By conflict: the text for the conflict as it was, out of the text for the widened one. */
  readonly narrow: readonly ((text: string) => string | undefined)[];
}

export function widenShared(path: string, hunks: readonly Hunk[], syntax: Syntax): WidenedHunks {
  const out = [...hunks];
  const narrow: ((text: string) => string | undefined)[] = [];
  const stable = (i: number): string => {
    const hunk = out[i];
    return hunk?.kind === 'stable' ? hunk.text : '';
  };
  hunks.forEach((hunk, i) => {
    if (hunk.kind !== 'conflict') return;
    const { conflict } = hunk;
    const around = { path, sides: conflict.sides, before: stable(i - 1), after: stable(i + 1) };
    const shared = conflict.sides.base === undefined ? undefined : sharedLines(around, syntax);
    if (shared === undefined) {
      narrow.push((text) => text);
      return;
    }
    const { before, after } = shared;
    const whole = (side: string) => before + side + after;
    const sides = { ...conflict.sides, left: whole(conflict.sides.left), right: whole(conflict.sides.right) };
    out[i] = { kind: 'conflict', conflict: { ...conflict, sides } };
    if (before !== '') out[i - 1] = { kind: 'stable', text: around.before.slice(0, -before.length) };
    if (after !== '') out[i + 1] = { kind: 'stable', text: around.after.slice(after.length) };
    narrow.push((text) =>
      text.length >= before.length + after.length && text.startsWith(before) && text.endsWith(after)
        ? text.slice(before.length, text.length - after.length)
        : undefined,
    );
  });
  return { hunks: out, narrow };
}

/** The empty line and the attributes right above a hunk: what the second block needs in front of it too. */
function leadingLines(before: string): string {
  let blank = before.length;
  let at = before.length;
  for (let n = 0; n < MOST_LEADING && at > 0; n++) {
    const start = before.lastIndexOf('\n', at - 2) + 1;
    const line = before.slice(start, at);
    if (squeeze(line) === '') return before.slice(start);
    if (!LEADING.test(line)) break;
    at = start;
    blank = start;
  }
  // Without an empty line above them, attributes may belong to the block only if something else ends right above.
  return before.slice(blank);
}
