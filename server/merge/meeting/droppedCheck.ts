/**
 * A check that one side takes away and the other changes: `if (n < 0) throw …` deleted here, `n <= 0` there. Whichever side a text
 * follows, what the other wanted of the check is gone, and with the deletion the check as well.
 */
import { cut, type Placed } from '../edits.ts';

export interface DroppedCheck {
  /** Who deleted it. */
  readonly by: 'ours' | 'theirs';
  /** What was deleted, as the base has it. */
  readonly check: string;
}

/** Words of a check and nothing else: a longer run that goes is code that was replaced, and its checks with it. */
const MOST_WORDS = 48;

/** A condition, and what ends the way through the code where it is not met. */
const CONDITION = /\b(?:if|unless|elif|elsif|guard|when)\b|\|\||&&/;
const LEAVES = /\b(?:throw|raise|return|panic|abort|die|exit|continue|break|reject|fatal\w*|fail\w*)\b/i;
/** A call that is a check by itself: not the `require` that loads a module, nor `<Checkbox`, `checkout(`, `const expected =`. */
const ASKS =
  /\bassert\w*!?\s*[({ ]|\b(?:require(?!\w*\s*\(?\s*["'`])|check(?!box|out|ed|er|list|mark|point|sum)|ensure|validate|verify|expect(?!ed)|precondition|authorize|forbid)\w*!?\s*[({]/i;
/** Nothing but a comment, which may say any of these words. */
const COMMENT = /^\s*(?:\/\/|\/\*|\*|#(?!\[)|--|<!--|\{\s*\/\*)/;

const isCheck = (text: string): boolean => {
  const code = text
    .split('\n')
    .filter((line) => !COMMENT.test(line))
    .join('\n');
  return (CONDITION.test(code) && LEAVES.test(code)) || ASKS.test(code);
};

/** Of one text; @param placed both sides' edits in it. */
export function droppedChecks({ left, right }: { readonly left: Placed; readonly right: Placed }): DroppedCheck[] {
  return [...goneIn(left, right, 'ours'), ...goneIn(right, left, 'theirs')];
}

function goneIn(by: Placed, other: Placed, name: DroppedCheck['by']): DroppedCheck[] {
  return by.changes.flatMap(({ aStart, aEnd, bStart, bEnd }) => {
    if (bEnd > bStart || aEnd - aStart > MOST_WORDS) return [];
    // Of a check nothing is left: a word that stands there is of another edit, or the deletion was not followed.
    for (let k = aStart; k < aEnd; k++) if ((by.fromBase[k] ?? -1) >= 0) return [];
    const isEdited = other.changes.some(
      (edit) =>
        edit.aStart >= aStart && edit.aEnd <= aEnd && edit.bEnd > edit.bStart && isWithin(edit.aStart, edit.aEnd),
    );
    if (!isEdited) return [];
    const check = cut(by.base, aStart, aEnd);
    return isCheck(check) ? [{ by: name, check: check.replace(/\s+/g, ' ') }] : [];

    /** Changed within what was deleted; what is put before or behind it is not about it. */
    function isWithin(from: number, to: number): boolean {
      return to > from ? to - from < aEnd - aStart : from > aStart && from < aEnd;
    }
  });
}
