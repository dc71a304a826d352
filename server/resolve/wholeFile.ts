/**
 * How sure a file is as a whole. A user judges a file, and a conflict's confidence says nothing of the rest: in a fifth of
 * the files developers change something that git merged by itself. So a file's number is the product of its conflicts'
 * confidences times the measured chance that the rest stays as it is, as often as the like of that was right
 * (`models/file.json.gz`, training/files.py).
 */
import { calibrated, type Points } from '../model/calibration.ts';
import { Forest, type TreeModel } from '../model/trees.ts';
import type { Syntax } from '../syntax/syntax.ts';
import { aftermathWarnings, type Warning } from './aftermathWords.ts';
import { answered, type OpenText, treeFacts } from './answered.ts';
import { fileFeatures } from './features/fileFeatures.ts';
import { movedWarnings } from './moves.ts';
import { togetherWarnings } from './together.ts';

export interface Outlook {
  /** Chance that the file with all its best answers is what its developers would leave. Absent: it was not measured. */
  readonly confidence?: number;
  /** Of it, the chance that nothing is changed by hand outside of the conflicts. */
  readonly rest?: number;
  /** What git's merge of the rest, or an answer, may have broken. */
  readonly warnings: readonly Warning[];
}

/** Judges whole files. `plainJudge` does so without a model: it warns and measures nothing. */
export interface FileJudge {
  /** @param before confidences of what was applied to the file before and stands. */
  outlook(file: OpenText, syntax: Syntax, before?: readonly number[]): Outlook;
  /** The file's confidence from which a file is likely; absent where that is not measured. */
  readonly enough?: number;
  /** The same from which a file of safe answers is safe: by what is known beforehand, and with conflicts of the merge decided. */
  readonly safe?: number;
  readonly safeDecided?: number;
  /** The confidence from which a conflict is likely by itself, where its file is judged as a whole. */
  readonly conflict?: number;
}

export const plainJudge: FileJudge = {
  outlook: (file, syntax) => judged(file, syntax, [], () => undefined),
};

export interface FileModel {
  readonly version: number;
  /** The logarithm of the odds that the rest of a file stays as it is. */
  readonly rest: TreeModel;
  /** Points of the product as it comes, and how often the like of it was right; straight lines between. Absent: as it comes. */
  readonly calibration?: Points;
  /** Without `safe` a file of safe answers must be likely. */
  readonly thresholds: {
    readonly file: number;
    readonly conflict: number;
    readonly safe?: number;
    readonly safeDecided?: number;
  };
}

const VERSION = 1;

/** @throws Error when the model is broken or of another version. */
export function fileJudge(model: FileModel): FileJudge {
  if (model.version !== VERSION)
    throw new Error(`the model of whole files has version ${model.version}, this Mortise reads version ${VERSION}`);
  const forest = new Forest(model.rest);
  const { file: enough, conflict, safe = enough, safeDecided = safe } = model.thresholds;
  if (![enough, conflict, safe, safeDecided].every((one) => one > 0 && one <= 1))
    throw new Error('the model of whole files lacks its thresholds');
  let columns: Int32Array | undefined;
  const rest: Measure = (features) => {
    columns ??= forest.columnsAmong(features.map(([name]) => name));
    const score = forest.score(
      features.map(([, value]) => value),
      columns,
    );
    return 1 / (1 + Math.exp(-score));
  };
  const { calibration = [] } = model;
  return {
    outlook: (file, syntax, before = []) => judged(file, syntax, before, rest, calibration),
    enough,
    conflict,
    safe,
    safeDecided,
  };
}

type Measure = (features: ReturnType<typeof fileFeatures>) => number | undefined;

function judged(
  open: OpenText,
  syntax: Syntax,
  before: readonly number[],
  measure: Measure,
  calibration: Points = [],
): Outlook {
  try {
    const file = answered(open);
    if (!file) return { warnings: [] };
    const trees = treeFacts(file, syntax);
    const warnings = [
      ...movedWarnings(file),
      ...togetherWarnings(file),
      ...(trees ? aftermathWarnings(trees.aftermath, file) : []),
    ];
    const rest = measure(fileFeatures(file, trees));
    if (rest === undefined) return { warnings };
    const own = file.answers.map(({ resolutions }) => resolutions[0]?.sure ?? resolutions[0]?.confidence ?? 0);
    const product = [...before, ...own, rest].reduce((all, one) => all * one, 1);
    return { confidence: calibrated(product, calibration), rest, warnings };
  } catch {
    // Merging never fails: a file that cannot be judged as a whole is judged by its conflicts, as before.
    return { warnings: [] };
  }
}
