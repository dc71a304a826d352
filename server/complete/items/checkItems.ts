/**
 * The checker's word on ranked completions, last and in batches: the best few first, so that the first item that stands is
 * told at once and the rest of the list follows; then on until enough are good.
 */

import { calibrated } from '../../model/calibration.ts';
import { type CheckResult, type Fill, type HoleRequest, isUntold, type TypedHole } from '../../types/typeEngine.ts';
import { isSeveral } from '../../types/words.ts';
import type { CompletionItem, OpenHole } from '../complete.ts';
import { suitingFirst, suitingHere } from '../untyped/fitsHere.ts';
import { standingItems } from '../untyped/standsHere.ts';
import { isDisputed } from './disputed.ts';
import type { ItemServices, RankedItem } from './items.ts';
import { isBehindDot } from './memberNames.ts';
import { editsOf, type Proposal } from './rankItems.ts';

/** Milliseconds of checking, where nobody is more patient. */
const DEADLINE = 250;
/** Where checking is slow, so many good ones are enough after so many milliseconds. */
const SETTLE = { enough: 5, after: 60 };
/** So many milliseconds something is looked for that mends what the code behind a condition waits for. */
const MENDING = 80;
/** How many the checker may see. */
const CHECKED = 40;
const SHOWN = 10;
/** Of the order before what the text asks for came first, so many stay in any case. */
const KEPT = 8;
/** Behind a dot, where nothing fits, so many members are looked at, and their confidence is hardly any. */
const FEW = 24;
const UNFIT = 0.005;
/** So much before a hole tells what its value is given to. */
const NEAR = 200;

/** Told once, with the first item that stands and before the others are checked. It is the first of the whole list too. */
export type Early = (items: readonly CompletionItem[]) => void;

export async function checkedItems(
  hole: OpenHole,
  ranked: readonly RankedItem[],
  services: ItemServices,
  signal?: AbortSignal,
  early?: Early,
): Promise<CompletionItem[]> {
  if (hole.view.buffer.family !== 'ecma' && services.syntax) {
    const suiting = isUntold(services.types, hole.file) ? suitingHere(hole, services.syntax) : undefined;
    const sorted = suiting ? suitingFirst(ranked, suiting) : ranked;
    // What would have been among the first is put lower and not taken away.
    const kept = suiting
      ? ranked.slice(0, KEPT).filter(({ proposal }) => suiting.of(proposal.text) > Number.NEGATIVE_INFINITY)
      : [];
    const { items, refused } = standingItems(hole, sorted, services.syntax, SHOWN, kept);
    return answerOf(hole, items, [], services, {}, refused);
  }
  if (!services.types.knows(hole.file)) return answerOf(hole, ranked.slice(0, CHECKED), [], services);
  const request = holeRequest(hole);
  const typed = await services.types.hole(request, signal);
  const best = separated(hole, typed, ranked.slice(0, CHECKED));
  const results: CheckResult[] = best.map(() => 'unknown');
  const fills = best.map(({ proposal }) => fillOf(proposal));
  const { patience = 1 } = services;
  const deadline = DEADLINE * patience;
  // An answer of nothing would have cost as much: for the first good one there is twice the time.
  const usual = { sense: true, tellsLeft: true };
  const mending = { enough: 1, after: MENDING * patience };
  const first = { ...usual, deadline: 2 * deadline, enough: 1, settle: mending };
  const found = await services.types.check(request, fills, first, signal);
  for (const [i, result] of found.entries()) results[i] = result;
  const mends = results.includes('ok') || results.includes('near');
  if (mends || results.includes('leaves')) {
    const others = best.filter((_, i) => results[i] === 'unknown').map(({ proposal }) => proposal.text);
    early?.(disputedBy(others, hole, answerOf(hole, best, results, services, typed)));
    const settle = { enough: SETTLE.enough - 1, after: SETTLE.after * patience };
    const open = [...results.keys()].filter((i) => results[i] === 'unknown');
    const limits = { ...usual, deadline, enough: SHOWN - 1, settle };
    const rest = await services.types.check(
      request,
      open.flatMap((i) => fills[i] ?? []),
      limits,
      signal,
    );
    // What was told stays first.
    for (const [k, i] of open.entries()) results[i] = !mends && rest[k] === 'ok' ? 'leaves' : (rest[k] ?? 'unknown');
  } else if (results.includes('error') && !results.includes('leaves') && isBehindDot(hole.tokens.before.texts)) {
    return goingOn(hole, best.slice(0, FEW), services, signal);
  }
  return answerOf(hole, best, results, services, typed);
}

/** A member that is put on a line before others keeps itself from them. */
function separated(
  { view }: OpenHole,
  typed: TypedHole | undefined,
  items: readonly RankedItem[],
): readonly RankedItem[] {
  if (typed?.place !== 'objectMember' || !isMember.test(view.text.slice(view.suffixOffset, view.suffixOffset + 400)))
    return items;
  return items.map((item) => ({ ...item, proposal: { ...item.proposal, text: `${item.proposal.text},` } }));
}

