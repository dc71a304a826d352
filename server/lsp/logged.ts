/**
 * The log against the text. What is decided in the editor is logged at once, and the editor's undo, redo and discarding tell us
 * nothing: the text says what stands. In the log itself that is written down when the file is saved or closed.
 */
import type { AppliedEntry } from '../git/saved.ts';
import { isInEditor, markAgain, readApplied } from '../git/saved.ts';
import { toPath } from './convert.ts';
import type { Session } from './session.ts';

/** Those that the text does not show: their conflict is back, or another decision of the same one took their place. */
export function takenBack(entries: readonly AppliedEntry[], text: string): Set<AppliedEntry> {
  const groups = new Map<string, AppliedEntry[]>();
  for (const entry of entries) {
    const key = `${entry.path}\u0000${entry.line}\u0000${entry.conflict}`;
    groups.set(key, [...(groups.get(key) ?? []), entry]);
  }
  const back = new Set<AppliedEntry>();
  for (const group of groups.values()) {
    const last = group.findLast((entry) => text.includes(entry.text)) ?? group.at(-1);
    const isOpen = group.some(({ conflict }) => conflict !== '' && text.includes(conflict));
    for (const entry of group) if (isOpen || entry !== last) back.add(entry);
  }
  return back;
}

/** A file was saved, or closed with what lies on disk: its decisions stand there, or do not. */
export async function noteOnDisk(session: Session, uri: string): Promise<void> {
  const path = toPath(uri);
  if (path === undefined || session.client.untrusted) return;
  const { tree, path: name } = await session.repositories.find(path);
  if (!tree || tree.operation.kind === 'none') return;
  const isOwn = (entry: AppliedEntry) =>
    entry.path === name && entry.operation === tree.operation.key && isInEditor(entry);
  const own = (await readApplied(tree.repo)).filter(isOwn);
  if (own.length === 0) return;
  const text = (await session.read(uri))?.getText();
  if (text === undefined) return;
  const changed = changes(own, text);
  if (changed.size === 0) return;
  await markAgain(tree.repo, changed);
  session.revise();
}

/** By entry as JSON: whether it is undone now. */
function changes(own: readonly AppliedEntry[], text: string): Map<string, boolean> {
  const back = takenBack(own, text);
  const changed = new Map<string, boolean>();
  for (const entry of own)
    if (entry.undone && !back.has(entry) && text.includes(entry.text)) changed.set(JSON.stringify(entry), false);
  // Only the last of them: `undo` finds its way back through each that something standing came after.
  for (const entry of own.toReversed()) {
    if (entry.undone && !changed.has(JSON.stringify(entry))) continue;
    if (!back.has(entry)) break;
    changed.set(JSON.stringify(entry), true);
  }
  return changed;
}
