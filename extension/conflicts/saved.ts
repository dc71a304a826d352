/** Before a file is staged: what stands in the editor must lie on disk, since git reads it there. */
import { setTimeout as pause } from 'node:timers/promises';
import * as vscode from 'vscode';

/** So long, in milliseconds, a save that is under way may take. */
const PATIENCE = 10_000;
const PAUSE = 100;

type Saving = Pick<vscode.TextDocument, 'isDirty' | 'save' | 'uri'>;

/**
 * Saves, and answers whether it lies on disk. While another save is under way (ours of many files, or one with a formatter), VS
 * Code answers at once and has saved nothing: that one is waited for. A save that was tried and failed is none of that.
 */
export async function isSaved(document: Saving, patience = PATIENCE): Promise<boolean> {
  let failed = 0;
  for (const end = Date.now() + patience; document.isDirty; await pause(PAUSE)) {
    const how = await save(document);
    if (!document.isDirty) break;
    // Once may be another save's, told while ours was answered. VS Code shows its own reason, once.
    failed = how === 'failed' ? failed + 1 : 0;
    if (failed === 2 || Date.now() > end) return false;
  }
  return true;
}

/** `passed over`: another one is under way. VS Code tells of each save that it tries before it does. */
async function save(document: Saving): Promise<'saved' | 'failed' | 'passed over'> {
  let tried = false;
  const listening = vscode.workspace.onWillSaveTextDocument((event) => {
    tried ||= event.document.uri.toString() === document.uri.toString();
  });
  try {
    return (await document.save()) ? 'saved' : tried ? 'failed' : 'passed over';
  } finally {
    listening.dispose();
  }
}
