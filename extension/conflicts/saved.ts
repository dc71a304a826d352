/** Before a file is staged: what stands in the editor must lie on disk, since git reads it there. */
import { setTimeout as pause } from 'node:timers/promises';
import type * as vscode from 'vscode';

/** So long, in milliseconds, a save that is under way may take. */
const PATIENCE = 10_000;

/**
 * Saves, and answers whether it lies on disk. While another save is under way (ours of many files, or one with a formatter), VS
 * Code answers at once and has saved nothing: that one is waited for.
 */
export async function isSaved(
  document: Pick<vscode.TextDocument, 'isDirty' | 'save'>,
  patience = PATIENCE,
): Promise<boolean> {
  if (!document.isDirty) return true;
  await document.save();
  for (const end = Date.now() + patience; document.isDirty && Date.now() < end; ) await pause(50);
  // The user typed on meanwhile, or the save that was under way failed.
  return !document.isDirty || document.save();
}
