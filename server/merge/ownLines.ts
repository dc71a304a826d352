/** Lines of a result that one side alone wrote: what line rules ask of. The versions are read once for all results. */
import { splitLines } from '../text/lines.ts';

export interface OwnLine {
  /** Without white space around it. */
  readonly line: string;
  readonly at: number;
  readonly by: 'ours' | 'theirs';
}

export interface LinesOf {
  /** Empty where not both sides wrote one: then nothing of them meets. */
  readonly edited: (result: string) => readonly OwnLine[];
  readonly base: () => ReadonlySet<string>;
}

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
    edited: (result) => {
      const lines = splitLines(result);
      if (lines.length > LINES) return [];
      const [had, ours, theirs] = sets();
      const found = lines.flatMap((raw, at): OwnLine[] => {
        const line = raw.length > LINE ? '' : raw.trim();
        if (line === '' || had?.has(line) || ours?.has(line) === theirs?.has(line)) return [];
        return [{ line, at, by: ours?.has(line) ? 'ours' : 'theirs' }];
      });
      const [first] = found;
      return first && found.some(({ by }) => by !== first.by) ? found : [];
    },
  };
}
