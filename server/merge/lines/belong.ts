/**
 * Two values that name one thing, of which each side changed one: a host and its port, a user and a password, an algorithm and its
 * digest, packages that go by one version; a flag whose name one side turned round and whose value the other; what is allowed by one
 * side's word and denied by the other's. Read from lines, in any format.
 */
import { nameWords } from '../../text/nameWords.ts';
import { areOpposite } from '../meeting/opposites.ts';
import { type Changed, changedEntries, type Entry, entriesIn, type KnownVersions, keyOf } from './entries.ts';
import type { OwnLine } from './ownLines.ts';

export type Apart =
  | { readonly kind: 'pair' | 'lockstep'; readonly ours: string; readonly theirs: string }
  | { readonly kind: 'flag'; readonly was: string; readonly now: string; readonly value: string }
  | { readonly kind: 'sense'; readonly name: string; readonly was: string; readonly now: string; readonly by: Side };

type Side = 'ours' | 'theirs';

/** Two that belong together stand this near, in lines. */
const NEAR = 6;
/** Longer conflicts are read by a person, or hold many things. */
const ENTRIES = 400;

/** By the words of a name: `user` and `password` of one stem, `db_user` and `db_password`. */
const WORDS: readonly (readonly [readonly string[], readonly string[]])[] = [
  [['host', 'hostname', 'address', 'addr', 'ip', 'server', 'domain', 'scheme', 'protocol'], ['port']],
  [
    ['user', 'username', 'login'],
    ['password', 'passwd', 'pass', 'pwd', 'secret', 'token'],
  ],
  [['id'], ['secret']],
  [['region'], ['zone', 'bucket', 'endpoint', 'account']],
  [
    ['driver', 'dialect', 'engine', 'adapter'],
    ['url', 'uri', 'dsn', 'port'],
  ],
  [
    ['algo', 'algorithm', 'version', 'url', 'uri', 'rev', 'file', 'source'],
    ['digest', 'checksum', 'hash', 'sha', 'sha1', 'sha256', 'sha512', 'md5', 'integrity'],
  ],
  [
    ['lat', 'latitude'],
    ['lng', 'lon', 'long', 'longitude'],
  ],
  [['cert', 'certificate', 'crt'], ['key']],
  [
    ['image', 'repository'],
    ['tag', 'digest'],
  ],
  [
    ['fg', 'foreground'],
    ['bg', 'background'],
  ],
  [['amount', 'price'], ['currency']],
  [['major'], ['minor', 'patch']],
  [['minor'], ['patch']],
  [['name'], ['email', 'mail']],
  [
    ['schedule', 'cron'],
    ['timezone', 'tz'],
  ],
  [['public'], ['private']],
  [['samesite'], ['secure']],
  [['origin', 'origins'], ['credentials']],
  [
    ['verify', 'insecure'],
    ['host', 'url'],
  ],
  [['access'], ['secret']],
  [['model'], ['tokenizer', 'dimensions']],
];
const partners = new Map<string, ReadonlySet<string>>();
for (const [some, others] of WORDS)
  for (const [from, to] of [
    [some, others],
    [others, some],
  ] as const)
    for (const word of from) partners.set(word, new Set([...(partners.get(word) ?? []), ...to]));

export interface Belonging {
  readonly flags: readonly Apart[];
  readonly apartIn: (result: string, edited: readonly OwnLine[]) => readonly Apart[];
}

/** @param base of the conflict, or of the whole file. */
export function belonging(base: string, read: () => KnownVersions): Belonging {
  return {
    flags: FLAGS.test(base) ? turnedFlags(read()) : [],
    apartIn: (result, edited) => {
      if (edited.length === 0) return [];
      const at = new Set(edited.map((one) => one.at));
      const given = entriesIn(result).filter(({ line }) => at.has(line));
      return mayBelong(given) ? apartOf(read(), given, edited) : [];
    },
  };
}

function apartOf(known: KnownVersions, given: readonly Entry[], edited: readonly OwnLine[]): Apart[] {
  const changed = changedEntries(given, known);
  if (changed.length > ENTRIES) return [];
  const found: Apart[] = [];
  for (const [i, one] of changed.entries())
    for (const other of changed.slice(i + 1)) {
      if (other.entry.line - one.entry.line > NEAR) break;
      if (one.by === other.by) continue;
      const [ours, theirs] = one.by === 'ours' ? [one.entry, other.entry] : [other.entry, one.entry];
      const kind = isPair(one.entry, other.entry) ? 'pair' : isLockstep(one, other) ? 'lockstep' : undefined;
      if (kind) found.push({ kind, ours: ours.name, theirs: theirs.name });
    }
  return [...found, ...turnedSenses(changed, edited)];
}

/** Text for people: names of fields, translations. */
const LABEL = /^\p{Lu}\p{Ll}+(?:[\s-]|$)|\s/u;

