/**
 * Of two settings that stand beside each other in one object, block or mapping each side replaced one: what is done and what it is done
 * to, a switch and where it is thrown. Neither side saw both. Read from lines, in any format; versions and amounts alone are free.
 */
import { type Changed, changedEntries, entriesIn, type KnownVersions } from './entries.ts';

export interface Beside {
  readonly ours: string;
  readonly theirs: string;
}

/** In lines. */
const NEAR = 8;
const ENTRIES = 400;

/** The first two of a result, if any. */
export function besideIn(result: string, known: KnownVersions): Beside | undefined {
  if (known[0].size < 2) return undefined;
  const changed = changedEntries(entriesIn(result), known);
  if (changed.length > ENTRIES) return undefined;
  for (const [i, one] of changed.entries())
    for (const other of changed.slice(i + 1)) {
      if (other.entry.line - one.entry.line > NEAR) break;
      if (one.by === other.by || one.entry.parent !== other.entry.parent) continue;
      if (!isWritten(one) || !isWritten(other) || areFree(one, other)) continue;
      const [ours, theirs] = one.by === 'ours' ? [one.entry, other.entry] : [other.entry, one.entry];
      return { ours: ours.name, theirs: theirs.name };
    }
  return undefined;
}

/** Values that are written out, or lists of such: what code says with names and calls is read by others. */
const LIST = /^\[(?:\s*(?:"[^"]*"|'[^']*'|[\d.]+)\s*,?)*\s*\]$/;
const isWritten = ({ entry, base }: Changed): boolean =>
  [entry, base].every(({ isLiteral, value }) => isLiteral || LIST.test(value));

/** A version, or a number with its unit. Beside a word it says how much, not what; beside a switch or a list it is what that is about. */
const AMOUNT = /^[\^~<>=v\s]*\d[\w.+%-]*$/;
const isAmount = ({ entry, base }: Changed): boolean => [entry, base].every(({ value }) => AMOUNT.test(value));
const DECIDES = /^(?:true|false|yes|no|on|off)$|^\[/i;
const decides = ({ entry }: Changed): boolean => DECIDES.test(entry.value);
/** Text for people, and what a thing is called. */
const TEXT = /^\p{Lu}\p{Ll}+(?:[\s-]|$)|\s/u;
const CALLED = /^(?:name|title|label|description|summary|version)$/i;
const isCalled = ({ entry }: Changed): boolean => CALLED.test(entry.name);
const isText = (one: Changed): boolean => TEXT.test(one.entry.value) && !decides(one);
const areFree = (one: Changed, other: Changed): boolean =>
  isCalled(one) ||
  isCalled(other) ||
  (isText(one) && isText(other)) ||
  (isAmount(one) && !decides(other)) ||
  (isAmount(other) && !decides(one));
