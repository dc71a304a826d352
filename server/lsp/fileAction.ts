/**
 * `mortise/fileAction`: what the user explicitly asks for one unmerged path. Taking a side writes the work tree and leaves
 * the index alone; `stage` is the one place from which the server stages, and only this request leads there.
 */
import { lstat } from 'node:fs/promises';
import { appliedNow } from '../git/appliedNow.ts';
import { keepable, keepWhole } from '../git/keepWhole.ts';
import { inRepository, onDisk, type Repository } from '../git/repository.ts';
import { recreateConflict, restoreStages, takeStage, workTreeBytes } from '../git/restore.ts';
import { forgetDecisions, markUndone, saveConflicted } from '../git/saved.ts';
import { stagedPaths, trackedOf } from '../git/staged.ts';
import type { FileActionParams } from './protocol.ts';
import type { WorkTree } from './repositories.ts';
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
    // Git's index remembers beyond the commit; after it a conflict would only stand in the way.
    const isOver = tree.operation.kind === 'none' && stages === undefined;
    if (isOver || !(await restoreStages(repo, params.path, stages)))
      throw new Error(
        `git no longer knows the versions of ${params.path}: it stays staged. Edit it, then stage it again.`,
      );
    await forgetDecisions(repo, new Set([params.path]));
  } else if (params.action === 'restore') {
    await keepCopy();
    await recreateConflict(repo, params.path);
    await markUndone(
      repo,
      ({ by, path, operation }) => by === 'keep' && path === params.path && operation === tree.operation.key,
    );
    await forgetDecisions(repo, new Set([params.path]));
  } else if (params.action === 'stage') {
    const paths = [params.path, ...(params.also ?? [])];
    // What was changed after it was staged is staged again, and what else the user mends while git waits with it.
    for (const path of paths)
      if (!tree.files.has(path) && !(await isPart(tree, path))) throw new Error(`${path} is not in conflict any more.`);
    await stage(repo, paths);
  } else {
    if (!file) throw new Error(`${params.path} is not in conflict any more.`);
    const word = params.action === 'keep-left' ? 'ours' : params.action === 'keep-right' ? 'theirs' : 'base';
    // A submodule's commit is no bytes of ours to save, or to bring back.
    if (file.kind === 'submodule') await takeStage(repo, params.path, file.stages, keepable[word]);
    else await keepWhole(repo, tree.operation, file, word);
  }
  await session.repositories.refresh();

  async function keepCopy(): Promise<void> {
    const bytes = await workTreeBytes(repo, params.path);
    if (bytes) await saveConflicted(repo, bytes);
  }
}

async function isPart({ repo, operation, staged }: WorkTree, path: string): Promise<boolean> {
  if (staged.includes(path)) return true;
  if (operation.kind === 'none') return false;
  return (await trackedOf(repo, [path])).length > 0 || (await stagedPaths(repo)).includes(path);
}

/** All or none. In a sparse checkout `git add` does not find what is gone, whatever it is told. */
async function stage(repo: Repository, paths: readonly string[]): Promise<void> {
  const lies = await Promise.all(
    paths.map(async (path) => (await lstat(onDisk(repo, path)).catch(() => null)) !== null),
  );
  const isGone = (_: string, i: number) => repo.sparse && !lies[i];
  const sparse = repo.sparse ? ['--sparse'] : [];
  const run = async (how: readonly string[], of: readonly string[]) => {
    if (of.length === 0) return;
    const args = ['--literal-pathspecs', ...how, ...sparse, '--pathspec-from-file=-', '--pathspec-file-nul'];
    await inRepository(repo, args, { writes: true, input: of.map((path) => `${path}\0`).join('') });
  };
  await run(
    ['add', '--all'],
    paths.filter((path, i) => !isGone(path, i)),
  );
  await run(['rm', '--cached', '--quiet'], paths.filter(isGone));
}
