/** Says things to people in the one way that fits them: read out where a screen reader is on, quietly in the status bar else. */
import * as vscode from 'vscode';

export function announce(text: string): void {
  const support = vscode.workspace.getConfiguration('editor').get<string>('accessibilitySupport');
  // The status bar is not read out; a notification is.
  if (support === 'on') void vscode.window.showInformationMessage(`Mortise: ${text}`);
  else vscode.window.setStatusBarMessage(`Mortise: ${text}`, 10_000);
}

export const counted = (n: number, one: string, many = `${one}s`): string => `${n} ${n === 1 ? one : many}`;

/** Text of files, commits and people inside Markdown. */
export const cell = (text: string): string => text.replace(/[|<>*_`[\]\\]/g, '\\$&').replace(/\s+/g, ' ');
