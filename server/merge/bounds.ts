/**
 * A lower and an upper bound that crossed: each side moved one of them, and in each side they still were in order. Read from lines
 * that give a number to a name, in any language: `min: 5` and `max: 3`.
 */

export interface Crossed {
  readonly low: { readonly name: string; readonly number: string };
  readonly high: { readonly name: string; readonly number: string };
}

const LOWER: ReadonlyMap<string, string> = new Map([
  ['min', 'max'],
  ['minimum', 'maximum'],
  ['low', 'high'],
  ['lower', 'upper'],
  ['floor', 'ceiling'],
]);
const UPPER = new Set(LOWER.values());
/** Two bounds stand this near, in lines. */
const NEAR = 12;
const LINE = 200;

const GIVES =
  /(["']?)([\p{L}_$][\p{L}\p{N}_$-]*)\1\s*(?::\s*[\p{L}_][\w<>]*\s*)?(?:=|:)\s*(-?\d+(?:\.\d+)?)(?=\s*(?:$|[,;)}\]#/]))/u;

/** Pairs that cross in the result, and in no version of it. */
export function crossedIn(versions: readonly string[], result: string): Crossed[] {
  const found = pairsIn(result).filter(({ low, high }) => Number(low.number) > Number(high.number));
  if (found.length === 0) return [];
  const keyOf = ({ low, high }: Crossed) => `${low.name} ${low.number} ${high.name} ${high.number}`;
  const before = versions.flatMap((text) => pairsIn(text));
  const known = new Set(before.map(keyOf));
  // Two that stood the other way round in a version are no bounds of one thing.
  const isOrdered = ({ low, high }: Crossed) =>
    before.every(
      (one) =>
        one.low.name !== low.name || one.high.name !== high.name || Number(one.low.number) <= Number(one.high.number),
    );
  return found.filter((one) => !known.has(keyOf(one)) && isOrdered(one));
}

function pairsIn(text: string): Crossed[] {
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
    const bound = boundOf(name);
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
function boundOf(name: string): { stem: string; isLow: boolean } | undefined {
  if (name.length > 60) return undefined;
  const words = name
    .replace(/([\p{Ll}\p{N}])(\p{Lu})/gu, '$1_$2')
    .toLowerCase()
    .split(/[_$-]+/);
  const place = words.findIndex((word) => LOWER.has(word) || UPPER.has(word));
  const word = words[place];
  if (word === undefined) return undefined;
  const isLow = LOWER.has(word);
  words[place] = `<${LOWER.get(word) ?? word}`;
  return { stem: words.join('_'), isLow };
}
