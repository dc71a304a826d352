/**
 * Whole operations in the real editor, from "git stopped" to the commit: every kind of conflict, a rebase that stops twice, a
 * stash, a cherry-pick, two repositories, a linked work tree. Judged by git and by the bytes on disk.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { flows, look, markersIn, why } from './flow.ts';
import { until } from './harness.ts';
import { cherryPick, everyKind, linkedWorkTree, rebaseTwice } from './kinds.ts';
import { conflictedMerge, conflictedStash, TestRepository } from './repositories.ts';

describe.skipIf(why !== undefined)('operations in the editor', { timeout: 240_000 }, () => {
  const flow = flows();
  const ui = look(() => flow.editor);
  const done = (root: string, name: string) =>
    until(`${root} to be done with ${name}`, () => !ui.exists(root, name), 120_000);

  it('merges with conflicts of every kind, from the first to the commit', async () => {
    const repo = flow.keep(everyKind());
    const { editor } = flow;
    await editor.open(repo.root);
    await ui.status(/0 of \d+ resolved/);
    await editor.clearNotifications();
    await ui.view();
    const said: [string, RegExp][] = [
      ['gone-here.ts', /deleted by main, modified by feature/],
      ['gone-there.ts', /modified by main, deleted by feature/],
      ['lib', /submodule changed by both/],
      ['logo.bin', /binary, changed by both/],
      ['latest', /symbolic link changed by both/],
      ['main-name.md', /renamed/],
      ['moved-by-main.md', /renamed|modified/],
    ];
    for (const [name, text] of said) expect(await ui.file(name).getAttribute('aria-label')).toMatch(text);
    await editor.screenshot('kinds', 'view');

    const choose = async (name: string, what: string) => {
      await ui.choose(name, `${what}, and stage it`);
      await until(`${name} to be staged`, () => repo.git('ls-files', '-u', '--', name) === '');
    };
    await choose('gone-here.ts', 'Keep the version of feature');
    expect(readFileSync(repo.path('gone-here.ts'), 'utf8')).toContain('changed by feature');
    await choose('gone-there.ts', 'Delete, as feature did');
    await choose('logo.bin', 'Keep the version of feature');
    expect(readFileSync(repo.path('logo.bin'), 'utf8')).toBe('a\0c');
    await choose('latest', 'Keep the version of feature');
    await choose('lib', 'Keep the version of feature');
    expect(readFileSync(repo.path('lib/version'), 'utf8')).toBe('2\n');
    await choose('old-name.md', 'Delete, as main did');
    await choose('feature-name.md', 'Keep the version of feature');
    await choose('main-name.md', 'Delete, as feature did');
    await choose('moved-by-main.md', 'Keep the version of main');
    for (const name of ['added.ts', 'package.json', 'run.sh', 'settings.ts']) {
      await editor.file(repo.path(name));
      await editor.lens('Preview').waitFor();
      for (let left = markersIn(await editor.text(repo.path(name))); left > 0; left--) {
        await editor.command('mortise.takeTheirs');
        await ui.text(repo.path(name), (text) => markersIn(text) === left - 1);
      }
      await editor.command('workbench.action.files.save');
      await ui.stage(repo.root, name);
    }
    expect(repo.git('ls-files', '-u')).toBe('');
    await ui.row('Resolved and staged').waitFor();
    await editor.screenshot('all-staged');
    await ui.start('mortise.continue');
    await done(repo.root, 'MERGE_HEAD');
    expect(repo.git('log', '-1', '--format=%s').trim()).toBe("Merge branch 'feature'");
    expect(repo.git('show', 'HEAD:settings.ts')).toContain("log = 'info'");
    await editor.page.locator('.welcome-view-content', { hasText: 'Nothing is in conflict.' }).waitFor();
  });

  it('does not go on with what was undone in the editor, and saves no file on its own', async () => {
    const repo = flow.keep(new TestRepository());
    const at = (value: string) => ({ 'a.ts': `export const value = '${value}';\n` });
    repo.commit('Start', { ...at('one'), 'notes.md': 'Notes\n' });
    repo.git('checkout', '-q', '-b', 'feature');
    repo.commit('Two', at('two'));
    repo.git('checkout', '-q', 'main');
    repo.commit('Three', at('three'));
    repo.stops('merge', 'feature');
    const { editor } = flow;
    const file = repo.path('a.ts');
    await editor.show(repo.root);
    await editor.file(repo.path('notes.md'));
    await editor.evaluate(
      `const edit = new vscode.WorkspaceEdit();
      edit.insert(vscode.window.activeTextEditor.document.uri, new vscode.Position(0, 0), 'Mine: ');
      await vscode.workspace.applyEdit(edit)`,
    );
    await editor.file(file);
    await editor.lens('Take feature').click();
    await ui.text(file, (text) => text.includes("'two'") && markersIn(text) === 0);
    await editor.clearNotifications();
    await ui.stage(repo.root, 'a.ts');
    await editor.page.locator('.notification-toast', { hasText: /resolved and staged/ }).waitFor();
    await editor.command('undo');
    await ui.text(file, (text) => markersIn(text) === 1);
    await ui.status(/0 of 1 resolved/);
    await ui.notification(/resolved and staged/, 'Continue');
    await ui.notification(/git does not go on: a\.ts:1 has conflict markers again/, 'Open File');
    await editor.screenshot('undone-not-committed');
    expect(ui.exists(repo.root, 'MERGE_HEAD')).toBe(true);
    expect(readFileSync(file, 'utf8')).toBe("export const value = 'two';\n");
    await editor.command('redo');
    await ui.text(file, (text) => markersIn(text) === 0);
    await ui.start('mortise.continue', { root: repo.root });
    // Unsaved, and none of the merge's: asked about, and it stays so.
    const dialog = editor.page.locator('.monaco-dialog-box', { hasText: 'notes.md is not saved. Go on without that?' });
    await dialog.waitFor();
    await editor.screenshot('unsaved-outside');
    expect(ui.exists(repo.root, 'MERGE_HEAD')).toBe(true);
    await dialog.getByText('Continue Anyway', { exact: true }).click();
    await done(repo.root, 'MERGE_HEAD');
    expect(repo.git('show', 'HEAD:a.ts')).toBe("export const value = 'two';\n");
    expect(readFileSync(repo.path('notes.md'), 'utf8')).toBe('Notes\n');
    expect(await editor.text(repo.path('notes.md'))).toBe('Mine: Notes\n');
  });

  it('does not go on while conflict markers are staged, and names their file', async () => {
    const repo = flow.keep(conflictedMerge());
    const { editor } = flow;
    await editor.show(repo.root);
    await ui.view();
    await ui.row('orders.ts').waitFor();
    await editor.clearNotifications();
    // As people do it too early: with markers in it.
    repo.git('add', 'src/orders.ts');
    repo.git('checkout', '--ours', 'package.json');
    repo.git('add', 'package.json', 'src/legacy.ts');
    const said = /src\/orders\.ts:\d+: conflict markers are staged, and would be committed/;
    await ui.notification(said);
    await editor.clearNotifications();
    await ui.start('mortise.continue', { root: repo.root });
    await ui.notification(said);
    await editor.screenshot('markers-staged');
    expect(ui.exists(repo.root, 'MERGE_HEAD')).toBe(true);
    expect(repo.git('rev-list', '--count', '--merges', 'HEAD').trim()).toBe('0');
    await ui.notification(said, 'Make It a Conflict Again');
    await until('a conflict again', () => repo.git('ls-files', '-u', '--', 'src/orders.ts') !== '');
    expect(markersIn(readFileSync(repo.path('src/orders.ts'), 'utf8'))).toBe(3);
    await editor.clearNotifications();
    repo.git('checkout', '--ours', 'src/orders.ts');
    repo.git('add', 'src/orders.ts');
    await ui.notification(/resolved and staged/, 'Continue');
    await done(repo.root, 'MERGE_HEAD');
    expect(repo.git('show', 'HEAD:src/orders.ts')).not.toContain('<<<<<<<');
  });

  it('goes through a rebase that stops twice', async () => {
    const repo = flow.keep(rebaseTwice());
    const { editor } = flow;
    await editor.show(repo.root);
    const file = repo.path('limits.ts');
    await ui.view();
    await ui.row(/Rebasing topic onto main.*1 of 3/).waitFor();
    await ui.row(/topic \(.* Retry five times\)/).waitFor();
    await editor.file(file);
    await editor.lens('Preview').waitFor();
    await editor.command('mortise.takeTheirs');
    await ui.text(file, (text) => text.includes('retries = 5') && markersIn(text) === 0);
    await ui.row('Resolved, not staged').waitFor();
    await ui.rowAction('Resolved, not staged', 'Mark All as Resolved');
    await until('nothing unmerged', () => repo.git('ls-files', '-u') === '');
    await ui.start('mortise.continue');
    await ui.row(/Rebasing topic onto main.*3 of 3/).waitFor();
    await ui.row(/topic \(.* Keep twenty connections\)/).waitFor();
    const told = (step: string) => editor.page.locator('.notification-toast', { hasText: `commit ${step} of 3` });
    await told('3').first().waitFor();
    // What stop 1 said is over, and no longer in the way.
    expect(await told('1').count()).toBe(0);
    await editor.screenshot('rebase-second');
    await editor.file(file);
    await editor.lens('Preview').waitFor();
    await editor.command('mortise.takeTheirs');
    await ui.text(file, (text) => text.includes('pool = 20') && markersIn(text) === 0);
    await ui.row('Resolved, not staged').waitFor();
    await ui.rowAction('Resolved, not staged', 'Mark All as Resolved');
    await until('nothing unmerged', () => repo.git('ls-files', '-u') === '');
    await ui.start('mortise.continue');
    await done(repo.root, 'rebase-merge');
    const titles = repo.git('log', '--format=%s', 'main..topic').trim().split('\n');
    expect(titles).toEqual(['Keep twenty connections', 'Describe limits', 'Retry five times']);
  });

  it('finishes a stash pop and a cherry-pick', async () => {
    const stash = flow.keep(conflictedStash());
    const pick = flow.keep(cherryPick());
    const { editor } = flow;
    for (const [repo, title] of [
      [stash, 'Applying stash@{0} to main'],
      [pick, /Cherry-picking .* Retry five times/],
    ] as const) {
      const file = repo.path('limits.ts');
      await editor.show(repo.root);
      await ui.view();
      await editor.file(file);
      await editor.lens('Preview').waitFor();
      await ui.row(title).waitFor();
      await editor.command('mortise.takeTheirs');
      await ui.text(file, (text) => text.includes('retries = 5') && markersIn(text) === 0);
      await editor.screenshot(repo === stash ? 'stash-pop' : 'cherry-pick');
      await editor.command('workbench.action.files.save');
      await ui.stage(repo.root, 'limits.ts');
    }
    await ui.start('mortise.continue', { root: pick.root });
    await done(pick.root, 'CHERRY_PICK_HEAD');
    expect(pick.git('log', '-1', '--format=%s').trim()).toBe('Retry five times');
    expect(stash.git('stash', 'list')).not.toBe('');
  });

  it('shows two repositories side by side, and resolves in the one that was meant', async () => {
    const [one, other] = [flow.keep(conflictedMerge()), flow.keep(conflictedMerge())];
    const { editor } = flow;
    await editor.show(one.root, other.root);
    await ui.status(/0 of 12 resolved/);
    await editor.clearNotifications();
    await ui.view();
    await until('two repositories', async () => (await ui.all('Merging feature into main').count()) === 2);
    await editor.screenshot('two-repositories');
    await editor.command('mortise.resolveSafe', { root: other.root });
    await until('the other', () => markersIn(readFileSync(other.path('src/orders.ts'), 'utf8')) === 2);
    expect(markersIn(readFileSync(one.path('src/orders.ts'), 'utf8'))).toBe(3);
    await ui.status(/1 of 12 resolved/);
    await editor.show(one.root);
    await ui.status(/0 of 6 resolved/);
    await until('one repository', async () => (await ui.all('Merging feature into main').count()) === 1);
  });

  it('knows a linked work tree by its own operation', async () => {
    const made = linkedWorkTree();
    flow.keep(made.repo);
    flow.keep(made);
    const { editor } = flow;
    await editor.show(made.tree);
    await ui.view();
    await ui.row(/Merging main into side.*side-tree/).waitFor();
    await editor.file(`${made.tree}/limits.ts`);
    await editor.lens('Preview').waitFor();
    await editor.screenshot('linked-work-tree');
    await editor.command('mortise.takeOurs');
    await ui.text(`${made.tree}/limits.ts`, (text) => text.includes('retries = 5') && markersIn(text) === 0);
  });
});
