/**
 * What the three versions of a path say about its markers: which line of `=` divides two sides that hold such lines
 * themselves (the underline of a heading), and which markers are text that a side has in its file, as a test fixture does.
 */
import { isVirtual } from '../text/longMarkers.ts';
import type { Sides } from './conflict.ts';

export interface MarkStages {
  readonly base?: string;
  readonly left: string;
  readonly right: string;
}

interface Marks {
  readonly left: number;
  readonly base: number | undefined;
  readonly middle: number;
  readonly right: number;
}

/** Above this many pairs of lines the guess stands. */
const MOST_TRIED = 64;

/** The guess where its sides stand in their stages, else the first marks whose sides do, else the guess. */
export function chooseMarks(
  guess: Marks,
  { bars, equals }: { readonly bars: readonly number[]; readonly equals: readonly number[] },
  read: (marks: Marks) => Sides | undefined,
  stages: MarkStages,
): Marks {
  const others = equals.flatMap((middle) =>
    [...bars.filter((bar) => bar < middle), undefined].map((base): Marks => ({ ...guess, base, middle })),
  );
  if (others.length > MOST_TRIED) return guess;
  const fits = (marks: Marks) => {
    const sides = read(marks);
    if (!sides || !standsIn(sides.left, stages.left) || !standsIn(sides.right, stages.right)) return false;
    return sides.base === undefined || standsIn(sides.base, stages.base ?? '');
  };
  return [guess, ...others].find(fits) ?? guess;
}

/** Whether a conflict, markers and all, is text of one of the versions: then git did not write it. What git merged is none. */
export const isInStage = (conflict: string, { base = '', left, right }: MarkStages): boolean =>
  [left, right, isVirtual(base) ? '' : base].some((stage) => standsIn(conflict, stage));

/** As whole lines. Git ends the last line of a side where its file does not. */
function standsIn(text: string, stage: string): boolean {
  if (text === '') return true;
  const ended = stage === '' || stage.endsWith('\n') ? stage : `${stage}${text.endsWith('\r\n') ? '\r\n' : '\n'}`;
  for (let at = ended.indexOf(text); at >= 0; at = ended.indexOf(text, at + 1)) {
    const end = at + text.length;
    if ((at === 0 || ended[at - 1] === '\n') && (text.endsWith('\n') || end === ended.length || ended[end] === '\n'))
      return true;
  }
  return false;
}
