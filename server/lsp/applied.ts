/** `mortise/applied`: what Mortise applied to a file in this operation and has not been taken back, for Restore Conflict. */
import { appliedNow } from '../git/appliedNow.ts';
import { readApplied, readSaved } from '../git/saved.ts';
import { inText } from '../places.ts';
import { toPath } from './convert.ts';
import type { DocumentParams, RestoreView } from './protocol.ts';
import type { Session } from './session.ts';

export async function appliedTo(session: Session, params: DocumentParams): Promise<RestoreView> {
  const path = toPath(params.uri);
  const found = path === undefined ? {} : await session.repositories.find(path);
  const { tree, unmerged } = found;
  if (!tree || found.path === undefined) return { entries: [] };
  const text = (await session.read(params.uri))?.getText() ?? '';
  const log = await readApplied(tree.repo);
  const all = await appliedNow(tree.repo, tree.operation, found.path, unmerged?.stages, log);
  const operations = new Set(all.map(({ operation }) => operation));
  const own = log.filter((entry) => entry.path === found.path && operations.has(entry.operation));
  const { back } = await inText(tree.repo, own, text);
  const entries = all.filter((entry) => !back.has(entry));
  const first = all[0] && (await readSaved(tree.repo, all[0].saved));
  const isStaged = unmerged === undefined && tree.operation.kind !== 'none' && all.length > 0;
  return {
    entries: entries.map(({ line, reason, conflict, text: applied }) => ({ line, reason, conflict, text: applied })),
    ...(first ? { original: first.toString('utf8').replace(/^\ufeff/, '') } : {}),
    ...(isStaged ? { staged: { root: tree.repo.root, path: found.path } } : {}),
  };
}
