/**
 * Two things that each side put in the other order, in its own line: `x, y = b, a` by ours and `draw(y, x)` by theirs. Each mends a
 * mix-up, and both together bring it back. Read from lines: a line of the base with two of its words exchanged.
 */
import type { OwnLine } from './ownLines.ts';

export interface SwappedTwice {
  readonly ours: string;
  readonly theirs: string;
}

const NEAR = 8;
const LONG = 200;
const WORD = /[\p{L}_$][\p{L}\p{N}_$]*/gu;

/** @param edited lines that one side alone wrote. */
export function swappedTwice(edited: readonly OwnLine[], base: () => ReadonlySet<string>): SwappedTwice[] {
  const short = edited.filter(({ line }) => line.length <= LONG);
  if (short.length < 2) return [];
  const asked = new Set(short.map(({ line }) => sorted(line)));
  // The base is read for lines of as many units: the same words are as long in any order.
  const lengths = new Set(short.map(({ line }) => line.length));
  const bySorted = new Map<string, string>();
  for (const line of base()) {
    if (!lengths.has(line.length)) continue;
    const key = sorted(line);
    if (asked.has(key)) bySorted.set(key, line);
  }
  if (bySorted.size === 0) return [];
  const swaps = short.flatMap(({ line, at, by }) => {
    const before = bySorted.get(sorted(line));
    const pair = before === undefined ? undefined : exchanged(before, line);
    return pair ? [{ line, at, isOurs: by === 'ours', pair }] : [];
  });
  return swaps.flatMap((one, i) =>
    swaps.slice(i + 1).flatMap((other): SwappedTwice[] => {
      if (one.isOurs === other.isOurs || other.at - one.at > NEAR) return [];
      const isAboutIt = has(one.line, other.pair) || has(other.line, one.pair);
      const [mine, foreign] = one.isOurs ? [one.line, other.line] : [other.line, one.line];
      return isAboutIt ? [{ ours: mine, theirs: foreign }] : [];
    }),
  );
}

const wordsOf = (line: string): string[] => line.match(WORD) ?? [];
/** The words in order of the alphabet, and all that is no word. */
const sorted = (line: string): string =>
  `${wordsOf(line).sort().join(' ')} ${line.replace(WORD, '').replace(/\s+/g, '')}`;

/** The two words that changed places, where nothing else did. */
function exchanged(before: string, now: string): readonly [string, string] | undefined {
  const [a, b] = [wordsOf(before), wordsOf(now)];
  const apart = a.flatMap((word, k) => (word === b[k] ? [] : [k]));
  const [i = 0, k = 0] = apart;
  const [some, other] = [a[i], a[k]];
  return apart.length === 2 && some !== undefined && other !== undefined && b[i] === other && b[k] === some
    ? [some, other]
    : undefined;
}

const has = (line: string, pair: readonly string[]): boolean => {
  const words = wordsOf(line);
  return pair.every((word) => words.includes(word));
};
