/** What the user asks of a model about conflicts: a proposal for one, with words of their own, or for all that are open. */
import * as vscode from 'vscode';
import type { ProposalProgress, ProposeAnswer } from '../../server/lsp/modelProtocol.ts';
import type { ConflictView, ResolutionView } from '../../server/lsp/protocol.ts';
import { type Found, findTarget, reveal } from '../conflicts/commands.ts';
import { isText, openIn } from '../conflicts/files.ts';
import type { Model } from '../conflicts/model.ts';
import type { Preview } from '../conflicts/preview.ts';
import { announce } from '../conflicts/words.ts';
import type { ModelClient } from './client.ts';

export function registerProposals(model: Model, preview: Preview, client: ModelClient): vscode.Disposable {
  const drafts = client.onProgress((progress) => draw(progress));
  const on = (name: string, run: (found: Found) => Promise<void>) =>
    vscode.commands.registerCommand(`mortise.${name}`, async (target?: unknown) => {
      const found = await findTarget(model, target);
      if (found) return run(found);
      await vscode.window.showInformationMessage('Mortise: there is no conflict in this file.');
      return undefined;
    });
  return vscode.Disposable.from(
    drafts,
    on('propose', (found) => one(found)),
    on('askAboutConflict', (found) => withWords(found)),
    vscode.commands.registerCommand('mortise.proposeAll', () => all()),
  );

  /** The text as far as it is written, where its result will be shown. */
  function draw({ uri, conflict, stage, text, model: name }: ProposalProgress): void {
    const editor = vscode.window.visibleTextEditors.find(({ document }) => document.uri.toString() === uri);
    const view = editor && model.find(uri, conflict);
    if (!editor || !view || preview.of(view)) return;
    const said = { choose: 'looks at the proposals', write: 'is writing', repair: 'corrects it', check: 'is checked' }[
      stage
    ];
    preview.draft(editor, view, draftOf(text, `${name} ${said} …`));
  }

  async function one(found: Found, guidance?: string): Promise<void> {
    const { editor, conflict } = found;
    const uri = editor.document.uri;
    preview.hide();
    const options = {
      location: vscode.ProgressLocation.Notification,
      title: 'Mortise: asking the model',
      cancellable: true,
    };
    const answer = await drafting(() =>
      vscode.window.withProgress(options, (_, token) =>
        client.propose({ uri: uri.toString(), conflict: conflict.id, ...(guidance ? { guidance } : {}) }, token),
      ),
    );
    if (answer) await show(found, answer);
  }

  /** However the work ends, no half-written text stays on show. */
  async function drafting<T>(work: () => Thenable<T>): Promise<T> {
    try {
      return await work();
    } finally {
      preview.endDraft();
    }
  }

  async function withWords(found: Found): Promise<void> {
    const { names } = found.conflict;
    const guidance = await vscode.window.showInputBox({
      title: `Ask about the conflict between ${names.left} and ${names.right}`,
      prompt:
        'Say what the result should do. The model writes it, Mortise checks it, and nothing changes until you accept.',
      placeHolder: 'For example: keep the filter, and count from one',
    });
    if (guidance !== undefined) await one(found, guidance);
  }

  async function show({ editor, conflict }: Found, answer: ProposeAnswer): Promise<void> {
    if (answer.kind === 'failed') {
      if (answer.fault !== 'aborted') await client.explain(answer.fault, answer.message);
      return;
    }
    if (answer.kind === 'needsYou') {
      const again = 'Tell It More…';
      announce(`needs you: ${answer.reason}`);
      const chosen = await vscode.window.showInformationMessage(`Mortise: this one needs you. ${answer.reason}`, again);
      if (chosen === again) await withWords({ editor, conflict });
      return;
    }
    const views = await model.read(editor.document.uri);
    const view = views.find(({ id }) => id === conflict.id);
    const resolution = view?.resolutions.find(({ id }) => id === answer.resolution);
    if (!view || !resolution) return;
    preview.show(editor, view, resolution);
    const [accept, again, sent] = ['Accept', 'Ask Again…', 'Show What Was Sent'];
    const said = answer.said === '' ? '' : ` It says: “${answer.said}”`;
    const what = answer.how === 'chosen' ? `chose: ${resolution.reason}` : 'wrote the lines on show';
    const chosen = await vscode.window.showInformationMessage(
      `Mortise: ${answer.model} ${what}.${said} ${answer.evidence.join(' ')}`,
      ...[accept, again, sent],
    );
    const target = { uri: editor.document.uri.toString(), conflict: conflict.id };
    if (chosen === accept) {
      // The notification may be old: what it speaks of is taken, not what is on show now, and where the user sees it.
      await vscode.window.showTextDocument(editor.document, editor.viewColumn);
      await vscode.commands.executeCommand('mortise.accept', { ...target, resolution: answer.resolution });
    }
    if (chosen === again) await withWords({ editor, conflict: view });
    if (chosen === sent) await vscode.commands.executeCommand('mortise.showSent');
  }

  /** One after the other, as a local model works; then a list from which each is looked at and accepted by itself. */
  async function all(): Promise<void> {
    const open: { readonly uri: vscode.Uri; readonly path: string; readonly conflict: ConflictView }[] = [];
    const results: Listed[] = [];
    const options = {
      location: vscode.ProgressLocation.Notification,
      title: 'Mortise: proposals for all open conflicts',
      cancellable: true,
    };
    await drafting(() =>
      vscode.window.withProgress(options, async (progress, token) => {
        for (const file of model.repositories
          .flatMap(({ files }) => files)
          .filter((one) => isText(one) && openIn(one) > 0)) {
          const document = await vscode.workspace.openTextDocument(vscode.Uri.parse(file.uri));
          for (const conflict of await model.read(document.uri)) {
            // What can be resolved safely needs no model.
            if (conflict.need !== 'safe') open.push({ uri: document.uri, path: file.path, conflict });
          }
        }
        for (const [n, { uri, path, conflict }] of open.entries()) {
          if (token.isCancellationRequested) break;
          progress.report({ message: `${n + 1} of ${open.length}: ${path}`, increment: 100 / open.length });
          const answer = await client.propose({ uri: uri.toString(), conflict: conflict.id }, token);
          if (answer?.kind === 'failed' && answer.fault !== 'aborted') {
            await client.explain(answer.fault, answer.message);
            break;
          }
          if (answer && answer.kind !== 'failed') results.push({ uri, path, conflict, answer });
        }
      }),
    );
    if (results.length > 0) await list(results);
    else if (open.length === 0)
      await vscode.window.showInformationMessage('Mortise: no conflict is left that needs a model.');
  }

  async function list(results: readonly Listed[]): Promise<void> {
    const items = results.map(({ uri, path, conflict, answer }) => ({
      label:
        answer.kind === 'proposal'
          ? `$(sparkle) ${path}:${conflict.range.start.line + 1}`
          : `$(person) ${path}:${conflict.range.start.line + 1}`,
      description: answer.kind === 'proposal' ? (answer.how === 'chosen' ? 'chosen' : 'written') : 'needs you',
      detail: answer.kind === 'proposal' ? answer.evidence.join(' ') : answer.reason,
      result: { uri, conflict, answer },
    }));
    const picked = await vscode.window.showQuickPick(items, {
      title: 'Proposals: each is looked at, and accepted, by itself',
      placeHolder: 'Choose one to see it in its file',
      matchOnDetail: true,
    });
    if (!picked) return;
    const { uri, conflict, answer } = picked.result;
    const editor = await vscode.window.showTextDocument(uri);
    const view = (await model.read(uri)).find(({ id }) => id === conflict.id);
    if (!view) return;
    reveal(editor, view);
    await show({ editor, conflict: view }, answer);
  }
}

interface Listed {
  readonly uri: vscode.Uri;
  readonly path: string;
  readonly conflict: ConflictView;
  readonly answer: Exclude<ProposeAnswer, { kind: 'failed' }>;
}

const draftOf = (text: string, reason: string): ResolutionView => ({
  id: 'draft',
  text,
  reason,
  tier: 'possible',
  confidence: 0,
  odds: 'not checked yet',
  evidence: [],
  keepsAll: false,
  lines: text.split('\n').map((line) => ({ text: line, from: 'mixed' })),
  dropped: { left: [], right: [] },
});
