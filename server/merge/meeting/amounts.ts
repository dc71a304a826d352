/**
 * An amount whose number is one side's and whose unit the other's, so that neither meant it: `every: 30` with `unit: "m"`, `(5000, SECONDS)`.
 * Read from lines, in any language; only where the unit is written as one.
 */

export interface Mixed {
  readonly number: string;
  readonly unit: string;
}

const NUMBER = '(-?\\d[\\d_]*(?:\\.\\d+)?)';
const LINE = 200;
const WORDS =
  '(?:nano|micro|milli)?seconds?|millis|minutes?|hours?|days?|weeks?|bytes|(?:kilo|mega|giga)bytes|percent|pixels?';
/** One behind the other: `5000, TimeUnit.SECONDS`. */
const BESIDE = new RegExp(`(?<![\\w.])${NUMBER}\\s{0,80},\\s{0,80}(?:[\\w.:]{0,60}[.:])?(${WORDS})\\b`, 'giu');
/** In a line of its own, beside one that gives a number to a name. */
const UNIT = /^\s*["']?[\w.-]*unit["']?\s*(?::|=>?)\s*["']?([\w.:%]+)/iu;
/** What amounts are in; `businessUnit: Sales` is none. */
const KNOWN = new RegExp(
  `^(?:${WORDS}|[nuµm]?s|secs?|m|mins?|h|hrs?|d|px|r?em|pt|%|b|[kmgt]i?b?|[cmk]?m|inch(?:es)?|in|ft|miles?|mi|kg|g|lbs?|oz|l|ml|c|f|k|usd|eur|cents?)$`,
  'i',
);
const GIVES = new RegExp(`^\\s*(?:[\\w<>]+\\s+)*["']?[\\w.-]+["']?\\s*(?::|=>?)\\s*${NUMBER}\\s*[,;]?\\s*$`, 'u');

/** Amounts of the result that no version has. */
export function mixedIn(versions: readonly string[], result: string): Mixed[] {
  const found = amountsIn(result);
  if (found.length === 0) return [];
  const keyOf = ({ number, unit }: Mixed) => `${number} ${unit}`;
  const all = versions.map(amountsIn);
  const known = new Set(all.flat().map(keyOf));
  // Both parts are somebody's: what was written anew is no mixture.
  const isHeld = (one: Mixed) =>
    all.flat().some(({ number }) => number === one.number) && all.flat().some(({ unit }) => unit === one.unit);
  return found.filter((one) => !known.has(keyOf(one)) && isHeld(one));
}

function amountsIn(text: string): Mixed[] {
  if (!/unit|second|millis|minute|hour|days?\b|week|bytes|percent|pixel/i.test(text)) return [];
  const found: Mixed[] = [];
  for (const [, number = '', unit = ''] of text.matchAll(BESIDE)) found.push({ number, unit });
  const lines = text.split('\n').map((line) => (line.length > LINE ? '' : line));
  for (const [i, line] of lines.entries()) {
    const unit = UNIT.exec(line)?.[1];
    if (unit === undefined || !KNOWN.test(unit.slice(Math.max(unit.lastIndexOf('.'), unit.lastIndexOf(':')) + 1)))
      continue;
    const number = GIVES.exec(lines[i - 1] ?? '')?.[1] ?? GIVES.exec(lines[i + 1] ?? '')?.[1];
    if (number !== undefined) found.push({ number, unit });
  }
  return found;
}
