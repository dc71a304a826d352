/** Words of identifiers: how alike two names are, as people read them. */

const known = new Map<string, readonly string[]>();

/** Remembered: the names of a project are compared at every hole. */
export function wordsOf(name: string): readonly string[] {
  const found = known.get(name);
  if (found) return found;
  if (known.size > 50_000) known.clear();
  const words = split(name);
  known.set(name, words);
  return words;
}

function split(name: string): string[] {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word.length > 0)
    .map((word) => (word.length > 3 && word.endsWith('s') && !word.endsWith('ss') ? word.slice(0, -1) : word));
}

/** 1: the same words; 0: none in common. The last word, which says what a thing is, counts twice. */
export function likeness(a: string, b: string): number {
  if (a === b) return 1;
  const x = wordsOf(a);
  const y = wordsOf(b);
  if (x.length === 0 || y.length === 0) return 0;
  const weigh = (words: readonly string[]): number => words.length + 1;
  let common = 0;
  for (let i = 0; i < x.length; i++) {
    const word = x[i] ?? '';
    if (y.includes(word) && x.indexOf(word) === i) common += 1;
  }
  if (x.at(-1) === y.at(-1)) common += 1;
  return Math.min(0.95, (2 * common) / (weigh(x) + weigh(y)));
}

/** `key, value`: values with a comma between. */
export function isSeveral(text: string): boolean {
  if (!text.includes(',')) return false;
  const bare = text.replace(/'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|`(?:[^`\\]|\\.)*`/g, '');
  let depth = 0;
  for (const sign of bare) {
    if ('([{'.includes(sign)) depth++;
    else if (')]}'.includes(sign)) depth--;
    else if (sign === ',' && depth === 0) return true;
  }
  return false;
}
