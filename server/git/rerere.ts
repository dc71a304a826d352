/**
 * What git's rerere remembers of conflicts resolved before in this repository: `rr-cache/<id>/preimage` holds a conflict (sides
 * in byte order, without labels), `postimage` the same text resolved. Reads only; a conflict is found again by its two sides.
 */
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { splitLines } from '../text/lines.ts';
import type { Repository } from './repository.ts';

export interface Remembered {
  /** Both sides, in an order that says nothing: rerere keeps the smaller first. */
  readonly sides: readonly [string, string];
  /** Where it is known: an earlier merge has one, rerere has none. */
  readonly base?: string;
  readonly text: string;
  /** When it was resolved, Unix milliseconds. */
  readonly at: number;
  /** The merge that resolved it; absent where git's rerere remembers it. */
  readonly merge?: {
    readonly commit: string;
    readonly author: string;
    readonly title: string;
    readonly path: string;
  };
}

/** So many entries are read, last used first. */
const MOST = 200;

export interface Entry {
  readonly name: string;
  /** When it was resolved, as near as git tells: with each use it renews the time of the resolution, not that of its conflict. */
  readonly at: number;
  /** When it was recorded or put in last. */
  readonly used: number;
}

/** Conflicts with a resolution, last used first. */
export async function entriesOf(repo: Repository): Promise<readonly Entry[]> {
  const folder = join(repo.commonDir, 'rr-cache');
  const names = await readdir(folder).catch(() => []);
  const dated = await Promise.all(
    names.map(async (name) => {
      const time = (file: string) =>
        stat(join(folder, name, file)).then(
          ({ mtimeMs }) => mtimeMs,
          () => undefined,
        );
      const [met, used] = await Promise.all([time('preimage'), time('postimage')]);
      return used === undefined ? [] : [{ name, at: Math.min(met ?? used, used), used }];
    }),
  );
  return dated
    .flat()
    .sort((a, b) => b.used - a.used)
    .slice(0, MOST);
}

export async function remembered(repo: Repository, among?: readonly Entry[]): Promise<readonly Remembered[]> {
  const folder = join(repo.commonDir, 'rr-cache');
  const entries = among ?? (await entriesOf(repo));
  const all = await Promise.all(
    entries.map(async ({ name, at }) => {
      const read = (file: string) => readFile(join(folder, name, file), 'utf8').catch(() => '');
      const [before, after] = await Promise.all([read('preimage'), read('postimage')]);
      return resolvedIn(before, after).map((one) => ({ ...one, at }));
    }),
  );
  return all.flat();
}

/**
 * Each conflict of a preimage with the text that took its place: what stands between the same surroundings. None at all where
 * a cut is in doubt, since a wrong one moves all the others.
 */
export function resolvedIn(before: string, after: string): Omit<Remembered, 'at'>[] {
  const parts = partsOf(before);
  const found: Omit<Remembered, 'at'>[] = [];
  let at = 0;
  for (const [i, part] of parts.entries()) {
    if (typeof part === 'string') {
      if (!after.startsWith(part, at)) return [];
      at += part.length;
      continue;
    }
    const next = parts[i + 1];
    const end = endOf(after, at, next, i + 2 === parts.length);
    if (end === undefined) return [];
    found.push({ sides: part, text: after.slice(at, end) });
    at = end;
  }
  return found;
}

/** Where a resolution that starts at `at` ends; undefined where what belongs to which cannot be told. */
function endOf(after: string, at: number, next: Part | undefined, isLast: boolean): number | undefined {
  if (next === undefined) return after.length;
  // Two conflicts side by side.
  if (typeof next !== 'string') return undefined;
  if (isLast) {
    const end = after.length - next.length;
    return end >= at && after.endsWith(next) ? end : undefined;
  }
  const end = after.indexOf(next, at);
  // Surroundings that were edited too, or that a resolution may hold as well.
  return end < 0 || after.indexOf(next, end + 1) >= 0 ? undefined : end;
}

type Part = string | readonly [string, string];

function partsOf(text: string): Part[] {
  const parts: Part[] = [];
  let [plain, one, other, state] = ['', '', '', 'plain'];
  for (const line of splitLines(text)) {
    const bare = line.trimEnd();
    if (state === 'plain' && /^<{7,}$/.test(bare)) {
      if (plain !== '') parts.push(plain);
      [plain, one, other, state] = ['', '', '', 'one'];
    } else if (state === 'one' && /^={7,}$/.test(bare)) state = 'other';
    else if (state === 'other' && /^>{7,}$/.test(bare)) {
      parts.push([one, other]);
      state = 'plain';
    } else if (state === 'plain') plain += line;
    else if (state === 'one') one += line;
    else other += line;
  }
  if (plain !== '') parts.push(plain);
  return parts;
}
