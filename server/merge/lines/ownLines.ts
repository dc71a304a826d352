/** Lines of a result that one side alone wrote: what line rules ask of. The versions are read once for all results. */
import { splitLines } from '../../text/lines.ts';

export interface OwnLine {
  /** Without white space around it. */
  readonly line: string;
  readonly at: number;
  readonly by: 'ours' | 'theirs';
}

export interface LinesOf {
  readonly read: (result: string) => ReadLines;
  readonly base: () => ReadonlySet<string>;
}

export interface ReadLines {
  /** Empty where not both sides wrote one: then nothing of them meets. */
  readonly edited: readonly OwnLine[];
  /** The result with nothing in the lines that are far from what is in no base: there is nothing of either side. */
  readonly near: string;
}

/** Two things that belong together stand no farther apart, in lines. */
const NEAR = 12;
const LINE = 300;
const LINES = 20_000;

export function linesOf([base, left, right]: readonly [base: string, left: string, right: string]): LinesOf {
  let known: readonly ReadonlySet<string>[] | undefined;
  const sets = () => {
    known ??= [base, left, right].map((text) => new Set(splitLines(text).map((line) => line.trim())));
    return known;
  };
  return {
    base: () => sets()[0] ?? new Set(),
    read: (result) => {
      const lines = splitLines(result);
      if (lines.length > LINES) return { edited: [], near: '' };
      const [had, ours, theirs] = sets();
      const found: OwnLine[] = [];
      const fresh: number[] = [];
      for (const [at, raw] of lines.entries()) {
        const line = raw.trim();
        if (line === '' || had?.has(line)) continue;
        fresh.push(at);
        if (line.length <= LINE && ours?.has(line) !== theirs?.has(line))
          found.push({ line, at, by: ours?.has(line) ? 'ours' : 'theirs' });
      }
      const [first] = found;
      const edited = first && found.some(({ by }) => by !== first.by) ? found : [];
      return { edited, near: around(lines, fresh) };
    },
  };
}

function around(lines: readonly string[], places: readonly number[]): string {
  if (places.length === 0) return '';
  if (lines.length <= 2 * NEAR) return lines.join('');
  let next = 0;
  return lines
    .map((line, at) => {
      while (next < places.length && (places[next] ?? 0) < at - NEAR) next++;
      return (places[next] ?? Number.POSITIVE_INFINITY) <= at + NEAR ? line : '\n';
    })
    .join('');
}
