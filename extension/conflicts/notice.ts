/**
 * Says once for each paused operation what it left to do, once that nothing is left to decide, and once that all is staged;
 * each time with the next step at hand. What a button stages or continues stands on the button.
 */
import * as vscode from 'vscode';
import type { FileView, RepositoryView } from '../../server/lsp/protocol.ts';
import { heldIn, isText, openIn } from './files.ts';
import type { Model } from './model.ts';
import { warnOfStagedMarkers } from './stagedMarkers.ts';
import { sayOver } from './still.ts';
import { counted } from './words.ts';

export function noticeConflicts(model: Model): vscode.Disposable {
  /** By root: which stop of which operation was told of (`run`). Forgotten when it is over. */
  const said = new Map<string, string>();
  const decided = new Map<string, string>();
  const offered = new Map<string, string>();
  /** By root: the stop of which a notification may still stand. */
  const shown = new Map<string, string>();
  /** VS Code hides when it gets to it, and all that is there by then: what is new waits until it has. */
  let hidden: Thenable<unknown> = Promise.resolve();
  const isNews = (told: Map<string, string>, { root, operation }: RepositoryView, more = '') => {
    const now = operation.run + more;
    const news = told.get(root) !== now;
    told.set(root, now);
    if (news) shown.set(root, operation.run);
    return news;
  };
  const allStaged = async (view: RepositoryView) => {
    const { root } = view;
    if (model.isGoingOn(view)) return;
    const { marks } = await model.server.stagedMarkers(root);
    // Something happened meanwhile: what there is now is told by the call that came of it.
    if (!model.repositories.includes(view) || model.isGoingOn(view)) return;
    if (!isNews(offered, view, marks.map(({ path, line }) => `\0${path}:${line}`).join(''))) return;
    await hidden;
    await (marks.length > 0 ? warnOfStagedMarkers(model, view, marks) : offerToGoOn(model, view));
  };
  return model.onRepositories(() => {
    hidden = hideEnded(model, shown) ?? hidden;
    if (!vscode.workspace.getConfiguration('mortise').get('notify', true)) return;
    for (const view of model.repositories) {
      const { root, files, staged } = view;
      if (files.length + staged.length === 0) for (const told of [said, decided, offered]) told.delete(root);
      else if (files.length === 0) {
        // In a workspace that is not trusted nothing is offered.
        void allStaged(view).catch(() => undefined);
      } else if (files.every(isKnown)) {
        const open = files.reduce((sum, file) => sum + openIn(file), 0);
        if (open > 0) decided.delete(root);
        // None open where nothing was told: the counts are still those of the stop before.
        if (open > 0 && isNews(said, view)) void hidden.then(() => tell(model, view, open));
        else if (open === 0 && said.get(root) === view.operation.run && isNews(decided, view))
          void hidden.then(() => offerToStage(model, view));
      }
    }
  });
}

/** What is to be said of it: its counts, or where the content of a deleted one went. */
const isKnown = (file: FileView): boolean =>
  file.counts !== undefined || (!isText(file) && (file.moved !== undefined || !file.kind.includes('delete')));

const isStill = (model: Model, root: string, run: string): boolean =>
  model.repositories.some(
    (now) => now.root === root && now.operation.run === run && now.files.length + now.staged.length > 0,
  );

/** What an ended operation left on the screen stands in the way of the next; a closed toast stays in the notification centre. */
function hideEnded(model: Model, shown: Map<string, string>): Thenable<unknown> | undefined {
  const ended = [...shown].filter(([root, run]) => !isStill(model, root, run));
  for (const [root] of ended) shown.delete(root);
  if (ended.length === 0) return undefined;
  // Should it fail, what is new is told all the same.
  return vscode.commands.executeCommand('notifications.hideToasts').then(undefined, () => undefined);
}

/** A button of a notification that has outlived its operation does nothing to the next one. */
async function ask(model: Model, { root, operation }: RepositoryView, text: string, ...buttons: readonly string[]) {
  const answer = await vscode.window.showInformationMessage(text, ...buttons);
  if (answer === undefined || isStill(model, root, operation.run)) return answer;
  sayOver(operation.title);
  return undefined;
}

