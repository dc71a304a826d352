/** Why each side touched some lines: the messages of the commits that did, bounded in number, length and time. */
import { type PathCommit, regionHistory } from './history.ts';
import type { Operation } from './operation.ts';
import { askRepository, inRepository, onDisk, type Repository } from './repository.ts';

export interface LineRegion {
  readonly path: string;
  /** 1-based, inclusive, in that side's version of the file. */
  readonly from: number;
  readonly to: number;
}

export interface CommitMessage {
  readonly title: string;
  readonly body: string;
}

const COMMITS = 4;
const BODY = 400;
/** `git log -L` over a long history may take long; without it the proposal is only less informed. */
const LIMIT = 3000;

/** Newest first. An empty answer where nothing is known or it would take too long. */
export async function messagesFor(
  repo: Repository,
  operation: Operation,
  side: 'left' | 'right',
  region: LineRegion,
  signal: AbortSignal,
): Promise<readonly CommitMessage[]> {
  const limited = AbortSignal.any([signal, AbortSignal.timeout(LIMIT)]);
  let commits: readonly PathCommit[];
  try {
    commits = await regionHistory(repo, operation, side, region, { signal: limited, limit: COMMITS });
    if (commits.length === 0) return [];
    const format = ['log', '--no-walk=unsorted', '--no-show-signature', '--format=%s%x00%b%x01'];
    const text = await askRepository(repo, [...format, ...commits.map(({ commit }) => commit)], { signal: limited });
    return (text ?? '').split('\x01').flatMap((entry) => {
      const [title = '', body = ''] = entry.replace(/^\n/, '').split('\0');
      return title.trim() === '' ? [] : [{ title: title.trim().slice(0, 200), body: body.trim().slice(0, BODY) }];
    });
  } catch (error) {
    if (signal.aborted) throw error;
    return [];
  }
}

/** Whether git ignores a path: what is ignored is not shown to a model. Where git cannot say, it counts as ignored. */
export async function isIgnored(repo: Repository, path: string): Promise<boolean> {
  try {
    // Exit code 1 is "not ignored"; a tracked file is never ignored.
    const { code } = await inRepository(repo, ['check-ignore', '-q', '--', onDisk(repo, path)], { ok: [0, 1] });
    return code === 0;
  } catch {
    return true;
  }
}
