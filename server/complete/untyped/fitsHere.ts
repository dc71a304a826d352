/**
 * What suits a hole of Python, Go or Java where nobody knows types: the values in scope and what they have, against what the text
 * says is wanted there: the parameter that an argument is for, a written result, the other side of a comparison, a condition. What
 * suits comes first; what hardly does (a class where a number is wanted) comes last.
 */
import type { Syntax } from '../../syntax/syntax.ts';
import type { OpenHole } from '../complete.ts';
import type { IndexedFile } from '../index/indexFile.ts';
import type { RankedItem } from '../items/items.ts';
import { isBehindDot } from '../items/memberNames.ts';
import { Judge } from './judgeHere.ts';
import { surroundingsOf } from './scopeNames.ts';
import { wantedAt } from './wantedHere.ts';

export interface Suiting {
  /** Texts to offer, the best first. */
  readonly texts: readonly string[];
  /** Natural log of how much better or worse than its own number a text is; minus infinity for what cannot be. */
  readonly of: (text: string) => number;
}

const families = new Set<IndexedFile['family']>(['python', 'go', 'java']);
const suitings = new WeakMap<OpenHole, Suiting | undefined>();

/** Undefined where nothing is known of what is wanted, or of what there is. */
export function suitingHere(hole: OpenHole, syntax: Syntax | undefined): Suiting | undefined {
  if (suitings.has(hole)) return suitings.get(hole);
  const made = families.has(hole.view.buffer.family) ? suiting(hole, syntax) : undefined;
  suitings.set(hole, made);
  return made;
}

/** How many texts are offered. */
const MOST_TEXTS = 24;
/** From here on a text is one that its place asks for. */
const ASKED = 2;
/** Beside values of the type that is wanted. */
const TRUTH = 2.5;

function suiting(hole: OpenHole, syntax: Syntax | undefined): Suiting | undefined {
  const { texts } = hole.tokens.before;
  if (isBehindDot(texts)) return undefined;
  const { values } = surroundingsOf(hole, syntax);
  const wanted = values.length > 0 ? wantedAt(hole, values) : undefined;
  if (!wanted) return undefined;
  const judge = new Judge(hole, values, wanted);
  const offered = new Map<string, number>();
  for (const { text, type } of judge.valuesAtHand()) offered.set(text, judge.fit(text, type));
  for (const text of judge.truths()) offered.set(text, TRUTH);
  if (wanted.isCondition) for (const [text, fit] of judge.conditions()) offered.set(text, fit);
  const best = [...offered].filter(([, fit]) => fit > 0).sort((a, b) => b[1] - a[1]);
  return {
    texts: best.slice(0, MOST_TEXTS).map(([text]) => text),
    of: (text) => offered.get(text) ?? judge.fitOfOther(text),
  };
}

/** What has this share at least stays first, whatever else would suit: how code is written says more than types that are guessed. */
const SURE = 0.15;

/** The same items with what suits first, and without what cannot be. Each keeps its own share. */
export function suitingFirst(ranked: readonly RankedItem[], { of }: Suiting): readonly RankedItem[] {
  const keyed = ranked.map((item) => {
    const fit = of(item.proposal.text);
    const key = Math.log(Math.max(item.share, 1e-7)) + fit;
    return { item: fit >= ASKED ? { ...item, asked: true } : item, key };
  });
  const sorted = keyed.filter(({ key }) => key > Number.NEGATIVE_INFINITY).sort((a, b) => b.key - a.key);
  const items = sorted.map(({ item }) => item);
  const sure = items.find(({ share }) => share >= SURE && items.every((other) => other.share <= share));
  return sure ? [sure, ...items.filter((item) => item !== sure)] : items;
}
