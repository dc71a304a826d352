/** What the file of a conflict is like around it, as numbers. Names are part of the model format. */
import type { FileFacts } from '../fileFacts.ts';

export const fileColumns = [
  'file.lines',
  'file.stable share',
  'file.clean stretches',
  'file.left elsewhere',
  'file.right elsewhere',
  'file.fewer elsewhere',
  'file.conflicts',
] as const;

export function fileNumbers(file: FileFacts | undefined): number[] {
  if (!file) return fileColumns.map(() => Number.NaN);
  const { lines, stable, stretches, changed, conflicts } = file;
  const [left, right] = changed.map((n) => n - conflicts) as [number, number];
  return [lines, stable / Math.max(1, lines), stretches - conflicts, left, right, Math.min(left, right), conflicts];
}
