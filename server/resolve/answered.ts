/** A file with an answer in each of its conflicts, and what its syntax trees say of it: for whoever judges it as a whole. */
import { aftermathOf } from '../merge/aftermath.ts';
import type { Sides } from '../merge/conflict.ts';
import { languageOf } from '../syntax/languages.ts';
import type { Syntax } from '../syntax/syntax.ts';
import { newErrors } from '../syntax/tree.ts';
import type { Span } from '../text/span.ts';
import type { Resolution } from './candidate.ts';
import type { Answer, AnsweredFile, TreeFacts } from './features/fileFeatures.ts';

/** Larger files are not judged as a whole (UTF-16 units of a side). */
const LARGE = 1_000_000;

/** A text with conflicts still marked in it. */
export interface OpenText extends Pick<AnsweredFile, 'path' | 'sides' | 'times'> {
  readonly text: string;
  /** In order, each with where it stands in the text, markers included. */
  readonly conflicts: readonly {
    readonly span: Span;
    readonly sides: Sides;
    readonly resolutions: readonly Resolution[];
  }[];
}

/** Undefined where a conflict has no answer, or the file is too large. */
export function answered({ path, sides, times, text: marked, conflicts }: OpenText): AnsweredFile | undefined {
  if (Math.max(sides.left.length, sides.right.length) > LARGE) return undefined;
  let text = '';
  let at = 0;
  const answers: Answer[] = [];
  for (const { span, sides: own, resolutions } of conflicts) {
    const [best] = resolutions;
    if (best === undefined) return undefined;
    text += marked.slice(at, span.start);
    const start = text.length;
    text += best.candidate.text;
    answers.push({ span: { start, end: text.length }, sides: own, resolutions });
    at = span.end;
  }
  return { path, sides, text: text + marked.slice(at), answers, ...(times ? { times } : {}) };
}

/** Undefined where there is no grammar or it gave up. Load the grammar first (`syntax.ready`). */
export function treeFacts({ path, sides, text }: AnsweredFile, syntax: Syntax): TreeFacts | undefined {
  const language = languageOf(path);
  if (!language) return undefined;
  const texts = [...(sides.base === undefined ? [] : [sides.base]), sides.left, text, sides.right];
  const trees = syntax.parseVersions(
    language,
    texts.map((one) => ({ text: one })),
  );
  const [left, merged, right] = trees.slice(-3);
  if (!left || !merged || !right) return undefined;
  const base = sides.base === undefined ? undefined : trees[0];
  return {
    aftermath: aftermathOf({ base, left, right, merged }, language),
    newErrors: newErrors(merged, [left, right]),
  };
}
