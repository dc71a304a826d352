/**
 * The part of the edit account that words cannot tell: lines that a side moved in or out. Where indentation is structure that is an
 * edit like any other, and a text that takes the other side's words at the old depth has dropped it.
 */
import type { Change } from '../diff/change.ts';
import type { Merge3 } from './conflict.ts';
import { type EditAccount, type EditFate, matching, type Words } from './edits.ts';

type Fate = 'kept' | 'changed' | 'dropped';

/** One line of a side that stands at another depth than in the base. */
export interface MovedLine extends EditFate {
  readonly fate: Fate;
  /** Columns it was moved. */
  readonly shift: number;
  /** Of the side: lines with nothing else between them have following numbers. */
  readonly at: number;
}

/** The lines that both sides moved, by what became of them in a result. Scripts go from base to side; `brackets`: no depth in them. */
export function movedLines(
  { base, left, right }: Merge3<Words>,
  scripts: { readonly left: readonly Change[]; readonly right: readonly Change[] },
  result: Words,
  brackets: boolean,
): { readonly left: readonly MovedLine[]; readonly right: readonly MovedLine[] } {
  const from = firstsOf(base, brackets);
  const ours = shifts(from, firstsOf(left, brackets), matching(base.ids, left.ids, scripts.left));
  const theirs = shifts(from, firstsOf(right, brackets), matching(base.ids, right.ids, scripts.right));
  if (ours.length + theirs.length === 0) return { left: [], right: [] };
  const firsts = firstsOf(result, brackets);
  const toResult = matching(base.ids, result.ids);
  const judged = (own: readonly Shift[], side: Words, other: readonly Shift[]) => {
    const others = new Map(other.map((one) => [one.token, one]));
    const sideToResult = own.length > 0 ? matching(side.ids, result.ids) : undefined;
    return own.map((one): MovedLine => {
      const known = toResult[one.token] ?? -1;
      const now = known >= 0 ? known : (sideToResult?.[one.inSide] ?? -1);
      const { start, end, at } = one.line;
      const added = side.text.slice(start, end);
      const removed = base.text.slice(one.was.start, one.was.end);
      const depth = one.shift > 0 ? 'indented' : 'dedented';
      const fate = now < 0 ? 'dropped' : fateOf(one, firsts.get(now), others.get(one.token));
      return { start, end, removed, added, depth, fate, shift: one.shift, at };
    });
  };
  return { left: judged(ours, left, theirs), right: judged(theirs, right, ours) };
}

/** Lines that were moved together and fared alike as one edit. */
export function asAccount(lines: readonly MovedLine[]): EditAccount {
  const account = { kept: [] as EditFate[], changed: [] as EditFate[], dropped: [] as EditFate[] };
  let last: MovedLine | undefined;
  for (const line of lines) {
    const { fate, shift, at, ...edit } = line;
    const own = account[fate];
    const before = last && last.fate === fate && last.shift === shift && last.at + 1 === at ? own.pop() : undefined;
    own.push(before ? joined(before, edit) : edit);
    last = line;
  }
  return account;
}

const joined = (a: EditFate, b: EditFate): EditFate => ({
  ...b,
  start: a.start,
  removed: `${a.removed}\n${b.removed}`,
  added: `${a.added}\n${b.added}`,
});

/** A line by its first word. */
interface Line {
  readonly start: number;
  readonly end: number;
  readonly indent: string;
  /** Number among the lines that have words. */
  readonly at: number;
}

/** The lines of a text by the number of their first token. */
function firstsOf({ text, tokens }: Words, brackets: boolean): ReadonlyMap<number, Line> {
  const lines = new Map<number, Line>();
  let inside = 0;
  let at = 0;
  for (let k = 0; k < tokens.count; k++) {
    const from = tokens.start[k] ?? 0;
    const word = text.slice(from, tokens.end[k]);
    // Only what lies between two tokens is looked through: a line may be long.
    const gap = k === 0 ? 0 : Math.max(0, (tokens.end[k - 1] ?? 0) - 1);
    const start = gap + text.slice(gap, from).lastIndexOf('\n') + 1;
    const isFirst = k === 0 ? text.slice(start, from).trim() === '' : (tokens.end[k - 1] ?? 0) <= start;
    if (isFirst && inside === 0) {
      const newline = text.indexOf('\n', from);
      const end = newline < 0 ? text.length : newline;
      lines.set(k, { start, end, indent: text.slice(start, from), at });
    }
    if (isFirst) at++;
    if (brackets && /^[([{]$/.test(word)) inside++;
    if (brackets && /^[)\]}]$/.test(word) && inside > 0) inside--;
  }
  return lines;
}

interface Shift {
  /** Of the base. */
  readonly token: number;
  readonly inSide: number;
  readonly was: Line;
  readonly line: Line;
  readonly shift: number;
}

function shifts(from: ReadonlyMap<number, Line>, to: ReadonlyMap<number, Line>, match: Int32Array): Shift[] {
  return [...from].flatMap(([token, was]): Shift[] => {
    const inSide = match[token] ?? -1;
    const line = to.get(inSide);
    if (!line || line.indent === was.indent) return [];
    return [{ token, inSide, was, line, shift: width(line.indent) - width(was.indent) }];
  });
}

/** Kept where it is as deep as in the side, or as deep as both moves together put it. */
function fateOf({ was, line, shift }: Shift, now: Line | undefined, other: Shift | undefined): Fate {
  if (!now) return 'changed';
  if (now.indent === line.indent) return 'kept';
  if (other && width(now.indent) - width(was.indent) === shift + other.shift) return 'kept';
  return now.indent === was.indent || now.indent === other?.line.indent ? 'dropped' : 'changed';
}

/** Columns, as Python counts them. */
function width(indent: string): number {
  let columns = 0;
  for (const unit of indent) columns = unit === '\t' ? columns + 8 - (columns % 8) : columns + 1;
  return columns;
}
