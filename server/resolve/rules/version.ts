/** Version numbers in text, and the rule "the larger version" (right 54 times in 56 for its nearest rival's data). */
export type Version = readonly number[];

const VERSION =
  /(?<![\w.])v?(\d+(?:\.\d+)+)(?:[-+.]?(alpha|beta|rc|pre|dev|snapshot|canary|next|final|ga|m)[-.]?(\d*))?/gi;
const PRERELEASE: Readonly<Record<string, number>> = {
  dev: -6,
  snapshot: -5,
  canary: -5,
  alpha: -4,
  m: -3,
  beta: -3,
  pre: -2,
  next: -2,
  rc: -1,
  final: 0,
  ga: 0,
};

/** Dotted numbers in order, a pre-release sorted below its release (semver.org §11, loosely). */
export function versionsIn(text: string): Version[] {
  const out: Version[] = [];
  for (const match of text.matchAll(VERSION)) {
    const numbers = (match[1] ?? '').split('.').map(Number);
    while (numbers.length < 4) numbers.push(0);
    const label = match[2]?.toLowerCase();
    numbers.push(label === undefined ? 0 : (PRERELEASE[label] ?? -2), Number(match[3] || 0));
    out.push(numbers);
  }
  return out;
}

export function compareVersions(a: Version, b: Version): number {
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

const ANY_VERSION = new RegExp(VERSION.source, 'gi');

/**
 * When both sides differ from each other only in version numbers: the text of the side whose every differing version is
 * the larger. Undefined when something else differs or the larger ones are on both sides.
 */
export function largerVersion(left: string, right: string): { text: string; side: 'left' | 'right' } | undefined {
  const blank = (text: string) => text.replace(ANY_VERSION, '\u0000').replace(/\s+/g, '');
  if (blank(left) !== blank(right)) return undefined;
  const l = versionsIn(left);
  const r = versionsIn(right);
  if (l.length !== r.length || l.length === 0) return undefined;
  let sign = 0;
  for (let i = 0; i < l.length; i++) {
    const order = Math.sign(compareVersions(l[i] ?? [], r[i] ?? []));
    if (order === 0) continue;
    if (sign !== 0 && order !== sign) return undefined;
    sign = order;
  }
  if (sign === 0) return undefined;
  return sign > 0 ? { text: left, side: 'left' } : { text: right, side: 'right' };
}
