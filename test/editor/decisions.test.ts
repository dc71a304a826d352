/**
 * Deciding in the real editor: every way to decide takes one undo step back, like conflicts follow on one click, a half-typed
 * hunk stays the user's, the merge editor loses nothing, and afterwards all of it can be read, compared and taken back.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { flows, look, markersIn, why } from './flow.ts';
import { until } from './harness.ts';
import { versionBumps } from './kinds.ts';
import { conflictedMerge, type TestRepository } from './repositories.ts';

describe.skipIf(why !== undefined)('deciding in the editor', { timeout: 240_000 }, () => {
  const flow = flows();
  const ui = look(() => flow.editor);
  const orders = async (made: TestRepository = conflictedMerge()) => {
    const repo = flow.keep(made);
    const file = repo.path('src/orders.ts');
    await flow.editor.show(repo.root);
    await flow.editor.file(file);
    await flow.editor.lens('Preview').waitFor();
    await flow.editor.clearNotifications();
    return { repo, file, before: readFileSync(file, 'utf8') };
  };
  const active = () =>
    flow.editor.evaluate<string>("return vscode.window.tabGroups.activeTabGroup.activeTab?.label ?? ''");

  it('takes one undo step back for every way to decide', async () => {
    const { file, before } = await orders();
    const { editor } = flow;
    const ways = ['accept', 'takeOurs', 'takeTheirs', 'takeBoth', 'takeBothReversed', 'takeBase', 'combine', 'edit'];
    for (const way of ways) {
      await editor.evaluate('const e = vscode.window.activeTextEditor; e.selection = new vscode.Selection(1, 0, 1, 0)');
      await editor.command(`mortise.${way}`);
      await ui.text(file, (text) => markersIn(text) === 2);
      await editor.command('undo');
      await ui.text(file, (text) => text === before);
    }
    await editor.screenshot('undone');
    await editor.palette('Mortise: Resolve Safe Conflicts in This File');
    await ui.text(file, (text) => markersIn(text) === 2);
    await editor.command('undo');
    await ui.text(file, (text) => text === before);
    expect(readFileSync(file, 'utf8')).toBe(before);
  });

  it('does what a lens says that was drawn before the lenses were made anew', async () => {
    const { file } = await orders();
    const { editor } = flow;
    const made = () =>
      editor.evaluate<{ title: string; command: string; arguments?: unknown[] }[]>(
        `const lenses = await vscode.commands.executeCommand('vscode.executeCodeLensProvider', vscode.Uri.file(argument), 50);
        return lenses.map(({ command }) => command).filter((one) => one?.title === 'Take feature');`,
        file,
      );
    const [drawn] = await made();
    // VS Code forgets what the lenses of an older list were to be called with.
    await editor.command('mortise.setAside');
    expect((await made())[0]).toEqual(drawn);
    expect(drawn?.arguments ?? []).toEqual([]);
    await editor.command(drawn?.command ?? '');
    await ui.text(file, (text) => markersIn(text) === 2);
  });

  it('offers the same for conflicts like those decided, in one click and one undo', async () => {
    const repo = flow.keep(versionBumps(8));
    const { editor } = flow;
    const path = (i: number) => repo.path(`packages/p${i}/package.json`);
    const all = () => Promise.all(Array.from({ length: 8 }, (_, i) => editor.text(path(i))));
    await editor.show(repo.root);
    await ui.status(/0 of 8 resolved/);
    await editor.clearNotifications();
    const before = await all();
    for (const i of [0, 1]) {
      await editor.file(path(i));
      await editor.lens('Preview').waitFor();
      await editor.command('mortise.takeTheirs');
      await ui.text(path(i), (text) => markersIn(text) === 0);
    }
    const said = 'You took feature in 2 of 2 version bumps. 6 open conflicts are like them.';
    await editor.page.locator('.notification-toast', { hasText: said }).waitFor();
    await editor.screenshot('same');
    await ui.notification(said, 'Do the Same for the Other 6');
    await until('the other six', async () => (await all()).every((text) => markersIn(text) === 0));
    for (const [i, text] of (await all()).entries()) expect(text).toContain(`"version": "1.2.${i}"`);
    expect(repo.git('ls-files', '-u').split('\n')).toHaveLength(25);
    await editor.file(path(5));
    await editor.command('undo');
    await until('six conflicts back', async () => (await all()).slice(2).every((text, i) => text === before[i + 2]));
    expect((await all()).slice(0, 2).every((text) => markersIn(text) === 0)).toBe(true);
  });

  it('counts VS Code’s own lens as a decision, once through undo and redo', async () => {
    const repo = flow.keep(versionBumps(4));
    const { editor } = flow;
    const path = (i: number) => repo.path(`packages/p${i}/package.json`);
    const logged = () => readFileSync(repo.path('.git/mortise/log.jsonl'), 'utf8').trim().split('\n').length;
    await editor.show(repo.root);
    await ui.status(/0 of 4 resolved/);
    await editor.clearNotifications();
    for (const i of [0, 1]) {
      await editor.file(path(i));
      await editor.lens('Preview').waitFor();
      await editor.lens('Accept Incoming Change').click();
      await ui.text(path(i), (text) => markersIn(text) === 0);
    }
    const said = 'You took feature in 2 of 2 version bumps. 2 open conflicts are like them.';
    await editor.page.locator('.notification-toast', { hasText: said }).waitFor();
    await editor.command('undo');
    await ui.text(path(1), (text) => markersIn(text) === 1);
    await editor.command('redo');
    await ui.text(path(1), (text) => markersIn(text) === 0);
    await editor.command('workbench.action.files.save');
    await ui.notification(said, 'Do the Same for the Other 2');
    await until('all four', async () =>
      (await Promise.all([0, 1, 2, 3].map((i) => editor.text(path(i))))).every((text) => markersIn(text) === 0),
    );
    await until('four in the log', () => logged() === 4);
    const summary = await editor.evaluate<string>(
      "return (await vscode.workspace.openTextDocument(vscode.Uri.from({ scheme: 'mortise-summary', path: '/What Mortise did.md', query: argument }))).getText()",
      repo.root,
    );
    expect(summary).toContain(
      '**2 automatic**, **2 chosen by you**, 0 taken back. **In 4 an edit of one side was dropped**',
    );
    expect(logged()).toBe(4);
  });

  it('leaves a half-typed hunk to the user, and names what is left of it', async () => {
    const { repo, file } = await orders();
    const { editor } = flow;
    const type = (from: string, to: string) =>
      editor.evaluate(
        `const document = vscode.window.activeTextEditor.document;
        const at = document.getText().indexOf(argument.from);
        const edit = new vscode.WorkspaceEdit();
        edit.replace(document.uri, new vscode.Range(document.positionAt(at), document.positionAt(at + argument.from.length)), argument.to);
        await vscode.workspace.applyEdit(edit);`,
        { from, to },
      );
    await type("import { log } from './log';", "import { log, warn } from './log';");
    await editor.command('mortise.resolveSafe', { root: repo.root });
    await ui.notification(/none of the 5 conflicts is safe/);
    expect(await editor.text(file)).toContain("import { log, warn } from './log';\n=======");
    await editor.clearNotifications();
    const text = await editor.text(file);
    await type(text.slice(text.indexOf('<<<<<<<'), text.indexOf('import { log')), '');
    await editor.lens('Half resolved: remove the left-over markers').click();
    await ui.text(file, (now) => markersIn(now) === 2 && now.includes("warn } from './log';\nimport { taxRate"));
  });

  it('hands over to the merge editor and back without losing a resolved hunk', async () => {
    const { file, before } = await orders();
    const { editor } = flow;
    await editor.evaluate('const e = vscode.window.activeTextEditor; e.selection = new vscode.Selection(14, 0, 14, 0)');
    await editor.command('mortise.takeTheirs');
    const resolved = '  return sum(order.items, taxRate(order));\n}\n';
    await ui.text(file, (text) => markersIn(text) === 2 && text.includes(resolved));
    await editor.command('mortise.openMergeEditor');
    await until('the merge editor', async () => (await active()).includes('Merging: orders.ts'));
    await editor.page.locator('.merge-editor').first().waitFor();
    const handed = await editor.text(file);
    expect(handed).toContain(resolved);
    // What is safe is filled in; the conflict that needs a person stands as in the base.
    expect(handed).toContain("import { log } from './log';\nimport { taxRate } from './tax';\n");
    expect(handed).toContain('  return item.name;\n');
    expect(markersIn(handed)).toBe(0);
    expect(readFileSync(file, 'utf8')).toContain(resolved);
    expect(markersIn(readFileSync(file, 'utf8'))).toBe(2);
    await editor.page
      .locator('.merge-editor')
      .getByText(/1 Conflict Remaining/i)
      .first()
      .waitFor();
    await editor.screenshot('merge-editor');
    await editor.page.locator('.editor-actions a[aria-label^="Back to the File with Markers"]').first().click();
    await ui.text(file, (text) => markersIn(text) === 2 && text.includes(resolved));
    await until('the file', async () => (await active()) === 'orders.ts');
    expect(before).not.toBe(readFileSync(file, 'utf8'));
  });

  it('shows afterwards what was done, what it changed, and opens staged files again', async () => {
    const { repo, file } = await orders();
    const { editor } = flow;
    await editor.command('mortise.takeOurs');
    await ui.text(file, (text) => markersIn(text) === 2);
    await editor.command('mortise.resolveSafeInFile');
    await editor.command('workbench.action.files.save');
    await editor.command('mortise.showChanges');
    await until('the changes', async () => (await active()).includes('What the resolution changed'));
    await editor.page.locator('.multiDiffEntry, .multi-diff-editor').first().waitFor();
    await editor.screenshot('changes');
    await editor.command('workbench.action.closeAllEditors');
    await editor.file(file);
    for (let left = 2; left > 0; left--) {
      await editor.command('mortise.takeTheirs');
      await ui.text(file, (text) => markersIn(text) === left - 1);
    }
    await editor.command('workbench.action.files.save');
    const resolved = readFileSync(file, 'utf8');
    await ui.view();
    await ui.stage(repo.root, 'src/orders.ts');
    await ui.row('Resolved and staged').click();
    await editor.page.keyboard.press('ArrowRight');
    await ui.rowAction('orders.ts', 'Reopen a Staged File as Conflict');
    await until('the conflict again', () => markersIn(readFileSync(file, 'utf8')) === 3);
    expect(repo.git('ls-files', '-u', 'src/orders.ts')).not.toBe('');
    expect(resolved).not.toContain('<<<<<<<');
  });

  it('lists automatic resolutions in the commit message only when asked to', async () => {
    const { repo, file } = await orders();
    const { editor } = flow;
    const message = () => readFileSync(repo.path('.git/MERGE_MSG'), 'utf8');
    await editor.command('mortise.resolveSafe', { root: repo.root });
    await until('the file on disk', () => markersIn(readFileSync(file, 'utf8')) === 2);
    expect(message()).not.toContain('Mortise');
    await ui.start('mortise.addTrailers', { root: repo.root });
    await ui.notification('1 automatic resolution listed in the commit message');
    expect(message()).toMatch(/^Resolved-by-Mortise: src\/orders\.ts:2 unites the imports of both sides \(safe\)$/m);
    expect(message()).toMatch(/^Merge branch 'feature'/);
  });

  it('links each edit and each commit in the hover', async () => {
    await orders();
    const { editor } = flow;
    await editor.evaluate('const e = vscode.window.activeTextEditor; e.selection = new vscode.Selection(14, 0, 14, 0)');
    await editor.command('editor.action.showHover');
    const hover = editor.page.locator('.monaco-hover:visible').first();
    await hover
      .locator('a', { hasText: /taxRate/ })
      .first()
      .waitFor();
    await editor.screenshot('hover-account', 'editor');
    await hover
      .locator('a', { hasText: /taxRate/ })
      .first()
      .click();
    await until('the edit to be selected', async () =>
      (
        await editor.evaluate<string>(
          'const e = vscode.window.activeTextEditor; return e.document.getText(e.selection)',
        )
      ).includes('taxRate'),
    );
    await editor.evaluate('const e = vscode.window.activeTextEditor; e.selection = new vscode.Selection(14, 0, 14, 0)');
    await editor.command('editor.action.showHover');
    await hover
      .locator('code', { hasText: /^[0-9a-f]{7}$/ })
      .first()
      .click();
    await until('the commit', async () => (await active()).endsWith('.diff'));
    expect(await editor.evaluate('return vscode.window.activeTextEditor.document.getText()')).toContain(
      'Round totals and log them',
    );
  });

  it('keeps conflicts out of folds', async () => {
    const { repo } = await orders();
    const { editor } = flow;
    expect(repo.exists('src/orders.ts')).toBe(true);
    await editor.command('editor.foldAll');
    await until('every conflict to be visible', () =>
      editor.evaluate<boolean>(
        `const { visibleRanges, document } = vscode.window.activeTextEditor;
        const shown = (line) => visibleRanges.some(({ start, end }) => line >= start.line && line <= end.line);
        const last = visibleRanges.at(-1).end.line;
        return document.getText().split('\\n').every((text, line) => !/^(<<<<<<<|=======|>>>>>>>)/.test(text) || line > last || shown(line));`,
      ),
    );
  });

  it('loses nothing when the window is reloaded in the middle', async () => {
    const repo = flow.keep(conflictedMerge());
    const file = repo.path('src/orders.ts');
    const { editor } = flow;
    await editor.open(repo.root);
    await editor.file(file);
    await editor.lens('Preview').waitFor();
    await editor.command('mortise.accept');
    await ui.text(file, (text) => markersIn(text) === 2);
    await editor.command('workbench.action.files.save');
    const saved = readFileSync(file, 'utf8');
    await editor.reload();
    await ui.text(file, (text) => text === saved);
    await editor.file(file);
    await editor.lens('Preview').waitFor();
    await editor.screenshot('reloaded');
    await editor.evaluate("void vscode.commands.executeCommand('mortise.restore')");
    await ui.pick('unites the imports');
    await ui.text(file, (text) => markersIn(text) === 3);
  });
});
