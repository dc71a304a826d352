/** What the view's counts of one file mean. */
import type { FileView } from '../../server/lsp/protocol.ts';

export const isText = (file: FileView): boolean => file.kind === 'both-modified' || file.kind === 'both-added';

/** Conflicts left in a file: by its markers, or one for what has none (deleted, renamed, binary …). */
export function openIn(file: FileView): number {
  if (!isText(file) || file.whole !== undefined) return 1;
  return file.counts ? file.counts.safe + file.counts.likely + file.counts.yours : 1;
}

/** ", 2 held back: WHY", of all files together; nothing where none is. */
export function heldIn(files: readonly Pick<FileView, 'held'>[]): string {
  const held = files.flatMap((file) => (file.held ? [file.held] : []));
  const count = held.reduce((sum, one) => sum + one.count, 0);
  return count === 0 ? '' : `, ${count} held back: ${held[0]?.why}`;
}

/** Files that the editor saves side by side: one after the other each waits for the round trip of the one before. */
const AT_ONCE = 20;

export async function withEach<T>(all: readonly T[], work: (one: T) => Promise<void>): Promise<void> {
  for (let i = 0; i < all.length; i += AT_ONCE) await Promise.all(all.slice(i, i + AT_ONCE).map(work));
}
