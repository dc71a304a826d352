/** The status bar item: how many conflicts of how many are resolved; a click opens the view. */
import * as vscode from 'vscode';
import { heldIn } from './files.ts';
import type { Model } from './model.ts';
import { cell } from './words.ts';

export function showStatus(model: Model): vscode.Disposable {
  const item = vscode.window.createStatusBarItem('mortise.progress', vscode.StatusBarAlignment.Left, 50);
  item.name = 'Mortise Conflicts';
  item.command = 'mortise.showConflicts';
  return vscode.Disposable.from(item, model.onRepositories(draw), model.onFile(draw));

  function draw(): void {
    const { open, total, safe, uncounted } = model.progress();
    if (total === 0) {
      item.hide();
      return;
    }
    const done = total - open;
    const counting = uncounted > 0 ? ' …' : '';
    item.text = `$(git-merge) ${done} of ${total} resolved${counting}`;
    const unseen = safe > 0 ? `${safe} can be resolved safely` : 'None of the rest is safe to resolve unseen';
    const more = `${unseen}${cell(heldIn(model.repositories.flatMap(({ files }) => files)))}.`;
    const titles = model.repositories.filter(({ files }) => files.length > 0).map(({ operation }) => operation.title);
    item.tooltip = new vscode.MarkdownString(
      `${titles.join('\n\n')}\n\n${open} left. ${open > 0 ? more : 'All are resolved.'}`,
    );
    item.accessibilityInformation = { label: `Mortise: ${done} of ${total} conflicts resolved` };
    item.show();
  }
}
