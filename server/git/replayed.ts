/**
 * In a rebase the base of a stop is the commit before the one that is replayed: another one of the user's own. Where its text is of
 * commits replayed at earlier stops, the upstream never had it, and what it seems to have changed there was decided at such a stop.
 */
import type { Operation } from './operation.ts';
import { askRepository, type Repository } from './repository.ts';

export interface Replayed {
  readonly commit: string;
  readonly subject: string;
}

/** The last earlier commit that the base's text of a conflict is of; undefined where the upstream had that text, too. */
export async function replayedBase(
  repo: Repository,
  { kind, commits: { base, left } }: Operation,
  { path, text, signal }: { readonly path: string; readonly text: string; readonly signal?: AbortSignal | undefined },
): Promise<Replayed | undefined> {
  if (kind !== 'rebase' || !base || !left || text.trim() === '') return undefined;
  const ask = (...args: readonly string[]) => askRepository(repo, args, { signal });
  const [log, fork] = await Promise.all([
    ask('--literal-pathspecs', 'log', '-1', '--format=%h %s', `${left}..${base}`, '--', path),
    ask('merge-base', left, base),
  ]);
  const [, commit, subject = ''] = /^(\S+) (.*)/.exec(log ?? '') ?? [];
  if (commit === undefined || !fork) return undefined;
  const before = await ask('show', `${fork.trim()}:${path}`);
  const plain = (one: string) => one.replaceAll('\r\n', '\n').trim();
  return before !== undefined && plain(before).includes(plain(text)) ? undefined : { commit, subject };
}
