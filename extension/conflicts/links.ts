/** Where the hover's links lead: an edit of a side in the marked text, and a commit as git shows it. Both only show. */
import * as vscode from 'vscode';
import type { Model } from './model.ts';
import { toVscodeRange } from './model.ts';

const scheme = 'mortise-commit';

/** What the server put into the link; offsets are into the side's text. */
interface EditTarget {
  readonly uri: string;
  readonly conflict: string;
  readonly side: 'left' | 'right';
  readonly start: number;
  readonly end: number;
}

export function registerLinks(model: Model): vscode.Disposable {
  return vscode.Disposable.from(
    vscode.commands.registerCommand('mortise.showEdit', (target: EditTarget) => showEdit(model, target)),
    vscode.commands.registerCommand(
      'mortise.showCommit',
      async ({ root, commit }: { root: string; commit: string }) => {
        const uri = vscode.Uri.from({ scheme, path: `/${commit}.diff`, query: root });
        await vscode.window.showTextDocument(uri, { preview: true, viewColumn: vscode.ViewColumn.Beside });
      },
    ),
    vscode.workspace.registerTextDocumentContentProvider(scheme, {
      provideTextDocumentContent: async (uri) =>
        (await model.server.commit(uri.query, uri.path.slice(1).replace(/\.diff$/, ''))) ??
        'Git does not know this commit.\n',
    }),
  );
}

async function showEdit(model: Model, { uri, conflict, side, start, end }: EditTarget): Promise<void> {
  const editor = await vscode.window.showTextDocument(vscode.Uri.parse(uri));
  const found = model.find(editor.document.uri.toString(), conflict);
  if (!found) return;
  const { document } = editor;
  const section = document.offsetAt(toVscodeRange(found.sections[side]).start);
  const [from, to] = [document.positionAt(section + start), document.positionAt(section + end)];
  editor.selection = new vscode.Selection(from, to);
  editor.revealRange(new vscode.Range(from, to), vscode.TextEditorRevealType.InCenterIfOutsideViewport);
}
