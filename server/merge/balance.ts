/**
 * A hunk that cuts a bracket pair is widened by whole stable lines until the brackets balance in every side, so that what is
 * merged and parsed in it stands for itself.
 */
import { splitLines } from '../text/lines.ts';
import type { Sides } from './conflict.ts';

/** How many units of the text before and after the hunk to take into it. */
export interface Widening {
  readonly before: number;
  readonly after: number;
}

/** Brackets left over when all pairs are taken out: `closers`, then `openers` (by the closer each waits for). */
interface Residue {
  readonly closers: readonly string[];
  readonly openers: readonly string[];
}

/** Lexical tokens of a text; brackets inside strings are part of their token. */
type Lexer = (text: string) => { readonly count: number; readonly start: Int32Array; readonly end: Int32Array };

const closerOf: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };
const closing = new Set([')', ']', '}']);
const maxLines = 40;

/**
 * @param before stable text that ends where the hunk starts; @param after begins where it ends.
 * @returns the smallest widening found, zero where the sides balance; undefined when none of at most 40 lines each way does,
 *   as when two sides leave different brackets open.
 */
export function widenToBalance(sides: Sides, before: string, after: string, tokensOf: Lexer): Widening | undefined {
  const texts = [sides.left, sides.right, ...(sides.base === undefined ? [] : [sides.base])];
  const residues = texts.map((text) => residueOf(text, tokensOf));
  const above = lastLines(before).map((text) => ({ text, residue: residueOf(text, tokensOf) }));
  const below = splitLines(after.slice(0, endOfLines(after)));
  const closers = below.map((text) => residueOf(text, tokensOf));
  let prefix: Residue = { closers: [], openers: [] };
  let taken = 0;
  for (let up = 0; up <= above.length; up++) {
    const line = above[above.length - up];
    if (up > 0 && line) {
      taken += line.text.length;
      const longer = join(line.residue, prefix);
      if (!longer) return undefined;
      prefix = longer;
    }
    const first = openBelow(prefix, residues);
    if (!first) continue;
    const length = closeBelow(first, below, closers);
    if (length !== undefined) return { before: taken, after: length };
  }
  return undefined;
}

/** What is left open below the hunk, when that is the same in every side and nothing above it is missing. */
function openBelow(prefix: Residue, residues: readonly Residue[]): Residue | undefined {
  const [first, ...others] = residues.map((residue) => join(prefix, residue));
  const complete = (one: Residue | undefined) => one !== undefined && one.closers.length === 0;
  return first && complete(first) && others.every((one) => complete(one) && one && sameOpen(one, first))
    ? first
    : undefined;
}

/** Length of the lines after which everything open is closed, none of them open anything further. */
function closeBelow(open: Residue, lines: readonly string[], residues: readonly Residue[]): number | undefined {
  let state = open;
  let length = 0;
  for (let down = 0; state.openers.length > 0; down++) {
    const line = residues[down];
    const next = line && join(state, line);
    if (!next || next.closers.length > 0) return undefined;
    state = next;
    length += lines[down]?.length ?? 0;
  }
  return length;
}

function residueOf(text: string, tokensOf: Lexer): Residue {
  const closers: string[] = [];
  const openers: string[] = [];
  const tokens = tokensOf(text);
  for (let i = 0; i < tokens.count; i++) {
    const token = text.slice(tokens.start[i], tokens.end[i]);
    const waits = closerOf[token];
    if (waits !== undefined) openers.push(waits);
    else if (!closing.has(token)) continue;
    else if (openers.length === 0) closers.push(token);
    else if (openers.pop() !== token) return broken;
  }
  return { closers, openers };
}

/** Brackets that cross: nothing around them makes them balance. */
const broken: Residue = { closers: ['crossed'], openers: [] };

/** The residue of two texts in a row; undefined where their brackets cross. */
function join(first: Residue, second: Residue): Residue | undefined {
  const openers = [...first.openers];
  const closers = [...first.closers];
  for (const closer of second.closers) {
    if (openers.length === 0) closers.push(closer);
    else if (openers.pop() !== closer) return undefined;
  }
  openers.push(...second.openers);
  return { closers, openers };
}

function sameOpen(a: Residue, b: Residue): boolean {
  return a.openers.length === b.openers.length && a.openers.every((opener, i) => opener === b.openers[i]);
}

function lastLines(text: string): string[] {
  let from = text.length;
  for (let n = 0; n < maxLines && from > 0; n++) from = from < 2 ? 0 : text.lastIndexOf('\n', from - 2) + 1;
  return splitLines(text.slice(from));
}

function endOfLines(text: string): number {
  let to = 0;
  for (let n = 0; n < maxLines && to < text.length; n++) {
    const next = text.indexOf('\n', to);
    to = next < 0 ? text.length : next + 1;
  }
  return to;
}
