/**
 * Two lines, one of each side, in an order in which one has no effect: a handler of every error before a handler of one, a wider
 * condition before a narrower one, `.catch` before `.then`, a `case` that falls into the other side's. The other order is fine.
 */
import type { LanguageId } from '../../syntax/languages.ts';
import { splitLines } from '../../text/lines.ts';
import { areLevel } from './claims.ts';

export interface WrongOrder {
  readonly first: string;
  readonly second: string;
  readonly why: 'unreached' | 'unseen' | 'falls';
}

const LINES = 2000;
const LINE = 200;

const HANDLER =
  /^(?:\}\s*)?(?:except|catch|rescue)\b\s*(?:\(\s*(?:final\s+|const\s+)?)?\\?(\w[\w.]*(?:::\w+)*|\.\.\.)?/;
/** What nearly every other error is one of. */
const EVERY = /^(?:Exception|BaseException|StandardError|Throwable|Error|System\.Exception|std::exception|\.\.\.)$/;
/** Not one of `Exception` in Python. */
const APART = /^(?:KeyboardInterrupt|SystemExit|GeneratorExit|BaseException)$/;
const CONDITION =
  /^(?:\}\s*)?(?:else\s*if|elif|elsif|elseif)\b\s*\(?\s*([\w.$]+(?:\([\w.$]*\))?)\s*([<>]=?)\s*(-?\d+(?:\.\d+)?)\s*\)?\s*(?:[:{]|\bthen)?$/;
const LEAVES =
  /^(?:break|return|throw|continue|goto|yield|exit|die|\[\[fallthrough\]\]|__attribute__)\b|fall[\s-]?s?[\s-]?through|^(?:case|default)\b|[{:]$/i;
/** Languages whose cases fall into the next. */
const FALLING: ReadonlySet<LanguageId> = new Set(['c', 'cpp', 'java', 'javascript', 'typescript', 'tsx', 'php']);

interface Line {
  readonly text: string;
  readonly at: number;
  readonly by: 'ours' | 'theirs' | undefined;
}

/** @param sides base, ours and theirs. */
export function wrongOrdersIn(
  text: string,
  [base = '', left = '', right = '']: readonly string[],
  language: LanguageId | undefined,
): WrongOrder[] {
  if (language === undefined || !/\b(?:except|catch|rescue|elif|elsif|elseif|case)\b|else\s*if/.test(text)) return [];
  const all = splitLines(text);
  if (all.length > LINES) return [];
  const [had, ours, theirs] = [base, left, right].map((side) => new Set(splitLines(side).map((line) => line.trim())));
  const whose = (line: string) =>
    had?.has(line) || ours?.has(line) === theirs?.has(line) ? undefined : ours?.has(line) ? 'ours' : 'theirs';
  const lines = all.map((raw, at): Line => {
    const bare = raw.length > LINE ? '' : raw.trim();
    return { text: bare, at, by: bare === '' ? undefined : whose(bare) };
  });
  const found: WrongOrder[] = [];
  for (const [at, second] of lines.entries()) {
    if (second.by === undefined) continue;
    const others = lines.slice(0, at).filter(({ by }) => by !== undefined && by !== second.by);
    const level = others.filter((first) => areLevel(all, first.at, at));
    const unreached = level.find((first) => takesAll(first.text, second.text));
    if (unreached) found.push({ first: unreached.text, second: second.text, why: 'unreached' });
    const unseen = /^\.then\(/.test(second.text) ? level.find((first) => /^\.catch\(/.test(first.text)) : undefined;
    if (unseen) found.push({ first: unseen.text, second: second.text, why: 'unseen' });
    if (!FALLING.has(language) || !/^(?:case\b.*|default\s*):/.test(second.text)) continue;
    const above = lines.slice(0, at).findLast((line) => line.text !== '');
    if (
      above?.by !== undefined &&
      above.by !== second.by &&
      !LEAVES.test(above.text) &&
      !/^\/[/*]|^\*/.test(above.text)
    )
      found.push({ first: above.text, second: second.text, why: 'falls' });
  }
  return found;
}

function takesAll(first: string, second: string): boolean {
  const [some, other] = [HANDLER.exec(first), HANDLER.exec(second)];
  if (some && other) {
    const [wide = '', narrow = ''] = [some[1], other[1]];
    if (wide !== narrow && (wide === '' || EVERY.test(wide)) && !(EVERY.test(narrow) || APART.test(narrow)))
      return narrow !== '';
  }
  const [, name, sign = '', number] = CONDITION.exec(first) ?? [];
  const [, same, own = '', limit] = CONDITION.exec(second) ?? [];
  if (name === undefined || name !== same || sign[0] !== own[0] || number === undefined || limit === undefined)
    return false;
  const [wide, narrow] = [Number(number), Number(limit)];
  return sign[0] === '>' ? wide < narrow : wide > narrow;
}
