/**
 * The log against the text. What is decided in the editor is logged at once, and the editor's undo, redo and discarding tell us
 * nothing: the text says what stands. In the log itself that is written down when the file is saved or closed.
 */
import type { AppliedEntry } from '../git/saved.ts';
import { isInEditor, markAgain, readApplied } from '../git/saved.ts';
import { type InText, inText } from '../places.ts';
import { toPath } from './convert.ts';
import type { Session } from './session.ts';

/** A file was saved, or closed with what lies on disk: its decisions stand there, or do not. */
export async function noteOnDisk(session: Session, uri: string): Promise<void> {
  const path = toPath(uri);
  if (path === undefined || session.client.untrusted) return;
  const { tree, path: name } = await session.repositories.find(path);
  if (!tree || tree.operation.kind === 'none') return;
  const isOwn = (entry: AppliedEntry) => entry.path === name && entry.operation === tree.operation.key;
  const own = (await readApplied(tree.repo)).filter(isOwn);
  if (!own.some(isInEditor)) return;
  const text = (await session.read(uri))?.getText();
  if (text === undefined) return;
  const changed = changes(own.filter(isInEditor), await inText(tree.repo, own, text));
  if (changed.size === 0) return;
  await markAgain(tree.repo, changed);
  session.revise();
}

/** By entry as JSON: whether it is undone now. */
function changes(own: readonly AppliedEntry[], { back, shows }: InText): Map<string, boolean> {
  const changed = new Map<string, boolean>();
  for (const entry of own)
    if (entry.undone && !back.has(entry) && shows(entry)) changed.set(JSON.stringify(entry), false);
  // Only the last of them: `undo` finds its way back through each that something standing came after.
  for (const entry of own.toReversed()) {
    if (entry.undone && !changed.has(JSON.stringify(entry))) continue;
    if (!back.has(entry)) break;
    changed.set(JSON.stringify(entry), true);
  }
  return changed;
}
