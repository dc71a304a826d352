/**
 * Lines that both sides only added in one row, of which the place or the number says what they do, in either order: what must come
 * first, clauses of one statement of SQL, annotations of one declaration, links of one chain, what spreads other keys over those beside
 * it, a call that replaces what the same call set before.
 */
import { depthOf, PROGRAM, type Row } from './rows.ts';

export interface Slot {
  readonly first: string;
  readonly second: string;
  readonly why: 'begins' | 'clauses' | 'annotations' | 'chain' | 'spread' | 'set';
}

/** What a language wants before all else. */
const BEGINS =
  /^(?:from\s+__future__\s+import\b|declare\s*\(\s*strict_types|["']use (?:strict|client|server|asm)["'];?$|#!|<\?xml\b|@charset\b|session_start\s*\()/;
/** In the order in which a statement has them; joins may stand several times. */
const CLAUSES = ['with', 'select', 'from', 'join', 'where', 'group by', 'having', 'order by', 'limit', 'offset'];
const CLAUSE =
  /^(with|select|from|(?:(?:left|right|inner|outer|full|cross)\s+)*join|where|group\s+by|having|order\s+by|limit|offset)\b/i;
const ANNOTATION = /^(?:@(?!\w+[\w-]*\s*[:{])[\w.]+|#?\[[A-Z_a-z][\w.]*)(?:\(.*\)?)?\]?$/;
const LINK = /^(?:\?|!!?)?\.[\p{L}_]\w*(?:<[^>]*>)?[({]/u;
const SPREAD = /^(?:\.\.\.[\w$({[]|\{\s*\.\.\.|\*\*\w)/;
/** `Thread.setHandler(…)`, `logging.basicConfig(…)`. */
const SETS = /^((?:[\w$]+(?:\.|::))+(?:set[A-Z_]\w*|basicConfig|signal))\(\s*([\w.]*)/;
const SQL = /\.(?:p?sql|ddl|mysql)$/i;

/** The first such two lines in rows of both sides, if any. */
export function slotIn(rows: readonly Row[], path: string): Slot | undefined {
  for (const [some, others] of rows) {
    const depth = Math.min(...[...some, ...others].map(depthOf));
    const bare = (lines: readonly string[]) =>
      lines.filter((line) => depthOf(line) === depth).map((line) => line.trim());
    for (const first of bare(some))
      for (const second of bare(others)) {
        const why = whyOf(first, second, path);
        if (why) return { first, second, why };
      }
    // What an annotation of the first side stands over is not of that side.
    const [last, next] = [some.at(-1)?.trim() ?? '', others[0]?.trim() ?? ''];
    if (PROGRAM.test(path) && ANNOTATION.test(last) && ANNOTATION.test(next))
      return { first: last, second: next, why: 'annotations' };
  }
  return undefined;
}

function whyOf(first: string, second: string, path: string): Slot['why'] | undefined {
  if (BEGINS.test(second) && !BEGINS.test(first)) return 'begins';
  if (SQL.test(path) && areClauses(first, second)) return 'clauses';
  const are = (what: RegExp) => what.test(first) && what.test(second);
  if (are(LINK)) return 'chain';
  if (SPREAD.test(first) !== SPREAD.test(second) && [first, second].some((line) => KEYED.test(line))) return 'spread';
  const [some, other] = [SETS.exec(first), SETS.exec(second)];
  return some && other && some[1] === other[1] && (some[2] === other[2] || !/signal$/.test(some[1] ?? ''))
    ? 'set'
    : undefined;
}

/** `debug: false,`, `debug={false}`. */
const KEYED = /^["']?[\w$-]+["']?\s*[:=][^=]/;

function areClauses(first: string, second: string): boolean {
  const [one, other] = [first, second].map((line) => {
    const word = CLAUSE.exec(line)?.[1]?.toLowerCase().replace(/\s+/g, ' ');
    return word === undefined
      ? -1
      : CLAUSES.findIndex((clause) => word === clause || (clause === 'join' && word.endsWith('join')));
  });
  if (one === undefined || other === undefined || one < 0 || other < 0) return false;
  return one > other || (one === other && CLAUSES[one] !== 'join');
}
