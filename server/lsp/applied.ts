/** `mortise/applied`: what Mortise applied to a file in this operation and has not been taken back, for Restore Conflict. */
import { appliedNow } from '../git/appliedNow.ts';
import { readSaved } from '../git/saved.ts';
import { toPath } from './convert.ts';
import { takenBack } from './logged.ts';
import type { DocumentParams, RestoreView } from './protocol.ts';
import type { Session } from './session.ts';

export async function appliedTo(session: Session, params: DocumentParams): Promise<RestoreView> {
  const path = toPath(params.uri);
  const found = path === undefined ? {} : await session.repositories.find(path);
  const { tree, unmerged } = found;
  if (!tree || found.path === undefined) return { entries: [] };
  const text = (await session.read(params.uri))?.getText() ?? '';
  const all = await appliedNow(tree.repo, tree.operation, found.path, unmerged?.stages);
  const back = takenBack(all, text);
  const entries = all.filter((entry) => !back.has(entry));
  const first = all[0] && (await readSaved(tree.repo, all[0].saved));
  const isStaged = unmerged === undefined && tree.operation.kind !== 'none' && all.length > 0;
  return {
    entries: entries.map(({ line, reason, conflict, text: applied }) => ({ line, reason, conflict, text: applied })),
    ...(first ? { original: first.toString('utf8').replace(/^\ufeff/, '') } : {}),
    ...(isStaged ? { staged: { root: tree.repo.root, path: found.path } } : {}),
  };
}
