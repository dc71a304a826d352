/**
 * Where the larger of two version numbers need not be what is meant, though the sides differ in nothing else: exclusions, of which
 * one would be lost; upper bounds, of which the larger allows what one side ruled out; addresses, which have no order; plain
 * decimals of code, which are no versions; and a number that ours lowered on purpose.
 */
import type { LanguageId } from '../../syntax/languages.ts';
import { compareVersions, largerVersion, type Version, versionsIn } from './version.ts';

export interface VersionDoubt {
  readonly kind: 'excluded' | 'bound' | 'address' | 'number' | 'lowered';
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

/** What a number stands behind in code, where it is none of a text. */
const VALUE = /(?:^|[\s=([{,:;+*/<>?!&|-])$/;

const known = new WeakMap<TextSides, Partial<Record<'code' | 'text', VersionDoubt | 'none'>>>();

interface TextSides {
  readonly base?: string | undefined;
  readonly left: string;
  readonly right: string;
}

/** The same of a conflict's sides, kept for as long as these are: it is asked with each ranking. */
export function versionDoubtOf(sides: TextSides, language: LanguageId | undefined): VersionDoubt | undefined {
  const isCode = language !== undefined && !WRITES_VERSIONS_BARE.has(language);
  const kept = known.get(sides) ?? {};
  const key = isCode ? 'code' : 'text';
  const found = kept[key] ?? versionDoubt(sides.base, sides.left, sides.right, isCode) ?? 'none';
  kept[key] = found;
  known.set(sides, kept);
  return found === 'none' ? undefined : found;
}

/** Where a version often stands without quotes. */
const WRITES_VERSIONS_BARE = new Set<LanguageId>(['yaml', 'xml', 'html', 'markdown', 'properties']);

/** Undefined where the larger is what is mostly meant, or the sides differ in more than versions. */
export function versionDoubt(
  base: string | undefined,
  left: string,
  right: string,
  isCode = false,
): VersionDoubt | undefined {
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
    if (isCode && isDecimal(one) && isDecimal(two)) return { kind: 'number', ...said };
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
  /** Its line, up to it, or the end of that. */
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
    before: lineBefore(text, match.index),
  }));
}

const BEFORE = 80;

function lineBefore(text: string, at: number): string {
  const near = text.slice(Math.max(0, at - BEFORE), at);
  return near.slice(near.lastIndexOf('\n') + 1);
}

const isAlike = (a: string, b: string): boolean => blank(a) === blank(b);

const blank = (text: string): string => text.replace(NUMBER, '\u0000').replace(/\s+/g, '');

const isAddress = ({ said, before }: Placed): boolean =>
  FOUR.test(said) && said.split('.').every((part) => Number(part) <= 255) && !OF_PACKAGE.test(before);

/** `1.25` that stands by itself, in no quotes, on a line that does not speak of versions. */
const isDecimal = ({ said, before }: Placed): boolean =>
  /^\d+\.\d+$/.test(said) &&
  VALUE.test(before) &&
  !/version|release/i.test(before) &&
  ['"', "'", '`'].every((quote) => before.split(quote).length % 2 === 1);
