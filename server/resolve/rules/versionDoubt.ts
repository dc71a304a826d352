/**
 * Where the larger of two version numbers need not be what is meant, though the sides differ in nothing else: exclusions, of which
 * one would be lost; upper bounds, of which the larger allows what one side ruled out; addresses, which have no order; and a number
 * that ours lowered on purpose.
 */
import { compareVersions, largerVersion, type Version, versionsIn } from './version.ts';

export interface VersionDoubt {
  readonly kind: 'excluded' | 'bound' | 'address' | 'lowered';
  /** As ours has it and theirs; of what ours lowered, as the base has it and ours. */
  readonly was: string;
  readonly other: string;
}

const EXCLUDED = /!=\s*["'v]*$/;
/** `<2.0`, `<= 2.0`, and the end of a range as Maven and NuGet write it. */
const BELOW = /(?:<=?|\u2264)\s*["'v]*$|[[(]\s*v?[\d.]*\s*,\s*["'v]*$/;
const LIMIT = /(?:max|upper|until|below|less[-_ ]?than|ceiling)[\w-]*["']?[^\w"']{0,6}["'v]*$/i;
const FOUR = /^\d{1,3}(?:\.\d{1,3}){3}$/;
/** A line that says it, or coordinates of a package. */
const OF_PACKAGE = /version|release|assembly|package|[\w-][:@]["']?$/i;

/** Undefined where the larger is what is mostly meant, or the sides differ in more than versions. */
export function versionDoubt(base: string | undefined, left: string, right: string): VersionDoubt | undefined {
  const larger = largerVersion(left, right);
  if (!larger) return undefined;
  const [ours, theirs] = [placed(left), placed(right)];
  const was = base !== undefined && isAlike(base, left) ? placed(base) : [];
  for (const [i, one] of ours.entries()) {
    const two = theirs[i];
    if (!two || compareVersions(one.version, two.version) === 0) continue;
    const said = { was: one.said, other: two.said };
    if (EXCLUDED.test(one.before)) return { kind: 'excluded', ...said };
    if (BELOW.test(one.before) || LIMIT.test(one.before)) return { kind: 'bound', ...said };
    if (isAddress(one) && isAddress(two)) return { kind: 'address', ...said };
    const from = was[i];
    // Where theirs is the lower one the larger is as sure as ever: it is a bump that ours has and theirs takes back, or never had.
    if (from && larger.side === 'right' && compareVersions(one.version, from.version) < 0)
      return { kind: 'lowered', was: from.said, other: one.said };
  }
  return undefined;
}

interface Placed {
  readonly version: Version;
  readonly said: string;
  /** Its line, up to it. */
  readonly before: string;
}

/** As `versionsIn` reads them. */
const NUMBER =
  /(?<![\w.])v?\d+(?:\.\d+)+(?:[-+.]?(?:alpha|beta|rc|pre|dev|snapshot|canary|next|final|ga|m)[-.]?\d*)?/gi;

function placed(text: string): Placed[] {
  const versions = versionsIn(text);
  return [...text.matchAll(NUMBER)].map((match, i) => ({
    version: versions[i] ?? [],
    said: match[0],
    before: text.slice(text.lastIndexOf('\n', match.index) + 1, match.index),
  }));
}

const isAlike = (a: string, b: string): boolean => blank(a) === blank(b);

const blank = (text: string): string => text.replace(NUMBER, '\u0000').replace(/\s+/g, '');

const isAddress = ({ said, before }: Placed): boolean =>
  FOUR.test(said) && said.split('.').every((part) => Number(part) <= 255) && !OF_PACKAGE.test(before);
