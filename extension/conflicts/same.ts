/** After a decision: where all decisions of one kind fell the same way, offers the same for the other conflicts like them. */
import * as vscode from 'vscode';
import type { SameAnswer } from '../../server/lsp/protocol.ts';
import { withEach } from './files.ts';
import type { Model } from './model.ts';
import { announce, counted } from './words.ts';

export function suggestSame(model: Model): vscode.Disposable {
  /** Kinds that were offered and not wanted. */
  const declined = new Set<string>();
  let last: { uri: vscode.Uri; key: string } | undefined;
  return vscode.Disposable.from(
    model.server.onTaken(async (uri) => {
      if (!vscode.workspace.getConfiguration('mortise').get('suggestSame', true)) return;
      const answer = await model.server.same(uri);
      if (!answer || answer.count === 0 || declined.has(answer.key)) return;
      last = { uri, key: answer.key };
      void vscode.commands.executeCommand('setContext', 'mortise.canDoSame', true);
      const [same, no] = [
        `Do the Same for ${answer.count === 1 ? 'the Other One' : `the Other ${answer.count}`}`,
        'No',
      ];
      const said = `Mortise: ${answer.said} ${counted(answer.count, 'open conflict')} ${answer.count === 1 ? 'is' : 'are'} like them.`;
      const picked = await vscode.window.showInformationMessage(said, same, no);
      if (picked === same) await take(model, uri, answer);
      else if (picked === no) declined.add(answer.key);
    }),
    vscode.commands.registerCommand('mortise.doSame', async () => {
      const uri = last?.uri ?? vscode.window.activeTextEditor?.document.uri;
      const answer = uri && (await model.server.same(uri));
      if (uri && answer) await take(model, uri, answer);
      else await vscode.window.showInformationMessage('Mortise: no open conflict is like those you decided.');
    }),
  );
}

async function take(model: Model, uri: vscode.Uri, { key }: SameAnswer): Promise<void> {
  const dirty = new Set(
    vscode.workspace.textDocuments.filter((open) => open.isDirty).map((open) => open.uri.toString()),
  );
  const shown = new Set(vscode.window.visibleTextEditors.map(({ document }) => document.uri.toString()));
  const done = await model.server.takeSame(uri, key);
  if (!done || done.problem !== undefined) {
    void vscode.window.showWarningMessage(`Mortise: ${done?.problem ?? 'nothing was done; its log says why.'}`);
    return;
  }
  // As with everything in bulk: what nobody was looking at or editing is written, the rest stays unsaved under their eyes.
  await withEach(done.files, async ({ uri }) => {
    const file = vscode.Uri.parse(uri).toString();
    const document = vscode.workspace.textDocuments.find((open) => open.uri.toString() === file);
    if (document?.isDirty && !dirty.has(file) && !shown.has(file)) await document.save();
  });
  announce(
    `${counted(done.resolved, 'conflict')} resolved the same way; nothing is staged. One undo takes all of it back.`,
  );
}
