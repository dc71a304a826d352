/**
 * A lower and an upper bound that crossed: each side moved one of them, and in each side they still were in order. Read from lines
 * that give a number to a name, in any language: `min: 5` and `max: 3`. Of `first` and `last`, which need not be bounds, only where
 * each side is seen to have moved one, and all three versions have them in order.
 */
import { nameWords } from '../../text/nameWords.ts';
import { entriesIn } from '../lines/entries.ts';

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
  ['open', 'close'],
  ['opens', 'closes'],
  ['since', 'until'],
  ['after', 'before'],
  ['requests', 'limits'],
  ['read', 'total'],
  ['connect', 'total'],
]);
/** Two bounds stand this near, in lines. */
const NEAR = 12;
const LINE = 200;

/** A date, a time of day, or a number with a unit. */
const VALUE =
  '\\d{4}-\\d\\d-\\d\\d(?:[T ][\\d:]+)?|\\d\\d?:\\d\\d(?::\\d\\d)?|-?\\d[\\d_]*(?:\\.\\d+)?(?:[A-Za-z]{1,3}|%)?';
const GIVES = new RegExp(
  `(["']?)([\\p{L}_$][\\p{L}\\p{N}_$-]*)\\1\\s*(?::\\s*[\\p{L}_][\\w<>]*\\s*)?(?:=|:)\\s*(["']?)(${VALUE})\\3(?=\\s*(?:$|[,;)}\\]#/]))`,
  'u',
);
/** `day >= '2024-01-01'` */
const COMPARES = new RegExp(`([\\p{L}_][\\w.]*)\\s*(>=?|<=?)\\s*(["']?)(${VALUE})\\3(?![\\w.])`, 'gu');
/** What a bound stands in says which it is: `requests:`, and `cpu: 200m` in it. */
const AROUND = /^(?:requests?|limits?)$/;

const BYTES: Readonly<Record<string, number>> = {
  k: 1e3,
  m: 1e6,
  g: 1e9,
  t: 1e12,
  ki: 2 ** 10,
  mi: 2 ** 20,
  gi: 2 ** 30,
  ti: 2 ** 40,
};

/** Whether one is more than the other; false where they do not compare. */
function isMore(some: string, other: string): boolean {
  const [a, b] = [quantityOf(some), quantityOf(other)];
  return a !== undefined && b !== undefined && a.kind === b.kind && a.value > b.value;
}

function quantityOf(text: string): { readonly kind: string; readonly value: number } | undefined {
  if (/^\d{4}-/.test(text)) return { kind: `date ${text.length}`, value: Number(text.replace(/\D/g, '')) };
  const [, hour, minute, second = '0'] = /^(\d\d?):(\d\d)(?::(\d\d))?$/.exec(text) ?? [];
  if (hour !== undefined) return { kind: 'time', value: Number(hour) * 3600 + Number(minute) * 60 + Number(second) };
  const [, number = '', unit = ''] = /^(-?[\d_.]+)([A-Za-z%]*)$/.exec(text) ?? [];
  const value = Number(number.replaceAll('_', ''));
  const size = BYTES[unit.toLowerCase().replace(/b$/, '')];
  // `m` is a thousandth, a minute or a million: it compares with its like alone.
  if (size !== undefined && unit !== 'm') return { kind: 'bytes', value: value * size };
  return number === '' ? undefined : { kind: unit, value };
}

/** Pairs that cross in the result, and in no version of it. */
export function crossedIn(versions: readonly [base: string, left: string, right: string], result: string): Crossed[] {
  const isCrossed = ({ low, high }: Crossed) => isMore(low.number, high.number);
  return [BOUNDS, ENDS].flatMap((names) => {
    const found = pairsIn(result, names).filter(isCrossed);
    if (found.length === 0) return [];
    // Of the versions only lines that may have these names are read.
    const words = [
      ...new Set(
        found.flatMap(({ low, high }) => [low.name, high.name].map((name) => name.slice(name.lastIndexOf('.') + 1))),
      ),
    ];
    const before = versions.map((text) => pairsIn(text, names, words));
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

interface Bound {
  readonly stem: string;
  readonly isLow: boolean;
  readonly at: number;
  readonly name: string;
  readonly number: string;
}

function pairsIn(text: string, names: Names, words?: readonly string[]): Crossed[] {
  const bounds: Bound[] = [];
  const within = names === ENDS && /^[ \t]*(?:requests|limits)\b/m.test(text) ? entriesIn(text) : [];
  let at = 0;
  for (let start = 0; start < text.length; at++) {
    const newline = text.indexOf('\n', start);
    const end = newline < 0 ? text.length : newline;
    const line = end - start > LINE ? '' : text.slice(start, end);
    start = end + 1;
    const isAsked = !words || words.some((word) => line.includes(word));
    const [, , name = '', , number = ''] = (isAsked && givesNumber(line) && GIVES.exec(line)) || [];
    const bound = boundOf(name, names);
    if (bound) bounds.push({ ...bound, at, name, number });
    else if (names === ENDS) {
      for (const [, asked = '', sign = '', , value = ''] of isAsked && /[<>]/.test(line) ? line.matchAll(COMPARES) : [])
        bounds.push({ stem: `${asked} <>`, isLow: sign.startsWith('>'), at, name: asked, number: value });
      for (const entry of within)
        if (entry.line === at && AROUND.test(entry.parent)) {
          const own = boundOf(`${entry.parent}_${entry.name}`, names);
          if (own) bounds.push({ ...own, at, name: `${entry.parent}.${entry.name}`, number: entry.value });
        }
    }
  }
  // A low and a high one side by side: others of the same name belong to something else.
  return bounds.flatMap((one, i) => {
    const next = bounds.slice(i + 1, i + 3).find(({ stem }) => stem === one.stem);
    if (!next || next.isLow === one.isLow || next.at - one.at > NEAR) return [];
    const [low, high] = one.isLow ? [one, next] : [next, one];
    return [{ low: { name: low.name, number: low.number }, high: { name: high.name, number: high.number } }];
  });
}

/** Whether a digit stands behind a `=` or `:`: most lines need not be read closer. */
function givesNumber(line: string): boolean {
  let gives = false;
  for (let i = 0; i < line.length; i++) {
    const unit = line.charCodeAt(i);
    if (unit === 58 || unit === 61) gives = true;
    else if (gives && unit >= 48 && unit <= 57) return true;
  }
  return false;
}

/** `minReplicas` and `max_replicas` have the stem `replicas`, with which bound it is. */
function boundOf(name: string, names: Names): { stem: string; isLow: boolean } | undefined {
  if (name === '' || name.length > 60) return undefined;
  const words = nameWords(name);
  const uppers = new Set(names.values());
  const place = words.findIndex((word) => names.has(word) || uppers.has(word));
  const word = words[place];
  if (word === undefined) return undefined;
  words[place] = `<${names.get(word) ?? word}`;
  return { stem: words.join('_'), isLow: names.has(word) };
}
