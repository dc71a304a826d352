/**
 * The product in the real VS Code workbench, strict about proposed API: what a person sees and does from "git stopped" to
 * "resolved", judged by the bytes on disk. One editor serves all flows; each opens a repository of its own.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { flows, look, why } from './flow.ts';
import { type Editor, until } from './harness.ts';
import { conflictedMerge, conflictedRebase, conflictedStash, TestRepository } from './repositories.ts';

const imports =
  "import { Item, Order } from './types';\nimport { log } from './log';\nimport { taxRate } from './tax';\n\n";

describe.skipIf(why !== undefined)('in the editor', { timeout: 240_000 }, () => {
  const flow = flows();
  let editor: Editor;
  const { row, status } = look(() => flow.editor);
  const begin = async (made: TestRepository): Promise<TestRepository> => {
    editor = flow.editor;
    await editor.open(flow.keep(made).root);
    return made;
  };
  const shown = (text: string | RegExp) =>
    until(`"${text}" in the preview`, async () =>
      (await editor.drawn()).some((one) => (typeof text === 'string' ? one.startsWith(text) : text.test(one))),
    );
  const dirtyText = (path: string) => editor.text(path);

  it('starts no server and costs little while nothing is in conflict', async () => {
    const clean = new TestRepository();
    clean.commit('Start', { 'a.ts': 'export const a = 1;\n' });
    await begin(clean);
    await editor.file(clean.path('a.ts'));
    await editor.command('workbench.view.extension.mortise');
    await editor.page.locator('.welcome-view-content', { hasText: 'Nothing is in conflict.' }).waitFor();
    const running = "return vscode.extensions.getExtension('mortise.mortise').exports.isServerStarted()";
    expect(await editor.evaluate<boolean>(running)).toBe(false);
    await editor.screenshot('empty');
  });

  it('shows each conflict with its best resolution, previews it in place, and accepts it', async () => {
    const { path } = bound(await begin(conflictedMerge()));
    const file = path('src/orders.ts');
    const before = readFileSync(file, 'utf8');
    await editor.file(file);
    await editor.lens('Accept: unites the imports of both sides · safe').waitFor();
    await editor.lens('Accept: the edits touch different words: combines both · likely').waitFor();
    await editor.lens('Needs you').waitFor();
    await editor.lens('Accept Current Change').waitFor();
    await status(/0 of 6 resolved/);
    await editor.clearNotifications();
    // Room for the lenses and for the preview beside the text.
    await editor.command('workbench.action.closeSidebar');
    await editor.screenshot('lenses', 'editor');

    await editor.lens('Preview').click();
    await shown(/^┌ Result 1 of 3 · safe, [\w ]*\d+ in \d+ · unites the imports of both sides/);
    await shown("│ main       import { log } from './log';");
    await shown("│ feature    import { taxRate } from './tax';");
    expect(await dirtyText(file)).toBe(before);
    await editor.screenshot('preview', 'editor');
    await editor.command('mortise.nextAlternative');
    await shown('┌ Result 2 of');
    await editor.command('mortise.closePreview');
    await until('the preview to be closed', async () => (await editor.drawn()).length === 0);

    await editor.lens('Accept: unites the imports').click();
    await until('the first conflict to be resolved', async () => (await dirtyText(file)).startsWith(imports));
    expect(await dirtyText(file)).toBe(imports + before.slice(before.indexOf('const currency')));
    expect(readFileSync(file, 'utf8')).toBe(before);
    await status(/1 of 6 resolved/);
    await editor.command('undo');
    await until('one undo to bring the conflict back', async () => (await dirtyText(file)) === before);
    await status(/0 of 6 resolved/);
  });

  it('goes by keyboard: next, accept, alternatives, previous, across files', async () => {
    const { path } = bound(await begin(conflictedMerge()));
    const file = path('src/orders.ts');
    await editor.file(file);
    await editor.lens('Needs you').waitFor();
    await status(/of 6 resolved/);
    await editor.clearNotifications();
    const chord = async (key: string) => {
      await editor.page.keyboard.press('Shift+Alt+M');
      await editor.page.keyboard.press(key);
    };
    const at = () =>
      editor.evaluate<string>(
        "const e = vscode.window.activeTextEditor; return `${e.document.uri.path.split('/').pop()}:${e.selection.active.line + 1}`",
      );
    await chord('n');
    await until('the first conflict', async () => (await at()) === 'orders.ts:2');
    await chord('n');
    await until('the second conflict', async () => (await at()) === 'orders.ts:15');
    await chord('a');
    await until('the accepted text', async () =>
      (await dirtyText(file)).includes('  return sum(order.items.filter(Boolean), taxRate(order));\n'),
    );
    await until('the move to the next conflict', async () => (await at()) === 'orders.ts:21');
    await chord('l');
    const list = editor.page.locator('.quick-input-widget');
    await list.getByText('Conflict between main and feature').waitFor();
    await shown('┌ Result 1 of');
    await editor.screenshot('alternatives');
    await editor.page.locator('.quick-input-list .monaco-list-row', { hasText: 'Take feature' }).click();
    await until('the chosen side', async () =>
      (await dirtyText(file)).includes('return `${item.name} (${item.count})`;\n}\n'),
    );
    await chord('n');
    await until('the next file', async () => (await at()) === 'package.json:3');
    await chord('p');
    await until('the file before', async () => (await at()) === 'orders.ts:2');
  });

  it('explains a conflict on hover', async () => {
    const { path } = bound(await begin(conflictedMerge()));
    await editor.file(path('src/orders.ts'));
    await editor.lens('Accept: the edits').waitFor();
    await editor.clearNotifications();
    await editor.command('mortise.next');
    await editor.command('mortise.next');
    await editor.command('editor.action.showHover');
    const hover = editor.page.locator('.monaco-hover:visible').first();
    await hover.getByText('Round totals and log them').waitFor();
    await hover.getByText('Charge tax on orders').waitFor();
    await hover.getByText('main: its edit is kept.').waitFor();
    await editor.screenshot('hover', 'editor');
  });

  it('resolves what is safe in the repository, stages nothing, and undoes it', async () => {
    const { path, made } = bound(await begin(conflictedMerge()));
    const file = path('src/orders.ts');
    const before = readFileSync(file, 'utf8');
    const index = made.git('ls-files', '-s');
    await status(/0 of 6 resolved/);
    await editor.clearNotifications();
    await editor.palette('Mortise: Resolve Safe Conflicts');
    await editor.page
      .locator('.notification-toast', { hasText: 'resolved 1 conflict in 1 file; nothing is staged' })
      .waitFor();
    await until('the file on disk', () => readFileSync(file, 'utf8').startsWith(imports));
    expect(readFileSync(file, 'utf8')).toBe(imports + before.slice(before.indexOf('const currency')));
    expect(made.git('ls-files', '-s')).toBe(index);
    await status(/1 of 6 resolved/);
    await editor.page.locator('.notification-toast').getByText('Show What Was Done').click();
    await until('the summary', () =>
      editor.evaluate<boolean>(
        "return vscode.window.tabGroups.activeTabGroup.activeTab?.label.includes('What Mortise did') === true",
      ),
    );
    const summary = await editor.evaluate<string>(
      "return (await vscode.workspace.openTextDocument(vscode.Uri.from({ scheme: 'mortise-summary', path: '/What Mortise did.md', query: argument }))).getText()",
      made.root,
    );
    expect(summary).toMatch(
      /\| src\/orders\.ts:2 \| unites the imports of both sides \| safe, .* like this were resolved so \| The result parses\./,
    );
    expect(summary).toContain('**1 automatic**, **0 chosen by you**');
    await until('the summary to be drawn', async () => {
      const frames = editor.page
        .frames()
        .map((frame) => frame.getByRole('heading', { name: 'What Mortise did' }).count());
      return (await Promise.all(frames)).some((count) => count > 0);
    });
    await editor.screenshot('summary');
    await editor.file(file);
    await editor.command('undo');
    await editor.command('workbench.action.files.save');
    await until('the conflict back on disk', () => readFileSync(file, 'utf8') === before);
    await status(/0 of 6 resolved/);
  });

  it('lists every file by what it needs, and stages only on a click', async () => {
    const { made } = bound(await begin(conflictedMerge()));
    await status(/of 6 resolved/);
    await editor.clearNotifications();
    await editor.command('mortise.showConflicts');
    await row('Merging feature into main').waitFor();
    await row('Needs a look').waitFor();
    await row('Needs your choice').waitFor();
    await row(/orders\.ts.*1 safe · 1 likely · 1 yours/).waitFor();
    await row(/legacy\.ts.*modified by main, deleted by feature/).waitFor();
    await editor.screenshot('view', 'view');
    await row('legacy.ts').click();
    const choice = editor.page
      .locator('.quick-input-list .monaco-list-row', { hasText: 'Delete, as feature did' })
      .first();
    await choice.click();
    await until('the file to be deleted', () => !made.exists('src/legacy.ts'));
    expect(made.git('ls-files', '-u', 'src/legacy.ts')).not.toBe('');
    await row('legacy.ts').click();
    await editor.page
      .locator('.quick-input-list .monaco-list-row', { hasText: 'Mark as resolved (git add)' })
      .first()
      .click();
    await until('the file to be staged', () => made.git('ls-files', '-u', 'src/legacy.ts') === '');
    await row('legacy.ts').waitFor({ state: 'detached' });
    await status(/1 of 6 resolved/);
  });

  it('restores one conflict after others were resolved', async () => {
    const { path } = bound(await begin(conflictedMerge()));
    const file = path('src/orders.ts');
    const before = readFileSync(file, 'utf8');
    await editor.file(file);
    await editor.lens('Needs you').waitFor();
    await editor.command('mortise.accept');
    await until('one conflict to be resolved', async () => (await dirtyText(file)).split('<<<<<<<').length === 3);
    await editor.command('mortise.accept');
    await until('two conflicts to be resolved', async () => (await dirtyText(file)).split('<<<<<<<').length === 2);
    await editor.evaluate("void vscode.commands.executeCommand('mortise.restore')");
    await editor.page.locator('.quick-input-list .monaco-list-row', { hasText: 'unites the imports' }).click();
    await until('the conflict to be back', async () =>
      (await dirtyText(file)).startsWith(before.slice(0, before.indexOf('const currency'))),
    );
    expect((await dirtyText(file)).split('<<<<<<<').length).toBe(3);
  });

  it('keeps a byte order mark, CRLF and a missing final newline', async () => {
    const made = new TestRepository();
    const text = (middle: string) => Buffer.from(`\ufeffconst a = 1;\r\n${middle}\r\nconst z = 1;`);
    made.git('config', 'core.autocrlf', 'false');
    made.commit('Start', { 'crlf.ts': text('let x = 0;').toString() });
    made.git('checkout', '-q', '-b', 'feature');
    made.commit('Feature', { 'crlf.ts': text('let  x  =  1;').toString() });
    made.git('checkout', '-q', 'main');
    made.commit('Main', { 'crlf.ts': text('let x = 1;').toString() });
    made.stops('merge', 'feature');
    const { path } = bound(await begin(made));
    await editor.file(path('crlf.ts'));
    await editor.lens(/Accept: both sides made the same change/).click();
    await until('the resolution', async () => !(await dirtyText(path('crlf.ts'))).includes('<<<<'));
    await editor.command('workbench.action.files.save');
    await until('the save', () => !readFileSync(path('crlf.ts')).includes('<<<<'));
    expect([text('let x = 1;'), text('let  x  =  1;')]).toContainEqual(readFileSync(path('crlf.ts')));
  });

  it('uses real names in a rebase, where git swaps ours and theirs', async () => {
    const made = await begin(conflictedRebase());
    await editor.command('mortise.showConflicts');
    await row(/Rebasing topic onto main.*1 of 2/).waitFor();
    await editor.file(made.path('limits.ts'));
    await editor.lens('Preview').click();
    await shown('┌ Result 1 of');
    const problem =
      'return vscode.languages.getDiagnostics(vscode.window.activeTextEditor.document.uri).map((one) => one.message)';
    expect((await editor.evaluate<string[]>(problem))[0]).toMatch(/^Conflict between main and topic: /);
    await editor.clearNotifications();
    await editor.screenshot('rebase', 'editor');
  });

  it('uses real names after a stash pop, and finds it by its markers', async () => {
    const made = await begin(conflictedStash());
    await editor.file(made.path('limits.ts'));
    await editor.lens('Preview').waitFor();
    await editor.command('mortise.showConflicts');
    await row('Applying stash@{0} to main').waitFor();
  });

  it('starts the server again when it dies, and loses nothing', async () => {
    const { path } = bound(await begin(conflictedMerge()));
    const file = path('src/orders.ts');
    await editor.file(file);
    await editor.lens('Accept: unites the imports').waitFor();
    const pid = "return vscode.extensions.getExtension('mortise.mortise').exports.serverPid()";
    const first = await until('a server', () => editor.evaluate<number | null>(pid));
    process.kill(first, 'SIGKILL');
    const second = await until('another server', async () => {
      const now = await editor.evaluate<number | null>(pid);
      return now !== first && now;
    });
    expect(second).not.toBe(first);
    await until('the conflict to be acceptable again', async () => {
      await editor.command('mortise.takeOurs');
      return (await dirtyText(file)).split('<<<<<<<').length < 4;
    });
    await editor.screenshot('restarted');
  });

  it('takes a file that changed on disk underneath', async () => {
    const { path } = bound(await begin(conflictedMerge()));
    const file = path('src/orders.ts');
    await editor.file(file);
    await editor.lens('Accept: unites the imports').waitFor();
    writeFileSync(file, readFileSync(file, 'utf8').replace('const currency', '// Mind the cents.\nconst currency'));
    await until('the change to be seen', async () => (await dirtyText(file)).includes('Mind the cents'));
    await editor.lens('Accept: unites the imports').click();
    await until('the resolution', async () => (await dirtyText(file)).startsWith(`${imports}// Mind the cents.\n`));
    await editor.screenshot('changed-on-disk');
  });
});

function bound(made: TestRepository): { made: TestRepository; path: (name: string) => string } {
  return { made, path: (name) => made.path(name) };
}
