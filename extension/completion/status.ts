/** In the language status: whether the index is being built, how much it holds, and what was left out. */
import * as vscode from 'vscode';
import { type CompletionStatus, completionNotifications } from '../../server/lsp/completionProtocol.ts';
import type { Server } from '../server.ts';
import { selector } from './complete.ts';

export function showCompletionStatus(server: Server): vscode.Disposable {
  const item = vscode.languages.createLanguageStatusItem('mortise.completion', selector);
  item.name = 'Mortise Completion';
  item.text = 'Mortise';
  item.detail = 'Completion starts with your first edit';
  item.command = { command: 'mortise.showContext', title: 'Show Context' };
  server.onLaunch((client) => {
    client.onNotification(completionNotifications.status, draw);
  });
  return item;

  function draw({ state, files, notes }: CompletionStatus): void {
    const isIndexing = state === 'indexing';
    item.busy = isIndexing;
    const counted = `${files.toLocaleString('en')} files indexed`;
    item.text = isIndexing ? 'Mortise: indexing' : notes.length > 0 ? 'Mortise: index limited' : 'Mortise';
    item.detail = isIndexing ? 'Completions come when it is done' : [counted, ...notes].join('; ');
    item.severity =
      notes.length > 0 ? vscode.LanguageStatusSeverity.Warning : vscode.LanguageStatusSeverity.Information;
    item.accessibilityInformation = { label: `${item.text}. ${item.detail}` };
  }
}
