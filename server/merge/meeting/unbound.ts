/**
 * A local name that one side took away, with all that used it, and that the other side's new lines use: a parameter, a variable, what a
 * `catch` or a loop calls its own. Read from the words of a conflict, in any language; what gave the name its meaning there is gone.
 */
import type { Placed, Words } from '../edits.ts';
import { PROGRAM } from '../lines/rows.ts';

export interface Unbound {
  /** Who took it away. */
  readonly by: 'ours' | 'theirs';
  readonly name: string;
  /** The line that uses it. */
  readonly line: string;
}

/** Units of the text before a conflict in which the name may have a meaning of its own. */
const NEAR = 4000;
const LINE = 1000;

/** Of one text; @param before what stands before the conflict. */
export function unboundUses(
  { left, right }: { readonly left: Placed; readonly right: Placed },
  { path, before }: { readonly path: string; readonly before: string },
): Unbound[] {
  if (!PROGRAM.test(path)) return [];
  return [...usesIn(left, right, 'ours', before), ...usesIn(right, left, 'theirs', before)];
}

function usesIn(by: Placed, other: Placed, name: Unbound['by'], before: string): Unbound[] {
  if (!other.fromSide || !by.fromSide) return [];
  const [own, had] = [new Set(by.side.ids), new Set(by.base.ids)];
  /** By the word, where it is used first in the text. */
  const uses = new Map<number, number>();
  for (const { bStart, bEnd } of other.changes)
    for (let k = bStart; k < bEnd; k++) {
      const id = other.side.ids[k] ?? -1;
      const at = other.fromSide[k] ?? -1;
      if (at < 0 || uses.has(id) || own.has(id) || !had.has(id)) continue;
      if (NAME.test(wordAt(by.result, at)) && isUse(by.result, at)) uses.set(id, at);
    }
  if (uses.size === 0) return [];
  const [was, is] = [boundIn(by.base, uses), boundIn(by.result, uses)];
  return [...uses].flatMap(([id, at]): Unbound[] => {
    const word = wordAt(by.result, at);
    if (!was.has(id) || is.has(id) || hasName(before.slice(-NEAR), word)) return [];
    return [{ by: name, name: word, line: lineAt(by.result, at) }];
  });
}

/** Of the words asked for those that are made a name somewhere; one look at the text for all. */
function boundIn(words: Words, asked: ReadonlyMap<number, number>): ReadonlySet<number> {
  const found = new Set<number>();
  words.ids.forEach((id, k) => {
    if (asked.has(id) && !found.has(id) && isBound(words, k)) found.add(id);
  });
  return found;
}

const NAME = /^\$?[\p{Ll}_][\p{L}\p{N}_]*$/u;

const wordAt = ({ text, tokens }: Words, k: number): string =>
  k < 0 || k >= tokens.count ? '' : text.slice(tokens.start[k], tokens.end[k]);

function lineAt({ text, tokens }: Words, k: number): string {
  const at = tokens.start[k] ?? 0;
  const end = text.indexOf('\n', at);
  return text.slice(text.lastIndexOf('\n', at - 1) + 1, end < 0 ? text.length : end).trim();
}

/** As a name by itself: no member, no key, no argument's name, nothing in a comment. */
function isUse(words: Words, k: number): boolean {
  if (/^(?:\.|->|::|\?\.|!!?\.|@|#)$/.test(wordAt(words, k - 1)) || /^(?::|=|=>|->|\()$/.test(wordAt(words, k + 1)))
    return false;
  return !isInComment(words, k);
}

function isInComment({ text, tokens }: Words, k: number): boolean {
  const at = tokens.start[k] ?? 0;
  // No more of a line that a machine wrote.
  const near = text.slice(Math.max(0, at - LINE), at);
  const line = near.slice(near.lastIndexOf('\n') + 1);
  return /^\s*(?:\*|\/\*|#)|\/\/|\s#\s|<!--/.test(line);
}

/** What says that the name behind it is a new one. */
const BINDS = /^(?:let|const|var|val|mut|for|as|my|local|auto)$/;
/** Words before a value, which no type is. */
const NO_TYPE =
  /^(?:return|await|yield|not|in|is|and|or|if|else|elif|unless|while|until|typeof|new|throw|raise|case|when|do|then|delete|defer|go|assert|print|puts|echo|instanceof|of|from|import|export|default|async|match|switch)$/;
const isWord = (text: string): boolean => /^[\p{L}_]/u.test(text);

function isBound(words: Words, k: number): boolean {
  const [last, next, second] = [wordAt(words, k - 1), wordAt(words, k + 1), wordAt(words, k + 2)];
  if (/^(?:\.|->|::|\?\.)$/.test(last) || isInComment(words, k)) return false;
  if (BINDS.test(last) || next === ':=' || (next === '=' && second !== '=' && !/^[(,]$/.test(last))) return true;
  if (/^[(,]$/.test(last) && next === ':') return true;
  // `boolean verbose,`, `List<T> verbose)`; Go's `verbose bool,`; PHP's `bool $verbose)`
  if (/^[,)]$/.test(next) && ((isWord(last) && !NO_TYPE.test(last)) || /^(?:>|\]|\*|&)$/.test(last)))
    return last !== '*' && last !== '&' && last !== '>' ? true : isWord(wordAt(words, k - 2));
  return /^[(,]$/.test(last) && isWord(next) && !NO_TYPE.test(next) && /^[,).[*]$/.test(second);
}

function hasName(text: string, name: string): boolean {
  const bare = name.replace(/[$]/g, '\\$');
  return new RegExp(`(?<![\\p{L}\\p{N}_$.>:])${bare}(?![\\p{L}\\p{N}_$])`, 'u').test(text);
}
