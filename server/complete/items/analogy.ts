/**
 * Fills by analogy, in any language: places whose preceding tokens are like the hole's, in the buffer, in files beside it
 * and in the workspace. What stood there is offered as it is, and with names changed as the two places differ:
 * `this.width = size.width;` answers `this.height = ` with `size.height`. Needs no types; the checker judges later.
 */
import { posix } from 'node:path';
import type { HoleView } from '../context/retrieve.ts';
import { expressionEnd, type HoleTokens, isString, isWord } from '../holeTokens.ts';
import type { WorkspaceIndex } from '../index/index.ts';
import { NEWLINE, subtokens } from '../tokens.ts';

export interface Analogy {
  readonly text: string;
  /** How far the two places agree before the hole: tokens, those that differ in name only counted less. */
  readonly score: number;
  readonly from: 'buffer' | 'beside' | 'workspace';
  /** Names were changed. */
  readonly changed: boolean;
  /** How many places gave this text. */
  readonly support: number;
  /** Tokens between the place and the hole, in the buffer. */
  readonly distance: number;
}

/** Tokens of a text, read by place. */
export interface TokenSource {
  readonly length: number;
  token(i: number): string | undefined;
  spaced(i: number): boolean;
}

/** A place in the workspace that the n-gram arrays know: the token at `at` follows what precedes the hole. */
export interface FoundPlace {
  readonly path: string;
  readonly source: TokenSource;
  readonly at: number;
}

const LONGEST = 60;
const LEAD = 20;

interface Match {
  readonly source: TokenSource;
  readonly at: number;
  readonly score: number;
  readonly pairs: readonly (readonly [string, string])[];
  readonly from: Analogy['from'];
  readonly distance: number;
  readonly path: string | undefined;
}

export function analogies(
  index: WorkspaceIndex,
  view: HoleView,
  tokens: HoleTokens,
  places: readonly FoundPlace[],
): Analogy[] {
  const lead = listSource(tokens.before);
  const matches = [
    ...matchesIn(lead, lead, 'buffer', undefined).sort(better).slice(0, 24),
    ...matchesIn(lead, listSource(tokens.after), 'buffer', undefined).sort(better).slice(0, 16),
    ...filesBeside(index, view).flatMap(({ path, source }) =>
      matchesIn(lead, source, 'beside', path).sort(better).slice(0, 6),
    ),
    ...places.map(({ path, source, at }): Match => {
      const { score, pairs } = align(lead, lead.length, source, at);
      return { source, at, score, pairs, from: 'workspace', distance: 0, path };
    }),
  ];
  const found = new Map<string, Analogy>();
  for (const match of matches.sort(better)) for (const fill of fillsOf(match, view)) add(found, fill);
  return [...found.values()].sort((a, b) => b.score - a.score).slice(0, 40);
}

const better = (a: Match, b: Match): number => b.score - a.score || a.distance - b.distance || a.at - b.at;

function add(found: Map<string, Analogy>, fill: Analogy): void {
  const known = found.get(fill.text);
  found.set(fill.text, known ? { ...known, support: known.support + 1 } : fill);
}

export function listSource(text: { readonly texts: readonly string[]; readonly spaced: Uint8Array }): TokenSource {
  return { length: text.texts.length, token: (i) => text.texts[i], spaced: (i) => text.spaced[i] === 1 };
}

/** Places of a text that its preceding tokens make like the hole. */
function matchesIn(lead: TokenSource, source: TokenSource, from: Analogy['from'], path: string | undefined): Match[] {
  const last = lead.token(lead.length - 1);
  if (last === undefined) return [];
  const found: Match[] = [];
  const isSelf = source === lead;
  for (let at = 1; at < source.length; at++) {
    if (!isAlike(last, source.token(at - 1) ?? '')) continue;
    const { score, pairs } = align(lead, lead.length, source, at);
    if (score >= 1.8) found.push({ source, at, score, pairs, from, distance: isSelf ? lead.length - at : at, path });
  }
  return found;
}

/** How far two places agree, read backwards, with the names in which they differ (there, here). */
function align(lead: TokenSource, end: number, source: TokenSource, at: number): Pick<Match, 'score' | 'pairs'> {
  const pairs: (readonly [string, string])[] = [];
  let score = 0;
  for (let k = 1; k <= LEAD; k++) {
    const here = lead.token(end - k);
    const there = source.token(at - k);
    if (here === undefined || there === undefined) break;
    if (here === there) score += here === NEWLINE || here.length === 1 ? 0.8 : 1.4;
    else if (isAlike(here, there)) {
      score += 0.4;
      pairs.push([there, here]);
    } else {
      if (k === 3 && isListed(here) && isListed(there) && lead.token(end - 1) === ':') score += 0.6;
      break;
    }
  }
  return { score, pairs };
}

/** What stands before a key: an object's first stands behind its bracket, the others behind a comma. */
const isListed = (token: string): boolean => token === '{' || token === ',';

function isAlike(a: string, b: string): boolean {
  if (a === b) return true;
  if (isWord(a) && isWord(b)) return true;
  if (isString(a)) return isString(b);
  return /^\d/.test(a) && /^\d/.test(b);
}

