/**
 * An unmerged file in which no marker ever stood: it is one side to the letter, and nobody is known to have chosen that. A merge
 * driver that was killed leaves ours so, and staged it would pass for resolved.
 */
import { type AppliedEntry, readApplied } from '../git/saved.ts';
import { wholeSide } from '../wholeSide.ts';
import { sideNames } from './repositories.ts';
import type { Analysis, Session } from './session.ts';
import { leftovers } from './typed.ts';

/** For people, to follow on the file's name: undefined where it is not so. */
export async function wholeOf(
  session: Session,
  analysis: Analysis,
  log: () => Promise<readonly AppliedEntry[]>,
): Promise<string | undefined> {
  const { document, tree, unmerged, conflicts } = analysis;
  if (!tree || !unmerged || unmerged.kind === 'rename-rename' || conflicts.length > 0) return undefined;
  const side = wholeSide(document.getText(), unmerged);
  if (side === undefined || leftovers(analysis).length > 0 || session.hadMarkers(analysis)) return undefined;
  // What cannot be read tells of no decision, and to be asked once too often loses nothing.
  const all = await log().catch(() => []);
  if (all.some(({ path, undone }) => path === unmerged.path && undone !== true)) return undefined;
  const { left, right } = sideNames(tree, { left: '', right: '' });
  const [own, other] = side === 'ours' ? [left, right] : [right, left];
  return `as ${own} has it, whole: nothing of ${other} is in it`;
}

/** The same, with the log as it is now. */
export const wholeNow = (session: Session, analysis: Analysis): Promise<string | undefined> =>
  wholeOf(session, analysis, async () => (analysis.tree ? readApplied(analysis.tree.repo) : []));
