/**
 * One side changed what stood there and the other took it away from there, into a setting, a helper or another file: `FEE = 0.029` made
 * 0.031 here, imported there; a condition more here, the whole check called by a name there. A text without the change loses it in
 * silence: where it belongs now nobody can tell from this file.
 */
import { nameWords } from '../../text/nameWords.ts';
import { cut, type Placed } from '../edits.ts';

export interface GoneValue {
  /** Who took it away. */
  readonly by: 'ours' | 'theirs';
  readonly was: string;
  readonly now: string;
}

/** In words: a longer stretch is code that was written anew, and what the other changed in it went with it. */
const MOST = 40;
/** Words of the change itself. */
const SMALL = 8;

/** Of one text; @param placed both sides' edits in it. */
export function goneValues({ left, right }: { readonly left: Placed; readonly right: Placed }): GoneValue[] {
  return [...goneIn(left, right, 'ours'), ...goneIn(right, left, 'theirs')];
}

function goneIn(by: Placed, other: Placed, name: GoneValue['by']): GoneValue[] {
  // Nothing of the other side but this: more edits that are dropped are told by their number.
  const [edit] = other.changes;
  if (!edit || other.changes.length > 1 || by.base.ids.length > MOST) return [];
  const [was, now] = [cut(by.base, edit.aStart, edit.aEnd), cut(other.side, edit.bStart, edit.bEnd)];
  if (edit.aEnd - edit.aStart > SMALL || edit.bEnd - edit.bStart > SMALL || isInResult(other, edit)) return [];
  const over = by.changes.find(({ aStart, aEnd }) => aStart <= edit.aStart && aEnd >= edit.aEnd && aEnd > aStart);
  // What this side wrote instead, wherever a script puts it: the stretch is short.
  const instead = by.changes.flatMap(({ bStart, bEnd }) => wordsIn(by.side, bStart, bEnd));
  if (!over || !instead.some((word) => /\p{L}/u.test(word))) return [];
  // A condition goes with what stands before it.
  if (was === '') return edit.aStart > over.aStart && ADDS_CONDITION.test(now) ? [{ by: name, was: '', now }] : [];
  const [before, after] = [wordsIn(by.base, edit.aStart, edit.aEnd), wordsIn(other.side, edit.bStart, edit.bEnd)];
  const isGone = KINDS.some((kind) => {
    const [old, made] = [before.filter(kind), after.filter(kind)];
    if (old.length === 0 || made.length === 0 || old.join(' ') === made.join(' ')) return false;
    // It was moved as it was, or nothing of its kind stands there, or what does has another name.
    return old.some((word) => instead.includes(word)) || !instead.some(kind) || isNameGone(by, edit.aStart, instead);
  });
  const isTakenAway = over.aEnd - over.aStart > edit.aEnd - edit.aStart;
  return isGone || (isTakenAway && isVariant(before, after)) ? [{ by: name, was, now }] : [];
}

/** One name for another of the same words and more: `load`, `safe_load`; `sortedBy`, `sortedByDescending`. */
function isVariant([old, ...before]: readonly string[], [made, ...after]: readonly string[]): boolean {
  if (old === undefined || made === undefined || before.length + after.length > 0 || !/^\p{L}/u.test(old)) return false;
  const [some, others] = [nameWords(old), nameWords(made)];
  const [fewer, more] = some.length < others.length ? [some, others] : [others, some];
  return fewer.length < more.length && fewer.every((word) => more.includes(word));
}

/** The name before a value: `acl` in `acl = "private"`. */
function isNameGone({ base, fromBase }: Placed, at: number, instead: readonly string[]): boolean {
  const near = wordsIn(base, Math.max(0, at - 3), at);
  const back = near.reverse().findIndex((word) => /^[\p{L}_"']/u.test(word));
  const written = near[back];
  return written !== undefined && (fromBase[at - 1 - back] ?? -1) < 0 && !instead.includes(written);
}

/** Any word that only this edit wrote, or any that it took away. */
function isInResult({ base, side, fromSide, fromBase }: Placed, edit: Placed['changes'][number]): boolean {
  if (!fromSide) return true;
  let isNew = false;
  for (let k = edit.bStart; k < edit.bEnd; k++) {
    if (base.ids.includes(side.ids[k] ?? -1)) continue;
    isNew = true;
    if ((fromSide[k] ?? -1) >= 0) return true;
  }
  for (let k = edit.aStart; k < edit.aEnd; k++) if ((fromBase[k] ?? -1) >= 0) return true;
  return !isNew;
}

function wordsIn(words: Placed['side'], from: number, to: number): string[] {
  const { start, end } = words.tokens;
  return Array.from({ length: to - from }, (_, k) => words.text.slice(start[from + k], end[from + k]));
}

/** What is written out, by its kind: a number with its unit, a text. */
const KINDS: readonly ((word: string) => boolean)[] = [
  (word) => /^\d/.test(word),
  (word) => /^["'`]/.test(word) && word.length > 1,
];
const ADDS_CONDITION = /(?:&&|\|\||\b(?:and|or)\b).*\p{L}/su;
