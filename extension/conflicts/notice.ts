/** Says once for each paused operation what it left to do, with the next step at hand. */
import * as vscode from 'vscode';
import type { RepositoryView } from '../../server/lsp/protocol.ts';
import type { Model } from './model.ts';

export function noticeConflicts(model: Model): vscode.Disposable {
  const said = new Set<string>();
  const offered = new Set<string>();
  /** The last file is staged: the next step is git's, and one click away. */
  const offerToGoOn = async ({ root, operation, staged }: RepositoryView) => {
    const key = `${root}\u0000${operation.title}`;
    if (!operation.next?.go.includes('--continue') || offered.has(key)) return;
    offered.add(key);
    const about = `${staged.length === 1 ? 'the file is' : `all ${staged.length} files are`} resolved and staged`;
    const answer = await vscode.window.showInformationMessage(
      `Mortise: ${operation.title}: ${about}.`,
      'Continue',
      'Show Changes',
    );
    if (answer === 'Continue') await vscode.commands.executeCommand('mortise.continue', { root });
    else if (answer) await vscode.commands.executeCommand('mortise.showChanges', { root });
  };
  return model.onRepositories(async () => {
    if (!vscode.workspace.getConfiguration('mortise').get('notify', true)) return;
    for (const view of model.repositories) {
      const { root, operation, files } = view;
      if (files.length === 0 && view.staged.length > 0) void offerToGoOn(view);
      const key = `${root}\u0000${operation.title}`;
      const counted = files.every(
        (file) => file.counts || (file.kind !== 'both-modified' && file.kind !== 'both-added'),
      );
      if (files.length === 0 || !counted || said.has(key)) continue;
      said.add(key);
      const { open, safe } = model.progress();
      if (open === 0) continue;
      const what = operation.kind === 'none' ? 'Unmerged files' : operation.title;
      const about = `${open} ${open === 1 ? 'conflict' : 'conflicts'}, ${safe} safe to resolve`;
      const actions = safe > 0 ? ['Resolve Safe Conflicts', 'Show Conflicts'] : ['Show Conflicts'];
      const answer = await vscode.window.showInformationMessage(`Mortise: ${what}: ${about}.`, ...actions);
      if (answer === 'Show Conflicts') await vscode.commands.executeCommand('mortise.showConflicts');
      else if (answer) await vscode.commands.executeCommand('mortise.resolveSafe', { root });
    }
  });
}
