/**
 * Two lists of which one says how long the other is: the columns and the values of an `INSERT`, the places of a format and what goes
 * into them. Each side lengthened both by one; together one list has two more and the other, where both wrote the same, one.
 */
export interface Miscount {
  readonly what: 'columns' | 'places';
  readonly said: number;
  readonly given: number;
  /** As far as a line goes. */
  readonly text: string;
}

const INSERT = /\binsert\s+into\s+[\w."`[\]]+\s*\(([^()]{1,2000})\)\s*values\s*\(/gi;
/** A text with places, first or second of what a call is given. */
const FORMAT = /[\w.!]+\(\s*(?:[\w.]+\s*,\s*)?("(?:[^"\\\n]|\\.){1,400}"|'(?:[^'\\\n]|\\.){1,400}')\s*,/g;
const MAY = /\bvalues\s*\(|["'][^"'\n]*(?:\{\d*\}|%[sdvqfxi])[^\n]*["']\s*,/i;
const LONG = 4000;

/** The first that is wrong in a text, where nothing of the kind is in any version. */
export function miscountIn(text: string, versions: readonly string[]): Miscount | undefined {
  if (!MAY.test(text)) return undefined;
  for (const one of miscounts(text)) if (!versions.some((version) => !miscounts(version).next().done)) return one;
  return undefined;
}

function* miscounts(text: string): Generator<Miscount> {
  for (const match of text.matchAll(INSERT)) {
    const given = partsFrom(text, match.index + match[0].length);
    const said = (match[1] ?? '').split(',').length;
    if (given && given.count !== said) yield { what: 'columns', said, given: given.count, text: lineOf(match[0]) };
  }
  for (const match of text.matchAll(FORMAT)) {
    const said = placesIn(match[1] ?? '');
    const given = partsFrom(text, match.index + match[0].length);
    if (said > 0 && given && !given.isSpread && given.count !== said)
      yield { what: 'places', said, given: given.count, text: lineOf(match[1] ?? '') };
  }
}

/** `{}` of one kind, `%s`, or the highest of `{0}`; nothing where they are mixed. */
function placesIn(literal: string): number {
  const empty = literal.match(/\{\}/g)?.length ?? 0;
  const signs = literal.replaceAll('%%', '').match(/%[-+#0 ]*\d*(?:\.\d+)?[sdvqfxiutT]/g)?.length ?? 0;
  const numbered = [...literal.matchAll(/\{(\d+)(?:[:,][^}]*)?\}/g)].map(([, n]) => Number(n) + 1);
  const kinds = [empty, signs, numbered.length].filter((n) => n > 0);
  return kinds.length === 1 ? (numbered.length > 0 ? Math.max(...numbered) : Math.max(empty, signs)) : 0;
}

/** What stands between here and the bracket that closes, by its commas. */
function partsFrom(text: string, from: number): { readonly count: number; readonly isSpread: boolean } | undefined {
  let [depth, count, quote] = [1, 1, ''];
  const end = Math.min(text.length, from + LONG);
  for (let at = from; at < end; at++) {
    const unit = text[at] ?? '';
    if (quote !== '') {
      if (unit === '\\') at++;
      else if (unit === quote) quote = '';
    } else if (/["'`]/.test(unit)) quote = unit;
    else if (/[([{]/.test(unit)) depth++;
    else if (/[)\]}]/.test(unit)) {
      if (--depth > 0) continue;
      const inside = text.slice(from, at);
      // A comma may stand behind the last.
      return { count: /,\s*$/.test(inside) ? count - 1 : count, isSpread: /\.\.\.|(?:^|,)\s*\*/.test(inside) };
    } else if (unit === ',' && depth === 1) count++;
  }
  return undefined;
}

const lineOf = (text: string): string => text.replace(/\s+/g, ' ').trim();