function fillsOf(match: Match, view: HoleView): Analogy[] {
  const { source, at, from, score, distance } = match;
  const token = (i: number): string | undefined => source.token(i);
  const end = expressionEnd(token, at, LONGEST);
  if (end <= at) return [];
  const rename = renaming(match, view);
  const print = (change: (token: string, i: number) => string): string => {
    let text = '';
    for (let i = at; i < end; i++) {
      const word = token(i) ?? '';
      if (word === NEWLINE) text += '\n';
      else text += (i > at && source.spaced(i) ? ' ' : '') + change(word, i);
    }
    return text;
  };
  const plain = print((word) => word);
  if (plain.includes('…') || /^[.?]/.test(plain)) return [];
  const changed = print(rename);
  const made = (text: string, isChanged: boolean, share: number): Analogy => ({
    text,
    score: score * share,
    from,
    changed: isChanged,
    support: 1,
    distance,
  });
  return changed === plain ? [made(plain, false, 1)] : [made(changed, true, 1), made(plain, false, 0.8)];
}

export interface WordChange {
  readonly from: readonly string[];
  readonly to: readonly string[];
}

/** Changes a token as the place differs from the hole: whole names, and the words in which names differ. */
function renaming(match: Match, view: HoleView): (token: string) => string {
  const names = new Map<string, string>();
  const changes: WordChange[] = [];
  for (const [there, here] of match.pairs) {
    if (!names.has(there)) names.set(there, here);
    const change = wordChange(bare(there), bare(here));
    if (change) changes.push(change);
  }
  if (match.path !== undefined) {
    const change = wordChange(stem(match.path), stem(view.path));
    if (change) changes.push(change);
  }
  const known = new Map<string, string>();
  return (token) => {
    const whole = names.get(token) ?? known.get(token);
    if (whole !== undefined) return whole;
    let changed = token;
    if (isWord(token) || isString(token)) for (const change of changes) changed = inAnyCase(changed, change);
    known.set(token, changed);
    return changed;
  };
}

const stem = (path: string): string => posix.basename(path).replace(/\..*$/, '');
const bare = (token: string): string => (isString(token) ? token.slice(1, -1) : token);

/** The words in which two names differ, those before and behind left out. */
function wordChange(there: string, here: string): WordChange | undefined {
  const a = subtokens(there);
  const b = subtokens(here);
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start++;
  let end = 0;
  while (end < a.length - start && end < b.length - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end++;
  const from = a.slice(start, a.length - end);
  const to = b.slice(start, b.length - end);
  if (from.length === 0 || to.length === 0 || from.join('').length < 2) return undefined;
  return { from, to };
}

const upper = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);
const pascal = (words: readonly string[]): string => words.map(upper).join('');
const camel = (words: readonly string[]): string => (words[0] ?? '') + pascal(words.slice(1));

/** Replaces words in a token, however they are written there: camelCase, PascalCase, snake_case, kebab-case, CONSTANT. */
export function inAnyCase(token: string, { from, to }: WordChange): string {
  const styles: ((words: readonly string[]) => string)[] = [
    camel,
    pascal,
    (words) => words.join('_'),
    (words) => words.join('-'),
    (words) => words.join('_').toUpperCase(),
  ];
  for (const style of styles) {
    const wanted = style(from);
    const at = token.indexOf(wanted);
    if (at < 0) continue;
    const next = token[at + wanted.length] ?? '';
    const isEnd = /[a-z]/.test(wanted.at(-1) ?? '') ? !/[a-z]/.test(next) || next === 's' : !/[A-Za-z]/.test(next);
    const previous = token[at - 1] ?? '';
    const isStart = /[a-z]/.test(wanted[0] ?? '') ? !/[a-zA-Z]/.test(previous) : !/[A-Z]/.test(previous);
    if (isEnd && isStart) return token.slice(0, at) + style(to) + token.slice(at + wanted.length);
  }
  return token;
}

/** The files most like this one by folder, name and size: their code often differs in names only. */
function filesBeside(index: WorkspaceIndex, view: HoleView): { path: string; source: TokenSource }[] {
  const folder = posix.dirname(view.path);
  const ending = posix.basename(view.path).replace(/^[^.]*/, '');
  const own = new Set(subtokens(stem(view.path)));
  const size = view.text.length;
  const ranked: { path: string; worth: number; source: TokenSource }[] = [];
  for (const file of index.files.values()) {
    const isSameFolder = posix.dirname(file.path) === folder;
    const isSameName = stem(file.path) === stem(view.path);
    if (!(isSameFolder || isSameName) || view.masked(file.path) || !file.path.endsWith(ending)) continue;
    if (file.family !== view.buffer.family || file.tokens.length > 12_000) continue;
    const common = subtokens(stem(file.path)).filter((word) => own.has(word)).length;
    const worth = (isSameName ? 2 : 0) + common - Math.abs(Math.log((file.size + 50) / (size + 50)));
    const { tokens, spaced } = file;
    const source = {
      length: tokens.length,
      token: (i: number) => (i < 0 || i >= tokens.length ? undefined : index.vocabulary.text(tokens[i] ?? 0)),
      spaced: (i: number) => spaced[i] === 1,
    };
    ranked.push({ path: file.path, worth, source });
  }
  return ranked.sort((a, b) => b.worth - a.worth || (a.path < b.path ? -1 : 1)).slice(0, 5);
}
