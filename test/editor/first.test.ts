/** The first minutes in the real editor: an untrusted workspace, the walkthrough and its sample, doctor and installation. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { flows, look, markersIn, why } from './flow.ts';
import { until } from './harness.ts';
import { conflictedMerge } from './repositories.ts';

describe.skipIf(why !== undefined)('the first minutes', { timeout: 240_000 }, () => {
  const flow = flows({
    trust: true,
    settings: { 'security.workspace.trust.startupPrompt': 'never', 'security.workspace.trust.banner': 'never' },
  });
  const ui = look(() => flow.editor);

  it('shows conflicts of an untrusted workspace and changes nothing in its repository', async () => {
    const repo = flow.keep(conflictedMerge());
    const file = repo.path('src/orders.ts');
    const { editor } = flow;
    await editor.open(repo.root);
    expect(await editor.evaluate<boolean>('return vscode.workspace.isTrusted')).toBe(false);
    await editor.file(file);
    await editor.lens('Accept: unites the imports').waitFor();
    await ui.view();
    await ui.row('Needs your choice').waitFor();
    await editor.screenshot('untrusted');
    const index = repo.git('ls-files', '-s');
    await editor.command('mortise.continue');
    await ui.notification('Mortise only shows conflicts in a workspace that is not trusted.');
    await editor.file(file);
    await editor.command('mortise.takeOurs');
    await ui.text(file, (text) => markersIn(text) === 2);
    expect(repo.git('ls-files', '-s')).toBe(index);
    expect(repo.exists('.git/mortise')).toBe(false);
    expect(repo.exists('.git/MERGE_HEAD')).toBe(true);
  });

  it('leads through three steps on a sample of its own', async () => {
    const { editor } = flow;
    await editor.open(flow.keep(conflictedMerge()).root);
    await editor.command('mortise.openWalkthrough');
    await editor.page.getByText('Get Started with Mortise').first().waitFor();
    for (const step of ['Open a merge that stopped', 'Resolve what is safe', 'Decide the rest, one key at a time'])
      await editor.page.getByText(step).first().waitFor();
    await editor.screenshot('walkthrough');
  });
});

describe.skipIf(why !== undefined)('wiring git', { timeout: 240_000 }, () => {
  const flow = flows();
  const ui = look(() => flow.editor);

  it('installs the driver from the editor, by the editor’s own runtime, and doctor agrees', async () => {
    const repo = flow.keep(conflictedMerge());
    const { editor } = flow;
    await editor.open(repo.root);
    await ui.status(/0 of 6 resolved/);
    const config = () => readFileSync(repo.path('.git/config'), 'utf8');
    await editor.evaluate("void vscode.commands.executeCommand('mortise.install')");
    const dialog = editor.page.locator('.monaco-dialog-box');
    await dialog.getByText(/Let git use Mortise in/).waitFor();
    expect(config()).not.toContain('merge "mortise"');
    await editor.screenshot('install');
    await dialog.locator('a.monaco-button', { hasText: 'Install' }).click();
    // Line by line, by git itself.
    await until('the driver in git’s config', () => /\[merge "mortise"\][^[]*dist\/cli\.cjs/.test(config()));
    await ui.start('mortise.doctor');
    await editor.page.locator('.terminal-wrapper.active, .terminal-wrapper').first().waitFor();
    await editor.screenshot('doctor');
  });

  it('makes a sample repository that stopped in a merge', async () => {
    const { editor } = flow;
    const opened = editor.page.context().waitForEvent('page');
    await editor.evaluate("void vscode.commands.executeCommand('mortise.openSample')");
    const page = await opened;
    await page.waitForURL(/folder=.*sample-/);
    const root = decodeURIComponent(/folder=([^&]+)/.exec(page.url())?.[1] ?? '');
    await page.close();
    expect(readFileSync(`${root}/.git/MERGE_HEAD`, 'utf8')).toMatch(/^[0-9a-f]{40}/);
  });
});
