/**
 * One text's words in the layout of another. `base` was edited on one side and only laid out anew on the other: what stands
 * between two words of the base is taken from the new layout, and what stands around new words follows what the new layout did
 * between words like them. Pure: whether the result means the same is for the caller to ask.
 */
import type { Change } from '../../diff/change.ts';
import type { Tokens } from '../../syntax/tree.ts';

export interface Laid {
  readonly text: string;
  readonly tokens: Tokens;
}

/** @param changes base → edited. `formatted` has the very tokens of `base`. */
export function relayout(base: Laid, formatted: Laid, edited: Laid, changes: readonly Change[]): string {
  const count = edited.tokens.count;
  const { leads, ends } = placesOf(base.tokens.count, count, changes);
  const learned = learn(base, formatted);
  let out = '';
  for (let at = 0; at <= count; at++) {
    // What stands before token `at` is what stood before that token of the base, if both its neighbours say so.
    const after = ends[at] ?? -1;
    const before = leads[at] ?? -1;
    const own = gapOf(edited, at);
    const words: Pair = [wordAt(edited, at - 1), wordAt(edited, at)];
    out +=
      before === after && before >= 0
        ? kept(own, gapOf(base, before), gapOf(formatted, before))
        : fresh(own, words, learned, [after, before]);
    out += wordAt(edited, at);
  }
  return out;

  /** Beside new words. */
  function fresh(own: string, words: Pair, known: Learned, places: readonly number[]): string {
    const like = own.includes('\n') ? undefined : known.between(words, own);
    if (like !== undefined) return like;
    // A whole line, or what opens or closes one, put where the base had the same gap.
    for (const place of places) {
      if (place < 0 || gapOf(base, place) !== own || hugs(words)) continue;
      const now = gapOf(formatted, place);
      // Where a line was too long, other words may not be: it stays one.
      if (now.includes('\n') === own.includes('\n') || (now.includes('\n') && parts(words))) return now;
    }
    return known.indented(own, Math.max(...places));
  }
}

type Pair = readonly [string, string];

/** Signs that stand close to the word before them, or keep the word behind them close, in every layout. */
const hugs = ([before, after]: Pair): boolean => /^[,;.)\]]$/.test(after) || /^[.([]$/.test(before);

/** What stands on both sides of a new line in every layout that has one there. */
const parts = ([before, after]: Pair): boolean => /^[{;}]$/.test(before) || after === '}';

/**
 * For each gap of the edited text the gap of the base that its right neighbour (`leads`) and its left one (`ends`) know it for,
 * counted by the token behind it. -1: the neighbour is new. What replaces as many words stands where these stood.
 */
function placesOf(from: number, to: number, changes: readonly Change[]): { leads: Int32Array; ends: Int32Array } {
  const leads = new Int32Array(to + 1).fill(-1);
  const ends = new Int32Array(to + 1).fill(-1);
  let [a, b] = [0, 0];
  ends[0] = 0;
  const match = (i: number, j: number) => {
    leads[j] = i;
    ends[j + 1] = i + 1;
  };
  for (const { aStart, aEnd, bStart, bEnd } of changes) {
    for (; b < bStart; a++, b++) match(a, b);
    const replaced = aEnd - aStart;
    if (replaced === bEnd - bStart) for (let k = 0; k < replaced; k++) match(aStart + k, bStart + k);
    [a, b] = [aEnd, bEnd];
  }
  for (; b < to; a++, b++) match(a, b);
  leads[to] = from;
  return { leads, ends };
}

/** Between two words that the base has beside each other too: white space is merged like anything else. */
function kept(own: string, was: string, now: string): string {
  if (own === was) return now;
  if (now === was) return own;
  // Blank lines of the one, indentation of the other.
  if (own.includes('\n') && linesIn(was) === linesIn(now))
    return own.slice(0, own.lastIndexOf('\n') + 1) + now.slice(now.lastIndexOf('\n') + 1);
  return now;
}

interface Learned {
  /** What the new layout puts between such words where the old one has `gap`, on one line; undefined: nothing, or several things. */
  between(words: Pair, gap: string): string | undefined;
  /** The indentation of a new line, as lines like it near that place of the base have it now. */
  indented(gap: string, place: number): string;
}

function learn(base: Laid, formatted: Laid): Learned {
  const gaps = new Map<string, string | undefined>();
  const note = (key: string, gap: string) => gaps.set(key, gaps.has(key) && gaps.get(key) !== gap ? undefined : gap);
  const lines: { readonly place: number; readonly was: string; readonly now: string }[] = [];
  for (let at = 0; at < base.tokens.count; at++) {
    const [was, now] = [gapOf(base, at), gapOf(formatted, at)];
    const opens = at === 0 ? '\n' : '';
    if ((opens + was).includes('\n') && (opens + now).includes('\n'))
      lines.push({ place: at, was: lastLine(was), now: lastLine(now) });
    if (at === 0 || was.includes('\n') || now.includes('\n')) continue;
    for (const key of keysOf([wordAt(base, at - 1), wordAt(base, at)], was)) note(key, now);
  }
  return {
    between: (words, gap) => {
      for (const key of keysOf(words, gap)) if (gaps.has(key)) return gaps.get(key);
      return undefined;
    },
    indented: (gap, place) => {
      if (!gap.includes('\n')) return gap;
      const wanted = lastLine(gap);
      const far = (line: (typeof lines)[number]) => Math.abs(line.place - place);
      let above: (typeof lines)[number] | undefined;
      for (const line of lines) {
        if (!wanted.startsWith(line.was)) continue;
        const nearer = !above || line.was.length > above.was.length;
        if (nearer || (line.was.length === above?.was.length && far(line) < far(above))) above = line;
      }
      if (!above) return gap;
      return gap.slice(0, gap.length - wanted.length) + above.now + wanted.slice(above.was.length);
    },
  };
}

/** From the very words to words of their kind. */
function* keysOf([before, after]: Pair, gap: string): Generator<string> {
  yield `${before}\n${after}\n${gap}`;
  yield `${before}\n${kindOf(after)}\n${gap}\n>`;
  yield `${kindOf(before)}\n${after}\n${gap}\n<`;
  yield `${kindOf(before)}\n${kindOf(after)}\n${gap}\n=`;
}

const kindOf = (word: string): string => (/^[\w$"'`]/.test(word) ? 'w' : word);

const linesIn = (gap: string): number => gap.split('\n').length - 1;

const lastLine = (gap: string): string => gap.slice(gap.lastIndexOf('\n') + 1);

const wordAt = ({ text, tokens }: Laid, at: number): string =>
  at < 0 || at >= tokens.count ? '' : text.slice(tokens.start[at], tokens.end[at]);

/** What stands before a token; of the number of tokens, what stands behind the last. */
const gapOf = ({ text, tokens }: Laid, at: number): string =>
  at < 0 ? '' : text.slice(at === 0 ? 0 : tokens.end[at - 1], at < tokens.count ? tokens.start[at] : text.length);
