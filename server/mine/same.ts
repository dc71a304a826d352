/**
 * When a merge counts as the developer's: equal, equal but for whitespace, or the same lines in another order (a trailing
 * comma ignored). Whitespace and line ends are Unicode's, so that figures agree with those of scripts in other languages.
 */

export type Sameness = 'exact' | 'space' | 'lines' | 'wrong';

// All that Unicode calls white space, and the four separators of ASCII; not the byte order mark.
const white = '[\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]';
const whites = new RegExp(`${white}+`, 'g');
const edges = new RegExp(`^${white}+|${white}+$`, 'g');
const line =
  /[^\n\r\v\f\x1c-\x1e\x85\u2028\u2029]*(?:\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029])|[^\n\r\v\f\x1c-\x1e\x85\u2028\u2029]+$/g;

/** Lines with their ends, at every line end Unicode knows. */
export function unicodeLines(text: string): string[] {
  return text.match(line) ?? [];
}

/** A text without its white space: two texts that are equal so are one text to a developer. */
export function withoutSpace(text: string): string {
  return text.replace(whites, '');
}

export function strip(text: string): string {
  return text.replace(edges, '');
}

/** How alike two texts are. */
export function same(a: string, b: string): Sameness {
  if (a === b) return 'exact';
  if (withoutSpace(a) === withoutSpace(b)) return 'space';
  return equalBags(bagOfLines(a), bagOfLines(b)) ? 'lines' : 'wrong';
}

function bagOfLines(text: string): Map<string, number> {
  const bag = new Map<string, number>();
  for (const whole of unicodeLines(text)) {
    const kept = strip(strip(whole).replace(/,+$/, ''));
    if (kept !== '') bag.set(kept, (bag.get(kept) ?? 0) + 1);
  }
  return bag;
}

function equalBags(a: ReadonlyMap<string, number>, b: ReadonlyMap<string, number>): boolean {
  return a.size === b.size && [...a].every(([text, n]) => b.get(text) === n);
}
