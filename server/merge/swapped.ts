/**
 * Two things that each side put in the other order, in its own line: `x, y = b, a` by ours and `draw(y, x)` by theirs. Each mends a
 * mix-up, and both together bring it back. Read from lines: a line of the base with two of its words exchanged.
 */
import { splitLines } from '../text/lines.ts';

export interface SwappedTwice {
  readonly ours: string;
  readonly theirs: string;
}

const NEAR = 8;
const LINE = 200;
const LINES = 1000;
const WORD = /[\p{L}_$][\p{L}\p{N}_$]*/gu;

/** @param versions base, ours and theirs. */
export function swappedTwice([base, left, right]: readonly [string, string, string], result: string): SwappedTwice[] {
  const own = splitLines(result).map((line) => (line.length > LINE ? '' : line.trim()));
  if (own.length > LINES) return [];
  const [had, ours, theirs] = [base, left, right].map((text) => new Set(splitLines(text).map((line) => line.trim())));
  if (!had || !ours || !theirs) return [];
  const bySorted = new Map([...had].map((line) => [sorted(line), line]));
  const swaps = own.flatMap((line, at) => {
    if (had.has(line) || ours.has(line) === theirs.has(line)) return [];
    const before = bySorted.get(sorted(line));
    const pair = before === undefined ? undefined : exchanged(before, line);
    return pair ? [{ line, at, isOurs: ours.has(line), pair }] : [];
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
