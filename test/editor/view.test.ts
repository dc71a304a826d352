/**
 * The conflicts view while things change under it: a click that a redraw falls into is not lost, the selection stays where it
 * was put and what was closed stays closed.
 */
import { basename } from 'node:path';
import { describe, expect, it } from 'vitest';
import { flows, look, markersIn, why } from './flow.ts';
import { until } from './harness.ts';
import { mergedBefore, sameMigration } from './kinds.ts';
import { conflictedMerge } from './repositories.ts';

describe.skipIf(why !== undefined)('the view under change', { timeout: 240_000 }, () => {
  const flow = flows();
  const ui = look(() => flow.editor);
  const begin = async () => {
    const repo = flow.keep(conflictedMerge());
    const { editor } = flow;
    await editor.show(repo.root);
    await ui.status(/0 of 6 resolved/);
    await editor.clearNotifications();
    await ui.view();
    await ui.row(basename(repo.root)).waitFor();
    await ui.row(/orders\.ts.*1 safe · 1 likely · 1 yours/).waitFor();
    return repo;
  };
  const label = (path: string) => ui.file(path).getAttribute('aria-label');
  /** Press the mouse on a row, let something happen to the view, and let go. */
  const clickDuring = async (path: string, change: () => Promise<void>) => {
    const { mouse } = flow.editor.page;
    const box = await until(`a place for ${path}`, () => ui.file(path).boundingBox());
    await mouse.move(box.x + 60, box.y + box.height / 2);
    await mouse.down();
    await change();
    await mouse.up();
  };
  const focused = (name: string) =>
    flow.editor.page.locator(`.monaco-editor.focused[data-uri$="/${name}"]`).waitFor({ timeout: 10_000 });
  const selected = (path: string) =>
    until(`${path} to be selected`, async () => (await ui.file(path).getAttribute('aria-selected')) === 'true');

  it('keeps a click that the counts of another file fall into', async () => {
    const repo = await begin();
    const { editor } = flow;
    await editor.file(repo.path('package.json'));
    await editor.lens('Preview').waitFor();
    await clickDuring('src/orders.ts', async () => {
      await editor.command('mortise.takeTheirs');
      await until('the new count', async () => /1 yours/.test((await label('package.json')) ?? ''));
    });
    await focused('orders.ts');
    await selected('src/orders.ts');
  });

  it('keeps what was selected and what was closed', async () => {
    const repo = await begin();
    const { editor } = flow;
    await ui.row('Needs your choice').click();
    await editor.page.keyboard.press('ArrowLeft');
    await ui.file('src/legacy.ts').waitFor({ state: 'detached' });
    await ui.file('package.json').click();
    await focused('package.json');
    await selected('package.json');
    await editor.lens('Preview').waitFor();
    for (const left of [1, 0]) {
      await editor.command('mortise.takeTheirs');
      await ui.text(repo.path('package.json'), (text) => markersIn(text) === left);
    }
    await until('the other group', async () => /Resolved, not staged/.test((await label('package.json')) ?? ''));
    await selected('package.json');
    expect(await ui.file('src/legacy.ts').count()).toBe(0);
    await ui.stage(repo.root, 'package.json');
    await ui.row('Resolved and staged').waitFor();
    expect(await ui.file('src/legacy.ts').count()).toBe(0);
    expect(await ui.file('package.json').count()).toBe(0);
  });

  it('passes over a conflict that was set aside, also after the window was reloaded', async () => {
    const repo = flow.keep(conflictedMerge());
    const { editor } = flow;
    const file = repo.path('src/orders.ts');
    const line = () => editor.evaluate<number>('return vscode.window.activeTextEditor.selection.active.line + 1');
    const next = async () => {
      await editor.evaluate('const e = vscode.window.activeTextEditor; e.selection = new vscode.Selection(0, 0, 0, 0)');
      await editor.command('mortise.next');
      return line();
    };
    await editor.open(repo.root);
    await editor.file(file);
    await editor.lens('Preview').waitFor();
    expect(await next()).toBe(2);
    await editor.command('mortise.setAside');
    expect(await next()).toBe(15);
    // The browser writes what the window remembers a moment later.
    await editor.page.waitForTimeout(2000);
    await editor.reload();
    await editor.file(file);
    await editor.lens('Preview').waitFor();
    expect(await next()).toBe(15);
  });

  it('shows first how an earlier merge resolved the same conflict, with its commit', async () => {
    const repo = flow.keep(mergedBefore());
    const { editor } = flow;
    const commit = repo.git('rev-parse', '--short=7', 'main').trim();
    await editor.open(repo.root);
    await editor.file(repo.path('limits.ts'));
    await editor.lens(`Resolved so in ${commit}`).waitFor();
    await editor.clearNotifications();
    await editor.lens(`Resolved so in ${commit}`).click();
    await until('the earlier resolution', async () =>
      (await editor.drawn()).some((one) => one.includes(`possible, not measured · resolved so in ${commit}`)),
    );
    await editor.screenshot('earlier', 'editor');
    await editor.command('mortise.accept');
    await ui.text(repo.path('limits.ts'), (text) => text.includes('retries = Math.max(3, 5)') && markersIn(text) === 0);
    expect(repo.git('ls-files', '-u')).not.toBe('');
  });

  it('tells of files that both sides added under one number, in the view, before the commit and in the summary', async () => {
    const repo = flow.keep(sameMigration());
    const { editor } = flow;
    const said = 'both sides added number 0012 to db/migrate: 0012_users.sql (main), 0012_rooms.sql (feature)';
    await editor.show(repo.root);
    await ui.view();
    const row = ui.row('Number 0012 twice');
    await row.waitFor();
    await row.click();
    await until('both files side by side', () =>
      editor.evaluate("return vscode.window.tabGroups.activeTabGroup.activeTab?.label.includes('Number 0012 twice')"),
    );
    await editor.screenshot('same-number');
    await editor.file(repo.path('limits.ts'));
    await editor.lens('Preview').waitFor();
    await editor.command('mortise.takeTheirs');
    await ui.notification(`Look first: ${said}.`);
    await editor.screenshot('same-number-last');
    const summary = await editor.evaluate<string>(
      `const path = '/What Mortise did.md';
      const uri = vscode.Uri.from({ scheme: 'mortise-summary', path, query: argument });
      return (await vscode.workspace.openTextDocument(uri)).getText();`,
      repo.root,
    );
    expect(summary).toContain('Look before you commit: both sides added number 0012');
    // Who gives one of them another number has seen to it.
    repo.git('mv', 'db/migrate/0012_users.sql', 'db/migrate/0013_users.sql');
    await row.waitFor({ state: 'detached' });
  });
});