/** One that begins on a line below. */
const isMember = /^[^\S\n]*\r?\n\s*(?:\.{3}|[[#"'\p{L}\p{N}_$])/u;

/** What is told early may be disputed by what is checked later. */
function disputedBy(
  others: readonly string[],
  { view: { text, offset } }: OpenHole,
  items: readonly CompletionItem[],
): readonly CompletionItem[] {
  const [first, ...rest] = items;
  if (!first || !isDisputed([first.text, ...others], text.slice(Math.max(0, offset - NEAR), offset))) return items;
  return [{ ...first, disputed: true }, ...rest];
}

/** Behind a dot where nothing fits as it is: members that are there, and that more must follow. */
async function goingOn(
  hole: OpenHole,
  best: readonly RankedItem[],
  { types, patience = 1 }: ItemServices,
  signal: AbortSignal | undefined,
): Promise<CompletionItem[]> {
  const fills = best.map(({ proposal }) => fillOf(proposal));
  const limits = { deadline: DEADLINE * patience, enough: SHOWN, alone: true, sense: true };
  const results = await types.check(holeRequest(hole), fills, limits, signal);
  return best.flatMap(({ proposal, share }, i): CompletionItem[] => {
    if (results[i] !== 'ok' || proposal.typed?.origin !== 'member' || editsOf(proposal).length > 0) return [];
    const confidence = share * UNFIT;
    return [{ text: proposal.text, confidence, origin: originOf(proposal), checked: false, goesOn: true }];
  });
}

/** What stands of the best, with its confidence. No results: there is no checker for this file. */
function answerOf(
  hole: OpenHole,
  best: readonly RankedItem[],
  results: readonly CheckResult[],
  { types, model }: ItemServices,
  { unsure, loose, lacks }: Pick<TypedHole, 'unsure' | 'loose' | 'lacks'> = {},
  refused = 0,
): CompletionItem[] {
  // What the checker refused was not what the developer wrote: its share goes to the rest.
  let left = 1 - refused;
  for (const [i, { share }] of best.entries()) if (results[i] === 'error') left -= share;
  const isAnswered = results.some((result) => result !== 'unknown');
  // The ranker has learned from one family of languages; elsewhere it orders, and no confidence passes the threshold.
  const isTrained = hole.view.buffer.family === 'ecma';
  // Where a checker is at hand, nothing unchecked is shown: not in a comment, not when it was too late.
  if (types.knows(hole.file) && isTrained && !isAnswered) return [];
  const most = Math.max(...best.map(({ share }, i) => (results[i] === 'error' ? 0 : share)));
  // One is right at most: what is less likely than another is right less often than its share says of a first one.
  const numberOf = (share: number, isLater: boolean): number => {
    const first = calibrated(share, model.calibration);
    return isLater && isTrained && model.later ? Math.min(first, calibrated(share, model.later)) : first;
  };
  const standing = best.flatMap(({ proposal, share, asked }, i): (CompletionItem & { readonly leaves: boolean })[] => {
    // Where a checker answers, what it did not reach is not shown.
    const leaves = results[i] === 'leaves';
    const isNear = results[i] === 'near';
    const isLacking = lacks === true && !isSeveral(proposal.text);
    if (results[i] === 'error' || (isAnswered && results[i] !== 'ok' && !leaves && !isNear)) return [];
    const edits = editsOf(proposal);
    const isAhead = asked && best.some((other, k) => k > i && other.share > share && results[k] !== 'error');
    return [
      {
        text: proposal.text,
        confidence:
          proposal.typed?.odds ?? numberOf(share / Math.max(0.02, left), share < most) * (isTrained ? 1 : 0.5),
        origin: originOf(proposal),
        checked: isAnswered && !unsure && !isNear && !loose && !isLacking,
        ...(isLacking ? { lacks: true } : {}),
        ...(isAnswered && !unsure && loose ? { loose } : {}),
        ...(unsure === 'syntax' ? { unsure: true } : {}),
        ...(asked ? { asked } : {}),
        ...(isAhead ? { ahead: true } : {}),
        ...(edits.length > 0 ? { edits } : {}),
        leaves,
      },
    ];
  });
  return numbersFalling(mendingFirst(standing).slice(0, isTrained ? SHOWN : SHOWN + KEPT));
}

/** The best that makes safe what waits for it comes first, and nothing behind it has a higher number; all others keep their order. */
function mendingFirst(items: readonly (CompletionItem & { readonly leaves: boolean })[]): CompletionItem[] {
  const at = Math.max(
    0,
    items.findIndex(({ leaves }) => !leaves),
  );
  const ordered = items.slice(at, at + 1).concat(items.slice(0, at), items.slice(at + 1));
  const most = at > 0 ? (items[at]?.confidence ?? 1) : 1;
  return ordered.map(({ leaves: _, ...item }) => ({ ...item, confidence: Math.min(item.confidence, most) }));
}

/**
 * What was put before likelier ones keeps its own number, which is no reason to show it unasked, and none after it has more. What is
 * shown at all is decided by a text's own number.
 */
function numbersFalling(items: readonly CompletionItem[]): CompletionItem[] {
  let least = Number.POSITIVE_INFINITY;
  return items.map((item) => {
    least = Math.min(least, item.confidence);
    return least < item.confidence ? { ...item, confidence: least, own: item.confidence } : item;
  });
}

export function fillOf(proposal: Proposal): Fill {
  const edits = editsOf(proposal);
  return { text: proposal.text, ...(edits.length > 0 ? { edits } : {}) };
}

export function holeRequest(hole: OpenHole): HoleRequest {
  return { file: hole.file, text: hole.request.text, offset: hole.view.offset, suffixOffset: hole.view.suffixOffset };
}

function originOf({ typed, beam, analogy, composed, near, member, literal, series }: Proposal): string {
  const parts = [
    typed?.origin,
    beam === undefined ? undefined : 'ngram',
    analogy && 'analogy',
    composed && 'shape',
    near === undefined ? undefined : 'near',
    member === undefined ? undefined : 'member',
    literal && 'literal near',
    series && 'series',
  ];
  return parts.filter((part) => part !== undefined).join('+');
}
