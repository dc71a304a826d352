/** `mortise/stagedMarkers`: conflict markers that going on would commit. Asked before a client goes on, and before it offers to. */
import { onDisk } from '../git/repository.ts';
import { knowsConflict } from '../git/restore.ts';
import { stagedMarkers } from '../stagedMarkers.ts';
import { toUri } from './convert.ts';
import type { RootParams, StagedMarkersView } from './protocol.ts';
import type { Session } from './session.ts';

/** @throws with a sentence for the user: who cannot be told that there are none must not go on. */
export async function stagedMarkersOf(session: Session, { root }: RootParams): Promise<StagedMarkersView> {
  if (session.client.untrusted) throw new Error('The workspace is not trusted: Mortise only shows its conflicts.');
  const tree = session.repositories.get(root);
  if (!tree) throw new Error(`${root} is not a repository Mortise knows.`);
  const { repo } = tree;
  const found = await stagedMarkers(repo);
  const known = new Map<string, boolean>();
  for (const { path } of found) if (!known.has(path)) known.set(path, await knowsConflict(repo, path));
  return {
    marks: found.map((mark) => ({
      ...mark,
      uri: toUri(onDisk(repo, mark.path)),
      reopens: known.get(mark.path) === true,
    })),
  };
}