async function tell(model: Model, view: RepositoryView, open: number): Promise<void> {
  const { root, operation, files } = view;
  const what = operation.kind === 'none' && !operation.onlyCopy ? 'Unmerged files' : operation.title;
  const [only] = files;
  if (only && files.length === 1 && !isText(only)) return tellOfOne(model, view, only);
  const safe = files.reduce((sum, { counts }) => sum + (counts?.safe ?? 0), 0);
  const first = safe === 0 ? 'First Conflict' : safe < open ? 'Resolve Safe, Show the Rest' : 'Resolve Safe Conflicts';
  const text = `Mortise: ${what}: ${counted(open, 'conflict')}, ${safe} safe to resolve${heldIn(files)}.`;
  const answer = await ask(model, view, text, first, 'Show Conflicts');
  if (answer === 'Show Conflicts') await vscode.commands.executeCommand('mortise.showConflicts');
  else if (answer === 'First Conflict') await vscode.commands.executeCommand('mortise.next');
  else if (answer) await vscode.commands.executeCommand('mortise.resolveSafe', { root, thenNext: safe < open });
}

/** One path without markers, and nothing else: its choices are few enough to stand here. */
async function tellOfOne(model: Model, view: RepositoryView, file: FileView): Promise<void> {
  const { root, operation } = view;
  const keep = file.actions.filter(({ action }) => action === 'keep-left' || action === 'keep-right');
  const wordsOf = (title: string) => `${title}, and Stage It`;
  const text = `Mortise: ${operation.title}: ${file.path}: ${file.title}${file.moved ? `; ${file.moved}` : ''}.`;
  const buttons = [...keep.map(({ title }) => wordsOf(title)), 'Show Conflicts'];
  const answer = await ask(model, view, text, ...buttons);
  const chosen = keep.find(({ title }) => wordsOf(title) === answer);
  if (chosen)
    await vscode.commands.executeCommand('mortise.keepAndStage', { root, operation, file, action: chosen.action });
  else if (answer) await vscode.commands.executeCommand('mortise.showConflicts');
}

/** Nothing is left to decide: to look once more, or to hand it to git, in one step and in so many words. */
async function offerToStage(model: Model, view: RepositoryView): Promise<void> {
  const { root, operation, files } = view;
  const goes = operation.next?.go.includes('--continue') === true;
  const stage = goes ? 'Stage All and Continue' : 'Stage All';
  const they = files.length === 1 ? 'its file is' : `${files.length} files are`;
  const text = `Mortise: ${operation.title}: every conflict is resolved; ${they} not staged.${numbersIn(view)}`;
  const answer = await ask(model, view, text, stage, 'Show Changes');
  if (answer === stage) await vscode.commands.executeCommand('mortise.stageAll', { root, thenContinue: goes });
  else if (answer) await vscode.commands.executeCommand('mortise.showChanges', { root });
}

/** What git merged without a word, said before it is committed. */
function numbersIn({ sameNumbers = [] }: RepositoryView): string {
  const [first] = sameNumbers;
  if (!first) return '';
  const more = sameNumbers.length > 1 ? `, and ${counted(sameNumbers.length - 1, 'more number')} twice` : '';
  return ` Look first: ${first.said}${more}.`;
}

/** The last file is staged: the next step is git's, and one click away. */
async function offerToGoOn(model: Model, view: RepositoryView): Promise<void> {
  const { root, operation, staged } = view;
  if (!operation.next?.go.includes('--continue')) return;
  const about = `${staged.length === 1 ? 'the file is' : `all ${staged.length} files are`} resolved and staged`;
  const text = `Mortise: ${operation.title}: ${about}.${numbersIn(view)}`;
  const answer = await ask(model, view, text, 'Continue', 'Show Changes');
  if (answer === 'Continue') await vscode.commands.executeCommand('mortise.continue', { root });
  else if (answer) await vscode.commands.executeCommand('mortise.showChanges', { root });
}
