/** Keeps how files were judged as a whole: every change of a repository asks about all its files again, and four trees are read for each. */
import type { FileJudge, Outlook } from '../resolve/wholeFile.ts';
import { shortHash } from './view.ts';

/** So many files' answers are kept; an outlook is small. */
const KEPT = 4000;

/** The same judge. Load a file's grammar before it asks: what was judged without is kept as well. */
export function keepOutlooks(judge: FileJudge): FileJudge {
  const kept = new Map<string, Outlook>();
  return {
    ...judge,
    outlook(file, syntax, before = []) {
      const { path, sides, times, text, conflicts, elsewhere } = file;
      const now = elsewhere && [...elsewhere.now];
      const answers = conflicts.map(({ span, sides: own, resolutions: [best] }) => [
        span,
        own,
        best?.candidate.text,
        best?.confidence,
      ]);
      const key = shortHash(JSON.stringify([path, sides, times, text, answers, before, now]));
      const known = kept.get(key);
      if (known) return known;
      const outlook = judge.outlook(file, syntax, before);
      if (kept.size >= KEPT) kept.delete(kept.keys().next().value ?? '');
      kept.set(key, outlook);
      return outlook;
    },
  };
}
