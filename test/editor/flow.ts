/** What the files of editor tests share: one editor for all flows of a file, and the words they speak in. */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, afterEach, beforeAll } from 'vitest';
import { Editor, type LaunchOptions, missing, until } from './harness.ts';

export const why = missing();
if (why !== undefined) console.warn(`Editor tests are skipped: ${why}`);

export interface Removable {
  /** Told of where a flow fails. */
  readonly root?: string;
  remove(): void;
}

/** Launches before the first flow; after each it throws unsaved work away and removes the flow's repositories. */
export function flows(options: LaunchOptions = {}): { readonly editor: Editor; keep<T extends Removable>(made: T): T } {
  let editor: Editor | undefined;
  const made: Removable[] = [];
  beforeAll(async () => {
    editor = await Editor.launch(options);
  }, 180_000);
  afterAll(async () => {
    await editor?.close();
  });
  afterEach(async (context) => {
    if (editor && context.task.result?.state === 'fail')
      console.warn(`what "${context.task.name}" left: ${await editor.evidence(context.task.name, made)}`);
    await editor?.page.keyboard.press('Escape').catch(() => undefined);
    await editor?.revertAll().catch(() => undefined);
    // What the next flow waits for must be of its own repository, and not of this one.
    await editor?.leave().catch(() => undefined);
    for (const one of made.splice(0)) one.remove();
  });
  return {
    get editor() {
      if (!editor) throw new Error('the editor is not there yet');
      return editor;
    },
    keep: (one) => {
      made.push(one);
      return one;
    },
  };
}

/** The states flows wait for, in one editor. */
export function look(get: () => Editor) {
  const row = (text: string | RegExp) => get().page.locator('.pane-body .monaco-list-row', { hasText: text }).first();
  /** The row of one file, by the path its label begins with. */
  const file = (path: string) => get().page.locator(`.pane-body .monaco-list-row[aria-label^="${path},"]`).first();
  return {
    row,
    file,
    all: (text: string | RegExp) => get().page.locator('.pane-body .monaco-list-row', { hasText: text }),
    /** Whether git still holds this file of its state for a repository. */
    exists: (root: string, name: string) => existsSync(join(root, '.git', name)),
    /** As the lens "mark it as resolved" does it; waits until git has it staged. */
    async stage(root: string, path: string): Promise<void> {
      const unmerged = () => execFileSync('git', ['ls-files', '-u', '--', path], { cwd: root, encoding: 'utf8' });
      await get().command('mortise.stageFile', pathToFileURL(join(root, path)).href);
      await until(`${path} to be staged`, () => unmerged() === '');
    },
    /** For a command that waits for a dialog or for a task in a terminal: a new terminal may take its time. */
    start: (command: string, argument?: unknown) =>
      get().evaluate('void vscode.commands.executeCommand(argument.command, argument.argument)', { command, argument }),
    status: (text: RegExp, timeout = 60_000) =>
      get().page.locator('.statusbar-item', { hasText: text }).first().waitFor({ timeout }),
    /** A button that a row shows while the pointer is on it; a row that is drawn anew shows none until the pointer moves. */
    async rowAction(text: string | RegExp, action: string): Promise<void> {
      await until(`${action} of ${text}`, async () => {
        await get().page.mouse.move(600, 10);
        await row(text).hover({ timeout: 5000 });
        await row(text).locator(`.actions a[aria-label^="${action}"]`).first().click({ timeout: 5000 });
        return true;
      });
    },
    async pick(text: string | RegExp): Promise<void> {
      await get().page.locator('.quick-input-widget:visible .monaco-list-row', { hasText: text }).first().click();
    },
    /** Open the chooser of a file's row and take one of its lines; while the view is drawn anew a click may go nowhere. */
    async choose(path: string, text: string | RegExp): Promise<void> {
      const line = get().page.locator('.quick-input-widget:visible .monaco-list-row', { hasText: text }).first();
      await until(`the chooser of ${path}`, async () => {
        if (!(await line.isVisible())) await file(path).click({ timeout: 5000 });
        await line.click({ timeout: 5000 });
        return true;
      });
    },
    async notification(text: string | RegExp, button?: string): Promise<void> {
      const toast = get().page.locator('.notification-toast', { hasText: text }).first();
      await toast.waitFor();
      if (button !== undefined) await toast.getByText(button, { exact: true }).click();
    },
    async view(): Promise<void> {
      await get().command('mortise.showConflicts');
    },
    /** Text of an open document until it holds what is wanted. */
    text: (path: string, holds: (text: string) => boolean) =>
      until(`the text of ${path}`, async () => holds(await get().text(path))),
  };
}

export const markersIn = (text: string): number => text.split(/^<{7} /m).length - 1;
