/** Says once for each paused operation what it left to do, and once that all of it is staged, with the next step at hand. */
import * as vscode from 'vscode';
import type { RepositoryView } from '../../server/lsp/protocol.ts';
import { isText, openIn } from './files.ts';
import type { Model } from './model.ts';
import { counted } from './words.ts';

export function noticeConflicts(model: Model): vscode.Disposable {
  /** By root: the operation that was told of. Forgotten when it is over, since the next may have the same title. */
  const said = new Map<string, string>();
  const offered = new Map<string, string>();
  return model.onRepositories(() => {
    if (!vscode.workspace.getConfiguration('mortise').get('notify', true)) return;
    for (const view of model.repositories) {
      const { root, operation, files, staged } = view;
      if (files.length + staged.length === 0) {
        said.delete(root);
        offered.delete(root);
      } else if (files.length === 0) {
        if (offered.get(root) !== operation.title) void offerToGoOn(view);
        offered.set(root, operation.title);
      } else if (files.every((file) => file.counts || !isText(file)) && said.get(root) !== operation.title) {
        const open = files.reduce((sum, file) => sum + openIn(file), 0);
        // None open: the counts are still those of the stop before.
        if (open === 0) continue;
        said.set(root, operation.title);
        void tell(view, open);
      }
    }
  });
}

async function tell({ root, operation, files }: RepositoryView, open: number): Promise<void> {
  const safe = files.reduce((sum, { counts }) => sum + (counts?.safe ?? 0), 0);
  const what = operation.kind === 'none' ? 'Unmerged files' : operation.title;
  const actions = safe > 0 ? ['Resolve Safe Conflicts', 'Show Conflicts'] : ['Show Conflicts'];
  const text = `Mortise: ${what}: ${counted(open, 'conflict')}, ${safe} safe to resolve.`;
  const answer = await vscode.window.showInformationMessage(text, ...actions);
  if (answer === 'Show Conflicts') await vscode.commands.executeCommand('mortise.showConflicts');
  else if (answer) await vscode.commands.executeCommand('mortise.resolveSafe', { root });
}

/** The last file is staged: the next step is git's, and one click away. */
async function offerToGoOn({ root, operation, staged }: RepositoryView): Promise<void> {
  if (!operation.next?.go.includes('--continue')) return;
  const about = `${staged.length === 1 ? 'the file is' : `all ${staged.length} files are`} resolved and staged`;
  const text = `Mortise: ${operation.title}: ${about}.`;
  const answer = await vscode.window.showInformationMessage(text, 'Continue', 'Show Changes');
  if (answer === 'Continue') await vscode.commands.executeCommand('mortise.continue', { root });
  else if (answer) await vscode.commands.executeCommand('mortise.showChanges', { root });
}
