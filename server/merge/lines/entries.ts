/**
 * Lines that give something a value, in any format: a key and its value in YAML, JSON, `.env` or properties, a constant, a setting of a
 * program. By the name and what it stands in, so that the versions of a text compare.
 */
import { splitLines } from '../../text/lines.ts';

export interface Entry {
  readonly name: string;
  /** The nearest line above that stands less deep, by its first word; empty at the top. */
  readonly parent: string;
  /** Without quotes, and what ends the line. */
  readonly value: string;
  /** It is written out: no type, no name of something else, no call. */
  readonly isLiteral: boolean;
  readonly line: number;
}

const LINE = 200;
const BEFORE =
  '(?:[-*]\\s+|#\\s*define\\s+|(?:export|const|let|var|val|static|final|public|private|protected|internal|readonly|pub|ENV|ARG|set)\\s+)*';
const TYPE = '(?:[\\w<>[\\]]+\\s+)?';
const NAME = '(["\']?)([\\p{L}_$@-][\\w$@./-]*)\\1';
const GIVES = new RegExp(
  `^\\s*${BEFORE}(?:${TYPE}${NAME}\\s*(?:\\??:\\s*[\\w<>[\\]]+\\s*(?==))?(?:=>|:=|=|:(?=\\s|$))\\s*(\\S.*)|${NAME}\\s+(\\S+);)$`,
  'u',
);
const DEFINES = /^\s*#\s*define\s+(\w+)\s+(\S.*)$/;

export function entriesIn(text: string): Entry[] {
  const found: Entry[] = [];
  const open: { readonly depth: number; readonly word: string }[] = [];
  for (const [line, raw] of splitLines(text).entries()) {
    const bare = raw.trimEnd();
    if (bare === '' || bare.length > LINE || /^\s*(?:\/\/|#(?!\s*define)|--\s|;)/.test(bare)) continue;
    const depth = bare.length - bare.trimStart().length;
    while ((open.at(-1)?.depth ?? -1) >= depth) open.pop();
    const parent = open.at(-1)?.word ?? '';
    const defined = DEFINES.exec(bare);
    const [, , given, after, , listed, ended] = defined ? [] : (GIVES.exec(bare) ?? []);
    const name = defined?.[1] ?? given ?? listed;
    const value = defined?.[2] ?? after ?? ended ?? '';
    const inside = /^\{(.*)\}\s*,?$/.exec(value)?.[1];
    if (name !== undefined && inside !== undefined) found.push(...within(inside, name, line));
    else if (name !== undefined && !/^[[{(]$/.test(value))
      found.push({ name, parent, ...readValue(value, ended !== undefined || defined !== null), line });
    open.push({ depth, word: name ?? /[\w$-]+/.exec(bare)?.[0] ?? '' });
  }
  return found;
}

/** `{ cpu: 200m, memory: 1Gi }` */
const within = (inside: string, parent: string, line: number): Entry[] =>
  inside.split(',').flatMap((part) => {
    const [, , name, value] = /^\s*(["']?)([\w$-]+)\1\s*[:=]\s*(\S.*?)\s*$/.exec(part) ?? [];
    return name === undefined || value === undefined ? [] : [{ name, parent, ...readValue(value, false), line }];
  });

const TYPE_NAME =
  /^(?:string|number|boolean|any|unknown|object|str|int|float|bool|double|long|char|byte|void|u?int\d*|[iuf]\d{1,3}|usize|String|Integer|Long|Boolean|Date|(?:Option|Optional|List|Vec|Map|Promise)\b.*|.*\[\]|.*\|.*)\??$/;

/** @param isListed the line ends with a semicolon in any case. */
function readValue(raw: string, isListed: boolean): Pick<Entry, 'value' | 'isLiteral'> {
  const bare = raw.replace(/\s+(?:#|\/\/).*$/, '');
  const value = bare.replace(/[\s,;]+$/, '');
  const quoted = /^(["'`])(.*)\1$/.exec(value)?.[2];
  const isPlain = /^[-#]?[\d.]+\w*$|^#|^(?:true|false)$/i.test(value);
  // What code writes without quotes is a name.
  const isBare = (isListed || value === bare.trimEnd()) && !/[()[\]{}]/.test(value) && !TYPE_NAME.test(value);
  return { value: quoted ?? value, isLiteral: quoted !== undefined || isPlain || isBare };
}

/** Of each version the entries that stand once in it. */
export type Known = ReadonlyMap<string, Entry>;
export type KnownVersions = readonly [base: Known, left: Known, right: Known];

/** The entries of three versions, read when somebody asks. */
export function entriesOf([base, left, right]: readonly [
  base: string,
  left: string,
  right: string,
]): () => KnownVersions {
  let known: KnownVersions | undefined;
  return () => {
    known ??= [once(entriesIn(base)), once(entriesIn(left)), once(entriesIn(right))];
    return known;
  };
}

export const keyOf = ({ parent, name }: Entry): string => `${parent} ${name}`;

function once(entries: readonly Entry[]): Known {
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

export interface Changed {
  readonly entry: Entry;
  readonly base: Entry;
  /** The side that alone gave it the value that it has. */
  readonly by: 'ours' | 'theirs';
}

/** Those entries of a result whose value one side alone changed. */
export function changedEntries(given: readonly Entry[], [base, left, right]: KnownVersions): Changed[] {
  return given.flatMap((entry): Changed[] => {
    const [was, ours, theirs] = [base, left, right].map((known) => known.get(keyOf(entry)));
    if (!was || !ours || !theirs) return [];
    const [isOurs, isTheirs] = [ours.value !== was.value, theirs.value !== was.value];
    if (isOurs === isTheirs || entry.value !== (isOurs ? ours : theirs).value) return [];
    return [{ entry, base: was, by: isOurs ? 'ours' : 'theirs' }];
  });
}
