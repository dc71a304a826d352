/** What the view's counts of one file mean. */
import type { FileView } from '../../server/lsp/protocol.ts';

export const isText = (file: FileView): boolean => file.kind === 'both-modified' || file.kind === 'both-added';

/** Conflicts left in a file: by its markers, or one for what has none (deleted, renamed, binary …). */
export function openIn(file: FileView): number {
  if (!isText(file)) return 1;
  return file.counts ? file.counts.safe + file.counts.likely + file.counts.yours : 1;
}
