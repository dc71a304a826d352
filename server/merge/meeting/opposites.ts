/** Names and words that say the opposite of each other, whatever the language: `isEmpty` and `isNotEmpty`, `disableCache` and `enableCache`. */
import { nameWords } from '../../text/nameWords.ts';

const PAIRS: readonly (readonly [string, string])[] = [
  ['some', 'none'],
  ['ok', 'err'],
  ['present', 'empty'],
  ['present', 'blank'],
  ['any', 'empty'],
  ['any', 'none'],
  ['enabled', 'disabled'],
  ['enable', 'disable'],
  ['open', 'closed'],
  ['allowed', 'denied'],
  ['allow', 'deny'],
  ['allow', 'block'],
  ['permit', 'deny'],
  ['accept', 'reject'],
  ['accept', 'drop'],
  ['grant', 'revoke'],
  ['include', 'exclude'],
  ['included', 'excluded'],
  ['includes', 'excludes'],
  ['show', 'hide'],
  ['visible', 'hidden'],
  ['skip', 'run'],
  ['with', 'without'],
  ['required', 'optional'],
  ['present', 'absent'],
  ['public', 'private'],
  ['whitelist', 'blacklist'],
  ['allowlist', 'denylist'],
  ['allowlist', 'blocklist'],
  ['on', 'off'],
  ['yes', 'no'],
  ['true', 'false'],
];
const opposite = new Set(PAIRS.flatMap(([some, other]) => [`${some} ${other}`, `${other} ${some}`]));
const DENIES = /^(?:not|non|no|isn|never|without)$/;
const BEGINS = /^(?:non|in|un|dis|im|de)(?=[a-z]{3})/;

const areOpposed = (some: string, other: string): boolean =>
  opposite.has(`${some} ${other}`) ||
  (some !== other && (some.replace(BEGINS, '') === other || other.replace(BEGINS, '') === some));

/** One word of the two names is the opposite of the other's, or a denial that the other does not have; the rest is the same. */
export function areOpposite(some: string, other: string): boolean {
  const [a, b] = [some, other].map((name) => nameWords(name));
  if (!a || !b || a.length === 0 || b.length === 0) return false;
  const [longer, shorter] = a.length >= b.length ? [a, b] : [b, a];
  if (longer.length === shorter.length) {
    const apart = longer.flatMap((word, k) => (word === shorter[k] ? [] : [k]));
    const [k = -1] = apart;
    return apart.length === 1 && areOpposed(longer[k] ?? '', shorter[k] ?? '');
  }
  if (longer.length !== shorter.length + 1) return false;
  const extra = longer.findIndex((word, k) => word !== shorter[k]);
  return DENIES.test(longer[extra] ?? '') && longer.slice(extra + 1).join(' ') === shorter.slice(extra).join(' ');
}
