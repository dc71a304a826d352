/** What the view's counts of one file mean. */
import type { FileView } from '../../server/lsp/protocol.ts';

export const isText = (file: FileView): boolean => file.kind === 'both-modified' || file.kind === 'both-added';

/** Conflicts left in a file: by its markers, or one for what has none (deleted, renamed, binary …). */
export function openIn(file: FileView): number {
  if (!isText(file)) return 1;
  return file.counts ? file.counts.safe + file.counts.likely + file.counts.yours : 1;
}

/** ", 2 held back: WHY", of all files together; nothing where none is. */
export function heldIn(files: readonly Pick<FileView, 'held'>[]): string {
  const held = files.flatMap((file) => (file.held ? [file.held] : []));
  const count = held.reduce((sum, one) => sum + one.count, 0);
  return count === 0 ? '' : `, ${count} held back: ${held[0]?.why}`;
}
