/**
 * `mortise/fileAction`: what the user explicitly asks for one unmerged path. Taking a side writes the work tree and leaves
 * the index alone; `stage` is the one place from which the server stages, and only this request leads there.
 */
import { appliedNow } from '../git/appliedNow.ts';
import { inRepository } from '../git/repository.ts';
import { recreateConflict, restoreStages, takeStage, workTreeBytes } from '../git/restore.ts';
import { forgetDecisions, saveConflicted } from '../git/saved.ts';
import type { FileActionParams } from './protocol.ts';
import type { Session } from './session.ts';

/** @throws GitProblem with a sentence for the user. */
export async function fileAction(session: Session, params: FileActionParams): Promise<void> {
  if (session.client.untrusted) throw new Error('The workspace is not trusted: Mortise only shows its conflicts.');
  const tree = session.repositories.get(params.root);
  if (!tree) throw new Error(`${params.root} is not a repository Mortise knows.`);
  const { repo } = tree;
  const file = tree.files.get(params.path);
  if (params.action === 'reopen') {
    const applied = await appliedNow(repo, tree.operation, params.path, file?.stages);
    const stages = applied.findLast((entry) => entry.stages !== undefined)?.stages;
    if (!(await restoreStages(repo, params.path, stages)))
      throw new Error(
        `git no longer knows the versions of ${params.path}: it stays staged. Edit it, then stage it again.`,
      );
    await forgetDecisions(repo, new Set([params.path]));
  } else if (params.action === 'restore') {
    await keepCopy();
    await recreateConflict(repo, params.path);
    await forgetDecisions(repo, new Set([params.path]));
  } else {
    if (!file) throw new Error(`${params.path} is not in conflict any more.`);
    if (params.action === 'stage') {
      await inRepository(repo, ['--literal-pathspecs', 'add', '--all', '--', params.path], { writes: true });
    } else {
      await keepCopy();
      const side = params.action === 'keep-left' ? 'left' : params.action === 'keep-right' ? 'right' : 'base';
      await takeStage(repo, params.path, file.stages, side);
    }
  }
  await session.repositories.refresh();

  async function keepCopy(): Promise<void> {
    const bytes = await workTreeBytes(repo, params.path);
    if (bytes) await saveConflicted(repo, bytes);
  }
}
