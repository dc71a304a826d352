/** Edits whose lines the other side moved (`merge/moved.ts`, `merge/movedAcross.ts`): as evidence of a conflict, and as warnings of its file. */
import { type MovedEdit, movedInFile, unedited } from '../merge/moved.ts';
import { type Elsewhere, movedFrom, uneditedAcross } from '../merge/movedAcross.ts';
import type { Warning } from './aftermathWords.ts';
import type { ConflictContext, Evidence, Resolution } from './candidate.ts';
import type { AnsweredFile } from './features/fileFeatures.ts';
import { briefName } from './reasons.ts';

/** True of every candidate alike: none where nothing was moved. */
export function movedEvidence({ moved = [] }: Pick<ConflictContext, 'moved'>): Evidence[] {
  if (moved.length === 0) return [];
  const moves = moved.map(({ by, path, line, name }) => ({ by, line, name, ...(path === undefined ? {} : { path }) }));
  return [{ check: 'moved', moves }];
}

/** A resolution that a person chose: what its evidence said of moves is for the rest of the file to say from now on. */
export const withoutMoves = (resolution: Resolution): Resolution => ({
  ...resolution,
  evidence: resolution.evidence.filter(({ check }) => check !== 'moved'),
});

type Answered = Pick<AnsweredFile, 'path' | 'sides' | 'text' | 'answers' | 'elsewhere'>;

/** What an answered file lacks of edits to moved lines, without what the evidence of an open conflict says already. */
export function movedWarnings({ path, sides, text, answers, elsewhere }: Answered): Warning[] {
  const told = new Set(
    answers.flatMap(({ resolutions }) =>
      (resolutions[0]?.evidence ?? []).flatMap((one) => (one.check === 'moved' ? one.moves.map(placeOf) : [])),
    ),
  );
  return [...unedited(movedInFile(sides), text), ...missingAcross(sides, path, elsewhere)]
    .filter(({ edit }) => !told.has(placeOf(edit)))
    .map(({ edit, line }): Warning => ({ kind: 'moved', name: edit.name, text: missingEdit(edit, line) }));
}

/** Edits of a file that the files to which their lines were moved do not have now. */
export const missingAcross = (sides: AnsweredFile['sides'], path: string, elsewhere: Elsewhere | undefined) =>
  elsewhere ? uneditedAcross(movedFrom(sides, path, elsewhere.files), elsewhere.now) : [];

const placeOf = ({ by, path = '', line }: Pick<MovedEdit, 'by' | 'path' | 'line'>): string => `${by} ${line} ${path}`;

/** One line; it says ours and theirs. */
export function missingEdit({ by, path, name }: MovedEdit, line: number): string {
  const [mover, editor] = by === 'left' ? ['ours', 'theirs'] : ['theirs', 'ours'];
  const [to, place] = path === undefined ? ['', `line ${line}`] : [` to ${path}`, `line ${line} there`];
  return `${editor} edited “${briefName(name)}”, which ${mover} moved${to}: the edit is not in ${place}`;
}
