/**
 * Releases in a changelog, each with a heading of its own: the newest comes first, or last, as the headings around say. Of two that the
 * sides added at one place, whose goes first is said by their versions, not by whose they are.
 */
import { splitLines } from '../../text/lines.ts';
import type { Side, Writer } from './rows.ts';

export interface Misplaced {
  readonly first: string;
  readonly second: string;
  /** Whose the second is. */
  readonly by: Side;
  readonly why: 'an older release' | 'a newer release';
}

const FILE =
  /(?:^|\/)(?:[^/]*change|[^/]*release|history|news|whatsnew|upgrad)[^/]*\.(?:md|markdown|rst|adoc|txt)$|(?:^|\/)(?:CHANGES|HISTORY|NEWS)$/i;
const HEADING =
  /^(?:#{1,4}\s*|=+\s+)?\[?(?:version\s+|release\s+)?v?(\d+(?:\.\d+){1,3})(?:\]|\b)(?!-|\s*(?:[+*/=<>%]|\.\w))/i;

/** The numbers of a release that a line is the heading of; not of one before it is out (`1.3.0-rc.1`), which sorts by more. */
function releaseOf(line: string): readonly number[] | undefined {
  const bare = line.trim();
  if (bare.length > 80 || !/^[#=[]|^v?\d/i.test(bare)) return undefined;
  return HEADING.exec(bare)?.[1]?.split('.').map(Number);
}

/** @returns above 0 where the first is newer. */
function compare(a: readonly number[], b: readonly number[]): number {
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const by = (a[i] ?? 0) - (b[i] ?? 0);
    if (by !== 0) return by;
  }
  return 0;
}

/** The first release of one side right behind one of the other that it belongs before, if any. */
export function releaseBehind(
  lines: readonly string[],
  writer: Writer,
  { before, after, path }: { readonly before: string; readonly after: string; readonly path: string },
): Misplaced | undefined {
  if (!FILE.test(path)) return undefined;
  const own = lines.flatMap((line) => {
    const release = releaseOf(line);
    return release ? [{ line, release, by: writer(line) }] : [];
  });
  const above = nearest(splitLines(before.slice(-NEAR)).reverse());
  const below = nearest(splitLines(after.slice(0, NEAR)));
  for (const [i, second] of own.entries()) {
    const first = own[i - 1];
    if (!first?.by || !second.by || first.by === second.by) continue;
    const order = compare(first.release, second.release);
    const around = [above && compare(above, first.release), below && compare(second.release, below)];
    const isNewestFirst = around.some((one) => one !== undefined && one > 0);
    const isNewestLast = around.some((one) => one !== undefined && one < 0);
    if (order === 0 || isNewestFirst === isNewestLast || order > 0 === isNewestFirst) continue;
    const why = order < 0 ? 'an older release' : 'a newer release';
    return { first: first.line.trim(), second: second.line.trim(), by: second.by, why };
  }
  return undefined;
}

const NEAR = 20_000;

function nearest(lines: readonly string[]): readonly number[] | undefined {
  for (const line of lines) {
    const release = releaseOf(line);
    if (release) return release;
  }
  return undefined;
}
