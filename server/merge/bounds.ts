/**
 * A lower and an upper bound that crossed: each side moved one of them, and in each side they still were in order. Read from lines
 * that give a number to a name, in any language: `min: 5` and `max: 3`. Of `first` and `last`, which need not be bounds, only where
 * each side is seen to have moved one, and all three versions have them in order.
 */
import { nameWords } from '../text/nameWords.ts';

export interface Crossed {
  readonly low: { readonly name: string; readonly number: string };
  readonly high: { readonly name: string; readonly number: string };
}

type Names = ReadonlyMap<string, string>;

const BOUNDS: Names = new Map([
  ['min', 'max'],
  ['minimum', 'maximum'],
  ['low', 'high'],
  ['lower', 'upper'],
  ['floor', 'ceiling'],
]);
const ENDS: Names = new Map([
  ['first', 'last'],
  ['start', 'end'],
  ['begin', 'end'],
  ['from', 'to'],
]);
/** Two bounds stand this near, in lines. */
const NEAR = 12;
const LINE = 200;

const GIVES =
  /(["']?)([\p{L}_$][\p{L}\p{N}_$-]*)\1\s*(?::\s*[\p{L}_][\w<>]*\s*)?(?:=|:)\s*(-?\d+(?:\.\d+)?)(?=\s*(?:$|[,;)}\]#/]))/u;

/** Pairs that cross in the result, and in no version of it. */
export function crossedIn(versions: readonly [base: string, left: string, right: string], result: string): Crossed[] {
  const isCrossed = ({ low, high }: Crossed) => Number(low.number) > Number(high.number);
  return [BOUNDS, ENDS].flatMap((names) => {
    const found = pairsIn(result, names).filter(isCrossed);
    if (found.length === 0) return [];
    const before = versions.map((text) => pairsIn(text, names));
    return found.filter((one) => {
      const alike = before.map((pairs) =>
        pairs.filter(({ low, high }) => low.name === one.low.name && high.name === one.high.name),
      );
      // Two that stood the other way round in a version are no bounds of one thing.
      return !alike.flat().some(isCrossed) && (names === BOUNDS || isMovedByEach(alike, one));
    });
  });
}

/** The lower end is of one side, the upper of the other, and each left the other end as it was. */
function isMovedByEach(alike: readonly (readonly Crossed[])[], { low, high }: Crossed): boolean {
  const [[base, ...more] = [], [left] = [], [right] = []] = alike;
  if (!base || !left || !right || more.length > 0) return false;
  const has = (one: Crossed, lower: string, upper: string) => one.low.number === lower && one.high.number === upper;
  const isOf = (lower: Crossed, upper: Crossed) =>
    has(lower, low.number, base.high.number) && has(upper, base.low.number, high.number);
  return isOf(left, right) || isOf(right, left);
}

function pairsIn(text: string, names: Names): Crossed[] {
  const bounds: {
    readonly stem: string;
    readonly isLow: boolean;
    readonly at: number;
    name: string;
    number: string;
  }[] = [];
  let at = 0;
  for (let start = 0; start < text.length; at++) {
    const newline = text.indexOf('\n', start);
    const end = newline < 0 ? text.length : newline;
    const found = end - start > LINE ? null : GIVES.exec(text.slice(start, end));
    start = end + 1;
    const [, , name = '', number = ''] = found ?? [];
    const bound = boundOf(name, names);
    if (bound) bounds.push({ ...bound, at, name, number });
  }
  // A low and a high one side by side: others of the same name belong to something else.
  return bounds.flatMap((one, i) => {
    const next = bounds.slice(i + 1, i + 3).find(({ stem }) => stem === one.stem);
    if (!next || next.isLow === one.isLow || next.at - one.at > NEAR) return [];
    const [low, high] = one.isLow ? [one, next] : [next, one];
    return [{ low: { name: low.name, number: low.number }, high: { name: high.name, number: high.number } }];
  });
}

/** `minReplicas` and `max_replicas` have the stem `replicas`, with which bound it is. */
function boundOf(name: string, names: Names): { stem: string; isLow: boolean } | undefined {
  if (name.length > 60) return undefined;
  const words = nameWords(name);
  const uppers = new Set(names.values());
  const place = words.findIndex((word) => names.has(word) || uppers.has(word));
  const word = words[place];
  if (word === undefined) return undefined;
  words[place] = `<${names.get(word) ?? word}`;
  return { stem: words.join('_'), isLow: names.has(word) };
}
