/** Keeps conflicts out of folds: a marker inside folded imports is a conflict nobody sees. */
import * as vscode from 'vscode';
import type { Model } from './model.ts';

export function keepUnfolded(model: Model): vscode.Disposable {
  const look = (editor: vscode.TextEditor | undefined) => {
    if (editor && editor === vscode.window.activeTextEditor) void unfold(model, editor);
  };
  return vscode.Disposable.from(
    vscode.window.onDidChangeTextEditorVisibleRanges(({ textEditor }) => look(textEditor)),
    vscode.window.onDidChangeActiveTextEditor(look),
    model.onFile(() => look(vscode.window.activeTextEditor)),
  );
}

/** Lines between two visible ranges are folded away; those of a conflict come back. */
async function unfold(model: Model, editor: vscode.TextEditor): Promise<void> {
  const ranges = editor.visibleRanges;
  if (ranges.length < 2) return;
  const folds = ranges.slice(1).flatMap((range, i) => {
    const before = ranges[i]?.end.line;
    return before === undefined || range.start.line - before < 2 ? [] : [{ from: before, to: range.start.line - 1 }];
  });
  const hidden = folds.filter(({ from, to }) =>
    model.conflictsOf(editor.document).some(({ range }) => range.start.line <= to && range.end.line > from + 1),
  );
  if (hidden.length === 0) return;
  const selectionLines = hidden.map(({ from }) => from);
  await vscode.commands.executeCommand('editor.unfold', { selectionLines, levels: 10, direction: 'down' });
}
