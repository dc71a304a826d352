/** What expressions look like, as numbers, and ranks among proposals: parts of the rows that the ranker reads. */
import { isString } from '../holeTokens.ts';

/** What an expression looks like, as a number. */
export function formOf(text: string, tokens: readonly string[]): number {
  const first = tokens[0] ?? '';
  if (tokens.includes('=>')) return 0;
  if (first === 'await') return 1;
  if (first === 'new') return 2;
  if (first === '{') return 3;
  if (first === '[') return 4;
  if (first === '`') return 5;
  if (tokens.length === 1 && isString(first)) return text.length <= 2 ? 6 : 7;
  if (tokens.length <= 2 && /^-?\d/.test(text)) return 8;
  if (tokens.length === 1 && /^(?:true|false|True|False)$/.test(first)) return 9;
  if (tokens.length === 1 && /^(?:null|undefined|None|void)$/.test(first)) return 10;
  if (/^[\w$#]+$/.test(text)) return /^[A-Z]/.test(text) ? 12 : 11;
  if (/^[\w$#.?]+$/.test(text)) return text.startsWith('this.') || text.startsWith('self.') ? 14 : 13;
  if (text.endsWith(')') && /^[\w$#.?]+\(/.test(text)) return 15;
  if (first === '!' || first === 'not') return 16;
  if (first === '...') return 17;
  return 18;
}

/** Rank by the n-gram among the proposals of one form. */
export function ranksWithin(forms: readonly number[], logs: readonly number[]): number[] {
  const order = logs.map((log, i) => ({ i, log })).sort((a, b) => b.log - a.log || a.i - b.i);
  const taken = new Map<number, number>();
  const ranks = new Array<number>(logs.length).fill(0);
  for (const { i } of order) {
    const form = forms[i] ?? 0;
    const rank = taken.get(form) ?? 0;
    ranks[i] = rank;
    taken.set(form, rank + 1);
  }
  return ranks;
}

export function ranksOf<T>(list: readonly T[], key: (item: T, i: number) => number): number[] {
  const order = list.map((item, i) => ({ i, key: key(item, i) })).sort((a, b) => a.key - b.key || a.i - b.i);
  const ranks = new Array<number>(list.length).fill(0);
  order.forEach(({ i }, rank) => {
    ranks[i] = rank;
  });
  return ranks;
}