/** Each has a word that is the other's partner, and the rest of their names is the same. */
function isPair(some: Entry, other: Entry): boolean {
  const both = [some, other];
  if (some.parent !== other.parent || !both.every((one) => one.isLiteral)) return false;
  const isAddress = both.some(({ value }) => value.includes('@'));
  if (!isAddress && both.some(({ name, value }) => LABEL.test(value) || /mail$/i.test(name))) return false;
  const [a, b] = both.map(({ name }) => nameWords(name.replace(/same_?site/i, 'samesite')));
  if (!a || !b) return false;
  // `ssl_certificate` and `ssl_certificate_key`
  if (isKeyOf(a, b) || isKeyOf(b, a)) return true;
  return a.some((word, i) =>
    b.some(
      (partner, k) =>
        partners.get(word)?.has(partner) === true &&
        a.filter((_, at) => at !== i).join(' ') === b.filter((_, at) => at !== k).join(' '),
    ),
  );
}

const isKeyOf = (cert: readonly string[], key: readonly string[]): boolean =>
  cert.some((word) => /^cert/.test(word)) && key.join(' ') === `${cert.join(' ')} key`;

/** Two packages that are called alike and had one version: `react`, `react-dom`; `jest`, `ts-jest`. */
function isLockstep(some: Changed, other: Changed): boolean {
  const was = some.base.value;
  if (was !== other.base.value || some.entry.value === other.entry.value || !/\d\.\d/.test(was)) return false;
  return areCalledAlike(some.entry, other.entry);
}

function areCalledAlike(some: Entry, other: Entry): boolean {
  if (some.parent !== other.parent) return false;
  const [a, b] = [some.name, other.name].map((name) => /^@[\w.-]+(?=\/)|^[a-z][a-z0-9]+/i.exec(name)?.[0]);
  if (a !== undefined && a === b) return true;
  const [own, its] = [some.name, other.name].map(nameWords);
  return own?.join(' ') === its?.at(-1) || its?.join(' ') === own?.at(-1);
}

/** Whether any of the entries may belong together or be a sense, by themselves: most are not, and the versions need not be read. */
const mayBelong = (given: readonly Entry[]): boolean =>
  given.some((one, i) => {
    if (OPPOSES.test(one.value)) return true;
    for (let k = i + 1; k < given.length; k++) {
      const other = given[k];
      if (!other || other.line - one.line > NEAR) return false;
      if (isPair(one, other) || areCalledAlike(one, other)) return true;
    }
    return false;
  });

/** Of a text without any nothing more is read. */
const FLAGS = /[:=]\s*["'`]?(?:true|false|yes|no|on|off|0|1|enabled|disabled)\b/i;
const FLAG = /^(?:true|false|yes|no|on|off|0|1|enabled|disabled)$/i;

/**
 * `disableCache = true` and `enableCache = true`, where the base has `disableCache = false`: one side changed the value and the other
 * turned the name round. Asked of the versions alone, since a text that takes a side is wrong as well.
 */
function turnedFlags([base, left, right]: KnownVersions): Apart[] {
  return [...base.values()].flatMap((before): Apart[] => {
    if (!FLAG.test(before.value)) return [];
    for (const [renaming, changing] of [
      [left, right],
      [right, left],
    ] as const) {
      const changed = changing.get(keyOf(before));
      if (!changed || changed.value === before.value || !FLAG.test(changed.value) || renaming.has(keyOf(before)))
        continue;
      const isAnew = (entry: Entry) => !base.has(keyOf(entry)) && entry.parent === before.parent;
      const renamed = [...renaming.values()].find((entry) => isAnew(entry) && areOpposite(entry.name, before.name));
      if (renamed) return [{ kind: 'flag', was: before.name, now: renamed.name, value: changed.value }];
    }
    return [];
  });
}

/** What lets in or keeps out, with all that it names. */
const SENSE =
  /^(?:allow(?:ed)?|deny|denied|permit|block|accept|reject|drop|grant|revoke|includes?|excludes?|present|absent|whitelist|blacklist|allowlist|denylist|blocklist)$/i;

/** What may be the opposite of such a word has one of these in it. */
const OPPOSES = /allow|deny|nied|permit|block|accept|reject|drop|grant|revoke|clude|present|absent|empty|blank|list/i;

/** One side turned such a word round, and the other changed what it says that of. */
function turnedSenses(changed: readonly Changed[], edited: readonly OwnLine[]): Apart[] {
  return changed.flatMap(({ entry, by, base: { value: was } }): Apart[] => {
    if (!SENSE.test(was) || !areOpposite(was, entry.value)) return [];
    const isBeside = edited.some((one) => one.by !== by && Math.abs(one.at - entry.line) <= NEAR);
    return isBeside ? [{ kind: 'sense', name: entry.name, was, now: entry.value, by }] : [];
  });
}
