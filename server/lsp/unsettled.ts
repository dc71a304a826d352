/**
 * `mortise/unsettled`: tracked files that are not what is staged of them while an operation waits. Going on commits the index, so
 * a conflict that came back by undo, text that is not saved, or an edit after staging would be left out of the commit in silence.
 */
import { isUtf8 } from 'node:buffer';
import { stat } from 'node:fs/promises';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { mergeAttributes } from '../git/attributes.ts';
import { stagedConflicts } from '../git/autoMerge.ts';
import { fields } from '../git/git.ts';
import { askRepository, inRepository, onDisk, pathInRepository, type Repository } from '../git/repository.ts';
import { workTreeBytes } from '../git/restore.ts';
import { readApplied } from '../git/saved.ts';
import { stagedPaths, trackedOf, unstagedPaths } from '../git/staged.ts';
import { unmergedPaths } from '../git/unmerged.ts';
import { leftoverMarkers } from '../merge/leftovers.ts';
import { marked } from '../stagedMarkers.ts';
import { lineAt } from '../text/lines.ts';
import { toPath, toUri } from './convert.ts';
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
  const [conflicted, log, staged, changed, unmerged, open] = await Promise.all([
    stagedConflicts(repo),
    readApplied(repo),
    stagedPaths(repo),
    unstagedPaths(repo),
    unmergedPaths(repo),
    openIn(session, tree, unsaved),
  ]);
  const own = log.filter(({ operation }) => operation === tree.operation.key).map(({ path }) => path);
  const parts = new Map<string, Unsettled['part']>([...conflicted, ...own].map((path) => [path, 'conflict']));
  for (const path of staged) if (!parts.has(path)) parts.set(path, 'operation');
  const isOutside = (path: string) => !parts.has(path);
  const mended = new Set(await mendedSince(tree, changed.filter(isOutside)));
  const outside = [...(await trackedOf(repo, [...open.keys()].filter(isOutside))), ...mended];
  for (const path of outside) parts.set(path, 'outside');
  // What is still in conflict stops git itself.
  for (const path of unmerged) parts.delete(path);
  const differs = new Set(changed);
  const files: Unsettled[] = [];
  for (const [path, part] of parts) {
    const found = await whyNot(repo, { path, changed: differs.has(path), open: open.get(path) });
    // Outside, what lay there before is the user's own affair.
    if (!found || (part === 'outside' && found.why === 'changed' && !mended.has(path))) continue;
    files.push({ uri: open.get(path)?.uri ?? toUri(onDisk(repo, path)), path, ...found, part });
  }
  return { files };
}

interface Open {
  readonly uri: string;
  readonly document: TextDocument | undefined;
  /** Undefined: the client does not tell, and is taken at its text. */
  readonly unsaved: boolean | undefined;
}

/** By path: the work tree's documents that are open, and those the client calls unsaved. */
async function openIn(session: Session, { repo }: WorkTree, unsaved: UnsettledParams['unsaved']) {
  const found = new Map<string, Open>();
  const add = async (uri: string, isUnsaved: boolean | undefined) => {
    const file = toPath(uri);
    const tree = file === undefined ? undefined : (await session.repositories.find(file)).tree;
    if (file === undefined || tree?.repo.root !== repo.root) return;
    const path = pathInRepository(repo, file);
    const document = session.document(uri) ?? found.get(path)?.document;
    found.set(path, { uri, document, unsaved: isUnsaved });
  };
  for (const { uri } of session.documents.all()) await add(uri, unsaved ? false : undefined);
  for (const uri of unsaved ?? []) await add(uri, true);
  return found;
}

/** Of paths that no commit is about to change: those which a side changed (as where code was moved to) and the user did since git stopped. */
async function mendedSince({ repo, operation }: WorkTree, changed: readonly string[]): Promise<string[]> {
  const { base, left, right } = operation.commits;
  if (!base || changed.length === 0) return [];
  const sides = await Promise.all(
    [left, right].map(async (side) => {
      if (!side) return [];
      const args = ['diff-tree', '-r', '--name-only', '-z', '--no-renames', base, side, '--'];
      return fields((await inRepository(repo, args)).stdout);
    }),
  );
  const ofSides = new Set(sides.flat());
  const since = Number(operation.attempt ?? 0);
  const found: string[] = [];
  for (const path of changed) {
    if (!ofSides.has(path)) continue;
    const at = await stat(onDisk(repo, path)).catch(() => undefined);
    if (at && at.mtimeMs >= since) found.push(path);
  }
  return found;
}

interface At {
  readonly path: string;
  readonly changed: boolean;
  readonly open: Open | undefined;
}

async function whyNot(repo: Repository, { path, changed, open }: At): Promise<Why | undefined> {
  if (!changed && !open) return undefined;
  const bytes = await workTreeBytes(repo, path);
  const onDiskNow = plain(bytes?.toString(bytes && !isUtf8(bytes) ? 'latin1' : 'utf8'));
  const now = plain(open?.document?.getText()) ?? onDiskNow;
  // A file that is gone may still be open as it was.
  const isUnsaved = open?.unsaved ?? (onDiskNow !== undefined && now !== onDiskNow);
  if (now !== undefined && (changed || isUnsaved)) {
    const markerSize = (await mergeAttributes(repo, [path])).get(path)?.markerSize ?? 7;
    const line = markersAt(now, markerSize, (await askRepository(repo, ['show', `HEAD:${path}`])) ?? '');
    if (line !== undefined) return { why: 'markers', line };
  }
  if (isUnsaved) return { why: 'unsaved' };
  return changed ? { why: 'changed' } : undefined;
}

const plain = (text: string | undefined): string | undefined => text?.replace(/^\ufeff/, '');

/** The first marker's line, 1-based: a whole conflict, or half of one, that the commit before has not. */
function markersAt(text: string, markerSize: number, before: string): number | undefined {
  const whole = marked(text, markerSize);
  const conflicts = whole.map(({ span }) => span);
  const halves = leftoverMarkers(text, { markerSize, conflicts, known: [before] });
  const added = whole.filter(({ block }) => !before.includes(block.trimEnd()));
  const lines = [...added.map(({ line }) => line), ...halves.map(({ start }) => lineAt(text, start))];
  return lines.length > 0 ? Math.min(...lines) : undefined;
}
