/** A file with an answer in each of its conflicts, and what its syntax trees say of it: for whoever judges it as a whole. */
import { aftermathOf } from '../merge/aftermath/aftermath.ts';
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
export interface OpenText extends Pick<AnsweredFile, 'path' | 'sides' | 'times' | 'elsewhere'> {
  readonly text: string;
  /** In order, each with where it stands in the text, markers included. */
  readonly conflicts: readonly {
    readonly span: Span;
    readonly sides: Sides;
    readonly resolutions: readonly Resolution[];
  }[];
}

/** Undefined where a conflict has no answer, or the file is too large. */
export function answered({
  path,
  sides,
  times,
  elsewhere,
  text: marked,
  conflicts,
}: OpenText): AnsweredFile | undefined {
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
  return { path, sides, text: text + marked.slice(at), answers, elsewhere, ...(times ? { times } : {}) };
}

/** Undefined where there is no grammar or it gave up. Load the grammar first (`syntax.ready`). */
export function treeFacts(file: AnsweredFile, syntax: Syntax): TreeFacts | undefined {
  const language = languageOf(file.path);
  const trees = language && treesOf(file, syntax);
  if (!trees) return undefined;
  return { aftermath: aftermathOf(trees, language), newErrors: newErrors(trees.merged, [trees.left, trees.right]) };
}

/** Syntax errors that no side has; 0 also where nothing can be said. */
export function brokenBy(file: AnsweredFile, syntax: Syntax): number {
  const trees = treesOf(file, syntax);
  return trees ? newErrors(trees.merged, [trees.left, trees.right]) : 0;
}

function treesOf({ path, sides, text }: AnsweredFile, syntax: Syntax) {
  const texts = [...(sides.base === undefined ? [] : [sides.base]), sides.left, text, sides.right];
  const trees = syntax.parseVersions(
    languageOf(path),
    texts.map((one) => ({ text: one })),
  );
  const [left, merged, right] = trees.slice(-3);
  if (!left || !merged || !right) return undefined;
  return { base: sides.base === undefined ? undefined : trees[0], left, right, merged };
}
