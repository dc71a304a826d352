/**
 * The cursor as completing sees it. A word that is being typed is the hole's prefix: the hole begins where the word begins,
 * so that the answer stays the same while the user types it.
 */
import { blankBefore } from './blank.ts';
import { familyOf } from './index/indexFile.ts';
import { isProse } from './prose.ts';

export interface CursorPlace {
  /** Where the word that is being typed begins: the hole. */
  readonly offset: number;
  /** The cursor; what stands between is replaced by a completion. */
  readonly cursor: number;
  readonly prefix: string;
  /** What the file writes before the hole and does not stand there yet: a completion at its very beginning brings it. */
  readonly blank: '' | ' ';
  /** The cursor stands inside a word: nothing is shown there unless asked for. */
  readonly isInWord: boolean;
}

/** Undefined: in a comment or a string, in a number, or in a file that is no code. */
export function placeAt(path: string, text: string, cursor: number): CursorPlace | undefined {
  const family = familyOf(path);
  if (family === undefined) return undefined;
  const line = text.slice(Math.max(0, cursor - 200), cursor);
  const prefix = /[\p{L}\p{N}_$]*$/u.exec(line)?.[0] ?? '';
  if (/^\d/.test(prefix)) return undefined;
  if (isProse(text, cursor, family)) return undefined;
  const isInWord = /^[\p{L}\p{N}_$]/u.test(text.slice(cursor, cursor + 2));
  const offset = cursor - prefix.length;
  return { offset, cursor, prefix, blank: blankBefore(text, offset, family), isInWord };
}

/** What is written at the place for a completion. */
export const written = ({ prefix, blank }: CursorPlace, text: string): string =>
  prefix === '' && !/^\s/.test(text) ? blank + text : text;

/** Whether a completion gives the cursor anything: it goes on from the word being typed, and does not repeat what follows. */
export function adds(
  { text, checked }: { readonly text: string; readonly checked: boolean },
  { prefix }: Pick<CursorPlace, 'prefix'>,
  after: string,
): boolean {
  if (!text.startsWith(prefix) || text === prefix) return false;
  // Arguments that stand there already are not given twice; a checker knows a result that is called.
  if (!checked && after.startsWith('(') && text.endsWith(')')) return false;
  return !after.startsWith(text.slice(prefix.length));
}
