/**
 * Of two settings that stand beside each other in one object, block or mapping each side replaced one: what is done and what it is done
 * to, a switch and where it is thrown. Neither side saw both. Read from lines, in any format; versions and amounts alone are free.
 */
import { type Entry, entriesIn } from './entries.ts';

export interface Beside {
  readonly ours: string;
  readonly theirs: string;
}

/** In lines. */
const NEAR = 8;
const ENTRIES = 400;

/** @param versions of the conflict, read once for all results. */
export function besideIn(versions: readonly [base: string, left: string, right: string]): (result: string) => Beside[] {
  let known: readonly ReadonlyMap<string, Entry>[] | undefined;
  return (result) => {
    known ??= versions.map((text) => byKey(entriesIn(text)));
    const [base, left, right] = known;
    if (!base || !left || !right || base.size < 2) return [];
    const changed = entriesIn(result).flatMap((entry) => {
      const by = changerOf(entry, base, left, right);
      const before = by && base.get(keyOf(entry));
      return before ? [{ entry, by, base: before }] : [];
    });
    if (changed.length > ENTRIES) return [];
    for (const [i, one] of changed.entries())
      for (const other of changed.slice(i + 1)) {
        if (other.entry.line - one.entry.line > NEAR) break;
        if (one.by === other.by || one.entry.parent !== other.entry.parent) continue;
        if (!isWritten(one) || !isWritten(other) || areFree(one, other)) continue;
        const [ours, theirs] = one.by === 'left' ? [one.entry, other.entry] : [other.entry, one.entry];
        return [{ ours: ours.name, theirs: theirs.name }];
      }
    return [];
  };
}

const keyOf = ({ parent, name }: Entry): string => `${parent} ${name}`;

/** Those that stand once. */
function byKey(entries: readonly Entry[]): ReadonlyMap<string, Entry> {
  const found = new Map<string, Entry>();
  const twice = new Set<string>();
  for (const entry of entries) {
    const key = keyOf(entry);
    if (found.has(key)) twice.add(key);
    found.set(key, entry);
  }
  for (const key of twice) found.delete(key);
  return found;
}

type Known = ReadonlyMap<string, Entry>;

function changerOf(entry: Entry, base: Known, left: Known, right: Known): 'left' | 'right' | undefined {
  const [was, ours, theirs] = [base, left, right].map((known) => known.get(keyOf(entry))?.value);
  if (was === undefined || ours === undefined || theirs === undefined) return undefined;
  if (ours !== was && theirs === was && entry.value === ours) return 'left';
  return theirs !== was && ours === was && entry.value === theirs ? 'right' : undefined;
}

interface Changed {
  readonly entry: Entry;
  readonly base: Entry;
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
