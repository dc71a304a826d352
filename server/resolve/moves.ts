/** Edits whose lines the other side moved (`merge/moved.ts`): as evidence of a conflict, and as warnings of its file. */
import { type MovedEdit, movedInFile, unedited } from '../merge/moved.ts';
import type { Warning } from './aftermathWords.ts';
import type { ConflictContext, Evidence, Resolution } from './candidate.ts';
import type { AnsweredFile } from './features/fileFeatures.ts';
import { briefName, movesIn } from './reasons.ts';

/** True of every candidate alike: none where nothing was moved. */
export function movedEvidence({ moved = [] }: Pick<ConflictContext, 'moved'>): Evidence[] {
  if (moved.length === 0) return [];
  return [{ check: 'moved', moves: moved.map(({ by, line, name }) => ({ by, line, name })) }];
}

/** Why nothing in bulk takes a text, as far as moves go. */
export function heldByMove(evidence: readonly Evidence[]): string | undefined {
  const found = evidence.find((one) => one.check === 'moved');
  return found && movesIn(found);
}

/** A resolution that a person chose: what its evidence said of moves is for the rest of the file to say from now on. */
export const withoutMoves = (resolution: Resolution): Resolution => ({
  ...resolution,
  evidence: resolution.evidence.filter(({ check }) => check !== 'moved'),
});

/** What an answered file lacks of edits to moved lines, without what the evidence of an open conflict says already. */
export function movedWarnings({ sides, text, answers }: Pick<AnsweredFile, 'sides' | 'text' | 'answers'>): Warning[] {
  const told = new Set(
    answers.flatMap(({ resolutions }) =>
      (resolutions[0]?.evidence ?? []).flatMap((one) => (one.check === 'moved' ? one.moves.map(placeOf) : [])),
    ),
  );
  return unedited(movedInFile(sides), text)
    .filter(({ edit }) => !told.has(placeOf(edit)))
    .map(({ edit, line }): Warning => ({ kind: 'moved', name: edit.name, text: missingEdit(edit, line) }));
}

const placeOf = ({ by, line }: Pick<MovedEdit, 'by' | 'line'>): string => `${by} ${line}`;

/** One line; it says ours and theirs. */
export function missingEdit({ by, name }: MovedEdit, line: number): string {
  const [mover, editor] = by === 'left' ? ['ours', 'theirs'] : ['theirs', 'ours'];
  return `${editor} edited “${briefName(name)}”, which ${mover} moved: the edit is not in line ${line}`;
}
