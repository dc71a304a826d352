/** The few numbers of a conflict and its candidates that stage two and the counted table read beside stage one's answer. */
import type { JudgedConflict } from '../judge.ts';
import { basicNames, type FirstStage } from './siblingFeatures.ts';

/** What stage two reads of stage one beside its probabilities. One implementation: the exporter writes these too. */
export function basicsOf(conflict: JudgedConflict): Pick<FirstStage, 'kept' | 'basics'> {
  const { names, values } = conflict.conflict;
  const candidate = conflict.rows[0]?.names ?? [];
  const [left, right] = [candidate.indexOf('edits.left words kept'), candidate.indexOf('edits.right words kept')];
  return {
    basics: basicNames.map((name) => values[names.indexOf(name)] ?? Number.NaN),
    kept: conflict.rows.map((row) => [row.values[left] ?? Number.NaN, row.values[right] ?? Number.NaN]),
  };
}
