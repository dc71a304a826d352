/**
 * `mortise/unsettled`: files of the paused operation that are no longer what is staged of them. Going on commits the index, so
 * a conflict that came back by undo, text that is not saved, or an edit after staging would be left out of the commit in silence.
 */
import { mergeAttributes } from '../git/attributes.ts';
import { stagedConflicts } from '../git/autoMerge.ts';
import { fields } from '../git/git.ts';
import { askRepository, inRepository, onDisk, pathInRepository, type Repository } from '../git/repository.ts';
import { workTreeBytes } from '../git/restore.ts';
import { readApplied } from '../git/saved.ts';
import { leftoverMarkers } from '../merge/leftovers.ts';
import { marked } from '../stagedMarkers.ts';
import { lineAt } from '../text/lines.ts';
import { toPath, toUri, uriKey } from './convert.ts';
import type { UnsettledParams, UnsettledView } from './protocol.ts';
import type { WorkTree } from './repositories.ts';
import type { Session } from './session.ts';

type Unsettled = UnsettledView['files'][number];
type Why = Pick<Unsettled, 'why' | 'line'>;

/** @throws with a sentence for the user: who cannot be told that there are none must not go on. */
export async function unsettled(session: Session, { root, unsaved }: UnsettledParams): Promise<UnsettledView> {
  if (session.client.untrusted) throw new Error('The workspace is not trusted: Mortise only shows its conflicts.');
  const tree = session.repositories.get(root);
  if (!tree) throw new Error(`${root} is not a repository Mortise knows.`);
  const { repo } = tree;
  const [conflicted, log] = await Promise.all([stagedConflicts(repo), readApplied(repo)]);
  const own = log.filter(({ operation }) => operation === tree.operation.key).map(({ path }) => path);
  const paths = [...new Set([...conflicted, ...own])];
  const changed = new Set(await changedAfterStaging(repo, paths));
  const files: Unsettled[] = [];
  for (const path of paths) {
    const uri = toUri(onDisk(repo, path));
    const found = await whyNot(session, tree, { path, uri, changed: changed.has(path) }, unsaved);
    if (found) files.push({ uri, path, ...found });
  }
  const known = new Set(paths);
  for (const one of await openConflicts(session, tree)) if (!known.has(one.path)) files.push(one);
  return { files };
}

/** In the work tree, against the index. A submodule's own work is none of this commit's. */
async function changedAfterStaging(repo: Repository, paths: readonly string[]): Promise<string[]> {
  if (paths.length === 0) return [];
  const plain = ['--no-ext-diff', '--no-textconv', '--no-renames', '--ignore-submodules=all'];
  const args = ['--literal-pathspecs', 'diff', ...plain, '--name-only', '-z', '--', ...paths];
  return fields((await inRepository(repo, args)).stdout);
}

interface At {
  readonly path: string;
  readonly uri: string;
  readonly changed: boolean;
}

async function whyNot(
  session: Session,
  tree: WorkTree,
  { path, uri, changed }: At,
  unsaved: readonly string[] | undefined,
): Promise<Why | undefined> {
  const open = session.document(uri);
  const bytes = await workTreeBytes(tree.repo, path);
  const onDiskNow = bytes?.toString('utf8').replace(/^\ufeff/, '');
  const now = open?.getText().replace(/^\ufeff/, '') ?? (changed ? onDiskNow : undefined);
  // A client that does not tell is taken at its text.
  const isUnsaved = unsaved
    ? unsaved.some((one) => uriKey(one) === uriKey(uri))
    : open !== undefined && now !== onDiskNow;
  if (now !== undefined && (changed || isUnsaved)) {
    const markerSize = (await mergeAttributes(tree.repo, [path])).get(path)?.markerSize ?? 7;
    const line = markersAt(now, markerSize, (await askRepository(tree.repo, ['show', `HEAD:${path}`])) ?? '');
    if (line !== undefined) return { why: 'markers', line };
  }
  if (isUnsaved) return { why: 'unsaved' };
  return changed ? { why: 'changed' } : undefined;
}

/** The first marker's line, 1-based: a whole conflict, or half of one, that the commit before has not. */
function markersAt(text: string, markerSize: number, before: string): number | undefined {
  const whole = marked(text, markerSize);
  const conflicts = whole.map(({ span }) => span);
  const halves = leftoverMarkers(text, { markerSize, conflicts, known: [before] });
  const added = whole.filter(({ block }) => !before.includes(block.trimEnd()));
  const lines = [...added.map(({ line }) => line), ...halves.map(({ start }) => lineAt(text, start))];
  return lines.length > 0 ? Math.min(...lines) : undefined;
}

/** Of every other open file: markers that are in no commit are a conflict, whatever git says of it. */
async function openConflicts(session: Session, { repo }: WorkTree): Promise<Unsettled[]> {
  const found: Unsettled[] = [];
  for (const document of session.documents.all()) {
    const path = toPath(document.uri);
    const tree = path === undefined ? undefined : (await session.repositories.find(path)).tree;
    if (path === undefined || tree?.repo.root !== repo.root) continue;
    const [first] = (await session.analyse(document)).conflicts;
    if (!first) continue;
    const line = document.positionAt(first.conflict.span.start).line + 1;
    found.push({ uri: document.uri, path: pathInRepository(repo, path), why: 'markers', line });
  }
  return found;
}
