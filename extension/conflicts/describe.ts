/**
 * A conflict in words, as a plain document: for screen readers, and for all who would rather read than look at columns. Says
 * who changed what, what Mortise proposes on what evidence, and which keys do what.
 */
import * as vscode from 'vscode';
import type { ConflictView, ResolutionView } from '../../server/lsp/protocol.ts';
import type { Model } from './model.ts';

const scheme = 'mortise-described';

export function registerDescribe(model: Model): vscode.Disposable {
  const changed = new vscode.EventEmitter<vscode.Uri>();
  const uri = vscode.Uri.from({ scheme, path: '/Conflict in words.txt' });
  let text = '';
  return vscode.Disposable.from(
    changed,
    vscode.workspace.registerTextDocumentContentProvider(scheme, {
      onDidChange: changed.event,
      provideTextDocumentContent: () => text,
    }),
    vscode.commands.registerCommand('mortise.describe', async () => {
      const editor = vscode.window.activeTextEditor;
      const conflict = editor && model.near(editor);
      if (!editor || !conflict) {
        await vscode.window.showInformationMessage('Mortise: there is no conflict in this file.');
        return;
      }
      const all = model.conflictsOf(editor.document);
      text = describeConflict(editor.document, conflict, all.indexOf(conflict) + 1, all.length);
      changed.fire(uri);
      await vscode.window.showTextDocument(uri, { preview: true, viewColumn: vscode.ViewColumn.Beside });
    }),
  );
}

function describeConflict(document: vscode.TextDocument, conflict: ConflictView, at: number, of: number): string {
  const { names, sections, resolutions } = conflict;
  const section = (name: string, { start, end }: ConflictView['range']) => {
    const body = document.getText(new vscode.Range(start.line, 0, end.line, 0));
    return [`${name}:`, body === '' ? '(nothing)' : body.trimEnd(), ''];
  };
  return [
    `Conflict ${at} of ${of} in ${vscode.workspace.asRelativePath(document.uri)}, line ${conflict.range.start.line + 1}.`,
    '',
    ...section(`${names.left} (ours)`, sections.left),
    ...(sections.base ? section('The common base', sections.base) : []),
    ...section(`${names.right} (theirs)`, sections.right),
    ...earlierInWords(conflict),
    ...(conflict.held === undefined ? [] : [`Nothing in bulk touches it: ${conflict.held}.`, '']),
    ...resolutions.flatMap((one, i) => proposal(one, i + 1, resolutions.length)),
    'Keys, after Shift+Alt+M (Control+Command+M on a Mac): A accept, V preview, L alternatives, O ours, T theirs, B both, E edit, I set aside, N next, P previous, M merge editor.',
    '',
  ].join('\n');
}

function earlierInWords({ remembered }: ConflictView): string[] {
  if (!remembered?.merge) return [];
  const { title, author } = remembered.merge;
  return [`Proposal 1 is of an earlier merge: ${title}, ${author}, ${remembered.day}.`, ''];
}

function proposal({ reason, tier, odds, text, evidence }: ResolutionView, at: number, of: number): string[] {
  return [
    `Proposal ${at} of ${of}: ${reason}. ${tier}, ${odds}.`,
    ...evidence,
    'It gives:',
    text === '' ? '(nothing)' : text.trimEnd(),
    '',
  ];
}
