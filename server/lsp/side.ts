/** `mortise/side`: one version of a conflicted file as a clean text, from the index; for virtual documents and diffs. */
import { toPath } from './convert.ts';
import type { SideAnswer, SideParams } from './protocol.ts';
import { sideNames } from './repositories.ts';
import type { Session } from './session.ts';

export async function sideOf(session: Session, { uri, side }: SideParams): Promise<SideAnswer | null> {
  const path = toPath(uri);
  if (path === undefined) return null;
  const { tree, unmerged } = await session.repositories.find(path);
  const text = unmerged?.texts?.[side];
  if (text === undefined) return null;
  const name = side === 'base' ? 'base' : sideNames(tree, { left: '', right: '' })[side];
  return { text, name };
}
