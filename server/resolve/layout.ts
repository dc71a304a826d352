/**
 * How far a conflict may be trusted whose sides differ in white space only. All measurements take texts for equal that are
 * equal but for white space, so they are blind to exactly what such a side changed: here, what it changed is looked at.
 */
import type { LanguageId } from '../syntax/languages.ts';
import type { Tier } from './candidate.ts';
import type { JudgedConflict } from './judge.ts';
import type { SideMaterial } from './material.ts';

/** Indentation is structure, or text: nothing but blank lines and white space at a line's end may differ. */
const INDENTED = new Set<LanguageId>(['python', 'yaml', 'markdown']);
/** White space between two tokens means nothing. (In JavaScript and Go a line break can mean something: likely at most.) */
const FREE = new Set<LanguageId>([
  'typescript',
  'tsx',
  'javascript',
  'java',
  'csharp',
  'go',
  'rust',
  'c',
  'cpp',
  'kotlin',
  'php',
  'json',
]);

const caps = new WeakMap<JudgedConflict, Tier>();

/** The highest tier that any text for this conflict may have, as far as white space goes. */
export function layoutCap(conflict: JudgedConflict): Tier {
  const known = caps.get(conflict);
  if (known) return known;
  const { base, left, right, hasBase, language } = conflict.material;
  const pairs = hasBase
    ? [
        [base, left],
        [base, right],
        [left, right],
      ]
    : [[left, right]];
  let cap: Tier = 'safe';
  for (const [a, b] of pairs) {
    if (!a || !b || a.text === b.text || a.squeezed !== b.squeezed || a.squeezed === '') continue;
    const here = capOf(a, b, language?.id);
    if (here === 'possible' || cap === 'safe') cap = here;
  }
  caps.set(conflict, cap);
  return cap;
}

/** Lines may be laid out anew without another meaning: where not, no text may be explained by "only reformats". */
export const isFreeOfIndentation = (language: LanguageId | undefined): boolean =>
  language !== undefined && !INDENTED.has(language);

function capOf(a: SideMaterial, b: SideMaterial, language: LanguageId | undefined): Tier {
  const indented = !isFreeOfIndentation(language);
  const words = sameWords(a, b) && !holdsLongString(a.text);
  if (words && sameLines(a, b, indented)) return 'safe';
  return words && language !== undefined && FREE.has(language) ? 'likely' : 'possible';
}

/** A string that may go over lines: our tokens read it line by line, and its indentation is text. */
const holdsLongString = (text: string): boolean =>
  /"""|'''|@"|R"|<<[-~]?['"]?[A-Za-z_]/.test(text) || text.split('\n').some((line) => line.split('`').length % 2 === 0);

/** The same lines but for blank ones, for white space at their end and, unless `indented`, at their beginning. */
function sameLines(a: SideMaterial, b: SideMaterial, indented: boolean): boolean {
  if (a.solid.length !== b.solid.length) return false;
  const line = (side: SideMaterial, i: number) => {
    // A unit carries the blank lines above it.
    const own = side.solid[i]?.text.replace(/^(?:[^\S\n]*\r?\n)+/, '') ?? '';
    return indented ? own.trimEnd() : own.trim();
  };
  return a.solid.every((_, i) => line(a, i) === line(b, i));
}

/** The same tokens: a string must be equal to the letter, a comment but for white space. */
function sameWords(a: SideMaterial, b: SideMaterial): boolean {
  if (a.tokens.count !== b.tokens.count) return false;
  for (let i = 0; i < a.tokens.count; i++) {
    if (a.ids[i] === b.ids[i]) continue;
    const [one, two] = [word(a, i), word(b, i)];
    if (!/^(\/\/|\/\*|#|<!--)/.test(one) || one.replace(/\s+/g, '') !== two.replace(/\s+/g, '')) return false;
  }
  return true;
}

const word = (side: SideMaterial, i: number): string => side.text.slice(side.tokens.start[i], side.tokens.end[i]);
